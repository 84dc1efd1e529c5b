package slackfake_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/adapters/slack/slackfake"
)

// card posts a message with a select, a menu and a button into a private channel that Anna is in.
func card(t *testing.T, a *app) (channel, ts string) {
	t.Helper()
	channel = a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	urgency := slack.NewOptionsSelectBlockElement("static_select", words("Priorité"), "priority",
		slack.NewOptionBlockObject("high", words("Haute"), nil), slack.NewOptionBlockObject("low", words("Basse"), nil))
	menu := slack.NewOverflowBlockElement("more", slack.NewOptionBlockObject("spam", words("Indésirable"), nil))
	_, ts, err := a.PostMessage(channel, slack.MsgOptionText("ORI-7F3K", false), slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*ORI-7F3K* : VAE", false, false), nil, slack.NewAccessory(menu)),
		slack.NewActionBlock("row", urgency, slack.NewButtonBlockElement("take", "ORI-7F3K", words("Prendre")))))
	check(t, err)
	return channel, ts
}

func TestPeopleChooseInMessages(t *testing.T) {
	a := connected(t, nil)
	ch, ts := card(t, a)
	m, _ := a.w.Message(ch, ts)
	same(t, "read", m.Text(), "*ORI-7F3K* : VAE\n[Indésirable]\n[Priorité: Haute | Basse] [Prendre]")
	check(t, a.w.Click("U0ANNA", ch, ts, "priority", "Haute"))
	check(t, a.w.Click("U0ANNA", ch, ts, "more", "spam"))
	check(t, a.w.Click("U0ANNA", ch, ts, "take"))
	chosen, menu, take := a.acted(t, 0), a.acted(t, 1), a.acted(t, 2)
	same(t, "chosen", chosen.ActionCallback.BlockActions[0].SelectedOption.Value, "high")
	same(t, "menu", menu.ActionCallback.BlockActions[0].SelectedOption.Value, "spam")
	same(t, "where", []string{take.Channel.ID, take.Channel.Name, take.Container.MessageTs, take.Container.ChannelID, take.Message.Text, take.User.ID},
		[]string{ch, "privategroup", ts, ch, "ORI-7F3K", "U0ANNA"})
	same(t, "state of what was chosen before", take.BlockActionState.Values["row"]["priority"].SelectedOption.Value, "high")
	if err := a.w.Click("U0ANNA", ch, ts, "nowhere"); err == nil {
		t.Error("clicked on what is not there")
	}
	if err := a.w.Click("U0BILAL", ch, ts, "take"); err == nil || err.Error() != "channel_not_found" {
		t.Errorf("Bilal clicked in a channel he is not in: %v", err)
	}
	check(t, a.w.Shortcut("U0ANNA", "redact", ch, ts))
	redact := a.acted(t, 3)
	same(t, "shortcut", []string{string(redact.Type), redact.CallbackID, redact.MessageTs, redact.Message.Text}, []string{"message_action", "redact", ts, "ORI-7F3K"})
	same(t, "unacked", a.w.Unacked(), 0)
}

func TestAResponseURLWorksFiveTimes(t *testing.T) {
	a := connected(t, nil)
	ch, ts := card(t, a)
	check(t, a.w.Click("U0ANNA", ch, ts, "take"))
	url := a.acted(t, 0).ResponseURL
	say := func(options ...slack.MsgOption) error {
		_, _, err := a.PostMessage(ch, append([]slack.MsgOption{slack.MsgOptionText("Déjà pris", false)}, options...)...)
		return err
	}
	check(t, say(slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral)))
	same(t, "ephemeral", a.w.Ephemerals("U0ANNA")[0].Text(), "Déjà pris")
	check(t, say(slack.MsgOptionResponseURL(url, slack.ResponseTypeInChannel)))
	same(t, "in the channel", len(a.w.Messages(ch)), 2)
	check(t, say(slack.MsgOptionReplaceOriginal(url)))
	m, _ := a.w.Message(ch, ts)
	same(t, "replaced", m.Text(), "Déjà pris")
	check(t, say(slack.MsgOptionDeleteOriginal(url)))
	same(t, "deleted", len(a.w.Messages(ch)), 1)
	check(t, say(slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral)))
	var status slack.StatusCodeError
	if err := say(slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral)); !errors.As(err, &status) || status.Code != 404 {
		t.Errorf("a sixth time: %v", err)
	}
}

func TestEphemeralMessagesHaveButtonsToo(t *testing.T) {
	a := connected(t, nil)
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	ts, err := a.PostEphemeral(ch, "U0ANNA", slack.MsgOptionText("Aperçu", false), slack.MsgOptionBlocks(button("b", "take", "1", "Prendre")))
	check(t, err)
	check(t, a.w.Click("U0ANNA", ch, ts, "take"))
	act := a.acted(t, 0)
	same(t, "ephemeral", []any{act.Container.IsEphemeral, act.Container.MessageTs, act.Message.Text}, []any{true, ts, ""})
	_, _, err = a.PostMessage(ch, slack.MsgOptionText("Pris", false), slack.MsgOptionReplaceOriginal(act.ResponseURL))
	check(t, err)
	same(t, "replaced", a.w.Ephemerals("U0ANNA")[0].Text(), "Pris")
	_, _, err = a.PostMessage(ch, slack.MsgOptionDeleteOriginal(act.ResponseURL))
	check(t, err)
	same(t, "gone", len(a.w.Ephemerals("U0ANNA")), 0)
}

func TestACommandIsAnsweredAtOnce(t *testing.T) {
	a := connected(t, nil)
	dm := a.w.DM("U0ANNA")
	a.answers(func(socketmode.Event) (any, bool) { return map[string]any{"text": "Trois dossiers attendent."}, true })
	check(t, a.w.Slash("U0ANNA", "/accueil", "file <toutes>", dm))
	a.mu.Lock()
	command := a.slashes[0]
	a.mu.Unlock()
	same(t, "command", []string{command.Command, command.Text, command.UserID, command.ChannelName}, []string{"/accueil", "file &lt;toutes&gt;", "U0ANNA", "directmessage"})
	same(t, "answer", a.w.Ephemerals("U0ANNA")[0].Text(), "Trois dossiers attendent.")
}

func TestAnInteractionIsNotTriedAgainAndThePersonSeesIt(t *testing.T) {
	a := connected(t, func(o *slackfake.Options) { o.AckWithin = 100 * time.Millisecond })
	ch, ts := card(t, a)
	a.answers(func(e socketmode.Event) (any, bool) { return nil, e.Type == socketmode.EventTypeEventsAPI })
	if err := a.w.Click("U0ANNA", ch, ts, "take"); !errors.Is(err, slackfake.ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
	if err := a.w.Slash("U0ANNA", "/accueil", "", ch); !errors.Is(err, slackfake.ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
	seen := a.w.Failures("U0ANNA")
	same(t, "failures", []any{len(seen), seen[0].What, seen[0].Why, seen[1].What}, []any{2, "take", "timeout", "/accueil"})
	same(t, "unacked", a.w.Unacked(), 2)
	a.mu.Lock()
	defer a.mu.Unlock()
	same(t, "told once each", []int{len(a.acts), len(a.slashes)}, []int{1, 1})
}

func TestOnlyTheAppsOwnCommandsAndShortcutsAreThere(t *testing.T) {
	a := connected(t, func(o *slackfake.Options) {
		o.Commands = []string{"/accueil"}
		o.Shortcuts = []slackfake.Shortcut{{Name: "Ma file", CallbackID: "queue"}}
	})
	dm := a.w.DM("U0ANNA")
	check(t, a.w.Slash("U0ANNA", "/accueil", "aide", dm))
	check(t, a.w.GlobalShortcut("U0ANNA", "queue"))
	refuses(t, "another command", a.w.Slash("U0ANNA", "/orient", "", dm), "/orient is not a valid command")
	refuses(t, "another shortcut", a.w.GlobalShortcut("U0ANNA", "redact"), `the app has no shortcut "redact"`)

	b := connected(t, func(o *slackfake.Options) { o.Scopes = []string{"chat:write"} })
	refuses(t, "without the scope", b.w.Slash("U0ANNA", "/accueil", "", b.w.DM("U0ANNA")), "/accueil is not a valid command")
}
