package telegram_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/telegram"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// crowd is a channel with the embedded store, and people who have written.
func crowd(b *testing.B, people int) (*telegram.Channel, []*telegramfake.Person) {
	b.Helper()
	store, err := redis.OpenEmbedded(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	fake := telegramfake.New(telegramfake.Options{Token: token, NoLimits: true})
	api := httptest.NewServer(fake)
	b.Cleanup(func() {
		fake.Close()
		api.Close()
		store.Close()
	})
	c, err := telegram.New(telegram.Config{Token: token, APIURL: api.URL, WebhookURL: "https://desk.example/telegram", WebhookSecret: secret,
		Door: bottest.NewDoor(), Refs: store, Limiter: noLimit{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	var all []*telegramfake.Person
	for i := range people {
		p := fake.Person(int64(1000+i), "Passant", "fr")
		p.Start("")
		all = append(all, p)
	}
	return c, all
}

type noLimit struct{ bot.Limiter }

func (noLimit) Allow(_ context.Context, _, _ string, _ float64, _ int) (bool, error) {
	return true, nil
}

// What the channel adds to a message on its way in, and to one on its way out.
func BenchmarkMessages(b *testing.B) {
	report := func(b *testing.B, took []time.Duration) {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	}
	b.Run("in", func(b *testing.B) {
		c, _ := crowd(b, 1)
		var took []time.Duration
		for n := 0; b.Loop(); n++ {
			body := fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"language_code":"fr"},"chat":{"id":%[3]d,"type":"private"},"date":1795600000,"text":"bonjour"}}`, n+1, n+1, 1000+n%500)
			began := time.Now()
			if got := post(c, body); got.Code != 200 {
				b.Fatal(got.Code)
			}
			took = append(took, time.Since(began))
		}
		report(b, took)
	})
	b.Run("out", func(b *testing.B) {
		c, people := crowd(b, 500)
		var took []time.Duration
		for n := 0; b.Loop(); n++ {
			leg := bot.Leg{ID: "telegram", Channel: "telegram", Peer: bot.Address(fmt.Sprint("4711:", people[n%500].ID)), For: bot.ToCitizen, Push: true}
			began := time.Now()
			_, err := c.Deliver(b.Context(), bot.Delivery{ID: fmt.Sprint(n), Conversation: "c", Leg: leg, Attempt: 1,
				Entry: bot.Entry{Seq: int64(n), To: bot.ToCitizen, Effect: bot.Speak{Message: fmt.Sprint(n), Name: "Anna", From: "Accueil", Text: "Bonjour"}}})
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		report(b, took)
	})
}
