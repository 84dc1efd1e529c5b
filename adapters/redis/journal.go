package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// The journal is one stream that nothing trims, of lines in clear: it is about staff and texts that everybody
// may read, and it must outlive keys that are retired. A line's mark is an HMAC, under the key that is never
// rotated, of the line and the mark before it; the head, beside the stream, has the last line's. So whoever
// can write to Redis and has no key file can neither change a line nor take one out, the last included,
// without being found.

// mostRaces is how often an append is tried when other replicas come between.
const mostRaces = 50

// Append adds a record to the journal. Those of one process take turns.
func (s *Store) Append(ctx context.Context, r bot.Record) error {
	s.journalling.Lock()
	defer s.journalling.Unlock()
	for range mostRaces {
		added, err := s.appendOnce(ctx, r)
		if err != nil {
			return failed("append to the journal", err)
		}
		if added {
			return nil
		}
	}
	return fmt.Errorf("append to the journal: %w: others always came between", bot.ErrUnavailable)
}

func (s *Store) appendOnce(ctx context.Context, r bot.Record) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	keys := s.keys.journal()
	head, err := s.rdb.Get(ctx, keys[1]).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return false, err
	}
	now, err := s.rdb.Time(ctx).Result()
	if err != nil {
		return false, err
	}
	r.At = now.UTC().Truncate(time.Millisecond)
	line, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	number, mark := lastLine(head)
	number++
	mark = s.journalMark(number, mark, string(line))
	return s.durably(ctx, s.run.append, keys, head, headOf(number, mark), number, mark, string(line)).Bool()
}

func (s *Store) journalMark(number int64, before, line string) string {
	return s.ring.hash("journal", strconv.FormatInt(number, 10), before, line)
}

func headOf(number int64, mark string) string { return strconv.FormatInt(number, 10) + " " + mark }

// lastLine is what a head says; 0 and "" before the first line.
func lastLine(head string) (int64, string) {
	number, mark, _ := strings.Cut(head, " ")
	n, _ := strconv.ParseInt(number, 10, 64)
	return n, mark
}

// Journal reads all lines and checks the chain.
func (s *Store) Journal(ctx context.Context, each func(bot.JournalLine) error) error {
	_, err := s.JournalAfter(ctx, "", each)
	return err
}

// JournalAfter reads the lines after a place, and checks the chain from there on.
func (s *Store) JournalAfter(ctx context.Context, place string, each func(bot.JournalLine) error) (string, error) {
	keys := s.keys.journal()
	head, err := s.journalHead(ctx, keys[1]) // before the lines: those that come meanwhile are more, not fewer
	if err != nil {
		return place, err
	}
	c := chain{store: s, head: head}
	t := &shardStream{key: keys[0], after: "-"}
	if id, last, is := strings.Cut(place, " "); is {
		t.after = "(" + id
		c.number, c.mark = lastLine(last)
		c.passed = last == head
	}
	for !t.ended {
		if err := s.fill(ctx, t); err != nil {
			return place, err
		}
		for i := range t.page {
			l := c.next(&t.page[i])
			if err := each(l); err != nil {
				return place, err
			}
		}
		if n := len(t.page); n > 0 {
			place = t.page[n-1].ID + " " + headOf(c.number, c.mark)
		}
	}
	if head == "" && c.number > 0 { // the first line came meanwhile, or somebody took the head away
		head, err = s.journalHead(ctx, keys[1])
		c.passed = head != ""
	}
	return place, errors.Join(err, c.verdict())
}

func (s *Store) journalHead(ctx context.Context, key string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	head, err := s.rdb.Get(ctx, key).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return "", failed("read the journal", err)
	}
	return head, nil
}

// A chain checks the lines of the journal, one after the other.
type chain struct {
	store  *Store
	head   string // as it was when reading began
	number int64  // lines so far
	mark   string // of the last
	passed bool   // the line that the head names was met
	broken error
}

func (c *chain) next(m *goredis.XMessage) bot.JournalLine {
	field := func(name string) string { text, _ := m.Values[name].(string); return text }
	c.number++
	l := bot.JournalLine{Mark: field("m")}
	l.Number, _ = strconv.ParseInt(field("n"), 10, 64)
	unread := json.Unmarshal([]byte(field("j")), &l.Record)
	switch {
	case unread != nil:
		c.fault("line %d cannot be read", c.number)
	case l.Number != c.number:
		c.fault("where line %d should be there is line %d", c.number, l.Number)
	case c.store.journalMark(l.Number, c.mark, field("j")) != l.Mark:
		c.fault("line %d is not what was written", c.number)
	}
	c.mark = l.Mark
	c.passed = c.passed || headOf(l.Number, l.Mark) == c.head
	return l
}

func (c *chain) fault(format string, args ...any) {
	if c.broken == nil {
		c.broken = fmt.Errorf("%w: %s", bot.ErrBroken, fmt.Sprintf(format, args...))
	}
}

func (c *chain) verdict() error {
	if last, _ := lastLine(c.head); !c.passed && (last > 0 || c.number > 0) {
		c.fault("line %d, the last one that was written, is missing after line %d", last, c.number)
	}
	return c.broken
}
