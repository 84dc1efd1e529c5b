package flow

import "slices"

// A Field is one key that a record may have: what a form asks for.
type Field struct {
	Name string
	Must bool
	s    *shape
}

// FieldKind says what a field takes, and so how a form asks for it.
type FieldKind string

// The kinds of field.
const (
	LongText    FieldKind = "prose"  // what people read, with {placeholders}
	ShortText   FieldKind = "phrase" // what staff read
	Word        FieldKind = "word"   // an id, a reference, an address
	OneOf       FieldKind = "choice" // a word of a closed set
	CellField   FieldKind = "cell"   // of a condition
	WholeField  FieldKind = "number"
	TruthField  FieldKind = "truth"
	SpanField   FieldKind = "span"    // 4m
	DayField    FieldKind = "day"     // 2026-11-02
	MomentField FieldKind = "moment"  // 2026-12-24T12:00
	OpenField   FieldKind = "opening" // 09:00-12:30, 13:30-18:00
	ListField   FieldKind = "list"    // of words or phrases
	Records     FieldKind = "records" // a list of records
	RecordField FieldKind = "record"
	TableField  FieldKind = "table" // ids → records
	PairsField  FieldKind = "pairs" // names → words
	RowsField   FieldKind = "rows"  // of a decision table
)

// Fields are the keys that a record may have, in canonical order; of a list of records those of an item, of
// a table those of a record in it.
func (v Value) Fields() []Field { return fieldsOf(v.s) }

// Fields are the keys below a field.
func (f Field) Fields() []Field { return fieldsOf(f.s) }

// Each is what an item of a list, or a record of a table, takes.
func (f Field) Each() Field {
	if f.s == nil {
		return Field{}
	}
	return Field{s: f.s.each}
}

func fieldsOf(s *shape) []Field {
	for s != nil && (s.is == list || s.is == table) {
		s = s.each
	}
	if s == nil || s.is != record {
		return nil
	}
	all := make([]Field, len(s.keys))
	for i, k := range s.keys {
		all[i] = Field{k.name, k.must, k.shape}
	}
	return all
}

// Field is what may stand under a key of a record or table.
func (v Value) Field(key string) (Field, bool) {
	if v.s == nil {
		return Field{}, false
	}
	if v.s.is == table || v.s.is == pairs {
		return Field{Name: key, s: v.s.each}, true
	}
	i := slices.IndexFunc(v.s.keys, func(k field) bool { return k.name == key })
	if i < 0 {
		return Field{}, false
	}
	k := v.s.keys[i]
	return Field{k.name, k.must, k.shape}, true
}

// FieldAt is what may stand at a place, whether or not something does.
func (d *Draft) FieldAt(at Place) (Field, bool) {
	src := d.files[at.File]
	if src == nil || src.tree == nil {
		return Field{}, false
	}
	s := shapeOf(at.File, src.tree)
	for _, key := range at.Path {
		switch {
		case s == nil:
			return Field{}, false
		case s.is == list || s.is == rows:
			s = s.each
		default:
			s = s.field(key)
		}
	}
	return Field{s: s}, s != nil
}

// Kind says what the field takes.
func (f Field) Kind() FieldKind {
	if f.s == nil {
		return Word
	}
	switch f.s.is {
	case prose:
		return LongText
	case phrase:
		return ShortText
	case cell:
		return CellField
	case whole:
		return WholeField
	case truth:
		return TruthField
	case span:
		return SpanField
	case day:
		return DayField
	case moment:
		return MomentField
	case opening:
		return OpenField
	case record:
		return RecordField
	case table:
		return TableField
	case pairs:
		return PairsField
	case rows:
		return RowsField
	case list:
		if f.s.each != nil && f.s.each.is == record {
			return Records
		}
		return ListField
	}
	if len(f.s.only) > 0 {
		return OneOf
	}
	return Word
}

// Words is the closed set that a choice, or each word of a list, is from; nil for an open one.
func (f Field) Words() []string {
	if f.s != nil && f.s.is == list && f.s.each != nil {
		return f.s.each.only
	}
	if f.s == nil {
		return nil
	}
	return f.s.only
}

// Sort says what the value is, by the shape of its file: of two records one may be a table.
func (v Value) Sort() FieldKind { return Field{s: v.s}.Kind() }

// YAML is the value on its own, as Record gives it.
func (v Value) YAML() string { return fragment(v, 0) }
