package flow

import (
	"errors"
	"slices"
	"strings"

	"frontdesk/bot/hear"
)

// readHearing reads in which words people speak of danger, language by language. A danger's own
// "words" are expressions in the language of the bundle, beside those under "hearing".
func (l *loader) readHearing(tree *node, dangers []*Danger) *hear.Dangers {
	var all []hear.DangerWords
	for _, e := range tree.at("hearing").list() {
		all = append(all, readTongue(e))
	}
	if source := slices.IndexFunc(all, func(w hear.DangerWords) bool { return w.Language == l.b.Source }); source < 0 {
		all = append([]hear.DangerWords{{Language: l.b.Source}}, all...)
	} else if source > 0 {
		all[0], all[source] = all[source], all[0]
	}
	for _, e := range tree.at("dangers").list() {
		if words := e.value.words("words"); len(words) > 0 {
			all[0].Rules = append(all[0].Rules, hear.DangerRule{Danger: e.key.text, Now: words})
		}
	}
	l.checkHeard(tree, all)
	made, err := l.dangers(dangerKinds(dangers), all)
	l.hearingFaults(tree, err)
	return made
}

// dangerKinds are the dangers as hearing knows them, in order of preference.
func dangerKinds(dangers []*Danger) []hear.DangerKind {
	all := make([]hear.DangerKind, len(dangers))
	for i, d := range dangers {
		all[i] = hear.DangerKind{ID: d.ID, Rank: d.Grade.rank(), Denied: d.Denied, Past: d.Past, Minor: d.Minor, Adult: d.Adult}
	}
	return all
}

func readTongue(e *entry) hear.DangerWords {
	n := e.value
	w := hear.DangerWords{Language: e.key.text,
		Skip: commas(n.str("skip")), Deny: commas(n.str("deny")),
		NoMore: commas(n.str("no_more")), DenyWith: commas(n.str("deny_with")), Harmless: commas(n.str("harmless")),
		Years: commas(n.str("years")), Since: commas(n.str("since")), Mine: commas(n.str("mine")), Ordinary: commas(n.str("ordinary")),
		Idioms: n.words("idioms"), About: n.words("about"), Past: n.words("past"), Over: n.words("over"),
		Minor: n.words("minor"), Adult: n.words("adult")}
	for _, c := range n.at("classes").list() {
		w.Classes = append(w.Classes, hear.WordClass{Name: c.key.text, Words: commas(c.value.text)})
	}
	for _, d := range n.at("dangers").list() {
		w.Rules = append(w.Rules, hear.DangerRule{Danger: d.key.text, Now: d.value.words("now"),
			Done: d.value.words("done"), Mention: d.value.words("mention"), Hint: d.value.words("hint")})
	}
	return w
}

// commas cuts "veux, veut, en finir" at its commas.
func commas(text string) []string {
	var words []string
	for w := range strings.SplitSeq(text, ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// checkHeard wants every danger to be recognised in the language of the bundle.
func (l *loader) checkHeard(tree *node, all []hear.DangerWords) {
	for _, e := range tree.at("dangers").list() {
		heard := slices.ContainsFunc(all[0].Rules, func(r hear.DangerRule) bool {
			return r.Danger == e.key.text && len(r.Now)+len(r.Done)+len(r.Mention) > 0
		})
		if !heard {
			l.coded(Wordless, e.value.place("words"), "danger %q : sans mots, il ne serait jamais reconnu", e.key.text)
		}
	}
}

// hearingFaults gives every pattern that cannot be read its line.
func (l *loader) hearingFaults(tree *node, err error) {
	for _, err := range flattened(err) {
		var p *hear.PatternError
		if !errors.As(err, &p) {
			l.fault(tree.place("hearing"), "%s", err)
			continue
		}
		l.coded(BadPattern, tree.placeOf(p, l.b.Source), "hearing %q, %q : %s : %q", p.Language, p.Where, p.Why, p.Pattern)
	}
}

func flattened(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, flattened(e)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// placeOf finds where a pattern is written: under its language, or among a danger's own words.
func (n *node) placeOf(p *hear.PatternError, source string) Pos {
	tongue := n.at("hearing").at(p.Language)
	lists := []*node{tongue.at(p.Where)}
	rule := tongue.at("dangers").at(p.Where)
	for _, key := range []string{"now", "done", "mention", "hint"} {
		lists = append(lists, rule.at(key))
	}
	if p.Language == source {
		lists = append(lists, n.at("dangers").at(p.Where).at("words"))
	}
	for _, list := range lists {
		for _, e := range list.list() {
			if e.key == nil && e.value.text == p.Pattern {
				return e.value.pos
			}
		}
	}
	if e := tongue.at("classes").get(p.Where); e != nil {
		return e.pos
	}
	if e := tongue.at("dangers").get(p.Where); e != nil {
		return e.pos
	}
	if e := tongue.get(p.Where); e != nil {
		return e.pos
	}
	return n.place("hearing")
}
