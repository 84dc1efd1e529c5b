package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/bot"
)

// doors says how many people are there now, and what serves them.
type doors struct {
	connections func() (open, refused int)
	streams     func() int
	serves      func() (release, region string)
	published   func() (refused bool, failed int)
}

var (
	connectionsDesc = prometheus.NewDesc("frontdesk_connections_open", "Connections of citizens and counsellors.", nil, nil)
	refusedDesc     = prometheus.NewDesc("frontdesk_connections_refused_total", "Connections hung up on: there were too many, of one address or in all.", nil, nil)
	streamsDesc     = prometheus.NewDesc("frontdesk_chat_streams_open", "Chat pages that are open and follow their conversation.", nil, nil)
	unservedDesc    = prometheus.NewDesc("frontdesk_release_refused", "1 while the live release cannot be served by this binary, and an earlier one is.", nil, nil)
	unmadeDesc      = prometheus.NewDesc("frontdesk_publications_failed", "Programmed publications that were not made, and that nobody has taken away yet.", nil, nil)
	buildDesc       = prometheus.NewDesc("frontdesk_build_info", "1; the version of this binary, and the release and region that it serves.", []string{"version", "release", "region"}, nil)
)

func (doors) Describe(all chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{connectionsDesc, refusedDesc, streamsDesc, unservedDesc, unmadeDesc, buildDesc} {
		all <- d
	}
}

func (d doors) Collect(all chan<- prometheus.Metric) {
	open, refused := d.connections()
	all <- gauge(connectionsDesc, float64(open))
	all <- prometheus.MustNewConstMetric(refusedDesc, prometheus.CounterValue, float64(refused))
	all <- gauge(streamsDesc, float64(d.streams()))
	unserved, unmade := d.published()
	n := 0.0
	if unserved {
		n = 1
	}
	all <- gauge(unservedDesc, n)
	all <- gauge(unmadeDesc, float64(unmade))
	release, region := d.serves()
	all <- gauge(buildDesc, 1, version(), release, region)
}

// countedLimits count whom a limiter turns away, by the kind of limit.
type countedLimits struct {
	bot.Limiter
	limited *prometheus.CounterVec
}

func (c countedLimits) Allow(ctx context.Context, kind, name string, rate float64, burst int) (bool, error) {
	ok, err := c.Limiter.Allow(ctx, kind, name, rate, burst)
	if !ok && err == nil {
		c.limited.WithLabelValues(kind).Inc()
	}
	return ok, err
}
