package change

import (
	"cmp"
	"fmt"
	"strings"

	"frontdesk/bot/flow"
)

// A noun is how people call a thing, with what its participle agrees with.
type noun struct {
	word             string
	feminine, plural bool
}

func f(word string) noun  { return noun{word, true, false} }
func m(word string) noun  { return noun{word, false, false} }
func fs(word string) noun { return noun{word, true, true} }
func ms(word string) noun { return noun{word, false, true} }

// nouns are the things of a bundle, by the key of the table that they stand in.
func nouns() map[string]noun {
	return map[string]noun{
		"steps": f("étape"), "answers": f("réponse"), "options": m("choix"), "variants": f("variante"), "interrupts": f("commande"),
		"cards": f("carte"), "structures": f("structure"), "networks": m("réseau"), "queues": ms("horaires de"), "tables": f("table"),
		"reasons": f("raison"), "territories": m("territoire"), "numbers": m("numéro"), "dangers": m("danger"), "needs": m("besoin"),
		"publics": m("public"), "families": f("famille de mots"), "traits": m("trait"), "procedure": f("mesure"), "hearing": f("langue"),
		"campaigns": f("campagne"), "routes": f("voie"), "examples": m("exemple"), "verdicts": m("verdict"), "moved": f("étape renommée"),
	}
}

// Called is what a thing of a bundle is called, by the key of the table that it stands in, or that key itself.
func Called(table string) string { return cmp.Or(nouns()[table].word, table) }

// Noted says what was done to a thing of a bundle, in the order of a journal: carte « cep » ajoutée. done is the
// participle for one of masculine gender.
func Noted(table, id, done string) string {
	n := nouns()[table]
	return cmp.Or(n.word, table) + " « " + id + " » " + agreed(done, n.feminine, n.plural)
}

// agreed is a participle as it agrees with a noun.
func agreed(word string, feminine, plural bool) string {
	if feminine {
		word += "e"
	}
	if plural {
		word += "s"
	}
	return word
}

// fields are the keys of records, as a supervisor calls them.
func fields() map[string]noun {
	return map[string]noun{
		"say": m("texte"), "ask": f("question"), "text": m("texte"), "voice": m("texte au téléphone"), "sms": m("texte par SMS"), "retry": f("relance"),
		"why": f("explication"), "then": f("suite"), "else": f("suite par défaut"), "only": f("condition"), "also": ms("autres mots"),
		"sets": fs("réponses remplies"), "when": f("condition"), "card": f("carte donnée"), "link": f("adresse"), "route": f("table lue"),
		"call": m("parcours joué"), "end": f("issue"), "budget": m("budget de questions"), "check": f("vérification"), "error": m("message d'erreur"),
		"handoff": m("passage à une personne"), "to": f("personne ou structure"), "mode": f("façon de transmettre"), "wait": f("attente"),
		"brief": f("fiche transmise"), "on": f("suite si personne ne répond"), "title": m("titre"), "name": m("nom"), "source": f("source"),
		"url": f("adresse de la source"), "checked": f("date de vérification"), "expires": f("échéance"), "owner": m("responsable"),
		"hours": ms("horaires"), "delay": m("délai"), "quota": m("quota"), "fallback": f("structure de remplacement"), "offers": fs("offres"),
		"phone": m("téléphone"), "mail": m("e-mail"), "address": f("adresse"), "rows": fs("lignes"), "columns": fs("colonnes"), "words": ms("mots"),
		"close": fs("fermetures"), "open": fs("ouvertures exceptionnelles"), "if": ms("cas"), "optional": m("droit de passer"), "keep": f("conservation"),
		"sensitive": m("caractère sensible"), "label": m("nom sur la fiche"), "type": m("type"), "as": m("rôle"), "service": m("nom du service"),
		"start": m("début"), "other": m("texte"), "was": ms("anciens noms"), "contacts": ms("moyens de contact"), "network": m("réseau"),
		"range": f("tranche d'âge"), "no_match": f("suite après un mot non compris"), "ask_again": m("fait de redemander"), "answer": f("réponse remplie"),
		"grade": f("gravité"), "reviewed": f("date de relecture"), "reread": f("relecture"), "reread/by": m("nom de qui a relu"), "reread/on": f("date de relecture"), "key": f("touche"), "priority": f("priorité"), "do": f("action"),
		"languages": fs("langues"), "received": fs("langues reçues"), "reprompt": fs("relances"), "delays": ms("délais"), "region": f("région"),
		"holidays": ms("jours fériés"), "from": m("début"), "until": f("fin"), "tel": m("numéro composé"), "communes": fs("communes"),
		"departements": ms("départements"), "coordinator": f("structure qui coordonne"), "in": m("nom dans une phrase"), "except": fs("exceptions"),
		"unless": fs("mots contraires"), "weight": m("poids"), "lead": m("rôle d'accueil régional"), "demonstration": f("mention d'exemple"), "line": m("numéro du service"),
		"busy": f("affluence"), "banner": m("bandeau"), "delays/pickup": f("attente d'une personne"), "delays/call": f("attente au téléphone"),
		"delays/owner": m("silence de la conseillère ou du conseiller"), "delays/citizen": m("silence de la personne"), "delays/dated": f("réponse promise"),
		"delays/reopen": f("reprise d'une conversation"), "delays/hold": m("temps pour reprendre un message"), "delays/follow": f("question après la fin"),
		"no_input": m("silence"), "no_input/voice": fs("attentes au téléphone"), "no_input/chat": fs("attentes par écrit"), "no_input/sms": fs("attentes par SMS"),
		"expire": f("fin sans réponse"), "line/text": m("numéro affiché"), "phone/text": m("numéro affiché"), "crip/text": m("numéro affiché"),
	}
}

// fieldAt is what the i-th key of a path is called: by itself, or by the two where it means different things.
func fieldAt(path []string, i int) (noun, bool) {
	all := fields()
	if i > 1 && path[i-2] == "reread" {
		if n, is := all["reread/"+path[i]]; is {
			return n, true
		}
	}
	if i > 0 {
		if n, is := all[path[i-1]+"/"+path[i]]; is {
			return n, true
		}
	}
	n, is := all[path[i]]
	return n, is
}

// participle says what became of something.
func participle(k Kind, feminine, plural bool) string {
	return agreed(map[Kind]string{Added: "ajouté", Removed: "retiré", Changed: "changé", Moved: "déplacé"}[k], feminine, plural)
}

// says names a path and what became of it: étape « besoin » : choix « VAE » ajouté.
func (c *comparison) says(path []string, k Kind) string {
	name, last := c.name(path)
	return name + " " + participle(k, last.feminine, last.plural)
}

// prefixed names a path before a sentence of its own.
func (c *comparison) prefixed(path []string, sentence string) string {
	name, _ := c.name(path)
	return name + " : " + sentence
}

// reordered says that a table has another order: étape « besoin » : ordre des choix changé.
func (c *comparison) reordered(path []string) string {
	if n := len(path); n > 0 {
		if of := map[string]string{"steps": "étapes", "options": "choix", "variants": "variantes", "cards": "cartes", "dangers": "dangers",
			"structures": "structures", "networks": "réseaux", "answers": "réponses", "needs": "besoins", "tables": "tables"}[path[n-1]]; of != "" {
			if n == 1 {
				return "ordre des " + of + " changé"
			}
			return c.prefixed(path[:n-1], "ordre des "+of+" changé")
		}
	}
	return c.prefixed(path, "ordre changé")
}

// name says a path, and the noun that it ends with.
func (c *comparison) name(path []string) (string, noun) {
	last := m(c.whose())
	var parts []string
	add := func(n noun, id string) {
		if last = n; id != "" {
			id = " « " + id + " »"
		}
		parts = append(parts, n.word+id)
	}
	rest := path
	if c.translated != "" && len(path) > 0 {
		add(f("traduction"), path[0])
		if rest = path[1:]; len(rest) == 1 && rest[0] == "other" {
			rest = nil
		}
	}
	for i := 0; i < len(rest); i++ {
		n, table := nouns()[rest[i]]
		field, known := fieldAt(rest, i)
		switch {
		case table && i+1 < len(rest) && !(i > 0 && known):
			add(n, c.title(rest[:i+2]))
			i++
		case i == 2 && rest[0] == "campaigns":
			add(f("réponse"), c.after.answer(rest[i]))
		case known:
			add(field, "")
		case table:
			add(noun{n.word, n.feminine, n.plural}, "")
		default:
			add(m(days(rest[i])), "")
		}
	}
	if len(parts) == 0 {
		return c.whose(), last
	}
	return strings.Join(parts, " : "), last
}

// days says a day of a week of hours, or several: lun-ven. Anything else is named as it is written.
func days(key string) string {
	names := map[string]string{"lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi", "sam": "samedi", "dim": "dimanche"}
	from, to, several := strings.Cut(key, "-")
	switch {
	case names[key] != "":
		return names[key]
	case several && names[from] != "" && names[to] != "":
		return "du " + names[from] + " au " + names[to] + ", horaire"
	}
	return "« " + key + " »"
}

// title is what a record is known by: its own title or label where it has one, else its id.
func (c *comparison) title(path []string) string {
	id := path[len(path)-1]
	table := path[len(path)-2]
	if table == "options" && len(path) > 3 {
		table = path[len(path)-3] + "." + table
	}
	for _, l := range []labels{c.after, c.before} {
		if t := l.titles[table+"/"+id]; t != "" {
			return t
		}
	}
	return id
}

// testsFolder is where the transcripts of a draft are.
const testsFolder = "tests/"

// Place is what a file is called where people work on it: Parcours « Accueil », Cartes, Tables d'aiguillage.
func Place(file string, drafts ...*flow.Draft) string {
	group, _ := groupOf(file, drafts...)
	return group
}

// groupOf is what changes of a file are shown under, and its language where it is one of translations.
func groupOf(file string, drafts ...*flow.Draft) (group, language string) {
	for _, d := range drafts {
		root, _ := d.At(file)
		if root.TextAt("flow") == "" || strings.HasPrefix(file, "locales/") {
			continue
		}
		if title := root.TextAt("title"); title != "" {
			return "Parcours « " + title + " »", ""
		}
		return "Parcours « " + root.TextAt("flow") + " »", ""
	}
	if rest, is := strings.CutPrefix(file, "locales/"); is {
		parts := strings.Split(strings.TrimSuffix(rest, ".yaml"), ".")
		return "Traductions : " + Tongue(parts[len(parts)-1]), parts[len(parts)-1]
	}
	if strings.HasPrefix(file, testsFolder) {
		return "Tests", ""
	}
	base := file[strings.LastIndexByte(file, '/')+1:]
	group = map[string]string{"bundle.yaml": "Réglages", "routing.yaml": "Tables d'aiguillage", "cards.yaml": "Cartes", "networks.yaml": "Réseaux",
		"structures.yaml": "Structures et offres", "hours.yaml": "Horaires", "safety.yaml": "Sécurité", "lexicon.yaml": "Mots compris",
		"examples.yaml": "Exemples de messages", "region.yaml": "Réglages"}[base]
	if group == "" {
		return file, ""
	}
	if parts := strings.Split(file, "/"); len(parts) == 3 && parts[0] == "regions" {
		group += " de la région"
	}
	return group, ""
}

// Tongue is the French name of a language.
func Tongue(code string) string {
	names := map[string]string{"fr": "français", "en": "anglais", "de": "allemand", "es": "espagnol", "it": "italien", "pt": "portugais",
		"ar": "arabe", "ar-latn": "arabe en lettres latines", "uk": "ukrainien", "ru": "russe", "tr": "turc", "br": "breton", "pl": "polonais", "ro": "roumain", "zh": "chinois"}
	if name := names[code]; name != "" {
		return name
	}
	return code
}

func count(n int, one, more string) string {
	if n < 2 {
		return fmt.Sprint(n, " ", one)
	}
	return fmt.Sprint(n, " ", more)
}
