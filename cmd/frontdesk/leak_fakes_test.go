package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

// Everything the corpus has people write goes through the made-up Telegram and the made-up gateway for text
// messages, and something of one's own into every place where people can write: captions, corrections, contacts, threads, notes, forms, commands,
// letters. At the finest log level nothing of it may stand in the log, in the metrics or in Redis, in
// names or in values; and where a Region wants no words in Slack, no citizen's word stands anywhere there.
func TestNothingThatPeopleWriteLeaksThroughThePlatforms(t *testing.T) {
	for _, words := range []string{"dm", "link"} {
		t.Run(words, func(t *testing.T) { huntThroughFakes(t, words) })
	}
}

// What counsellors write, are called and are known by in Slack has a mark of its own.
const staffMark = "vkwqzj"

// chatMark begins every chat's id. The hunt for telephone numbers finds it.
const chatMark = 6399855000

// A fakesHunt is a quarter in which the corpus is played, and what people wrote.
type fakesHunt struct {
	*quarter
	marker
	words   string
	post    *postOffice
	gateway *smsfake.Server
	count   int // of people on Telegram
	senders int // of texts
}

func huntThroughFakes(t *testing.T, words string) {
	url := startRedis(t)
	h := &fakesHunt{words: words, post: openPost(t)}
	people := []hired{
		{ID: "one", Name: staffMark + "One", Slack: "U0" + strings.ToUpper(staffMark) + "1", Structures: []bot.StructureID{"accueil-regional"}, Roles: []bot.Role{bot.RoleCounsellor}},
		{ID: "two", Name: staffMark + "Two", Slack: "U0" + strings.ToUpper(staffMark) + "2", Structures: []bot.StructureID{"accueil-regional"}, Roles: []bot.Role{bot.RoleCounsellor, bot.RoleLead}},
	}
	h.quarter = newQuarter(t, quarterPlan{redis: url, people: people, level: slog.LevelDebug,
		slack: slackfake.Options{NoLimits: true}, telegram: telegramfake.Options{NoLimits: true},
		change: func(c *serveCommand) {
			c.PublicURL, c.Messaging.speed, c.Messaging.Slack.Words = "https://desk.example", 1e4, words
			c.Messaging.Mail = mailConfig{SMTPURL: "smtp://" + h.post.addr, From: "accueil@region.test"}
			c.Messaging.trust = h.post.trusted
			h.gateway = withGateway(t, c)
		}})
	h.secret = []string{h.tg.Token(), strings.SplitN(h.tg.Token(), ":", 2)[1], h.slack.BotToken, h.slack.AppToken, h.gateway.Password, h.gateway.Secret}
	house := h.open()
	h.gateway.Deliver("http://" + house.config.Listen)
	redis.LogTo(house.log)
	t.Cleanup(func() { redis.LogTo(quietly()) })
	h.citizens()
	h.byText(people)
	h.counsel(people)
	_, metrics := scrape(t, house.metrics)
	h.wasThere(t)
	h.textsWereThere(metrics)
	options, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	rdb := goredis.NewClient(options)
	defer rdb.Close()
	for place, text := range map[string]string{"log": h.log.String(), "metrics": metrics, "Redis": dumpAll(t, rdb, "*")} {
		for _, leak := range h.everything(text, place != "Redis") {
			t.Errorf("%s: %s", place, leak)
		}
	}
	h.planted(t)
	if words == "link" {
		for _, leak := range h.found(h.allOfSlack(people), false) {
			t.Errorf("Slack: %s", leak)
		}
	}
}

// everything finds what citizens wrote and what counsellors did.
func (h *fakesHunt) everything(text string, ids bool) []string {
	all := h.found(text, ids)
	if i := strings.Index(strings.ToLower(text), staffMark); i >= 0 {
		all = append(all, fmt.Sprintf("a counsellor's: …%q…", text[max(0, i-80):min(len(text), i+40)]))
	}
	return all
}

// planted shows that the hunt finds.
func (h *fakesHunt) planted(t *testing.T) {
	t.Helper()
	for _, what := range []string{h.word(), fmt.Sprint(chatMark + 7), h.secret[1], "U0" + strings.ToUpper(staffMark) + "1", h.slack.BotToken, h.ids[0],
		"+33 6 39 98 55 01", "+33639985601", "06 39 98 57 01", h.gateway.Password, h.gateway.Secret} {
		if len(h.everything("level=INFO x="+what+"\n", true)) == 0 {
			t.Errorf("%q is not found", what)
		}
	}
}

func (h *fakesHunt) person() *telegramfake.Person {
	h.count++
	return h.tg.Person(int64(chatMark+h.count), h.word(), "fr")
}

// citizens is all that citizens write: the corpus, each conversation by somebody of their own, and what can be
// written elsewhere than in a message.
func (h *fakesHunt) citizens() {
	h.t.Helper()
	for _, lines := range h.conversations() {
		p := h.person()
		p.Start("")
		for _, line := range lines {
			p.Write(line)
		}
	}
	p := h.person()
	p.Start(h.word())
	p.SendPhoto("voici ma photo "+h.word(), "")
	p.SendFile(h.word()+".pdf", "application/pdf", "mon cv "+h.word(), 1000)
	id := p.Write("je cherche " + h.word())
	if err := p.Edit(id, "je cherche plutôt "+h.word()); err != nil {
		h.t.Fatal(err)
	}
	p.Write("/" + h.word() + " " + h.word())
	p.Write("1234567890") // a code that opens nothing
	p.Phone = "+33" + h.phone()[1:]
	p.SendContact()
	p.SendContactOf(h.word(), h.phone(), 0)
	h.tg.Inject(p.ID, map[string]any{"message": map[string]any{"text": h.word()}}) // not whole
	group := h.tg.Group(-chatMark, "group", h.word())
	group.Add(p)
	group.Write(p, h.word())
	h.until("all updates are taken", func() bool { return h.tg.Pending() == 0 })
}

// conversations are what citizens write in the corpus, in words that can be found again.
func (h *fakesHunt) conversations() [][]string {
	h.t.Helper()
	t, is := h.t.(*testing.T)
	if !is {
		h.t.Fatal("a hunt is a test")
	}
	var all [][]string
	for i, talk := range corpus(t) {
		if i > 100 && i%8 != 0 { // of the public list, some
			continue
		}
		var lines []string
		for _, line := range talk.lines {
			if line.by == "citizen" {
				lines = append(lines, h.mark(line.words))
			}
		}
		all = append(all, lines)
	}
	return all
}

// counsel has counsellors write wherever they can.
func (h *fakesHunt) counsel(people []hired) {
	h.t.Helper()
	one, two := people[0].Slack, people[1].Slack
	own := func() string { h.n++; return fmt.Sprint(staffMark, "text", h.n) }
	for range 3 {
		p := h.person()
		h.openTalk(p, one, own)
	}
	p := h.person()
	h.openTalk(p, one, own)
	for _, text := range []string{"cherche " + own(), "qui " + own() + " " + own(), "pause " + own(), own(), "file", "moi"} {
		if err := h.slack.Slash(two, "/accueil", text, h.slack.DM(two)); err != nil {
			h.t.Fatal(err)
		}
	}
	_, _ = h.slack.Write(two, h.slack.DM(two), "hors fil "+own(), "")
	h.slack.OpenHome(one)
	h.slack.OpenHome(two)
	h.slack.Fail("chat.postMessage", 2, slackfake.Says("fatal_error"))
	h.slack.Fail("reactions.add", 2, slackfake.Status(502))
	h.tg.Trouble("sendMessage", telegramfake.HTML(502), telegramfake.TooMany(1), telegramfake.Cut())
	p.Write("encore " + h.word())
	time.Sleep(100 * time.Millisecond) // so that troubles meet somebody
	if !h.slack.Quiet(20 * time.Second) {
		h.t.Error("something is still on its way")
	}
	h.until("troubles are over", h.idle)
}

// openTalk is one conversation with everything in it.
func (h *fakesHunt) openTalk(p *telegramfake.Person, user string, own func() string) {
	h.t.Helper()
	before := len(h.cards("accueil-regional"))
	p.Start("")
	p.Write("je cherche " + h.word())
	p.Write("une personne")
	h.until("a card more", func() bool { return len(h.cards("accueil-regional")) > before })
	all := h.cards("accueil-regional")
	card := all[len(all)-1]
	number := dossierNumber.FindString(card.Text())
	must := func(err error) {
		if err != nil {
			h.t.Fatal(err)
		}
	}
	h.until("they were invited, and look", func() bool { return h.slack.Click(user, card.Channel, card.TS, "peek") == nil })
	_, err := h.slack.Write(user, card.Channel, "note "+own(), card.TS)
	must(err)
	must(h.slack.Click(user, card.Channel, card.TS, "claim"))
	h.until("the case is taken", func() bool {
		m, _ := h.slack.Message(card.Channel, card.TS)
		return strings.Contains(m.Text(), "Pris par")
	})
	p.Write("bonjour " + h.word() + " <@U1> <!channel> " + h.phone())
	id := p.Write("je m'appelle " + h.word())
	must(p.Edit(id, "je m'appelle plutôt "+h.word()))
	if h.words == "link" {
		return
	}
	h.until("words are passed on", func() bool { _, is := h.thread(user, number); return is })
	root, _ := h.thread(user, number)
	ts, err := h.slack.Write(user, root.Channel, "bonjour "+own(), root.TS)
	must(err)
	must(h.slack.Edit(user, root.Channel, ts, "bonjour madame "+own()))
	gone, err := h.slack.Write(user, root.Channel, "non "+own(), root.TS)
	must(err)
	must(h.slack.Delete(user, root.Channel, gone))
	h.fill(user, root, "promise", "day", "2020-01-01", "hour", "10:00", "contact", "phone")
	h.fill(user, root, "procedure", "do", "open", "note", own())
	h.fill(user, root, "procedure", "do", "close", "note", own())
	h.fill(user, root, "canned", "answer", "La VAE : valider son expérience")
	h.submit(user, "text", "voici "+own())
	h.fill(user, root, "transfer", "structure", "cio-35", "reason", "elle habite "+own(), "consent", "oui")
}

// fill opens a form and submits it, whatever becomes of it.
func (h *fakesHunt) fill(user string, root slackfake.Message, action string, pairs ...string) {
	h.t.Helper()
	for _, v := range h.slack.Views(user) {
		_ = h.slack.CloseView(user, v.ID) // with an error in it
	}
	if err := h.slack.Click(user, root.Channel, root.TS, action); err != nil {
		h.t.Fatal(err)
	}
	h.submit(user, pairs...)
}

func (h *fakesHunt) submit(user string, pairs ...string) {
	h.t.Helper()
	h.until("a form", func() bool { v, open := h.slack.View(user); return open && v.CallbackID != "" })
	v, _ := h.slack.View(user)
	values := map[string]map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = map[string]string{pairs[i]: pairs[i+1]}
	}
	if _, err := h.slack.SubmitView(user, v.ID, values); err != nil {
		h.t.Fatal(err)
	}
}

// wasThere wants that there was something to find.
func (h *fakesHunt) wasThere(t *testing.T) {
	t.Helper()
	for _, s := range h.sessions() {
		h.ids = append(h.ids, string(s.ID))
	}
	shown := h.allOfSlack(h.people)
	words, staff := strings.Count(shown, markWord), strings.Count(strings.ToLower(shown), staffMark)
	letters := len(h.post.letters(""))
	if len(h.ids) < 60 || (words == 0) == (h.words == "dm") || staff < 10 || letters == 0 {
		t.Errorf("%d conversations, %d words of citizens and %d of counsellors in Slack, %d letters", len(h.ids), words, staff, letters)
	}
	t.Logf("%d conversations, %d words of citizens and %d of counsellors in Slack, %d letters, %d lines of log", len(h.ids), words, staff, letters, strings.Count(h.log.String(), "\n"))
}

// allOfSlack is everything that stands anywhere in Slack, as it was sent and as it is read.
func (h *fakesHunt) allOfSlack(people []hired) string {
	var b strings.Builder
	add := func(all []slackfake.Message) {
		for _, m := range all {
			fmt.Fprintln(&b, m.Text(), m.Mrkdwn, string(m.Blocks), string(m.Metadata), m.Files)
		}
	}
	for _, c := range h.slack.Channels("") {
		fmt.Fprintln(&b, c.Name, c.Topic)
		for _, m := range h.slack.Messages(c.ID) {
			add(h.slack.Thread(c.ID, m.TS))
		}
	}
	for _, c := range people {
		add(h.slack.Ephemerals(c.Slack))
		home, _ := h.slack.Home(c.Slack)
		for _, v := range append(h.slack.Views(c.Slack), home) {
			fmt.Fprintln(&b, v.Text(), string(v.Blocks), v.PrivateMetadata, string(v.State))
		}
	}
	return b.String()
}
