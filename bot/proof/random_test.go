package proof_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/flows"
	"frontdesk/locales"
)

func reference(t testing.TB, region string) *engine.Program {
	t.Helper()
	b, err := flow.LoadWithLocales(flows.Files, locales.Files, region)
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New(b)
	if err != nil {
		t.Fatal(err)
	}
	p, err := engine.Compile(b, words)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The verdict in the program is that of the bundle in the program. -update writes it anew.
func TestTheEmbeddedVerdict(t *testing.T) {
	regions, err := flows.Files.ReadDir("regions")
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, r := range regions {
		p := reference(t, path.Base(r.Name()))
		found := proof.Prove(p)
		for _, f := range found.Errors() {
			t.Error(printed(f))
		}
		want += proof.Verdict{Release: p.Bundle.Hash, Edition: proof.Edition, Warnings: len(found)}.String() + "\n"
	}
	if t.Failed() || want == flows.Verdicts {
		return
	}
	if *update {
		if err := os.WriteFile("../../flows/verdicts.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("flows/verdicts.txt is\n%swant\n%sgo test ./bot/proof -run TestTheEmbeddedVerdict -update writes it", flows.Verdicts, want)
}

func TestVerdictsOfOtherRulesAreNone(t *testing.T) {
	v := proof.Verdict{Release: "01e4", Edition: proof.Edition, Warnings: 3}
	if got, ok := proof.Kept("x\n"+v.String()+"\n", "01e4"); !ok || got != v {
		t.Errorf("%v, %v", got, ok)
	}
	for _, lines := range []string{"", "01e4\n", proof.Verdict{Release: "01e4", Edition: proof.Edition + 1}.String()} {
		if _, ok := proof.Kept(lines, "01e4"); ok {
			t.Errorf("%q counts", lines)
		}
	}
}

func TestPerishable(t *testing.T) {
	b := reference(t, "").Bundle
	count := func(day string) (errors, warnings int) {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		found := proof.Perishable(b, at)
		return len(found.Errors()), len(found) - len(found.Errors())
	}
	first := slices.MinFunc(cards(b), func(a, c *flow.Card) int { return a.Expires.Compare(c.Expires) }).Expires
	day := func(n int) string { return first.AddDate(0, 0, n).Format(time.DateOnly) }
	if errors, warnings := count(day(-40)); errors != 0 || warnings != 0 {
		t.Errorf("forty days before: %d errors, %d warnings", errors, warnings)
	}
	if errors, warnings := count(day(-10)); errors != 0 || warnings == 0 {
		t.Errorf("ten days before: %d errors, %d warnings", errors, warnings)
	}
	if errors, _ := count(day(1)); errors == 0 {
		t.Error("a day after: no error")
	}
}

func cards(b *flow.Bundle) []*flow.Card {
	var all []*flow.Card
	for _, c := range b.Cards {
		all = append(all, c)
	}
	return all
}

// Whatever is played at random through the engine, in words, by keys and by waiting, comes only to
// questions, menus and rows that the walk has seen; and the walk sees little that is never played.
func TestRandomPlaysStayWithinTheWalk(t *testing.T) {
	files, _ := changed(t, "")
	for name, p := range map[string]*engine.Program{"good": compiled(t, files), "reference": reference(t, "")} {
		seen := proof.Walked(p)
		played := map[string]bool{}
		plays := 400
		for i := range plays {
			rnd := rand.New(rand.NewPCG(uint64(i), 7))
			play(t, p, rnd, []bot.ChannelName{"web", "sms", "phone"}[i%3], func(mark string) {
				played[mark] = true
				if !seen[mark] {
					t.Fatalf("%s, play %d: %s is not in the walk", name, i, mark)
				}
			})
		}
		if len(played) < len(seen)/3 {
			t.Errorf("%s: %d plays came to %d of %d", name, plays, len(played), len(seen))
		}
	}
}

// play is one conversation of up to thirty turns; mark is told what the engine came to.
func play(t *testing.T, p *engine.Program, rnd *rand.Rand, channel bot.ChannelName, mark func(string)) {
	t.Helper()
	e := engine.New(shelf{p})
	kind := map[bot.ChannelName]string{"web": "chat", "sms": "sms", "phone": "voice"}[channel]
	s := bot.Session{ID: "c"}
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for n := range 30 {
		at = at.Add(time.Duration(rnd.IntN(20)) * time.Minute * 30)
		in := bot.Input{ID: fmt.Sprint(n), Conversation: "c", At: at, Leg: bot.Leg{ID: "l", Channel: channel, For: bot.ToCitizen},
			Facts: bot.Facts{OnDuty: rnd.IntN(2)}, Event: event(p, &s, rnd, channel, n)}
		turn, err := e.Step(s, in)
		if err != nil {
			t.Fatal(err)
		}
		if turn.Fault != nil {
			t.Fatalf("turn %d: %v", n, turn.Fault)
		}
		if s = turn.After; s.Life == bot.Closed {
			return
		}
		if s.Asking && !strings.HasPrefix(s.Step, "!") {
			mark(s.Step + "@" + kind + " " + strings.Join(s.Offered, "|"))
		}
		if turn.Trace.Row != "" {
			mark("row " + turn.Trace.Row)
		}
	}
}

// event is what happens next: mostly an answer, sometimes a sentence that tells more.
func event(p *engine.Program, s *bot.Session, rnd *rand.Rand, channel bot.ChannelName, n int) bot.Event {
	if n == 0 {
		return bot.Arrived{}
	}
	words := []string{"1", "2", "3", "4", "35000", "22000", "75001", "0612345678", "nom@exemple.fr", "oui", "non", "humain", "je ne sais pas",
		"je suis au chômage et je cherche une formation", "mon fils de 14 ans est au collège", "je veux une VAE, j'ai 30 ans, à 29000", "blabla"}
	switch {
	case !s.Asking && rnd.IntN(2) == 0:
		return bot.Rang{}
	case s.Asking && len(s.Offered) > 0 && rnd.IntN(4) > 0:
		i := rnd.IntN(len(s.Offered))
		if channel == "phone" {
			return bot.Pressed{Keys: fmt.Sprint(i + 1)}
		}
		return bot.Said{Text: bot.Words(fmt.Sprint(i + 1))}
	case channel == "phone":
		return bot.Pressed{Keys: []string{"0", "1", "2", "35000", "0612345678"}[rnd.IntN(5)]}
	}
	return bot.Said{Text: bot.Words(words[rnd.IntN(len(words))])}
}

// shelf holds one program, live and pinned.
type shelf struct{ p *engine.Program }

func (s shelf) Live() *engine.Program { return s.p }

func (s shelf) Pinned(release string) (*engine.Program, bool) { return s.p, release == s.p.Bundle.Hash }
