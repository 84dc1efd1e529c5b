package transcript

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// Each is written as Play must write it.
var conversations = map[string]string{
	"chat": `# A pupil asks for a person.

at 2026-11-24 10:00
channel web
language fr
staff Camille accueil-regional 3
staff Léa accueil-regional,cio-35 3
staff Karim mission-locale-35 2

citizen: (arrives entry salon)
    bot: Bonjour (frsalon). Que cherchez-vous ?
       1 Choisir un métier ou des études
       2 Trouver un emploi
citizen: [2]
    bot: Noté : emploi. Et le besoin ?
       1 Choisir un métier ou des études
       2 Trouver un emploi
citizen: [late cherchez 1]
    bot: Revenir à cette question ? etudes
citizen: mal
  ! bot: Merci de me le dire.
         ¶
         3114, jour et nuit.
citizen: humain
    bot: 2 de garde
    card: OR-7F3K-2 waiting accueil-regional/35 urgent due 10:05
duty: 0
citizen: humain
    bot: 0 de garde
    card: OR-7F3K-2 waiting accueil-regional/35 urgent due 10:05

# Two counsellors press the button.
Camille: (claims)
    tell Camille: won
    brief: besoin = Trouver un emploi; age = 17; territory = 35
    card: OR-7F3K-2 live accueil-regional/35 owner Camille
Karim: (claims)
    tell Karim: lost (Camille)
Camille: Bonjour,\nje peux vous aider.
    tell Camille: sent
Camille: (takes back)
    tell Camille: taken_back
Camille: Bonjour,\nje suis Camille.
    tell Camille: sent
time: 10s
    Camille → citizen: Bonjour,
         je suis Camille.
Camille: (takes back)
    tell Camille: too_late
citizen: \(merci)
    pass → Camille: (merci)
Camille: (promises 2026-11-26 15:00 phone)
    tell Camille: promised 2026-11-26 15:00
    card: OR-7F3K-2 promised due 2026-11-26 15:00
system: (erases)
    (forgets web)
`,
	"phone": `at 2026-11-24 10:00
channel phone
duty 3

citizen: (arrives)
    bot: Bonjour (). Que cherchez-vous ?
       1 Choisir un métier ou des études
       2 Trouver un emploi
    (listens 6s)
citizen: (silence)
    bot: Je n'ai rien entendu.
       1 Choisir un métier ou des études
       2 Trouver un emploi
    (listens 6s)
citizen: [35#]
    bot: Touche 35#
       1 Choisir un métier ou des études
       2 Trouver un emploi
    (listens 6s)
citizen: humain
    bot: 3 de garde
    card: OR-7F3K-2 waiting accueil-regional/35 urgent due 10:05
citizen: (hangs up)
    (hangs up: citizen)
`,
	"sms": `at 2026-11-24 23:59:30
channel sms
citizen: [2]
    bot: Vous avez dit : 2
       1 Choisir un métier ou des études
       2 Trouver un emploi
citizen: (silence)
    bot: Vous êtes là ?
       1 Choisir un métier ou des études
       2 Trouver un emploi
time: 5m
    bot: Vous êtes là ?
       1 Choisir un métier ou des études
       2 Trouver un emploi
    bot: Vous êtes là ?
       1 Choisir un métier ou des études
       2 Trouver un emploi
`,
}

func played(t *testing.T, text string) (string, *reception) {
	t.Helper()
	script, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	stage := newReception(script)
	got, err := Play(script, stage)
	if err != nil {
		t.Fatal(err)
	}
	return got, stage
}

func TestPlayWritesWhatHappened(t *testing.T) {
	for name, want := range conversations {
		t.Run(name, func(t *testing.T) {
			if got, _ := played(t, want); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// A transcript without a word of what the service did, or with wrong ones, is written anew.
func TestPlayWritesAnew(t *testing.T) {
	for name, want := range conversations {
		t.Run(name, func(t *testing.T) {
			bare := ""
			for line := range strings.Lines(want) {
				if !strings.HasPrefix(line, " ") {
					bare += line + "    bot: tout autre chose\r\n"
				}
			}
			if got, _ := played(t, bare); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// A script is played as often as one likes.
func TestPlayTwice(t *testing.T) {
	script, err := Parse(conversations["chat"])
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, err := Play(script, newReception(script))
		if err != nil || got != conversations["chat"] {
			t.Fatalf("%v, got:\n%s", err, got)
		}
	}
}

// What a counsellor does reaches the stage as the event it stands for.
func TestCounsellorsEvents(t *testing.T) {
	paris, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bot.Event{
		"(claims)":                      bot.Claimed{By: "léa"},
		"Bonjour":                       bot.Replied{By: "léa", Text: "Bonjour"},
		`\(souris)\\`:                   bot.Replied{By: "léa", Text: `(souris)\`},
		"(notes) parle bas":             bot.Noted{By: "léa", Text: "parle bas"},
		"(releases)":                    bot.Released{By: "léa"},
		"(transfers mission-locale-35)": bot.Transferred{By: "léa", To: "mission-locale-35"},
		"(transfers mission-locale-35 consent) suivi": bot.Transferred{By: "léa", To: "mission-locale-35", Reason: "suivi", Consent: true},
		"(accepts)":                         bot.Accepted{By: "léa"},
		"(refuses capacity) complet":        bot.Refused{By: "léa", Reason: "capacity", Note: "complet"},
		"(promises 2026-11-26 15:00 phone)": bot.Promise{By: "léa", At: time.Date(2026, 11, 26, 15, 0, 0, 0, paris), Contact: "phone"},
		"(finishes answered)":               bot.Finished{By: "léa", Outcome: "answered"},
		"(finishes referred cio-35)":        bot.Finished{By: "léa", Outcome: "referred", To: "cio-35"},
		"(procedure called) la CRIP":        bot.Procedure{By: "léa", Do: "called", Note: "la CRIP"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			_, stage := played(t, "at 2026-11-24 10:00\nstaff Léa accueil-regional,cio-35 2 lead\nLéa: "+text+"\n")
			in := *stage.log[0].Input
			if !reflect.DeepEqual(in.Event, want) {
				t.Errorf("event %#v, want %#v", in.Event, want)
			}
			leg := bot.Leg{ID: "desk:léa", Channel: "desk", Peer: "léa", For: bot.ToOwner}
			if in.Leg != leg || in.ID != "1" {
				t.Errorf("input %s from %#v, want 1 from %#v", in.ID, in.Leg, leg)
			}
			a := in.Facts.Actor
			if a.ID != "léa" || a.Name != "Léa" || len(a.Structures) != 2 || a.Capacity != 2 || !a.Lead || in.Facts.OnDuty != 1 {
				t.Errorf("facts %+v", in.Facts)
			}
			if printed := action(in.Event, paris); printed != text {
				t.Errorf("printed %q", printed)
			}
		})
	}
}

func TestPlayNamesTheLine(t *testing.T) {
	tests := map[string]string{
		"at 2026-11-24 10:00\n\ncitizen: [2]":                                          "line 3: [2] is pressed before anything was offered",
		"at 2026-11-24 10:00\ncitizen: (arrives)\n    bot: x\ncitizen: [7]":            "line 4: [7] is not offered; the question has 2 options",
		"at 2026-11-24 10:00\ncitizen: (arrives)\ncitizen: [late besoin 1]":            `line 3: no earlier question has "besoin" in its text or among its options`,
		"at 2026-11-24 10:00\nchannel phone\ncitizen: [late besoin 1]":                 "line 3: there are no late buttons on phone; write what the person does instead",
		"at 2026-11-24 10:00\nchannel phone\ncitizen: [deux]":                          "line 3: [deux] is not on a telephone; it has digits, * and #",
		"at 2026-11-24 10:00\ncitizen: (silence)":                                      "line 2: no timer is set",
		"at 2026-11-24 10:00\nstaff Léa accueil-regional 3\nLéa: (takes back)":         "line 3: there is no message to take back yet",
		"at 2026-11-24 10:00\ncitizen: (arrives)\ncitizen: ok\ncitizen: [late ok 3.1]": `line 4: no earlier question has "ok" in its text or among its options`,
	}
	for text, want := range tests {
		script, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if _, err := Play(script, newReception(script)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
