package engine_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"frontdesk/bot"
)

// A walk plays a conversation at random, from both sides and through time.
type walk struct {
	*talk
	rnd  *rand.Rand
	path []string
}

var (
	people   = []string{"bonjour", "merci", "1", "2", "3", "oui", "non", "vae", "emploi", "je suis au chômage", "17 ans", "35000", "75001", "Rennes", "Saint-Aubin", "vitry", "en Bretagne", "une autre commune", "0612345678", "a@b.fr", "???", "", "HUMAIN", "CORRIGER", "RÉPÉTER", "RECOMMENCER", "AIDE", "DONNÉES", "langue", "english", "français", "STOP", "rappel", "je craque complètement", "on me harcèle au lycée", "une autre question sur la vae", "je ne sais pas", "j'ai déjà un conseiller", "il ne répond pas"}
	desk     = []bot.Event{bot.Claimed{By: "camille"}, bot.Replied{By: "camille", Text: "Bonjour"}, bot.Released{By: "camille"}, bot.Finished{By: "camille", Outcome: "answered"}, bot.Transferred{By: "camille", To: "mission-locale-35", Reason: "x", Consent: true}, bot.Accepted{By: "camille"}, bot.Refused{By: "camille", Reason: "capacity"}, bot.Promise{By: "camille", At: open.Add(48 * time.Hour), Contact: "desk"}, bot.Procedure{By: "camille", Do: "open"}, bot.Procedure{By: "camille", Do: "close"}, bot.Noted{By: "camille", Text: "x"}}
	patience = []time.Duration{time.Second, 10 * time.Second, 6 * time.Minute, 20 * time.Minute, 26 * time.Hour, 100 * time.Hour}
)

func (w *walk) step(t *testing.T) {
	t.Helper()
	w.in.Facts.OnDuty = w.rnd.IntN(2)
	switch w.rnd.IntN(10) {
	case 0, 1:
		w.at = w.at.Add(patience[w.rnd.IntN(len(patience))])
		w.do(t, bot.Rang{}, "(time)")
	case 2, 3:
		ev := desk[w.rnd.IntN(len(desk))]
		w.in.Facts.Actor.Structures = []bot.StructureID{w.s.Case.Structure}
		w.do(t, ev, bot.Name(ev))
		w.in.Facts.Actor = bot.Actor{}
	case 4:
		if n := len(w.s.Offered); n > 0 && w.s.Asking {
			w.do(t, bot.Chose{Ask: w.s.Ask, Option: w.s.Offered[w.rnd.IntN(n)]}, "[button]")
		}
	default:
		words := people[w.rnd.IntN(len(people))]
		w.hears(t, words)
	}
}

func (w *walk) do(t *testing.T, ev bot.Event, label string) bot.Turn {
	t.Helper()
	w.path = append(w.path, label)
	if w.in.Facts.Actor.Structures != nil {
		w.in.Facts.Actor.ID, w.in.Facts.Actor.Name, w.in.Facts.Actor.Lead = "camille", "Camille", true
	}
	turn := w.play(ev)
	if turn.Fault != nil {
		t.Fatalf("fault %v after %q", turn.Fault, w.path)
	}
	if w.s.Life.Open() && len(w.s.Timers) == 0 && !w.s.Departed() {
		t.Fatalf("life %s waits without an exit after %q", w.s.Life, w.path)
	}
	return turn
}

// hears plays words, which must be answered or given to whoever owns the conversation.
func (w *walk) hears(t *testing.T, words string) bot.Turn {
	t.Helper()
	gone := w.s.Departed()
	turn := w.do(t, bot.Said{Text: bot.Words(words)}, words)
	for _, e := range turn.Effects {
		if e.To == bot.ToCitizen || e.To == bot.ToOwner {
			return turn
		}
	}
	if !gone {
		t.Fatalf("silence after %q in life %s at %q (asking %v, stack %q, path %v)", w.path, w.s.Life, w.s.Step, w.s.Asking, w.s.Stack, w.s.Path)
	}
	return turn
}

func TestWhateverHappensNobodyIsLeftAlone(t *testing.T) {
	p := reference(t)
	for seed := range uint64(3000) {
		w := &walk{talk: newTalk(t, p), rnd: rand.New(rand.NewPCG(seed, 1))}
		w.in.Facts.Actor = bot.Actor{}
		w.do(t, bot.Arrived{}, fmt.Sprint("seed ", seed))
		for range 25 {
			w.step(t)
			if w.s.Departed() {
				break
			}
		}
		if w.s.Departed() {
			continue
		}
		if turn := w.hears(t, "on me frappe"); !safe(turn) {
			t.Fatalf("danger was not heard after %q in life %s", w.path, w.s.Life)
		}
	}
}

func safe(turn bot.Turn) bool {
	for _, e := range turn.Effects {
		if say, ok := e.Effect.(bot.Say); ok && say.Safety {
			return true
		}
	}
	return false
}
