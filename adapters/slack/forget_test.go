package slack

import (
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

// lived is a case with a past: two rooms, a guest, two owners, long words, a note under its card.
func lived(t *testing.T) (s *stage, second bot.Leg) {
	s = newStage(t, WordsDM)
	second = leg(bot.Counsellor{ID: "bilal", Slack: bilal})
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	s.give(s.to(theOwner(), bot.Present{Brief: theBrief()}))
	s.give(s.to(theOwner(), bot.Pass{Text: long()}))
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "transferred"}))
	moved := waiting()
	moved.Queue, moved.Structure, moved.Beside = "cio/35", "cio", "ml-rennes"
	s.give(s.to(theDesk(), bot.Post{Card: moved}))
	s.give(s.to(second, bot.Present{Brief: theBrief()}))
	s.give(s.to(second, bot.Pass{Text: "encore moi"}))
	s.give(s.to(second, bot.Tell{To: "bilal", Code: "nudge"}))
	card := s.only("accueil-regional-35")
	if _, err := s.w.Write(anna, card.Channel, "vu hier", card.TS); err != nil {
		t.Fatal(err)
	}
	return s, second
}

// ours are the messages of the app that somebody can still read.
func (s *stage) ours() []string {
	var all []string
	for _, m := range s.everything() {
		if m.Bot && !m.Tombstone {
			all = append(all, m.Text())
		}
	}
	return all
}

func TestAnErasedCaseLeavesNothingOfOurs(t *testing.T) {
	s, second := lived(t)
	if len(s.ours()) < 9 {
		t.Fatalf("before: %q", s.ours())
	}
	s.give(s.to(theDesk(), bot.Forget{Leg: "slack"}))
	s.give(s.to(second, bot.Forget{Leg: second.ID}))
	s.nothingLeft()
	s.give(s.to(theDesk(), bot.Forget{Leg: "slack"})) // once more
	s.give(s.to(second, bot.Pass{Text: "un mot qui traînait"}))
	s.nothingLeft()
}

func (s *stage) nothingLeft() {
	s.Helper()
	if left := s.ours(); len(left) > 0 {
		s.Errorf("left in Slack: %q", left)
	}
	for _, name := range s.refs.Names() {
		if !strings.HasPrefix(name, roomRef+"/") {
			s.Errorf("still remembered: %s", name)
		}
	}
}

func TestAnErasedCardIsForgottenToo(t *testing.T) {
	s, second := lived(t)
	gone := waiting()
	gone.Life = bot.Erased
	s.give(s.to(second, bot.Forget{Leg: second.ID})) // the legs come in any order
	s.give(s.to(theDesk(), bot.Post{Card: gone}))
	s.nothingLeft()
}

func TestOneOwnersForgettingIsNotAnothers(t *testing.T) {
	s, second := lived(t)
	s.give(s.to(second, bot.Forget{Leg: theOwner().ID})) // each owner is told of every owner's
	s.give(s.to(theOwner(), bot.Forget{Leg: theOwner().ID}))
	if n := len(s.w.Messages(s.w.DM(anna))); n != 0 {
		t.Errorf("%d messages are left in Anna's", n)
	}
	if n := len(s.w.Messages(s.w.DM(bilal))); n != 1 {
		t.Errorf("%d messages are left in Bilal's, want the root", n)
	}
	s.wants(s.only("cio-35").Text(), "[Prendre]")
}

func TestForgettingGoesOnAfterSlackHasStoppedIt(t *testing.T) {
	s, second := lived(t)
	s.w.Fail("chat.delete", 1, slackfake.Slow(0))
	s.w.Fail("chat.delete", 1, slackfake.TooMany(time.Second))
	s.w.Fail("chat.delete", 1, slackfake.LostReply())
	if tries := s.carry(s.to(theDesk(), bot.Forget{Leg: "slack"})); tries != 3 {
		t.Errorf("%d tries", tries)
	}
	s.give(s.to(second, bot.Forget{Leg: second.ID}))
	s.nothingLeft()
}

func TestForgettingWhatStandsInAnArchivedRoom(t *testing.T) {
	s, second := lived(t)
	if err := s.w.Archive(s.w.ChannelID("accueil-regional-35")); err != nil {
		t.Fatal(err)
	}
	s.parkedFor(s.to(theDesk(), bot.Forget{Leg: "slack"}), false)
	s.give(s.to(second, bot.Forget{Leg: second.ID}))
	if len(s.alarmed()) != 1 {
		t.Errorf("alerts: %q", s.alarmed())
	}
}
