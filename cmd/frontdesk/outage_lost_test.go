package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

// Telegram is away for a minute: what people and counsellors write meanwhile comes afterwards, in order.
func TestTelegramIsAwayForAMinute(t *testing.T) {
	t.Parallel()
	w := openOutage(t)
	c := w.escalates(1)
	camille := w.seat("camille")
	w.until("she takes it", func() bool { return camille.presses(c, "claim") == nil })
	w.settled()
	w.tgDown.Store(true)
	w.forsaken = "telegram"
	for i := range 3 {
		c.tg.Write(fmt.Sprintf("question %d", i+1))
		camille.writes(c, fmt.Sprintf("réponse %d", i+1))
		w.passes(12 * time.Second)
	}
	w.passes(25 * time.Second)
	w.tgDown.Store(false)
	w.forsaken = ""
	w.eventually("the last answer is seen", func() bool { return c.times("réponse 3") > 0 })
	root := camille.thread(c)
	w.eventually("the last question is passed on", func() bool { return len(passedIn(w.slack, root, "question")) == 3 })
	w.settled()
	if got := passedIn(w.slack, root, "question"); strings.Join(got, " ") != "question 1 question 2 question 3" {
		t.Errorf("she reads %v", got)
	}
	at := 0
	for _, m := range w.tg.Shown(1) {
		if m.Bot && strings.Contains(m.Text, "réponse") {
			at++
			if !strings.Contains(m.Text, fmt.Sprint("réponse ", at)) {
				t.Errorf("answer %d is %q", at, m.Text)
			}
		}
	}
	if at != 3 {
		t.Errorf("%d answers are seen", at)
	}
}

// passedIn are the first lines of what the app posted in a thread with a word in it.
func (q *quarter) passedIn(root slackfake.Message, word string) []string {
	return passedIn(q.slack, root, word)
}

func passedIn(slack *slackfake.Workspace, root slackfake.Message, word string) []string {
	var all []string
	for _, m := range slack.Thread(root.Channel, root.TS)[1:] {
		if line, _, _ := strings.Cut(m.Text(), "\n"); m.Bot && strings.Contains(line, word) {
			all = append(all, line)
		}
	}
	return all
}

// Each method by which something is posted does what it is asked, and the answer is lost. What can be looked
// up in Slack stands there once; what can be repeated has been; nothing is missing, and what Telegram shows
// twice says so.
func TestAnswersOfThePlatformsAreLost(t *testing.T) {
	t.Parallel()
	q := newQuarter(t, quarterPlan{people: staffOfOutages(), slack: slackfake.Options{NoLimits: true}, telegram: telegramfake.Options{NoLimits: true},
		change: func(c *serveCommand) { c.Messaging.speed = 1000 }})
	q.open()
	lose := func(methods ...string) {
		for _, m := range methods {
			q.slack.Fail(m, 1, slackfake.LostReply())
		}
	}
	lose("conversations.create", "conversations.setTopic", "conversations.invite", "chat.postMessage")
	sam := q.escalates(1)
	camille := member("camille")
	card := q.card("accueil-regional")
	q.until("the card is known", q.idle)
	lose("conversations.open", "chat.postMessage", "chat.update")
	q.until("she takes it", func() bool { return q.slack.Click(camille, card.Channel, card.TS, "claim") == nil })
	q.until("the case is hers", func() bool { return q.sessions()[0].Case.Owner == "camille" })
	q.until("her thread is open", q.idle)
	root, there := q.thread(camille, "OR-")
	if !there {
		t.Fatal("she has no thread")
	}
	lose("chat.postMessage")
	sam.Write("bonjour, une question")
	q.until("the question is passed on", func() bool { return len(q.passedIn(root, "une question")) > 0 && q.idle() })
	lose("reactions.add", "reactions.remove")
	q.tg.Trouble("sendMessage", telegramfake.LostReply())
	if _, err := q.slack.Write(camille, root.Channel, "voici la réponse", root.TS); err != nil {
		t.Fatal(err)
	}
	q.until("the answer is seen", func() bool { return q.sees(1, "voici la réponse") > 0 && q.idle() })
	lose("chat.postMessage", "chat.update")
	q.closes(camille, root)
	q.until("the card says so", func() bool {
		m, _ := q.slack.Message(card.Channel, card.TS)
		return strings.Contains(m.Text(), "Terminé") && q.idle()
	})
	q.once(camille, root)
}

// closes fills in the form that ends a case.
func (q *quarter) closes(user string, root slackfake.Message) {
	q.t.Helper()
	if err := q.slack.Click(user, root.Channel, root.TS, "finish"); err != nil {
		q.t.Fatal(err)
	}
	q.until("a form", func() bool { v, open := q.slack.View(user); return open && v.CallbackID != "" })
	v, _ := q.slack.View(user)
	if _, err := q.slack.SubmitView(user, v.ID, map[string]map[string]string{"outcome": {"outcome": "answered"}}); err != nil {
		q.t.Fatal(err)
	}
}

// once wants everything that can be looked up once, and nothing among the dead letters.
func (q *quarter) once(user string, root slackfake.Message) {
	q.t.Helper()
	q.card("accueil-regional")
	threads := 0
	for _, m := range q.slack.Messages(q.slack.DM(user)) {
		if strings.Contains(m.Text(), "OR-") && m.Replies > 0 {
			threads++
		}
	}
	if threads != 1 {
		q.t.Errorf("%d threads", threads)
	}
	if got := q.passedIn(root, "une question"); len(got) != 1 {
		q.t.Errorf("the question stands there %d times", len(got))
	}
	seen, marked := q.sees(1, "voici la réponse"), q.sees(1, "peut-être déjà reçu")
	if seen < 1 || seen > 2 || seen == 2 && marked != 1 {
		q.t.Errorf("the answer is seen %d times, %d times with a word that it may be a repetition", seen, marked)
	}
	if letters, err := q.houses[0].store.DeadLetters(q.t.Context()); err != nil || len(letters) > 0 {
		q.t.Errorf("%d dead letters, %v", len(letters), err)
	}
	if s := q.sessions()[0]; s.Life != bot.Closed || s.Case.Outcome != "answered" {
		q.t.Errorf("it is %s %q", s.Life, s.Case.Outcome)
	}
}
