package hear

import (
	"cmp"
	"math"
	"slices"
)

// Example is a message of which somebody has said what it comes to, and what
// else is known of it: the meanings that were heard.
type Example struct {
	Utterance Utterance
	Marks     []string
	Outcome   string
}

// Examples rank what a message may come to by how much it is like messages of
// which that is known. They propose and never decide. Words that few examples
// share count more, and so do two words that follow each other. Examples never
// change afterwards and may be shared.
type Examples struct {
	names    []string           // of the outcomes
	outcomes []int              // of each example, its place in names
	telling  map[uint64]telling // by feature
}

// telling is what a feature tells: how rare it is, and which examples have it.
type telling struct {
	rarity float64
	with   []sharing
}

// sharing is an example that has a feature, and how much of it that feature is.
type sharing struct {
	example int32
	share   float64
}

// Likeness is an outcome, how likely it is, and the example nearest to the message.
type Likeness struct {
	Outcome string
	Score   float64
	Nearest int // its place in the list given to NewExamples
}

// pairShare is what two words in a row count for, beside one word.
const pairShare = 0.6

// common is the share of the examples from which on a feature tells nothing: "je", "un", "de".
const common = 0.3

// NewExamples compiles examples.
func NewExamples(all []Example) *Examples {
	x := &Examples{outcomes: make([]int, len(all)), telling: map[uint64]telling{}}
	features := make([][]feature, len(all))
	uses := map[uint64]float64{}
	for i, e := range all {
		x.outcomes[i] = x.outcome(e.Outcome)
		features[i] = featuresOf(nil, e.Utterance, e.Marks)
		for _, f := range features[i] {
			uses[f.id]++
		}
	}
	for id, n := range uses {
		if n <= common*float64(len(all)) {
			x.telling[id] = telling{rarity: math.Log(float64(len(all)+1) / (n + 0.5))}
		}
	}
	for i := range features {
		sum := 0.0
		for k := range features[i] {
			f := &features[i][k]
			f.weight *= x.telling[f.id].rarity
			sum += f.weight * f.weight
		}
		length := max(math.Sqrt(sum), 1e-9)
		for _, f := range features[i] {
			if t, tells := x.telling[f.id]; tells && f.weight != 0 {
				t.with = append(t.with, sharing{int32(i), f.weight / length})
				x.telling[f.id] = t
			}
		}
	}
	return x
}

// outcome is the place of a name, which is added if it is new.
func (x *Examples) outcome(name string) int {
	if i := slices.Index(x.names, name); i >= 0 {
		return i
	}
	x.names = append(x.names, name)
	return len(x.names) - 1
}

// mostNear is how many examples are compared without asking for memory.
const mostNear = 1024

// Rank lists the outcomes that a message may come to, the likeliest first. The
// scores add up to 1.
func (x *Examples) Rank(u Utterance, marks []string) []Likeness {
	var features [64]feature
	var room [mostNear]float64
	near := append(room[:0], make([]float64, len(x.outcomes))...)
	for _, f := range featuresOf(features[:0], u, marks) {
		t := x.telling[f.id]
		weight := f.weight * t.rarity
		for _, e := range t.with {
			near[e.example] += weight * e.share
		}
	}
	ranked := make([]Likeness, len(x.names))
	total := 0.0
	for i, n := range near {
		if n == 0 {
			continue
		}
		l := &ranked[x.outcomes[i]]
		if l.Score == 0 || n > near[l.Nearest] {
			l.Nearest = i
		}
		l.Score += n * n
		total += n * n
	}
	ranked = slices.DeleteFunc(ranked, func(l Likeness) bool { return l.Score == 0 })
	for i := range ranked {
		ranked[i].Outcome = x.names[x.outcomes[ranked[i].Nearest]]
		ranked[i].Score /= total
	}
	slices.SortFunc(ranked, func(a, b Likeness) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Outcome, b.Outcome))
	})
	return ranked
}

// A feature is a word, two words in a row, or a mark.
type feature struct {
	id     uint64
	weight float64
}

// featuresOf adds the features of a message, each once, to none. A word counts by how
// it begins, so that its endings count alike.
func featuresOf(all []feature, u Utterance, marks []string) []feature {
	for i := range u.tokens {
		word := u.tokens[i].text
		all = append(all, feature{hashOf(begin(word, 6), ""), 1})
		if i+1 < len(u.tokens) {
			all = append(all, feature{hashOf(begin(word, 5), begin(u.tokens[i+1].text, 5)), pairShare})
		}
	}
	for _, m := range marks {
		all = append(all, feature{hashOf("", m), 1})
	}
	slices.SortFunc(all, func(a, b feature) int { return cmp.Compare(a.id, b.id) })
	return slices.CompactFunc(all, func(a, b feature) bool { return a.id == b.id })
}

// begin is the first letters of a word, n bytes at most.
func begin(word string, n int) string { return word[:min(len(word), n)] }

// hashOf is a number for two words, the same in every run (FNV-1a).
func hashOf(a, b string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	hash := uint64(offset)
	for i := range len(a) {
		hash = (hash ^ uint64(a[i])) * prime
	}
	hash = (hash ^ ' ') * prime
	for i := range len(b) {
		hash = (hash ^ uint64(b[i])) * prime
	}
	return hash
}
