package studio

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A setting is one value of bundle.yaml, or of the region's file where that stands in its place. The region has
// some for itself: those that have a Unit.
type setting struct {
	line
	Unit     string // what a region replaces as a whole: "busy", "delays/pickup"
	Where    string
	Regional bool
	Replaces bool // there is a common one too
}

// settingGroup is a part of the page under one heading.
type settingGroup struct {
	Title, Hint string
	Settings    []setting
}

// A campaign is the word of a poster and what it says of whoever writes it.
type campaign struct {
	Word  string
	Where string
	Gives *conditionView
}

type settingsView struct {
	Version, Region string
	Groups          []settingGroup
	Campaigns       []campaign
	New             newCell
	Askings         []asking
	Faults          []fault
}

// settingKeys are the keys of bundle.yaml that the page of settings has.
func settingKeys() []string {
	return []string{"service", "banner", "line", "busy", "delays", "reprompt", "campaigns"}
}

// settingsPath is the page.
const settingsPath = "/studio/reglages"

// isSetting tells what the page of settings has from other places.
func isSetting(at flow.Place) bool {
	base := path.Base(at.File)
	return (base == "bundle.yaml" || base == "region.yaml") && len(at.Path) > 0 && slices.Contains(settingKeys(), at.Path[0])
}

// regionFile is where a region's own settings are written.
func regionFile(region string) string { return "regions/" + region + "/region.yaml" }

// unitOf is what a region replaces as a whole, of the place that an input stands for.
func unitOf(keys []string) []string {
	switch {
	case len(keys) > 1 && (keys[0] == "delays" || keys[0] == "campaigns"):
		return keys[:2]
	case len(keys) > 0:
		return keys[:1]
	}
	return keys
}

// servedFrom is the file that holds a setting as it is served.
func servedFrom(d *flow.Draft, region string, keys []string) string {
	if _, is := d.At(regionFile(region), unitOf(keys)...); is {
		return regionFile(region)
	}
	return "bundle.yaml"
}

func (s *Studio) showSettings(w http.ResponseWriter, r *http.Request) {
	state, c, is := s.opened(w, r)
	if !is {
		return
	}
	start, _ := state.Draft.At("bundle.yaml", "start")
	pick := pickerOf(state.Draft, start.Text())
	pick.choosing, pick.chosen = r.URL.Query().Get("choisir"), r.URL.Query().Get("reponse")
	s.show(w, r, "settings", page{Title: "Réglages", Section: settingsPath, State: state, Checked: c, Body: s.settingsView(state, c, pick)})
}

func (s *Studio) settingsView(state *workshop.State, c *checked, pick picker) *settingsView {
	d, region := state.Draft, s.region()
	v := &settingsView{Version: state.ID, Region: region}
	for _, f := range faultsOf(d, c.Found(), everything) {
		if strings.HasPrefix(f.Path, settingsPath) {
			v.Faults = append(v.Faults, f)
		}
	}
	pick.marks = byInput(v.Faults)
	v.Groups = settingGroups()
	for i := range v.Groups {
		for j := range v.Groups[i].Settings {
			one := &v.Groups[i].Settings[j]
			*one = settingOf(d, region, strings.Split(one.Unit, "/"), pick)
			if b := s.bundleOf(d, c); b != nil && one.Where == unwritten {
				one.Where += unwrittenValue(b, one.Unit)
			}
		}
	}
	kind := recordKind{File: "bundle.yaml", RegionFile: "region.yaml", Table: "campaigns"}
	for _, here := range kind.all(d, region) {
		v.Campaigns = append(v.Campaigns, campaign{here.ID, here.Where(), pick.condition(here.Value, "« "+here.ID+" » donne", []string{"campaigns", here.ID}, true)})
	}
	v.New, v.Askings = pick.oneMore("nouveau-donne", "Ce qu'il dit", nil, true), pick.words.askings()
	return v
}

// unwritten says that no file has a setting.
const unwritten = "non réglée"

// unwrittenValue says what counts then.
func unwrittenValue(b *flow.Bundle, unit string) string {
	d := b.Delays
	in, is := map[string]time.Duration{"delays/pickup": d.Pickup, "delays/call": d.Call, "delays/owner": d.Owner, "delays/citizen": d.Citizen,
		"delays/hold": d.Hold, "delays/follow": d.Follow, "delays/reopen": d.Reopen}[unit]
	if unit == "delays/dated" {
		return " : " + plural(d.Dated, "jour ouvré", "jours ouvrés")
	}
	if span, read := flow.ReadSpan(in.String()); is && read {
		return " : " + span.String()
	}
	return ""
}

// settingOf draws one setting as it is served.
func settingOf(d *flow.Draft, region string, keys []string, pick picker) setting {
	file := servedFrom(d, region, keys)
	here, _ := d.At(file, keys...)
	field, _ := d.FieldAt(flow.In(file, keys...))
	one := setting{line: lineOf(here, field, pick, keys), Where: "commune"}
	one.Label, one.Hint = settingLabel(keys).Label, settingLabel(keys).Hint
	if keys[0] == "reprompt" {
		return one // no region has its own
	}
	one.Unit, one.Regional = strings.Join(unitOf(keys), "/"), file != "bundle.yaml"
	if _, common := d.At("bundle.yaml", keys...); one.Regional {
		one.Where, one.Replaces = "de la région", common
	} else if !common {
		one.Where = unwritten
	}
	return one
}

// saveSettings takes the page as a whole: what differs from the version that it was drawn from.
func (s *Studio) saveSettings(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	sent, region := r.PostForm, s.region()
	sent.Set("retour", settingsPath)
	do := func(d *flow.Draft) (*flow.Draft, error) { return changeSettings(d, region, sent) }
	var left *conflict
	saved, err := s.Workshop.Save(r.Context(), author(r), s.settingsChanged(r, do), func(now *workshop.State) (d *flow.Draft, err error) {
		d, left, err = s.settled(r, now, do)
		return d, err
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	if left != nil {
		s.decide(w, r, saved, left)
		return
	}
	if name, is := strings.CutPrefix(sent.Get("do"), "choisir:"); is && sent.Get(name) != "" {
		s.done(w, r, withQuery(settingsPath, url.Values{"choisir": {name}, "reponse": {sent.Get(name)}}), "choisir")
		return
	}
	var missing []string
	if (sent.Get("do") == "ajouter:campaigns" || filledIn(sent, "mot", "donne")) && newCampaign(sent) == nil {
		missing = []string{"campaigns"}
	}
	s.saved(w, r, settingsPath, missing)
}

// settled makes what a form changes on the draft as it is now, as far as nobody else has changed the same
// settings since it was drawn.
func (s *Studio) settled(r *http.Request, now *workshop.State, do func(*flow.Draft) (*flow.Draft, error)) (*flow.Draft, *conflict, error) {
	if r.PostForm.Get("version") == now.ID {
		return undisputed(do(now.Draft))
	}
	was, err := s.Workshop.Version(r.Context(), r.PostForm.Get("version"))
	if err != nil {
		return nil, nil, err
	}
	mine, err := do(was.Draft)
	if err != nil {
		return nil, nil, err
	}
	return undisputed(merged(was.Draft, mine, now, r.PostForm))
}

// settingsChanged says in the history what a form changes, in the words of the difference.
func (s *Studio) settingsChanged(r *http.Request, do func(*flow.Draft) (*flow.Draft, error)) string {
	said := "réglages"
	now, err := s.Workshop.Open(r.Context())
	if err != nil {
		return said
	}
	is, _, err := s.settled(r, now, do)
	if err != nil {
		return said
	}
	items := change.Between(now.Draft, is)
	var all []string
	for _, item := range items[:min(len(items), 3)] {
		all = append(all, item.What)
	}
	if len(items) > 3 {
		all = append(all, "et "+plural(len(items)-3, "autre", "autres"))
	}
	if len(all) > 0 {
		said += " : " + strings.Join(all, ", ")
	}
	return said
}
