package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Fault is one thing in a bundle that cannot be served as it is, said in French to the supervisor
// who wrote it. Step is the id of the step inside its flow, or "". Code and Args are for who has forms and says
// it without keys: see Code.
type Fault struct {
	Pos     Pos
	Step    string
	Message string
	Code    Code
	Args    [3]string // what the message names, in its order
	Meant   string    // the name that was probably meant, or ""
}

// String gives the fault on one line, place first.
func (f Fault) String() string {
	place := f.Pos.File
	if f.Pos.Line > 0 {
		place = fmt.Sprintf("%s:%d", f.Pos.File, f.Pos.Line)
	}
	if f.Step != "" {
		return fmt.Sprintf("%s: étape %q: %s", place, f.Step, f.Message)
	}
	return fmt.Sprintf("%s: %s", place, f.Message)
}

// Faults are all that is wrong with a bundle, in order of file and line.
type Faults []Fault

// Error gives one fault a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Bounds of what is reported: nobody reads more, and a hostile file must not make a long answer.
const (
	maxFaults  = 300
	maxMessage = 400
)

// add notes one more fault, its message cut to a length that can be read.
func (fs *Faults) add(f Fault) {
	if len(*fs) >= maxFaults {
		return
	}
	f.Message, f.Meant = brief(f.Message), brief(f.Meant)
	for i, arg := range f.Args {
		f.Args[i] = brief(arg)
	}
	*fs = append(*fs, f)
}

func brief(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	return strings.ToValidUTF8(s[:maxMessage], "") + "…"
}

// newFault makes a fault of a sentence and what it names.
func newFault(code Code, at Pos, step, within, format string, args []any) Fault {
	f := Fault{Pos: at, Step: step, Message: within + fmt.Sprintf(format, args...), Code: code}
	n := 0
	for _, arg := range args {
		switch arg := arg.(type) {
		case hint:
			f.Meant = arg.meant
			continue
		case subject:
			f.Args[min(n, 2)] = string(arg)
		default:
			f.Args[min(n, 2)] = fmt.Sprint(arg)
		}
		n++
	}
	return f
}

// Coded makes a fault of a sentence and what it names, as who proves a bundle finds it.
func Coded(code Code, at Pos, step, sentence string, args ...any) Fault {
	return newFault(code, at, step, "", sentence, args)
}

// sorted orders faults by place and drops the ones said twice.
func (fs Faults) sorted() Faults {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return slices.Compact(fs)
}

// A hint ends a message: the name that was probably meant, or what there is to choose from.
type hint struct{ meant, text string }

func (h hint) String() string { return h.text }

// instead ends a message with the name that was probably meant, or with what there is to choose
// from when that is short.
func instead(wrong string, known []string) hint {
	if best := nearest(wrong, known); best != "" {
		return hint{best, fmt.Sprintf(" ; vouliez-vous dire %q ?", best)}
	}
	if len(known) == 0 || len(known) > 12 {
		return hint{}
	}
	sorted := slices.Clone(known)
	slices.Sort(sorted)
	list := strings.Join(slices.Compact(sorted), ", ")
	if len(list) > 160 {
		return hint{}
	}
	return hint{text: " (connus : " + list + ")"}
}

// nearest gives the known name that is the fewest edits away from a wrong one, at most a third of its
// length; a name that only begins alike ("vea", "vae_info") comes second. It is "" when none is near.
func nearest(wrong string, known []string) string {
	limit := max(1, len(wrong)/3) + 1
	best, fewest := "", 2*limit
	for _, name := range known {
		score := 2 * distance(wrong, name, limit)
		for i := range len(name) {
			if (name[i] == '_' || name[i] == '-') && len(wrong) > 2 {
				score = min(score, 2*distance(wrong, name[:i], limit)+1)
			}
		}
		if score < fewest || score == fewest && name < best {
			best, fewest = name, score
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap between two names; past limit it may
// answer anything not below limit.
func distance(a, b string, limit int) int {
	if abs := len(a) - len(b); abs >= limit || -abs >= limit || len(a) > 64 || len(b) > 64 {
		return limit
	}
	var rows [3][65]int
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
