// Package hear says what somebody's words mean. It knows no flow, no session
// and no network.
//
// A text is folded once, into an Utterance, and read many times: as one option
// of a Menu, as one expression of a list of Phrases, as a number, a postcode,
// a yes. Whoever is not sure says so: ok is false, and the question is asked
// again rather than answered wrongly. What people say is bounded here: the
// first 2,000 characters, the first 400 words.
package hear

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of what is read; what comes after is not looked at.
const (
	maxRunes  = 2000
	maxTokens = 400
)

// Utterance is what one person said, folded once and read many times. The zero
// value is nothing said. It may be shared between goroutines.
type Utterance struct {
	raw    string // cleaned: valid, bounded, without zero-width and controls
	folded string
	tokens []token
	symbol bool // an emoji or another sign that may mean something
}

// token is one word of an utterance, contractions written out.
type token struct {
	text    string
	key     uint64 // equal for words that are the same but for their ending
	root    root
	kind    kind
	number  int16 // the value of a number word, -1 for none
	ordinal int8
	pause   bool // punctuation stands before it
}

func (t *token) is(k kind) bool { return t.kind&k != 0 }

// Listen folds what somebody said. The language ("fr", "en") decides the small
// words: numbers, denials, contractions; any other is heard as French and
// English together.
func Listen(language, text string) Utterance {
	raw := clean(text)
	letters := fold(roomFor(raw), composed(raw), true)
	l := listener{words: lexiconOf(language), tokens: make([]token, 0, spaces(letters)+2)}
	pauses := split(letters)
	folded := string(letters)
	l.listen(folded, pauses)
	return Utterance{raw: raw, folded: folded, tokens: l.tokens, symbol: len(l.tokens) == 0 && hasSymbol(raw)}
}

// Empty says that nothing was said: spaces, punctuation, invisible characters.
func (u Utterance) Empty() bool { return len(u.tokens) == 0 && !u.symbol }

// Folded is what was said, as Fold writes it.
func (u Utterance) Folded() string { return u.folded }

// Words counts the words, contractions written out ("jai" is two).
func (u Utterance) Words() int { return len(u.tokens) }

// Bare says that nothing was said but a number or a rank: "2", "la 3e".
func (u Utterance) Bare() bool {
	for i := range u.tokens {
		if t := &u.tokens[i]; t.number < 0 && t.ordinal == 0 && !digitAt(t.text, 0) && !t.is(article|courteous|filler) {
			return false
		}
	}
	return true
}

// clean keeps the readable beginning of a text, and copies it only if it must.
func clean(text string) string {
	text = bounded(text)
	if strings.IndexFunc(text, unreadable) < 0 {
		return strings.TrimSpace(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		switch {
		case !unreadable(r):
			b.WriteRune(r)
		case r == utf8.RuneError:
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

// bounded is the first maxRunes characters of a text.
func bounded(text string) string {
	if len(text) <= maxRunes {
		return text
	}
	n := 0
	for i := range text {
		if n == maxRunes {
			return text[:i]
		}
		n++
	}
	return text
}

// unreadable says that a character shows nothing: controls, zero-width and
// direction marks, broken bytes.
func unreadable(r rune) bool {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return false
	case r < ' ' || r == 0x7f || r == utf8.RuneError:
		return true
	case r < 0xa0:
		return r >= 0x80
	}
	return r == 0xad || r >= 0x600 && unicode.Is(unicode.Cf, r)
}

func hasSymbol(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.So, r) }) >= 0
}

func spaces(letters []byte) int {
	n := 0
	for _, c := range letters {
		if c <= ' ' {
			n++
		}
	}
	return min(n, maxTokens)
}

// split writes spaces for pauses and returns, bit by bit, before which of the
// first words a pause stands.
func split(letters []byte) (pauses [maxTokens/64 + 1]uint64) {
	word := 0
	for i, c := range letters {
		if c > ' ' {
			continue
		}
		word++
		if c == pause {
			letters[i] = ' '
			if word < maxTokens {
				pauses[word/64] |= 1 << (word % 64)
			}
		}
	}
	return pauses
}

// listener makes tokens.
type listener struct {
	words  lexicon
	tokens []token
}

func (l *listener) listen(folded string, pauses [maxTokens/64 + 1]uint64) {
	for n := 0; folded != "" && n < maxTokens && len(l.tokens) < maxTokens; n++ {
		var text string
		text, folded, _ = strings.Cut(folded, " ")
		at := len(l.tokens)
		l.hear(text)
		l.tokens[at].pause = pauses[n/64]>>(n%64)&1 == 1
	}
	l.tokens = l.tokens[:min(len(l.tokens), maxTokens)]
}

func (l *listener) hear(text string) {
	x, known := l.words[text]
	if !known && stretched(text) {
		text = squeeze(text)
		x, known = l.words[text]
	}
	switch {
	case x.spelled != nil:
		l.tokens = append(l.tokens, x.spelled...)
		return
	case !known && l.glued(text):
		l.tokens = append(l.tokens, l.words.token("je"), l.words.token(text[1:]))
		return
	}
	t := token{text: text, root: rootOf(text), number: -1}
	t.key = keyOf(text, t.root)
	if known {
		t.kind, t.number, t.ordinal = x.kind, x.number, x.ordinal
	}
	l.tokens = append(l.tokens, t)
	l.courtesy(text)
}

// stretched says that a letter is written three times running, as in "ouiii":
// no word is spelled so.
func stretched(text string) bool {
	for i := 2; i < len(text); i++ {
		if text[i] == text[i-1] && text[i] == text[i-2] && 'a' <= text[i] && text[i] <= 'z' {
			return true
		}
	}
	return false
}

// squeeze writes every letter repeated three times or more once, but three e
// twice: "lycéeen" is short of "lycéen", not of "lycen".
func squeeze(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		end := i + 1
		for end < len(text) && text[end] == text[i] {
			end++
		}
		keep := end - i
		switch {
		case text[i] < 'a' || text[i] > 'z':
		case keep == 3 && text[i] == 'e':
			keep = 2
		case keep > 2:
			keep = 1
		}
		out = append(out, text[i:i+keep]...)
		i = end
	}
	return string(out)
}

// glued says that a word is "je" run into its verb, as in "jveux": no French
// word of five letters begins with j and a consonant.
func (l *listener) glued(text string) bool {
	if len(text) < 5 || text[0] != 'j' || l.words["je"].kind == 0 {
		return false
	}
	return text[1] >= 'b' && text[1] <= 'z' && strings.IndexByte("aeiouy", text[1]) < 0
}

// courtesy marks the words of "s'il vous plaît" and "thank you" as one courtesy.
func (l *listener) courtesy(text string) {
	n := len(l.tokens)
	switch {
	case text == "plait" && n >= 4:
		if t := l.tokens[n-4:]; t[1].text == "il" && (t[0].text == "s" || t[0].text == "si") {
			for i := range t {
				t[i].kind = courteous
			}
		}
	case text == "you" && n >= 2 && l.tokens[n-2].text == "thank":
		l.tokens[n-1].kind = courteous
	}
}
