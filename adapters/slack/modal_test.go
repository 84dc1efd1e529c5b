package slack

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

// filledIn are the values of a form, each input with the only element that it has.
func filledIn(pairs ...string) map[string]map[string]string {
	values := map[string]map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = map[string]string{pairs[i]: pairs[i+1]}
	}
	return values
}

// opensForm presses a button and waits for its form.
func (h *house) opensForm(user string, root spot, action string) slackfake.View {
	h.t.Helper()
	h.must(h.clickInThread(user, root, action))
	return h.form(user)
}

func (h *house) form(user string) slackfake.View {
	h.t.Helper()
	h.until("a form", func() bool { v, open := h.slack.View(user); return open && v.CallbackID != "" })
	v, _ := h.slack.View(user)
	return v
}

// closed says whether somebody has no form before them any more.
func (h *house) closed(user string) bool {
	_, open := h.slack.View(user)
	return !open
}

func TestEachFormBecomesItsInput(t *testing.T) {
	tests := []struct {
		action string
		values map[string]map[string]string
		want   bot.Event
	}{
		{actFinish, filledIn("outcome", "referred", "structure", string(local), "follow", "2026-12-10"),
			bot.Finished{By: "anna", Outcome: "referred", To: local, Follow: time.Date(2026, 12, 10, 9, 0, 0, 0, time.UTC)}},
		{actFinish, filledIn("outcome", "answered"), bot.Finished{By: "anna", Outcome: "answered"}},
		{actTransfer, filledIn("structure", string(local), "reason", "Elle habite à Rennes", "consent", yes),
			bot.Transferred{By: "anna", To: local, Reason: "Elle habite à Rennes", Consent: true}},
		{actInvite, filledIn("structure", string(local), "consent", yes), bot.Invited{By: "anna", To: local, Consent: true}},
		{actPromise, filledIn("day", "2026-11-27", "hour", "14:30", "contact", "phone"),
			bot.Promise{By: "anna", At: time.Date(2026, 11, 27, 14, 30, 0, 0, time.UTC), Contact: "phone"}},
		{actProcedure, filledIn("do", "called", "note", "La CRIP est prévenue"), bot.Procedure{By: "anna", Do: "called", Note: "La CRIP est prévenue"}},
		{actProcedure, filledIn("do", "called:secours", "note", "le 112, à 15 h"),
			bot.Procedure{By: "anna", Do: "called", Note: "Vie en danger : appelez les secours. – le 112, à 15 h"}},
		{actProcedure, filledIn("do", "called:suite"), bot.Procedure{By: "anna", Do: "called", Note: "Fixez le prochain contact."}},
	}
	for _, test := range tests {
		t.Run(test.action, func(t *testing.T) {
			h := opened(t, setup{})
			card := h.waits("OR-7F3K-2")
			root := h.talks(anna, card)
			v := h.opensForm(anna, root, test.action)
			if len([]rune(v.Title)) > 24 || strings.Contains(v.PrivateMetadata, "OR-") {
				t.Errorf("title %q, remembers %q", v.Title, v.PrivateMetadata)
			}
			answer, err := h.slack.SubmitView(anna, v.ID, test.values)
			h.must(err)
			h.settled()
			same(t, "answer", answer, slackfake.Answer{})
			same(t, "events", h.events(card)[1:], []bot.Event{test.want})
			if !h.closed(anna) {
				t.Error("the form is still open")
			}
		})
	}
}

func TestAMiseEnRelationIsRefusedWithAReason(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2", func(c *bot.Card) {
		c.Life, c.Mode, c.Structure, c.Queue = bot.Referred, bot.Referral, local, "ml-rennes/35"
	})
	at := h.posted(card)
	h.must(h.slack.Click(chloe, at.Channel, at.TS, actRefuse))
	v := h.form(chloe)
	_, err := h.slack.SubmitView(chloe, v.ID, filledIn("reason", "territory", "note", "Elle est de Fougères"))
	h.must(err)
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Refused{By: "chloe", Reason: "territory", Note: "Elle est de Fougères"}})
}

// Case 22: a transfer needs a structure, a reason and the person's consent.
func TestWhatIsWrongInAFormStandsNextToItsField(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	tests := []struct {
		action string
		values map[string]map[string]string
		field  string
	}{
		{actFinish, filledIn("outcome", "referred"), "structure"},
		{actFinish, filledIn("outcome", "answered", "follow", "2026-11-01"), "follow"},
		{actPromise, filledIn("day", "2026-11-20", "hour", "10:00", "contact", "phone"), "day"},
	}
	for _, test := range tests {
		v := h.opensForm(anna, root, test.action)
		answer, err := h.slack.SubmitView(anna, v.ID, test.values)
		h.must(err)
		if answer.Action != "errors" || answer.Errors[test.field] == "" {
			t.Errorf("%s: answer %+v, want something next to %q", test.action, answer, test.field)
		}
		h.must(h.slack.CloseView(anna, v.ID))
	}
	// What Slack's client would not let through is looked at all the same.
	i := &interaction{Type: "view_submission", User: named{ID: anna}}
	i.View.ID, i.View.Callback, i.View.Metadata = "V1", actTransfer, `{"c":"`+string(card.Conversation)+`"}`
	got := h.desk.submitted(context.Background(), i)
	same(t, "an empty transfer", got.body, slack.NewErrorsViewSubmissionResponse(map[string]string{
		"structure": "Choisissez une structure.", "reason": "Écrivez la raison en une phrase.", "consent": mustAgree}))
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
}

// Case 27: the state changed while the form was open. Nothing is written, and the form says why.
func TestAFormWhoseCaseHasChangedSaysSoAndWritesNothing(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	v := h.opensForm(anna, root, actTransfer)
	h.must(h.cases.Take(t.Context(), bot.Input{ID: "r", Conversation: card.Conversation, Event: bot.Released{By: "anna"}}))
	values := filledIn("structure", string(local), "reason", "Elle habite à Rennes", "consent", yes)
	answer, err := h.slack.SubmitView(anna, v.ID, values)
	h.must(err)
	same(t, "answer", answer, slackfake.Answer{Action: "errors", Errors: map[string]string{"structure": "Prenez d'abord le dossier."}})
	same(t, "events", len(h.events(card)), 2)
}

// Case 27 again: the turn itself refuses, as when hops are used up (case 22).
func TestWhatTheTurnRefusesIsSaidInTheForm(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	v := h.opensForm(anna, root, actTransfer)
	h.answers(card, map[string]string{"transferred": "too_many_hops"})
	values := filledIn("structure", string(local), "reason", "Elle habite à Rennes", "consent", yes)
	for range 2 { // the second time is the same input
		answer, err := h.slack.SubmitView(anna, v.ID, values)
		h.must(err)
		contains(t, "answer", []string{answer.Errors["structure"]}, "déjà été transmis deux fois")
	}
	same(t, "transfers", len(h.events(card)), 2)
	answer, err := h.slack.SubmitView(anna, v.ID, filledIn("structure", string(local), "reason", "Autrement dit", "consent", yes))
	h.must(err)
	contains(t, "answer", []string{answer.Errors["structure"]}, "déjà été transmis deux fois")
	same(t, "transfers", len(h.events(card)), 3)
}

func TestAFormThatCouldNotBeKeptStaysOpen(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	v := h.opensForm(anna, root, actFinish)
	h.cases.Sleep(true)
	answer, err := h.slack.SubmitView(anna, v.ID, filledIn("outcome", "answered"))
	h.must(err)
	same(t, "answer", answer.Errors, map[string]string{"outcome": storeDown})
	h.cases.Sleep(false)
	_, err = h.slack.SubmitView(anna, v.ID, filledIn("outcome", "answered"))
	h.must(err)
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Finished{By: "anna", Outcome: "answered"}})
	if !h.closed(anna) {
		t.Error("the form is still open")
	}
}

func TestACannedReplyIsChosenThenChangedThenSent(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	v := h.opensForm(anna, root, actCanned)
	answer, err := h.slack.SubmitView(anna, v.ID, filledIn("answer", "VAE"))
	h.must(err)
	same(t, "answer", answer.Action, "update")
	v, _ = h.slack.View(anna)
	contains(t, "form", []string{string(v.Blocks)}, "La VAE demande un an")
	same(t, "events", len(h.events(card)), 1)
	_, err = h.slack.SubmitView(anna, v.ID, filledIn("text", "La VAE demande un an. Je vous rappelle."))
	h.must(err)
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Replied{By: "anna", Text: "La VAE demande un an. Je vous rappelle."}})
}

// Case 27: a trigger lasts three seconds; a form that is slow to be made shows first that it is loading.
func TestAFormThatIsSlowToBeMadeIsLoadingFirst(t *testing.T) {
	slow := &slowBoard{}
	h := opened(t, setup{config: func(c *Config) { slow.Board, c.Board = c.Board, slow }})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	slow.wait = make(chan struct{})
	h.must(h.clickInThread(anna, root, actFinish))
	h.until("the notice", func() bool { v, open := h.slack.View(anna); return open && strings.Contains(v.Text(), "Chargement…") })
	close(slow.wait)
	v := h.form(anna)
	same(t, "title", v.Title, "Terminer le dossier")
}

func TestAFormThatSlackDoesNotOpenIsSaid(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.slack.Fail("views.open", 1, slackfake.Says("expired_trigger_id"))
	h.must(h.clickInThread(anna, root, actFinish))
	h.settled()
	contains(t, "whispers", h.whispers(anna), "Cliquez encore une fois")
}

func TestAFormOfACaseThatIsNotOnesOwnDoesNotOpen(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.talks(anna, card)
	h.must(h.slack.Click(bilal, at.Channel, at.TS, actMore, actTransfer))
	h.settled()
	contains(t, "whispers", h.whispers(bilal), "Ce dossier n'est pas à vous.")
	if !h.closed(bilal) {
		t.Error("a form is open")
	}
}

// slowBoard is a Board that answers when it is told to.
type slowBoard struct {
	bot.Board
	wait chan struct{}
}

func (b *slowBoard) Brief(ctx context.Context, by bot.Counsellor, id bot.ConversationID) (bot.Brief, bot.Card, error) {
	if b.wait != nil {
		<-b.wait
	}
	return b.Board.Brief(ctx, by, id)
}

func TestALongListOfStructuresIsInGroups(t *testing.T) {
	list := make([]bot.Choice, 250)
	for i := range list {
		list[i] = bot.Choice{ID: strings.Repeat("x", i%7+1), Label: strings.Repeat("Mission locale ", 10)}
	}
	element, is := selecting("structure", "Structure", list).Element.(*slack.SelectBlockElement)
	if !is || len(element.Options) != 0 || len(element.OptionGroups) != 3 {
		t.Fatalf("the list is %+v", element)
	}
	for _, group := range element.OptionGroups {
		if len(group.Options) > perGroup || len([]rune(group.Label.Text)) > maxOption {
			t.Errorf("group %q has %d options", group.Label.Text, len(group.Options))
		}
		for _, o := range group.Options {
			if n := len([]rune(o.Text.Text)); n > maxOption {
				t.Fatalf("an option of %d characters", n)
			}
		}
	}
}

func TestAFormWithNothingToChooseDoesNotOpen(t *testing.T) {
	h := opened(t, setup{config: func(c *Config) { c.Answers = func() []Answer { return nil } }})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.must(h.clickInThread(anna, root, actCanned))
	h.settled()
	contains(t, "whispers", h.whispers(anna), "rien à choisir")
}

// A turn that takes long is not waited for beyond Slack's three seconds: the form closes, and the outcome
// is told later.
func TestAFormWhoseOutcomeIsSlowIsAcknowledgedInTime(t *testing.T) {
	slow := &slowDoor{}
	h := opened(t, setup{config: func(c *Config) { slow.Door, c.Door = c.Door, slow }})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	v := h.opensForm(anna, root, actFinish)
	answer, err := h.slack.SubmitView(anna, v.ID, filledIn("outcome", "answered"))
	h.must(err)
	h.settled()
	same(t, "answer", answer, slackfake.Answer{})
	same(t, "unacknowledged", h.slack.Unacked(), 0)
	contains(t, "whispers", h.whispers(anna), "Le dossier est terminé.")
}

// slowDoor hears nothing the first time that somebody waits for an outcome.
type slowDoor struct {
	bot.Door
	once sync.Once
}

func (d *slowDoor) Await(ctx context.Context, id bot.ConversationID, input string) ([]bot.Entry, error) {
	first := false
	d.once.Do(func() { first = true })
	if first {
		<-ctx.Done()
		return nil, nil
	}
	return d.Door.Await(ctx, id, input)
}

func TestUnderLinkNoReplyIsWrittenInAForm(t *testing.T) {
	h := opened(t, setup{words: WordsLink})
	card := h.waits("OR-7F3K-2")
	h.talks(anna, card)
	i := &interaction{Type: "view_submission", User: named{ID: anna}}
	i.View.ID, i.View.Callback, i.View.Metadata = "V1", cannedText, `{"c":"`+string(card.Conversation)+`"}`
	i.View.State.Values = map[string]map[string]field{"text": {"text": {Value: "Bonjour"}}}
	got := h.desk.submitted(t.Context(), i)
	same(t, "answer", got.body, slack.NewErrorsViewSubmissionResponse(map[string]string{"text": onTheWeb + "https://desk.example/desk/cases/OR-7F3K-2"}))
	same(t, "events", len(h.events(card)), 1)
}
