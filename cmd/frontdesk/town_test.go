package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A town is a whole house whose clock moves when a test says so, with a made-up Slack, a made-up
// Telegram and a post office around it. The platforms are reached over their own wire formats.
type town struct {
	*keptConversation // its store and its clock; a town may have many conversations
	house             *house
	base              string
	log               *bottest.Log
	slack             *slackfake.Workspace
	tg                *telegramfake.Server
	post              *postOffice     // or nil
	tgDown            atomic.Bool     // Telegram answers 502
	forsaken          bot.ChannelName // is away: nobody waits for what it is owed
	stop              func()
}

// A hired counsellor is one of a test's staff file.
type hired struct {
	ID         bot.CounsellorID  `json:"id"`
	Name       string            `json:"name"`
	Structures []bot.StructureID `json:"structures"`
	Roles      []bot.Role        `json:"roles"`
	Capacity   int               `json:"capacity"`
	Slack      string            `json:"slack"`
}

// member is somebody's member id in the made-up Slack.
func member(id bot.CounsellorID) string {
	return "U0" + strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(string(id)))
}

func hire(id bot.CounsellorID, name string, structures ...bot.StructureID) hired {
	return hired{ID: id, Name: name, Structures: structures, Roles: []bot.Role{bot.RoleCounsellor}, Slack: member(id)}
}

func hireAs(role bot.Role, h hired) hired {
	h.Roles = append(h.Roles, role)
	return h
}

// registerOf is a staff file.
func registerOf(t testing.TB, everybody []hired) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"counsellors": everybody})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "staff.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// faster is how much faster than the real ones the platforms of a town are: nobody waits for them.
const faster = 1e6

// openTown builds a town and serves it.
func openTown(t *testing.T, at time.Time, everybody []hired, change func(*town, *serveCommand)) *town {
	t.Helper()
	w := buildTown(t, at, everybody, change)
	w.serve()
	return w
}

func buildTown(t *testing.T, at time.Time, everybody []hired, change func(*town, *serveCommand)) *town {
	t.Helper()
	w := &town{keptConversation: keep(t, at), log: &bottest.Log{}}
	t.Cleanup(func() { w.store.Close() })
	w.slack = slackfake.New(slackfake.Options{NoLimits: true, Speed: 100})
	w.tg = telegramfake.New(telegramfake.Options{NoLimits: true, Username: "accueil_bot", Now: w.clock})
	telegram := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.tgDown.Load() {
			http.Error(rw, "<html>502 Bad Gateway</html>", http.StatusBadGateway)
			return
		}
		w.tg.ServeHTTP(rw, r)
	}))
	t.Cleanup(func() { w.tg.Close(); telegram.CloseClientConnections(); telegram.Close(); w.slack.Close() })
	for _, c := range everybody {
		w.slack.AddUser(c.Slack, c.Name)
	}
	config := &serveCommand{MetricsListen: "off", Staff: registerOf(t, everybody), Retention: 720 * time.Hour, RetentionCases: 4392 * time.Hour, Drain: time.Second}
	config.Messaging.speed = faster
	config.Messaging.Telegram = telegramConfig{Token: w.tg.Token(), APIURL: telegram.URL}
	config.Messaging.Slack = slackConfig{BotToken: w.slack.BotToken, AppToken: w.slack.AppToken, Words: "dm", APIURL: w.slack.Start() + "/api/",
		Supervision: "supervision-accueil", Outage: 10 * time.Minute}
	if change != nil {
		change(w, config)
	}
	w.house = &house{config: config, store: w.store, bundles: shared, now: w.clock, id: random(),
		log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if err := w.house.build(t.Context(), referenceBundle(t)); err != nil {
		t.Fatal(err)
	}
	w.house.telegram.Now = w.clock
	return w
}

// withPost gives a town a post office.
func withPost(w *town, c *serveCommand) {
	w.post = openPost(w.t)
	c.Messaging.Mail = mailConfig{SMTPURL: "smtp://" + w.post.addr, From: "accueil@region.test"}
	c.Messaging.trust = w.post.trusted
}

// serve opens the house on this machine until the test ends, or stop is called.
func (w *town) serve() {
	w.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	w.base = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.house.serve(ctx, listener, time.Second) }()
	stopped := false
	w.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("serve: %v", err)
		}
	}
	w.t.Cleanup(func() { w.stop() })
	w.until("the app is connected", func() bool { return w.slack.Connections() > 0 })
}

// until waits for something that the service does by itself; the clock moves on by very little.
func (w *town) until(what string, is func() bool) {
	w.t.Helper()
	w.waits(what, is, w.tick)
}

// still waits while the clock stands: a timer rings at its time, and what it sets is counted from there.
func (w *town) still(what string, is func() bool) {
	w.t.Helper()
	w.waits(what, is, func() {})
}

func (w *town) waits(what string, is func() bool, meanwhile func()) {
	w.t.Helper()
	for deadline := time.Now().Add(longEnough); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("after %s still not: %s\n%s", longEnough, what, w.picture())
		}
		meanwhile()
	}
}

// eventually waits for something while the clock runs four times as fast as the wall's, on a slow machine too:
// it is swept every two seconds of the clock, so that nobody loses their place in a line.
func (w *town) eventually(what string, is func() bool) {
	w.t.Helper()
	last, swept := time.Now(), w.clock()
	for deadline := last.Add(longEnough); !is(); time.Sleep(5 * time.Millisecond) {
		now := time.Now()
		if now.After(deadline) {
			w.t.Fatalf("after %s still not: %s\n%s", longEnough, what, w.picture())
		}
		w.move(w.clock().Add(min(4*now.Sub(last), 2*time.Second)))
		if last = now; w.clock().Sub(swept) >= 2*time.Second {
			w.sweeps()
			last, swept = time.Now(), w.clock()
		}
	}
}

// sweeps brings forward what is due, and waits until it is carried: the clock leaves nothing behind.
func (w *town) sweeps() {
	w.t.Helper()
	w.house.player.SweepOnce(w.t.Context())
	time.Sleep(20 * time.Millisecond)
	w.still("what is due is carried", func() bool { return w.house.relay.Carrying() == 0 })
}

// tick moves the clock by so little that no timer of a conversation notices: paces are measured by it.
func (w *town) tick() { w.move(w.clock().Add(time.Millisecond)) }

// looksAgain has the house look at who is on duty: what it saw half a second ago by the wall clock may be
// hours ago by the town's.
func (w *town) looksAgain() {
	w.house.world.mu.Lock()
	defer w.house.world.mu.Unlock()
	w.house.world.asked = time.Time{}
}

// sessions are all conversations, in the order in which they began.
func (w *town) sessions() []bot.Session {
	w.t.Helper()
	var all []bot.Session
	if _, err := w.store.Sessions(w.t.Context(), func(s *bot.Session) error {
		all = append(all, *s)
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b bot.Session) int {
		if c := a.Started.Compare(b.Started); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return all
}

// settled waits until everything that was brought is played and everything that is owed is carried.
func (w *town) settled() {
	w.t.Helper()
	why := ""
	for deadline := time.Now().Add(longEnough); ; time.Sleep(2 * time.Millisecond) {
		if why = w.unsettled(); why == "" {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("after %s still: %s\n%s", longEnough, why, w.picture())
		}
		w.tick()
	}
}

// unsettled says what is still under way, "" for nothing.
func (w *town) unsettled() string {
	if n := w.tg.Pending(); n > 0 && w.forsaken != "telegram" {
		return fmt.Sprint(n, " updates of Telegram are not taken")
	}
	if !w.slack.Quiet(time.Millisecond) {
		return "an event of Slack's is under way"
	}
	for _, s := range w.sessions() {
		if why := w.owes(s.ID); why != "" {
			return why
		}
	}
	if n := w.tg.Pending(); n > 0 && w.forsaken != "telegram" {
		return fmt.Sprint(n, " updates of Telegram are not taken")
	}
	return ""
}

// owes says what a conversation still has to play or to carry.
func (w *town) owes(id bot.ConversationID) string {
	head, err := w.store.Head(w.t.Context(), id)
	switch {
	case err != nil:
		return err.Error()
	case head.Next != nil:
		return fmt.Sprintf("%s is not played", bot.Name(head.Next.Event))
	}
	for _, leg := range head.Session.Legs {
		if !leg.Push || leg.Channel == w.forsaken {
			continue
		}
		at, err := w.store.Cursor(w.t.Context(), id, leg.ID)
		if err != nil {
			return err.Error()
		}
		entries, err := w.store.Log(w.t.Context(), id, at, 1000)
		if err != nil {
			return err.Error()
		}
		for _, e := range entries {
			if e.To == leg.For && e.Effect != nil && leg.Gets(e.Seq) {
				return fmt.Sprintf("%s is not carried to %s", bot.Name(e.Effect), leg.ID)
			}
		}
	}
	return ""
}

// passes lets time go by: timers of all conversations ring in order, each at its time.
func (w *town) passes(d time.Duration) {
	w.t.Helper()
	w.settled()
	until := w.clock().Add(d)
	for {
		next, id, version := w.earliest()
		if id == "" || next.After(until) {
			break
		}
		w.move(later(next, w.clock()))
		w.still("a timer of a conversation rings", func() bool {
			head, err := w.store.Head(w.t.Context(), id)
			return err == nil && head.Session.Version > version
		})
		w.settled()
	}
	w.move(later(until, w.clock()))
}

// earliest is the next timer of all, whose it is, and the session's version until then.
func (w *town) earliest() (next time.Time, id bot.ConversationID, version uint64) {
	for _, s := range w.sessions() {
		for _, timer := range s.Timers {
			if id == "" || timer.At.Before(next) {
				next, id, version = timer.At, s.ID, s.Version
			}
		}
	}
	return next, id, version
}

// to lets time go by until an instant of the town's zone.
func (w *town) to(day string) {
	w.t.Helper()
	at := instantOf(w.t, day)
	if d := at.Sub(w.clock()); d > 0 {
		w.passes(d)
	}
}

// instantOf reads "2026-11-30 09:00", by the clock of Paris.
func instantOf(t testing.TB, text string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// picture is what both platforms show, for a failure.
func (w *town) picture() string {
	var b strings.Builder
	for person := int64(1); person < 2000; person++ {
		for _, m := range w.tg.Shown(person) {
			fmt.Fprintf(&b, "%d ← %s: %s %s\n", person, m.Name, m.Text, m.Labels())
		}
	}
	for _, c := range w.slack.Channels("") {
		for _, m := range w.slack.Messages(c.ID) {
			fmt.Fprintf(&b, "#%s%s %s: %s\n", c.Name, c.With, m.User, m.Text())
			if m.Replies == 0 {
				continue
			}
			for _, r := range w.slack.Thread(c.ID, m.TS)[1:] {
				fmt.Fprintf(&b, "    %s: %s\n", r.User, r.Text())
			}
		}
	}
	lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	return b.String() + strings.Join(lines[max(0, len(lines)-25):], "\n")
}
