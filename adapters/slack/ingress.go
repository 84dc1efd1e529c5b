package slack

import (
	"context"
	"errors"
	"time"

	"frontdesk/bot"
)

const (
	keepWithin = 2700 * time.Millisecond // Slack waits three seconds for an acknowledgement
	slowWithin = 15 * time.Second        // what comes after it
)

// inward is what the desk remembers of what comes in, in this process.
type inward struct {
	large  chan struct{} // large bodies that are being read before anybody knows whose they are
	intake lanes         // keeps and acknowledges, in the order of arrival in each place
	slow   lanes         // what no acknowledgement waits for, in the same order
	homes  homes
	links  links
	beats  beats
}

// beats are how often the desk looks by itself.
type beats struct {
	watch time.Duration // what supervisors must see
	check time.Duration // whether Slack works
	retry time.Duration // a connection that was refused for good
	home  time.Duration // between two drawings of one person's home
}

func usualBeats() beats {
	return beats{watch: 30 * time.Second, check: 15 * time.Second, retry: time.Minute, home: 5 * time.Second}
}

// An answer is how an envelope is acknowledged, and what is done afterwards.
type answer struct {
	body any                       // of the acknowledgement; nil for none
	then func(ctx context.Context) // afterwards; nil for nothing
	lane string                    // of then; "" for the envelope's own
}

// later is an answer that says nothing yet.
func later(then func(context.Context)) answer { return answer{then: then} }

// accept is the one path of both ways in: in the lane of its place an envelope is kept, then acknowledged;
// what is slow follows. acknowledge is called once, by another goroutine, with an error where nothing was
// kept and Slack must bring the envelope again.
func (d *Desk) accept(ctx context.Context, e envelope, acknowledge func(body any, err error)) {
	task := func() {
		within, cancel := context.WithTimeout(ctx, keepWithin)
		defer cancel()
		a, err := d.receive(within, e)
		acknowledge(a.body, err)
		if err != nil {
			d.refusedTo(ctx, e, err)
			return
		}
		d.afterwards(ctx, e, a)
	}
	if !d.inward.intake.add(e.lane(), task) {
		acknowledge(nil, bot.ErrTooMany)
	}
}

func (d *Desk) afterwards(ctx context.Context, e envelope, a answer) {
	if a.then == nil {
		return
	}
	lane := a.lane
	if lane == "" {
		lane = e.lane()
	}
	ctx = context.WithoutCancel(ctx) // it was acknowledged: nobody will bring it again
	if !d.inward.slow.add(lane, func() {
		ctx, cancel := context.WithTimeout(ctx, slowWithin)
		defer cancel()
		a.then(ctx)
	}) {
		d.Log.Error("too much is waiting for Slack: somebody was not told what became of what they did")
	}
}

// receive keeps what is to be kept. An error means that nothing was, and that Slack should try again; it
// does so with events only, so that interactions and commands answer a sentence instead.
func (d *Desk) receive(ctx context.Context, e envelope) (answer, error) {
	switch {
	case e.event != nil:
		return d.happened(ctx, e.event)
	case e.interaction != nil:
		return d.interacted(ctx, e.interaction), nil
	case e.command != nil:
		return d.commanded(e.command), nil
	}
	return answer{}, nil
}

// lastAttempt is the number of Slack's last retry: nobody brings the envelope again after it.
const lastAttempt = 3

// refusedTo tells a counsellor that their message was not kept, once Slack has given up.
func (d *Desk) refusedTo(ctx context.Context, e envelope, err error) {
	if !errors.Is(err, bot.ErrUnavailable) && !errors.Is(err, bot.ErrTooMany) {
		d.Log.Error("keep what Slack brought", "error", bland(err))
	}
	if h := e.event; h != nil && e.attempt >= lastAttempt && h.ChannelType == "im" && h.Thread != "" {
		d.afterwards(ctx, e, later(func(ctx context.Context) {
			d.post(ctx, spot{h.Channel.ID, h.Thread}, "Votre dernier message n'a pas pu être enregistré. La personne ne l'a pas reçu. Renvoyez-le.")
		}))
	}
}
