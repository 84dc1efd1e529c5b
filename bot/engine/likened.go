package engine

import (
	"slices"

	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/place"
)

// Examples hears the examples of the bundle, so that messages can be likened to them.
func (p *Program) Examples() *hear.Examples {
	x := p.lexicon
	all := make([]hear.Example, len(x.Examples))
	for i, e := range x.Examples {
		language := hear.Language(e.Words)
		if language == "" {
			language = p.Bundle.Source
		}
		near := p.Bundle.Near()
		at, spoken := place.Mentioned(e.Words, near)
		h := x.hear(hear.Listen(language, e.Words), language, e.Words, near, at, spoken)
		all[i] = hear.Example{Utterance: h.said, Marks: h.marks(), Outcome: e.Outcome}
	}
	return hear.NewExamples(all)
}

// marks are what was heard, as the examples compare it.
func (h *Heard) marks() []string {
	marks := make([]string, 0, len(h.Mentions)+2)
	for _, m := range h.Mentions {
		marks = append(marks, m.Kind+":"+m.ID)
	}
	if len(marks) == 0 {
		marks = append(marks, "nothing")
	}
	if h.Aged {
		marks = append(marks, lifeStage(h.Age))
	}
	return marks
}

// lifeStage is the part of life of an age.
func lifeStage(age int) string {
	switch {
	case age < 16:
		return "age:pupil"
	case age < 18:
		return "age:minor"
	case age < 26:
		return "age:young"
	case age < 60:
		return "age:adult"
	}
	return "age:senior"
}

// propose puts in the second place what messages like this one come to: the first alone is decided, by
// the verdicts. An insult is none of a second sense.
func (d *Decision) propose(x *lexicon, h *Heard, examples *hear.Examples) {
	if examples == nil || len(d.Outcomes) == 0 || d.Outcomes[0] == flow.OutcomeInsult {
		return
	}
	for _, l := range examples.Rank(h.said, h.marks()) {
		if l.Outcome == d.Outcomes[0] {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(d.Outcomes[1:]), func(o string) bool { return o == l.Outcome })
		d.Outcomes = append([]string{d.Outcomes[0], l.Outcome}, rest...)
		d.Like = x.Examples[l.Nearest].Words
		return
	}
}
