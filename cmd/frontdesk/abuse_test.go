package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// someone is a person's browser at an address of this machine.
func someone(t *testing.T, h *openedHouse, address string) *browser {
	t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{DialContext: dialer.DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: t, base: h.base, client: &http.Client{Transport: transport}}
}

// status posts and says what was answered; 0 when nothing was.
func (b *browser) status(path, body, token string) int {
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Error(err)
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := b.client.Do(r)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	return answer.StatusCode
}

func TestAFloodOfOpeningsIsBoundedToItsAddress(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	flood := someone(t, h, "127.0.0.2")
	count := map[int]int{}
	for range 250 {
		count[flood.status("/chat/conversations", "", "")]++
	}
	if count[201] < 60 || count[201] > 90 || count[201]+count[429] != 250 {
		t.Errorf("answers %v, want 60 conversations and a few, and refusals", count)
	}
	other := someone(t, h, "127.0.0.3")
	other.open()
	other.until("Que cherchez-vous")
}

// Behind a proxy that is trusted, the limits are of the people behind it.
func TestLimitsReachThroughATrustedProxy(t *testing.T) {
	h := openHouse(t, &serveCommand{TrustedProxies: []string{"127.0.0.9"}})
	proxy := someone(t, h, "127.0.0.9")
	through := func(person string) int {
		r, _ := http.NewRequest(http.MethodPost, h.base+"/chat/conversations", nil)
		r.Header.Set("X-Forwarded-For", person)
		answer, err := proxy.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	refused := 0
	for range 100 {
		if through("198.51.100.1") == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("somebody behind the proxy opens as many conversations as they like")
	}
	if got := through("198.51.100.2"); got != http.StatusCreated {
		t.Errorf("their neighbour: %d", got)
	}
}

// A flood from one peer delays nobody else: its requests are turned away before they cost anything.
func TestAFloodDelaysNobodyElse(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	other := someone(t, h, "127.0.0.3")
	other.open()
	other.until("Que cherchez-vous")
	median := func() time.Duration {
		var took []time.Duration
		for range 11 {
			began := time.Now()
			other.say("bonjour")
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		return took[len(took)/2]
	}
	quiet := median()

	stop := make(chan struct{})
	var flooding sync.WaitGroup
	var sent, turned atomic.Int64
	for i := range 8 {
		peer := someone(t, h, "127.0.0.2")
		flooding.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				path, body := "/chat/conversations", ""
				if i%2 == 0 {
					path, body = "/chat/messages", `{"id":"m1","text":"bonjour"}`
				}
				status := peer.status(path, body, strings.Repeat("A", 43))
				sent.Add(1)
				if status == http.StatusTooManyRequests {
					turned.Add(1)
				}
			}
		})
	}
	soon(t, "the flood", func() bool { return turned.Load() > 500 })
	loud := median()
	close(stop)
	flooding.Wait()
	t.Logf("a message takes %s alone and %s beside %d requests of a flood, %d of them refused", quiet, loud, sent.Load(), turned.Load())
	if most := 20*quiet + 300*time.Millisecond; loud > most {
		t.Errorf("somebody else waits %s, want at most %s", loud, most)
	}
}

// Tokens are 256 random bits; guessing at them is turned away long before it finds one.
func TestTokensCannotBeGuessed(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	seen := map[string]bool{}
	b := someone(t, h, "127.0.0.3")
	for range 50 {
		b.open()
		bits, err := base64.RawURLEncoding.DecodeString(b.token)
		if err != nil || len(bits) != 32 || seen[b.token] {
			t.Fatalf("token %q: %d bytes, %v, seen before: %t", b.token, len(bits), err, seen[b.token])
		}
		seen[b.token] = true
		for other := range seen {
			if other != b.token && other[:8] == b.token[:8] {
				t.Errorf("%q and %q begin alike", other, b.token)
			}
		}
	}
	guesser := someone(t, h, "127.0.0.2")
	count := map[int]int{}
	for n := range 600 {
		count[guesser.status("/chat/messages", `{"id":"m1","text":"x"}`, base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%032d", n)))]++
	}
	if count[401]+count[429] != 600 || count[429] == 0 {
		t.Errorf("answers %v, want refusals, and an end to guessing", count)
	}
}

// A ticket stands in addresses that proxies write down: the first to bring it has used it.
func TestATicketOpensOneStreamHoweverManyTry(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	b := someone(t, h, "127.0.0.2")
	b.open()
	answer, fields := b.post("/chat/tickets", nil)
	if answer.StatusCode != http.StatusCreated {
		t.Fatal(answer.Status)
	}
	var opened, refused atomic.Int64
	var crowd sync.WaitGroup
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for range 20 {
		crowd.Go(func() {
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/chat/events?ticket="+fields["ticket"], nil)
			answer, err := http.DefaultClient.Do(r)
			switch {
			case err != nil:
				t.Error(err)
			case answer.StatusCode == http.StatusOK:
				opened.Add(1)
			case answer.StatusCode == http.StatusUnauthorized:
				refused.Add(1)
			}
		})
	}
	crowd.Wait()
	if opened.Load() != 1 || refused.Load() != 19 {
		t.Errorf("%d opened a stream and %d were refused, want 1 and 19", opened.Load(), refused.Load())
	}
}

// Whoever is slow to say what they want, or to send it, is cut off and leaves nothing behind.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes fifteen seconds")
	}
	h := openHouse(t, &serveCommand{})
	address := strings.TrimPrefix(h.base, "http://")
	for name, c := range map[string]struct {
		first, then string
		most        time.Duration
	}{
		"says nothing":        {"", "", 15 * time.Second},
		"drips its headers":   {"GET /chat/ HTTP/1.1\r\nHost: " + address + "\r\n", "X: y\r\n", 15 * time.Second},
		"drips its body":      {"POST /chat/conversations HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{", " ", 40 * time.Second},
		"does not stop it":    {"GET /chat/ HTTP/1.1\r\nHost: " + address + "\r\n", strings.Repeat("X: "+strings.Repeat("y", 1000)+"\r\n", 2), 15 * time.Second},
		"sends a body for it": {"POST /chat/messages HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n", strings.Repeat(" ", 1000), 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprint(conn, c.first)
			began, drip := time.Now(), time.NewTicker(200*time.Millisecond)
			defer drip.Stop()
			for time.Since(began) < c.most {
				<-drip.C
				_, failed := io.WriteString(conn, c.then)
				_ = conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
				_, err := conn.Read(make([]byte, 4096))
				if failed != nil || err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
					return
				}
			}
			t.Errorf("still there after %s", c.most)
		})
	}
}

// A store that never answers: people are told within a second, the load balancer too, and nothing
// grows.
func TestAStoreThatNeverAnswers(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	makeKeys(t, keys)
	url, server := startRedisChild(t)
	h := openHouse(t, &serveCommand{RedisURL: url, KeyFile: keys})
	b := someone(t, h, "127.0.0.2")
	b.open()
	b.until("Que cherchez-vous")
	b.client.CloseIdleConnections()
	time.Sleep(200 * time.Millisecond)
	base := runtime.NumGoroutine()

	if err := server.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Signal(syscall.SIGCONT) }()
	began := time.Now()
	answer, fields := b.post("/chat/messages", map[string]string{"id": "m1", "text": "bonjour"})
	took := time.Since(began)
	if answer.StatusCode != http.StatusServiceUnavailable || took > 10*time.Second {
		t.Errorf("%s after %s, want 503 within a second and what a busy machine adds", answer.Status, took)
	}
	if answer.Header.Get("Retry-After") == "" || fields["error"] != "Désolé, votre dernier message n'est pas arrivé. Renvoyez-le, merci." {
		t.Errorf("the person reads %q, again after %q", fields["error"], answer.Header.Get("Retry-After"))
	}
	if status, body := get(t, h.base+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d %q", status, body)
	}
	var crowd sync.WaitGroup
	var others atomic.Int64
	for n := range 200 {
		crowd.Go(func() {
			if b.status("/chat/messages", fmt.Sprintf(`{"id":"x%d","text":"bonjour"}`, n), b.token) != http.StatusServiceUnavailable {
				others.Add(1)
			}
		})
	}
	crowd.Wait()
	if others.Load() > 0 {
		t.Errorf("%d of 200 were answered otherwise", others.Load())
	}
	b.client.CloseIdleConnections()
	soon(t, "the end of what was waiting", func() bool {
		http.DefaultClient.CloseIdleConnections()
		return runtime.NumGoroutine() <= base+25 // what sweeps and dials at the moment
	})

	if err := server.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	soon(t, "service", func() bool { status, _ := get(t, h.base+"/readyz"); return status == http.StatusOK })
	b.say("bonjour") // the id that was refused
	b.until("?")
}
