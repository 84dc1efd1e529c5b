package transcript

import (
	"testing"
	"time"
)

func TestParseSaysWhatToWrite(t *testing.T) {
	const head = "at 2026-11-24 10:00\nstaff Léa accueil-regional 3\n"
	tests := map[string]string{
		"":                               "the header has no time: begin with a line like “at 2026-11-24 10:00”",
		"at demain":                      `line 1: "demain" is not a day and an hour; write them like 2026-11-24 10:00`,
		"channel voice":                  `line 1: channel "voice" is not known; write web, telegram, sms or phone`,
		"language":                       "line 1: “language” needs one word after it",
		"answer besoin":                  "line 1: write “answer besoin metier”: the name of an answer, then its value",
		"answer a b\nanswer a c":         "line 2: “answer a” stands here already",
		"from":                           "line 1: “from” needs one word after it",
		"duty -1":                        `line 1: "-1" is not a number of people; write 0 or more`,
		"staff Léa":                      "line 1: " + staffForm,
		"staff Léa cio trois":            "line 1: " + staffForm,
		"staff bot cio 3":                `line 1: "bot" cannot name a counsellor here; take another first name`,
		head + "staff Léa cio 1":         `line 3: "Léa" cannot name a counsellor here; take another first name`,
		head + "citizen: oui\nduty 2":    "line 4: “duty 2” belongs to the header; move it above the first event",
		head + "citizen:":                "line 3: citizen says nothing; write words or what they do in parentheses",
		head + "citizen: (leaves)":       `line 3: a citizen cannot (leaves); write (arrives), (edits) words, (shares NUMBER [other]), (encloses KIND), (leaves a message of 42s), (hangs up), (moves away) or (silence), and \( before words that begin so`,
		head + "citizen: (silence) ah":   "line 3: nothing may stand after (silence) ",
		head + "citizen: (arrives home)": "line 3: write (arrives), (arrives shared), (arrives resumed) or (arrives entry WORD)",
		head + "citizen: (oui":           `line 3: (oui is no action; write it in parentheses, and \( before words that begin so`,
		head + "citizen: [2":             `line 3: [2 names no button; write [2], and \[ before words that begin so`,
		head + "citizen: [1 2]":          "line 3: [1 2] names no button; write [2] or [late besoin 1]",
		head + "bot: Bonjour":            "line 3: what the service does is indented; put spaces before “bot”",
		head + "Karim: (claims)":         "line 3: Karim is not in the header; add “staff Karim accueil-regional 3”",
		head + "Léa: (claims) vite":      `line 3: a counsellor cannot (claims) vite; write ` + verbs + `, and \( before words that begin so`,
		head + "Léa: ()":                 `line 3: a counsellor cannot (); write ` + verbs + `, and \( before words that begin so`,
		head + "Léa: (promises x y z)":   `line 3: "x y" is not a day and an hour; write them like 2026-11-24 10:00`,
		head + "system: (burns)":         "line 3: the system cannot (burns); write (erases), (away DESK), (circulates LANGUAGE) words, (undelivered LEG) reason or (unplayed KIND) words",
		head + "time: demain":            `line 3: "demain" is no time that can pass; write it like 10s, 5m or 72h`,
		head + "duty: personne":          `line 3: "personne" is not a number of people; write 0 or more`,
		head + "rien":                    `line 3: "rien" says nobody's name; write “citizen: …”, a counsellor's name, “time: 10m” or “duty: 0”`,
	}
	for text, want := range tests {
		if _, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestHeader(t *testing.T) {
	tests := []struct {
		header string
		onDuty int
	}{
		{"", 1},
		{"duty 0", 0},
		{"staff Camille accueil-regional 3\nstaff Léa cio,accueil-regional 2\nstaff Karim cio 1", 2},
		{"duty 5\nstaff Camille accueil-regional 3", 5},
		{"staff Camille - 3", 0},
	}
	for _, test := range tests {
		s, err := Parse(test.header + "\nat 2026-11-24 10:00")
		if err != nil {
			t.Errorf("%q: %v", test.header, err)
			continue
		}
		if s.World.OnDuty != test.onDuty || s.World.Channel != "web" {
			t.Errorf("%q: %d on duty on %s, want %d on web", test.header, s.World.OnDuty, s.World.Channel, test.onDuty)
		}
		if want := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC); !s.World.At.Equal(want) {
			t.Errorf("%q: at %v, want %v", test.header, s.World.At, want)
		}
	}
}

// Whatever can be read is written the same again, and read again.
func FuzzParse(f *testing.F) {
	for _, text := range conversations {
		f.Add(text)
	}
	f.Add("at 2026-11-24 10:00\nstaff Léa - 0 lead\nLéa: (takes back)\ncitizen: [late 1]\nsystem: (undelivered web) panne")
	f.Fuzz(func(t *testing.T, text string) {
		script, err := Parse(text)
		if err != nil {
			return
		}
		once, err := Play(script, newReception(script))
		if err != nil {
			return
		}
		again, err := Parse(once)
		if err != nil {
			t.Fatalf("%v in\n%s", err, once)
		}
		if twice, err := Play(again, newReception(again)); err != nil || twice != once {
			t.Fatalf("%v\nonce:\n%s\ntwice:\n%s", err, once, twice)
		}
	})
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", " ", "(a)", `\n`, "a\nb", `\`, ` \s `, "[2]", "\t", "\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		if got := unescape(escape(words)); got != words {
			t.Errorf("%q became %q", words, got)
		}
	})
}
