package proof

import (
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

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
