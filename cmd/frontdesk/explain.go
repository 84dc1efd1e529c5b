package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// explainCommand answers a supervisor's question: why was this person sent there?
type explainCommand struct {
	Case   []string `arg:"" placeholder:"ANSWER=VALUE" help:"What is known of the person: besoin=vae age=17 lieu=35000."`
	Table  string   `placeholder:"NAME" help:"Table of routing.yaml; by default the one whose columns fit best."`
	At     string   `placeholder:"2026-11-24T10:00" help:"Day and hour in the bundle's zone; now by default."`
	Flows  string   `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to explain; the reference bundle by default."`
	Region string   `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region; the bundle's own by default."`
}

// Help is shown by --help.
func (*explainCommand) Help() string {
	return `Prints the first row that is true, each of its cells and why it holds, what the row sets, the structure of that network where the person lives, and why each earlier row is not true. An age in years stands for the option that holds it.

Examples:

    frontdesk explain besoin=vae situation=travail lieu=Redon
    frontdesk explain besoin=emploi situation=chomage age=17 --table aiguillage --at 2026-11-24T10:00`
}

// Run explains, in French.
func (c *explainCommand) Run(out *console) error {
	b, err := out.load(c.Flows, c.Region)
	if err != nil {
		return fmt.Errorf("the bundle does not load:\n%w", err)
	}
	at, err := moment(c.At, b.Zone)
	if err != nil {
		return err
	}
	k, err := readCase(b, at, c.Case)
	if err != nil {
		return err
	}
	table, others, err := k.table(c.Table)
	if err != nil {
		return err
	}
	k.explain(out.out, table)
	if len(others) > 0 {
		fmt.Fprintf(out.out, "\nautres tables possibles, avec --table : %s\n", strings.Join(others, ", "))
	}
	return nil
}

// explain writes the row that decides, what follows from it, and why no earlier one did.
func (k *knownCase) explain(out io.Writer, t *flow.Table) {
	n := slices.IndexFunc(t.Rows, func(r flow.Row) bool { return r.When.Match(k.get) })
	if n < 0 { // the loader demands a last row that is always true
		fmt.Fprintf(out, "table %s : aucune ligne n'est vraie\n", t.ID)
		return
	}
	row := t.Rows[n]
	fmt.Fprintf(out, "table %s, ligne %d (%s)\n", t.ID, n+1, stands(row.Pos))
	for _, column := range t.Columns {
		fmt.Fprintln(out, "  "+k.holds(row, column))
	}
	fmt.Fprintln(out, "donne")
	for i, name := range t.Sets {
		fmt.Fprintf(out, "  %s = %s%s\n", name, row.Values[i], k.about(name, row.Values[i]))
	}
	if i := slices.Index(t.Sets, k.b.As(flow.AsNetwork)); i >= 0 {
		offer := ""
		if j := slices.Index(t.Sets, k.b.As(flow.AsOffer)); j >= 0 {
			offer = row.Values[j]
		}
		fmt.Fprintln(out, k.structure(row.Values[i], offer))
	}
	if n > 0 {
		fmt.Fprintln(out, "lignes écartées")
	}
	for i, earlier := range t.Rows[:n] {
		fmt.Fprintf(out, "  %d (%s) : %s\n", i+1, stands(earlier.Pos), k.fails(earlier))
	}
}

func stands(p flow.Pos) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// holds says why a column of the row that decides is true.
func (k *knownCase) holds(row flow.Row, column string) string {
	i := slices.IndexFunc(row.When, func(c flow.Cell) bool { return c.Answer == column })
	if i < 0 || row.When[i].Any {
		return fmt.Sprintf("%s : « * », peu importe%s", column, k.given(row, column))
	}
	return fmt.Sprintf("%s : « %s » convient%s", column, cellText(row.When[i]), k.given(row, column))
}

// fails says which cell of an earlier row is not true; the first, in the order of the columns.
func (k *knownCase) fails(row flow.Row) string {
	for _, c := range row.When {
		if !(flow.Condition{c}).Match(k.get) {
			return fmt.Sprintf("%s : « %s » ne convient pas%s", c.Answer, cellText(c), k.given(row, c.Answer))
		}
	}
	return "vraie"
}

// given is what the case says about a column.
func (k *knownCase) given(row flow.Row, column string) string {
	name := column
	if i := slices.IndexFunc(row.When, func(c flow.Cell) bool { return c.Answer == column }); i >= 0 && row.When[i].Key != "" {
		name = row.When[i].Key
	}
	if value := k.get(name); value != "" {
		return ", le cas est " + value
	}
	return ", le cas ne le dit pas"
}

// cellText is a cell as written, and the options that a comparison stands for.
func cellText(c flow.Cell) string {
	if strings.ContainsAny(c.Raw, "<>") || strings.Contains(c.Raw, "..") {
		return c.Raw + " : " + strings.Join(c.Values, ", ")
	}
	return c.Raw
}

// about adds what a name that a row sets stands for.
func (k *knownCase) about(name, value string) string {
	switch k.b.Answers[name].As {
	case flow.AsCard:
		return k.card(value)
	case flow.AsReason:
		if text, known := k.b.Texts["reason."+value]; known {
			return fmt.Sprintf(" : « … car %s »", text.Text)
		}
	case flow.AsNetwork:
		if n, known := k.b.Networks[value]; known {
			return " : " + n.Name
		}
	}
	return ""
}

func (k *knownCase) card(id string) string {
	card, known := k.b.Cards[id]
	if !known {
		return ""
	}
	text := fmt.Sprintf(" : « %s » (%s), vérifiée le %s", k.b.Texts["card."+id+".title"].Text, stands(card.Pos), card.Checked.Format(time.DateOnly))
	if !card.Expires.IsZero() && !k.at.Before(card.Expires) {
		text += ", périmée : elle n'est plus servie"
	}
	return text
}

// structure is whom the person would be handed to.
func (k *knownCase) structure(network, offer string) string {
	code := k.territory()
	if code == "" {
		return "structure : elle dépend du territoire ; ajoutez par exemple lieu=35000"
	}
	t, served := k.b.Territory(code)
	if !served {
		return fmt.Sprintf("structure : %s n'est pas dans un territoire de la région %s", k.where(), k.b.Region)
	}
	which := fmt.Sprintf("le territoire %s (%s)", t.Code, t.Name)
	if t.Coordinator != "" {
		which += ", coordonné par " + t.Coordinator
	}
	if s, _ := k.b.Competent(flow.Wish{Network: network, Offer: offer, Territory: code, At: k.at}); s != nil {
		return fmt.Sprintf("structure : %s, %s (%s), pour %s%s", s.ID, s.Name, stands(s.Pos), which, quotaOf(s))
	}
	if offer != "" {
		offer = " " + offer
	}
	return fmt.Sprintf("structure : aucune du réseau %s dans %s n'a d'offre%s sous convention le %s ; il n'est donné que pour information, et l'accueil régional répond, %s",
		network, which, offer, k.at.Format(time.DateOnly), k.b.Lead().ID)
}

// quotaOf says how many cases a structure has open at once, and who takes its place then.
func quotaOf(s *flow.Structure) string {
	if s.Quota == 0 {
		return ""
	}
	instead := "l'accueil régional"
	if len(s.Fallback) > 0 {
		instead = strings.Join(s.Fallback, ", puis ")
	}
	return fmt.Sprintf(" ; au plus %d dossiers ouverts à la fois, sinon %s", s.Quota, instead)
}
