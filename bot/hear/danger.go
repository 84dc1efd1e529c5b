package hear

import (
	"errors"
	"slices"
)

// DangerWords are the words in which one language speaks of danger, as
// supervisors write them. Every string but a name is a pattern: words that
// follow each other, {a class} of words, "a|b" for one of several words, "?"
// behind what may be missing, "_" between words of one alternative, "…" for up to four words of any kind, "^" and
// "$" for the beginning and the end of what was said, "&" between what may
// stand anywhere. "frapper~" is every form of a regular verb, "frapp*" every
// word that begins so.
type DangerWords struct {
	Language string
	Skip     []string // small words that may stand anywhere in a pattern
	Deny     []string // words that deny, before, inside or behind a pattern
	NoMore   []string // words that deny inside and behind a pattern only
	DenyWith []string // words that show that one behind a pattern denies: "ne"
	Harmless []string // words that are never taken for a misspelling
	Years    []string // what follows a number when it is an age
	Since    []string // what stands before a number of years that is no age
	Mine     []string // first-person words: what is said concerns the person
	Ordinary []string // words of studies, work, errands: a hint beside them is none
	Classes  []WordClass
	Idioms   []string // ways of speaking, whatever words they hold
	About    []string // a danger is the subject of studies, work, news, fiction
	Past     []string // long ago
	Over     []string // and over
	Minor    []string // the person is a child, or speaks as one
	Adult    []string
	Rules    []DangerRule
}

// WordClass is a name for words that mean the same; a word of several words is
// a pattern, which may hold classes written before it.
type WordClass struct {
	Name  string
	Words []string
}

// DangerRule lists what means one danger.
type DangerRule struct {
	Danger  string
	Now     []string // it is happening, or is going to
	Done    []string // it has happened; not so urgent when it is long ago
	Mention []string // only named: nothing when it is a subject, or long ago
	Hint    []string // only when the message speaks of nothing ordinary
}

// DangerKind is a danger and what it becomes. An empty name is no danger.
type DangerKind struct {
	ID     string
	Rank   int    // 0 is the gravest
	Denied string // when the person says that it is not so
	Past   string // when it is long ago
	Minor  string // when the person is a child; "" for the same
	Adult  string // when the person is not; "" for the same
}

// Alarm is a danger that was heard.
type Alarm struct {
	Danger   string
	Language string
	Words    string   // the words that decided, folded
	Pattern  string   // the supervisors' pattern that they match
	Softened string   // why it is another danger than the pattern's: denied, past, minor, adult
	Also     []string // other dangers in the same words, the gravest first
	rank     int
	order    int
	second   bool // what the danger would be for somebody of another age
}

func second(a Alarm) int {
	if a.second {
		return 1
	}
	return 0
}

// Dangers hears danger in every language at once, whatever language a
// conversation is in. It never changes once made and may be shared.
type Dangers struct {
	lexis
	kinds   []DangerKind
	tongues []*tongue
	order   map[string]int
}

// tongue is one language, compiled.
type tongue struct {
	name                                    string
	skip, deny, more, with                  classID
	years, since, mine, ordinary            classID
	phrases                                 []sequence // of classes, in the order written
	idioms, about, past, over, minor, adult []sequence
	rules                                   []rule
	rarest                                  patternsOf // the rules
	rarestPhrase                            patternsOf // the phrases
	noPhrase                                []uint64   // a bit for each phrase, none set
}

type moment uint8

const (
	now moment = iota
	done
	mentioned
	hinted
)

type rule struct {
	sequence
	kind int
	when moment
}

// NewDangers compiles the words of all languages. The kinds stand in the order
// in which they are to be preferred within a rank. The error joins
// a PatternError for every pattern that cannot be read.
func NewDangers(kinds []DangerKind, words []DangerWords) (*Dangers, error) {
	d := &Dangers{lexis: newLexis(), kinds: kinds, order: map[string]int{}}
	for i, k := range kinds {
		d.order[k.ID] = i
	}
	var errs []error
	for i := range words {
		c := dangerCompiler{lexis: &d.lexis, names: map[string]classID{}, same: map[string]int{}, words: &words[i]}
		t, err := c.tongue(d.order)
		d.tongues, errs = append(d.tongues, t), append(errs, err)
	}
	if d.last == maxClasses-1 {
		errs = append(errs, errors.New("trop de mots différents : les phrases doivent partager leurs familles de mots"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	d.close()
	common := d.common()
	for _, t := range d.tongues {
		t.rarestFirst(common)
	}
	return d, nil
}

// Announces says whether a language has any words for a danger.
func (d *Dangers) Announces(language, danger string) bool {
	for _, t := range d.tongues {
		if t.name == language && slices.ContainsFunc(t.rules, func(r rule) bool {
			k := &d.kinds[r.kind]
			return k.ID == danger || k.Minor == danger || k.Adult == danger
		}) {
			return true
		}
	}
	return false
}

// Hear finds the gravest danger that a text speaks of; ok is false for none.
// A denied one counts as what its kind says of a denial.
func (d *Dangers) Hear(text string) (best Alarm, ok bool) {
	var room [64]word
	words := d.listen(room[:0], text)
	if len(words) == 0 {
		return Alarm{}, false
	}
	var alarms []Alarm
	for start := 0; ; start += window - overlap {
		end := min(start+window, len(words))
		alarms = d.hearPart(words[start:end], alarms)
		if end == len(words) {
			break
		}
	}
	if len(alarms) == 0 {
		return Alarm{}, false
	}
	slices.SortStableFunc(alarms, func(a, b Alarm) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		if a.second != b.second {
			return second(a) - second(b)
		}
		return a.order - b.order
	})
	best = alarms[0]
	for _, a := range alarms[1:] {
		if a.Danger != best.Danger && !slices.Contains(best.Also, a.Danger) {
			best.Also = append(best.Also, a.Danger)
		}
	}
	return best, true
}

// A long text is heard in parts of window words, each of which begins with the
// last overlap words of the one before; in one part no more than maxFound
// places are looked at, of which one would do.
const (
	window   = 200
	overlap  = 20
	maxFound = 48
)

// hearPart adds what one part of a text amounts to.
func (d *Dangers) hearPart(words []word, alarms []Alarm) []Alarm {
	h := hearing{lexis: &d.lexis, words: words, phrases: &phrases{make([]span, 0, 32)}}
	h.read()
	var room [8]found
	all := room[:0]
	for _, t := range d.tongues {
		all = h.hearIn(t, all)
	}
	if len(all) == 0 {
		return alarms
	}
	return append(alarms, d.judged(&h, all)...)
}

// found is one place where a rule stands.
type found struct {
	match
	rule  *rule
	words *tongue
}

// hearIn adds where the rules of one language stand.
func (h *hearing) hearIn(t *tongue, all []found) []found {
	h.begin(t)
	t.rarest.each(&h.present, func(i int32) {
		r := &t.rules[i]
		if len(all) < maxFound && h.possible(&r.sequence) {
			h.all(&r.sequence, func(m match) bool {
				all = append(all, found{m, r, t})
				return len(all) < maxFound
			})
		}
	})
	return all
}

// judged is what everything found amounts to, given the rest of the message.
func (d *Dangers) judged(h *hearing, all []found) []Alarm {
	rest := h.setting(d.tongues)
	var alarms []Alarm
	for i := range all {
		at := slices.Index(d.tongues, all[i].words)
		a, heard := d.judge(h, &all[i], rest, rest.of[at])
		if !heard {
			continue
		}
		alarms = append(alarms, a)
		if k := all[i].rule.kind; a.Softened == "minor" || a.Softened == "adult" {
			a.Danger, a.order, a.second = d.kinds[k].ID, k, true // who is mistaken for a child needs those numbers too
			alarms = append(alarms, a)
		}
	}
	return alarms
}

// judge says what a match amounts to, given the rest of the message.
func (d *Dangers) judge(h *hearing, f *found, s *setting, when times) (Alarm, bool) {
	r, m, t := f.rule, f.match, f.words
	for i := range s.of {
		if (d.tongues[i] == t || r.when >= mentioned) && s.of[i].cover(m) {
			return Alarm{}, false
		}
	}
	switch {
	case r.when == hinted && (s.about || s.past || slices.Contains(when.ordinary, h.words[m.start].sentence)), r.when == mentioned && (s.about || s.past || s.over || len(when.ordinary) > 0), when.about && !h.mine(t, m), r.when == done && s.over:
		return Alarm{}, false
	}
	if m.end-m.start == 1 && h.words[m.start].guess && !(r.first && r.last) {
		return Alarm{}, false // one word, and not even that one
	}
	kind, why := &d.kinds[r.kind], ""
	id := kind.ID
	switch {
	case m.denied || h.denied(t, m):
		id, why = kind.Denied, "denied"
	case r.when == done && s.past:
		id, why = kind.Past, "past"
	case when.minor && !when.adult && kind.Minor != "":
		id, why = kind.Minor, "minor"
	case when.adult && kind.Adult != "":
		id, why = kind.Adult, "adult"
	}
	at, known := d.order[id]
	if !known {
		return Alarm{}, false
	}
	return Alarm{Danger: id, Language: t.name, Words: h.said(m), Pattern: r.written, Softened: why, rank: d.kinds[at].Rank, order: at}, true
}

// cover says that a way of speaking holds words of a match, and is not part of
// one that says more.
func (w *times) cover(m match) bool {
	return slices.ContainsFunc(w.idioms, func(i span) bool {
		start, end := int(i.start), int(i.end)
		return start < m.end && m.start < end && (m.start > start || m.end <= end)
	})
}

// denied says that a denial stands just before a match, or just behind it.
func (h *hearing) denied(t *tongue, m match) bool {
	for k := m.start - 1; k >= 0 && k >= m.start-3 && !h.words[k+1].pause; k-- {
		if h.has(k, t.deny) {
			return true
		}
		if !h.has(k, t.skip) {
			break
		}
	}
	k := m.end
	if k == len(h.words) || h.words[k].pause || !h.has(k, t.deny) && !h.has(k, t.more) {
		return false
	}
	if k+1 == len(h.words) || h.words[k+1].pause {
		return true
	}
	for i := max(0, m.start-4); i < k; i++ {
		if h.has(i, t.with) {
			return true
		}
	}
	return false
}

// mine says that a match concerns the person or somebody near: first-person
// words in it or shortly before it.
func (h *hearing) mine(t *tongue, m match) bool {
	for k := max(0, m.start-4); k < m.end; k++ {
		if h.has(k, t.mine) {
			return true
		}
	}
	return false
}
