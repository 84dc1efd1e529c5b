package slackfake

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// A tier is how many calls a minute a method takes from one app (docs.slack.dev/apis/web-api/rate-limits).
type tier int

const (
	special tier = 0  // hundreds a minute: never refused here
	posting tier = -1 // one message a second in each channel
	tier1   tier = 1
	tier2   tier = 20
	tier3   tier = 50
	tier4   tier = 100
)

// connects is how many connections may be opened at once before the first tier's one a minute.
const connects = 10

// A bucket fills with time, the fake's own.
type bucket struct {
	tokens float64
	at     time.Duration
}

// take takes a token, or says how long to wait for one, in the fake's own time.
func (b *bucket) take(now time.Duration, perSecond, size float64) time.Duration {
	b.tokens = min(size, b.tokens+(now-b.at).Seconds()*perSecond)
	b.at = now
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	return time.Duration((1 - b.tokens) / perSecond * float64(time.Second))
}

// limit says how long the caller must wait, in wall time; 0 lets the call through.
func (w *Workspace) limit(c *call, t tier) time.Duration {
	if w.NoLimits || t == special {
		return 0
	}
	key, perSecond, size := c.name, float64(t)/60, float64(t)
	switch t {
	case posting:
		where := c.arg("channel")
		if w.users[where] != nil {
			where = w.dm(where).id
		}
		key, perSecond, size = c.name+" "+where, 1, float64(w.Burst)
	case tier1:
		size = connects
	}
	b := w.buckets[key]
	if b == nil {
		b = &bucket{tokens: size, at: w.elapsed()}
		w.buckets[key] = b
	}
	return time.Duration(float64(b.take(w.elapsed(), perSecond, size)) / w.Speed)
}

// tooMany refuses for a time; the header holds whole seconds, one at least.
func tooMany(rw http.ResponseWriter, wait time.Duration) {
	rw.Header().Set("Retry-After", fmt.Sprint(max(1, int(math.Ceil(wait.Seconds())))))
	reply(rw, http.StatusTooManyRequests, obj{"ok": false, "error": "ratelimited"})
}

// Refused counts the calls of a method that were answered with 429; of all methods for "".
func (w *Workspace) Refused(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if method != "" {
		return w.refused[method]
	}
	sum := 0
	for _, n := range w.refused {
		sum += n
	}
	return sum
}
