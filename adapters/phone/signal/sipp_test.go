package signal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/phone/peers"
)

// TestCallsOverEveryTransport has a caller speak for a moment over UDP, TCP and IPv6.
func TestCallsOverEveryTransport(t *testing.T) {
	d := open(t, Config{Listen: []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "udp://[::1]:0", "tcp://[::1]:0"}}, stand)
	for i, s := range d.sockets {
		t.Run(fmt.Sprintf("%s %s", s.network, s.bound.Addr()), func(t *testing.T) {
			transport := "u1"
			if s.network == "tcp" {
				transport = "t1"
			}
			peers.Sipp(t, "answered", s.bound.String(), "-t", transport)
			d.ended(PeerHungUp, "answer sendrecv")
			if d.mu.Lock(); len(d.calls) != i+1 {
				t.Errorf("%d calls were served", len(d.calls))
			}
			d.mu.Unlock()
			if c := d.last().Caller(); string(c.Number) != "+33612345678" || c.Hidden {
				t.Errorf("the caller is %q, hidden %t", string(c.Number), c.Hidden)
			}
		})
	}
}

// TestHangUpOverIPv6 sends requests of ours over IPv6 too.
func TestHangUpOverIPv6(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			d := open(t, Config{Listen: []string{network + "://[::1]:0"}}, answerThen(func(ctx context.Context, c *Call) { c.Hangup(ctx) }))
			peers.Sipp(t, "released", d.Addr(network).String(), "-t", network[:1]+"1")
			d.ended(WeHungUp, "answer sendrecv")
			if strings.Contains(d.log.String(), "did not answer") {
				t.Error("the BYE was not answered")
			}
		})
	}
}

// answerThen serves a call that stands.
func answerThen(then func(ctx context.Context, c *Call)) func(*Call) {
	return func(c *Call) {
		if c.Answer(context.Background()) == nil {
			then(context.Background(), c)
		}
	}
}

func ringThen(then func(*Call)) func(*Call) {
	return func(c *Call) {
		c.Ring()
		select {
		case <-time.After(300 * time.Millisecond):
			then(c)
		case <-c.Gone():
		}
	}
}

// TestScenarios plays sipp's side of each of testdata/phone's scenarios over UDP and TCP.
func TestScenarios(t *testing.T) {
	hangUp := answerThen(func(ctx context.Context, c *Call) { c.Hangup(ctx) })
	hangUpLater := answerThen(func(ctx context.Context, c *Call) {
		time.Sleep(2 * time.Second)
		c.Hangup(ctx)
	})
	waitForever := func(c *Call) { c.Ring(); <-c.Gone() }
	refer := answerThen(func(ctx context.Context, c *Call) {
		if err := c.Refer(ctx, "sip:conseil@127.0.0.1:5999"); err != nil {
			c.log.Info("refer", "err", err)
		}
	})
	for _, s := range []struct {
		name  string
		serve func(*Call)
		why   Reason
		said  string
	}{
		{"hungup", hangUp, WeHungUp, "answer sendrecv"},
		{"late", stand, PeerHungUp, "offer, accept"},
		{"lateempty", stand, Unacceptable, "offer"},
		{"hold", stand, PeerHungUp, "answer sendrecv, answer recvonly, answer sendrecv, offer, accept"},
		{"moved", hangUpLater, WeHungUp, "answer sendrecv, answer sendrecv, key 0"},
		{"noack", stand, NeverAcked, "answer sendrecv"},
		{"cancelled", waitForever, PeerGaveUp, "answer sendrecv"},
		{"crossed", stand, PeerGaveUp, "answer sendrecv"},
		{"early", waitForever, PeerGaveUp, "answer sendrecv"},
		{"merged", ringThen(stand), PeerHungUp, "answer sendrecv"},
		{"expires", stand, Expired, "answer sendrecv"},
		{"refreshed", stand, PeerHungUp, "answer sendrecv, answer recvonly"},
		{"byupdate", stand, PeerHungUp, "answer sendrecv"},
		{"byreinvite", stand, PeerHungUp, "answer sendrecv, offer, offer, accept"},
		{"glare", stand, PeerHungUp, "answer sendrecv, offer"},
		{"keys", stand, PeerHungUp, "answer sendrecv, key 5, key *, key #, key *"},
		{"challenged", hangUp, WeHungUp, "answer sendrecv"},
		{"referred", refer, WeHungUp, "answer sendrecv"},
		{"notreferred", refer, WeHungUp, "answer sendrecv"},
		{"referredinvain", refer, WeHungUp, "answer sendrecv"},
		{"rejected", stand, PeerHungUp, "answer sendrecv"},
		{"unrefreshed", stand, Expired, "answer sendrecv, offer"},
		{"refusedrefresh", stand, Expired, "answer sendrecv, offer"},
		{"heldsession", stand, PeerHungUp, "answer sendrecv, answer recvonly, offer, accept"},
		{"challengedrefresh", stand, PeerHungUp, "answer sendrecv, offer, accept"},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(s.name+" "+network, func(t *testing.T) {
				t.Parallel()
				d := open(t, Config{
					MinSession: time.Second, AckWait: 5 * time.Second, Targets: []string{"sip:conseil@127.0.0.1:5999"},
					Register: []Account{{Address: fmt.Sprintf("accueil@127.0.0.1:%d", peers.FreePort(t, "udp")), Password: "s3cret"}},
				}, s.serve)
				args := []string{"-t", network[:1] + "1"}
				if s.name == "noack" || s.name == "hold" {
					args = append(args, "-nr") // sipp would swallow the repetitions that it is to see
				}
				peers.Sipp(t, s.name, d.Addr(network).String(), args...)
				d.ended(s.why, s.said)
			})
		}
	}
}

// TestRefusedCalls are calls that Serve never sees.
func TestRefusedCalls(t *testing.T) {
	full := func(*Call) (Media, error) { return nil, fmt.Errorf("no port: %w", ErrFull) }
	for _, s := range []struct {
		name     string
		scenario string
		config   Config
	}{
		{"no codec", "nocodec", Config{}},
		{"100rel", "require", Config{}},
		{"short session", "shortsession", Config{}},
		{"no room for sound, busy", "refused486", Config{Media: full}},
		{"no room for sound, overflow", "refused503", Config{Media: full, Busy: 503}},
		{"no half-open call more", "refused503", Config{MaxHalfOpen: -1}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, s.config, stand)
			peers.Sipp(t, s.scenario, d.Addr("udp").String())
			if len(d.calls) != 0 {
				t.Error("Serve saw the call")
			}
			d.eventually("nothing is left", func() bool { h, a := d.Calls(); return h+a+len(d.dialogs)+len(d.invites) == 0 })
		})
	}
}

// TestAnswerIsGivenUp hangs up when the answer's context ends before the ACK, and then only after the ACK.
func TestAnswerIsGivenUp(t *testing.T) {
	said := make(chan error, 1)
	d := open(t, Config{AckWait: 5 * time.Second}, func(c *Call) {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		said <- c.Answer(ctx)
	})
	peers.Sipp(t, "lateack", d.Addr("udp").String())
	if err := <-said; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Answer says %v", err)
	}
	d.ended(WeHungUp, "answer sendrecv")
}

// TestReferOnlyToTargets refuses what is not listed before anything is sent.
func TestReferOnlyToTargets(t *testing.T) {
	got := make(chan error, 1)
	d := open(t, Config{}, answerThen(func(ctx context.Context, c *Call) {
		got <- c.Refer(ctx, "sip:+33299000000@127.0.0.1")
		<-c.Gone()
	}))
	peers.Sipp(t, "answered", d.Addr("udp").String())
	if err := <-got; !errors.Is(err, ErrTarget) {
		t.Errorf("Refer says %v", err)
	}
}
