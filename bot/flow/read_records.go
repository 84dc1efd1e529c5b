package flow

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// readRecords reads cards, networks and structures, the region's over the common ones.
func (l *loader) readRecords() {
	for _, e := range l.overlaid("cards.yaml", "cards") {
		l.readCard(e)
	}
	for _, e := range l.overlaid("networks.yaml", "networks") {
		id := e.key.text
		l.b.Networks[id] = &Network{ID: id, Name: e.value.str("name"), Was: e.value.words("was"), Pos: e.pos}
	}
	for _, e := range l.overlaid("structures.yaml", "structures") {
		l.readStructure(e)
	}
}

func (l *loader) readCard(e *entry) {
	n, id := e.value, e.key.text
	c := &Card{
		ID: id, Source: n.str("source"), URL: n.str("url"), Owner: n.str("owner"), Demo: n.truth("demonstration"), Pos: e.pos,
		Nothing: n.truth("nothing"), Routes: n.get("routes") != nil,
		Checked: n.day("checked", l.b.Zone), Expires: n.day("expires", l.b.Zone),
	}
	if !c.Expires.IsZero() && !c.Expires.After(c.Checked) {
		l.coded(ExpiresFirst, n.place("expires"), "la carte %q expire avant d'avoir été vérifiée (%s)", id, c.Checked.Format(time.DateOnly))
	}
	if c.URL != "" {
		l.link(n.place("url"), c.URL)
	}
	l.text("card."+id+".title", n.at("title"))
	l.text("card."+id, n.at("text"))
	l.text("card."+id+"@voice", n.at("voice"))
	l.text("card."+id+"@sms", n.at("sms"))
	for _, way := range Routes() {
		l.text("card."+id+"."+way, n.at("routes").at(way))
	}
	l.b.Cards[id] = c
}

// Routes are the ways to a job that a card may show, in the order in which they are said.
func Routes() []string { return []string{"school", "apprenticeship", "training", "vae"} }

func (l *loader) link(at Pos, address string) {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		l.faultIn(l.step, at, "%q n'est pas une adresse web ; elle commence par https://", address)
	}
}

func (l *loader) readStructure(e *entry) {
	n, id := e.value, e.key.text
	s := &Structure{
		ID: id, Name: n.str("name"), Network: n.str("network"), Lead: n.truth("lead"),
		Territories: n.words("territories"), Hours: n.str("hours"), Delay: n.whole("delay"),
		Contacts: n.words("contacts"), Address: n.str("address"), Phone: n.phone("phone"), Mail: n.str("mail"),
		Quota: n.whole("quota"), Fallback: n.words("fallback"), Demo: n.truth("demonstration"), Pos: e.pos,
	}
	for i, other := range s.Fallback {
		l.refer(ref{at: n.at("fallback").entries[i].pos, kind: toStructure, name: other})
		if other == id {
			l.coded(OwnFallback, n.at("fallback").entries[i].pos, "la structure %q ne peut pas se remplacer elle-même", id)
		}
	}
	for _, o := range n.at("offers").list() {
		offer := Offer{ID: o.value.str("id"), From: o.value.day("from", l.b.Zone), To: o.value.day("to", l.b.Zone)}
		if !offer.To.IsZero() && !offer.To.After(offer.From) {
			l.coded(EndsFirst, o.value.place("to"), "la convention %q de %q finit avant de commencer", offer.ID, id)
		}
		s.Offers = append(s.Offers, offer)
	}
	l.phone(n.at("phone"))
	if s.Mail != "" && !mailed.MatchString(s.Mail) {
		l.fault(n.place("mail"), "%q n'est pas une adresse e-mail", s.Mail)
	}
	l.refer(ref{at: n.place("network"), kind: toNetwork, name: s.Network})
	l.refer(ref{at: n.place("hours"), kind: toQueue, name: s.Hours})
	for i, code := range s.Territories {
		if _, served := l.b.Territory(code); !served && code != "*" {
			l.coded(NotServed, n.at("territories").entries[i].pos, "le territoire %q n'est pas servi%s", code, instead(code, l.codes()))
		}
	}
	l.b.Structures[id] = s
}

func (l *loader) codes() []string {
	codes := make([]string, len(l.b.Territories))
	for i, t := range l.b.Territories {
		codes[i] = t.Code
	}
	return codes
}

// checkStructures wants exactly one lead, and says where a network has nobody: the lead is then
// asked instead.
func (l *loader) checkStructures() {
	var leads []*Structure
	for _, e := range l.overlaid("structures.yaml", "structures") {
		if s := l.b.Structures[e.key.text]; s.Lead {
			leads = append(leads, s)
		}
	}
	switch {
	case len(leads) == 0:
		l.coded(NoLead, l.trees["bundle.yaml"].place("region"), `aucune structure n'a "lead: true" : il faut un accueil régional`)
	case len(leads) > 1:
		l.coded(TwoLeads, leads[1].Pos, `deux structures ont "lead: true" (%q et %q) : il en faut une seule`, leads[0].ID, leads[1].ID)
	}
	for _, id := range l.routedNetworks() {
		var missing []string
		for _, t := range l.b.Territories {
			if !slices.ContainsFunc(l.structures(), func(s *Structure) bool { return s.Network == id && l.b.Serves(s, t.Code) }) {
				missing = append(missing, t.Code)
			}
		}
		if n := l.b.Networks[id]; n != nil && len(missing) > 0 {
			l.warn(n.Pos, "le réseau %q n'a aucune structure pour %s : l'accueil régional prendra la suite", id, strings.Join(missing, ", "))
		}
	}
}

func (l *loader) structures() []*Structure {
	var all []*Structure
	for _, s := range l.b.Structures {
		all = append(all, s)
	}
	return all
}

// routedNetworks are the networks that a handoff can ask for, in order.
func (l *loader) routedNetworks() []string {
	var ids []string
	for _, g := range l.given {
		if l.holdsKind(g.answer, toNetwork) {
			ids = append(ids, g.value)
		}
	}
	for _, r := range l.refs {
		if r.kind == toNetwork && r.step != "" {
			ids = append(ids, r.name)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (l *loader) holdsKind(answer string, kind refKind) bool {
	return slices.Contains(l.holds, holding{answer, kind})
}

// readRouting reads the tables and the reasons.
func (l *loader) readRouting() {
	tree := l.trees["routing.yaml"]
	for _, e := range tree.at("reasons").list() {
		l.b.Reasons[e.key.text] = e.pos
		l.text("reason."+e.key.text, e.value)
	}
	for _, e := range tree.at("tables").list() {
		l.readTable(e)
	}
}

func (l *loader) readTable(e *entry) {
	n := e.value
	t := &Table{ID: e.key.text, Title: cmp.Or(n.str("title"), e.key.text), Columns: n.words("columns"), Sets: n.words("sets"), Pos: e.pos}
	for _, head := range n.at("columns").list() {
		t.Heads = append(t.Heads, head.pos)
	}
	l.b.Tables[t.ID] = t
	for i, name := range t.Sets {
		l.refer(ref{at: n.at("sets").entries[i].pos, kind: toAnswer, name: name})
	}
	lines := n.at("rows").list()
	t.Rows = make([]Row, 0, len(lines))
	for i, line := range lines {
		cells := line.value.list()
		if len(cells) != len(t.Columns)+len(t.Sets) {
			l.fault(line.value.pos, "table %q, ligne %d : %s, mais il en faut %d (%d colonnes et %d résultats)", t.ID, i+1,
				plural(len(cells), "case"), len(t.Columns)+len(t.Sets), len(t.Columns), len(t.Sets))
			continue
		}
		t.Rows = append(t.Rows, Row{Pos: line.value.pos})
		row := &t.Rows[len(t.Rows)-1]
		row.When = make(Condition, len(t.Columns))
		for j, column := range t.Columns {
			l.when = append(l.when, clause{where: fmt.Sprintf("table %q, ligne %d", t.ID, i+1), answer: column, value: cells[j].value, into: &row.When[j]})
		}
		for j, name := range t.Sets {
			value := cells[len(t.Columns)+j].value
			row.Values = append(row.Values, strings.TrimSpace(value.text))
			l.given = append(l.given, given{value.pos, "", name, strings.TrimSpace(value.text)})
		}
	}
}

func plural(n int, word string) string {
	if n > 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}
