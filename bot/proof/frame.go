package proof

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A frame is where a state waits: what is live there, answer by answer, sorted by name. An answer that is not
// here makes no difference any more.
type frame []*aspect

// of is how an answer still matters; nil for not at all.
func (f frame) of(name string) *aspect {
	for _, as := range f {
		if as.name == name {
			return as
		}
	}
	return nil
}

// An aspect is how an answer still matters.
type aspect struct {
	name   string
	exact  bool         // the value itself
	cells  []int        // what asks for it
	asks   []*flow.Step // questions that are passed over when it is known
	reps   []stood
	differ []string // values that differ from none, once they have been looked for
	sought bool
}

// stood is a value and the one that stands for it; none for no answer at all.
type stood struct{ value, by string }

// framed names a frame, where some things are known.
type framed struct {
	entering    bool
	step, stack string
}

func (s *slicer) frame(k known, entering bool, step string, stack []string) frame {
	key := framed{entering, step, ""}
	switch len(stack) {
	case 0:
	case 1:
		key.stack = stack[0]
	default:
		key.stack = strings.Join(stack, " ")
	}
	l := s.living(k)
	if f, is := l.frames[key]; is {
		return f
	}
	live := newSet(s.bits)
	live.join(l.waiting[s.place[step]], nil)
	if entering {
		live.join(l.entering[s.place[step]], nil)
	}
	for _, to := range stack {
		live.join(l.entering[s.place[to]], nil)
	}
	f := s.aspects(live)
	l.frames[key] = f
	return f
}

// aspects sorts what is live by the answer that it is about.
func (s *slicer) aspects(live set) frame {
	f := make(frame, len(s.names))
	of := func(answer int) *aspect {
		if f[answer] == nil {
			f[answer] = &aspect{name: s.names[answer]}
		}
		return f[answer]
	}
	for bit := range live.all() {
		switch i := bit - len(s.cells); {
		case i < 0:
			if name := s.about[bit]; name != "" {
				as := of(s.number[name])
				as.cells = append(as.cells, bit)
			}
		case i < len(s.names):
			of(i).exact = true
		default:
			if st := s.steps[i-len(s.names)]; st.Kind == flow.Ask {
				as := of(s.number[st.Answer])
				as.asks = append(as.asks, st)
			}
		}
	}
	return slices.Clip(slices.DeleteFunc(f, func(as *aspect) bool { return as == nil }))
}

// slice gives the answers that still matter, each by the value that stands for it; until it is called again.
func (s *slicer) slice(channel, language string, entering bool, step string, stack []string, answers bot.Answers) bot.Answers {
	return s.keep(s.frameOf(channel, language, entering, step, stack, answers), answers, false)
}

func (s *slicer) frameOf(channel, language string, entering bool, step string, stack []string, answers bot.Answers) frame {
	return s.frame(s.known(channel, language, answers), entering, step, stack)
}

// keep gives the answers that still matter in a frame, each by the value that stands for it; known keeps
// a sign of one that might as well not be known, where it could be asked for. They are good until it is
// called again.
func (s *slicer) keep(f frame, answers bot.Answers, known bool) bot.Answers {
	kept := s.kept[:0]
	for _, a := range answers { // sorted, as the frame is
		for len(f) > 0 && f[0].name < a.Name {
			f = f[1:]
		}
		switch {
		case len(f) == 0 || f[0].name != a.Name:
		case f[0].exact:
			kept = append(kept, a)
		default:
			if by := s.stands(f[0], a); by != none || known {
				kept = append(kept, bot.Answer{Name: a.Name, Value: by})
			}
		}
	}
	s.kept = kept
	return kept
}

// stands is the value that stands for an answer's, looked for once.
func (s *slicer) stands(as *aspect, a bot.Answer) string {
	for _, r := range as.reps {
		if r.value == a.Value {
			return r.by
		}
	}
	by := s.stand(as, a)
	as.reps = append(as.reps, stood{a.Value, by})
	return by
}

// differing are the values of an answer that make a difference in a frame to a state that lacks it.
func (s *slicer) differing(f frame, name string) []string {
	as := f.of(name)
	switch {
	case as == nil:
		return nil
	case as.sought:
		return as.differ
	}
	for _, value := range s.domains[name] {
		if s.stand(as, bot.Answer{Name: name, Value: value}) == value {
			as.differ = append(as.differ, value)
		}
	}
	as.sought = true
	return as.differ
}

func (s *slicer) known(channel, language string, answers bot.Answers) known {
	k := known{channel, language, 0}
	i := 0
	for _, a := range answers { // sorted, as the others are
		for i < len(s.asked) && s.asked[i] < a.Name {
			i++
		}
		if i < min(64, len(s.asked)) && s.asked[i] == a.Name && a.Value != "" {
			k.answered |= 1 << i
		}
	}
	return k
}

// none stands for an answer that might as well not be known.
const none = "\x00"

// stand finds the first value that all that is ahead takes alike.
func (s *slicer) stand(as *aspect, a bot.Answer) string {
	want := s.signature(as, a)
	for _, value := range append([]string{none, ""}, s.domains[a.Name]...) {
		if s.signature(as, bot.Answer{Name: a.Name, Value: value}) == want {
			return value
		}
	}
	return a.Value
}

// signature is how all that is ahead takes a value.
func (s *slicer) signature(as *aspect, a bot.Answer) string {
	var answers bot.Answers
	if a.Value != none {
		answers = bot.Answers{a}
	}
	look := engine.Lookup(s.p, engine.State{Answers: answers}, &engine.Scene{})
	all := make([]byte, 0, 64)
	for _, c := range as.cells {
		sign := byte('n')
		if s.cells[c].Match(look(s.cells[c].Key)) {
			sign = 'y'
		}
		all = append(all, sign)
	}
	for _, st := range as.asks {
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
