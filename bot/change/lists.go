package change

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// lists compares two lists: of words by what came and went, of records and rows by their places.
func (c *comparison) lists(record, path []string, was, is flow.Value) {
	before, after := lines(was), lines(is)
	if slices.Equal(before, after) {
		return
	}
	if inTurn(path) {
		c.add(Item{Path: orPath(record, path), Kind: Changed, What: c.says(path, Changed), Was: c.before.reading(path, was), Is: c.after.reading(path, is)})
		return
	}
	if is.Sort() == flow.ListField || was.Sort() == flow.ListField {
		c.words(record, path, was.Texts(), is.Texts())
		return
	}
	what, feminine := "ligne", true
	if len(path) > 0 && path[len(path)-1] == "if" {
		what, feminine = "cas", false
	}
	of, at := orPath(record, path), path
	if n := len(path); n > 0 && (path[n-1] == "rows" || path[n-1] == "if") {
		at = path[:n-1]
	}
	for _, s := range moves(align(before, after)) {
		item := Item{Path: of, Kind: s.kind, What: c.prefixed(at, fmt.Sprintf("%s %d %s", what, s.at+1, participle(s.kind, feminine, false)))}
		if s.kind != Added {
			item.Was = c.before.line(c.wasRoot, c.file, path, was, s.from)
		}
		if s.kind != Removed {
			item.Is = c.after.line(c.isAll, c.file, path, is, s.at)
		}
		if s.kind == Moved {
			item.What = c.prefixed(at, fmt.Sprintf("%s %d %s à la place %d", what, s.from+1, participle(Moved, feminine, false), s.at+1))
			item.Was = ""
		}
		c.add(item)
	}
}

// inTurn tells a list of what happens one after the other: waits, and what follows an answer that is not understood.
func inTurn(path []string) bool {
	n := len(path)
	return n > 0 && path[n-1] == "no_match" || n > 1 && path[n-2] == "no_input"
}

// moves takes a line that went and one that came and reads the same for one that was moved.
func moves(steps []step) []step {
	var all []step
	gone := map[int]bool{}
	for _, s := range steps {
		if s.kind != Added {
			continue
		}
		for j, other := range steps {
			if other.kind == Removed && other.was == s.is && !gone[j] {
				gone[j] = true
				break
			}
		}
	}
	taken := map[string][]int{} // of those that went, by what they say
	for j, s := range steps {
		if gone[j] {
			taken[s.was] = append(taken[s.was], s.from)
		}
	}
	for j, s := range steps {
		switch from := taken[s.is]; {
		case gone[j]:
		case s.kind == Added && len(from) > 0:
			taken[s.is] = from[1:]
			s.kind, s.from = Moved, from[0]
			all = append(all, s)
		default:
			all = append(all, s)
		}
	}
	return all
}

func (c *comparison) words(record, path []string, before, after []string) {
	came, went := missing(after, before), missing(before, after)
	what := "ordre changé"
	var parts []string
	if len(came) > 0 {
		parts = append(parts, "en plus « "+strings.Join(came, " », « ")+" »")
	}
	if len(went) > 0 {
		parts = append(parts, "en moins « "+strings.Join(went, " », « ")+" »")
	}
	if len(parts) > 0 {
		what = strings.Join(parts, ", ")
	}
	c.add(Item{Path: orPath(record, path), Kind: Changed, What: c.prefixed(path, what)})
}

// missing are the words of a that b has not.
func missing(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(w string) bool { return slices.Contains(b, w) })
}

// lines are the items of a list as they can be compared.
func lines(v flow.Value) []string {
	var all []string
	for _, item := range v.Items() {
		all = append(all, item.YAML())
	}
	return all
}
