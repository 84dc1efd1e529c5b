package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

func TestAClaimMakesAnOwnerAndTheLoserIsToldWhoWasFirst(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.must(h.slack.Click(anna, at.Channel, at.TS, actClaim))
	h.must(h.slack.Click(bilal, at.Channel, at.TS, actClaim))
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}, bot.Claimed{By: "bilal"}})
	same(t, "the winner's", len(h.whispers(anna)), 0)
	contains(t, "the loser's", h.whispers(bilal), "Anna l'a pris à ")
}

// Case 2: the same person clicks twice.
func TestADoubleClickIsOneClaimAndSilent(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.must(h.slack.Click(anna, at.Channel, at.TS, actClaim))
	h.must(h.slack.Click(anna, at.Channel, at.TS, actClaim))
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
	same(t, "whispers", h.whispers(anna), []string(nil))
}

// Case 3: whatever comes first has won, and the others are told why not.
func TestAClaimAfterTheEndOfTheCaseIsToldWhyNot(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.answers(card, map[string]string{"claimed": "unknown"})
	h.must(h.slack.Click(bilal, at.Channel, at.TS, actClaim))
	h.settled()
	contains(t, "whispers", h.whispers(bilal), "Ce n'est pas possible maintenant")
}

// Case 4: rights and load are checked on the server, whatever a button shows.
func TestAClaimIsRefusedOnTheServer(t *testing.T) {
	for code, said := range map[string]string{"refused_load": "Vous avez déjà toutes les conversations", "refused_rights": "Vos droits"} {
		h := opened(t, setup{})
		card := h.waits("OR-7F3K-2")
		at := h.posted(card)
		h.answers(card, map[string]string{"claimed": code})
		h.must(h.slack.Click(bilal, at.Channel, at.TS, actClaim))
		h.settled()
		contains(t, code, h.whispers(bilal), said)
	}
}

// Case 4: a case behind a wall is shown exactly like one that does not exist.
func TestACaseBehindAWallIsShownLikeOneThatDoesNotExist(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	for _, user := range []string{chloe, denis} {
		h.must(h.slack.JoinChannel(user, at.Channel))
		for _, action := range []string{actClaim, actPeek, actMore} {
			value := []string{}
			if action == actMore {
				value = append(value, actMisroute)
			}
			h.must(h.slack.Click(user, at.Channel, at.TS, action, value...))
		}
	}
	h.settled()
	same(t, "events", len(h.events(card)), 0)
	same(t, "the stranger to the case reads", h.whispers(chloe), []string{noCase, noCase, noCase})
	same(t, "the stranger to the staff reads", h.whispers(denis), []string{noCase, noCase, noCase})
}

func TestAPeekHasCodedAnswersOnlyForTheOwnerToo(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.talks(anna, card)
	for _, user := range []string{anna, bilal} {
		h.must(h.slack.Click(user, at.Channel, at.TS, actPeek))
	}
	h.settled()
	for _, user := range []string{anna, bilal} {
		contains(t, user, h.whispers(user), "Formation")
		if strings.Contains(strings.Join(h.whispers(user), ""), "Secret") {
			t.Errorf("%s reads a name in a room", user)
		}
	}
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
}

func TestAWrongTurnIsReportedToSupervisors(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.must(h.slack.Click(bilal, at.Channel, at.TS, actMore, actMisroute))
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Misrouted{By: "bilal"}})
	contains(t, "supervision", h.supervision(), "Mauvais aiguillage signalé : dossier OR-7F3K-2")
}

func TestTheOwnerGivesACaseBackFromTheThread(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.must(h.clickInThread(anna, root, actRelease))
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Released{By: "anna"}})
	contains(t, "whispers", h.whispers(anna), "Le dossier est revenu dans la file.")
}

func TestAButtonThatCouldNotBeKeptSaysSo(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.cases.Sleep(true)
	h.must(h.slack.Click(anna, at.Channel, at.TS, actClaim))
	h.settled()
	contains(t, "whispers", h.whispers(anna), "Rien n'a été enregistré")
	h.cases.Sleep(false)
	h.refs.sleep(true)
	h.must(h.slack.Click(anna, at.Channel, at.TS, actClaim))
	h.settled()
	h.refs.sleep(false)
	same(t, "events", len(h.events(card)), 0)
	same(t, "failures that people saw", len(h.slack.Failures("")), 0)
}

// Case 1, as far as one process goes: whoever claims at once, there is one winner.
func TestManyClaimAtOnceAndOneWins(t *testing.T) {
	h := opened(t, setup{http: true, config: func(c *Config) {
		staff := roll{}
		for i := range 20 {
			staff = append(staff, bot.Counsellor{ID: bot.CounsellorID(fmt.Sprint("c", i)), Name: fmt.Sprint("C", i), Slack: fmt.Sprintf("U0C%02d", i),
				Structures: []bot.StructureID{region}, Roles: []bot.Role{bot.RoleCounsellor}})
		}
		c.Staff = staff
	}})
	for i := range 20 {
		h.slack.AddUser(fmt.Sprintf("U0C%02d", i), fmt.Sprint("C", i))
	}
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	done := make(chan error, 20)
	for i := range 20 {
		go func() { done <- h.slack.Click(fmt.Sprintf("U0C%02d", i), at.Channel, at.TS, actClaim) }()
	}
	for range 20 {
		h.must(<-done)
	}
	h.settled()
	lost := 0
	for i := range 20 {
		lost += len(h.whispers(fmt.Sprintf("U0C%02d", i)))
	}
	same(t, "losers who were told", lost, 19)
}

// answers has the turn answer codes in place of the desk's usual ones, by the name of the event.
func (h *house) answers(card bot.Card, codes map[string]string) {
	h.cases.Play(func(_ int, in bot.Input) []bot.Addressed {
		if code, told := codes[bot.Name(in.Event)]; told {
			return []bot.Addressed{{To: bot.ToActor, Effect: bot.Tell{To: bot.By(in.Event), Code: code, At: in.At}}}
		}
		return nil
	})
}

// clickInThread presses a button that stands at the head of a thread, or in one of its first messages.
func (h *house) clickInThread(user string, root spot, action string, value ...string) error {
	var err error
	for _, m := range h.slack.Thread(root.Channel, root.TS) {
		if err = h.slack.Click(user, root.Channel, m.TS, action, value...); err == nil {
			return nil
		}
	}
	return err
}

// supervision is what stands in the channel of supervisors.
func (h *house) supervision() []string {
	var all []string
	for _, m := range h.slack.Messages(h.slack.ChannelID("supervision")) {
		all = append(all, m.Text())
	}
	return all
}

// What the owner's thread says is not said a second time.
func TestWhatTheThreadSaysIsNotWhisperedToo(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.cases.Play(func(_ int, in bot.Input) []bot.Addressed {
		tell := bot.Tell{To: bot.By(in.Event), Code: "released", At: in.At}
		return []bot.Addressed{{To: bot.ToActor, Effect: tell}, {To: bot.ToOwner, Effect: tell}}
	})
	h.must(h.clickInThread(anna, root, actRelease))
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Released{By: "anna"}})
	same(t, "whispers", len(h.whispers(anna)), 0)
}

// Case 12: a loser is told even when Slack puts the answer off.
func TestALoserIsToldWhenSlackTakesNoMoreForAMoment(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.talks(anna, card)
	h.slack.Fail("chat.postEphemeral", 1, slackfake.TooMany(time.Second))
	h.must(h.slack.Click(bilal, at.Channel, at.TS, actClaim))
	h.settled()
	contains(t, "the loser's", h.whispers(bilal), "Anna l'a pris à ")
}

// Whoever sees a card come may press it before the service remembers where it stands.
func TestACardThatIsPressedBeforeItIsRememberedIsTaken(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	remembered, err := h.refs.Ref(t.Context(), placeRef, at.name())
	h.must(err)
	h.must(h.refs.DropRef(t.Context(), placeRef, at.name()))
	done := make(chan error, 1)
	go func() { done <- h.slack.Click(anna, at.Channel, at.TS, actClaim) }()
	time.Sleep(lookApart)
	h.must(h.refs.SetRef(t.Context(), placeRef, at.name(), "", remembered, 0))
	h.must(<-done)
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
	same(t, "whispers", h.whispers(anna), []string(nil))
}
