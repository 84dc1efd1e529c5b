package place

import (
	"slices"
	"testing"
	"time"
)

// answers are what people answer to where they live, one of each sort.
var answers = []string{"Rennes", "st malo", "35400", "Charleville", "vannes cedex", "a coté de quimper", "le 93", "finistere", "Lyon 3e",
	"Ste-Anne-d'Auray", "Quinper", "renes", "vitry 94", "laval en mayenne", "35000 rennes", "saint aubin", "villeneuve", "je sais pas",
	"chateaubrian", "strasbourgh", "j'habite Brest", "l'hay les roses", "Saint-Germain-en-Laye", "bruxelles", "Thouaré", "Pays de la Loire", "75014"}

// BenchmarkPlace reads one answer of each sort; its ceiling is a median of 20 µs a look-up.
func BenchmarkPlace(b *testing.B) {
	b.ReportAllocs()
	near := fiveRegions()
	took := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		Find(answers[i%len(answers)], near)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	median := float64(took[len(took)/2].Nanoseconds())
	b.ReportMetric(median, "ns/median")
	b.ReportMetric(median/20_000, "of-ceiling")
}

// BenchmarkMentioned reads whole messages.
func BenchmarkMentioned(b *testing.B) {
	b.ReportAllocs()
	messages := []string{
		"inscrit pole emploi depuis 2 mois, je cherche une formation de plombier vers Laval",
		"jsuis a renes et jcherche un stage",
		"mon fils est autiste, il a 19 ans, il cherche un apprentissage",
		"APL en retard caf",
	}
	near := fiveRegions()
	for i := 0; b.Loop(); i++ {
		Mentioned(messages[i%len(messages)], near)
	}
}
