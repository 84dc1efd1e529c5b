package studio

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/hours"
	"frontdesk/bot/workshop"
)

// A dayForm is the hours of a day, or of days that follow each other, as they are picked.
type dayForm struct {
	line
	Day    string
	States []choice
	Spans  [][2]string // opening and closing, and room for one more
	Typed  bool        // boxes cannot say it
}

// daySign begins the names of what is picked for a day: "@lun-ven" is its state, "@lun-ven=" each opening and closing.
const daySign = "@"

// The states of a day, as forms send them; "" leaves it out of the file.
const (
	dayOpen   = "heures"
	dayClosed = "ferme"
)

// daySpans reads hours as boxes say them; false where they cannot.
func daySpans(text string) (spans [][2]string, can bool) {
	ranges, err := hours.ParseRanges(text)
	if err != nil {
		return nil, false
	}
	for _, r := range ranges {
		if r.To == 24*60 {
			return nil, false // a box ends its day at 23:59
		}
		spans = append(spans, [2]string{minuteOfDay(r.From), minuteOfDay(r.To)})
	}
	return spans, true
}

func minuteOfDay(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// dayFormOf draws a day. like is the queue whose hours count where nothing is written.
func dayFormOf(l line, is bool, like string) dayForm {
	f := dayForm{line: l, Day: strings.TrimPrefix(l.Name, sign)}
	spans, can := daySpans(l.Value)
	state, none := dayOpen, "fermé (rien d'écrit)"
	if like != "" {
		none = "comme « " + like + " »"
	}
	switch {
	case !is:
		state = ""
	case !can:
		f.Typed = true
	case len(spans) == 0:
		state = dayClosed
	}
	f.Spans = append(spans, [2]string{})
	f.States = []choice{{Value: dayOpen, Label: "ouvert"}, {Value: dayClosed, Label: "fermé"}, {Value: "", Label: none}}
	for i := range f.States {
		f.States[i].Picked = f.States[i].Value == state
	}
	return f
}

// spansSent pairs openings and closings, without the pairs that are empty.
func spansSent(times []string) [][2]string {
	var spans [][2]string
	for i := 0; i+1 < len(times); i += 2 {
		if from, to := strings.TrimSpace(times[i]), strings.TrimSpace(times[i+1]); from+to != "" {
			spans = append(spans, [2]string{from, to})
		}
	}
	return spans
}

func spansText(spans [][2]string) string {
	var all []string
	for _, s := range spans {
		all = append(all, s[0]+"-"+s[1])
	}
	return strings.Join(all, ", ")
}

// daysPicked are the hours that were picked otherwise than they stand.
func daysPicked(d *flow.Draft, at flow.Place, sent url.Values) []flow.Change {
	return pickedOtherwise(d, at, sent, daySign, flow.OpenField, func(key string, place flow.Place, was string, stood bool) (flow.Change, bool) {
		spans := spansSent(spansKept(sent, key))
		had, can := daySpans(was)
		switch state := sent.Get(daySign + key); {
		case state == "" && stood:
			return flow.Remove(place), true
		case state == dayClosed && (!stood || !can || len(had) > 0), state == dayOpen && stood && len(had) > 0 && len(spans) == 0:
			return flow.SetText(place, "fermé"), true
		case state == dayOpen && len(spans) > 0 && !slices.Equal(spans, had):
			return flow.SetText(place, spansText(spans)), true
		}
		return flow.Change{}, false
	})
}

// spansKept are the times that were sent for a day, without those that a button takes away.
func spansKept(sent url.Values, key string) []string {
	times := slices.Clone(sent[daySign+key+"="])
	for i := 0; i+1 < len(times); i += 2 {
		if sent.Get("do") == "retirer-plage:"+key+"/"+itoa(i/2) {
			return slices.Delete(times, i, i+2)
		}
	}
	return times
}

// newHours are those of one more day.
func newHours(sent url.Values) string {
	if text := typed(sent, "heures"); text != "" {
		return text
	}
	return spansText(spansSent(sent["nouveau-heures="]))
}

const endsFirst = "La fin vient avant le début, ou au même moment."

// spansReversed are the inputs of a form whose end is not after its beginning.
func spansReversed(sent url.Values) map[string]string {
	wrong := map[string]string{}
	for name := range sent {
		begins, is := strings.CutSuffix(name, "from")
		if !is {
			continue
		}
		from, to := last(sent[name]), last(sent[begins+"to"])
		if len(from) == len("2006-01-02T15:04") && to != "" && to <= from {
			wrong[begins+"to"] = endsFirst
		}
	}
	return wrong
}

// refuseSpans draws the form again as it was sent, with a mark at what is wrong. Nothing is saved.
func (s *Studio) refuseSpans(w http.ResponseWriter, r *http.Request, at flow.Place, wrong map[string]string) {
	state, err := s.Workshop.Open(r.Context())
	kind, known := kindByID(at.Path[0])
	if err != nil || !known {
		s.openOrMissing(w, r, err)
		return
	}
	d, err := state.Draft.Edit(slices.Concat(changesOf(state.Draft, at, r.PostForm), daysPicked(state.Draft, at, r.PostForm))...)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	here, is := kind.find(d, s.region(), at.Path[1])
	if !is {
		s.missing(w, r)
		return
	}
	c := s.checks.of(state.Draft)
	v := s.recordView(r, &workshop.State{Version: state.Version, Draft: d}, c, kind, here)
	v.Version, v.ETag = r.PostForm.Get("version"), r.PostForm.Get("etag")
	for _, g := range v.Groups {
		for _, p := range g.Parts {
			if p.Spans != nil {
				p.Spans.mark(r.PostForm, wrong)
			}
		}
	}
	v.Faults = append(v.Faults, fault{Message: "Rien n'est enregistré : une période finit avant de commencer."})
	s.render(w, r, http.StatusUnprocessableEntity, "record", page{Title: v.Name, Section: "/studio/fiches/" + kind.ID, State: state, Checked: c, Body: v})
}

// mark puts what is wrong at its input, and what was sent of a row to be added back.
func (e *entries) mark(sent url.Values, wrong map[string]string) {
	e.New = map[string]string{}
	for _, key := range []string{"from", "to", "say"} {
		e.New[key] = typed(sent, e.Key+"-"+key)
	}
	e.Wrong = wrong["nouveau-"+e.Key+"-to"]
	for i := range e.Rows {
		for j := range e.Rows[i].Lines {
			l := &e.Rows[i].Lines[j]
			if why := wrong[l.Name]; why != "" {
				l.Faults = append(l.Faults, fault{Message: why})
			}
		}
	}
}
