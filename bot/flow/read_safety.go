package flow

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
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
	l.checkTurns(tree, s.Dangers)
	s.Measures = l.readMeasures(tree.at("procedure"), s.Numbers)
	s.Hearing = l.readHearing(tree, s.Dangers)
	l.b.Safety = s
}

// readMeasures reads the Procédure danger. What it calls is in the table, as whatever citizens are told.
func (l *loader) readMeasures(n *node, numbers map[string]Number) []Measure {
	known := append(slices.Sorted(maps.Keys(numbers)), CRIP)
	var all []Measure
	for _, e := range n.list() {
		m := Measure{ID: e.key.text, Text: e.value.str("text"), Call: e.value.str("call"), Pos: e.pos}
		wanted := m.Call
		if wanted == CRIP {
			wanted = CRIPElse
		}
		if _, found := numbers[wanted]; !found && wanted != "" {
			l.coded(NoNumber, e.value.place("call"), "procédure, étape %q : le numéro %q n'est pas dans \"numbers\"%s", m.ID, wanted, instead(wanted, known))
		}
		all = append(all, m)
	}
	return all
}

// checkTurns wants what a danger becomes to be a danger of the table.
func (l *loader) checkTurns(tree *node, dangers []*Danger) {
	var known []string
	for _, d := range dangers {
		known = append(known, d.ID)
	}
	for _, e := range tree.at("dangers").list() {
		for _, key := range []string{"denied", "past", "minor", "adult"} {
			if to := e.value.str(key); to != "" && !slices.Contains(known, to) {
				l.coded(NoSuchDanger, e.value.place(key), "danger %q : le danger %q n'existe pas%s", e.key.text, to, instead(to, known))
			}
		}
	}
}

func (g Grade) rank() int {
	return slices.Index([]Grade{Immediate, Distress, Sensitive}, g)
}

func (l *loader) readDanger(e *entry, numbers map[string]Number) *Danger {
	n := e.value
	d := &Danger{ID: e.key.text, Title: cmp.Or(n.str("title"), e.key.text), Grade: Grade(n.str("grade")), Numbers: n.words("numbers"), Reread: map[string]Review{}, Pos: e.pos,
		Denied: n.str("denied"), Past: n.str("past"), Minor: n.str("minor"), Adult: n.str("adult")}
	known := slices.Sorted(maps.Keys(numbers))
	for i, number := range d.Numbers {
		if _, found := numbers[number]; !found {
			l.coded(NoNumber, n.at("numbers").entries[i].pos, "danger %q : le numéro %q n'est pas dans \"numbers\"%s", d.ID, number, instead(number, known))
		}
	}
	if n.get("numbers") != nil && len(d.Numbers) == 0 && n.at("numbers").kind == sequence {
		l.coded(Numberless, n.place("numbers"), "danger %q : il faut au moins un numéro", d.ID)
	}
	for _, r := range n.at("reread").list() {
		d.Reread[r.key.text] = Review{By: r.value.str("by"), On: r.value.day("on", l.b.Zone), Hash: r.value.str("hash")}
	}
	id := "safety." + d.ID
	l.text(id, n.at("text"))
	l.text(id+"@voice", n.at("voice"))
	l.text(id+"@sms", n.at("sms"))
	for _, key := range []string{"text", "voice", "sms"} {
		l.numbersIn(d, n.at(key), numbers, known)
	}
	return d
}

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
				l.coded(NoNumberInText, n.pos, "danger %q : le texte donne le numéro %q, qui n'est pas dans \"numbers\"%s", d.ID, part, instead(part, known))
			}
		}
	}
}
