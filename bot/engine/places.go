package engine

import (
	"slices"

	"frontdesk/bot"
)

// This file knows where a conversation is carried to besides the person: its owner's own place (a
// thread in Slack) and the desks that show its card.

// ownerPlace is the leg that the owner's side is carried to, where it does not follow the log itself.
func (t *turn) ownerPlace() (bot.Leg, bool) {
	i := slices.IndexFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToOwner && l.Push && !l.Left })
	if i < 0 {
		return bot.Leg{}, false
	}
	return t.s.Legs[i], true
}

// giveTo makes a leg the owner's place, the zero leg nobody's. A place that things are carried to still
// gets what this turn says.
func (t *turn) giveTo(leg bot.Leg) {
	kept := make([]bot.Leg, 0, len(t.s.Legs)+1)
	for _, l := range t.s.Legs {
		switch {
		case l.For != bot.ToOwner:
		case !l.Push || l.ID == leg.ID:
			continue
		case !l.Left:
			l.Left = true
			t.cut = append(t.cut, l.ID)
		}
		kept = append(kept, l)
	}
	if leg.ID != "" {
		kept = append(kept, leg)
	}
	t.s.Legs = kept
}

// mirror tells the owner in their own place what became of what they did: whoever acted there may not
// be waiting for the answer any more. message is the input it is about.
func (t *turn) mirror(code, message string) {
	if _, there := t.ownerPlace(); there && t.s.Case.Owner == t.in.Facts.Actor.ID {
		t.emit(bot.ToOwner, bot.Tell{To: t.s.Case.Owner, Code: code, At: t.now, Message: message})
	}
}

// tellAbsentOwner tells the owner in their own place what somebody else, or nobody, did with their case.
func (t *turn) tellAbsentOwner(code string) {
	if _, there := t.ownerPlace(); there && t.s.Case.Owner != "" && t.s.Case.Owner != t.in.Facts.Actor.ID {
		t.emit(bot.ToOwner, bot.Tell{To: t.s.Case.Owner, Code: code, At: t.now})
	}
}

// joinDesks gives the conversation a leg to each desk that cards are carried to.
func (t *turn) joinDesks() {
	for _, name := range t.in.Facts.Desks {
		if !slices.ContainsFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToDesk && l.Channel == name }) {
			t.s.Legs = append(slices.Clip(t.s.Legs), bot.Leg{ID: string(name), Channel: name, For: bot.ToDesk, Push: true})
		}
	}
}

// undelivered notes that a leg cannot be reached, unless the person only wants no such message. A counsellor
// who waits for the person is told; a case whose owner cannot be reached is anybody's again. A desk's card is
// tried again with its next change.
func (t *turn) undelivered(ev bot.Undelivered) {
	t.trace.Class = "undelivered"
	if t.in.Leg.ID != "" { // the platform itself said so, of this address
		ev.Leg = t.in.Leg.ID
	}
	i := slices.IndexFunc(t.s.Legs, func(l bot.Leg) bool { return l.ID == ev.Leg })
	if i < 0 {
		t.tellOwnerOf(codeUndelivered, ev.Message)
		return
	}
	switch t.s.Legs[i].For {
	case bot.ToDesk:
		return
	case bot.ToMail:
		t.noMail()
		t.afterProof()
		return
	case bot.ToText:
		t.noText()
		return
	case bot.ToOwner:
		if !t.s.Legs[i].Left && t.s.Case.Owner != "" {
			t.release()
		}
		return
	}
	t.tellOwnerOf(codeUndelivered, ev.Message)
	if ev.Reason == bot.Unwanted {
		return
	}
	t.s.Legs = slices.Clone(t.s.Legs)
	t.s.Legs[i].Left = true
}

// delivered is the receipt for a counsellor's message.
func (t *turn) delivered(ev bot.Delivered) {
	t.trace.Class = "delivered"
	if _, there := t.ownerPlace(); there {
		t.tellOwnerOf(codeDelivered, ev.Message)
	}
}

// letGoCode is what the owner's place is told of a message at the moment it goes: "" where a platform's
// receipt will say more, that it is there where the person's legs follow the log by themselves, and that it
// is not where nobody is left to get it.
func (t *turn) letGoCode() string {
	code := codeUndelivered
	for _, l := range t.s.Legs {
		switch {
		case l.For != bot.ToCitizen || l.Left:
		case l.Push:
			return ""
		default:
			code = codeDelivered
		}
	}
	return code
}

// circulated says the one answer that a group of waiting people is given. Nothing else changes: they keep their
// place, and who has their answer may leave. Nobody hears it who has a counsellor by now, or is in danger.
func (t *turn) circulated(ev bot.Circulated) {
	t.trace.Class = "circulated"
	if t.s.Life != bot.Waiting && t.s.Life != bot.Promised || t.s.Case.Owner != "" || t.s.Case.Danger != "" {
		return
	}
	theirs := t.s.Language
	if t.letter = ev.Text[theirs]; t.letter == "" {
		t.s.Language = t.live.Bundle.Source
		t.letter = ev.Text[t.s.Language]
	}
	t.say("engine.circular")
	t.letter, t.s.Language = "", theirs
}

// Circular is what a person is told of such an answer, in the bundle's own language, on a kind of channel:
// chat, sms or voice.
func (p *Program) Circular(kind, text string) string {
	return p.texts[textKey{p.Bundle.Source, kind, "engine.circular"}].render(func(string) string { return text })
}

// deskAway: the counsellors' tool has not worked for long. Who waits is told, and offered another way.
func (t *turn) deskAway() {
	t.trace.Class = "desk_away"
	if t.s.Life != bot.Waiting || t.s.Case.Owner != "" || !t.open(t.structure(t.s.Answers).Hours) {
		return
	}
	t.say("engine.desk.away")
	if st, ok := t.p.steps[t.p.human]; ok && !t.s.Asking && !t.urgent() {
		t.offerAnotherWay(st)
	}
}
