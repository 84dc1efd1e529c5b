// Package telegramfake is Telegram in memory: a Bot API server that a real client library talks to by
// its base URL, and the people, groups and telephones on the other side of it. It is not part of the
// service: tests and the demonstration use it.
//
// It keeps to the wire format and the rules of the Bot API (core.telegram.org/bots/api, version 9.4)
// for what the front desk uses: texts are counted in UTF-16 units, buttons carry 1 to 64 bytes, a
// blocked bot gets 403, a message that did not change 400, a message older than 48 h is not deleted,
// too many messages get 429 and a time to wait. Updates come by a webhook, which is tried until it
// answers 2xx while what follows in the same chat waits, or by getUpdates, where the next offset
// confirms and a second reader ends the first with 409. Bad days are scripted with [Server.Trouble].
package telegramfake

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options are what a test or a demonstration decides. The zero value is Telegram as it is.
type Options struct {
	Token    string           // of the bot; "4711:fake-token" if empty
	Name     string           // of the bot, as people see it
	Username string           // of the bot, for links: t.me/<username>
	Now      func() time.Time // time.Now if nil
	Speed    float64          // multiplies the rates that are allowed; 0 is 1
	NoLimits bool             // nobody is told to wait
	// RetryEvery is the time before a webhook that did not answer 2xx is tried again, the first time; it
	// doubles. 0 is half a second.
	RetryEvery time.Duration
	HTTP       *http.Client // for the webhook; ten seconds if nil
}

// Server is the Bot API of one bot, and what is on the other side. It is an http.Handler and safe for
// use by many at once.
type Server struct {
	options Options
	ctx     context.Context
	stop    context.CancelFunc
	work    sync.WaitGroup

	mu          sync.Mutex
	changed     chan struct{} // closed and replaced when anything changes
	version     int64
	people      map[int64]*Person
	chats       map[int64]*chat
	lastMessage int
	lastUpdate  int64
	queries     map[string]*query
	queue       []*queued
	webhook     webhook
	working     map[int64]bool // chats whose updates are on their way
	allowed     []string
	reader      int64 // the getUpdates that is answered; a newer one ends it
	menus       map[string][]Command
	troubles    map[string][]Trouble
	calls       []Call
	sent        []time.Time
}

// New returns a server with nobody in it. Close ends it.
func New(o Options) *Server {
	if o.Token == "" {
		o.Token = "4711:fake-token"
	}
	if o.Name == "" {
		o.Name = "Accueil orientation"
	}
	if o.Username == "" {
		o.Username = "accueil_orientation_bot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.RetryEvery <= 0 {
		o.RetryEvery = 500 * time.Millisecond
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	s := &Server{options: o, changed: make(chan struct{}), people: map[int64]*Person{}, chats: map[int64]*chat{},
		queries: map[string]*query{}, working: map[int64]bool{}, menus: map[string][]Command{}, troubles: map[string][]Trouble{},
		lastMessage: 10, lastUpdate: 700_000_000}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Close ends what is under way: requests that wait, and updates on their way.
func (s *Server) Close() {
	s.stop()
	s.work.Wait()
}

// Token is the bot's.
func (s *Server) Token() string { return s.options.Token }

// ID is the bot's, which every token begins with.
func (s *Server) ID() int64 {
	public, _, _ := strings.Cut(s.options.Token, ":")
	id, _ := strconv.ParseInt(public, 10, 64)
	return id
}

// A Call is one request to the Bot API.
type Call struct {
	Method string
	Params map[string]string
}

// Calls are the requests with a method, or all with "", oldest first; the last 5,000 are kept.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
}

// ServeHTTP is the Bot API: /bot<token>/<method>, by POST or GET, with a form, a multipart form or JSON.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, is := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, both := strings.Cut(rest, "/")
	if !is || !both || token != s.options.Token {
		write(w, refuse(http.StatusUnauthorized, "Unauthorized"))
		return
	}
	params, err := read(r)
	if err != nil {
		write(w, refuse(http.StatusBadRequest, "Bad Request: can't parse the request"))
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, Call{method, params})
	s.calls = s.calls[max(0, len(s.calls)-5000):]
	trouble := s.nextTrouble(method)
	s.mu.Unlock()
	if trouble.before(r.Context(), w) {
		return
	}
	answer := s.call(r.Context(), method, params)
	if trouble.after() {
		cut(w)
		return
	}
	write(w, answer)
}

// An answer is what the Bot API says.
type answer struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	Code        int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

func ok(result any) answer { return answer{OK: true, Result: result} }

func refuse(code int, description string) answer {
	return answer{Code: code, Description: description}
}

func bad(description string) answer {
	return refuse(http.StatusBadRequest, "Bad Request: "+description)
}

func write(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	if !a.OK {
		w.WriteHeader(a.Code)
	}
	_ = json.NewEncoder(w).Encode(a) // who asked has gone
}

// touch says that something changed. It is under s.mu.
func (s *Server) touch() {
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}
