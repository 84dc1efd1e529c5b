package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// mail are dead letters, sessions to which they belong, and a relay that sends.
type mail struct {
	letters  []bot.DeadLetter
	sessions map[bot.ConversationID]bot.Session
	asleep   error
	sent     []string
}

func (m *mail) DeadLetters(context.Context) ([]bot.DeadLetter, error) {
	return slices.Clone(m.letters), m.asleep
}

func (m *mail) DeadLetter(_ context.Context, id string) (bot.DeadLetter, error) {
	for _, l := range m.letters {
		if l.ID == id {
			return l, m.asleep
		}
	}
	return bot.DeadLetter{}, bot.ErrNotFound
}

func (m *mail) Settle(_ context.Context, id string) error {
	m.letters = slices.DeleteFunc(m.letters, func(l bot.DeadLetter) bool { return l.ID == id })
	return nil
}

func (m *mail) Head(_ context.Context, id bot.ConversationID) (bot.Head, error) {
	return bot.Head{Session: m.sessions[id]}, m.asleep
}

func (m *mail) send(_ context.Context, id string) error {
	m.sent = append(m.sent, id)
	return nil
}

func TestMessagesThatWereNotDeliveredHaveWalls(t *testing.T) {
	telegram := []bot.Leg{{ID: "t", Channel: "telegram", Peer: "4711", For: bot.ToCitizen}}
	m := &mail{sessions: map[bot.ConversationID]bot.Session{
		"lead":     {ID: "lead", Dossier: "L", Life: bot.Live, Legs: telegram, Case: bot.Case{Structure: "lead"}},
		"talking":  {ID: "talking", Dossier: "T", Life: bot.Talking, Legs: telegram},
		"vannes":   {ID: "vannes", Dossier: "V", Life: bot.Referred, Legs: telegram, Case: bot.Case{Structure: "vannes"}},
		"erased":   {ID: "erased", Dossier: "E", Life: bot.Erased, Legs: telegram},
		"departed": {ID: "departed", Dossier: "D", Life: bot.Live, Legs: telegram, Case: bot.Case{Structure: "lead", LeadOnly: true}},
	}}
	for _, id := range []bot.ConversationID{"lead", "talking", "vannes", "erased", "departed", "expired"} {
		m.letters = append(m.letters, bot.DeadLetter{ID: "of " + string(id), Conversation: id, Leg: "t", Seq: 2, Why: "undeliverable"})
	}
	m.letters = append(m.letters, bot.DeadLetter{ID: "poison", Conversation: "lead", Seq: 3, Why: "poison"})
	letters := &desk.Letters{Dead: m, Heads: m, Send: m.send, Lead: func() bot.StructureID { return "lead" }}
	one := func(role bot.Role, structure bot.StructureID) bot.Counsellor {
		return bot.Counsellor{ID: "x", Roles: []bot.Role{role}, Structures: []bot.StructureID{structure}}
	}
	for _, c := range []struct {
		who  bot.Counsellor
		want []string // dossier, channel, whether it opens, whether it can be sent again
	}{
		{one(bot.RoleLead, "lead"), []string{"L telegram true true", "T telegram false true", "  false false", "L  true false"}},
		{one(bot.RoleSupervisor, "lead"), []string{"L telegram false true", "T telegram false true", "  false false", "L  false false"}},
		{one(bot.RoleLead, "vannes"), []string{"V telegram true true"}},
		{one(bot.RoleSupervisor, "vannes"), []string{"V telegram false true"}},
		{one(bot.RoleCounsellor, "lead"), nil},
		{one(bot.RoleLead, "brest"), nil},
		{bot.Counsellor{}, nil},
	} {
		all, err := letters.List(t.Context(), c.who)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range all {
			got = append(got, fmt.Sprintf("%s %s %v %v", l.Dossier, l.Channel, l.Opens, l.Sends))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v of %v: %q, want %q", c.who.Roles, c.who.Structures, got, c.want)
		}
		// What they do not see, they cannot touch.
		for _, d := range slices.Clone(m.letters) {
			shown := slices.ContainsFunc(all, func(l desk.Letter) bool { return l.ID == d.ID })
			if _, err := letters.Resend(t.Context(), c.who, d.ID); errors.Is(err, bot.ErrNotFound) == shown {
				t.Errorf("%v sends %q again: %v", c.who.Roles, d.ID, err)
			}
			if !shown {
				if _, err := letters.Settle(t.Context(), c.who, d.ID); !errors.Is(err, bot.ErrNotFound) {
					t.Errorf("%v settles %q: %v", c.who.Roles, d.ID, err)
				}
			}
		}
	}
	if slices.Contains(m.sent, "poison") || slices.Contains(m.sent, "of erased") || slices.Contains(m.sent, "of expired") {
		t.Errorf("sent again: %v", m.sent)
	}
	if _, err := letters.Settle(t.Context(), one(bot.RoleLead, "lead"), "poison"); err != nil || len(m.letters) != 5 {
		t.Errorf("settled: %v, %d left", err, len(m.letters))
	}
	if slices.ContainsFunc(m.letters, func(l bot.DeadLetter) bool { return l.Conversation == "erased" }) {
		t.Error("a letter of who had everything erased is kept")
	}
	m.asleep = bot.ErrUnavailable
	if _, err := letters.List(t.Context(), one(bot.RoleLead, "lead")); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("while the store sleeps: %v", err)
	}
}
