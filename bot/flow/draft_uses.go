package flow

import (
	"fmt"
	"slices"
	"strings"
)

// A Use is one place that depends on a record.
type Use struct {
	File string
	Pos  Pos
	Step string // the step that it stands in, "flow.step", or ""
	What string // in French, to follow « utilisé par » : le choix "vae" de l'étape "besoin"
}

// Uses lists what depends on a record, in order of the files: « utilisé par ». The record itself, what
// it says of itself and its translations are not among them. The draft need not load.
func (d *Draft) Uses(kind RecordKind, id string) []Use {
	return usesOf(d.index().of(kind, id))
}

// Has says whether a record is there.
func (d *Draft) Has(kind RecordKind, id string) bool { return d.index().declared(kind, id) }

// IDs lists the records of a kind, in order of the files; options as flow.step.option.
func (d *Draft) IDs(kind RecordKind) []string {
	var ids []string
	for _, m := range d.index().mentions {
		if m.kind != kind || !m.declares {
			continue
		}
		id := m.id
		if kind == OptionRecord {
			id = m.owner + "." + m.at.Path[len(m.at.Path)-1]
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func usesOf(mentions []mention) []Use {
	var uses []Use
	for _, m := range mentions {
		if m.declares || m.own {
			continue
		}
		u := Use{m.pos.File, m.pos, m.owner, m.what}
		if last := len(uses) - 1; last < 0 || uses[last].What != u.What || uses[last].File != u.File {
			uses = append(uses, u)
		}
	}
	return uses
}

// InUse says that a record cannot be deleted because of what depends on it.
type InUse struct {
	Kind RecordKind
	ID   string
	Uses []Use
}

func (e *InUse) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q sert encore ; dites ce qui la remplace, ou changez d'abord :", e.Kind.french(), e.ID)
	switch e.Kind {
	case OptionRecord, FlowRecord, NetworkRecord, QueueRecord, TerritoryRecord, DangerRecord:
		b.Reset()
		fmt.Fprintf(&b, "%s %q sert encore ; dites ce qui le remplace, ou changez d'abord :", e.Kind.french(), e.ID)
	}
	for _, u := range e.Uses[:min(len(e.Uses), 12)] {
		fmt.Fprintf(&b, "\n%s:%d: %s", u.File, u.Pos.Line, u.What)
	}
	if more := len(e.Uses) - 12; more > 0 {
		fmt.Fprintf(&b, "\net %s", plural(more, "autre"))
	}
	return b.String()
}
