package studio

import (
	"cmp"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// How far back pages look that are about people who came lately, and how long what belongs together is
// remembered: then it is read anew, so that a conversation which was erased is one no more.
const (
	lookBack     = 30 * 24 * time.Hour
	togetherFor  = 10 * time.Minute
	mostAnswered = 100 // of one conversation
)

// A recent is what the traces of the last thirty days tell, gathered in one reading for all pages: the rows
// that decided, the answers, and what counsellors reported. It is for one goroutine at a time.
type recent struct {
	place   string
	began   time.Time
	rows    map[taken]int
	answers change.Vectors
	talks   map[string]*talkOf // by the number of their traces
}

// taken is a row of a table of a release.
type taken struct{ release, row string }

// A talkOf is what a report of one conversation would say.
type talkOf struct {
	channel        bot.ChannelName
	picks          [][2]string // step, option
	row, territory string      // that was reported; "" for none
}

func newRecent(now time.Time) *recent {
	return &recent{began: now, rows: map[taken]int{}, talks: map[string]*talkOf{}}
}

// add takes one event in.
func (r *recent) add(t *bot.Trace) {
	if t.At.Before(r.began.Add(-lookBack)) {
		return
	}
	if tally.Decides(t) {
		r.rows[taken{t.Release, t.Row}]++
	}
	r.answers.Add(*t)
	if t.Number == "" {
		return
	}
	talk := r.talks[t.Number]
	if talk == nil {
		talk = &talkOf{}
		r.talks[strings.Clone(t.Number)] = talk
	}
	talk.channel = cmp.Or(talk.channel, t.Channel)
	if t.Option != "" && strings.HasPrefix(t.Class, "option:") && len(talk.picks) < mostAnswered {
		talk.picks = append(talk.picks, [2]string{t.Step, t.Option})
	}
	if t.Class == "misrouted" && t.Row != "" {
		talk.row, talk.territory = t.Row, t.Territory
	}
}

// addAll takes events in that were read from its place on, up to the next.
func (r *recent) addAll(part []bot.Trace, next string) {
	for i := range part {
		r.add(&part[i])
	}
	r.place = next
}

// misrouted are the reports, as questions of a bundle name the answers.
func (r *recent) misrouted(b *flow.Bundle) []misrouting {
	var all []misrouting
	for _, talk := range r.talks {
		if talk.row == "" {
			continue
		}
		m := misrouting{Row: talk.row, Territory: talk.territory, Channel: talk.channel}
		for _, pick := range talk.picks {
			if step := b.Steps[pick[0]]; step != nil && step.Answer != "" {
				m.Answers = m.Answers.With(step.Answer, pick[1])
			}
		}
		all = append(all, m)
	}
	return gathered(all)
}
