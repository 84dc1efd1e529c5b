package proof

import (
	"maps"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// domains are, for each answer, the values that stand for all it can have: options, what tables and
// options give, a place of each territory that a condition names, one of the others, and one out of
// the region; a single value where nothing depends on which.
func domains(b *flow.Bundle) map[string][]string {
	all := map[string][]string{}
	add := func(name, value string) {
		if value != "" && !slices.Contains(all[name], value) {
			all[name] = append(all[name], value)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Steps)) {
		for _, o := range b.Steps[id].Options {
			add(b.Steps[id].Answer, o.ID)
			for _, set := range o.Sets {
				add(set.Answer, set.Value)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Tables)) {
		t := b.Tables[id]
		for _, row := range t.Rows {
			for i, value := range row.Values {
				add(t.Sets[i], value)
			}
		}
	}
	for name, a := range b.Answers {
		switch a.Type {
		case flow.YesNo:
			add(name, "oui")
			add(name, "non")
		case flow.Postcode:
			all[name] = append(all[name], places(b)...)
		case flow.PhoneNo:
			add(name, "+33261910000")
		case flow.Email:
			add(name, "nom@exemple.fr")
		case flow.Numeric:
			add(name, "20")
		case flow.Free:
			if a.Step != "" {
				add(name, "Madame Martin")
			}
		}
	}
	return all
}

// places are one place in each territory served, and one elsewhere.
func places(b *flow.Bundle) []string {
	var all []string
	for _, t := range b.Territories {
		all = append(all, t.Code)
	}
	for _, code := range []string{"75", "13", "2A"} {
		if _, served := b.Territory(code); !served {
			return append(all, code)
		}
	}
	return all
}

// A set holds small numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// join adds the members of o that are not in but, and says whether any was new.
func (s set) join(o, but set) bool {
	grown := false
	for i := range s {
		more := o[i]
		if but != nil {
			more &^= but[i]
		}
		grown = grown || more&^s[i] != 0
		s[i] |= more
	}
	return grown
}

// A slicer forgets of a state what can make no difference any more: an answer that no condition ahead
// asks for, and which of two values it is that all conditions ahead take alike. So a state is a class
// of states, and each path is walked once.
type slicer struct {
	p       *engine.Program
	domains map[string][]string
	cells   []flow.Cell
	index   map[string]int
	names   []string         // of answers, sorted
	bits    int              // cells, then answers whose very value counts, then questions that pass what is known
	number  map[string]int   // of answers
	of      map[string]set   // what asks for an answer: its cells, and that it is known at all
	steps   []*flow.Step     // by id
	place   map[string]int   // of steps
	own     []set            // what a step asks for
	kills   []set            // what it answers
	asked   []string         // answers that conditions want unanswered: what is known of them prunes ways
	lives   map[known]*lives // by what is known
	frames  map[framed]*frame
}

// lives is what may still be asked for, step by step, where some things are known.
type lives struct {
	entering, waiting []set
}

// known is what stays as it is for the rest of a path.
type known struct {
	channel, language string
	answered          uint64 // of slicer.asked, as bits
}

func newSlicer(p *engine.Program) *slicer {
	b := p.Bundle
	s := &slicer{p: p, domains: domains(b), index: map[string]int{}, number: map[string]int{}, of: map[string]set{},
		place: map[string]int{}, lives: map[known]*lives{}, frames: map[framed]*frame{}}
	s.names = slices.Sorted(maps.Keys(b.Answers))
	for i, name := range s.names {
		s.number[name] = i
	}
	for i, id := range slices.Sorted(maps.Keys(b.Steps)) {
		s.place[id] = i
		s.steps = append(s.steps, b.Steps[id])
		for _, when := range reads(b, b.Steps[id]) {
			for _, c := range when {
				s.cell(c)
			}
		}
	}
	s.bits = len(s.cells) + len(s.names) + len(s.steps)
	for i, name := range s.names {
		s.of[name] = newSet(s.bits)
		s.of[name].add(len(s.cells) + i)
	}
	for i, st := range s.steps {
		if st.Kind == flow.Ask {
			s.of[st.Answer].add(s.passes(i))
		}
	}
	for i, c := range s.cells {
		if name := asksFor(b, c.Answer); name != "" {
			s.of[name].add(i)
		}
		if wantsNone(c) && b.Answers[c.Answer] != nil && !slices.Contains(s.asked, c.Answer) {
			s.asked = append(s.asked, c.Answer)
		}
	}
	for _, st := range s.steps {
		s.own, s.kills = append(s.own, s.asks(st)), append(s.kills, s.answers(st))
	}
	return s
}

// passes is the bit of a question that is passed over when its answer is known.
func (s *slicer) passes(step int) int { return len(s.cells) + len(s.names) + step }

// wantsNone says whether a cell holds only where there is no answer.
func wantsNone(c flow.Cell) bool { return c.Empty && !c.Not && len(c.Values) == 0 }

// cell numbers what conditions ask, the same question once.
func (s *slicer) cell(c flow.Cell) {
	if key := c.Key + "\x00" + c.Raw; !c.Any {
		if _, known := s.index[key]; !known {
			s.index[key] = len(s.cells)
			s.cells = append(s.cells, c)
		}
	}
}

// asksFor is the answer that a name in a condition depends on, or "".
func asksFor(b *flow.Bundle, name string) string {
	if b.Answers[name] != nil {
		return name
	}
	for place, a := range b.Answers {
		if a.Type == flow.Postcode && (name == place+".departement" || name == "territory") {
			return place
		}
	}
	return ""
}

// reads are the conditions that decide where a step goes or what it offers.
func reads(b *flow.Bundle, st *flow.Step) []flow.Condition {
	var all []flow.Condition
	for _, o := range st.Options {
		all = append(all, o.Only)
	}
	for _, c := range st.Cases {
		all = append(all, c.When)
	}
	if st.Kind == flow.Route {
		for _, row := range b.Tables[st.Table].Rows {
			all = append(all, row.When)
		}
	}
	return all
}

// living finds what is live where: a step's own conditions, and what its followers ask for unless it
// answers that itself.
func (s *slicer) living(k known) *lives {
	if l := s.lives[k]; l != nil {
		return l
	}
	l := &lives{make([]set, len(s.steps)), make([]set, len(s.steps))}
	ways := make([][]int, len(s.steps))
	for i, st := range s.steps {
		l.entering[i], l.waiting[i] = newSet(s.bits), newSet(s.bits)
		l.waiting[i].join(s.own[i], nil)
		for _, to := range s.followers(k, st) {
			ways[i] = append(ways[i], s.place[to])
		}
	}
	human, any := s.place[s.p.Human()]
	for again := true; again; {
		again = false
		for i := len(s.steps) - 1; i >= 0; i-- {
			st := s.steps[i]
			for _, to := range ways[i] {
				l.waiting[i].join(l.entering[to], s.kills[i])
			}
			if st.Kind == flow.Ask {
				if any {
					l.waiting[i].join(l.entering[human], nil)
				}
				for _, to := range st.NoMatch {
					if to, is := s.place[to]; is {
						l.waiting[i].join(l.entering[to], nil)
					}
				}
			}
			again = l.entering[i].join(l.waiting[i], nil) || again
			if st.Kind == flow.Ask && !st.AskAgain {
				l.entering[i].add(s.passes(i))
			}
		}
	}
	s.lives[k] = l
	return l
}

// holds says whether a condition is true, false or cannot be told (0) by what is known.
func (s *slicer) holds(k known, when flow.Condition) int {
	sure := 1
	for _, c := range when {
		switch {
		case c.Any, c.Answer == "language" && c.Match(k.language):
		case c.Answer == "language", wantsNone(c) && s.answered(k, c.Answer):
			return -1
		case c.Answer == "channel":
			in, out := k.matches(c)
			if !in {
				return -1
			}
			if out {
				sure = 0
			}
		default:
			sure = 0
		}
	}
	return sure
}

func (s *slicer) answered(k known, name string) bool {
	i := slices.Index(s.asked, name)
	return i >= 0 && i < 64 && k.answered&(1<<i) != 0
}

// matches says whether some kinds of channel are what a cell asks for, and whether some are not.
func (k known) matches(c flow.Cell) (in, out bool) {
	for kind := range strings.SplitSeq(k.channel, "+") {
		if c.Match(kind) {
			in = true
		} else {
			out = true
		}
	}
	return in, out
}

// followers are where a step leads within its flow, as far as what is known allows; into a call and
// behind it.
func (s *slicer) followers(k known, st *flow.Step) []string {
	b := s.p.Bundle
	if st.Kind != flow.If {
		return followers(b, st)
	}
	var all []string
	add := func(to string) {
		if b.Steps[to] != nil {
			all = append(all, to)
		}
	}
	for _, c := range st.Cases {
		switch s.holds(k, c.When) {
		case 1:
			add(c.Then)
			return all
		case 0:
			add(c.Then)
		}
	}
	add(st.Else)
	return all
}

// followers are where a step leads within its flow; into a call and behind it.
func followers(b *flow.Bundle, st *flow.Step) []string {
	var all []string
	for _, to := range st.Exits() {
		if b.Steps[to] != nil {
			all = append(all, to)
		}
	}
	if st.Kind == flow.Call {
		all = append(all, b.Flows[st.Call].Start)
	}
	return all
}

// asks is what a step reads of the state.
func (s *slicer) asks(st *flow.Step) set {
	all := newSet(s.bits)
	for _, when := range reads(s.p.Bundle, st) {
		for _, c := range when {
			if !c.Any {
				all.add(s.index[c.Key+"\x00"+c.Raw])
			}
		}
	}
	if name := braced(st.Card); name != "" {
		all.add(len(s.cells) + s.number[name]) // what is said of a card depends on which it is
	}
	return all
}

// answers is what a step answers on all its ways but those that give it up.
func (s *slicer) answers(st *flow.Step) set {
	all := newSet(s.bits)
	if st.Kind == flow.Route {
		for _, name := range s.p.Bundle.Tables[st.Table].Sets {
			all.join(s.of[name], nil)
		}
	}
	if st.Kind != flow.Ask {
		return all
	}
	all.join(s.of[st.Answer], nil)
	if len(st.Options) > 0 && st.AskAgain && !st.Optional { // one passed over as known sets nothing else
		for _, set := range st.Options[0].Sets {
			if !slices.ContainsFunc(st.Options, func(o *flow.Option) bool {
				return !slices.ContainsFunc(o.Sets, func(other flow.Setting) bool { return other.Answer == set.Answer })
			}) {
				all.join(s.of[set.Answer], nil)
			}
		}
	}
	return all
}

// braced is the name in "{name}", or "".
func braced(s string) string {
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		return s[1 : len(s)-1]
	}
	return ""
}

// A frame is where a state waits: what is live there, answer by answer.
type frame struct {
	exact  map[string]bool              // the value itself matters
	cells  map[string][]int             // what asks for it
	asks   map[string][]*flow.Step      // questions that are passed over when it is known
	differ map[string][]string          // values that differ from none
	reps   map[string]map[string]string // value → the one that stands for it; "" for no answer at all
}

// framed names a frame.
type framed struct {
	known       known
	entering    bool
	step, stack string
}

func (s *slicer) frame(k known, entering bool, step string, stack []string) *frame {
	key := framed{k, entering, step, ""}
	switch len(stack) {
	case 0:
	case 1:
		key.stack = stack[0]
	default:
		key.stack = strings.Join(stack, " ")
	}
	if f := s.frames[key]; f != nil {
		return f
	}
	l := s.living(k)
	live := newSet(s.bits)
	live.join(l.waiting[s.place[step]], nil)
	if entering {
		live.join(l.entering[s.place[step]], nil)
	}
	for _, to := range stack {
		live.join(l.entering[s.place[to]], nil)
	}
	f := &frame{exact: map[string]bool{}, cells: map[string][]int{}, asks: map[string][]*flow.Step{}, differ: map[string][]string{}, reps: map[string]map[string]string{}}
	for i, name := range s.names {
		f.exact[name] = live.has(len(s.cells) + i)
		f.reps[name] = map[string]string{}
		for c := range s.cells {
			if live.has(c) && s.of[name].has(c) {
				f.cells[name] = append(f.cells[name], c)
			}
		}
		for c, st := range s.steps {
			if st.Kind == flow.Ask && st.Answer == name && live.has(s.passes(c)) {
				f.asks[name] = append(f.asks[name], st)
			}
		}
	}
	s.frames[key] = f
	return f
}

// slice gives the answers that still matter, each by the value that stands for it.
func (s *slicer) slice(channel, language string, entering bool, step string, stack []string, answers bot.Answers) bot.Answers {
	f := s.frame(s.known(channel, language, answers), entering, step, stack)
	kept := make(bot.Answers, 0, len(answers))
	for _, a := range answers {
		if f.exact[a.Name] {
			kept = append(kept, a)
			continue
		}
		if len(f.cells[a.Name]) == 0 && len(f.asks[a.Name]) == 0 {
			continue
		}
		rep, is := f.reps[a.Name][a.Value]
		if !is {
			rep = s.stand(f, a)
			f.reps[a.Name][a.Value] = rep
		}
		if rep != none {
			kept = append(kept, bot.Answer{Name: a.Name, Value: rep})
		}
	}
	return kept
}

// differing are the values of an answer that make a difference to a state that lacks it.
func (s *slicer) differing(channel, language string, at *engine.State, name string) []string {
	f := s.frame(s.known(channel, language, at.Answers), false, at.Step, at.Stack)
	if values, is := f.differ[name]; is {
		return values
	}
	var values []string
	for _, value := range s.domains[name] {
		if s.stand(f, bot.Answer{Name: name, Value: value}) == value {
			values = append(values, value)
		}
	}
	f.differ[name] = values
	return values
}

func (s *slicer) known(channel, language string, answers bot.Answers) known {
	k := known{channel, language, 0}
	for i, name := range s.asked {
		if i < 64 && answers.Get(name) != "" {
			k.answered |= 1 << i
		}
	}
	return k
}

// none stands for an answer that might as well not be known.
const none = "\x00"

// stand finds the first value that all that is ahead takes alike.
func (s *slicer) stand(f *frame, a bot.Answer) string {
	want := s.signature(f, a)
	for _, value := range append([]string{none, ""}, s.domains[a.Name]...) {
		if s.signature(f, bot.Answer{Name: a.Name, Value: value}) == want {
			return value
		}
	}
	return a.Value
}

// signature is how all that is ahead takes a value.
func (s *slicer) signature(f *frame, a bot.Answer) string {
	var answers bot.Answers
	if a.Value != none {
		answers = bot.Answers{a}
	}
	look := engine.Lookup(s.p, engine.State{Answers: answers}, &engine.Scene{})
	all := make([]byte, 0, 64)
	for _, c := range f.cells[a.Name] {
		sign := byte('n')
		if s.cells[c].Match(look(s.cells[c].Key)) {
			sign = 'y'
		}
		all = append(all, sign)
	}
	for _, st := range f.asks[a.Name] {
		all = append(append(all, '|'), passesTo(st, a.Value)...)
	}
	return string(all)
}

// passesTo is where a question leads that finds its answer known; "" where it asks.
func passesTo(st *flow.Step, value string) string {
	if value == none {
		return ""
	}
	if value == "" || len(st.Options) == 0 {
		return st.Then
	}
	for _, o := range st.Options {
		switch {
		case o.ID != value:
		case len(o.Only) > 0:
			return o.ID
		case o.Then != "":
			return o.Then
		default:
			return st.Then
		}
	}
	return ""
}
