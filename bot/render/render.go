// Package render says one thing in each channel's way. It sends nothing.
package render

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdesk/bot"
)

// Kind is the way a channel says things: "sms", "voice" or, for all that has buttons, "chat". Texts
// of the flow vary by it.
func Kind(channel bot.ChannelName) string {
	switch channel {
	case "sms":
		return "sms"
	case "phone":
		return "voice"
	}
	return "chat"
}

// Numbered is a text with its options as a numbered list, for SMS and terminals.
func Numbered(say bot.Say) string {
	var b strings.Builder
	b.WriteString(say.Text)
	for i, o := range say.Options {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.Itoa(i + 1))
		b.WriteByte(' ')
		b.WriteString(o.Label)
	}
	return b.String()
}

// Spoken is a text as a voice reads it, with its options as a spoken menu in the wording of menu:
// « Pour X, tapez 1. ». Every line ends as a sentence. Numbers stay digits, but those to dial are
// spaced as people say them (31 14). Addresses of pages are never spoken.
func Spoken(say bot.Say, menu func(label string, n int) string) string {
	var sentences []string
	add := func(text string) {
		if s := sentence(silent(dialled(text, say.Links), say.Links)); s != "" {
			sentences = append(sentences, s)
		}
	}
	for line := range strings.Lines(say.Text) {
		add(line)
	}
	for i, o := range say.Options {
		if !say.Short {
			add(menu(o.Label, i+1))
		}
	}
	return strings.Join(sentences, " ")
}

// sentence puts a line on one line and ends it.
func sentence(line string) string {
	s := strings.Join(strings.Fields(line), " ")
	if strings.Trim(s, " .,;:!?()") == "" {
		return ""
	}
	s = strings.TrimRight(s, " ,;:")
	if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(".!?…", last) {
		s += "."
	}
	return s
}
