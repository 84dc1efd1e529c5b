package desk

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk/bot"
)

// A Line is one fact of a brief in words: what it is called and what it says.
type Line struct{ Label, Value string }

// Lines are a brief as every tool shows it, in one order: who to answer and how, what was said, what
// was already given, what was promised and agreed to.
func Lines(b bot.Brief, zone *time.Location) []Line {
	lines := []Line{{"Dossier", b.Dossier}}
	add := func(label, value string) {
		if value = clean(value); value != "" {
			lines = append(lines, Line{label, value})
		}
	}
	if b.Danger != "" {
		add("Danger", "entendu : "+b.Danger)
	}
	if b.Refused == "silent" {
		add("Revenu", "la structure n'a pas répondu")
	} else if b.Refused != "" {
		add("Revenu", "refusé : "+Label(Refusals(), b.Refused))
	}
	for _, a := range b.Advice {
		add("À savoir", a)
	}
	for _, a := range b.Answers {
		add(a.Label, a.Value)
	}
	if b.Message != nil {
		add("Message vocal", RecordingLabel(*b.Message, zone))
	}
	add("Territoire", b.Territory)
	add("Canal", ChannelLabel(b.Channel))
	add("Langue", LanguageLabel(b.Language))
	add("Structure", b.Structure)
	add("Raison", b.Reason)
	add("Déjà donné", strings.Join(b.Cards, ", "))
	if !b.Promised.IsZero() {
		add("Réponse annoncée", Date(b.Promised, zone)+" à "+Hour(b.Promised, zone))
	}
	if b.Contact != "" {
		add("Répondre", Label(Contacts(), b.Contact))
	}
	add("Accord", b.Consent)
	if !b.Handed.IsZero() {
		add("Transmis", Date(b.Handed, zone)+" à "+Hour(b.Handed, zone))
	}
	return lines
}

// Plain is « Copier le dossier »: the brief as aligned plain text, to be pasted into the tool of
// the counsellor's own network. The spaces in it are ordinary ones.
func Plain(b bot.Brief, zone *time.Location) string {
	lines := Lines(b, zone)
	width := 0
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l.Label))
	}
	indent := strings.Repeat(" ", width+3)
	var out strings.Builder
	for _, l := range lines {
		out.WriteString(l.Label)
		out.WriteString(strings.Repeat(" ", width-utf8.RuneCountInString(l.Label)))
		out.WriteString(" : ")
		out.WriteString(strings.ReplaceAll(l.Value, "\n", "\n"+indent))
		out.WriteByte('\n')
	}
	return strings.ReplaceAll(out.String(), "\u00a0", " ")
}

// clean takes out what could rearrange a text that is pasted elsewhere: control characters and the
// invisible marks that turn the direction of writing.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s))
}

// NeedLabel is the person's need in words where the brief has it, else the card's code made readable.
func NeedLabel(card bot.Card, b bot.Brief) string {
	return answer(b, card.Need, "need")
}

// PublicLabel is who the person is, in words, by the same rule.
func PublicLabel(card bot.Card, b bot.Brief) string {
	return answer(b, card.Public, "public")
}

func answer(b bot.Brief, code, role string) string {
	for _, a := range b.Answers {
		if a.As == role && a.Value != "" {
			return clean(a.Value)
		}
	}
	return strings.ReplaceAll(code, "_", " ")
}
