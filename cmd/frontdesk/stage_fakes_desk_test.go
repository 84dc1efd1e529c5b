package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

// This is the counsellors' side of the fourth depth: what they do in Slack.

// refusals are the answers to what was not done. Only for these may an action go past Slack: what it does
// not offer there and then, or its client does not let through, must be refused behind it as well.
var refusals = []string{"lost", "already", "refused_rights", "refused_load", "refused_consent", "not_owner", "too_late", "too_many_hops", "unknown", "no_contact", "no_mail"}

// acts does in Slack what a counsellor does in the script.
func (s *fakesStage) acts(in bot.Input) error {
	before, err := s.head()
	if err != nil {
		return err
	}
	how := s.inSlack(in)
	s.settled()
	if after, err := s.head(); err != nil || after.Version > before.Version {
		return err // it was done, or refused by the turn: a form says so as well
	}
	return s.pastSlack(in, cmp.Or(how, errors.New("nothing came of it")))
}

// pastSlack brings an action in as a desk would that checks nothing.
func (s *fakesStage) pastSlack(in bot.Input, why error) error {
	s.past++
	switch e := in.Event.(type) {
	case bot.TookBack:
		e.Message = s.wrote[e.Message].id
		in.Event = e
	case bot.Replied:
		if e.Amends != "" {
			e.Amends = s.wrote[e.Amends].id
			in.Event = e
		}
	}
	if err := s.take(in); err != nil {
		return err
	}
	entries, err := s.store.Log(s.t.Context(), s.began.id(), s.read, 1000)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if tell, is := e.Effect.(bot.Tell); is && e.To == bot.ToActor && slices.Contains(refusals, tell.Code) {
			return nil
		}
	}
	return fmt.Errorf("%s: Slack offers nothing for it (%w), and it is not refused", bot.Name(in.Event), why)
}

// inSlack does it as the counsellor's client does.
func (s *fakesStage) inSlack(in bot.Input) error {
	by := member(bot.By(in.Event))
	switch e := in.Event.(type) {
	case bot.Claimed, bot.Accepted:
		return s.clickCard(by, "claim")
	case bot.Replied:
		return s.replies(in.ID, by, e)
	case bot.TookBack:
		return s.takesBack(by, e)
	case bot.Noted:
		card, err := s.card(by)
		if err != nil {
			return err
		}
		_, err = s.slack.Write(by, card.Channel, string(e.Text), card.TS)
		return err
	case bot.Released:
		return s.clickThread(by, "release")
	case bot.Misrouted:
		return s.clickCard(by, "more", "misroute")
	case bot.Refused:
		if err := s.clickCard(by, "refuse"); err != nil {
			return err
		}
		return s.fills(by, "reason", e.Reason, "note", string(e.Note))
	}
	return s.fillsInThread(by, in.Event)
}

// fillsInThread is what has a form that is opened at the head of the owner's thread.
func (s *fakesStage) fillsInThread(by string, event bot.Event) error {
	ticked := map[bool]string{true: "oui"}
	zone := s.script.World.At.Location()
	var action string
	var form []string
	switch e := event.(type) {
	case bot.Transferred:
		action, form = "transfer", []string{"structure", string(e.To), "reason", string(e.Reason), "consent", ticked[e.Consent]}
	case bot.Invited:
		action, form = "invite", []string{"structure", orNobody(e.To), "consent", ticked[e.Consent]}
	case bot.Promise:
		at := e.At.In(zone)
		action, form = "promise", []string{"day", at.Format("2006-01-02"), "hour", at.Format("15:04"), "contact", e.Contact}
	case bot.Finished:
		action, form = "finish", []string{"outcome", e.Outcome, "structure", string(e.To)}
		if !e.Follow.IsZero() {
			form = append(form, "follow", e.Follow.In(zone).Format("2006-01-02"))
		}
	case bot.Procedure:
		action, form = "procedure", []string{"do", e.Do, "note", string(e.Note)}
	default:
		return fmt.Errorf("%s: %w", bot.Name(event), errNotThere)
	}
	if err := s.clickThread(by, action); err != nil {
		return err
	}
	return s.fills(by, form...)
}

func orNobody(to bot.StructureID) string {
	if to == "" {
		return "-"
	}
	return string(to)
}

func (s *fakesStage) replies(id, by string, e bot.Replied) error {
	if e.Amends != "" {
		m := s.wrote[e.Amends]
		return s.slack.Edit(by, m.channel, m.ts, string(e.Text))
	}
	root, err := s.thread(by)
	if err != nil {
		return err
	}
	ts, err := s.slack.Write(by, root.Channel, string(e.Text), root.TS)
	s.wrote[id] = message{root.Channel, ts, "slack:" + root.Channel + ":" + ts}
	return err
}

// takesBack deletes a message. One that has gone can be withdrawn so, too: what asks only for one that is
// still held is not Slack's then.
func (s *fakesStage) takesBack(by string, e bot.TookBack) error {
	m := s.wrote[e.Message]
	now, err := s.head()
	if err != nil {
		return err
	}
	if e.Written.IsZero() && !slices.ContainsFunc(now.Held, func(h bot.Held) bool { return h.Message == m.id }) {
		return fmt.Errorf("a message that is not held any more: %w", errNotThere)
	}
	return s.slack.Delete(by, m.channel, m.ts)
}

// card is the case's newest card that somebody sees.
func (s *fakesStage) card(user string) (slackfake.Message, error) {
	var newest slackfake.Message
	for _, c := range s.slack.Channels(user) {
		if c.With != "" || c.Archived {
			continue
		}
		for _, m := range s.slack.Messages(c.ID) {
			if s.number != "" && m.Bot && strings.Contains(m.Text(), s.number) && strings.Contains(m.Text(), "[") && m.TS > newest.TS {
				newest = m
			}
		}
	}
	if newest.TS == "" {
		return newest, fmt.Errorf("%s sees no card", user)
	}
	return newest, nil
}

// thread is the head of the case's thread in somebody's direct messages.
func (s *fakesStage) thread(user string) (slackfake.Message, error) {
	dm := s.slack.DM(user)
	for _, m := range slices.Backward(s.slack.Messages(dm)) {
		if m.Bot && strings.Contains(m.Text(), s.number) && strings.Contains(m.Text(), "[Terminer…]") {
			return m, nil
		}
	}
	return slackfake.Message{}, fmt.Errorf("%s has no thread", user)
}

func (s *fakesStage) clickCard(user, action string, value ...string) error {
	card, err := s.card(user)
	if err != nil {
		return err
	}
	return s.slack.Click(user, card.Channel, card.TS, action, value...)
}

func (s *fakesStage) clickThread(user, action string) error {
	root, err := s.thread(user)
	if err != nil {
		return err
	}
	return s.slack.Click(user, root.Channel, root.TS, action)
}

// fills fills in the form that somebody has before them, and submits it; what is empty is left empty.
func (s *town) fills(user string, pairs ...string) error {
	s.t.Helper()
	s.until("a form opens for "+user, func() bool { v, open := s.slack.View(user); return open && v.CallbackID != "" })
	v, _ := s.slack.View(user)
	values := map[string]map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values[pairs[i]] = map[string]string{pairs[i]: pairs[i+1]}
		}
	}
	answer, err := s.slack.SubmitView(user, v.ID, values)
	if err == nil && answer.Action == "errors" {
		err = fmt.Errorf("the form says %v", answer.Errors)
	}
	if err != nil {
		_ = s.slack.CloseView(user, v.ID)
	}
	return err
}
