package slack

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

func TestChannelNames(t *testing.T) {
	for in, want := range map[string]string{
		"accueil-regional/35":     "accueil-regional-35",
		"Mission locale de Vitré": "mission-locale-de-vitre",
		"CIO_Rennes":              "cio_rennes",
		" a  b ":                  "a-b",
		"Œuvre (été)":             "oeuvre-ete",
	} {
		if got := channelName(in); got != want {
			t.Errorf("%q is called %q, want %q", in, got, want)
		}
	}
	long := channelName(strings.Repeat("file ", 40))
	if other := channelName(strings.Repeat("file ", 41)); len(long) > longestName || long == other {
		t.Errorf("long names: %q and %q", long, other)
	}
}

func TestChannelNamesAreSlacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := channelName(rapid.String().Draw(t, "queue"))
		if name == "" || len(name) > longestName || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Fatalf("%q", name)
		}
	})
}

// members are those of a channel, but for the app.
func (s *stage) members(channel string) []string {
	var in []string
	for _, user := range []string{anna, bilal, chloe} {
		if slices.ContainsFunc(s.w.Channels(user), func(c slackfake.Channel) bool { return c.ID == channel }) {
			in = append(in, user)
		}
	}
	return in
}

func TestARoomIsMadeAndItsPeopleInvited(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	id := s.w.ChannelID("accueil-regional-35")
	if got := s.members(id); !slices.Equal(got, []string{anna, bilal}) {
		t.Errorf("in the room: %v", got)
	}
	asked := s.w.Calls("conversations.invite")
	s.give(s.to(theDesk(), bot.Post{Card: taken()}))
	if now := s.w.Calls("conversations.invite"); now != asked {
		t.Errorf("the same people were invited again")
	}
	s.d.Staff = append(s.d.Staff.(staffList), bot.Counsellor{ID: "chloe2", Structures: []bot.StructureID{"accueil-regional"}, Slack: chloe},
		bot.Counsellor{ID: "gone", Structures: []bot.StructureID{"accueil-regional"}, Slack: "U0NOBODY"})
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	if got := s.members(id); !slices.Equal(got, []string{anna, bilal, chloe}) {
		t.Errorf("after somebody new was hired, in the room: %v", got)
	}
	asked = s.w.Calls("conversations.invite")
	s.give(s.to(theDesk(), bot.Post{Card: taken()}))
	if now := s.w.Calls("conversations.invite"); now != asked {
		t.Errorf("somebody who cannot be invited is asked for every card")
	}
}

func TestARoomThatIsThereIsAdopted(t *testing.T) {
	s := newStage(t, WordsDM)
	id := s.w.AddChannel("accueil-regional-35", true, s.w.BotUser, anna)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	if m := s.only("accueil-regional-35"); m.Channel != id || s.w.Calls("conversations.create") != 0 {
		t.Errorf("the card stands in %s, not in %s", m.Channel, id)
	}
	if got := s.members(id); !slices.Equal(got, []string{anna, bilal}) {
		t.Errorf("in the room: %v", got)
	}
}

// parkedFor wants a delivery to wait for somebody to mend something.
func (s *stage) parkedFor(v bot.Delivery, whole bool) {
	s.Helper()
	_, err := s.d.Deliver(s.Context(), v)
	wait, is := errors.AsType[bot.RetryAfter](err)
	if !is || wait.Wait < time.Minute || wait.Whole != whole {
		s.Errorf("%s: %v, want it parked", bot.Name(v.Entry.Effect), err)
	}
}

func TestARoomOfOthersParksTheCardUntilWeAreInvited(t *testing.T) {
	s := newStage(t, WordsDM)
	id := s.w.AddChannel("accueil-regional-35", true, anna)
	card := s.to(theDesk(), bot.Post{Card: waiting()})
	for range 3 {
		s.parkedFor(card, false)
	}
	if got := s.alarmed(); len(got) != 1 || !strings.Contains(got[0], "#accueil-regional-35") {
		t.Errorf("alerts: %q", got)
	}
	if n := s.w.Calls("conversations.create"); n != 1 {
		t.Errorf("Slack was asked %d times within a minute", n)
	}
	if err := s.w.JoinChannel(s.w.BotUser, id); err != nil {
		t.Fatal(err)
	}
	s.later(2 * time.Minute)
	s.give(card)
	s.only("accueil-regional-35")
	if strings.Count(s.log.String(), "level=ERROR") != 1 {
		t.Errorf("the log:\n%s", s.log)
	}
	s.parkedAgain(card, id)
}

// parkedAgain: a fault that comes back after it was mended is said again.
func (s *stage) parkedAgain(v bot.Delivery, id string) {
	s.Helper()
	if err := s.w.LeaveChannel(s.w.BotUser, id); err != nil {
		s.Fatal(err)
	}
	s.parkedFor(v, false)
	if got := s.alarmed(); len(got) != 2 {
		s.Errorf("alerts: %q", got)
	}
}

func TestAnArchivedRoomParksTheCardUntilItIsOpenAgain(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	id := s.w.ChannelID("accueil-regional-35")
	if err := s.w.Archive(id); err != nil {
		t.Fatal(err)
	}
	update := s.to(theDesk(), bot.Post{Card: taken()})
	s.parkedFor(update, false)
	s.parkedFor(update, false)
	if got := s.alarmed(); len(got) != 1 {
		t.Errorf("alerts: %q", got)
	}
	if err := s.w.Unarchive(id); err != nil {
		t.Fatal(err)
	}
	s.later(2 * time.Minute)
	s.give(update)
	s.wants(s.only("accueil-regional-35").Text(), "👤 Pris par Anna")
}

func TestARoomThatWasTakenAwayIsMadeAnew(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	old := s.w.ChannelID("accueil-regional-35")
	if err := s.w.Rename(old, "archives-2026"); err != nil {
		t.Fatal(err)
	}
	s.give(s.to(theDesk(), bot.Post{Card: taken()})) // renamed: it is the same room
	if m := s.only("archives-2026"); m.Channel != old {
		t.Error("a renamed room is another")
	}
	if err := s.w.Archive(old); err != nil {
		t.Fatal(err)
	}
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	s.wants(s.only("accueil-regional-35").Text(), "[Prendre]")
}

// A crowd does not ask for the same room, and not for the same people, again and again.
func TestACrowdAsksForItsRoomOnce(t *testing.T) {
	s := newStage(t, WordsDM)
	var all sync.WaitGroup
	for i := range 40 {
		v := s.to(theDesk(), bot.Post{Card: waiting()})
		v.Conversation = bot.ConversationID([]byte{'x', byte('0' + i)})
		all.Go(func() {
			if _, err := s.d.Deliver(t.Context(), v); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, method := range []string{"conversations.list", "conversations.create", "conversations.invite", "conversations.setTopic"} {
		if n := s.w.Calls(method); n != 1 {
			t.Errorf("%s was called %d times", method, n)
		}
	}
	if n := len(s.room("accueil-regional-35")); n != 40 {
		t.Errorf("%d cards", n)
	}
}

func TestTwoReplicasMakeOneRoom(t *testing.T) {
	s := newStage(t, WordsDM)
	other := s.desk(WordsDM)
	var all sync.WaitGroup
	for i := range 8 {
		card := waiting()
		v := s.to(theDesk(), bot.Post{Card: card})
		v.Conversation = bot.ConversationID([]byte{'x', byte('0' + i)})
		v.ID = string(v.Conversation) + "/1/slack"
		d := s.d
		if i%2 == 1 {
			d = other
		}
		all.Go(func() {
			for {
				_, err := d.Deliver(t.Context(), v)
				if kindOf(err) == "wait 1s" { // the other replica is at it
					time.Sleep(time.Millisecond)
					continue
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	all.Wait()
	rooms := slices.DeleteFunc(s.w.Channels(anna), func(c slackfake.Channel) bool { return !strings.HasPrefix(c.Name, "accueil") })
	if len(rooms) != 1 || len(s.room("accueil-regional-35")) != 8 {
		t.Errorf("rooms: %+v, with %d cards", rooms, len(s.room("accueil-regional-35")))
	}
}
