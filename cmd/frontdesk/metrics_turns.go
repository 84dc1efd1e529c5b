package main

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

// turnMetrics count inputs and turns. They are a turn.Watcher.
type turnMetrics struct {
	inbound  *prometheus.CounterVec
	turns    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	waited   *prometheus.HistogramVec
	commits  *prometheus.CounterVec
	claims   *prometheus.CounterVec
	promises *prometheus.CounterVec
	erased   prometheus.Counter
}

func newTurnMetrics() turnMetrics {
	m := turnMetrics{
		inbound:  counters("frontdesk_inbound_total", "Inputs by channel and what became of them: accepted, duplicate, full, reused or error.", "channel", "result"),
		turns:    counters("frontdesk_turns_total", "Turns by channel and kind of input.", "channel", "class"),
		seconds:  histograms("frontdesk_turn_seconds", "From the decision to the commit of a turn.", []float64{.0002, .0005, .001, .002, .005, .01, .05, .2, 1}, "channel"),
		waited:   histograms("frontdesk_accept_to_reply_seconds", "From the arrival of an input to its reply in the log.", []float64{.0005, .001, .002, .005, .01, .05, .2, .5, 1, 5, 30, 300}, "channel"),
		commits:  counters("frontdesk_commit_total", "Commits by result; stale and gone mean that another replica was first.", "result"),
		claims:   counters("frontdesk_claims_total", "Claims of a case by what the counsellor was told.", "result"),
		promises: counters("frontdesk_promises_total", "Promised answers that were given in time (kept), or were not (broken).", "result"),
		erased:   counter("frontdesk_erase_total", "Conversations erased for whoever had them."),
	}
	begin(m.commits, "ok", "stale", "gone", "error")
	begin(m.claims, "won", "lost")
	begin(m.promises, "kept", "broken")
	return m
}

func (m *turnMetrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.inbound, m.turns, m.seconds, m.waited, m.commits, m.claims, m.promises, m.erased}
}

func (m *turnMetrics) Accepted(channel bot.ChannelName, result string) {
	m.inbound.WithLabelValues(label(channel), result).Inc()
}

func (m *turnMetrics) Played(p turn.Played) {
	channel := label(p.Channel)
	kind, _, _ := strings.Cut(p.Class, ":") // an option's or command's name would be a label too many
	m.turns.WithLabelValues(channel, kind).Inc()
	m.seconds.WithLabelValues(channel).Observe(p.Took.Seconds())
	m.waited.WithLabelValues(channel).Observe(p.Waited.Seconds())
	if p.Claim != "" {
		m.claims.WithLabelValues(p.Claim).Inc()
	}
	switch p.Kept {
	case "yes":
		m.promises.WithLabelValues("kept").Inc()
	case "no":
		m.promises.WithLabelValues("broken").Inc()
	}
	if p.Erased {
		m.erased.Inc()
	}
}

func (m *turnMetrics) Committed(result string) { m.commits.WithLabelValues(result).Inc() }
