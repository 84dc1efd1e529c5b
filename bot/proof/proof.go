// Package proof walks every path of a bundle and says what could go wrong, before a citizen finds
// out. It has no clock and changes nothing: a program goes in, findings come out.
//
// It plays no rules of its own. Each turn is one of the engine (Take, Through, Offered), with a class of
// answer for each that makes a difference: an option, a value a condition names and one it does not,
// passed over, not understood; and with each thing a turn depends on that no answer says: whether a
// desk is open and staffed, the channel, the language, what else a sentence told. States are classes
// too (see slicer), so each path is walked once. What it takes for granted: who asks for a person again
// is asked again what is asked on the way to one (askedAgain), and nobody goes back by command.
package proof

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// Edition is the number of the rules; a verdict of another edition is none.
const Edition = 3

// Severity says what a finding does.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the bundle is not served and not published
	Warning Severity = "warning" // it should be looked at
)

// A Finding is one thing that could go wrong.
type Finding struct {
	Severity Severity
	Fault    flow.Fault
	Fix      string // what to do about it, in French
	Talk     []Line // the shortest conversation that shows it; empty where none is needed
	Rule     *Rule  // what it says of a decision table, or nil
}

// A Rule says which part of a decision table a finding is about.
type Rule struct {
	Table  string
	Row    int      // from 1; 0 for the whole table
	Hider  int      // the row that takes all cases of Row before it, from 1; 0 for none
	Equal  bool     // Row would take all cases of Hider in turn
	Column string   // that is never asked before, or ""
	Case   []string // that no row takes: a value for each column, "" not answered; nil for none
}

// String is the finding on one line, place first.
func (f Finding) String() string {
	if f.Fix == "" {
		return f.Fault.String()
	}
	return f.Fault.String() + " ; " + f.Fix
}

// A Line is a line of a conversation: robot, personne, or "" for what happens.
type Line struct{ Who, Text string }

// String is the line as it stands in a transcript.
func (l Line) String() string {
	if l.Who == "" {
		return "(" + l.Text + ")"
	}
	return l.Who + " : " + l.Text
}

// Findings are all that was found, errors first, then in order of file and line.
type Findings []Finding

// Errors are the findings that keep a bundle from being served.
func (fs Findings) Errors() Findings {
	n := slices.IndexFunc(fs, func(f Finding) bool { return f.Severity != Error })
	if n < 0 {
		return fs
	}
	return fs[:n]
}

// Error gives one finding a line: as an error it says why a bundle is not served.
func (fs Findings) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Prove walks a bundle and says what it found. The same bundle gives the same findings: what depends
// on the day is in Perishable.
func Prove(p *engine.Program) Findings { return prove(walkAll(p)) }

func prove(w *walk) Findings {
	r := &report{w: w}
	r.turns()
	if len(r.found) == 0 { // where the engine gave up, what was seen is not all there is
		r.steps()
		r.tables()
		r.paths()
		r.ends()
		r.people()
	}
	r.texts()
	return r.found.Sorted()
}

// A report gathers findings.
type report struct {
	w     *walk
	found Findings
}

// fault notes an error, with the way to the edge that shows it; nil for none. What the sentence names are the
// Args of its code.
func (r *report) fault(code flow.Code, at flow.Pos, st *flow.Step, way []int32, fix, sentence string, args ...any) {
	r.found = append(r.found, Finding{Error, flow.Coded(code, at, localID(st), sentence, args...), fix, r.w.talk(way), nil})
}

func (r *report) warn(code flow.Code, at flow.Pos, st *flow.Step, fix, sentence string, args ...any) {
	r.found = append(r.found, Finding{Warning, flow.Coded(code, at, localID(st), sentence, args...), fix, nil, nil})
}

// rule says which part of a table the last finding is about.
func (r *report) rule(at Rule) { r.found[len(r.found)-1].Rule = &at }

// localID is how a step is called in its flow, "" for none.
func localID(st *flow.Step) string {
	if st == nil {
		return ""
	}
	return strings.TrimPrefix(st.ID, st.Flow+".")
}

// Sorted puts errors first, in order of file and line, and says nothing twice.
func (fs Findings) Sorted() Findings {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), strings.Compare(a.Fault.Pos.File, b.Fault.Pos.File),
			cmp.Compare(a.Fault.Pos.Line, b.Fault.Pos.Line), cmp.Compare(a.Fault.Pos.Column, b.Fault.Pos.Column), strings.Compare(a.Fault.Message, b.Fault.Message))
	})
	return slices.CompactFunc(fs, func(a, b Finding) bool { return a.Severity == b.Severity && a.Fault == b.Fault })
}
