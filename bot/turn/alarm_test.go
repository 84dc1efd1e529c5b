package turn

import (
	"testing"
	"time"

	"frontdesk/bot"
)

func TestASweepBeginsWhenATimerOfOnesOwnRings(t *testing.T) {
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	var a alarm
	a.arm(&bot.Turn{Input: bot.Input{At: now}, After: bot.Session{Timers: []bot.Timer{
		{Name: bot.TimerRelease, At: now.Add(10 * time.Second)}, {Name: bot.TimerCitizen, At: now.Add(15 * time.Minute)}, {Name: bot.TimerOwner, At: now},
	}}}, now)
	a.set(now.Add(9990 * time.Millisecond))
	for _, step := range []struct {
		after, pause, want time.Duration
		left               int
	}{
		{0, 75 * time.Millisecond, 75 * time.Millisecond, 2},
		{9950 * time.Millisecond, 75 * time.Millisecond, 40 * time.Millisecond, 1},
		{9998 * time.Millisecond, 75 * time.Millisecond, leastApart, 0}, // what rings while a sweep is under way has one of its own
		{10500 * time.Millisecond, 75 * time.Millisecond, 75 * time.Millisecond, 0},
	} {
		if got := a.within(step.pause, now.Add(step.after)); got != step.want || len(a.times) != step.left {
			t.Errorf("after %s: a sweep in %s, %d left; want %s, %d", step.after, got, len(a.times), step.want, step.left)
		}
	}
}

func TestAnAlarmKeepsABoundedNumber(t *testing.T) {
	var a alarm
	now := time.Now()
	for range mostAlarms + 10 {
		a.set(now)
	}
	if len(a.times) != mostAlarms {
		t.Errorf("%d are kept", len(a.times))
	}
}
