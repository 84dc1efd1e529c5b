package flow

import (
	"cmp"
	"slices"
	"strings"
)

// RecordKind is a kind of record that others name.
type RecordKind string

// The kinds of record, and how one is written.
const (
	StepRecord      RecordKind = "step"   // flow.step
	OptionRecord    RecordKind = "option" // flow.step.option: the value of an answer, wherever it is offered
	AnswerRecord    RecordKind = "answer"
	FlowRecord      RecordKind = "flow"
	CardRecord      RecordKind = "card"
	TableRecord     RecordKind = "table"
	ReasonRecord    RecordKind = "reason"
	NetworkRecord   RecordKind = "network"
	StructureRecord RecordKind = "structure"
	QueueRecord     RecordKind = "queue" // hours
	TerritoryRecord RecordKind = "territory"
	DangerRecord    RecordKind = "danger"
)

// french is how a record is called, with its article.
func (k RecordKind) french() string {
	return map[RecordKind]string{StepRecord: "l'étape", OptionRecord: "le choix", AnswerRecord: "la réponse", FlowRecord: "le parcours",
		CardRecord: "la carte", TableRecord: "la table", ReasonRecord: "la raison", NetworkRecord: "le réseau",
		StructureRecord: "la structure", QueueRecord: "l'horaire", TerritoryRecord: "le territoire", DangerRecord: "le danger"}[k]
}

// A mention is one place that names a record, or declares it.
type mention struct {
	kind     RecordKind
	id       string // an option is answer=value
	at       Place
	key      bool   // the key there holds the name, not the text
	line     int    // of a transcript, from 1
	declares bool   // the record itself
	own      bool   // goes with the record: its translations, what became of its older names
	implied  bool   // a question that fills the answer of its own name without saying so
	owner    string // the step that it stands in, "flow.step", or ""
	pos      Pos
	what     string                       // le choix "vae" de l'étape "besoin"
	swap     func(text, to string) string // the text or key with another name in its place
}

// An index is every mention of a draft, found in its trees, whether or not they load.
type index struct {
	d        *Draft
	flows    map[string]string       // file → flow
	fills    map[string]string       // question, "flow.step" → answer
	answers  map[string]bool         // declared
	holds    map[string][]RecordKind // answer → what its values are names of
	offered  map[string][]string     // option → the answers that it is a choice of
	mentions []mention
}

// index is made once.
func (d *Draft) index() *index {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.named == nil {
		d.named = newIndex(d)
	}
	return d.named
}

func newIndex(d *Draft) *index {
	x := &index{d: d, flows: map[string]string{}, fills: map[string]string{}, answers: map[string]bool{}, holds: map[string][]RecordKind{}, offered: map[string][]string{}}
	for _, name := range d.Names() {
		if tree := d.files[name].tree; tree != nil && shapeOf(name, tree) == flowShape {
			x.flows[name] = tree.str("flow")
			x.learn(tree)
		}
	}
	for _, name := range d.Names() {
		x.walk(name)
	}
	slices.SortStableFunc(x.mentions, func(a, b mention) int {
		return cmp.Or(strings.Compare(a.pos.File, b.pos.File), cmp.Compare(a.pos.Line, b.pos.Line), cmp.Compare(a.pos.Column, b.pos.Column))
	})
	return x
}

// learn notes what the answers of a flow are, before anything is said about them.
func (x *index) learn(tree *node) {
	roles := map[string]RecordKind{"network": NetworkRecord, "reason": ReasonRecord, "card": CardRecord, "structure": StructureRecord}
	for _, e := range tree.at("answers").list() {
		if e.key == nil {
			continue
		}
		x.answers[e.key.text] = true
		if kind, ok := roles[e.value.str("as")]; ok {
			x.hold(e.key.text, kind)
		}
	}
	for _, e := range tree.at("steps").list() {
		if e.key == nil {
			continue
		}
		if e.value.get("ask") != nil {
			answer := firstOf(e.value.str("answer"), e.key.text)
			x.fills[tree.str("flow")+"."+e.key.text] = answer
			x.offers(answer, e.value.at("options"))
		}
		if answer, ok := inBraces(e.value.str("card")); ok {
			x.hold(answer, CardRecord)
		}
		network, _ := strings.CutPrefix(e.value.at("handoff").str("to"), "network:")
		if answer, ok := inBraces(network); ok {
			x.hold(answer, NetworkRecord)
		}
	}
}

func (x *index) offers(answer string, options *node) {
	for _, o := range options.list() {
		if o.key != nil && !slices.Contains(x.offered[o.key.text], answer) {
			x.offered[o.key.text] = append(x.offered[o.key.text], answer)
		}
	}
}

func (x *index) hold(answer string, kind RecordKind) {
	if !slices.Contains(x.holds[answer], kind) {
		x.holds[answer] = append(x.holds[answer], kind)
	}
}

// walk finds the mentions of one file.
func (x *index) walk(name string) {
	s := x.d.files[name]
	if isTranscript(name) {
		x.transcript(name, string(s.out))
		return
	}
	if s.tree == nil {
		return
	}
	w := &walker{index: x, file: name}
	switch shapeOf(name, s.tree) {
	case flowShape:
		w.flow(s.tree)
	case bundleShape, regionShape:
		w.settings(s.tree)
	case routingShape:
		w.routing(s.tree)
	case cardsShape:
		w.records(s.tree, "cards", CardRecord, w.prose)
	case networksShape:
		w.records(s.tree, "networks", NetworkRecord, nil)
	case structuresShape:
		w.records(s.tree, "structures", StructureRecord, w.structure)
	case hoursShape:
		w.records(s.tree, "queues", QueueRecord, w.queue)
	case lexiconShape:
		w.lexicon(s.tree)
	case examplesShape:
		w.examples(s.tree)
	case safetyShape:
		w.safety(s.tree)
	case messagesShape:
		w.messages(s.tree)
	}
}

// canonicalID gives the id under which mentions know a record: an option is a value of an answer.
func (x *index) canonicalID(kind RecordKind, id string) string {
	if kind != OptionRecord || strings.Contains(id, "=") {
		return id
	}
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return id
	}
	return x.fills[id[:i]] + "=" + id[i+1:]
}

// of are the mentions of one record.
func (x *index) of(kind RecordKind, id string) []mention {
	id = x.canonicalID(kind, id)
	var found []mention
	for _, m := range x.mentions {
		if m.kind == kind && m.id == id {
			found = append(found, m)
		}
	}
	return found
}

// declared says whether a record is there.
func (x *index) declared(kind RecordKind, id string) bool {
	return slices.ContainsFunc(x.of(kind, id), func(m mention) bool { return m.declares })
}
