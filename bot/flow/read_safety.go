package flow

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// readSafety reads safety.yaml. It is the same in every region.
func (l *loader) readSafety() {
	tree := l.trees["safety.yaml"]
	s := Safety{
		Owner: tree.str("owner"), Reviewed: tree.day("reviewed", l.b.Zone), OnCall: tree.truth("on_call"),
		Numbers: map[string]Number{},
	}
	for _, e := range tree.at("numbers").list() {
		id, n := e.key.text, e.value
		if strings.Trim(id, "0123456789") != "" || id == "" {
			l.fault(e.pos, "%q n'est pas un numéro : des chiffres seulement, sans espace", id)
		}
		s.Numbers[id] = Number{ID: id, Label: n.str("label"), Always: n.truth("always"), SMS: n.truth("sms"), Quiet: n.truth("quiet"), Pos: e.pos}
	}
	for _, e := range tree.at("dangers").list() {
		s.Dangers = append(s.Dangers, l.readDanger(e, s.Numbers))
	}
	slices.SortStableFunc(s.Dangers, func(a, b *Danger) int { return a.Grade.rank() - b.Grade.rank() })
	l.b.Safety = s
}

func (g Grade) rank() int {
	return slices.Index([]Grade{Immediate, Distress, Sensitive}, g)
}

func (l *loader) readDanger(e *entry, numbers map[string]Number) *Danger {
	n := e.value
	d := &Danger{ID: e.key.text, Grade: Grade(n.str("grade")), Numbers: n.words("numbers"), Reread: map[string]time.Time{}, Pos: e.pos}
	known := slices.Sorted(maps.Keys(numbers))
	for i, number := range d.Numbers {
		if _, found := numbers[number]; !found {
			l.fault(n.at("numbers").entries[i].pos, "danger %q : le numéro %q n'est pas dans \"numbers\"%s", d.ID, number, instead(number, known))
		}
	}
	if n.get("numbers") != nil && len(d.Numbers) == 0 && n.at("numbers").kind == sequence {
		l.fault(n.place("numbers"), "danger %q : il faut au moins un numéro", d.ID)
	}
	if n.at("words").kindIs(sequence) && len(n.words("words")) == 0 {
		l.fault(n.place("words"), "danger %q : sans mots, il ne serait jamais reconnu", d.ID)
	}
	for _, r := range n.at("reread").list() {
		d.Reread[r.key.text] = n.at("reread").day(r.key.text, l.b.Zone)
	}
	id := "safety." + d.ID
	l.text(id, n.at("text"))
	l.text(id+"@voice", n.at("voice"))
	l.text(id+"@sms", n.at("sms"))
	l.synonyms(id+".words", n.at("words"))
	l.synonyms(id+".except", n.at("except"))
	for _, key := range []string{"text", "voice", "sms"} {
		l.numbersIn(d, n.at(key), numbers, known)
	}
	return d
}

func (n *node) kindIs(k kind) bool { return n != nil && n.kind == k }

// figures finds numbers written in digits, and with them what makes them hours, ages or placeholders.
var figures = regexp.MustCompile(`\{[0-9]+\}|[0-9]+(?: [0-9]+)*(?: ?(?:h|j|ans?|heures?|minutes?|jours?|mois)\b| ?[%€])?(?:/[0-9]+)?`)

// numbersIn wants every number in a safety text to be in the table: a wrong digit must not be served.
func (l *loader) numbersIn(d *Danger, n *node, numbers map[string]Number, known []string) {
	if n == nil {
		return
	}
	for _, found := range figures.FindAllString(n.text, -1) {
		if strings.Trim(found, "0123456789 ") != "" {
			continue
		}
		if _, whole := numbers[strings.ReplaceAll(found, " ", "")]; whole {
			continue
		}
		for part := range strings.FieldsSeq(found) {
			if _, ok := numbers[part]; !ok {
				l.fault(n.pos, "danger %q : le texte donne le numéro %q, qui n'est pas dans \"numbers\"%s", d.ID, part, instead(part, known))
			}
		}
	}
}
