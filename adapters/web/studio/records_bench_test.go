package studio_test

import (
	"testing"
)

// BenchmarkWhatIsWritten is the calendar of a queue while somebody writes its hours: each time other ones, so
// that the draft is loaded anew. The aim is 300 ms.
func BenchmarkWhatIsWritten(b *testing.B) {
	r := openRecords(b).as("sacha")
	sent := filled(r.get("/studio/fiches/queues/accueil"))
	for i := 0; b.Loop(); i++ {
		sent.Set("=sam", []string{"09:00-12:00", "09:00-12:30", "10:00-12:00"}[i%3])
		if status, _ := r.post("/studio/apercu", sent); status != 200 {
			b.Fatal(status)
		}
	}
}

// BenchmarkTheListOfCards draws the longest list.
func BenchmarkTheListOfCards(b *testing.B) {
	r := openRecords(b).as("sacha")
	r.get("/studio/fiches/cards") // the draft is opened once
	for b.Loop() {
		r.get("/studio/fiches/cards")
	}
}
