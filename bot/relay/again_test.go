package relay_test

import (
	"context"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A sweep of this process leases a leg whose carrier has just seen nothing more to do. The lease is the
// carrier's, then: nobody else may look for fifteen seconds.
func TestALegThatIsLeasedWhileItsCarrierEndsIsCarriedAtOnce(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	late := &lateLogs{logs: l}
	r, _ := carrying(l, c)
	r.Logs = late
	late.last = func() {
		l.say("two")
		l.mu.Lock()
		l.leased["a"] = true
		l.mu.Unlock()
		r.CarryDue(conversation, "a")
		r.Carry(conversation, "a") // what committed it asks as well, and is told that the leg is leased
	}
	l.say("one")
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "shown", texts(c.Shown("a")), "one", "two")
}

// lateLogs has something happen just after a carrier has read the end of the log.
type lateLogs struct {
	*logs
	last func()
}

func (l *lateLogs) Log(ctx context.Context, id bot.ConversationID, seq int64, most int) ([]bot.Entry, error) {
	entries, err := l.logs.Log(ctx, id, seq, most)
	if len(entries) == 0 && l.last != nil {
		last := l.last
		l.last = nil
		last()
	}
	return entries, err
}
