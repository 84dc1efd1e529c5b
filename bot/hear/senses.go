package hear

import (
	"slices"
	"strings"
)

// Sense is one thing people may mean, and the ways in which they say it.
//
// An expression is a few words in order: small words may stand between them,
// and one other word. "{arreter}" stands for any word of that family. " + "
// joins expressions that may stand anywhere in the message, in any order, not
// far apart. "=" before a small word makes it count, and makes the expression
// strict: only articles, pronouns and fillers may stand between its words.
type Sense struct {
	ID     string
	Words  []Said
	Except []Said // what is said so stands for something else
	Unless []Said // where one of these is said anywhere, the sense is not meant
	Denied bool   // counts when denied, too: whoever denies an insult has said it
	State  bool   // what somebody is today: not what they were, nor what they want to become
}

// Said is an expression in one language.
type Said struct{ Language, Words string }

// Found is one sense heard in an utterance.
type Found struct {
	Sense      int    // its place in the list given to NewSenses
	Content    int    // how many of the words that matched mean something
	Typos      int    // letters forgiven
	Start, End int    // the words it stands on, the end exclusive
	Words      string // those words, as they were heard
}

// Senses is a compiled lexicon of what people may mean. It never changes
// afterwards and may be shared.
type Senses struct {
	index            // words only; its expressions are not used
	shapes   []shape // of senses and of families
	openings         // the same, by how they begin
	families map[string]uint32
	wider    map[uint32][]uint32 // the families that a family is part of
	sounds   map[string]uint16   // by how a word sounds, unless two sound alike
	letters  map[[2]byte][]uint16
	senses   int
	weights  [][]weighing // for proposals: what a word speaks for
}

// A symbol is a word of the index or, from this number on, a family.
const firstFamily = 1 << 17

// shape is one part of an expression, compiled to symbols.
type shape struct {
	expression
	symbols  []uint32
	family   uint32 // that it belongs to, 0 for a sense's
	group    int32  // shapes of one expression joined by " + "
	part     uint8
	parts    uint8
	role     role
	always   bool // counts when denied
	state    bool // of a sense that is a state
	strict   bool
	language string
}

// role says what an expression does for its sense.
type role uint8

const (
	meaning   role = iota
	excepted       // what overlaps with it is not meant
	excluding      // nothing else of the sense is meant
)

// NewSenses compiles a lexicon. Families are read first: their expressions are
// plain words, or a whole other family. Owners of what is found are positions
// in senses.
func NewSenses(families map[string][]Said, senses []Sense) *Senses {
	s := &Senses{index: newIndex(small), families: map[string]uint32{}, senses: len(senses)}
	s.addFamilies(families)
	group := int32(0)
	for i := range senses {
		for _, said := range senses[i].Words {
			s.join(said, shape{expression: expression{owner: i}, group: group, always: senses[i].Denied, state: senses[i].State})
			group++
		}
		for _, said := range senses[i].Except {
			s.join(said, shape{expression: expression{owner: i}, group: group, role: excepted, always: true})
			group++
		}
		for _, said := range senses[i].Unless {
			s.join(said, shape{expression: expression{owner: i}, group: group, role: excluding})
			group++
		}
	}
	s.openings = s.listOpenings()
	s.listSounds()
	s.listLetters()
	s.weigh()
	return s
}

// addFamilies compiles the families, and notes which are part of which.
func (s *Senses) addFamilies(families map[string][]Said) {
	names := sortedKeys(families)
	for i, name := range names {
		s.families[name] = firstFamily + uint32(i)
	}
	parents := map[uint32][]uint32{}
	for _, name := range names {
		whole := s.families[name]
		for _, said := range families[name] {
			if part, is := s.families[Nested(said.Words)]; is {
				parents[part] = append(parents[part], whole)
				continue
			}
			s.add(said, shape{family: whole, parts: 1})
		}
	}
	s.wider = make(map[uint32][]uint32, len(parents))
	for part := range parents {
		s.wider[part] = ancestors(parents, part)
	}
}

// ancestors are the families that a family is part of, and those that these are part of.
func ancestors(parents map[uint32][]uint32, part uint32) []uint32 {
	var all []uint32
	for next := []uint32{part}; len(next) > 0; next = next[1:] {
		for _, p := range parents[next[0]] {
			if p != part && !slices.Contains(all, p) {
				all, next = append(all, p), append(next, p)
			}
		}
	}
	return all
}

// Nested is the family that an expression of a family is, "" for plain words.
func Nested(words string) string {
	name, opens := strings.CutPrefix(words, "{")
	name, closes := strings.CutSuffix(name, "}")
	if !opens || !closes || strings.ContainsAny(name, " {}") {
		return ""
	}
	return name
}

// Unknown names the families that an expression uses and nobody declared.
func Unknown(families map[string][]Said, words string) []string {
	var missing []string
	for part := range strings.FieldsSeq(words) {
		name, opens := strings.CutPrefix(strings.TrimPrefix(part, "="), "{")
		name, closes := strings.CutSuffix(name, "}")
		if _, known := families[name]; (opens || closes) && !known {
			missing = append(missing, name)
		}
	}
	return missing
}

// join adds the parts of an expression.
func (s *Senses) join(said Said, x shape) {
	parts := strings.Split(said.Words, " + ")
	x.parts = uint8(len(parts))
	for i, part := range parts {
		x.part = uint8(i)
		s.add(Said{said.Language, part}, x)
	}
}

// add compiles one run of words and families. Small words are left out where
// at least two others stay; a "ne" always is.
func (s *Senses) add(said Said, x shape) {
	x.language = said.Language
	drop := small
	if x.role != meaning { // what is excepted is excepted to the letter: "mon chef de projet", not "chef de projet"
		drop = article
	}
	var kept, spare []uint32
	for piece := range strings.FieldsSeq(said.Words) {
		piece, must := strings.CutPrefix(piece, "=")
		x.strict = x.strict || must
		if name, family := strings.CutPrefix(piece, "{"); family {
			id := s.families[strings.TrimSuffix(name, "}")]
			kept, spare = append(kept, id), append(spare, id)
			x.weight++
			continue
		}
		for _, t := range Listen(said.Language, piece).tokens {
			if t.is(partner) && !must {
				continue
			}
			id := uint32(s.id(t))
			spare = append(spare, id)
			x.denies = x.denies || t.is(denial|lacking|nomore)
			x.person = x.person || len(spare) == 1 && t.is(pronoun)
			if !t.is(drop) || must || t.is(denial|lacking|nomore) {
				kept = append(kept, id)
			}
			if !t.is(small) {
				x.weight++
			}
		}
	}
	if len(kept) < 2 && len(spare) > len(kept) {
		kept, x.strict = spare, true
	}
	if len(kept) == 0 {
		return
	}
	x.symbols, x.weight = kept, max(x.weight, 1)
	s.shapes = append(s.shapes, x)
}
