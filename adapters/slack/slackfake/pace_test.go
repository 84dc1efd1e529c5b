package slackfake_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
)

// What the fake itself costs: a person's message to the app, and the app's to the person, at 100 a second
// in one thread. The bound is loose; the log has the figures.
func TestTheFakeIsFastEnoughToMeasureAgainst(t *testing.T) {
	if testing.Short() {
		t.Skip("takes three seconds")
	}
	a := connected(t, func(o *slackfake.Options) { o.NoLimits = true })
	dm := a.w.DM("U0ANNA")
	root, err := a.w.Write("U0ANNA", dm, "début", "")
	check(t, err)
	a.said(t, 0)
	var there, back []time.Duration
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i := range 200 {
		<-tick.C
		begin := time.Now()
		_, err := a.w.Write("U0ANNA", dm, fmt.Sprint(i), root)
		check(t, err)
		for len(a.messages()) < 2*i+2 {
			time.Sleep(50 * time.Microsecond)
		}
		there = append(there, time.Since(begin))
		begin = time.Now()
		_, _, err = a.PostMessage(dm, slack.MsgOptionText("oui", false), slack.MsgOptionTS(root))
		check(t, err)
		back = append(back, time.Since(begin))
		for len(a.messages()) < 2*i+3 {
			time.Sleep(50 * time.Microsecond)
		}
	}
	for name, all := range map[string][]time.Duration{"to the app": there, "from the app": back} {
		slices.Sort(all)
		t.Logf("%s: median %s, p99 %s", name, all[len(all)/2], all[len(all)*99/100])
		if p99 := all[len(all)*99/100]; p99 > 100*time.Millisecond {
			t.Errorf("%s: p99 is %s", name, p99)
		}
	}
}
