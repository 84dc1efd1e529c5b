package redis

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func posted(id bot.ConversationID, life bot.Life) func(*bot.Turn) {
	return func(t *bot.Turn) {
		t.After.Life = life
		t.Effects = append(t.Effects, bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Conversation: id, Life: life, Need: "emploi"}}})
	}
}

func cards(t *testing.T, s *Store) []string {
	t.Helper()
	all, err := s.Cards(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, c := range all {
		list = append(list, string(c.Conversation)+" "+string(c.Life)+" "+c.Need)
	}
	slices.Sort(list)
	return list
}

func TestCardsOfAllShardsFollowTheCases(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for _, id := range []bot.ConversationID{"c1", "c2", "c3", "c4"} {
			play(t, s, said(id, "a", "un"), posted(id, bot.Waiting))
		}
		if n := s.rdb.Exists(t.Context(), s.keys.cards(0), s.keys.cards(1)).Val(); n != 2 {
			t.Fatalf("cards are in %d shards, want 2", n)
		}
		play(t, s, said("c1", "b", "deux"), posted("c1", bot.Live))
		play(t, s, said("c2", "b", "deux"), posted("c2", bot.Closed))
		play(t, s, said("c3", "b", "deux"), nil)
		same(t, "cards", cards(t, s), []string{"c1 live emploi", "c3 waiting emploi", "c4 waiting emploi"})
	})
}

func TestErasureLeavesATombstone(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, leg := range []bot.Leg{chat, phone} {
			if _, err := s.Resolve(ctx, leg, "c"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Resolve(ctx, bot.Leg{Channel: "telegram", Peer: "somebody else"}, "other"); err != nil {
			t.Fatal(err)
		}
		play(t, s, said("c", "a", "MARQUE"), func(t *bot.Turn) { t.After.Legs = []bot.Leg{chat, phone, owner} })
		play(t, s, said("c", "b", "MARQUE"), posted("c", bot.Waiting))
		if err := s.Advance(ctx, "c", "t1", 0, 2); err != nil {
			t.Fatal(err)
		}
		erase := func(t *bot.Turn) {
			t.After = bot.Session{ID: t.After.ID, Life: bot.Erased, Legs: []bot.Leg{chat}, Updated: t.Input.At}
			t.Effects = []bot.Addressed{say("C’est effacé."), {To: bot.ToCitizen, Effect: bot.Forget{Leg: "t1"}}}
		}
		h := play(t, s, said("c", "e", "effacer"), erase)
		same(t, "log", log(t, s, "c", 0), []string{"< C’est effacé.", "< (forget)"})
		same(t, "cards", cards(t, s), nil)
		same(t, "due", due(t, s, "c"), []string{"o:c:t1 now"})
		if n := cursor(t, s, "c", "t1"); n != h.Session.Entries-3 {
			t.Errorf("cursor %d, want %d", n, h.Session.Entries-3)
		}
		entries, err := s.Log(ctx, "c", cursor(t, s, "c", "t1"), 1)
		if err != nil || len(entries) != 1 || entries[0].Seq != h.Session.Entries-1 {
			t.Errorf("first entry to deliver: %+v, %v", entries, err)
		}
		for _, leg := range []bot.Leg{chat, phone} {
			if id, err := s.Resolve(ctx, leg, "fresh"); err != nil || id != "fresh" {
				t.Errorf("%s leads to %s, %v", leg.Channel, id, err)
			}
		}

		play(t, s, said("c", "f", "ENCORE"), func(t *bot.Turn) {
			t.After.Life, t.Effects = bot.Erased, []bot.Addressed{say("Rien n’est gardé.")}
		})
		same(t, "log of the tombstone", log(t, s, "c", 0), []string{"< C’est effacé.", "< (forget)", "< Rien n’est gardé."})
		if id, _ := s.Resolve(ctx, chat, "other"); id != "fresh" {
			t.Errorf("the leg's new conversation was taken away: %s", id)
		}
		traces := 0
		if err := s.Traces(ctx, func(bot.Trace) error { traces++; return nil }); err != nil || traces != 3 {
			t.Errorf("%d traces, %v, want the 2 of before and the erasure", traces, err)
		}
	})
}

func TestTracesOfAllShardsComeInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		var want []string
		for i, id := range []bot.ConversationID{"c1", "c2", "c3", "c1", "c4", "c2"} {
			input := string(rune('a' + i))
			play(t, s, said(id, input, "x"), nil)
			want = append(want, input)
			time.Sleep(2 * time.Millisecond)
		}
		var got []string
		err := s.Traces(t.Context(), func(tr bot.Trace) error { got = append(got, tr.Step); return nil })
		if err != nil {
			t.Fatal(err)
		}
		same(t, "traces", got, want)
	})
}

func TestFollowersAreWokenOnEveryReplica(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		other := newStore(s.rdb, Options{Keys: s.ring, Prefix: s.keys.prefix, Shards: s.keys.shards, Grace: s.grace})
		other.start()
		defer func() { other.stop(); other.running.Wait() }()
		here, endHere := s.Watch("c")
		there, endThere := other.Watch("c")
		n := 0
		eventually(t, "a hint on the other replica", func() bool {
			n++
			play(t, s, said("c", strings.Repeat("a", n), "un"), nil)
			select {
			case <-there:
				return true
			default:
				return false
			}
		})
		select {
		case <-here:
		default:
			t.Error("no hint where the commit was")
		}
		elsewhere, endElsewhere := other.Watch("d") // it listens by now: beginning to wakes everybody
		defer endElsewhere()
		play(t, s, said("c", "last", "deux"), nil)
		<-there
		select {
		case <-elsewhere:
			t.Error("a hint about another conversation")
		default:
		}
		endHere()
		endThere()
		endThere()
		if len(s.watchers.by) != 0 || len(other.watchers.by) != 1 {
			t.Errorf("watchers left: %d here, %d there", len(s.watchers.by), len(other.watchers.by))
		}
	})
}

func TestNothingInRedisSaysWhoOrWhat(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		const mark = "MARQUE0612345678"
		leg := chat
		leg.Peer = mark
		if _, err := s.Resolve(ctx, leg, "c"); err != nil {
			t.Fatal(err)
		}
		in := said("c", mark, mark)
		in.Leg = leg
		a := accept(t, s, in)
		accept(t, s, said("c", "queued", mark))
		commit(t, s, a.Head, func(t *bot.Turn) {
			t.After.Legs = []bot.Leg{leg}
			t.After.Answers = bot.Answers{{Name: "nom", Value: mark}}
			t.After.Held = []bot.Held{{Text: mark}}
			t.After.Trace, t.Trace = mark, bot.Trace{Number: mark}
			t.Audit = []bot.Deed{bot.DeedClaimed}
			posted("c", bot.Waiting)(t)
			t.Effects = append(t.Effects, bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Life: bot.Waiting, OwnerName: mark}}})
		})
		if err := s.SetRef(ctx, "login", mark, "", mark, time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Allow(ctx, "peer", mark, 1, 5); err != nil {
			t.Fatal(err)
		}
		if err := s.Bury(ctx, "c", leg.ID, 0, 1, "blocked"); err != nil {
			t.Fatal(err)
		}
		everything := dump(t, s)
		for _, kind := range []string{":c:c", ":i:c", ":l:c", ":k:c", ":d:", ":due", ":cards", ":dead", ":trace", ":audit", "leg:", "ref:login:", "limit:peer:", "meta"} {
			if !strings.Contains(everything, kind) {
				t.Errorf("no key with %q was looked at", kind)
			}
		}
		if strings.Contains(everything, mark) {
			t.Errorf("found in\n%s", everything)
		}
	})
}

func TestErasedPlacesArePassedOverInAnyStep(t *testing.T) {
	s, err := OpenEmbedded(t.Context())
	opened(t, s, err)
	for _, input := range []string{"a", "b", "d"} {
		play(t, s, said("c", input, input), nil)
	}
	play(t, s, said("c", "e", "effacer"), func(t *bot.Turn) {
		t.After.Life, t.Effects = bot.Erased, []bot.Addressed{say("un"), say("deux")}
	})
	for most := 1; most < 10; most++ {
		var got []string
		for seq := int64(0); ; {
			entries, err := s.Log(t.Context(), "c", seq, most)
			if err != nil {
				t.Fatal(err)
			}
			if len(entries) == 0 {
				break
			}
			got, seq = append(got, texts(entries)...), entries[len(entries)-1].Seq
		}
		if want := []string{"< un", "< deux"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%d at a time: %q", most, got)
		}
	}
}
