package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
)

// The burst: so many people at once, and how much faster than Slack's own the clock of the fake runs. Our
// pace is multiplied alike.
const (
	burst      = 500
	burstSpeed = 20.0 // a message in 50 ms in one channel
)

// BenchmarkMessagingBurst has 500 people ask for a person at once. Their cards all stand in one channel, which
// takes one a second (here twenty): they come at that pace, the oldest first, and Slack has no cause to slow
// anybody down. In the middle of it somebody takes a case.
func BenchmarkMessagingBurst(b *testing.B) {
	for range b.N {
		q := newQuarter(b, quarterPlan{redis: benchRedis(b), people: staffOfOutages(), slack: slackfake.Options{Speed: burstSpeed},
			telegram: telegramfake.Options{NoLimits: true}, change: func(c *serveCommand) { c.Messaging.speed = burstSpeed }})
		q.open()
		for person := range burst {
			p := q.tg.Person(int64(person+1), fmt.Sprint("P", person+1), "fr")
			p.Start("")
			p.Write("une personne")
		}
		q.until("half of the cards", func() bool { return len(q.cards("accueil-regional")) >= burst/2 })
		acked, thread := q.claimsLast(member("camille"))
		q.until("all cards", func() bool { return len(q.cards("accueil-regional")) >= burst })
		all := q.cards("accueil-regional")
		took := postedAt(all[burst-1]).Sub(postedAt(all[0]))
		ideal := time.Duration(float64(burst-1) / burstSpeed * float64(time.Second))
		late := (took - ideal) / (burst - 1) // a card: sweeps and calls, which no clock speeds up
		b.ReportMetric(float64(ideal)/float64(took), "of-the-sped-up-rate")
		b.ReportMetric(float64(time.Second)/float64(time.Second+late), "of-slacks-own-rate")
		b.ReportMetric(ms(late), "late-ms-a-card")
		b.ReportMetric(float64(q.slack.Refused("")), "429s")
		b.ReportMetric(float64(q.inversions(all)), "inversions")
		b.ReportMetric(acked.Seconds(), "claim-acked-s")
		b.ReportMetric(thread.Seconds(), "claim-answered-s")
		if n := q.slack.Refused(""); n > 1 {
			b.Errorf("Slack had to slow us down %d times", n)
		}
		if thread > 3*time.Second {
			b.Errorf("a claim in the middle is answered after %s", thread)
		}
		for _, stop := range q.stops {
			stop()
		}
	}
}

// claimsLast takes the newest case, and says after how long that was acknowledged and after how long the
// conversation was in front of who took it.
func (q *quarter) claimsLast(user string) (acked, thread time.Duration) {
	q.t.Helper()
	all := q.cards("accueil-regional")
	card := all[len(all)-1]
	began := time.Now()
	if err := q.slack.Click(user, card.Channel, card.TS, "claim"); err != nil {
		q.t.Fatal(err)
	}
	acked = time.Since(began)
	number := dossierNumber.FindString(card.Text())
	q.until("the conversation is there", func() bool {
		root, is := q.thread(user, number)
		return is && root.Replies > 0
	})
	return acked, time.Since(began)
}

// inversions counts the pairs of cards that stand the wrong way round by when their people began to wait.
func (q *quarter) inversions(all []slackfake.Message) int {
	since := map[string]time.Time{}
	for _, s := range q.sessions() {
		since[s.Dossier] = s.Case.Since
	}
	order := make([]time.Time, len(all))
	for i, m := range all {
		order[i] = since[dossierNumber.FindString(m.Text())]
	}
	n := 0
	for i := range order {
		for j := i + 1; j < len(order); j++ {
			if order[i].After(order[j]) {
				n++
			}
		}
	}
	return n
}

// postedAt is when a message was posted.
func postedAt(m slackfake.Message) time.Time {
	var seconds, micros int64
	_, _ = fmt.Sscanf(strings.Replace(m.TS, ".", " ", 1), "%d %d", &seconds, &micros)
	return time.Unix(seconds, micros*1000)
}
