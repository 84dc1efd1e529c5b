package chat_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/adapters/web/chat"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// refs keeps references by the clock of the moment, which a test may move.
type refs struct {
	mu     sync.Mutex
	values map[string]ref
	late   time.Duration
}

type ref struct {
	value string
	ends  time.Time
}

func (r *refs) Ref(_ context.Context, kind, name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.values[kind+" "+name]
	if !ok || time.Now().Add(r.late).After(v.ends) {
		return "", bot.ErrNotFound
	}
	return v.value, nil
}

func (r *refs) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	if present, _ := r.Ref(ctx, kind, name); present != old {
		return bot.ErrTaken
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.values[kind+" "+name] = ref{value, time.Now().Add(r.late + ttl)}
	return nil
}

func (r *refs) DropRef(_ context.Context, kind, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.values, kind+" "+name)
	return nil
}

func (r *refs) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.late += d
}

// limiter lets burst of each kind and name through, and never more.
type limiter struct {
	mu    sync.Mutex
	count map[string]int
	only  int // when set, the burst of every kind
}

func (l *limiter) Allow(_ context.Context, kind, name string, _ float64, burst int) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count[kind+name]++
	if l.only > 0 {
		burst = l.only
	}
	return l.count[kind+name] <= burst, nil
}

type hints struct {
	mu    sync.Mutex
	calls []string
}

func (h *hints) Here(_ context.Context, id bot.ConversationID, leg string) error {
	return h.add("here " + string(id) + " " + leg)
}

func (h *hints) Gone(ctx context.Context, id bot.ConversationID, leg string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return h.add("gone " + string(id) + " " + leg)
}

func (h *hints) Present(context.Context, bot.ConversationID) (bool, error) { return true, nil }

func (h *hints) add(call string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, call)
	return nil
}

func (h *hints) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.calls...)
}

// A buffer that several goroutines may write to.
type ledger struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *ledger) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A site is a chat behind a server, with everything it plugs into.
type site struct {
	t        *testing.T
	door     *bottest.Door
	refs     *refs
	limiter  *limiter
	presence *hints
	log      *ledger
	config   chat.Config
	chat     *chat.Chat
	handler  http.Handler
	url      string
}

const friend = "https://www.region.example"

func newSite(t *testing.T, change func(*chat.Config)) *site {
	t.Helper()
	s := &site{t: t, door: bottest.NewDoor(), refs: &refs{values: map[string]ref{}}, limiter: &limiter{count: map[string]int{}}, presence: &hints{}, log: &ledger{}}
	s.config = chat.Config{
		Door: s.door, Refs: s.refs, Limiter: s.limiter, Presence: s.presence, Origins: []string{friend},
		Service: "Info Orientation", Line: chat.Line{Text: "02 99 00 00 00", Tel: "+33299000000"}, Languages: []string{"fr", "en"},
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&s.config)
	}
	s.begin()
	return s
}

// begin makes the chat, as each start of the service does.
func (s *site) begin() {
	s.t.Helper()
	var err error
	if s.chat, err = chat.New(s.config); err != nil {
		s.t.Fatal(err)
	}
	s.handler = web.Secure(s.chat, web.Policy{})
}

// end ends the streams that are open, as the end of the service does.
func (s *site) end() {
	s.t.Helper()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.chat.Listen(ended, s.door); err != nil {
		s.t.Error(err)
	}
}

func serve(t *testing.T, change func(*chat.Config)) *site {
	t.Helper()
	s := newSite(t, change)
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() { s.end(); server.CloseClientConnections(); server.Close() })
	s.url = server.URL
	return s
}

// call answers without a network; headers are "Name: value".
func (s *site) call(method, path, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

// open starts a conversation and returns its key, as a header, and its name in the log.
func (s *site) open() (auth string, id bot.ConversationID) {
	s.t.Helper()
	res := s.call("POST", "/chat/conversations", "")
	var got struct{ Conversation, Token string }
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || res.StatusCode != http.StatusCreated {
		s.t.Fatalf("open: %d, %v", res.StatusCode, err)
	}
	return "Authorization: Bearer " + got.Token, bot.ConversationID("conversation-" + itoa(s.door.Conversations()))
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func text(res *http.Response) string {
	b, _ := io.ReadAll(res.Body)
	return strings.TrimSpace(string(b))
}

// events reads n events of a stream, as "id data", without their times.
func (s *site) events(n int, path string, headers ...string) []string {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer stop()
	r, _ := http.NewRequestWithContext(ctx, "GET", s.url+path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return []string{itoa(res.StatusCode) + " " + text(res)}
	}
	var got []string
	id := ""
	for lines := bufio.NewScanner(res.Body); len(got) < n && lines.Scan(); {
		if after, is := strings.CutPrefix(lines.Text(), "id: "); is {
			id = after
		}
		if after, is := strings.CutPrefix(lines.Text(), "data: "); is {
			got = append(got, id+" "+timeless(s.t, after))
		}
	}
	return got
}

func timeless(t *testing.T, data string) string {
	var event map[string]any
	if err := json.Unmarshal([]byte(data), &event); err != nil {
		t.Fatal(err)
	}
	if _, err := time.Parse(time.RFC3339, event["at"].(string)); err != nil {
		t.Error(err)
	}
	delete(event, "at")
	b, _ := json.Marshal(event)
	return string(b)
}
