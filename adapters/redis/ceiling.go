package redis

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// sizes are the bytes that one turn writes.
type sizes struct {
	input, session, trace int
	entries               []int
}

// typicalTurn is the middle of a conversation with the reference flow: a choice, the next question.
var typicalTurn = sizes{input: 420, session: 290, trace: 330, entries: []int{460, 540, 475}}

// typicalIdle is how long the sealed session of an ended conversation is: the mean of TestSessionsPackWell.
const typicalIdle = 38 + 239

// cycleLua is accept and commit in one call, so that a server can be driven as fast as it goes: what
// no desk can surpass.
var cycleLua = "local function accept(KEYS, ARGV)\n" + acceptLua + "\nend\nlocal function commit(KEYS, ARGV)\n" + commitLua + `
end
local t = redis.call('TIME')
local a = accept({KEYS[1], KEYS[2], KEYS[3], KEYS[4]}, {ARGV[1], ARGV[2], ARGV[3], 'i:' .. KEYS[4], ARGV[5], ARGV[6]})
local args = {string.sub(a[3] or '', 1, 8), a[2]}
for i = 7, #ARGV do args[i - 4] = ARGV[i] end
args[6], args[13] = KEYS[4], t[1] * 1000000 + t[2]
return commit({KEYS[4], KEYS[2], KEYS[3], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]}, args)[1]`

// cycle returns the keys and arguments of cycleLua for a conversation of that name.
func (s *Store) cycle(name string, of sizes) (keys []string, args []any) {
	blob := func(n int) string { return strings.Repeat("x", n) }
	key := func(kind string) string { return s.keys.in(0, kind+":"+name) }
	keys = []string{key("d"), key("i"), s.keys.due(0), key("c"), key("l"), key("k"), s.keys.cards(0), s.keys.trace(0), s.keys.dead(0), s.keys.audit(0), key("b")}
	args = []any{seconds(dedupLife), blob(of.input), s.grace.Milliseconds(), "", mostWaiting, blob(16)}
	args = append(args, blob(of.session), seconds(s.retention.Session), s.grace.Milliseconds(), "", "1790000000000", "", blob(of.trace),
		mostTraces, s.keys.wake(), "", 0, seconds(s.retention.Words), "", mostDead, auditLife.Milliseconds(), len(of.entries))
	for _, n := range of.entries {
		args = append(args, blob(n))
	}
	return keys, append(args, 0, 0, 0, 0)
}

// Ceiling measures how many turns a second this Redis could write if nobody decided anything between
// them: the scripts of a turn in one call, sixteen calls at once on each of sixteen connections.
func (s *Store) Ceiling(ctx context.Context, turns int) (perSecond float64, err error) {
	const depth, connections = 16, 16
	sha, err := s.rdb.ScriptLoad(ctx, cycleLua).Result()
	if err != nil {
		return 0, failed("measure Redis", err)
	}
	var done atomic.Int64
	var work sync.WaitGroup
	faults := make(chan error, connections)
	start := time.Now()
	for c := range connections {
		work.Go(func() {
			for n := 0; done.Add(depth) <= int64(turns); n++ {
				_, err := s.rdb.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
					for i := range depth {
						keys, args := s.cycle(strconv.Itoa(c)+"."+strconv.Itoa(n*depth+i), typicalTurn)
						pipe.EvalSha(ctx, sha, keys, args...)
					}
					return nil
				})
				if err != nil {
					faults <- err
					return
				}
			}
		})
	}
	work.Wait()
	close(faults)
	if err := <-faults; err != nil {
		return 0, failed("measure Redis", err)
	}
	return float64(turns) / time.Since(start).Seconds(), nil
}

// IdleBytes writes n people who said all they had to say, and returns what Redis keeps for each: the
// session, and the reference of their browser.
func (s *Store) IdleBytes(ctx context.Context, n int) (session, leg float64, err error) {
	idle := make([]byte, typicalIdle)
	rand.Read(idle) // sealed bytes look like that
	ids := make([]bot.ConversationID, n)
	session, err = s.grown(ctx, n, func(pipe goredis.Pipeliner, i int) {
		ids[i] = bot.ConversationID(rand.Text())
		pipe.Set(ctx, s.keys.session(ids[i]), idle, s.retention.Session)
	})
	if err != nil {
		return 0, 0, err
	}
	leg, err = s.grown(ctx, n, func(pipe goredis.Pipeliner, i int) {
		pipe.Set(ctx, s.keys.leg(bot.Leg{Channel: "web", Peer: bot.Address(ids[i])}), string(ids[i]), s.retention.Session)
	})
	return session, leg, err
}

// grown returns by how many bytes Redis grew for each of n writes.
func (s *Store) grown(ctx context.Context, n int, write func(pipe goredis.Pipeliner, i int)) (float64, error) {
	before, _, err := s.Memory(ctx)
	if err != nil {
		return 0, err
	}
	for from := 0; from < n; from += 1000 {
		_, err := s.rdb.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
			for i := from; i < min(from+1000, n); i++ {
				write(pipe, i)
			}
			return nil
		})
		if err != nil {
			return 0, failed("measure memory", err)
		}
	}
	after, _, err := s.Memory(ctx)
	return float64(after-before) / float64(n), err
}

// Memory is what Redis uses for data now, and its limit, 0 for none, in bytes; of all masters of a
// Cluster.
func (s *Store) Memory(ctx context.Context) (used, limit int64, err error) {
	var mu sync.Mutex
	err = s.eachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		info, err := readInfo(ctx, node, "memory")
		if err != nil {
			return failed("read the memory of Redis", err)
		}
		n, err := strconv.ParseInt(info["used_memory"], 10, 64)
		if err != nil {
			return fmt.Errorf("read the memory of Redis: %w", err)
		}
		most, _ := strconv.ParseInt(info["maxmemory"], 10, 64)
		mu.Lock()
		defer mu.Unlock()
		used, limit = used+n, limit+most
		return nil
	})
	return used, limit, err
}

// Clear deletes everything under the store's prefix. It is for measurements under a prefix of their own.
func (s *Store) Clear(ctx context.Context) error {
	return s.eachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		keys := node.Scan(ctx, 0, s.keys.prefix+"*", 1000).Iterator()
		for keys.Next(ctx) {
			if err := node.Unlink(ctx, keys.Val()).Err(); err != nil {
				return err
			}
		}
		return keys.Err()
	})
}
