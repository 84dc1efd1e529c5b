package hear

import (
	"regexp"
	"strings"
)

// Option is one answer of a question as it is offered. Also holds what people
// say for it besides its label.
type Option struct {
	ID, Label string
	Also      []string
}

// Menu is the options of one question in one language, compiled at load. It
// never changes afterwards and may be shared.
type Menu struct {
	index
	labels [][]labelWord // by option, in order
}

type labelWord struct {
	id    uint16
	small bool
}

// small words say nothing alone in an answer.
const small = article | possessive | preposition | pronoun | auxiliary | filler | courteous

// NewMenu compiles the options of one question. A label counts whole, and by
// its parts on either side of "ou", a comma or a slash.
func NewMenu(language string, options []Option) *Menu {
	m := &Menu{index: newIndex(small), labels: make([][]labelWord, len(options))}
	for i, o := range options {
		label := inclusive.ReplaceAllString(o.Label, "$1")
		m.expect(Listen(language, label).tokens, expression{owner: i, how: ByLabel})
		for _, part := range parts(label) {
			tokens := Listen(language, part).tokens
			m.expect(tokens, expression{owner: i, how: ByLabel, asked: bare(tokens)})
		}
		for _, also := range o.Also {
			also = inclusive.ReplaceAllString(also, "$1")
			m.expect(Listen(language, also).tokens, expression{owner: i, how: BySynonym})
		}
		for _, t := range Listen(language, label).tokens {
			m.labels[i] = append(m.labels[i], labelWord{m.id(t), t.is(small)})
		}
	}
	return m
}

// inclusive is the feminine in "salarié(e)", "étudiant·e·s", "conseiller.ère.s".
var inclusive = regexp.MustCompile(`(\pL)(?:\((?:e|ne|le|ère|rice|trice|ve|se|euse|s)s?\)s?|[·•](?:e|ne|le|ère|rice|trice|ve|se|euse|s)(?:[·•]s)?|\.(?:e|ne|ère|rice|trice|euse)(?:\.s)?\b)`)

var either = regexp.MustCompile(`(?i)\s+(?:ou|or)\s+|[,;/()]`)

// parts are the alternatives a label names; none when it names one thing, or
// rules two out ("ni en cours, ni au travail").
func parts(label string) []string {
	if words := " " + Fold(label) + " "; strings.Contains(words, " ni ") || strings.Contains(words, " nor ") {
		return nil
	}
	found := either.Split(label, -1)
	if len(found) < 2 {
		return nil
	}
	return found
}

// bare says that an alternative is too thin to be heard in a free sentence:
// one word and its person, as "j'ai arrêté" in "J'ai arrêté ou j'arrête l'école".
func bare(tokens []token) bool {
	return content(tokens) < 2 && len(tokens) > 1 && tokens[0].is(pronoun|auxiliary)
}

func content(tokens []token) int {
	n := 0
	for i := range tokens {
		if !tokens[i].is(small | partner) {
			n++
		}
	}
	return n
}

// expect adds an expression without its small words, unless only one word
// would be left: "à mon compte" is not any "compte".
func (m *Menu) expect(tokens []token, e expression) {
	n := content(tokens)
	drop := article
	if n >= 2 {
		drop = small
	}
	kept := make([]token, 0, len(tokens))
	numeric := true
	for _, t := range tokens {
		if !t.is(drop) {
			kept = append(kept, t)
			numeric = numeric && (t.number >= 0 || digitAt(t.text, 0))
		}
	}
	if len(kept) == 0 {
		kept, numeric = tokens, false
	}
	e.weight = max(n, 1)
	e.asked = e.asked || numeric
	m.add(kept, e)
}
