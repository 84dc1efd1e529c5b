package main

import (
	"slices"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// stepsByPhone are the steps that a call can come to, as far as the channel decides, in the order of the
// flows. A step too many costs a recording that nobody hears; one too few is spoken by an engine.
func stepsByPhone(p *engine.Program) []string {
	b := p.Bundle
	reached := map[string]bool{}
	todo := []string{b.Flows[b.Start].Start, p.Human()}
	for _, i := range b.Interrupts {
		if i.Key != "" {
			todo = append(todo, i.Then)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		st := b.Steps[id]
		if st == nil || reached[id] {
			continue
		}
		reached[id] = true
		todo = append(todo, exitsByPhone(b, st)...)
	}
	var all []string
	for _, id := range flowsInOrder(b) {
		for _, step := range b.Flows[id].Order {
			if reached[step] {
				all = append(all, step)
			}
		}
	}
	return all
}

// flowsInOrder are the ids of the flows: the first one, then the others by name.
func flowsInOrder(b *flow.Bundle) []string {
	var others []string
	for id := range b.Flows {
		if id != b.Start {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	return append([]string{b.Start}, others...)
}

func exitsByPhone(b *flow.Bundle, st *flow.Step) []string {
	switch st.Kind {
	case flow.Call:
		return []string{b.Flows[st.Call].Start, st.Then}
	case flow.If:
		var all []string
		for _, c := range st.Cases {
			if !byPhone(c.When) {
				continue
			}
			all = append(all, c.Then)
			if onlyChannel(c.When) { // true on every call: nothing behind it is reached
				return all
			}
		}
		return append(all, st.Else)
	}
	return st.Exits()
}

// byPhone says whether a condition can be true on a call.
func byPhone(when flow.Condition) bool {
	for _, cell := range when {
		if cell.Answer == "channel" && !cell.Match("voice") {
			return false
		}
	}
	return true
}

func onlyChannel(when flow.Condition) bool {
	for _, cell := range when {
		if cell.Answer != "channel" && !cell.Any {
			return false
		}
	}
	return true
}

// cardsByPhone are the cards that those steps can give, in order of the tables' rows.
func cardsByPhone(b *flow.Bundle, steps []string) []string {
	var all []string
	add := func(id string) {
		if b.Cards[id] != nil && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	card := b.As(flow.AsCard)
	for _, id := range steps {
		st := b.Steps[id]
		add(st.Card)
		table := b.Tables[st.Table]
		if st.Kind != flow.Route || table == nil {
			continue
		}
		at := slices.Index(table.Sets, card)
		for _, row := range table.Rows {
			if at >= 0 && byPhone(row.When) {
				add(row.Values[at])
			}
		}
	}
	return all
}
