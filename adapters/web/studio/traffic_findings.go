package studio

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// A remark is one thing that somebody should look at, in a sentence, and where it is looked at.
type remark struct {
	Text, More string
	Link, Go   string
}

// remarks are what asks for a look, at most five, said from what may be shown alone.
func (s *sayer) remarks() []remark {
	var all []remark
	for _, r := range []*remark{s.mostLeft(), s.leastUnderstood(), s.mostUsedRow(), s.mostBroken(), s.mostUnanswered()} {
		if r != nil {
			all = append(all, *r)
		}
	}
	return all
}

// worst picks the question for which a share is the greatest; nil where no share is known or above the least
// that is worth a word.
func (s *sayer) worst(of func(stepCount) (part, whole tally.Shown), least float64) (worst *stepCount, part tally.Shown, at float64) {
	for _, c := range s.counted() {
		if c.Step == nil || c.Step.Budget == "" { // a last courtesy may be left
			continue
		}
		n, whole := of(c)
		x, known := tally.Share(n, whole)
		if known && x >= least && x > at {
			worst, part, at = &c, n, x
		}
	}
	return worst, part, at
}

func (s *sayer) mostLeft() *remark {
	c, n, at := s.worst(func(c stepCount) (tally.Shown, tally.Shown) { return c.Left, c.Asked }, .03)
	if c == nil {
		return nil
	}
	r := &remark{Text: fmt.Sprintf("La question où l'on part le plus est « %s ». Environ %s personnes, %d\u202f%% de celles qui y arrivent.", s.asks(c.ID), seen(n), percent(at)),
		More: "Elle est peut-être trop longue, ou posée trop tôt.", Link: linkTo(c.ID), Go: "Voir l'étape"}
	most := *c
	for _, x := range s.counted() {
		if x.Step != nil && x.Step.Budget != "" && x.Left > most.Left {
			most = x
		}
	}
	if most.ID != c.ID {
		r.More += fmt.Sprintf(" En nombre, c'est « %s » : environ %s.", s.asks(most.ID), seen(most.Left))
	}
	return r
}

func (s *sayer) leastUnderstood() *remark {
	c, n, at := s.worst(func(c stepCount) (tally.Shown, tally.Shown) { return c.Missed, sum(c.Answered, c.Missed) }, .05)
	if c == nil {
		return nil
	}
	return &remark{Text: fmt.Sprintf("La question la moins comprise est « %s ». Environ %s réponses, %d\u202f%% du total.", s.asks(c.ID), seen(n), percent(at)),
		More: "Ajoutez des mots aux choix, ou un exemple à la question.", Link: linkTo(c.ID), Go: "Voir l'étape"}
}

func (s *sayer) asks(id string) string { return firstWords(s.b.Texts[id].Text, 10) }

// mostUsedRow is the row of the live release that takes the most.
func (s *sayer) mostUsedRow() *remark {
	live := map[string]int{}
	sums := map[string]int{}
	for r, n := range s.f.Rows {
		if r.Release == s.b.Hash {
			live[r.Row] = n
			table, _, _ := strings.Cut(r.Row, ":")
			sums[table] += n
		}
	}
	for _, row := range tally.Ranked(live, strings.Compare) {
		table, number, _ := strings.Cut(row, ":")
		var n int
		if _, err := fmt.Sscan(number, &n); err != nil || s.b.Tables[table] == nil {
			continue
		}
		x, known := tally.Share(tally.Show(live[row]), tally.Show(sums[table]))
		if !known {
			return nil
		}
		return &remark{Text: fmt.Sprintf("La ligne %d de la table « %s » oriente le plus de monde. Environ %s personnes, %d\u202f%% du total.", n, s.b.Tables[table].Title, seen(tally.Show(live[row])), percent(x)),
			More: "Son cas : " + s.rowCase(table, n) + ".", Link: "/studio/tables/" + table, Go: "Voir la table"}
	}
	return nil
}

func (s *sayer) mostBroken() *remark {
	for _, p := range s.promises() {
		x, known := tally.Share(p.broken, p.due)
		if !known || p.broken == 0 {
			continue
		}
		text := fmt.Sprintf("La promesse la plus souvent dépassée : %s", modeName(p.Mode))
		if p.Need != "" {
			text += ", pour « " + s.optionName(flow.AsNeed, p.Need) + " »"
		}
		return &remark{Text: text + fmt.Sprintf(". Environ %s fois, %d\u202f%% du total.", seen(p.broken), percent(x)),
			More: "Le délai annoncé est peut-être trop court.", Link: "#promesses", Go: "Voir les promesses"}
	}
	return nil
}

func (s *sayer) mostUnanswered() *remark {
	byNeed := map[[2]string]int{}
	for q, n := range s.f.Lacking {
		byNeed[[2]string{q.Need, q.Lacking}] += n
	}
	ranked := tally.Ranked(byNeed, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	if len(ranked) == 0 || byNeed[ranked[0]] < tally.Fewest {
		return nil
	}
	q := ranked[0]
	need := "sans besoin compris"
	if q[0] != "" {
		need = "pour « " + s.optionName(flow.AsNeed, q[0]) + " »"
	}
	return &remark{Text: fmt.Sprintf("Les questions le plus souvent sans réponse : %s. Environ %s fois (%s).", need, seen(tally.Show(byNeed[q])), s.whyNot(q[1])),
		More: "Une fiche manque peut-être.", Link: "#questions", Go: "Voir les questions"}
}
