package hear

// sound is how a folded French word sounds, near enough: what people write the
// same when they write by ear has the same sound. It is no phonetics.
func sound(text string) string {
	var room [40]byte
	return string(appendSound(room[:0], text))
}

// appendSound writes the sound of a word: 1 for "an", 2 for "in", 3 for "on",
// U for "ou", O for "au", E for a spoken e, S for "ch".
func appendSound(dst []byte, w string) []byte {
	n := ending(w)
	for i := 0; i < n; {
		c, used := soundAt(w[:n], i)
		if c != 0 && (len(dst) == 0 || dst[len(dst)-1] != c) {
			dst = append(dst, c)
		}
		i += used
	}
	if n < len(w) && spokenEnd(w, n) {
		if len(dst) == 0 || dst[len(dst)-1] != 'E' {
			dst = append(dst, 'E')
		}
	}
	return dst
}

// ending is where the letters begin that end a word and are not heard, or are
// heard as é: er, ez, ée, ait, aient, ent, e, s, t, d, x.
func ending(w string) int {
	for _, e := range [...]string{"aient", "ait", "ais", "ees", "ee", "er", "ez", "ent", "es", "e", "ts", "ds", "t", "d", "s", "x", "z", "p"} {
		if len(w)-len(e) >= 2 && w[len(w)-len(e):] == e {
			return len(w) - len(e)
		}
	}
	return len(w)
}

// spokenEnd says that the ending is heard as é.
func spokenEnd(w string, n int) bool {
	switch w[n:] {
	case "aient", "ait", "ais", "ees", "ee", "er", "ez":
		return true
	}
	return false
}

// soundAt is the sound of the letters at i, and how many they are; 0 for none.
func soundAt(w string, i int) (byte, int) {
	c := w[i]
	two := byte(0)
	if i+1 < len(w) {
		two = w[i+1]
	}
	three := byte(0)
	if i+2 < len(w) {
		three = w[i+2]
	}
	switch {
	case c == 'h':
		return 0, 1
	case c == 'e' && two == 'a' && three == 'u':
		return 'O', 3
	case c == 'a' && two == 'u':
		return 'O', 2
	case c == 'o' && two == 'u':
		return 'U', 2
	case c == 'a' && two == 'i' && three == 'n' && !vowelAt(w, i+3):
		return '2', 3
	case (c == 'a' || c == 'e') && two == 'i':
		return 'E', 2
	case (c == 'a' || c == 'e') && nasal(w, i):
		return '1', 2
	case (c == 'i' || c == 'u' || c == 'y') && nasal(w, i):
		return '2', 2
	case c == 'o' && nasal(w, i):
		return '3', 2
	case c == 'p' && two == 'h':
		return 'f', 2
	case c == 'c' && two == 'h':
		return 'S', 2
	case c == 'q' && two == 'u':
		return 'k', 2
	case c == 'q':
		return 'k', 1
	case c == 'c' && (two == 'e' || two == 'i' || two == 'y'), c == 's', c == 'z':
		return 's', 1
	case c == 'c':
		return 'k', 1
	case c == 'g' && two == 'u' && vowelAt(w, i+2):
		return 'g', 2
	case c == 'g' && (two == 'e' || two == 'i'):
		return 'j', 1
	case c == 'y':
		return 'i', 1
	case c == 'x':
		return 's', 1
	}
	return c, 1
}

// nasal says that a vowel at i is followed by n or m that is not spoken.
func nasal(w string, i int) bool {
	if i+1 >= len(w) || w[i+1] != 'n' && w[i+1] != 'm' {
		return false
	}
	return i+2 >= len(w) || !vowelAt(w, i+2) && w[i+2] != 'n' && w[i+2] != 'm'
}

func vowelAt(w string, i int) bool {
	if i >= len(w) {
		return false
	}
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}
