package engine

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/looplab/fsm"

	"frontdesk/bot/directory"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/hours"
	"frontdesk/bot/place"
)

// Words are the texts of a release in every language. A text that a language lacks is not here;
// the engine falls back to the bundle's own language.
type Words interface {
	// Text returns the text of an id in exactly that language.
	Text(language, id string) (string, bool)
	// Plural returns the form of an id for n, in that language or the one it falls back to.
	Plural(language, id string, n int) string
}

// A Program is a bundle made ready to play: texts compiled, menus folded, events listed. It is
// immutable and safe to share.
type Program struct {
	Bundle     *flow.Bundle
	words      Words
	languages  []string // as served, the bundle's own first
	steps      map[string]*step
	order      []string // of all steps: the start flow's first, each flow's as written
	questions  []*step  // in the order written, for sentences that answer several
	texts      map[textKey]template
	commands   map[string]*hear.Phrases
	interrupts map[string]*flow.Interrupt
	human      string // step that hands over
	dangerByID map[string]*flow.Danger
	skips      map[string]*hear.Phrases
	meets      map[string]*hear.Phrases // what is said before a job by who would talk to somebody of it
	thanks     map[string]*hear.Phrases
	hellos     map[string]*hear.Phrases
	engineAsks map[string]*engineAsk
	as         roles
	data       *directory.Set // reference data to tell from, or nil
	lexicon    *lexicon
	near       place.Preference // what is served
}

// textKey finds a text in one language for one kind of channel ("chat", "sms", "voice").
type textKey struct{ language, kind, id string }

// kinds of channel that texts vary by.
var kinds = [...]string{"chat", "sms", "voice"}

// A step is a step of the bundle with what it needs to be played.
type step struct {
	*flow.Step
	answer *flow.Answer          // of an ask
	events fsm.Events            // of all outcomes
	only   map[string]fsm.Events // of one outcome each
	menus  map[string]*hear.Menu // by language
	ids    []string              // of its options as written; yes and no have two
	chosen []string              // the events of its options
	cases  []string              // the events of its cases
	ranges bool
}

// roles are the answers that have a meaning beyond the flow.
type roles struct {
	need, public, adaptation, contact, network, reason, card, useful, consent, place, offer, structure, follow, job, theme, message string
}

// Compile makes a bundle ready to play in its languages.
func Compile(b *flow.Bundle, words Words) (*Program, error) {
	p := &Program{Bundle: b, words: words, near: b.Near(), steps: map[string]*step{},
		interrupts: map[string]*flow.Interrupt{}, dangerByID: map[string]*flow.Danger{}}
	p.languages = append(p.languages, b.Source)
	for _, l := range b.Spoken() {
		if !slices.Contains(p.languages, l) {
			p.languages = append(p.languages, l)
		}
	}
	p.compileTexts()
	for _, i := range b.Interrupts {
		p.interrupts[i.ID] = i
		if i.Do == doHuman && (p.human == "" || i.Key == "0") {
			p.human = i.Then
		}
	}
	p.compileRoles()
	if err := p.compileSteps(); err != nil {
		return nil, err
	}
	p.compileLexicons()
	p.compileEngineAsks()
	p.lexicon = compileLexicon(b)
	return p, nil
}

// With is the same program telling from a set of reference data; nil for none.
func (p *Program) With(data *directory.Set) *Program {
	q := *p
	q.data = data
	return &q
}

// Opened is the same program with a queue open for a time more, whatever its week says.
func (p *Program) Opened(queue string, span hours.Span) *Program {
	q, b, calendar := *p, *p.Bundle, *p.Bundle.Calendar
	calendar.Queues = maps.Clone(calendar.Queues)
	week := calendar.Queues[queue]
	week.Opened = append(slices.Clip(week.Opened), span)
	calendar.Queues[queue] = week
	b.Calendar, q.Bundle = &calendar, &b
	return &q
}

// compileTexts fills every (language, kind, id) that has a text of its own or falls back to one:
// language and channel, language, source and channel, source.
func (p *Program) compileTexts() {
	ids := make([]string, 0, len(p.Bundle.Texts)+len(engineIDs))
	for id := range p.Bundle.Texts {
		if _, variant, _ := strings.Cut(id, "@"); variant != "voice" && variant != "sms" {
			ids = append(ids, strings.TrimSuffix(strings.TrimSuffix(id, "@voice"), "@sms"))
		}
	}
	ids = append(ids, engineIDs...)
	p.texts = make(map[textKey]template, len(ids)*len(p.languages)*len(kinds))
	made := make(map[string]template, len(ids)) // most are the same on each channel, and in languages that lack them
	for _, language := range p.languages {
		for _, id := range ids {
			for _, kind := range kinds {
				text, ok := p.find(language, kind, id)
				if !ok {
					continue
				}
				t, is := made[text]
				if !is {
					t = compileText(text)
					made[text] = t
				}
				p.texts[textKey{language, kind, id}] = t
			}
		}
	}
}

func (p *Program) find(language, kind, id string) (string, bool) {
	for _, l := range [...]string{language, p.Bundle.Source} {
		if text, ok := p.words.Text(l, id+"@"+kind); ok {
			return text, true
		}
		if text, ok := p.words.Text(l, id); ok {
			return text, true
		}
	}
	return "", false
}

func (p *Program) compileRoles() {
	b := p.Bundle
	p.as = roles{need: b.As(flow.AsNeed), public: b.As(flow.AsPublic), adaptation: b.As(flow.AsAdaptation), contact: b.As(flow.AsContact),
		network: b.As(flow.AsNetwork), reason: b.As(flow.AsReason), card: b.As(flow.AsCard), useful: b.As(flow.AsUseful), consent: b.As(flow.AsConsent),
		offer: b.As(flow.AsOffer), structure: b.As(flow.AsStructure), follow: b.As(flow.AsFollow),
		job: b.As(flow.AsJob), theme: b.As(flow.AsTheme), message: b.As(flow.AsMessage)}
	for name, a := range b.Answers {
		if a.Type == flow.Postcode {
			p.as.place = name
		}
	}
}

func (p *Program) compileSteps() error {
	b := p.Bundle
	p.order = stepOrder(b)
	for _, id := range p.order {
		src := b.Steps[id]
		st := &step{Step: src, events: flowEvents(src, p.human)}
		st.only = one(st.events)
		for _, o := range src.Options {
			st.chosen = append(st.chosen, eventOption+o.ID)
		}
		for i := range src.Cases {
			st.cases = append(st.cases, eventOfCase(i))
		}
		p.steps[id] = st
		if src.Kind != flow.Ask {
			continue
		}
		if st.answer = b.Answers[src.Answer]; st.answer == nil {
			return fmt.Errorf("%s:%d: step %s fills the answer %q, which is not declared", src.Pos.File, src.Pos.Line, id, src.Answer)
		}
		st.ranges = slices.ContainsFunc(src.Options, func(o *flow.Option) bool { return o.From != 0 || o.To != 0 })
		st.ids = optionIDs(st)
		st.menus = p.menus(st)
		p.questions = append(p.questions, st)
	}
	return nil
}

func stepOrder(b *flow.Bundle) []string {
	ids := slices.Clone(b.Flows[b.Start].Order)
	for _, id := range slices.Sorted(maps.Keys(b.Flows)) {
		if id != b.Start {
			ids = append(ids, b.Flows[id].Order...)
		}
	}
	return ids
}

// menus compiles the options of a question in each language; a person may always answer in the
// bundle's own language too. Languages that have not translated a question share its menu.
func (p *Program) menus(st *step) map[string]*hear.Menu {
	menus, made := map[string]*hear.Menu{}, map[string][]hear.Option{}
	for _, language := range p.languages {
		options := p.options(st, language)
		for _, other := range p.languages {
			if hear.Alike(language, other) && menus[other] != nil && sameOptions(options, made[other]) {
				menus[language] = menus[other]
				break
			}
		}
		if menus[language] == nil {
			menus[language], made[language] = hear.NewMenu(language, options), options
		}
	}
	return menus
}

func (p *Program) options(st *step, language string) []hear.Option {
	var options []hear.Option
	for _, id := range st.ids {
		label, _ := p.find(language, "chat", st.optionText(id))
		also, _ := p.find(language, "chat", st.optionText(id)+".also")
		options = append(options, hear.Option{ID: id, Label: label, Also: splitWords(also)})
	}
	return options
}

func sameOptions(a, b []hear.Option) bool {
	return slices.EqualFunc(a, b, func(a, b hear.Option) bool {
		return a.ID == b.ID && a.Label == b.Label && slices.Equal(a.Also, b.Also)
	})
}

// optionText is the id of an option's label: the flow's, or the engine's for yes and no.
func (st *step) optionText(option string) string {
	if len(st.Options) == 0 {
		return yesNoText[option]
	}
	return st.ID + "." + option
}

// The options of a yes-or-no question, and their labels among the engine's strings.
var (
	yesNo     = []string{"oui", "non"}
	yesNoText = map[string]string{"oui": "engine.yes", "non": "engine.no"}
)

func optionIDs(st *step) []string {
	if len(st.Options) == 0 && st.answer.Type == flow.YesNo {
		return yesNo
	}
	ids := make([]string, len(st.Options))
	for i, o := range st.Options {
		ids[i] = o.ID
	}
	return ids
}

func splitWords(joined string) []string {
	var words []string
	for w := range strings.SplitSeq(joined, "|") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// compileLexicons makes the commands and the courtesies of each language.
func (p *Program) compileLexicons() {
	p.commands, p.skips, p.meets = map[string]*hear.Phrases{}, map[string]*hear.Phrases{}, map[string]*hear.Phrases{}
	p.thanks, p.hellos = map[string]*hear.Phrases{}, map[string]*hear.Phrases{}
	for _, d := range p.Bundle.Safety.Dangers {
		p.dangerByID[d.ID] = d
	}
	for _, language := range p.languages {
		var commands []hear.Phrase
		for _, i := range p.Bundle.Interrupts {
			commands = append(commands, p.phrases(language, i.ID, "interrupt."+i.ID+".words")...)
			if language != p.Bundle.Source { // « HUMAIN » works in every language
				commands = append(commands, p.phrases(p.Bundle.Source, i.ID, "interrupt."+i.ID+".words")...)
			}
		}
		p.commands[language] = hear.NewPhrases(commands)
		p.skips[language] = hear.NewPhrases(p.phrases(language, "skip", "engine.skip.words"))
		p.meets[language] = hear.NewPhrases(p.phrases(language, "meet", "engine.meet.words"))
		p.hellos[language] = hear.NewPhrases(p.phrases(language, "hello", "engine.hello.words"))
		p.thanks[language] = hear.NewPhrases(p.phrases(language, "thanks", "engine.thanks.words"))
	}
}

// grades of danger, the gravest first.
var grades = [...]flow.Grade{flow.Immediate, flow.Distress, flow.Sensitive}

func (p *Program) phrases(language, key, id string) []hear.Phrase {
	joined, ok := p.words.Text(language, id)
	if !ok {
		return nil
	}
	var all []hear.Phrase
	for _, w := range splitWords(joined) {
		all = append(all, hear.Phrase{Key: key, Words: w})
	}
	return all
}

// inRange finds the option whose range holds a number.
func (st *step) inRange(n int) (string, bool) {
	for _, o := range st.Options {
		if (o.From != 0 || o.To != 0) && n >= o.From && (o.To == 0 || n <= o.To) {
			return o.ID, true
		}
	}
	return "", false
}

// gotos are the destinations among the reprompts of a question.
func gotos(reprompts []string) []string {
	var to []string
	for _, r := range reprompts {
		if r != "rephrase" && r != "list" && r != "human" {
			to = append(to, r)
		}
	}
	return to
}

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}
