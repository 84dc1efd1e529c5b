package hear

import (
	"strings"
	"unicode"
)

// Other is what Language says of a text in a language that it does not know.
const Other = "other"

// Language says in which language a text is written: fr, en, es, pt, ar,
// ar-latn (Arabic in Latin letters), uk, tr, br, or Other for a script that
// none of them is written in. It is "" when the text does not show it: one
// word, a number, a name. It is good enough to propose a language, not to
// impose one.
func Language(text string) string {
	text = clean(text)
	if len(text) > maxCued {
		text = strings.ToValidUTF8(text[:maxCued], "")
	}
	if language, sure := byScript(text); sure {
		return language
	}
	var scores [len(latin)]int
	words := 0
	for word := range strings.FieldsFuncSeq(strings.ToLower(composed(text)), notWord) {
		words++
		cue(&scores, word)
	}
	best, second := -1, -1
	for i := range scores {
		switch {
		case best < 0 || scores[i] > scores[best]:
			best, second = i, best
		case second < 0 || scores[i] > scores[second]:
			second = i
		}
	}
	if scores[best] < enough || scores[best] <= scores[second] {
		return ""
	}
	return latin[best].code
}

// maxCued is how much of a text is looked at, in bytes: the beginning shows it.
const maxCued = 600

// enough is the least that is believed: two frequent words, or one word that no other language has.
const enough = 4

// byScript decides by the letters, where they alone decide.
func byScript(text string) (language string, sure bool) {
	var latins, arabs, cyrillics, others int
	ukrainian, russian := false, false
	for _, r := range text {
		switch {
		case r < 0x80:
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				latins++
			}
		case r >= 'À' && r <= 'ɏ' && r != '×' && r != '÷':
			latins++
		case unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r):
			arabs++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillics++
			ukrainian = ukrainian || strings.ContainsRune("іїєґІЇЄҐ", r)
			russian = russian || strings.ContainsRune("ыэъёЫЭЪЁ", r)
		case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			others++
		case unicode.IsLetter(r):
			latins++
		}
	}
	switch most := max(latins, arabs, cyrillics, others); {
	case most == 0 || most == latins:
		return "", most == 0
	case most == arabs:
		if strings.ContainsAny(text, "پچژگڤیک") {
			return Other, true // Persian, Kurdish, Urdu
		}
		return "ar", true
	case most == cyrillics && (ukrainian || !russian):
		return "uk", true
	}
	return Other, true
}

func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
}

// tongueCues are what shows one language that is written in Latin letters.
type tongueCues struct {
	code    string
	common  string // words that many of its texts hold
	own     string // words that no other of these languages has
	letters string // that no other of these languages has, none of them ASCII
}

// cues is what each word of the lists shows of each language; compiled when the program starts, never
// changed.
var cues = compileCues()

func compileCues() map[string][len(latin)]int8 {
	all := map[string][len(latin)]int8{}
	for i := range latin {
		for _, list := range []struct {
			words  string
			weight int8
		}{{latin[i].common, 2}, {latin[i].own, 4}} {
			for word := range strings.FieldsSeq(list.words) {
				shown := all[word]
				shown[i] = list.weight
				all[word] = shown
			}
		}
	}
	return all
}

// cue adds what one word shows.
func cue(scores *[len(latin)]int, word string) {
	shown := cues[word]
	ascii := isASCII(word)
	for i := range latin {
		scores[i] += int(shown[i])
		if !ascii && strings.ContainsAny(word, latin[i].letters) {
			scores[i] += 4
		}
	}
	if mixed(word) {
		scores[darija] += 2
	}
}

// mixed says that a digit stands for a letter, as in "3andi" or "n9ra".
func mixed(word string) bool {
	letters, digits := 0, 0
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z':
			letters++
		case c == '3' || c == '5' || c == '7' || c == '9':
			digits++
		}
	}
	return digits > 0 && letters >= 3 && !strings.HasSuffix(word, "eme") && !strings.HasSuffix(word, "ème")
}
