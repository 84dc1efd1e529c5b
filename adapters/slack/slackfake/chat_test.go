package slackfake_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
)

func TestTheAppHearsItsOwnMessages(t *testing.T) {
	a := connected(t, nil)
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	_, ts, err := a.PostMessage(ch, slack.MsgOptionText("carte", false))
	check(t, err)
	own := a.said(t, 0)
	same(t, "own", []string{own.BotID, own.User, own.TimeStamp, own.ChannelType}, []string{a.w.BotID, a.w.BotUser, ts, "group"})
	_, _, _, err = a.UpdateMessage(ch, ts, slack.MsgOptionText("prise", false))
	check(t, err)
	changed := a.said(t, 1)
	same(t, "changed", []string{changed.SubType, changed.Message.BotID, changed.Message.Text, changed.PreviousMessage.Text, changed.Message.Timestamp},
		[]string{"message_changed", a.w.BotID, "prise", "carte", ts})
	check(t, a.w.Touch(ch, ts))
	touched := a.said(t, 2)
	same(t, "an unfurl changes no text", []string{touched.SubType, touched.Message.Text, touched.PreviousMessage.Text}, []string{"message_changed", "prise", "prise"})
	a.mu.Lock()
	outer := a.events[0]
	a.mu.Unlock()
	same(t, "envelope", []string{outer.TeamID, outer.APIAppID, outer.Type}, []string{a.w.TeamID, a.w.AppID, "event_callback"})
}

func TestAnUpdateReplacesWhatItBrings(t *testing.T) {
	w, api := workspace(t, nil)
	ch := w.AddChannel("file", true, w.BotUser)
	_, ts, err := api.PostMessage(ch, slack.MsgOptionText("carte", false), slack.MsgOptionBlocks(button("b", "take", "1", "Prendre")))
	check(t, err)
	update := func(options ...slack.MsgOption) slackfake.Message {
		t.Helper()
		_, _, _, err := api.UpdateMessage(ch, ts, options...)
		check(t, err)
		m, _ := w.Message(ch, ts)
		return m
	}
	m := update(slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "card", EventPayload: map[string]any{"n": 2}}))
	same(t, "metadata alone", []any{m.Text(), m.Edited}, []any{"[Prendre]", true})
	m = update(slack.MsgOptionText("prise", false), slack.MsgOptionBlocks(button("b", "close", "1", "Clore")))
	same(t, "blocks", []any{m.Text(), m.Mrkdwn}, []any{"[Clore]", "prise"})
	m = update(slack.MsgOptionText("close", false))
	same(t, "text takes the blocks away", []any{m.Text(), m.Edited}, []any{"close", true})
	_, _, _, err = api.UpdateMessage(w.BotUser, ts, slack.MsgOptionText("x", false))
	refuses(t, "a person in place of a channel", err, "channel_not_found")
}

func TestOnlyItsOwnMessagesAreTheAppsToChange(t *testing.T) {
	w, api := workspace(t, nil)
	ch := w.AddChannel("file", true, w.BotUser, "U0ANNA")
	theirs, err := w.Write("U0ANNA", ch, "à moi", "")
	check(t, err)
	_, _, _, err = api.UpdateMessage(ch, theirs, slack.MsgOptionText("à nous", false))
	refuses(t, "update", err, "cant_update_message")
	_, _, err = api.DeleteMessage(ch, theirs)
	refuses(t, "delete", err, "cant_delete_message")
	_, _, _, err = api.UpdateMessage(ch, "1.000001", slack.MsgOptionText("x", false))
	refuses(t, "update nothing", err, "message_not_found")
	_, _, err = api.PostMessage(ch, slack.MsgOptionText("", false))
	refuses(t, "say nothing", err, "no_text")
	_, mine, err := api.PostMessage(ch, slack.MsgOptionText(strings.Repeat("é", 40001), false))
	check(t, err)
	long, _ := w.Message(ch, mine)
	same(t, "cut", len([]rune(long.Mrkdwn)), 40000)
	_, _, _, err = api.UpdateMessage(ch, mine, slack.MsgOptionText(strings.Repeat("é", 2001), false))
	refuses(t, "a long update", err, "msg_too_long")
	link, err := api.GetPermalink(&slack.PermalinkParameters{Channel: ch, Ts: mine})
	check(t, err)
	if !strings.HasSuffix(link, "/archives/"+ch+"/p"+strings.ReplaceAll(mine, ".", "")) {
		t.Errorf("permalink %s", link)
	}
}

func TestAReplyToWhatIsGoneStandsInTheChannel(t *testing.T) {
	w, api := workspace(t, nil)
	ch := w.AddChannel("file", true, w.BotUser)
	_, root, err := api.PostMessage(ch, slack.MsgOptionText("carte", false))
	check(t, err)
	_, reply, err := api.PostMessage(ch, slack.MsgOptionText("note", false), slack.MsgOptionTS(root))
	check(t, err)
	_, _, err = api.PostMessage(ch, slack.MsgOptionText("sous la note", false), slack.MsgOptionTS(reply))
	refuses(t, "a reply to a reply", err, "cannot_reply_to_message")
	check(t, w.Purge(ch, reply))
	check(t, w.Purge(ch, root))
	_, _, m, err := api.PostMessageWithResponse(ch, slack.MsgOptionText("orpheline", false), slack.MsgOptionTS(root))
	check(t, err)
	same(t, "thread", m.ThreadTimestamp, "")
}

func TestEphemeralsAreForOneMember(t *testing.T) {
	w, api := workspace(t, nil)
	ch := w.AddChannel("file", true, w.BotUser, "U0ANNA")
	_, err := api.PostEphemeral(ch, "U0ANNA", slack.MsgOptionText("Déjà pris &amp; gardé", false))
	check(t, err)
	_, err = api.PostEphemeral(ch, "U0BILAL", slack.MsgOptionText("x", false))
	refuses(t, "who is not there", err, "user_not_in_channel")
	same(t, "seen", w.Ephemerals("U0ANNA")[0].Text(), "Déjà pris & gardé")
	same(t, "by nobody else", []int{len(w.Ephemerals("U0BILAL")), len(w.Messages(ch))}, []int{0, 0})
}

func TestReactions(t *testing.T) {
	a := connected(t, nil)
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	ts, err := a.w.Write("U0ANNA", ch, "bonjour", "")
	check(t, err)
	at := slack.NewRefToMessage(ch, ts)
	check(t, a.AddReaction("hourglass", at))
	refuses(t, "twice", a.AddReaction("hourglass", at), "already_reacted")
	check(t, a.RemoveReaction("hourglass", at))
	refuses(t, "remove twice", a.RemoveReaction("hourglass", at), "no_reaction")
	refuses(t, "what is no emoji", a.AddReaction("Sablier !", at), "invalid_name")
	check(t, a.AddReaction("white_check_mark", at))
	check(t, a.w.React("U0ANNA", ch, ts, "white_check_mark"))
	same(t, "shown", a.w.Reactions(ch, ts), []map[string]any{{"Name": "white_check_mark", "Users": []string{a.w.BotUser, "U0ANNA"}}})
	got, err := a.GetReactions(at, slack.NewGetReactionsParameters())
	check(t, err)
	same(t, "got", got.Reactions[0].Count, 2)
	refuses(t, "on nothing", a.AddReaction("eyes", slack.NewRefToMessage(ch, "1.0")), "message_not_found")
}
