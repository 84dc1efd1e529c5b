package signal

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/phone/peers"
)

// TestRegistered registers at a proxy over UDP, TCP and TLS, is called through it, hangs up through it,
// outlives what was granted, and withdraws when it drains.
func TestRegistered(t *testing.T) {
	for _, network := range []string{"udp", "tcp", "tls"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			p := peers.Kamailio(t)
			address := fmt.Sprintf("accueil@127.0.0.1:%d;transport=%s", p.Port, network)
			if network == "tls" {
				address = fmt.Sprintf("accueil@127.0.0.1:%d;transport=tls", p.TLS)
			}
			var hangUp atomic.Bool
			d := open(t, Config{
				Listen:      []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "tls://127.0.0.1:0"},
				Certificate: p.Certificate, Key: p.Key, Roots: p.Certificate, KeepAlive: 500 * time.Millisecond,
				Register: []Account{{Address: address, Password: "s3cret", Expires: 2 * time.Second}},
			}, answerThen(func(ctx context.Context, c *Call) {
				if hangUp.Load() {
					c.Hangup(ctx)
				}
				<-c.Gone()
			}))
			d.eventually("registered", func() bool { return d.Registered()[0].OK })
			first := d.Registered()[0].Until
			if granted := time.Until(first); granted < 3*time.Second {
				t.Errorf("the registrar grants four seconds, and %s were noted", granted)
			}
			target := fmt.Sprintf("127.0.0.1:%d", p.Port)
			peers.Sipp(t, "answered", target)
			d.ended(PeerHungUp, "answer sendrecv")
			if c := d.last().Caller(); string(c.Number) != "+33687654321" {
				t.Errorf("the caller is %q, not whom the proxy asserts", string(c.Number))
			}
			d.eventually("registered again", func() bool { return d.Registered()[0].Until.After(first.Add(2 * time.Second)) })
			time.Sleep(time.Until(first.Add(2 * time.Second)))
			hangUp.Store(true)
			peers.Sipp(t, "released", target)
			d.ended(WeHungUp, "answer sendrecv")
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			d.Drain(ctx)
			if r := d.Registered()[0]; r.OK {
				t.Error("still registered after draining")
			}
			peers.Sipp(t, "unknown", target)
			if !strings.Contains(p.Said.String(), "REGISTER for 0 seconds") {
				t.Error("nothing was withdrawn")
			}
		})
	}
}

// TestWrongPassword waits longer after each refusal.
func TestWrongPassword(t *testing.T) {
	p := peers.Kamailio(t)
	d := open(t, Config{Register: []Account{{Address: fmt.Sprintf("accueil@127.0.0.1:%d", p.Port), Password: "wrong"}}}, stand)
	d.eventually("a second pause", func() bool { return strings.Contains(d.log.String(), "again=2s") })
	if r := d.Registered()[0]; r.OK || r.Err == nil || r.Err.Error() != "REGISTER: 401" {
		t.Errorf("the registration is %+v", r)
	}
	if strings.Contains(p.Said.String(), "REGISTER for") {
		t.Error("the proxy took the registration")
	}
}

// TestRegistrarAsks takes the longer time, the stale nonce and the pause that a registrar asks for.
func TestRegistrarAsks(t *testing.T) {
	peers.Program(t, "sipp", "sip-tester")
	port := peers.FreePort(t, "udp")
	played := make(chan string, 1)
	go func() {
		out, err := peers.RunSipp(t, "registrar", "127.0.0.1", "-p", fmt.Sprint(port))
		if err == nil {
			out = ""
		}
		played <- out
	}()
	time.Sleep(200 * time.Millisecond)
	d := open(t, Config{Register: []Account{{Address: fmt.Sprintf("accueil@127.0.0.1:%d", port), Password: "s3cret", Expires: time.Minute}}}, stand)
	if out := <-played; out != "" {
		t.Fatal(out)
	}
	d.eventually("registered", func() bool { return d.Registered()[0].OK })
	if left := time.Until(d.Registered()[0].Until); left < 50*time.Second || left > time.Minute {
		t.Errorf("the Contact's own 55 seconds count, not %s", left)
	}
	if !strings.Contains(d.log.String(), "again=2s") {
		t.Error("Retry-After was not respected")
	}
}

// TestBaresip is called by a softphone over TLS.
func TestBaresip(t *testing.T) {
	path := peers.Program(t, "baresip", "baresip-core")
	cert, key := peers.Certificate(t)
	d := open(t, Config{Listen: []string{"tls://127.0.0.1:0"}, Certificate: cert, Key: key}, answerThen(func(ctx context.Context, c *Call) {
		time.Sleep(500 * time.Millisecond)
		c.Hangup(ctx)
	}))
	dir := t.TempDir()
	silence := filepath.Join(dir, "silence.wav")
	for name, text := range map[string]string{
		// Ten seconds of nothing: baresip hangs up where its sound ends.
		"silence.wav": "RIFF\x24\x71\x02\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x71\x02\x00" +
			strings.Repeat("\x00", 160000),
		"config": "sip_listen 127.0.0.1:0\nsip_cafile " + cert + "\nmodule_path /usr/lib/baresip/modules\n" +
			"module stdio.so\nmodule g711.so\nmodule aufile.so\nmodule_app account.so\nmodule_app menu.so\n" +
			"audio_source aufile," + silence + "\naudio_player aufile," + filepath.Join(dir, "heard.wav") + "\n",
		"accounts": "<sip:peer@127.0.0.1;transport=tls>;regint=0\n",
		"contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := peers.Start(t, path, "-f", dir, "-t", "15", "-e", fmt.Sprintf("/dial sip:accueil@%s", d.Addr("tls")))
	d.eventually("a call", func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return len(d.calls) == 1
	})
	d.ended(WeHungUp, "answer sendrecv")
	d.eventually("baresip says that the call ended", func() bool { return strings.Contains(said.String(), "session closed") })
}

// TestKeepAlive registers from the listening socket, and keeps the way into it open.
func TestKeepAlive(t *testing.T) {
	registrar, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer registrar.Close()
	d := open(t, Config{KeepAlive: 100 * time.Millisecond, Register: []Account{{Address: "accueil@" + registrar.LocalAddr().String(), Password: "s3cret"}}}, stand)
	buf := make([]byte, 65536)
	read := func() string {
		_ = registrar.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, from, err := registrar.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		if from.String() != d.Addr("udp").String() {
			t.Fatalf("it came from %s", from)
		}
		return string(buf[:n])
	}
	req := read()
	if !strings.HasPrefix(req, "REGISTER ") || !strings.Contains(req, ";rport") {
		t.Fatalf("not a REGISTER with rport: %.60q", req)
	}
	_, headers, _ := strings.Cut(req, "\r\n")
	if _, err := registrar.WriteTo([]byte("SIP/2.0 200 OK\r\n"+headers), net.UDPAddrFromAddrPort(d.Addr("udp"))); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if beat := read(); beat != "\r\n\r\n" {
			t.Fatalf("no keep-alive: %.60q", beat)
		}
	}
}

// TestBrokenRegistrarConnection registers anew when the registrar has closed the connection that calls come in on,
// long before what was granted is over; while it cannot be reached it is not registered.
func TestBrokenRegistrarConnection(t *testing.T) {
	registrar, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer registrar.Close()
	_ = registrar.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Second))
	d := open(t, Config{Listen: []string{"tcp://127.0.0.1:0"}, KeepAlive: 100 * time.Millisecond,
		Register: []Account{{Address: "accueil@" + registrar.Addr().String() + ";transport=tcp", Password: "s3cret"}}}, stand)
	for range 2 {
		conn, err := registrar.Accept()
		l := newLine(t, conn, err)
		l.answer("200 OK", l.until("REGISTER "), "Expires: 600")
		d.eventually("registered", func() bool { return d.Registered()[0].OK })
		conn.Close()
	}
	registrar.Close()
	d.eventually("not registered", func() bool { return !d.Registered()[0].OK })
}
