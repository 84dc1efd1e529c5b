package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A ref is a name of another record, kept with its place until everything is read.
type ref struct {
	at   Pos
	step string
	flow string // of a destination
	kind refKind
	said string // how a destination is announced: le choix "vae" mène à
	name string
}

// refKind says what a name refers to.
type refKind int

const (
	toStep refKind = iota
	toFlow
	toTable
	toCard
	toReason
	toNetwork
	toStructure
	toQueue
	toAnswer
	toMobile // an answer that a text message can be sent to
)

// absent is the sentence for a name that is not there.
func (k refKind) absent() string {
	switch k {
	case toFlow:
		return "le parcours %q n'existe pas"
	case toTable:
		return "la table %q n'existe pas dans routing.yaml"
	case toCard:
		return "la carte %q n'existe pas"
	case toReason:
		return "la raison %q n'existe pas"
	case toNetwork:
		return "le réseau %q n'existe pas"
	case toStructure:
		return "la structure %q n'existe pas"
	case toQueue:
		return "les horaires %q n'existent pas"
	case toAnswer:
		return `la réponse %q n'est déclarée dans aucun "answers"`
	case toMobile:
		return `la réponse %q ne reçoit pas de SMS : il faut une réponse de "type: mobile"`
	}
	return "%q n'existe pas"
}

// code is what is wrong where a name of the kind is not there.
func (k refKind) code() Code {
	return map[refKind]Code{toFlow: NoFlow, toTable: NoTable, toCard: NoCard, toReason: NoReason, toNetwork: NoNetwork,
		toStructure: NoStructure, toQueue: NoQueue, toAnswer: NoAnswer, toMobile: NoMobile}[k]
}

// A holding says that the values of an answer are names of records.
type holding struct {
	answer string
	kind   refKind
}

func (l *loader) refer(r ref) {
	if r.name != "" {
		l.refs = append(l.refs, r)
	}
}

// checkRefs looks every name up.
func (l *loader) checkRefs() {
	known := map[refKind]map[string]bool{
		toFlow: set(l.b.Flows), toTable: set(l.b.Tables), toCard: set(l.b.Cards), toReason: set(l.b.Reasons),
		toNetwork: set(l.b.Networks), toStructure: set(l.b.Structures), toQueue: set(l.b.Calendar.Queues),
		toAnswer: set(l.b.Answers), toMobile: l.mobiles(),
	}
	for _, r := range l.refs {
		if len(l.faults) >= maxFaults {
			return
		}
		if r.kind == toStep {
			l.checkDestination(r)
			continue
		}
		if !known[r.kind][r.name] {
			l.codedIn(r.kind.code(), r.step, r.at, r.kind.absent()+"%s", r.name, instead(r.name, slices.Collect(maps.Keys(known[r.kind]))))
		}
	}
}

func (l *loader) mobiles() map[string]bool {
	all := map[string]bool{}
	for name, a := range l.b.Answers {
		if a.Type == Mobile {
			all[name] = true
		}
	}
	return all
}

func set[V any](m map[string]V) map[string]bool {
	keys := make(map[string]bool, len(m))
	for k := range m {
		keys[k] = true
	}
	return keys
}

func (l *loader) checkDestination(r ref) {
	id := r.name
	if !strings.Contains(id, ".") {
		id = r.flow + "." + id
	}
	if l.b.Steps[id] != nil {
		return
	}
	var near []string
	for _, other := range slices.Sorted(maps.Keys(l.b.Steps)) {
		if local, ok := strings.CutPrefix(other, r.flow+"."); ok && !strings.Contains(r.name, ".") {
			near = append(near, local)
		} else if strings.Contains(r.name, ".") {
			near = append(near, other)
		}
	}
	or := hint{}
	if best := nearest(r.name, near); best != "" {
		or = hint{best, fmt.Sprintf(" ; vouliez-vous dire %q ?", best)}
	}
	l.codedIn(Nowhere, r.step, r.at, "%s %q, qui n'existe pas%s", r.said, r.name, or)
}

func (l *loader) faultIn(step string, at Pos, format string, args ...any) {
	l.codedIn("", step, at, format, args...)
}

func (l *loader) codedIn(code Code, step string, at Pos, format string, args ...any) {
	l.faults.add(newFault(code, at, step, "", format, args))
}
