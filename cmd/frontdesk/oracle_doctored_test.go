package main

import (
	"fmt"
	"slices"
	"testing"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/turn"
)

// honestAccount is a conversation as nothing happened to it.
func honestAccount(t *testing.T) (account, turn.Stepper) {
	t.Helper()
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	decides := rehearsal.On(referenceProgram(t))
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	take := func(id string, event bot.Event) bot.Head {
		t.Helper()
		if _, err := store.Accept(t.Context(), bot.Input{ID: "web:c:" + id, Conversation: "c", Leg: leg, Event: event}); err != nil {
			t.Fatal(err)
		}
		h, err := store.Head(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		if h.Session.Version == 0 {
			h.Session.Trace = "trace"
		}
		in := *h.Next
		in.Facts = bot.Facts{OnDuty: 1}
		done, err := decides.Step(h.Session, in)
		if err != nil {
			t.Fatal(err)
		}
		if h, err = store.Commit(t.Context(), h, done); err != nil {
			t.Fatal(err)
		}
		return h
	}
	take("@arrived", bot.Arrived{})
	a := account{}
	for i, text := range []string{"je cherche une formation", "pour moi", "24 ans", "qsdf", "HUMAIN"} {
		s := sending{ID: fmt.Sprint("m", i+1), Text: text, Acked: true}
		a.session = take(s.ID, bot.Said{Text: bot.Words(text)}).Session
		a.sent = append(a.sent, s)
	}
	if a.log, err = store.Log(t.Context(), "c", 0, 1000); err != nil {
		t.Fatal(err)
	}
	a.shown = showings(a.log)
	a.live = slices.Clone(a.shown[:len(a.shown)-2])
	return a, decides
}

// showings is the stream of a log, as the chat shows it.
func showings(log []bot.Entry) []showing {
	var all []showing
	for _, e := range log {
		s := showing{Seq: fmt.Sprint(e.Seq), From: "bot"}
		if e.Input != nil {
			said, is := e.Input.Event.(bot.Said)
			if !is {
				continue
			}
			s.From, s.ID, s.Text = "you", e.Input.ID[len("web:c:"):], string(said.Text)
		} else if say, is := e.Effect.(bot.Say); is && e.To == bot.ToCitizen {
			s.Text = say.Text
		} else {
			continue
		}
		all = append(all, s)
	}
	return all
}

// turns are a log cut before each input.
func turns(log []bot.Entry) [][]bot.Entry {
	var all [][]bot.Entry
	for _, e := range log {
		if e.Input != nil {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], e)
	}
	return all
}

// renumbered joins turns to a log again, as a store would that had committed them so.
func renumbered(all [][]bot.Entry) []bot.Entry {
	log := slices.Concat(all...)
	for i := range log {
		log[i].Seq = int64(i + 1)
	}
	return log
}

func TestTheOracleSeesWhatIsWrongWithAnAccount(t *testing.T) {
	for name, c := range map[string]struct {
		doctor func(*account)
		seen   func(*verdict) bool // what it must say; nil when nothing is wrong
	}{
		"nothing": {func(*account) {}, nil},
		"a message that was sent and never answered is missing": {func(a *account) {
			a.sent = append(a.sent, sending{ID: "m6", Text: "allô"})
		}, nil},
		"a message that was sent and never answered is there": {func(a *account) { a.sent[4].Acked = false }, nil},

		"an acknowledged message never came": {func(a *account) {
			a.sent = append(a.sent, sending{ID: "m6", Text: "allô", Acked: true})
		}, lostOne},
		"a turn is gone": {func(a *account) {
			all := turns(a.log)
			a.log = renumbered(slices.Delete(all, 2, 3))
			a.shown, a.live = showings(a.log), nil
		}, lostOne},
		"the log ends early": {func(a *account) { a.log = a.log[:len(a.log)-1] }, oddOne},
		"a turn was applied twice": {func(a *account) {
			all := turns(a.log)
			a.log = renumbered(slices.Insert(all, 3, slices.Clone(all[2])))
			a.shown, a.live = showings(a.log), nil
		}, twiceOne},
		"two turns changed places": {func(a *account) {
			all := turns(a.log)
			all[2], all[3] = all[3], all[2]
			a.log = renumbered(all)
			a.shown, a.live = showings(a.log), nil
		}, reorderedOne},
		"words were changed":               {func(a *account) { a.sent[1].Text = "pour mon fils" }, oddOne},
		"somebody else's message is there": {func(a *account) { a.sent = slices.Delete(a.sent, 4, 5) }, oddOne},
		"something was said that follows from nothing": {func(a *account) {
			last := a.log[len(a.log)-1]
			last.Seq++
			a.log = append(a.log, last)
		}, oddOne},
		"an answer is missing": {func(a *account) {
			a.log = renumbered([][]bot.Entry{slices.Delete(slices.Clone(a.log), len(a.log)-2, len(a.log)-1)})
		}, oddOne},
		"the session is of a turn before":     {func(a *account) { a.session.Version-- }, oddOne},
		"the session has forgotten an answer": {func(a *account) { a.session.Answers = a.session.Answers[1:] }, oddOne},
		"the log is empty":                    {func(a *account) { a.log, a.shown, a.live = nil, nil, nil }, lostOne},

		"the stream leaves something out":   {func(a *account) { a.shown = slices.Delete(a.shown, 3, 4) }, lostOne},
		"the stream ends early":             {func(a *account) { a.shown = a.shown[:len(a.shown)-1] }, lostOne},
		"the stream shows something twice":  {func(a *account) { a.shown = append(a.shown, a.shown[2]) }, twiceOne},
		"the stream has another order":      {func(a *account) { a.shown[2], a.shown[3] = a.shown[3], a.shown[2] }, reorderedOne},
		"the stream says something else":    {func(a *account) { a.shown[2].Text += "!" }, oddOne},
		"a reader who came back missed one": {func(a *account) { a.live = slices.Delete(a.live, 2, 3) }, lostOne},
		"a reader who came back saw one twice": {func(a *account) {
			a.live = slices.Insert(a.live, 2, a.live[1])
		}, twiceOne},
	} {
		t.Run(name, func(t *testing.T) {
			a, decides := honestAccount(t)
			c.doctor(&a)
			v := judge(a, decides)
			if c.seen == nil && !v.clean() || c.seen != nil && !c.seen(&v) {
				t.Errorf("the oracle says: %s", &v)
			}
		})
	}
}

func lostOne(v *verdict) bool      { return len(v.lost) > 0 }
func twiceOne(v *verdict) bool     { return len(v.twice) > 0 }
func reorderedOne(v *verdict) bool { return len(v.reordered) > 0 }
func oddOne(v *verdict) bool       { return len(v.other) > 0 }
