package studio

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// A coveredFlow says which tests go through each step of a flow.
type coveredFlow struct {
	ID, Title string
	Steps     []coveredStep
	Covered   int
}

// A coveredStep is a step with the tests that go through it, and its options.
type coveredStep struct {
	ID, Local, Kind, Text string
	By                    []test
	Options               []coveredOption
	Untested              int // options that no test chooses
	Try                   string
}

type coveredOption struct {
	ID, Label string
	By        []test
}

// A coveredTable says which tests each row of a table decides.
type coveredTable struct {
	ID      string
	Rows    []coveredRow
	Covered int
}

type coveredRow struct {
	Number int
	Cells  string
	By     []test
	Try    string
}

// A coverageSum counts what tests go through, of all there is.
type coverageSum struct{ Steps, OfSteps, Options, OfOptions, Rows, OfRows int }

// coverage says what the tests of a draft go through, and what none does.
func coverage(b *flow.Bundle, s *suite) ([]coveredFlow, []coveredTable) {
	by := func(what string) []test {
		var all []test
		for _, n := range s.Shown[what] {
			all = append(all, s.Results[n].Test)
		}
		return all
	}
	var flows []coveredFlow
	for _, id := range slices.Sorted(maps.Keys(b.Flows)) {
		f := coveredFlow{ID: id, Title: b.Flows[id].Title}
		for _, step := range b.Flows[id].Order {
			c := coveredStepOf(b, b.Steps[step], by)
			if len(c.By) > 0 {
				f.Covered++
			}
			f.Steps = append(f.Steps, c)
		}
		flows = append(flows, f)
	}
	var tables []coveredTable
	for _, id := range slices.Sorted(maps.Keys(b.Tables)) {
		t := coveredTable{ID: id}
		for i, row := range b.Tables[id].Rows {
			c := coveredRow{Number: i + 1, Cells: cellsOf(row), By: by("row:" + id + ":" + itoa(i+1)), Try: tryRow(b, id, row)}
			if len(c.By) > 0 {
				t.Covered++
			}
			t.Rows = append(t.Rows, c)
		}
		tables = append(tables, t)
	}
	return flows, tables
}

func coveredStepOf(b *flow.Bundle, step *flow.Step, by func(string) []test) coveredStep {
	c := coveredStep{ID: step.ID, Local: strings.TrimPrefix(step.ID, step.Flow+"."), Kind: kindOf(string(step.Kind)), Text: firstWords(b.Texts[step.ID].Text, 10),
		By: by("step:" + step.ID), Try: tryFrom(step.ID)}
	for _, o := range step.Options {
		option := coveredOption{o.ID, optionLabel(b, step, o.ID), by("option:" + step.ID + "/" + o.ID)}
		if len(option.By) == 0 {
			c.Untested++
		}
		c.Options = append(c.Options, option)
	}
	return c
}

// tryFrom is a trial that begins at a step.
func tryFrom(step string, given ...string) string {
	q := url.Values{"depart": {step}, "reponse": given}
	return "/studio/essai?" + q.Encode()
}

// cellsOf is what a row asks for, cell by cell.
func cellsOf(row flow.Row) string {
	var all []string
	for _, c := range row.When {
		if !c.Any {
			all = append(all, c.Answer+" : "+c.Raw)
		}
	}
	if len(all) == 0 {
		return "tous les autres cas"
	}
	return strings.Join(all, ", ")
}

// tryRow is a trial that begins where a table is read, with answers that its row asks for.
func tryRow(b *flow.Bundle, table string, row flow.Row) string {
	var given []string
	for _, c := range row.When {
		if !c.Any && !c.Not && len(c.Values) > 0 && b.Answers[c.Answer] != nil {
			given = append(given, c.Answer+"="+c.Values[0])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Steps)) {
		if step := b.Steps[id]; step.Kind == flow.Route && step.Table == table {
			return tryFrom(id, given...)
		}
	}
	return ""
}

func sumOf(flows []coveredFlow, tables []coveredTable) coverageSum {
	var s coverageSum
	for _, f := range flows {
		s.Steps, s.OfSteps = s.Steps+f.Covered, s.OfSteps+len(f.Steps)
		for _, step := range f.Steps {
			s.Options, s.OfOptions = s.Options+len(step.Options)-step.Untested, s.OfOptions+len(step.Options)
		}
	}
	for _, t := range tables {
		s.Rows, s.OfRows = s.Rows+t.Covered, s.OfRows+len(t.Rows)
	}
	return s
}

// within waits a moment for the suite to be done.
func (s *suite) within(d time.Duration) bool {
	select {
	case <-s.done:
		return true
	case <-time.After(d):
		return false
	}
}
