package studio

import (
	"strings"

	"frontdesk/bot/flow"
)

// settingGroups are the parts of the page, by what people experience; each setting is named by its keys.
func settingGroups() []settingGroup {
	of := func(title, hint string, units ...string) settingGroup {
		g := settingGroup{Title: title, Hint: hint}
		for _, unit := range units {
			g.Settings = append(g.Settings, setting{Unit: unit})
		}
		return g
	}
	return []settingGroup{
		of("Le service", "", "service", "banner", "line"),
		of("Affluence", "Une étape peut alors dire autre chose : condition « Affluence ».", "busy"),
		of("Attendre une personne", "", "delays/pickup", "delays/call", "delays/dated"),
		of("Pendant l'échange avec une personne", "", "delays/owner", "delays/citizen", "delays/hold"),
		of("Après la fin", "", "delays/reopen", "delays/follow"),
		of("Une réponse n'est pas comprise", "", "reprompt/no_match"),
		of("La personne ne répond pas", "Les attentes se suivent. Videz une case pour l'enlever.", "reprompt/no_input/voice", "reprompt/no_input/chat", "reprompt/no_input/sms", "reprompt/expire"),
	}
}

// settingLabels are how the page asks for settings, by their keys. A hint says what people experience.
func settingLabels() map[string]label {
	return map[string]label{
		"service":                 {"Nom public", "Ce que les textes disent pour {service}."},
		"banner":                  {"Bandeau", "En haut de la page de conversation. Vide : rien."},
		"line":                    {"Numéro du service", "Ce que les textes disent pour {numero_service}."},
		"busy":                    {"Affluence au-delà de", "Personnes qui attendent quelqu'un. 0 : jamais."},
		"delays/pickup":           {"Par écrit, attente au plus", "Ensuite, une autre solution est proposée. L'étape peut en dire une autre."},
		"delays/call":             {"Au téléphone, attente au plus", "Ensuite, un rappel est proposé."},
		"delays/dated":            {"Réponse promise sous", "Jours ouvrés. Une structure peut avoir le sien."},
		"delays/owner":            {"Silence de la conseillère ou du conseiller", "Ensuite, une relance. Après un second silence, une autre personne peut répondre."},
		"delays/citizen":          {"Silence de la personne", "Ensuite, une relance. Après un second silence, la conversation se ferme."},
		"delays/hold":             {"Temps pour reprendre un message", "La conseillère ou le conseiller peut encore l'annuler. Puis la personne le lit."},
		"delays/reopen":           {"Reprendre la conversation", "Après la fin. Plus tard, un message commence une nouvelle conversation. L'installation peut effacer la conversation plus tôt."},
		"delays/follow":           {"Demander si l'aide a servi, après", "Une seule question, aux personnes qui l'ont accepté."},
		"reprompt/no_match":       {"La première fois, la deuxième fois…", "Une étape peut avoir sa propre suite."},
		"reprompt/no_input/voice": {"Au téléphone", "La question est redite. Après la dernière attente, l'appel passe à une personne."},
		"reprompt/no_input/chat":  {"Par écrit", "La personne reçoit une relance après chaque attente."},
		"reprompt/no_input/sms":   {"Par SMS", "La personne reçoit une relance après chaque attente."},
		"reprompt/expire":         {"Conversation abandonnée après", "Elle se ferme sans bruit. Un message la reprend."},
	}
}

// settingInput is the place whose input a fault is marked at: a list is one field.
func settingInput(at flow.Place) []string {
	if n := len(at.Path); n > 1 && isNumber(at.Path[n-1]) {
		return at.Path[:n-1]
	}
	return at.Path
}

// settingField is how the page calls what a fault is about.
func settingField(at flow.Place) string {
	if at.Path[0] == "campaigns" {
		return "campagne « " + at.Path[min(1, len(at.Path)-1)] + " »"
	}
	return settingLabel(settingInput(at)).Label
}

// settingLabel is how the setting at a path is asked for.
func settingLabel(path []string) label {
	if l, is := settingLabels()[strings.Join(path, "/")]; is {
		return l
	}
	return labelOf(path)
}
