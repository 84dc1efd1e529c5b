package engine

import (
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// Letters go to an address only after the person has typed a code that was sent there.
const (
	mailLeg    = "mail"
	proofLife  = 30 * time.Minute
	proofTries = 3
)

// addressAnswer is the answer that holds an e-mail address, or "".
func (p *Program) addressAnswer() string {
	for _, name := range p.Bundle.AnswerOrder {
		if p.Bundle.Answers[name].Type == flow.Email {
			return name
		}
	}
	return ""
}

// proved says whether letters may go to the person.
func (t *turn) proved() bool {
	return t.s.Proof == (bot.Proof{}) && slices.ContainsFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToMail && !l.Left })
}

// recapByMail sends what was agreed to the person's address, once a code that was sent there has come
// back. Who gave no address is asked whether they want it: an answer promised in a page is lost with the
// page. It is false when nothing is asked: where no mail goes out, and where somebody is in danger,
// whose mail others may read.
func (t *turn) recapByMail() bool {
	name := t.p.addressAnswer()
	if t.in.Facts.Code == "" || name == "" || t.s.Case.Danger != "" || t.kind == "voice" || t.proving() {
		return false
	}
	address := bot.Address(t.s.Answers.Get(name))
	i := slices.IndexFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToMail })
	switch {
	case i >= 0 && t.s.Legs[i].Peer == address && t.proved():
		t.recap()
		return false
	case address == "" && t.kind == "sms": // each question costs
		return false
	}
	t.s.Stack = append(slices.Clip(t.s.Stack), t.s.Step)
	if t.s.Step = askMail; address != "" {
		t.prove(address)
	}
	t.engineAgain()
	return true
}

// proving says whether one of the questions about mail is the present step.
func (t *turn) proving() bool { return t.s.Step == askMail || t.s.Step == askProof }

// prove sends a code to an address and makes it the question. Another address is another leg: a letter
// that still waits for its server must not go to somebody else.
func (t *turn) prove(address bot.Address) {
	id := mailLeg
	if slices.ContainsFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToMail && l.Peer != address }) {
		id += "-" + itoa(int(t.s.Version))
	}
	t.s.Legs = append(t.withoutMail(), bot.Leg{ID: id, Channel: "mail", Peer: address, For: bot.ToMail, Push: true})
	t.s.Proof = bot.Proof{}
	t.s.Step = askProof
	t.sendProof()
}

// typedAddress takes an e-mail address as the answer to whether one wants a letter.
func (t *turn) typedAddress(u hear.Utterance) (handled bool) {
	address, ok := hear.Email(u)
	if !ok {
		return false
	}
	t.trace.Class = "engine:mail"
	t.s.Answers = t.s.Answers.With(t.p.addressAnswer(), address)
	t.prove(bot.Address(address))
	t.engineAgain()
	return true
}

func (t *turn) withoutMail() []bot.Leg {
	return slices.DeleteFunc(slices.Clone(t.s.Legs), func(l bot.Leg) bool { return l.For == bot.ToMail })
}

func (t *turn) sendProof() {
	t.s.Proof.Code, t.s.Proof.Until = t.in.Facts.Code, t.now.Add(proofLife)
	t.emit(bot.ToMail, bot.Write{Kind: "code", Text: t.text("engine.mail.code")})
}

// typedProof takes six digits as the answer to « quel code ? », whatever stands around them.
func (t *turn) typedProof(words string) (handled bool) {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, words)
	if len(digits) != 6 {
		return false
	}
	t.trace.Class = "engine:proof"
	if digits == t.s.Proof.Code && t.now.Before(t.s.Proof.Until) {
		t.s.Proof = bot.Proof{}
		t.say("engine.mail.proved")
		t.recap()
		t.afterProof()
		return true
	}
	t.tryProof("engine.mail.wrong")
	return true
}

// tryProof counts a code that was wrong or did not come, and asks again, or goes on without mail.
func (t *turn) tryProof(id string) {
	if t.s.Proof.Tries++; t.s.Proof.Tries >= proofTries {
		t.withoutLetter()
		return
	}
	t.say(id)
	t.engineAgain()
}

// withoutLetter goes on without an address: the answer comes by the way the person is here.
func (t *turn) withoutLetter() {
	if t.s.Step == askProof {
		t.noMail()
	}
	t.afterProof()
}

// noMail forgets an address that letters cannot go to.
func (t *turn) noMail() {
	t.s.Legs, t.s.Proof = t.withoutMail(), bot.Proof{}
	if t.s.Case.Contact == "mail" {
		t.s.Case.Contact = t.sameWay()
	}
	if name := t.p.addressAnswer(); name != "" { // nobody writes to an address that may be a stranger's
		t.s.Answers = t.s.Answers.Without(name)
	}
	t.tellOwner(codeNoMail)
	t.say("engine.mail.none")
}

// stopLetters has nothing more go by mail, once somebody was heard to be in danger: whom they are in danger
// of may read it. The person is told nothing, and answered where they write.
func (t *turn) stopLetters() {
	t.s.Legs = t.withoutText()
	kept := t.withoutMail()
	if len(kept) == len(t.s.Legs) && t.s.Case.Contact != "mail" {
		return
	}
	t.s.Legs, t.s.Proof = kept, bot.Proof{}
	if t.s.Case.Contact == "mail" {
		t.s.Case.Contact = t.sameWay()
	}
	if name := t.p.as.contact; t.s.Answers.Get(name) == "mail" { // a case that is opened next follows it
		t.s.Answers = t.s.Answers.With(name, t.sameWay())
	}
	if t.proving() {
		t.resume()
	}
	t.tellOwner(codeNoLetters)
}

// afterProof goes on where the hand-off had stood.
func (t *turn) afterProof() {
	if !t.proving() {
		return
	}
	t.resume()
	if t.s.Case.Owner == "" { // nobody has taken the case meanwhile
		t.advance(Class{Kind: After})
	}
}

// recap writes what was agreed, and a way back, to who left the page. Who was heard to be in danger since
// they gave their address gets none: others may read their mail.
func (t *turn) recap() {
	if t.s.Case.Danger != "" {
		return
	}
	id := "engine.mail.recap"
	if t.s.Answers.Get(t.p.as.need) == "" { // a person who asked for a human at once has said no need
		id = "engine.mail.recap.bare"
	}
	t.write("recap", t.text(id), time.Time{})
}

// write sends a letter, if the person has proved that the address is theirs.
func (t *turn) write(kind, text string, at time.Time) {
	if t.proved() {
		t.emit(bot.ToMail, bot.Write{Kind: kind, Text: text, Dossier: t.s.Dossier, At: at})
	}
}

// writeAnswer sends a counsellor's messages that go at the same time as one letter, where the person
// is to be answered so.
func (t *turn) writeAnswer(spoken []string) {
	if len(spoken) == 0 || t.s.Case.Contact != "mail" {
		return
	}
	t.letter = strings.Join(spoken, "\n\n")
	t.write("answer", t.text("engine.mail.answer"), time.Time{})
	t.letter = ""
}
