package redis

import (
	"context"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// scanPage is how many keys one step of a scan looks at.
const scanPage = 1000

// Sessions reads every session there is, in no order and not at one instant, until each returns an
// error. It looks at all keys of this Redis: for an operator's command or a report. unread counts the
// sessions that this binary or this key file cannot read.
func (s *Store) Sessions(ctx context.Context, each func(*bot.Session) error) (unread int, err error) {
	var one sync.Mutex // the nodes of a Cluster are visited at once
	visit := func(ctx context.Context, node *goredis.Client) error {
		return s.scan(ctx, node, func(ids []bot.ConversationID, stored []*goredis.StringCmd) error {
			one.Lock()
			defer one.Unlock()
			for i, id := range ids {
				if stored[i].Val() == "" { // expired since it was seen
					continue
				}
				session, err := s.ring.openSession(id, stored[i].Val())
				if err != nil {
					unread++
					continue
				}
				if err := each(&session); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = s.eachMaster(ctx, visit)
	return unread, err
}

// scan reads the sessions of one node, a page at a time.
func (s *Store) scan(ctx context.Context, node goredis.UniversalClient, each func([]bot.ConversationID, []*goredis.StringCmd) error) error {
	for cursor := uint64(0); ; {
		found, next, err := s.scanStep(ctx, node, cursor)
		if err != nil {
			return failed("look through the sessions", err)
		}
		ids := make([]bot.ConversationID, len(found))
		for i, key := range found {
			ids[i] = s.keys.sessionOf(key)
		}
		stored, err := s.readAll(ctx, node, found)
		if err != nil {
			return failed("read sessions", err)
		}
		if err := each(ids, stored); err != nil {
			return err
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

func (s *Store) scanStep(ctx context.Context, node goredis.UniversalClient, cursor uint64) ([]string, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	return node.Scan(ctx, cursor, s.keys.sessions(), scanPage).Result()
}

// readAll gets strings one by one in a pipeline: those of two slots cannot be had by one command.
func (s *Store) readAll(ctx context.Context, node goredis.UniversalClient, found []string) ([]*goredis.StringCmd, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if len(found) == 0 {
		return nil, nil
	}
	pipe := node.Pipeline()
	stored := make([]*goredis.StringCmd, len(found))
	for i, key := range found {
		stored[i] = pipe.Get(ctx, key)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for _, one := range stored {
		if err := firstFault(one.Err()); err != nil {
			return nil, err
		}
	}
	return stored, nil
}
