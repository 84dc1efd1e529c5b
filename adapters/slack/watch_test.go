package slack

import (
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// watched looks n times, and gives what supervisors read.
func (h *house) watched(n int) []string {
	h.t.Helper()
	for range n {
		h.desk.watch(h.t.Context())
	}
	if h.slack.ChannelID("supervision") == "" {
		return nil
	}
	return h.supervision()
}

func TestABrokenPromiseIsSaidOnceForEachDate(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.open = false
	h.waits("OR-AAAA-1", func(c *bot.Card) { c.Life, c.Due = bot.Promised, h.now.Add(-time.Hour) })
	h.waits("OR-BBBB-2", func(c *bot.Card) { c.Life, c.Due = bot.Promised, h.now.Add(2*time.Hour) })
	got := h.watched(3)
	same(t, "lines", len(got), 1)
	contains(t, "supervision", got, "Promesse non tenue : dossier OR-AAAA-1, attendu 8")
	h.later(3 * time.Hour)
	same(t, "later", len(h.watched(2)), 2)
}

func TestALeadMustLookAtACaseThatIsHandedOnAndOn(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.open = false
	h.waits("OR-AAAA-1", func(c *bot.Card) { c.Hops = 2 })
	got := h.watched(2)
	same(t, "lines", len(got), 1)
	contains(t, "supervision", got, "déjà transmis 2 fois")
}

func TestNewDeadLettersAreCountedAndTheirDossiersNamed(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.open = false
	first, second := h.waits("OR-AAAA-1"), h.waits("OR-BBBB-2")
	h.letters = []bot.DeadLetter{{ID: "1", Conversation: first.Conversation, Leg: "web", Seq: 3, Why: "undeliverable"}, {ID: "2", Conversation: second.Conversation, Leg: "web", Seq: 4}}
	same(t, "first look", h.watched(2), []string{"Messages non remis : 2. Dossiers : OR-AAAA-1, OR-BBBB-2."})
	h.letters = append([]bot.DeadLetter{{ID: "3", Conversation: first.Conversation, Leg: "web", Seq: 9}}, h.letters...)
	got := h.watched(2)
	same(t, "second look", got[1:], []string{"Messages non remis : 1. Dossiers : OR-AAAA-1."})
}

func TestAQueueWithoutAnybodyIsSaidInOpeningHours(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.waits("OR-AAAA-1")
	h.open = false
	same(t, "closed", len(h.watched(1)), 0)
	h.open = true
	if err := (desk.Duty{Refs: h.refs}).Begin(t.Context(), "bilal"); err != nil {
		t.Fatal(err)
	}
	same(t, "somebody is there", len(h.watched(1)), 0)
	if err := (desk.Duty{Refs: h.refs}).Pause(t.Context(), "bilal", time.Time{}); err != nil {
		t.Fatal(err)
	}
	got := h.watched(3)
	same(t, "lines", len(got), 1)
	contains(t, "supervision", got, "File sans personne : Accueil régional. 1 en attente")
}

func TestSupervisorsAreInvitedToTheirChannel(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.waits("OR-AAAA-1", func(c *bot.Card) { c.Hops = 2 })
	h.watched(1)
	for _, c := range h.slack.Channels(anna) {
		if c.Name == "supervision" {
			return
		}
	}
	t.Error("the lead is not in the channel of supervisors")
}

func TestWhatSupervisorsReadHasNoWordsAndNoNames(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.waits("OR-AAAA-1", func(c *bot.Card) { c.Hops, c.Due = 2, h.now.Add(-time.Hour) })
	if got := strings.Join(h.watched(1), "\n"); strings.Contains(got, "Secret") {
		t.Errorf("supervisors read %s", got)
	}
}

// What could not be said while Slack was away is said later.
func TestWhatCouldNotBeSaidToSupervisorsIsSaidLater(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.waits("OR-AAAA-1", func(c *bot.Card) { c.Hops = 2 })
	h.watched(1)
	h.waits("OR-BBBB-2", func(c *bot.Card) { c.Hops = 2 })
	h.slack.Down(true)
	h.desk.watch(t.Context())
	h.slack.Down(false)
	contains(t, "supervision", h.watched(1), "OR-BBBB-2")
}

func TestOneReplicaWatchesAtATime(t *testing.T) {
	h := opened(t, setup{beats: quickBeats})
	h.waits("OR-AAAA-1", func(c *bot.Card) { c.Hops, c.Since = 2, h.now })
	h.until("the line", func() bool { return h.slack.ChannelID("supervision") != "" && len(h.supervision()) == 1 })
	if got, err := h.refs.Acquire(t.Context(), "slack-watch", "another", time.Minute); got || err != nil {
		t.Errorf("another replica watches too: %v %v", got, err)
	}
}
