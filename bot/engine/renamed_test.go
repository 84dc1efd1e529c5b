package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// twoReleases serves one release, and still has the one before.
type twoReleases struct{ live, before *engine.Program }

func (s twoReleases) Live() *engine.Program { return s.live }

func (s twoReleases) Pinned(release string) (*engine.Program, bool) {
	for _, p := range []*engine.Program{s.live, s.before} {
		if p.Bundle.Hash == release {
			return p, true
		}
	}
	return nil, false
}

// Supervisors rename the cards, the networks and the hours in the middle of a conversation: whoever is in it notices
// nothing.
func TestRenamedRecordsAreFoundInAConversationUnderWay(t *testing.T) {
	before := reference(t)
	live := redrafted(t, func(d *flow.Draft) (*flow.Draft, error) {
		var err error
		for kind, ids := range map[flow.RecordKind][]string{flow.CardRecord: d.IDs(flow.CardRecord), flow.NetworkRecord: {"mission-locale"}, flow.QueueRecord: {"accueil", "partenaires"}} {
			for _, id := range ids {
				if d, err = d.Rename(kind, id, "zz"+id); err != nil {
					return nil, err
				}
			}
		}
		return d, nil
	})
	answers := []string{"7", "1", "6", "3", "3", "1", "35000", "1", "2", "06 39 98 12 34", "oui", "1"}
	for begins := range answers { // after how many of them the names change
		same, renamed := newTalk(t, before), newTalk(t, before)
		for _, k := range []*talk{same, renamed} {
			k.play(bot.Arrived{Language: "fr"})
		}
		for i, words := range answers {
			if i == begins {
				renamed.e = engine.New(twoReleases{live, before})
			}
			want, got := same.say(words), renamed.say(words)
			if told(got) != told(want) {
				t.Fatalf("renamed after %d answers, on %q:\n%s\nwant\n%s", begins, words, told(got), told(want))
			}
		}
		if !slices.Equal(renamed.s.Cards, same.s.Cards) || renamed.s.Case.Structure != same.s.Case.Structure || same.s.Case.Structure == "" {
			t.Errorf("renamed after %d answers: %q and %q, want %q and %q", begins, renamed.s.Cards, renamed.s.Case.Structure, same.s.Cards, same.s.Case.Structure)
		}
	}
}

// A card that was withdrawn is not told as a fact by a conversation that began before.
func TestAWithdrawnCardIsNotGiven(t *testing.T) {
	before := reference(t)
	given := func(live *engine.Program) (all string, cards []string) {
		k := newTalk(t, before)
		k.play(bot.Arrived{Language: "fr"})
		k.e = engine.New(twoReleases{live, before})
		for _, words := range []string{"7", "1", "6", "3", "3"} {
			all += told(k.say(words)) + "\n"
		}
		return all, k.s.Cards
	}
	const fact = "De 16 à 18 ans, la formation est obligatoire."
	all, cards := given(before)
	if !strings.Contains(all, fact) {
		t.Fatalf("the card is not given:\n%s", all)
	}
	live := redrafted(t, func(d *flow.Draft) (*flow.Draft, error) {
		for _, id := range cards {
			if strings.Contains(before.Bundle.Texts["card."+id].Text, fact) {
				return d.Delete(flow.CardRecord, id, "lyceen")
			}
		}
		return nil, errors.New("there is no such card")
	})
	if all, _ := given(live); strings.Contains(all, fact) {
		t.Errorf("it is given all the same:\n%s", all)
	}
}
