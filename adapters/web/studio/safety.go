package studio

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/change"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// A safetyView is what stands beside the list of dangers: a sentence to try, and what would be heard
// otherwise than by what is served.
type safetyView struct {
	Said   string
	Heard  *heardView
	Tried  bool
	Broken bool
	Others *otherwise // nil while safety.yaml is as it is served
}

// heardView is what production hears in a sentence.
type heardView struct {
	Danger, Grade, Path string
	Words, Pattern, Why string
	Numbers             []choice
	Measures            []measure
}

// otherwise are the examples that the draft hears otherwise than what is served.
type otherwise struct {
	All    int
	Change []heardOtherwise
	More   int
}

type heardOtherwise struct{ Text, Was, Is string }

func (s *Studio) safetyView(state *workshop.State, c *checked, said string) *safetyView {
	v := &safetyView{Said: said, Tried: said != "", Broken: c.Program == nil}
	if c.Program == nil {
		return v
	}
	if said != "" {
		v.Heard = heardIn(c.Program, state.Draft, said)
	}
	if safety := s.Live().Sources["safety.yaml"]; string(safety) != string(state.Draft.Files()["safety.yaml"]) {
		v.Others = compare(state.Draft, s.Live(), c.Bundle)
	}
	return v
}

// heardIn hears a sentence as the service does, nil for no danger.
func heardIn(p *engine.Program, d *flow.Draft, said string) *heardView {
	danger, alarm, numbers := p.Alarm(said)
	if danger == nil {
		return nil
	}
	kind, _ := kindByID("dangers")
	v := &heardView{Danger: danger.Title, Grade: wordOf([]string{"grade"}, string(danger.Grade)), Path: kind.path(danger.ID),
		Words: alarm.Words, Pattern: alarm.Pattern}
	v.Why = map[string]string{"denied": "la personne dit que non", "past": "c'est ancien", "minor": "un enfant parle", "adult": "une personne adulte parle"}[alarm.Softened]
	for _, n := range numbers {
		v.Numbers = append(v.Numbers, choice{Value: n, Label: p.Bundle.Safety.Numbers[n].Label})
	}
	if here, is := d.At("safety.yaml", "dangers", danger.ID); is {
		v.Measures = measures(here)
	}
	return v
}

// mostOtherwise are shown.
const mostOtherwise = 30

// compare hears every example of the bundle with both.
func compare(d *flow.Draft, served, drafted *flow.Bundle) *otherwise {
	was, is := served.Safety.Hearing, drafted.Safety.Hearing
	examples, _ := d.At("examples.yaml", "examples")
	o := &otherwise{}
	for _, list := range examples.Items() {
		for _, text := range list.Texts() {
			o.All++
			before, _ := was.Hear(text)
			after, _ := is.Hear(text)
			switch {
			case before.Danger == after.Danger:
			case len(o.Change) == mostOtherwise:
				o.More++
			default:
				o.Change = append(o.Change, heardOtherwise{text, before.Danger, after.Danger})
			}
		}
	}
	return o
}

// trySentence says which danger is heard in a sentence. Nothing of it is kept.
func (s *Studio) trySentence(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	kind, _ := kindByID("dangers")
	view := s.recordsView(state, c, kind)
	said := strings.TrimSpace(r.PostFormValue("phrase"))
	view.Safety = s.safetyView(state, c, said[:min(len(said), 2000)])
	s.show(w, r, "records", page{Title: kind.Title, Section: "/studio/fiches/dangers", State: state, Checked: c, Body: view})
}

func (f fields) danger() []group {
	return []group{
		{Parts: f.lines("title")},
		{Title: "Ce que l'accueil dit", Hint: "Un numéro s'écrit entre accolades : {15}. Il est vérifié chiffre par chiffre.", Parts: f.lines("text", "voice", "sms")},
		{Title: "Gravité et numéros", Parts: append(f.lines("grade"),
			part{Order: f.orderOf("numbers", "Numéros dits", "Dans cet ordre. Seuls les numéros du tableau peuvent être choisis.", f.pick.numbers())})},
		{Title: "Ce qu'il devient", Hint: "Un autre danger, quand c'est nié, ancien, dit par un enfant, ou dit par un adulte.", Parts: f.lines("denied", "past", "minor", "adult")},
		{Title: "Relectures", Hint: "Sans relecture dans une langue, seuls les numéros et l'accueil sont donnés dans cette langue.", Parts: []part{{Reread: f.reread()}}},
		{Title: "Mots simples", Parts: f.lines("words")},
	}
}

// numbers are those of the table, as they are picked.
func (p picker) numbers() []choice {
	table, _ := p.d.At("safety.yaml", "numbers")
	var all []choice
	for i, n := range table.Keys() {
		all = append(all, choice{Value: n, Label: n + " – " + table.Items()[i].TextAt("label")})
	}
	return all
}

// wordsLink leads to the words by which a danger is heard in one language.
type wordsLink struct {
	Language, Path string
	Count          int
}

// dangerous adds what only dangers have: their words.
func (v *recordView) dangerous(d *flow.Draft) {
	hearing, _ := d.At("safety.yaml", "hearing")
	for i, language := range hearing.Keys() {
		words, _ := hearing.Items()[i].At("dangers", v.ID)
		n := 0
		for _, list := range words.Items() {
			n += len(list.Texts())
		}
		v.Words = append(v.Words, wordsLink{change.Tongue(language), v.Kind.path(v.ID) + "/mots?langue=" + language, n})
	}
}

// A languageView is the form of the words of one language: of one danger, or those that all share.
type languageView struct {
	form
	ID, Title string // of the danger, "" for what all share
	Language  string
	Part      string
	Languages []choice
	Parts     []choice
	May       bool
	Faults    []fault
}

// showHeard shows the words by which a danger is heard.
func (s *Studio) showHeard(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.words(w, r, id, []string{"dangers", id}, nil, nil)
}

// sharedParts are what all dangers of a language share, in pages that stay small.
func sharedParts() map[string][]string {
	return map[string][]string{
		"familles":  {"classes"},
		"locutions": {"idioms"},
		"sujets":    {"about"},
		"temps":     {"past", "over", "years", "since"},
		"personne":  {"minor", "adult", "mine"},
		"petits":    {"skip", "deny", "no_more", "deny_with", "harmless", "ordinary"},
	}
}

// showSharedWords shows the words that the dangers of a language share.
func (s *Studio) showSharedWords(w http.ResponseWriter, r *http.Request) {
	part := r.URL.Query().Get("partie")
	keys, known := sharedParts()[part]
	if !known {
		part = "familles"
		keys = sharedParts()[part]
	}
	var parts []choice
	for _, p := range [][2]string{{"familles", "Familles de mots"}, {"locutions", "Façons de parler"}, {"sujets", "Sujets d'étude"},
		{"temps", "Le temps"}, {"personne", "Qui parle"}, {"petits", "Petits mots"}} {
		parts = append(parts, choice{Value: p[0], Label: p[1], Picked: p[0] == part})
	}
	s.words(w, r, "", nil, keys, parts)
}

func (s *Studio) words(w http.ResponseWriter, r *http.Request, id string, below, keys []string, parts []choice) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	d := state.Draft
	language := r.URL.Query().Get("langue")
	if language == "" {
		language = "fr"
	}
	at := flow.In("safety.yaml", slices.Concat([]string{"hearing", language}, below)...)
	here, is := d.At(at.File, at.Path...)
	if !is {
		s.missing(w, r)
		return
	}
	v := &languageView{ID: id, Language: language, Parts: parts, May: s.mayChange(web.Signed(r), d, at),
		form: form{At: at, Version: state.ID, ETag: d.ETag(at.File, at.Path...), Back: r.URL.RequestURI()}}
	if danger, is := d.At("safety.yaml", "dangers", id); is && id != "" {
		v.Title = cmp.Or(danger.TextAt("title"), id)
	}
	for _, c := range parts {
		if c.Picked {
			v.Part = c.Value
		}
	}
	hearing, _ := d.At("safety.yaml", "hearing")
	for _, l := range hearing.Keys() {
		v.Languages = append(v.Languages, choice{Value: l, Label: change.Tongue(l), Picked: l == language})
	}
	v.Lines = wordLines(here, keys)
	c := s.checks.of(d)
	v.Faults = faultsOf(d, foundAt(d, c.Found(), flow.In(at.File, "hearing", language)), anywhere)
	s.show(w, r, "heard", page{Title: "Mots entendus", Section: "/studio/fiches/dangers", State: state, Checked: c, Body: v})
}

// wordLines are the fields of a record of words; keys nil for all.
func wordLines(v flow.Value, keys []string) []line {
	var all []line
	for _, f := range v.Fields() {
		if keys != nil && !slices.Contains(keys, f.Name) {
			continue
		}
		here, _ := v.At(f.Name)
		say := wordsLabels()[f.Name]
		if f.Kind() != flow.PairsField {
			l := line{Name: below(f.Name), Label: say.Label, Hint: say.Hint, Kind: f.Kind(), Value: here.Text()}
			if f.Kind() == flow.ListField {
				l.Value = strings.Join(here.Texts(), "\n")
			} else {
				l.Kind = flow.LongText
			}
			all = append(all, l)
			continue
		}
		for i, name := range here.Keys() {
			all = append(all, line{Name: below(f.Name, name), Label: "{" + name + "}", Kind: flow.LongText, Value: here.Items()[i].Text()})
		}
	}
	return all
}

func wordsLabels() map[string]label {
	return map[string]label{
		"now": {"C'est maintenant", "Une phrase par ligne."}, "done": {"C'est arrivé", "Ancien, c'est moins urgent."},
		"mention": {"C'est seulement nommé", "Un sujet d'étude ne compte pas."}, "hint": {"Un indice", "Ne compte pas si le message parle d'études ou de travail."},
		"idioms": {"Façons de parler", "Elles ne comptent jamais, quels que soient leurs mots."}, "about": {"C'est un sujet", "D'étude, de travail, d'actualité."},
		"past": {"C'est ancien", ""}, "over": {"C'est fini", ""}, "years": {"Après un âge", ""}, "since": {"Avant une durée", ""},
		"minor": {"Un enfant parle", ""}, "adult": {"Une personne adulte parle", ""}, "mine": {"La première personne", ""},
		"skip": {"Petits mots qui peuvent s'intercaler", ""}, "deny": {"Négations", ""}, "no_more": {"Négations placées après", ""},
		"deny_with": {"Ce qui annonce une négation", ""}, "harmless": {"Jamais pris pour une faute", ""}, "ordinary": {"Études, travail, démarches", "À côté d'eux, un indice ne compte pas."},
	}
}

// A procedureView is the page of what is not about one danger: the procedure, the numbers, who answers for it.
type procedureView struct {
	form
	May      bool
	General  []line
	Measures []measureView
	Numbers  []numberView
	Choices  []choice
	Faults   []fault
}

type measureView struct {
	ID          string
	Lines       []line
	First, Last bool
}

type numberView struct {
	ID, Label string
	Lines     []line
}

func (s *Studio) showProcedure(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	d := state.Draft
	root, is := d.At("safety.yaml")
	if !is {
		s.missing(w, r)
		return
	}
	c := s.checks.of(d)
	c.wait(patience)
	told := faultsOf(d, c.Found(), func(f proof.Finding) bool {
		p, is := placeAt(d, f.Fault.Pos)
		return is && f.Fault.Pos.File == "safety.yaml" && (p.Path[0] == "procedure" || p.Path[0] == "numbers")
	})
	pick := picker{d: d, marks: byInput(told)}
	v := &procedureView{Faults: told, May: may(web.Signed(r), edit), Choices: pick.of([]string{"procedure", "", "call"}, ""),
		form: form{At: flow.In("safety.yaml"), Version: state.ID, ETag: d.ETag("safety.yaml"), Back: "/studio/securite"}}
	for _, p := range (fields{s: s, d: d, v: root, pick: pick}).lines("owner", "reviewed", "on_call") {
		if p.Line.Name == below("owner") {
			p.Line.Label = "Responsable"
		}
		v.General = append(v.General, *p.Line)
	}
	procedure, _ := root.At("procedure")
	for i, id := range procedure.Keys() {
		item := procedure.Items()[i]
		v.Measures = append(v.Measures, measureView{ID: id, First: i == 0, Last: i == len(procedure.Keys())-1,
			Lines: renamed(lines(item, item.Fields(), pick, nil, "procedure", id))})
	}
	numbers, _ := root.At("numbers")
	for i, id := range numbers.Keys() {
		item := numbers.Items()[i]
		v.Numbers = append(v.Numbers, numberView{ID: id, Label: item.TextAt("label"), Lines: renamed(lines(item, item.Fields(), pick, nil, "numbers", id))})
	}
	s.show(w, r, "procedure", page{Title: "Procédure danger", Section: "/studio/fiches/dangers", State: state, Checked: c, Body: v})
}

// renamed gives keys of numbers and measures the labels that they have here.
func renamed(all []line) []line {
	labels := map[string]label{"text": {"Ce qu'il faut faire", ""}, "call": {"Appelle", ""}, "label": {"Qui répond", ""},
		"always": {"Jour et nuit", ""}, "sms": {"Par SMS", ""}, "quiet": {"Jamais nommé par SMS", ""}}
	for i := range all {
		key := all[i].Name[strings.LastIndexByte(all[i].Name, '/')+1:]
		all[i].Label, all[i].Hint = labels[key].Label, labels[key].Hint
	}
	return all
}
