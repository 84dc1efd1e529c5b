package translation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// An Issue is what is wrong with a translation. What is Wrong would be said to people as it stands, braces
// and all: it is not saved.
type Issue struct {
	Message string
	Wrong   bool
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// namesIn are the placeholders of a text, as often as they stand there.
func namesIn(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

func placeholdersOf(forms []Form) []string {
	var names []string
	for _, f := range forms {
		names = append(names, namesIn(f.Text)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Placeholders are those that the source text has.
func (t *Text) Placeholders() []string { return t.allowed }

// Check says what is wrong with what somebody wants a form of the text to be.
func (t *Text) Check(form, text string) []Issue {
	if text == "" || t.Heard() || t.State == Orphan {
		return nil
	}
	if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
		return []Issue{{"Une accolade est seule. On écrit {nom}, avec une accolade de chaque côté.", true}}
	}
	var issues []Issue
	had, has := namesIn(t.sourceOf(form)), namesIn(text)
	for _, name := range unique(has) {
		switch {
		case !slices.Contains(t.allowed, name):
			issues = append(issues, Issue{fmt.Sprintf("{%s} n'est pas dans le texte français.%s", name, t.meant(name)), true})
		case count(has, name) > max(1, count(had, name)):
			issues = append(issues, Issue{fmt.Sprintf("{%s} est écrit %d fois.", name, count(has, name)), false})
		}
	}
	for _, name := range unique(had) {
		if !slices.Contains(has, name) && !(name == "n" && form != "other") {
			issues = append(issues, Issue{fmt.Sprintf("Il manque {%s}.", name), false})
		}
	}
	return issues
}

// sourceOf is what the source says for a form of the language.
func (t *Text) sourceOf(form string) string {
	if text := formIn(t.Source, form); text != "" {
		return text
	}
	return t.French()
}

// meant says which placeholder was probably meant.
func (t *Text) meant(name string) string {
	for _, known := range t.allowed {
		if near(name, known) {
			return " Vouliez-vous dire {" + known + "} ?"
		}
	}
	if len(t.allowed) == 0 {
		return ""
	}
	return " Il y a : {" + strings.Join(t.allowed, "}, {") + "}."
}

// near says that two names differ by two letters at most.
func near(a, b string) bool {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before := row[0]
		row[0] = i + 1
		for j := range y {
			cost := before
			if x[i] != y[j] {
				cost = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)] <= 2 && row[len(y)] < len(x)
}

func unique(names []string) []string {
	var once []string
	for _, n := range names {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	return once
}

func count(names []string, name string) int {
	n := 0
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}
