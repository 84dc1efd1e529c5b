package slack

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// Messages of one thread stay in order, whatever the library does with its events.
func TestMessagesOfAThreadStayInOrder(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	var want []bot.Event
	for i := range 60 {
		text := fmt.Sprint("Message ", i)
		_, err := h.slack.Write(anna, root.Channel, text, root.TS)
		h.must(err)
		want = append(want, bot.Replied{By: "anna", Text: bot.Words(text)})
	}
	h.settled()
	same(t, "events", h.events(card)[1:], want)
}

func TestAConnectionThatEndsIsMadeAgainAndNothingIsLost(t *testing.T) {
	h := opened(t, setup{fake: fast()})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	for i := range 5 {
		_, err := h.slack.Write(anna, root.Channel, fmt.Sprint("Message ", i), root.TS)
		h.must(err)
		h.slack.Disconnect("refresh_requested")
		h.until("a connection", func() bool { return h.slack.Connections() == 1 })
	}
	h.settled()
	same(t, "events", len(h.events(card)), 6)
}

// A token that is good for nothing is said once, and tried again slowly until somebody has mended it.
func TestARefusedConnectionIsSaidOnceAndTriedAgain(t *testing.T) {
	h := opened(t, setup{closed: true, beats: quickBeats})
	h.slack.Token("invalid_auth")
	var all sync.WaitGroup
	all.Go(func() { h.desk.socket(t.Context()) })
	t.Cleanup(all.Wait)
	h.until("some tries", func() bool { return h.slack.Calls("apps.connections.open") > 3 })
	h.mu.Lock()
	same(t, "alerts", len(h.alerts), 1)
	h.mu.Unlock()
	h.slack.Token("")
	h.until("a connection", func() bool { return h.slack.Connections() == 1 })
}

func TestLanesKeepOrderWithinAKeyAndRunKeysAtOnce(t *testing.T) {
	var l lanes
	var mu sync.Mutex
	got := map[string][]int{}
	release := make(chan struct{})
	l.add("blocked", func() { <-release })
	for i := range 100 {
		for _, key := range []string{"a", "b"} {
			l.add(key, func() { mu.Lock(); defer mu.Unlock(); got[key] = append(got[key], i) })
		}
	}
	deadline := time.Now().Add(5 * time.Second)
	for {
		mu.Lock()
		done := len(got["a"]) == 100 && len(got["b"]) == 100
		mu.Unlock()
		if done {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a blocked lane holds the others up")
		}
		time.Sleep(time.Millisecond)
	}
	for key, order := range got {
		for i, n := range order {
			if i != n {
				t.Fatalf("lane %s: %v", key, order)
			}
		}
	}
	close(release)
	l.wait()
}

func TestLanesAreBounded(t *testing.T) {
	var l lanes
	release := make(chan struct{})
	for range mostWaiting {
		if !l.add("a", func() { <-release }) {
			t.Fatal("refused too early")
		}
	}
	if l.add("b", func() {}) {
		t.Error("more was taken than there is room for")
	}
	close(release)
	l.wait()
	if !l.add("b", func() {}) {
		t.Error("nothing is taken any more")
	}
	l.wait()
}
