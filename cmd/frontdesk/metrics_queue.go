package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/bot"
)

// openCases reads the board when metrics are read.
type openCases struct {
	cards func(context.Context) ([]bot.Card, error)
}

var (
	openDesc   = prometheus.NewDesc("frontdesk_queue_open_cases", "Open cases by structure and life.", []string{"structure", "life"}, nil)
	oldestDesc = prometheus.NewDesc("frontdesk_queue_oldest_seconds", "Age of the oldest case that nobody has taken, by structure and life.", []string{"structure", "life"}, nil)
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
	type queue struct{ structure, life string }
	count, oldest := map[queue]float64{}, map[queue]float64{}
	for _, c := range cards {
		q := queue{string(c.Structure), string(c.Life)}
		count[q]++
		if c.Owner == "" {
			oldest[q] = max(oldest[q], time.Since(c.Since).Seconds())
		}
	}
	for q, n := range count {
		all <- gauge(openDesc, n, q.structure, q.life)
	}
	for q, age := range oldest {
		all <- gauge(oldestDesc, age, q.structure, q.life)
	}
}
