package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/adapters/redis"
)

// storeMetrics count how Redis fares. They are a redis.Observer.
type storeMetrics struct {
	seconds   *prometheus.HistogramVec
	errors    *prometheus.CounterVec
	short     prometheus.Counter
	recovered prometheus.Counter
}

func newStoreMetrics() storeMetrics {
	m := storeMetrics{
		seconds:   histograms("frontdesk_redis_seconds", "Calls of Redis by script or command, a pipeline by its first.", []float64{.0002, .0005, .001, .002, .005, .02, .1, .5, 1}, "script"),
		errors:    counters("frontdesk_redis_errors_total", "Calls of Redis that failed, by kind.", "kind"),
		short:     counter("frontdesk_wait_acks_short_total", "Inputs that no replica of Redis had in time."),
		recovered: counter("frontdesk_sweep_recovered_total", "Conversations that a sweep took up because nobody had played their input within the grace."),
	}
	begin(m.errors, "timeout", "unreachable", "refused", "oom", "readonly", "loading", "noreplicas", "clusterdown")
	return m
}

func (m *storeMetrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.seconds, m.errors, m.short, m.recovered}
}

func (m *storeMetrics) Ran(script string, took time.Duration) {
	m.seconds.WithLabelValues(script).Observe(took.Seconds())
}
func (m *storeMetrics) Failed(kind string)          { m.errors.WithLabelValues(kind).Inc() }
func (m *storeMetrics) Short()                      { m.short.Inc() }
func (m *storeMetrics) Recovered(conversations int) { m.recovered.Add(float64(conversations)) }

// storeState looks into the store when metrics are read.
type storeState struct {
	health
	lag    func(context.Context) (redis.Lag, error)
	memory func(context.Context) (used, limit int64, err error)
}

var (
	readyDesc    = prometheus.NewDesc("frontdesk_ready", "1 while this replica can take people, as /readyz says.", nil, nil)
	inboxDesc    = prometheus.NewDesc("frontdesk_inbox_oldest_seconds", "Age of the oldest input that nobody has played, in the worst shard.", nil, nil)
	dueDesc      = prometheus.NewDesc("frontdesk_due_lag_seconds", "How overdue for a sweep the oldest is: i inputs, o deliveries, t timers.", []string{"kind"}, nil)
	outboundDesc = prometheus.NewDesc("frontdesk_outbound_oldest_seconds", "Age of the oldest message that a channel has not delivered.", []string{"channel"}, nil)
	memoryDesc   = prometheus.NewDesc("frontdesk_redis_memory_bytes", "Memory of Redis: used, and its limit (0: none).", []string{"what"}, nil)
)

func (storeState) Describe(all chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{readyDesc, inboxDesc, dueDesc, outboundDesc, memoryDesc} {
		all <- d
	}
}

func (s storeState) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.check(ctx) != nil {
		all <- gauge(readyDesc, 0)
		return // what is in the store cannot be known
	}
	all <- gauge(readyDesc, 1)
	lag, err := s.lag(ctx)
	if err != nil {
		all <- prometheus.NewInvalidMetric(inboxDesc, err)
		return
	}
	all <- gauge(inboxDesc, lag.Inbox.Seconds())
	for _, kind := range []string{"i", "o", "t"} {
		all <- gauge(dueDesc, max(0, lag.Due[kind].Seconds()), kind)
	}
	for channel, age := range lag.Outbound {
		all <- gauge(outboundDesc, age.Seconds(), string(channel))
	}
	if used, limit, err := s.memory(ctx); err == nil { // the store of a trial does not say
		all <- gauge(memoryDesc, float64(used), "used")
		all <- gauge(memoryDesc, float64(limit), "limit")
	}
}
