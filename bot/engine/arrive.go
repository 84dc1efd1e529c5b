package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// arrive opens a conversation, or goes on where it stood without reading back what was said.
func (t *turn) arrive(ev bot.Arrived) {
	t.trace.Class = "arrived"
	if t.s.Step == "" && t.s.Life == bot.Talking {
		t.speakLanguage(ev.Language)
		t.campaign(ev.Entry)
		t.news = true
		t.enter(t.p.Bundle.Flows[t.p.Bundle.Start].Start)
		t.offerLanguages()
		return
	}
	t.onTheLine(true)
	if t.kind != "voice" { // their call broke off with the process that served it
		t.endQuestions()
	}
	switch {
	case ev.Shared: // only the computer was said to be shared
	case ev.Resumed:
		t.tellOwner(codeResumed) // whoever has the code writes as the person
		t.sayWhereWeWere()
		t.askAgainIfAsking()
	case t.s.Life == bot.Closed && (t.kind == "voice" || t.longOver()) || t.unmet():
		t.reopen("new") // a family shares a landline: a number alone resumes nothing
	case t.s.Life == bot.Closed && !t.s.Asking:
		t.offerReopening()
	case t.s.Asking:
		t.sayWhereWeWere()
		t.again()
	case t.in.Leg.Push: // who writes /start again waits for a word
		t.askAgainIfAsking()
	}
}

// sayWhereWeWere says again what the person came for, and nothing of what they wrote: those words may
// be gone, and somebody else may read the screen (service.md §3).
func (t *turn) sayWhereWeWere() {
	if t.s.Answers.Get(t.p.as.need) != "" {
		t.say("engine.resume.need")
		return
	}
	t.say("engine.resume")
}

// speakLanguage takes a hint of the language if the service speaks it.
func (t *turn) speakLanguage(hint string) {
	language, _, _ := strings.Cut(strings.ToLower(hint), "-")
	if t.p.full(language) {
		t.s.Language = language
	}
}

// welcome hears first words that came before any greeting: it greets, and takes the words as the
// answer to the first question instead of asking it.
func (t *turn) welcome(words string) {
	t.news = true
	if t.campaign(words) {
		t.enter(t.p.Bundle.Flows[t.p.Bundle.Start].Start)
		return
	}
	if language, other := t.spokenIn(words); other && t.kind != "voice" {
		t.greetedIn, t.s.Language = t.s.Language, language
	}
	state, passed, err := enter(t.p, t.state(), t.p.Bundle.Flows[t.p.Bundle.Start].Start, t.scene())
	if err != nil {
		t.fault = err
		return
	}
	t.setState(state)
	for i := range passed {
		t.tell(&passed[i])
	}
	if first := t.p.steps[t.s.Step]; first.Kind == flow.Ask {
		t.openQuietly(first)
		t.opening = true
		t.said(words)
		t.sayNews() // at the latest
		return
	}
	t.follow(state, passed[len(passed)-1:], nil)
}

// openQuietly opens a question of the flow without saying it.
func (t *turn) openQuietly(st *step) {
	var ids []string
	for _, i := range t.offered(st) {
		ids = append(ids, st.ids[i])
	}
	t.pose(st.ID, ids)
}

// hungUp: the person left this leg. Nothing is lost: a case stays a case, and anything else can be
// taken up again.
func (t *turn) hungUp(ev bot.HungUp) {
	t.trace.Class = "hung_up"
	if t.onTelephone() {
		t.ownerHungUp()
		return
	}
	t.cancel(bot.TimerSilence)
	t.tellOwner(codeHungUp)
	if ev.Moved {
		t.moved()
		return
	}
	if t.s.Life == bot.Waiting && t.kind == "voice" || t.callGoesOn() {
		t.s.Asking = false
	}
	if t.kind == "voice" {
		t.leaves(talks) // so has whoever talked to them
	}
	if t.s.Life == bot.Live && t.kind == "voice" { // the case stays the counsellor's
		t.restsWithOwner()
	}
	t.promiseMessage()
	t.onTheLine(false)
}

// restsWithOwner: the caller of a case has rung off. Nobody has to be rung soon any more.
func (t *turn) restsWithOwner() {
	switch {
	case t.ownerGone():
		t.cancel(bot.TimerOwner)
	case t.waits(bot.TimerOwner):
		t.timer(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Owner))
	}
}

// leaves notes legs to which nothing more goes from here on.
func (t *turn) leaves(which func(bot.Leg) bool) {
	t.s.Legs = slices.Clone(t.s.Legs)
	for i, l := range t.s.Legs {
		if which(l) {
			t.s.Legs[i].Left, t.s.Legs[i].Last = true, t.s.Entries+1
		}
	}
}

// moved: the leg goes on in another conversation, to which its person has come back. Nothing more goes
// there from here, and a talk that nobody else is in is over.
func (t *turn) moved() {
	t.trace.Class = "moved"
	t.leaves(func(l bot.Leg) bool { return l.ID == t.in.Leg.ID })
	elsewhere := !slices.ContainsFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToCitizen && !l.Left })
	if elsewhere && !t.s.Life.Open() {
		t.close("moved")
	}
}
