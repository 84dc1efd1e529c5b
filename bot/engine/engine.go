// Package engine decides one turn. It has no clock, no network and no memory: a session and an
// input go in, a turn comes out.
package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/hear"
	"frontdesk/bot/hours"
)

// Shelf holds the programs of the releases that are in use.
type Shelf interface {
	Live() *Program
	// Pinned returns the program of a release, or false when it must be fetched first.
	Pinned(release string) (*Program, bool)
}

// ErrRelease says that the release a conversation keeps to is not on the shelf.
var ErrRelease = errors.New("release is not on the shelf")

// Engine plays conversations. It is safe for use by many at once.
type Engine struct {
	shelf   Shelf
	through func(Passed) // nil in service
}

// New makes an engine on a shelf of programs.
func New(shelf Shelf) *Engine { return &Engine{shelf: shelf} }

// Watched is the same engine telling of every step that the flow goes through: for rehearsals, which show
// what a test has covered.
func (e *Engine) Watched(through func(Passed)) *Engine { return &Engine{e.shelf, through} }

// Step plays one turn: what happened, in; what is now true and must be done, out. A fault inside is
// answered in the same turn by the fallback; the only error is ErrRelease.
func (e *Engine) Step(s bot.Session, in bot.Input) (bot.Turn, error) {
	return e.run(s, in, (*turn).play)
}

func (e *Engine) run(s bot.Session, in bot.Input, play func(*turn)) (done bot.Turn, err error) {
	t, err := e.begin(s, in)
	if _, unplayed := in.Event.(bot.Unplayed); err != nil && unplayed { // the release cannot be had either
		return e.fallback(s, in, err), nil
	}
	if err != nil {
		return bot.Turn{}, fmt.Errorf("conversation of release %s: %w", s.Release, err)
	}
	defer func() {
		if cause := recover(); cause != nil {
			done = e.fallback(s, in, fmt.Errorf("panic of type %T at %s", cause, origin()))
		}
	}()
	play(t)
	if t.fault != nil {
		return e.fallback(s, in, t.fault), nil
	}
	return t.end(), nil
}

// A turn is the work on one input.
type turn struct {
	p         *Program // the release the conversation keeps to: steps, options, tables
	live      *Program // the newest: texts, cards, hours, safety
	in        bot.Input
	s         bot.Session // as it will be
	now       time.Time   // Input.At, never before the session's last turn
	kind      string      // of channel: chat, sms, voice
	effects   []bot.Addressed
	room      [6]bot.Addressed // for effects, as many as most turns have
	trace     bot.Trace
	asks      int // questions asked in this turn
	passed    int // steps since the last of them
	world     Scene
	before    bot.Life
	quiet     time.Duration // since the last turn
	posted    bot.Card      // the card as desks have it
	cardID    string        // of the step that is being said
	cut       []string      // legs that this turn cut: what it says still goes there
	cutOut    []int64       // entries of the log that are taken out of it
	letter    string        // what {lettre} stands for: a counsellor's words
	audit     []bot.Deed
	gone      bool     // the person had their side erased
	masked    bool     // a number was taken out of what the person wrote
	told      bool     // and they have been told
	news      bool     // a talk begins, and its bulletins are not said yet
	bulletins []string // those that were said in this turn
	numbered  bool     // a text that was put together names an emergency number
	short     bool     // by telephone the question's choices are known: they are not said again
	strayed   bool     // the question that the person answers is gone: see standIn
	opening   bool     // these are the person's first words: no answer is no mistake
	greetedIn string   // the language that was left for theirs when they were greeted, "" for none
	heard     hear.Utterance
	listened  listened
	words     string         // as they were written
	meaning   *understanding // what the lexicon makes of them, once asked
	spot      *spot          // the place they speak of, once looked for
	fault     error
}

func (e *Engine) begin(s bot.Session, in bot.Input) (*turn, error) {
	t := &turn{live: e.shelf.Live(), in: in, s: s, now: in.At.UTC(), before: s.Life}
	if t.now.Before(s.Updated) {
		t.now = s.Updated
	}
	if s.Life == "" {
		t.start()
	} else {
		t.quiet = t.now.Sub(s.Updated)
	}
	p, ok := e.shelf.Pinned(t.s.Release)
	if !ok {
		return nil, ErrRelease
	}
	if t.p = p; p.Bundle.Hash != t.s.Release {
		t.standIn()
	}
	t.s.Legs, t.in.Leg.ID = withLeg(s.Legs, in.Leg, s.Departed())
	if t.now.Sub(t.s.Started) > numberLife {
		t.s.Trace = ""
	}
	t.kind = channelKind(t.channel())
	t.s.Updated = t.now
	t.gone = s.Departed()
	most := t.live.Bundle.Busy // always live, as hours are
	t.world = Scene{Staffed: in.Facts.OnDuty > 0, Busy: most > 0 && in.Facts.Waiting > most, Pushed: t.pushed(), Textable: t.textable, Open: t.open, Convened: t.convened, Through: e.through}
	if t.before.Open() {
		t.posted = t.card()
	}
	t.trace = bot.Trace{Number: t.s.Trace, At: t.now, Release: t.s.Release, Channel: t.channel(), Step: t.s.Step}
	return t, nil
}

// numberLife is how long the turns of a conversation are known to belong together in the statistics.
const numberLife = 30 * 24 * time.Hour

// start makes a session that begins: it keeps to the release that is live now.
func (t *turn) start() {
	t.s.Life = bot.Talking
	t.s.Release = t.live.Bundle.Hash
	t.s.Language = t.live.Bundle.Source
	t.s.Started = t.now
	t.s.Dossier = dossier(string(t.s.ID), 0)
}

// play is the turn: each event its verb.
func (t *turn) play() {
	if t.s.Departed() && t.in.Leg.For == bot.ToCitizen {
		return // what a person wrote was forwarded to their new conversation before it came here
	}
	switch ev := t.in.Event.(type) {
	case bot.Arrived:
		t.arrive(ev)
	case bot.Said:
		t.masked = ev.Masked
		if ev.Amends != "" {
			t.amended(ev)
			return
		}
		t.said(string(ev.Text))
	case bot.GaveContact:
		t.gaveContact(ev)
	case bot.Enclosed:
		t.enclosed(ev)
	case bot.Pressed:
		t.pressed(ev)
	case bot.Chose:
		t.chose(ev)
	case bot.Recorded:
		t.recorded(ev)
	case bot.NoInput:
		t.silentNow(ev.Ask)
	case bot.HungUp:
		t.hungUp(ev)
	case bot.Rang:
		t.rang()
	case bot.EraseAsked:
		t.eraseAsked()
	case bot.Undelivered:
		t.undelivered(ev)
	case bot.Delivered:
		t.delivered(ev)
	case bot.DeskAway:
		t.deskAway()
	case bot.Circulated:
		t.circulated(ev)
	case bot.Unplayed:
		t.unplayed(ev)
	case bot.Claimed, bot.Replied, bot.TookBack, bot.Noted, bot.Released, bot.Transferred, bot.Invited, bot.Misrouted,
		bot.Redacted, bot.Accepted, bot.Refused, bot.Promise, bot.Finished, bot.Procedure:
		t.counsel()
	default:
		t.fault = fmt.Errorf("event %T has no verb", ev)
	}
}

// end closes the books of the turn.
func (t *turn) end() bot.Turn {
	t.postCard()
	t.s.Version++
	t.s.Entries += int64(1 + len(t.effects))
	for i := range t.s.Legs {
		if slices.Contains(t.cut, t.s.Legs[i].ID) {
			t.s.Legs[i].Last = t.s.Entries
		}
	}
	t.trace.Language, t.trace.Life = t.s.Language, t.s.Life
	t.trace.Territory = t.territory(t.s.Answers)
	t.trace.Mode, t.trace.Hops = t.s.Case.Mode, t.s.Case.Hops
	t.trace.Useful = t.s.Answers.Get(t.p.as.useful)
	t.trace.Need, t.trace.Public = t.s.Answers.Get(t.p.as.need), t.s.Answers.Get(t.p.as.public)
	return bot.Turn{Input: t.in, After: t.s, Effects: t.effects, Trace: t.trace, Audit: t.audit, Redact: t.cutOut}
}

// note keeps a deed of this turn for the audit.
func (t *turn) note(d bot.Deed) { t.audit = append(t.audit, d) }

// emit adds an effect. Nothing is said to a person who had their side erased: somebody may be
// standing behind them.
func (t *turn) emit(to bot.Audience, e bot.Effect) {
	if to == bot.ToCitizen && t.gone {
		return
	}
	if t.effects == nil {
		t.effects = t.room[:0]
	}
	t.effects = append(t.effects, bot.Addressed{To: to, Effect: e})
}

// scene is the world as conditions may ask about it.
func (t *turn) scene() *Scene {
	t.world.Language, t.world.Channel, t.world.Danger = t.s.Language, t.kind, t.s.Case.Danger
	return &t.world
}

func (t *turn) calendar() *hours.Calendar { return t.live.Bundle.Calendar }

// state and setState move the flow's part of the session.
func (t *turn) state() State { return State{t.s.Step, t.s.Stack, t.s.Answers} }

func (t *turn) setState(s State) { t.s.Step, t.s.Stack, t.s.Answers = s.Step, s.Stack, s.Answers }

// channel is the person's: the leg they wrote from last, or their first.
func (t *turn) channel() bot.ChannelName {
	if t.in.Leg.For == bot.ToCitizen && t.in.Leg.Channel != "" {
		return t.in.Leg.Channel
	}
	return t.first()
}

// first is the channel the person came by.
func (t *turn) first() bot.ChannelName {
	for _, l := range t.s.Legs {
		if l.For == bot.ToCitizen {
			return l.Channel
		}
	}
	return ""
}

// channelKind is how a channel shows texts.
func channelKind(c bot.ChannelName) string {
	switch c {
	case "phone":
		return "voice"
	case "sms":
		return "sms"
	}
	return "chat"
}

// withLeg adds a leg that is new to the conversation, or takes one back that could not be reached,
// without touching the slice that it came in, and says what the leg is called here: a second address of
// one channel (two chats that a resume code has joined) has a name of its own. A counsellor's leg joins
// at the claim only.
func withLeg(legs []bot.Leg, leg bot.Leg, departed bool) ([]bot.Leg, string) {
	if leg.ID == "" || leg.For != bot.ToCitizen {
		return legs, leg.ID
	}
	called := func(id string) int { return slices.IndexFunc(legs, func(l bot.Leg) bool { return l.ID == id }) }
	i := called(leg.ID)
	if i >= 0 && legs[i].Peer != leg.Peer {
		sum := sha256.Sum256([]byte(leg.Peer))
		leg.ID += "-" + hex.EncodeToString(sum[:4])
		i = called(leg.ID)
	}
	switch {
	case i < 0 && departed: // nobody joins what was erased
	case i < 0:
		return append(slices.Clip(legs), leg), leg.ID
	case legs[i].Left && !departed:
		legs = slices.Clone(legs)
		legs[i].Left, legs[i].Last = false, 0
	}
	return legs, leg.ID
}

// origin is where a panic came from: the first line of ours in the stack, without any values.
func origin() string {
	for line := range strings.Lines(string(debug.Stack())) {
		line = strings.TrimSpace(line)
		if _, at, ours := strings.Cut(line, "/bot/"); ours && strings.Contains(at, ".go:") && !strings.Contains(at, "engine.go:") {
			at, _, _ = strings.Cut(at, " ")
			return at
		}
	}
	return "an unknown place"
}
