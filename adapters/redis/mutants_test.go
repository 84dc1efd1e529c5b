package redis

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

// mutation names, in the environment, the line of the scripts that the model's test is to do without.
const mutation = "FRONTDESK_TEST_MUTANT"

// A mutant is one script without one of the lines that keep conversations safe.
type mutant struct {
	script         func(*scripts) **goredis.Script
	text, old, new string
}

func accepting(s *scripts) **goredis.Script  { return &s.accept }
func committing(s *scripts) **goredis.Script { return &s.commit }
func firing(s *scripts) **goredis.Script     { return &s.fire }
func advancing(s *scripts) **goredis.Script  { return &s.advance }
func sweeping(s *scripts) **goredis.Script   { return &s.sweep }

var mutants = map[string]mutant{
	"no version check": {committing, commitLua, "if c('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then", "if false then"},
	"no head check":    {committing, commitLua, "if played ~= ARGV[2] then", "if false then"},
	"no dedup":         {accepting, acceptLua, "if not c('SET', KEYS[1], ARGV[6], 'NX', 'EX', ARGV[1]) then", "if false then"},
	"no due mark":      {accepting, acceptLua, "c('ZADD', KEYS[3], due, ARGV[4])\nreturn {'RUN'", "return {'RUN'"},
	"no cursor check":  {advancing, advanceLua, "if string.match(cursor, '^%d+') ~= ARGV[2] then", "if false then"},

	"another event under a known id":    {accepting, acceptLua, "if c('GET', KEYS[1]) ~= ARGV[6] then", "if false then"},
	"no limit of an inbox":              {accepting, acceptLua, "if c('LLEN', KEYS[2]) >= tonumber(ARGV[5]) then", "if false then"},
	"what was played stays":             {committing, commitLua, "local played = c('LPOP', KEYS[2])\n", "local played = c('LINDEX', KEYS[2], 0)\n"},
	"no due mark for the next input":    {committing, commitLua, "c('ZADD', KEYS[3], after(ARGV[5]), 'i:' .. ARGV[6])", "c('ZREM', KEYS[3], 'i:' .. ARGV[6])"},
	"no due mark for legs":              {committing, commitLua, "c('ZADD', KEYS[3], 'NX', after(0), member)", "return"},
	"legs join at the beginning":        {committing, commitLua, "each(function(leg) c('HSET', KEYS[5], leg, ARGV[13]) end)", "each(function(leg) c('HSET', KEYS[5], leg, 0) end)"},
	"a timer that is cancelled rings":   {committing, commitLua, "c('ZREM', KEYS[3], timer)", ""},
	"a timer rings before its time":     {firing, fireLua, "if not score or tonumber(score) > now then", "if not score then"},
	"a timer that rang is set":          {firing, fireLua, "c('ZREM', KEYS[1], ARGV[1])\n", ""},
	"an erasure leaves the log":         {committing, commitLua, "c('DEL', KEYS[4])", ""},
	"an erasure forgets where legs are": {committing, commitLua, "c('HSET', KEYS[5], leg, ARGV[13])\n  end", "c('HDEL', KEYS[5], leg)\n  end"},
	"what is left to send is not due":   {advancing, advanceLua, "c('ZADD', KEYS[2], string.format", "c('ZREM', KEYS[2], ARGV[5], string.format"},
	"the sweep takes what it leases":    {sweeping, sweepLua, "c('ZADD', KEYS[1], string.format('%.0f', now + ARGV[1]), m)", "c('ZREM', KEYS[1], m)"},
	"the sweep takes the legs it finds": {sweeping, sweepLua, "c('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), m)", "c('ZREM', KEYS[1], m)"},
}

// mutated changes a store's script as the environment names it, for the child of the test below.
func mutated(t *testing.T, s *Store) {
	name := os.Getenv(mutation)
	if name == "" {
		return
	}
	m, known := mutants[name]
	if n := strings.Count(m.text, m.old); !known || n != 1 {
		t.Fatalf("%q is known: %v, and has %d places to change", name, known, n)
	}
	*m.script(&s.run) = goredis.NewScript(strings.Replace(m.text, m.old, m.new, 1))
}

// TestModelNoticesEveryLineThatIsMissing runs the model's test in processes of its own, each without
// one line of one script. The model must find out, or it is not worth its name. By hand:
//
//	FRONTDESK_TEST_MUTANT="no head check" go test ./adapters/redis -run Harm/embedded
func TestModelNoticesEveryLineThatIsMissing(t *testing.T) {
	if os.Getenv(mutation) != "" {
		t.Skip("this is the child")
	}
	if raced {
		t.Skip("what the scripts do in other processes is no matter for the race detector; the run without it plays this")
	}
	run := func(name, checks string) (string, error) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestReplicasThatStallAndDieDoNoHarm$/^embedded$",
			"-test.count", "1", "-test.timeout", "120s", "-rapid.checks", checks, "-rapid.shrinktime", "0s", "-rapid.nofailfile")
		cmd.Env = append(os.Environ(), mutation+"="+name)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for name := range mutants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out, err := run(name, "2000"); err == nil || !strings.Contains(out, "[rapid] failed after") {
				t.Errorf("survives: %v\n%s", err, out)
			}
		})
	}
	if out, err := run("", "30"); err != nil {
		t.Errorf("without any change: %v\n%s", err, out)
	}
}
