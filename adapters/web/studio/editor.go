package studio

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/draw"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// An editorView is one flow being edited: its picture, and the form of one step.
type editorView struct {
	Flow, Title string
	File        string
	Steps       []stepRow
	Picture     template.HTML // drawn by the service from the draft; "" while it does not load
	Step        *stepView     // nil for none
	Listed      bool          // the text twin instead of the picture
	Broken      []fault       // why there is no picture
	Earlier     *earlier      // whose picture stands in, or nil
	Trial       *trialView    // beside the step: a conversation that begins at it
}

// stepRow is a step in the list that stands for the picture.
type stepRow struct {
	ID, Kind, Text string
	Errors         int
	Warnings       int
	Open           bool
}

func (s *Studio) showEditor(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	id := r.PathValue("flow")
	file := flowsOf(state.Draft)[id]
	if file == "" {
		s.unreadFlow(w, r, state.Draft, id)
		return
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	open := r.URL.Query().Get("etape")
	view := editorView{Flow: id, File: file, Listed: r.URL.Query().Get("vue") == "liste"}
	title, _ := state.Draft.At(file, "title")
	view.Title = title.Text()
	view.Steps = stepRows(state.Draft, file, open, c.Found())
	if c.Bundle != nil && c.Bundle.Flows[id] != nil {
		view.Picture = picture(state.Draft, c.Bundle, id, open, c.Found())
	} else if view.Earlier = s.earlier(r.Context(), state, c); view.Earlier != nil && view.Earlier.Bundle.Flows[id] != nil {
		view.Picture = picture(state.Draft, view.Earlier.Bundle, id, open, c.Found())
	} else {
		view.Broken, view.Earlier = faultsOf(state.Draft, c.Found(), everything), nil
	}
	if _, is := state.Draft.At(file, "steps", open); is {
		pick := pickerOf(state.Draft, id)
		pick.choosing, pick.chosen = r.URL.Query().Get("choisir"), r.URL.Query().Get("reponse")
		view.Step = s.stepView(state, c, pick, file, open)
		here := &trial{Channel: "web", At: s.atOnce(c, view.Earlier), Staffed: true, From: id + "." + open}
		view.Trial = s.trialView(here, c, view.Earlier, may(web.Signed(r), edit))
	}
	s.show(w, r, "editor", page{Title: view.Title, Section: "/studio/", State: state, Checked: c, Body: view})
}

// unreadFlow leads to the file of a flow that cannot be read, where it is one.
func (s *Studio) unreadFlow(w http.ResponseWriter, r *http.Request, d *flow.Draft, id string) {
	if was := s.Live().Flows[id]; was != nil && d.Unreadable(was.Pos.File) != nil {
		http.Redirect(w, r, filePath(was.Pos.File, 0), http.StatusSeeOther)
		return
	}
	s.missing(w, r)
}

func stepRows(d *flow.Draft, file, open string, found proof.Findings) []stepRow {
	v, _ := d.At(file, "steps")
	var rows []stepRow
	for i, id := range v.Keys() {
		step := v.Items()[i]
		row := stepRow{ID: id, Kind: kindOf(kindOfStep(step)), Text: firstWords(stepText(step), 12), Open: id == open}
		for _, f := range found {
			switch {
			case f.Fault.Step != id || f.Fault.Pos.File != file:
			case f.Severity == proof.Error:
				row.Errors++
			default:
				row.Warnings++
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// kindOfStep is the key that says what a step does.
func kindOfStep(step flow.Value) string {
	keys := step.Keys()
	for _, kind := range []string{"ask", "if", "route", "call", "handoff", "end", "say"} {
		if slices.Contains(keys, kind) {
			return kind
		}
	}
	return "say"
}

// picture draws a flow with its faults. All of it is drawn by the service: texts are escaped there.
func picture(d *flow.Draft, b *flow.Bundle, id, open string, found proof.Findings) template.HTML {
	marks, told := map[string][]draw.Mark{}, teller{d: d}
	for _, f := range found {
		full := id + "." + f.Fault.Step
		if f.Fault.Step == "" || f.Fault.Pos.File != b.Flows[id].Pos.File || len(marks[full]) > 0 {
			continue
		}
		mark := draw.Mark{Text: "!", Class: "error", Title: told.tell(f).Message}
		if f.Severity == proof.Warning {
			mark.Text, mark.Class = "?", "warning"
		}
		marks[full] = []draw.Mark{mark}
	}
	selected := ""
	if open != "" {
		selected = id + "." + open
	}
	var out strings.Builder
	draw.SVG(&out, draw.Lay(b, id), draw.Options{Selected: selected, Marks: marks, Link: linkTo})
	return template.HTML(out.String())
}

// linkTo is the page of what a node of a picture stands for, "" where it has none.
func linkTo(full string) string {
	flowID, step, is := strings.Cut(full, ".")
	switch {
	case !is || flowID == "interrupt":
		return ""
	case flowID == "safety":
		return recordPath(flow.In("safety.yaml", "dangers", step))
	}
	return stepPath(flowID, step)
}

func stepPath(flowID, step string) string {
	return "/studio/parcours/" + url.PathEscape(flowID) + "?etape=" + url.QueryEscape(step)
}

// A stepView is the form of one step.
type stepView struct {
	form
	ID, Kind, KindName string
	Full               string // flow.step
	Number             int
	Texts              []line // what it says, by channel and occasion
	Options            []optionView
	Cases              []caseView
	Ways               []line // where it leads
	More               []line
	Case, Variant      newCell  // of a case or a variant to be added
	Askings            []asking // for conditions
	Steps              []choice // destinations
	Faults             []fault
	Uses               []usage
	Variants           []variantView
	Varies             bool // it says something, which may depend on the person
}

// optionView is one option of a question.
type optionView struct {
	ID          string
	Lines       []line // text, other words, destination
	More        []line
	Pairs       []*conditionView
	First, Last bool
}

// variantView is another wording, for some answers.
type variantView struct {
	ID          string
	Lines       []line
	When        *conditionView
	First, Last bool
}

// caseView is one line of an if.
type caseView struct {
	Index       int
	When        *conditionView
	Then        line
	First, Last bool
}

func (s *Studio) stepView(state *workshop.State, c *checked, pick picker, file, id string) *stepView {
	d, flowID := state.Draft, pick.flow
	at := flow.In(file, "steps", id)
	v, _ := d.At(at.File, at.Path...)
	told := faultsOf(d, c.Found(), func(f proof.Finding) bool { return f.Fault.Step == id && f.Fault.Pos.File == file })
	pick.marks = byInput(told)
	kind := kindOfStep(v)
	step := &stepView{ID: id, Full: flowID + "." + id, Kind: kind, KindName: kindOf(kind),
		form:   form{At: at, Version: state.ID, ETag: d.ETag(at.File, at.Path...), Back: stepPath(flowID, id)},
		Faults: told,
		Uses:   usages(d, d.Uses(flow.StepRecord, flowID+"."+id)), Steps: pick.of([]string{"then"}, ""), Askings: pick.words.askings(),
		Case: pick.oneMore("nouveau-si", "Si", nil, false), Variant: pick.oneMore("nouveau-quand", "Quand", nil, false)}
	keys, _ := d.At(file, "steps")
	step.Number = slices.Index(keys.Keys(), id) + 1
	step.fields(v, pick)
	return step
}

// fields sorts the keys of a step into what supervisors change most and the rest.
func (v *stepView) fields(step flow.Value, pick picker) {
	said := map[string][]string{
		"say": {"say", "voice", "sms"}, "ask": {"ask", "voice", "sms", "retry", "why"},
		"handoff": {"text", "voice", "sms"}, "end": {"text", "voice", "sms"},
	}[v.Kind]
	ways := map[string][]string{"say": {"then"}, "ask": {"then"}, "if": {"else"}, "route": {"route", "then"},
		"call": {"call", "then"}, "handoff": {"handoff", "on", "then"}, "end": {"end"}}[v.Kind]
	more := map[string][]string{"say": {"card", "link", "send"}, "end": {"card", "link"}, "ask": {"budget", "answer", "optional", "ask_again", "check", "no_match"}}[v.Kind]
	for _, l := range lines(step, step.Fields(), pick, nil) {
		key := strings.TrimPrefix(l.Name, sign)
		switch {
		case slices.Contains(said, key), key == "send" && l.Value != "": // the text itself goes there
			v.Texts = append(v.Texts, l)
		case slices.Contains(ways, key):
			v.Ways = append(v.Ways, l)
		case slices.Contains(more, key):
			v.More = append(v.More, l)
		}
	}
	order := func(lines []line, keys []string) {
		slices.SortStableFunc(lines, func(a, b line) int {
			return cmp.Compare(slices.Index(keys, strings.TrimPrefix(a.Name, sign)), slices.Index(keys, strings.TrimPrefix(b.Name, sign)))
		})
	}
	order(v.Texts, append(said, "send"))
	order(v.Ways, ways)
	v.options(step, pick)
	v.cases(step, pick)
	v.variants(step, pick)
}

func (v *stepView) options(step flow.Value, pick picker) {
	options, _ := step.At("options")
	aged := slices.ContainsFunc(options.Items(), func(o flow.Value) bool { return o.TextAt("range") != "" })
	for i, id := range options.Keys() {
		o := optionView{ID: id, First: i == 0, Last: i == len(options.Keys())-1}
		item := options.Items()[i]
		for _, l := range lines(item, item.Fields(), pick, nil, "options", id) {
			switch key := l.Name[strings.LastIndex(l.Name, "/")+1:]; key {
			case "text", "also", "then":
				o.Lines = append(o.Lines, l)
			case "range":
				if aged {
					o.Lines = append(o.Lines, l)
				} else {
					o.More = append(o.More, l)
				}
			case "only", "sets":
				o.Pairs = append(o.Pairs, l.Condition)
			default:
				o.More = append(o.More, l)
			}
		}
		v.Options = append(v.Options, o)
	}
}

func (v *stepView) cases(step flow.Value, pick picker) {
	cases, _ := step.At("if")
	for i, item := range cases.Items() {
		n := itoa(i)
		when, _ := item.At("when")
		then, _ := item.At("then")
		wf, _ := item.Field("when")
		tf, _ := item.Field("then")
		w := lineOf(when, wf, pick, []string{"if", n, "when"})
		v.Cases = append(v.Cases, caseView{Index: i, When: w.Condition,
			Then: lineOf(then, tf, pick, []string{"if", n, "then"}), First: i == 0, Last: i == len(cases.Items())-1})
	}
}

func (v *stepView) variants(step flow.Value, pick picker) {
	v.Varies = saidBy(v.Kind) != ""
	said := []string{saidBy(v.Kind), "voice", "sms"}
	if v.Kind == "ask" {
		said = append(said, "retry")
	}
	variants, _ := step.At("variants")
	for i, id := range variants.Keys() {
		item := variants.Items()[i]
		view := variantView{ID: id, First: i == 0, Last: i == len(variants.Keys())-1}
		for _, l := range lines(item, item.Fields(), pick, nil, "variants", id) {
			if l.Kind == flow.PairsField {
				view.When = l.Condition
			} else if l.Value != "" || slices.Contains(said, l.Name[strings.LastIndex(l.Name, "/")+1:]) {
				view.Lines = append(view.Lines, l)
			}
		}
		v.Variants = append(v.Variants, view)
	}
}

func everything(proof.Finding) bool { return true }
