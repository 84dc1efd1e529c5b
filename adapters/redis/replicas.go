package redis

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// replicas is how many Redis had when last asked. One that is still copying, or has been silent for
// more than five seconds, does not count: it would hold everybody up until Redis drops it.
type replicas struct{ count atomic.Int64 }

func (r *replicas) set(info map[string]string) {
	var n int64
	for name, value := range info {
		if strings.HasPrefix(name, "slave") && strings.Contains(value, "state=online") && silence(value) <= 5 {
			n++
		}
	}
	r.count.Store(n)
}

// silence reads the seconds since a replica's last sign: "ip=…,port=…,state=online,offset=…,lag=1".
func silence(value string) int {
	_, lag, _ := strings.Cut(value, "lag=")
	n, _ := strconv.Atoi(lag)
	return n
}

// countReplicas looks again from time to time until ctx ends: one may be added later.
func (s *Store) countReplicas(ctx context.Context) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.lookForReplicas(ctx)
		}
	}
}

func (s *Store) lookForReplicas(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if info, err := s.info(ctx, "replication"); err == nil {
		s.replicas.set(info)
	}
}

// durably runs a script and, where Redis has replicas, waits until one of them has what it wrote:
// "accepted" must outlive a failover. A Redis that has lost all its replicas goes on alone, and says
// so; a person is served before a copy is.
func (s *Store) durably(ctx context.Context, script *goredis.Script, keys []string, args ...any) ([]any, error) {
	if s.replicas.count.Load() == 0 {
		return script.Run(ctx, s.rdb, keys, args...).Slice()
	}
	node, err := s.node(ctx, keys[0])
	if err != nil {
		return nil, err
	}
	pipe := node.Pipeline()
	// WAIT counts what its own connection wrote, so the two go together.
	ran := script.Eval(ctx, pipe, keys, args...)
	acks := pipe.Do(ctx, "WAIT", 1, 500)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	if n, _ := acks.Int(); n == 0 {
		if err := s.alone(ctx); err != nil {
			return nil, err
		}
	}
	return ran.Slice()
}

// node is the master of a key.
func (s *Store) node(ctx context.Context, key string) (goredis.UniversalClient, error) {
	if cluster, is := s.rdb.(*goredis.ClusterClient); is {
		return cluster.MasterForKey(ctx, key)
	}
	return s.rdb, nil
}

// alone looks whether there is no replica any more, which would explain that none answered.
func (s *Store) alone(ctx context.Context) error {
	info, err := s.info(ctx, "replication")
	if err != nil {
		return err
	}
	if s.replicas.set(info); s.replicas.count.Load() > 0 {
		return errors.New("no replica of Redis has the input yet")
	}
	s.log.Warn("Redis has no replica any more: what is accepted now would not outlive its failure")
	return nil
}
