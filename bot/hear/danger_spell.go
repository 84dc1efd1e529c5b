package hear

import (
	"strings"
	"unicode/utf8"
)

// folding is Fold with the letters of Arabic written one way.
func folding(text string) string { return arabic(Fold(text)) }

// arabic writes the letters that people take for one another one way: any
// alef, final ya and alef, ha and ta marbuta; the stretching stroke goes.
func arabic(text string) string {
	if isASCII(text) || !strings.ContainsAny(text, "أإآٱىةؤئـگکی") {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ى', 'ی', 'ئ':
			return 'ي'
		case 'ة':
			return 'ه'
		case 'ؤ':
			return 'و'
		case 'گ', 'ک':
			return 'ك'
		case 'ـ':
			return -1
		}
		return r
	}, text)
}

// veil stands for a letter that somebody hid, as in "su*cide". It is a letter
// of no language, so that folding keeps it.
const (
	veil     = "ː"
	veilRune = 'ː'
)

// veiled writes the veil for signs that stand in the middle of a word.
func veiled(text string) string {
	if !strings.ContainsAny(text, "*@#$") {
		return text
	}
	letters := []rune(text)
	for i, r := range letters {
		switch r {
		case '*', '@', '#', '$':
			if i > 0 && wordly(letters[i-1]) {
				letters[i] = veilRune
			}
		}
	}
	return string(letters)
}

func wordly(r rune) bool {
	return r == veilRune || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0xbf
}

// guess finds what a word that is in no list may be meant for: one that sounds
// the same, one that differs by a letter, one with letters hidden.
func (v *lexis) guess(w *word) {
	w.guess = true
	if strings.Contains(w.text, veil) || hiding(w.text) {
		v.unveil(w)
		return
	}
	if len(w.text) >= 3 && w.text[0] < utf8.RuneSelf {
		var room [40]byte
		if s := appendSound(room[:0], w.text); len(s) >= 3 {
			for _, id := range v.sounds[string(s)] {
				if v.entries[id].text[0] == w.text[0] || alike(v.entries[id].text[0], w.text[0]) {
					w.mean(id)
				}
			}
		}
	}
	if w.n > 0 || utf8.RuneCountInString(w.text) < minTypo-1 {
		return
	}
	dropped(w.text, func(short uint64) { v.typo(w, short) })
}

// alike says that two first letters are written for one another.
func alike(a, b byte) bool {
	switch {
	case a == 'c' && (b == 'k' || b == 's' || b == 'q'), b == 'c' && (a == 'k' || a == 's' || a == 'q'):
		return true
	case a == 'e' && b == 'a', a == 'a' && b == 'e', a == 'f' && b == 'p', a == 'p' && b == 'f':
		return true
	}
	return a == 'h' || b == 'h'
}

// typo adds the words that are short with a letter less; the first letter is
// right, and the lengths differ by one at most.
func (v *lexis) typo(w *word, short uint64) {
	for at := *v.slot(short); at != 0; at = v.slips[at].next {
		s := &v.slips[at]
		if s.short != short {
			continue
		}
		if text := v.entries[s.entry].text; text[0] == w.text[0] && near(text, w.text) {
			w.mean(s.entry)
		}
	}
}

// near says that two words differ by one letter left out, put in, changed, or
// by two that stand in each other's place.
func near(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return string(x[i:]) == string(y[i+1:])
	}
	if i >= len(x)-1 || string(x[i+1:]) == string(y[i+1:]) {
		return true
	}
	return x[i] == y[i+1] && x[i+1] == y[i] && string(x[i+2:]) == string(y[i+2:])
}

// dropped calls do with a word, and with it as it is with each of its letters
// but the first left out, as numbers (FNV-1a).
func dropped(text string, do func(uint64)) {
	const offset, prime = 14695981039346656037, 1099511628211
	if len(text) > 64 {
		return
	}
	hash := uint64(offset)
	for i := 0; i < len(text); {
		n := 1
		for i+n < len(text) && !utf8.RuneStart(text[i+n]) {
			n++
		}
		if i > 0 {
			short := hash
			for k := i + n; k < len(text); k++ {
				short = (short ^ uint64(text[k])) * prime
			}
			do(short)
		}
		for k := i; k < i+n; k++ {
			hash = (hash ^ uint64(text[k])) * prime
		}
		i += n
	}
	do(hash)
}

// hiding says that digits stand inside a word, as in "su1cide".
func hiding(text string) bool {
	for i := 1; i+1 < len(text); i++ {
		if text[i] >= '0' && text[i] <= '9' && text[i-1] >= 'a' && text[i+1] >= 'a' {
			return true
		}
	}
	return false
}

// unveil finds the words that one with hidden letters may be.
func (v *lexis) unveil(w *word) {
	hidden := strings.ReplaceAll(w.text, veil, "0")
	for strings.Contains(hidden, "000") {
		hidden = strings.ReplaceAll(hidden, "000", "00") // three signs say no more than two
	}
	if len(w.text) < 3 || len(hidden) > maxRun || strings.Count(hidden, "0") > 6 {
		return
	}
	for id := range v.entries {
		text := v.entries[id].text
		if len(text) >= 4 && text[0] == w.text[0] && fits(text[1:], hidden[1:]) {
			w.mean(int32(id))
		}
	}
}

// fits says that a word is what a hidden one may be: a digit stands for one
// letter, or for two, or for none.
func fits(text, hidden string) bool {
	if hidden == "" {
		return text == ""
	}
	if hidden[0] >= '0' && hidden[0] <= '9' {
		return fits(text, hidden[1:]) || text != "" && fits(text[1:], hidden[1:]) || len(text) > 1 && fits(text[2:], hidden[1:])
	}
	return text != "" && text[0] == hidden[0] && fits(text[1:], hidden[1:])
}
