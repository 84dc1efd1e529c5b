package hear

import "testing"

func dangersForTest(t *testing.T) *Dangers {
	d, err := NewDangers([]DangerKind{{ID: "suicide"}}, []DangerWords{{
		Language: "fr", Skip: []string{"de", "la"}, Deny: []string{"pas"},
		Classes: []WordClass{{"vie", []string{"vie", "mes jours"}}, {"fin", []string{"finir avec {vie}", "arrêter"}}},
		Rules:   []DangerRule{{Danger: "suicide", Now: []string{"suicid* $", "veux {fin}", "x* {vie}"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A word is found by any beginning that was written, of one letter or more, and by a misspelling; a
// phrase that holds another is found where the other stands.
func TestDangerIsHeardHoweverItIsWritten(t *testing.T) {
	d := dangersForTest(t)
	for said, want := range map[string]bool{
		"suicide": true, "suicider": true, "suici": false, "xylophone de vie": true, "x la vie": true, "y la vie": false,
		"je veux finir avec la vie": true, "je veux finir avec mes jours": true, "je veux arreter": true, "je veux areter": true,
		"je veux arrêtre": true, "je veux finir": false, "": false,
	} {
		if a, ok := d.Hear(said); ok != want {
			t.Errorf("%q: %v %v", said, ok, a)
		}
	}
}

// Of more words than are heard in one part, the last are heard too.
func TestDangerIsHeardAtTheEndOfALongText(t *testing.T) {
	d := dangersForTest(t)
	long := ""
	for range 3 * window {
		long += "mes jours "
	}
	if _, ok := d.Hear(long + "je veux finir avec mes jours"); !ok {
		t.Error("not heard")
	}
}
