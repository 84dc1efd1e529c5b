package redis

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"frontdesk/bot"
)

var (
	phone = bot.Leg{ID: "w1", Channel: "web", Peer: "peer-of-w1", For: bot.ToCitizen}
	chat  = bot.Leg{ID: "t1", Channel: "telegram", Peer: "peer-of-t1", For: bot.ToCitizen, Push: true}
	owner = bot.Leg{ID: "s1", Channel: "slack", Peer: "peer-of-s1", For: bot.ToOwner, Push: true}
)

func said(id bot.ConversationID, input, words string) bot.Input {
	return bot.Input{ID: input, Conversation: id, Leg: chat, Event: bot.Said{Text: bot.Words(words)}}
}

func say(words string) bot.Addressed {
	return bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: words}}
}

// turned is the turn a small engine would decide: it says back what it heard, and more on demand.
func turned(h bot.Head, change func(t *bot.Turn)) bot.Turn {
	t := bot.Turn{Input: *h.Next, After: h.Session}
	t.After.Life, t.After.Updated = bot.Talking, h.Next.At
	t.After.Answers = t.After.Answers.With("last", h.Next.ID)
	if len(t.After.Legs) == 0 {
		t.After.Legs = []bot.Leg{chat}
	}
	if s, is := h.Next.Event.(bot.Said); is {
		t.Effects = []bot.Addressed{say("écho " + string(s.Text))}
	}
	t.Trace = bot.Trace{Number: "n-" + string(h.Session.ID), At: h.Next.At, Step: h.Next.ID}
	if change != nil {
		change(&t)
	}
	t.After.Version = h.Session.Version + 1
	t.After.Entries = h.Session.Entries + 1 + int64(len(t.Effects))
	return t
}

func accept(t testing.TB, s *Store, in bot.Input) bot.Acceptance {
	t.Helper()
	a, err := s.Accept(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func commit(t testing.TB, s *Store, h bot.Head, change func(t *bot.Turn)) bot.Head {
	t.Helper()
	next, err := s.Commit(context.Background(), h, turned(h, change))
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// play accepts an input and commits its turn.
func play(t testing.TB, s *Store, in bot.Input, change func(t *bot.Turn)) bot.Head {
	t.Helper()
	a := accept(t, s, in)
	if a.Duplicate || a.Queued {
		t.Fatalf("not the head: %+v", a)
	}
	return commit(t, s, a.Head, change)
}

// drain plays whatever is there, as a replica does that may meet others.
func drain(ctx context.Context, s *Store, h bot.Head) error {
	for h.Next != nil {
		next, err := s.Commit(ctx, h, turned(h, nil))
		switch {
		case errors.Is(err, bot.ErrMoved) || errors.Is(err, bot.ErrGone):
			return nil
		case err != nil:
			return err
		}
		h = next
	}
	return nil
}

// due is what is due in the conversation's shard, marked when it is due by now.
func due(t *testing.T, s *Store, id bot.ConversationID) []string {
	t.Helper()
	all, err := s.rdb.ZRangeWithScores(t.Context(), s.keys.due(s.keys.shard(id)), 0, -1).Result()
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for _, z := range all {
		m := z.Member.(string)
		if z.Score <= float64(now.UnixMilli()) {
			m += " now"
		}
		members = append(members, m)
	}
	slices.Sort(members)
	return members
}

func texts(entries []bot.Entry) []string {
	var all []string
	for _, e := range entries {
		switch {
		case e.Input != nil:
			if s, is := e.Input.Event.(bot.Said); is {
				all = append(all, "> "+string(s.Text))
			} else {
				all = append(all, "> ("+bot.Name(e.Input.Event)+")")
			}
		default:
			if s, is := e.Effect.(bot.Say); is {
				all = append(all, "< "+s.Text)
			} else {
				all = append(all, "< ("+bot.Name(e.Effect)+")")
			}
		}
	}
	return all
}

func log(t testing.TB, s *Store, id bot.ConversationID, seq int64) []string {
	t.Helper()
	entries, err := s.Log(context.Background(), id, seq, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return texts(entries)
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// eventually looks until it is so, for at most two seconds.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for range 200 {
		if so() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}
