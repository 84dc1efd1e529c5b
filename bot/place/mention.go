package place

import "strings"

// A reading is one message being read for its place.
type reading struct {
	near   Preference
	words  []word
	shouts bool // it has no small letters, or none but small ones: capitals say nothing
	asked  bool // it answers where somebody lives
}

// A finding is the best place found so far.
type finding struct {
	hit   hit
	area  qualifier
	score int // 0 for none
}

// Mentioned finds the place that a whole message speaks of, and none where it is not clear that it
// speaks of a place: what is also an ordinary word or a first name needs more than itself.
func Mentioned(message string, near Preference) (m Meaning, ok bool) {
	var room [24]word
	r := reading{near: near, words: split(room[:0], message)}
	return r.mentioned()
}

func (r *reading) mentioned() (m Meaning, ok bool) {
	r.listen()
	var best, second finding
	for i := 0; i < len(r.words); {
		f, to := r.at(i)
		if f.score > 0 && best.score > 0 && r.corrects(best.hit.to, f.hit.from) {
			best = finding{}
		}
		switch {
		case f.score > best.score:
			best, second = f, best
		case f.score > second.score:
			second = f
		}
		i = max(i+1, to)
	}
	if best.score == 0 {
		return Meaning{}, false
	}
	return r.meaning(&best, &second)
}

// listen says whether capitals mean anything.
func (r *reading) listen() {
	capitals := 0
	for _, w := range r.words {
		if w.capital {
			capitals++
		}
	}
	r.shouts = capitals == 0 || 2*capitals > len(r.words) && len(r.words) > 3
}

// at reads what begins at a word, and says which word is to be read next.
func (r *reading) at(i int) (f finding, next int) {
	if q, ok := postcodeAt(r.words, i); ok {
		return finding{area: q, hit: hit{from: q.from, to: q.to}, score: 90}, q.to
	}
	if q, ok := departementAt(r.words, i); ok {
		if score := r.numberScore(&q); score > 0 {
			return finding{area: q, hit: hit{from: q.from, to: q.to}, score: score}, q.to
		}
		return finding{}, i + 1
	}
	h, ok := longest(r.words, i)
	if ok {
		if score := r.score(&h); score > 0 {
			return finding{hit: h, score: score}, h.to
		}
	}
	if h, ok := r.typo(i); ok {
		return finding{hit: h, score: 20}, h.to
	}
	return finding{}, i + 1
}

// numberScore says how clearly two or three digits are a département.
func (r *reading) numberScore(q *qualifier) int {
	ws, i := r.words, q.from
	prev := ""
	if i > 0 && !ws[i].pause {
		prev = ws[i-1].text
	}
	next := ""
	if q.to < len(ws) && !ws[q.to].pause {
		next = ws[q.to].text
	}
	if follows[next] {
		return 0
	}
	switch prev {
	case "le", "du", "dans", "dpt", "dept", "departement", "sur":
		if i > 1 && (prev == "le" || prev == "du") && dated[ws[i-2].text] {
			return 0
		}
		return 45
	}
	last := q.to == len(ws)
	switch {
	case ws[i].bracket:
		return 45
	case ws[i].pause || i > 0 && ws[i-1].text[0] <= '9':
		return 0
	case counts[prev] || len(ws[i].text) < 2 || !last || i == 0:
		return 0
	case r.near.serves(known{Departement, areaAt(table.departements, q.code)}):
		return 15
	}
	return 0
}

// counts are the words that a number follows which is no département, dated those before "le 15", and
// follows those behind such a number.
var (
	dated  = bools("avant apres depuis pour des vers jusqu jusque rdv rendez vous ne nee samedi dimanche lundi mardi mercredi jeudi vendredi est c sommes etions serons")
	counts = bools(`ai a as avais avait aura age de d article art page ligne bus tram no n numero bac titre plus moins et ou depuis pendant pour vers apres avant
		a partir dans niveau classe groupe lot tel ext poste il elle je c est fait faire euros h heure heures jour jours jan janvier fevrier mars avril mai juin juillet
		aout septembre octobre novembre decembre le du au question option choix reponse code version cap grade echelon indice top x jai g ma cerfa`)
	follows = bools(`ans an a mois jours jour semaines semaine heures heure h euros euro eur e min minutes km pourcent personnes enfants fois ects points eme er
		janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre candidatures salaries employes stagiaires annees ieme years year rue avenue bis ter`)
)

func bools(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// score says how clearly a hit is a place; 0 for no place.
func (r *reading) score(h *hit) int {
	c := before(r.words, h)
	if r.asked {
		c = max(c, strong)
	}
	if c == against {
		return 0
	}
	var list shortlist
	list.near = r.near
	h.candidates(&list)
	list.sort()
	first := list.list[0].known
	w := &r.words[h.from]
	capital := w.capital && !r.shouts && !w.opens
	base := 10 * int(c)
	if w.capital && !r.shouts {
		base += 6
	}
	base += h.to - h.from
	switch {
	case !r.accepts(h, first, c, capital):
		return 0
	case left(r.words, h), first.kind == Abroad && c < sure:
		return 1
	case first.kind == Abroad:
		return base
	case first.kind == Region:
		return max(1, base-1)
	case r.near.serves(first):
		return base + servedScore
	}
	return base + 4
}

// servedScore is how clearly a place is meant because it is served: of "Sochaux ou Mulhouse", the second may be.
const servedScore = 8

// accepts is the test of what is a place and what is a word that is written like one.
func (r *reading) accepts(h *hit, first known, c cue, capital bool) bool {
	s := r.sense(h)
	switch first.kind {
	case Abroad:
		return c == sure || c == strong && s == 0
	case Region, Departement:
		return s == 0 || c == sure || capital && c > nothing || c == strong && r.asked
	}
	people := table.population(first.index)
	exact := h.full.from < h.full.to || h.isOther
	several := h.to-h.from > 1
	switch {
	case len(h.key) < 3:
		return c == sure && capital
	case s&firm != 0 && c < strong:
		return false
	case s != 0 && !exact:
		return c >= strong && capital && (several || people >= 5_000) || c == sure && people >= 5_000
	case s != 0 && several && people >= 10_000:
		return c >= strong && (capital || r.near.serves(first))
	case s != 0 && people < 15_000:
		return c == sure && (capital || r.asked || r.shouts && people >= 3_000 && r.near.serves(first)) || c == strong && capital
	case s != 0:
		return c >= strong || capital || s == person && people >= 50_000 && r.shouts
	case !exact:
		return people >= 8_000 && (several || c > nothing || len(h.key) >= 7 || people >= 20_000) || people >= 2_000 && c >= strong || c == sure && capital
	case several:
		return people >= 1_000 || c >= weak || capital
	case people >= 10_000, people >= 4_000 && len(h.key) >= 5 && r.near.serves(first):
		return true
	case people >= 2_000:
		return c >= weak || capital || r.asked
	}
	return c == sure || c == strong && (capital || r.near.serves(first))
}

// sense is what the words mean when they are no place: "la garde" is what "garde" is.
func (r *reading) sense(h *hit) sense {
	s := words[h.key]
	if first := r.words[h.from].text; h.to-h.from == 2 && (article(first) != "" || isArticle(first)) {
		s |= words[r.words[h.from+1].text]
	}
	return s
}

// small is how many people the communes have whose misspelt names are looked for.
const small = 3000

// longTypo is how many letters a word has that is nearly a name by no chance.
const longTypo = 9

// typo reads a misspelt name, where what stands before says that a place follows.
func (r *reading) typo(i int) (hit, bool) {
	h := hit{from: i, to: i + 1, misspelt: true}
	w := &r.words[i]
	if len(w.text) < 5 || w.number || words[w.text] != 0 && !w.cyrillic {
		return h, false
	}
	said := before(r.words, &h) >= strong
	if !said && len(w.text) < longTypo {
		return h, false
	}
	h.key = w.key
	if w.cyrillic {
		h.key = strings.TrimRight(h.key, "aeiouy") + "e" // its last consonant is heard
	}
	var list shortlist
	list.near = r.near
	h.letters = typosIn(h.key)
	if !said {
		h.letters = 1
	}
	list.misspelt(h.key, small, h.letters)
	return h, list.count > 0
}

// meaning makes of the best finding, and of the second where it narrows the first, what was meant.
func (r *reading) meaning(best, second *finding) (Meaning, bool) {
	if best.hit.key == "" && second.hit.key != "" && second.score > 0 {
		best, second = second, best // a postcode or a département and a name: the name, if they go together
	}
	s := shortlist{near: r.near, within: second.narrows()}
	to, said := r.gather(&s, best)
	if s.count == 0 && s.within != nil {
		s.within = nil
		to, said = r.gather(&s, best)
	}
	if s.count == 0 {
		return Meaning{}, false
	}
	m := s.meaning(said)
	m.Misspelt = best.hit.misspelt
	switch {
	case best.hit.key != "":
	case best.area.kind == Departement:
		m.Name = best.area.code
	default:
		m.Postcode = best.area.code
	}
	m.Start, m.End = r.words[best.hit.from].start, r.words[to-1].end
	return m, true
}

// quarter goes from a town to its arrondissement, if its number follows.
func (r *reading) quarter(s *shortlist, to int) int {
	if s.sort(); s.count == 0 || s.list[0].kind != Commune {
		return to
	}
	if record, next, ok := quarter(r.words, to, s.list[0].index); ok {
		s.list[0], s.count = candidate{known{Commune, record}, 1}, 1
		return next
	}
	return to
}

// gather adds the places that a finding may mean, and says where it ends and how they are called.
func (r *reading) gather(s *shortlist, f *finding) (to int, said string) {
	switch {
	case f.hit.misspelt:
		s.misspelt(f.hit.key, small, f.hit.letters)
		return f.hit.to, ""
	case f.hit.key == "":
		f.area.candidates(s)
		return f.hit.to, f.area.code
	}
	f.hit.candidates(s)
	return r.quarter(s, f.hit.to), r.said(&f.hit)
}

// narrows is the area that a finding stands for, which narrows what another may mean; nil for none.
func (f *finding) narrows() *qualifier {
	switch k := f.hit.other; {
	case f.score == 0:
		return nil
	case f.hit.key == "":
		return &f.area
	case f.hit.isOther && k.kind == Departement:
		return &qualifier{kind: Departement, code: table.departements[k.index].code}
	case f.hit.isOther && k.kind == Region:
		return &qualifier{kind: Region, code: table.regions[k.index].code}
	}
	return nil
}

// said is the part of a name that was said, in its right spelling.
func (r *reading) said(h *hit) string {
	name := h.full.from
	if h.full.from == h.full.to {
		name = h.short.from
		for name < h.short.to && !wordEnds(table.display(name), len(h.key)) {
			name++
		}
	}
	if name >= h.short.to && h.full.from == h.full.to {
		return ""
	}
	display := table.display(name)
	for end := len(display); ; {
		if len(keyOf(display[:end])) <= len(h.key) {
			return display[:end]
		}
		end--
		for end > 0 && display[end] != '-' && display[end] != ' ' && display[end] != '\'' {
			end--
		}
	}
}
