package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostWords is the length of a sentence (service.md §9).
const mostWords = 14

// plain reports what makes a French text hard to read: long sentences, acronyms that nothing explains,
// tu among vous.
func (r *report) plain() {
	b := r.w.p.Bundle
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(b.Texts)), func(id string) bool { return !spokenToPeople(id) })
	known := r.glossary(ids)
	for _, id := range ids {
		text := b.Texts[id]
		if n := longest(text.Text); n > mostWords {
			r.warn(LongSentence, text.Pos, r.stepOf(id), "faites deux phrases", "une phrase a %d mots : %d au plus", n, mostWords)
		}
		for _, word := range acronyms(text.Text) {
			if !known[word] {
				r.warn(Acronym, text.Pos, r.stepOf(id), fmt.Sprintf("écrivez une fois : le nom entier (%s)", word), "%s n'est expliqué nulle part", word)
				known[word] = true
			}
		}
		if word := familiar(text.Text); word != "" {
			r.warn(Familiar, text.Pos, r.stepOf(id), "dites vous", "« %s » tutoie : ailleurs, le service dit vous", word)
		}
	}
}

// spokenToPeople says whether a text is said, not heard.
func spokenToPeople(id string) bool {
	return wanted(strings.TrimSuffix(strings.TrimSuffix(id, "@sms"), "@voice")) && !strings.HasSuffix(id, ".was")
}

// glossary are the acronyms that the texts themselves explain, those of networks, the words of
// commands, and a few that everybody says.
func (r *report) glossary(ids []string) map[string]bool {
	b := r.w.p.Bundle
	known := map[string]bool{"SMS": true, "CV": true, "OK": true, "OUI": true, "NON": true, "CDI": true, "CDD": true}
	for _, i := range b.Interrupts {
		for _, word := range words(strings.ToUpper(b.Texts["interrupt."+i.ID+".words"].Text)) {
			known[word] = true
		}
	}
	for _, n := range b.Networks {
		for _, name := range append([]string{n.Name}, n.Was...) {
			for _, word := range words(name) {
				known[word] = true
			}
		}
	}
	for _, id := range ids {
		text := b.Texts[id].Text
		for _, word := range acronyms(text) {
			if explained(text, word) {
				known[word] = true
			}
		}
	}
	return known
}

// explained says whether an acronym stands in brackets after its name, or is followed by one.
func explained(text, word string) bool {
	return strings.Contains(text, "("+word+")") || strings.Contains(text, "("+word+",") || strings.Contains(text, word+" (") || strings.Contains(text, word+", qui ") ||
		strings.Contains(text, word+" : ")
}

// longest is the number of words of the longest sentence.
func longest(text string) int {
	most, n := 0, 0
	for _, line := range strings.Split(text, "\n") {
		for _, word := range strings.Fields(line) {
			if strings.ContainsFunc(word, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
				n++
			}
			most = max(most, n)
			if last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(word, "»)\"")); strings.ContainsRune(".!?:…", last) {
				n = 0
			}
		}
		n = 0
	}
	return most
}

// words are the runs of letters of a text, names in braces left out.
func words(text string) []string {
	return strings.FieldsFunc(bare(text), func(c rune) bool { return !unicode.IsLetter(c) })
}

// bare is a text without its names in braces.
func bare(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, text, _ = strings.Cut(rest, "}")
	}
}

// acronyms are the words of two capitals and more.
func acronyms(text string) []string {
	return slices.DeleteFunc(words(text), func(word string) bool {
		return utf8.RuneCountInString(word) < 2 || strings.ContainsFunc(word, func(c rune) bool { return !unicode.IsUpper(c) })
	})
}

// familiar is the first word that says tu, or "".
func familiar(text string) string {
	for _, word := range words(strings.ToLower(text)) {
		if slices.Contains([]string{"tu", "toi", "tes", "ton", "ta", "te"}, word) {
			return word
		}
	}
	return ""
}
