package slackfake_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/adapters/slack/slackfake"
)

// closing is a modal with a required choice, a date and an optional note.
func closing(title string) slack.ModalViewRequest {
	outcome := slack.NewOptionsSelectBlockElement("static_select", words("Choisir"), "pick",
		slack.NewOptionBlockObject("informed", words("Informé"), nil), slack.NewOptionBlockObject("lost", words("Perdu de vue"), nil))
	note := slack.NewInputBlock("note", words("Note"), nil, slack.NewPlainTextInputBlockElement(nil, "text").WithMaxLength(20))
	note.Optional = true
	date := slack.NewDatePickerBlockElement("date")
	date.InitialDate = "2026-12-01"
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "close", Title: words(title), Submit: words("Clore"), NotifyOnClose: true, PrivateMetadata: "ORI-7F3K",
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("outcome", words("Issue"), nil, outcome), slack.NewInputBlock("when", words("Date"), nil, date), note,
			slack.NewActionBlock("more", slack.NewButtonBlockElement("help", "", words("Aide"))),
		}},
	}
}

// opened lets Anna press a button, and opens a modal with the trigger.
func opened(t *testing.T, a *app, title string) (*slack.ViewResponse, string) {
	t.Helper()
	dm := a.w.DM("U0ANNA")
	_, ts, err := a.PostMessage(dm, slack.MsgOptionText("carte", false), slack.MsgOptionBlocks(button("b", "close", "1", "Clore")))
	check(t, err)
	a.mu.Lock()
	n := len(a.acts)
	a.mu.Unlock()
	check(t, a.w.Click("U0ANNA", dm, ts, "close"))
	trigger := a.acted(t, n).TriggerID
	v, err := a.OpenView(trigger, closing(title))
	check(t, err)
	return v, trigger
}

func TestATriggerOpensOneViewInTime(t *testing.T) {
	a := connected(t, func(o *slackfake.Options) { o.TriggerLife = 300 * time.Millisecond })
	_, trigger := opened(t, a, "Clore")
	_, err := a.OpenView(trigger, closing("Clore"))
	refuses(t, "again", err, "exchanged_trigger_id")
	_, err = a.OpenView("1.2.3", closing("Clore"))
	refuses(t, "invented", err, "invalid_trigger_id")
	check(t, a.w.GlobalShortcut("U0ANNA", "queue"))
	late := a.acted(t, 1)
	same(t, "shortcut", []string{string(late.Type), late.CallbackID, late.User.ID}, []string{"shortcut", "queue", "U0ANNA"})
	time.Sleep(350 * time.Millisecond) // real: the life of a trigger is the wall clock's
	_, err = a.OpenView(late.TriggerID, closing("Clore"))
	refuses(t, "late", err, "expired_trigger_id")
}

func TestViewsAreUpdatedUnlessTheyMovedOn(t *testing.T) {
	a := connected(t, nil)
	v, _ := opened(t, a, "Chargement…")
	next, err := a.UpdateView(closing("Clore"), "", v.Hash, v.View.ID)
	check(t, err)
	shown, _ := a.w.View("U0ANNA")
	same(t, "title", []any{shown.Title, shown.ID == v.View.ID, shown.Hash == next.Hash}, []any{"Clore", true, true})
	_, err = a.UpdateView(closing("Trop tard"), "", v.Hash, v.View.ID)
	refuses(t, "with the old hash", err, "hash_conflict")
	check(t, a.w.CloseView("U0ANNA", v.View.ID))
	closed := a.acted(t, 1)
	same(t, "closed", []any{closed.Type, closed.IsCleared, closed.View.PrivateMetadata}, []any{"view_closed", false, "ORI-7F3K"})
	_, err = a.UpdateView(closing("Fermé"), "", "", v.View.ID)
	refuses(t, "when it is gone", err, "not_found")
}

func TestTheAppAnswersASubmittedView(t *testing.T) {
	a := connected(t, nil)
	v, _ := opened(t, a, "Clore")
	id := v.View.ID
	if _, err := a.w.SubmitView("U0ANNA", id, nil); err == nil {
		t.Error("a required field was empty and the view went through")
	}
	if _, err := a.w.SubmitView("U0ANNA", id, map[string]map[string]string{"note": {"text": "plus de vingt caractères, vraiment"}}); err == nil {
		t.Error("a field took more than its max_length")
	}
	var answer any
	a.answers(func(socketmode.Event) (any, bool) { return answer, true })
	values := map[string]map[string]string{"outcome": {"pick": "lost"}, "note": {"text": "rappeler"}}
	submit := func(with any) slackfake.Answer {
		t.Helper()
		answer = with
		got, err := a.w.SubmitView("U0ANNA", id, values)
		check(t, err)
		return got
	}
	submit(slack.NewErrorsViewSubmissionResponse(map[string]string{"when": "Cette date est passée."}))
	shown, _ := a.w.View("U0ANNA")
	same(t, "errors", shown.Errors, map[string]string{"when": "Cette date est passée."})
	told := a.acted(t, 1).View.State.Values
	same(t, "state", []string{told["outcome"]["pick"].SelectedOption.Value, told["when"]["date"].SelectedDate, told["note"]["text"].Value}, []string{"lost", "2026-12-01", "rappeler"})

	updated := closing("Clore bien")
	submit(slack.NewUpdateViewSubmissionResponse(&updated))
	shown, _ = a.w.View("U0ANNA")
	same(t, "updated", []any{shown.Title, shown.ID, len(shown.Errors)}, []any{"Clore bien", id, 0})
	pushed := closing("Confirmer")
	submit(slack.NewPushViewSubmissionResponse(&pushed))
	same(t, "pushed", len(a.w.Views("U0ANNA")), 2)
	shown, _ = a.w.View("U0ANNA")
	id = shown.ID
	submit(slack.NewClearViewSubmissionResponse())
	same(t, "cleared", len(a.w.Views("U0ANNA")), 0)

	v, _ = opened(t, a, "Clore")
	id = v.View.ID
	submit(nil)
	same(t, "closed", len(a.w.Views("U0ANNA")), 0)
	v, _ = opened(t, a, "Clore")
	answer = slack.NewErrorsViewSubmissionResponse(map[string]string{"more": "pas une question"})
	if _, err := a.w.SubmitView("U0ANNA", v.View.ID, values); err == nil || len(a.w.Failures("U0ANNA")) != 1 {
		t.Errorf("errors under a block that is no input went through: %v", err)
	}
}

func TestViewsAreStackedThreeDeep(t *testing.T) {
	a := connected(t, nil)
	v, _ := opened(t, a, "Un")
	root := v.View.ID
	for i, title := range []string{"Deux", "Trois", "Quatre"} {
		check(t, a.w.ClickView("U0ANNA", v.View.ID, "help"))
		act := a.acted(t, i+1)
		same(t, "container", []string{act.Container.Type, act.View.ID}, []string{"view", v.View.ID})
		next, err := a.PushView(act.TriggerID, closing(title))
		if title == "Quatre" {
			refuses(t, "a fourth", err, "push_limit_reached")
			break
		}
		check(t, err)
		same(t, "on", []string{next.RootViewID, next.PreviousViewID}, []string{root, v.View.ID})
		v = next
	}
	same(t, "open", len(a.w.Views("U0ANNA")), 3)
}

func TestTheHomeTabIsPublished(t *testing.T) {
	a := connected(t, nil)
	home := func(text string) slack.HomeTabViewRequest {
		return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewHeaderBlock(words(text)), button("b", "pause", "30", "Pause")}}}
	}
	a.w.OpenHome("U0ANNA")
	a.until(t, "app_home_opened", func() bool { a.mu.Lock(); defer a.mu.Unlock(); return len(a.events) == 1 })
	v, err := a.PublishView("U0ANNA", home("Mes dossiers"), "")
	check(t, err)
	shown, _ := a.w.Home("U0ANNA")
	same(t, "read", shown.Text(), "Mes dossiers\n[Pause]")
	_, err = a.PublishView("U0ANNA", home("Deux dossiers"), v.Hash)
	check(t, err)
	_, err = a.PublishView("U0ANNA", home("Trois dossiers"), v.Hash)
	refuses(t, "with the old hash", err, "hash_conflict")
	check(t, a.w.ClickView("U0ANNA", shown.ID, "pause"))
	same(t, "clicked", a.acted(t, 0).ActionCallback.BlockActions[0].Value, "30")
	_, err = a.PublishView("U0NOBODY", home("Personne"), "")
	refuses(t, "nobody's", err, "user_not_found")
}
