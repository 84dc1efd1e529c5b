package draw

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Text writes the picture in words, for screen readers and terminals: every step in reading order with
// its number, its kind, what it says and where it leads.
func Text(w io.Writer, p *Picture) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "Parcours « %s » (%s) : %d étapes\n", p.Title, p.Flow, len(p.Order))
	steps := map[string]Node{}
	for _, n := range p.Nodes {
		steps[n.ID] = n
	}
	exits := map[string][]Edge{}
	for _, e := range p.Edges {
		exits[e.From] = append(exits[e.From], e)
	}
	always := false
	for _, n := range p.Nodes {
		switch {
		case n.Kind == Port:
			continue
		case n.Number > 0:
			fmt.Fprintf(out, "\n%d. %s (%s)", n.Number, n.Name, n.describe())
		case !always:
			fmt.Fprintf(out, "\nÀ chaque étape :\n- %s (%s)", n.Name, n.describe())
			always = true
		default:
			fmt.Fprintf(out, "- %s (%s)", n.Name, n.describe())
		}
		if n.Text != "" {
			fmt.Fprintf(out, " : %s", n.Text)
		}
		fmt.Fprintln(out)
		for _, e := range exits[n.ID] {
			fmt.Fprintf(out, "   → %s\n", exit(e, steps[e.To]))
		}
	}
	return out.Flush()
}

// describe is the kind with what sets the step apart.
func (n Node) describe() string {
	parts := []string{n.Label}
	if n.Start {
		parts = append([]string{"début"}, parts...)
	}
	if n.Human && n.Number > 0 && n.Kind != "handoff" {
		parts = append(parts, "vers une personne")
	}
	return strings.Join(parts, ", ")
}

// exit is one way in words: « formation : besoin (12) ».
func exit(e Edge, to Node) string {
	words := ""
	if e.Label != "" {
		words = e.Label + " : "
	}
	switch {
	case to.Kind == Port && to.Calls == "":
		return words + "retour au parcours appelant"
	case to.Kind == Port:
		return words + to.Name + ", dans le " + strings.ToLower(to.Text[:1]) + to.Text[1:]
	case e.Back:
		return fmt.Sprintf("%sretour à %s (%d)", words, to.Name, to.Number)
	}
	return fmt.Sprintf("%s%s (%d)", words, to.Name, to.Number)
}
