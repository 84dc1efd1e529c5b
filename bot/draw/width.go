package draw

import "strings"

// widths are those of the characters that are not as wide as most, in hundredths of the font's size: the
// widest that common sans-serif faces have them, for nobody knows which one a browser takes.
var widths = [...]struct {
	width int
	runes string
}{
	{30, "ijlI.,:;'’|!íìîï·"},
	{40, " \u00a0ft()[]r-/\"“”°*"},
	{55, "cskzJç"},
	{70, "ABEFKPSVXYÀÂÉÈÊ&ÇT"},
	{79, "CDGHNOQRUwÔÛ"},
	{98, "mM%—W@Œœæ…→"},
}

// A ruler measures texts of one font size.
type ruler struct {
	size  int // in pixels
	ascii [128]int
}

func newRuler(size int) *ruler {
	r := &ruler{size: size}
	for c := range r.ascii {
		r.ascii[c] = runeWidth(rune(c))
	}
	return r
}

func runeWidth(c rune) int {
	for _, w := range widths {
		if strings.ContainsRune(w.runes, c) {
			return w.width
		}
	}
	return 62
}

// width is how wide a text is, in pixels.
func (r *ruler) width(text string) int {
	sum := 0
	for _, c := range text {
		if c < 128 {
			sum += r.ascii[c]
		} else {
			sum += runeWidth(c)
		}
	}
	return (sum*r.size + 99) / 100
}

// wrap breaks a text at its spaces into lines of at most max pixels, and ends the last line with « … »
// where something was left out. A word that is wider than a line is cut.
func (r *ruler) wrap(text string, max, lines int) []string {
	var out []string
	line := ""
	if most := 4 * lines * max / r.size; len(text) > most { // more never fits
		text = strings.ToValidUTF8(text[:most], "")
	}
	all := words(text)
	for i, word := range all {
		next := word
		if line != "" {
			next = line + " " + word
		}
		if r.width(next) <= max {
			line = next
			continue
		}
		if len(out)+1 == lines {
			return append(out, r.cut(strings.Join(append([]string{line}, all[i:]...), " "), max))
		}
		if line != "" {
			out = append(out, line)
		}
		line = r.cut(word, max)
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

// words splits a text at its spaces, but for those that French writes before a sign.
func words(text string) []string {
	var all []string
	for _, word := range strings.Fields(text) {
		if len(all) > 0 && strings.Trim(word, "?!:;·»") == "" || len(all) > 0 && all[len(all)-1] == "«" {
			all[len(all)-1] += "\u00a0" + word
			continue
		}
		all = append(all, word)
	}
	return all
}

// cut shortens a text to a width, at a word's end if that leaves something.
func (r *ruler) cut(text string, max int) string {
	text = strings.TrimSpace(text)
	if r.width(text) <= max {
		return text
	}
	end, space, sum := 0, 0, r.width("…")*100/r.size
	for i, c := range text {
		if sum += runeWidth(c); sum*r.size/100 > max {
			break
		}
		if c == ' ' {
			space = i
		}
		end = i + len(string(c))
	}
	if end < len(text) && text[end] == ' ' {
		space = end
	}
	if space*2 > end {
		end = space
	}
	return strings.TrimRight(text[:end], " \u00a0,;:.·(«") + "…"
}
