package relay_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// Ten minutes without a platform: order is kept, sends resume, the dead platform is hardly asked, the
// other platform notices nothing, and nothing piles up in the process.
func TestAnOutageOfTenMinutes(t *testing.T) {
	w := newWorld(t)
	dead, fine := bottest.NewPlatform("telegram", w.clock), bottest.NewPlatform("sms", w.clock)
	w.replica(dead, fine)
	w.replica(dead, fine)
	const people = 25
	ids := make([]bot.ConversationID, people)
	wanted := map[bot.ConversationID][]string{}
	for i := range ids {
		ids[i] = bot.ConversationID(fmt.Sprint("c", i))
		w.link(ids[i], "telegram")
		w.link(ids[i], "sms")
	}
	say := func(what string) {
		for _, id := range ids {
			w.say(id, text(what))
			wanted[id] = append(wanted[id], what)
		}
		w.settle()
	}
	say("before")
	dead.Down(true)
	before := dead.Calls()
	for minute := range 10 {
		say(fmt.Sprint("minute ", minute))
		for _, id := range ids {
			want(t, "on the other platform, at once", texts(fine.Shown(id, "sms")), wanted[id]...)
		}
		w.pass(time.Minute, time.Second)
	}
	if calls := dead.Calls() - before; calls < 5 || calls > 60 {
		t.Errorf("%d attempts at a platform that is down for ten minutes, with %d people waiting; want few", calls, people)
	}
	t.Logf("%d attempts in ten minutes, with %d people waiting and two replicas", dead.Calls()-before, people)
	if dead.AtOnce() > 16*2 {
		t.Errorf("%d deliveries at once", dead.AtOnce())
	}
	bottest.Soon(t, "nothing of the relays runs on while all wait", w.log, func() bool { return running("frontdesk/bot/relay.(*Relay)") == 0 })
	for _, r := range w.relays {
		if shut := r.Shut(); !shut["telegram/"] || shut["sms/"] {
			t.Errorf("shut: %v, want telegram alone", shut)
		}
	}
	dead.Down(false)
	w.pass(3*time.Minute, time.Second)
	for _, id := range ids {
		want(t, "after the outage", texts(dead.Shown(id, "telegram")), wanted[id]...)
	}
	if w.counts.count("telegram buried") > 0 {
		t.Error("an outage buries messages")
	}
	for _, line := range []string{"left alone for a while", "works again"} {
		if !strings.Contains(w.log.String(), line) {
			t.Errorf("the log does not say %q", line)
		}
	}
}

// running counts the goroutines that are in a function of this name, or were called by it.
func running(function string) (n int) {
	all := make([]byte, 4<<20)
	for stack := range strings.SplitSeq(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if strings.Contains(stack, function) {
			n++
		}
	}
	return n
}

// One person on a platform that is down for hours: the message waits, and is not given up.
func TestALongOutageLosesNothingForOnePerson(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(p)
	w.link("c", "telegram")
	p.Down(true)
	w.say("c", text("one"))
	w.pass(3*time.Hour, 10*time.Second)
	if n := w.counts.count("telegram buried"); n != 0 {
		t.Errorf("%d buried", n)
	}
	p.Down(false)
	w.pass(2*time.Minute, 5*time.Second)
	want(t, "shown", texts(p.Shown("c", "telegram")), "one")
}

// After half a day somebody must know.
func TestWhatWasTriedForHalfADayIsGivenUp(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(p)
	w.link("c", "telegram")
	p.Down(true)
	w.say("c", text("one"))
	w.pass(13*time.Hour, time.Minute)
	letters, err := w.store.DeadLetters(t.Context())
	if err != nil || len(letters) != 1 || letters[0].Why != "tried_too_long" || letters[0].Seq != 2 {
		t.Errorf("dead letters %+v, %v", letters, err)
	}
}

// What nobody could try, because the service itself was away, has its tries first.
func TestWhatIsOldIsTriedBeforeItIsGivenUp(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(p)
	w.link("c", "telegram")
	p.Down(true)
	w.say("c", text("one"))
	w.pass(20*time.Hour, 20*time.Hour)
	if p.Calls() != 2 {
		t.Fatalf("%d tries", p.Calls())
	}
	p.Down(false)
	w.pass(2*time.Minute, 10*time.Second)
	want(t, "shown", texts(p.Shown("c", "telegram")), "one")
}

// A platform that asks the whole account to wait is left alone by all, for as long as it says.
func TestAWholeAccountWaits(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	w.replica(c)
	w.replica(c)
	c.Trouble("telegram", func(context.Context) (bool, error) {
		return false, fmt.Errorf("too many requests: %w", bot.RetryAfter{Wait: 40 * time.Second, Whole: true})
	})
	for _, id := range []bot.ConversationID{"c1", "c2", "c3"} {
		w.link(id, "telegram")
		w.say(id, text("one"))
		w.settle()
	}
	w.pass(39*time.Second, time.Second)
	if n := len(c.Tried("telegram")); n != 1 {
		t.Errorf("%d attempts within the time, want 1", n)
	}
	w.pass(time.Minute, time.Second)
	if n := len(c.Shown("telegram")); n != 3 {
		t.Errorf("%d shown afterwards, want 3", n)
	}
}

// One person's chat that slows down, or a message that is refused, says nothing of the platform.
func TestOnePersonsTroubleShutsNobodyOut(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	w.replica(c)
	w.link("c", "telegram")
	for range 20 {
		c.Trouble("telegram", bottest.Waits(time.Second))
	}
	w.say("c", text("one"))
	w.pass(40*time.Second, time.Second)
	if w.counts.count("telegram put_off") > 0 {
		t.Error("the channel was shut")
	}
	if n := len(c.Shown("telegram")); n != 1 {
		t.Errorf("%d shown, want 1", n)
	}
}

func TestAnAccountKeepsItsPace(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	p.Limits = bot.Pace{Account: "bot1", Rate: 10, Burst: 10}
	w.replica(p)
	w.replica(p)
	const people = 100
	for i := range people {
		id := bot.ConversationID(fmt.Sprint("c", i))
		w.link(id, "telegram")
		w.say(id, text("one"), text("two"))
	}
	w.pass(90*time.Second, 250*time.Millisecond)
	if p.Refused() > 0 {
		t.Errorf("the platform refused %d of %d calls", p.Refused(), p.Calls())
	}
	for i := range people {
		want(t, "shown", texts(p.Shown(bot.ConversationID(fmt.Sprint("c", i)), "telegram")), "one", "two")
	}
	if w.counts.count("telegram failed") > 0 || w.counts.count("telegram put_off") == 0 {
		t.Errorf("counted %v: waiting for a token is no attempt", w.counts.n)
	}
}

// A place with a pace of its own (a chat, a room) holds up itself and nobody else.
func TestAPlaceKeepsItsPace(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(paced{p})
	w.link("slow", "telegram")
	w.link("other", "telegram")
	w.say("slow", text("1"), text("2"), text("3"), text("4"))
	w.say("other", text("1"))
	w.settle()
	want(t, "at once", texts(p.Shown("slow", "telegram")), "1")
	want(t, "elsewhere", texts(p.Shown("other", "telegram")), "1")
	w.pass(8*time.Second, 100*time.Millisecond)
	want(t, "later", texts(p.Shown("slow", "telegram")), "1", "2", "3", "4")
}

// paced takes one message a second in each chat.
type paced struct{ *bottest.Platform }

func (paced) Pace(l bot.Leg, _ bot.Effect) bot.Pace {
	return bot.Pace{Account: "bot1", Place: string(l.Peer), PlaceRate: 1, PlaceBurst: 1}
}

// Nobody in danger waits for a bucket, a breaker or a lease; order is kept all the same.
func TestASafetyAnswerWaitsForNothingOfOurs(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(p)
	for i := range 6 {
		w.link(bot.ConversationID(fmt.Sprint("c", i)), "telegram")
	}
	p.Down(true)
	for i := range 6 { // the breaker shuts
		w.say(bot.ConversationID(fmt.Sprint("c", i)), text("before"))
		w.settle()
	}
	p.Down(false)
	w.say("c0", text("more"))
	w.settle()
	want(t, "shown while the breaker is shut", texts(p.Shown("c0", "telegram")))
	w.say("c0", bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "15", Safety: true}})
	w.settle()
	want(t, "shown with a safety answer", texts(p.Shown("c0", "telegram")), "before", "more", "15")
}

// A platform that takes every call and answers none: what it holds up in the process is bounded, and
// the other platform is served all the same.
func TestAPlatformThatHangsHoldsUpFew(t *testing.T) {
	w := newWorld(t)
	hung, fine := &hanging{Channel: bottest.NewChannel("telegram"), free: make(chan struct{})}, bottest.NewPlatform("sms", w.clock)
	w.replica(hung, fine)
	const people = 60
	id := func(i int) bot.ConversationID { return bot.ConversationID(fmt.Sprint("c", i)) }
	for i := range people {
		w.link(id(i), "telegram")
		w.link(id(i), "sms")
		w.say(id(i), text("one"))
	}
	eventually(t, "the other platform has delivered", func() bool { return fine.Calls() == people })
	eventually(t, "the platform holds what it may", func() bool { return hung.held() == 16 })
	eventually(t, "the others are put off", func() bool { return w.counts.count("telegram put_off") == people-16 })
	close(hung.free)
	w.pass(20*time.Second, time.Second)
	if most := hung.most(); most != 16 {
		t.Errorf("%d at once", most)
	}
	if n := len(hung.Shown("telegram")); n != people {
		t.Errorf("%d shown, want %d", n, people)
	}
}

// hanging answers nothing until it is free.
type hanging struct {
	*bottest.Channel
	free    chan struct{}
	mu      sync.Mutex
	at, top int
}

func (h *hanging) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	h.mu.Lock()
	h.at++
	h.top = max(h.top, h.at)
	h.mu.Unlock()
	<-h.free
	h.mu.Lock()
	h.at--
	h.mu.Unlock()
	return h.Channel.Deliver(ctx, d)
}

func (h *hanging) held() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hanging) most() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.top
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("it does not come to this: %s", what)
}

// More legs than one process carries are left to the sweeps.
func TestMoreThanAProcessCarriesIsLeftToTheSweep(t *testing.T) {
	before := runtime.NumGoroutine()
	l, c := newLogs(), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	hold := make(chan struct{})
	var looked atomic.Int64
	r.Legs = func(context.Context, bot.ConversationID, string) (bot.Leg, error) {
		looked.Add(1)
		<-hold // the store is slow
		return push("a"), nil
	}
	for i := range 3000 {
		r.CarryDue(bot.ConversationID(fmt.Sprint("c", i)), "a")
	}
	if n := runtime.NumGoroutine() - before; n > 1024+50 {
		t.Errorf("%d goroutines for 3000 legs", n)
	}
	close(hold)
	r.Wait()
	carried := looked.Load()
	r.CarryDue("c2999", "a") // by a later sweep
	r.Wait()
	if carried > 1024 || looked.Load() != carried+1 {
		t.Errorf("%d legs looked up at once, %d with the later one", carried, looked.Load())
	}
}
