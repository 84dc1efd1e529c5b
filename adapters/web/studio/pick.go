package studio

import (
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

	marks map[string][]fault // what is wrong in the form, by input
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
	case "then", "else", "closed", "unstaffed", "timeout", "start":
		all = p.steps()
	case "card":
		all = p.records("cards.yaml", "cards", "title")
	case "route":
		all = p.records("routing.yaml", "tables", "")
	case "call":
		if path[0] == "procedure" {
			all = append(p.numbers(), choice{Value: flow.CRIP, Label: "la cellule du département (CRIP)"})
			break
		}
		for _, id := range slices.Sorted(maps.Keys(flowsOf(p.d))) {
			all = append(all, choice{Value: id, Label: p.title(id)})
		}
	case "hours", "like":
		all = p.records("hours.yaml", "queues", "")
	case "network":
		all = p.records("networks.yaml", "networks", "name")
	case "denied", "past", "minor", "adult":
		all = p.records("safety.yaml", "dangers", "")
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

// steps are the destinations of a flow: its own steps first, then how a called flow ends.
func (p picker) steps() []choice {
	file := flowsOf(p.d)[p.flow]
	v, _ := p.d.At(file, "steps")
	var all []choice
	for i, id := range v.Keys() {
		all = append(all, choice{Value: id, Label: stepName(id, v.Items()[i]), Group: "Étapes"})
	}
	return append(all, choice{Value: flow.Return, Label: "revenir au parcours qui a appelé", Group: "Fin"})
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
			label := id
			if name != "" {
				label = v.Items()[i].TextAt(name) + " (" + id + ")"
			}
			all = append(all, choice{Value: id, Label: label})
		}
	}
	slices.SortFunc(all, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	return all
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
