package place

import (
	"fmt"
	"strings"
	"testing"
)

// bretagne is one région that is served.
func bretagne() Preference { return Preference{Departements: []string{"22", "29", "35", "56"}} }

// shown is what an answer comes to: the places, likeliest first, and how sure it is.
func shown(m Meaning, ok bool) string {
	if !ok {
		return "-"
	}
	var places []string
	for _, p := range m.Places {
		places = append(places, strings.TrimSuffix(p.Name+" "+p.Departement, " "))
	}
	switch {
	case m.Sure && m.Misspelt:
		return "nearly " + places[0]
	case m.Sure:
		return places[0]
	}
	return strings.Join(places, ", ")
}

func TestFindsThePlaceOfAnAnswer(t *testing.T) {
	for said, want := range map[string]string{
		"st malo": "Saint-Malo 35", "35400": "Saint-Malo 35", "35 400": "Saint-Malo 35", "Charleville": "Charleville-Mézières 08",
		"vannes cedex": "Vannes 56", "VANNES CEDEX 9": "Vannes 56", "a coté de quimper": "Quimper 29", "le 93": "Seine-Saint-Denis 93",
		"finistere": "Finistère 29", "dans le 22": "Côtes-d'Armor 22", "2a": "Corse-du-Sud 2A", "974": "La Réunion 974",
		"Lyon 3e": "Lyon 3e 69", "lyon 3eme arrondissement": "Lyon 3e 69", "paris 14": "Paris 14e 75", "75014": "Paris 14e 75", "Marseille 1er": "Marseille 1er 13",
		"Ste-Anne-d'Auray": "Sainte-Anne-d'Auray 56", "sainte anne dauray": "Sainte-Anne-d'Auray 56", "lhay les roses": "L'Haÿ-les-Roses 94",
		"Quinper": "nearly Quimper 29", "renes": "nearly Rennes 35", "sain malo": "nearly Saint-Malo 35", "Guigamp": "nearly Guingamp 22",
		"st brieux": "nearly Saint-Brieuc 22", "plouguerneo": "nearly Plouguerneau 29", "strasbourgh": "nearly Strasbourg 67",
		"vitry 94": "Vitry-sur-Seine 94", "Vitry dans la Marne": "Vitry-le-François 51",
		"laval en mayenne": "Laval 53", "Laval (38)": "Laval-en-Belledonne 38", "rennes 35": "Rennes 35", "35000 rennes": "Rennes 35",
		"Aucamville": "Aucamville 31, Aucamville 82", "j'habite Brest": "Brest 29", "c'est à Redon": "Redon 35", "au mans": "Le Mans 72",
		"Paname": "Paris 75", "pays de la loire": "Pays de la Loire", "Bruxelles": "Bruxelles", "fougere": "Fougères 35", "Bain": "Bain-de-Bretagne 35",
		"Château-Gontier": "Château-Gontier-sur-Mayenne 53", "kemper": "Quimper 29", "Sens (89)": "Sens 89", "Rue 80": "Rue 80", "larochelle": "La Rochelle 17",
		"je sais pas": "-", "non": "-", "j'habite chez mes parents": "-", "chez ma tante": "-", "à la rue": "-", "nulle part": "-", "": "-", "1": "-",
		"dans ma voiture": "-", "loin": "-", "ça ne vous regarde pas": "-", "350": "-", "99999": "-", "a": "-", "👍": "-", "foyer de jeunes travailleurs": "-",
	} {
		got := shown(Find(said, bretagne()))
		if got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}

// Of communes that have one name those that are served come first, then the larger ones; six at most.
func TestOffersTheLikeliestFirst(t *testing.T) {
	for _, c := range []struct {
		said string
		near Preference
		want string
	}{
		{"Vitry", fiveRegions(), "Vitry-sur-Seine 94, Vitry-le-François 51"},
		{"Vitry", Preference{Regions: []string{"44"}}, "Vitry-le-François 51"},
		{"Saint-Denis", Preference{Regions: []string{"11"}}, "Saint-Denis 93"},
		{"Saint-Denis", bretagne(), "Saint-Denis 974, Saint-Denis 93"},
		{"saint aubin", bretagne(), "Saint-Aubin-d'Aubigné 35, Saint-Aubin-du-Cormier 35"},
	} {
		m, ok := Find(c.said, c.near)
		got := shown(m, ok)
		if len(m.Places) > 6 {
			t.Errorf("%s: %d places", c.said, len(m.Places))
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s near %v: %s, want %s first", c.said, c.near, got, c.want)
		}
	}
}

// Nearly every commune of today is found by its own name, and all by postcode and code.
func TestFindsEveryCommune(t *testing.T) {
	lost, asked := 0, 0
	for p := range Communes() {
		m, ok := Find(p.Name+" ("+p.Departement+")", Preference{})
		found := false
		for _, x := range m.Places {
			found = found || x.Code == p.Code
		}
		if found && len(m.Places) > 1 {
			asked++
		}
		if !ok || !found {
			if lost++; lost < 10 {
				t.Logf("%s (%s): %s", p.Name, p.Departement, shown(m, ok))
			}
		}
		if back, ok := Lookup(p.Code); !ok || back != p {
			t.Errorf("%s: %+v", p.Code, back)
		}
		if p.Postcode != "" && !strings.Contains(fmt.Sprint(ByPostcode(p.Postcode)), p.Departement) {
			t.Errorf("%s is not found by its postcode %s", p.Name, p.Postcode)
		}
	}
	if lost > 20 { // Ville, Campagne and the like: words that stand around a place
		t.Errorf("%d communes are not found by their names", lost)
	}
	if asked > 200 { // Braye and the like: the beginning of a neighbour's name
		t.Errorf("%d communes have to be asked again", asked)
	}
}

// No word of an ordinary talk is a place by chance: whatever is written, reading ends and points into it.
func FuzzMentioned(f *testing.F) {
	for _, s := range append(answers, "JE SUIS À RENNES", "в Нансі", "أسكن في باريس", "l'Haÿ", "75 001", "(35)", "-'’ ,") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, said string) {
		for _, read := range []func(string, Preference) (Meaning, bool){Find, Mentioned} {
			m, ok := read(said, fiveRegions())
			if ok && (len(m.Places) == 0 || len(m.Places) > 6 || m.Name == "" || m.Start < 0 || m.End > len(said) || m.Start >= m.End) {
				t.Errorf("%q: %+v", said, m)
			}
		}
	})
}
