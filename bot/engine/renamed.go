package engine

import (
	"maps"
	"slices"

	"frontdesk/bot/flow"
)

// A conversation keeps the steps and tables of the release that it began with, and what these name may have another
// name in the newest one, or be gone there. What follows finds it all the same.

// cardNamed is the newest state of a card, whatever its name by now; nil for none, and for one that was withdrawn:
// what is no fact any more is not told as one.
func (t *turn) cardNamed(id string) *flow.Card {
	if card, ok := t.live.Bundle.Cards[id]; ok {
		return card
	}
	title := t.p.Bundle.Texts["card."+id+".title"].Text
	for _, name := range slices.Sorted(maps.Keys(t.live.Bundle.Cards)) {
		if title != "" && t.live.Bundle.Texts["card."+name+".title"].Text == title {
			return t.live.Bundle.Cards[name]
		}
	}
	return nil
}

// open asks the newest calendar; closures and exceptional openings are always live.
func (t *turn) open(queue string) bool {
	calendar := t.live.Bundle.Calendar
	if _, known := calendar.Queues[queue]; !known {
		calendar = t.p.Bundle.Calendar
	}
	return calendar.Open(queue, t.now)
}

// network is what a network is called by now: a structure that was of it tells.
func (t *turn) network(id string) string {
	if _, known := t.live.Bundle.Networks[id]; known || id == "" {
		return id
	}
	for _, name := range slices.Sorted(maps.Keys(t.p.Bundle.Structures)) {
		if now, ok := t.live.Bundle.Structures[name]; ok && t.p.Bundle.Structures[name].Network == id {
			return now.Network
		}
	}
	return id
}
