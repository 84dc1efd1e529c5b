package main

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// reactions are the times from keys to the sounds that answered them.
type reactions struct {
	mu  sync.Mutex
	all []time.Duration
}

func (r *reactions) Rang(string) {}

func (r *reactions) Reacted(after time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, after)
}

func (r *reactions) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}

// BenchmarkKeyToSound is one key of a caller, from its first packet to the sound that answers it, with the
// turn committed in a real Redis: at most 60 ms, of which up to 20 ms are the pacer's. The rest of an
// operation is the key that is held and the sentence that is heard.
func BenchmarkKeyToSound(b *testing.B) {
	for _, store := range []string{"embedded", "redis"} {
		b.Run(store, func(b *testing.B) {
			s := newPhoneSiteWith(b, func(c *serveCommand) {
				if store == "redis" {
					c.RedisURL = benchRedis(b)
				}
			})
			r := &reactions{}
			s.house.phone.Watch = r
			talk, err := s.citizen.Call(b.Context(), s.target)
			if err != nil {
				b.Fatal(err)
			}
			s.hears("the caller", talk, "Que cherchez-vous ?")
			for i := 0; b.Loop(); i++ {
				before := r.count()
				talk.Press(string("19"[i%2])) // to the next question, and back
				s.until("the key is answered", func() bool { return r.count() > before })
			}
			talk.Hangup()
			r.mu.Lock()
			defer r.mu.Unlock()
			slices.Sort(r.all)
			b.ReportMetric(float64(r.all[len(r.all)/2].Microseconds())/1000, "ms-median")
			b.ReportMetric(float64(r.all[len(r.all)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
}
