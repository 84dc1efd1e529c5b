package phone

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/signal"
	"frontdesk/bot"
)

// A call is one person on the telephone, from the answer to the end.
type call struct {
	*Phone
	sip      *signal.Call
	line     *media.Stream
	leg      bot.Leg
	id       bot.ConversationID
	inputs   int
	owed     string // the input that the conversation has not answered yet, or ""
	language string
	slow     bool // the caller asked for it with two stars

	said     <-chan []bot.Entry // the log as it grows; closed when it cannot be followed any more
	leave    func()             // ends the following
	toSpeak  []utterance
	question question
	heard    bot.AskID // the question that was put last, answered or not
	keyAt    time.Time // when a key was pressed that no sound has answered; zero: none
	card     bot.Card  // of the case as the desks see it
	over     bool      // there is nothing more to say or to hear
	lost     bool      // the log cannot be followed any more
	sentOff  bool      // the conversation itself has hung up
	mute     bool      // nothing of the last utterance could be said

	ringing  func()           // ends the ringing; nil when nobody is rung
	reached  chan *owner      // who took the call
	rung     bot.CounsellorID // whose telephone alone rings; "" for all who may take the case
	together bool             // they talk
	talked   bool             // … and the counsellor has hung up: who has the case is not rung again, unasked
	outcome  []utterance      // … what was noted of the case while they talked, in words
	claims   atomic.Int64
	dials    atomic.Int64
	claiming atomic.Bool // a counsellor has pressed 1
	next     *happening  // what happened while the caller recorded or keyed something in
}

// A question is what the caller was asked and has not answered.
type question struct {
	ask      bot.AskID
	open     bool
	menu     bool          // one key answers it
	own      bool          // their own number may be the answer
	record   *recording    // their words are the answer: nil for keys
	patience time.Duration // from the end of what is said; 0: for ever
}

// serve is one call: the conversation is opened before it is answered, so that nobody talks to nothing. Most
// of a call is waiting, in attend: the frames that stand below it then are small, and so is its stack.
func (p *Phone) serve(sip *signal.Call) {
	c := &call{Phone: p, sip: sip, line: sip.Media().(sound).Stream, language: "fr", reached: make(chan *owner),
		leg: bot.Leg{ID: string(Channel), Channel: Channel, Peer: bot.Address("call:" + sip.ID()), For: bot.ToCitizen}}
	defer heardOut(sip)
	defer c.leaveNext()
	defer c.guard()
	if c.answer(sip.Context()) {
		c.run(sip.Context())
		c.hungUp()
	}
}

// answer opens the conversation of a call, takes the call and lets the caller arrive. It returns false when
// there is nobody to talk to, or nothing to say but that the service does not work.
func (c *call) answer(ctx context.Context) bool {
	c.sip.Ring()
	conversation, err := c.Door.Open(ctx, c.leg)
	switch {
	case c.sip.Answer(ctx) != nil: // the caller gave up
		return false
	case err != nil:
		c.broken(ctx, err)
		return false
	}
	c.enter(ctx, conversation, false)
	var came bot.Arrived
	if c.Entry != nil {
		came.Entry = c.Entry(c.sip.Called())
	}
	c.take(ctx, came)
	return true
}

// guard keeps a panic in one call from ending the process and all the other calls. Whose call it was hears
// why it ends.
func (c *call) guard() {
	if cause := recover(); cause != nil {
		defer c.apologise(context.Background())
		c.Log.Error("phone: a call was broken off by a panic", "call", c.sip.ID(), "panic", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	}
}

// run is the call: say what there is to say, then wait for a key, a silence, a person, or more to say.
func (c *call) run(ctx context.Context) {
	for !c.over || len(c.toSpeak) > 0 {
		switch h := c.happens(ctx); h.what {
		case callerLeft:
			return
		case moreWasSaid:
		case keyPressed:
			c.pressed(ctx, h.key)
		case tone:
			c.record(ctx)
		case nothingPressed:
			c.silent(ctx)
		case personReached:
			c.met(ctx, h.owner)
		case replicaStops, voiceIsLost:
			c.apologise(ctx)
			return
		case timeIsUp:
			c.endsLate(ctx)
			return
		case logWasLost:
			c.lost = true
		}
		if c.lost {
			c.broken(ctx, bot.ErrUnavailable)
			return
		}
	}
}

// endsLate says why a call ends that has lasted too long.
func (c *call) endsLate(ctx context.Context) {
	c.stopRinging()
	if !c.speak(ctx, utterance{sentences: c.words("engine.phone.long"), language: c.language, slow: c.slow}) {
		c.apologise(ctx)
	}
}

// met puts the caller through to who took the case by telephone; nil: somebody else was faster, or it was not
// this case.
func (c *call) met(ctx context.Context, o *owner) {
	c.stopRinging()
	c.claiming.Store(false)
	if o != nil && o.of != c.id {
		o.leave()
		o = nil
	}
	if o == nil {
		c.ringOrNot(ctx) // for whoever has it now
		return
	}
	c.talkWith(ctx, o)
}

// take makes an input of what the caller did, also of one who has hung up meanwhile. The answer comes by the log.
func (c *call) take(ctx context.Context, event bot.Event) { c.takeAs(ctx, c.leg, event) }

func (c *call) takeAs(ctx context.Context, leg bot.Leg, event bot.Event) {
	in := c.input(leg, event)
	asked := c.question
	c.question, c.owed = question{}, in.ID
	err := c.persist(ctx, in)
	switch {
	case err == nil || ctx.Err() != nil:
	case errors.Is(err, bot.ErrTooMany): // the question stands
		c.question, c.owed = asked, ""
		c.toSpeak = append(c.toSpeak, utterance{sentences: c.words("engine.phone.slowly"), language: c.language})
	default:
		c.broken(ctx, err)
	}
}

func (c *call) input(leg bot.Leg, event bot.Event) bot.Input {
	c.inputs++
	return bot.Input{ID: "phone:" + c.sip.ID() + ":" + strconv.Itoa(c.inputs), Conversation: c.id, Leg: leg, Event: event}
}

// mostLost is how many seconds a call outlives a store that is away.
const mostLost = 10

// steady is how long only a store that answers keeps somebody who follows a log: one that is away says so before.
const steady = 5 * time.Second

// persist has an input taken; the same input twice is one.
func (c *call) persist(ctx context.Context, in bot.Input) error {
	return c.patiently(ctx, func() error { return c.accept(ctx, in) })
}

// patiently tries again while the store is away, and the caller hears that it takes a moment.
func (c *call) patiently(ctx context.Context, try func() error) error {
	err := try()
	for tries := 0; errors.Is(err, bot.ErrUnavailable) && tries < mostLost && ctx.Err() == nil; tries++ {
		if tries%5 == 0 && c.there() {
			c.speak(c.sip.Context(), utterance{sentences: c.words("engine.phone.moment"), language: c.language})
		}
		pause(ctx, time.Second)
		err = try()
	}
	return err
}

// accept gives an input to the conversation, which takes it though its caller hangs up now.
func (c *call) accept(ctx context.Context, in bot.Input) error {
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), c.Timing.Patient)
	defer end()
	return c.Door.Take(ctx, in)
}

// there says whether the caller has not hung up.
func (c *call) there() bool {
	select {
	case <-c.sip.Gone():
		return false
	default:
		return true
	}
}

// enter makes a conversation that of this call. Of one that was had elsewhere nothing is read back: it is
// heard from where this call came in.
func (c *call) enter(ctx context.Context, id bot.ConversationID, joined bool) {
	if c.leave != nil {
		c.leave()
	}
	c.stopRinging()
	following, leave := context.WithCancel(ctx)
	said := make(chan []bot.Entry)
	c.id, c.leave, c.said, c.toSpeak, c.card, c.owed, c.heard = id, leave, said, nil, bot.Card{}, "", ""
	go c.follow(following, id, said, joined)
	c.present(following, id)
}

// from cuts what was said before a call came in.
func from(entries []bot.Entry, peer bot.Address) []bot.Entry {
	for i, e := range entries {
		if e.Input != nil && e.Input.Leg.Peer == peer {
			return entries[i:]
		}
	}
	return nil
}

// follow hands on the log as it grows, until the call ends or goes on in another conversation.
func (c *call) follow(ctx context.Context, id bot.ConversationID, said chan<- []bot.Entry, joined bool) {
	defer close(said)
	worked := time.Now() // when it could be followed last
	for seq := int64(0); ; {
		asked := time.Now()
		entries, err := c.Door.Follow(ctx, id, seq)
		if err == nil || time.Since(asked) > steady {
			worked = time.Now()
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && time.Since(worked) >= mostLost*time.Second:
			c.Log.Warn("phone: a call lost its conversation", "call", c.sip.ID(), "error", err)
			return
		case err != nil:
			pause(ctx, time.Second)
			continue
		case len(entries) == 0:
			continue
		}
		seq = entries[len(entries)-1].Seq
		if joined {
			if entries = from(entries, c.leg.Peer); len(entries) == 0 {
				continue
			}
			joined = false
		}
		select {
		case said <- entries:
		case <-ctx.Done():
			return
		}
	}
}

// shownFor is after what time counsellors are shown anew that the caller is there.
const shownFor = 20 * time.Second

// present shows counsellors that the caller is there, until ctx ends.
func (c *call) present(ctx context.Context, id bot.ConversationID) {
	if c.Presence == nil {
		return
	}
	var one sync.Mutex // the caller is not shown again after having left
	var again *time.Timer
	one.Lock()
	defer one.Unlock()
	again = time.AfterFunc(0, func() {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			_ = c.Presence.Here(ctx, id, c.leg.ID) // a hint: the next one may get through
			again.Reset(shownFor)
		}
	})
	context.AfterFunc(ctx, func() {
		one.Lock()
		defer one.Unlock()
		again.Stop()
		last, end := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer end()
		_ = c.Presence.Gone(last, id, c.leg.ID)
	})
}

// silent: nothing was pressed in time. Where the store is slow to answer, the caller hears that; where nothing is
// left to say or to ask, the call is over.
func (c *call) silent(ctx context.Context) {
	switch {
	case c.line.Held(): // who holds the line does not hear the question
	case c.question.open:
		c.take(ctx, bot.NoInput{Ask: c.question.ask})
	case c.owed != "":
		c.toSpeak = append(c.toSpeak, utterance{sentences: c.words("engine.phone.moment"), language: c.language})
	default:
		c.over = true
	}
}

// hungUp tells the conversation that the caller is gone, unless it was the conversation that sent them off. Whom we
// leave does not hear how long that takes.
func (c *call) hungUp() {
	c.stopRinging()
	if c.sentOff {
		return
	}
	leave(c.sip)
	ctx, end := context.WithTimeout(context.Background(), mostLost*time.Second)
	defer end()
	if err := c.persist(ctx, c.input(c.leg, bot.HungUp{})); err != nil {
		c.Log.Warn("phone: a hang-up was not kept", "call", c.sip.ID(), "error", err)
	}
}

// broken says that the service does not work, with the numbers of people in danger, and ends the call.
// It needs neither the store nor a voice.
func (c *call) broken(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	c.Log.Error("phone: a call cannot be served", "call", c.sip.ID(), "error", err)
	if c.Away != nil {
		c.Away()
	}
	c.apologise(ctx)
}

// apologise is the last that is heard of a call that cannot go on.
func (c *call) apologise(ctx context.Context) {
	c.stopRinging()
	if c.there() {
		ctx, end := context.WithTimeout(ctx, 2*c.outOfOrder.Duration())
		defer end()
		_, _ = c.line.Play(ctx, c.outOfOrder) // who hangs up first has heard enough
	}
	c.over, c.toSpeak = true, nil
}
