package place

import (
	_ "embed"
	"iter"
	"sort"
	"strconv"
	"strings"
)

// packed is the table of communes, made by cmd/communes. Licence Ouverte; its first line says whose.
//
//go:embed communes.bin
var packed string

// table is the one that the program carries. It never changes.
var table = open(packed)

// A communes is a packed table, looked up where it stands.
type communes struct {
	section      [sectionCount]string
	attribution  string
	regions      []area // by code
	departements []area
	begins       [pairs + 1]uint16 // the first name from each two letters on
}

// pairs is how many two letters there are.
const pairs = 26 * 26

// pairOf is the number of the two letters that a key begins with, from "aa" on.
func pairOf(key string) (pair int, ok bool) {
	if len(key) < 2 || key[0] < 'a' || key[0] > 'z' || key[1] < 'a' || key[1] > 'z' {
		return 0, false
	}
	return int(key[0]-'a')*26 + int(key[1]-'a'), true
}

// An area is a région or a département.
type area struct{ code, region, name, key string }

func open(packed string) *communes {
	c := &communes{}
	rest := strings.TrimPrefix(packed, magic)
	at := 4 * sectionCount
	for i := range c.section {
		n := int(uint32At(rest, 4*i))
		c.section[i] = rest[at : at+n]
		at += n
	}
	for i, line := range strings.Split(strings.TrimSuffix(c.section[inText], "\n"), "\n") {
		switch fields := strings.Split(line, "\t"); {
		case i == 0:
			c.attribution = line
		case fields[0] == "R":
			c.regions = append(c.regions, area{fields[1], fields[1], fields[2], keyOf(fields[2])})
		default:
			c.departements = append(c.departements, area{fields[1], fields[2], fields[3], keyOf(fields[3])})
		}
	}
	for pair := range pairs {
		c.begins[pair] = uint16(c.first(c.all(), string([]byte{'a' + byte(pair/26), 'a' + byte(pair%26)})))
	}
	c.begins[pairs] = uint16(c.names())
	return c
}

func uint16At(s string, i int) int { return int(s[i]) | int(s[i+1])<<8 }
func uint24At(s string, i int) int { return uint16At(s, i) | int(s[i+2])<<16 }
func uint32At(s string, i int) int { return uint24At(s, i) | int(s[i+3])<<24 }

// names counts the distinct names.
func (c *communes) names() int { return len(c.section[inNameAt])/4 - 1 }

// key is the key of a name, display the name as it is written.
func (c *communes) key(name int) string {
	from := uint24At(c.section[inNameAt], 4*name)
	return c.section[inNames][from : from+int(c.section[inNameAt][4*name+3])]
}

func (c *communes) display(name int) string {
	from := uint24At(c.section[inNameAt], 4*name) + int(c.section[inNameAt][4*name+3])
	return c.section[inNames][from:uint24At(c.section[inNameAt], 4*name+4)]
}

// A span is a run of names in the order of their keys.
type span struct{ from, to int }

func (c *communes) all() span { return span{0, c.names()} }

// within narrows a span to the names whose keys begin with a prefix.
func (c *communes) within(s span, prefix string) span {
	if pair, ok := pairOf(prefix); ok && s == c.all() {
		s = span{int(c.begins[pair]), int(c.begins[pair+1])}
	}
	from := c.first(s, prefix)
	to, step := from, 1 // most spans are short
	for to+step <= s.to && strings.HasPrefix(c.key(to+step-1), prefix) {
		to += step
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if to+step <= s.to && strings.HasPrefix(c.key(to+step-1), prefix) {
			to += step
		}
	}
	return span{from, to}
}

// first is the first name of a span whose key is a prefix or comes after it.
func (c *communes) first(s span, prefix string) int {
	from, to := s.from, s.to
	for from < to {
		if middle := (from + to) / 2; c.key(middle) < prefix {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}

// records of a name are those from first to the next name's first.
func (c *communes) records(name int) (from, to int) {
	return uint16At(c.section[inFirst], 2*name), uint16At(c.section[inFirst], 2*name+2)
}

// count is the number of records.
func (c *communes) count() int { return len(c.section[inRecords]) / recordSize }

func (c *communes) departement(record int) *area {
	return &c.departements[c.section[inRecords][record*recordSize]]
}

func (c *communes) population(record int) int {
	return uint24At(c.section[inRecords], record*recordSize+3)
}

// whole is the commune that a record has become a part of, or is an arrondissement of; itself for others.
func (c *communes) whole(record int) int {
	if w := uint16At(c.section[inRecords], record*recordSize+6); w != itself {
		return w
	}
	return record
}

func (c *communes) postcode(record int) int {
	return uint24At(c.section[inRecords], record*recordSize+8)
}

// arrondissement says whether a record is one of a town's.
func (c *communes) arrondissement(record int) bool {
	return c.whole(record) != record && c.population(record) > 0
}

// code of a record is its département's first two characters and a number of three digits.
func (c *communes) code(record int) string {
	digits := strconv.Itoa(1000 + uint16At(c.section[inRecords], record*recordSize+1))
	return c.departement(record).code[:2] + digits[1:]
}

// name of a record.
func (c *communes) name(record int) string {
	return c.display(sort.Search(c.names(), func(i int) bool { _, to := c.records(i); return to > record }))
}

// byCode finds a commune of today or an arrondissement.
func (c *communes) byCode(code string) (record int, ok bool) {
	codes := c.section[inCodes]
	i := sort.Search(len(codes)/2, func(i int) bool { return c.code(uint16At(codes, 2*i)) >= code })
	if i == len(codes)/2 {
		return 0, false
	}
	record = uint16At(codes, 2*i)
	return record, c.code(record) == code
}

// byPostcode yields the communes of a postcode; of a town in arrondissements, those.
func (c *communes) byPostcode(postcode int) iter.Seq[int] {
	return func(yield func(int) bool) {
		list := c.section[inPostcodes]
		n := len(list) / postcodeSize
		i := sort.Search(n, func(i int) bool { return uint24At(list, i*postcodeSize) >= postcode })
		for ; i < n && uint24At(list, i*postcodeSize) == postcode; i++ {
			if !yield(uint16At(list, i*postcodeSize+3)) {
				return
			}
		}
	}
}

// place is what the others get to know of a record: a commune that has become part of another is that.
func (c *communes) place(record int) Place {
	if !c.arrondissement(record) {
		record = c.whole(record)
	}
	d := c.departement(record)
	p := Place{Kind: Commune, Code: c.code(record), Name: c.name(record), Departement: d.code, Region: d.region, Population: c.population(record)}
	if n := c.postcode(record); n > 0 {
		p.Postcode = strconv.Itoa(100000 + n)[1:]
	}
	return p
}

// Attribution says who published the table, of which date and under which licence.
func Attribution() string { return table.attribution }
