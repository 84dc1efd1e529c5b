package studio

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A picker knows what a reference may name, in one draft and seen from one flow. It reads the draft's files,
// so that it works while the draft does not load.
type picker struct {
	d    *flow.Draft
	flow string // whose steps are named without their flow

	ways             []choice           // destinations, made once for a page
	words            *vocabulary        // of conditions
	choosing, chosen string             // a condition that is getting one more answer, and which
	marks            map[string][]fault // what is wrong in the form, by input
}

// pickerOf is a picker that knows the words of conditions too.
func pickerOf(d *flow.Draft, flowID string) picker {
	return picker{d: d, flow: flowID, words: vocabularyOf(d), ways: destinationsOf(d, flowID)}
}

// flowsOf are the files that hold flows, by id.
func flowsOf(d *flow.Draft) map[string]string {
	files := map[string]string{}
	for _, name := range d.Names() {
		if v, is := d.At(name, "flow"); is && !strings.Contains(name, "/") {
			files[v.Text()] = name
		}
	}
	return files
}

// of gives what may stand at a path, with what stands there now; nil where anything may.
func (p picker) of(path []string, now string) []choice {
	var all []choice
	switch path[len(path)-1] {
	case "then", "else", "closed", "unstaffed", "timeout", "over", "start":
		all = p.steps(now)
	case "card":
		all = p.cards()
	case "key":
		all = p.keys()
	case "answer":
		all = p.questions()
	case "send":
		all = p.mobiles()
	case "to":
		if len(path) < 2 || path[len(path)-2] != "handoff" {
			return nil
		}
		all = p.receivers()
	case "route":
		all = p.records("routing.yaml", "tables", "title")
	case "call":
		if path[0] == "procedure" {
			all = append(p.numbers(), choice{Value: flow.CRIP, Label: "la cellule du département (CRIP)"})
			break
		}
		for _, id := range slices.Sorted(maps.Keys(flowsOf(p.d))) {
			all = append(all, choice{Value: id, Label: p.title(id)})
		}
	case "hours", "like":
		all = p.records("hours.yaml", "queues", "title")
	case "network":
		all = p.records("networks.yaml", "networks", "name")
	case "denied", "past", "minor", "adult":
		all = p.records("safety.yaml", "dangers", "title")
	case "coordinator":
		all = p.records("structures.yaml", "structures", "name")
	case "end":
		all = []choice{{Value: "informed", Label: "informée"}, {Value: "handed_over", Label: "passée à une personne"}, {Value: "out_of_scope", Label: "hors du service"}}
	default:
		return nil
	}
	return picked(all, now)
}

// picked marks the present value, and keeps it where nobody knows it.
func picked(all []choice, now string) []choice {
	found := false
	for i := range all {
		all[i].Picked = all[i].Value == now
		found = found || all[i].Picked
	}
	if !found && now != "" {
		all = append([]choice{{Value: now, Label: now + " (n'existe pas)", Picked: true}}, all...)
	}
	return append([]choice{{Label: "—", Picked: now == ""}}, all...)
}

// stepName is a step as it is picked: its id and its first words.
func stepName(id string, step flow.Value) string {
	words := firstWords(stepText(step), 6)
	if words == "" {
		return id
	}
	return id + " – " + words
}

// stepText is what a step says first.
func stepText(step flow.Value) string {
	for _, key := range []string{"ask", "say", "text"} {
		if t := step.TextAt(key); t != "" {
			return t
		}
	}
	return ""
}

func firstWords(text string, n int) string {
	words := strings.Fields(text)
	if len(words) <= n {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:n], " ") + "…"
}

// records are those of a file and of the region's own, by their ids.
func (p picker) records(file, table, name string) []choice {
	var all []choice
	seen := map[string]bool{}
	for _, f := range p.d.Names() {
		if f != file && !(strings.HasPrefix(f, "regions/") && strings.HasSuffix(f, "/"+file)) {
			continue
		}
		v, _ := p.d.At(f, table)
		for i, id := range v.Keys() {
			if seen[id] {
				continue
			}
			seen[id] = true
			all = append(all, choice{Value: id, Label: cmp.Or(v.Items()[i].TextAt(name), id)})
		}
	}
	tellApart(all)
	slices.SortFunc(all, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	return all
}

// tellApart has the ids of those that are called the same stand behind their names.
func tellApart(all []choice) {
	called := map[string]int{}
	for _, c := range all {
		called[c.Label]++
	}
	for i := range all {
		if called[all[i].Label] > 1 {
			all[i].Label += " (" + all[i].Value + ")"
		}
	}
}

func (p picker) title(flowID string) string {
	v, _ := p.d.At(flowsOf(p.d)[flowID], "title")
	return v.Text() + " (" + flowID + ")"
}

// answer is how an answer is called where people read it.
func (p picker) answer(name string) string {
	for _, file := range flowsOf(p.d) {
		if v, is := p.d.At(file, "answers", name, "label"); is {
			return v.Text()
		}
	}
	return name
}
