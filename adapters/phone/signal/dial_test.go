package signal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk/adapters/phone/peers"
)

// callee has sipp play a telephone that we call.
func callee(t *testing.T, scenario, network string) (target string, played chan string) {
	t.Helper()
	peers.Program(t, "sipp", "sip-tester")
	port := peers.FreePort(t, network)
	target = fmt.Sprintf("sip:+33299000000@127.0.0.1:%d;transport=%s", port, network)
	played = make(chan string, 1)
	go func() {
		args := []string{"-p", fmt.Sprint(port), "-t", network[:1] + "1"}
		if scenario == "callee" {
			args = append(args, "-nr") // sipp would swallow the second ACK
		}
		out, err := peers.RunSipp(t, scenario, "127.0.0.1", args...)
		if err != nil {
			out = fmt.Sprintf("%v: %s", err, out)
		} else {
			out = ""
		}
		played <- out
	}()
	for range 500 { // sipp says nowhere that it listens; the kernel does
		time.Sleep(20 * time.Millisecond)
		if open, err := os.ReadFile("/proc/net/" + network); err != nil || strings.Contains(string(open), fmt.Sprintf(" 0100007F:%04X ", port)) {
			break
		}
	}
	time.Sleep(200 * time.Millisecond) // where there is no such file, and until it takes what comes
	return target, played
}

// TestDial calls telephones that do all they may.
func TestDial(t *testing.T) {
	for _, s := range []struct {
		name string
		err  error
		then func(*Call)
		said string
		why  Reason
	}{
		{"callee", nil, func(c *Call) {
			select {
			case <-c.Gone():
			case <-time.After(10 * time.Second):
			}
		}, "offer, accept", PeerHungUp},
		{"demanding", nil, func(c *Call) { c.Hangup(context.Background()) }, "offer, accept", WeHungUp},
		{"proxied", nil, func(c *Call) { c.Hangup(context.Background()) }, "offer, accept", WeHungUp},
		{"ringsout", ErrNoAnswer, nil, "offer", ""},
		{"silent", ErrNoAnswer, nil, "offer", ""},
		{"toolate", ErrNoAnswer, nil, "offer", ""},
		{"engaged", ErrBusy, nil, "offer", ""},
		{"redirects", ErrForbidden, nil, "offer", ""},
		{"missing", ErrForbidden, nil, "offer", ""},
		{"badanswer", ErrNotAcceptable, nil, "offer", ""},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(s.name+" "+network, func(t *testing.T) {
				t.Parallel()
				target, played := callee(t, s.name, network)
				d := open(t, Config{Targets: []string{target}, Register: []Account{{Address: "accueil@127.0.0.1:9", Password: "s3cret"}}}, stand)
				m := &sound{}
				c, err := d.Dial(context.Background(), target, with(m), DialOptions{Ring: time.Second})
				if !errors.Is(err, s.err) || (err == nil) != (s.err == nil) {
					t.Errorf("Dial says %v", err)
				}
				if err == nil && s.then != nil {
					s.then(c)
					if c.Reason() != s.why {
						t.Errorf("the call ended because %q", c.Reason())
					}
				}
				if said := <-played; said != "" {
					t.Error(said)
				}
				if m.said() != s.said || m.closed != 1 {
					t.Errorf("the sound was told %q and closed %d times", m.said(), m.closed)
				}
				d.eventually("nothing is left", func() bool {
					d.Endpoint.mu.Lock()
					defer d.Endpoint.mu.Unlock()
					return len(d.dialogs)+len(d.placed) == 0
				})
			})
		}
	}
}

// with is an outgoing call's sound.
func with(m Media) func(*Call) (Media, error) {
	return func(*Call) (Media, error) { return m, nil }
}

// TestDialByName finds a target's address among the allowed ones of its name.
func TestDialByName(t *testing.T) {
	target, played := callee(t, "engaged", "udp")
	target = strings.Replace(target, "127.0.0.1", "localhost", 1)
	d := open(t, Config{Listen: []string{"udp://127.0.0.1:0"}, Targets: []string{target}}, stand)
	if _, err := d.Dial(context.Background(), target, with(&sound{}), DialOptions{}); !errors.Is(err, ErrBusy) {
		t.Errorf("Dial says %v", err)
	}
	if said := <-played; said != "" {
		t.Error(said)
	}
}

// TestDialOnlyTargets dials nothing that is not listed, and nothing that is an emergency line.
func TestDialOnlyTargets(t *testing.T) {
	listens, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listens.Close()
	at := listens.LocalAddr().String()
	d := open(t, Config{Targets: []string{"sip:+33299000000@" + at, "sip:+33299000001@192.0.2.1"}}, stand)
	for _, target := range []string{"sip:+33299000009@" + at, "sip:112@" + at, "sip:15@" + at, "", "sip:+33299000000@" + at + ";x", "sip:+33299000001@192.0.2.1"} {
		open := func(*Call) (Media, error) { t.Error("sound is made"); return &sound{}, nil }
		if _, err := d.Dial(context.Background(), target, open, DialOptions{}); !errors.Is(err, ErrTarget) {
			t.Errorf("Dial of %q says %v", target, err)
		}
	}
	_ = listens.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, _, err := listens.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes were sent", n)
	}
}

// TestDialIsCancelled gives up when its context ends, and when the endpoint closes.
func TestDialIsCancelled(t *testing.T) {
	for _, how := range []string{"context", "close"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			target, played := callee(t, "ringsout", "udp")
			d := open(t, Config{Targets: []string{target}}, stand)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			time.AfterFunc(500*time.Millisecond, func() {
				if how == "context" {
					cancel()
				} else {
					d.Close()
				}
			})
			_, err := d.Dial(ctx, target, with(&sound{}), DialOptions{})
			if how == "context" && !errors.Is(err, context.Canceled) || how == "close" && !errors.Is(err, ErrDraining) {
				t.Errorf("Dial says %v", err)
			}
			if said := <-played; said != "" {
				t.Error(said)
			}
		})
	}
}

// TestOurOwnCallComesBack refuses a call of ours that a trunk sends back to us.
func TestOurOwnCallComesBack(t *testing.T) {
	trunk, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer trunk.Close()
	target := "sip:+33299000000@" + trunk.LocalAddr().String()
	d := open(t, Config{Targets: []string{target}}, stand)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = d.Dial(ctx, target, with(&sound{}), DialOptions{})
	}()
	buf := make([]byte, 65536)
	n, from, err := trunk.ReadFrom(buf)
	if err != nil {
		t.Fatal(err)
	}
	back := strings.Replace(string(buf[:n]), "branch=z9hG4bK", "branch=z9hG4bKback", 1)
	back = strings.Replace(back, "sip:+33299000000@"+trunk.LocalAddr().String()+" SIP", "sip:accueil@127.0.0.1 SIP", 1)
	if _, err := trunk.WriteTo([]byte(back), from); err != nil {
		t.Fatal(err)
	}
	for {
		_ = trunk.SetReadDeadline(time.Now().Add(5 * time.Second))
		if n, _, err = trunk.ReadFrom(buf); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(buf[:n]), "SIP/2.0 482") {
			break
		}
	}
	cancel()
	<-done
	if len(d.calls) != 0 {
		t.Error("Serve saw the call")
	}
}

// TestContactOfSips says to who must reach us by sips: that they can, and to nobody else.
func TestContactOfSips(t *testing.T) {
	cert, key := peers.Certificate(t)
	config := Config{Listen: []string{"udp://127.0.0.1:0", "tls://127.0.0.1:0"}, Certificate: cert, Key: key, Roots: cert}
	called := open(t, config, stand)
	for target, want := range map[string]string{
		fmt.Sprintf("sips:accueil@%s", called.Addr("tls")):              "sips:%s@%s",
		fmt.Sprintf("sip:accueil@%s;transport=tls", called.Addr("tls")): "sip:%s@%s;transport=tls",
	} {
		config.Targets = []string{target}
		caller := open(t, config, stand)
		c, err := caller.Dial(t.Context(), target, with(&sound{}), DialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		theirs := called.last()
		for _, said := range []struct {
			by   string
			is   sip.Uri
			user string
			at   *desk
		}{{"caller", theirs.peer.target, "frontdesk", caller}, {"called", c.peer.target, "accueil", called}} {
			if want := fmt.Sprintf(want, said.user, said.at.Addr("tls")); said.is.String() != want {
				t.Errorf("to %s the Contact of the %s is %s, want %s", target, said.by, said.is.String(), want)
			}
		}
		c.Hangup(t.Context())
	}
	for scheme, want := range map[string]string{"sip": "sip", "sips": "sips"} {
		r := &registration{e: called.Endpoint, a: account{uri: sip.Uri{Scheme: scheme, User: "accueil", Host: "127.0.0.1"}}}
		if got := r.request(hop{network: "tls", addr: called.Addr("tls")}, time.Minute).Contact().Address.Scheme; got != want {
			t.Errorf("registered with %s: %s", scheme, got)
		}
	}
}

// TestSipsOfACaller reads from an INVITE whether its dialog is one of sips:.
func TestSipsOfACaller(t *testing.T) {
	for _, s := range []struct {
		to, contact, route string
		want               bool
	}{
		{"sip", "sip", "", false}, {"sips", "sip", "", true}, {"sip", "sips", "", true},
		{"sip", "sips", "sip", false}, {"sip", "sip", "sips", true}, {"sips", "sip", "sip", true},
	} {
		lines := []string{"Contact: <" + s.contact + ":a@192.0.2.9>"}
		if s.route != "" {
			lines = append(lines, "Record-Route: <"+s.route+":192.0.2.8;lr>, <sip:192.0.2.7;lr>")
		}
		req := invite(t, "<sip:a@192.0.2.9>", "<sip:accueil@192.0.2.1>", lines...)
		req.Recipient.Scheme = s.to
		if got := securely(req); got != s.want {
			t.Errorf("%+v: %t", s, got)
		}
	}
}
