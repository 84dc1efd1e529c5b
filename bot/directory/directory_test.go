package directory

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// day is a Tuesday.
var day = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// built makes a set of parts as they are stored.
func built(t testing.TB, parts map[Kind][]byte) *Set {
	t.Helper()
	s, err := Build("h", parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func part[T Place | Centre | Job | Portrait | Event](t testing.TB, kind Kind, records ...T) []byte {
	t.Helper()
	b, err := Encode(kind, records)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func samplePlaces() []Place {
	return []Place{
		{ID: "a", Name: "A", Networks: []string{"cio"}, Commune: "35238"},
		{ID: "b", Name: "B", Networks: []string{"cio", "vae"}, Commune: "35288", Library: true},
		{ID: "c", Name: "C", Networks: []string{"cio"}, Commune: "35047", Structure: "cio-35", Poles: []string{"créer"}},
		{ID: "d", Name: "D", Networks: []string{"cio"}, Commune: "35360", Topics: []string{"se-former--trouver-sa-formation"}},
		{ID: "e", Name: "E", Networks: []string{"cio"}, Commune: "56260"},
		{ID: "f", Name: "F", Networks: []string{"cio"}, Commune: "35238", Offers: []Offer{{"api", "2025-01-01", "2025-12-31"}}},
		{ID: "g", Name: "G", Networks: []string{"cio"}, Postcode: "35400", Offers: []Offer{{"api", "2026-01-01", "2026-11-24"}}},
	}
}

func ids(found []Found) string {
	var all []string
	for _, f := range found {
		text := f.ID
		if f.InCharge {
			text += "!"
		}
		if f.Here {
			text += "*"
		}
		if f.Around {
			text += "+"
		}
		if f.Km >= 0 {
			text += fmt.Sprintf(":%.0f", f.Km)
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func TestNearestPlaces(t *testing.T) {
	rennes := Where{Commune: "35238", Area: "35"}
	centres := []Centre{{"35238", Point{48.1119, -1.6819}}, {"35288", Point{48.6404, -1.9894}}, {"35360", Point{48.1139, -1.1939}}}
	plain := built(t, map[Kind][]byte{Places: part(t, Places, samplePlaces()...)})
	measured := built(t, map[Kind][]byte{Places: part(t, Places, samplePlaces()...), Coordinates: part(t, Coordinates, centres...)})
	for _, c := range []struct {
		what  string
		set   *Set
		where Where
		wish  Wish
		want  string
	}{
		{"the commune first, then by name", plain, rennes, Wish{Network: "cio"}, "a* b c"},
		{"who is in charge before the commune", plain, rennes, Wish{Network: "cio", Structure: "cio-35"}, "c! a* b"},
		{"by distance where it is known", measured, rennes, Wish{Network: "cio"}, "a*:0 d:36 b:63"},
		{"where the postcode is, when its commune is not known", plain, Where{Postcode: "35400", Area: "35"}, Wish{Network: "cio"}, "g+ a b"},
		{"the territory, though it reaches into another département", plain, Where{Commune: "35047", Area: "35", Territory: []string{"35047", "35360", "56260"}}, Wish{Network: "cio"}, "c* d e"},
		{"another network", plain, rennes, Wish{Network: "vae"}, "b"},
		{"a documentation space", plain, rennes, Wish{Library: true}, "b"},
		{"a pole", plain, rennes, Wish{Theme: "je veux créer ma boîte"}, "c"},
		{"a thématique", plain, rennes, Wish{Theme: "les formations"}, "d"},
		{"no theme of anybody's", plain, rennes, Wish{Theme: "astronomie, dans et pour"}, ""},
		{"the département alone", measured, Where{Area: "56"}, Wish{}, "e"},
		{"nowhere", measured, Where{}, Wish{}, ""},
		{"nobody there", plain, Where{Area: "22"}, Wish{}, ""},
	} {
		c.wish.Day = day
		if got := ids(c.set.Near(c.where, c.wish, 3)); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if got := ids(plain.Near(rennes, Wish{Day: day}, 9)); strings.Contains(got, "f") || !strings.Contains(got, "g") {
		t.Errorf("a convention holds until the end of its last day, and no longer: %s", got)
	}
	if got := (*Set)(nil).Near(rennes, Wish{}, 3); got != nil {
		t.Error("no data knows places")
	}
}

func TestEventsAreNeverShownAfterTheirDay(t *testing.T) {
	s := built(t, map[Kind][]byte{Events: part(t, Events, Merge([]Event{
		{ID: "1", Title: "Hier", From: "2026-11-23", To: "2026-11-23", Commune: "35238"},
		{ID: "2", Title: "Depuis hier", From: "2026-11-23", To: "2026-11-24", Commune: "35238"},
		{ID: "3", Title: "Aujourd'hui", From: "2026-11-24", To: "2026-11-24", Commune: "35238", Jobs: []string{"D1102"}},
		{ID: "4", Title: "Ailleurs", From: "2026-11-24", To: "2026-11-24", Commune: "29019"},
		{ID: "5", Title: "Demain", From: "2026-11-25", To: "2026-11-25", Commune: "35288", Jobs: []string{"K1302"}},
	})...)})
	titles := func(job string, at time.Time) string {
		var all []string
		for _, e := range s.Ahead(Where{Area: "35"}, job, at, 3) {
			all = append(all, e.Title)
		}
		return strings.Join(all, ", ")
	}
	for at, want := range map[time.Time]string{day: "Depuis hier, Aujourd'hui, Demain", day.Add(24 * time.Hour): "Demain", day.Add(48 * time.Hour): ""} {
		if got := titles("", at); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
	if got := titles("D1102", day); got != "Depuis hier, Aujourd'hui" {
		t.Errorf("of one job: %s", got)
	}
}

func TestPortraitOfTheCommuneGoesBeforeTheOneOfTheDepartement(t *testing.T) {
	s := built(t, map[Kind][]byte{Portraits: part(t, Portraits, Portrait{ID: "35", Areas: []string{"35"}, Name: "Ille-et-Vilaine"}, Portrait{ID: "r", Areas: []string{"35238", "35047"}, Name: "Rennes"})})
	for code, want := range map[string]string{"35047": "Rennes", "35288": "Ille-et-Vilaine", "35": "Ille-et-Vilaine", "56": ""} {
		where := Where{Area: code[:2]}
		if len(code) == 5 {
			where.Commune = code
		}
		p, ok := s.Portrait(where)
		if ok != (want != "") || ok && p.Name != want {
			t.Errorf("%v: %v, want %s", where, p, want)
		}
	}
}

func TestJobsInBothGenders(t *testing.T) {
	for label, want := range map[string]string{
		"Boulanger / Boulangère":                             "boulanger ou boulangère",
		"Conducteur / Conductrice d'engins agricoles":        "conducteur d'engins agricoles ou conductrice d'engins agricoles",
		"Chef boulanger / boulangère":                        "chef boulanger ou chef boulangère",
		"Éducateur spécialisé / Éducatrice spécialisée":      "éducateur spécialisé ou éducatrice spécialisée",
		"Garde de parc naturel":                              "garde de parc naturel",
		"BIM manager":                                        "BIM manager",
		"Infirmier / Infirmière aide opératoire":             "infirmier aide opératoire ou infirmière aide opératoire",
		"Employé / Employée de rayon boulangerie/pâtisserie": "employé de rayon boulangerie/pâtisserie ou employée de rayon boulangerie/pâtisserie",
	} {
		if got := (&Job{Label: label}).Both(); got != want {
			t.Errorf("%s: %s, want %s", label, got, want)
		}
	}
}

func TestAJobIsFoundInEitherGenderAndMistyped(t *testing.T) {
	s := built(t, map[Kind][]byte{Rome: part(t, Rome,
		Job{Label: "Boulanger / Boulangère", Code: "D1102", Main: true, Near: []string{"D1104"}}, Job{Label: "Pâtissier / Pâtissière", Code: "D1104", Main: true},
		Job{Label: "Conducteur / Conductrice de bus", Code: "N4103"}, Job{Label: "Aide-soignant / Aide-soignante", Code: "J1501", Main: true},
		Job{Label: "Boulanger-pâtissier / Boulangère-pâtissière", Code: "D1102"})})
	for words, want := range map[string]string{
		"boulangère": "D1102", "je veux devenir boulanger": "D1102", "BOULANGERE": "D1102", "boulagère": "D1102", "boulnager": "D1102", "boullanger": "D1102", "les boulangers": "D1102",
		"patissiere": "D1104", "conductrice de bus": "N4103", "conducteur bus": "N4103", "aide soignante": "J1501", "aide-soignant": "J1501", "aide soigante": "J1501",
		"banquier": "", "": "", "je cherche un boulot": "",
	} {
		got := ""
		if j, ok := s.Job(words); ok {
			got = j.Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
	if j, _ := s.Job("boulanger pâtissier"); j == nil || j.Label != "Boulanger-pâtissier / Boulangère-pâtissière" {
		t.Errorf("the longest name is meant: %v", j)
	}
	if j, _ := s.Job("boulanger"); fmt.Sprint(s.Neighbours(j)) != "[pâtissier ou pâtissière]" {
		t.Errorf("%v", s.Neighbours(j))
	}
}

func TestManifestsAreReadAsWritten(t *testing.T) {
	m := Manifest{Events: "2", Places: "1"}
	back, err := ReadManifest(m.Text())
	if err != nil || fmt.Sprint(back) != fmt.Sprint(m) || HashOf(m.Text()) != HashOf(back.Text()) {
		t.Errorf("%v, %v", back, err)
	}
	if _, err := ReadManifest([]byte("frontdesk data 2\n")); !errors.Is(err, bot.ErrNewer) {
		t.Errorf("a later format: %v", err)
	}
	if _, err := ReadManifest([]byte(manifestHead + "plans x\n")); err == nil {
		t.Error("an unknown part is read")
	}
	if _, err := Build("h", map[Kind][]byte{Places: []byte("frontdesk places 2\n")}); !errors.Is(err, bot.ErrNewer) {
		t.Errorf("places of a later format: %v", err)
	}
	if _, err := Build("h", map[Kind][]byte{Places: []byte("frontdesk places 1\n{")}); err == nil {
		t.Error("places that are cut are read")
	}
}
