package desk

import (
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// happened says in one line what a counsellor did, or "" where it changed nothing.
func (t *talk) happened(e bot.Entry, cause bot.Event, v bot.Tell) string {
	switch c := cause.(type) {
	case bot.Claimed:
		return t.line(v, "won", c.By, "a pris le dossier")
	case bot.Accepted:
		return t.line(v, "accepted", c.By, "a accepté la mise en relation")
	case bot.Refused:
		why := lower(desk.Label(desk.Refusals(), c.Reason))
		if c.Note != "" {
			why += " — " + string(c.Note)
		}
		return t.line(v, "refused", c.By, "a refusé la mise en relation : "+why)
	case bot.Released:
		return t.line(v, "released", c.By, "a remis le dossier dans la file")
	case bot.Transferred:
		return t.line(v, "transferred", c.By, "a transmis le dossier à "+t.d.structureName(c.To)+" : "+string(c.Reason))
	case bot.Invited:
		if c.To == "" {
			return t.line(v, "uninvited", c.By, "a mis fin à l'invitation du partenaire")
		}
		return t.line(v, "invited", c.By, "a invité "+t.d.structureName(c.To)+", avec l'accord de la personne")
	case bot.Misrouted:
		return t.line(v, "misrouted", c.By, "a signalé un mauvais aiguillage")
	case bot.Redacted:
		return t.line(v, "redacted", c.By, "a retiré des mots de ce dossier")
	case bot.Promise:
		return t.line(v, "promised", c.By, "a annoncé une réponse "+lower(desk.Label(desk.Contacts(), c.Contact))+", "+t.d.stamp(c.At))
	case bot.Finished:
		how := "a terminé le dossier : " + lower(desk.Label(desk.Outcomes(), c.Outcome))
		if !c.Follow.IsZero() {
			how += ", à revoir le " + desk.Date(c.Follow, t.d.Zone)
		}
		return t.line(v, "closed", c.By, how)
	case bot.Procedure:
		return t.proceeded(e, v, c)
	}
	return ""
}

func (t *talk) proceeded(e bot.Entry, v bot.Tell, c bot.Procedure) string {
	switch c.Do {
	case "open":
		return t.line(v, "procedure", c.By, "a ouvert la Procédure danger")
	case "close":
		return t.line(v, "procedure", c.By, "a terminé la Procédure danger")
	}
	if v.Code == "procedure" {
		t.procedure[string(c.Note)] = t.d.stamp(e.At) + ", " + t.name(c.By)
	}
	return t.line(v, "procedure", c.By, "a fait : "+string(c.Note))
}

func (t *talk) line(v bot.Tell, code string, by bot.CounsellorID, did string) string {
	if v.Code != code {
		return ""
	}
	return t.name(by) + " " + strings.TrimRight(did, ". ") + "."
}

func (t *talk) name(id bot.CounsellorID) string {
	switch name := t.names[id]; {
	case id == t.me.ID:
		return t.me.Name
	case name != "":
		return name
	}
	return "Une personne de l'équipe"
}

// enclosed says what a person wanted to send, and that nobody has it.
func enclosed(kind string) string {
	what := map[string]string{"photo": "une photo", "voice": "un message vocal", "video": "une vidéo", "sticker": "un autocollant", "place": "un lieu"}[kind]
	if what == "" {
		what = "un fichier"
	}
	return "La personne a voulu envoyer " + what + ". Le service ne l'a pas reçu."
}

// written says that a letter went; what it says is in the conversation, or in the dossier.
func written(kind string) string {
	switch kind {
	case "code":
		return "Un code part à l'adresse e-mail de la personne, pour la confirmer."
	case "answer":
		return "La réponse part aussi par e-mail."
	case "recap":
		return "Un récapitulatif part par e-mail."
	case "appointment":
		return "Le rendez-vous part par e-mail."
	}
	return "Un e-mail part à la personne."
}
