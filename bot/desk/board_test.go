package desk_test

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// cases is a store of one conversation whose log is longer than a page.
type cases struct {
	card   bot.Card
	length int
	broken bool
}

func (c *cases) Cards(context.Context) ([]bot.Card, error) {
	if c.broken {
		return nil, bot.ErrUnavailable
	}
	return []bot.Card{c.card}, nil
}

func (c *cases) Head(_ context.Context, id bot.ConversationID) (bot.Head, error) {
	if id != c.card.Conversation {
		return bot.Head{}, bot.ErrNotFound
	}
	return bot.Head{Session: bot.Session{ID: id, Life: c.card.Life, Dossier: c.card.Dossier,
		Case: bot.Case{Structure: c.card.Structure, Owner: c.card.Owner, Procedure: c.card.Procedure, LeadOnly: c.card.LeadOnly}}}, nil
}

func (c *cases) Log(_ context.Context, _ bot.ConversationID, seq int64, max int) ([]bot.Entry, error) {
	var page []bot.Entry
	for n := seq + 1; n <= int64(c.length) && len(page) < max; n++ {
		page = append(page, bot.Entry{Seq: n, Input: &bot.Input{ID: strconv.FormatInt(n, 10), Leg: bot.Leg{ID: "phone", Peer: "+33261910042"}, Facts: bot.Facts{Code: "736251"}, Event: bot.Said{Text: "x"}}})
	}
	return page, nil
}

func TestBoardKeepsTheWalls(t *testing.T) {
	store := &cases{card: card("a", func(c *bot.Card) { c.Owner, c.Life = "camille", bot.Live }), length: 1203}
	board := &desk.Board{Cases: store, Coded: func(name string) bool { return name == "besoin" }, Briefs: func(s bot.Session) bot.Brief {
		return bot.Brief{Dossier: s.Dossier, Identified: true, Consent: "oui", Answers: []bot.BriefLine{{Name: "besoin", Value: "b"}, {Name: "prenom", Value: "Anna"}}}
	}}
	lead := func(roles ...bot.Role) bot.Counsellor {
		return bot.Counsellor{ID: "someone", Structures: []bot.StructureID{"lead"}, Roles: roles}
	}
	full := bot.Brief{Dossier: "a", Identified: true, Consent: "oui", Answers: []bot.BriefLine{{Name: "besoin", Value: "b"}, {Name: "prenom", Value: "Anna"}}}
	coded := bot.Brief{Dossier: "a", Answers: []bot.BriefLine{{Name: "besoin", Value: "b"}}}
	for name, c := range map[string]struct {
		who   bot.Counsellor
		seen  int
		brief bot.Brief
		err   error
		words int
	}{
		"owner":     {bot.Counsellor{ID: "camille", Structures: []bot.StructureID{"lead"}, Roles: []bot.Role{bot.RoleCounsellor}}, 1, full, nil, 1203},
		"colleague": {lead(bot.RoleCounsellor), 1, coded, nil, 0},
		"lead":      {lead(bot.RoleLead), 1, full, nil, 1203},
		"elsewhere": {bot.Counsellor{ID: "y", Structures: []bot.StructureID{"vannes"}, Roles: []bot.Role{bot.RoleLead}}, 0, bot.Brief{}, bot.ErrNotFound, 0},
		"dialog":    {lead(bot.RoleSupervisor), 0, bot.Brief{}, bot.ErrNotFound, 0},
	} {
		cards, err := board.Waiting(t.Context(), c.who)
		if err != nil || len(cards) != c.seen {
			t.Errorf("%s sees %d cards (%v), want %d", name, len(cards), err, c.seen)
		}
		brief, _, err := board.Brief(t.Context(), c.who, "c-a")
		if !errors.Is(err, c.err) || !reflect.DeepEqual(brief, c.brief) {
			t.Errorf("%s: brief %+v, %v\nwant %+v, %v", name, brief, err, c.brief, c.err)
		}
		words, err := board.Words(t.Context(), c.who, "c-a", 0)
		if len(words) != c.words || c.words == 0 && !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s reads %d entries (%v), want %d", name, len(words), err, c.words)
		}
		for _, e := range words {
			if e.Input.Leg.Peer != "" {
				t.Fatalf("%s is told where the person is reached", name)
			}
			if e.Input.Facts.Code != "" {
				t.Fatalf("%s is told what proves an address", name)
			}
		}
	}
	if _, err := board.Words(t.Context(), lead(bot.RoleLead), "other", 0); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a case that does not exist: %v", err)
	}
	store.broken = true
	if _, err := board.Waiting(t.Context(), lead(bot.RoleLead)); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a store that is down: %v", err)
	}
}

func TestAPersonWhoLeftDuringAProcedureIsTheLeadsAlone(t *testing.T) {
	store := &cases{card: card("a", func(c *bot.Card) { c.Life, c.Procedure, c.LeadOnly = bot.Waiting, "open", true }), length: 3}
	board := &desk.Board{Cases: store, Briefs: func(s bot.Session) bot.Brief { return bot.Brief{Dossier: s.Dossier} }}
	for role, want := range map[bot.Role]error{bot.RoleCounsellor: bot.ErrNotFound, bot.RoleLead: nil} {
		who := bot.Counsellor{ID: "someone", Structures: []bot.StructureID{"lead"}, Roles: []bot.Role{role}}
		if _, _, err := board.Brief(t.Context(), who, "c-a"); !errors.Is(err, want) {
			t.Errorf("brief for a %s: %v, want %v", role, err, want)
		}
		if _, err := board.Words(t.Context(), who, "c-a", 0); !errors.Is(err, want) {
			t.Errorf("words for a %s: %v, want %v", role, err, want)
		}
	}
}
