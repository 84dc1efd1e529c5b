package sms

import "strings"

// Sentences are what the adapter says by itself, by language and id: each one SMS in the GSM alphabet.
// {text} is filled in.
//
//	many        to a person who is over their limit
//	code_wrong  a code that opens nothing
//	code_wait   too many wrong codes
//	correction  a counsellor's message in place of an earlier one, which cannot be changed
func Sentences() map[string]map[string]string {
	return map[string]map[string]string{
		"fr": {
			"many":       "Trop de messages. Attendez dix minutes, puis écrivez encore. Danger : 15, 17 ou 112. Par SMS : 114.",
			"code_wrong": "Ce code n'ouvre rien. Vérifiez les dix chiffres. Vous pouvez aussi continuer ici sans code.",
			"code_wait":  "Trop d'essais de code. Attendez un peu. Vous pouvez continuer ici sans code.",
			"correction": "Correction : {text}",
		},
		"en": {
			"many":       "Too many messages. Wait ten minutes, then write again. In danger: 15, 17 or 112. By text message: 114.",
			"code_wrong": "This code opens nothing. Check the ten digits. You can also go on here without a code.",
			"code_wait":  "Too many codes. Wait a little. You can go on here without a code.",
			"correction": "Correction: {text}",
		},
	}
}

// sentence is one in a language, in French where there is none, filled in with pairs of a name and a value.
func sentence(language, id string, pairs ...string) string {
	own := Sentences()
	text := own[language][id]
	if text == "" {
		text = own["fr"][id]
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
