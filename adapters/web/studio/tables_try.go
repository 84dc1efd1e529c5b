package studio

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A tryView is a case that is tried on a table: what it is, which row decides and what that gives.
type tryView struct {
	Asked  []tryField
	Places []choice
	Ready  bool     // the draft can be played
	Tried  bool     // there is a case
	Row    int      // that decides, from 1; 0 for none
	Gives  []string // its results
	Where  string   // who answers at the place
	Before []passedOver
	Off    string // the address of the table without a case
}

// tryField asks for one answer.
type tryField struct {
	Name, Label string
	Choices     []choice // nil for free text
	Value       string
}

// passedOver is an earlier row and the cell that the case does not meet.
type passedOver struct {
	N   int
	Why string
}

// caseOf names the input of a column.
const caseOf = "cas."

// caseQuery is the part of an address that says which case is tried.
func caseQuery(q url.Values) string {
	kept := url.Values{}
	for name, values := range q {
		if name == "essai" || name == "lieu" || strings.HasPrefix(name, caseOf) {
			kept[name] = values
		}
	}
	if kept.Get("essai") == "" {
		return ""
	}
	return kept.Encode()
}

// try plays one case through a table, with the engine's own match.
func (s *Studio) try(r *http.Request, c *checked, table *flow.Table, v *tableView) *tryView {
	q := r.URL.Query()
	if r.Method != http.MethodGet {
		q = url.Values{}
	}
	t := &tryView{Tried: q.Get("essai") != "", Ready: table != nil && c.Program != nil, Off: tablePath(v.ID)}
	t.Places = picked(v.words.departements(), q.Get("lieu"))
	for _, h := range v.Heads[:v.Columns] {
		if h.Name == "territory" || strings.HasSuffix(h.Name, ".departement") {
			continue // the place says it
		}
		f := tryField{Name: caseOf + h.Name, Label: h.Label, Value: q.Get(caseOf + h.Name)}
		if all := slices.Clone(v.words.of(h.Name)); len(all) > 0 {
			if h.Name == "open" {
				all = []choice{{Value: "oui", Label: "ouverts"}, {Value: "non", Label: "fermés"}}
			}
			f.Choices = picked(all, f.Value)
			f.Choices[slices.IndexFunc(f.Choices, func(c choice) bool { return c.Value == "" })].Label = "sans réponse"
		}
		t.Asked = append(t.Asked, f)
	}
	if t.Tried && t.Ready && len(v.Rules) == len(table.Rows) {
		t.decide(c.Program, table, v, q)
		t.where(s, c.Program.Bundle, table, q.Get("lieu"))
	}
	return t
}

// decide asks the table, and says of each earlier row which cell did not hold.
func (t *tryView) decide(p *engine.Program, table *flow.Table, v *tableView, q url.Values) {
	look := engine.Lookup(p, stateOf(p.Bundle, table, q), sceneOf(q))
	t.Row = table.Decide(look)
	until := t.Row - 1
	if t.Row == 0 {
		until = len(table.Rows)
	}
	for i := range until {
		k := table.Rows[i].When.Fails(look)
		if k < 0 {
			continue
		}
		cell := table.Rows[i].When[k]
		why := v.Heads[k].Label + " : il faut « " + v.words.cell(cell.Answer, cell.Raw) + " », le cas est « " + v.words.label(cell.Answer, look(cell.Key)) + " »"
		t.Before = append(t.Before, passedOver{i + 1, why})
		v.Rules[i].Why = why
		if k < len(v.Rules[i].Cells) {
			v.Rules[i].Cells[k].Fails = true
		}
	}
	if t.Row > 0 {
		v.Rules[t.Row-1].Lit = true
		for i, name := range table.Sets {
			t.Gives = append(t.Gives, v.words.name(name)+" : "+v.words.label(name, table.Rows[t.Row-1].Values[i]))
		}
	}
}

// stateOf is a conversation in which the case has been told.
func stateOf(b *flow.Bundle, table *flow.Table, q url.Values) engine.State {
	var answers bot.Answers
	for _, column := range table.Columns {
		if value := q.Get(caseOf + column); value != "" && b.Answers[column] != nil {
			answers = answers.With(column, value)
		}
	}
	if place := q.Get("lieu"); place != "" {
		for name, a := range b.Answers {
			if a.Type == flow.Postcode {
				answers = answers.With(name, place)
			}
		}
	}
	return engine.State{Answers: answers}
}

// sceneOf is what no answer says.
func sceneOf(q url.Values) *engine.Scene {
	is := func(name string) bool { return q.Get(caseOf+name) == "oui" }
	scene := &engine.Scene{Language: q.Get(caseOf + "language"), Channel: q.Get(caseOf + "channel"), Danger: q.Get(caseOf + "danger"),
		Staffed: is("staffed"), Busy: is("busy"), Pushed: is("pushed"), Open: func(string) bool { return is("open") }}
	if q.Has(caseOf + "convention") {
		scene.Convened = func(string, string, string) bool { return is("convention") }
	}
	return scene
}

// where says which structure answers at the place that was picked.
func (t *tryView) where(s *Studio, b *flow.Bundle, table *flow.Table, place string) {
	value := func(role flow.Role) string {
		if i := slices.Index(table.Sets, b.As(role)); i >= 0 && t.Row > 0 {
			return table.Rows[t.Row-1].Values[i]
		}
		return ""
	}
	network := value(flow.AsNetwork)
	if place == "" || network == "" {
		return
	}
	found, _ := b.Competent(flow.Wish{Network: network, Offer: value(flow.AsOffer), Territory: b.TerritoryOf(place), At: s.Now()})
	if found == nil {
		t.Where = "Aucune structure de ce réseau n'a de convention en cours ici. L'accueil régional répond."
		return
	}
	t.Where = "Structure : " + found.Name
}
