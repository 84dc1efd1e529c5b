package studio

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
)

// flowsView is the list of flows, and what expires.
type flowsView struct {
	Flows    []flowRow
	Perished []perished
	Broken   []fileView
}

type flowRow struct {
	ID, Title        string
	Steps, Questions int
	Changed          int // records that differ from the live release
	New, Start       bool
	Errors, Warnings int
}

// perished is a card that is, or will soon be, out of date.
type perished struct{ ID, Title, Why string }

// soon is how long before its expiry a card is shown as about to expire.
const soon = 30 * 24 * time.Hour

func (s *Studio) showFlows(w http.ResponseWriter, r *http.Request) {
	state, c, is := s.opened(w, r)
	if !is {
		return
	}
	view := flowsView{}
	if b := c.Bundle; b != nil {
		items := s.differs(state.Draft)
		for _, id := range slices.Sorted(maps.Keys(b.Flows)) {
			view.Flows = append(view.Flows, s.flowRow(b, id, c.Found(), items))
		}
		view.Perished = expiring(b, s.Now())
	} else {
		view.Flows, view.Broken = broken(state.Draft), unreadFiles(state.Draft)
	}
	s.show(w, r, "flows", page{Title: "Parcours", Section: "/studio/", State: state, Checked: c, Body: view})
}

func (s *Studio) flowRow(b *flow.Bundle, id string, found proof.Findings, items []change.Item) flowRow {
	f := b.Flows[id]
	row := flowRow{ID: id, Title: f.Title, Steps: len(f.Order), Start: b.Start == id}
	live := s.Live()
	row.New = live.Flows[id] == nil
	for _, step := range f.Order {
		if b.Steps[step].Kind == flow.Ask {
			row.Questions++
		}
	}
	row.Errors, row.Warnings = counted(found, f.Pos.File)
	row.Changed = changedIn(items, f.Pos.File)
	return row
}

// counted are the findings in one file.
func counted(found proof.Findings, file string) (errors, warnings int) {
	for _, f := range found {
		switch {
		case f.Fault.Pos.File != file:
		case f.Severity == proof.Error:
			errors++
		default:
			warnings++
		}
	}
	return errors, warnings
}

// broken lists the flows of a draft that does not load, by its files.
func broken(d *flow.Draft) []flowRow {
	var all []flowRow
	files := flowsOf(d)
	for _, id := range slices.Sorted(maps.Keys(files)) {
		root, _ := d.At(files[id])
		steps, _ := root.At("steps")
		all = append(all, flowRow{ID: id, Title: root.TextAt("title"), Steps: len(steps.Keys())})
	}
	return all
}

// expiring are the cards that are out of date, or will be soon, first first.
func expiring(b *flow.Bundle, now time.Time) []perished {
	var all []*flow.Card
	for _, c := range b.Cards {
		if c.Expires.Before(now.Add(soon)) {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *flow.Card) int {
		if d := a.Expires.Compare(b.Expires); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	var rows []perished
	for _, c := range all {
		why := "expire le " + c.Expires.Format("02/01/2006")
		if c.Expires.Before(now) {
			why = fmt.Sprintf("périmée depuis le %s : elle n'est plus dite", c.Expires.Format("02/01/2006"))
		}
		rows = append(rows, perished{c.ID, b.Texts["card."+c.ID+".title"].Text, why})
	}
	return rows
}
