//go:build chaos

package main

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

const (
	grace   = 300 * time.Millisecond // after which an unplayed input is anybody's
	atOnce  = 8                      // conversations that a dying replica leaves behind
	soonest = 400 * time.Millisecond // what recovery may take, half of the time at least
)

// A recovery is one input that a dead replica accepted and did not play, until the other committed it.
type recovery struct{ sinceAccept, sinceDeath time.Duration }

// dieBetween kills a replica at the worst moment again and again: what it accepted is stored, the
// turns are decided, and their commits do not arrive. The other replica knows nothing of it.
func (s *site) dieBetween(t *testing.T, between *proxy) {
	t.Helper()
	c := &crowd{site: s}
	doomed := s.replicas[0]
	var all []recovery
	kills := 0
	for until := time.Now().Add(*chaosFor); kills < 8 || time.Now().Before(until); kills++ {
		all = append(all, c.dieOnce(t, between)...)
		between.holdBack("")
		doomed.start()
		doomed.untilReady()
	}
	c.tell(t, kills, all)
}

// dieOnce has people write to the first replica, kills it when all their commits are held back, and
// waits for the other.
func (c *crowd) dieOnce(t *testing.T, between *proxy) (all []recovery) {
	t.Helper()
	doomed, other := c.site.replicas[0], c.site.replicas[1]
	var people []*person
	for len(people) < atOnce {
		if p := c.arrive(doomed); p != nil {
			people = append(people, p)
		}
	}
	between.holdBack(commitSum(t))
	found, died := make(chan recovery, atOnce), make(chan struct{})
	var death time.Time
	for _, p := range people {
		p.sent = append(p.sent, p.next())
		go p.leaveTo(doomed, other, died)
		go func() {
			accepted, committed := p.watch(p.sent[0].ID)
			<-died
			found <- recovery{committed.Sub(accepted), committed.Sub(death)}
		}()
	}
	for range people {
		select {
		case <-between.held:
		case <-time.After(5 * time.Second):
			t.Fatal("the replica does not commit what it was sent")
		}
	}
	doomed.kill()
	death = time.Now()
	close(died)
	for range people {
		r := <-found
		if r.sinceAccept == 0 {
			t.Fatal("what a dead replica accepted is not played after 10 s")
		}
		all = append(all, r)
	}
	return all
}

// tell prints how long recovery took.
func (c *crowd) tell(t *testing.T, kills int, all []recovery) {
	t.Helper()
	var accept, death []time.Duration
	stolen := 0
	for _, r := range all {
		if r.sinceDeath < 0 {
			stolen++ // the grace passed before the kill
		}
		accept, death = append(accept, r.sinceAccept), append(death, r.sinceDeath)
	}
	median, p99, most := spread(accept)
	t.Logf("%d recoveries at %s grace: since the input was accepted median %s, 99 of 100 within %s, most %s", len(all), grace, median, p99, most)
	if median > soonest {
		t.Errorf("half of the recoveries take more than %s; want %s at most", median, soonest)
	}
	if slices.Min(accept) < grace*9/10 {
		t.Errorf("an input was played %s after it was accepted: no death was in between", slices.Min(accept))
	}
	median, p99, most = spread(death)
	t.Logf("since the replica died median %s, 99 of 100 within %s, most %s; %d were taken up before", median, p99, most, stolen)
	if stolen > len(all)/4 {
		t.Errorf("%d of %d inputs were played by the other replica before the first one died", stolen, len(all))
	}
	c.report(t, kills, "kills between accept and commit", len(all), 8)
}

// leaveTo sends the person's message to a replica that will not answer and then, as a page does, to
// another.
func (p *person) leaveTo(doomed, other *replica, died chan struct{}) {
	s := &p.sent[0]
	status, _ := p.post(doomed, "/chat/messages", *s)
	<-died
	for began := time.Now(); status != http.StatusAccepted && time.Since(began) < patience; {
		status, _ = p.post(other, "/chat/messages", *s)
	}
	if s.Acked = status == http.StatusAccepted; s.Acked {
		p.acked.Add(1)
	}
}

// watch returns when a message was accepted, by Redis' clock, and when its turn was seen in the log;
// they are one machine's clock.
func (p *person) watch(id string) (accepted, committed time.Time) {
	conversation, err := p.conversation()
	if err != nil {
		p.wonder("%v", err)
		return
	}
	hint, end := p.site.store.Watch(conversation)
	defer end()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	for ctx.Err() == nil {
		log, _ := p.site.store.Log(ctx, conversation, 0, 100)
		now := time.Now()
		i := slices.IndexFunc(log, func(e bot.Entry) bool { return e.Input != nil && strings.HasSuffix(e.Cause, ":"+id) })
		if i >= 0 {
			return log[i].At, now
		}
		select {
		case <-hint:
		case <-time.After(20 * time.Millisecond):
		}
	}
	p.wonder("message %s of %s is not played after 10 s", id, p.alias)
	return
}

// commitSum is the name under which Redis knows the script that makes a turn true.
func commitSum(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("../../adapters/redis/commit.lua")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(script)
	return hex.EncodeToString(sum[:])
}
