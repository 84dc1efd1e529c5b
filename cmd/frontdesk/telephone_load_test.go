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

// figures are what rounds of a benchmark measured, by what it is called.
type figures map[string][]float64

func (f figures) note(what string, value float64) { f[what] = append(f[what], value) }

func (f figures) quantiles(what string, all delays) {
	if len(all) > 0 {
		f.note(what+"-p50-ms", ms(all.at(0.5)))
		f.note(what+"-p99-ms", ms(all.at(0.99)))
	}
}

// report tells the medians, and how busy the machine was.
func (f figures) report(b *testing.B) {
	for what, values := range f {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], what)
	}
	var load float64
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		_, _ = fmt.Sscan(string(text), &load)
		b.ReportMetric(load, "load-average")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkCallsThroughTheHouse has two hundred people a second call, hear the first words of a real voice,
// press a key, hear the next question and hang up. Each call is three turns, committed in a real Redis. None
// may fail, and nothing of them may be left. The caller's side is a process of its own on the same machine:
// crowd- are its own figures. All are medians of as many rounds as -benchtime says.
func BenchmarkCallsThroughTheHouse(b *testing.B) {
	s := newCrowdedHouse(b)
	before := s.warm(b)
	all := figures{}
	for range b.N {
		s.reactions.all = nil
		n := s.house.phone.Door.(*noted)
		n.ids = nil
		used := processorTime()
		r := s.comes(crowdPlan{Calls: crowdCalls, Rate: crowdRate})
		s.until("all calls are over", func() bool { return s.house.phone.Sound().Open == 0 })
		all.note("cpu-ms/call", ms(processorTime()-used)/crowdCalls)
		all.crowd(r)
		all.quantiles("key", s.reactions.all)
		all.note("keys-unanswered", float64(crowdCalls-len(s.reactions.all))) // before the caller hung up
		if whole := s.whole(b, n.ids); r.Failed > 0 || whole != crowdCalls {
			b.Errorf("%d of %d calls failed (%v); %d are kept whole", r.Failed, crowdCalls, r.Failures, whole)
		}
	}
	after := s.idle(b, before)
	all.note("goroutines-left", float64(after.goroutines-before.goroutines))
	all.note("heap-MiB-before", before.heap)
	all.note("heap-MiB-after", after.heap)
	all.report(b)
	if text := s.log.String(); text != "" {
		b.Errorf("the house complains:\n%.2000s", text)
	}
}

// crowd notes what became of the calls, as the callers see it.
func (f figures) crowd(r crowdReport) {
	f.note("calls", crowdCalls)
	f.note("failed", float64(r.Failed))
	f.note("calls/s", float64(len(r.Over)-1)/(slices.Max(r.Over)-slices.Min(r.Over)).Seconds()) // from the first that is over to the last
	f.note("crowd-resent", float64(r.Resent))
	f.note("crowd-late-p99-ms", ms(r.Late.at(0.99)))
	f.note("crowd-cpu-ms/call", ms(r.CPU)/crowdCalls)
	f.quantiles("answer", r.Answered)
	f.quantiles("sound", r.Heard)
}

// whole counts the conversations of which the store has everything.
func (s *crowdedHouse) whole(b *testing.B, ids []bot.ConversationID) (n int) {
	b.Helper()
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
			n++
		}
	}
	return n
}

// settled is the weight when what is not used any more is given back, as it is in a process that runs on: a
// stack gives back half of itself with each collection.
func settled(b *testing.B) weight {
	b.Helper()
	for range 3 {
		weighed(b)
	}
	return weighed(b)
}

// BenchmarkHouseFullOfCalls is the memory of a call in the whole house: five hundred people who hear the
// second question, and whose telephones send sound. Sound alone is BenchmarkThousandStreams, in
// adapters/phone/media.
func BenchmarkHouseFullOfCalls(b *testing.B) {
	s := newCrowdedHouse(b)
	before := s.warm(b)
	all := figures{}
	for range b.N {
		crowd := gatherCrowd(b, crowdPlan{Target: s.target, Calls: crowdHolds, Rate: crowdRate / 2, Hold: true})
		crowd.report()
		if open := s.house.phone.Sound().Open; open != crowdHolds {
			b.Errorf("%d calls stand", open)
		}
		used, began := processorTime(), time.Now()
		time.Sleep(3 * time.Second)
		all.note("core-%", 100*float64(processorTime()-used)/float64(time.Since(began)))
		full := settled(b)
		if r := crowd.ends(); r.Failed > 0 {
			b.Errorf("%d calls failed: %v", r.Failed, r.Failures)
		}
		all.note("KiB/call", (full.heap-before.heap+full.stacks-before.stacks)*1024/crowdHolds)
		all.note("heap-KiB/call", (full.heap-before.heap)*1024/crowdHolds)
		all.note("stack-KiB/call", (full.stacks-before.stacks)*1024/crowdHolds)
		all.note("resident-KiB/call", (full.resident-before.resident)*1024/crowdHolds)
		all.note("goroutines/call", float64(full.goroutines-before.goroutines)/crowdHolds)
		before = s.idle(b, before)
	}
	all.report(b)
}
