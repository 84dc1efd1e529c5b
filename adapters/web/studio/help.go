package studio

import (
	"cmp"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk/bot/draw"
	"frontdesk/bot/flow"
)

// A topic is one page of help, short enough to be shown in place.
type topic struct {
	ID, Title string
	Lines     []string
	Pairs     []pair // before and after
	Terms     []term // words or keys, and what they mean
	Picture   bool
}

// A pair is a text and how it is better written. Both are invented.
type pair struct{ Before, After, Why string }

// A term is a word and what it means.
type term struct{ Word, Means string }

// topics are all of the help, in the order of somebody who learns.
func topics() []topic {
	return []topic{
		{ID: "etape", Title: "Ce qu'est une étape", Picture: true,
			Lines: []string{"Un parcours est une suite d'étapes.", "Une étape fait une seule chose.", "Elle dit toujours où aller ensuite.",
				"On peut demander à parler à une personne à chaque étape.", "Un danger est entendu à chaque étape."},
			Terms: []term{{"Phrase", "dit un texte, puis continue"}, {"Question", "attend une réponse et la retient"}, {"Condition", "choisit la suite selon une réponse"},
				{"Table", "lit une table pour choisir qui répond"}, {"Autre parcours", "joue un autre parcours, puis revient"},
				{"Passage à une personne", "transmet la conversation"}, {"Fin", "termine et dit au revoir"}}},
		{ID: "question", Title: "Écrire une bonne question",
			Lines: []string{"Posez une seule question à la fois.", "Mettez la question en dernier.", "Écrivez quatorze mots au plus par phrase.", "Vouvoyez.",
				"Demandez seulement ce qui change la suite.", "Nommez les métiers aux deux genres.", "Expliquez chaque sigle une fois, entre parenthèses.", "Ne promettez rien : écrivez « vous pouvez demander »."},
			Pairs: []pair{
				{"Afin de vous orienter au mieux, merci d'indiquer votre situation et votre âge.", "Quel âge avez-vous ?", "Deux questions deviennent deux étapes."},
				{"Êtes-vous éligible à une VAE ?", "Voulez-vous faire reconnaître votre expérience (VAE) ?", "La personne ne sait pas si elle est éligible."},
				{"Quel est votre statut ?", "Que faites-vous aujourd'hui ?", "Un mot de tous les jours."},
				{"Vous avez droit à une aide.", "Vous pouvez demander une aide.", "L'accueil n'accorde rien."},
			}},
		{ID: "canaux", Title: "Écrire pour chaque canal",
			Lines: []string{"Le même parcours sert partout.", "Un texte commun suffit souvent.", "Au téléphone, on écoute : faites plus court.",
				"Au téléphone : vingt-cinq secondes et quatre choix au plus.", "Par SMS : trois messages au plus.", "Évitez ê, ç, ô et À dans un SMS.",
				"Avec ces lettres, le SMS coûte le double.", "Une adresse de site n'est jamais lue par la voix."},
			Pairs: []pair{{"Consultez la page https://exemple.fr/vae pour en savoir plus.", "La VAE fait reconnaître votre expérience. Voulez-vous en parler ?", "On ne clique pas au téléphone."}}},
		{ID: "cases", Title: "Les cases des tables",
			Lines: []string{"La première ligne vraie décide.", "La dernière ligne accepte tout.", "Chaque ligne doit servir à quelqu'un.", "Le studio montre les trous et les lignes inutiles."},
			Terms: []term{{"*", "peu importe la réponse"}, {"a|b", "l'une de ces réponses"}, {"!a|b", "aucune de ces réponses"}, {"-", "la question n'a pas de réponse"},
				{"!-", "la question a une réponse"}, {"<18", "moins de 18 ans"}, {">=26", "26 ans et plus"}, {"18..25", "de 18 à 25 ans"}}},
		{ID: "publier", Title: "Publier et annuler",
			Lines: []string{"Vos changements vont dans un brouillon commun.", "Personne ne les voit avant la publication.", "Une erreur empêche de publier.",
				"Un avertissement n'empêche rien, mais lisez-le.", "Une autre personne relit, sauf urgence.", "Une conversation commencée garde ses étapes.",
				"Annuler défait le dernier changement du brouillon.", "Une version publiée se remet en un clic."}},
		{ID: "bulletin", Title: "Le bulletin d'urgence",
			Lines: []string{"Un bulletin est une phrase dite tout de suite.", "Il sert pour une fermeture ou une panne.", "Il ne demande pas de publication.", "Donnez-lui une heure de fin.", "Il s'arrête alors tout seul.", "Dites ce qui se passe, puis quoi faire.",
				"Les personnes qui attendent déjà ne l'entendent pas.", "« Répondre aux personnes qui attendent » leur envoie la même réponse.", "Choisissez le groupe, relisez, puis envoyez.", "Elles gardent leur place."},
			Pairs: []pair{{"Suite à un incident technique, nos services sont perturbés.", "Nos téléphones sont en panne jusqu'à midi. Écrivez-nous ici.", "La personne sait quoi faire."}}},
		{ID: "traduire", Title: "Traduire",
			Lines: []string{"Le français est à gauche, la traduction à droite.", "Gardez les mots entre accolades : {service}.", "Ils sont remplacés par un nom ou un nombre.",
				"Quand le français change, la traduction est « à revoir ».", "« C'est toujours bon » la garde telle quelle.", "« J'ai relu » note votre nom et la date.",
				"Un texte par SMS ou au téléphone est facultatif.", "Sans lui, le texte commun est dit.", "Un fichier CSV s'ouvre dans un tableur."},
			Terms: []term{{"manquant", "ce texte doit être traduit"}, {"à revoir", "le français a changé depuis"}, {"traduit", "fait, mais pas encore relu"}, {"relu", "une personne l'a vérifié"},
				{"facultatif", "cette langue peut s'en passer"}, {"sans texte français", "le texte français n'existe plus"}}},
		{ID: "clavier", Title: "Au clavier",
			Terms: []term{{"Ctrl+S", "enregistrer"}, {"Ctrl+Entrée", "dans une traduction : enregistrer et passer à la suivante"}, {"Ctrl+Z", "annuler ; dans un texte que vous tapez, ce qui est tapé"},
				{"Ctrl+Maj+Z", "rétablir, de même"}, {"Flèches", "déplacer le dessin"}, {"+ et −", "agrandir ou réduire le dessin"}, {"Tab", "aller au champ suivant"}, {"Échap", "fermer une fenêtre"}}},
	}
}

// A helpView is the page of help.
type helpView struct {
	Words    string
	Topics   []topic
	Glossary []term
	Picture  template.HTML
}

// help is one topic in place: a template's « ? ».
func help(id string) topic {
	all := topics()
	return all[max(0, slices.IndexFunc(all, func(t topic) bool { return t.ID == id }))]
}

func (s *Studio) showHelp(w http.ResponseWriter, r *http.Request) {
	view := helpView{Words: strings.TrimSpace(r.URL.Query().Get("q")), Picture: s.example}
	words := strings.Fields(plainText(view.Words))
	found := func(text string) bool {
		text = plainText(text)
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	}
	for _, t := range topics() {
		if found(t.text()) {
			view.Topics = append(view.Topics, t)
		}
	}
	for _, t := range glossary(s.Live()) {
		if found(t.Word + " " + t.Means) {
			view.Glossary = append(view.Glossary, t)
		}
	}
	s.show(w, r, "manual", page{Title: "Aide", Section: "/studio/aide", Body: view})
}

// text is all that a topic says.
func (t topic) text() string {
	all := append([]string{t.Title}, t.Lines...)
	for _, p := range t.Pairs {
		all = append(all, p.Before, p.After, p.Why)
	}
	for _, w := range t.Terms {
		all = append(all, w.Word, w.Means)
	}
	return strings.Join(all, " ")
}

// inBrackets finds an acronym behind what explains it.
var inBrackets = regexp.MustCompile(`([^.!?:()"«»]+) \(([A-ZÉÈ]{2,8})\)`)

// glossary is what the studio calls things, and the acronyms that the texts of a bundle explain.
func glossary(b *flow.Bundle) []term {
	all := []term{
		{"Parcours", "une suite d'étapes, du bonjour à la fin"}, {"Brouillon", "vos changements, avant la publication"}, {"Publication", "ce que les gens reçoivent, daté et gardé"},
		{"Carte", "une première information, avec sa source et sa date"}, {"Réponse", "ce que l'accueil retient d'une question"}, {"Table", "des lignes qui disent qui répond"},
		{"Raison", "ce qui est dit après « car », quand une table choisit"},
		{"Structure", "un lieu ou un service qui reçoit"}, {"Réseau", "des structures du même nom, dans la région"}, {"File", "une équipe et ses horaires"},
		{"Segment", "un SMS ; un texte long en prend plusieurs"}, {"Canal", "téléphone, SMS, site ou messagerie"},
	}
	known := map[string]string{}
	for _, text := range b.Texts {
		for _, m := range inBrackets.FindAllStringSubmatch(text.Text, -1) {
			long := spelled(m[1], m[2])
			if had := known[m[2]]; long != "" && (had == "" || len(long) < len(had) || len(long) == len(had) && long < had) {
				known[m[2]] = long
			}
		}
	}
	for short, long := range known {
		all = append(all, term{short, long})
	}
	slices.SortFunc(all, func(x, y term) int { return cmp.Compare(plainText(x.Word), plainText(y.Word)) })
	return all
}

// spelled gives the last words of a text whose first letters an acronym is made of, or "".
func spelled(text, acronym string) string {
	words := strings.Fields(text)
	letters := []rune(strings.ToUpper(unaccented.Replace(strings.ToLower(acronym))))
	for i := len(words) - 1; i >= 0; i-- {
		rest := letters
		for _, word := range words[i:] {
			if len(rest) > 0 && initial(word) == rest[0] {
				rest = rest[1:]
			} else if !small(word) {
				rest = letters
				break
			}
		}
		if len(rest) == 0 && initial(words[i]) == letters[0] {
			return strings.Join(words[i:], " ")
		}
	}
	return ""
}

// small says that a word counts for nothing in an acronym.
func small(word string) bool {
	return slices.Contains([]string{"de", "des", "du", "la", "le", "les", "en", "et", "à", "pour", "au", "aux", "par"}, word)
}

// initial is the first letter of a word as an acronym has it, behind l' and d'.
func initial(word string) rune {
	if _, rest, cut := strings.Cut(strings.ReplaceAll(word, "’", "'"), "'"); cut {
		word = rest
	}
	r, _ := utf8.DecodeRuneInString(unaccented.Replace(strings.ToLower(word)))
	return unicode.ToUpper(r)
}

// exampleFiles are a bundle that is only there to be drawn.
func exampleFiles() map[string][]byte {
	return map[string][]byte{
		"bundle.yaml":                  []byte("format: 1\nregion: demo\nservice: Exemple\nstart: exemple\nlanguages: [fr]\n"),
		"regions/demo/region.yaml":     []byte("line: {text: \"02 61 91 00 00\", tel: \"+33261910000\"}\nterritories: {\"35\": {name: Exemple, in: ici}}\n"),
		"regions/demo/structures.yaml": []byte("structures: {accueil: {name: Accueil, network: region, lead: true, territories: [\"*\"], offers: [{id: api, from: 2026-01-01}], hours: accueil, contacts: [desk]}}\n"),
		"networks.yaml":                []byte("networks: {region: {name: Accueil}}\n"),
		"hours.yaml":                   []byte("queues: {accueil: {always: true}}\n"),
		"safety.yaml":                  []byte("owner: exemple\nreviewed: 2026-11-02\nnumbers: {\"15\": {label: Samu, always: true}}\ndangers: {vital: {grade: immediate, numbers: [\"15\"], words: [danger], text: \"Appelez le {15}.\"}}\n"),
		"exemple.yaml":                 []byte(exampleFlow),
	}
}

const exampleFlow = `flow: exemple
title: Exemple
start: bonjour
answers:
  besoin: {type: choice, keep: case, label: Besoin}
steps:
  bonjour: {say: "Bonjour, je suis un robot.", then: besoin}
  besoin:
    ask: "Que cherchez-vous ?"
    options:
      formation: {text: Une formation, then: info}
      personne: {text: Une personne, then: humain}
  info: {say: "Voici une première information.", then: fin}
  humain: {handoff: {to: lead, mode: direct}, text: "Je vous passe une personne.", on: {closed: fin, unstaffed: fin, timeout: fin}}
  fin: {end: informed, text: "Merci et bonne suite."}
interrupts:
  humain: {priority: 80, do: human, then: humain, key: "0", words: [humain]}
`

// drawExample is the small picture of what steps are; "" when it cannot be drawn.
func drawExample() template.HTML {
	d, err := flow.OpenDraft(exampleFiles())
	if err != nil {
		return ""
	}
	b, err := d.Bundle("")
	if err != nil {
		return ""
	}
	var out strings.Builder
	draw.SVG(&out, draw.Lay(b, "exemple"), draw.Options{})
	return template.HTML(out.String())
}
