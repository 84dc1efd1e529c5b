package change

import "strings"

// nouns are the things of a bundle, by the key of the table that they stand in. A feminine one has its e.
func nouns() map[string]string {
	return map[string]string{
		"steps": "étape", "answers": "réponse", "options": "choix", "variants": "variante", "interrupts": "commande",
		"cards": "carte", "structures": "structure", "networks": "réseau", "queues": "horaires", "tables": "table",
		"reasons": "raison", "territories": "territoire", "numbers": "numéro", "dangers": "danger", "needs": "besoin",
		"publics": "public", "families": "famille de mots", "traits": "trait", "procedure": "mesure", "hearing": "langue", "campaigns": "campagne",
	}
}

// fields are the keys of records, as a supervisor calls them.
func fields() map[string]string {
	return map[string]string{
		"say": "texte", "ask": "question", "text": "texte", "voice": "texte au téléphone", "sms": "texte par SMS", "retry": "relance", "why": "explication",
		"then": "suite", "else": "suite par défaut", "only": "condition", "also": "autres mots", "sets": "réponses remplies", "when": "condition",
		"card": "carte", "link": "adresse", "route": "table", "call": "parcours joué", "end": "issue", "budget": "budget de questions", "check": "vérification",
		"handoff": "passage à une personne", "on": "suite si personne ne répond", "title": "titre", "name": "nom", "source": "source", "url": "adresse de la source",
		"checked": "date de vérification", "expires": "échéance", "owner": "responsable", "hours": "horaires", "delay": "délai", "quota": "quota",
		"offers": "offres", "phone": "téléphone", "mail": "e-mail", "address": "adresse", "rows": "lignes", "columns": "colonnes", "words": "mots",
		"close": "fermetures", "open": "ouvertures exceptionnelles", "if": "cas", "optional": "droit de passer", "service": "nom du service", "start": "début", "other": "traduction",
	}
}

// name says a path: étape « besoin » : choix « vae » : suite.
func (c *comparison) name(path []string) string {
	var parts []string
	for i := 0; i < len(path); i++ {
		noun, is := nouns()[path[i]]
		switch {
		case is && i+1 < len(path):
			parts = append(parts, noun+" « "+path[i+1]+" »")
			i++
		case is:
			parts = append(parts, noun)
		case fields()[path[i]] != "":
			parts = append(parts, fields()[path[i]])
		default:
			parts = append(parts, "« "+path[i]+" »")
		}
	}
	if len(parts) == 0 {
		return c.fileName()
	}
	return strings.Join(parts, " : ")
}

// e is the ending of a participle behind a path.
func e(path []string) string {
	if len(path) < 2 {
		return ""
	}
	switch nouns()[path[len(path)-2]] {
	case "étape", "réponse", "variante", "commande", "carte", "structure", "table", "raison", "famille de mots", "mesure", "langue", "campagne":
		return "e"
	}
	return ""
}

func french(k Kind, feminine bool) string {
	word := map[Kind]string{Added: "ajouté", Removed: "retiré", Changed: "changé", Moved: "déplacé"}[k]
	if feminine {
		word += "e"
	}
	return word
}
