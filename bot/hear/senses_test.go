package hear

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func sensesForTest() (*Senses, []Sense) {
	fr := func(words ...string) []Said {
		var all []Said
		for _, w := range words {
			all = append(all, Said{"fr", w})
		}
		return all
	}
	families := map[string][]Said{
		"arreter": fr("arrêter", "quitter", "laisser tomber"),
		"ecole":   fr("école", "lycée", "cours", "bac pro"),
		"enfant":  fr("ma fille", "mon fils"),
	}
	senses := []Sense{
		{ID: "decrochage", Words: fr("{arreter} {ecole}"), Except: fr("quitter les cours de piano")},
		{ID: "arrete", Words: fr("=ai {arreter} {ecole}"), Unless: fr("veut arrêter")},
		{ID: "vae", Words: append(fr("vae", "expérience + diplôme"), Said{"en", "validate my experience"})},
		{ID: "formation", Words: fr("formation", "me former")},
		{ID: "apprentissage", Words: fr("apprentissage")},
		{ID: "parent", Words: fr("{enfant}"), Except: fr("garder {enfant}")},
		{ID: "abus", Words: fr("abruti"), Denied: true},
		{ID: "prison", Words: fr("détenu")},
	}
	return NewSenses(families, senses), senses
}

func TestFind(t *testing.T) {
	s, senses := sensesForTest()
	for _, c := range []struct {
		language, said string
		want           []string
	}{
		{"fr", "je veux arrêter l'école", []string{"decrochage"}},
		{"fr", "jveu areter le licé", nil}, // two words of five letters wrong: nobody can be sure
		{"fr", "g envie de laisser tomber le lycee", []string{"decrochage"}},
		{"fr", "j'ai arrêté le lycée", []string{"arrete", "decrochage"}},
		{"fr", "j'ai quitté mon bac pro", []string{"arrete", "decrochage"}},
		{"fr", "j'ai peur, ma fille veut arrêter le lycée", []string{"parent", "decrochage"}},
		{"fr", "je ne veux pas arrêter l'école", nil},
		{"fr", "lycée arrêter moi", nil},
		{"fr", "je veux quitter les cours de piano", nil},
		{"fr", "formassion", []string{"formation"}},
		{"fr", "une fromation svp", []string{"formation"}},
		{"fr", "nous nous formons, je veux me former", []string{"formation"}},
		{"fr", "lapprentissage", []string{"apprentissage"}},
		{"fr", "je ne veux pas d'apprentissage mais une formation", []string{"formation"}},
		{"fr", "je ne trouve pas de formation", []string{"formation"}},
		{"fr", "un diplome avec mes 10 ans d'experience", []string{"vae"}},
		{"fr", "je dois garder mon fils", nil},
		{"fr", "pas pour moi, pour ma fille", []string{"parent"}},
		{"fr", "ma fille", []string{"parent"}},
		{"fr", "vous n'êtes pas un abruti", []string{"abus"}},
		{"fr", "qu'est devenu ce service", nil}, // an ordinary word is no misspelt one
		{"en", "I want to validate my experience", []string{"vae"}},
		{"es", "validate my experience", nil},
		{"en", "VAE please", []string{"vae"}}, // French words count in every language
		{"fr", "", nil},
	} {
		var got []string
		for _, f := range s.Find(Listen(c.language, c.said), c.language) {
			got = append(got, senses[f.Sense].ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %q: %v, want %v", c.language, c.said, got, c.want)
		}
	}
}

func TestFindSaysWhichWords(t *testing.T) {
	s, _ := sensesForTest()
	found := s.Find(Listen("fr", "Bonjour, je voudrais vraiment quitter le lycée."), "fr")
	if len(found) != 1 || found[0].Words != "quitter le lycee" || found[0].Content != 2 {
		t.Errorf("%+v", found)
	}
}

func TestSounds(t *testing.T) {
	for a, b := range map[string]string{"formassion": "formation", "aprentissage": "apprentissage", "otorisation": "autorisation",
		"kalification": "qualification", "financemant": "financement"} {
		if phonetic(a) != phonetic(b) {
			t.Errorf("%s sounds %q, %s %q", a, phonetic(a), b, phonetic(b))
		}
	}
	if phonetic("patron") == phonetic("patient") {
		t.Error("patron and patient sound alike")
	}
}

func TestProposeAsksAboutWhatIsNear(t *testing.T) {
	s, senses := sensesForTest()
	all := func(int) bool { return true }
	got := s.Propose(Listen("fr", "le diplôme, le lycée"), 3, all)
	if len(got) == 0 || senses[got[0]].ID != "vae" {
		t.Errorf("%v", got)
	}
	if got := s.Propose(Listen("fr", "il pleut"), 3, all); len(got) != 0 {
		t.Errorf("rain proposes %v", got)
	}
	if got := s.Propose(Listen("fr", "diplôme"), 3, func(int) bool { return false }); len(got) != 0 {
		t.Errorf("not allowed: %v", got)
	}
}

// What an opening needs only saves time: without it the same is found.
func TestOpeningsLeaveNothingOut(t *testing.T) {
	s, _ := sensesForTest()
	all := *s
	all.openings = s.listOpenings()
	for _, lists := range [][][]opening{all.ofFamilies, all.byWord, all.byFamily} {
		for _, list := range lists {
			for i := range list {
				list[i].needs = [2]uint16{unneeded, unneeded}
			}
		}
	}
	random := rand.New(rand.NewPCG(3, 1))
	pieces := []string{"arrêter", "le", "lycée", "laisser", "tomber", ",", "ne", "pas", "ma", "fille", "garder", "expérience", "diplôme", "bac", "pro", "quitter", "cours de piano", "veut", "j'ai"}
	for range 3000 {
		var text strings.Builder
		for range 1 + random.IntN(12) {
			text.WriteString(pieces[random.IntN(len(pieces))] + " ")
		}
		u := Listen("fr", text.String())
		if few, full := s.Find(u, "fr"), all.Find(u, "fr"); !reflect.DeepEqual(few, full) {
			t.Fatalf("%q: %v, without openings %v", text.String(), few, full)
		}
	}
}

func TestUnknownFamilies(t *testing.T) {
	families := map[string][]Said{"ecole": nil}
	if got := Unknown(families, "{arreter} + ={ecole} =ai {fac}"); !slices.Equal(got, []string{"arreter", "fac"}) {
		t.Error(got)
	}
}

// Whatever is written, hearing ends, and says the same thing twice.
func TestFindOnAnything(t *testing.T) {
	s, _ := sensesForTest()
	random := rand.New(rand.NewPCG(5, 8))
	pieces := []string{"arrêter ", "le ", "lycée", ", ", "ne ", "pas ", "plus ", "ma fille ", "expérience ", "diplôme ", "\x00", "\xff\xfe", "é", "🙂", "12 ", "'"}
	for range 3000 {
		var text []byte
		for range random.IntN(40) {
			if random.IntN(3) == 0 {
				text = append(text, byte(random.IntN(256)))
				continue
			}
			text = append(text, pieces[random.IntN(len(pieces))]...)
		}
		once := s.Find(Listen("fr", string(text)), "fr")
		again := s.Find(Listen("fr", string(text)), "fr")
		if !reflect.DeepEqual(once, again) {
			t.Fatalf("%q: %v, then %v", text, once, again)
		}
		s.Propose(Listen("", string(text)), 3, func(int) bool { return true })
	}
}
