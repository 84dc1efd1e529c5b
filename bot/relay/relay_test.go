package relay_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/relay"
)

func TestALegGetsItsEntriesInOrder(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	var wanted []string
	for i := range 120 { // more than one page
		wanted = append(wanted, fmt.Sprint("text ", i))
	}
	l.say(wanted[:70]...)
	r.Carry(conversation, "a")
	l.say(wanted[70:]...)
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "shown", texts(c.Shown("a")), wanted...)
	if got := l.cursor("a"); got != 120 {
		t.Errorf("cursor %d, want 120", got)
	}
	first := c.Shown("a")[0]
	if first.ID != "c1/1/a" || first.Attempt != 1 || first.Conversation != conversation || first.Leg != push("a") {
		t.Errorf("the first delivery is %+v", first)
	}
}

func TestALegGetsWhatIsForItAlone(t *testing.T) {
	owner, gone := push("owner"), push("gone")
	owner.For, gone.Left = bot.ToOwner, true
	l, c := newLogs(push("a"), owner, gone), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.add(bot.ToNobody, nil) // what came in
	l.say("to the person")
	l.add(bot.ToOwner, bot.Pass{Text: "to the owner"})
	l.add(bot.ToDesk, bot.Post{})
	l.add(bot.ToActor, bot.Tell{Code: "won"})
	for _, leg := range []string{"a", "owner", "gone"} {
		r.Carry(conversation, leg)
	}
	r.Wait()
	want(t, "the person", texts(c.Shown("a")), "to the person")
	want(t, "the owner", texts(c.Shown("owner")), "(pass)")
	want(t, "who left", texts(c.Tried("gone")))
	for _, leg := range []string{"a", "owner", "gone"} {
		if got := l.cursor(leg); got != 5 {
			t.Errorf("the cursor of %s is %d, want 5", leg, got)
		}
	}
}

// Who leaves is still told goodbye: what was said up to then goes out, and nothing after it.
func TestALegThatLeavesGetsWhatWasSaidUntilThen(t *testing.T) {
	leg := push("a")
	leg.Left, leg.Last = true, 2
	l, c := newLogs(leg), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one", "goodbye", "too late")
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "shown", texts(c.Shown("a")), "one", "goodbye")
	if got := l.cursor("a"); got != 3 {
		t.Errorf("cursor %d, want 3", got)
	}
}

func TestLegsDoNotWaitForEachOther(t *testing.T) {
	l, c := newLogs(push("a"), push("b"), push("c")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one", "two")
	c.Trouble("a", bottest.Slow(time.Second))
	c.Trouble("b", bottest.Stumbles)
	began := time.Now()
	for _, leg := range []string{"a", "b", "c"} {
		r.Carry(conversation, leg)
	}
	for len(c.Shown("c")) < 2 && time.Since(began) < 5*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("the third leg waited %s for the others", took)
	}
	r.Wait()
	want(t, "the slow leg", texts(c.Shown("a")), "one", "two")
	want(t, "the failing leg", texts(c.Shown("b")))
}

func TestTheCursorNeverPassesWhatWasNotDelivered(t *testing.T) {
	for name, trouble := range map[string]bottest.Trouble{
		"stumbles": bottest.Stumbles, "waits": bottest.Waits(time.Minute), "loses": bottest.Loses, "panics": bottest.Panics,
	} {
		t.Run(name, func(t *testing.T) {
			l, c := newLogs(push("a")), bottest.NewChannel("telegram")
			r, log := carrying(l, c)
			l.say("one", "two", "three")
			c.Trouble("a", bottest.Slow(0), trouble)
			err := r.Deliver(t.Context(), conversation, "a")
			if err == nil || l.cursor("a") != 1 || len(l.waits("a")) != 1 {
				t.Errorf("deliver: %v, cursor %d, waits %v; want an error, 1, one wait", err, l.cursor("a"), l.waits("a"))
			}
			if len(l.told) > 0 || len(l.buried["a"]) > 0 {
				t.Errorf("told %v, buried %v", l.told, l.buried)
			}
			if err := r.Deliver(t.Context(), conversation, "a"); err != nil {
				t.Error(err)
			}
			shown := []string{"one", "two", "three"}
			if name == "loses" {
				shown = []string{"one", "two", "two", "three"}
			}
			want(t, "shown", texts(c.Shown("a")), shown...)
			tried := c.Tried("a")
			if again := tried[2]; again.ID != tried[1].ID || again.Attempt != 2 || tried[3].Attempt != 1 {
				t.Errorf("the attempts are numbered %d, %d, %d", tried[1].Attempt, again.Attempt, tried[3].Attempt)
			}
			if strings.Contains(log.String()+fmt.Sprint(err), "words that must not") {
				t.Errorf("what a panic says is told: %s", log)
			}
		})
	}
}

// A panic in the background would end the process and every conversation with it.
func TestAPanicOfAChannelEndsNothing(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, log := carrying(l, c)
	l.say("one")
	c.Trouble("a", bottest.Panics)
	r.Carry(conversation, "a")
	r.Wait()
	if !strings.Contains(log.String(), "panic") || strings.Contains(log.String(), "words that must not") {
		t.Errorf("the log says %s", log)
	}
	if err := r.Deliver(t.Context(), conversation, "a"); err != nil {
		t.Error(err)
	}
	want(t, "shown", texts(c.Shown("a")), "one")
}

// careless is a channel whose Pace is at fault.
type careless struct{ *bottest.Channel }

func (careless) Pace(bot.Leg, bot.Effect) bot.Pace { panic("words that must not reach a log") }

func TestAPanicOutsideADeliveryEndsNothing(t *testing.T) {
	l := newLogs(push("a"))
	r, log := carrying(l, careless{bottest.NewChannel("telegram")})
	l.say("one")
	r.Carry(conversation, "a")
	r.Wait()
	if !strings.Contains(log.String(), "panic") || strings.Contains(log.String(), "words that must not") {
		t.Errorf("the log says %s", log)
	}
}

func TestThePlatformSaysHowLongToWait(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one")
	c.Trouble("a", bottest.Waits(42*time.Second))
	_ = r.Deliver(t.Context(), conversation, "a")
	if got := l.waits("a"); len(got) != 1 || got[0] != 42*time.Second {
		t.Errorf("waits %v, want 42s", got)
	}
	c.Trouble("a", bottest.Waits(-time.Second)) // nonsense is not obeyed
	_ = r.Deliver(t.Context(), conversation, "a")
	if got := l.waits("a"); len(got) != 2 || got[1] < 500*time.Millisecond {
		t.Errorf("waits %v; after nonsense want the usual wait", got)
	}
}

// Something new for the leg, or a citizen who writes, is no reason to try before the time: not in the
// process that was told to wait, nor in another.
func TestAWaitIsKeptWhenSomethingNewComes(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	one, _ := carrying(l, c)
	other, _ := carrying(l, c)
	l.say("one")
	c.Trouble("a", bottest.Waits(time.Hour))
	one.Carry(conversation, "a")
	one.Wait()
	l.say("two")
	for _, r := range []*relay.Relay{one, other} {
		r.Carry(conversation, "a")
		r.Wait()
	}
	if got := len(c.Tried("a")); got != 1 {
		t.Errorf("%d attempts within the hour, want 1", got)
	}
	other.CarryDue(conversation, "a") // as the sweep does when the time has come
	other.Wait()
	want(t, "after the wait", texts(c.Shown("a")), "one", "two")
}

func TestAPlatformThatAsksToWaitIsWaitedFor(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one")
	for range 40 {
		c.Trouble("a", bottest.Waits(time.Second))
		_ = r.Deliver(t.Context(), conversation, "a")
	}
	if len(l.buried["a"]) > 0 {
		t.Errorf("buried %v although the platform said to wait", l.buried["a"])
	}
	if err := r.Deliver(t.Context(), conversation, "a"); err != nil {
		t.Error(err)
	}
	want(t, "shown", texts(c.Shown("a")), "one")
}

func TestWaitsGrowAndThenAHumanMustLook(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one", "two")
	for range 12 {
		c.Trouble("a", bottest.Stumbles)
	}
	for range 11 {
		if err := r.Deliver(t.Context(), conversation, "a"); err == nil {
			t.Fatal("a failed delivery is not told")
		}
	}
	for i, wait := range l.waits("a") {
		most := min(time.Second<<i, 5*time.Minute)
		if wait < most/2 || wait > most {
			t.Errorf("wait %d is %s, want %s to %s", i+1, wait, most/2, most)
		}
	}
	_ = r.Deliver(t.Context(), conversation, "a")
	want(t, "buried", l.buried["a"], "1 tried_too_often")
	_ = r.Deliver(t.Context(), conversation, "a")
	want(t, "shown", texts(c.Shown("a")), "two")
}

func TestTriesAreCountedForOneEntry(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	other, _ := carrying(l, bottest.NewChannel("telegram"))
	l.say("one")
	for range 11 {
		c.Trouble("a", bottest.Stumbles)
		_ = r.Deliver(t.Context(), conversation, "a")
	}
	if err := other.Deliver(t.Context(), conversation, "a"); err != nil { // another replica succeeds
		t.Fatal(err)
	}
	l.say("two")
	c.Trouble("a", bottest.Stumbles)
	_ = r.Deliver(t.Context(), conversation, "a")
	tried := c.Tried("a")
	if last := tried[len(tried)-1]; last.Attempt != 1 || len(l.buried["a"]) > 0 {
		t.Errorf("the first try of a new entry is number %d; buried %v", last.Attempt, l.buried["a"])
	}
}

func TestWhatCannotBeDeliveredIsBuriedAndTold(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, log := carrying(l, c)
	l.say("one", "two", "three")
	c.Trouble("a", bottest.Slow(0), bottest.Refuses)
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "buried", l.buried["a"], "2 undeliverable")
	want(t, "shown", texts(c.Shown("a")), "one", "three") // at once: the leg does not wait for a sweep
	if len(l.told) != 1 {
		t.Fatalf("the conversation was told %v", l.told)
	}
	in, ok := l.told[0].Event.(bot.Undelivered)
	if !ok || in.Leg != "a" || l.told[0].ID != "undelivered:2:a" || l.told[0].Conversation != conversation {
		t.Errorf("the conversation was told %+v", l.told[0])
	}
	if !strings.Contains(log.String(), "undeliverable") {
		t.Errorf("the log says nothing: %s", log)
	}
}

func TestNothingIsBuriedUntoldWhenTheStoreSleeps(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one", "two")
	l.deaf = true
	c.Trouble("a", bottest.Refuses, bottest.Refuses)
	if err := r.Deliver(t.Context(), conversation, "a"); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("deliver: %v, want ErrUnavailable", err)
	}
	l.deaf = false
	_ = r.Deliver(t.Context(), conversation, "a")
	want(t, "buried", l.buried["a"], "1 undeliverable")
	if len(l.told) != 1 {
		t.Errorf("the conversation was told %v, want one Undelivered", l.told)
	}
}

// An engine that hears Undelivered cuts the leg: nothing more is tried there.
func TestALegThatIsCutWhileItIsCarriedGetsNothingMore(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one", "two", "three")
	c.Trouble("a", bottest.Refuses)
	r.Take = func(_ context.Context, _ bot.Input) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		leg := l.legs["a"]
		leg.Left = true
		l.legs["a"] = leg
		return nil
	}
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "tried", texts(c.Tried("a")), "one")
	if got := l.cursor("a"); got != 3 {
		t.Errorf("cursor %d, want 3", got)
	}
}

func TestAStoreThatSleepsShowsNothingTwiceLater(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one")
	l.sleep(true)
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "tried while it sleeps", texts(c.Tried("a")))
	l.sleep(false)
	r.Carry(conversation, "a")
	r.Wait()
	want(t, "shown", texts(c.Shown("a")), "one")
}

func TestALegThatIsNotThereIsAnErrorAndNoMore(t *testing.T) {
	l, c := newLogs(), bottest.NewChannel("telegram")
	r, log := carrying(l, c)
	l.legs["fax"] = bot.Leg{ID: "fax", Channel: "fax", For: bot.ToCitizen, Push: true}
	l.say("one")
	for _, leg := range []string{"nobody", "fax"} {
		if err := r.Deliver(t.Context(), conversation, leg); err == nil {
			t.Errorf("a delivery to %s goes through", leg)
		}
	}
	r.Carry(conversation, "nobody")
	r.Wait()
	if log.String() == "" {
		t.Error("nothing was logged")
	}
	if got := l.waits("fax"); len(got) != 1 || got[0] != time.Minute {
		t.Errorf("a channel that runs elsewhere: waits %v, want a minute", got)
	}
	want(t, "taken off what is due", l.rested, "nobody", "nobody")
}

// The engine cuts a leg at the first message that is refused; what stood behind it is not lost in
// silence, and what saves is tried all the same.
func TestWhatStandsBehindARefusedMessageIsSeen(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	r := w.replica(c)
	r.Take = func(_ context.Context, in bot.Input) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		for i, leg := range w.legs[in.Conversation] {
			w.legs[in.Conversation][i].Left = leg.Left || leg.ID == in.Event.(bot.Undelivered).Leg
		}
		return nil
	}
	c.Trouble("telegram", bottest.Refuses)
	w.link("c", "telegram")
	w.say("c", text("one"), text("two"), bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "15 ou 112", Safety: true}})
	w.settle()
	w.pass(time.Minute, 20*time.Second)
	letters, err := w.store.DeadLetters(t.Context())
	if shown := texts(c.Shown("telegram")); err != nil || len(letters) != 2 || len(shown) != 1 || shown[0] != "15 ou 112" {
		t.Errorf("%d dead letters, %v; shown %q", len(letters), err, shown)
	}
}
