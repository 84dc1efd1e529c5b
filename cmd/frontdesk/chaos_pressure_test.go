//go:build chaos

package main

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	crowded  = 10 * time.Millisecond   // between two messages of a crowd that does not wait for answers
	answered = 1500 * time.Millisecond // a second, and what a busy machine takes for itself
	longest  = 5 * time.Second         // without Redis: each person writes once, hours would need a city
)

// withoutRedis stops Redis while many write and nobody waits for anybody: each is told within a
// second that nothing was kept, nothing piles up, and afterwards everybody's message is taken.
func (s *site) withoutRedis(t *testing.T) {
	t.Helper()
	c := &crowd{site: s}
	c.talk(writers, time.Now().Add(time.Second))
	var people []*person
	for n := 0; len(people) < int(min(*chaosFor, longest)/crowded); n++ {
		if p := c.arrive(s.replicas[n%2]); p != nil {
			p.sent = append(p.sent, p.next())
			people = append(people, p)
		}
	}
	before := s.weigh(t)
	s.redis.signal(syscall.SIGSTOP)
	refused := s.press(t, people, before)
	s.redis.signal(syscall.SIGCONT)
	for _, p := range people {
		p.deliver(&p.sent[0])
	}
	c.talk(writers, time.Now().Add(time.Second))
	soon(t, "everything that waited is gone", func() bool {
		return s.weigh(t).goroutines <= before.goroutines*3/2+50
	})
	c.report(t, refused, "refused messages", len(people), len(people)*9/10)
}

// press has each person write once and returns how many were told that nothing was kept.
func (s *site) press(t *testing.T, people []*person, before burden) int {
	t.Helper()
	var waits waits
	var all sync.WaitGroup
	var early burden
	for i, p := range people {
		all.Go(func() { waits.note(p, s.replicas[i%2]) })
		time.Sleep(crowded)
		switch i {
		case len(people) / 3:
			all.Go(func() { early = s.weigh(t) })
		case len(people) / 2:
			all.Go(func() { s.unready(t) })
		}
	}
	late := s.weigh(t)
	all.Wait()
	median, p99, most := spread(waits.all)
	t.Logf("without Redis: %d messages refused, median %s, 99 of 100 within %s, most %s; goroutines %d before, %d early, %d late; memory %d, %d, %d MB",
		len(waits.all)-len(waits.other), median, p99, most, before.goroutines, early.goroutines, late.goroutines, before.memory, early.memory, late.memory)
	if p99 > answered || most > 2*answered {
		t.Errorf("people waited up to %s to be told that nothing was kept; want a second", most)
	}
	if n := waits.other; len(n) > 0 {
		t.Errorf("%d of %d were told something else than 503: %v", len(n), len(people), n[:min(5, len(n))])
	}
	if late.goroutines > early.goroutines*3/2+50 || late.memory > early.memory*3/2+64 {
		t.Errorf("goroutines or memory grow while Redis is away: %+v, then %+v", early, late)
	}
	return len(waits.all) - len(waits.other)
}

// unready wants every replica to say within a second that it should be sent nobody.
func (s *site) unready(t *testing.T) {
	for _, r := range s.replicas {
		if status, took := readiness(r); status != http.StatusServiceUnavailable || took > answered {
			t.Errorf("/readyz without Redis: %d after %s, want 503 within a second", status, took)
		}
	}
}

// waits are how long people waited for a refusal, and the answers that were none.
type waits struct {
	mu    sync.Mutex
	all   []time.Duration
	other []int
}

func (w *waits) note(p *person, r *replica) {
	patient := *p.crowd.site.client
	patient.Timeout = 10 * time.Second
	began := time.Now()
	status, _ := p.postBy(&patient, r, "/chat/messages", p.sent[0])
	took := time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all = append(w.all, took); status != http.StatusServiceUnavailable {
		w.other = append(w.other, status)
	}
}

// A burden is what the replicas carry together.
type burden struct{ goroutines, memory int } // memory in MB

func (s *site) weigh(t *testing.T) burden {
	var b burden
	for _, r := range s.replicas {
		n, err := r.gauge("go_goroutines")
		if err != nil {
			t.Errorf("metrics: %v", err)
		}
		b.goroutines += int(n)
		b.memory += r.resident()
	}
	return b
}

func readiness(r *replica) (status int, took time.Duration) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	began := time.Now()
	answer, err := client.Get(r.base() + "/readyz")
	if err != nil {
		return 0, time.Since(began)
	}
	defer answer.Body.Close()
	return answer.StatusCode, time.Since(began)
}
