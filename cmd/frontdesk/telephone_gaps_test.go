package main

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/bot"
)

// awayBlobs is a store that does not keep so many messages more.
type awayBlobs struct {
	bot.Blobs
	away atomic.Int64
}

func (b *awayBlobs) PutBlob(ctx context.Context, id bot.ConversationID, name string, content []byte, life time.Duration) (time.Time, error) {
	if b.away.Add(-1) >= 0 {
		return time.Time{}, bot.ErrUnavailable
	}
	return b.Blobs.PutBlob(ctx, id, name, content, life)
}

// toldOfHangUp waits until the conversation knows that the caller is gone.
func (s *phoneSite) toldOfHangUp() {
	s.t.Helper()
	s.until("the conversation knows of the hang-up", func() bool {
		entries, err := s.house.store.Log(s.ctx, s.session().ID, 0, 1000)
		return err == nil && slices.ContainsFunc(entries, func(e bot.Entry) bool { return e.Input != nil && e.Input.Event == bot.HungUp{} })
	})
}

// A message is not lost when the store is away for some seconds at its end.
func TestAMessageOutlivesAStoreThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	blobs := &awayBlobs{Blobs: s.house.phone.Blobs}
	s.house.phone.Blobs = blobs
	talk := s.calls()
	talk.Press("0")
	s.hears("the caller", talk, "Pour laisser un message, tapez 3.")
	s.givesNumber(talk)
	s.hears("the caller", talk, "Pour finir, tapez dièse.")
	talk.Hum(2350)
	time.Sleep(3 * time.Second) // the tone, and some words
	blobs.away.Store(3)
	talk.Press("#")
	s.hears("the caller", talk, "Un instant, s'il vous plaît.", "Nous vous appelons avant")
	if n := s.house.phone.Door.(*noted).kept.Load(); n != 1 {
		t.Errorf("%d messages are kept", n)
	}
}

// The conversation of a call that could not be served hears that the caller is gone, once the store is back.
func TestTheConversationOfABrokenCallIsToldOfItsEnd(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	s.house.phone.Door.(*noted).away.Store(1 << 30)
	talk.Press("1")
	s.gone("the caller", talk)
	s.toldOfHangUp()
}
