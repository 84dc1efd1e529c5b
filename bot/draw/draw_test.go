package draw

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"

	"frontdesk/bot/flow"
)

func reference(t testing.TB) *flow.Bundle {
	t.Helper()
	b, err := flow.Load(os.DirFS("../../flows"), "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// made is a bundle of one flow, whose steps lead where a list says; -1 is the return.
func made(exits [][]int) *flow.Bundle {
	b := &flow.Bundle{Start: "f", Flows: map[string]*flow.Flow{}, Steps: map[string]*flow.Step{}, Texts: map[string]flow.Text{}}
	f := &flow.Flow{ID: "f", Title: "Essai", Start: "f.s0"}
	for i, all := range exits {
		s := &flow.Step{ID: fmt.Sprintf("f.s%d", i), Flow: "f", Kind: flow.End}
		name := func(to int) string {
			if to < 0 {
				return flow.Return
			}
			return fmt.Sprintf("f.s%d", to)
		}
		b.Texts[s.ID] = flow.Text{Text: fmt.Sprintf("Une phrase qui est la %de", i)}
		switch len(all) {
		case 0:
		case 1:
			s.Kind, s.Then = flow.Say, name(all[0])
		default:
			s.Kind = flow.Ask
			for k, to := range all {
				o := &flow.Option{ID: fmt.Sprintf("o%d", k), Then: name(to)}
				s.Options = append(s.Options, o)
				b.Texts[s.ID+"."+o.ID] = flow.Text{Text: fmt.Sprintf("Le choix %d", k)}
			}
			if i%3 == 0 {
				s.Kind, s.Handoff = flow.Handoff, &flow.HandoffTo{Mode: "direct", On: map[string]string{"closed": name(all[0]), "timeout": name(all[1])}}
				s.Options = nil
			}
		}
		b.Steps[s.ID] = s
		f.Order = append(f.Order, s.ID)
	}
	b.Flows["f"] = f
	b.Interrupts = []*flow.Interrupt{{ID: "humain", Then: fmt.Sprintf("f.s%d", len(exits)/2)}}
	return b
}

// chance is a flow of n steps that mostly goes on, sometimes back, sometimes far.
func chance(r *rand.Rand, n int) *flow.Bundle {
	exits := make([][]int, n)
	for i := range exits {
		for range r.IntN(4) {
			to := min(n-1, i+1+r.IntN(5))
			switch r.IntN(12) {
			case 0:
				to = r.IntN(n)
			case 1:
				to = i
			case 2:
				to = -1
			}
			exits[i] = append(exits[i], to)
		}
	}
	return made(exits)
}

func (b Box) overlaps(o Box) bool {
	return b.X < o.X+o.W && o.X < b.X+b.W && b.Y < o.Y+o.H && o.Y < b.Y+b.H
}

// between is what the straight line of two corners covers.
func between(a, b Point) Box {
	return Box{min(a.X, b.X), min(a.Y, b.Y), max(a.X-b.X, b.X-a.X) + 1, max(a.Y-b.Y, b.Y-a.Y) + 1}
}

// A judge says what is wrong with a picture.
type judge struct {
	p     *Picture
	nodes map[string]Node
	wrong []string
}

func (j *judge) say(format string, args ...any) {
	j.wrong = append(j.wrong, fmt.Sprintf(format, args...))
}

func check(p *Picture, b *flow.Bundle) []string {
	j := &judge{p: p, nodes: map[string]Node{}}
	j.boxes()
	for i := range p.Edges {
		j.way(p.Edges[i])
		j.label(i)
	}
	j.whole(b)
	return j.wrong
}

func (j *judge) boxes() {
	for i, n := range j.p.Nodes {
		j.nodes[n.ID] = n
		if n.X < 0 || n.Y < 0 || n.X+n.W > j.p.Width || n.Y+n.H > j.p.Height {
			j.say("%s lies outside", n.ID)
		}
		for _, o := range j.p.Nodes[:i] {
			if n.overlaps(o.Box) {
				j.say("%s lies on %s", n.ID, o.ID)
			}
		}
		for _, l := range j.p.Lanes {
			inside := l.Class == "human" && n.Human || l.Class == "danger" && n.Kind == Danger
			if inside && (n.X < l.X || n.X+n.W > l.X+l.W || n.Y < l.Y || n.Y+n.H > l.Y+l.H) || !inside && n.overlaps(l.Box) {
				j.say("%s and the lane %s: %v, %v", n.ID, l.Class, n.Box, l.Box)
			}
		}
	}
}

// way: from box to box, along the axes, through no box.
func (j *judge) way(e Edge) {
	from, to := j.nodes[e.From], j.nodes[e.To]
	first, last := e.Way[0], e.Way[len(e.Way)-1]
	if first.Y != from.Y+from.H || first.X < from.X || first.X > from.X+from.W || last.Y != to.Y || last.X < to.X || last.X > to.X+to.W {
		j.say("%s → %s does not join its boxes", e.From, e.To)
	}
	for k := 1; k < len(e.Way); k++ {
		if a, b := e.Way[k-1], e.Way[k]; a.X != b.X && a.Y != b.Y {
			j.say("%s → %s is aslant", e.From, e.To)
		}
		for _, n := range j.p.Nodes {
			inner := Box{n.X + 1, n.Y + 1, n.W - 2, n.H - 2}
			if between(e.Way[k-1], e.Way[k]).overlaps(inner) {
				j.say("%s → %s crosses %s", e.From, e.To, n.ID)
			}
		}
	}
}

// label: on no box, no other label and no other line.
func (j *judge) label(i int) {
	e := j.p.Edges[i]
	if e.Label == "" && e.Toward == "" {
		return
	}
	for _, n := range j.p.Nodes {
		if e.At.overlaps(n.Box) {
			j.say("the label of %s → %s lies on %s", e.From, e.To, n.ID)
		}
	}
	for other, o := range j.p.Edges {
		if i == other {
			continue
		}
		if (o.Label != "" || o.Toward != "") && e.At.overlaps(o.At) {
			j.say("the labels of %s → %s and %s → %s", e.From, e.To, o.From, o.To)
		}
		for k := 1; k < len(o.Way); k++ {
			if between(o.Way[k-1], o.Way[k]).overlaps(e.At) {
				j.say("%s → %s crosses the label of %s → %s", o.From, o.To, e.From, e.To)
			}
		}
	}
}

// whole: every step and every destination is there.
func (j *judge) whole(b *flow.Bundle) {
	order := b.Flows[j.p.Flow].Order
	for _, id := range order {
		if _, drawn := j.nodes[id]; !drawn {
			j.say("%s is not drawn", id)
		}
		for _, to := range b.Steps[id].Exits() {
			if !slices.ContainsFunc(j.p.Edges, func(e Edge) bool { return e.From == id && e.To == to }) {
				j.say("%s → %s is not drawn", id, to)
			}
		}
	}
	if !reflect.DeepEqual(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(j.p.Order))) {
		j.say("the reading order is %v", j.p.Order)
	}
}

// crossings counts the places where lines of different steps to different steps cross.
func crossings(p *Picture) int {
	seen := map[Point]bool{}
	for i, e := range p.Edges {
		for _, o := range p.Edges[:i] {
			if e.From == o.From || e.To == o.To {
				continue
			}
			for k := 1; k < len(e.Way); k++ {
				for m := 1; m < len(o.Way); m++ {
					s, t := between(e.Way[k-1], e.Way[k]), between(o.Way[m-1], o.Way[m])
					if s.overlaps(t) {
						seen[Point{max(s.X, t.X), max(s.Y, t.Y)}] = true
					}
				}
			}
		}
	}
	return len(seen)
}

func TestReferenceFlowsAreWellDrawn(t *testing.T) {
	b := reference(t)
	most := map[string]int{"accueil": 83, "autour": 4, "contact": 4, "entretien": 0, "pro": 0, "recap": 2, "suite": 0, "voix": 0}
	for _, id := range slices.Sorted(maps.Keys(b.Flows)) {
		p := Lay(b, id)
		for _, w := range check(p, b) {
			t.Errorf("%s: %s", id, w)
		}
		n := crossings(p)
		limit, known := most[id]
		if !known || n > limit {
			t.Errorf("%s: lines cross %d times, at most %d is allowed", id, n, limit)
		}
		t.Logf("%s: %d steps, %d × %d, %d crossings", id, len(p.Order), p.Width, p.Height, n)
	}
	if Lay(b, "absent") != nil {
		t.Error("a flow that is not there was drawn")
	}
}

func TestWhatLeadsToAPersonAndDangerAreSetApart(t *testing.T) {
	b := reference(t)
	p := Lay(b, b.Start)
	humans, dangers := 0, 0
	for _, n := range p.Nodes {
		switch {
		case n.Kind == Danger:
			dangers++
		case n.Human:
			humans++
		case n.Kind == flow.Handoff || n.Kind == Interrupt:
			t.Errorf("%s is among the rest", n.ID)
		}
	}
	if len(p.Lanes) != 2 || dangers != len(b.Safety.Dangers) || humans < 5 {
		t.Errorf("%d lanes, %d dangers, %d that lead to a person", len(p.Lanes), dangers, humans)
	}
}

func TestTheSameBundleGivesTheSameBytes(t *testing.T) {
	var first []byte
	for range 3 { // loaded anew each time: maps are walked in another order
		var out bytes.Buffer
		p := Lay(reference(t), "accueil")
		if err := SVG(&out, p, Options{Alone: true}); err != nil {
			t.Fatal(err)
		}
		if err := Text(&out, p); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = out.Bytes()
		}
		if !bytes.Equal(first, out.Bytes()) {
			t.Fatal("another picture")
		}
	}
}

func TestFlowsOfChanceAreWellDrawn(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := chance(r, 1+r.IntN(40))
		p := Lay(b, "f")
		if wrong := check(p, b); len(wrong) > 0 {
			t.Fatalf("seed %d, %d steps: %d faults, first %s", seed, len(p.Order), len(wrong), wrong[0])
		}
	}
}

func FuzzLay(f *testing.F) {
	f.Add([]byte{3, 1, 2, 0, 255, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, src []byte) {
		var exits [][]int
		for len(src) > 0 && len(exits) < 60 {
			n := min(int(src[0])%5, len(src)-1)
			var all []int
			for _, to := range src[1 : 1+n] {
				all = append(all, int(to)-1)
			}
			exits, src = append(exits, all), src[1+n:]
		}
		for _, all := range exits {
			for k := range all {
				if all[k] >= 0 {
					all[k] %= len(exits)
				}
			}
		}
		b := made(exits)
		if wrong := check(Lay(b, "f"), b); len(wrong) > 0 {
			t.Fatal(wrong)
		}
	})
}

func TestOrderIsThatOfReading(t *testing.T) {
	b := made([][]int{{1, 2}, {3}, {3}, {4}, {}})
	b.Steps["f.s0"].Kind, b.Steps["f.s0"].Handoff = flow.Ask, nil
	b.Steps["f.s0"].Options = []*flow.Option{{ID: "o0", Then: "f.s1"}, {ID: "o1", Then: "f.s2"}}
	want := []string{"f.s0", "f.s1", "f.s2", "f.s3", "f.s4"}
	if got := Lay(b, "f").Order; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A hundred steps are to take ten milliseconds at most.
func BenchmarkLay(b *testing.B) {
	big := reference(b)
	for b.Loop() {
		Lay(big, "accueil")
	}
	b.ReportMetric(float64(len(big.Flows["accueil"].Order)), "steps")
}
