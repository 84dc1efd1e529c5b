package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"time"

	"frontdesk/bot"
)

// What is looked after in the background, by one replica at a time. Redis ends most lives by itself;
// what is left is below.
const (
	tendEvery = time.Minute           // how soon another replica goes on for one that died is three of these
	tendPause = 20 * time.Millisecond // between two pages: 2,500 keys a second at most
	soon      = 10 * time.Minute      // what changed while one looked is looked at again
)

// Tend looks after what is kept until ctx ends. Once a day, and in a row after the sealing key has
// changed until nothing is left to do, it goes through all there is: what an older key sealed is
// sealed anew, old numbers are dropped from sessions that lie still, the addresses of open cases go on
// leading to them, dead letters end, and no leg is due any more for words
// that have gone.
func (s *Store) Tend(ctx context.Context) {
	holder, done := rand.Text(), tended{}
	for tick := time.NewTicker(tendEvery); ; {
		if err := s.sign(ctx, holder); err != nil && ctx.Err() == nil {
			s.log.Warn("no sign was given that this replica seals", "error", err)
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		mine, err := s.Acquire(ctx, "tend", holder, 3*tendEvery)
		if err != nil || !mine || !done.again(s.ring.Sealing(), time.Now()) {
			continue
		}
		began := time.Now()
		left, err := s.tend(ctx, holder, tendPause)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.log.Warn("what is kept was not looked after; it will be tried again", "error", err)
		default:
			done = tended{began, s.ring.Sealing(), left == 0}
			s.log.Info("what is kept was looked after", "key", done.key, "sealed_by_older_keys", left, "took", time.Since(began).Round(time.Millisecond))
		}
	}
}

// tended is what the last time found.
type tended struct {
	at    time.Time
	key   int  // that sealed then
	clean bool // nothing was left that another key sealed
}

func (t tended) again(key int, now time.Time) bool {
	return now.Sub(t.at) >= day || t.key != key || !t.clean && now.Sub(t.at) >= soon
}

var errTaken = errors.New("another replica goes on with it")

// tend goes through everything once, and counts what it had to leave to an older key: inputs, which
// are played within moments, and what was changed while it looked.
func (s *Store) tend(ctx context.Context, holder string, rest time.Duration) (left int, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return 0, err
	}
	err = s.walk(ctx, func(ctx context.Context, page []string) error {
		found, err := s.sealers(ctx, page)
		if err != nil {
			return err
		}
		here := 0
		for key, ids := range found {
			n, err := s.tendKey(ctx, key, ids, now)
			if err != nil {
				return err
			}
			here += n
		}
		mine, err := s.Acquire(ctx, "tend", holder, 3*tendEvery)
		if err != nil || !mine {
			return cmp.Or(err, errTaken)
		}
		left += here
		return pause(ctx, rest)
	})
	return left, errors.Join(err, s.trimDead(ctx, now), s.giveUp(ctx))
}

// tendKey does what there is to do for one key, and returns how many of its values are still sealed with
// an older key than now.
func (s *Store) tendKey(ctx context.Context, key string, ids []byte, now time.Time) (left int, err error) {
	sealing, _ := s.ring.sealing()
	for _, id := range ids {
		if id != sealing {
			left++
		}
	}
	kind, id := s.keys.kindOf(key)
	ok := false
	switch {
	case kind == "c":
		ok, err = s.lookAfter(ctx, id, left > 0, now)
	case left == 0, kind == "i": // what is in an inbox is compared byte for byte, and soon played
		return left, nil
	case kind == "l":
		ok, err = s.resealStream(ctx, s.logStream(id))
	case kind == "dead":
		ok, err = s.resealStream(ctx, s.deadStream(key))
	case kind == "ref":
		ok, err = s.resealTagged(ctx, key, sealedRef)
	case kind == "b":
		ok, err = s.resealTagged(ctx, key, sealedBlob)
	case kind == "cards":
		return s.resealCards(ctx, key)
	}
	switch {
	case errors.Is(err, bot.ErrUnavailable):
		return left, err
	case err != nil: // one value that cannot be read is no reason to leave the others
		s.log.Error("not looked after", "kind", kind, "error", err)
	case ok:
		left = 0
	}
	return left, nil
}

// lookAfter reads one session.
func (s *Store) lookAfter(ctx context.Context, id bot.ConversationID, older bool, now time.Time) (bool, error) {
	key := s.keys.session(id)
	stored, err := s.get(ctx, key)
	if err != nil || stored == "" {
		return true, err
	}
	session, err := s.ring.openSession(id, stored)
	if err != nil {
		return false, err
	}
	if session.Life.Open() {
		if err := s.keepLegs(ctx, &session); err != nil {
			return false, err
		}
	}
	dated := numbered(&session, now)
	if !older && !dated {
		return true, nil
	}
	if dated {
		session.Trace = ""
	}
	return s.reseal(ctx, key, stored, s.ring.sealSession(&session), "")
}

// keepLegs has the addresses of an open case lead to it as long as one that was just used.
func (s *Store) keepLegs(ctx context.Context, session *bot.Session) error {
	for _, leg := range session.Legs {
		if leg.For != bot.ToCitizen || leg.Left {
			continue
		}
		key := s.keys.leg(leg)
		there, err := s.get(ctx, key)
		if err != nil {
			return err
		}
		if there != string(session.ID) {
			continue // it leads elsewhere by now, or nowhere
		}
		if err := s.rdb.Expire(ctx, key, s.retention.Session).Err(); err != nil {
			return failed("keep a leg", err)
		}
	}
	return nil
}

func (s *Store) get(ctx context.Context, key string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	value, err := s.rdb.Get(ctx, key).Result()
	if err := firstFault(err); err != nil {
		return "", failed("read what is kept", err)
	}
	return value, nil
}

// trimDead ends the dead letters that nobody saw to in thirty days.
func (s *Store) trimDead(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	oldest := strconv.FormatInt(now.Add(-deadLife).UnixMilli(), 10)
	for shard := range s.keys.shards {
		if err := s.rdb.XTrimMinID(ctx, s.keys.dead(shard), oldest).Err(); err != nil {
			return failed("end dead letters", err)
		}
		if err := s.rdb.XTrimMinID(ctx, s.keys.audit(shard), strconv.FormatInt(now.Add(-auditLife).UnixMilli(), 10)).Err(); err != nil {
			return failed("end audit lines", err)
		}
	}
	return nil
}

// giveUp ends the deliveries of words that have gone: the leg could not be reached for a day.
func (s *Store) giveUp(ctx context.Context) error {
	for shard := range s.keys.shards {
		for legs := s.rdb.ZScan(ctx, s.keys.due(shard), 0, "o:*", 200).Iterator(); ; {
			if !legs.Next(ctx) {
				if err := legs.Err(); err != nil {
					return failed("look for what is due", err)
				}
				break
			}
			if kind, id, leg := parseMember(legs.Val()); kind == "o" {
				if err := s.giveUpLeg(ctx, id, leg); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// giveUpLeg moves a cursor from where it is to where it is: at the end of a log, or where there is
// none, the leg is no longer due. Should something have come meanwhile it only waits for its lease.
func (s *Store) giveUpLeg(ctx context.Context, id bot.ConversationID, leg string) error {
	n, err := s.rdb.Exists(ctx, s.keys.log(id)).Result()
	if err != nil || n > 0 {
		return err
	}
	at, err := s.Cursor(ctx, id, leg)
	if err != nil {
		return err
	}
	if err := s.Advance(ctx, id, leg, at, at); err != nil {
		if errors.Is(err, bot.ErrMoved) {
			return nil
		}
		return err
	}
	s.log.Error("words have expired before they could be delivered", "conversation", short(id), "leg", leg)
	return nil
}
