package engine

import (
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// pathLimit bounds how many questions back a person can go.
const pathLimit = 40

// advance moves the flow by a class of answer and says what follows.
func (t *turn) advance(c Class) {
	state, passed, err := Next(t.p, t.state(), c, t.scene())
	t.follow(state, passed, err)
}

// enter jumps to a step and says what follows.
func (t *turn) enter(step string) {
	state, passed, err := enter(t.p, t.state(), step, t.scene())
	t.follow(state, passed, err)
}

// follow says each step that was passed, then asks, hands over or ends at the last.
func (t *turn) follow(state State, passed []Passed, err error) {
	t.setState(state)
	t.s.Asking, t.s.Misses, t.s.Silences = false, 0, 0
	if t.passed += len(passed); t.passed > stepLimit {
		err = ErrStepLimit // a hand-off that nobody can take goes on, perhaps to itself
	}
	for i := range passed {
		t.tell(&passed[i])
	}
	if err != nil {
		t.fault = err
		return
	}
	switch st := t.p.steps[passed[len(passed)-1].Step.ID]; st.Kind {
	case flow.Ask:
		t.passed = 0
		if t.askUnclear(st) {
			return
		}
		t.ask(st, t.prompt(st.Step, ""))
	case flow.Handoff:
		t.handOff(st)
	case flow.End:
		t.finish(st)
	}
}

// tell says what a passed step says, with the answers as they stood there.
func (t *turn) tell(p *Passed) {
	if p.Row > 0 {
		t.trace.Row = p.Step.Table + ":" + itoa(p.Row)
		if slices.Contains(t.p.Bundle.Tables[p.Step.Table].Sets, t.p.as.network) {
			t.s.Case.Row = t.trace.Row
		}
	}
	if p.Step.Kind != flow.Say {
		return
	}
	if p.Step.Send != "" {
		t.recapByText(p)
		return
	}
	if t.cardID = t.cardOf(p.Step, p.Answers); t.expired(t.cardID) {
		t.say("engine.card.expired")
		t.trace.Lacking = "expired:" + t.cardID
		t.s.Answers = t.s.Answers.Without(t.p.as.card) // no fact was given: nothing refers to it
		return
	} else if t.cardID != "" {
		t.giveCard(t.cardID)
	}
	say := t.stepSays(p.Step, p.Answers)
	t.cardID = ""
	if p.Step.Link != "" {
		say.Links = append(say.Links, bot.Link{Text: p.Step.Link, URL: p.Step.Link})
	}
	t.speak(say)
}

// speak makes the bot say something, unless there is nothing to say.
func (t *turn) speak(say bot.Say) {
	if strings.TrimSpace(say.Text) == "" && len(say.Options) == 0 {
		return
	}
	if t.kind == "voice" {
		say.Language = t.s.Language
	}
	t.emit(bot.ToCitizen, say)
}

// ask puts a question: its text, its options in the order of their numbers, and how long to wait.
func (t *turn) ask(st *step, text string) {
	t.sayNews()
	if st.answer.Name == t.p.as.consent {
		t.nameStructure()
	}
	offered := t.offered(st)
	choices := make([]bot.Choice, len(offered))
	ids := make([]string, len(offered))
	for i, n := range offered {
		ids[i] = st.ids[n]
		choices[i] = bot.Choice{ID: st.ids[n], Label: t.text(st.optionText(st.ids[n]))}
	}
	if st.answer.Type == flow.PhoneNo { // one that is asked for again was wrong
		t.s.Answers = t.s.Answers.Without(st.answer.Name)
	}
	t.pose(st.ID, ids)
	t.speak(t.recording(st, bot.Say{Text: text, Options: choices, Ask: t.s.Ask, Contact: t.wantsContact(st), Mobile: st.answer.Type == flow.Mobile, Short: t.short}))
	t.listen()
}

// wantsContact says whether the person may give their number by a button: where one is asked for, and
// the answers say that an adult is asked (service.md §4: never under 18). Who calls has shown theirs already.
func (t *turn) wantsContact(st *step) bool {
	return st.answer != nil && (st.answer.Type == flow.PhoneNo || st.answer.Type == flow.Mobile) && (t.kind == "voice" || t.adult())
}

// adult says whether an age that was given is of age.
func (t *turn) adult() bool {
	for _, st := range t.p.questions {
		if !st.ranges {
			continue
		}
		for _, o := range st.Options {
			if o.ID == t.s.Answers.Get(st.answer.Name) && o.From >= 18 {
				return true
			}
		}
	}
	return false
}

func (t *turn) offered(st *step) []int {
	state := t.state()
	return state.offered(t.p, st, t.scene())
}

// put opens a question of the flow or of the engine and remembers what was offered.
func (t *turn) put(step, text string, ids []string, choices []bot.Choice) {
	t.pose(step, ids)
	t.speak(bot.Say{Text: text, Options: choices, Ask: t.s.Ask})
	t.listen()
}

// pose makes a question the open one, without a word.
func (t *turn) pose(step string, ids []string) {
	t.asks++
	t.s.Step, t.s.Asking, t.s.Offered = step, true, ids
	t.s.Ask = bot.AskID(itoa(int(t.s.Version+1)) + "." + itoa(t.asks))
	t.visit(step)
}

// visit writes the question into the path; a question that is put again moves to its end.
func (t *turn) visit(step string) {
	path := t.s.Path
	if n := len(path); n > 0 && path[n-1].Step == step {
		path = path[:n-1]
	}
	if len(path) >= pathLimit {
		path = path[len(path)-pathLimit+1:]
	}
	t.s.Path = append(slices.Clone(path), bot.Visit{Step: step, Ask: t.s.Ask, Back: strings.Join(t.s.Stack, " ")})
}

// answersAnother says whether a key was for another question than the one that is open: that one may have been put
// again meanwhile.
func (t *turn) answersAnother(ask bot.AskID) bool {
	return slices.ContainsFunc(t.s.Path, func(v bot.Visit) bool { return v.Ask == ask && v.Step != t.s.Step })
}

// listen says how long the question waits. Voice legs measure silence themselves; for all others
// the conversation's own timer does.
func (t *turn) listen() {
	patience := t.patience()
	t.emit(bot.ToCitizen, bot.Listen{Ask: t.s.Ask, Patience: patience})
	if patience > 0 && t.kind != "voice" {
		t.timer(bot.TimerSilence, t.now.Add(patience))
	} else {
		t.cancel(bot.TimerSilence)
	}
	t.expireLater()
}

func (t *turn) patience() time.Duration {
	waits, silences := t.live.Bundle.Reprompt.NoInput[t.kind], t.s.Silences
	if t.kind == "voice" && len(waits) > 0 { // see nobodyComes
		silences %= len(waits)
	}
	if silences < len(waits) {
		return waits[silences]
	}
	return 0
}

// again puts the open question once more, as it stands.
func (t *turn) again() {
	if t.strayed {
		t.putAgain()
		return
	}
	if st, ok := t.p.steps[t.s.Step]; ok && st.Kind == flow.Ask {
		t.ask(st, t.prompt(st.Step, ""))
		return
	}
	t.engineAgain()
}

// reprompt answers what was not understood, as VoiceXML does: rephrase, then list, then a human.
func (t *turn) reprompt() {
	st := t.p.steps[t.s.Step]
	if t.opening { // « bonjour » is no answer and no mistake
		t.again()
		return
	}
	ladder := t.live.Bundle.Reprompt.NoMatch
	if st != nil && len(st.NoMatch) > 0 {
		ladder = st.NoMatch
	}
	rung := "human"
	if t.s.Misses < len(ladder) {
		rung = ladder[t.s.Misses]
	}
	t.s.Misses++
	t.trace.Class = "no_match:" + rung
	misses := t.s.Misses
	switch {
	case rung == "rephrase" && st != nil:
		t.ask(st, t.rephrased(st))
	case rung == "list", rung == "rephrase":
		t.say(t.relance(st))
		t.again()
	case rung == "human" || st == nil:
		t.trace.Lacking = "not_understood"
		t.giveUp()
		return
	default:
		t.advance(Class{GoTo, strings.TrimPrefix(rung, "goto:")})
		return
	}
	t.s.Misses = misses
}

// rephrased is the question's own second wording, or the general one before the first.
func (t *turn) rephrased(st *step) string {
	if text := t.prompt(st.Step, "retry"); text != "" {
		return text
	}
	return t.text(t.relance(st)) + "\n" + t.prompt(st.Step, "")
}

// relance is how a misunderstanding is taken up: by the list, or, where there is none, by what is
// expected.
func (t *turn) relance(st *step) string {
	if st == nil || len(st.Options) > 0 || st.answer.Type == flow.YesNo {
		return "engine.relance"
	}
	return "engine.check." + string(st.answer.Type)
}
