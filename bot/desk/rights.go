package desk

import (
	"errors"
	"slices"

	"frontdesk/bot"
)

// A Verb is what a counsellor does to a case. The set is closed.
type Verb string

// The verbs.
const (
	See       Verb = "see"       // the card: codes only
	Read      Verb = "read"      // the conversation's words and the whole brief
	Claim     Verb = "claim"     // « Prendre »
	Reply     Verb = "reply"     // write to the person
	TakeBack  Verb = "takeback"  // withdraw a message that has not left
	Note      Verb = "note"      // for colleagues only
	Release   Verb = "release"   // give back to the queue
	Transfer  Verb = "transfer"  // hand to another structure
	Invite    Verb = "invite"    // a partner beside the lead
	Misroute  Verb = "misroute"  // the case should have gone elsewhere
	Redact    Verb = "redact"    // take words out of the log
	Accept    Verb = "accept"    // a mise en relation
	Refuse    Verb = "refuse"    // a mise en relation; back to the lead
	Promise   Verb = "promise"   // a dated answer
	Finish    Verb = "finish"    // close with an outcome
	Procedure Verb = "procedure" // Procédure danger
)

// Why a counsellor may not. A tool shows ErrWall exactly as it shows a case that does not exist.
var (
	ErrWall     = errors.New("no such case for this counsellor")
	ErrRole     = errors.New("this counsellor's role does not allow it")
	ErrNotOwner = errors.New("somebody else owns the case")
	ErrState    = errors.New("the case is not in a state that allows it")
)

// May answers nil when c may do verb to the case that card shows. A wall stands between structures:
// a case is seen by its owner, by the counsellors of the structure that leads it, and by those of a
// partner who was invited, who read and note; by nobody else. Who wins a claim is not decided here: two
// counsellors may claim, the turn has one winner.
func May(c bot.Counsellor, card bot.Card, verb Verb) error {
	if !sees(c, card) {
		return ErrWall
	}
	owns := card.Owner != "" && card.Owner == c.ID
	if guest(c, card) && !owns {
		if verb == See || verb == Read || verb == Note {
			return nil
		}
		return ErrNotOwner
	}
	switch verb {
	case See, Claim, Misroute:
		return nil
	case Reply, TakeBack, Promise, Finish, Transfer:
		if !owns {
			return ErrNotOwner
		}
		return nil
	case Read, Note, Procedure, Release, Invite, Redact: // a lead may give back what a colleague left lying
		if !owns && !Leads(c, card.Structure) {
			return ErrNotOwner
		}
		return nil
	case Accept, Refuse:
		if card.Life != bot.Referred {
			return ErrState
		}
		return nil
	}
	return ErrRole
}

// Leads says whether c is a lead of the structure.
func Leads(c bot.Counsellor, s bot.StructureID) bool {
	return slices.Contains(c.Roles, bot.RoleLead) && slices.Contains(c.Structures, s)
}

// Works says whether c takes cases at all: a supervisor who is nothing else writes the dialog, and
// reads nobody's case.
func Works(c bot.Counsellor) bool {
	return slices.Contains(c.Roles, bot.RoleCounsellor) || slices.Contains(c.Roles, bot.RoleLead)
}

// sees is the wall. What a person tells the bot is nobody's case yet. When they had everything erased
// while a Procédure danger is open, the case has only the lead left.
func sees(c bot.Counsellor, card bot.Card) bool {
	switch {
	case !Works(c) || card.Life == bot.Talking:
		return false
	case card.Life == bot.Erased:
		return false
	case card.LeadOnly:
		return Leads(c, card.Structure)
	}
	return card.Owner != "" && card.Owner == c.ID || slices.Contains(c.Structures, card.Structure) || guest(c, card)
}

// guest says whether c sees the case only because their structure was invited beside the lead.
func guest(c bot.Counsellor, card bot.Card) bool {
	return card.Beside != "" && slices.Contains(c.Structures, card.Beside) && !slices.Contains(c.Structures, card.Structure)
}

// Seen keeps the cards that c may see.
func Seen(c bot.Counsellor, cards []bot.Card) []bot.Card {
	return slices.DeleteFunc(slices.Clone(cards), func(card bot.Card) bool { return May(c, card, See) != nil })
}
