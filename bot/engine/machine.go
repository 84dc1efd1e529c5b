package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/looplab/fsm"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// This file alone knows looplab/fsm. A machine is built for one transition from the events of one
// state, used once and dropped: nothing is shared, so nothing can be left stuck, and the session is
// the truth. What to fire is decided before (the library has no guards), and every event name is
// unique in its state, because a duplicate would silently overwrite.

// fire returns the state that an event leads to from here. Staying is not an error.
func fire(from string, events fsm.Events, event string) (string, error) {
	m := fsm.NewFSM(from, events, nil)
	// The background context: a cancelled one would leave the machine in mid-transition.
	err := m.Event(context.Background(), event)
	if _, stays := errors.AsType[fsm.NoTransitionError](err); err != nil && !stays {
		return from, fmt.Errorf("state %q: %w", from, err)
	}
	return m.Current(), nil
}

// The names of the flow's events.
const (
	eventOK     = "ok"
	eventSkip   = "skip"
	eventElse   = "else"
	eventOption = "option:"
	eventCase   = "case:"
	eventOn     = "on:"
	eventGoto   = "goto:"
	eventHuman  = "command:human"
)

// flowEvents are the events of one step: each outcome it can have and where that leads.
func flowEvents(st *flow.Step, human string) fsm.Events {
	var events fsm.Events
	from := []string{st.ID}
	add := func(name, to string) {
		if to != "" {
			events = append(events, fsm.EventDesc{Name: name, Src: from, Dst: to})
		}
	}
	for _, o := range st.Options {
		add(eventOption+o.ID, firstOf(o.Then, st.Then))
	}
	for i, c := range st.Cases {
		add(eventOfCase(i), c.Then)
	}
	add(eventElse, st.Else)
	add(eventOK, st.Then)
	if st.Kind == flow.Ask {
		add(eventSkip, st.Then)
		for _, to := range gotos(st.NoMatch) {
			add(eventGoto+to, to)
		}
	}
	if st.Handoff != nil {
		for _, outcome := range slices.Sorted(maps.Keys(st.Handoff.On)) {
			add(eventOn+outcome, st.Handoff.On[outcome])
		}
	}
	add(eventHuman, human)
	return events
}

func eventOfCase(i int) string { return eventCase + itoa(i+1) }

// one gives each event a machine of its own: a step that waits for nobody has decided its outcome
// before it fires, and a machine of one event costs a third of a machine of all.
func one(events fsm.Events) map[string]fsm.Events {
	by := make(map[string]fsm.Events, len(events))
	for i, e := range events {
		by[e.Name] = events[i : i+1 : i+1]
	}
	return by
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// What can happen to the life of a conversation.
const (
	lifeEscalate = "escalate" // to a live counsellor
	lifeRefer    = "refer"    // to a structure that accepts or refuses
	lifePromise  = "promise"  // an answer at a date
	lifeClaim    = "claim"
	lifeReturn   = "return" // to the queue
	lifeClose    = "close"
	lifeReopen   = "reopen"
	lifeErase    = "erase"
)

// lives is the whole life of a conversation: for each life, what can happen and what follows.
// Return is not here: where a conversation goes back to depends on its hand-off (see backTo).
var lives = compileLives([]fsm.EventDesc{
	{Name: lifeEscalate, Src: list(bot.Talking, bot.Waiting, bot.Promised, bot.Referred), Dst: string(bot.Waiting)},
	{Name: lifeRefer, Src: list(bot.Talking, bot.Waiting, bot.Promised, bot.Referred, bot.Live), Dst: string(bot.Referred)},
	{Name: lifePromise, Src: list(bot.Talking, bot.Waiting, bot.Promised, bot.Referred, bot.Live), Dst: string(bot.Promised)},
	{Name: lifeClaim, Src: list(bot.Waiting, bot.Promised, bot.Referred), Dst: string(bot.Live)},
	{Name: lifeReturn + "." + string(bot.Direct), Src: list(bot.Live, bot.Promised), Dst: string(bot.Waiting)},
	{Name: lifeReturn + "." + string(bot.Referral), Src: list(bot.Live, bot.Promised), Dst: string(bot.Promised)},
	{Name: lifeReturn + "." + string(bot.Dated), Src: list(bot.Live, bot.Promised), Dst: string(bot.Promised)},
	{Name: lifeClose, Src: list(bot.Talking, bot.Waiting, bot.Promised, bot.Referred, bot.Live, bot.Closed), Dst: string(bot.Closed)},
	{Name: lifeReopen, Src: list(bot.Closed), Dst: string(bot.Talking)},
	{Name: lifeErase, Src: list(bot.Talking, bot.Waiting, bot.Promised, bot.Referred, bot.Live, bot.Closed, bot.Erased), Dst: string(bot.Erased)},
})

func list(lives ...bot.Life) []string {
	names := make([]string, len(lives))
	for i, l := range lives {
		names[i] = string(l)
	}
	return names
}

// compileLives groups the events by the life they start from.
func compileLives(all []fsm.EventDesc) map[bot.Life]fsm.Events {
	by := map[bot.Life]fsm.Events{}
	for _, e := range all {
		for _, src := range e.Src {
			by[bot.Life(src)] = append(by[bot.Life(src)], fsm.EventDesc{Name: e.Name, Src: []string{src}, Dst: e.Dst})
		}
	}
	return by
}

// move moves the conversation's life; false means that this cannot happen to it now.
func (t *turn) move(event string) bool {
	to, err := fire(string(t.s.Life), lives[t.s.Life], event)
	if err != nil {
		return false
	}
	t.s.Life = bot.Life(to)
	return true
}
