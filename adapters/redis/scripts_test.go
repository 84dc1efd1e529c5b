package redis

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

// A call of a script: its name, its keys and its arguments, with spaces between; '-' is the empty one.
type call struct {
	script     func(*scripts) *goredis.Script
	keys, args string
}

func (c call) run(ctx context.Context, s *Store) string {
	var args []any
	for arg := range strings.FieldsSeq(c.args) {
		args = append(args, strings.TrimPrefix(arg, "-"))
	}
	keys := strings.Fields(c.keys)
	for i := range keys {
		keys[i] = "{s}" + keys[i]
	}
	answer, err := c.script(&s.run).Run(ctx, s.rdb, keys, args...).Result()
	if err != nil {
		return "error: " + err.Error()
	}
	return instants.ReplaceAllString(fmt.Sprint(answer), "T")
}

// instants are moments and the ids of streams, which no two runs share.
var instants = regexp.MustCompile(`\b\d{13}(-\d+)?\b`)

// state is everything there is, in one line; what is due is there by its member, "now" when it is due.
func state(t *testing.T, s *Store) string {
	t.Helper()
	ctx := t.Context()
	now, err := s.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, key := range s.rdb.Keys(ctx, "{s}*").Val() {
		var value any
		switch kind := s.rdb.Type(ctx, key).Val(); kind {
		case "string":
			value = s.rdb.Get(ctx, key).Val()
		case "list":
			value = s.rdb.LRange(ctx, key, 0, -1).Val()
		case "hash":
			value = s.rdb.HGetAll(ctx, key).Val()
		case "stream":
			var entries []string
			for _, e := range s.rdb.XRange(ctx, key, "-", "+").Val() {
				entries = append(entries, fmt.Sprint(e.ID, " ", e.Values))
			}
			value = entries
		case "zset":
			var members []string
			for _, z := range s.rdb.ZRangeWithScores(ctx, key, 0, -1).Val() {
				m := z.Member.(string)
				if z.Score <= float64(now.UnixMilli()) {
					m += "!"
				}
				members = append(members, m)
			}
			slices.Sort(members)
			value = members
		}
		all = append(all, strings.TrimPrefix(key, "{s}")+"="+fmt.Sprint(value))
	}
	slices.Sort(all)
	return instants.ReplaceAllString(strings.Join(all, " "), "T")
}

// TestEveryScriptSaysAndDoesWhatItsHeadSays calls each script in each of its cases, and then again as
// a client does whose answer was lost: what is kept is then the same.
func TestEveryScriptSaysAndDoesWhatItsHeadSays(t *testing.T) {
	const later = "9999999999999"
	accept := call{func(s *scripts) *goredis.Script { return s.accept }, "d i due c", "60 hash|env 200 i:c 2 fp"}
	commit := call{func(s *scripts) *goredis.Script { return s.commit }, "c i due l k cards trace dead audit b",
		"- in v0000001new 60 200 c - - - 10 wake - 0 30 - 10 99999 1 e1 0 0 0 0 0"}
	commits := func(args string) call { return call{commit.script, commit.keys, args} }
	attempt := call{func(s *scripts) *goredis.Script { return s.attempt }, "tries due", "c in i:c 60000"}
	park := call{func(s *scripts) *goredis.Script { return s.park }, "i due dead", "in i:c 60000 c unreadable 10"}
	sweep := call{func(s *scripts) *goredis.Script { return s.sweep }, "due", "60000 60000 2"}
	fire := call{func(s *scripts) *goredis.Script { return s.fire }, "due i", "t:c i:c 200"}
	advance := call{func(s *scripts) *goredis.Script { return s.advance }, "k due l dead", "t1 0 1 mark o:c:t1 60000 c - 10"}
	advances := func(args string) call { return call{advance.script, advance.keys, args} }
	delay := call{func(s *scripts) *goredis.Script { return s.delay }, "due", "o:c:t1 60000"}
	resolve := call{func(s *scripts) *goredis.Script { return s.resolve }, "leg", "c 60"}
	drop := call{func(s *scripts) *goredis.Script { return s.drop }, "leg", "c"}
	setref := func(args string) call {
		return call{func(s *scripts) *goredis.Script { return s.setref }, "r", args}
	}
	lease := call{func(s *scripts) *goredis.Script { return s.lease }, "lease", "a 60000"}
	limit := call{func(s *scripts) *goredis.Script { return s.limit }, "b", "0 2 60000"}
	turnstile := func(args string) call {
		return call{func(s *scripts) *goredis.Script { return s.turnstile }, "wait back b", args + " 15000 60000"}
	}
	putblob := call{func(s *scripts) *goredis.Script { return s.putblob }, "c b", "v1 blob 60000"}
	appends := func(args string) call {
		return call{func(s *scripts) *goredis.Script { return s.append }, "lines head", args}
	}
	present := func(args string) call {
		return call{func(s *scripts) *goredis.Script { return s.presence }, "p", args}
	}
	cases := map[string]struct {
		before string // Redis commands, with ; between
		call   call
		want   string // its answer
		again  string // its answer the second time; the same when empty
		state  string // what is kept then, both times
		moves  string // what is kept the second time, where that differs, as it may
	}{
		"accept, nothing there":        {"", accept, "[RUN T|hash|env <nil>]", "[DUP]", "d=fp due=[i:c] i=[T|hash|env]", ""},
		"accept, with a session":       {"SET c v1", accept, "[RUN T|hash|env v1]", "[DUP]", "c=v1 d=fp due=[i:c] i=[T|hash|env]", ""},
		"accept, known":                {"SET d fp; RPUSH i x", accept, "[DUP]", "", "d=fp i=[x]", ""},
		"accept, known as another":     {"SET d other", accept, "[OTHER]", "", "d=other", ""},
		"accept, behind another":       {"RPUSH i x; ZADD due 1 i:c", accept, "[QUEUED]", "[DUP]", "d=fp due=[i:c!] i=[x T|hash|env]", ""},
		"accept, behind one undue":     {"RPUSH i x", accept, "[QUEUED]", "[DUP]", "d=fp due=[i:c] i=[x T|hash|env]", ""},
		"accept, full":                 {"RPUSH i x y", accept, "[FULL]", "", "i=[x y]", ""},
		"commit, first":                {"RPUSH i in; ZADD due 1 i:c", commit, "[OK <nil>]", "", "c=v0000001new l=[1-0 map[e:e1]]", ""},
		"commit, another waits":        {"RPUSH i in next; ZADD due 1 i:c", commit, "[OK next]", "", "c=v0000001new due=[i:c] i=[next] l=[1-0 map[e:e1]]", ""},
		"commit, moved":                {"SET c v0000002other; RPUSH i in", commit, "[MOVED]", "", "c=v0000002other i=[in]", ""},
		"commit, gone":                 {"RPUSH i other", commit, "[GONE]", "", "i=[other]", ""},
		"commit, gone and empty":       {"", commit, "[GONE]", "", "", ""},
		"commit, second":               {"SET c v0000001old; RPUSH i in; XADD l 1-0 e e1", commits("v0000001 in v0000002new 60 200 c - - - 10 wake - 1 30 - 10 99999 2 e2 e3 0 0 0 0 0"), "[OK <nil>]", "", "c=v0000002new l=[1-0 map[e:e1] 2-0 map[e:e2] 3-0 map[e:e3]]", ""},
		"commit, an entry not kept":    {"RPUSH i in", commits("- in v0000001new 60 200 c - - - 10 wake - 0 30 - 10 99999 2 - e2 0 0 0 0 0"), "[OK <nil>]", "", "c=v0000001new l=[2-0 map[e:e2]]", ""},
		"commit, all it can do":        {"RPUSH i in; ZADD due 1 x; ZADD due 1 t:c", commits("- in v0000001new 60 200 c " + later + " card trace 10 wake - 4 30 - 10 99999 1 e5 2 t1 t2 1 x 1 o:c:t1 1 deed 0"), "[OK <nil>]", "", "audit=[T map[a:deed]] c=v0000001new cards=map[c:card] due=[o:c:t1! t:c] k=map[t1:4 t2:4] l=[5-0 map[e:e5]] trace=[T map[t:trace]]", ""},
		"commit, takes away":           {"RPUSH i in; ZADD due " + later + " t:c; HSET cards c card", commits("- in v0000001new 60 200 c - --  - 10 wake - 0 30 - 10 99999 1 e1 0 0 0 0 0"), "[OK <nil>]", "", "c=v0000001new l=[1-0 map[e:e1]]", ""},
		"commit, keeps a lease":        {"RPUSH i in; ZADD due " + later + " o:c:t1", commits("- in v0000001new 60 200 c - - - 10 wake - 0 30 - 10 99999 1 e1 0 0 1 o:c:t1 0 0"), "[OK <nil>]", "", "c=v0000001new due=[o:c:t1] l=[1-0 map[e:e1]]", ""},
		"commit, erases":               {"SET c v0000001old; SET b blob; RPUSH i in; XADD l 1-0 e e1; HSET k t1 1|m t2 0", commits("v0000001 in v0000002new 60 200 c - - - 10 wake 1 1 30 - 10 99999 2 - e3 1 t1 0 0 0 0"), "[OK <nil>]", "", "c=v0000002new k=map[t1:1 t2:1] l=[3-0 map[e:e3]]", ""},
		"commit, to the dead letters":  {"RPUSH i in", commits("- in v0000001new 60 200 c - - - 10 wake - 0 30 poison 10 99999 1 e1 0 0 0 0 0"), "[OK <nil>]", "", "c=v0000001new dead=[T map[conv:c entry:in leg: seq:1 why:poison]] l=[1-0 map[e:e1]]", ""},
		"commit, takes words out":      {"SET c v0000001old; RPUSH i in; XADD l 1-0 e e1; XADD l 2-0 e e2", commits("v0000001 in v0000002new 60 200 c - - - 10 wake - 2 30 - 10 99999 1 e3 0 0 0 0 1 1"), "[OK <nil>]", "", "c=v0000002new l=[2-0 map[e:e2] 3-0 map[e:e3]]", ""},
		"append, the first line":       {"", appends("- 1:m 1 m line"), "1", "", "head=1:m lines=[T map[j:line m:m n:1]]", ""},
		"append, behind another":       {"SET head 1:m", appends("1:m 2:n 2 n line"), "1", "", "head=2:n lines=[T map[j:line m:n n:2]]", ""},
		"append, another came between": {"SET head 2:x", appends("1:m 2:n 2 n line"), "0", "", "head=2:x", ""},
		"attempt, first":               {"ZADD due 1 i:c", attempt, "1", "2", "due=[i:c] tries=map[c:1 in]", "due=[i:c] tries=map[c:2 in]"}, // a lost answer counts as one
		"attempt, of another input":    {"HSET tries c 4_other; ZADD due 1 i:c", attempt, "1", "2", "due=[i:c] tries=map[c:1 in]", "due=[i:c] tries=map[c:2 in]"},
		"attempt, not due any more":    {"", attempt, "1", "2", "tries=map[c:1 in]", "tries=map[c:2 in]"},
		"park, the only one":           {"RPUSH i in; ZADD due 1 i:c", park, "1", "0", "dead=[T map[conv:c entry:in leg: seq: why:unreadable]]", ""},
		"park, another waits":          {"RPUSH i in next; ZADD due 1 i:c", park, "1", "0", "dead=[T map[conv:c entry:in leg: seq: why:unreadable]] due=[i:c] i=[next]", ""},
		"park, not the next":           {"RPUSH i other", park, "0", "", "i=[other]", ""},
		"sweep, nothing":               {"", sweep, "[]", "", "", ""},
		"sweep, not yet":               {"ZADD due " + later + " i:c", sweep, "[]", "", "due=[i:c]", ""},
		"sweep, some of it":            {"ZADD due 1 i:c; ZADD due 2 o:c:t1; ZADD due 3 t:c", sweep, "[i:c o:c:t1]", "[t:c]", "due=[i:c o:c:t1 t:c!]", ""},
		"fire, a timer":                {"ZADD due 1 t:c", fire, "1", "0", "due=[i:c] i=[T|T]", ""},
		"fire, behind another":         {"ZADD due 1 t:c; RPUSH i x", fire, "0", "", "due=[i:c] i=[x T|T]", ""},
		"fire, not yet":                {"ZADD due " + later + " t:c", fire, "0", "", "due=[t:c]", ""},
		"fire, no timer":               {"", fire, "0", "", "", ""},
		"advance, to the end":          {"XADD l 1-0 e e1; ZADD due 1 o:c:t1", advance, "1", "", "k=map[t1:1|mark] l=[1-0 map[e:e1]]", ""},
		"advance, more to read":        {"XADD l 1-0 e e1; XADD l 2-0 e e2; ZADD due 1 o:c:t1", advance, "1", "", "due=[o:c:t1] k=map[t1:1|mark] l=[1-0 map[e:e1] 2-0 map[e:e2]]", ""},
		"advance, the log expired":     {"HSET k t1 0; ZADD due 1 o:c:t1", advance, "1", "", "", ""},
		"advance, another was":         {"HSET k t1 1|other; XADD l 1-0 e e1", advance, "0", "", "k=map[t1:1|other] l=[1-0 map[e:e1]]", ""},
		"advance, buries":              {"XADD l 1-0 e e1", advances("t1 0 1 mark o:c:t1 60000 c blocked 10"), "1", "", "dead=[T map[conv:c leg:t1 seq:1 why:blocked]] k=map[t1:1|mark] l=[1-0 map[e:e1]]", ""},
		"delay, due":                   {"ZADD due 1 o:c:t1", delay, "1", "", "due=[o:c:t1]", ""},
		"delay, not due any more":      {"", delay, "1", "", "", ""},
		"resolve, a new leg":           {"", resolve, "c", "", "leg=c", ""},
		"resolve, a known leg":         {"SET leg other", resolve, "other", "", "leg=other", ""},
		"drop, its own":                {"SET leg c", drop, "1", "0", "", ""},
		"drop, another's":              {"SET leg other", drop, "0", "", "leg=other", ""},
		"setref, none":                 {"", setref("- 0123456789abcdef.new 60000"), "1", "", "r=0123456789abcdef.new", ""},
		"setref, for ever":             {"", setref("- 0123456789abcdef.new 0"), "1", "", "r=0123456789abcdef.new", ""},
		"setref, as expected":          {"SET r fedcba9876543210.old", setref("fedcba9876543210 0123456789abcdef.new 0"), "1", "", "r=0123456789abcdef.new", ""},
		"setref, taken":                {"SET r fedcba9876543210.old", setref("- 0123456789abcdef.new 0"), "0", "", "r=fedcba9876543210.old", ""},
		"setref, expected and gone":    {"", setref("fedcba9876543210 0123456789abcdef.new 0"), "0", "", "", ""},
		"keep":                         {"SET release old", call{func(s *scripts) *goredis.Script { return s.keep }, "release", "new"}, "OK", "", "release=new", ""},
		"lease, free":                  {"", lease, "1", "", "lease=a", ""},
		"lease, another's":             {"SET lease b", lease, "0", "", "lease=b", ""},
		"limit, full":                  {"HSET b n 2 at " + later, limit, "1", "", "b=map[at:T n:1.000000]", "b=map[at:T n:0.000000]"}, // a lost answer costs a token
		"limit, empty":                 {"HSET b n 0 at " + later, limit, "0", "", "b=map[at:T n:0.000000]", ""},
		"turnstile, alone":             {"HSET b n 1 at " + later, turnstile("m 1000 1 1 0"), "0", "1000", "b=map[at:T n:0.000000]", "b=map[at:T n:0.000000] back=[m] wait=[m!]"}, // a lost answer costs a token
		"turnstile, behind an older":   {"HSET b n 1 at " + later + "; ZADD wait 500 old; ZADD back " + later + " old", turnstile("m 1000 1 1 0"), "1000", "", "b=map[at:T n:1.000000] back=[m old] wait=[m! old!]", ""},
		"turnstile, the older is lost": {"HSET b n 1 at " + later + "; ZADD wait 500 old; ZADD back 1 old", turnstile("m 1000 1 1 0"), "0", "1000", "b=map[at:T n:0.000000]", "b=map[at:T n:0.000000] back=[m] wait=[m!]"},
		"turnstile, shut":              {"HSET b n 1 at " + later, turnstile("m 1000 1 1 5000"), "5000", "", "b=map[at:T n:1.000000] back=[m] wait=[m!]", ""},
		"putblob":                      {"SET c v1; SET b old", putblob, "T", "", "b=blob c=v1", ""},
		"putblob, moved meanwhile":     {"SET c v2; SET b old", putblob, "0", "", "b=old c=v2", ""},
		"putblob, nobody there":        {"", putblob, "0", "", "", ""},
		"presence, somebody comes":     {"ZADD p " + later + " t1", present("here w1 60000"), "2", "", "p=[t1 w1]", ""},
		"presence, somebody goes":      {"ZADD p " + later + " t1; ZADD p " + later + " w1", present("gone w1 60000"), "1", "", "p=[t1]", ""},
		"presence, asked":              {"ZADD p 1 t1; ZADD p " + later + " w1", present("ask - 60000"), "1", "", "p=[w1]", ""},
	}
	onEach(t, func(t *testing.T, s *Store) {
		for name, step := range cases {
			t.Run(name, func(t *testing.T) {
				if err := s.rdb.FlushDB(t.Context()).Err(); err != nil {
					t.Fatal(err)
				}
				prepare(t, s, step.before)
				again, moves := cmp.Or(step.again, step.want), cmp.Or(step.moves, step.state)
				for i, want := range [][2]string{{step.want, step.state}, {again, moves}} {
					got := [2]string{step.call.run(t.Context(), s)}
					got[1] = state(t, s)
					if got != want {
						t.Errorf("call %d\n got %q\nwant %q", i+1, got, want)
					}
				}
			})
		}
	})
}

// prepare runs commands, with ; between; the second word of each is its key, and _ is a space.
func prepare(t *testing.T, s *Store, commands string) {
	t.Helper()
	for command := range strings.SplitSeq(commands, "; ") {
		var args []any
		for i, word := range strings.Fields(command) {
			if i == 1 {
				word = "{s}" + word
			}
			args = append(args, strings.ReplaceAll(word, "_", " "))
		}
		if len(args) == 0 {
			continue
		}
		if err := s.rdb.Do(t.Context(), args...).Err(); err != nil {
			t.Fatal(err)
		}
	}
}
