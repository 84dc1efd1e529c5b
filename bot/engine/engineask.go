package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// The engine has a few questions of its own. They interrupt the flow's question, which waits on the
// session's stack, and stand in Session.Step under these names, a target behind a colon.
const (
	askDistress = "!distress" // do you want to talk to somebody now?
	askLate     = "!late"     // go back to the older question?
	askReopen   = "!reopen"   // the conversation had ended: what now?
	askLanguage = "!language"
	askFollow   = "!follow" // did it help, some time ago?
	askTongue   = "!tongue" // go on in the language you wrote in? Its target is the one before
	askMail     = "!mail"   // do you want it by e-mail, too?
	askProof    = "!proof"  // the code that was sent to your e-mail address?
	askPlace    = "!place"  // which of the places that are called so? its options are places
)

// An engineAsk is one of them: its text, and its options with their labels.
type engineAsk struct {
	text    string
	options []string
	labels  []string
	shown   []string // labels that are no texts: names of places
	menus   map[string]*hear.Menu
}

func (p *Program) compileEngineAsks() {
	yesNoLabels := []string{"engine.yes", "engine.no"}
	p.engineAsks = map[string]*engineAsk{
		askDistress: {text: "engine.distress", options: yesNo, labels: yesNoLabels},
		askLate:     {text: "engine.late", options: yesNo, labels: yesNoLabels},
		askReopen:   {text: "engine.reopen", options: []string{"new", "human"}, labels: []string{"engine.reopen.new", "engine.reopen.human"}},
		askLanguage: {text: "engine.language"},
		askTongue:   {text: "engine.tongue", options: yesNo, labels: []string{"engine.tongue.yes", "engine.tongue.no"}},
		askFollow:   {text: "engine.follow", options: yesNo, labels: yesNoLabels},
		askMail:     {text: "engine.mail.offer", options: []string{"without"}, labels: []string{"engine.mail.no"}},
		askProof:    {text: "engine.mail.ask", options: []string{"again", "without"}, labels: []string{"engine.mail.again", "engine.mail.without"}},
	}
	for _, l := range p.languages {
		if !p.full(l) {
			continue
		}
		p.engineAsks[askLanguage].options = append(p.engineAsks[askLanguage].options, l)
		p.engineAsks[askLanguage].labels = append(p.engineAsks[askLanguage].labels, "engine.language."+l)
	}
	for _, a := range p.engineAsks {
		a.menus = map[string]*hear.Menu{}
		for _, l := range p.languages {
			var options []hear.Option
			for i, id := range a.options {
				label, _ := p.find(l, "chat", a.labels[i])
				options = append(options, hear.Option{ID: id, Label: label})
			}
			a.menus[l] = hear.NewMenu(l, options)
		}
	}
}

func (t *turn) engineAsking() bool { return t.s.Asking && strings.HasPrefix(t.s.Step, "!") }

func (t *turn) engineAsk() (*engineAsk, string) {
	name, target, _ := strings.Cut(t.s.Step, ":")
	if name == askPlace {
		return t.placeAsk(), target
	}
	return t.live.engineAsks[name], target
}

// askEngine interrupts whatever is asked with a question of the engine's own.
func (t *turn) askEngine(name string) {
	t.interrupt(name)
	t.engineAgain()
}

// interrupt puts what is asked on the stack.
func (t *turn) interrupt(name string) {
	if !t.engineAsking() && t.s.Asking {
		t.s.Stack = append(slices.Clip(t.s.Stack), t.s.Step)
	} else if !t.engineAsking() {
		t.s.Stack = append(slices.Clip(t.s.Stack), "")
	}
	t.s.Step = name
}

// label is what an option is called.
func (a *engineAsk) label(t *turn, i int) string {
	if len(a.shown) > 0 {
		return a.shown[i]
	}
	return t.text(a.labels[i])
}

func (t *turn) engineAgain() {
	ask, _ := t.engineAsk()
	if ask == nil {
		return
	}
	choices := make([]bot.Choice, len(ask.options))
	for i, id := range ask.options {
		choices[i] = bot.Choice{ID: id, Label: ask.label(t, i)}
	}
	t.put(t.s.Step, t.text(ask.text), ask.options, choices)
	t.s.Path = t.s.Path[:len(t.s.Path)-1] // no way back to the engine's own questions
}

// resume ends the engine's question; what it interrupted is the present step again.
func (t *turn) resume() {
	last := len(t.s.Stack) - 1
	t.s.Step, t.s.Stack, t.s.Asking = t.s.Stack[last], t.s.Stack[:last:last], false
	if st, ok := t.p.steps[t.s.Step]; ok && st.Kind == flow.Ask {
		t.s.Asking = true
	}
	t.s.Misses = 0
}

// backToFlow resumes and asks again what was open, or says where the conversation stands.
func (t *turn) backToFlow() {
	t.resume()
	t.askAgainIfAsking()
}

// chosen is the option that an utterance names.
func (a *engineAsk) chosen(u hear.Utterance, language string) (int, bool) {
	all := make([]int, len(a.options))
	for i := range all {
		all[i] = i
	}
	i, _, ok := a.menus[language].Choose(u, all)
	return i, ok
}

// answerEngine matches words with a question of the engine's own.
func (t *turn) answerEngine(u hear.Utterance, words string) {
	ask, _ := t.engineAsk()
	if ask == nil {
		t.backToFlow()
		return
	}
	if t.s.Step == askProof && t.typedProof(words) || t.s.Step == askMail && t.typedAddress(u) {
		return
	}
	if i, ok := ask.chosen(u, t.s.Language); ok {
		t.chooseEngine(ask.options[i])
		return
	}
	if strings.HasPrefix(t.s.Step, askPlace) && t.typedPlace(words) {
		return
	}
	if yes, ok := hear.YesNo(u); ok && ask.options[0] == "oui" {
		t.chooseEngine(ouiNon(yes))
		return
	}
	t.s.Misses++
	if t.s.Misses >= 2 && t.proving() {
		t.withoutLetter()
		return
	}
	if t.s.Misses >= 2 { // it was an interruption: go on with what was interrupted
		if name, back, _ := strings.Cut(t.s.Step, ":"); name == askTongue {
			t.s.Language = back
			u = t.utterance(words)
		}
		t.resume()
		if t.s.Asking {
			t.again()
		} else {
			t.answer(u, words)
		}
		return
	}
	misses := t.s.Misses
	t.say("engine.relance")
	t.engineAgain()
	t.s.Misses = misses
}

// chooseEngine does what was chosen.
func (t *turn) chooseEngine(option string) {
	name, target, _ := strings.Cut(t.s.Step, ":")
	t.trace.Class, t.trace.Option = "engine:"+strings.TrimPrefix(name, "!"), option
	switch name {
	case askDistress:
		if option == "oui" {
			t.resume()
			t.toHuman()
			return
		}
		t.say("engine.distress.no")
		t.backToFlow()
	case askLate:
		t.resume()
		if option == "oui" {
			t.goBackTo(target)
			return
		}
		if t.s.Asking {
			t.again()
		}
	case askReopen:
		t.resume()
		t.reopen(option)
	case askPlace:
		t.trace.Option = "" // which commune is nobody's statistics
		t.choosePlace(option)
	case askFollow:
		t.helped(option)
	case askMail:
		t.withoutLetter()
	case askProof:
		if option == "without" || t.in.Facts.Code == "" { // no letter can go out any more
			t.withoutLetter()
			return
		}
		t.sendProof()
		t.tryProof("engine.mail.sent_again")
	case askTongue:
		t.chooseTongue(option, target)
	case askLanguage:
		t.s.Language = option
		t.say("engine.language.done")
		t.backToFlow()
	}
}
