package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot/bottest"
)

// A messagingSite is a whole house with its made-up Slack and Telegram: people write in the one,
// counsellors answer in the other, over the platforms' own wire formats.
type messagingSite struct {
	t     *testing.T
	house *house
	base  string
	log   *bottest.Log
	slack *slackfake.Workspace
	tg    *telegramfake.Server
	stop  func()
}

func newMessagingSite(t *testing.T, change func(*serveCommand)) *messagingSite {
	t.Helper()
	c := proper()
	c.MetricsListen, c.LogLevel, c.Drain = "off", slog.LevelDebug, time.Second
	c.Messaging.Demo = true
	if change != nil {
		change(c)
	}
	s := &messagingSite{t: t, log: &bottest.Log{}}
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	if s.house, err = c.open(ctx, &console{ctx, &bytes.Buffer{}, s.log, s.log, shared}); err != nil {
		t.Fatal(err)
	}
	s.slack, s.tg = s.house.demo.slack, s.house.demo.telegram
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.base = "http://" + listener.Addr().String()
	done := make(chan error, 1)
	go func() { done <- s.house.serve(ctx, listener, time.Second) }()
	s.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		s.house.close()
	}
	t.Cleanup(func() { s.stop() })
	s.until("the app is connected", func() bool { return s.slack.Connections() > 0 })
	return s
}

// until waits for something that the service does by itself.
func (s *messagingSite) until(what string, is func() bool) {
	s.t.Helper()
	soon(s.t, what, is, s.picture)
}

// picture is what both sides see, for a failure.
func (s *messagingSite) picture() string {
	var b strings.Builder
	for _, p := range demoPeople {
		for _, m := range s.tg.Shown(p.id) {
			b.WriteString(p.name + " ← " + m.Name + ": " + m.Text + "\n")
		}
	}
	for _, c := range s.slack.Channels("") {
		for _, m := range s.slack.Messages(c.ID) {
			b.WriteString("#" + c.Name + c.With + " " + m.User + ": " + m.Text() + "\n")
			if m.Replies > 0 {
				for _, r := range s.slack.Thread(c.ID, m.TS) {
					b.WriteString("    " + r.User + ": " + r.Text() + "\n")
				}
			}
		}
	}
	lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
	return b.String() + "\n" + strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// sees waits until somebody on Telegram sees a text, and returns its message.
func (s *messagingSite) sees(person int64, part string) telegramfake.Shown {
	s.t.Helper()
	var found telegramfake.Shown
	s.until("the person sees "+part, func() bool {
		shown := s.tg.Shown(person)
		i := slices.IndexFunc(shown, func(m telegramfake.Shown) bool {
			return m.Bot && !m.Deleted && strings.Contains(m.Text, part)
		})
		if i >= 0 {
			found = shown[i]
		}
		return i >= 0
	})
	return found
}

// card waits for a card in a room, with a part of its text.
func (s *messagingSite) card(room, part string) slackfake.Message {
	s.t.Helper()
	var found slackfake.Message
	s.until("a card in "+room+" says "+part, func() bool {
		for _, m := range s.slack.Messages(s.slack.ChannelID(room)) {
			if strings.Contains(m.Text(), part) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// thread waits for the newest thread in somebody's direct messages to say a part, and returns its root.
func (s *messagingSite) thread(user, part string) slackfake.Message {
	s.t.Helper()
	var root slackfake.Message
	s.until("the direct messages of "+user+" say "+part, func() bool {
		dm := s.slack.DM(user)
		for _, m := range slices.Backward(s.slack.Messages(dm)) {
			for _, r := range s.slack.Thread(dm, m.TS) {
				if strings.Contains(r.Text(), part) {
					root = m
					return true
				}
			}
		}
		return false
	})
	return root
}

func TestATelegramConversationIsAnsweredInSlack(t *testing.T) {
	t.Parallel()
	s := newMessagingSite(t, nil)
	sam := s.tg.Person(101, "", "")
	sam.Start("")
	s.sees(101, "Que cherchez-vous ?")
	sam.Write("une personne")
	s.sees(101, "Vous êtes la prochaine personne")
	card := s.card("accueil-regional", "OR-")
	s.until("Camille, who was invited to the room, takes the case", func() bool { return s.slack.Click("U0CAMILLE", card.Channel, card.TS, "claim") == nil })
	s.sees(101, "Camille est avec vous")
	root := s.thread("U0CAMILLE", "OR-")
	sam.Write("Bonjour, <!channel> *j'ai* perdu mon apprentissage")
	s.thread("U0CAMILLE", "<!channel> *j'ai* perdu")
	ts, err := s.slack.Write("U0CAMILLE", root.Channel, "Bonjour & bienvenue", root.TS)
	if err != nil {
		t.Fatal(err)
	}
	s.until("the message is acknowledged", func() bool { return len(s.slack.Reactions(root.Channel, ts)) > 0 })
	s.sees(101, "Bonjour & bienvenue")
	s.until("the message is marked as delivered", func() bool {
		all := s.slack.Reactions(root.Channel, ts)
		return len(all) == 1 && all[0].Name == "white_check_mark"
	})
	t.Log(s.picture())
}
