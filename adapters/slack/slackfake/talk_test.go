package slackfake_test

import (
	"testing"

	"github.com/slack-go/slack"
)

func TestAPersonAndTheAppTalkInDirectMessages(t *testing.T) {
	a := connected(t, nil)
	dm := a.w.DM("U0ANNA")
	ts, err := a.w.Write("U0ANNA", dm, "Bonjour & <salut> https://example.org", "")
	check(t, err)
	m := a.said(t, 0)
	same(t, "text", m.Text, "Bonjour &amp; &lt;salut&gt; <https://example.org>")
	same(t, "where", []string{m.Channel, m.ChannelType, m.TimeStamp, m.User}, []string{dm, "im", ts, "U0ANNA"})

	_, answer, err := a.PostMessage(dm, slack.MsgOptionText("Oui <b>", true), slack.MsgOptionTS(ts), slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("plain_text", "Oui", false, false), nil, nil),
		slack.NewActionBlock("", slack.NewButtonBlockElement("prendre", "42", slack.NewTextBlockObject("plain_text", "Prendre", true, false)))))
	check(t, err)
	same(t, "read", a.w.Thread(dm, ts)[1].Text(), "Oui\n[Prendre]")
	check(t, a.w.Click("U0ANNA", dm, answer, "prendre"))
	act := a.acted(t, 0)
	same(t, "value", act.ActionCallback.BlockActions[0].Value, "42")
	same(t, "unacked", a.w.Unacked(), 0)
}
