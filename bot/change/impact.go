package change

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// A Shift is how many people would be sent, or told, something else.
type Shift struct {
	What     Directed
	From, To string // as people read them
	N        tally.Shown
}

// Directed says what differs.
type Directed string

// What a person comes to.
const (
	Direction   Directed = "direction"   // a network, a structure, a person, an end
	Information Directed = "information" // the first card, where the direction stays
)

// Preview is what a release would have changed for people who came, as it may be shown: two drafts that differ by
// a row tell nobody's answers.
type Preview struct {
	People    tally.Shown // whose way could be played on the old release
	Elsewhere tally.Shown // of them, who would be sent or told something else
	Shifts    []Shift     // the ways of ten people or more, most people first
	Others    tally.Shown // of Elsewhere, by ways of fewer each
	Unknown   tally.Shown // would be asked what nobody had asked them
}

// Impact plays what people answered through two releases and says who would come to something else.
func Impact(was, is *engine.Program, vectors []Vector) Preview {
	before, after := newPlayer(was), newPlayer(is)
	shifts := map[Shift]int{}
	people, unknown := 0, 0
	for i := range vectors {
		v := &vectors[i]
		said := v.byAnswer(was.Bundle)
		x := before.play(v, said)
		if x.direction == "" && x.card == "" {
			continue // had left before anything was decided, or had said what is not counted
		}
		people += v.N
		y := after.play(v, said)
		switch {
		case x.direction != "" && y.direction == "", x.card != "" && y.card == "" && y.unknown:
			unknown += v.N
		case x.direction != "" && x.direction != y.direction:
			shifts[Shift{What: Direction, From: named(was.Bundle, x.direction), To: named(is.Bundle, y.direction)}] += v.N
		case x.card != y.card:
			shifts[Shift{What: Information, From: named(was.Bundle, "card:"+x.card), To: named(is.Bundle, "card:"+y.card)}] += v.N
		}
	}
	p := Preview{People: tally.Show(people), Unknown: tally.Show(unknown)}
	p.show(shifts)
	return p
}

// show puts the ways together, so that no hidden one can be had from the rest.
func (p *Preview) show(shifts map[Shift]int) {
	maps.DeleteFunc(shifts, func(s Shift, _ int) bool { return s.From == s.To }) // only its name differs
	order := func(a, b Shift) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(string(a.What), string(b.What)))
	}
	whole, others := 0, 0
	var parts []int
	for _, s := range slices.SortedFunc(maps.Keys(shifts), order) {
		n := shifts[s]
		if whole += n; n < tally.Fewest {
			others += n
			continue
		}
		p.Shifts, parts = append(p.Shifts, s), append(parts, n)
	}
	total, shown := tally.Line(whole, append(parts, others))
	if p.Elsewhere = total; shown == nil { // fewer than ten in all
		return
	}
	for i := range p.Shifts {
		p.Shifts[i].N = shown[i]
	}
	p.Others = shown[len(p.Shifts)]
	slices.SortStableFunc(p.Shifts, func(a, b Shift) int { return cmp.Compare(b.N, a.N) })
}

// byAnswer is what was said, by the answer that each question fills: questions are renamed, answers stay.
func (v *Vector) byAnswer(b *flow.Bundle) map[string]engine.Class {
	all := make(map[string]engine.Class, len(v.Given))
	for step, c := range v.Given {
		if st := b.Steps[step]; st != nil && st.Answer != "" {
			all[st.Answer] = c
		}
	}
	return all
}

// came is what somebody comes to: the first network, else where the flow ends, and the first card.
type came struct {
	direction, card string
	unknown         bool // what came next was never said
}

type player struct {
	p                     *engine.Program
	network, need, public string
	scenes                map[string]*engine.Scene // by channel and language
	fired                 engine.Fired
}

func newPlayer(p *engine.Program) *player {
	b := p.Bundle
	return &player{p: p, network: b.As(flow.AsNetwork), need: b.As(flow.AsNeed), public: b.As(flow.AsPublic),
		scenes: map[string]*engine.Scene{}, fired: engine.Fired{}}
}

// scene is a day on which the desks are open and somebody is there: the same for both releases.
func (l *player) scene(v *Vector) *engine.Scene {
	key := v.Channel + " " + v.Language
	if l.scenes[key] == nil {
		l.scenes[key] = &engine.Scene{Language: v.Language, Channel: v.Channel, Staffed: true, Pushed: v.Channel != "chat",
			Open: func(string) bool { return true }, Fired: l.fired}
	}
	return l.scenes[key]
}

// mostTurns ends a talk that turns in circles, as one does that begins again.
const mostTurns = 40

func (l *player) play(v *Vector, said map[string]engine.Class) (c came) {
	scene := l.scene(v)
	start := l.p.Bundle.Flows[l.p.Bundle.Start].Start
	at, passed, err := engine.Enter(l.p, engine.State{}, start, scene)
	for range mostTurns {
		if err != nil || len(passed) == 0 {
			return c
		}
		if l.note(&c, passed); c.direction != "" && c.card != "" {
			return c
		}
		last := passed[len(passed)-1].Step
		if last.Kind != flow.Ask {
			if c.direction == "" {
				c.direction = l.ending(last, at)
			}
			return c
		}
		class, is := l.answer(v, said, last, at, scene)
		if !is {
			c.unknown = true
			return c
		}
		at, passed, err = engine.Next(l.p, at, class, scene)
	}
	return c
}

// note keeps the first network and the first card.
func (l *player) note(c *came, passed []engine.Passed) {
	for i := range passed {
		p := &passed[i]
		if c.direction == "" && l.network != "" {
			if n := p.Answers.Get(l.network); n != "" {
				c.direction = "network:" + n
			}
		}
		if card := p.Step.Card; c.card == "" && card != "" {
			if name, is := strings.CutPrefix(card, "{"); is {
				card = p.Answers.Get(strings.TrimSuffix(name, "}"))
			}
			c.card = card
		}
	}
}

// ending is what a flow comes to that named no network.
func (l *player) ending(st *flow.Step, at engine.State) string {
	if st.Kind == flow.End {
		return "end:" + st.Outcome
	}
	to := st.Handoff.To
	if name, is := strings.CutPrefix(to, "network:{"); is {
		return "network:" + at.Answers.Get(strings.TrimSuffix(name, "}"))
	}
	if to == "lead" {
		to = l.p.Bundle.Lead().ID
	}
	return "structure:" + to
}

// answer is what a person said to a question, as far as it is known.
func (l *player) answer(v *Vector, said map[string]engine.Class, st *flow.Step, at engine.State, scene *engine.Scene) (engine.Class, bool) {
	a := l.p.Bundle.Answers[st.Answer]
	c, is := v.Given[st.ID]
	if !is {
		c, is = said[st.Answer]
	}
	switch {
	case a == nil:
		return c, false
	case !is && st.Answer == l.need && v.Need != "":
		c, is = engine.Class{Kind: engine.Option, Value: v.Need}, true
	case !is && st.Answer == l.public && v.Public != "":
		c, is = engine.Class{Kind: engine.Option, Value: v.Public}, true
	case a.Type == flow.Postcode && v.Territory != "" && c.Kind != engine.Skip:
		return engine.Class{Kind: engine.Value, Value: v.Territory}, true
	}
	if !is {
		return c, false
	}
	switch c.Kind {
	case engine.Option:
		return c, slices.Contains(engine.Offered(l.p, at, scene), c.Value)
	case engine.Value:
		c.Value = example(a)
		return c, c.Value != ""
	}
	return c, true
}

// example stands for a value that nobody keeps, where nothing depends on which it was.
func example(a *flow.Answer) string {
	switch a.Type {
	case flow.PhoneNo:
		return "+33261910000"
	case flow.Email:
		return "nom@exemple.fr"
	case flow.Numeric:
		return "20"
	case flow.Free:
		return "une réponse"
	}
	return ""
}

// named is what somebody comes to, as people read it.
func named(b *flow.Bundle, what string) string {
	kind, id, _ := strings.Cut(what, ":")
	switch {
	case what == "card:":
		return "aucune information"
	case kind == "card":
		return cmp.Or(b.Texts["card."+id+".title"].Text, id)
	case kind == "network" && b.Networks[id] != nil:
		return b.Networks[id].Name
	case kind == "structure" && b.Structures[id] != nil:
		return b.Structures[id].Name
	case kind == "end":
		return map[string]string{"informed": "Fin, après information", "handed_over": "Fin, transmise", "out_of_scope": "Fin, hors du service"}[id]
	}
	return id
}
