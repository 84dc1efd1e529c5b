package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// What a crowd is, and how long its SIP transactions are remembered after it has left (RFC 3261, 64·T1).
const (
	crowdCalls = 2000
	crowdRate  = 200
	crowdHolds = 500
	forgotten  = 40 * time.Second
)

// A crowdedHouse is the whole house with a real voice and a real Redis, for a crowd in another process.
type crowdedHouse struct {
	*phoneSite
	reactions *reactions
}

func newCrowdedHouse(b *testing.B) *crowdedHouse {
	b.Helper()
	needs(b, "espeak-ng")
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	s := &crowdedHouse{&phoneSite{t: b, log: &bottest.Log{}}, &reactions{}}
	first := 10_000 + freePorts(b)%10_000
	s.house = phoned(b, ctx, s.log, nil, "", func(c *serveCommand) {
		c.RedisURL, c.LogLevel = benchRedis(b), slog.LevelWarn
		c.SIP.Ports, c.SIP.MaxCalls = fmt.Sprintf("%d-%d", first, first+8*crowdHolds), 4*crowdHolds
		c.Speech.Cache = b.TempDir()
	})
	s.house.phone.Watch = s.reactions
	s.until("the number is answered", func() bool { return s.house.phone.Endpoint() != nil })
	s.target = s.house.phone.Endpoint().Addr("udp").String()
	return s
}

// idle waits until no call is left, nor anything of one: for no longer than its transactions are remembered.
func (s *crowdedHouse) idle(b *testing.B, before weight) weight {
	b.Helper()
	s.until("all calls are over", func() bool {
		ringing, standing := s.house.phone.Endpoint().Calls()
		return ringing+standing+s.house.phone.Sound().Open == 0
	})
	for deadline := time.Now().Add(forgotten); ; time.Sleep(time.Second) {
		now := weighed(b)
		if now.goroutines <= before.goroutines && now.heap <= before.heap || time.Now().After(deadline) {
			return now
		}
	}
}

// warm is the house after it has said everything once, and forgotten who heard it.
func (s *crowdedHouse) warm(b *testing.B) weight {
	b.Helper()
	empty := weighed(b)
	s.comes(crowdPlan{Calls: crowdRate / 2, Rate: crowdRate / 4})
	return s.idle(b, empty)
}

// comes is a crowd that calls and leaves.
func (s *crowdedHouse) comes(plan crowdPlan) crowdReport {
	s.t.Helper()
	plan.Target = s.target
	return gatherCrowd(s.t, plan).ends()
}

// A weight is what this process holds.
type weight struct {
	heap, stacks, resident float64 // MiB
	goroutines             int
}

func weighed(b *testing.B) weight {
	b.Helper()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w := weight{heap: float64(m.HeapAlloc) / (1 << 20), stacks: float64(m.StackInuse) / (1 << 20), goroutines: runtime.NumGoroutine()}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc/self/status to read memory from")
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	_, _ = fmt.Sscan(after, &w.resident)
	w.resident /= 1024
	return w
}

func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func loadAverage() (load float64) {
	text, _ := os.ReadFile("/proc/loadavg")
	_, _ = fmt.Sscan(string(text), &load)
	return load
}

// quantile is one of unordered figures.
func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, int(q*float64(len(all))))]
}

// BenchmarkCallsThroughTheHouse has two hundred people a second call, hear the first words of a real voice,
// press a key, hear the next question and hang up. Each call is three turns, committed in a real Redis. None
// may fail, and nothing of them may be left. The caller's side is a process of its own on the same machine:
// crowd- are its own figures.
func BenchmarkCallsThroughTheHouse(b *testing.B) {
	s := newCrowdedHouse(b)
	before := s.warm(b)
	for range b.N {
		*s.reactions = reactions{}
		n := s.house.phone.Door.(*noted)
		n.ids = nil
		used := processorTime()
		r := s.comes(crowdPlan{Calls: crowdCalls, Rate: crowdRate})
		s.until("all calls are over", func() bool { return s.house.phone.Sound().Open == 0 })
		used = processorTime() - used
		s.counts(b, r, n.ids)
		b.ReportMetric(used.Seconds()*1000/crowdCalls, "cpu-ms/call")
	}
	after := s.idle(b, before)
	b.ReportMetric(float64(after.goroutines-before.goroutines), "goroutines-left")
	b.ReportMetric(before.heap, "heap-MiB-before")
	b.ReportMetric(after.heap, "heap-MiB-after")
	b.ReportMetric(loadAverage(), "load-average")
	b.ReportMetric(0, "ns/op")
	if text := s.log.String(); text != "" {
		b.Errorf("the house complains:\n%.2000s", text)
	}
}

// counts says what became of the calls, for the callers and in the store.
func (s *crowdedHouse) counts(b *testing.B, r crowdReport, ids []bot.ConversationID) {
	b.Helper()
	b.ReportMetric(crowdCalls, "calls")
	b.ReportMetric(float64(r.Failed), "failed")
	b.ReportMetric(float64(len(r.Over)-1)*1000/(slices.Max(r.Over)-slices.Min(r.Over)), "calls/s") // from the first that is over to the last
	b.ReportMetric(float64(r.Resent), "crowd-resent")
	b.ReportMetric(quantile(r.Late, 0.99), "crowd-late-p99-ms")
	b.ReportMetric(r.CPU*1000/crowdCalls, "crowd-cpu-ms/call")
	b.ReportMetric(quantile(r.Answered, 0.5), "answer-p50-ms")
	b.ReportMetric(quantile(r.Answered, 0.99), "answer-p99-ms")
	b.ReportMetric(quantile(r.Heard, 0.5), "sound-p50-ms")
	b.ReportMetric(quantile(r.Heard, 0.99), "sound-p99-ms")
	var keys []float64
	for _, after := range s.reactions.all {
		keys = append(keys, ms(after))
	}
	b.ReportMetric(quantile(keys, 0.5), "key-p50-ms")
	b.ReportMetric(quantile(keys, 0.99), "key-p99-ms")
	whole := 0
	for _, id := range ids {
		entries, err := s.house.store.Log(b.Context(), id, 0, 1000)
		if err != nil {
			b.Fatal(err)
		}
		var events []string
		for _, e := range entries {
			if e.Input != nil {
				events = append(events, bot.Name(e.Input.Event))
			}
		}
		if slices.Equal(events, []string{"arrived", "pressed", "hung_up"}) {
			whole++
		} else if len(ids)-whole < 3 {
			b.Logf("a call is kept as %v", events)
		}
	}
	b.ReportMetric(float64(crowdCalls-len(keys)), "keys-unanswered") // when the caller hung up
	if r.Failed > 0 || whole != crowdCalls {
		b.Errorf("%d of %d calls failed (%v); %d are kept whole", r.Failed, crowdCalls, r.Failures, whole)
	}
}

// BenchmarkHouseFullOfCalls is the memory of a call in the whole house: five hundred people who hear the
// first question. Sound alone is BenchmarkThousandStreams, in adapters/phone/media.
func BenchmarkHouseFullOfCalls(b *testing.B) {
	s := newCrowdedHouse(b)
	before := s.warm(b)
	for range b.N {
		crowd := gatherCrowd(b, crowdPlan{Target: s.target, Calls: crowdHolds, Rate: crowdRate / 2, Hold: true})
		crowd.report()
		if open := s.house.phone.Sound().Open; open != crowdHolds {
			b.Errorf("%d calls stand", open)
		}
		used, began := processorTime(), time.Now()
		time.Sleep(3 * time.Second)
		share := float64(processorTime()-used) / float64(time.Since(began))
		full := weighed(b)
		if r := crowd.ends(); r.Failed > 0 {
			b.Errorf("%d calls failed: %v", r.Failed, r.Failures)
		}
		b.ReportMetric((full.heap-before.heap)*1024/crowdHolds, "heap-KiB/call")
		b.ReportMetric((full.stacks-before.stacks)*1024/crowdHolds, "stack-KiB/call")
		b.ReportMetric((full.resident-before.resident)*1024/crowdHolds, "resident-KiB/call")
		b.ReportMetric(float64(full.goroutines-before.goroutines)/crowdHolds, "goroutines/call")
		b.ReportMetric(100*share, "core-%")
		b.ReportMetric(loadAverage(), "load-average")
		b.ReportMetric(0, "ns/op")
	}
}
