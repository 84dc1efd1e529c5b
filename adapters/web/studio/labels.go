package studio

import "strings"

// A label is how a form asks for a key, in French.
type label struct{ Label, Hint string }

// labels are by the key, or by the last two where a key means different things.
func labels() map[string]label {
	return map[string]label{
		// steps
		"say":           {"Ce que l'accueil dit", "Une idée par phrase. Quatorze mots au plus."},
		"ask":           {"La question", "Une seule idée. La question vient en dernier."},
		"text":          {"Le texte", "Une idée par phrase. Quatorze mots au plus."},
		"voice":         {"Au téléphone", "Vide : le même texte. Écrivez comme on parle."},
		"sms":           {"Par SMS", "Vide : le même texte. Sans ê, ç, ô, À : un SMS coûte alors le double."},
		"retry":         {"Si la réponse n'est pas comprise", "Une autre façon de poser la question."},
		"why":           {"À quoi sert la question", "Dit à qui écrit POURQUOI. Une phrase."},
		"then":          {"Ensuite", ""},
		"else":          {"Sinon", ""},
		"answer":        {"Réponse remplie", "Vide : la réponse porte le nom de l'étape."},
		"budget":        {"Compte dans", "Quatre questions au plus avant l'information, quatre pour les coordonnées."},
		"optional":      {"On peut passer", "La personne peut répondre « je ne sais pas »."},
		"ask_again":     {"Redemander", "Même si la réponse est déjà connue."},
		"check":         {"Vérifier la réponse", ""},
		"min":           {"Au moins", ""},
		"max":           {"Au plus", ""},
		"error":         {"Si c'est hors bornes", "La phrase dite alors."},
		"card":          {"Carte donnée", "L'information de cette carte."},
		"link":          {"Adresse donnée", "https://…"},
		"no_match":      {"Après un mot non compris", "La première fois, la deuxième fois… Rien : comme partout."},
		"route":         {"Table lue", ""},
		"if":            {"Les cas", ""},
		"send":          {"Réponse qui reçoit le SMS", "Au téléphone, le texte n'est pas dit : il part par SMS à ce numéro. Vide : il est dit."},
		"call":          {"Parcours joué", "Il revient ici quand il est fini."},
		"end":           {"Issue", ""},
		"handoff":       {"Passage à une personne", ""},
		"handoff/to":    {"À qui", ""},
		"handoff/mode":  {"Comment", ""},
		"handoff/wait":  {"Attente au plus", "Ensuite : « délai dépassé »."},
		"handoff/brief": {"Réponses transmises", "Rien de coché : toutes, sauf les sensibles."},
		"urgent":        {"Urgent quand", ""},
		"on":            {"Si personne ne répond", ""},
		"on/closed":     {"Fermé", ""},
		"on/unstaffed":  {"Ouvert, mais personne", ""},
		"on/timeout":    {"Délai dépassé", ""},
		"on/over":       {"Entretien fini", "Au téléphone, quand la conseillère ou le conseiller raccroche en premier. Vide : l'appel s'arrête."},
		// options
		"also":  {"Autres mots", "Un par ligne. Ce que les gens écrivent pour ce choix."},
		"range": {"Âges", "Deuxième case vide : cet âge ou plus."},
		"only":  {"Montré seulement si", ""},
		"sets":  {"Remplit aussi", ""},
		"when":  {"Quand", ""},
		// answers
		"type":      {"Sorte de réponse", ""},
		"keep":      {"Gardée", "« Jamais » : elle sert une fois, puis elle est oubliée."},
		"sensitive": {"Sensible", "Jamais dans les journaux. Transmise seulement si une étape la nomme."},
		"label":     {"Nom sur la fiche", ""},
		"as":        {"Rôle", ""},
		// cards
		"title":          {"Titre", ""},
		"source":         {"Source", "Qui l'affirme. Elle est dite à la personne."},
		"url":            {"Adresse de la source", "https://…"},
		"checked":        {"Vérifiée le", ""},
		"expires":        {"À revoir avant le", "Après ce jour, la carte n'est plus dite."},
		"owner":          {"Qui la tient à jour", ""},
		"demonstration":  {"Exemple", "Une fiche inventée, qui le dit."},
		"nothing":        {"Dit qu'il n'y a pas d'information", "La question est comptée comme sans réponse."},
		"routes":         {"Les quatre voies d'un métier", ""},
		"school":         {"Par l'école", ""},
		"apprenticeship": {"Par l'apprentissage", ""},
		"training":       {"Par la formation", ""},
		"vae":            {"Par la VAE", "Validation des acquis de l'expérience."},
		// structures, networks, hours
		"name":         {"Nom", ""},
		"was":          {"Anciens noms", "Un par ligne."},
		"network":      {"Réseau", ""},
		"lead":         {"Accueil régional", "La structure qui répond pour tout le monde."},
		"territories":  {"Territoires", "Un par ligne. * : tous."},
		"offers":       {"Offres et conventions", ""},
		"id":           {"Offre", ""},
		"from":         {"Du", ""},
		"to":           {"Au", "Vide : sans fin."},
		"hours":        {"Horaires", ""},
		"delay":        {"Répond en", "Jours ouvrés."},
		"quota":        {"Dossiers ouverts au plus", "Vide : sans limite."},
		"fallback":     {"Remplacée par", "Une structure par ligne, dans l'ordre."},
		"contacts":     {"Répond par", "Un par ligne : phone, sms, mail, desk, place, video."},
		"address":      {"Adresse", ""},
		"phone":        {"Téléphone", ""},
		"phone/text":   {"Comme on le lit", "Comme 02 61 91 00 00."},
		"phone/tel":    {"Comme on le compose", "Comme +33261910000."},
		"line/text":    {"Comme on le lit", "Comme 02 61 91 00 00."},
		"line/tel":     {"Comme on le compose", "Comme +33261910000."},
		"crip/text":    {"Comme on le lit", ""},
		"crip/tel":     {"Comme on le compose", ""},
		"mail":         {"E-mail", ""},
		"like":         {"Comme", "Les mêmes horaires qu'une autre file."},
		"always":       {"Jour et nuit", ""},
		"holidays":     {"Jours fériés", ""},
		"on_holidays":  {"Ouvert les jours fériés", ""},
		"close":        {"Fermetures", ""},
		"open":         {"Ouvertures exceptionnelles", ""},
		"in":           {"Dans une phrase", "Comme « en Ille-et-Vilaine »."},
		"departements": {"Départements", "Un par ligne."},
		"communes":     {"Communes", "Une par ligne, avec son code."},
		"coordinator":  {"Structure qui coordonne", ""},
		"crip":         {"Cellule du département", "Informations préoccupantes."},
		// safety
		"reviewed": {"Relu le", ""},
		"on_call":  {"Quelqu'un est de garde", ""},
		"grade":    {"Gravité", ""},
		"numbers":  {"Numéros dits", "Un par ligne."},
		"words":    {"Mots entendus", "Un par ligne."},
		"denied":   {"Nié", ""},
		"past":     {"Passé", ""},
		"minor":    {"Enfant", ""},
		"adult":    {"Adulte", ""},
		"reread":   {"Relectures", ""},
		// interrupts
		"start":    {"Première étape", ""},
		"priority": {"Priorité", "La plus grande est entendue d'abord."},
		"do":       {"Effet", ""},
		"key":      {"Touche du téléphone", ""},
	}
}

// labelOf is how the key at a path is asked for; one that has no label is asked for by its own name.
func labelOf(path []string) label {
	all := labels()
	if n := len(path); n > 1 {
		if l, is := all[path[n-2]+"/"+path[n-1]]; is {
			return l
		}
	}
	key := path[len(path)-1]
	if l, is := all[key]; is {
		return l
	}
	return label{Label: days(key)}
}

// days names a day or a run of days of an opening; any other key is its own name.
func days(key string) string {
	long := map[string]string{"lun": "Lundi", "mar": "Mardi", "mer": "Mercredi", "jeu": "Jeudi", "ven": "Vendredi", "sam": "Samedi", "dim": "Dimanche"}
	first, second, run := strings.Cut(key, "-")
	if long[first] == "" || run && long[second] == "" {
		return key
	}
	if !run {
		return long[first]
	}
	return "Du " + strings.ToLower(long[first]) + " au " + strings.ToLower(long[second])
}

// wordOf names a word of a closed set.
func wordOf(path []string, word string) string {
	key := path[len(path)-1]
	if l, is := closedWords()[key+"/"+word]; is {
		return l
	}
	return word
}

func closedWords() map[string]string {
	return map[string]string{
		"budget/triage": "les questions d'avant l'information", "budget/contact": "les coordonnées",
		"mode/direct": "tout de suite", "mode/referral": "mise en relation avec une structure", "mode/dated": "réponse à une date",
		"type/choice": "un choix", "type/yesno": "oui ou non", "type/postcode": "un lieu", "type/phone": "un numéro de téléphone", "type/mobile": "un numéro de portable",
		"type/email": "une adresse e-mail", "type/number": "un nombre", "type/text": "des mots libres",
		"keep/session": "jusqu'à la fin de la conversation", "keep/case": "avec le dossier", "keep/never": "jamais",
		"grade/immediate": "danger immédiat", "grade/distress": "détresse", "grade/sensitive": "sujet sensible",
		"as/need": "le besoin", "as/public": "la situation", "as/adaptation": "une adaptation", "as/contact": "le moyen de contact",
		"as/consent": "l'accord", "as/useful": "l'utilité", "as/network": "le réseau", "as/reason": "la raison", "as/card": "la carte",
		"as/offer": "l'offre", "as/structure": "la structure", "as/follow": "le suivi", "as/job": "un métier", "as/theme": "un sujet", "as/message": "un message",
		"do/human": "passer une personne", "do/stop": "arrêter", "do/erase": "effacer", "do/data": "dire ce qui est gardé", "do/back": "revenir",
		"do/repeat": "répéter", "do/restart": "recommencer", "do/help": "aider", "do/language": "changer de langue", "do/why": "dire pourquoi", "do/opinion": "recevoir un avis",
	}
}

// kindOf names a kind of step, by the key that makes it.
func kindOf(kind string) string {
	return map[string]string{"say": "phrase", "ask": "question", "if": "condition", "route": "table", "call": "autre parcours", "handoff": "passage à une personne", "end": "fin"}[kind]
}
