package signal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/phone/peers"
)

// sound is a Media without sound: it speaks one description and remembers what it was told.
type sound struct {
	mu     sync.Mutex
	heard  []string
	closed int
}

const canned = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"

func (s *sound) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, what)
}

func (s *sound) Offer() ([]byte, error) {
	s.note("offer")
	return []byte(canned + "a=sendrecv\r\n"), nil
}

func (s *sound) Answer(offer []byte) ([]byte, error) {
	if bytes.Contains(offer, []byte("G729")) {
		return nil, fmt.Errorf("no codec: %w", ErrNotAcceptable)
	}
	direction := "sendrecv"
	if bytes.Contains(offer, []byte("a=sendonly")) {
		direction = "recvonly"
	}
	s.note("answer " + direction)
	return []byte(canned + "a=" + direction + "\r\n"), nil
}

func (s *sound) Accept(answer []byte) error {
	if bytes.Contains(answer, []byte("G729")) {
		return ErrNotAcceptable
	}
	s.note("accept")
	return nil
}

func (s *sound) Info(key rune) { s.note("key " + string(key)) }

func (s *sound) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

func (s *sound) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, ", ")
}

// A desk is an endpoint under test with what it did.
type desk struct {
	*Endpoint
	t   testing.TB
	log *peers.Lines

	mu    sync.Mutex
	calls []*Call
}

// stand answers and waits for the end.
func stand(c *Call) {
	if c.Answer(context.Background()) == nil {
		<-c.Gone()
	}
}

// open starts an endpoint on ports of the system's choice; unset settings are those of a trial on loopback.
func open(t testing.TB, config Config, serve func(*Call)) *desk {
	t.Helper()
	d := &desk{t: t, log: &peers.Lines{}}
	if config.Listen == nil {
		config.Listen = []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}
	}
	if config.Allow == nil {
		config.Allow = []string{"127.0.0.0/8", "::1"}
	}
	if config.Media == nil {
		config.Media = func(*Call) (Media, error) { return &sound{}, nil }
	}
	config.Log = slog.New(slog.NewTextHandler(d.log, nil))
	config.Serve = func(c *Call) {
		d.mu.Lock()
		d.calls = append(d.calls, c)
		d.mu.Unlock()
		serve(c)
	}
	e, err := Listen(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	d.Endpoint = e
	t.Cleanup(func() {
		e.Close()
		for _, secret := range []string{"0612345678", "+33612345678", "s3cret", "INVITE sip", "v=0"} {
			if strings.Contains(d.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
		if t.Failed() {
			t.Log(d.log.String())
		}
	})
	return d
}

// last is the newest call that was served, once it is over.
func (d *desk) last() *Call {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.calls) == 0 {
		d.t.Fatal("no call was served")
	}
	return d.calls[len(d.calls)-1]
}

// ended waits for the newest call's end and checks why and with what sound.
func (d *desk) ended(why Reason, said string) {
	d.t.Helper()
	c := d.last()
	select {
	case <-c.Gone():
	case <-time.After(10 * time.Second):
		d.t.Fatal("the call did not end")
	}
	if c.Reason() != why {
		d.t.Errorf("the call ended because %q, not %q", c.Reason(), why)
	}
	if s := c.Media().(*sound); s.said() != said {
		d.t.Errorf("the sound was told %q, not %q", s.said(), said)
	}
	d.eventually("the sound is closed once", func() bool {
		s := c.Media().(*sound)
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.closed == 1
	})
}

func (d *desk) eventually(what string, is func() bool) {
	d.t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Errorf("never: %s", what)
}
