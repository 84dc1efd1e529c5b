package phone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/signal"
	"frontdesk/bot"
)

// How long a counsellor's telephone counts as in use without being heard of, and how often it is said
// that it still is.
const (
	busyFor   = 45 * time.Second
	busyAgain = 15 * time.Second
)

// What counsellors hear, in French as at every desk.
const (
	pressToTake   = "Pour prendre l'appel, tapez 1."
	takenAlready  = "Quelqu'un d'autre a pris l'appel. Au revoir."
	oneMoment     = "Un instant, s'il vous plaît."
	overAlready   = "Cet appel est pris ou terminé. Au revoir."
	yoursNoLonger = "Ce dossier n'est plus à vous : cet appel se termine."
	stopsNow      = "Le service redémarre : cet appel se termine. Le dossier reste à vous."
)

// An owner is a counsellor on the telephone who took the case.
type owner struct {
	sip  *signal.Call
	line *media.Stream
	leg  bot.Leg
	who  bot.CounsellorID
	of   bot.ConversationID // whose case they took
	free func()             // others may ring them again
}

// waits says whether somebody is being looked for.
func (c *call) waits() bool { return c.card.Life == bot.Waiting || c.ringing != nil }

// ringOrNot rings counsellors while a case waits, and its owner when they took it at a desk.
func (c *call) ringOrNot(ctx context.Context) {
	switch {
	case c.Whom == nil || c.together || c.talked && c.card.Life == bot.Live || c.card.Life != bot.Waiting && c.card.Life != bot.Live:
		c.stopRinging()
	case c.claiming.Load(): // what becomes of it will be known in a moment
	case c.ringing == nil || c.rung != c.card.Owner:
		c.stopRinging()
		ringing, stop := context.WithCancel(ctx)
		c.ringing, c.rung = stop, c.card.Owner
		go c.ring(ringing, c.card)
	}
}

func (c *call) stopRinging() {
	if c.ringing != nil {
		c.ringing()
		c.ringing = nil
	}
}

// ring calls one counsellor after the other until one takes the call, or nobody has to any more.
func (c *call) ring(ctx context.Context, card bot.Card) {
	for ctx.Err() == nil {
		tried := map[bot.CounsellorID]bool{}
		for who, free := c.nextToRing(ctx, card, tried); free; who, free = c.nextToRing(ctx, card, tried) {
			tried[who.ID] = true
			found, over := c.callUp(ctx, card, who)
			if !over {
				continue
			}
			still := c.entertain(ctx, found)
			select { // not even a case that went elsewhere meanwhile takes the call from who has claimed it
			case c.reached <- found:
			case <-c.sip.Gone():
				defer found.leave()
			}
			still()
			return
		}
		pause(ctx, c.Timing.Round)
	}
}

// nextToRing is the first whom nobody has tried in this round of those who may be rung now: while one telephone rang,
// others may have taken to something else.
func (c *call) nextToRing(ctx context.Context, card bot.Card, tried map[bot.CounsellorID]bool) (who bot.Counsellor, free bool) {
	whom, err := c.Whom(ctx, card)
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("phone: nobody knows whom to ring", "call", c.sip.ID(), "error", err)
	}
	i := slices.IndexFunc(whom, func(who bot.Counsellor) bool { return !tried[who.ID] })
	if i < 0 || ctx.Err() != nil {
		return bot.Counsellor{}, false
	}
	return whom[i], true
}

// entertain lets who has taken the call hear that it takes a moment, where it does, until they are put through.
func (c *call) entertain(ctx context.Context, o *owner) (end func()) {
	if o == nil {
		return func() {}
	}
	ctx, end = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		if pause(ctx, 300*time.Millisecond); ctx.Err() == nil {
			c.sayTo(ctx, o.line, "fr", oneMoment)
			_, _ = o.line.Play(ctx, c.Music.Loop()) // who hangs up meanwhile has done so when the caller comes to them
		}
	}()
	return end
}

// takenBy notes who has taken the call while the caller was busy; false: nobody, as somebody else was faster.
func (c *call) takenBy(o *owner) bool {
	c.next = &happening{what: personReached, owner: o}
	return o != nil
}

// isTaken says whether somebody waits for the caller to come from what they were doing.
func (c *call) isTaken() bool { return c.next != nil && c.next.owner != nil }

// leaveNext hangs up on who has taken the call of somebody who has left meanwhile.
func (c *call) leaveNext() {
	if c.next != nil {
		c.next.owner.leave()
	}
}

// callUp rings a counsellor who is in no other call, whispers what it is about, and lets them take it
// with 1. over: the case was claimed, by them or, with no owner, by somebody who was faster.
func (c *call) callUp(ctx context.Context, card bot.Card, who bot.Counsellor) (found *owner, over bool) {
	free, ok := c.busy(ctx, who.ID)
	if !ok {
		return nil, false
	}
	o, err := c.dial(ctx, who)
	if err != nil {
		free()
		c.Watch.Rang(unreached(ctx, err))
		if ctx.Err() == nil {
			c.Log.Info("phone: a counsellor was not reached", "call", c.sip.ID(), "error", err)
		}
		return nil, false
	}
	o.free, o.of = free, card.Conversation
	if result := c.accepts(ctx, o, card); result != accepted {
		c.Watch.Rang(result)
		if ctx.Err() != nil {
			last, end := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer end()
			c.sayTo(last, o.line, "fr", overAlready)
		}
		o.leave()
		return nil, false
	}
	c.claiming.Store(true) // until the call knows
	if c.claim(ctx, o, card, who) {
		c.Watch.Rang(accepted)
		return o, true
	}
	c.Watch.Rang("late")
	o.leave()
	return nil, true
}

// busy keeps everybody, in all replicas, from ringing a counsellor meanwhile.
func (c *call) busy(ctx context.Context, who bot.CounsellorID) (free func(), ok bool) {
	name, holder := "phone-counsellor/"+string(who), c.sip.ID()+":"+strconv.FormatInt(c.dials.Add(1), 10)
	got, err := c.Lease.Acquire(ctx, name, holder, busyFor)
	if err != nil || !got {
		return nil, false
	}
	held, stop := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		for tick := time.NewTicker(busyAgain); ; {
			select {
			case <-held.Done():
				tick.Stop()
				last, end := context.WithTimeout(context.WithoutCancel(held), time.Second)
				defer end()
				_ = c.Lease.Yield(last, name, holder) // it ends by itself
				return
			case <-tick.C:
				_, _ = c.Lease.Acquire(held, name, holder, busyFor)
			}
		}
	}()
	return stop, true
}

// dial rings a counsellor's telephone. With sips: not only what is said about the call is encrypted.
func (c *call) dial(ctx context.Context, who bot.Counsellor) (*owner, error) {
	sip, err := c.Endpoint().Dial(ctx, string(who.Phone), c.open, signal.DialOptions{Ring: c.Timing.Ring})
	if err != nil {
		return nil, fmt.Errorf("ring a counsellor: %w", err)
	}
	leg := bot.Leg{ID: "call-" + string(who.ID), Channel: Channel, Peer: bot.Address("counsellor:" + string(who.ID)), For: bot.ToOwner}
	return &owner{sip: sip, line: sip.Media().(sound).Stream, leg: leg, who: who.ID}, nil
}

// accepted is the result of a ring that has put a caller through.
const accepted = "accepted"

// unreached is the result of a ring that nobody took.
func unreached(ctx context.Context, err error) string {
	switch {
	case ctx.Err() != nil:
		return "over"
	case errors.Is(err, signal.ErrNoAnswer):
		return "unanswered"
	case errors.Is(err, signal.ErrBusy):
		return "declined"
	}
	return "failed"
}

// accepts whispers until the counsellor presses 1, or another key, or nothing for too long, and says which.
func (c *call) accepts(ctx context.Context, o *owner, card bot.Card) (result string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		text := c.Whisper(card)
		for ctx.Err() == nil {
			c.sayTo(ctx, o.line, "fr", text)
			c.sayTo(ctx, o.line, "fr", pressToTake)
			pause(ctx, 2*time.Second)
		}
	}()
	patience := time.NewTimer(c.Timing.Accept)
	defer patience.Stop()
	select {
	case key := <-o.line.Keys():
		if key.Rune() == '1' {
			return accepted
		}
		return "declined"
	case <-patience.C:
		return "unanswered"
	case <-o.sip.Gone():
		return "declined"
	case <-ctx.Done():
		return "over"
	}
}

// claim takes the case for the counsellor; whoever lost the race hears that.
func (c *call) claim(ctx context.Context, o *owner, card bot.Card, who bot.Counsellor) bool {
	n := strconv.FormatInt(c.claims.Add(1), 10)
	in := bot.Input{ID: "phone:" + c.sip.ID() + ":claim" + n, Conversation: card.Conversation, Leg: o.leg, Event: bot.Claimed{By: who.ID}}
	if err := c.Door.Take(ctx, in); err != nil {
		c.Log.Warn("phone: a claim was not kept", "call", c.sip.ID(), "error", err)
		return false
	}
	entries, err := c.Door.Await(ctx, card.Conversation, in.ID)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if told, is := e.Effect.(bot.Tell); is && told.To == who.ID && (told.Code == "won" || told.Code == "already") {
			return true
		}
	}
	c.sayTo(ctx, o.line, "fr", takenAlready)
	return false
}

// leave hangs up on a counsellor.
func (o *owner) leave() {
	if o == nil {
		return
	}
	leave(o.sip)
	if o.free != nil {
		o.free()
	}
}

// leave hangs up once the last word is heard.
func leave(sip *signal.Call) {
	heardOut(sip)
	ctx, end := context.WithTimeout(context.Background(), 2*time.Second)
	defer end()
	sip.Hangup(ctx)
}

// breath is the silence before we hang up: a telephone sounds that much later than we speak, by the network and
// its jitter buffer.
var breath = media.Pause(300 * time.Millisecond)

// heardOut lets the last word be heard before we hang up.
func heardOut(sip *signal.Call) {
	ctx, end := context.WithTimeout(sip.Context(), 2*time.Second)
	defer end()
	_, _ = sip.Media().(sound).Stream.Play(ctx, breath) // who is gone, or holds the line, hears nothing more
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
