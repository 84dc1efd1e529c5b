package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/adapters/phone"
)

// phoneMetrics count what happens on the telephone. They are a phone.Watcher, and a collector of what the
// telephone itself counts.
type phoneMetrics struct {
	phone *phone.Phone
	rings *prometheus.CounterVec
	keys  prometheus.Histogram
}

var (
	callsDesc      = prometheus.NewDesc("frontdesk_phone_calls", "Calls now: answered, and half_open, whose answer is not acknowledged.", []string{"state"}, nil)
	callsTotalDesc = prometheus.NewDesc("frontdesk_phone_calls_total", "Incoming calls: answered, and refused because there was no room or nothing to speak.", []string{"result"}, nil)
	foreignDesc    = prometheus.NewDesc("frontdesk_phone_dropped_total", "SIP messages that were dropped: foreign, from networks that may not call, and unparsed.", []string{"why"}, nil)
	registeredDesc = prometheus.NewDesc("frontdesk_phone_registered", "1 while the registrar sends us its calls; missing where there is none.", nil, nil)
	packetsDesc    = prometheus.NewDesc("frontdesk_phone_packets_total", "Packets of sound: sent, failed and skipped; received, and strangers' that were dropped; of ended calls lost and late on their way.", []string{"what"}, nil)
)

// watchPhone registers the metrics of the telephone, which is there later.
func (m *metrics) watchPhone() *phoneMetrics {
	p := &phoneMetrics{
		rings: counters("frontdesk_phone_rings_total", "Rings of counsellors' telephones by result.", "result"),
		keys: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "frontdesk_phone_key_seconds", Help: "From a key to the sound that answers it.",
			Buckets: []float64{.005, .01, .02, .04, .06, .1, .25, 1, 3}}),
	}
	begin(p.rings, "accepted", "declined", "unanswered", "failed", "late", "over")
	m.registry.MustRegister(p.rings, p.keys, p)
	return p
}

func (p *phoneMetrics) Rang(result string)          { p.rings.WithLabelValues(result).Inc() }
func (p *phoneMetrics) Reacted(after time.Duration) { p.keys.Observe(after.Seconds()) }

func (p *phoneMetrics) Describe(all chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{callsDesc, callsTotalDesc, foreignDesc, registeredDesc, packetsDesc} {
		all <- d
	}
}

func (p *phoneMetrics) Collect(all chan<- prometheus.Metric) {
	if p.phone == nil || p.phone.Endpoint() == nil {
		return // it does not listen yet
	}
	count := func(d *prometheus.Desc, value uint64, label string) {
		all <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), label)
	}
	endpoint, sound := p.phone.Endpoint(), p.phone.Sound()
	halfOpen, answered := endpoint.Calls()
	all <- gauge(callsDesc, float64(halfOpen), "half_open")
	all <- gauge(callsDesc, float64(answered), "answered")
	n := endpoint.Counts()
	count(callsTotalDesc, n.Answered, "answered")
	count(callsTotalDesc, n.Refused, "refused")
	count(foreignDesc, n.Foreign, "foreign")
	count(foreignDesc, n.Unparsed, "unparsed")
	for _, r := range endpoint.Registered() {
		value := 0.0
		if r.OK {
			value = 1
		}
		all <- gauge(registeredDesc, value) // there is one account
	}
	count(packetsDesc, sound.Sent, "sent")
	count(packetsDesc, sound.Failed, "failed")
	count(packetsDesc, sound.Skipped, "skipped")
	count(packetsDesc, sound.Received, "received")
	count(packetsDesc, sound.Strangers, "strangers")
	count(packetsDesc, sound.Lost, "lost")
	count(packetsDesc, sound.Late, "late")
}
