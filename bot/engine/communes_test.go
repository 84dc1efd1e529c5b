package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/place"
)

// Wherever somebody lives in France, each way on leads to one structure, or to the Region's desk: the
// whole product of the ways that need and public lead to, and the communes of the table. Routing sees
// no more of a commune than its territory; so each commune is looked up, and each territory is played.
func TestEveryCommuneOfTheTableIsRouted(t *testing.T) {
	for _, region := range bothRegions {
		p := programOf(t, region)
		ways := map[string]outcome{}
		for _, o := range outcomes(t, p) {
			ways[o.network+" "+o.offer] = o
		}
		keys := slices.Sorted(maps.Keys(ways))
		lived := map[string]place.Place{} // territory → the first commune of it
		communes := 0
		for c := range place.Communes() {
			communes++
			territory := p.Bundle.TerritoryOf("commune:" + c.Code)
			if _, met := lived[territory]; !met && plain(c, p.Bundle.Near()) {
				lived[territory] = c
			}
			_, served := p.Bundle.Territory(territory)
			if territory == "" || served != (p.Bundle.Possible(c)[0] != "") {
				t.Fatalf("%s: %s (%s) is in the territory %q, served: %t", region, c.Name, c.Code, territory, served)
			}
			for _, key := range keys {
				checkCompetent(t, p.Bundle, ways[key], c, territory)
			}
		}
		if communes < 34_900 || len(lived) < 100 {
			t.Fatalf("%s: %d communes in %d territories", region, communes, len(lived))
		}
		elsewhere := 0 // told where to turn instead
		for _, territory := range slices.Sorted(maps.Keys(lived)) {
			home := lived[territory].Name + " (" + lived[territory].Departement + ")"
			for _, key := range keys {
				k := newTalk(t, p)
				k.s = ways[key].s
				if _, served := p.Bundle.Territory(territory); served {
					checkReferral(t, p, ways[key], "commune:"+lived[territory].Code, referred(t, p, ways[key], home))
				} else if k.sentOn(home) {
					elsewhere++
				}
			}
		}
		if elsewhere < 90*len(keys)/2 {
			t.Errorf("%s: of %d ways from about 95 other départements, only %d ask where", region, len(keys)*95, elsewhere)
		}
	}
}

// plain says whether a commune's name and département mean it alone.
func plain(c place.Place, near place.Preference) bool {
	m, ok := place.Find(c.Name+" ("+c.Departement+")", near)
	return ok && len(m.Places) == 1 && m.Places[0].Code == c.Code
}

// checkCompetent wants whoever answers for a commune to serve it, today, for that network.
func checkCompetent(t *testing.T, b *flow.Bundle, o outcome, home place.Place, territory string) {
	t.Helper()
	wish := flow.Wish{Network: o.network, Offer: o.offer, Territory: territory, At: open}
	first, _ := b.Competent(wish)
	again, _ := b.Competent(wish)
	switch {
	case first != again:
		t.Fatalf("%s in %s: two answers", o.network, home.Name)
	case first == nil: // information only, and the Region's desk
	case !b.Serves(first, territory) || len(first.Contacts) == 0:
		t.Fatalf("%s in %s (%s): %s, which does not serve %s, or is reached by nothing", o.network, home.Name, home.Code, first.ID, territory)
	}
}

// sentOn asks for a referral from elsewhere: whoever is asked where they live is told where to turn.
func (k *talk) sentOn(home string) (asked bool) {
	k.t.Helper()
	var last bot.Turn
	for range 12 {
		switch offered := k.s.Offered; {
		case strings.HasSuffix(k.s.Step, ".lieu"):
			last = k.say(home)
			if text := told(last); !strings.Contains(text, "hors de notre région") {
				k.t.Errorf("%s, from %s, is told:\n%s", fmt.Sprint(k.s.Cards), home, text)
			}
			return true
		case slices.Contains(offered, "relation"):
			k.play(bot.Chose{Ask: k.s.Ask, Option: "relation"})
		case slices.Contains(offered, "plus_tard"):
			k.play(bot.Chose{Ask: k.s.Ask, Option: "plus_tard"})
		case slices.Contains(offered, "oui") && k.s.Step == "suite.accord":
			k.play(bot.Chose{Ask: k.s.Ask, Option: "oui"})
		case slices.Contains(offered, "desk"):
			return false // the Region's desk answers from anywhere: the place is not asked
		default:
			k.play(bot.Chose{Ask: k.s.Ask, Option: "non"})
		}
	}
	k.t.Errorf("from %s: nothing was said; stands at %s", home, k.s.Step)
	return false
}
