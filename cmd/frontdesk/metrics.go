package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"frontdesk/bot"
)

// metrics counts what happens, without a word of what is said. Every label is one of a few words of
// the code or the bundle: no id, no address, nobody's name. The files metrics_*.go hold what is
// watched; frontdesk watch prints a dashboard and alerts that use all of it.
type metrics struct {
	turnMetrics
	storeMetrics
	texts    textMetrics
	registry *prometheus.Registry
	limited  *prometheus.CounterVec
	away     prometheus.Counter
}

// newMetrics registers what is counted as it happens, and collectors of what is asked for when
// Prometheus reads.
func newMetrics(asked ...prometheus.Collector) *metrics {
	m := &metrics{
		turnMetrics:  newTurnMetrics(),
		storeMetrics: newStoreMetrics(),
		texts:        newTextMetrics(),
		registry:     prometheus.NewRegistry(),
		limited:      counters("frontdesk_rate_limited_total", "Requests turned away by the limit that they exceeded.", "limit"),
		away:         prometheus.NewCounter(prometheus.CounterOpts{Name: "frontdesk_chat_away_total", Help: "Requests of chat pages that were refused because the store did not answer."}),
	}
	m.registry.MustRegister(m.turnMetrics.all()...)
	m.registry.MustRegister(m.storeMetrics.all()...)
	m.registry.MustRegister(m.limited, m.away, m.texts.segments, m.texts.reports, collectors.NewGoCollector(), collectors.NewBuildInfoCollector())
	m.registry.MustRegister(asked...)
	return m
}

// handler serves what can be had: without a store, what is in it is missing and everything else is there.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	return mux
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func histograms(name, help string, buckets []float64, label string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{label})
}

// begin makes counters of known values start at 0: an increase from nothing would go unseen.
func begin(c *prometheus.CounterVec, values ...string) {
	for _, v := range values {
		c.WithLabelValues(v)
	}
}

func gauge(d *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func label(c bot.ChannelName) string {
	if c == "" {
		return "timer"
	}
	return string(c)
}
