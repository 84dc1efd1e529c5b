package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"frontdesk/bot"
)

// metrics counts what happens, without a word of what is said. It is a turn.Watcher.
type metrics struct {
	registry *prometheus.Registry
	inbound  *prometheus.CounterVec
	turns    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	commits  *prometheus.CounterVec
}

func newMetrics(cards func(context.Context) ([]bot.Card, error)) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		inbound:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_inbound_total", Help: "Inputs by channel and what became of them."}, []string{"channel", "result"}),
		turns:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_turns_total", Help: "Turns by channel and kind of input."}, []string{"channel", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frontdesk_turn_seconds", Help: "From the decision to the commit of a turn.",
			Buckets: []float64{.0002, .0005, .001, .002, .005, .01, .05, .2, 1}}, []string{"channel"}),
		commits: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_commit_total", Help: "Commits by result."}, []string{"result"}),
	}
	m.registry.MustRegister(m.inbound, m.turns, m.seconds, m.commits, openCases{cards}, collectors.NewGoCollector(), collectors.NewBuildInfoCollector())
	return m
}

func (m *metrics) Accepted(channel bot.ChannelName, result string) {
	m.inbound.WithLabelValues(label(channel), result).Inc()
}

func (m *metrics) Played(channel bot.ChannelName, class string, took time.Duration) {
	kind, _, _ := strings.Cut(class, ":") // an option's or command's name would be a label too many
	m.turns.WithLabelValues(label(channel), kind).Inc()
	m.seconds.WithLabelValues(label(channel)).Observe(took.Seconds())
}

func (m *metrics) Committed(result string) { m.commits.WithLabelValues(result).Inc() }

func label(c bot.ChannelName) string {
	if c == "" {
		return "timer"
	}
	return string(c)
}

// handler serves what can be had: without a store the queues are missing and everything else is there.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	return mux
}

// openCases reads the board when metrics are read.
type openCases struct {
	cards func(context.Context) ([]bot.Card, error)
}

var (
	openDesc   = prometheus.NewDesc("frontdesk_queue_open_cases", "Open cases by structure and life.", []string{"structure", "life"}, nil)
	oldestDesc = prometheus.NewDesc("frontdesk_queue_oldest_seconds", "Age of the oldest case that nobody has taken, by structure.", []string{"structure"}, nil)
)

func (openCases) Describe(all chan<- *prometheus.Desc) { all <- openDesc; all <- oldestDesc }

func (o openCases) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	cards, err := o.cards(ctx)
	if err != nil {
		all <- prometheus.NewInvalidMetric(openDesc, err)
		return
	}
	type key struct{ structure, life string }
	count, oldest := map[key]float64{}, map[string]float64{}
	for _, c := range cards {
		count[key{string(c.Structure), string(c.Life)}]++
		if c.Owner == "" {
			oldest[string(c.Structure)] = max(oldest[string(c.Structure)], time.Since(c.Since).Seconds())
		}
	}
	for k, n := range count {
		all <- prometheus.MustNewConstMetric(openDesc, prometheus.GaugeValue, n, k.structure, k.life)
	}
	for s, age := range oldest {
		all <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, age, s)
	}
}
