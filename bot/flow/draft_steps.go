package flow

import (
	"fmt"
	"slices"
	"strings"
)

// Duplicate copies a step behind itself under a new id of the same flow, with its translations. A copied
// question fills the same answer.
func (d *Draft) Duplicate(step, newID string) (*Draft, error) {
	x := d.index()
	to := fullID(StepRecord, step, newID)
	if err := x.renamable(StepRecord, step, to); err != nil {
		return nil, Faults{{Message: err.Error()}}
	}
	changes := d.unmoved(to)
	for _, m := range x.of(StepRecord, step) {
		switch {
		case m.declares:
			copied := m.at
			copied.Path = []string{"steps", localID(to)}
			changes = append(changes, Insert(copied, d.Record(m.at.File, m.at.Path...), After(localID(step))))
			if x.fills[step] != "" {
				changes = append(changes, SetText(copied.below("answer"), x.fills[step]))
			}
		case m.own && m.key:
			key := m.at.Path[0]
			changes = append(changes, Insert(In(m.at.File, m.swap(key, to)), d.Record(m.at.File, key), Last()))
		}
	}
	return d.Edit(changes...)
}

// AddStep adds a step of a kind to a flow, behind another step, "" for the end: a beginning that loads, with
// texts to be written. Where the other step goes on by its "then" or "else", the new one comes in between,
// unless it is an end; otherwise nothing leads there yet.
func (d *Draft) AddStep(flow, id string, kind Kind, after string) (*Draft, error) {
	x := d.index()
	s := skeleton{draft: d, index: x, flow: flow, id: id}
	for file, name := range x.flows {
		if name == flow && (s.file == "" || file < s.file) {
			s.file = file
		}
	}
	if err := s.possible(kind, after); err != nil {
		return nil, Faults{{Pos: Pos{File: s.file}, Message: err.Error()}}
	}
	s.next, s.way = s.after(after)
	record, more, err := s.record(kind)
	if err != nil {
		return nil, Faults{{Pos: Pos{File: s.file}, Message: err.Error()}}
	}
	where := Last()
	if after != "" {
		where = After(localID(after))
	}
	changes := slices.Concat(d.unmoved(flow+"."+id), []Change{Insert(In(s.file, "steps", id), record, where)}, more)
	if s.way != "" && kind != End {
		changes = append(changes, SetText(In(s.file, "steps", localID(after), s.way), id))
	}
	return d.Edit(changes...)
}

// unmoved takes the line of moved: away that leads from a name which a step has again.
func (d *Draft) unmoved(step string) []Change {
	at := In("bundle.yaml", "moved", step)
	if _, is := d.At(at.File, at.Path...); !is {
		return nil
	}
	return []Change{Remove(at)}
}

// A skeleton is a step that is being made.
type skeleton struct {
	draft          *Draft
	index          *index
	file, flow, id string
	next           string // where it goes on, as it is written there
	way            string // the key by which the step before led there, or ""
}

func (s *skeleton) possible(kind Kind, after string) error {
	switch {
	case s.file == "":
		return fmt.Errorf("le parcours %q n'existe pas", s.flow)
	case !slices.Contains(kinds(), kind):
		return fmt.Errorf("%q n'est pas une sorte d'étape : say, ask, if, route, call, handoff ou end", kind)
	case !wellFormed(s.id, false) || reserved(s.id):
		return fmt.Errorf("l'identifiant %q n'est pas admis : minuscules sans accent, chiffres et _ seulement", s.id)
	case s.index.declared(StepRecord, s.flow+"."+s.id):
		return fmt.Errorf("l'étape %q existe déjà : prenez un autre nom", s.id)
	case after != "" && !s.index.declared(StepRecord, s.flow+"."+localID(after)):
		return fmt.Errorf("l'étape %q n'existe pas dans le parcours %q", after, s.flow)
	}
	return nil
}

// after says where the step before leads, and by which key; else an end or a question of the flow.
func (s *skeleton) after(step string) (next, way string) {
	for _, key := range []string{"then", "else"} {
		v, _ := s.draft.At(s.file, "steps", localID(step), key)
		if text := strings.TrimSpace(v.Text()); step != "" && text != "" {
			return text, key
		}
	}
	steps, _ := s.draft.At(s.file, "steps")
	for _, key := range []string{"end", "ask", "handoff"} {
		for i, v := range steps.Items() {
			if _, found := v.At(key); found {
				return steps.Keys()[i], ""
			}
		}
	}
	return Return, ""
}

// record gives the new step as YAML, and what else it needs.
func (s *skeleton) record(kind Kind) (record string, more []Change, err error) {
	then := "then: " + s.next
	switch kind {
	case Say:
		return `{say: "Texte à écrire.", ` + then + "}", nil, nil
	case Ask:
		name := s.free(AnswerRecord, s.id)
		if name != s.id {
			then = "answer: " + name + ", " + then
		}
		answer := SetYAML(In(s.file, "answers", name), "{type: choice, keep: session, label: À nommer}")
		return `{ask: "Question à écrire ?", options: {oui: {text: "Oui"}, non: {text: "Non"}}, ` + then + "}", []Change{answer}, nil
	case If:
		return "{if: [{when: {channel: voice}, then: " + s.next + "}], else: " + s.next + "}", nil, nil
	case Route:
		return s.route(then)
	case Call:
		called := s.callable()
		if called == "" {
			return "", nil, fmt.Errorf("aucun autre parcours ne peut être appelé d'ici : créez-en un d'abord")
		}
		return "{call: " + called + ", " + then + "}", nil, nil
	case Handoff:
		return `{handoff: {to: lead, mode: dated}, text: "Une personne vous répondra avant {rappel_date}.", ` + then + "}", nil, nil
	}
	return `{end: informed, text: "Merci et bonne suite."}`, nil, nil
}

// route makes a table of one row, which takes everything.
func (s *skeleton) route(then string) (string, []Change, error) {
	table := s.free(TableRecord, s.id)
	answer := s.free(AnswerRecord, s.id+"_resultat")
	return "{route: " + table + ", " + then + "}", []Change{
		SetYAML(In(s.file, "answers", answer), "{type: text, keep: session, label: À nommer}"),
		SetYAML(In("routing.yaml", "tables", table), "{columns: [channel], sets: ["+answer+`], rows: [["*", a_changer]]}`),
	}, nil
}

// free gives an id that is not taken.
func (s *skeleton) free(kind RecordKind, id string) string {
	for n, name := 2, id; ; n++ {
		if !s.index.declared(kind, name) && !slices.Contains(pseudoAnswers(), name) {
			return name
		}
		name = id + "_" + itoa(n)
	}
}

// callable gives a flow that does not lead back here.
func (s *skeleton) callable() string {
	leads := map[string][]string{}
	for _, m := range s.index.mentions {
		from := s.index.flows[m.at.File]
		if m.kind == FlowRecord && from != "" && !m.declares {
			leads[from] = append(leads[from], m.id)
		}
	}
	start := s.draft.startFlow()
	for _, name := range s.draft.IDs(FlowRecord) {
		if name != s.flow && name != start && !reaches(leads, name, s.flow) {
			return name
		}
	}
	return ""
}

func (d *Draft) startFlow() string {
	v, _ := d.At("bundle.yaml", "start")
	return strings.TrimSpace(v.Text())
}
