package studio

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/hours"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// A recordsView is the list of one kind of record.
type recordsView struct {
	Kind     recordKind
	Region   string
	Rows     []recordRow
	Total    int
	Search   string
	Filter   string
	Filters  []choice // of cards, with how many each shows
	Review   int      // cards to check
	Holidays *form    // of queues: the public holidays of the region
	Sets     []choice
	Safety   *safetyView // of dangers
	Flows    []choice    // of what flows hold: where a new one may stand
	Hearing  bool        // of dangers: there are words that all of them share
}

// A recordRow is one record in a list.
type recordRow struct {
	ID, Name, Path     string
	Where              string
	Facts              []string
	Tags               []tag
	Uses               int
	Errors, Warnings   int
	New, Changed, Mine bool
}

// A tag is a state in one word, and how it looks.
type tag struct{ Text, Class string }

func (s *Studio) showRecords(w http.ResponseWriter, r *http.Request) {
	kind, known := kindByID(r.PathValue("kind"))
	state, err := s.Workshop.Open(r.Context())
	if err != nil || !known {
		s.openOrMissing(w, r, err)
		return
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	view := s.recordsView(state, c, kind)
	view.Search, view.Filter = r.URL.Query().Get("q"), r.URL.Query().Get("filtre")
	view.Rows = slices.DeleteFunc(view.Rows, func(row recordRow) bool { return !row.shown(view.Search, view.Filter) })
	if kind.ID == "dangers" {
		view.Safety = s.safetyView(state, c, "")
		_, view.Hearing = state.Draft.At("safety.yaml", "hearing")
	}
	s.show(w, r, "records", page{Title: kind.Title, Section: "/studio/fiches/" + kind.ID, State: state, Checked: c, Body: view})
}

// openOrMissing answers that the draft cannot be opened, or that it has no such page.
func (s *Studio) openOrMissing(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	s.missing(w, r)
}

func (s *Studio) recordsView(state *workshop.State, c *checked, kind recordKind) *recordsView {
	d, live := state.Draft, s.online()
	v := &recordsView{Kind: kind, Region: s.region()}
	b := s.bundleOf(d, c)
	served := map[string]standing{}
	for _, was := range kind.all(live, s.region()) {
		served[was.ID] = was
	}
	for _, here := range kind.all(d, s.region()) {
		row := recordRow{ID: here.ID, Name: kind.nameOf(here), Path: kind.path(here.ID), Where: here.Where(),
			Facts: s.facts(kind, here, d, b), Tags: s.tags(kind, here, b), Uses: len(kind.uses(d, s.region(), here.ID))}
		row.Errors, row.Warnings = countedAt(d, c.Found(), flow.In(here.File, kind.Table, here.ID))
		if was, is := served[here.ID]; !is {
			row.New = true
		} else {
			row.Changed = was.File != here.File || live.ETag(was.File, kind.Table, here.ID) != d.ETag(here.File, kind.Table, here.ID)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Total = len(v.Rows)
	if kind.Flows {
		v.Flows = flowChoices(d)
	}
	switch kind.ID {
	case "cards":
		v.filters()
	case "queues":
		s.holidays(state, v)
	}
	return v
}

// countedAt are the findings about one record.
func countedAt(d *flow.Draft, found proof.Findings, at flow.Place) (errors, warnings int) {
	for _, f := range foundAt(d, found, at) {
		if f.Severity == proof.Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// foundAt are the findings whose line is one of a record.
func foundAt(d *flow.Draft, found proof.Findings, at flow.Place) proof.Findings {
	var here proof.Findings
	for _, f := range found {
		if f.Fault.Pos.File != at.File {
			continue
		}
		if p, is := placeAt(d, f.Fault.Pos); is && slices.Equal(p.Path, at.Path) {
			here = append(here, f)
		}
	}
	return here
}

// shown says whether a row answers a search and a filter.
func (r recordRow) shown(search, filter string) bool {
	text := unaccented.Replace(strings.ToLower(r.ID + " " + r.Name + " " + strings.Join(r.Facts, " ")))
	for word := range strings.FieldsSeq(unaccented.Replace(strings.ToLower(search))) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return filter == "" || slices.ContainsFunc(r.Tags, func(t tag) bool { return slug(t.Text) == filter })
}

// filters are the states of cards, with how many are in each.
func (v *recordsView) filters() {
	for _, name := range []string{"expirée", "bientôt", "exemple", "sans information"} {
		n := 0
		for _, row := range v.Rows {
			if slices.ContainsFunc(row.Tags, func(t tag) bool { return t.Text == name }) {
				n++
			}
		}
		if name == "expirée" || name == "bientôt" {
			v.Review += n
		}
		v.Filters = append(v.Filters, choice{Value: slug(name), Label: name + " (" + itoa(n) + ")"})
	}
}

// tags are the states of a record that a list shows.
func (s *Studio) tags(kind recordKind, here standing, b *flow.Bundle) []tag {
	var all []tag
	add := func(yes bool, text, class string) {
		if yes {
			all = append(all, tag{text, class})
		}
	}
	switch kind.ID {
	case "cards":
		until, err := time.ParseInLocation(time.DateOnly, here.Value.TextAt("expires"), s.Zone)
		add(err == nil && !until.After(s.Now()), "expirée", "bad")
		add(err == nil && until.After(s.Now()) && until.Before(s.Now().Add(soon)), "bientôt", "fair")
		add(here.Value.TextAt("nothing") == "true", "sans information", "")
	case "structures":
		add(here.Value.TextAt("lead") == "true", "accueil régional", "new")
		add(!s.covered(here.Value), "aucune convention en cours", "fair")
	case "queues":
		if b != nil {
			open := b.Calendar.Open(here.ID, s.Now())
			add(open, "ouvert maintenant", "good")
			add(!open, "fermé maintenant", "")
		}
	case "dangers":
		grade := here.Value.TextAt("grade")
		add(true, wordOf([]string{"grade"}, grade), map[string]string{"immediate": "bad", "distress": "fair"}[grade])
	}
	add(here.Value.TextAt("sensitive") == "true", "sensible", "fair")
	add(here.Value.TextAt("demonstration") == "true", "exemple", "")
	return all
}

// covered says that one convention at least is in force.
func (s *Studio) covered(structure flow.Value) bool {
	offers, _ := structure.At("offers")
	today := s.Now().In(s.Zone).Format(time.DateOnly)
	return slices.ContainsFunc(offers.Items(), func(o flow.Value) bool {
		return o.TextAt("from") <= today && (o.TextAt("to") == "" || today < o.TextAt("to"))
	})
}

// facts are what a list says of a record, beside its name.
func (s *Studio) facts(kind recordKind, here standing, d *flow.Draft, b *flow.Bundle) []string {
	v := here.Value
	switch kind.ID {
	case "cards":
		return []string{v.TextAt("source"), "à revoir avant le " + dayOf(v.TextAt("expires"))}
	case "structures":
		return []string{s.called("networks", d, v.TextAt("network")), s.territoriesOf(d, v), "horaires " + v.TextAt("hours")}
	case "networks":
		was, _ := v.At("was")
		if len(was.Texts()) == 0 {
			return nil
		}
		return []string{"autrefois " + was.Text()}
	case "queues":
		if b == nil {
			return nil
		}
		return []string{cmp.Or(b.Calendar.Describe("fr", here.ID), "toujours fermé"), s.openNow(b, here.ID)}
	case "dangers":
		numbers, _ := v.At("numbers")
		return []string{"numéros " + numbers.Text(), rereadOf(d, here.ID, v)}
	case "answers":
		return answerFacts(v)
	case "interrupts":
		return commandFacts(v)
	case reasonsKind:
		return []string{here.ID}
	case "territories":
		facts := []string{v.TextAt("in")}
		if c := v.TextAt("coordinator"); c != "" {
			facts = append(facts, s.called("structures", d, c)+" coordonne")
		}
		return facts
	}
	return nil
}

// called is a record's name, its id where it has none.
func (s *Studio) called(kind string, d *flow.Draft, id string) string {
	k, _ := kindByID(kind)
	if here, is := k.find(d, s.region(), id); is {
		return cmp.Or(k.nameOf(here), id)
	}
	return id
}

func (s *Studio) territoriesOf(d *flow.Draft, structure flow.Value) string {
	all, _ := structure.At("territories")
	var names []string
	for _, code := range all.Texts() {
		if code == "*" {
			return "toute la région"
		}
		names = append(names, s.called("territories", d, code))
	}
	return strings.Join(names, ", ")
}

// dayOf writes a day as people do.
func dayOf(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}

// openNow says whether a queue is open, and until when it stays so.
func (s *Studio) openNow(b *flow.Bundle, queue string) string {
	now := s.Now()
	if b.Calendar.Open(queue, now) {
		if end, is := b.Calendar.Until(queue, now); is {
			if hours.SayDay("fr", end, now, b.Zone) == "aujourd'hui" {
				return "jusqu'à " + hours.SayHour("fr", end, b.Zone)
			}
			return "jusqu'à " + hours.Say("fr", end, now, b.Zone)
		}
		return "sans fin prévue"
	}
	if next, is := b.Calendar.Next(queue, now); is {
		return "ouvre " + hours.Say("fr", next, now, b.Zone)
	}
	return "aucune ouverture dans les deux mois"
}

// holidays is the form of the public holidays.
func (s *Studio) holidays(state *workshop.State, v *recordsView) {
	file := v.Kind.own(s.region())
	here, is := state.Draft.At(file, "holidays")
	if !is {
		if _, region := state.Draft.At(file); !region {
			file = v.Kind.File
		}
		here, _ = state.Draft.At(v.Kind.File, "holidays")
	}
	now := cmp.Or(here.Text(), "fr")
	v.Holidays = &form{At: flow.In(file, "holidays"), Version: state.ID, ETag: state.Draft.ETag(file, "holidays"), Back: "/studio/fiches/queues"}
	v.Sets = []choice{{Value: "fr", Label: "France entière", Picked: now == "fr"}}
	for _, set := range hours.HolidaySets() {
		if set != "fr" {
			v.Sets = append(v.Sets, choice{Value: "fr-" + set, Label: "France et " + set, Picked: now == "fr-"+set})
		}
	}
}

// onlineDraft is the live release as a draft, opened once.
type onlineDraft struct {
	mu    sync.Mutex
	hash  string
	draft *flow.Draft
}

// online is what is served now, to compare with.
func (s *Studio) online() *flow.Draft {
	o, b := &s.served, s.Live()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.draft == nil || o.hash != b.Hash {
		d, err := flow.OpenDraft(b.Sources)
		if err != nil { // it was served, so it opens
			s.Log.Error("open the live release", "error", err)
			d = &flow.Draft{}
		}
		o.hash, o.draft = b.Hash, d
	}
	return o.draft
}
