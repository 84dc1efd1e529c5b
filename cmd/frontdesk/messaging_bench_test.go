package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	slackapi "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

// What is measured: so many messages a second, for so long, over so many conversations, each of whose
// people stays below their own limit of a message a second.
const (
	benchRate     = 100
	benchFor      = 6 * time.Second
	benchTalks    = 130
	benchDesks    = 13
	heldFor       = 10 * time.Second
	benchMessages = int(benchRate * benchFor / time.Second)
)

// BenchmarkMessagingBothWays measures the way from the made-up Telegram into a counsellor's direct messages
// in the made-up Slack, and back without the ten seconds for which a message is held; beside it, in the
// same run, the same fakes reached by the same libraries with nothing between them.
func BenchmarkMessagingBothWays(b *testing.B) {
	for range b.N {
		rawIn, rawBack := rawBothWays(b)
		in, back := serviceBothWays(b, benchRedis(b))
		for what, pair := range map[string][2]delays{"in": {in, rawIn}, "back": {back, rawBack}} {
			ours, raw := pair[0], pair[1]
			b.ReportMetric(ms(ours.at(0.50)), what+"-p50-ms")
			b.ReportMetric(ms(ours.at(0.99)), what+"-p99-ms")
			b.ReportMetric(ms(raw.at(0.50)), what+"-raw-p50-ms")
			b.ReportMetric(ms(raw.at(0.99)), what+"-raw-p99-ms")
			b.ReportMetric(ms(ours.at(0.99)-raw.at(0.99)), what+"-added-p99-ms")
			b.ReportMetric(float64(ours.at(0.50))/float64(raw.at(0.50)), what+"-ratio")
		}
	}
}

// benchRedis runs a real Redis as services have it: written down every second.
func benchRedis(b *testing.B) (url string) {
	b.Helper()
	port := freePort(b)
	server := exec.Command(needs(b, "redis-server"), "--port", port, "--bind", "127.0.0.1", "--dir", b.TempDir(), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return "redis://127.0.0.1:" + port + "/0"
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.Fatal("redis-server does not answer")
	return ""
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// delays are those of messages.
type delays []time.Duration

// at is a quantile.
func (d delays) at(q float64) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

// sends sends at the rate; nobody waits for an answer. It returns when each was sent.
func sends(send func(i int, text string)) map[string]time.Time {
	sent := map[string]time.Time{}
	began := time.Now()
	for i := range benchMessages {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / benchRate)))
		text := fmt.Sprintf("m%05d", i)
		sent[text] = time.Now()
		send(i, text+" bonjour")
	}
	return sent
}

// since are the delays of what was seen; all must be.
func since(tb testing.TB, sent, seen map[string]time.Time, less time.Duration) delays {
	tb.Helper()
	var all delays
	for text, at := range sent {
		if seen[text].IsZero() {
			tb.Fatalf("%s was lost: %d of %d are seen", text, len(seen), len(sent))
		}
		all = append(all, seen[text].Sub(at)-less)
	}
	return all
}

// seenInSlack are the messages of the app in somebody's direct messages, by their first word.
func seenInSlack(w *slackfake.Workspace, users []string) map[string]time.Time {
	seen := map[string]time.Time{}
	for _, user := range users {
		dm := w.DM(user)
		for _, root := range w.Messages(dm) {
			for _, m := range w.Thread(dm, root.TS) {
				if word, _, _ := strings.Cut(m.Text(), " "); m.Bot && len(word) == 6 && word[0] == 'm' {
					seconds, micros, _ := strings.Cut(m.TS, ".")
					s, _ := strconv.ParseInt(seconds, 10, 64)
					u, _ := strconv.ParseInt(micros, 10, 64)
					seen[word] = time.Unix(s, u*1000)
				}
			}
		}
	}
	return seen
}

// seenOnTelegram are the bot's messages that have one of ours in them.
func seenOnTelegram(s *telegramfake.Server, people int) map[string]time.Time {
	seen := map[string]time.Time{}
	for person := range people {
		for _, m := range s.Shown(int64(person + 1)) {
			if i := strings.Index(m.Text, "m0"); m.Bot && i >= 0 && len(m.Text) >= i+6 {
				seen[m.Text[i:i+6]] = m.At
			}
		}
	}
	return seen
}

// allSeen waits until as many are seen as were sent; the fakes are left alone meanwhile.
func allSeen(tb testing.TB, sent map[string]time.Time, seen func() map[string]time.Time) map[string]time.Time {
	tb.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(500 * time.Millisecond) {
		if got := seen(); len(got) >= len(sent) || time.Now().After(deadline) {
			return got
		}
	}
}

func unlimited() (slackfake.Options, telegramfake.Options) {
	return slackfake.Options{NoLimits: true}, telegramfake.Options{NoLimits: true}
}

// serviceBothWays measures the whole house.
func serviceBothWays(b *testing.B, redisURL string) (in, back delays) {
	b.Helper()
	var people []hired
	for i := range benchDesks {
		people = append(people, hire(bot.CounsellorID(fmt.Sprint("c", i)), fmt.Sprint("Agent", i), "accueil-regional"))
	}
	slack, telegram := unlimited()
	q := newQuarter(b, quarterPlan{redis: redisURL, people: people, slack: slack, telegram: telegram, change: func(c *serveCommand) { c.Messaging.speed = 1000 }})
	q.open()
	q.talks(benchTalks)
	var users []string
	var roots []slackfake.Message
	for _, c := range people {
		users = append(users, c.Slack)
		for _, m := range q.slack.Messages(q.slack.DM(c.Slack)) {
			if strings.Contains(m.Text(), "[Terminer…]") {
				m.To = c.Slack
				roots = append(roots, m)
			}
		}
	}
	if len(roots) != benchTalks {
		b.Fatalf("%d threads, want %d", len(roots), benchTalks)
	}
	sent := sends(func(i int, text string) { q.tg.Person(int64(i%benchTalks+1), "", "").Write(text) })
	in = since(b, sent, allSeen(b, sent, func() map[string]time.Time { return seenInSlack(q.slack, users) }), 0)
	q.until("everything is carried", q.idle)
	sent = sends(func(i int, text string) {
		root := roots[i%len(roots)]
		if _, err := q.slack.Write(root.To, root.Channel, text, root.TS); err != nil {
			b.Error(err)
		}
	})
	back = since(b, sent, allSeen(b, sent, func() map[string]time.Time { return seenOnTelegram(q.tg, benchTalks) }), heldFor)
	for _, stop := range q.stops {
		stop()
	}
	return in, back
}

// talks opens conversations that counsellors have, one after the other.
func (q *quarter) talks(n int) {
	q.t.Helper()
	for person := range n {
		p := q.tg.Person(int64(person+1), fmt.Sprint("P", person+1), "fr")
		p.Start("")
		p.Write("une personne")
	}
	q.until("a card for each", func() bool { return len(q.cards("accueil-regional")) >= n })
	q.until("everybody is in the room", func() bool {
		i := slices.IndexFunc(q.slack.Channels(""), func(c slackfake.Channel) bool { return c.Name == "accueil-regional" })
		return len(q.slack.Channels("")[i].Members) > len(q.people)
	})
	for i, card := range q.cards("accueil-regional") {
		if err := q.slack.Click(q.people[i%len(q.people)].Slack, card.Channel, card.TS, "claim"); err != nil {
			q.t.Fatal(err)
		}
	}
	q.until("a thread for each", func() bool {
		threads := 0
		for _, c := range q.people {
			threads += len(q.slack.Messages(q.slack.DM(c.Slack)))
		}
		return threads >= n && q.idle()
	})
}

// rawBothWays measures the fakes and the libraries alone: what comes by Telegram is posted in Slack, and the
// other way round, at once.
func rawBothWays(b *testing.B) (in, back delays) {
	b.Helper()
	slack, telegram := unlimited()
	q := newQuarter(b, quarterPlan{people: []hired{hire("c0", "Agent", "accueil-regional")}, slack: slack, telegram: telegram})
	user := q.people[0].Slack
	dm := q.slack.DM(user)
	client := slackapi.New(q.slack.BotToken, slackapi.OptionAppLevelToken(q.slack.AppToken), slackapi.OptionAPIURL(q.config.Messaging.Slack.APIURL))
	ctx, cancel := context.WithCancel(b.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	tg, err := api.New(q.tg.Token(), api.WithServerURL(q.tgURL), api.WithSkipGetMe(), api.WithDefaultHandler(func(ctx context.Context, _ *api.Bot, u *models.Update) {
		if u.Message != nil {
			if _, _, err := client.PostMessageContext(ctx, dm, slackapi.MsgOptionText(u.Message.Text, true)); err != nil {
				b.Error(err)
			}
		}
	}))
	if err != nil {
		b.Fatal(err)
	}
	all.Go(func() { tg.Start(ctx) })
	q.bridge(ctx, &all, client, tg)
	sent := sends(func(i int, text string) { q.tg.Person(int64(i%benchTalks+1), "", "").Write(text) })
	in = since(b, sent, allSeen(b, sent, func() map[string]time.Time { return seenInSlack(q.slack, []string{user}) }), 0)
	sent = sends(func(i int, text string) {
		if _, err := q.slack.Write(user, dm, text, ""); err != nil {
			b.Error(err)
		}
	})
	back = since(b, sent, allSeen(b, sent, func() map[string]time.Time { return seenOnTelegram(q.tg, benchTalks) }), 0)
	return in, back
}

// bridge sends what is written in Slack to Telegram, as soon as it comes.
func (q *quarter) bridge(ctx context.Context, all *sync.WaitGroup, client *slackapi.Client, tg *api.Bot) {
	socket := socketmode.New(client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	all.Go(func() { _ = socket.RunContext(ctx) })
	all.Go(func() {
		for {
			var e socketmode.Event
			select {
			case <-ctx.Done():
				return
			case e = <-socket.Events:
			}
			if e.Request == nil {
				continue
			}
			_ = socket.Ack(*e.Request)
			outer, is := e.Data.(slackevents.EventsAPIEvent)
			if !is {
				continue
			}
			m, is := outer.InnerEvent.Data.(*slackevents.MessageEvent)
			if !is || m.BotID != "" {
				continue
			}
			n, _ := strconv.Atoi(cmp.Or(strings.TrimLeft(strings.TrimPrefix(m.Text, "m")[:5], "0"), "0"))
			_, _ = tg.SendMessage(ctx, &api.SendMessageParams{ChatID: int64(n%benchTalks + 1), Text: m.Text})
		}
	})
	q.until("a connection", func() bool { return q.slack.Connections() > 0 })
}
