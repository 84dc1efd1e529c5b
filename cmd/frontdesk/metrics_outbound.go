package main

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/bot"
)

// outbound counts what the relay does. It is a relay.Watcher, and a collector of what it must ask for:
// the dead letters, and the channels that are left alone.
type outbound struct {
	sent    *prometheus.CounterVec
	open    []bot.ChannelName // shown from the start
	letters func(context.Context) ([]bot.DeadLetter, error)
	shut    func() map[string]bool
}

var (
	deadDesc = prometheus.NewDesc("frontdesk_dead_letters", "What nobody could deliver or play and no human has seen to, by reason.", []string{"why"}, nil)
	shutDesc = prometheus.NewDesc("frontdesk_breaker_open", "1 while a channel's platform fails and is left alone, by channel and account.", []string{"line"}, nil)
)

// watchOutbound registers the metrics of what goes out.
func (m *metrics) watchOutbound(letters func(context.Context) ([]bot.DeadLetter, error), shut func() map[string]bool) *outbound {
	o := &outbound{letters: letters, shut: shut,
		sent: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_outbound_total", Help: "Deliveries by channel and what became of them."}, []string{"channel", "result"})}
	m.registry.MustRegister(o.sent, o)
	return o
}

func (o *outbound) Outbound(channel bot.ChannelName, result string) {
	o.sent.WithLabelValues(string(channel), result).Inc()
}

// opened shows a channel that has not delivered anything yet.
func (o *outbound) opened(channel bot.ChannelName) {
	o.sent.WithLabelValues(string(channel), "delivered")
	o.open = append(o.open, channel)
}

func (o *outbound) Describe(all chan<- *prometheus.Desc) { all <- deadDesc; all <- shutDesc }

func (o *outbound) Collect(all chan<- prometheus.Metric) {
	lines := o.shut()
	for _, channel := range o.open {
		if account := string(channel) + "/"; !lineOf(lines, account) {
			lines[account] = false
		}
	}
	for line, is := range lines {
		value := 0.0
		if is {
			value = 1
		}
		all <- prometheus.MustNewConstMetric(shutDesc, prometheus.GaugeValue, value, line)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	letters, err := o.letters(ctx)
	if err != nil {
		all <- prometheus.NewInvalidMetric(deadDesc, err)
		return
	}
	// Reasons that have none are there too: an alert must not depend on the first one.
	count := map[string]float64{"undeliverable": 0, "tried_too_often": 0, "tried_too_long": 0, "poison": 0, "damaged": 0}
	for _, l := range letters {
		count[l.Why]++
	}
	for why, n := range count {
		all <- prometheus.MustNewConstMetric(deadDesc, prometheus.GaugeValue, n, why)
	}
}

// lineOf says whether a line of some account of a channel is known.
func lineOf(lines map[string]bool, channel string) bool {
	for line := range lines {
		if strings.HasPrefix(line, channel) {
			return true
		}
	}
	return false
}
