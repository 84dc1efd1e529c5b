package engine_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/render"
	"frontdesk/flows"
)

const mobile = "+33639981234"

// textOffer is how the question about a recap by text begins.
const textOffer = "Voulez-vous recevoir ces informations par SMS"

// called is somebody who calls where text messages go out, before they have pressed a key.
func called(t *testing.T, p *engine.Program) *talk {
	t.Helper()
	k := newTalk(t, p)
	k.in.Leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	k.in.Facts.Texts, k.in.Facts.OnDuty = true, 0
	k.play(bot.Arrived{})
	return k
}

// press presses keys, each the answer to a question.
func (k *talk) press(keys ...string) (last bot.Turn) {
	k.t.Helper()
	for _, key := range keys {
		last = k.play(bot.Pressed{Keys: key})
	}
	return last
}

// texted are the text messages that a turn sends.
func texted(t bot.Turn) (all []string) {
	for _, e := range t.Effects {
		if say, is := e.Effect.(bot.Say); is && e.To == bot.ToText {
			all = append(all, say.Text)
		}
	}
	return all
}

func (k *talk) textLegs() []bot.Leg {
	return slices.DeleteFunc(slices.Clone(k.s.Legs), func(l bot.Leg) bool { return l.For != bot.ToText })
}

func TestARecapGoesToTheMobileThatWasReadBackAndNowhereElse(t *testing.T) {
	k := called(t, reference(t))
	if got := told(k.press("1", "1", "4")); !strings.HasPrefix(got, textOffer) {
		t.Fatalf("after the information: %q", got)
	}
	k.press("1")
	if sent := texted(k.press(mobile)); len(sent) > 0 {
		t.Errorf("sent before the number was confirmed: %q", sent)
	}
	turn := k.press("1")
	sent := texted(turn)
	if len(sent) != 1 || !strings.Contains(sent[0], k.s.Dossier) || !strings.Contains(sent[0], "STOP") || !strings.Contains(sent[0], "source : ") || !strings.Contains(sent[0], "Info vérifiée le ") {
		t.Fatalf("sent: %q", sent)
	}
	want := []bot.Leg{{ID: "text", Channel: "sms", Peer: mobile, For: bot.ToText, Push: true}}
	if got := k.textLegs(); !slices.Equal(got, want) {
		t.Errorf("it goes to %#v", got)
	}
	if k.s.Answers.Has("portable") {
		t.Error("the number stays among the answers")
	}
	if sent := texted(k.press("1")); len(sent) > 0 {
		t.Errorf("what is said after it is sent, too: %q", sent)
	}
}

func TestNoRecapIsOffered(t *testing.T) {
	with := func(change func(*talk)) func(*testing.T) *talk {
		return func(t *testing.T) *talk {
			k := called(t, reference(t))
			change(k)
			return k
		}
	}
	for name, open := range map[string]func(*testing.T) *talk{
		"where no text messages go out":   with(func(k *talk) { k.in.Facts.Texts = false }),
		"to who may be in danger":         with(func(k *talk) { k.s.Case.Danger = "harcelement" }),
		"to who told something sensitive": with(func(k *talk) { k.s.Answers = k.s.Answers.With("profil", "handicap") }),
		"to a child":                      with(func(k *talk) { k.s.Answers = k.s.Answers.With("age", "moins_15") }),
		"where the information names 3919": func(t *testing.T) *talk {
			return called(t, rewritten(t, "cards.yaml", "France Travail propose des offres", "Le 3919 répond. France Travail propose des offres"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := open(t)
			if got := told(k.press("1", "1", "4")); strings.Contains(got, "SMS") || !strings.Contains(got, "utile") {
				t.Errorf("after the information: %q", got)
			}
		})
	}
}

// rewritten is the reference bundle with some words of one file in another's place.
func rewritten(t *testing.T, file, old, now string) *engine.Program {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(flows.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(flows.Files, name)
		if name == file {
			if !strings.Contains(string(text), old) {
				t.Errorf("%s does not say %q", name, old)
			}
			text = []byte(strings.ReplaceAll(string(text), old, now))
		}
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := compiled(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A danger that is heard between the question and the answer ends it: nothing goes out any more.
func TestADangerThatIsHeardMeanwhileStopsTheRecap(t *testing.T) {
	k := called(t, reference(t))
	k.press("1", "1", "4", "1", mobile, "1") // one went out before
	k.say("je veux mourir")
	if legs := k.textLegs(); len(legs) > 0 {
		t.Errorf("a number is kept: %#v", legs)
	}

	k = called(t, reference(t))
	k.press("1", "1", "4", "1", mobile)
	k.s.Case.Danger = "harcelement"
	if turn := k.press("1"); len(texted(turn)) > 0 || strings.Contains(told(turn), "Le SMS part") {
		t.Errorf("sent %q, and said %q", texted(turn), told(turn))
	}
}

// What did not arrive is said to who is still there, the number is forgotten, and whoever has the case knows.
func TestARecapThatDidNotArriveIsSaid(t *testing.T) {
	k := called(t, reference(t))
	k.press("1", "1", "4", "1", mobile, "1")
	turn := k.as(bot.Leg{}, bot.Undelivered{Leg: "text", Reason: "undelivered"})
	if got := told(turn); got != "Pardon, le SMS n'est pas arrivé." || len(k.textLegs()) > 0 {
		t.Errorf("said %q; legs %#v", got, k.s.Legs)
	}
	k.press("1")
	if got := told(k.as(bot.Leg{}, bot.Undelivered{Leg: "text"})); got != "" {
		t.Errorf("after the end it says %q", got)
	}
}

func TestAnotherNumberIsAnotherLegAndErasingKeepsNone(t *testing.T) {
	k := called(t, reference(t))
	k.press("1", "1", "4", "1", mobile, "1")
	k.press("9", "2", "0639981235", "1") // the number was a wrong one: back
	legs := k.textLegs()
	if len(legs) != 1 || legs[0].ID == "text" || legs[0].Peer != "+33639981235" {
		t.Fatalf("%#v, at %s", legs, k.s.Step)
	}
	k.play(bot.EraseAsked{})
	if k.s.Life != bot.Erased || len(k.textLegs()) > 0 || len(k.s.Answers) > 0 {
		t.Errorf("after it was erased: %s, %#v", k.s.Life, k.s.Legs)
	}
}

// Every information that can be given by telephone goes out in few segments of the GSM alphabet, in both languages.
func TestEveryRecapFitsAFewSegments(t *testing.T) {
	for _, language := range []string{"", "8"} {
		for _, keys := range []string{"11", "12", "13", "21", "22", "23", "24", "31", "32"} {
			k := called(t, reference(t))
			if language != "" {
				k.press(language)
			}
			k.press(strings.Split(keys, "")...)
			k.press("2", "0261910001", "1", "1")
			sent := texted(k.press("1", mobile, "1"))
			if len(sent) != 1 {
				t.Errorf("%s%s: %d texts, at %s", language, keys, len(sent), k.s.Step)
				continue
			}
			if n, gsm7 := render.Segments(render.Plain(sent[0])); n > 4 || !gsm7 {
				t.Errorf("%s%s: %d segments, GSM alphabet %v: %s", language, keys, n, gsm7, render.Plain(sent[0]))
			}
		}
	}
}
