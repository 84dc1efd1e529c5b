package redis

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// traceAs is a turn of a conversation that has a number for its statistics.
func traceAs(number string) func(*bot.Turn) {
	return func(t *bot.Turn) {
		t.After.Trace, t.Trace.Number = number, number
		if t.After.Started.IsZero() {
			t.After.Started = t.Input.At
		}
	}
}

// erasing is the turn of EFFACER, as the engine makes it.
func erasing(t *bot.Turn) {
	t.After = bot.Session{ID: t.After.ID, Version: t.After.Version, Entries: t.After.Entries, Life: bot.Erased, Updated: t.Input.At}
	t.Effects = []bot.Addressed{{To: bot.ToCitizen, Effect: bot.Forget{Leg: "t1"}}}
	t.Trace = bot.Trace{At: t.Input.At, Class: "erased"}
	t.Audit = []bot.Deed{bot.DeedErased}
}

// told are the traces as "number step".
func told(t *testing.T, s *Store) []string {
	t.Helper()
	var all []string
	err := s.Traces(t.Context(), func(tr bot.Trace) error {
		all = append(all, tr.Number+" "+tr.Step+tr.Class)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTracesBelongTogetherUntilTheirConversationIsErased(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for _, turn := range []struct{ id, input, number string }{
			{"c", "a", "NUMBER-OF-C"}, {"d", "b", "NUMBER-OF-D"}, {"c", "e", "NUMBER-OF-C"}, {"d", "f", "NUMBER-OF-D"}, {"c", "g", "NUMBER-OF-C"},
		} {
			play(t, s, said(bot.ConversationID(turn.id), turn.input, "x"), traceAs(turn.number))
			time.Sleep(2 * time.Millisecond) // in the order of their stamps
		}
		same(t, "before", told(t, s), []string{"NUMBER-OF-C a", "NUMBER-OF-D b", "NUMBER-OF-C e", "NUMBER-OF-D f", "NUMBER-OF-C g"})
		play(t, s, said("c", "h", "effacer"), erasing)
		same(t, "after", told(t, s), []string{" a", "NUMBER-OF-D b", " e", "NUMBER-OF-D f", " g", " erased"})
	})
}

// What stands in Redis must not do what the reader no longer does.
func TestNothingInTheStreamTiesTheTurnsOfAConversation(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for i := range 20 {
			play(t, s, said("c", fmt.Sprint(i), "x"), traceAs("NUMBER-OF-C"))
		}
		marks := map[string]bool{}
		err := s.traces(t.Context(), func(tr bot.Trace) error {
			if tr.Number == "" || strings.Contains(tr.Number, "NUMBER") || marks[tr.Number] {
				t.Errorf("an event with the mark %q", tr.Number)
			}
			marks[tr.Number] = true
			return nil
		})
		if err != nil || len(marks) != 20 {
			t.Errorf("%d marks, %v", len(marks), err)
		}
		if all := dump(t, s); strings.Contains(all, "NUMBER") {
			t.Errorf("the number stands in\n%s", all)
		}
	})
}

func TestTheNumberOfTracesIsDroppedAfterThirtyDays(t *testing.T) {
	s, set, err := OpenEmbeddedAt(t.Context(), time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	opened(t, s, err)
	play(t, s, said("c", "a", "x"), traceAs("c"))
	set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	same(t, "on the thirtieth day", told(t, s), []string{"c a"})
	set(time.Date(2026, 12, 2, 10, 0, 0, 0, time.UTC))
	same(t, "after it", told(t, s), []string{" a"})
}

func TestTheAuditSaysWhoDidWhatAndNothingElse(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		deed := func(id bot.ConversationID, input string, e bot.Event, all ...bot.Deed) {
			t.Helper()
			in := said(id, input, "MARQUE")
			in.Event = e
			play(t, s, in, func(turn *bot.Turn) { turn.Audit = all })
			time.Sleep(2 * time.Millisecond)
		}
		deed("conversation-c", "1", bot.Said{Text: "MARQUE"}, bot.DeedDanger+"suicide")
		deed("conversation-c", "2", bot.Claimed{By: "camille"}, bot.DeedClaimed)
		deed("conversation-c", "3", bot.Said{Text: "MARQUE"}) // most turns have none
		deed("conversation-d", "4", bot.Rang{}, bot.DeedOpened, bot.DeedClosed)
		if err := s.Audit(ctx, bot.DeedExported, bot.ByOperator, "conversation-c"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
		deed("conversation-c", "5", bot.EraseAsked{}, bot.DeedErased)
		var got []string
		names := map[string]string{"": "-"}
		err := s.Audited(ctx, func(l bot.AuditLine) error {
			name, known := names[l.Conversation]
			if !known {
				name = fmt.Sprint("#", len(names))
				names[l.Conversation] = name
			}
			if time.Since(l.At).Abs() > time.Minute {
				t.Errorf("%s is of %s", l.Deed, l.At)
			}
			got = append(got, fmt.Sprint(name, " ", l.Deed, " by ", l.Who))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "audit", got, []string{"- danger:suicide by person", "#1 claimed by camille", "#2 procedure_opened by service",
			"#2 procedure_closed by service", "#1 exported by operator", "#1 erased by operator"})
		for line := range strings.Lines(dump(t, s)) {
			if strings.Contains(line, "claimed") && strings.Contains(line, "conversation-c") {
				t.Errorf("the audit names a conversation: %s", line)
			}
		}
	})
}

func TestARepeatedCommitIsAuditedOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		a := accept(t, s, said("c", "1", "x"))
		turn := turned(a.Head, func(t *bot.Turn) { t.Audit = []bot.Deed{bot.DeedErased} })
		w, err := s.writing(&a.Head, &turn)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // the answer was lost twice
			if answer, err := s.write(t.Context(), w); err != nil || text(answer, 0) != "OK" {
				t.Fatal(answer, err)
			}
		}
		lines := 0
		if err := s.Audited(t.Context(), func(bot.AuditLine) error { lines++; return nil }); err != nil || lines != 1 {
			t.Errorf("%d lines, %v", lines, err)
		}
	})
}

func TestAnOldAuditLineGoesWhenANewOneComes(t *testing.T) {
	s, set, err := OpenEmbeddedAt(t.Context(), time.Date(2025, 11, 2, 9, 0, 0, 0, time.UTC))
	opened(t, s, err)
	s.retention = Retention{Session: 2 * auditLife} // the conversation itself must not go
	claimed := func(t *bot.Turn) { t.Audit = []bot.Deed{bot.DeedClaimed} }
	for i := range 300 {
		play(t, s, said("c", fmt.Sprint(i), "x"), claimed)
	}
	set(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	play(t, s, said("c", "new", "x"), claimed)
	lines := 0
	if err := s.Audited(t.Context(), func(bot.AuditLine) error { lines++; return nil }); err != nil || lines > 101 {
		t.Errorf("%d lines are left, %v; whole pages of a stream go", lines, err)
	}
}

func TestDeadLettersGoWithTheirConversation(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, id := range []bot.ConversationID{"c", "d"} { // of two shards, or one
			play(t, s, said(id, "a", "x"), nil)
			if err := s.Bury(ctx, id, "t1", 0, 1, "blocked"); err != nil {
				t.Fatal(err)
			}
		}
		letters, err := s.Buried(ctx, "c")
		if err != nil || len(letters) != 1 || letters[0].Leg != "t1" || letters[0].Seq != 1 || letters[0].Why != "blocked" {
			t.Errorf("before: %+v, %v", letters, err)
		}
		h := accept(t, s, said("c", "poison", "MARQUE")).Head
		if err := s.Park(ctx, h, "poison"); err != nil {
			t.Fatal(err)
		}
		letters, err = s.Buried(ctx, "c")
		if err != nil || len(letters) != 2 || letters[1].Input == nil || letters[1].Input.Event != (bot.Said{Text: "MARQUE"}) {
			t.Errorf("with a poisonous input: %+v, %v", letters, err)
		}
		play(t, s, said("c", "e", "effacer"), erasing)
		if letters, err := s.Buried(ctx, "c"); err != nil || letters != nil {
			t.Errorf("after: %+v, %v", letters, err)
		}
		if letters, err := s.Buried(ctx, "d"); err != nil || len(letters) != 1 {
			t.Errorf("of another conversation: %+v, %v", letters, err)
		}
	})
}

func TestSessionsAreAllFound(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		want := map[bot.ConversationID]bool{}
		for i := range 50 {
			id := bot.ConversationID(fmt.Sprint("c", i))
			want[id] = true
			play(t, s, said(id, "a", "x"), func(turn *bot.Turn) { turn.After.Dossier = "OR-" + string(id) })
		}
		accept(t, s, said("waiting", "a", "x")) // an inbox without a session is none
		unread, err := s.Sessions(t.Context(), func(c *bot.Session) error {
			if c.Dossier != "OR-"+string(c.ID) || c.Version != 1 {
				t.Errorf("session %+v", c)
			}
			delete(want, c.ID)
			return nil
		})
		if err != nil || unread != 0 || len(want) > 0 {
			t.Errorf("%d unread, %v; not found: %v", unread, err, want)
		}
		other := newStore(s.rdb, Options{Keys: RandomKeys(), Prefix: s.keys.prefix, Shards: s.keys.shards})
		if unread, err := other.Sessions(t.Context(), func(*bot.Session) error { t.Error("read"); return nil }); err != nil || unread != 50 {
			t.Errorf("with other keys: %d unread, %v", unread, err)
		}
	})
}

// BenchmarkSessions is what looking through 300,000 sessions costs.
func BenchmarkSessions(b *testing.B) {
	const n = 300_000
	s := openChild(b, peer(b), nil)
	fill(b, s, n)
	for b.Loop() {
		found := 0
		if _, err := s.Sessions(b.Context(), func(*bot.Session) error { found++; return nil }); err != nil || found < n {
			b.Fatal(found, err)
		}
	}
}

// fill stores sessions as a service has them after some answers.
func fill(b *testing.B, s *Store, n int) {
	ctx := context.Background()
	pipe := s.rdb.Pipeline()
	for i := range n {
		c := bot.Session{ID: bot.ConversationID(fmt.Sprintf("conversation-%016d", i)), Version: 8, Life: bot.Talking, Release: strings.Repeat("f", 32),
			Language: "fr", Step: "accueil.suite", Trace: fmt.Sprintf("number-%016d", i), Dossier: "OR-7F3K-9Q2M-4", Started: time.Now(),
			Legs:    []bot.Leg{{ID: "web", Channel: "web", Peer: bot.Address(strings.Repeat("p", 43)), For: bot.ToCitizen}},
			Answers: bot.Answers{{Name: "age", Value: "18-25"}, {Name: "besoin", Value: "vae"}, {Name: "commune", Value: "35000"}, {Name: "situation", Value: "emploi"}}}
		pipe.Set(ctx, s.keys.session(c.ID), s.ring.sealSession(&c), time.Hour)
		if i%1000 == 999 || i == n-1 {
			if _, err := pipe.Exec(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Reading on from a place gives each event once, with the number of its conversation, however many are read
// at once and whatever came meanwhile.
func TestTracesAreReadOnFromAPlace(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for _, id := range []string{"c", "d", "e", "f", "g"} {
			play(t, s, said(bot.ConversationID(id), "1"+id, "x"), traceAs("N-"+id))
			play(t, s, said(bot.ConversationID(id), "2"+id, "x"), traceAs("N-"+id))
		}
		want := told(t, s)
		for _, most := range []int{1, 3, 100} {
			var got []string
			place := ""
			read := func() {
				next, err := s.TracesAfter(t.Context(), place, most, func(tr bot.Trace) error {
					got = append(got, tr.Number+" "+tr.Step+tr.Class)
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				place = next
			}
			for last := "?"; place != last; {
				last = place
				read()
			}
			same(t, fmt.Sprint(most, " at once"), got, want)
		}
		place, err := s.TracesAfter(t.Context(), "", 100, func(bot.Trace) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		play(t, s, said("h", "later", "x"), traceAs("N-h"))
		var got []string
		next, err := s.TracesAfter(t.Context(), place, 100, func(tr bot.Trace) error { got = append(got, tr.Number); return nil })
		if err != nil || next == place || len(got) != 1 || got[0] != "N-h" {
			t.Errorf("%v at %q, %v", got, next, err)
		}
		if _, err := s.TracesAfter(t.Context(), "1-1 2-2 3-3 4-4 5-5", 1, nil); err == nil {
			t.Error("a place of another store was taken")
		}
	})
}
