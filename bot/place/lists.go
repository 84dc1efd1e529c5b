package place

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
)

//go:embed nicknames.txt
var nicknamesFile string

//go:embed abroad.txt
var abroadFile string

//go:embed words.txt
var wordsFile string

// The lists are read when the program starts and never change.
var (
	abroad = readAbroad(abroadFile) // the right names, in order
	others = readOthers(abroadFile, nicknamesFile)
	words  = readWords(wordsFile)
)

// meaning of a nickname: a kind and the index of a record or an area.
type known struct {
	kind  Kind
	index int
}

// entries gives the lines of a list: what stands before the equals sign, and after it.
func entries(file string) [][2]string {
	var all [][2]string
	for line := range strings.Lines(file) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if left, right, _ := strings.Cut(line, "="); strings.TrimSpace(left) != "" {
			all = append(all, [2]string{strings.TrimSpace(left), strings.TrimSpace(right)})
		}
	}
	return all
}

// otherNames are those that are not a commune's own, and with which two letters any begins.
type otherNames struct {
	byKey  map[string]known
	begins [pairs]bool
}

// find finds a name by its key.
func (o *otherNames) find(key string) (known, bool) {
	if !o.begin(key) {
		return known{}, false
	}
	k, ok := o.byKey[key]
	return k, ok
}

// begin says whether any may begin like a key.
func (o *otherNames) begin(key string) bool {
	pair, ok := pairOf(key)
	return !ok || o.begins[pair]
}

// readOthers reads the towns abroad and the nicknames, and adds the areas.
func readOthers(abroad, nicknames string) *otherNames {
	o := &otherNames{byKey: map[string]known{}}
	for i, e := range entries(abroad) {
		o.byKey[keyOf(e[0])] = known{Abroad, i}
	}
	maps.Copy(o.byKey, readNicknames(nicknames))
	for key := range o.byKey {
		if pair, ok := pairOf(key); ok {
			o.begins[pair] = true
		}
	}
	return o
}

func readNicknames(file string) map[string]known {
	names := map[string]known{}
	for _, e := range entries(file) {
		for name := range strings.SplitSeq(e[0], ",") {
			if k, ok := meant(e[1]); ok {
				names[keyOf(name)] = k
			}
		}
	}
	for i, r := range table.regions {
		names[r.key] = known{Region, i}
	}
	for i, d := range table.departements {
		if d.region != d.code { // overseas one name is both
			names[d.key] = known{Departement, i}
		}
	}
	return names
}

// meant is what the code of a list stands for.
func meant(code string) (known, bool) {
	if rest, is := strings.CutPrefix(code, "D"); is {
		i := areaAt(table.departements, rest)
		return known{Departement, i}, i >= 0
	}
	if rest, is := strings.CutPrefix(code, "R"); is {
		i := areaAt(table.regions, rest)
		return known{Region, i}, i >= 0
	}
	record, ok := table.byCode(code)
	return known{Commune, record}, ok
}

// areaAt is the index of an area by its code, or -1.
func areaAt(areas []area, code string) int {
	i, ok := slices.BinarySearchFunc(areas, code, func(a area, c string) int { return strings.Compare(a.code, c) })
	if !ok {
		return -1
	}
	return i
}

func readAbroad(file string) (names []string) {
	for _, e := range entries(file) {
		names = append(names, e[1])
	}
	return names
}

// sense says what else a name of a place is.
type sense uint8

const (
	ordinary sense = 1 << iota // a word of the language, or one that is often mistaken for a name
	person                     // a first or a family name
	firm                       // an enterprise or a brand
)

// readWords reads the words that are, or look like, names of places and mostly mean something else:
// words after "mots", names of people after "noms", enterprises after "marques".
func readWords(file string) map[string]sense {
	all := map[string]sense{}
	kinds := map[string]sense{"mots": ordinary, "noms": person, "marques": firm}
	for _, e := range entries(file) {
		for w := range strings.FieldsSeq(e[1]) {
			all[w] |= kinds[e[0]]
		}
	}
	return all
}
