// Package redis keeps conversations in Redis: their inboxes, sessions, logs and what is due. It
// decides nothing about them and never logs what they hold.
//
// Accepting an input and committing a turn are one script each; a turn that nobody commits is found
// again in its shard's due set. Safety lies in the scripts alone: there is no lock and no owner, so
// replicas may come, go and stall.
package redis

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// What the store holds to, whatever the deployment.
const (
	schema       = "2"
	answerWithin = 800 * time.Millisecond // so that a caller knows within a second
	dedupLife    = 48 * time.Hour         // longer than any platform repeats
	legLease     = 15 * time.Second       // of a courier who delivers
	mostWaiting  = 100                    // inputs of one conversation
	mostClaimed  = 64                     // members of one sweep
	mostTraces   = 65536                  // of one shard
	mostDead     = 4096                   // of one shard
	deadLife     = 30 * 24 * time.Hour    // of a dead letter
	auditLife    = 365 * 24 * time.Hour   // domain.md §4: safety events a year
	numberLife   = 30 * 24 * time.Hour    // service.md §8: of the number of a conversation's traces
)

// Options say where the store is and how long it keeps things.
type Options struct {
	URL       string // see connect
	Keys      *Keyring
	Prefix    string        // of every key: one deployment, one prefix
	Shards    int           // 16 when 0; fixed for ever by the first start
	Grace     time.Duration // after which an unplayed input is anybody's; 300 ms when 0
	Retention Retention
	Existing  bool // only for what is kept there already: an empty Redis is refused, not made one's own
	Log       *slog.Logger
}

// Store implements the ports of package bot that remember something.
type Store struct {
	rdb       goredis.UniversalClient
	keys      keys
	ring      *Keyring
	run       scripts
	grace     time.Duration
	retention Retention
	within    time.Duration // every answer, or ErrUnavailable
	log       *slog.Logger
	observer  Observer
	watchers  watchers
	masters   masters
	watched   bool // the masters are: not the embedded one
	existing  bool

	journalling sync.Mutex

	stop    context.CancelFunc
	running sync.WaitGroup
	end     func() // of the embedded server
}

var (
	_ bot.Store    = (*Store)(nil)
	_ bot.Refs     = (*Store)(nil)
	_ bot.Lease    = (*Store)(nil)
	_ bot.Limiter  = (*Store)(nil)
	_ bot.Releases = (*Store)(nil)
	_ bot.Traces   = (*Store)(nil)
	_ bot.Audits   = (*Store)(nil)
	_ bot.Journal  = (*Store)(nil)
	_ bot.Presence = (*Store)(nil)

	_ bot.Breaker     = (*Store)(nil)
	_ bot.DeadLetters = (*Store)(nil)
	_ bot.Blobs       = (*Store)(nil)
)

// Open connects, refuses a Redis that would lose conversations, and starts listening for hints.
func Open(ctx context.Context, o Options) (*Store, error) {
	rdb, err := connect(o.URL)
	if err != nil {
		return nil, err
	}
	s := newStore(rdb, o)
	s.watched, s.existing = true, o.Existing
	if err := s.check(ctx); err != nil {
		rdb.Close()
		return nil, err
	}
	s.start(s.watchMasters)
	return s, nil
}

func newStore(rdb goredis.UniversalClient, o Options) *Store {
	if o.Shards == 0 {
		o.Shards = 16
	}
	if o.Grace == 0 {
		o.Grace = 300 * time.Millisecond
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Store{
		rdb: rdb, keys: keys{o.Prefix, o.Shards, o.Keys}, ring: o.Keys, run: newScripts(),
		grace: o.Grace, retention: o.Retention.withDefaults(), within: answerWithin, log: o.Log, observer: unobserved{}, end: func() {},
	}
}

// start runs what goes on beside the calls, until Close.
func (s *Store) start(beside ...func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	hints := s.rdb.Subscribe(ctx, s.keys.wake())
	beside = append(beside, func(ctx context.Context) { s.listen(ctx, hints) })
	for _, run := range beside {
		s.running.Go(func() { run(ctx) })
	}
}

// Close ends the connections. What was accepted stays accepted.
func (s *Store) Close() error {
	s.stop()
	s.running.Wait()
	err := s.rdb.Close()
	s.end()
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// Shards is the number of due sets to sweep.
func (s *Store) Shards() int { return s.keys.shards }

// Now is the time of Redis, which stamps every input.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	now, err := s.rdb.Time(ctx).Result()
	if err != nil {
		return time.Time{}, failed("read the time", err)
	}
	return now.UTC(), nil
}

// Ready says whether Redis takes writes now. One that is full, or has become a replica, still answers
// whoever only asks.
func (s *Store) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.Set(ctx, s.keys.open(), "1", time.Minute).Err(); err != nil {
		return failed("write", err)
	}
	return nil
}
