package slack

import (
	"testing"

	"frontdesk/bot"
)

func TestClaimsWaitBehindNoNewCard(t *testing.T) {
	s := newStage(t, WordsDM)
	fresh := s.d.Pace(theDesk(), bot.Post{Card: waiting()})
	if fresh.Place != "accueil-regional-35" || fresh.PlaceRate != 1 || fresh.PlaceBurst != 1 {
		t.Errorf("a new card: %+v", fresh)
	}
	closed := waiting()
	closed.Life = bot.Closed
	for name, p := range map[string]bot.Pace{
		"a taken card":  s.d.Pace(theDesk(), bot.Post{Card: taken()}),
		"a closed card": s.d.Pace(theDesk(), bot.Post{Card: closed}),
		"an erasure":    s.d.Pace(theDesk(), bot.Forget{Leg: "slack"}),
		"the brief":     s.d.Pace(theOwner(), bot.Present{Brief: theBrief()}),
		"words":         s.d.Pace(theOwner(), bot.Pass{Text: "bonjour"}),
	} {
		if p.Place == fresh.Place || p.PlaceRate*60 < 50 || p.PlaceBurst < 4 || p.Account != fresh.Account {
			t.Errorf("%s: %+v", name, p)
		}
	}
	words, sign := s.d.Pace(theOwner(), bot.Pass{Text: "bonjour"}), s.d.Pace(theOwner(), bot.Tell{Code: "delivered", Message: "slack:D1:1.1"})
	if words.Place == sign.Place {
		t.Error("words wait behind reactions")
	}
	other := waiting()
	other.Queue = "ml-rennes/35"
	if p := s.d.Pace(theDesk(), bot.Post{Card: other}); p.Place == fresh.Place {
		t.Error("two rooms wait for each other")
	}
	s.d.Room = func(bot.QueueName) string { return "Toutes les files" }
	if a, b := s.d.Pace(theDesk(), bot.Post{Card: waiting()}), s.d.Pace(theDesk(), bot.Post{Card: other}); a.Place != "toutes-les-files" || a.Place != b.Place {
		t.Errorf("two queues of one room: %+v and %+v", a, b)
	}
	s.d.PostRate = 50
	if p := s.d.Pace(theDesk(), bot.Post{Card: waiting()}); p.PlaceRate != 50 {
		t.Errorf("a Slack that takes more: %+v", p)
	}
}
