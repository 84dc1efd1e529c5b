package flow

import "slices"

// A shape says what may stand at a place of a file. Reading, checking and canonical order all follow
// the same shapes; shapes.go holds one for each file.
type shape struct {
	is   sort
	keys []field  // of a record, in canonical order
	each *shape   // of a list's items, or of the values of a table or of pairs
	only []string // of a word: the closed set it is from
	ids  idStyle  // of a table: how its keys are written
	name string   // of a table: what one of its records is called, in French
}

type field struct {
	name string
	must bool
	*shape
}

// sort is the kind of value that a place takes.
type sort int

const (
	record  sort = iota // fixed keys
	table               // ids → records; never on one line
	pairs               // names → values, short
	list                // items
	rows                // lists aligned in columns
	prose               // what people read: a text with placeholders
	phrase              // what supervisors and counsellors read, and synonyms: no placeholders
	word                // an id, a reference, an address
	cell                // of a condition
	whole               // a number
	truth               // true or false
	span                // 6s, 5m, 24h
	day                 // 2026-11-02
	moment              // 2026-12-24T12:00
	opening             // hours of a day
)

// idStyle is how the keys of a table are written.
type idStyle int

const (
	plainID  idStyle = iota // a-z, 0-9, _
	dashedID                // and -
	digitID                 // "35", "2A", "3114": always between quotation marks
	freeID                  // checked elsewhere
)

// french says what a sort takes, to complete "il faut ".
func (s sort) french() string {
	switch s {
	case record, table, pairs:
		return `des lignes "clé: valeur"`
	case list, rows:
		return "une liste, comme [a, b]"
	case prose, phrase:
		return "un texte"
	case word, cell:
		return "un mot"
	case whole:
		return "un nombre entier"
	case truth:
		return "true ou false"
	case span:
		return "une durée, comme 6s, 5m ou 24h"
	case day:
		return "une date, comme 2026-11-02"
	case moment:
		return "une date et une heure, comme 2026-12-24T12:00"
	case opening:
		return `des heures, comme "09:00-12:30, 13:30-18:00"`
	}
	return "autre chose"
}

func (s *shape) field(name string) *shape {
	if s == nil {
		return nil
	}
	switch s.is {
	case record:
		for i := range s.keys {
			if s.keys[i].name == name {
				return s.keys[i].shape
			}
		}
		return nil
	case table, pairs:
		return s.each
	}
	return nil
}

// spares says whether a record is as good without a key.
func (s *shape) spares(key string) bool {
	if s == nil || s.is != record {
		return s != nil && s.is == pairs
	}
	if s == stepShape && slices.Contains(kinds(), Kind(key)) {
		return false // it says what a step is
	}
	i := slices.IndexFunc(s.keys, func(f field) bool { return f.name == key })
	return i >= 0 && !s.keys[i].must
}

func (s *shape) names() []string {
	names := make([]string, len(s.keys))
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

// must and may build the fields of a record.
func must(name string, s *shape) field { return field{name, true, s} }
func may(name string, s *shape) field  { return field{name, false, s} }

func one(is sort) *shape                      { return &shape{is: is} }
func oneOf(words ...string) *shape            { return &shape{is: word, only: words} }
func listOf(each *shape) *shape               { return &shape{is: list, each: each} }
func recordOf(keys ...field) *shape           { return &shape{keys: keys} }
func pairsOf(ids idStyle, each *shape) *shape { return &shape{is: pairs, ids: ids, each: each} }
func tableOf(name string, ids idStyle, each *shape) *shape {
	return &shape{is: table, name: name, ids: ids, each: each}
}
