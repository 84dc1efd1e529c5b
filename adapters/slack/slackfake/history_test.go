package slackfake_test

import (
	"fmt"
	"testing"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
)

func TestAnAmbiguousPostIsFoundByItsMetadata(t *testing.T) {
	w, api := workspace(t, nil)
	ch := w.AddChannel("file", true, w.BotUser)
	w.Fail("chat.postMessage", 1, slackfake.LostReply())
	card := slack.SlackMetadata{EventType: "frontdesk_card", EventPayload: map[string]any{"case": "ORI-7F3K", "try": 1.0}}
	_, _, err := api.PostMessage(ch, slack.MsgOptionText("carte", false), slack.MsgOptionMetadata(card))
	if err == nil {
		t.Fatal("the reply was not lost")
	}
	found, err := api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: ch, IncludeAllMetadata: true})
	check(t, err)
	same(t, "metadata", found.Messages[0].Metadata, card)
	found, err = api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: ch})
	check(t, err)
	same(t, "without asking", found.Messages[0].Metadata.EventType, "")
}

func TestHistoryKeepsToBoundsAndPages(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.NoLimits = true })
	ch := w.AddChannel("file", true, w.BotUser, "U0ANNA")
	var ts []string
	for i := range 7 {
		_, one, err := api.PostMessage(ch, slack.MsgOptionText(fmt.Sprint(i), false))
		check(t, err)
		ts = append(ts, one)
		if i > 0 && ts[i] <= ts[i-1] {
			t.Fatalf("ts %s is not after %s", ts[i], ts[i-1])
		}
	}
	_, _, err := api.PostMessage(ch, slack.MsgOptionText("reply", false), slack.MsgOptionTS(ts[3]))
	check(t, err)
	read := func(p slack.GetConversationHistoryParameters) (texts string, next string) {
		t.Helper()
		p.ChannelID = ch
		h, err := api.GetConversationHistory(&p)
		check(t, err)
		for _, m := range h.Messages {
			texts += m.Text
		}
		return texts, h.ResponseMetaData.NextCursor
	}
	all, _ := read(slack.GetConversationHistoryParameters{})
	same(t, "all, newest first, without replies", all, "6543210")
	some, _ := read(slack.GetConversationHistoryParameters{Oldest: ts[2], Latest: ts[5]})
	same(t, "between", some, "43")
	some, _ = read(slack.GetConversationHistoryParameters{Oldest: ts[2], Latest: ts[5], Inclusive: true})
	same(t, "with the bounds", some, "5432")
	first, next := read(slack.GetConversationHistoryParameters{Limit: 3})
	second, next := read(slack.GetConversationHistoryParameters{Limit: 3, Cursor: next})
	third, end := read(slack.GetConversationHistoryParameters{Limit: 3, Cursor: next})
	same(t, "pages", []string{first, second, third, end}, []string{"654", "321", "0", ""})
	_, err = api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: ch, Cursor: "bad"})
	refuses(t, "a bad cursor", err, "invalid_cursor")
}

func TestARootWithRepliesLeavesATombstone(t *testing.T) {
	a := connected(t, nil)
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	_, root, err := a.PostMessage(ch, slack.MsgOptionText("carte", false))
	check(t, err)
	reply, err := a.w.Write("U0ANNA", ch, "je prends", root)
	check(t, err)
	replies, _, _, err := a.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: ch, Timestamp: root})
	check(t, err)
	same(t, "thread", []any{len(replies), replies[0].ReplyCount, replies[1].Text, replies[1].ParentUserId}, []any{2, 1, "je prends", a.w.BotUser})

	_, _, err = a.DeleteMessage(ch, root)
	check(t, err)
	grave, _ := a.w.Message(ch, root)
	same(t, "tombstone", []any{grave.Tombstone, len(a.w.Messages(ch))}, []any{true, 1})
	_, _, _, err = a.UpdateMessage(ch, root, slack.MsgOptionText("encore", false))
	refuses(t, "update it", err, "message_not_found")
	changed := a.said(t, 2)
	same(t, "event", []string{changed.SubType, changed.Message.SubType, changed.PreviousMessage.Text}, []string{"message_changed", "tombstone", "carte"})

	check(t, a.w.Delete("U0ANNA", ch, reply))
	deleted := a.said(t, 3)
	same(t, "deleted", []string{deleted.SubType, deleted.DeletedTimeStamp, deleted.ThreadTimeStamp, deleted.PreviousMessage.ThreadTimestamp},
		[]string{"message_deleted", reply, "", root})
	same(t, "nothing is left", len(a.w.Messages(ch)), 0)
	_, _, _, err = a.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: ch, Timestamp: root})
	refuses(t, "replies", err, "thread_not_found")
}
