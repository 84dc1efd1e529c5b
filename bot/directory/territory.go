package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/hear"
)

// A Portrait says in a few sentences what work there is around a place, with its source and year.
type Portrait struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`  // of the zone
	Areas   []string `json:"areas"` // codes of communes or départements
	Text    string   `json:"text"`
	Source  string   `json:"source"`
	Year    int      `json:"year"`
	Example bool     `json:"example,omitempty"`
}

// LongestPortrait is how many characters a portrait has at most as it is shown, source and year included.
const LongestPortrait = 600

func (s *Set) addPortraits(stored []byte) error {
	all, err := decode[Portrait](Portraits, stored)
	for i := range all {
		s.Example = s.Example || all[i].Example
		for _, code := range all[i].Areas {
			s.portraits[code] = &all[i]
		}
	}
	return err
}

// Portrait is that of a person's commune, or of their département.
func (s *Set) Portrait(where Where) (*Portrait, bool) {
	if s == nil {
		return nil, false
	}
	if p, ok := s.portraits[where.Commune]; ok && where.Commune != "" {
		return p, true
	}
	p, ok := s.portraits[where.Area]
	return p, ok
}

// An Event is a forum, a workshop, the presentation of a job.
type Event struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Kind    string   `json:"kind"`            // forum, salon, atelier, journee_secteur, presentation_metier, portes_ouvertes
	From    string   `json:"from"`            // day
	To      string   `json:"to"`              // last day
	Opens   string   `json:"opens,omitempty"` // hour of the first day, "14:00"
	Commune string   `json:"commune"`         // code
	Town    string   `json:"town"`
	Address string   `json:"address,omitempty"`
	By      []string `json:"by"` // who holds it
	Web     string   `json:"web,omitempty"`
	Jobs    []string `json:"jobs,omitempty"` // ROME codes
	Source  string   `json:"source"`
	Example bool     `json:"example,omitempty"`
}

// Merge makes one of events that several networks entered: the same title, begin and commune are the same
// event, and all who hold it stay named. Events come back by day.
func Merge(events []Event) []Event {
	at := map[string]int{}
	var all []Event
	for _, e := range events {
		key := hear.Fold(e.Title) + "|" + e.From + "|" + e.Commune
		if i, there := at[key]; there {
			for _, by := range e.By {
				if !slices.Contains(all[i].By, by) {
					all[i].By = append(slices.Clip(all[i].By), by)
				}
			}
			all[i].Web, all[i].Address, all[i].Opens = cmp.Or(all[i].Web, e.Web), cmp.Or(all[i].Address, e.Address), cmp.Or(all[i].Opens, e.Opens)
			all[i].To = max(all[i].To, e.To)
			continue
		}
		at[key] = len(all)
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b Event) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.ID, b.ID))
	})
	return all
}

// Ahead gives at most max events in a person's département that are not over on that day, the next first;
// of a job those of that job, or of no job in particular.
func (s *Set) Ahead(where Where, job string, day time.Time, max int) []Event {
	if s == nil || where.Area == "" {
		return nil
	}
	today := day.Format(time.DateOnly)
	var next []Event
	for _, e := range s.events {
		if e.To < today || Area(e.Commune, "") != where.Area || job != "" && len(e.Jobs) > 0 && !slices.Contains(e.Jobs, job) {
			continue
		}
		if next = append(next, e); len(next) == max {
			break
		}
	}
	return next
}
