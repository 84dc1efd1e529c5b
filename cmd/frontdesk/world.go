package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A world answers what a turn must know and a session cannot remember: who acts and with what
// rights, whether anybody is on duty, how many wait before.
type world struct {
	staff    bot.Staff
	presence bot.Presence
	cards    func(ctx context.Context) ([]bot.Card, error)
	shelf    engine.Shelf
	trial    bool                                              // the made-up counsellors of a trial are always on duty
	duty     desk.Duty                                         // what counsellors say of themselves where no open page does
	desks    []bot.ChannelName                                 // where cards are carried to
	mail     bool                                              // letters go out
	texts    bool                                              // text messages go out
	keep     time.Duration                                     // how long a recorded message is kept
	news     func(ctx context.Context) ([]bot.Bulletin, error) // bulletins, those to come too; nil for none

	mu        sync.Mutex
	board     []bot.Card     // as it was at asked
	bulletins []bot.Bulletin // then
	count     int            // on duty then
	asked     time.Time
}

// fresh is how long a look at the board and at who is on duty serves other turns.
const fresh = 500 * time.Millisecond

// Facts answers for one turn.
func (w *world) Facts(ctx context.Context, s bot.Session, in bot.Input) (bot.Facts, error) {
	var f bot.Facts
	by := bot.By(in.Event)
	cards, duty, err := w.look(ctx, weighs(in.Event))
	if err != nil {
		return f, err
	}
	f.OnDuty, f.Desks = duty, w.desks
	if w.mail && in.Leg.For == bot.ToCitizen {
		f.Code = sixDigits()
	}
	if in.Leg.Channel == "phone" {
		f.Keep, f.Texts = w.keep, w.texts
	}
	f.Rank = rank(cards, s, w.lead())
	f.Full = full(cards, w.shelf.Live().Bundle)
	f.Waiting = waiting(cards)
	f.Bulletins = w.running(in.At, f.Waiting)
	if by == "" {
		return f, nil
	}
	c, err := w.staff.Counsellor(ctx, by)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return f, nil // the engine refuses whoever has no structure
	case err != nil:
		return f, fmt.Errorf("staff: %w", err)
	}
	f.Actor = bot.Actor{ID: c.ID, Name: c.Name, Structures: c.Structures, Lead: slices.Contains(c.Roles, bot.RoleLead), Capacity: c.Capacity}
	for _, card := range cards {
		if card.Owner == c.ID {
			f.Actor.Load++
		}
	}
	return f, nil
}

func (w *world) lead() bot.StructureID { return bot.StructureID(w.shelf.Live().Bundle.Lead().ID) }

// weighs says whether an event is judged on how much its counsellor has.
func weighs(e bot.Event) bool {
	switch e.(type) {
	case bot.Claimed, bot.Accepted:
		return true
	}
	return false
}

// look reads the board and who is on duty. Whether a counsellor may take one more is judged on the board
// as it is now; anything else may use a look that is half a second old.
func (w *world) look(ctx context.Context, now bool) ([]bot.Card, int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if stale := time.Since(w.asked) >= fresh; stale || now {
		cards, err := w.cards(ctx)
		if err != nil {
			return nil, 0, fmt.Errorf("board: %w", err)
		}
		w.board = cards
		if stale {
			if w.count, err = w.onDuty(ctx); err != nil {
				return nil, 0, fmt.Errorf("who is on duty: %w", err)
			}
			if w.news != nil {
				if w.bulletins, err = w.news(ctx); err != nil {
					return nil, 0, fmt.Errorf("bulletins: %w", err)
				}
			}
			w.asked = time.Now()
		}
	}
	return w.board, w.count, nil
}

// waiting counts the people that a live counsellor is expected by.
func waiting(cards []bot.Card) int {
	n := 0
	for i := range cards {
		if cards[i].Waits() {
			n++
		}
	}
	return n
}

// running are the bulletins of the last look that run at a time, while so many wait.
func (w *world) running(at time.Time, waiting int) []bot.Bulletin {
	w.mu.Lock()
	defer w.mu.Unlock()
	var now []bot.Bulletin
	for i := range w.bulletins {
		if w.bulletins[i].Live(at) && (w.bulletins[i].Above == 0 || waiting > w.bulletins[i].Above) {
			now = append(now, w.bulletins[i])
		}
	}
	return now
}

// onDuty counts the lead's counsellors whose desk is open.
func (w *world) onDuty(ctx context.Context) (int, error) {
	all, err := w.staff.All(ctx)
	if err != nil {
		return 0, err
	}
	n, lead := 0, w.lead()
	for _, c := range all {
		if !slices.Contains(c.Structures, lead) {
			continue
		}
		if w.trial {
			n++
			continue
		}
		here, err := w.available(ctx, c.ID)
		if err != nil {
			return 0, err
		}
		if here {
			n++
		}
	}
	return n, nil
}

// available: their desk is open in a browser, or they say that they are there.
func (w *world) available(ctx context.Context, id bot.CounsellorID) (bool, error) {
	here, err := w.presence.Present(ctx, bot.OnDuty(id))
	if err != nil || here || len(w.desks) == 0 {
		return here, err
	}
	here, _, err = w.duty.Available(ctx, id, time.Now())
	return here, err
}

// sixDigits are random, and the first may be 0.
func sixDigits() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(b[:])%1_000_000)
}

// full are the structures that have as many open cases as they agreed to, in order. What is counted is
// what the board shows: the cases open now, not those of a month.
func full(cards []bot.Card, b *flow.Bundle) []bot.StructureID {
	var all []bot.StructureID
	for _, id := range slices.Sorted(maps.Keys(b.Structures)) {
		quota := b.Structures[id].Quota
		if quota == 0 {
			continue
		}
		for _, c := range cards {
			if string(c.Structure) == id {
				quota--
			}
		}
		if quota <= 0 {
			all = append(all, bot.StructureID(id))
		}
	}
	return all
}

// rank counts the cases of the same structure that have waited longer and that nobody has.
func rank(cards []bot.Card, s bot.Session, lead bot.StructureID) int {
	n := 0
	for _, c := range cards {
		if c.Conversation != s.ID && c.Waits() && c.Structure == lead &&
			(s.Case.Since.IsZero() || c.Since.Before(s.Case.Since)) {
			n++
		}
	}
	return n
}
