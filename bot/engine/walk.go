package engine

import (
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// This file is for who walks a bundle without words: what plays is what is walked.

// Fired remembers where the events of steps lead: a walk fires each of them thousands of times, and a
// machine that is made of the same events decides the same.
type Fired map[firing]string

type firing struct{ step, event string }

// fire is where an event leads from a step.
func (s *Scene) fire(st *step, event string) (string, error) {
	if to, known := s.Fired[firing{st.ID, event}]; known {
		return to, nil
	}
	to, err := fire(st.ID, st.only[event], event)
	if err == nil && s.Fired != nil {
		s.Fired[firing{st.ID, event}] = to
	}
	return to, err
}

// Enter goes to a step and on from there, as Next goes on from an answer.
func Enter(p *Program, at State, step string, scene *Scene) (State, []Passed, error) {
	return enter(p, at, step, scene)
}

// Through goes through one step, to the next; to none where it waits.
func Through(p *Program, at State, step string, scene *Scene) (State, Passed, string, error) {
	done, next, err := at.through(p, step, scene)
	return at, done, next, err
}

// Offered lists the options that the question at hand shows, in the order of their numbers.
func Offered(p *Program, at State, scene *Scene) []string {
	st, ok := p.steps[at.Step]
	if !ok || st.Kind != flow.Ask {
		return nil
	}
	var ids []string
	for _, i := range at.offered(p, st, scene) {
		ids = append(ids, st.ids[i])
	}
	return ids
}

// Lookup answers what conditions ask about.
func Lookup(p *Program, at State, scene *Scene) func(name string) string { return at.lookup(p, scene) }

// Words are the texts that the program was made with.
func (p *Program) Words() Words { return p.words }

// Voiced is a text of the engine as the telephone says it, in a language or else in the bundle's own. filled
// are names and values in turn, which stand in for {name}.
func (p *Program) Voiced(language, id string, filled ...string) string {
	text, _ := p.find(language, "voice", id)
	pairs := make([]string, 0, len(filled))
	for i := 0; i+1 < len(filled); i += 2 {
		pairs = append(pairs, "{"+filled[i]+"}", filled[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Human is the step that leads to a person from anywhere.
func (p *Program) Human() string { return p.human }

// Unasked lists the questions, in the order written, that a sentence may answer before they are put.
func (p *Program) Unasked() []*flow.Step {
	var all []*flow.Step
	for _, st := range p.questions {
		if st.unasked() && (st.answer.Type == flow.Choice || st.answer.Type == flow.Postcode) {
			all = append(all, st.Step)
		}
	}
	return slices.Clip(all)
}

// unasked says whether a sentence may answer a question that was not put.
func (st *step) unasked() bool { return !st.AskAgain && !st.answer.Sensitive && st.Budget != "" }

// Heard says which command a word that is a whole message is, in a language, or "". free: while
// somebody writes freely, only the most important commands are heard.
func (p *Program) Heard(language, words string, free bool) string {
	id, ok := p.commands[language].Whole(hear.Listen(language, words))
	if !ok || free && p.interrupts[id].Priority < freePriority {
		return ""
	}
	return id
}
