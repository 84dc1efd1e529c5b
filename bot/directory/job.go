package directory

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk/bot/hear"
)

// A Job is one appellation of the Répertoire opérationnel des métiers et des emplois (ROME).
type Job struct {
	Label string   `json:"label"`          // as ROME writes it: "Boulanger / Boulangère"
	Code  string   `json:"code"`           // of its métier, in the present numbering
	Near  []string `json:"near,omitempty"` // codes of neighbouring métiers; on the métier's own name alone
	Main  bool     `json:"main,omitempty"` // it is the métier's own name
}

// Both says a job in both genders, as people are told: « boulanger ou boulangère ».
func (j *Job) Both() string {
	him, her := genders(j.Label)
	if her == him {
		return lower(him)
	}
	return lower(him) + " ou " + lower(her)
}

// lower begins a label with a small letter, unless it begins with an abbreviation.
func lower(label string) string {
	first, n := utf8.DecodeRuneInString(label)
	second, _ := utf8.DecodeRuneInString(label[n:])
	if unicode.IsUpper(second) {
		return label
	}
	return string(unicode.ToLower(first)) + label[n:]
}

// genders writes the two forms of a label out. "Conducteur / Conductrice d'engins" shares what follows the
// second; "Chef boulanger / boulangère" what precedes the first, as far as the two begin alike.
func genders(label string) (him, her string) {
	him, her, both := strings.Cut(label, " / ")
	if !both || strings.Contains(her, " / ") {
		return label, label
	}
	first, _, _ := strings.Cut(her, " ")
	if words := strings.Fields(him); len(words) > 1 && strings.ToLower(first) == first && !alike(words[0], first) {
		return genders2(words, her)
	}
	if words, theirs := strings.Fields(him), strings.Fields(her); len(theirs) > len(words) {
		him += " " + strings.Join(theirs[len(words):], " ")
	}
	return him, her
}

// genders2 is for a second form that repeats only the last words of the first.
func genders2(words []string, her string) (string, string) {
	theirs := strings.Fields(her)
	for i := range words {
		if alike(words[i], theirs[0]) {
			him := strings.Join(words, " ")
			if rest := theirs[min(len(theirs), len(words)-i):]; len(rest) > 0 {
				him += " " + strings.Join(rest, " ")
			}
			return him, strings.Join(words[:i], " ") + " " + her
		}
	}
	return strings.Join(words, " "), her
}

// alike says that two words are forms of one: they begin with the same three letters.
func alike(a, b string) bool {
	a, b = hear.Fold(a), hear.Fold(b)
	return len(a) >= 3 && len(b) >= 3 && a[:3] == b[:3]
}

// jobs find appellations in what people say.
type jobs struct {
	all   []Job
	main  map[string]int      // métiers by code
	forms map[string]int      // folded forms → appellation
	words map[string]bool     // that forms consist of
	near  map[string][]string // a word less one letter → the words it may be
	most  int                 // words in the longest form
	given int                 // appellations; all has a few words more that stand alone
}

func newJobs(all []Job) jobs {
	j := jobs{all: slices.Clip(all), given: len(all), main: map[string]int{}, forms: map[string]int{}, words: map[string]bool{}, near: map[string][]string{}}
	for i := range all {
		if all[i].Main {
			j.main[all[i].Code] = i
		}
		him, her := genders(all[i].Label)
		for _, form := range []string{him, her} {
			j.learn(i, meant(hear.Fold(form)))
		}
	}
	j.learnHeads()
	for _, w := range sortedWords(j.words) {
		for _, less := range lessOne(w) {
			j.near[less] = append(j.near[less], w)
		}
	}
	return j
}

func (j *jobs) learn(i int, words []string) {
	form := strings.Join(words, " ")
	if form == "" {
		return
	}
	if old, there := j.forms[form]; !there || j.all[i].Main && !j.all[old].Main {
		j.forms[form] = i
	}
	j.most = max(j.most, len(words))
	for _, w := range words {
		j.words[w] = true
	}
}

// headShare is how large a part of the names that begin with a word must be of one métier, for the word alone
// to name it: « infirmière » does, « agente » and « cheffe » do not.
const headShare = 0.3

// learnHeads takes the first word of names as a job of its own: ROME has « Infirmier / Infirmière de soins
// généraux » and many more, but nobody who is just « infirmière ».
func (j *jobs) learnHeads() {
	type head struct {
		label string
		codes map[string]int
		names int
	}
	heads := map[string]*head{}
	for i := range j.all {
		him, her := genders(j.all[i].Label)
		him, _, _ = strings.Cut(him, " ")
		her, _, _ = strings.Cut(her, " ")
		if him == her || !alike(him, her) {
			continue
		}
		h := heads[him]
		if h == nil {
			h = &head{him + " / " + her, map[string]int{}, 0}
			heads[him] = h
		}
		h.codes[j.all[i].Code]++
		h.names++
	}
	for _, him := range slices.Sorted(maps.Keys(heads)) {
		h := heads[him]
		best := slices.MaxFunc(slices.Sorted(maps.Keys(h.codes)), func(a, b string) int { return cmp.Compare(h.codes[a], h.codes[b]) })
		if float64(h.codes[best]) < headShare*float64(h.names) {
			continue
		}
		j.all = append(j.all, Job{Label: h.label, Code: best})
		him, her := genders(h.label)
		for _, form := range []string{him, her} {
			if folded := meant(hear.Fold(form)); !j.has(folded) {
				j.learn(len(j.all)-1, folded)
			}
		}
	}
}

func (j *jobs) has(words []string) bool { _, there := j.forms[strings.Join(words, " ")]; return there }

func sortedWords(words map[string]bool) []string {
	all := make([]string, 0, len(words))
	for w := range words {
		if len(w) >= 5 {
			all = append(all, w)
		}
	}
	slices.Sort(all)
	return all
}

// meant leaves the small words out that people leave out or add: « conducteur de bus », « conducteur bus ».
func meant(folded string) []string {
	return slices.DeleteFunc(strings.Fields(folded), func(w string) bool {
		return slices.Contains([]string{"d", "l", "de", "des", "du", "la", "le", "les", "un", "une", "en", "et", "a", "au", "aux"}, w)
	})
}

// lessOne gives a word and all that is left of it when one letter is taken out: two words with one of them
// in common are one typo apart, or two letters exchanged.
func lessOne(w string) []string {
	all := []string{w}
	for i := range len(w) {
		all = append(all, w[:i]+w[i+1:])
	}
	return all
}

// Job finds the job that somebody speaks of: the longest appellation in what they say, in either gender,
// one typo a word forgiven in words of five letters and more.
func (s *Set) Job(words string) (*Job, bool) {
	if s == nil || len(s.jobs.all) == 0 {
		return nil, false
	}
	said := meant(hear.Fold(words))
	said = said[:min(len(said), 40)]
	for _, mend := range []bool{false, true} {
		if mend {
			for i := range said {
				said[i] = s.jobs.mended(said[i])
			}
		}
		for n := min(len(said), s.jobs.most); n > 0; n-- {
			for i := 0; i+n <= len(said); i++ {
				if found, ok := s.jobs.forms[strings.Join(said[i:i+n], " ")]; ok {
					return &s.jobs.all[found], true
				}
			}
		}
	}
	return nil, false
}

// mended is the known word that a mistyped one stands for: the shortest edit, then the first by letters.
func (j *jobs) mended(w string) string {
	if len(w) < 5 || j.words[w] {
		return w
	}
	for _, singular := range []string{strings.TrimSuffix(w, "s"), strings.TrimSuffix(w, "x")} {
		if singular != w && j.words[singular] {
			return singular
		}
	}
	best := ""
	for _, less := range lessOne(w) {
		for _, known := range j.near[less] {
			if known[0] == w[0] && (best == "" || closer(w, known, best)) {
				best = known
			}
		}
	}
	return cmp.Or(best, w)
}

// closer prefers a word with the same letters, then one of the same length.
func closer(w, a, b string) bool {
	return cmp.Or(cmp.Compare(unlike(w, a), unlike(w, b)), strings.Compare(a, b)) < 0
}

func unlike(w, known string) int {
	n := len(w) - len(known)
	if sameLetters(w, known) {
		n = 0
	} else if n == 0 {
		n = 1
	}
	return max(n, -n)
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}

// Neighbours are the names of jobs that are near another, three at most.
func (s *Set) Neighbours(job *Job) []string {
	i, ok := s.jobs.main[job.Code]
	if !ok {
		return nil
	}
	var names []string
	for _, code := range s.jobs.all[i].Near {
		if n, ok := s.jobs.main[code]; ok && len(names) < 3 {
			names = append(names, s.jobs.all[n].Both())
		}
	}
	return names
}
