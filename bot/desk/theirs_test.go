package desk_test

import (
	"context"
	"slices"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// handed is a store of one conversation that its structures handed to each other.
type handed struct {
	structure bot.StructureID
	log       []bot.Entry
}

func (h handed) Cards(context.Context) ([]bot.Card, error) { return nil, nil }

func (h handed) Head(context.Context, bot.ConversationID) (bot.Head, error) {
	return bot.Head{Session: bot.Session{ID: "c", Life: bot.Live, Case: bot.Case{Structure: h.structure, Owner: "yann"}}}, nil
}

func (h handed) Log(_ context.Context, _ bot.ConversationID, seq int64, _ int) ([]bot.Entry, error) {
	return slices.DeleteFunc(slices.Clone(h.log), func(e bot.Entry) bool { return e.Seq <= seq }), nil
}

// A partner reads what was written since the case came to it; the regional desk reads all of it.
func TestAPartnerReadsNothingOfBeforeItHadTheCase(t *testing.T) {
	posted := func(seq int64, structure bot.StructureID, life bot.Life) bot.Entry {
		return bot.Entry{Seq: seq, Effect: bot.Post{Card: bot.Card{Structure: structure, Life: life}}}
	}
	happened := func(seq int64, event bot.Event) bot.Entry {
		return bot.Entry{Seq: seq, Input: &bot.Input{Event: event}}
	}
	log := []bot.Entry{
		happened(1, bot.Said{Text: "au robot"}), posted(2, "lead", bot.Waiting), happened(3, bot.Said{Text: "à la Région"}),
		happened(4, bot.Transferred{By: "anna", Reason: "votre secteur"}), posted(5, "vannes", bot.Referred), happened(6, bot.Said{Text: "à la mission locale"}),
	}
	closed := append(slices.Clone(log), happened(7, bot.Finished{}), posted(8, "vannes", bot.Closed))
	for name, x := range map[string]struct {
		structure bot.StructureID
		log       []bot.Entry
		after     int64
		want      []int64
	}{
		"the partner":           {"vannes", log, 0, []int64{4, 5, 6}},
		"the partner, later":    {"vannes", log, 5, []int64{6}},
		"the partner, closed":   {"vannes", closed, 0, []int64{4, 5, 6, 7, 8}},
		"another case":          {"vannes", append(closed, happened(9, bot.Said{}), posted(10, "vannes", bot.Referred)), 0, []int64{9, 10}},
		"given back to us":      {"lead", append(log, happened(7, bot.Refused{}), posted(8, "lead", bot.Promised)), 0, []int64{1, 2, 3, 4, 5, 6, 7, 8}},
		"given back, and later": {"lead", log, 4, []int64{5, 6}},
	} {
		board := &desk.Board{Cases: handed{x.structure, x.log}, Lead: func() bot.StructureID { return "lead" }}
		yann := bot.Counsellor{ID: "yann", Structures: []bot.StructureID{x.structure}, Roles: []bot.Role{bot.RoleCounsellor}}
		entries, err := board.Words(t.Context(), yann, "c", x.after)
		var got []int64
		for _, e := range entries {
			got = append(got, e.Seq)
		}
		if err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s reads %v, %v; want %v", name, got, err, x.want)
		}
	}
}
