package rehearsal_test

import (
	"strings"
	"sync"
	"testing"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
	"frontdesk/flows"
	"frontdesk/locales"
)

var compiled = sync.OnceValues(func() (*engine.Program, error) {
	b, err := flow.LoadWithLocales(flows.Files, locales.Files, "")
	if err != nil {
		return nil, err
	}
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	return engine.Compile(b, words)
})

func reference(t testing.TB) *engine.Program {
	t.Helper()
	p, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const head = "at 2026-11-24 10:00\nstaff Camille accueil-regional 0\n"

// A rehearsal begins where it is told to, with what is known there, on each channel.
func TestBeginsAtAStep(t *testing.T) {
	p := reference(t)
	tests := []struct {
		name, text string
		want       []string // in what is said
		never      string
		step       string // where it stands in the end
	}{
		{"a question", "from accueil.besoin\n\ncitizen: (arrives)\n", []string{"Que cherchez-vous"}, "Bonjour", "accueil.besoin"},
		{"the option by its id", "from accueil.besoin\n\ncitizen: (arrives)\ncitizen: [emploi]\n", []string{"Que cherchez-vous"}, "", "accueil.situation"},
		{"by SMS", "channel sms\nfrom accueil.besoin\n\ncitizen: (arrives)\ncitizen: [emploi]\n", []string{"Que cherchez-vous"}, "", "accueil.vous"},
		{"by telephone, and back from a flow that is called", "channel phone\nfrom voix.menu\n\ncitizen: (arrives)\ncitizen: [emploi]\n", []string{"un emploi"}, "", "voix.menu_emploi"},
		{"with an answer", "from accueil.besoin\nanswer besoin emploi\n\ncitizen: (arrives)\n", nil, "Que cherchez-vous", "accueil.situation"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			script, err := transcript.Parse(head + test.text)
			if err != nil {
				t.Fatal(err)
			}
			stage := rehearsal.Of(rehearsal.On(p), script)
			got, err := transcript.Play(script, stage)
			if err != nil || len(stage.Faults) > 0 {
				t.Fatal(err, stage.Faults, got)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
			if test.never != "" && strings.Contains(got, test.never) {
				t.Errorf("%q is in\n%s", test.never, got)
			}
			if session, err := stage.Session(); err != nil || session.Step != test.step {
				t.Errorf("it stands at %q (%v), want %q\n%s", session.Step, err, test.step, got)
			}
			again, err := transcript.Parse(got)
			if err != nil {
				t.Fatal(err)
			}
			if twice, err := transcript.Play(again, rehearsal.Of(rehearsal.On(p), again)); err != nil || twice != got {
				t.Errorf("%v\n%s\nbecame\n%s", err, got, twice)
			}
		})
	}
}

// Every step can be begun at: what is called returns to somebody, and no apology is needed.
func TestBeginsAtEveryStep(t *testing.T) {
	p := reference(t)
	for id := range p.Bundle.Steps {
		for _, channel := range []string{"web", "sms", "phone"} {
			script, err := transcript.Parse(head + "channel " + channel + "\nfrom " + id + "\n\ncitizen: (arrives)\n")
			if err != nil {
				t.Fatal(err)
			}
			stage := rehearsal.Of(rehearsal.On(p), script)
			if _, err := transcript.Play(script, stage); err != nil || len(stage.Faults) > 0 {
				t.Errorf("%s on %s: %v %v", id, channel, err, stage.Faults)
			}
		}
	}
}

func TestRefusesWhatIsNotThere(t *testing.T) {
	p := reference(t)
	for _, header := range []string{"from accueil.nulle_part\n", "from accueil.besoin\nanswer nom Dupont\n"} {
		script, err := transcript.Parse(head + header + "\ncitizen: (arrives)\n")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transcript.Play(script, rehearsal.Of(rehearsal.On(p), script)); err == nil || !strings.Contains(err.Error(), "has no such") {
			t.Errorf("%q: %v", header, err)
		}
	}
}

// What a rehearsal went through is told in order, with the rows of tables.
func TestTellsWhatItWentThrough(t *testing.T) {
	p := reference(t)
	script, err := transcript.Parse(head + "\ncitizen: (arrives)\n")
	if err != nil {
		t.Fatal(err)
	}
	stage := rehearsal.Of(rehearsal.On(p), script)
	if _, err := transcript.Play(script, stage); err != nil {
		t.Fatal(err)
	}
	var passed []string
	for _, s := range stage.Passed {
		passed = append(passed, s.Step.ID)
	}
	if got := strings.Join(passed, " "); got != "accueil.bonjour accueil.canal accueil.besoin" {
		t.Errorf("it went through %s", got)
	}
}
