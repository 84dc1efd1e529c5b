package studio

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// destinationsOf are where a step may lead: in its own flow by what is done there, then the other flows, each from
// its start.
func destinationsOf(d *flow.Draft, own string) []choice {
	flows := flowsOf(d)
	title := func(id string) string {
		v, _ := d.At(flows[id], "title")
		return "« " + v.Text() + " »"
	}
	here, people, ends, calls, away := []choice{}, []choice{}, []choice{}, []choice{}, []choice{}
	steps, _ := d.At(flows[own], "steps")
	for i, id := range steps.Keys() {
		step := steps.Items()[i]
		c := choice{Value: id, Label: stepName(id, step), Group: "Étapes de ce parcours"}
		switch kindOfStep(step) {
		case "handoff":
			c.Group = "Passer à une personne"
			people = append(people, c)
		case "end":
			c.Group = "Finir"
			ends = append(ends, c)
		case "call":
			c.Group, c.Label = "Jouer un autre parcours, puis revenir", id+" – joue "+title(step.TextAt("call"))
			calls = append(calls, c)
		default:
			here = append(here, c)
		}
	}
	ends = append(ends, choice{Value: flow.Return, Label: "revenir au parcours qui a appelé celui-ci", Group: "Finir"})
	for _, id := range slices.Sorted(maps.Keys(flows)) {
		if id != own {
			away = append(away, stepsAway(d, flows[id], id, "Parcours "+title(id))...)
		}
	}
	return slices.Concat(here, people, ends, calls, away)
}

// stepsAway are those of another flow, its start first.
func stepsAway(d *flow.Draft, file, id, group string) []choice {
	root, _ := d.At(file)
	steps, _ := root.At("steps")
	start := root.TextAt("start")
	var all []choice
	for i, step := range steps.Keys() {
		c := choice{Value: id + "." + step, Label: stepName(step, steps.Items()[i]), Group: group}
		switch kind := kindOfStep(steps.Items()[i]); {
		case step == start:
			c.Label = "le début du parcours : " + c.Label
			all = slices.Insert(all, 0, c)
			continue
		case kind == "handoff" || kind == "end":
			c.Label += " (" + kindOf(kind) + ")"
		}
		all = append(all, c)
	}
	return all
}

// steps are the destinations of a flow, with what stands there now.
func (p picker) steps(now string) []choice {
	all := slices.Clone(p.ways)
	if p.ways == nil {
		all = destinationsOf(p.d, p.flow)
	}
	// A step of the flow may be named with its flow, too: what nobody touched stays as it is written.
	if local, own := strings.CutPrefix(now, p.flow+"."); own {
		for i := range all {
			if all[i].Value == local {
				all[i].Value = now
			}
		}
	}
	return all
}

// gotoStep begins a way that leads to a step, among what is done after a word that was not understood.
const gotoStep = "goto:"

// inOrder are the values of a list whose order counts, one after the other, and room for one more; nil for others.
func (p picker) inOrder(path []string, now []string) []orderPlace {
	if path[len(path)-1] != "no_match" {
		return nil
	}
	all := []choice{{Value: "rephrase", Label: "redire la question autrement", Group: "L'accueil"}, {Value: "list", Label: "donner la liste des choix", Group: "L'accueil"},
		{Value: "human", Label: "passer à une personne", Group: "L'accueil"}}
	for _, c := range p.steps("") {
		if path[0] != "reprompt" && c.Value != flow.Return { // of one step alone
			all = append(all, choice{Value: gotoStep + c.Value, Label: "aller à " + c.Label, Group: c.Group})
		}
	}
	var places []orderPlace
	for i, value := range append(slices.Clone(now), "") {
		places = append(places, orderPlace{Index: i, Choices: picked(slices.Clone(all), value)})
	}
	return places
}

// among are the values of a list of which any may be ticked; nil for others.
func (p picker) among(path []string) []choice {
	if path[len(path)-1] != "brief" || p.words == nil {
		return nil
	}
	return slices.DeleteFunc(p.words.questions(), func(c choice) bool { return c.Value == "" || c.Group == others })
}

// receivers are who a conversation may be handed to.
func (p picker) receivers() []choice {
	all := []choice{{Value: "lead", Label: "l'accueil régional", Group: "L'accueil"}}
	for _, name := range p.holding("network") {
		all = append(all, choice{Value: "network:{" + name + "}", Label: "celui de la réponse « " + p.answer(name) + " »", Group: "Un réseau"})
	}
	for _, c := range p.records("networks.yaml", "networks", "name") {
		all = append(all, choice{Value: "network:" + c.Value, Label: c.Label, Group: "Un réseau"})
	}
	for _, c := range p.records("structures.yaml", "structures", "name") {
		c.Group = "Une structure"
		all = append(all, c)
	}
	return all
}

// cards are those that a step may give, and the one that an answer names.
func (p picker) cards() []choice {
	var all []choice
	for _, name := range p.holding("card") {
		all = append(all, choice{Value: "{" + name + "}", Label: "celle de la réponse « " + p.answer(name) + " »", Group: "Trouvée par la table"})
	}
	for _, c := range p.records("cards.yaml", "cards", "title") {
		c.Group = "Cartes"
		all = append(all, c)
	}
	return all
}

// holding are the answers that have a role.
func (p picker) holding(role string) []string {
	var names []string
	flows := flowsOf(p.d)
	for _, id := range slices.Sorted(maps.Keys(flows)) {
		v, _ := p.d.At(flows[id], "answers")
		for i, name := range v.Keys() {
			if v.Items()[i].TextAt("as") == role {
				names = append(names, name)
			}
		}
	}
	return names
}

// mobiles are the answers that are a number which gets SMS.
func (p picker) mobiles() []choice {
	var all []choice
	flows := flowsOf(p.d)
	for _, id := range slices.Sorted(maps.Keys(flows)) {
		v, _ := p.d.At(flows[id], "answers")
		for i, name := range v.Keys() {
			if a := v.Items()[i]; a.TextAt("type") == "mobile" {
				all = append(all, choice{Value: name, Label: cmp.Or(a.TextAt("label"), name)})
			}
		}
	}
	return all
}

// questions are the answers that a question may fill.
func (p picker) questions() []choice {
	words := p.words
	if words == nil {
		words = vocabularyOf(p.d)
	}
	return slices.DeleteFunc(words.questions(), func(c choice) bool { return c.Value == "" || c.Group == others })
}
