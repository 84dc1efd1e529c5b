package flow

import (
	"maps"
	"slices"
	"strings"
)

// checkExits wants every step to say where it goes and every question to have an answer of its kind.
func (l *loader) checkExits() {
	for _, id := range slices.Sorted(maps.Keys(l.b.Steps)) {
		s := l.b.Steps[id]
		local := strings.TrimPrefix(id, s.Flow+".")
		needs := s.Kind == Say || s.Kind == Route || s.Kind == Call || s.Kind == Ask && s.falls() ||
			s.Kind == Handoff && s.Handoff.Mode != "direct"
		switch {
		case needs && s.Then == "":
			l.codedIn(NoThen, local, s.Pos, `l'étape ne mène nulle part : il manque la clé "then"`)
		case s.Kind == Handoff && s.Handoff.Mode == "direct" && s.Then != "":
			l.codedIn(DirectThen, local, s.Pos, `"then" ne va pas avec "mode: direct" : une personne prend la suite, ou "on" dit où aller`)
		}
		if s.Kind == Ask {
			l.checkAsk(s, local)
		}
	}
}

func (l *loader) checkAsk(s *Step, local string) {
	a := l.b.Answers[s.Answer]
	if a == nil {
		return
	}
	switch {
	case a.Type == Choice && len(s.Options) == 0:
		l.codedIn(NoOptions, local, s.Pos, `la réponse %q est un choix : il manque "options"`, a.Name)
	case a.Type != Choice && len(s.Options) > 0:
		l.codedIn(NeedlessOptions, local, s.Pos, `la réponse %q n'est pas un choix ("type: %s") : enlevez "options" ou changez le type`, a.Name, a.Type)
	case s.Check != nil && a.Type != Numeric && a.Type != Free:
		l.codedIn(NeedlessCheck, local, s.Pos, `"check" ne va qu'avec un nombre ou un texte, et %q est de type %q`, a.Name, a.Type)
	}
}

// checkPaths follows the steps of a bundle that has no other fault, as far as the engine's safety needs
// it: no call without end, no return from nowhere, no loop without a question. What becomes of people on
// the way is for package proof.
func (l *loader) checkPaths() {
	ids := l.flowIDs()
	if l.checkCalls(ids); len(l.faults) > 0 {
		return
	}
	g := newGraph(l.b, ids)
	l.checkReturns(g)
	l.checkLoops(g)
	l.checkUsed(g)
}

func (l *loader) flowIDs() []string {
	ids := make([]string, len(l.flows))
	for i, name := range l.flows {
		ids[i] = l.trees[name].str("flow")
	}
	return ids
}

// checkCalls refuses a flow that ends up calling itself.
func (l *loader) checkCalls(ids []string) {
	leads := map[string][]string{} // flow → flows that it calls or jumps to
	for _, id := range ids {
		for _, step := range l.b.Flows[id].Order {
			s := l.b.Steps[step]
			if s.Kind == Call {
				leads[id] = append(leads[id], s.Call)
			}
			for _, to := range s.Exits() {
				if other := l.b.Steps[to]; other != nil && other.Flow != id {
					leads[id] = append(leads[id], other.Flow)
				}
			}
		}
	}
	for _, id := range ids {
		for _, step := range l.b.Flows[id].Order {
			if s := l.b.Steps[step]; s.Kind == Call && reaches(leads, s.Call, id) {
				l.codedIn(CallsItself, strings.TrimPrefix(step, id+"."), s.Pos, "le parcours %q finit par s'appeler lui-même en passant par %q", id, s.Call)
			}
		}
	}
}

func reaches(leads map[string][]string, from, to string) bool {
	seen := map[string]bool{}
	todo := []string{from}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == to {
			return true
		}
		if !seen[at] {
			seen[at] = true
			todo = append(todo, leads[at]...)
		}
	}
	return false
}

// A frame is a step and whether it runs in a called flow.
type frame struct {
	step   string
	called bool
}

// checkReturns wants no return where nobody called: the engine would not know where to go on.
func (l *loader) checkReturns(g *graph) {
	seen := map[frame]bool{}
	todo := []frame{{l.b.Flows[l.b.Start].Start, false}}
	for _, i := range l.b.Interrupts {
		if i.Then != "" {
			todo = append(todo, frame{i.Then, false})
		}
	}
	lost := map[string]bool{}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		s := l.b.Steps[at.step]
		if s.Kind == Call {
			todo = append(todo, frame{l.b.Flows[s.Call].Start, true})
			if !g.returns[s.Call] {
				continue
			}
		}
		for _, to := range s.Exits() {
			if to != Return {
				todo = append(todo, frame{to, at.called})
			} else if !at.called {
				lost[at.step] = true
			}
		}
	}
	for _, id := range g.order {
		if s := l.b.Steps[id]; lost[id] {
			l.codedIn(StrayReturn, s.local(), s.Pos, `"return" revient à qui a appelé, mais on arrive ici sans "call"`)
		}
	}
}

func (s *Step) local() string { return strings.TrimPrefix(s.ID, s.Flow+".") }

// checkLoops refuses loops in which nothing is asked: they would never let go.
func (l *loader) checkLoops(g *graph) {
	state := map[string]int{} // 1 on the way, 2 done
	var path []string
	var visit func(id string)
	visit = func(id string) {
		state[id] = 1
		path = append(path, id)
		for _, to := range g.quiet(id) {
			switch state[to] {
			case 0:
				visit(to)
			case 1:
				loop := append(slices.Clone(path[slices.Index(path, to):]), to)
				s := l.b.Steps[to]
				l.codedIn(NoQuestion, s.local(), s.Pos, "cette boucle ne pose aucune question et ne finirait jamais : %s", l.spell(loop))
			}
		}
		path = path[:len(path)-1]
		state[id] = 2
	}
	for _, id := range g.order {
		if state[id] == 0 {
			visit(id)
		}
	}
}

// spell names the steps of a path, without the flow where all are of one.
func (l *loader) spell(path []string) string {
	names := slices.Clone(path)
	if !slices.ContainsFunc(path, func(id string) bool { return l.b.Steps[id].Flow != l.b.Steps[path[0]].Flow }) {
		for i, id := range path {
			names[i] = l.b.Steps[id].local()
		}
	}
	return strings.Join(names, " → ")
}

// checkUsed wants every table to be read by some step.
func (l *loader) checkUsed(g *graph) {
	used := map[string]bool{}
	for _, id := range g.order {
		used[l.b.Steps[id].Table] = true
	}
	for _, id := range slices.Sorted(maps.Keys(l.b.Tables)) {
		if !used[id] {
			l.warn(l.b.Tables[id].Pos, "la table %q ne sert à aucune étape", id)
		}
	}
}
