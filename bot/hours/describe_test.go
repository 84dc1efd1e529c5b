package hours

import "testing"

func TestDescribe(t *testing.T) {
	day := []Range{{540, 750}, {810, 1080}}
	c := &Calendar{Queues: map[string]Week{
		"accueil": {Days: [7][]Range{day, day, day, day, day, {{540, 720}}, nil}},
		"jeudi":   {Days: [7][]Range{3: {{600, 1140}}}},
		"urgence": {Always: true},
	}}
	for _, x := range []struct{ language, queue, want string }{
		{"fr", "accueil", "du lundi au vendredi de 9 h à 12 h 30 et de 13 h 30 à 18 h, le samedi de 9 h à 12 h"},
		{"en", "accueil", "Monday to Friday from 9 am to 12:30 pm and from 1:30 pm to 6 pm, Saturday from 9 am to midday"},
		{"fr", "jeudi", "le jeudi de 10 h à 19 h"},
		{"fr", "urgence", "jour et nuit"},
		{"fr", "inconnue", ""},
	} {
		if got := c.Describe(x.language, x.queue); got != x.want {
			t.Errorf("%s %s:\n got %q\nwant %q", x.language, x.queue, got, x.want)
		}
	}
}
