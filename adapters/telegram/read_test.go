package telegram

import (
	"strings"
	"testing"
	"unicode/utf8"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

func TestACommandStandsWhereTelegramSaysInUTF16(t *testing.T) {
	r := reader{known: func(name string) bool { return name == "aide" }}
	for text, want := range map[string][]string{
		"/aide":              {"aide"},
		"éé /aide":           {"éé", "aide"},
		"🙂🙂 /aide":           {"aide"},
		"👩‍👩‍👧‍👦é /aide svp": {"👩‍👩‍👧‍👦é", "aide svp"},
		"𝐀 /aide@mon_bot !":  {"𝐀", "aide"},
		"soit BTS /BUT":      {"soit BTS /BUT"},
		"/BUT ou BTS":        {"but ou BTS"},
	} {
		at := strings.IndexByte(text, '/')
		word, _, _ := strings.Cut(text[at:], " ")
		got := words(r.text(text, []entity{{"bot_command", units(text[:at]), units(word)}}, "", false))
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func words(all []saying) []string {
	var texts []string
	for _, s := range all {
		if said, is := s.event.(bot.Said); is {
			texts = append(texts, string(said.Text))
		}
	}
	return texts
}

// Whatever Telegram says about a text, none of its words is lost and nothing is too long.
func FuzzText(f *testing.F) {
	f.Add("éé 🙂 /aide svp", 6, 5, true)
	f.Add("/start forum", 0, 6, false)
	f.Add(strings.Repeat("mot ", 2000), 3, 99, true)
	f.Add("a\xff/b\u200b", 1, 2, true)
	f.Fuzz(func(t *testing.T, text string, offset, length int, known bool) {
		if !utf8.ValidString(text) || strings.Contains(strings.ToLower(text), "start") {
			return // no JSON has the first; the second may be a payload
		}
		r := reader{known: func(string) bool { return known }}
		said := strings.Join(words(r.text(text, []entity{{"bot_command", offset, length}}, "", false)), "")
		for _, s := range r.text(text, nil, "", false) {
			if n := utf8.RuneCountInString(string(s.event.(bot.Said).Text)); n > messaging.LongestSaid {
				t.Errorf("%d characters at once", n)
			}
		}
		for _, c := range "aeiou0123456789" {
			have := strings.Count(strings.ToLower(said), string(c))
			if cut := strings.Count(strings.ToLower(text), string(c)) - have; cut > 0 && !strings.Contains(text, "@") {
				t.Errorf("%q: %d of %q are lost in %q", text, cut, c, said)
			}
		}
	})
}
