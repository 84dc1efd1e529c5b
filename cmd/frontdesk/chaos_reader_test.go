//go:build chaos

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A reader follows a conversation as a page does: when the stream breaks it comes back, to whichever
// replica, after the last event it has.
type reader struct {
	p       *person
	end     context.CancelFunc
	ended   chan struct{}
	mu      sync.Mutex
	live    []showing
	last    string // id of the last event
	choices []string
	asked   string // the person's last message that is shown and not answered yet
	stamp   time.Time
	stamps  map[string]time.Time // when each message was accepted
	done    map[string]bool      // messages with an answer
	news    chan struct{}
}

// read has the person follow the conversation until their reader is stopped.
func (p *person) read() {
	ctx, end := context.WithCancel(context.Background())
	r := &reader{p: p, end: end, ended: make(chan struct{}), stamps: map[string]time.Time{}, done: map[string]bool{}, news: make(chan struct{}, 1)}
	go func() {
		defer close(r.ended)
		for ctx.Err() == nil {
			_ = p.stream(ctx, p.some(), r.place(), r.hear)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	p.reader = r
}

func (r *reader) stop() {
	r.end()
	<-r.ended
}

func (r *reader) place() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

func (r *reader) options() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.choices
}

// A line is one event of the stream.
type line struct {
	showing
	at      time.Time // the store's stamp of what caused it
	options []string
}

// hear notes an event, and how long an answer took since its message was accepted.
func (r *reader) hear(l line) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live, r.last = append(r.live, l.showing), l.Seq
	switch {
	case l.From == "you":
		r.asked, r.stamp, r.stamps[l.ID] = l.ID, l.at, l.at
	case r.asked != "":
		r.done[r.asked] = true
		r.p.delay(now.Sub(r.stamp))
		r.asked = ""
	}
	if len(l.options) > 0 {
		r.choices = l.options
	}
	select {
	case r.news <- struct{}{}:
	default:
	}
}

func (c *crowd) delay(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.delays = append(c.delays, d)
}

// untilAnswered waits for the answer to a message.
func (r *reader) untilAnswered(id string, most time.Duration) {
	late := time.After(most)
	for {
		r.mu.Lock()
		done := r.done[id]
		r.mu.Unlock()
		if done {
			return
		}
		select {
		case <-r.news:
		case <-late:
			return
		}
	}
}

// expect notes a message that was taken after an attempt that got no answer. One whose stamp is older
// was accepted then, by a replica that could not say so.
func (r *reader) expect(id string, failed time.Time) {
	r.untilAnswered(id, time.Second)
	r.mu.Lock()
	defer r.mu.Unlock()
	if stamp, shown := r.stamps[id]; shown && stamp.Before(failed) {
		r.p.rescued.Add(1)
	}
}

// stream reads events after a place until ctx ends or the stream does.
func (p *person) stream(ctx context.Context, from *replica, after string, hear func(line)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from.base()+"/chat/events", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("X-Forwarded-For", p.address)
	if after != "" {
		request.Header.Set("Last-Event-ID", after)
	}
	client := http.Client{Transport: p.site.client.Transport} // a stream has no end
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		if answer.StatusCode != http.StatusServiceUnavailable && answer.StatusCode != http.StatusTooManyRequests {
			p.wonder("/chat/events answered %d", answer.StatusCode)
		}
		return io.EOF
	}
	var now line
	var data string
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() { // an event counts when its blank line has come: a torn one is sent again
		text := lines.Text()
		switch {
		case strings.HasPrefix(text, "id: "):
			now.Seq = text[len("id: "):]
		case strings.HasPrefix(text, "data: "):
			data = text[len("data: "):]
		case text == "" && data != "":
			if err := now.fill(data); err != nil {
				return err
			}
			hear(now)
			now, data = line{}, ""
		}
	}
	return lines.Err()
}

func (l *line) fill(data string) error {
	var e struct {
		From, ID, Text, Option string
		At                     time.Time
		Options                []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(data), &e); err != nil {
		return err
	}
	l.From, l.ID, l.Text, l.Option, l.at = e.From, e.ID, e.Text, e.Option, e.At
	for _, o := range e.Options {
		l.options = append(l.options, o.ID)
	}
	return nil
}
