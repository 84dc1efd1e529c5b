package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// An openedHouse is a front desk that is served, with its insides at hand.
type openedHouse struct {
	*house
	base string
	text *bottest.Log // everything that was logged or printed
	end  func() (took time.Duration, err error)
}

// openHouse serves on this machine until the test ends, or end is called; with more channels than there
// are.
func openHouse(t *testing.T, c *serveCommand, more ...bot.Channel) *openedHouse {
	t.Helper()
	c.Listen, c.MetricsListen, c.LogFormat, c.Retention = "127.0.0.1:0", "off", "text", time.Hour
	if c.Drain == 0 {
		c.Drain = time.Second
	}
	log := &bottest.Log{}
	ctx, stop := context.WithCancel(context.Background())
	h, err := c.open(ctx, &console{ctx, nil, log, log, shared})
	if err != nil {
		t.Fatal(err)
	}
	for _, channel := range more {
		h.channels = append(h.channels, channel)
		h.relay.Channels[channel.Name()] = channel
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- h.serve(ctx, listener, c.Drain) }()
	opened := &openedHouse{house: h, base: "http://" + listener.Addr().String(), text: log}
	var ended atomic.Bool
	opened.end = func() (time.Duration, error) {
		if ended.Swap(true) {
			return 0, nil
		}
		began := time.Now()
		stop()
		err := <-done
		took := time.Since(began)
		h.close()
		return took, err
	}
	t.Cleanup(func() {
		if _, err := opened.end(); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return opened
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestHealth(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
		if status, body := get(t, h.base+path); status != 200 || body != want {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	if status, _ := get(t, h.base+"/metrics"); status != 404 {
		t.Errorf("the metrics are open to people: %d", status)
	}
	h.draining.Store(true)
	if status, body := get(t, h.base+"/readyz"); status != 503 || body != "stopping\n" {
		t.Errorf("/readyz while it stops: %d %q", status, body)
	}
	if status, _ := get(t, h.base+"/healthz"); status != 200 {
		t.Errorf("/healthz while it stops: %d", status)
	}
}

func TestNotReadyWithoutAStore(t *testing.T) {
	var draining atomic.Bool
	for name, store := range map[string]func(context.Context) error{
		"down":  func(context.Context) error { return bot.ErrUnavailable },
		"mute":  func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"there": func(context.Context) error { return nil },
	} {
		want := http.StatusServiceUnavailable
		if name == "there" {
			want = http.StatusOK
		}
		answer := httptest.NewRecorder()
		began := time.Now()
		health{store, func() bool { return true }, func() bool { return true }, &draining}.ready(answer, httptest.NewRequest("GET", "/readyz", nil))
		if took := time.Since(began); answer.Code != want || took > 1500*time.Millisecond {
			t.Errorf("%s: %d after %s, want %d within a second", name, answer.Code, took, want)
		}
	}
}

// stream opens the events of a conversation and reads on until it ends.
func stream(t *testing.T, b *browser) (ended chan error) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.base+"/chat/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+b.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(answer.Body)
	for !strings.Contains(lines.Text(), "Que cherchez-vous") {
		if !lines.Scan() {
			t.Fatalf("the stream ended early: %v", lines.Err())
		}
	}
	ended = make(chan error, 1)
	go func() {
		defer answer.Body.Close()
		for lines.Scan() {
		}
		ended <- lines.Err()
	}()
	return ended
}

func TestAnOpenStreamEndsWhenTheServiceStops(t *testing.T) {
	before := runtime.NumGoroutine()
	h := openHouse(t, &serveCommand{Drain: time.Minute})
	b := &browser{t: t, base: h.base}
	b.open()
	ended := stream(t, b)
	took, err := h.end()
	if err != nil || took > 30*time.Second {
		t.Errorf("it stopped after %s: %v; want at once", took, err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the stream was torn: %v", err)
		}
	case <-time.After(time.Second):
		t.Error("the stream is still open")
	}
	http.DefaultClient.CloseIdleConnections()
	for n := 0; runtime.NumGoroutine() > before+1; n++ {
		if n == 100 {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestWhatIsBeingSentWhenTheServiceStopsIsTaken(t *testing.T) {
	h := openHouse(t, &serveCommand{Drain: 10 * time.Second})
	host := strings.TrimPrefix(h.base, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /chat/conversations HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{", host)
	time.Sleep(100 * time.Millisecond) // until it is being read
	ended := make(chan error, 1)
	go func() { _, err := h.end(); ended <- err }()
	soon(t, "the end", h.draining.Load)
	time.Sleep(100 * time.Millisecond)
	fmt.Fprint(c, `"language":"fr"}`)
	_ = c.SetReadDeadline(time.Now().Add(longEnough))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || answer.StatusCode != http.StatusCreated {
		t.Errorf("%v, %v; want 201", answer, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Somebody whose request never ends holds nobody up, and is let go.
func TestARequestThatNeverEndsIsCutAfterTheDrain(t *testing.T) {
	h := openHouse(t, &serveCommand{Drain: 300 * time.Millisecond})
	c, err := net.Dial("tcp", strings.TrimPrefix(h.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /chat/conversations HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", strings.TrimPrefix(h.base, "http://"))
	time.Sleep(100 * time.Millisecond)
	took, err := h.end()
	if err != nil || took < 250*time.Millisecond || took > 30*time.Second {
		t.Errorf("it stopped after %s: %v; want after the drain", took, err)
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	if _, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
}

func TestMetricsHaveAListenerOfTheirOwn(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	h := openHouse(t, &serveCommand{})
	c := &serveCommand{MetricsListen: "127.0.0.1:0"}
	if err := c.serveMetrics(ctx, h.house); err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(h.text.String())
	if found == "" {
		t.Fatalf("the log does not say where they are: %s", h.text)
	}
	if status, text := get(t, found); status != 200 || !strings.Contains(text, "go_goroutines") {
		t.Errorf("%d %s", status, text)
	}
	if status, _ := get(t, strings.TrimSuffix(found, "metrics")+"chat/"); status != 404 {
		t.Errorf("people are served there: %d", status)
	}
	stop()
	for n := 0; ; n++ {
		if _, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(found, "http://"), "/metrics")); err != nil {
			break
		}
		if n == 100 {
			t.Fatal("the listener is still open")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := (&serveCommand{MetricsListen: "off"}).serveMetrics(t.Context(), h.house); err != nil {
		t.Error(err)
	}
	if err := (&serveCommand{MetricsListen: strings.TrimPrefix(h.base, "http://")}).serveMetrics(t.Context(), h.house); err == nil || !strings.Contains(err.Error(), "FRONTDESK_METRICS_LISTEN") {
		t.Errorf("an address that is taken: %v", err)
	}
}

func TestServeSaysThatItsAddressIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	code, _, stderr := command(t, "", "serve", "--listen="+taken.Addr().String(), "--metrics-listen=off")
	if code != 1 || !strings.Contains(stderr, "FRONTDESK_LISTEN") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

func TestTheTrialGreetsWithAddressesThatWork(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out := &bottest.Log{}
	done := make(chan int, 1)
	go func() {
		done <- run([]string{"serve", "--listen=127.0.0.1:0", "--metrics-listen=off"}, &console{ctx, nil, out, out, fromFiles{}})
	}()
	var chat, once string
	for n := 0; once == ""; n++ {
		if n == 300 {
			t.Fatalf("it does not say where it is:\n%s", out)
		}
		time.Sleep(20 * time.Millisecond)
		chat = regexp.MustCompile(`http://\S+/chat/`).FindString(out.String())
		once = regexp.MustCompile(`works once: (http://\S+)\n`).FindString(out.String())
	}
	if status, page := get(t, chat); status != 200 || !strings.Contains(page, "<html") {
		t.Errorf("the chat: %d", status)
	}
	link := strings.TrimSpace(strings.TrimPrefix(once, "works once: "))
	if status, _ := get(t, link); status != 200 {
		t.Errorf("the way in: %d", status)
	}
	for _, says := range []string{"this machine only", "Nothing survives a restart"} {
		if !strings.Contains(out.String(), says) {
			t.Errorf("it does not say %q:\n%s", says, out)
		}
	}
	stop()
	select {
	case code := <-done:
		if code != 0 {
			t.Errorf("exit %d\n%s", code, out)
		}
	case <-time.After(longEnough):
		t.Error("it does not stop")
	}
}

// The chat as it is wired holds to the suite of all channels.
func TestTheChatIsAChannel(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	bottest.TestChannel(t, h.chat, h.text)
}

// write puts a text into a file of the small bundle at once, as an editor that saves does.
func write(t *testing.T, dir, file, text string) {
	t.Helper()
	next := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(dir, file)); err != nil {
		t.Fatal(err)
	}
}

func TestAnEditedBundleIsTakenUpAndABrokenOneIsNot(t *testing.T) {
	t.Parallel()
	dir := editedBundle(t, `text: "Pour moi-même"`)
	source, err := os.ReadFile(filepath.Join(dir, "accueil.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h := openHouse(t, &serveCommand{Flows: dir})
	first := h.shelf.Live().Bundle.Hash
	old := h.arrive(t)

	refusals := func() int { return strings.Count(h.text.String(), "cannot be served") }
	write(t, dir, "accueil.yaml", string(source)+"\nsteps: [")
	soon(t, "the refusal of a broken edit", func() bool { return refusals() == 1 })
	if got := h.shelf.Live().Bundle.Hash; got != first {
		t.Errorf("the broken edit is served: %s", got)
	}
	if !strings.Contains(h.text.String(), "accueil.yaml:") {
		t.Errorf("the log does not name the fault: %s", h.text)
	}
	during := h.arrive(t)

	write(t, dir, "accueil.yaml", strings.Replace(string(source), "Pour moi-même", "Pour moi, simplement", 1))
	soon(t, "a good edit", func() bool { return h.shelf.Live().Bundle.Hash != first })
	if refusals() != 1 {
		t.Errorf("one broken edit is refused %d times", refusals())
	}
	if _, err := h.store.Release(t.Context(), h.shelf.Live().Bundle.Hash); err != nil {
		t.Errorf("the new release is not stored: %v", err)
	}
	after := h.arrive(t)
	for _, b := range []*browser{old, during, after} {
		b.say("humain")
		b.until("Je vous passe")
	}
	if got, want := h.keeping(t), map[string]int{first: 2, h.shelf.Live().Bundle.Hash: 1}; !maps.Equal(got, want) {
		t.Errorf("conversations by release: %v, want %v", got, want)
	}

	write(t, dir, "accueil.yaml", string(source)+"\nsteps: [") // the same fault again is said again
	soon(t, "the second refusal", func() bool { return refusals() == 2 })
}

// arrive opens a conversation and waits for its first question.
func (h *openedHouse) arrive(t *testing.T) *browser {
	t.Helper()
	b := &browser{t: t, base: h.base}
	b.open()
	b.until("Que cherchez-vous")
	return b
}

// keeping counts the conversations on the board by the release they keep to.
func (h *openedHouse) keeping(t *testing.T) map[string]int {
	t.Helper()
	cards, err := h.store.Cards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, c := range cards {
		head, err := h.store.Head(t.Context(), c.Conversation)
		if err != nil {
			t.Fatal(err)
		}
		n[head.Session.Release]++
	}
	return n
}
