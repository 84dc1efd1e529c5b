package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot"
)

// This is the person's side of the fourth depth: what they do on Telegram, and what they see there.

func (s *fakesStage) writes(in bot.Input) error {
	s.person.Unblock()
	switch e := in.Event.(type) {
	case bot.Arrived:
		s.person.Start(e.Entry)
	case bot.Said:
		if e.Amends != "" {
			return s.person.Edit(s.sent[e.Amends], string(e.Text))
		}
		s.sent[in.ID] = s.person.Write(string(e.Text))
	case bot.Chose:
		return s.presses(e)
	case bot.GaveContact:
		if !e.Own {
			s.person.SendContactOf("Quelqu'un", string(e.Phone), 0)
			return nil
		}
		s.person.Phone = string(e.Phone)
		s.person.SendContact()
	case bot.Enclosed:
		return s.encloses(e.Kind)
	default:
		return fmt.Errorf("%s: %w", bot.Name(in.Event), errNotThere)
	}
	return nil
}

// presses presses a button, be it one that has been frozen since.
func (s *fakesStage) presses(e bot.Chose) error {
	data := string(e.Ask) + "." + e.Option
	if len(data) > 64 {
		sum := sha256.Sum256([]byte(data))
		data = "~" + hex.EncodeToString(sum[:16])
	}
	on, shown := s.spots[data]
	if !shown {
		return fmt.Errorf("no button was ever shown for %s", data)
	}
	_, err := s.person.PressOn(on, data)
	return err
}

func (s *fakesStage) encloses(kind string) error {
	switch kind {
	case "file":
		s.person.SendFile("lettre.pdf", "application/pdf", "", 1000)
	case "photo":
		s.person.SendPhoto("", "")
	case "voice":
		s.person.SendVoice(7)
	case "sticker":
		s.person.SendSticker()
	case "place":
		s.person.SendLocation(48.1, -1.7)
	default:
		return fmt.Errorf("a file of the kind %s: %w", kind, errNotThere)
	}
	return nil
}

// An owed message is one that the log says was said to the person.
type owed struct {
	id   string // of a counsellor's message
	text string
	gone bool // withdrawn, or forgotten
}

// owe notes what entries owe the person, and that the owner's thread shows what was passed on.
func (s *fakesStage) owe(entries []bot.Entry) {
	s.t.Helper()
	leg := s.leg()
	for _, m := range s.tg.Shown(s.person.ID) {
		for _, row := range m.Rows {
			for _, b := range row {
				s.spots[b.Data] = m.ID
			}
		}
	}
	for _, e := range entries {
		switch f := e.Effect.(type) {
		case bot.Say:
			if leg.Gets(e.Seq) {
				s.owed = append(s.owed, owed{text: strings.TrimSpace(f.Text)})
			}
		case bot.Speak:
			s.oweSpoken(f, leg.Gets(e.Seq))
		case bot.Withdraw:
			s.withdraw(f.Message)
		case bot.Forget:
			if f.Leg == "telegram" {
				for i := range s.owed {
					s.owed[i].gone = true
				}
			}
		case bot.Pass:
			s.passedOn(string(f.Text))
		}
	}
}

func (s *fakesStage) oweSpoken(f bot.Speak, gets bool) {
	text := f.Name + ", " + f.From + " : " + string(f.Text)
	i := slices.IndexFunc(s.owed, func(o owed) bool { return o.id == f.Message && !o.gone })
	switch {
	case !gets:
	case f.Amends && i >= 0:
		s.owed[i].text = text
	case f.Amends:
		s.owed = append(s.owed, owed{id: f.Message, text: "Correction : " + text})
	default:
		s.owed = append(s.owed, owed{id: f.Message, text: text})
	}
}

func (s *fakesStage) withdraw(message string) {
	for i := range s.owed {
		if s.owed[i].id == message {
			s.owed[i].gone = true
		}
	}
}

// leg is the person's as the session has it.
func (s *fakesStage) leg() bot.Leg {
	head, err := s.store.Head(s.t.Context(), s.began.id())
	if err != nil {
		return bot.Leg{}
	}
	for _, l := range head.Session.Legs {
		if l.ID == "telegram" {
			return l
		}
	}
	return bot.Leg{}
}

// passedOn wants a text in the thread of whoever owns the conversation.
func (s *fakesStage) passedOn(text string) {
	s.t.Helper()
	head, err := s.store.Head(s.t.Context(), s.began.id())
	if err != nil || head.Session.Case.Owner == "" {
		return // it was given back since, or its words are erased
	}
	owner := member(head.Session.Case.Owner)
	dm := s.slack.DM(owner)
	for _, root := range s.slack.Messages(dm) {
		for _, m := range s.slack.Thread(dm, root.TS)[1:] {
			if m.Bot && strings.Contains(flat(m.Text()), flat(text)) {
				return
			}
		}
	}
	s.t.Errorf("%q was passed on, and stands in no thread of %s\n%s", text, owner, s.picture())
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// check wants that the person sees what the log says was said, in that order and nothing besides.
func (s *fakesStage) check() {
	s.t.Helper()
	s.settled()
	var seen []string
	for _, m := range s.tg.Shown(s.person.ID) {
		if m.Bot && !m.Deleted && !strings.HasPrefix(m.Text, "Choisissez une réponse, ou écrivez-la :") && !strings.HasPrefix(m.Text, "Choose an answer, or write it:") {
			seen = append(seen, m.Text)
		}
	}
	owed := slices.DeleteFunc(slices.Clone(s.owed), func(o owed) bool { return o.gone || o.text == "" })
	for i := 0; i < max(len(seen), len(owed)); i++ {
		switch {
		case i >= len(seen):
			s.t.Errorf("the person does not see %q", owed[i].text)
		case i >= len(owed):
			s.t.Errorf("the person sees %q, which nobody said", seen[i])
		case !strings.HasPrefix(flat(seen[i]), flat(owed[i].text)):
			s.t.Fatalf("message %d of the person is %q; the log says %q", i+1, seen[i], owed[i].text)
		}
	}
	if markups := s.slack.Markups(); len(markups) > 0 {
		s.t.Errorf("live markup in Slack: %v", markups)
	}
	if n := s.slack.Unacked(); n > 0 {
		s.t.Errorf("%d envelopes were not acknowledged in time", n)
	}
}
