package hear

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of what is heard and of what may be written.
const (
	maxDangerWords = 3000
	maxClasses     = 16384
	maxMeanings    = 6
	maxRun         = 40 // letters of words run together
)

// word is one word of a message and the words of the vocabulary that it may be.
type word struct {
	text  string
	means [maxMeanings]int32
	n     uint8
	pause bool // punctuation stands before it
	guess bool // it is in no list: what it means is a guess

	sentence uint16    // which one of the message it stands in
	classes  [4]uint64 // what its classes are, modulo 256
}

func (w *word) meanings() []int32 { return w.means[:w.n] }

func (w *word) mean(entry int32) {
	if w.n < maxMeanings && !slices.Contains(w.meanings(), entry) {
		w.means[w.n] = entry
		w.n++
	}
}

// entry is one word of the vocabulary, of any language.
type entry struct {
	text    string
	classes []classID
	small   bool // a small word of some language
}

// slip is one way in which a word may be misspelled, as a number, and the next slip in the same slot.
type slip struct {
	short       uint64
	entry, next int32
}

// lexis is the words of all languages, and the ways they are misspelled.
type lexis struct {
	entries  []entry
	exact    map[string]int32
	prefixes map[string]int32   // words written with a "*"
	lengths  [nStarts]uint64    // of prefixes, by how they start: bit n for n bytes
	sounds   map[string][]int32 // of French words, by how they sound
	slips    []slip             // of every word, with one letter left out; the first stands for none
	slots    []int32            // the newest slip of each slot
	plain    map[string]bool
	last     classID // the newest class
}

func newLexis() lexis {
	return lexis{exact: map[string]int32{}, prefixes: map[string]int32{}, sounds: map[string][]int32{},
		slips: make([]slip, 1, 1<<16), plain: map[string]bool{}}
}

func (v *lexis) newClass() classID {
	if v.last == maxClasses-1 {
		return noClass // NewDangers refuses so many
	}
	v.last++
	return v.last
}

// add puts one word into a class, or every form of one.
func (v *lexis) add(written string, c classID, language string) {
	if verb, forms := strings.CutSuffix(strings.TrimSpace(written), "~"); forms {
		for _, form := range inflected(folding(verb), language) {
			v.add(form, c, language)
		}
		return
	}
	text, prefix := strings.CutSuffix(strings.TrimSpace(written), "*")
	text = folding(text)
	if text == "" || c == noClass {
		return
	}
	table := v.exact
	if prefix {
		table = v.prefixes
	}
	id, known := table[text]
	if !known {
		id = int32(len(v.entries))
		v.entries = append(v.entries, entry{text: text})
		table[text] = id
		if !prefix {
			v.spell(text, id, language)
		}
	}
	if e := &v.entries[id]; !slices.Contains(e.classes, c) {
		e.classes = append(e.classes, c)
	}
}

// markSmall marks the words of a class as small ones.
func (v *lexis) markSmall(c classID) {
	for i := range v.entries {
		v.entries[i].small = v.entries[i].small || slices.Contains(v.entries[i].classes, c)
	}
}

// minTypo and minSound are how long a word must be, in letters, to be
// recognised when it is misspelled.
const (
	minTypo  = 5 // in French, whose harmless words are listed best
	farTypo  = 6 // in other languages
	shyTypo  = 7 // in Arabic, where a letter more makes another word
	minSound = 4
)

// leastTypo is how long a word of a language must be.
func leastTypo(text, language string) int {
	switch {
	case text[0] >= 0xd8 && text[0] <= 0xdb:
		return shyTypo
	case language == "fr":
		return minTypo
	}
	return farTypo
}

// spell notes how a word may be misspelled.
func (v *lexis) spell(text string, id int32, language string) {
	if utf8.RuneCountInString(text) >= leastTypo(text, language) {
		dropped(text, func(short uint64) { v.slips = append(v.slips, slip{short: short, entry: id}) })
	}
	if language == "fr" && len(text) >= minSound {
		if s := sound(text); len(s) >= 3 {
			v.sounds[s] = append(v.sounds[s], id)
		}
	}
}

const nStarts = 1024

// startOf spreads the first two bytes of words over so many numbers.
func startOf(first, second byte) int { return (int(first)*37 + int(second)) % nStarts }

// slot is where the slips of a spelling are; there are a power of two.
func (v *lexis) slot(short uint64) *int32 { return &v.slots[short&uint64(len(v.slots)-1)] }

// close makes what needs every word.
func (v *lexis) close() {
	v.slots = make([]int32, 1<<bits.Len(uint(len(v.slips))))
	for i := 1; i < len(v.slips); i++ {
		slot := v.slot(v.slips[i].short)
		v.slips[i].next, *slot = *slot, int32(i)
	}
	for p := range v.prefixes {
		if len(p) > 1 {
			v.lengths[startOf(p[0], p[1])] |= 1 << len(p)
			continue
		}
		for second := range 256 {
			v.lengths[startOf(p[0], byte(second))] |= 1 << 1
		}
	}
}

// listen cuts a text into words and looks each one up.
func (v *lexis) listen(words []word, text string) []word {
	rest := composed(veiled(text))
	for told := uint16(0); rest != "" && len(words) < maxDangerWords; told++ {
		end := sentenceEnd(rest)
		words = v.sentence(words, rest[:end], told)
		rest = rest[end:]
	}
	return v.spelledOut(words)
}

// sentenceEnd is where the first sentence of a text ends.
func sentenceEnd(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '.', '!', '?', '\n':
			if text[i] == '\n' || i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n' {
				return i + 1
			}
		}
	}
	return len(text)
}

// sentence cuts one sentence, of which so many were told before it, into words.
func (v *lexis) sentence(words []word, text string, told uint16) []word {
	folded, stops := string(fold(roomFor(text), text, true)), len(words) > 0
	for from := 0; from < len(folded) && len(words) < maxDangerWords; {
		to := from
		for to < len(folded) && folded[to] > ' ' {
			to++
		}
		words = v.take(words, folded[from:to], stops, told)
		stops = to < len(folded) && folded[to] == pause
		from = to + 1
	}
	return words
}

// take looks one word up, or the two or more that it is run together from.
func (v *lexis) take(words []word, text string, pause bool, told uint16) []word {
	if strings.HasSuffix(text, veil) {
		text = strings.TrimRight(text, veil)
	}
	text = arabic(text)
	w := word{text: text, pause: pause, sentence: told}
	if v.look(&w) || len(text) < 3 || v.plain[text] {
		return append(words, w)
	}
	if parts := v.runTogether(text); parts != nil {
		for i, p := range parts {
			part := word{text: p, pause: pause && i == 0, sentence: told}
			v.look(&part)
			words = append(words, part)
		}
		return words
	}
	v.guess(&w)
	return append(words, w)
}

// look finds a word as it is written, and words that begin like it.
func (v *lexis) look(w *word) bool {
	if id, ok := v.exact[w.text]; ok {
		w.mean(id)
	}
	v.begins(w, w.text)
	if w.n == 0 && len(w.text) >= 3 && stretched(w.text) {
		if id, ok := v.exact[squeeze(w.text)]; ok {
			w.mean(id)
		}
	}
	if w.n == 0 {
		v.bare(w)
	}
	return w.n > 0
}

// begins finds the words written with a "*" that a text begins like.
func (v *lexis) begins(w *word, text string) {
	if text == "" {
		return
	}
	second := byte(0)
	if len(text) > 1 {
		second = text[1]
	}
	for lengths := v.lengths[startOf(text[0], second)]; lengths != 0; lengths &= lengths - 1 {
		n := bits.TrailingZeros64(lengths)
		if n > len(text) {
			return
		}
		if id, ok := v.prefixes[text[:n]]; ok {
			w.mean(id)
		}
	}
}

// bare looks an Arabic word up without the small words written onto it.
func (v *lexis) bare(w *word) {
	if w.text == "" || w.text[0] < 0xd8 || w.text[0] > 0xdb {
		return
	}
	for _, p := range [...]string{"وال", "بال", "فال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س"} {
		short, cut := strings.CutPrefix(w.text, p)
		if !cut || len(short) < 4 {
			continue
		}
		if id, ok := v.exact[short]; ok {
			w.mean(id)
		}
		v.begins(w, short)
	}
}

// runTogether cuts a word that is none into words that are: "jveux",
// "enviedemourir". Single letters are pronouns: j, m, d, l, n, s, t, c.
func (v *lexis) runTogether(text string) []string {
	if len(text) > maxRun || text[0] >= utf8.RuneSelf {
		return nil
	}
	if strings.IndexByte("jmdlnstcag", text[0]) >= 0 && v.knows(text[1:]) && (len(text) > 3 || text[0] == 'j' || text[0] == 'a') {
		return []string{text[:1], text[1:]}
	}
	if len(text) < 8 {
		return nil
	}
	return v.cut(text)
}

func (v *lexis) knows(text string) bool { _, ok := v.exact[text]; return ok }

// worthOfSmall is what a small word is worth when a word is cut, besides its
// length: in "denvidevivre" there is a "d" and a "de" rather than a "den" and a "vide".
const worthOfSmall = 4

// cut splits text into words of the vocabulary, small or long ones rather than
// short; nil when it is not made of such words alone.
func (v *lexis) cut(text string) []string {
	var best, from [maxRun + 1]int // the best that ends here, and where its last word begins
	best[0] = 1
	for start := range len(text) {
		if best[start] == 0 {
			continue
		}
		for end := start + 1; end <= len(text); end++ {
			if worth := v.worth(text[start:end]); worth > 0 && best[start]+worth >= best[end] {
				best[end], from[end] = best[start]+worth, start
			}
		}
	}
	if best[len(text)] == 0 || len(text)-from[len(text)] < 3 {
		return nil
	}
	var parts []string
	for end := len(text); end > 0; end = from[end] {
		parts = append(parts, text[from[end]:end])
	}
	slices.Reverse(parts)
	return parts
}

// worth is what a word counts for when it is one of several run together; 0
// for no word.
func (v *lexis) worth(text string) int {
	n := len(text)
	if n == 1 {
		if strings.IndexByte("jmdlnstc", text[0]) < 0 {
			return 0
		}
		return 1 + worthOfSmall
	}
	id, known := v.exact[text]
	switch {
	case !known:
		return 0
	case v.entries[id].small:
		return n*n + worthOfSmall
	}
	return n * n
}

// spelledOut joins letters written one by one, as in "s u i c i d e".
func (v *lexis) spelledOut(words []word) []word {
	for i := 0; i < len(words); i++ {
		end := i
		for end < len(words) && len(words[end].text) == 1 && words[end].text[0] >= 'a' {
			end++
		}
		if end-i < 5 {
			i = max(i, end-1)
			continue
		}
		var b strings.Builder
		for _, w := range words[i:end] {
			b.WriteString(w.text)
		}
		w := word{text: b.String(), pause: words[i].pause, sentence: words[i].sentence}
		if v.look(&w) {
			words = slices.Replace(words, i, end, w)
			continue
		}
		i = end - 1
	}
	return words
}
