package hear

import (
	"cmp"
	"math"
	"slices"
)

// weighing is how much a word speaks for a sense.
type weighing struct {
	sense  int
	weight float64
}

// weigh gives each word of the lexicon its weight for proposals: a word that
// many senses share says little about any.
func (s *Senses) weigh() {
	s.weights = make([][]weighing, len(s.words))
	words := s.familyWords()
	weighed := make([]int, len(s.families)) // of each family, the last sense that its words speak for, from 1
	for i := range s.shapes {
		x := &s.shapes[i]
		if x.family != 0 || x.role != meaning {
			continue
		}
		for _, symbol := range x.symbols {
			if symbol < firstFamily {
				s.speaksFor(uint16(symbol), x.owner)
				continue
			}
			if family := symbol - firstFamily; weighed[family] != x.owner+1 {
				weighed[family] = x.owner + 1
				for _, id := range words[family] {
					s.speaksFor(id, x.owner)
				}
			}
		}
	}
	for _, senses := range s.weights {
		for i := range senses {
			senses[i].weight = math.Log(float64(s.senses+1) / float64(len(senses)))
		}
	}
}

// familyWords are the words of each family and of those that are part of it.
func (s *Senses) familyWords() [][]uint16 {
	words := make([][]uint16, len(s.families))
	for i := range s.shapes {
		x := &s.shapes[i]
		if x.family == 0 {
			continue
		}
		for _, symbol := range x.symbols {
			if symbol >= firstFamily {
				continue
			}
			words[x.family-firstFamily] = append(words[x.family-firstFamily], uint16(symbol))
			for _, wide := range s.wider[x.family] {
				words[wide-firstFamily] = append(words[wide-firstFamily], uint16(symbol))
			}
		}
	}
	return words
}

// speaksFor notes that a word speaks for a sense, once. Senses come one after the other.
func (s *Senses) speaksFor(id uint16, sense int) {
	if known := s.weights[id]; len(known) == 0 || known[len(known)-1].sense != sense {
		s.weights[id] = append(known, weighing{sense: sense})
	}
}

// Propose ranks the senses an utterance may speak of when nothing is certain,
// the likeliest first, at most n. It is for asking, never for deciding.
func (s *Senses) Propose(u Utterance, n int, allowed func(sense int) bool) []int {
	scores := map[int]float64{}
	for i := range u.tokens {
		t := &u.tokens[i]
		if t.is(small | denial | lacking | partner | nomore) {
			continue
		}
		id, wrong := s.resolve(t)
		for _, w := range s.weights[id] {
			if id != 0 && allowed(w.sense) {
				scores[w.sense] += w.weight / float64(1+wrong)
			}
		}
	}
	var ranked []int
	best := 0.0
	for sense, score := range scores {
		ranked = append(ranked, sense)
		best = max(best, score)
	}
	slices.SortFunc(ranked, func(a, b int) int {
		if c := cmp.Compare(scores[b], scores[a]); c != 0 {
			return c
		}
		return a - b
	})
	ranked = slices.DeleteFunc(ranked, func(sense int) bool { return scores[sense] < leastScore || scores[sense] < best/2 })
	return ranked[:min(n, len(ranked))]
}

// leastScore is what one telling word weighs.
const leastScore = 2
