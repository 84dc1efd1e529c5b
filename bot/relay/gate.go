package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/bot"
)

const (
	atOnce   = 16              // deliveries of one channel and account at once in this process
	crowded  = time.Second / 2 // after which a leg that found them all taken looks again
	farthest = 30 * time.Second
)

// A line is what this process knows of one account of one channel.
type line struct {
	busy  int
	doubt bool      // the breaker counts failures, or the last answer here was one
	shut  bool      // the platform is left alone, and nothing has worked since
	next  time.Time // when the last leg that found no token comes back
}

// enter asks leave of the platform: a place among those who deliver at once, the pace of the leg's own
// place and that of the whole account, its breaker. wait says how long to stay away otherwise; that is no
// attempt. What is urgent waits for none of them. The breaker is asked last: it lets one through at a time
// to see whether the platform works again, and whoever then had to wait for a pace would keep it shut.
func (r *Relay) enter(ctx context.Context, e *errand) (leave func(), wait time.Duration, err error) {
	var pace bot.Pace
	if c, is := e.channel.(bot.Paced); is {
		pace = c.Pace(e.leg, e.entry.Effect)
	}
	name := string(e.leg.Channel) + "/" + pace.Account
	e.line, e.pace = name, pace
	if !r.seat(name, e.urgent) {
		return nil, spread(crowded), nil
	}
	leave = func() { r.unseat(name) }
	if e.urgent {
		return leave, 0, nil
	}
	if wait, err = r.pace(ctx, e, name, pace); err != nil || wait > 0 {
		leave()
		return nil, wait, err
	}
	gate, err := r.Limits.Pass(ctx, name)
	if err != nil {
		leave()
		return nil, 0, fmt.Errorf("ask the breaker: %w", err)
	}
	r.learn(e, gate.Failures > 0, gate.Wait)
	if wait = gate.Wait; wait > 0 {
		leave()
		return nil, r.keepPlace(ctx, e, name, pace, spread(wait)), nil
	}
	return leave, 0, nil
}

// keepPlace keeps a leg's place in the line of its own place while nobody may pass, so that the oldest
// goes first when one may again.
func (r *Relay) keepPlace(ctx context.Context, e *errand, name string, p bot.Pace, wait time.Duration) time.Duration {
	if p.Place == "" || p.PlaceRate <= 0 {
		return wait
	}
	if _, err := r.Limits.PassInTurn(ctx, name+"/"+p.Place, e.key(), e.since(), p.PlaceRate, p.PlaceBurst, wait); err != nil {
		r.Log.Warn("a place in a line was not kept", "channel", e.leg.Channel, "error", err)
	}
	return wait
}

// pace takes a token of the leg's place, which goes to the oldest who waits there, and one of the
// account. The place's first: who is kept waiting there takes nothing from the others.
func (r *Relay) pace(ctx context.Context, e *errand, name string, p bot.Pace) (time.Duration, error) {
	if p.Place != "" && p.PlaceRate > 0 {
		wait, err := r.Limits.PassInTurn(ctx, name+"/"+p.Place, e.key(), e.since(), p.PlaceRate, p.PlaceBurst, 0)
		if err != nil {
			return 0, fmt.Errorf("ask the pace of a place: %w", err)
		}
		if wait > 0 {
			return wait, nil
		}
	}
	if p.Rate <= 0 {
		return 0, nil
	}
	ok, err := r.Limits.Allow(ctx, "account", name, p.Rate, p.Burst)
	if err != nil {
		return 0, fmt.Errorf("ask the pace of an account: %w", err)
	}
	if !ok {
		return r.queue(name, each(p.Rate)), nil
	}
	return 0, nil
}

func each(rate float64) time.Duration {
	return time.Duration(float64(time.Second) / rate)
}

// queue gives legs that found no token one time each to come back, as far apart as tokens are, so that
// a thousand of them do not ask every second.
func (r *Relay) queue(name string, apart time.Duration) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.line(name)
	now := time.Now()
	if l.next.Before(now) {
		l.next = now
	}
	if l.next.Sub(now) < farthest {
		l.next = l.next.Add(apart)
	}
	return l.next.Sub(now)
}

// seat takes one of the places for deliveries at once. What is urgent always finds one.
func (r *Relay) seat(name string, urgent bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.line(name)
	if l.busy >= atOnce && !urgent {
		return false
	}
	l.busy++
	return true
}

func (r *Relay) unseat(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line(name).busy--
}

// learn keeps what the breaker says: whether it counts failures, and how long it is shut. That it shut
// is logged once, until something works again.
func (r *Relay) learn(e *errand, doubt bool, pause time.Duration) {
	r.mu.Lock()
	l := r.line(e.line)
	first := pause > 0 && !l.shut
	l.doubt, l.shut = doubt, pause > 0 || l.shut && doubt
	r.mu.Unlock()
	if first {
		r.Log.Warn("the channel is left alone for a while", "channel", e.leg.Channel, "pause", pause.Round(time.Second))
	}
}

// line is under r.mu.
func (r *Relay) line(name string) *line {
	if r.lines == nil {
		r.lines = map[string]*line{}
	}
	l := r.lines[name]
	if l == nil {
		l = &line{}
		r.lines[name] = l
	}
	return l
}

// report tells the breaker how an attempt went and returns how long it is shut now. A platform that
// answers, be it to refuse this message or to slow this leg down, works; a panic is the adapter's.
func (r *Relay) report(ctx context.Context, e *errand, err error) time.Duration {
	told, asked := errors.AsType[bot.RetryAfter](err)
	switch {
	case errors.Is(err, errPanic):
		return 0
	case err == nil, errors.Is(err, bot.ErrUndeliverable), asked && !told.Whole:
		r.works(ctx, e)
		return 0
	}
	shut, fault := r.Limits.Failed(ctx, e.line, told.Wait)
	if fault != nil {
		r.Log.Warn("a failure of a platform was not counted", "channel", e.leg.Channel, "error", fault)
		return 0
	}
	r.learn(e, true, shut)
	return shut
}

// works opens the breaker where it has something to forget.
func (r *Relay) works(ctx context.Context, e *errand) {
	r.mu.Lock()
	l := r.line(e.line)
	doubt, shut := l.doubt, l.shut
	l.doubt, l.shut = false, false
	r.mu.Unlock()
	if !doubt && !e.urgent {
		return
	}
	if err := r.Limits.Worked(ctx, e.line); err != nil {
		r.Log.Warn("a success of a platform was not counted", "channel", e.leg.Channel, "error", err)
		return
	}
	if shut {
		r.Log.Info("the channel works again", "channel", e.leg.Channel)
	}
}

// Shut says of each channel that this process delivers to whether its platform was left alone when it
// was last asked.
func (r *Relay) Shut() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[string]bool, len(r.lines))
	for name, l := range r.lines {
		all[name] = l.shut
	}
	return all
}
