package hear

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// classID names a class of words, of every language. noClass has no words.
type classID uint16

const noClass classID = 0

// sequence is a pattern, compiled.
type sequence struct {
	written  string
	elements []element
	need     []classID // of what must be said, the rarest first
	first    bool      // nothing but small words before it
	last     bool      // nor behind it
	yields   []classID // of a phrase: the classes it belongs to
	skip     classID
	deny     classID
	more     classID
	also     []sequence // what must be said besides, anywhere
}

// element is one place of a pattern.
type element struct {
	class    classID
	optional bool
	gap      bool // up to maxGap words may stand before it
}

// The words that may stand between two places of a pattern.
const (
	maxGap  = 4
	maxSkip = 3 // of small words
)

// PatternError says which pattern of which list cannot be read, and why, in
// the supervisors' language.
type PatternError struct {
	Language, Where, Pattern, Why string
}

func (e *PatternError) Error() string {
	return fmt.Sprintf("%s, %s : %q : %s", e.Language, e.Where, e.Pattern, e.Why)
}

// dangerCompiler compiles one language.
type dangerCompiler struct {
	*lexis
	words *DangerWords
	names map[string]classID
	skip  classID
	deny  classID
	more  classID
	errs  []error

	phrases []sequence
	same    map[string]int // of a phrase as it is written: which one it is
	unions  []union
}

func (c *dangerCompiler) tongue(kinds map[string]int) (*tongue, error) {
	w := c.words
	t := &tongue{name: w.Language}
	t.skip, t.deny = c.list("skip", w.Skip), c.list("deny", w.Deny)
	t.more, t.with = c.list("no_more", w.NoMore), c.list("deny_with", w.DenyWith)
	c.skip, c.deny, c.more = t.skip, t.deny, t.more
	c.markSmall(t.skip)
	t.years, t.since, t.mine = c.list("years", w.Years), c.list("since", w.Since), c.list("mine", w.Mine)
	t.ordinary = c.list("ordinary", w.Ordinary)
	for _, word := range w.Harmless {
		c.plain[folding(word)] = true
	}
	for _, class := range w.Classes {
		c.class(class)
	}
	t.idioms, t.about = c.patterns("idioms", w.Idioms), c.patterns("about", w.About)
	t.past, t.over = c.patterns("past", w.Past), c.patterns("over", w.Over)
	t.minor, t.adult = c.patterns("minor", w.Minor), c.patterns("adult", w.Adult)
	for _, r := range w.Rules {
		kind, known := kinds[r.Danger]
		if !known {
			c.fail(r.Danger, "", "ce danger n'existe pas dans \"dangers\"")
		}
		for when, patterns := range [][]string{r.Now, r.Done, r.Mention, r.Hint} {
			for _, s := range c.patterns(r.Danger, patterns) {
				t.rules = append(t.rules, rule{s, kind, moment(when)})
			}
		}
	}
	c.join()
	t.phrases = c.phrases
	return t, errors.Join(c.errs...)
}

func (c *dangerCompiler) fail(where, pattern, why string) {
	c.errs = append(c.errs, &PatternError{c.words.Language, where, pattern, why})
}

// list makes a class of single words.
func (c *dangerCompiler) list(where string, words []string) classID {
	id := c.newClass()
	for _, w := range words {
		if strings.ContainsAny(folding(w), " ") {
			c.fail(where, w, "un seul mot par ligne ici")
		}
		c.add(w, id, c.words.Language)
	}
	return id
}

// class compiles a named class: its single words, and its phrases.
func (c *dangerCompiler) class(class WordClass) {
	id := c.newClass()
	for _, w := range class.Words {
		if !strings.ContainsAny(w, "{}|…^$?_") && !strings.Contains(folding(strings.TrimRight(w, "*~")), " ") {
			c.add(w, id, c.words.Language)
			continue
		}
		c.phrase(class.Name, w, id)
	}
	c.names[class.Name] = id
}

// phrase puts a phrase into a class. What is written twice is one phrase.
func (c *dangerCompiler) phrase(where, written string, into classID) {
	if at, known := c.same[written]; known {
		c.phrases[at].yields = append(c.phrases[at].yields, into)
		return
	}
	if s, ok := c.pattern(where, written); ok {
		s.yields = []classID{into}
		c.same[written] = len(c.phrases)
		c.phrases = append(c.phrases, s)
	}
}

func (c *dangerCompiler) patterns(where string, patterns []string) []sequence {
	var all []sequence
	for _, p := range patterns {
		if s, ok := c.pattern(where, p); ok {
			all = append(all, s)
		}
	}
	return all
}

// pattern compiles one pattern.
func (c *dangerCompiler) pattern(where, written string) (sequence, bool) {
	s := sequence{written: written, skip: c.skip, deny: c.deny, more: c.more}
	first, besides, both := strings.Cut(written, " & ")
	if both {
		other, ok := c.pattern(where, besides)
		if !ok {
			return s, false
		}
		s.also = append(s.also, other)
	}
	gap := false
	for part := range strings.FieldsSeq(strings.ReplaceAll(first, "...", "…")) {
		switch part {
		case "^":
			s.first = true
			continue
		case "$":
			s.last = true
			continue
		case "…":
			gap = true
			continue
		}
		part, optional := strings.CutSuffix(part, "?")
		part = strings.TrimSuffix(part, "|")
		for i, class := range c.place(where, written, part) {
			s.elements = append(s.elements, element{class, optional, gap && i == 0})
			if !optional && !slices.Contains(s.need, class) {
				s.need = append(s.need, class)
			}
		}
		gap = false
	}
	switch {
	case len(s.elements) == 0:
		c.fail(where, written, "il manque des mots")
		return s, false
	case s.elements[0].optional || s.elements[0].gap || gap:
		c.fail(where, written, "le premier et le dernier mot doivent être dits : ni « ? » au début, ni « … » au bord")
		return s, false
	}
	for _, other := range s.also {
		s.need = append(s.need, other.need...)
	}
	return s, true
}

// place gives the classes of one place of a pattern; "l'eau" is two places.
func (c *dangerCompiler) place(where, written, part string) []classID {
	alternatives := strings.Split(part, "|")
	if len(alternatives) == 1 && !strings.Contains(part, "{") && !strings.Contains(part, "_") {
		return c.literals(part)
	}
	if len(alternatives) == 1 {
		if id, ok := c.named(where, written, part); ok {
			return []classID{id}
		}
	}
	name := "\x00" + part
	id, known := c.names[name]
	if !known {
		id = c.newClass()
		c.names[name] = id
		for _, one := range alternatives {
			c.alternative(where, written, one, id)
		}
	}
	return []classID{id}
}

// literals are the classes of the words that one part of a pattern is.
func (c *dangerCompiler) literals(part string) []classID {
	var all []classID
	words := strings.Fields(folding(part))
	for i, w := range words {
		if end := part[len(part)-1]; i == len(words)-1 && (end == '*' || end == '~') {
			w += string(end)
		}
		id, known := c.names["\x00"+w]
		if !known {
			id = c.newClass()
			c.add(w, id, c.words.Language)
			c.names["\x00"+w] = id
		}
		all = append(all, id)
	}
	return all
}

// named is the class that {name} stands for.
func (c *dangerCompiler) named(where, written, part string) (classID, bool) {
	if !strings.HasPrefix(part, "{") || !strings.HasSuffix(part, "}") {
		if strings.ContainsAny(part, "{}") {
			c.fail(where, written, "une accolade est seule, ou au milieu d'un mot : on écrit {mots}")
		}
		return noClass, false
	}
	id, known := c.names[part[1:len(part)-1]]
	if !known {
		c.fail(where, written, "la classe "+part+" n'existe pas, ou est écrite plus bas")
	}
	return id, true
}

// alternative puts a word, a class or several_words into the class of a place.
func (c *dangerCompiler) alternative(where, written, one string, into classID) {
	if of, ok := c.named(where, written, one); ok {
		c.unions = append(c.unions, union{of, into})
		return
	}
	one = strings.ReplaceAll(one, "_", " ")
	switch words := strings.Fields(folding(strings.TrimRight(one, "*~"))); len(words) {
	case 0:
		c.fail(where, written, "il manque un mot à côté de « | »")
	case 1:
		c.add(one, into, c.words.Language)
	default:
		c.phrase(where, one, into)
	}
}

// union says that whatever is of one class is of another.
type union struct{ of, into classID }

// join makes the unions true, in the order in which they were written.
func (c *dangerCompiler) join() {
	parts, words := make([]bool, c.last+1), make([][]int32, c.last+1) // the classes that are part of others, and their words
	for _, u := range c.unions {
		parts[u.of] = true
	}
	note := func(word int, of classID) {
		if parts[of] {
			words[of] = append(words[of], int32(word))
		}
	}
	for i := range c.entries {
		for _, of := range c.entries[i].classes {
			note(i, of)
		}
	}
	for _, u := range c.unions {
		for _, i := range words[u.of] {
			if e := &c.entries[i]; !slices.Contains(e.classes, u.into) {
				e.classes = append(e.classes, u.into)
				note(int(i), u.into)
			}
		}
		for i := range c.phrases {
			if s := &c.phrases[i]; slices.Contains(s.yields, u.of) && !slices.Contains(s.yields, u.into) {
				s.yields = append(s.yields, u.into)
			}
		}
	}
}
