package telegram

import (
	"strings"
	"unicode"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
	"frontdesk/bot/render"
)

// A saying is one thing that a person did with a message.
type saying struct {
	code  string    // a resume code, to be redeemed
	issue bool      // they want one
	event bot.Event // what happened otherwise: also when the code opens nothing
}

// A reader says what messages mean. It has no memory and calls nobody.
type reader struct {
	codes bool                   // ten digits are a resume code
	known func(name string) bool // whether a command stands in a menu
}

// message says what a person did, in order. edited is a message whose words were changed: what else it
// has was taken when it came.
func (r reader) message(m *message, edited bool) []saying {
	var all []saying
	switch kind := m.kind(); {
	case m.Contact != nil && !edited:
		own := m.From != nil && m.Contact.User == m.From.ID
		all = append(all, saying{event: bot.GaveContact{Phone: bot.Words(dialled(m.Contact.Phone)), Own: own}})
	case kind != "" && !edited:
		all = append(all, saying{event: bot.Enclosed{Kind: kind}})
	}
	language := ""
	if m.From != nil {
		language = m.From.Language
	}
	all = append(all, r.text(m.Text, m.Entities, language, edited)...)
	return append(all, r.text(m.Caption, m.CaptionEntities, language, edited)...)
}

// dialled is a number as it is dialled from everywhere: some of Telegram's applications leave out the
// plus.
func dialled(phone string) string {
	if phone != "" && strings.Trim(phone, "0123456789") == "" && phone[0] != '0' {
		return "+" + phone
	}
	return render.Typed(phone)
}

func (r reader) text(text string, entities []entity, language string, edited bool) []saying {
	for _, e := range entities {
		before, word, after, ok := around(text, e)
		if e.Type != "bot_command" || !ok {
			continue
		}
		name, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(word, "/")), "@")
		if wordy(before) && !r.known(name) {
			continue // « BTS /BUT » is no command
		}
		var all []saying
		if wordy(before) {
			all = r.words(before)
		}
		if name == "start" && !edited {
			return append(all, r.start(strings.TrimSpace(after), language)...)
		}
		return append(all, r.command(name, after)...)
	}
	return r.words(text)
}

// start opens or comes back: with a resume code, from a place or a campaign, or with nothing.
func (r reader) start(payload, language string) []saying {
	arrived := saying{event: bot.Arrived{Language: clip(language, 35)}}
	switch code, is := r.code(payload); {
	case is:
		return []saying{{code: code, event: arrived.event}}
	case payload != "" && len(payload) <= 64 && strings.Trim(payload, payloadSigns) == "":
		arrived.event = bot.Arrived{Language: clip(language, 35), Entry: payload}
	}
	return []saying{arrived}
}

// payloadSigns may stand in a link's "?start=" (Bot API, "Deep linking").
const payloadSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

func (r reader) command(name, after string) []saying {
	if name == "code" && r.codes {
		if code, is := r.code(after); is {
			return []saying{{code: code}}
		}
		all := []saying{{issue: true}}
		if wordy(after) {
			all = append(r.words(after), all...)
		}
		return all
	}
	if !wordy(after) {
		after = ""
	}
	return r.words(strings.TrimSpace(name + " " + strings.TrimSpace(after)))
}

// words are a resume code, or one Said or more: nothing that somebody wrote is too long to be taken.
func (r reader) words(text string) []saying {
	if code, is := r.code(text); is {
		return []saying{{code: code}}
	}
	var all []saying
	for _, piece := range messaging.Pieces(render.Typed(text)) {
		all = append(all, saying{event: bot.Said{Text: bot.Words(piece)}})
	}
	return all
}

// code is a resume code where a text is nothing else, and codes lead somewhere.
func (r reader) code(text string) (string, bool) {
	if !r.codes {
		return "", false
	}
	return messaging.Code(text)
}

// around cuts a text at an entity, whose place Telegram counts in UTF-16 units.
func around(text string, e entity) (before, word, after string, ok bool) {
	from, to, at := -1, -1, 0
	for i, r := range text {
		if at == e.Offset {
			from = i
		}
		if at == e.Offset+e.Length {
			to = i
		}
		at += 1
		if r > 0xFFFF {
			at++
		}
	}
	if at == e.Offset+e.Length {
		to = len(text)
	}
	if from < 0 || to < from {
		return "", "", "", false
	}
	return text[:from], text[from:to], text[to:], true
}

// wordy says whether a text has a letter or a digit.
func wordy(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// clip is the beginning of a text, at most so many characters.
func clip(text string, most int) string {
	for i := range text {
		if most == 0 {
			return text[:i]
		}
		most--
	}
	return text
}
