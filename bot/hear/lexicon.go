package hear

import "strings"

// kind is what a word does in a sentence, as far as this package cares. A word
// may do several things.
type kind uint32

const (
	article kind = 1 << iota
	possessive
	preposition
	pronoun
	auxiliary // be, have, want: says nothing by itself
	courteous // greetings, please, thanks
	filler    // changes nothing to what is said
	denial    // pas, jamais, not: denies what stands around it
	lacking   // sans, sauf, ni, no: denies what follows
	partner   // ne: half a denial
	nomore    // plus: a denial only with its partner
	turning   // opens a clause that an earlier denial does not reach
	failing   // "je ne trouve pas de stage" asks for one
	carrying  // hands a denial on: "pas envie de"
	aged      // may stand beside an age
	real      // a word of its own, never a typo of another
)

// lexeme is what a language knows of a word.
type lexeme struct {
	kind    kind
	number  int16   // its value, -1 for none
	ordinal int8    // its rank, -1 for the last, 0 for none
	spelled []token // the words a contraction stands for
}

// lexicon is the small words of a language, by folded spelling.
type lexicon map[string]lexeme

// vocabulary is a lexicon as it is written down: lists of words, and pairs.
type vocabulary struct {
	kinds    map[kind]string
	numbers  map[int16]string
	ordinals map[int8]string
	short    map[string]string // contraction: what it stands for
}

// The lexicons are compiled when the program starts and never change.
var (
	frenchLexicon  = compile(french)
	englishLexicon = compile(english)
	sharedLexicon  = compile(french, english)
)

// Alike says whether two languages are heard alike, so that a Menu of the same options is the same in both.
func Alike(a, b string) bool { return heardAs(a) == heardAs(b) }

// heardAs is the language whose small words are known, or "" for French and English together.
func heardAs(language string) string {
	base, _, _ := strings.Cut(language, "-")
	if base == "fr" || base == "en" {
		return base
	}
	return ""
}

// lexiconOf falls back on French and English together, the two languages most
// people mix in.
func lexiconOf(language string) lexicon {
	switch heardAs(language) {
	case "fr":
		return frenchLexicon
	case "en":
		return englishLexicon
	}
	return sharedLexicon
}

func compile(vocabularies ...vocabulary) lexicon {
	l := lexicon{}
	for _, v := range vocabularies {
		for k, words := range v.kinds {
			l.add(words, func(x *lexeme) { x.kind |= k })
		}
		for n, words := range v.numbers {
			l.add(words, func(x *lexeme) { x.number = n })
		}
		for n, words := range v.ordinals {
			l.add(words, func(x *lexeme) { x.ordinal = n })
		}
	}
	for _, v := range vocabularies {
		for word, meant := range v.short {
			l.contract(word, meant)
		}
	}
	return l
}

func (l lexicon) add(words string, change func(*lexeme)) {
	for word := range strings.FieldsSeq(words) {
		x, known := l[word]
		if !known {
			x.number = -1
		}
		change(&x)
		l[word] = x
	}
}

func (l lexicon) contract(word, meant string) {
	x := lexeme{number: -1}
	for part := range strings.FieldsSeq(meant) {
		x.spelled = append(x.spelled, l.token(part))
	}
	l[word] = x
}

// token describes one folded word, without its contraction.
func (l lexicon) token(text string) token {
	t := token{text: text, root: rootOf(text), number: -1}
	t.key = keyOf(text, t.root)
	if x, known := l[text]; known {
		t.kind, t.number, t.ordinal = x.kind, x.number, x.ordinal
	}
	return t
}
