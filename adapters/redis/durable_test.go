package redis

import (
	"bytes"
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

	"frontdesk/bot"
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
func (l *loaded) Accepted(bot.ChannelName, string)              {}
func (l *loaded) Played(bot.ChannelName, string, time.Duration) { l.played.Add(1) }
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

// talk plays one conversation of eight turns: the opening, then the first choice of each menu.
const talkTurns = 8

func (l *loaded) talk(ctx context.Context, n int) error {
	id := bot.ConversationID(fmt.Sprintf("conversation%014d", n))
	for i := range talkTurns {
		in := bot.Input{ID: "web:" + strconv.Itoa(i), Conversation: id,
			Leg: bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}, Event: bot.Said{Text: "1"}}
		if i == 0 {
			in.Event = bot.Arrived{Language: "fr"}
		}
		if err := l.player.Take(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

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
			conversations := (b.N + talkTurns - 1) / talkTurns
			var next atomic.Int64
			var work sync.WaitGroup
			b.ResetTimer()
			start := time.Now()
			for range 64 {
				work.Go(func() {
					for n := next.Add(1); n <= int64(conversations); n = next.Add(1) {
						if err := l.talk(b.Context(), int(n)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			work.Wait()
			took := time.Since(start)
			b.StopTimer()
			if got, want := l.played.Load(), int64(conversations*talkTurns); got != want || l.failed.Load() > 0 {
				b.Errorf("%d turns of %d, %d commits failed", got, want, l.failed.Load())
			}
			rate := float64(conversations*talkTurns) / took.Seconds()
			b.ReportMetric(rate, "turns/s")
			b.ReportMetric(rate/ceiling, "x/ceiling")
		})
	}
}

// cycleCeiling is how many turns a second Redis itself can do: accept and commit in one call, sixteen
// calls at once, nobody deciding anything between them.
func cycleCeiling(b *testing.B, s *Store, server *child) float64 {
	b.Helper()
	program, err := exec.LookPath("redis-benchmark")
	if err != nil {
		b.Skip("redis-benchmark is not installed")
	}
	l := load(b, s)
	if err := l.talk(b.Context(), 0); err != nil {
		b.Fatal(err)
	}
	id := bot.ConversationID(fmt.Sprintf("conversation%014d", 0))
	session := s.rdb.Get(b.Context(), s.keys.session(id)).Val()
	entries, err := s.rdb.XRange(b.Context(), s.keys.log(id), "-", "+").Result()
	if err != nil {
		b.Fatal(err)
	}
	// The middle turn of the conversation: what was said, what was answered, what is listened for.
	var sizes []int
	for _, e := range entries[len(entries)/2 : len(entries)/2+len(entries)/talkTurns] {
		sizes = append(sizes, len(e.Values["e"].(string)))
	}
	trace, err := s.rdb.XRange(b.Context(), s.keys.trace(s.keys.shard(id)), "-", "+").Result()
	if err != nil {
		b.Fatal(err)
	}
	cycle := "local function accept(KEYS, ARGV)\n" + acceptLua + "\nend\nlocal function commit(KEYS, ARGV)\n" + commitLua + `
end
local t = redis.call('TIME')
local a = accept({KEYS[1], KEYS[2], KEYS[3], KEYS[4]}, {ARGV[1], ARGV[2], ARGV[3], 'i:' .. KEYS[4], ARGV[5], ARGV[6]})
local args = {string.sub(a[3] or '', 1, 8), a[2]}
for i = 7, #ARGV do args[i - 4] = ARGV[i] end
args[6], args[13] = KEYS[4], t[1] * 1000000 + t[2]
return commit({KEYS[4], KEYS[2], KEYS[3], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]}, args)[1]`
	sha, err := s.rdb.ScriptLoad(b.Context(), cycle).Result()
	if err != nil {
		b.Fatal(err)
	}
	blob := func(n int) string { return strings.Repeat("x", n) }
	key := func(kind string) string { return "fd:test:{0}:" + kind + ":c__rand_int__0123456789abc" }
	args := []string{"-p", strconv.Itoa(server.port), "-P", "16", "-c", "50", "-n", "60000", "-r", "1000000000", "-q", "--csv",
		"EVALSHA", sha, "9", key("d"), key("i"), "fd:test:{0}:due", key("c"), key("l"), key("k"), "fd:test:{0}:cards", "fd:test:{0}:trace", "fd:test:{0}:dead",
		"172800", blob(sizes[0]), "300", "", "100", "0123456789abcdef",
		blob(len(session)), "2592000", "300", "", "1790000000000", "", blob(len(trace[len(trace)-1].Values["t"].(string))), "65536", "fd:test:wake", "", "0", "2592000", "", "4096",
		strconv.Itoa(len(sizes))}
	for _, n := range sizes {
		args = append(args, blob(n))
	}
	args = append(args, "0", "0", "0")
	var out, complaints bytes.Buffer
	run := exec.CommandContext(b.Context(), program, args...)
	run.Stdout, run.Stderr = &out, &complaints
	if err := run.Run(); err != nil {
		b.Fatalf("redis-benchmark: %v: %s %s", err, out.String(), complaints.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	fields := strings.Split(lines[len(lines)-1], `","`)
	rate, err := strconv.ParseFloat(strings.Trim(fields[1], `"`), 64)
	if err != nil {
		b.Fatalf("redis-benchmark says %q", out.String())
	}
	b.Logf("ceiling %.0f cycles/s; session %d bytes, entries %v", rate, len(session), sizes)
	s.rdb.FlushDB(b.Context())
	return rate
}
