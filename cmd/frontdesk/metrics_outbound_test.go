package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
)

func TestMetricsOfWhatGoesOut(t *testing.T) {
	m := newMetrics()
	letters := []bot.DeadLetter{{Conversation: "secret-id", Leg: "telegram", Why: "undeliverable"}, {Why: "undeliverable"}, {Why: "poison"}}
	var asleep error
	o := m.watchOutbound(func(context.Context) ([]bot.DeadLetter, error) { return letters, asleep },
		func() map[string]bool { return map[string]bool{"telegram/bot1": true, "sms/": false} })
	o.Outbound("telegram", "delivered")
	o.Outbound("telegram", "delivered")
	o.Outbound("sms", "expired")
	_, text := scrape(t, m)
	var got []string
	for _, line := range ours(text) {
		for _, name := range []string{"frontdesk_outbound", "frontdesk_dead", "frontdesk_breaker"} {
			if strings.HasPrefix(line, name) {
				got = append(got, line)
			}
		}
	}
	want := []string{
		`frontdesk_breaker_open{line="sms/"} 0`, `frontdesk_breaker_open{line="telegram/bot1"} 1`,
		`frontdesk_dead_letters{why="damaged"} 0`, `frontdesk_dead_letters{why="poison"} 1`,
		`frontdesk_dead_letters{why="tried_too_long"} 0`, `frontdesk_dead_letters{why="tried_too_often"} 0`,
		`frontdesk_dead_letters{why="undeliverable"} 2`,
		`frontdesk_outbound_total{channel="sms",result="expired"} 1`, `frontdesk_outbound_total{channel="telegram",result="delivered"} 2`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	asleep = bot.ErrUnavailable
	if _, text := scrape(t, m); !strings.Contains(text, "frontdesk_outbound_total") || strings.Contains(text, "frontdesk_dead_letters{") {
		t.Error("without a store the counters are gone, or the letters are made up")
	}
}
