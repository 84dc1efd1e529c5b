package studio

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// An inUseView says why something is not deleted: each place that uses it, and what can stand in.
type inUseView struct {
	Name    string
	Places  []usedAt
	Action  string   // that deletes it
	Field   string   // of the form, for what stands in
	Sent    []choice // what the form sent beside: names and values
	Choices []choice // nil where nothing can stand in
	Back    string
}

// usedAt is one place that uses something.
type usedAt struct{ Text, Path, Detail string }

func (s *Studio) showInUse(w http.ResponseWriter, r *http.Request, e *flow.InUse) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	d := state.Draft
	if now, is := errors.AsType[*flow.InUse](stillUsed(d, e)); is { // the form may have been of an older draft
		e = now
	}
	v := inUseView{Name: e.ID, Places: placesOf(d, e.Uses), Action: r.URL.Path}
	v.Field, v.Choices = s.standIns(d, e)
	for _, c := range v.Choices {
		if c.Value == e.ID || c.Value == localName(e.ID) {
			v.Name = c.Label
		}
	}
	v.Choices = slices.DeleteFunc(v.Choices, func(c choice) bool { return c.Value == e.ID || c.Value == localName(e.ID) })
	if len(v.Choices) < 2 { // the empty one, at most
		v.Choices = nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) { // with whatever else is changed in the form
		for _, value := range r.PostForm[name] {
			if name != v.Field {
				v.Sent = append(v.Sent, choice{Value: name, Label: value})
			}
		}
	}
	v.Back = backTo(r.PostForm.Get("retour"))
	if v.Back == "/studio/" {
		v.Back = cameFrom(r)
	}
	s.render(w, r, http.StatusConflict, "inuse", page{Title: "Encore utilisé", Section: "/studio/", State: state, Checked: s.checks.of(d), Body: v})
}

// stillUsed is what uses a choice of a draft, as an error.
func stillUsed(d *flow.Draft, e *flow.InUse) error {
	if e.Kind != flow.OptionRecord {
		return nil
	}
	_, err := d.Delete(e.Kind, e.ID, "")
	return err
}

// choiceTaken is the choice, "flow.step.option", that a form's button takes away.
func (e edition) choiceTaken(d *flow.Draft) (id string, is bool) {
	verb, where, _ := strings.Cut(e.sent.Get("do"), ":")
	option, of := strings.CutPrefix(where, "options/")
	if verb != "retirer" || !of || strings.Contains(option, "/") || len(e.at.Path) != 2 || e.at.Path[0] != "steps" {
		return "", false
	}
	named, _ := d.At(e.at.File, "flow")
	return named.Text() + "." + e.at.Path[1] + "." + option, true
}

// withoutChoice makes changes and takes a choice away; what uses it is told by its places before the changes.
func withoutChoice(d *flow.Draft, id, instead string, changes []flow.Change) (*flow.Draft, error) {
	if _, err := d.Delete(flow.OptionRecord, id, instead); err != nil {
		return nil, err
	}
	made, err := d.Edit(changes...)
	if err != nil {
		return nil, err
	}
	return made.Delete(flow.OptionRecord, id, instead)
}

// localName is a step without its flow.
func localName(id string) string { return id[strings.IndexByte(id, '.')+1:] }

// placesOf are places that use something, with the forms that change them.
func placesOf(d *flow.Draft, uses []flow.Use) []usedAt {
	t := teller{d: d}
	var all []usedAt
	for _, u := range uses {
		at := flow.Fault{Pos: u.Pos, Message: u.What}
		if _, local, is := strings.Cut(u.Step, "."); is {
			at.Step = local
		}
		place := usedAt{Text: upper(t.quoted(inForm(u.What), flow.Place{})), Detail: fmt.Sprintf("%s:%d", u.File, u.Pos.Line)}
		if here, is := t.place(at); is && len(here.Path) > 0 {
			input := ""
			if len(here.Path) > 2 && here.Path[0] != "tables" {
				input = below(here.Path[2:]...)
			}
			place.Path = t.path(at, here, input)
		}
		all = append(all, place)
	}
	return all
}

// standIns are the records that can stand in for one that is deleted, by name, and the input that says which.
// The record itself is among them.
func (s *Studio) standIns(d *flow.Draft, e *flow.InUse) (field string, all []choice) {
	switch e.Kind {
	case flow.OptionRecord:
		parts := strings.Split(e.ID, ".")
		options, _ := d.At(flowsOf(d)[parts[0]], "steps", parts[1], "options")
		all = []choice{{Label: "—"}}
		for _, id := range options.Keys() {
			text, _ := options.At(id, "text")
			all = append(all, choice{Value: parts[0] + "." + parts[1] + "." + id, Label: text.Text()})
		}
		return "suite", all
	case flow.StepRecord:
		id, _, _ := strings.Cut(e.ID, ".")
		return "suite", picker{d: d, flow: id}.of([]string{"then"}, "")
	case flow.AnswerRecord, flow.FlowRecord: // nothing can stand in for these
		return "", nil
	case flow.TableRecord:
		return "suite", picker{d: d}.of([]string{"route"}, "")
	}
	for _, kind := range recordKinds() {
		if kind.Names != e.Kind {
			continue
		}
		if kind.elsewhere(d, s.region(), e.ID) {
			return "", nil // what names it may be another region's
		}
		all = []choice{{Label: "—"}}
		for _, here := range kind.all(d, s.region()) {
			name := kind.nameOf(here)
			if name == "" {
				name = here.ID
			}
			all = append(all, choice{Value: here.ID, Label: name})
		}
		return "remplacant", all
	}
	return "", nil
}
