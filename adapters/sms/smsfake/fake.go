// Package smsfake is a gateway for text messages with behaviour: it takes what is sent in the ways of Kannel,
// Jasmin, Twilio or a plain form or JSON, delivers what telephones write until it is taken, reports what
// became of messages, and has bad days. It reaches no telephone, and is part of tests only.
package smsfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Options say what a gateway is like.
type Options struct {
	Kind           string // kannel, jasmin, twilio, form or json
	Front          string // address that what people write is delivered under; may be set later, see Deliver
	Public         string // the same as its owner knows it: what Twilio signs; "" for Front
	From           string // the service's own number
	User, Password string
	Secret         string // that goes with what is delivered
}

// A Message is one that a telephone has.
type Message struct {
	Text   string
	Coding string // as it was asked for
	ID     string // the gateway's
	report string // where what becomes of it is to be told
	told   bool
}

// Server is a gateway. It is safe for use by many at once.
type Server struct {
	Options

	mu      sync.Mutex
	shown   map[string][]*Message // by number
	ids     int
	calls   int
	busy    int
	wait    string
	failing int
	status  int
	losing  int
	repeats int
	refused map[string]string
}

// New returns a gateway on a good day.
func New(o Options) *Server {
	return &Server{Options: o, shown: map[string][]*Message{}, refused: map[string]string{}}
}

// Deliver says where the service is.
func (s *Server) Deliver(front string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Front = front
}

// Busy makes it answer 429 to the next n messages, with a Retry-After.
func (s *Server) Busy(n int, retryAfter string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy, s.wait = n, retryAfter
}

// Fail makes it answer the next n messages with a status, and take none.
func (s *Server) Fail(n, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing, s.status = n, status
}

// LoseAnswers makes it take the next n messages and never say so.
func (s *Server) LoseAnswers(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losing = n
}

// Repeat makes it deliver each message so many times more.
func (s *Server) Repeat(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repeats = n
}

// Refuse makes it take nothing for a number, with Twilio's code for why.
func (s *Server) Refuse(number, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[number] = code
}

// Calls is how often it was asked to send.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Shown is what a telephone has, oldest first; a message that came twice is there twice.
func (s *Server) Shown(number string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	for _, m := range s.shown[number] {
		all = append(all, *m)
	}
	return all
}

// Texts are their words.
func (s *Server) Texts(number string) []string {
	var all []string
	for _, m := range s.Shown(number) {
		all = append(all, m.Text)
	}
	return all
}

// ServeHTTP takes a message.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent, ok := s.read(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	switch {
	case !ok:
		s.say(w, http.StatusUnauthorized, "")
	case s.busy > 0:
		s.busy--
		w.Header().Set("Retry-After", s.wait)
		s.say(w, http.StatusTooManyRequests, "20429")
	case s.failing > 0:
		s.failing--
		s.say(w, s.status, "")
	case s.refused[sent.to] != "":
		s.say(w, http.StatusBadRequest, s.refused[sent.to])
	case sent.to == "" || sent.text == "" || sent.from != s.From:
		s.say(w, http.StatusBadRequest, "21602")
	default:
		s.keep(w, sent)
	}
}

func (s *Server) keep(w http.ResponseWriter, sent sending) {
	s.ids++
	m := &Message{Text: sent.text, Coding: sent.coding, ID: fmt.Sprintf("%s-%d", s.Kind, s.ids), report: sent.report}
	s.shown[sent.to] = append(s.shown[sent.to], m)
	if s.losing > 0 {
		s.losing--
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = c.Close()
		}
		return
	}
	s.say(w, http.StatusOK, m.ID)
}

// say answers as the kind of gateway does: with the id of what was taken, or why it was not.
func (s *Server) say(w http.ResponseWriter, status int, what string) {
	good := status < 300
	switch s.Kind {
	case "kannel":
		if status = map[bool]int{true: http.StatusAccepted, false: status}[good]; good {
			what = "0: Accepted for delivery"
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, what)
	case "jasmin":
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, map[bool]string{true: `Success "%s"`, false: `Error "%s"`}[good], what)
	case "twilio":
		body := map[string]any{"code": 0, "status": status, "message": "of " + s.From}
		if good {
			status, body = http.StatusCreated, map[string]any{"sid": what, "error_code": nil}
		} else if n, err := strconv.Atoi(what); err == nil {
			body["code"] = n
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	default:
		w.WriteHeader(status)
		if good {
			_ = json.NewEncoder(w).Encode(map[string]string{"id": what})
		}
	}
}

// sending is what was asked for.
type sending struct{ from, to, text, coding, report string }

// read understands a request in the gateway's way; false: it is nobody's who has an account.
func (s *Server) read(r *http.Request) (sending, bool) {
	body, _ := io.ReadAll(r.Body)
	if s.Kind == "json" {
		var m struct{ From, To, Text, Receipt string }
		_ = json.Unmarshal(body, &m)
		return sending{m.From, m.To, m.Text, "", m.Receipt}, s.basic(r)
	}
	form, _ := url.ParseQuery(string(body))
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	account := form.Get("username") == s.User && form.Get("password") == s.Password
	switch s.Kind {
	case "kannel":
		return sending{form.Get("from"), form.Get("to"), form.Get("text"), form.Get("coding"), form.Get("dlr-url")}, account
	case "jasmin":
		text := form.Get("content")
		if hex := form.Get("hex-content"); hex != "" {
			text = fromHex(hex)
		}
		return sending{form.Get("from"), form.Get("to"), text, form.Get("coding"), form.Get("dlr-url")}, account
	case "twilio":
		return sending{form.Get("From"), form.Get("To"), form.Get("Body"), "", form.Get("StatusCallback")}, s.basic(r)
	}
	return sending{form.Get("from"), form.Get("to"), form.Get("text"), "", form.Get("receipt")}, s.basic(r)
}

func (s *Server) basic(r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	return user == s.User && password == s.Password
}

// fromHex reads UTF-16 without pairs, big end first.
func fromHex(text string) string {
	var b strings.Builder
	for unit := range slices.Chunk([]byte(text), 4) {
		n, err := strconv.ParseUint(string(unit), 16, 16)
		if err != nil {
			return ""
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}
