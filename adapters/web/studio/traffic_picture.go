package studio

import (
	"html/template"
	"strconv"
	"strings"

	"frontdesk/bot/draw"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// picture draws a flow of the live release with what was counted along it.
func (s *sayer) picture(flowID string) template.HTML {
	p := draw.Lay(s.b, flowID)
	if p == nil {
		return ""
	}
	marks := map[string][]draw.Mark{}
	for _, c := range s.counted() {
		if c.Step == nil || c.Step.Flow != flowID {
			continue
		}
		if x, known := tally.Share(c.Left, c.Asked); known && c.Left > 0 {
			n := strconv.Itoa(percent(x)) + " %"
			marks[c.ID] = append(marks[c.ID], draw.Mark{Text: "−" + n, Class: "warning", Title: n + " partent ici"})
		}
		if c.Answered > 0 {
			marks[c.ID] = append(marks[c.ID], draw.Mark{Text: grouped(int(c.Answered)), Class: "count", Title: "environ " + grouped(int(c.Answered)) + " réponses"})
		}
	}
	ways := s.weigh()
	from := map[string]int{}
	for way, n := range ways {
		from[way[0]] += n
	}
	shown := map[string]map[string]tally.Shown{} // by step
	for step := range from {
		parts := map[string]int{}
		for way, n := range ways {
			if way[0] == step {
				parts[way[1]] = n
			}
		}
		shown[step] = partsOf(parts)
	}
	weight := func(a, b string) (draw.Weight, bool) {
		n := shown[a][b]
		x, known := tally.Share(n, tally.Show(from[a]))
		if !known || n == 0 {
			return draw.Weight{}, false
		}
		return draw.Weight{Share: x, Figure: strconv.Itoa(percent(x)) + " %"}, true
	}
	var out strings.Builder
	_ = draw.SVG(&out, p, draw.Options{Marks: marks, Weight: weight, Link: linkTo}) // a Builder never fails
	return template.HTML(out.String())
}

// weigh follows each move from a question to the next along the steps between, by the shortest way there is.
// What went another way without a question on it is counted along the shortest too.
func (s *sayer) weigh() map[[2]string]int {
	exits := s.exits()
	ways := map[[2]string]int{}
	for m, n := range s.f.Moves {
		from := m.From
		first := exits[from]
		if from == "" {
			start := s.b.Flows[s.b.Start]
			if start == nil {
				continue
			}
			from, first = start.Start, exits[start.Start]
		} else if step := s.b.Steps[from]; step == nil {
			continue
		} else if to := optionThen(step, m.Class); to != "" {
			first = []string{to}
		}
		way := shortest(exits, from, first, m.To)
		for i := 1; i < len(way); i++ {
			ways[[2]string{way[i-1], way[i]}] += n
		}
	}
	return ways
}

// optionThen is where a class of answer leads, "" where the step does not say.
func optionThen(step *flow.Step, class string) string {
	id, is := strings.CutPrefix(class, "option:")
	if !is {
		return ""
	}
	for _, o := range step.Options {
		if o.ID == id && o.Then != "" {
			return o.Then
		}
	}
	return step.Then
}

// exits are the steps that each leads to; a call leads into the flow that it calls, and past it.
func (s *sayer) exits() map[string][]string {
	all := map[string][]string{}
	for id, step := range s.b.Steps {
		add := func(to string) {
			if to != "" {
				all[id] = append(all[id], to)
			}
		}
		add(step.Then)
		for _, o := range step.Options {
			add(o.Then)
		}
		for _, c := range step.Cases {
			add(c.Then)
		}
		add(step.Else)
		if step.Kind == flow.Call && s.b.Flows[step.Call] != nil {
			add(s.b.Flows[step.Call].Start)
			all[flow.Return] = append(all[flow.Return], step.Then)
		}
	}
	return all
}

// shortest is a way from a step through some of its exits to another, both included; of several as short, the
// one that is written first. Nil for none.
func shortest(exits map[string][]string, from string, first []string, to string) []string {
	if from == to {
		return nil
	}
	before := map[string]string{}
	var todo []string
	for _, next := range first {
		if _, seen := before[next]; !seen {
			before[next] = from
			todo = append(todo, next)
		}
	}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if at == to {
			way := []string{at}
			for at != from {
				at = before[at]
				way = append([]string{at}, way...)
			}
			return way
		}
		for _, next := range exits[at] {
			if _, seen := before[next]; !seen && next != from {
				before[next] = at
				todo = append(todo, next)
			}
		}
	}
	return nil
}
