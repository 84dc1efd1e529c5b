package draw

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// label names a step's kind in French, with how many ways it distinguishes.
func label(kind flow.Kind, count int) string {
	name, one, many := "", "", ""
	switch kind {
	case flow.Say:
		name = "phrase"
	case flow.Ask:
		name, one, many = "question", "choix", "choix"
	case flow.If:
		name, one, many = "condition", "cas", "cas"
	case flow.Route:
		name, one, many = "table", "ligne", "lignes"
	case flow.Call:
		name = "appel"
	case flow.Handoff:
		name = "mise en relation"
	case flow.End:
		name = "fin"
	case Port:
		name = "autre parcours"
	case Interrupt:
		name = "mot entendu"
	case Danger:
		name = "danger"
	}
	if count == 0 {
		return name
	}
	if count > 1 {
		one = many
	}
	return fmt.Sprintf("%s · %d %s", name, count, one)
}

// count is how many options, branches or rows a step has.
func count(b *flow.Bundle, s *flow.Step) int {
	switch s.Kind {
	case flow.Ask:
		return len(s.Options)
	case flow.If:
		return len(s.Cases) + 1
	case flow.Route:
		if t := b.Tables[s.Table]; t != nil {
			return len(t.Rows)
		}
	}
	return 0
}

// text is what a step says; of a step that says nothing, what it does.
func text(b *flow.Bundle, s *flow.Step) string {
	switch s.Kind {
	case flow.If:
		return "Selon " + strings.Join(looksAt(b, s.Cases), ", ")
	case flow.Route:
		return tableText(b, s)
	case flow.Call:
		return "Parcours « " + flowTitle(b, s.Call) + " »"
	}
	return strings.Join(strings.Fields(b.Texts[s.ID].Text), " ")
}

// tableText names a table and the answers that it gives.
func tableText(b *flow.Bundle, s *flow.Step) string {
	text := "Table " + s.Table
	if local(s.ID) == s.Table {
		text = "Table"
	}
	t := b.Tables[s.Table]
	if t == nil || len(t.Sets) == 0 {
		return text
	}
	var sets []string
	for _, name := range t.Sets {
		sets = append(sets, labelOf(b, name))
	}
	return text + " : donne " + strings.Join(sets, ", ")
}

func flowTitle(b *flow.Bundle, id string) string {
	if f := b.Flows[id]; f != nil && f.Title != "" {
		return f.Title
	}
	return id
}

// looksAt are the names that cases ask about, each once, in order.
func looksAt(b *flow.Bundle, cases []flow.Case) []string {
	var names []string
	for _, c := range cases {
		for _, cell := range c.When {
			if name := labelOf(b, cell.Answer); !cell.Any && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// nameOf is what a cell looks at, as supervisors say it.
func nameOf(b *flow.Bundle, answer string) string {
	switch answer {
	case "channel":
		return "canal"
	case "language":
		return "langue"
	case "open":
		return "horaires"
	case "staffed":
		return "présence"
	case "busy":
		return "affluence"
	case "territory":
		return "territoire"
	case "pushed":
		return "joignable"
	case "lieu.departement":
		return "département"
	}
	if a := b.Answers[answer]; a != nil && a.Label != "" && len(a.Label) <= len(answer)+longer {
		return a.Label
	}
	return plain(answer)
}

// labelOf is an answer's label whatever its length.
func labelOf(b *flow.Bundle, answer string) string {
	if a := b.Answers[answer]; a != nil && a.Label != "" {
		return a.Label
	}
	return nameOf(b, answer)
}

// longer is how much longer than its id an answer's label may be to be used in its place.
const longer = 6

// plain is an id as words.
func plain(id string) string { return strings.ReplaceAll(id, "_", " ") }

// said is a condition in words.
func said(b *flow.Bundle, c flow.Condition) string {
	var parts []string
	for _, cell := range c {
		if !cell.Any {
			parts = append(parts, cellSaid(b, cell))
		}
	}
	if len(parts) == 0 {
		return "toujours"
	}
	return strings.Join(parts, " ; ")
}

func cellSaid(b *flow.Bundle, c flow.Cell) string {
	if strings.ContainsAny(c.Raw, "<>") || strings.Contains(c.Raw, "..") {
		return nameOf(b, c.Answer) + " : " + c.Raw
	}
	if c.Answer == "open" {
		if c.Not {
			return "fermé"
		}
		return "ouvert"
	}
	var values []string
	for _, v := range c.Values {
		values = append(values, valueSaid(c.Answer, v))
	}
	if c.Empty && c.Not && len(values) == 0 {
		return nameOf(b, c.Answer) + " : répondu"
	}
	if c.Empty {
		values = append(values, "pas répondu")
	}
	joined := strings.Join(values, " ou ")
	if c.Not {
		joined = "sauf " + joined
	}
	if c.Answer == "channel" && !c.Not {
		return joined
	}
	return nameOf(b, c.Answer) + " : " + joined
}

func valueSaid(answer, value string) string {
	if answer == "channel" {
		switch value {
		case "voice":
			return "par téléphone"
		case "sms":
			return "par SMS"
		case "chat":
			return "par écrit"
		}
	}
	return plain(value)
}

// wayNames are the exits of a hand-off to somebody who is asked at once.
var wayNames = [...]struct{ way, name string }{
	{"closed", "fermé"}, {"unstaffed", "personne de libre"}, {"timeout", "délai dépassé"}, {"over", "fin d'un entretien au téléphone"},
}
