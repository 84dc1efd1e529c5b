package redis

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// The number of a conversation's traces is a secret that stands in its session alone, sealed. An event
// in the stream has a mark made of that number and the turn's version: to whoever has no number all
// marks are random, and no two belong together. So erasing the session is all it takes to drop the
// number from every event there is, in the same instant, and nothing has to be found and rewritten;
// the same holds when a session expires or, at thirty days, gives its number up.

// traceMark is what stands for the number in the event of one turn.
func traceMark(number string, version uint64) string {
	if number == "" {
		return ""
	}
	b := make([]byte, 0, 64)
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(append(b, number...), version))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// traceLine is the stored form of a turn's trace.
func traceLine(t *bot.Turn) (string, error) {
	trace := t.Trace
	trace.Number = traceMark(trace.Number, t.After.Version)
	line, err := json.Marshal(trace)
	return string(line), err
}

// Traces reads the text-free events of all shards, oldest commit first, until each returns an error.
// It asks every session which events are its own: for reports, not for a page that people wait for.
func (s *Store) Traces(ctx context.Context, each func(bot.Trace) error) error {
	numbers := map[string]string{}
	err := s.traces(ctx, func(t bot.Trace) error { numbers[t.Number] = ""; return nil })
	if err != nil || len(numbers) == 0 {
		return err
	}
	if err := s.number(ctx, numbers); err != nil {
		return err
	}
	return s.traces(ctx, func(t bot.Trace) error {
		t.Number = numbers[t.Number] // "" for what was erased, is too old, or came meanwhile
		return each(t)
	})
}

// number finds for each mark the number of the conversation that it came from.
func (s *Store) number(ctx context.Context, numbers map[string]string) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	delete(numbers, "")
	_, err = s.Sessions(ctx, func(c *bot.Session) error {
		if c.Trace == "" || now.Sub(c.Started) > numberLife {
			return nil
		}
		for v := range c.Version {
			mark := traceMark(c.Trace, v+1)
			if _, there := numbers[mark]; there {
				numbers[mark] = c.Trace
			}
		}
		return nil
	})
	return err
}

func (s *Store) traces(ctx context.Context, each func(bot.Trace) error) error {
	return s.merged(ctx, s.keys.trace, func(m *goredis.XMessage) error {
		t, err := readTrace(m)
		if err != nil {
			return err
		}
		return each(t)
	})
}

func readTrace(m *goredis.XMessage) (bot.Trace, error) {
	line, _ := m.Values["t"].(string)
	var t bot.Trace
	if err := json.Unmarshal([]byte(line), &t); err != nil {
		return t, fmt.Errorf("trace %s: %w", m.ID, err)
	}
	return t, nil
}

// TracesAfter reads the events that came after a place, as many as most at the most, for something of each
// stands in memory meanwhile. It returns the place to go on from: the same one when nothing came. The first place is "". What is read once is never read again, so
// that counting goes on where it was. An error leaves the place as it was, and some events may have been
// given.
func (s *Store) TracesAfter(ctx context.Context, place string, most int, each func(bot.Trace) error) (string, error) {
	after := make([]string, s.keys.shards)
	if place != "" {
		if after = strings.Split(place, " "); len(after) != s.keys.shards {
			return place, fmt.Errorf("traces after %q: not a place of this store", place)
		}
	}
	now, err := s.Now(ctx)
	if err != nil {
		return place, err
	}
	numbers := map[string]string{}
	n := 0
	until, err := s.stretch(ctx, s.keys.trace, after, nil, func(m *goredis.XMessage) error {
		if n++; n > most {
			return errEnough
		}
		t, err := readTrace(m)
		if err == nil && t.Number != "" && now.Sub(t.At) <= numberLife {
			numbers[t.Number] = ""
		}
		return err
	})
	if err != nil || n == 0 {
		return place, err
	}
	if len(numbers) > 0 {
		if err := s.number(ctx, numbers); err != nil {
			return place, err
		}
	}
	_, err = s.stretch(ctx, s.keys.trace, after, until, func(m *goredis.XMessage) error {
		t, err := readTrace(m)
		if err != nil {
			return err
		}
		t.Number = numbers[t.Number]
		return each(t)
	})
	if err != nil {
		return place, err
	}
	return strings.Join(until, " "), nil
}
