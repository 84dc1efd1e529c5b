package relay

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"frontdesk/bot"
)

const resendFor = 30 * time.Second // longer than a look and an attempt

// Resend sends one dead letter again, by itself: the cursor of its leg stays where it is, and what
// followed is not repeated. It returns nil when the letter was delivered and is gone. ErrNotFound:
// somebody has settled it, or its words have expired. ErrTaken: somebody is sending it. RetryAfter:
// the platform must be spared. What fails leaves the letter where it was; after a crash it is sent
// again only when somebody asks again.
func (r *Relay) Resend(ctx context.Context, id string) error {
	ctx, holder := context.WithoutCancel(ctx), rand.Text()
	ours, err := r.Letters.Acquire(ctx, "resend:"+id, holder, resendFor)
	switch {
	case err != nil:
		return fmt.Errorf("resend: %w", err)
	case !ours:
		return fmt.Errorf("resend: %w", bot.ErrTaken)
	}
	defer func() { _ = r.Letters.Yield(ctx, "resend:"+id, holder) }() // where this fails it ends by itself
	e, letter, err := r.errandOf(ctx, id)
	if err != nil {
		return fmt.Errorf("resend: %w", err)
	}
	leave, wait, err := r.enter(ctx, e)
	switch {
	case err != nil:
		return fmt.Errorf("resend: %w", err)
	case wait > 0:
		return fmt.Errorf("resend: %w", bot.RetryAfter{Wait: wait})
	}
	defer leave()
	err = r.sendAgain(ctx, e, &letter)
	r.report(ctx, e, err)
	if err != nil {
		r.Watch.Outbound(e.leg.Channel, "failed")
		return fmt.Errorf("resend: %w", err)
	}
	r.Watch.Outbound(e.leg.Channel, "resent")
	if err := r.Letters.Settle(ctx, id); err != nil {
		return fmt.Errorf("resend: it was delivered: %w", err)
	}
	return nil
}

// errandOf finds the entry and the leg of a letter, and whether the entry may still go there.
func (r *Relay) errandOf(ctx context.Context, id string) (*errand, bot.DeadLetter, error) {
	letter, err := r.Letters.DeadLetter(ctx, id)
	if err != nil {
		return nil, letter, err
	}
	leg, channel, err := r.find(ctx, letter.Conversation, letter.Leg)
	if err != nil {
		return nil, letter, err
	}
	entries, err := r.Logs.Log(ctx, letter.Conversation, letter.Seq-1, 1)
	switch {
	case err != nil:
		return nil, letter, err
	case len(entries) == 0 || entries[0].Seq != letter.Seq || entries[0].Effect == nil:
		return nil, letter, fmt.Errorf("the entry is not kept any more: %w", bot.ErrNotFound)
	case !linked(leg, letter.Seq):
		return nil, letter, fmt.Errorf("the leg is not linked any more: %w", bot.ErrUndeliverable)
	}
	return &errand{conversation: letter.Conversation, leg: leg, channel: channel, entry: entries[0]}, letter, nil
}

// linked says whether an old entry may still go to a leg. The person's leg that was cut because it
// could not be reached may be tried; somebody who owned the case once gets nothing more of it.
func linked(leg bot.Leg, seq int64) bool {
	if leg.For != bot.ToCitizen {
		return !leg.Left
	}
	return leg.Last == 0 || leg.Gets(seq)
}

// sendAgain looks first where the channel can: the answer to an earlier attempt may have been lost.
func (r *Relay) sendAgain(ctx context.Context, e *errand, letter *bot.DeadLetter) error {
	d := bot.Delivery{ID: deliveryID(letter.Conversation, letter.Seq, letter.Leg), Conversation: letter.Conversation,
		Leg: e.leg, Entry: e.entry, Attempt: maxTries + 1, Ambiguous: letter.Why != undeliverable}
	if finder, can := e.channel.(bot.Finder); can {
		there, err := r.look(ctx, finder, d)
		if err != nil || there {
			return err
		}
	}
	err := r.deliver(ctx, e.channel, d)
	if errors.Is(err, bot.ErrAmbiguous) {
		r.Log.Warn("nobody knows whether a resent message has arrived", "leg", e.leg.ID, "error", err)
	}
	return err
}
