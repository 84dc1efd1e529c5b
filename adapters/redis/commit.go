package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"frontdesk/bot"
)

// Commit makes a turn true if the session is still the one it was decided on (ErrMoved) and the
// input still the next one (ErrGone). It returns the head that follows.
//
// The first turn whose session is erased also wipes the log, the blob, the cursors and the card; of such a
// turn and those after it, what came in is not kept. The legs are free for a new conversation, and
// the events of the conversation in the trace belong to nobody any more (see traceMark).
func (s *Store) Commit(ctx context.Context, h bot.Head, t bot.Turn) (bot.Head, error) {
	id := h.Session.ID
	if err := fits(&h, &t); err != nil {
		return bot.Head{}, fmt.Errorf("commit to %s: %w", short(id), err)
	}
	w, err := s.writing(&h, &t)
	if err != nil {
		return bot.Head{}, fmt.Errorf("commit to %s: %w", short(id), err)
	}
	if w.wipe { // now, for this process may die after the commit; and again, for what came meanwhile
		if err := s.dropBuried(ctx, id); err != nil {
			return bot.Head{}, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	answer, err := s.write(ctx, w)
	if err != nil {
		return bot.Head{}, failed("commit to "+short(id), err)
	}
	switch code := text(answer, 0); code {
	case "MOVED":
		return bot.Head{}, fmt.Errorf("commit to %s: %w", short(id), bot.ErrMoved)
	case "GONE":
		return bot.Head{}, fmt.Errorf("commit to %s: %w", short(id), bot.ErrGone)
	}
	s.watchers.wake(id)
	if t.After.Departed() {
		s.free(ctx, &h, &t)
	}
	if w.wipe {
		_ = s.dropBuried(ctx, id)
	}
	next := text(answer, 1)
	if next == "" {
		return bot.Head{Session: t.After}, nil
	}
	// Whoever goes on has the session as it is stored, not as it was decided: a time in another zone
	// would make the next turn say something else than a replica that loads it.
	kept, err := s.ring.openSession(id, w.session)
	if err != nil {
		return bot.Head{}, err
	}
	following, err := s.head(kept, next)
	if errors.Is(err, bot.ErrNewer) { // the turn is true; what follows is for a replica that can read it
		return bot.Head{Session: kept}, nil
	}
	return following, err
}

func (s *Store) write(ctx context.Context, w *writing) ([]any, error) {
	id, shard := w.id, s.keys.shard(w.id)
	return s.run.commit.Run(ctx, s.rdb, []string{
		s.keys.session(id), s.keys.inbox(id), s.keys.due(shard), s.keys.log(id),
		s.keys.cursors(id), s.keys.cards(shard), s.keys.trace(shard), s.keys.dead(shard),
		s.keys.audit(shard), s.keys.blob(id),
	}, w.args(s)...).Slice()
}

// fits refuses a turn that cannot follow: a fault of the program, not of the world.
func fits(h *bot.Head, t *bot.Turn) error {
	switch {
	case h.Next == nil || h.Sealed == "":
		return fmt.Errorf("no input was next")
	case t.After.ID != h.Session.ID:
		return fmt.Errorf("the turn is of another conversation")
	case t.After.Version != h.Session.Version+1:
		return fmt.Errorf("the turn makes version %d of version %d", t.After.Version, h.Session.Version)
	case wipes(h, t) && t.After.Entries > int64(len(t.Effects)):
		return nil
	case t.After.Entries != h.Session.Entries+1+int64(len(t.Effects)):
		return fmt.Errorf("the turn makes %d entries of %d with %d effects", t.After.Entries, h.Session.Entries, len(t.Effects))
	}
	return nil
}

// wipes says whether this is the turn that erases the conversation.
func wipes(h *bot.Head, t *bot.Turn) bool {
	return t.After.Life == bot.Erased && h.Session.Life != bot.Erased
}

// writing is what a commit writes.
type writing struct {
	id      bot.ConversationID
	version string // expected
	head    string
	session string
	life    time.Duration
	timer   string
	card    string
	trace   string
	words   time.Duration // life of the log
	wipe    bool
	start   int64 // entries before those of this turn
	dead    string
	entries []string
	joining []string
	undue   []string
	due     []string
	audit   []string
	redact  []string
}

func (s *Store) writing(h *bot.Head, t *bot.Turn) (*writing, error) {
	id := h.Session.ID
	erased := t.After.Life == bot.Erased
	wipe := wipes(h, t)
	w := &writing{
		id: id, version: versionBytes(h.Session.Version), head: h.Sealed,
		session: s.ring.sealSession(&t.After), timer: earliest(t.After.Timers), wipe: wipe, dead: t.Dead,
	}
	w.life, w.words = s.retention.lives(&t.After, t.Input.At)
	entries := t.Entries()
	w.start = entries[0].Seq - 1
	if err := w.seal(s.ring, entries, erased); err != nil {
		return nil, err
	}
	if err := w.project(s.ring, t, wipe); err != nil {
		return nil, err
	}
	w.legs(&h.Session, t, wipe)
	for _, deed := range t.Audit {
		w.audit = append(w.audit, s.auditLine(deed, who(t.Input.Event), id))
	}
	for _, seq := range t.Redact {
		w.redact = append(w.redact, strconv.FormatInt(seq, 10))
	}
	if erased && !wipe { // a tombstone has no statistics; its making is counted, without a number
		return w, nil
	}
	line, err := traceLine(t)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	w.trace = line
	return w, nil
}

// seal puts the log entries into envelopes. Of an erased conversation, what came in is not kept.
func (w *writing) seal(ring *Keyring, entries []bot.Entry, erased bool) error {
	w.entries = make([]string, len(entries))
	for i, e := range entries {
		if erased && e.Input != nil {
			continue
		}
		plain, err := e.MarshalJSON()
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		w.entries[i] = string(ring.seal(make([]byte, 0, len(plain)+32), plain, entryPlace(w.id, e.Seq)))
	}
	return nil
}

// project keeps the card of an open case where desks read it.
func (w *writing) project(ring *Keyring, t *bot.Turn, wipe bool) error {
	card, posted := t.Card()
	switch {
	case wipe, posted && !card.Life.Open():
		w.card = "-"
	case posted:
		plain, err := json.Marshal(card)
		if err != nil {
			return fmt.Errorf("card: %w", err)
		}
		w.card = ring.sealVersioned(w.id, sealedCard, t.After.Version, plain)
	}
	return nil
}

// legs finds the push legs that start to follow with this turn, and those with something to
// deliver. An erased log leaves no leg anything of before.
func (w *writing) legs(before *bot.Session, t *bot.Turn, wipe bool) {
	if wipe {
		for _, leg := range before.Legs {
			w.undue = append(w.undue, legMember(w.id, leg.ID))
		}
	}
	for _, leg := range t.After.Legs {
		if !leg.Push || !leg.Gets(t.After.Entries) {
			continue
		}
		if wipe || !pushes(before.Legs, leg.ID) {
			w.joining = append(w.joining, leg.ID)
		}
		if slices.ContainsFunc(t.Effects, func(e bot.Addressed) bool { return e.To == leg.For }) {
			w.due = append(w.due, legMember(w.id, leg.ID))
		}
	}
}

func pushes(legs []bot.Leg, id string) bool {
	return slices.ContainsFunc(legs, func(l bot.Leg) bool { return l.ID == id && l.Push && !l.Left })
}

// args are in the order of commit.lua.
func (w *writing) args(s *Store) []any {
	args := make([]any, 0, 26+len(w.entries)+len(w.joining)+len(w.undue)+len(w.due)+len(w.audit)+len(w.redact))
	args = append(args, w.version, w.head, w.session, seconds(w.life), s.grace.Milliseconds(), string(w.id),
		w.timer, w.card, w.trace, mostTraces, s.keys.wake(), mark(w.wipe), w.start, seconds(w.words),
		w.dead, mostDead, auditLife.Milliseconds())
	for _, list := range [...][]string{w.entries, w.joining, w.undue, w.due, w.audit, w.redact} {
		args = append(args, len(list))
		for _, v := range list {
			args = append(args, v)
		}
	}
	return args
}

func mark(set bool) string {
	if set {
		return "1"
	}
	return ""
}

func earliest(timers []bot.Timer) string {
	if len(timers) == 0 {
		return ""
	}
	first := slices.MinFunc(timers, func(a, b bot.Timer) int { return a.At.Compare(b.At) })
	return strconv.FormatInt(first.At.UnixMilli(), 10)
}

// free lets the legs of an erased conversation begin a new one. A leg that has one already keeps it.
// What fails here is done by the next turn that reaches the tombstone.
func (s *Store) free(ctx context.Context, h *bot.Head, t *bot.Turn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second/2)
	defer cancel()
	for _, leg := range append(slices.Clone(h.Session.Legs), t.Input.Leg) {
		if leg.Peer == "" || leg.For == bot.ToOwner || leg.For == bot.ToDesk {
			continue
		}
		if err := s.Free(ctx, leg, h.Session.ID); err != nil {
			s.log.Warn("leg of an erased conversation is not free yet", "conversation", short(h.Session.ID), "error", err)
		}
	}
}

// Free takes a leg from a conversation, if it is still that one's.
func (s *Store) Free(ctx context.Context, leg bot.Leg, from bot.ConversationID) error {
	if err := s.run.drop.Run(ctx, s.rdb, []string{s.keys.leg(leg)}, string(from)).Err(); err != nil {
		return failed("free leg of "+short(from), err)
	}
	return nil
}
