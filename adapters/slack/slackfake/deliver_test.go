package slackfake_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/adapters/slack/slackfake"
)

func TestAnEventIsTriedFourTimesWithTheSameID(t *testing.T) {
	a := connected(t, func(o *slackfake.Options) { o.AckWithin, o.Speed = 50*time.Millisecond, 5000 })
	a.answers(func(socketmode.Event) (any, bool) { return nil, false })
	_, err := a.w.Write("U0ANNA", a.w.DM("U0ANNA"), "allô", "")
	check(t, err)
	if !a.w.Quiet(quick) {
		t.Fatal("still trying")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	ids, envelopes := map[string]bool{}, map[string]bool{}
	var attempts []int
	for i, e := range a.events {
		ids[e.Data.(*slackevents.EventsAPICallbackEvent).EventID] = true
		envelopes[a.tries[i].EnvelopeID] = true
		attempts = append(attempts, a.tries[i].RetryAttempt)
	}
	same(t, "attempts", attempts, []int{0, 1, 2, 3})
	same(t, "ids and envelopes", []int{len(ids), len(envelopes)}, []int{1, 4})
	same(t, "reason", a.tries[1].RetryReason, "timeout")
	same(t, "tally", a.w.Tally(), slackfake.Deliveries{Events: 1, Tries: 4, Late: 4, Lost: 1})
}

func TestWhatHappensWhileNobodyIsConnectedComesLater(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.Speed = 200 }) // a minute is 300 ms
	_, err := w.Write("U0ANNA", w.DM("U0ANNA"), "allô", "")
	check(t, err)
	a := &app{Client: api, w: w}
	a.connect(t)
	same(t, "text", a.said(t, 0).Text, "allô")
	if !w.Quiet(quick) || w.Tally().Lost != 0 {
		t.Errorf("tally %+v", w.Tally())
	}
	same(t, "unacked", w.Unacked(), 0)
}

func TestALostAcknowledgementBringsTheEventAgain(t *testing.T) {
	var mu sync.Mutex
	var tapped []string
	a := connected(t, func(o *slackfake.Options) {
		o.Speed = 5000
		o.Tap = func(kind string, payload []byte) {
			mu.Lock()
			defer mu.Unlock()
			tapped = append(tapped, kind)
		}
	})
	a.w.LoseAcks(2)
	_, err := a.w.Write("U0ANNA", a.w.DM("U0ANNA"), "allô", "")
	check(t, err)
	if !a.w.Quiet(quick) {
		t.Fatal("still trying")
	}
	same(t, "came", len(a.messages()), 3)
	same(t, "tally", a.w.Tally(), slackfake.Deliveries{Events: 1, Tries: 3, Acked: 1, Unreachable: 2})
	check(t, a.w.GlobalShortcut("U0ANNA", "queue"))
	mu.Lock()
	defer mu.Unlock()
	same(t, "tapped once", tapped, []string{"event_callback", "interactive"})
}

func TestConnectionsTakeTurns(t *testing.T) {
	a := connected(t, nil)
	var mu sync.Mutex
	got := map[*socketmode.Client]int{}
	count := func(s *socketmode.Client) {
		mu.Lock()
		defer mu.Unlock()
		got[s]++
	}
	other := socketmode.New(a.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = other.RunContext(ctx) })
	wg.Go(func() {
		for {
			select {
			case e := <-other.Events:
				if e.Type == socketmode.EventTypeEventsAPI {
					count(other)
					_ = other.Ack(*e.Request)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	defer func() { cancel(); wg.Wait() }()
	a.answers(func(socketmode.Event) (any, bool) { count(a.socket); return nil, true })
	a.until(t, "two connections", func() bool { return a.w.Connections() == 2 })
	for i := range 10 {
		_, err := a.w.Write("U0ANNA", a.w.DM("U0ANNA"), fmt.Sprint(i), "")
		check(t, err)
	}
	if !a.w.Quiet(quick) {
		t.Fatal("still trying")
	}
	mu.Lock()
	defer mu.Unlock()
	same(t, "turns", []int{got[a.socket], got[other]}, []int{5, 5})
}

func TestEventsOfOneConnectionComeInOrder(t *testing.T) {
	a := connected(t, nil)
	dm := a.w.DM("U0ANNA")
	for i := range 200 {
		_, err := a.w.Write("U0ANNA", dm, fmt.Sprint(i), "")
		check(t, err)
	}
	a.until(t, "all", func() bool { return len(a.messages()) == 200 })
	for i, m := range a.messages() {
		if m.Text != fmt.Sprint(i) {
			t.Fatalf("message %d is %s", i, m.Text)
		}
	}
}

func TestSocketsAreDisconnectedAndComeBack(t *testing.T) {
	a := connected(t, nil)
	dm := a.w.DM("U0ANNA")
	for i, reason := range []string{"warning", "refresh_requested", ""} {
		opened := a.w.Calls("apps.connections.open")
		a.w.Disconnect(reason)
		a.until(t, "another connection", func() bool { return a.w.Calls("apps.connections.open") > opened && a.w.Connections() == 1 })
		_, err := a.w.Write("U0ANNA", dm, fmt.Sprint(i), "")
		check(t, err)
		same(t, reason, a.said(t, i).Text, fmt.Sprint(i))
	}
	a.w.Down(true)
	if _, err := a.AuthTest(); err == nil {
		t.Error("Slack is down and answered")
	}
	same(t, "connections", a.w.Connections(), 0)
	a.w.Down(false)
	a.until(t, "a connection", func() bool { return a.w.Connections() == 1 })
}

func TestOnlySubscribedEventsAreSent(t *testing.T) {
	a := connected(t, func(o *slackfake.Options) { o.Events = []string{"message.im"} })
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	_, err := a.w.Write("U0ANNA", ch, "pas ici", "")
	check(t, err)
	ts, err := a.w.Write("U0ANNA", a.w.DM("U0ANNA"), "ici", "")
	check(t, err)
	check(t, a.w.React("U0ANNA", a.w.DM("U0ANNA"), ts, "eyes"))
	if !a.w.Quiet(quick) {
		t.Fatal("still trying")
	}
	same(t, "sent", []any{a.w.Tally().Events, a.said(t, 0).Text}, []any{1, "ici"})
}
