package engine

import (
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// dangerIn finds the gravest danger that somebody speaks of and does not deny, however long they
// write: hear listens to the beginning of a text only, so a long one is heard piece by piece.
func (t *turn) dangerIn(u hear.Utterance, words string) (*flow.Danger, bool) {
	return t.live.Danger(t.s.Language, u, words)
}

// Danger is the gravest danger that an utterance, of which words are the whole, speaks of.
func (p *Program) Danger(language string, u hear.Utterance, words string) (*flow.Danger, bool) {
	if plain, ok := p.withoutIdioms(u.Folded()); ok {
		u = hear.Listen(language, plain)
	}
	heard := []hear.Utterance{u}
	for _, piece := range pieces(words) {
		heard = append(heard, hear.Listen(language, piece))
	}
	for _, phrases := range p.dangers {
		for _, piece := range heard {
			if id, negated, ok := phrases.Within(piece); ok && !negated {
				return p.dangerByID[id], true
			}
		}
	}
	return nil, false
}

// withoutIdioms cuts out what speaks of no danger, such as « me tape sur les nerfs »; false when there
// is nothing to cut.
func (p *Program) withoutIdioms(folded string) (string, bool) {
	text, found := " "+folded+" ", false
	for _, idiom := range p.idioms {
		if strings.Contains(text, idiom) {
			text, found = strings.ReplaceAll(text, idiom, " . "), true
		}
	}
	return text, found
}

// What one piece of a long text holds, in bytes, and how much of it the next one holds again, so that
// no phrase falls between two.
const (
	pieceSize    = 900
	pieceOverlap = 120
)

// pieces cuts what hear would not listen to any more into overlapping pieces.
func pieces(words string) []string {
	var all []string
	for start := pieceSize; start < len(words); start += pieceSize - pieceOverlap {
		all = append(all, strings.ToValidUTF8(words[start-pieceOverlap:min(start+pieceSize-pieceOverlap, len(words))], ""))
	}
	return all
}
