package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/desk"
)

// The people of these tests are those of the outward side: Anna and Bilal of the regional desk (Anna is a
// lead), Chloé of the mission locale. Denis is in Slack, and not of the staff.
const (
	denis  = "U0DENIS"
	region = bot.StructureID("accueil-regional")
	local  = bot.StructureID("ml-rennes")
)

// A house is the desk in a workspace: cases in memory, rights and rooms as in service.
type house struct {
	t     *testing.T
	slack *slackfake.Workspace
	cases *bottest.Board
	desk  *Desk
	refs  *notebook
	log   *safeLog
	open  bool // opening hours

	mu      sync.Mutex
	now     time.Time
	alerts  []string
	letters []bot.DeadLetter
	seq     int64
}

// setup changes a house before it is opened.
type setup struct {
	words  Words
	http   bool // signed HTTP in place of Socket Mode
	closed bool // nobody listens
	fake   slackfake.Options
	config func(*Config)
	beats  beats
}

// quickBeats are for tests that wait for what the desk does by itself.
var quickBeats = beats{watch: 20 * time.Millisecond, check: 20 * time.Millisecond, retry: 20 * time.Millisecond, home: 50 * time.Millisecond}

func opened(t *testing.T, s setup) *house {
	t.Helper()
	h := &house{t: t, cases: bottest.NewBoard(map[bot.CounsellorID]string{"anna": "Anna", "bilal": "Bilal", "chloe": "Chloé"}),
		refs: &notebook{all: map[string]string{}}, log: &safeLog{}, open: true, now: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)}
	s.fake.NoLimits = true
	s.fake.Scopes, s.fake.Events = scopes(), subscriptions() // what the manifest says, and nothing else
	h.slack = slackfake.New(s.fake)
	base := h.slack.Start()
	t.Cleanup(h.slack.Close)
	for id, name := range map[string]string{anna: "Anna Le Goff", bilal: "Bilal Haddad", chloe: "Chloé Riou", denis: "Denis Nom-de-famille"} {
		h.slack.AddUser(id, name)
	}
	c := h.config(base, s)
	if s.config != nil {
		s.config(&c)
	}
	d, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	h.desk = d
	if s.beats != (beats{}) {
		d.inward.beats = s.beats
	} else {
		d.inward.beats = beats{watch: time.Hour, check: time.Hour, retry: time.Hour, home: 20 * time.Millisecond}
	}
	if s.closed {
		return h
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = d.Listen(ctx, nil) })
	t.Cleanup(func() { cancel(); all.Wait() })
	if s.http {
		h.serve()
	} else {
		h.until("a connection", func() bool { return h.slack.Connections() == 1 })
	}
	return h
}

// serve has Slack reach the desk by signed HTTP.
func (h *house) serve() {
	h.t.Helper()
	server := httptest.NewServer(h.desk.Handler())
	h.t.Cleanup(server.Close)
	if err := h.slack.Subscribe(slackfake.Endpoints{Events: server.URL + "/slack/events", Interactions: server.URL + "/slack/interactions", Commands: server.URL + "/slack/commands"}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) config(base string, s setup) Config {
	staff := roll{
		{ID: "anna", Name: "Anna", Slack: anna, Structures: []bot.StructureID{region}, Roles: []bot.Role{bot.RoleCounsellor, bot.RoleLead}},
		{ID: "bilal", Name: "Bilal", Slack: bilal, Structures: []bot.StructureID{region}, Roles: []bot.Role{bot.RoleCounsellor}},
		{ID: "chloe", Name: "Chloé", Slack: chloe, Structures: []bot.StructureID{local}, Roles: []bot.Role{bot.RoleCounsellor}},
	}
	c := Config{
		BotToken: h.slack.BotToken, APIURL: base + "/api/", Words: s.words, DeskURL: "https://desk.example/desk/cases/", Supervision: "supervision",
		Outage: 5 * time.Minute, Door: h.cases, Refs: h.refs, Lease: h.refs, Staff: staff,
		Board: &desk.Board{Cases: h.cases, Briefs: h.cases.Brief, Coded: func(name string) bool { return name == "besoin" }},
		Cases: h.cases.Cards, Room: func(q bot.QueueName) string { return "file-" + strings.ReplaceAll(string(q), "/", "-") },
		Procedure: func(bot.Card) []desk.Measure {
			return []desk.Measure{{ID: "secours", Text: "Vie en danger : appelez les secours.", Number: "112", Tel: "112"}, {ID: "suite", Text: "Fixez le prochain contact."}}
		},
		Structures: func() []Structure {
			return []Structure{{region, "Accueil régional", true}, {local, "Mission locale de Rennes", false}}
		},
		Answers: func() []Answer {
			return []Answer{{"Parcoursup", "Parcoursup ouvre en janvier."}, {"VAE", "La VAE demande un an d'expérience."}}
		},
		Who: func(need, place string) string {
			return "Pour " + need + " à " + place + " : Mission locale de Rennes."
		},
		Open:  func(bot.StructureID, time.Time) bool { h.mu.Lock(); defer h.mu.Unlock(); return h.open },
		Label: func(role, code string) string { return "" },
		Alert: func(_ context.Context, what string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.alerts = append(h.alerts, what)
		},
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Zone: time.UTC,
		Now:     func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now },
		Letters: &desk.Letters{Dead: deadLetters{h}, Heads: h.cases, Lead: func() bot.StructureID { return region }},
	}
	if c.Words == "" {
		c.Words = WordsDM
	}
	if s.http {
		c.SigningSecret = h.slack.SigningSecret
	} else {
		c.AppToken = h.slack.AppToken
	}
	return c
}

// waits adds a case that waits for somebody, with its card in its room.
func (h *house) waits(dossier string, change ...func(*bot.Card)) bot.Card {
	h.t.Helper()
	card := bot.Card{Dossier: dossier, Life: bot.Waiting, Mode: bot.Direct, Queue: "accueil-regional/35", Structure: region, Need: "formation",
		Public: "jeune", Territory: "35", Language: "fr", Channel: "web", Since: h.clock().Add(-10 * time.Minute)}
	for _, c := range change {
		c(&card)
	}
	brief := bot.Brief{Dossier: dossier, Channel: "web", Language: "fr", Handed: h.clock(), Answers: []bot.BriefLine{
		{Name: "besoin", As: "need", Label: "Besoin", Value: "Formation"}, {Name: "nom", Label: "Nom", Value: "Madame Secret"}}}
	card.Conversation = h.cases.Add(card, brief)
	return card
}

// posted shows a case in its room, as the relay does.
func (h *house) posted(card bot.Card) spot {
	h.t.Helper()
	h.deliver(card.Conversation, bot.Leg{ID: "slack", Channel: Channel, For: bot.ToDesk, Push: true}, bot.Post{Card: card})
	return h.at(card).Card
}

func (h *house) at(card bot.Card) cards {
	h.t.Helper()
	var c cards
	if err := h.desk.memory.get(context.Background(), cardRef, string(card.Conversation), &c); err != nil {
		h.t.Fatalf("the card of %s: %v", card.Dossier, err)
	}
	return c
}

// talks gives a case to somebody and opens its thread in their direct messages.
func (h *house) talks(user string, card bot.Card) spot {
	h.t.Helper()
	by := h.who(user)
	ctx := context.Background()
	if err := h.cases.Take(ctx, bot.Input{ID: "claim " + card.Dossier, Conversation: card.Conversation, Leg: leg(by), Event: bot.Claimed{By: by.ID}}); err != nil {
		h.t.Fatal(err)
	}
	h.deliver(card.Conversation, leg(by), bot.Present{Brief: bot.Brief{Dossier: card.Dossier, Channel: "web", Language: "fr", Handed: h.clock()}})
	root, err := h.desk.talkRoot(ctx, card.Conversation, by)
	if err != nil {
		h.t.Fatal(err)
	}
	return root
}

// hears shows the citizen's words to the owner, and answers where they stand.
func (h *house) hears(user string, card bot.Card, root spot, text bot.Words) spot {
	h.t.Helper()
	h.seq++
	input := fmt.Sprintf("web:%d", h.seq)
	if err := h.cases.Hear(card.Conversation, input, text); err != nil {
		h.t.Fatal(err)
	}
	var seq int64
	for _, e := range h.cases.Door.Log(card.Conversation) {
		if _, is := e.Effect.(bot.Pass); is && e.Cause == input {
			seq = e.Seq
			h.carry(bot.Delivery{ID: fmt.Sprintf("%s/%d/%s", card.Conversation, seq, leg(h.who(user)).ID), Conversation: card.Conversation, Leg: leg(h.who(user)), Entry: e, Attempt: 1})
		}
	}
	thread := h.slack.Thread(root.Channel, root.TS)
	return spot{root.Channel, thread[len(thread)-1].TS}
}

func (h *house) deliver(id bot.ConversationID, to bot.Leg, e bot.Effect) {
	h.t.Helper()
	h.seq++
	h.carry(bot.Delivery{ID: fmt.Sprintf("%s/%d/%s", id, h.seq, to.ID), Conversation: id, Leg: to, Attempt: 1,
		Entry: bot.Entry{Seq: h.seq, Cause: "elsewhere", At: h.clock(), To: to.For, Effect: e}})
}

func (h *house) carry(v bot.Delivery) {
	h.t.Helper()
	if _, err := h.desk.Deliver(context.Background(), v); err != nil {
		h.t.Fatalf("deliver %T: %v", v.Entry.Effect, err)
	}
}

func (h *house) who(user string) bot.Counsellor {
	h.t.Helper()
	c, err := h.desk.counsellor(context.Background(), user)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) later(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(by)
}

func (h *house) until(what string, holds func() bool) {
	h.t.Helper()
	if !h.slack.Until(20*time.Second, holds) {
		h.t.Fatalf("waited for %s\nlog:\n%s", what, h.log)
	}
}

// settled waits until everything that was brought has been dealt with.
func (h *house) settled() {
	h.t.Helper()
	if !h.slack.Quiet(5 * time.Second) {
		h.t.Fatal("something is still on its way")
	}
	h.desk.inward.intake.wait()
	h.desk.inward.slow.wait()
}

// events are what was kept of a conversation, of the kinds that counsellors bring.
func (h *house) events(card bot.Card) []bot.Event {
	var done []bot.Event
	for _, e := range h.cases.Inputs(card.Conversation) {
		if bot.By(e) != "" {
			done = append(done, e)
		}
	}
	return done
}

// whispers are what somebody alone was told, each in one line.
func (h *house) whispers(user string) []string {
	var all []string
	for _, m := range h.slack.Ephemerals(user) {
		all = append(all, strings.ReplaceAll(m.Text(), "\n", " / "))
	}
	return all
}

// thread is what stands in a thread, its root apart.
func (h *house) thread(root spot) []string {
	var all []string
	for _, m := range h.slack.Thread(root.Channel, root.TS)[1:] {
		all = append(all, m.Text())
	}
	return all
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("%v\nlog:\n%s", err, h.log)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(g, w) {
		t.Errorf("%s\n got %s\nwant %s", what, g, w)
	}
}

// contains wants a text in one of some lines.
func contains(t *testing.T, what string, lines []string, want string) {
	t.Helper()
	for _, line := range lines {
		if strings.Contains(line, want) {
			return
		}
	}
	t.Errorf("%s: %q is not among\n%s", what, want, strings.Join(lines, "\n"))
}

// fast is a Slack that waits for acknowledgements only a little, and tries again at once.
func fast() slackfake.Options {
	return slackfake.Options{AckWithin: 300 * time.Millisecond, Speed: 2000}
}
