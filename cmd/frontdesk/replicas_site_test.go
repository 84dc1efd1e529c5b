package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A quarter is one or more houses on one store, by the wall clock, and the made-up platforms around them.
// The regional desk is open at any hour, and somebody is always on duty.
type quarter struct {
	t      testing.TB
	slack  *slackfake.Workspace
	tg     *telegramfake.Server
	tgURL  string
	people []hired
	change func(*serveCommand)
	config serveCommand
	level  slog.Level
	log    *bottest.Log
	shared *redis.Store // embedded; nil for one that each house opens
	houses []*house
	stops  []func()
}

// A quarterPlan is what is particular about one.
type quarterPlan struct {
	redis    string // URL; "" for the embedded store
	people   []hired
	slack    slackfake.Options
	telegram telegramfake.Options
	change   func(*serveCommand)
	level    slog.Level
}

// newQuarter makes the platforms; open adds a house.
func newQuarter(t testing.TB, p quarterPlan) *quarter {
	t.Helper()
	q := &quarter{t: t, people: p.people, change: p.change, log: &bottest.Log{}, level: p.level}
	q.slack, q.tg = slackfake.New(p.slack), telegramfake.New(p.telegram)
	telegram := httptest.NewServer(q.tg)
	q.tgURL = telegram.URL
	t.Cleanup(func() {
		for _, stop := range q.stops {
			stop()
		}
		q.tg.Close()
		telegram.CloseClientConnections()
		telegram.Close()
		q.slack.Close()
	})
	for _, c := range p.people {
		q.slack.AddUser(c.Slack, c.Name)
	}
	q.config = serveCommand{MetricsListen: "off", Staff: registerOf(t, p.people), Retention: 720 * time.Hour, RetentionWords: 24 * time.Hour,
		RetentionCases: 4392 * time.Hour, Drain: time.Second, RedisURL: p.redis}
	if p.redis != "" {
		q.config.KeyFile = filepath.Join(t.TempDir(), "keys")
		makeKeys(t, q.config.KeyFile)
	}
	q.config.Messaging.Telegram = telegramConfig{Token: q.tg.Token(), APIURL: q.tgURL}
	q.config.Messaging.Slack = slackConfig{BotToken: q.slack.BotToken, AppToken: q.slack.AppToken, Words: "dm", APIURL: q.slack.Start() + "/api/",
		Supervision: "supervision-accueil", Outage: time.Minute}
	if q.change != nil {
		q.change(&q.config)
	}
	return q
}

// open adds a house, and waits until Slack has its connection.
func (q *quarter) open() *house {
	q.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := q.config
	h := &house{config: &c, bundles: shared, now: time.Now, id: random(), log: slog.New(slog.NewTextHandler(q.log, &slog.HandlerOptions{Level: q.level}))}
	b := referenceBundle(q.t)
	var err error
	if h.store, err = q.store(ctx, h, b.Region); err == nil {
		err = h.build(ctx, b)
	}
	if err == nil {
		h.shelf.prepare = openTrial(time.Now())
		err = h.shelf.serve(ctx, b)
	}
	if err != nil {
		q.t.Fatal(err)
	}
	h.world.trial = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		q.t.Fatal(err)
	}
	c.Listen = listener.Addr().String()
	connections := q.slack.Connections()
	done := make(chan error, 1)
	go func() { done <- h.serve(ctx, listener, time.Second) }()
	stopped := false
	q.stops = append(q.stops, func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			q.t.Errorf("serve: %v", err)
		}
		if h.store != q.shared {
			h.store.Close()
		}
	})
	q.houses = append(q.houses, h)
	q.until("a connection to Slack", func() bool { return q.slack.Connections() > connections })
	return h
}

func (q *quarter) store(ctx context.Context, h *house, region string) (*redis.Store, error) {
	if q.config.RedisURL != "" {
		return h.config.openStore(ctx, h.log, region)
	}
	if q.shared == nil {
		store, err := redis.OpenEmbedded(ctx)
		if err != nil {
			return nil, err
		}
		q.shared = store
		q.t.Cleanup(func() { store.Close() })
	}
	return q.shared, nil
}

// until waits for something that the service does by itself.
func (q *quarter) until(what string, is func() bool) {
	q.t.Helper()
	soon(q.t, what, is, func() string {
		lines := strings.Split(strings.TrimSpace(q.log.String()), "\n")
		return strings.Join(lines[max(0, len(lines)-30):], "\n")
	})
}

// sees says how often somebody on Telegram sees a text.
func (q *quarter) sees(person int64, part string) int {
	n := 0
	for _, m := range q.tg.Shown(person) {
		if m.Bot && !m.Deleted && strings.Contains(m.Text, part) {
			n++
		}
	}
	return n
}

// escalates has somebody ask for a person on Telegram, and waits for it to be heard.
func (q *quarter) escalates(id int64) *telegramfake.Person {
	q.t.Helper()
	p := q.tg.Person(id, fmt.Sprint("P", id), "fr")
	p.Start("")
	q.until("the bot asks", func() bool { return q.sees(id, "Que cherchez-vous") > 0 })
	p.Write("une personne")
	q.until("the bot puts them through", func() bool { return q.sees(id, "Je vous passe une personne") > 0 })
	return p
}

// cards are those of a room, oldest first.
func (q *quarter) cards(room string) []slackfake.Message {
	id := q.slack.ChannelID(room)
	if id == "" {
		return nil
	}
	return slices.DeleteFunc(q.slack.Messages(id), func(m slackfake.Message) bool { return !m.Bot || !strings.Contains(m.Text(), "OR-") })
}

// card waits for the only card of a room.
func (q *quarter) card(room string) slackfake.Message {
	q.t.Helper()
	q.until("a card in "+room, func() bool { return len(q.cards(room)) > 0 })
	all := q.cards(room)
	if len(all) != 1 {
		q.t.Fatalf("%d cards in %s, want 1", len(all), room)
	}
	return all[0]
}

// sessions are all conversations.
func (q *quarter) sessions() []bot.Session {
	q.t.Helper()
	var all []bot.Session
	if _, err := q.houses[0].store.Sessions(q.t.Context(), func(s *bot.Session) error {
		all = append(all, *s)
		return nil
	}); err != nil {
		q.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b bot.Session) int { return a.Started.Compare(b.Started) })
	return all
}

// thread is the head of the newest thread in somebody's direct messages that says a part; "" for any.
func (q *quarter) thread(user, part string) (slackfake.Message, bool) {
	dm := q.slack.DM(user)
	for _, m := range slices.Backward(q.slack.Messages(dm)) {
		if m.Bot && strings.Contains(m.Text(), "[Terminer…]") && strings.Contains(m.Text(), part) {
			return m, true
		}
	}
	return slackfake.Message{}, false
}

// idle says whether nothing is owed to any platform.
func (q *quarter) idle() bool {
	for _, s := range q.sessions() {
		for _, leg := range s.Legs {
			if !leg.Push || leg.Left {
				continue
			}
			at, err := q.houses[0].store.Cursor(q.t.Context(), s.ID, leg.ID)
			if err != nil {
				return false
			}
			entries, err := q.houses[0].store.Log(q.t.Context(), s.ID, at, 100)
			if err != nil {
				return false
			}
			for _, e := range entries {
				if e.To == leg.For && e.Effect != nil {
					return false
				}
			}
		}
	}
	return true
}
