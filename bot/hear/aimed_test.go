package hear

import (
	"slices"
	"testing"
)

// What somebody is today is told from what they want to become, what they learn, and what they were.
func TestAStateIsNotAWish(t *testing.T) {
	s := NewSenses(map[string][]Said{
		"batiment": {{"fr", "maçon"}, {"fr", "plombier"}},
		"titre":    {{"fr", "{batiment}"}, {"fr", "infirmier"}},
	}, []Sense{{ID: "exerce", State: true, Words: []Said{{"fr", "{titre}"}}}})
	for said, want := range map[string]bool{
		"maçon depuis 12 ans":                       true,
		"je suis infirmière à Brest":                true,
		"mon poste de plombier ne me plaît plus":    true,
		"j'occupe un emploi de plombier":            true,
		"je veux devenir plombier":                  false,
		"un cap de maçon":                           false,
		"je voudrais être infirmière":               false,
		"le métier de maçon":                        false,
		"je cherche un emploi de plombier":          false,
		"ancien maçon":                              false,
		"je ne suis pas infirmier":                  false,
		"je suis secrétaire, pour devenir infirmer": false,
	} {
		if got := len(s.Find(Listen("fr", said), "fr")) == 1; got != want {
			t.Errorf("%q: a state: %t", said, got)
		}
	}
}

// A question put politely with "pas" asks all the same; "c'est" opens a clause that a denial does not reach.
func TestDenialsThatDenyNothing(t *testing.T) {
	s := NewSenses(nil, []Sense{{ID: "personne", Words: []Said{{"fr", "une vraie personne"}}}, {ID: "colere", Words: []Said{{"fr", "inadmissible"}}}})
	for said, want := range map[string]int{
		"tu peux pas me passer une vraie personne": 1,
		"il me répond pas c'est inadmissible":      1,
		"je ne veux pas une vraie personne":        0,
	} {
		if got := len(s.Find(Listen("fr", said), "fr")); got != want {
			t.Errorf("%q: %d senses, want %d", said, got, want)
		}
	}
}

func TestExamplesRankByLikeness(t *testing.T) {
	var all []Example
	for _, e := range [][2]string{
		{"je veux créer mon entreprise", "creation"}, {"ouvrir un salon de coiffure", "creation"},
		{"mon fils est au lycée", "cio"}, {"ma fille est au collège", "cio"}, {"bonjour", "suite"}, {"combien gagne un maçon", "info"}, {"c'est gratuit ?", "info"}, {"le salon de Rennes", "info"}, {"vos horaires", "info"},
	} {
		all = append(all, Example{Utterance: Listen("fr", e[0]), Outcome: e[1], Marks: []string{"need:" + e[1]}})
	}
	x := NewExamples(all)
	ranked := x.Rank(Listen("fr", "ouvrir une boutique, créer mon affaire"), nil)
	if len(ranked) == 0 || ranked[0].Outcome != "creation" || ranked[0].Nearest != 1 && ranked[0].Nearest != 0 {
		t.Errorf("%+v", ranked)
	}
	if ranked := x.Rank(Listen("fr", "xyz"), []string{"need:cio"}); len(ranked) != 1 || ranked[0].Outcome != "cio" || ranked[0].Score != 1 {
		t.Errorf("%+v", ranked)
	}
	if ranked := x.Rank(Listen("fr", "xyz"), nil); len(ranked) != 0 {
		t.Errorf("%+v", ranked)
	}
	again := NewExamples(all).Rank(Listen("fr", "ma fille veut ouvrir un salon"), nil)
	if !slices.Equal(again, x.Rank(Listen("fr", "ma fille veut ouvrir un salon"), nil)) {
		t.Error("two readings of the same examples differ")
	}
}
