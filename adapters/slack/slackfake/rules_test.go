package slackfake_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
)

func TestAChannelTakesOneMessageASecond(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.Speed = 10 }) // one in 100 ms
	ch := w.AddChannel("file", true, w.BotUser)
	post := func(to string) error { _, _, err := api.PostMessage(to, slack.MsgOptionText("x", false)); return err }
	for range 5 {
		check(t, post(ch))
	}
	var limited *slack.RateLimitedError
	if err := post(ch); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("a sixth at once: %v", err)
	}
	check(t, post(w.DM("U0ANNA"))) // another channel
	if !w.Until(quick, func() bool { return post(ch) == nil }) {
		t.Error("the limit does not end")
	}
	if n := w.Refused("chat.postMessage"); n == 0 || w.Refused("") != n {
		t.Errorf("%d refused of %d", n, w.Refused(""))
	}
}

func TestMethodsHaveTiers(t *testing.T) {
	for _, off := range []bool{false, true} {
		w, api := workspace(t, func(o *slackfake.Options) { o.NoLimits = off })
		for i := range 60 {
			_, _ = api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: fmt.Sprint("C", i)})
		}
		if n := w.Refused("conversations.history"); n > 10 || (n == 0) != off {
			t.Errorf("limits off %v: %d of 60 refused", off, n)
		}
	}
}

func TestCallsGoWrongAsScripted(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.NoLimits = true })
	ch := w.AddChannel("file", true, w.BotUser)
	post := func() error { _, _, err := api.PostMessage(ch, slack.MsgOptionText("x", false)); return err }
	var status slack.StatusCodeError
	var limited *slack.RateLimitedError
	free := make(chan struct{})
	time.AfterFunc(50*time.Millisecond, func() { close(free) })
	for _, c := range []struct {
		name  string
		how   slackfake.How
		there int // messages of it in the channel
		right func(error) bool
	}{
		{"429", slackfake.TooMany(30 * time.Second), 0, func(err error) bool { return errors.As(err, &limited) && limited.RetryAfter == 30*time.Second }},
		{"502", slackfake.Status(502), 0, func(err error) bool { return errors.As(err, &status) && status.Code == 502 }},
		{"slow", slackfake.Slow(50 * time.Millisecond), 1, func(err error) bool { return err == nil }},
		{"held", slackfake.Held(free), 1, func(err error) bool { return err == nil }},
		{"cut", slackfake.Cut(), 0, func(err error) bool { return err != nil }},
		{"lost", slackfake.LostReply(), 1, func(err error) bool { return err != nil }},
		{"answered late", slackfake.SlowReply(50 * time.Millisecond), 1, func(err error) bool { return err == nil }},
		{"said", slackfake.Says("fatal_error"), 0, func(err error) bool { return err.Error() == "fatal_error" }},
	} {
		before := len(w.Messages(ch))
		w.Fail("chat.postMessage", 1, c.how)
		if err := post(); !c.right(err) {
			t.Errorf("%s: got %v", c.name, err)
		}
		same(t, c.name, len(w.Messages(ch))-before, c.there)
		check(t, post())
	}
	w.Fail("*", 3, slackfake.Status(500))
	if post() == nil {
		t.Error("any method should have failed")
	}
	w.Mend()
	check(t, post())
}

func TestBlocksHaveLimits(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.NoLimits = true })
	ch := w.AddChannel("file", true, w.BotUser)
	long := func(n int) string { return strings.Repeat("é", n) }
	mrkdwn := func(text string) slack.Block {
		return slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", text, false, false), nil, nil)
	}
	many := func(n int, one func(i int) slack.Block) (all []slack.Block) {
		for i := range n {
			all = append(all, one(i))
		}
		return all
	}
	buttons := func(n int) slack.Block {
		var all []slack.BlockElement
		for i := range n {
			all = append(all, slack.NewButtonBlockElement(fmt.Sprint(i), "", words("x")))
		}
		return slack.NewActionBlock("", all...)
	}
	choices := func(n, length int) slack.Block {
		var all []*slack.OptionBlockObject
		for i := range n {
			all = append(all, slack.NewOptionBlockObject(fmt.Sprint(i), words(long(length)), nil))
		}
		return slack.NewActionBlock("", slack.NewOptionsSelectBlockElement("static_select", words("x"), "s", all...))
	}
	for _, c := range []struct {
		name   string
		good   []slack.Block
		bad    []slack.Block
		needle string
	}{
		{"blocks", many(50, func(int) slack.Block { return slack.NewDividerBlock() }), many(51, func(int) slack.Block { return slack.NewDividerBlock() }), "/blocks]"},
		{"section", []slack.Block{mrkdwn(long(3000))}, []slack.Block{mrkdwn(long(3001))}, "less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty", []slack.Block{mrkdwn("x")}, []slack.Block{mrkdwn("")}, "more than 0"},
		{"header", []slack.Block{slack.NewHeaderBlock(words(long(150)))}, []slack.Block{slack.NewHeaderBlock(words(long(151)))}, "151"},
		{"label", []slack.Block{button("", "a", "", long(75))}, []slack.Block{button("", "a", "", long(76))}, "76"},
		{"value", []slack.Block{button("", "a", long(2000), "x")}, []slack.Block{button("", "a", long(2001), "x")}, "2001"},
		{"action_id", []slack.Block{button("", long(255), "", "x")}, []slack.Block{button("", long(256), "", "x")}, "256"},
		{"block_id", []slack.Block{button(long(255), "a", "", "x")}, []slack.Block{button(long(256), "a", "", "x")}, "256"},
		{"elements", []slack.Block{buttons(25)}, []slack.Block{buttons(26)}, "no more than 25"},
		{"options", []slack.Block{choices(100, 75)}, []slack.Block{choices(101, 75)}, "no more than 100"},
		{"option text", []slack.Block{choices(1, 75)}, []slack.Block{choices(1, 76)}, "76"},
		{"rich text", []slack.Block{rich("x")}, []slack.Block{rich("")}, "/blocks/0/elements/0/elements/0/text"},
		{"unique", []slack.Block{button("a", "a", "", "x"), button("b", "a", "", "x")}, []slack.Block{button("a", "a", "", "x"), button("a", "b", "", "x")}, "already exists"},
	} {
		_, _, err := api.PostMessage(ch, slack.MsgOptionBlocks(c.good...))
		if err != nil {
			t.Errorf("%s: at the limit: %v", c.name, err)
		}
		_, _, err = api.PostMessage(ch, slack.MsgOptionBlocks(c.bad...))
		var answer slack.SlackErrorResponse
		if !errors.As(err, &answer) || answer.Err != "invalid_blocks" || len(answer.ResponseMetadata.Messages) == 0 ||
			!strings.Contains(answer.ResponseMetadata.Messages[0], c.needle) {
			t.Errorf("%s: over the limit: %v %q", c.name, err, answer.ResponseMetadata.Messages)
		}
	}
}

func rich(text string) slack.Block {
	return slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(text, nil)))
}

func TestAllBlocksTogetherHaveALimit(t *testing.T) {
	w, api := workspace(t, nil)
	ch := w.AddChannel("file", true, w.BotUser)
	part := rich(strings.Repeat("é", 3300))
	_, _, err := api.PostMessage(ch, slack.MsgOptionBlocks(part, part, part, part))
	check(t, err)
	_, _, err = api.PostMessage(ch, slack.MsgOptionBlocks(part, part, part, part, rich("é")))
	refuses(t, "too much", err, "msg_blocks_too_long")
}

func TestViewsHaveLimits(t *testing.T) {
	a := connected(t, nil)
	for name, spoil := range map[string]func(*slack.ModalViewRequest){
		"/view/title":            func(v *slack.ModalViewRequest) { v.Title = words(strings.Repeat("x", 25)) },
		"/view/private_metadata": func(v *slack.ModalViewRequest) { v.PrivateMetadata = strings.Repeat("x", 3001) },
		"/view/submit":           func(v *slack.ModalViewRequest) { v.Submit = nil },
		"/view/blocks": func(v *slack.ModalViewRequest) {
			for range 100 {
				v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock())
			}
		},
	} {
		v, _ := opened(t, a, "Bon")
		bad := closing("Mauvais")
		spoil(&bad)
		_, err := a.UpdateView(bad, "", "", v.View.ID)
		var answer slack.SlackErrorResponse
		if !errors.As(err, &answer) || answer.Err != "invalid_arguments" || !strings.Contains(strings.Join(answer.ResponseMetadata.Messages, " "), name) {
			t.Errorf("%s: got %v %q", name, err, answer.ResponseMetadata.Messages)
		}
	}
}

func TestLiveMarkupIsReported(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.NoLimits, o.Allowed = true, []string{"U0ANNA", "https://desk.example/"} })
	ch := w.AddChannel("file", true, w.BotUser)
	say := func(text string, escape bool) {
		t.Helper()
		_, _, err := api.PostMessage(ch, slack.MsgOptionText(text, escape))
		check(t, err)
	}
	say("<!channel> <@U0BILAL> <https://mal.example|ici> a < b <@U0ANNA", true)
	say("<@U0ANNA> <https://desk.example/cases/1|ouvrir> a < b", false)
	same(t, "escaped or allowed", len(w.Markups()), 0)
	say("1 < 2 <!channel>", false)
	_, _, err := api.PostMessage(ch, slack.MsgOptionText("carte", false), slack.MsgOptionBlocks(
		slack.NewContextBlock("", slack.NewTextBlockObject("mrkdwn", "voir <https://mal.example|ici>", false, false), words("<@U0BILAL>"))))
	check(t, err)
	var got []string
	for _, m := range w.Markups() {
		got = append(got, m.What)
	}
	same(t, "reported", got, []string{"<!channel>", "<https://mal.example|ici>"})
}

func TestFilesGoBothWays(t *testing.T) {
	a := connected(t, nil)
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	ts, err := a.w.Upload("U0ANNA", ch, "mon CV", "", "cv.pdf", []byte("%PDF-1.7"))
	check(t, err)
	m := a.said(t, 0)
	same(t, "message", []string{m.SubType, m.Message.Files[0].Name, m.Message.Files[0].Mimetype, m.TimeStamp}, []string{"file_share", "cv.pdf", "application/pdf", ts})
	var got bytes.Buffer
	check(t, a.GetFile(m.Message.Files[0].URLPrivateDownload, &got))
	same(t, "content", got.String(), "%PDF-1.7")

	sent, err := a.UploadFile(slack.UploadFileParameters{Filename: "plan.txt", FileSize: 4, Reader: strings.NewReader("plan"), Channel: ch, ThreadTimestamp: ts, InitialComment: "Voici"})
	check(t, err)
	info, _, _, err := a.GetFileInfo(sent.ID, 0, 0)
	check(t, err)
	same(t, "info", []any{info.Name, info.Size, info.User}, []any{"plan.txt", 4, a.w.BotUser})
	same(t, "in the thread", a.w.Thread(ch, ts)[1].Files, []string{"plan.txt"})
}
