package place

import (
	"sort"
	"strings"
)

// fewest letters that a misspelt name has.
const shortestTypo = 4

// mostLooked bounds how many names a misspelt one is compared with at each of its ends.
const mostLooked = 1500

// typosIn is how many letters may be wrong in a name.
func typosIn(key string) int {
	if len(key) >= 9 {
		return 2
	}
	return 1
}

// misspelt adds the names that a key may be a misspelling of: those that sound the same, and those that
// limit letters tell apart. small is the least number of people a commune has, where it was not asked for
// a place that is served.
func (s *shortlist) misspelt(key string, small, limit int) {
	if len(key) < shortestTypo || len(key) > 40 {
		return
	}
	s.alike(key, small)
	half := (len(key) + 1) / 2
	ahead := table.within(table.all(), key[:max(half-1, min(half, 3))]) // two letters exchanged in the middle
	for name := ahead.from; name < min(ahead.to, ahead.from+mostLooked); name++ {
		s.consider(name, key, limit, small)
	}
	end := key[half:]
	if len(end) < 3 {
		end = key[len(key)-3:]
	}
	s.endingWith(end, key, limit, small)
}

// alike considers the names that sound the same.
func (s *shortlist) alike(key string, small int) {
	var room [48]byte
	said := appendSound(room[:0], key)
	sounds := table.section[inSounds]
	n, want := len(sounds)/4, int(hash(said))
	for i := sort.Search(n, func(i int) bool { return uint16At(sounds, 4*i) >= want }); i < n && uint16At(sounds, 4*i) == want; i++ {
		name := uint16At(sounds, 4*i+2)
		var other [48]byte
		if string(appendSound(other[:0], table.key(name))) == string(said) {
			s.consider(name, key, max(2, len(key)/3), small)
		}
	}
}

// endingWith considers the names with the same end.
func (s *shortlist) endingWith(end, key string, limit, small int) {
	order := table.section[inBackward]
	n := len(order) / 2
	at := func(i int) string { return table.key(uint16At(order, 2*i)) }
	i := sort.Search(n, func(i int) bool { return !backwardLess(at(i), end) })
	for looked := 0; i < n && looked < mostLooked && strings.HasSuffix(at(i), end); looked++ {
		s.consider(uint16At(order, 2*i), key, limit, small)
		i++
	}
}

// backwardLess compares two keys from their ends.
func backwardLess(a, b string) bool {
	for i := 1; ; i++ {
		if i > len(b) || i > len(a) {
			return len(a) < len(b)
		}
		if x, y := a[len(a)-i], b[len(b)-i]; x != y {
			return x < y
		}
	}
}

// consider adds a name if a few letters only tell it from the key.
func (s *shortlist) consider(name int, key string, limit, small int) {
	other := table.key(name)
	if d := len(other) - len(key); d > limit || -d > limit {
		return
	}
	from, _ := table.records(name)
	whole := table.whole(from)
	if table.population(whole) < small && !(s.asked && s.near.serves(known{Commune, whole})) {
		return
	}
	if n := typos(other, key, limit); n <= limit {
		s.addName(name, true, 1+(typoShare-1)*n)
	}
}

// typos counts the letters added, left out, changed or exchanged between two keys, up to limit and one more.
func typos(a, b string, limit int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 || len(a) > 48 || len(b) > 48 {
		return max(len(a), len(b))
	}
	var rows [3][50]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			d := min(change, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
