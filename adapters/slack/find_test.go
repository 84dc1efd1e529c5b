package slack

import (
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

// arrivedOnce carries a delivery whose answer is lost, and wants that Slack has it once.
func (s *stage) arrivedOnce(v bot.Delivery, lost string) {
	s.Helper()
	s.w.Fail(lost, 1, slackfake.LostReply())
	if tries := s.carry(v); tries < 2 {
		s.Fatalf("the answer was not lost: %d tries", tries)
	}
}

func TestNothingIsPostedTwiceWhenAnAnswerIsLost(t *testing.T) {
	t.Run("card", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: waiting()}), posting)
		s.only("accueil-regional-35")
		if seen := s.w.Channels(anna); len(seen) == 0 || seen[0].Name != "accueil-regional-35" {
			t.Errorf("nobody was invited to the room: Anna sees %v", seen)
		}
		s.give(s.to(theDesk(), bot.Post{Card: taken()})) // it is known: this is an update
		s.wants(s.only("accueil-regional-35").Text(), "👤 Pris par Anna")
	})
	t.Run("room", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: waiting()}), "conversations.create")
		s.only("accueil-regional-35")
	})
	t.Run("card that was deleted", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
		if err := s.w.Purge(s.only("accueil-regional-35").Channel, s.only("accueil-regional-35").TS); err != nil {
			t.Fatal(err)
		}
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: taken()}), posting)
		s.only("accueil-regional-35")
	})
	t.Run("moved card", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
		moved := waiting()
		moved.Queue, moved.Structure = "ml-rennes/35", "ml-rennes"
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: moved}), posting)
		s.only("ml-rennes-35")
		s.wants(s.only("accueil-regional-35").Text(), "Transmis à")
	})
	t.Run("card of a case that is opened again", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
		closed := waiting()
		closed.Life, closed.Outcome = bot.Closed, "answered"
		s.give(s.to(theDesk(), bot.Post{Card: closed}))
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: waiting()}), posting)
		if all := s.room("accueil-regional-35"); len(all) != 2 {
			t.Errorf("%v", texts(all))
		}
	})
	t.Run("guest card", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.give(s.to(theDesk(), bot.Post{Card: taken()}))
		card := taken()
		card.Beside = "ml-rennes"
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: card}), posting)
		s.only("ml-rennes-35")
		s.only("accueil-regional-35")
	})
	t.Run("card with a guest", func(t *testing.T) {
		s := newStage(t, WordsDM)
		card := taken()
		card.Beside = "ml-rennes"
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: card}), posting)
		s.only("ml-rennes-35")
		s.only("accueil-regional-35")
	})
	t.Run("update", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
		s.arrivedOnce(s.to(theDesk(), bot.Post{Card: taken()}), "chat.update")
		s.wants(s.only("accueil-regional-35").Text(), "👤 Pris par Anna")
	})
	t.Run("root", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.arrivedOnce(s.to(theOwner(), bot.Present{Brief: theBrief()}), posting)
		if all := s.thread(); len(all) != 2 {
			t.Errorf("%v", texts(all))
		}
	})
	t.Run("brief", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.w.Fail(posting, 1, slackfake.Slow(0))
		s.arrivedOnce(s.to(theOwner(), bot.Present{Brief: theBrief()}), posting)
		if all := s.thread(); len(all) != 2 {
			t.Errorf("%v", texts(all))
		}
	})
	t.Run("words", func(t *testing.T) {
		s := withThread(t, WordsDM)
		v := s.to(theOwner(), bot.Pass{Text: "bonjour"})
		s.arrivedOnce(v, posting)
		if all := s.thread(); len(all) != 3 {
			t.Errorf("%v", texts(all))
		}
		s.give(s.to(theOwner(), bot.Pass{Text: "bonsoir", Amends: v.Entry.Cause})) // it is known where they stand
		s.wants(s.thread()[2].Text(), "bonsoir", "(modifié)")
	})
	t.Run("announcement", func(t *testing.T) {
		s := withThread(t, WordsLink)
		s.arrivedOnce(s.to(theOwner(), bot.Pass{Text: "bonjour"}), posting)
		s.give(s.to(theOwner(), bot.Pass{Text: "bonsoir"}))
		if all := s.thread(); len(all) != 2 {
			t.Errorf("%v", texts(all))
		}
	})
	t.Run("line", func(t *testing.T) {
		s := withThread(t, WordsDM)
		s.arrivedOnce(s.to(theOwner(), bot.Tell{To: "anna", Code: "released"}), posting)
		all := s.thread()
		if len(all) != 3 {
			t.Errorf("%v", texts(all))
		}
		s.lacks(all[0].Text(), "[")
	})
	t.Run("line without a thread", func(t *testing.T) {
		s := newStage(t, WordsDM)
		s.arrivedOnce(s.to(theOwner(), bot.Tell{To: "anna", Code: "closed"}), posting)
		if all := s.w.Messages(s.w.DM(anna)); len(all) != 1 {
			t.Errorf("%v", texts(all))
		}
	})
	t.Run("reaction", func(t *testing.T) {
		s := withThread(t, WordsDM)
		id, at := s.wrote("Bonjour")
		s.arrivedOnce(s.to(theOwner(), bot.Tell{To: "anna", Code: "sent", Message: id}), "reactions.add")
		if got := s.signs(at); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}

func TestWhatNeverWentIsNotFound(t *testing.T) {
	s := withThread(t, WordsDM)
	for _, v := range []bot.Delivery{
		s.to(theDesk(), bot.Post{Card: waiting()}),
		s.to(theDesk(), bot.Forget{Leg: "slack"}),
		s.to(theOwner(), bot.Present{Brief: theBrief()}),
		s.to(theOwner(), bot.Pass{Text: "bonjour"}),
		s.to(theOwner(), bot.Tell{To: "anna", Code: "nudge"}),
		s.to(theOwner(), bot.Tell{To: "anna", Code: "won"}),
	} {
		if r, there, err := s.d.Find(t.Context(), v); there || err != nil {
			t.Errorf("%s: %v, %v, %v", bot.Name(v.Entry.Effect), r, there, err)
		}
	}
}

func TestACardIsFoundBehindManyOthers(t *testing.T) {
	s := newStage(t, WordsDM)
	first := s.to(theDesk(), bot.Post{Card: waiting()})
	s.give(first)
	for i := range 450 {
		v := s.to(theDesk(), bot.Post{Card: waiting()})
		v.Conversation = bot.ConversationID("other" + strings.Repeat("x", i))
		s.give(v)
	}
	s.refs.Lose(cardRef)
	first.Entry.At = time.Now().Add(-time.Minute)
	if _, there, err := s.d.Find(t.Context(), first); !there || err != nil {
		t.Errorf("%v, %v", there, err)
	}
	first.Entry.At = time.Now().Add(time.Hour) // what was posted before the entry was made is another's
	s.refs.Lose(cardRef)
	if _, there, err := s.d.Find(t.Context(), first); there || err != nil {
		t.Errorf("%v, %v", there, err)
	}
}

func TestALookThatFailsSaysThatNobodyKnows(t *testing.T) {
	s := withThread(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	s.refs.Lose(cardRef)
	s.w.Fail("*", 2, slackfake.Status(502))
	for _, v := range []bot.Delivery{s.to(theDesk(), bot.Post{Card: waiting()}), s.to(theOwner(), bot.Pass{Text: "bonjour"})} {
		if _, there, err := s.d.Find(t.Context(), v); there || err == nil {
			t.Errorf("%s: %v, %v", bot.Name(v.Entry.Effect), there, err)
		}
	}
}
