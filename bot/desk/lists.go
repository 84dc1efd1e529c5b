package desk

import (
	"cmp"
	"strings"
	"time"

	"frontdesk/bot"
)

// Outcomes are the ways a case is closed; a counsellor must choose one.
func Outcomes() []bot.Choice {
	return []bot.Choice{
		{ID: "answered", Label: "Réponse donnée"},
		{ID: "appointment", Label: "Rendez-vous pris"},
		{ID: "referred", Label: "Personne orientée vers une structure"},
		{ID: "unreachable", Label: "Personne injoignable après trois essais"},
		{ID: "out_of_scope", Label: "Demande hors de notre champ"},
		{ID: "safety", Label: "Procédure danger suivie"},
	}
}

// Refusals are the reasons for which a structure declines a mise en relation.
func Refusals() []bot.Choice {
	return []bot.Choice{
		{ID: "out_of_scope", Label: "Demande hors de notre offre"},
		{ID: "territory", Label: "Personne hors de notre territoire"},
		{ID: "capacity", Label: "Plus de place en ce moment"},
		{ID: "already_followed", Label: "Personne déjà suivie ailleurs"},
		{ID: "other", Label: "Autre raison"},
	}
}

// Contacts are the ways in which a dated answer goes out.
func Contacts() []bot.Choice {
	return []bot.Choice{
		{ID: "phone", Label: "par téléphone"},
		{ID: "sms", Label: "par SMS"},
		{ID: "mail", Label: "par e-mail"},
		{ID: "desk", Label: "par écrit, dans la conversation"},
	}
}

// Steps are what is recorded of a Procédure danger.
func Steps() []bot.Choice {
	return []bot.Choice{
		{ID: "open", Label: "Procédure ouverte"},
		{ID: "called", Label: "Fait"},
		{ID: "close", Label: "Procédure terminée"},
	}
}

// A Measure is one step of the Procédure danger: what to do, and the number to call where there is one.
type Measure struct {
	ID     string
	Text   string
	Number string // as it is shown
	Tel    string // as it is dialled
}

// Done is what is noted of a measure that somebody took, with what they add.
func (m Measure) Done(more string) string {
	if more == "" {
		return m.Text
	}
	return m.Text + " – " + more
}

// Is says whether a note is of this measure.
func (m Measure) Is(note string) bool {
	rest, found := strings.CutPrefix(note, m.Text)
	return found && (rest == "" || strings.HasPrefix(rest, " – "))
}

// Known says whether a list holds the id: what a form sends is checked against what it offered.
func Known(list []bot.Choice, id string) bool {
	for _, c := range list {
		if c.ID == id {
			return true
		}
	}
	return false
}

// Label is the French label of an id, or the id itself where the list does not know it.
func Label(list []bot.Choice, id string) string {
	for _, c := range list {
		if c.ID == id {
			return c.Label
		}
	}
	return id
}

// LifeLabel says in words where a case stands.
func LifeLabel(life bot.Life) string {
	switch life {
	case bot.Waiting:
		return "attend une personne"
	case bot.Referred:
		return "mise en relation à accepter"
	case bot.Promised:
		return "réponse à donner"
	case bot.Live:
		return "en conversation"
	case bot.Closed:
		return "terminé"
	case bot.Erased:
		return "effacé à la demande de la personne"
	case bot.Talking:
		return "avec le robot"
	}
	return string(life)
}

// ChannelLabel says by what a person came.
func ChannelLabel(channel bot.ChannelName) string {
	switch channel {
	case "web":
		return "site web"
	case "telegram":
		return "Telegram"
	case "phone":
		return "téléphone"
	case "sms":
		return "SMS"
	case "mail":
		return "e-mail"
	case "slack":
		return "Slack"
	}
	return string(channel)
}

// LanguageLabel names a language in French, or gives its code.
func LanguageLabel(code string) string {
	for _, l := range [...]bot.Choice{
		{ID: "fr", Label: "français"}, {ID: "en", Label: "anglais"}, {ID: "es", Label: "espagnol"},
		{ID: "ar", Label: "arabe"}, {ID: "uk", Label: "ukrainien"}, {ID: "pt", Label: "portugais"},
		{ID: "tr", Label: "turc"}, {ID: "ru", Label: "russe"}, {ID: "fa", Label: "persan"},
		{ID: "br", Label: "breton"}, {ID: "de", Label: "allemand"}, {ID: "it", Label: "italien"},
	} {
		if l.ID == code {
			return l.Label
		}
	}
	return code
}

// Sentence tells a counsellor what became of what they did, or what happened in a conversation. A code that
// this version does not know has a sentence too.
func Sentence(t bot.Tell, zone *time.Location) string {
	if t.Code == "lost" {
		return lost(t, zone)
	}
	return cmp.Or(outcome(t.Code), news(t.Code), "C'est enregistré.")
}

// outcome is what became of a verb, "" where the code is none of these.
func outcome(code string) string {
	switch code {
	case "won":
		return "C'est à vous."
	case "refused_rights":
		return "Vos droits ne permettent pas de faire cela."
	case "refused_load":
		return "Vous avez déjà toutes les conversations que vous pouvez suivre. Terminez-en une d'abord."
	case "not_owner":
		return "Ce dossier n'est pas à vous."
	case "sent":
		return "Message enregistré. Il part dans quelques secondes."
	case "taken_back":
		return "Message repris : il ne partira pas."
	case "too_late":
		return "Trop tard : ce message n'attend plus."
	case "released":
		return "Le dossier est revenu dans la file."
	case "transferred":
		return "Le dossier est transmis."
	case "accepted":
		return "Mise en relation acceptée. La personne sait quand elle aura une réponse."
	case "refused":
		return "Mise en relation refusée. Le dossier revient à l'accueil régional."
	case "promised":
		return "La date de réponse est annoncée à la personne."
	case "closed":
		return "Le dossier est terminé."
	case "noted":
		return "Note enregistrée. La personne ne la voit pas."
	case "procedure":
		return "Procédure danger : c'est noté."
	case "refused_consent":
		return "Il faut l'accord de la personne pour transmettre son dossier."
	case "too_many_hops":
		return "Ce dossier a déjà été transmis deux fois. Voyez avec votre responsable."
	}
	return ""
}

// news is what happened in a conversation or to a message, "" where the code is none of these.
func news(code string) string {
	switch code {
	case "unknown":
		return "Ce n'est pas possible maintenant pour ce dossier. Rechargez la page."
	case "nudge":
		return "Rappel : la personne attend une réponse."
	case "given_back":
		return "Sans réponse de votre part, le dossier est revenu dans la file."
	case "undelivered":
		return "Un message n'a pas pu être remis à la personne."
	case "no_contact":
		return "La personne n'a pas donné de quoi répondre ainsi. Choisissez une autre façon, ou demandez-lui."
	case "delivered":
		return "Message remis."
	case "amended":
		return "Message corrigé."
	case "withdrawn":
		return "Message retiré de la conversation de la personne."
	case "enclosed":
		return "La personne a voulu envoyer un fichier. Il n'a pas été transmis."
	case "invited":
		return "Le partenaire est invité. Il lit et note ; c'est vous qui écrivez à la personne."
	case "uninvited":
		return "L'invitation est terminée."
	case "misrouted":
		return "Merci. L'aiguillage sera revu."
	case "redacted":
		return "Ces mots sont retirés du dossier."
	case "no_letters":
		return "La personne parle d'un danger : rien ne part plus par e-mail. Répondez dans la conversation."
	case "no_mail":
		return "L'adresse e-mail n'est pas confirmée. Répondez autrement."
	case "no_text":
		return "Le récapitulatif par SMS n'est pas arrivé à la personne."
	case "released_by_lead":
		return "Votre responsable a remis ce dossier dans la file."
	case "erased":
		return "Une conversation a été effacée, à la demande de la personne."
	case "resumed":
		return "La personne continue la conversation depuis un autre endroit."
	case "hung_up":
		return "La personne a quitté la conversation."
	case "already":
		return "C'était déjà fait."
	}
	return ""
}

func lost(t bot.Tell, zone *time.Location) string {
	who := t.Who
	if who == "" {
		who = "Une autre personne"
	}
	if t.At.IsZero() {
		return who + " l'a pris."
	}
	return who + " l'a pris à " + Hour(t.At, zone) + "."
}
