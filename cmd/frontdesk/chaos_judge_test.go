//go:build chaos

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// settle waits until nothing of a conversation is left to play, and returns it as it is stored.
func (p *person) settle(ctx context.Context) (bot.Session, []bot.Entry, error) {
	id, err := p.conversation()
	if err != nil {
		return bot.Session{}, nil, err
	}
	var h, again bot.Head
	var log []bot.Entry
	for began := time.Now(); time.Since(began) < 15*time.Second; time.Sleep(20 * time.Millisecond) {
		if h, err = p.site.store.Head(ctx, id); err != nil || h.Next != nil {
			continue
		}
		if log, err = p.entries(ctx, id); err != nil {
			continue
		}
		again, err = p.site.store.Head(ctx, id)
		if err == nil && again.Next == nil && again.Session.Version == h.Session.Version { // no timer rang in between
			return h.Session, log, nil
		}
	}
	return h.Session, nil, fmt.Errorf("after 15 s it still has %+v to play, or cannot be read: %v; the replicas logged\n%s", h.Next, err, p.site.logged(id))
}

func (p *person) entries(ctx context.Context, id bot.ConversationID) ([]bot.Entry, error) {
	var log []bot.Entry
	for {
		var after int64
		if len(log) > 0 {
			after = log[len(log)-1].Seq
		}
		page, err := p.site.store.Log(ctx, id, after, 500)
		if err != nil || len(page) == 0 {
			return log, err
		}
		log = append(log, page...)
	}
}

// showAll reads the stream from its beginning to the last thing that it should show, and a moment
// longer, in case there is more.
func (p *person) showAll(last string) []showing {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	var all []showing
	for n := 0; n < 3 && ctx.Err() == nil; n++ {
		all = nil
		_ = p.stream(ctx, p.some(), "", func(l line) {
			all = append(all, l.showing)
			if l.Seq == last {
				time.AfterFunc(30*time.Millisecond, stop)
			}
		})
	}
	return all
}

// account gathers what is known of one conversation.
func (p *person) account(ctx context.Context) (account, error) {
	a := account{sent: p.sent}
	var err error
	if a.session, a.log, err = p.settle(ctx); err != nil {
		return a, err
	}
	last := ""
	if lines := visible(a.log); len(lines) > 0 {
		last, _, _ = strings.Cut(lines[len(lines)-1], " ")
	}
	a.shown = p.showAll(last)
	if p.reader != nil {
		a.live = p.reader.live
	}
	return a, nil
}

// An outcome is what a fault did to a crowd.
type outcome struct {
	verdict
	conversations int
	turns         int64
}

func (v *verdict) join(w verdict) {
	v.lost, v.twice = append(v.lost, w.lost...), append(v.twice, w.twice...)
	v.reordered, v.other = append(v.reordered, w.reordered...), append(v.other, w.other...)
}

// judge asks the oracle about every conversation.
func (c *crowd) judge(t *testing.T) outcome {
	t.Helper()
	var mu sync.Mutex
	o := outcome{conversations: len(c.people)}
	var all sync.WaitGroup
	room := make(chan struct{}, 16)
	for _, p := range c.people {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			a, err := p.account(t.Context())
			v := verdict{}
			if err != nil {
				v.wrong("%v", err)
			} else {
				v = judge(a, c.site.engine)
			}
			mu.Lock()
			defer mu.Unlock()
			if o.turns += int64(a.session.Version); !v.clean() {
				o.join(v)
				if len(o.lost)+len(o.twice)+len(o.reordered)+len(o.other) < 20 {
					t.Errorf("conversation %s: %s", p.alias, &v)
				}
			}
		})
	}
	all.Wait()
	return o
}

// report prints what happened and fails the test where the run proves nothing: fewer messages were
// acknowledged than least, or fewer faults happened than leastFaults.
func (c *crowd) report(t *testing.T, faults int, kind string, least, leastFaults int) {
	t.Helper()
	o := c.judge(t)
	t.Logf("%d %s; %d conversations, %d turns, %d messages acknowledged (%d deliveries repeated): %d lost, %d duplicated, %d reordered; "+
		"%d recovered from a replica that accepted and never answered; attempts: %d refused, %d broken off, %d overdue, %d too many",
		faults, kind, o.conversations, o.turns, c.acked.Load(), c.repeats.Load(), len(o.lost), len(o.twice), len(o.reordered),
		c.rescued.Load(), c.unavailable.Load(), c.broken.Load(), c.overdue.Load(), c.tooMany.Load())
	if len(c.delays) > 0 {
		median, p99, most := spread(c.delays)
		t.Logf("accept to reply, %d times: median %s, 99 of 100 within %s, most %s", len(c.delays), median, p99, most)
	}
	if n := int(c.acked.Load()); n < least {
		t.Errorf("only %d messages were acknowledged, which proves nothing; want %d", n, least)
	}
	if faults < leastFaults {
		t.Errorf("only %d %s happened; want %d", faults, kind, leastFaults)
	}
	if n := c.abandoned.Load(); n > 0 {
		t.Errorf("%d messages were taken by nobody for %s", n, patience)
	}
	for _, what := range c.odd[:min(5, len(c.odd))] {
		t.Error(what)
	}
}

// spread is the median, the 99th of a hundred and the most of some times.
func spread(all []time.Duration) (median, p99, most time.Duration) {
	if len(all) == 0 {
		return 0, 0, 0
	}
	sorted := slices.Sorted(slices.Values(all))
	round := func(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
	return round(sorted[len(sorted)/2]), round(sorted[len(sorted)*99/100]), round(sorted[len(sorted)-1])
}
