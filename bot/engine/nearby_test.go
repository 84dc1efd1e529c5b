package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/directory"
	"frontdesk/bot/engine"
)

// stocked is the reference program telling from some places, with the middles of two communes or without.
func stocked(t testing.TB, measured bool, places ...directory.Place) *engine.Program {
	t.Helper()
	parts := map[directory.Kind][]byte{}
	var err error
	if parts[directory.Places], err = directory.Encode(directory.Places, places); err != nil {
		t.Fatal(err)
	}
	if measured {
		centres := []directory.Centre{{Commune: "35238", Point: directory.Point{Lat: 48.1119, Lon: -1.6819}}, {Commune: "35288", Point: directory.Point{Lat: 48.6404, Lon: -1.9894}}}
		if parts[directory.Coordinates], err = directory.Encode(directory.Coordinates, centres); err != nil {
			t.Fatal(err)
		}
	}
	set, err := directory.Build("the-hash", parts)
	if err != nil {
		t.Fatal(err)
	}
	return reference(t).With(set)
}

func received() []directory.Place {
	return []directory.Place{
		{ID: "a", Source: "source", Updated: "2026-10-01", Name: "Loin", Networks: []string{"mission-locale"}, Commune: "35288", Town: "Saint-Malo", Postcode: "35400", Mail: "loin@exemple.invalid", Hours: "We 09:00-12:00"},
		{ID: "b", Source: "source", Updated: "2026-10-01", Name: "Ici", Networks: []string{"mission-locale"}, Commune: "35238", Town: "Rennes", Postcode: "35000", Phone: "02 61 91 00 15", Mail: "ici@exemple.invalid", Accessible: directory.No, Hours: "Mo-Fr 08:30-17:00"},
		{ID: "c", Source: "source", Updated: "2026-10-01", Name: "Autre réseau", Networks: []string{"cio"}, Commune: "35238"},
		{ID: "d", Source: "source", Updated: "2026-10-01", Name: "Ailleurs", Networks: []string{"mission-locale"}, Commune: "29019"},
		{ID: "e", Source: "source", Updated: "2026-10-01", Name: "Fermé", Networks: []string{"mission-locale"}, Commune: "35238", Offers: []directory.Offer{{ID: "api", From: "2025-01-01", To: "2026-11-23"}}},
	}
}

// nearbyAnswer asks for places in Rennes as somebody who left school, and gives what is told, and the trace.
func nearbyAnswer(t testing.TB, p *engine.Program, more ...string) (string, bot.Trace) {
	t.Helper()
	k := newTalk(t, p)
	k.play(bot.Arrived{})
	for _, words := range append([]string{"7", "1", "6", "4", "une autre piste", "un lieu près de chez moi"}, more...) {
		k.say(words)
	}
	last := k.say("35000")
	for _, e := range last.Effects {
		if say, is := e.Effect.(bot.Say); is && strings.Contains(say.Text, "reçue") {
			return say.Text, last.Trace
		}
	}
	t.Fatalf("no place is told: %+v", last.Effects)
	return "", bot.Trace{}
}

func TestPlacesAreToldWithDistanceOnlyWhereItIsKnown(t *testing.T) {
	plain, trace := nearbyAnswer(t, stocked(t, false, received()...))
	const want = `Pour être reçu ou reçue. Où aller :
1. Ici, 35000 Rennes. Pourquoi : son réseau répond à votre besoin, il est dans votre commune. Ouvert maintenant, jusqu'à 17 h. Téléphone : 02 61 91 00 15. Non accessible en fauteuil roulant. Source : source, 01/10/2026.
2. Loin, 35400 Saint-Malo. Pourquoi : son réseau répond à votre besoin, il est dans votre département. Prochaine ouverture : demain à 9 h. E-mail : loin@exemple.invalid Source : source, 01/10/2026.`
	if plain != want {
		t.Errorf("%s\nwant\n%s", plain, want)
	}
	if trace.Data != "the-hash" {
		t.Errorf("the trace names %q as what was told from", trace.Data)
	}
	measured, _ := nearbyAnswer(t, stocked(t, true, received()...))
	if !strings.Contains(measured, "il est à environ 63 km du centre de votre commune") || strings.Contains(measured, "département") {
		t.Error(measured)
	}
}

func TestAtMostThreePlacesAreTold(t *testing.T) {
	var many []directory.Place
	for i := range 50 {
		many = append(many, directory.Place{ID: fmt.Sprint(i), Source: "s", Updated: "2026-10-01", Name: fmt.Sprintf("Lieu %02d", i), Networks: []string{"mission-locale"}, Commune: "35238"})
	}
	text, _ := nearbyAnswer(t, stocked(t, false, many...))
	if strings.Count(text, "\n") != 3 || strings.Contains(text, "Lieu 03") {
		t.Error(text)
	}
}

// What was not told from has no part in the trace; and a service without data says so, and sends nobody
// anywhere.
func TestWithoutDataNothingIsInvented(t *testing.T) {
	text, trace := nearbyAnswer(t, reference(t))
	if text != "Pour être reçu ou reçue. Je ne connais pas de lieu d'accueil près de là." || trace.Data != "" {
		t.Errorf("%s, %q", text, trace.Data)
	}
	k := newTalk(t, stocked(t, false, received()...))
	if turn := k.play(bot.Arrived{}); turn.Trace.Data != "" {
		t.Error("a greeting is told from reference data")
	}
}

// BenchmarkPlacesTold is a turn that tells three places out of a département's hundred.
func BenchmarkPlacesTold(b *testing.B) {
	var many []directory.Place
	for i := range 100 {
		p := received()[1]
		p.ID, p.Name = fmt.Sprint(i), fmt.Sprintf("Lieu %02d", i)
		many = append(many, p)
	}
	k := newTalk(b, stocked(b, true, many...))
	k.play(bot.Arrived{})
	for _, words := range []string{"7", "1", "6", "4", "une autre piste", "un lieu près de chez moi"} {
		k.say(words)
	}
	in := k.in
	in.ID, in.At, in.Event = "x", k.at, bot.Said{Text: "35000"}
	b.ReportAllocs()
	for b.Loop() {
		if turn, err := k.e.Step(k.s, in); err != nil || turn.Fault != nil {
			b.Fatal(err, turn.Fault)
		}
	}
}
