package relay_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// refused has one entry of a conversation among the dead letters.
func refused(t *testing.T, w *world, c *bottest.Channel) bot.DeadLetter {
	t.Helper()
	c.Trouble("telegram", bottest.Refuses)
	w.link("c", "telegram")
	w.say("c", text("one"), text("two"))
	w.settle()
	letters, err := w.store.DeadLetters(t.Context())
	if err != nil || len(letters) != 1 || letters[0].Seq != 2 || letters[0].Why != "undeliverable" {
		t.Fatalf("dead letters %+v, %v", letters, err)
	}
	return letters[0]
}

func letters(t *testing.T, w *world, want int) {
	t.Helper()
	if all, err := w.store.DeadLetters(t.Context()); err != nil || len(all) != want {
		t.Errorf("dead letters %+v, %v, want %d", all, err, want)
	}
}

func TestADeadLetterIsSentAgainByItself(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	r := w.replica(c)
	d := refused(t, w, c)
	if err := r.Resend(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	want(t, "shown", texts(c.Shown("telegram")), "two", "one")
	letters(t, w, 0)
	if at, _ := w.store.Cursor(t.Context(), "c", "telegram"); at != 3 {
		t.Errorf("cursor %d, want 3", at)
	}
	if got := c.Shown("telegram")[1]; got.ID != "c/2/telegram" {
		t.Errorf("its id is %q, the same effect must not be another delivery", got.ID)
	}
	if err := r.Resend(t.Context(), d.ID); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("again: %v, want ErrNotFound", err)
	}
	want(t, "shown", texts(c.Shown("telegram")), "two", "one")
	if w.counts.count("telegram resent") != 1 {
		t.Errorf("counted %v", w.counts.n)
	}
}

func TestManyWhoPressAtOnceSendOnce(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	w.replica(c)
	w.replica(c)
	d := refused(t, w, c)
	c.Trouble("telegram", bottest.Slow(50*time.Millisecond))
	var all sync.WaitGroup
	results := make(chan error, 20)
	for i := range 20 {
		all.Go(func() { results <- w.relays[i%2].Resend(context.Background(), d.ID) })
	}
	all.Wait()
	close(results)
	sent := 0
	for err := range results {
		switch {
		case err == nil:
			sent++
		case !errors.Is(err, bot.ErrTaken) && !errors.Is(err, bot.ErrNotFound):
			t.Error(err)
		}
	}
	if sent != 1 {
		t.Errorf("%d were told that they sent it", sent)
	}
	want(t, "shown", texts(c.Shown("telegram")), "two", "one")
}

func TestWhatFailsAgainStaysAndCanBeAskedForAgain(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	r := w.replica(c)
	d := refused(t, w, c)
	for _, trouble := range []bottest.Trouble{bottest.Refuses, bottest.Stumbles, bottest.Waits(time.Second), bottest.Panics} {
		c.Trouble("telegram", trouble)
		if err := r.Resend(t.Context(), d.ID); err == nil {
			t.Error("a failure is not told")
		}
		letters(t, w, 1)
	}
	if err := r.Resend(t.Context(), d.ID); err != nil {
		t.Error(err)
	}
	letters(t, w, 0)
}

// Where one can look, a letter that had arrived after all is settled and not sent.
func TestALetterThatHadArrivedIsNotSentAgain(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	r := w.replica(bottest.Searchable{Platform: p})
	w.link("c", "telegram")
	w.say("c", text("one"))
	w.settle()
	if err := w.store.Bury(t.Context(), "c", "telegram", 2, 2, "tried_too_often"); err != nil {
		t.Fatal(err)
	}
	all, _ := w.store.DeadLetters(t.Context())
	if err := r.Resend(t.Context(), all[0].ID); err != nil {
		t.Error(err)
	}
	letters(t, w, 0)
	want(t, "shown", texts(p.Shown("c", "telegram")), "one")
}

func TestALetterGoesWhereItMay(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bot.Leg)
		want   error
	}{
		"the person could not be reached": {func(l *bot.Leg) { l.Left = true }, nil},
		"the person left before":          {func(l *bot.Leg) { l.Left, l.Last = true, 1 }, bot.ErrUndeliverable},
		"an owner who is one no more":     {func(l *bot.Leg) { l.For, l.Left, l.Last = bot.ToOwner, true, 9 }, bot.ErrUndeliverable},
		"it is not linked at all":         {func(l *bot.Leg) { l.ID = "other" }, bot.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			channel := bottest.NewChannel("telegram")
			r := w.replica(channel)
			d := refused(t, w, channel)
			w.mu.Lock()
			c.change(&w.legs["c"][0])
			w.mu.Unlock()
			if err := r.Resend(t.Context(), d.ID); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			wanted := 2
			if c.want != nil {
				wanted = 1
			}
			if shown := channel.Shown("telegram"); len(shown) != wanted {
				t.Errorf("shown %q", texts(shown))
			}
		})
	}
}

// A human who presses the button does not get past a breaker either, and is told how long it is shut.
func TestAResendSparesAPlatformThatFails(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	r := w.replica(c)
	d := refused(t, w, c)
	for range 5 {
		if _, err := w.store.Failed(t.Context(), "telegram/", 0); err != nil {
			t.Fatal(err)
		}
	}
	err := r.Resend(t.Context(), d.ID)
	if told, is := errors.AsType[bot.RetryAfter](err); !is || told.Wait <= 0 {
		t.Errorf("%v, want RetryAfter", err)
	}
	if n := len(c.Tried("telegram")); n != 2 {
		t.Errorf("%d attempts, want the two of before", n)
	}
	if fmt.Sprint(err) == "" {
		t.Error("no sentence")
	}
}
