package telegramfake

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A Trouble is what becomes of one request.
type Trouble struct {
	wait   time.Duration
	tooOft int
	status int
	cut    bool
	lost   bool
}

// TooMany answers 429 and says how many seconds to wait.
func TooMany(seconds int) Trouble { return Trouble{tooOft: seconds} }

// HTML answers with a page instead of JSON, as what stands before Telegram does on a bad day.
func HTML(status int) Trouble { return Trouble{status: status} }

// Slow takes its time and then does what it is asked, unless nobody waits any more.
func Slow(d time.Duration) Trouble { return Trouble{wait: d} }

// LostReply does what it is asked; the answer is lost.
func LostReply() Trouble { return Trouble{lost: true} }

// Cut ends the connection and does nothing.
func Cut() Trouble { return Trouble{cut: true} }

// Trouble gives the next requests with a method their outcomes, one each.
func (s *Server) Trouble(method string, next ...Trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.troubles[method] = append(s.troubles[method], next...)
}

// nextTrouble is under s.mu.
func (s *Server) nextTrouble(method string) Trouble {
	waiting := s.troubles[method]
	if len(waiting) == 0 {
		return Trouble{}
	}
	s.troubles[method] = waiting[1:]
	return waiting[0]
}

// before says whether the request ends here.
func (t Trouble) before(ctx context.Context, w http.ResponseWriter) bool {
	switch {
	case t.tooOft > 0:
		write(w, tooMany(t.tooOft))
	case t.status > 0:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(t.status)
		_, _ = fmt.Fprintf(w, "<html><head><title>%d %s</title></head><body>nginx</body></html>", t.status, http.StatusText(t.status))
	case t.cut:
		cut(w)
	case t.wait > 0:
		select {
		case <-ctx.Done():
			return true
		case <-time.After(t.wait):
			return false
		}
	default:
		return false
	}
	return true
}

func (t Trouble) after() bool { return t.lost }

func tooMany(seconds int) answer {
	return answer{Code: http.StatusTooManyRequests, Description: fmt.Sprintf("Too Many Requests: retry after %d", seconds), Parameters: &parameters{RetryAfter: seconds}}
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = c.Close()
		return
	}
	panic(http.ErrAbortHandler) // HTTP/2, or a recorder
}

// What Telegram takes: 30 messages a second from one bot, one a second in one chat, where it bears a
// short burst.
const (
	allRate   = 30
	chatRate  = 1
	chatBurst = 5
)

// A bucket counts what one chat may still get.
type bucket struct {
	tokens float64
	at     time.Time
}

// limit says how many seconds a message must wait; 0: it may go. It is under s.mu.
func (s *Server) limit(c *chat) int {
	if s.options.NoLimits {
		return 0
	}
	now := s.options.Now()
	if c.bucket.at.IsZero() {
		c.bucket = bucket{chatBurst, now}
	}
	rate := chatRate * s.options.Speed
	c.bucket.tokens = min(chatBurst*max(1, s.options.Speed/10), c.bucket.tokens+now.Sub(c.bucket.at).Seconds()*rate)
	c.bucket.at = now
	for len(s.sent) > 0 && now.Sub(s.sent[0]) >= time.Second {
		s.sent = s.sent[1:]
	}
	if c.bucket.tokens < 1 {
		return max(1, int((1-c.bucket.tokens)/rate+0.999))
	}
	if float64(len(s.sent)) >= allRate*s.options.Speed {
		return 1
	}
	c.bucket.tokens--
	s.sent = append(s.sent, now)
	return 0
}

// mustJSON is for what this package made itself.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("telegramfake: %T cannot be written: %v", v, err))
	}
	return b
}
