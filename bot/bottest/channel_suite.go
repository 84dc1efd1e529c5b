package bottest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// Things that no log, error or receipt of a channel may repeat.
const (
	secretWords   = "j'ai-perdu-mon-apprentissage"
	secretAddress = "+33611223344-adresse"
)

const (
	patience = time.Second // the deadline of one Deliver
	grace    = time.Second // in which Deliver returns after its deadline, and Listen after the end
)

// Effects is one of each effect of the closed set, with secret words wherever a person's words, a
// name or an address can stand.
func Effects() []bot.Effect {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	return []bot.Effect{
		bot.Say{Text: secretWords, Ask: "1.1", Options: []bot.Choice{{ID: "emploi", Label: secretWords}}, Links: []bot.Link{{Text: "15", URL: "tel:15"}}},
		bot.Say{Text: secretWords, Safety: true},
		bot.Say{Text: secretWords, Ask: "1.1", Language: "fr", Record: true, Longest: bot.LongestMessage, Keep: bot.MessageLife},
		bot.Say{},
		bot.Listen{Ask: "1.1", Patience: time.Minute},
		bot.Speak{Message: "m1", Name: secretWords, From: "Accueil régional", Text: secretWords},
		bot.Speak{Message: "m1", Name: secretWords, From: "Accueil régional", Text: secretWords, Amends: true},
		bot.Withdraw{Message: "m1"},
		bot.Write{Kind: "answer", Text: secretWords, Dossier: "OR-7F3K-9Q2M-4", At: at},
		bot.Hangup{Reason: "stop"},
		bot.Post{Card: bot.Card{Dossier: "OR-7F3K-9Q2M-4", Life: bot.Waiting, Since: at}},
		bot.Present{Brief: bot.Brief{Dossier: "OR-7F3K-9Q2M-4", Answers: []bot.BriefLine{{Name: "age", Label: "Âge", Value: secretWords}}, Handed: at}},
		bot.Pass{Text: secretWords},
		bot.Pass{Text: secretWords, Amends: "m0"},
		bot.Tell{To: "camille", Code: "won", Who: secretWords, At: at},
		bot.Forget{Leg: "leg"},
	}
}

// TestChannel is what every channel must hold to: a constant name; a Deliver that takes every effect
// for every audience without a panic, within its deadline, repeatedly and from many at once, and
// whose errors are of the documented kinds; a Listen that ends with its context; and not a word, name
// or address in errors, receipts or in log, which is everything the channel logs to.
func TestChannel(t *testing.T, c bot.Channel, log fmt.Stringer) {
	t.Helper()
	name := c.Name()
	if name == "" || strings.ToLower(string(name)) != string(name) || strings.ContainsAny(string(name), " :{}|/") {
		t.Errorf("the name %q is not a plain lower-case word", name)
	}
	t.Run("effects", func(t *testing.T) {
		for i, e := range Effects() {
			for _, to := range []bot.Audience{bot.ToCitizen, bot.ToOwner, bot.ToDesk, bot.ToActor, bot.ToMail, bot.ToText} {
				d := delivery(name, int64(i+1), to, e)
				try(t, c, d)
				d.Attempt++ // the same again, as after a lost answer
				try(t, c, d)
				if t.Failed() { // the same fault for each would take long and say no more
					return
				}
			}
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		try(t, c, bot.Delivery{ID: "c/1/", Conversation: "c", Entry: bot.Entry{Seq: 1, To: bot.ToCitizen, Effect: bot.Say{Text: secretWords}}, Attempt: 1})
		try(t, c, bot.Delivery{})
	})
	t.Run("many at once", func(t *testing.T) {
		var all sync.WaitGroup
		for i := range int64(8) {
			all.Go(func() { try(t, c, delivery(name, 100+i, bot.ToCitizen, bot.Say{Text: secretWords})) })
		}
		all.Wait()
	})
	t.Run("too late", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		attempt(t, ctx, c, delivery(name, 200, bot.ToCitizen, bot.Say{Text: secretWords}))
	})
	if p, is := c.(bot.Paced); is {
		t.Run("pace", func(t *testing.T) { keepsPace(t, p, name) })
	}
	if f, is := c.(bot.Finder); is {
		t.Run("find", func(t *testing.T) { finds(t, c, f, name) })
	}
	t.Run("listen", func(t *testing.T) { listens(t, c) })
	if again := c.Name(); again != name {
		t.Errorf("the name was %q and is now %q", name, again)
	}
	if log != nil {
		silent(t, "the log", log.String())
	}
}

func delivery(name bot.ChannelName, seq int64, to bot.Audience, e bot.Effect) bot.Delivery {
	leg := bot.Leg{ID: "leg", Channel: name, Peer: secretAddress, For: to, Push: true}
	return bot.Delivery{ID: fmt.Sprintf("c/%d/leg", seq), Conversation: "c", Leg: leg, Attempt: 1,
		Entry: bot.Entry{Seq: seq, Cause: "in", At: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC), To: to, Effect: e}}
}

func try(t *testing.T, c bot.Channel, d bot.Delivery) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	attempt(t, ctx, c, d)
}

// attempt makes one delivery that must return in time.
func attempt(t *testing.T, ctx context.Context, c bot.Channel, d bot.Delivery) {
	t.Helper()
	type outcome struct {
		receipt bot.Receipt
		err     error
		cause   any
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			o.cause = recover()
			done <- o
		}()
		o.receipt, o.err = c.Deliver(ctx, d)
	}()
	what := fmt.Sprintf("Deliver of %T to %q", d.Entry.Effect, d.Leg.For)
	select {
	case <-time.After(patience + grace):
		t.Errorf("%s goes on after its deadline", what)
	case o := <-done:
		if o.cause != nil {
			t.Errorf("%s panics: %v", what, o.cause)
		}
		judge(t, what, o.receipt, o.err)
	}
}

// judge wants errors that mean something to the relay, and that it may log.
func judge(t *testing.T, what string, receipt bot.Receipt, err error) {
	t.Helper()
	silent(t, what+": the receipt", receipt.PlatformID)
	if err == nil {
		return
	}
	silent(t, what+": the error", err.Error())
	if receipt != (bot.Receipt{}) {
		t.Errorf("%s gives a receipt and an error", what)
	}
	wait, told := errors.AsType[bot.RetryAfter](err)
	kinds := 0
	for _, is := range []bool{errors.Is(err, bot.ErrUndeliverable), errors.Is(err, bot.ErrAmbiguous), told} {
		if is {
			kinds++
		}
	}
	if kinds > 1 {
		t.Errorf("%s: the error is of %d kinds at once: %v", what, kinds, err)
	}
	if told && wait.Wait <= 0 {
		t.Errorf("%s: wait %s before trying again says nothing", what, wait.Wait)
	}
	for _, strange := range []error{bot.ErrMoved, bot.ErrGone, bot.ErrTooMany, bot.ErrReused, bot.ErrTaken} {
		if errors.Is(err, strange) {
			t.Errorf("%s: %q is an error of the store, not of a channel", what, err)
		}
	}
}

func silent(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{secretWords, secretAddress} {
		if strings.Contains(text, secret) {
			t.Errorf("%s repeats %q", where, secret)
		}
	}
}

// keepsPace wants a pace that lets something through, and always the same for one leg.
func keepsPace(t *testing.T, c bot.Paced, name bot.ChannelName) {
	t.Helper()
	leg := delivery(name, 1, bot.ToCitizen, nil).Leg
	pace := c.Pace(leg, bot.Say{})
	if pace != c.Pace(leg, bot.Say{}) {
		t.Error("the pace of one leg changes from one moment to the next")
	}
	if pace.Rate > 0 && pace.Burst < 1 || pace.PlaceRate > 0 && (pace.PlaceBurst < 1 || pace.Place == "") {
		t.Errorf("the pace %+v lets nothing through, or counts no place", pace)
	}
}

// finds wants what was delivered to be found, what never was not, and errors that the relay may log.
func finds(t *testing.T, c bot.Channel, f bot.Finder, name bot.ChannelName) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	d := delivery(name, 300, bot.ToCitizen, bot.Say{Text: secretWords})
	for _, sent := range []bool{false, true} {
		if sent {
			if _, err := c.Deliver(ctx, d); err != nil {
				t.Skip("nothing can be delivered here")
			}
		}
		receipt, there, err := f.Find(ctx, d)
		silent(t, "Find: the receipt", receipt.PlatformID)
		if err != nil {
			silent(t, "Find: the error", err.Error())
			continue
		}
		if there != sent {
			t.Errorf("Find says %v of a message that was sent: %v", there, sent)
		}
	}
}

// listens wants Listen to return at once, or when its context ends.
func listens(t *testing.T, c bot.Channel) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Listen(ctx, NewDoor()) }()
	time.AfterFunc(50*time.Millisecond, cancel)
	select {
	case <-time.After(grace):
		t.Error("Listen goes on after its context has ended")
	case err := <-done:
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Listen: %v", err)
		}
	}
}
