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
	names    []string // of the outcomes
	outcomes []int    // of each example, its place in names
	rarity   map[uint64]float64
	with     map[uint64][]sharing
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
	x := &Examples{outcomes: make([]int, len(all)), rarity: map[uint64]float64{}, with: map[uint64][]sharing{}}
	features := make([][]feature, len(all))
	for i, e := range all {
		x.outcomes[i] = x.outcome(e.Outcome)
		features[i] = featuresOf(e.Utterance, e.Marks)
		for _, f := range features[i] {
			x.rarity[f.id]++
		}
	}
	for id, n := range x.rarity {
		if n > common*float64(len(all)) {
			x.rarity[id] = 0
			continue
		}
		x.rarity[id] = math.Log(float64(len(all)+1) / (n + 0.5))
	}
	for i := range features {
		length := x.weigh(features[i])
		for _, f := range features[i] {
			if f.weight == 0 {
				continue
			}
			x.with[f.id] = append(x.with[f.id], sharing{int32(i), f.weight / length})
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

// Rank lists the outcomes that a message may come to, the likeliest first. The
// scores add up to 1.
func (x *Examples) Rank(u Utterance, marks []string) []Likeness {
	features := featuresOf(u, marks)
	x.weigh(features)
	near := make([]float64, len(x.outcomes))
	for _, f := range features {
		for _, e := range x.with[f.id] {
			near[e.example] += f.weight * e.share
		}
	}
	ranked := make([]Likeness, len(x.names))
	total := 0.0
	for i, n := range near {
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

// weigh gives each feature its weight, and returns how long they are together.
func (x *Examples) weigh(features []feature) float64 {
	sum := 0.0
	for i := range features {
		features[i].weight *= x.rarity[features[i].id]
		sum += features[i].weight * features[i].weight
	}
	return max(math.Sqrt(sum), 1e-9)
}

// featuresOf lists the features of a message, each once. A word counts by how
// it begins, so that its endings count alike.
func featuresOf(u Utterance, marks []string) []feature {
	all := make([]feature, 0, 2*len(u.tokens)+len(marks))
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
