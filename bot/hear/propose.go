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
	s.weights = map[uint16][]weighing{}
	spoken := map[uint16]map[int]bool{}
	note := func(id uint16, sense int) {
		if spoken[id] == nil {
			spoken[id] = map[int]bool{}
		}
		spoken[id][sense] = true
	}
	words := map[uint32][]uint16{} // of families
	for i := range s.shapes {
		for _, symbol := range s.shapes[i].symbols {
			if s.shapes[i].family != 0 && symbol < firstFamily {
				for _, family := range append([]uint32{s.shapes[i].family}, s.wider[s.shapes[i].family]...) {
					words[family] = append(words[family], uint16(symbol))
				}
			}
		}
	}
	for i := range s.shapes {
		x := &s.shapes[i]
		if x.family != 0 || x.role != meaning {
			continue
		}
		for _, symbol := range x.symbols {
			if symbol < firstFamily {
				note(uint16(symbol), x.owner)
				continue
			}
			for _, id := range words[symbol] {
				note(id, x.owner)
			}
		}
	}
	for id, senses := range spoken {
		weight := math.Log(float64(s.senses+1) / float64(len(senses)))
		for sense := range senses {
			s.weights[id] = append(s.weights[id], weighing{sense, weight})
		}
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
