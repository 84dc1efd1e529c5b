package telegram

import (
	"fmt"
	"strings"
	"time"

	"frontdesk/bot/desk"
)

// Sentences are what the adapter says by itself, by language and id. {code}, {until}, {choice} and
// {text} are filled in. A Region may replace each of them through Config.Texts.
//
//	group       to a group or a channel, before it is left
//	many        to a person who is over their limit: once
//	lost        in place of a message that could not be taken
//	code        a resume code
//	code_wrong  a code that opens nothing
//	code_wait   too many wrong codes
//	menu_code   what /code does, in the menu of commands
//	contact     label of the button that gives the telephone number
//	choose      above buttons whose question stands in the message before
//	chosen      a question with what was chosen
//	correction  a counsellor's message in place of one that cannot be changed
//	twice       below a message that may be a repetition
func Sentences() map[string]map[string]string {
	return map[string]map[string]string{
		"fr": {
			"group":      "Je réponds seulement en privé. Écrivez-moi directement. Je quitte ce groupe.",
			"many":       "Trop de messages. Attendez une minute, puis écrivez à nouveau. Danger : 15, 17 ou 112. Par SMS : 114.",
			"lost":       "Désolé, votre dernier message n'est pas arrivé. Renvoyez-le, merci.",
			"code":       "Votre code : {code}\nIl est valable jusqu'au {until}. Il sert une seule fois.\nGardez-le pour vous : il ouvre votre conversation.",
			"code_wrong": "Ce code n'ouvre rien. Il a peut-être déjà servi, ou il n'est plus valable. Vérifiez les dix chiffres.",
			"code_wait":  "Trop d'essais de code. Attendez un peu, puis essayez à nouveau. Vous pouvez continuer ici sans code.",
			"menu_code":  "Recevoir un code pour continuer ailleurs",
			"contact":    "Donner mon numéro",
			"choose":     "Choisissez une réponse, ou écrivez-la :",
			"chosen":     "{text}\n\n✓ {choice}",
			"correction": "Correction : {text}",
			"twice":      "{text}\n\n(Vous avez peut-être déjà reçu ce message.)",
		},
		"en": {
			"group":      "I only answer in private. Please write to me directly. I am leaving this group.",
			"many":       "Too many messages. Wait a minute, then write again. In danger: 15, 17 or 112. By text message: 114.",
			"lost":       "Sorry, your last message did not arrive. Please send it again.",
			"code":       "Your code: {code}\nIt is good until {until}. It works once.\nKeep it to yourself: it opens your conversation.",
			"code_wrong": "This code opens nothing. It may have been used, or it is too old. Check the ten digits.",
			"code_wait":  "Too many codes. Wait a little, then try again. You can go on here without a code.",
			"menu_code":  "Get a code to go on elsewhere",
			"contact":    "Give my number",
			"choose":     "Choose an answer, or write it:",
			"chosen":     "{text}\n\n✓ {choice}",
			"correction": "Correction: {text}",
			"twice":      "{text}\n\n(You may have had this message already.)",
		},
	}
}

// text is a sentence in the person's language, in French where there is none, filled in with pairs of
// a name and a value.
func (c *Channel) text(language, id string, pairs ...string) string {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	sentence := ""
	if c.Texts != nil {
		sentence = c.Texts(language, id)
	}
	own := Sentences()
	for _, known := range []string{language, "fr"} {
		if sentence == "" {
			sentence = own[known][id]
		}
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// until is an instant as it is read: "lundi 7 décembre 2026, 14 h 05".
func (c *Channel) until(language string, t time.Time) string {
	t = t.In(c.Zone)
	if strings.HasPrefix(strings.ToLower(language), "en") {
		return t.Format("Monday 2 January 2006, 15:04")
	}
	return fmt.Sprintf("%s, %s", desk.Date(t, c.Zone), desk.Hour(t, c.Zone))
}

// spoken groups a code's digits so that they can be read aloud: 123 456 7890.
func spoken(code string) string {
	if len(code) != 10 {
		return code
	}
	return code[:3] + " " + code[3:6] + " " + code[6:]
}
