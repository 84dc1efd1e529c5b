package relay

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"frontdesk/bot"
)

// An errand is one entry on its way to one leg.
type errand struct {
	conversation bot.ConversationID
	leg          bot.Leg
	channel      bot.Channel
	entry        bot.Entry
	at           int64 // where the leg's cursor is
	urgent       bool  // a safety answer is among what the leg has to get: nothing of ours holds it up
	line         string
	pace         bot.Pace
}

func (e *errand) key() string { return string(e.conversation) + "/" + e.leg.ID }

// ahead is longer than anybody waits in a line.
const ahead = 30 * 24 * time.Hour

// since is when somebody began to wait for this: a card that was brought up to date before anybody had it
// is as old as its case. Whoever is in danger stands before all others.
func (e *errand) since() time.Time {
	post, is := e.entry.Effect.(bot.Post)
	if !is {
		return e.entry.At
	}
	since := e.entry.At
	if !post.Card.Since.IsZero() && post.Card.Since.Before(since) {
		since = post.Card.Since
	}
	if post.Card.Urgent {
		return since.Add(-ahead)
	}
	return since
}

// next is how an errand ended for now.
type next int

const (
	passed next = iota // the cursor may move
	putOff             // the leg is due again later
	buried             // among the dead letters; the cursor is past it
)

const (
	deliverFor = 10 * time.Second // one attempt
	lookFor    = 3 * time.Second  // before it: both end before a lease of a leg does, or another replica would join in
	longest    = 12 * time.Hour   // an entry is tried; then a human must look, while its words are still there
	heldUp     = 15 * time.Second // for less than this others wait behind an entry that fails by itself
	fewest     = 3                // tries it has had by then, in this process: the store may have slept
)

// Why an entry is given up.
const (
	undeliverable = "undeliverable"
	tooOften      = "tried_too_often"
	tooLong       = "tried_too_long"
)

// attempt makes one try, unless the entry is not worth it any more or the platform must be spared.
func (r *Relay) attempt(ctx context.Context, e *errand) (next, error) {
	if stale, err := r.stale(ctx, e); err != nil || stale {
		return passed, err
	}
	leave, wait, err := r.enter(ctx, e)
	switch {
	case err != nil:
		return putOff, err
	case wait > 0:
		r.Watch.Outbound(e.leg.Channel, "put_off")
		return putOff, r.delay(ctx, e, wait)
	}
	d := bot.Delivery{ID: deliveryID(e.conversation, e.entry.Seq, e.leg.ID), Conversation: e.conversation, Leg: e.leg, Entry: e.entry}
	d.Attempt, d.Ambiguous = r.try(e.key(), e.entry.Seq)
	result, err := r.send(ctx, e, &d)
	if errors.Is(err, bot.ErrMoved) {
		leave()
		return putOff, err
	}
	shut := r.report(ctx, e, err)
	leave()
	if err != nil {
		return r.failed(ctx, e, &d, shut, err)
	}
	r.Watch.Outbound(e.leg.Channel, result)
	r.done(e.key())
	r.receipt(ctx, e)
	return passed, nil
}

// receipt tells the conversation that a counsellor's message has reached its platform. One that is lost
// costs a mark on a screen; the message is not sent again for it.
func (r *Relay) receipt(ctx context.Context, e *errand) {
	speak, is := e.entry.Effect.(bot.Speak)
	if !is || e.leg.For != bot.ToCitizen || speak.Amends {
		return
	}
	in := bot.Input{ID: fmt.Sprintf("delivered:%d:%s", e.entry.Seq, e.leg.ID), Conversation: e.conversation,
		Event: bot.Delivered{Leg: e.leg.ID, Message: speak.Message}}
	if err := r.Take(ctx, in); err != nil {
		r.Log.Warn("a receipt was not kept", "leg", e.leg.ID, "input", in.Mark(), "error", err)
	}
}

// deliveryID is the same for the same effect on its way to the same leg, however often it is tried.
func deliveryID(id bot.ConversationID, seq int64, leg string) string {
	return fmt.Sprintf("%s/%d/%s", id, seq, leg)
}

// stale says whether an entry is a reminder whose time has passed, by the store's clock.
func (r *Relay) stale(ctx context.Context, e *errand) (bool, error) {
	if e.entry.Until.IsZero() {
		return false, nil
	}
	now, err := r.Logs.Now(ctx)
	if err != nil {
		return false, fmt.Errorf("read the time: %w", err)
	}
	if !e.entry.Stale(now) {
		return false, nil
	}
	r.Watch.Outbound(e.leg.Channel, "expired")
	r.Log.Info("not worth sending any more", "leg", e.leg.ID, "effect", bot.Name(e.entry.Effect), "late", now.Sub(e.entry.Until).Round(time.Second))
	return true, nil
}

// send hands the entry to the channel. For a channel that can look, the attempt is noted before, and
// what an earlier one may have left there is looked for instead of sent again.
func (r *Relay) send(ctx context.Context, e *errand, d *bot.Delivery) (result string, err error) {
	finder, can := e.channel.(bot.Finder)
	if can {
		before, err := r.Logs.Sending(ctx, e.conversation, e.leg.ID, e.at, e.entry.Seq)
		if err != nil {
			return "", fmt.Errorf("note the attempt: %w", err)
		}
		if before {
			d.Ambiguous = true
			there, err := r.look(ctx, finder, *d)
			if err != nil || there {
				return "found", err
			}
		}
	}
	if err := r.deliver(ctx, e.channel, *d); err != nil {
		if can && !errors.Is(err, bot.ErrAmbiguous) {
			return "", errors.Join(err, r.Logs.NotSent(ctx, e.conversation, e.leg.ID))
		}
		return "", err
	}
	return "delivered", nil
}

// look asks the platform for a delivery. What fails leaves it unknown whether it is there.
func (r *Relay) look(ctx context.Context, f bot.Finder, d bot.Delivery) (there bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	defer r.catch(&d, &err)
	if _, there, err = f.Find(ctx, d); err != nil {
		return false, fmt.Errorf("look for it: %w", err)
	}
	return there, nil
}

// deliver bounds one attempt in time.
func (r *Relay) deliver(ctx context.Context, c bot.Channel, d bot.Delivery) (err error) {
	ctx, cancel := context.WithTimeout(ctx, deliverFor)
	defer cancel()
	defer r.catch(&d, &err)
	_, err = c.Deliver(ctx, d)
	r.Log.Debug("delivery", "input", bot.MarkOf(d.Conversation, d.Entry.Cause), "channel", d.Leg.Channel, "try", d.Attempt, "error", err)
	if ctx.Err() != nil && !says(err) {
		return fmt.Errorf("%w; it was cut off after %s: %w", bot.ErrAmbiguous, deliverFor, err)
	}
	return err
}

// says whether an error is one of the kinds a channel gives on purpose, or none.
func says(err error) bool {
	_, asked := errors.AsType[bot.RetryAfter](err)
	return err == nil || asked || errors.Is(err, bot.ErrUndeliverable) || errors.Is(err, bot.ErrAmbiguous)
}

// errPanic marks a fault of the adapter, which says nothing about its platform.
var errPanic = errors.New("panic")

// catch keeps a panic of a channel from ending the process and every other conversation with it: the
// message may have gone. What a panic says may be somebody's words, so the log has its type and place
// only.
func (r *Relay) catch(d *bot.Delivery, err *error) {
	if cause := recover(); cause != nil {
		r.Log.Error("a channel's panic", "channel", d.Leg.Channel, "effect", fmt.Sprintf("%T", d.Entry.Effect), "panic", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
		*err = fmt.Errorf("%w of type %T: %w", errPanic, cause, bot.ErrAmbiguous)
	}
}

// failed puts the leg off, or gives the entry up. shut is how long the platform's breaker is shut: a
// platform that fails for everybody is waited for, and the try does not count against the entry. One
// that asks to wait is there.
func (r *Relay) failed(ctx context.Context, e *errand, d *bot.Delivery, shut time.Duration, err error) (next, error) {
	told, asked := errors.AsType[bot.RetryAfter](err)
	ambiguous := errors.Is(err, bot.ErrAmbiguous)
	r.Watch.Outbound(e.leg.Channel, pick(ambiguous, "ambiguous", "failed"))
	if errors.Is(err, bot.ErrUndeliverable) {
		return buried, r.bury(ctx, e, undeliverable, err)
	}
	counted := r.fell(e.key(), ambiguous, shut > 0 || asked)
	switch {
	case e.leg.For == bot.ToDesk: // a card is wanted as long as its case is open, and what is wrong can be mended
	case counted >= maxTries:
		return buried, r.bury(ctx, e, tooOften, err)
	case d.Attempt >= fewest && r.old(ctx, e):
		return buried, r.bury(ctx, e, tooLong, err)
	}
	wait := backoff(max(1, counted)) // an outage does not have the next try wait for long
	switch {
	case asked && told.Wait > 0:
		wait = told.Wait
	case shut > 0 && !e.urgent:
		wait = spread(shut)
	}
	if !e.urgent && (asked || shut > 0 || wait < heldUp) { // who tried in vain is still the oldest
		wait = r.keepPlace(ctx, e, e.line, e.pace, wait)
	}
	if err := r.delay(ctx, e, wait); err != nil {
		return putOff, err
	}
	return putOff, fmt.Errorf("try %d: %w", d.Attempt, err)
}

func pick(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

func (r *Relay) delay(ctx context.Context, e *errand, wait time.Duration) error {
	if err := r.Logs.Delay(ctx, e.conversation, e.leg.ID, wait); err != nil {
		return fmt.Errorf("delay: %w", err)
	}
	return nil
}

// old says whether an entry has been tried for longer than anybody should wait without knowing.
func (r *Relay) old(ctx context.Context, e *errand) bool {
	now, err := r.Logs.Now(ctx)
	return err == nil && !e.entry.At.IsZero() && now.Sub(e.entry.At) > longest
}

// bury lets the conversation know, which may find another way, and then puts the entry among the
// dead letters. In this order: what is buried is never untold, and told twice it is one input.
func (r *Relay) bury(ctx context.Context, e *errand, why string, cause error) error {
	reason := pick(errors.Is(cause, bot.ErrUnwanted), bot.Unwanted, undeliverable)
	in := bot.Input{ID: fmt.Sprintf("undelivered:%d:%s", e.entry.Seq, e.leg.ID), Conversation: e.conversation,
		Event: bot.Undelivered{Leg: e.leg.ID, Reason: reason, Message: messageOf(e.entry.Effect)}}
	if err := r.Take(ctx, in); err != nil {
		return fmt.Errorf("tell the conversation: %w", err)
	}
	if err := r.Logs.Bury(ctx, e.conversation, e.leg.ID, e.at, e.entry.Seq, why); err != nil {
		return fmt.Errorf("bury: %w", err)
	}
	r.done(e.key())
	r.Watch.Outbound(e.leg.Channel, "buried")
	r.Log.Warn("moved to the dead letters", "leg", e.leg.ID, "why", why, "error", cause)
	return nil
}

// messageOf is the counsellor's message that an effect carries, or "".
func messageOf(e bot.Effect) string {
	speak, _ := e.(bot.Speak)
	return speak.Message
}
