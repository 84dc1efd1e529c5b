package redis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// A simulated store: time passes when it is told to, and what has a life ends with it.
type simulated struct {
	*Store
	t   *testing.T
	now time.Time
	set func(time.Time)
}

func simulate(t *testing.T) *simulated {
	t.Helper()
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	s, set, err := OpenEmbeddedAt(t.Context(), at)
	return &simulated{opened(t, s, err), t, at, set}
}

func (s *simulated) pass(d time.Duration) {
	s.now = s.now.Add(d)
	s.set(s.now)
}

// kept says what is left of a conversation.
func (s *simulated) kept(id bot.ConversationID) (session, words bool) {
	s.t.Helper()
	h, err := s.Head(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return h.Session.Version > 0, len(log(s.t, s.Store, id, 0)) > 0
}

// expect looks just before and just after a conversation's words, then its session, must be gone.
func (s *simulated) expect(id bot.ConversationID, words, session time.Duration) {
	s.t.Helper()
	const moment = time.Second
	from := s.now
	for _, step := range []struct {
		after          time.Duration
		session, words bool
	}{
		{words - moment, true, true},
		{words + moment, session > words, false},
		{session - moment, true, session == words},
		{session + moment, false, false},
	} {
		if s.now.After(from.Add(step.after)) { // words and session end together
			continue
		}
		s.pass(from.Add(step.after).Sub(s.now))
		gotSession, gotWords := s.kept(id)
		if gotSession != step.session || gotWords != step.words {
			s.t.Errorf("after %s: session %v, words %v; want %v, %v", step.after, gotSession, gotWords, step.session, step.words)
		}
	}
	if left := s.rdb.Keys(s.t.Context(), "*:"+string(id)).Val(); len(left) > 0 {
		s.t.Errorf("left behind: %q", left)
	}
}

// The same on a real Redis, whose clock nobody moves: the lives that the keys have.
func TestKeysHaveTheLivesOfTheirPurpose(t *testing.T) {
	const forGood = -1 * time.Nanosecond
	lives := func(t *testing.T, s *Store, what string, words, session time.Duration) {
		t.Helper()
		for key, want := range map[string]time.Duration{s.keys.session("c"): session, s.keys.log("c"): words, s.keys.cursors("c"): words} {
			if got := s.rdb.TTL(t.Context(), key).Val(); got > want || got < want-time.Minute || (want < 0) != (got < 0) {
				t.Errorf("%s: %s lives %s, want %s", what, key, got, want)
			}
		}
	}
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		if err := s.Advance(t.Context(), "c", "t1", 0, 2); err != nil {
			t.Fatal(err)
		}
		lives(t, s, "a talk", day, 30*day)
		play(t, s, said("c", "b", "deux"), func(t *bot.Turn) {
			t.After.Timers = []bot.Timer{{Name: bot.TimerExpiry, At: t.Input.At.Add(3 * day)}}
		})
		lives(t, s, "a talk that is waited for", day, 30*day)
		play(t, s, said("c", "d", "trois"), live(bot.Waiting))
		if err := s.Advance(t.Context(), "c", "t1", 2, 4); err != nil {
			t.Fatal(err)
		}
		lives(t, s, "an open case", forGood, forGood)
		play(t, s, said("c", "e", "quatre"), closing)
		if err := s.Advance(t.Context(), "c", "t1", 4, 6); err != nil {
			t.Fatal(err)
		}
		lives(t, s, "a closed case", 183*day, 183*day)
	})
}

func live(life bot.Life) func(*bot.Turn) {
	return func(t *bot.Turn) {
		t.After.Life = life
		t.After.Case.Since = t.Input.At
	}
}

func closing(t *bot.Turn) {
	t.After.Life, t.After.Timers = bot.Closed, nil
	t.After.Ended = t.Input.At
}

func TestTalkLosesItsWordsAfterADayAndItsSessionAfterThirty(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), nil)
	s.pass(20 * time.Hour)
	play(t, s.Store, said("c", "b", "deux"), nil) // each turn begins the day anew
	s.pass(20 * time.Hour)
	same(t, "log", log(t, s.Store, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
	play(t, s.Store, said("c", "d", "trois"), nil)
	s.expect("c", day, 30*day)
}

func TestTalkThatEndedWithoutACaseIsKeptNoLonger(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), func(t *bot.Turn) { t.After.Life = bot.Closed })
	s.expect("c", day, 30*day)
}

func TestSessionIsThereForItsLastTimer(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), func(t *bot.Turn) {
		t.After.Timers = []bot.Timer{{Name: bot.TimerExpiry, At: t.Input.At.Add(40 * day)}}
	})
	s.expect("c", day, 41*day)
}

func TestOpenCaseIsKeptAsLongAsItIsOpen(t *testing.T) {
	for _, life := range []bot.Life{bot.Waiting, bot.Referred, bot.Promised, bot.Live} {
		s := simulate(t)
		play(t, s.Store, said("c", "a", "un"), nil)
		play(t, s.Store, said("c", "b", "deux"), live(life))
		s.pass(800 * day)
		same(t, string(life), log(t, s.Store, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
		if session, _ := s.kept("c"); !session {
			t.Errorf("%s: the session is gone", life)
		}
		play(t, s.Store, said("c", "d", "trois"), closing)
		s.expect("c", 183*day, 183*day)
	}
}

func TestConversationWithAnOpenProcedureIsKeptAsACase(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), live(bot.Live))
	play(t, s.Store, said("c", "b", "deux"), func(t *bot.Turn) {
		closing(t)
		t.After.Case.Procedure = "open"
	})
	s.pass(800 * day)
	if session, words := s.kept("c"); !session || !words {
		t.Errorf("session %v, words %v", session, words)
	}
	play(t, s.Store, said("c", "d", "trois"), func(t *bot.Turn) {
		t.After.Case.Procedure, t.After.Ended = "closed", t.Input.At
	})
	s.expect("c", 183*day, 183*day)
}

func TestThanksAfterACaseDoNotKeepItLonger(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), live(bot.Live))
	play(t, s.Store, said("c", "b", "deux"), closing)
	s.pass(100 * day)
	play(t, s.Store, said("c", "d", "merci"), func(t *bot.Turn) { t.After.Life = bot.Closed })
	s.expect("c", 83*day, 83*day)
}

func TestNewTalkShortensNothingOfACase(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), live(bot.Live))
	play(t, s.Store, said("c", "b", "deux"), closing)
	s.pass(170 * day)
	reopened := func(t *bot.Turn) { t.After.Life, t.After.Case = bot.Talking, bot.Case{} }
	play(t, s.Store, said("c", "d", "trois"), reopened)
	s.pass(3 * time.Hour)
	play(t, s.Store, said("c", "e", "quatre"), reopened)
	s.expect("c", 13*day-3*time.Hour, 30*day)
}

func TestTombstoneHoldsWhatIsToBeDeletedElsewhere(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), live(bot.Live))
	play(t, s.Store, said("c", "b", "effacer"), func(t *bot.Turn) {
		t.After = bot.Session{ID: "c", Life: bot.Erased, Legs: []bot.Leg{chat}, Updated: t.Input.At}
		t.Effects = []bot.Addressed{{To: bot.ToCitizen, Effect: bot.Forget{Leg: "t1"}}}
	})
	s.expect("c", 30*day, 30*day)
}

func TestARegionSetsHowLongThingsAreKept(t *testing.T) {
	s := simulate(t)
	s.retention = Retention{Words: 2 * time.Hour, Session: 5 * day, Cases: 30 * day}
	play(t, s.Store, said("c", "a", "un"), nil)
	play(t, s.Store, said("d", "a", "un"), live(bot.Live))
	play(t, s.Store, said("d", "b", "deux"), closing)
	s.expect("c", 2*time.Hour, 5*day)
	s.pass(20 * day)
	if session, words := s.kept("d"); !session || !words {
		t.Errorf("a case after 25 days: session %v, words %v", session, words)
	}
	s.pass(5 * day)
	if session, words := s.kept("d"); session || words {
		t.Errorf("a case after 30 days: session %v, words %v", session, words)
	}
}

func TestOldNumbersAreDropped(t *testing.T) {
	s := simulate(t)
	for _, id := range []bot.ConversationID{"still", "young"} {
		play(t, s.Store, said(id, "a", "un"), func(t *bot.Turn) {
			t.After.Started, t.After.Trace = t.Input.At, "n-"+string(id)
			live(bot.Live)(t)
		})
		s.pass(5 * day)
	}
	numbers := func() (all []string) {
		for _, id := range []bot.ConversationID{"still", "young"} {
			h, err := s.Head(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, h.Session.Trace)
		}
		return all
	}
	s.pass(20 * day)
	tend(t, s.Store)
	same(t, "on the thirtieth day", numbers(), []string{"n-still", "n-young"})
	s.pass(day)
	tend(t, s.Store)
	same(t, "after it", numbers(), []string{"", "n-young"})
	play(t, s.Store, said("still", "b", "deux"), nil)
	same(t, "nothing else has changed", log(t, s.Store, "still", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
}

func tend(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.tend(t.Context(), "me", 0); err != nil {
		t.Fatal(err)
	}
}

func TestAddressOfAnOpenCaseLeadsToIt(t *testing.T) {
	s := simulate(t)
	for _, id := range []bot.ConversationID{"case", "talk"} {
		leg := chat
		leg.Peer = bot.Address(id)
		if got, err := s.Resolve(t.Context(), leg, id); err != nil || got != id {
			t.Fatalf("%s, %v", got, err)
		}
		play(t, s.Store, said(id, "a", "un"), func(t *bot.Turn) {
			t.After.Legs = []bot.Leg{leg}
			if id == "case" {
				live(bot.Promised)(t)
			}
		})
	}
	leads := func(peer bot.Address) bool {
		leg := chat
		leg.Peer = peer
		return s.rdb.Exists(t.Context(), s.keys.leg(leg)).Val() == 1
	}
	for range 4 {
		s.pass(20 * day)
		tend(t, s.Store)
	}
	if !leads("case") || leads("talk") {
		t.Errorf("after 80 days without a word: case %v, talk %v", leads("case"), leads("talk"))
	}
	play(t, s.Store, said("case", "b", "deux"), closing)
	s.pass(20 * day)
	tend(t, s.Store)
	s.pass(11 * day)
	if leads("case") {
		t.Error("a closed case is still found without a code after 31 days")
	}
}

func TestNothingIsDueForWordsThatHaveGone(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("gone", "a", "un"), nil)
	play(t, s.Store, said("here", "a", "un"), live(bot.Live))
	if err := s.Advance(t.Context(), "gone", "t1", 0, 1); err != nil {
		t.Fatal(err)
	}
	tend(t, s.Store)
	if left := due(t, s.Store, "gone"); len(left) != 2 {
		t.Fatalf("due %q", left)
	}
	s.pass(25 * time.Hour)
	tend(t, s.Store)
	same(t, "due", due(t, s.Store, "here"), []string{"o:here:t1 now"})
	if n := s.rdb.Exists(t.Context(), s.keys.cursors("gone")).Val(); n != 0 {
		t.Error("a cursor is left, without a log and without an end")
	}
	play(t, s.Store, said("gone", "b", "deux"), nil)
	same(t, "due again", due(t, s.Store, "gone"), []string{"o:gone:t1 now", "o:here:t1 now"})
	if entries, err := s.Log(t.Context(), "gone", cursor(t, s.Store, "gone", "t1"), 10); err != nil || len(entries) != 2 || entries[0].Seq != 3 {
		t.Errorf("%+v, %v", entries, err)
	}
}

func TestDeadLettersEndAfterThirtyDays(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), nil)
	if err := s.Bury(t.Context(), "c", "t1", 0, 2, "blocked"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		pass time.Duration
		want int64
	}{{29 * day, 1}, {2 * day, 0}} {
		s.pass(step.pass)
		tend(t, s.Store)
		if n := s.rdb.XLen(t.Context(), s.keys.dead(0)).Val(); n != step.want {
			t.Errorf("%d dead letters, want %d", n, step.want)
		}
	}
}

// Each kind of key that a busy day makes either ends by itself or is one of the few that stay.
func TestEveryKeyEndsOrIsMeantToStay(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if _, err := s.Resolve(ctx, chat, "c"); err != nil {
			t.Fatal(err)
		}
		play(t, s, said("c", "a", "un"), nil)
		play(t, s, said("d", "a", "un"), posted("d", bot.Waiting))
		for _, do := range []error{
			s.Bury(ctx, "c", "t1", 0, 2, "blocked"), s.SetRef(ctx, "login", "x", "", "y", time.Hour),
			s.Here(ctx, "c", "w1"), s.KeepRelease(ctx, "abc", []byte("bundle")), s.KeepDataSet(ctx, "abc", []byte("places")),
		} {
			if do != nil {
				t.Fatal(do)
			}
		}
		if _, err := s.Allow(ctx, "web", "x", 1, 5); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Acquire(ctx, "tend", "me", time.Minute); err != nil {
			t.Fatal(err)
		}
		accept(t, s, said("c", "b", "deux"))
		stay := []string{"i:c", "c:d", "l:d", "k:d", "due", "cards", "dead", "trace", "release:abc", "data:abc", "meta"}
		var staying []string
		for key, life := range lifeOf(t, s) {
			if life >= 0 {
				continue
			}
			name := key[strings.LastIndexAny(key, "}")+1:]
			staying = append(staying, strings.TrimPrefix(strings.TrimPrefix(name, s.keys.prefix), ":"))
		}
		slices.Sort(stay)
		slices.Sort(staying)
		same(t, "kept until somebody takes it away", slices.Compact(staying), stay)
	})
}

// Redis trims a stream by the block when it may; a quiet shard must not keep its lines for years.
func TestAuditLinesEndAfterAYear(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		now, err := s.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, at := range []time.Time{now.Add(-3 * auditLife), now.Add(-auditLife - day), now.Add(-auditLife + day)} {
			line := &goredis.XAddArgs{Stream: s.keys.audit(0), ID: fmt.Sprintf("%d-%d", at.UnixMilli(), i), Values: []string{"a", "hash claimed camille"}}
			if err := s.rdb.XAdd(t.Context(), line).Err(); err != nil {
				t.Fatal(err)
			}
		}
		tend(t, s)
		n := 0
		if err := s.Audited(t.Context(), func(bot.AuditLine) error { n++; return nil }); n != 1 || err != nil {
			t.Errorf("%d lines are left, %v, want the one of this year", n, err)
		}
	})
}
