package slackfake

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options describe a workspace and the one app that is installed in it. The zero value is a workspace
// in which everything is granted and limits hold.
type Options struct {
	Team          string   // its name; "Orientation" by default
	AppID         string   // A…
	BotName       string   // the app's bot user; "accueil" by default
	BotToken      string   // xoxb-…
	AppToken      string   // xapp-…
	SigningSecret string   // of signed HTTP
	Scopes        []string // granted to the app; nil grants all
	Events        []string // the app's subscriptions, such as message.im; nil subscribes to all

	AckWithin   time.Duration // in which an envelope must be acknowledged; 3 s by default
	TriggerLife time.Duration // of a trigger_id; 3 s by default
	Speed       float64       // how much faster limits and retries run than the wall clock; 1 by default
	NoLimits    bool          // nobody is told to slow down
	Burst       int           // messages that one channel takes at once before the limit of 1/s; 5 by default
	Ping        time.Duration // between websocket pings; 5 s by default

	// Allowed are the ids and the beginnings of links that may stand as markup in what the app posts,
	// such as U0ANNA or https://desk.example/. Everything else is reported by Markups.
	Allowed []string

	// Tap is called with every payload that is sent to the app: event_callback, or the kind of envelope
	// (interactive, slash_commands). It must not call the workspace.
	Tap func(kind string, payload []byte)

	// Commands and Shortcuts of the app, which the page offers. Where they are named, there are no others.
	Commands  []string // such as /accueil
	Shortcuts []Shortcut
}

// A Shortcut is one of the app's, as its manifest names it.
type Shortcut struct {
	Name, CallbackID string
	OnMessage        bool // used on a message, not from anywhere
}

// A Workspace is Slack with one app. It is safe for use by many at once.
type Workspace struct {
	Options

	TeamID  string // T…
	BotUser string // the user that the app posts as, U…
	BotID   string // B…

	mu       sync.Mutex
	methods  map[string]method
	users    map[string]*user
	channels map[string]*channel
	order    []*channel // in the order of their creation
	seen     []Message  // ephemeral messages, oldest first
	views    map[string][]*view
	homes    map[string]*view
	triggers map[string]*trigger
	replies  map[string]*replyURL
	files    map[string]*file
	faults   map[string][]How
	buckets  map[string]*bucket
	refused  map[string]int // 429s given, by method
	calls    map[string]int // by method
	failures []Failure
	markups  []Markup
	down     bool
	trouble  string // what every token is answered with, such as token_revoked

	conns    []*conn
	turn     int
	tickets  map[string]bool
	waiting  map[string]chan []byte // envelope id → its answer
	lanes    map[string]chan struct{}
	app      Endpoints
	tally    Deliveries
	losing   int // acknowledgements of events that get lost
	busy     int // deliveries under way
	lastTS   int64
	serial   int
	changed  chan struct{}
	changes  int64
	base     string
	server   *http.Server
	began    time.Time
	ctx      context.Context
	cancel   context.CancelFunc
	couriers sync.WaitGroup
}

// New makes an empty workspace with the app's bot user in it.
func New(o Options) *Workspace {
	o.Team = cmp.Or(o.Team, "Orientation")
	o.AppID = cmp.Or(o.AppID, "A0FAKE001")
	o.BotName = cmp.Or(o.BotName, "accueil")
	o.BotToken = cmp.Or(o.BotToken, "xoxb-fake-bot-token")
	o.AppToken = cmp.Or(o.AppToken, "xapp-fake-app-token")
	o.SigningSecret = cmp.Or(o.SigningSecret, "fake-signing-secret")
	o.AckWithin = cmp.Or(o.AckWithin, 3*time.Second)
	o.TriggerLife = cmp.Or(o.TriggerLife, 3*time.Second)
	o.Speed = cmp.Or(o.Speed, 1)
	o.Burst = cmp.Or(o.Burst, 5)
	o.Ping = cmp.Or(o.Ping, 5*time.Second)
	w := &Workspace{
		Options: o, TeamID: "T0FAKE001", BotUser: "U0FAKEBOT", BotID: "B0FAKE001",
		users: map[string]*user{}, channels: map[string]*channel{}, views: map[string][]*view{},
		homes: map[string]*view{}, triggers: map[string]*trigger{},
		replies: map[string]*replyURL{}, files: map[string]*file{}, faults: map[string][]How{},
		buckets: map[string]*bucket{}, refused: map[string]int{}, calls: map[string]int{},
		tickets: map[string]bool{}, waiting: map[string]chan []byte{}, lanes: map[string]chan struct{}{},
		changed: make(chan struct{}), began: time.Now(),
	}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.methods = methods()
	w.users[w.BotUser] = &user{id: w.BotUser, name: o.BotName, real: o.BotName, bot: true}
	return w
}

// Start serves the workspace on a port of this machine and answers its base URL, without a slash at the
// end: slack.OptionAPIURL(base + "/api/"). Close ends it. It panics where there is no port to be had.
func (w *Workspace) Start() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("slackfake: %v", err))
	}
	base := "http://" + l.Addr().String()
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second}
	w.server, w.base = s, base
	w.couriers.Go(func() { _ = s.Serve(l) }) // it ends when Close closes it
	return base
}

// At says where the workspace is served when it was not Start that serves it: the base of all URLs that
// it hands out, such as response_url.
func (w *Workspace) At(base string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base = strings.TrimSuffix(base, "/")
}

// Close ends connections, couriers and the server of Start, and waits for them.
func (w *Workspace) Close() {
	w.mu.Lock()
	w.cancel()
	conns, s := w.conns, w.server
	w.conns = nil
	w.mu.Unlock()
	for _, c := range conns {
		c.cut()
	}
	if s != nil {
		_ = s.Close() // nothing is lost with it
	}
	w.couriers.Wait()
}

// ServeHTTP implements http.Handler: /api/METHOD, the websocket, response URLs and files.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if w.isDown() {
		panic(http.ErrAbortHandler)
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch first {
	case "api":
		w.serveAPI(rw, r, rest)
	case "socket":
		w.serveSocket(rw, r)
	case "response":
		w.serveReplyURL(rw, r, rest)
	case "upload":
		w.serveUpload(rw, r, rest)
	case "files":
		w.serveFile(rw, r, rest)
	default:
		http.NotFound(rw, r)
	}
}

// Changed answers a channel that is closed at the next change of anything that people see.
func (w *Workspace) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// Until waits until a condition holds, looking again at each change, or answers false after a while.
func (w *Workspace) Until(within time.Duration, holds func() bool) bool {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	for {
		next := w.Changed()
		if holds() {
			return true
		}
		select {
		case <-next:
		case <-time.After(20 * time.Millisecond): // the condition may be of the app's side
		case <-deadline.C:
			return holds()
		}
	}
}

// note tells who waits that something changed. The caller holds the lock.
func (w *Workspace) note() {
	w.changes++
	close(w.changed)
	w.changed = make(chan struct{})
}

// stamp is a new ts: seconds.microseconds, later than every one before. The caller holds the lock.
func (w *Workspace) stamp() string {
	w.lastTS = max(w.lastTS+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", w.lastTS/1e6, w.lastTS%1e6)
}

// micros reads a ts, or seconds, as microseconds; 0 for what is neither.
func micros(ts string) int64 {
	seconds, part, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(cmp.Or(seconds, "0"), 10, 64)
	if err != nil {
		return 0
	}
	us, err := strconv.ParseInt((part + "000000")[:6], 10, 64)
	if err != nil {
		return 0
	}
	return s*1e6 + us
}

// id is a new id with the platform's initial. The caller holds the lock.
func (w *Workspace) id(initial string) string {
	w.serial++
	return fmt.Sprintf("%s0%08X", initial, 0xFA000+w.serial)
}

// elapsed is the fake's own time, which Speed makes run faster.
func (w *Workspace) elapsed() time.Duration {
	return time.Duration(float64(time.Since(w.began)) * w.Speed)
}
