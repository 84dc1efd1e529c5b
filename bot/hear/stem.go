package hear

import "strings"

// root is what is left of a word once gender, number and the endings é, er, ez
// are gone, with the family of ending that was replaced. Words with the same
// root are the same word for this package: salarié and salariées, conseiller
// and conseillère, animateur and animatrice, arrêté and arrêter.
type root struct {
	length int // in bytes: a root is a beginning of its word
	family byte
}

// The families of endings that change by more than their last letters.
const (
	plain  byte = iota
	agent       // -eur, -euse, -eux, -trice
	active      // -if, -ive
	formal      // -al, -ale, -aux
)

// shortest is the least a root keeps, in letters.
const shortest = 3

// rootOf finds the root of a folded word. Words of four letters lose at most
// their plural, shorter ones nothing.
func rootOf(word string) root {
	n := len(word)
	if n < 4 || word[0] < 'a' || word[0] > 'z' {
		return root{n, plain}
	}
	if n > 4 && ends(word, "aux") && !ends(word, "eaux") {
		return root{n - 3, formal}
	}
	if n-3 >= shortest && ends(word, "eux") {
		return root{n - 3, agent}
	}
	n = singular(word)
	if n < 5 {
		return root{n, plain}
	}
	return mutable(word[:n])
}

func ends(word, ending string) bool { return strings.HasSuffix(word, ending) }

// singular is the length of a word without its plural mark.
func singular(word string) int {
	switch word {
	case "mois", "fois", "mais", "fils", "plus", "dans", "sans", "vers", "suis", "nous", "vous",
		"tous", "sous", "pays", "trois", "cours", "repas", "jamais", "apres", "tres":
		return len(word)
	}
	n := len(word)
	switch {
	case word[n-1] == 's' && word[n-2] != 's', word[n-1] == 'x' && word[n-2] == 'u':
		return n - 1
	}
	return n
}

// mutable removes the feminine and the endings of verbs from a singular.
func mutable(word string) root {
	n := len(word)
	for _, ending := range [...]struct {
		text string
		keep int // letters of the ending that stay
	}{{"trice", 1}, {"euse", 0}, {"eure", 0}, {"eur", 0}} {
		if ends(word, ending.text) && n-len(ending.text)+ending.keep >= shortest {
			return root{n - len(ending.text) + ending.keep, agent}
		}
	}
	for _, ending := range [...]string{"ere", "ee", "er", "ez", "e"} {
		if ends(word, ending) && n-len(ending) >= shortest {
			word = word[:n-len(ending)]
			break
		}
	}
	return settle(word)
}

// settle brings the masculine and the feminine of what is left together.
func settle(word string) root {
	n := len(word)
	switch {
	case n-2 >= shortest && (ends(word, "iv") || ends(word, "if")):
		return root{n - 2, active}
	case n-2 >= shortest && ends(word, "al"):
		return root{n - 2, formal}
	case n > 4 && (ends(word, "enn") || ends(word, "onn") || ends(word, "ell") || ends(word, "ett")):
		return root{n - 1, plain}
	}
	return root{n, plain}
}

// keyOf is the number two words share when they are the same word. Elided
// words are the whole ones: "m'appelle" is "me appelle".
func keyOf(word string, r root) uint64 {
	text := word[:r.length]
	switch word {
	case "j":
		text = "je"
	case "m":
		text = "me"
	case "d":
		text = "de"
	case "n":
		text = "ne"
	case "s":
		text = "se"
	case "l", "la", "les":
		text = "le"
	case "qu":
		text = "que"
	case "t":
		text = "te"
	case "ma", "mes":
		text = "mon"
	case "sa", "ses":
		text = "son"
	}
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	hash := uint64(offset)
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * prime
	}
	return (hash ^ uint64(r.family)) * prime
}
