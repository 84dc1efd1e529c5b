package bot_test

import (
	"testing"
	"time"

	"frontdesk/bot"
)

func TestOnlyAReminderGoesStale(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		entry bot.Entry
		now   time.Time
		want  bool
	}{
		"always worth it":       {bot.Entry{Effect: bot.Say{Text: "x"}}, at.AddDate(1, 0, 0), false},
		"in time":               {bot.Entry{Effect: bot.Say{Text: "x"}, Until: at}, at, false},
		"too late":              {bot.Entry{Effect: bot.Say{Text: "x"}, Until: at}, at.Add(time.Millisecond), true},
		"too late for an owner": {bot.Entry{Effect: bot.Tell{Code: "nudge"}, Until: at}, at.Add(time.Second), true},
		"about danger":          {bot.Entry{Effect: bot.Say{Text: "15", Safety: true}, Until: at}, at.AddDate(1, 0, 0), false},
	} {
		if got := c.entry.Stale(c.now); got != c.want {
			t.Errorf("%s: stale %v, want %v", name, got, c.want)
		}
	}
}
