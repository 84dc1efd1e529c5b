package place

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWords bounds what is read of a message.
const maxWords = 200

// A word is a run of letters and digits of a message, folded: lower case, no accents, Cyrillic letters in Latin ones.
type word struct {
	text       string
	key        string // what it counts for in the key of a name
	onward     string // the keys of it and of all words after it
	start, end int    // in bytes of the message
	capital    bool   // it begins with one
	accented   bool   // its first letter is no plain one
	pause      bool   // a comma, a stop or the like stands before it
	opens      bool   // it begins a sentence
	number     bool   // it is digits, and nothing but a space, a comma or a bracket is beside it
	bracket    bool   // an opening bracket stands before it
	cyrillic   bool   // it was written so: its end is its case
}

// latin folds the letters from U+00C0 one by one; a space stands for what is no letter or folds to two.
const (
	latinFrom = 0xC0
	latin     = "aaaaaa ceeeeiiiidnooooo ouuuuyt aaaaaa ceeeeiiiidnooooo ouuuuyty" +
		"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkkkllllllllllnnnnnnnnnoooooo  rrrrrrsssssssstttttt" +
		"uuuuuuuuuuuuwwyyyzzzzzzs"
)

// cyrillic writes the letters from U+0430 with one or two Latin ones each, the Ukrainian way.
const (
	cyrillicFrom = 0x430
	cyrillic     = "a b v h d e j z y i k l m n o p r s t u f k tschchch  y   e iuiae iod g e z i i i l n tsk i u d "
)

// split folds a message into words. Letters of other scripts stay as they are.
func split(dst []word, message string) []word {
	var room [512]byte
	text := room[:0]
	var at [maxWords + 1]int // where each word begins in text
	w := word{start: -1}
	pause, bracket, opens := false, false, true
	end := func(i int) {
		if w.start >= 0 && len(dst) < maxWords {
			w.end = i
			dst = append(dst, w)
			at[len(dst)] = len(text)
		}
		w = word{start: -1}
	}
	for i := 0; i < len(message) && len(dst) < maxWords; {
		r, n := rune(message[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(message[i:])
		}
		before := len(text)
		if text = appendFolded(text, r); len(text) > before || r >= 0x300 && unicode.Is(unicode.Mn, r) {
			if w.start < 0 && len(text) > before {
				w = word{start: i, capital: unicode.IsUpper(r), accented: r >= utf8.RuneSelf, pause: pause, bracket: bracket, opens: opens, cyrillic: r >= 0x400 && r < 0x500}
				pause, bracket, opens = false, false, false
			}
		} else if end(i); r != ' ' {
			pause = pause || strings.ContainsRune(",;:.!?\n()…«»", r)
			opens = opens || strings.ContainsRune(".!?\n…", r)
			bracket = bracket || r == '('
		}
		i += n
	}
	end(len(message))
	folded := len(text)
	for i := range dst {
		text = appendKey(text, string(text[at[i]:at[i+1]]))
	}
	all := string(text)
	for i := range dst {
		w := &dst[i]
		w.text = all[at[i]:at[i+1]]
		w.number = w.text[0] <= '9' && alone(message, *w)
		w.onward = all[folded:]
		w.key = w.onward[:len(counted(w.text))]
		folded += len(w.key)
	}
	return dst
}

// keyFrom is the key of the words from one to another, the last included.
func keyFrom(ws []word, from, last int) string {
	all, after := ws[from].onward, ws[last].onward
	return all[:len(all)-len(after)+len(ws[last].key)]
}

// alone says that a word of digits is no part of an hour, a date, a sum or a share.
func alone(message string, w word) bool {
	for i := w.start; i < w.end; i++ {
		if message[i] < '0' || message[i] > '9' {
			return false
		}
	}
	const beside = ":/%+*=€$°-–_@&"
	return (w.start == 0 || strings.IndexByte(beside+".,", message[w.start-1]) < 0) &&
		(w.end == len(message) || strings.IndexByte(beside, message[w.end]) < 0)
}

// appendFolded adds what a letter or digit is compared by; nothing for all other characters.
func appendFolded(dst []byte, r rune) []byte {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return append(dst, byte(r))
	case 'A' <= r && r <= 'Z':
		return append(dst, byte(r)+'a'-'A')
	case r < latinFrom:
		return dst
	case r == 'œ' || r == 'Œ':
		return append(dst, "oe"...)
	case r == 'æ' || r == 'Æ':
		return append(dst, "ae"...)
	case r == 'ß':
		return append(dst, "ss"...)
	case r < latinFrom+rune(len(latin)):
		if c := latin[r-latinFrom]; c != ' ' {
			return append(dst, c)
		}
		return dst
	case 0x400 <= r && r <= 0x45F:
		return appendCyrillic(dst, unicode.ToLower(r))
	case r == 'ґ' || r == 'Ґ':
		return append(dst, 'g')
	case unicode.IsLetter(r):
		return utf8.AppendRune(dst, unicode.ToLower(r))
	}
	return dst
}

func appendCyrillic(dst []byte, r rune) []byte {
	i := 2 * int(r-cyrillicFrom)
	for _, c := range []byte(cyrillic[i : i+2]) {
		if c != ' ' {
			dst = append(dst, c)
		}
	}
	return dst
}

// appendKey adds what a word counts for in the key of a name: names are compared without spaces,
// with saint and sainte as they are most often written.
func appendKey(dst []byte, text string) []byte { return append(dst, counted(text)...) }

func counted(text string) string {
	switch text {
	case "saint":
		return "st"
	case "sainte":
		return "ste"
	case "saints":
		return "sts"
	case "lez":
		return "les"
	case "nd":
		return "notredame"
	}
	return text
}

// keyOf is the key of a name.
func keyOf(name string) string {
	var room [16]word
	var key []byte
	for _, w := range split(room[:0], name) {
		key = appendKey(key, w.text)
	}
	return string(key)
}
