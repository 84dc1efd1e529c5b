// Package place knows the communes, the départements and the regions of France and finds them in
// what people write. It knows no territory of a supervisor's and asks nobody anything.
package place

// Kind says what sort of place it is.
type Kind string

// The kinds of place.
const (
	Commune     Kind = "commune" // or a municipal arrondissement
	Departement Kind = "departement"
	Region      Kind = "region"
	Abroad      Kind = "abroad" // a town or country that is not in France
)

// A Place is one of them. The zero value is none.
type Place struct {
	Kind        Kind
	Code        string // of the Code officiel géographique: "35238", "35", "53"; "" abroad
	Name        string // "Rennes", "Ille-et-Vilaine", "Bretagne", "Bruxelles"
	Postcode    string // the first of a commune's
	Departement string // code, of a commune or département
	Region      string // code, of all that is in France; "" overseas without one
	Population  int    // of a commune
}

// Preference says what is likely before anything was said: the codes of the régions and of the
// départements that are served. The zero value prefers nothing.
type Preference struct{ Regions, Departements []string }

// most is how many places a meaning holds at most, as many as a question offers.
const most = 6

// A Meaning is what words stand for.
type Meaning struct {
	Places     []Place // likeliest first, six at most
	Sure       bool    // the first is meant; otherwise ask which
	Name       string  // in its right spelling; of several places the name that they share
	Start, End int     // where it stands in what was said, in bytes
}

// Find reads words that are nothing but a place: the answer to where somebody lives, by name, by
// postcode ("35400") or by département ("le 93"). ok is false when they name none.
func Find(words string, near Preference) (m Meaning, ok bool) {
	return Meaning{}, false
}

// Mentioned finds the place that a whole message speaks of, and none where it is not clear that it
// speaks of a place: what is also an ordinary word or a first name needs more than itself.
func Mentioned(message string, near Preference) (m Meaning, ok bool) {
	return Meaning{}, false
}

// Lookup gives a commune or a municipal arrondissement by its code; the code of a commune that has
// become part of another leads to that.
func Lookup(code string) (Place, bool) {
	return Place{}, false
}
