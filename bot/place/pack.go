package place

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Source is what the table of communes is made of.
type Source struct {
	Attribution  string // who published it under which licence: it goes out with the table
	Regions      []SourceArea
	Departements []SourceArea
	Communes     []SourceCommune
}

// SourceArea is a région or a département.
type SourceArea struct{ Code, Region, Name string }

// SourceCommune is a commune of today, one that has become a part of another, or an arrondissement of one.
type SourceCommune struct {
	Code, Name, Departement string
	Into                    string // code of the commune it is a part of, or ""
	Arrondissement          bool
	Postcodes               []string
	Population              int
}

// The table is one string in little-endian, looked up where it stands: nothing is unpacked when the
// program starts. After the magic come the length of each section and the sections, in this order.
const (
	magic        = "communes 1\n"
	recordSize   = 11
	postcodeSize = 5
)

const (
	inText       = iota // attribution, regions, départements: a line each, fields between tabs
	inNames             // each name's key, then its display form
	inNameAt            // per name: where it begins in inNames, 3 bytes, and its key's length, 1 byte
	inBackward          // names by their key read backward, 2 bytes each
	inSounds            // hash of the sound and name, 2 bytes each, sorted
	inFirst             // per name: its first record, 2 bytes, and one more at the end
	inRecords           // recordSize bytes each: département 1, number 2, population 3, whole 2, postcode 3
	inCodes             // records by code, 2 bytes each
	inPostcodes         // postcode 3 bytes and record 2, sorted
	sectionCount        // of sections
)

// whole values say that a record is a commune of today.
const itself = 0xFFFF

// Pack makes the table. The same source gives the same bytes, whatever its order.
func Pack(src Source) (string, error) {
	p := packer{departements: map[string]int{}}
	var sections [sectionCount]string
	sections[inText] = p.text(src)
	p.communes = slices.Clone(src.Communes)
	slices.SortFunc(p.communes, func(a, b SourceCommune) int {
		return cmp.Or(cmp.Compare(keyOf(a.Name), keyOf(b.Name)), cmp.Compare(a.Name, b.Name),
			cmp.Compare(b.Population, a.Population), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Into, b.Into))
	})
	if len(p.communes) >= itself {
		return "", fmt.Errorf("%d communes; the table holds %d", len(p.communes), itself-1)
	}
	p.index()
	sections[inNames], sections[inNameAt], sections[inFirst] = p.nameSections()
	sections[inBackward], sections[inSounds] = p.orders()
	sections[inPostcodes] = p.postcodes()
	sections[inCodes] = p.codes()
	var err error
	if sections[inRecords], err = p.records(); err != nil {
		return "", err
	}
	out := []byte(magic)
	for _, s := range sections {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(s)))
	}
	return string(out) + strings.Join(sections[:], ""), nil
}

// packer holds what several sections are made of.
type packer struct {
	communes     []SourceCommune
	departements map[string]int
	at           map[string]int // code of a commune of today or an arrondissement → record
	names        []string       // distinct, in order
	firsts       []int          // first record of each name
}

func (p *packer) text(src Source) string {
	var b strings.Builder
	line := func(fields ...string) { b.WriteString(strings.Join(fields, "\t") + "\n") }
	line(src.Attribution)
	byCode := func(a, b SourceArea) int { return cmp.Compare(a.Code, b.Code) }
	for _, r := range slices.SortedFunc(slices.Values(src.Regions), byCode) {
		line("R", r.Code, r.Name)
	}
	for i, d := range slices.SortedFunc(slices.Values(src.Departements), byCode) {
		p.departements[d.Code] = i
		line("D", d.Code, d.Region, d.Name)
	}
	return b.String()
}

func (p *packer) index() {
	p.at = map[string]int{}
	for i, c := range p.communes {
		if c.Into == "" || c.Arrondissement {
			p.at[c.Code] = i
		}
		if i == 0 || c.Name != p.communes[i-1].Name {
			p.names, p.firsts = append(p.names, c.Name), append(p.firsts, i)
		}
	}
	p.firsts = append(p.firsts, len(p.communes))
}

func (p *packer) nameSections() (names, at, first string) {
	var n, a, f []byte
	for i, name := range p.names {
		key := keyOf(name)
		a = append(append24(a, len(n)), byte(len(key)))
		n = append(append(n, key...), name...)
		f = binary.LittleEndian.AppendUint16(f, uint16(p.firsts[i]))
	}
	a = append(append24(a, len(n)), 0)
	return string(n), string(a), string(binary.LittleEndian.AppendUint16(f, uint16(len(p.communes))))
}

func (p *packer) orders() (backward, sounds string) {
	type ordered struct {
		reversed string
		sound    uint16
		name     int
	}
	all := make([]ordered, len(p.names))
	for i, name := range p.names {
		key := []byte(keyOf(name))
		sound := hash(appendSound(nil, string(key)))
		slices.Reverse(key)
		all[i] = ordered{string(key), sound, i}
	}
	var b, s []byte
	slices.SortFunc(all, func(a, b ordered) int { return cmp.Or(cmp.Compare(a.reversed, b.reversed), a.name-b.name) })
	for _, o := range all {
		b = binary.LittleEndian.AppendUint16(b, uint16(o.name))
	}
	slices.SortFunc(all, func(a, b ordered) int { return cmp.Or(cmp.Compare(a.sound, b.sound), a.name-b.name) })
	for _, o := range all {
		s = binary.LittleEndian.AppendUint16(s, o.sound)
		s = binary.LittleEndian.AppendUint16(s, uint16(o.name))
	}
	return string(b), string(s)
}

func (p *packer) records() (string, error) {
	out := make([]byte, 0, len(p.communes)*recordSize)
	for _, c := range p.communes {
		departement, known := p.departements[c.Departement]
		number, err := codeNumber(c.Code)
		if !known || err != nil {
			return "", fmt.Errorf("commune %s %s: département %q, %w", c.Code, c.Name, c.Departement, err)
		}
		whole := itself
		if c.Into != "" {
			if whole, known = p.at[c.Into]; !known {
				return "", fmt.Errorf("commune %s %s is a part of %s, which is not listed", c.Code, c.Name, c.Into)
			}
		}
		postcode := 0
		if len(c.Postcodes) > 0 {
			if _, err := fmt.Sscanf(slices.Min(c.Postcodes), "%d", &postcode); err != nil {
				return "", fmt.Errorf("commune %s %s: postcode: %w", c.Code, c.Name, err)
			}
		}
		out = append(out, byte(departement))
		out = binary.LittleEndian.AppendUint16(out, number)
		out = append24(out, c.Population)
		out = binary.LittleEndian.AppendUint16(out, uint16(whole))
		out = append24(out, postcode)
	}
	return string(out), nil
}

// codeNumber is a commune's code without its first two characters, which its département tells.
func codeNumber(code string) (uint16, error) {
	var n uint16
	if len(code) != 5 {
		return 0, fmt.Errorf("code %q has not five characters", code)
	}
	_, err := fmt.Sscanf(code[2:], "%d", &n)
	return n, err
}

func (p *packer) codes() string {
	var out []byte
	for _, code := range slices.Sorted(maps.Keys(p.at)) {
		out = binary.LittleEndian.AppendUint16(out, uint16(p.at[code]))
	}
	return string(out)
}

// postcodes lists the communes of today by postcode; of a town that has arrondissements, those.
func (p *packer) postcodes() string {
	divided := map[string]bool{}
	for _, c := range p.communes {
		if c.Arrondissement {
			divided[c.Into] = true
		}
	}
	type pair struct{ postcode, record int }
	var all []pair
	for i, c := range p.communes {
		if divided[c.Code] || c.Into != "" && !c.Arrondissement {
			continue
		}
		for _, code := range c.Postcodes {
			n := 0
			fmt.Sscanf(code, "%d", &n) //nolint:errcheck // a commune's postcodes are digits, checked by records
			all = append(all, pair{n, i})
		}
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Or(a.postcode-b.postcode, a.record-b.record) })
	var out []byte
	for _, x := range slices.Compact(all) {
		out = binary.LittleEndian.AppendUint16(append24(out, x.postcode), uint16(x.record))
	}
	return string(out)
}

func append24(dst []byte, n int) []byte { return append(dst, byte(n), byte(n>>8), byte(n>>16)) }
