// Package desk is the counsellor's side whatever the tool: what is next, what an outcome is, who may
// do what to which case. It draws no screen, sends nothing and keeps nothing.
package desk

import (
	"cmp"
	"slices"
	"time"

	"frontdesk/bot"
)

// Order returns the cases as a list shows them: urgent first, then by next deadline, then by how
// long they have been waiting. A case without a deadline comes after those that have one.
func Order(cards []bot.Card) []bot.Card {
	sorted := slices.Clone(cards)
	slices.SortStableFunc(sorted, before)
	return sorted
}

func before(a, b bot.Card) int {
	return cmp.Or(
		first(a.Urgent, b.Urgent),
		first(!a.Due.IsZero(), !b.Due.IsZero()),
		a.Due.Compare(b.Due),
		a.Since.Compare(b.Since),
		cmp.Compare(a.Dossier, b.Dossier),
	)
}

// first puts what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Next is the case that « Prendre la suivante » gives to c at now: the first of Order that nobody
// owns and that c may take. Among those whose deadline has passed, somebody who is still waiting for
// a person comes before an answer that is late already.
func Next(cards []bot.Card, c bot.Counsellor, now time.Time) (bot.Card, bool) {
	free := slices.DeleteFunc(slices.Clone(cards), func(card bot.Card) bool {
		return !Free(card) || May(c, card, taking(card)) != nil
	})
	if len(free) == 0 {
		return bot.Card{}, false
	}
	return slices.MinFunc(free, func(a, b bot.Card) int {
		if Late(a, now) && Late(b, now) {
			return cmp.Or(first(a.Urgent, b.Urgent), first(a.Life == bot.Waiting, b.Life == bot.Waiting), before(a, b))
		}
		return before(a, b)
	}), true
}

// Free says whether a case waits for somebody to take it.
func Free(card bot.Card) bool {
	return card.Owner == "" && (card.Life == bot.Waiting || card.Life == bot.Referred || card.Life == bot.Promised)
}

// Late says whether what was promised should have been done before now.
func Late(card bot.Card, now time.Time) bool {
	return !card.Due.IsZero() && card.Due.Before(now)
}

// taking is the verb by which a free case becomes somebody's.
func taking(card bot.Card) Verb {
	if card.Life == bot.Referred {
		return Accept
	}
	return Claim
}

// Queues are the names of the queues that have a case in the list, sorted.
func Queues(cards []bot.Card) []bot.QueueName {
	names := make([]bot.QueueName, 0, len(cards))
	for _, card := range cards {
		if card.Queue != "" {
			names = append(names, card.Queue)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
