package redis

import (
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/turn"
	"frontdesk/flows"
	"frontdesk/locales"
)

// A desk that only counts: the real player and engine on a store, a world without surprises.
type loaded struct {
	player *turn.Player
	played atomic.Int64
	failed atomic.Int64
}

type shelfOf struct{ program *engine.Program }

func (s shelfOf) Live() *engine.Program                 { return s.program }
func (s shelfOf) Pinned(string) (*engine.Program, bool) { return s.program, true }

func (l *loaded) Facts(context.Context, bot.Session, bot.Input) (bot.Facts, error) {
	return bot.Facts{OnDuty: 1}, nil
}
func (l *loaded) Accepted(bot.ChannelName, string) {}
func (l *loaded) Played(turn.Played)               { l.played.Add(1) }
func (l *loaded) Committed(result string) {
	if result != "ok" {
		l.failed.Add(1)
	}
}

var referenceProgram = sync.OnceValues(func() (*engine.Program, error) {
	b, err := flow.LoadWithLocales(flows.Files, locales.Files, "")
	if err != nil {
		return nil, err
	}
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	return engine.Compile(b, words)
})

func load(t testing.TB, s *Store) *loaded {
	t.Helper()
	program, err := referenceProgram()
	if err != nil {
		t.Fatal(err)
	}
	l := &loaded{}
	l.player = &turn.Player{
		Store: s, Engine: engine.New(shelfOf{program}), World: l, Watch: l, Log: slog.New(slog.DiscardHandler),
		NewID: func() bot.ConversationID { return "" }, NewTrace: func() string { return "0123456789abcdefghijklmnop" },
	}
	return l
}

func (l *loaded) load() bottest.Load { return bottest.Load{Take: l.player.Take, Name: "load"} }

// BenchmarkDurableTurn plays whole turns, sealed and committed, as fast as one process can, and
// compares them with what redis-benchmark reaches when it pipelines the same scripts with the same
// sizes on the same server. An operation is one turn.
func BenchmarkDurableTurn(b *testing.B) {
	for _, fsync := range []string{"everysec", "always"} {
		b.Run(fsync, func(b *testing.B) {
			server := peer(b, "--appendonly", "yes", "--appendfsync", fsync)
			s := openChild(b, server, nil)
			ceiling := cycleCeiling(b, s, server)
			l := load(b, s)
			conversations := (b.N + bottest.LoadTurns - 1) / bottest.LoadTurns
			b.ResetTimer()
			rate, err := l.load().Rate(b.Context(), conversations, 64)
			b.StopTimer()
			if err != nil {
				b.Fatal(err)
			}
			if got, want := l.played.Load(), int64(conversations*bottest.LoadTurns); got != want || l.failed.Load() > 0 {
				b.Errorf("%d turns of %d, %d commits failed", got, want, l.failed.Load())
			}
			b.ReportMetric(rate, "turns/s")
			b.ReportMetric(rate/ceiling, "x/ceiling")
		})
	}
}

// BenchmarkLatency plays a thousand turns a second and reports how long they take from accept to the
// reply in the log. Its own time means nothing.
func BenchmarkLatency(b *testing.B) {
	for _, fsync := range []string{"everysec", "always"} {
		b.Run(fsync, func(b *testing.B) {
			s := openChild(b, peer(b, "--appendonly", "yes", "--appendfsync", fsync), nil)
			l := load(b, s)
			for b.Loop() {
				took, err := l.load().Paced(b.Context(), 1000, 8*time.Second)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
				b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
				s.rdb.FlushDB(b.Context())
			}
		})
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// cycleCeiling is how many turns a second redis-benchmark reaches with the sizes of a turn of this
// load, sixteen calls at once.
func cycleCeiling(b *testing.B, s *Store, server *child) float64 {
	b.Helper()
	program, err := exec.LookPath("redis-benchmark")
	if err != nil {
		b.Skip("redis-benchmark is not installed")
	}
	sha, err := s.rdb.ScriptLoad(b.Context(), cycleLua).Result()
	if err != nil {
		b.Fatal(err)
	}
	keys, args := s.cycle("__rand_int__", sample(b, s))
	line := []string{"-p", strconv.Itoa(server.port), "-P", "16", "-c", "50", "-n", "60000", "-r", "1000000000", "-q", "--csv",
		"EVALSHA", sha, strconv.Itoa(len(keys))}
	line = append(line, keys...)
	for _, arg := range args {
		line = append(line, fmt.Sprint(arg))
	}
	out, err := exec.CommandContext(b.Context(), program, line...).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	fields := strings.Split(lines[len(lines)-1], `","`)
	if err != nil || len(fields) < 2 {
		b.Fatalf("redis-benchmark: %v: %s", err, out)
	}
	rate, err := strconv.ParseFloat(strings.Trim(fields[1], `"`), 64)
	if err != nil {
		b.Fatalf("redis-benchmark says %q", out)
	}
	s.rdb.FlushDB(b.Context())
	return rate
}

// sample reads the sizes of the middle turn of one conversation from what it left in Redis.
func sample(b *testing.B, s *Store) sizes {
	b.Helper()
	l := load(b, s)
	if _, err := l.load().Rate(b.Context(), 1, 1); err != nil {
		b.Fatal(err)
	}
	id := l.load().Conversation(1)
	entries := s.rdb.XRange(b.Context(), s.keys.log(id), "-", "+").Val()
	traces := s.rdb.XRange(b.Context(), s.keys.trace(s.keys.shard(id)), "-", "+").Val()
	if len(entries) == 0 || len(traces) == 0 {
		b.Fatal("the conversation left nothing")
	}
	of := sizes{session: len(s.rdb.Get(b.Context(), s.keys.session(id)).Val()), trace: len(traces[len(traces)/2].Values["t"].(string))}
	for _, e := range entries[len(entries)/2 : len(entries)/2+len(entries)/bottest.LoadTurns] {
		of.entries = append(of.entries, len(e.Values["e"].(string)))
	}
	of.input = of.entries[0] - 40 // the log's form of an input has a number, a cause and a time of its own
	b.Logf("sizes of a turn: %+v", of)
	return of
}

// A meter counts how often a client goes to Redis and back.
type meter struct{ trips atomic.Int64 }

func (m *meter) DialHook(next goredis.DialHook) goredis.DialHook { return next }
func (m *meter) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error { m.trips.Add(1); return next(ctx, cmd) }
}
func (m *meter) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error { m.trips.Add(1); return next(ctx, cmds) }
}

func TestATurnTakesTwoRoundTrips(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		l := load(t, s)
		if _, err := l.load().Rate(t.Context(), 1, 1); err != nil { // scripts are known from here on
			t.Fatal(err)
		}
		var m meter
		s.rdb.AddHook(&m)
		if _, err := (bottest.Load{Take: l.player.Take, Name: "more"}).Rate(t.Context(), 1, 1); err != nil {
			t.Fatal(err)
		}
		if n := m.trips.Load(); n != 2*bottest.LoadTurns {
			t.Errorf("%d turns took %d round trips, want two each", bottest.LoadTurns, n)
		}
	})
}
