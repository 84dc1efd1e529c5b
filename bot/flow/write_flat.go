package flow

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// flat gives a value on one line when it is allowed there and fits behind column.
func flat(n *node, s *shape, column int) (string, bool) {
	if len(n.entries) > 0 && spare(n, maxWidth-column) < 0 || tall(n, s) || len(n.entries) > 0 && commented(n) {
		return "", false
	}
	text := inline(n, s)
	return text, n.kind == scalar || len(n.entries) == 0 || column+utf8.RuneCountInString(text) <= maxWidth
}

// spare is how much of a width is left, at most, when a value stands in brackets; it stops below 0.
func spare(n *node, width int) int {
	if n.kind == scalar {
		return width - utf8.RuneCountInString(n.text)
	}
	for _, e := range n.entries {
		if width < 0 {
			break
		}
		if e.key != nil {
			width -= utf8.RuneCountInString(e.key.text)
		}
		width = spare(e.value, width-len(", "))
	}
	return width
}

// unbroken says that a value stands on one line whatever its length: a row of a table, or an empty
// one. Comments inside it move before it.
func unbroken(n *node, s *shape) bool {
	if n.kind == scalar || len(n.entries) == 0 {
		return true
	}
	return n.kind == sequence && s == rowShape &&
		!slices.ContainsFunc(n.entries, func(e *entry) bool { return e.value.kind != scalar || e.value.style == void })
}

// inside lists the comments anywhere inside a value.
func inside(n *node) []string {
	var all []string
	for _, e := range n.entries {
		all = slices.Concat(all, e.lead, e.trail, inside(e.value))
	}
	return append(all, n.foot...)
}

// tall says that something in a value wants lines of its own: a table, rows, a literal text, an
// item that is missing.
func tall(n *node, s *shape) bool {
	if n.kind == scalar {
		return canBeLiteral(n.text)
	}
	if len(n.entries) == 0 {
		return false
	}
	if s != nil && (s.is == table || s.is == rows) && n.kind == mapping == (s.is == table) {
		return true
	}
	for _, e := range n.entries {
		if tall(e.value, s.child(e)) || n.kind == sequence && e.value.style == void {
			return true
		}
	}
	return false
}

// child is the shape of what stands under an entry.
func (s *shape) child(e *entry) *shape {
	switch {
	case s == nil:
		return nil
	case e.key == nil:
		return s.each
	}
	return s.field(e.key.text)
}

// commented says whether a comment stands anywhere inside a value.
func commented(n *node) bool {
	if len(n.foot) > 0 {
		return true
	}
	for _, e := range n.entries {
		if len(e.lead) > 0 || len(e.trail) > 0 || commented(e.value) {
			return true
		}
	}
	return false
}

// inline prints a value in brackets.
func inline(n *node, s *shape) string {
	if n.kind == scalar {
		return value(n, s)
	}
	parts := make([]string, 0, len(n.entries))
	if n.kind == sequence {
		for _, e := range n.entries {
			parts = append(parts, inline(e.value, s.child(e)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	for _, e := range ordered(n, s) {
		if e.value.style == void && e.value.kind == scalar {
			parts = append(parts, key(e.key, s))
			continue
		}
		parts = append(parts, key(e.key, s)+": "+inline(e.value, s.child(e)))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// columns gives the width of each column of a table's rows.
func columns(n *node, row *shape) []int {
	widths := []int{}
	for _, line := range n.entries {
		for i, c := range line.value.entries {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(inline(c.value, row.child(c))))
		}
	}
	return widths
}

func alignedRow(n *node, row *shape, widths []int) string {
	var b strings.Builder
	for i, e := range n.entries {
		text := inline(e.value, row.child(e))
		b.WriteString(text)
		if i < len(n.entries)-1 {
			b.WriteString(",")
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)+1))
		}
	}
	return "[" + b.String() + "]"
}

// key prints a key. Codes and numbers stand between quotation marks, all alike.
func key(n *node, outer *shape) string {
	codes := outer != nil && outer.is == table && outer.ids == digitID
	if !codes && (n.style == plain && safeKey(n.text) || safePlain(n.text)) {
		return n.text
	}
	return doubleQuoted(n.text)
}

// safeKey lets keys such as on and yes stand bare, as they were written.
func safeKey(s string) bool { return wellFormed(s, true) && s[0] >= 'a' && s[0] <= 'z' }

// value prints a scalar. What people read always stands between quotation marks: the next word that
// is added may be a colon. Numbers, dates and the like stay bare where they are meant.
func value(n *node, s *shape) string {
	if n.style == void || safePlain(n.text) && (s == nil || s.is != prose) {
		return n.text
	}
	if looksLike(n.text) != "" && n.text != "" {
		switch {
		case s == nil && n.style == plain && !strings.Contains(n.text, ":"),
			s != nil && (s.is == whole || s.is == truth || s.is == span) && n.style == plain,
			s != nil && (s.is == day || s.is == moment) && looksLike(n.text) == "une date":
			return n.text
		}
	}
	return doubleQuoted(n.text)
}

// safePlain says whether a text means itself without quotation marks, for every reader of YAML, in
// brackets or not. A colon never does, nor a question mark (YAML 1.1 ends a word there), nor figures
// alone (0-17 is no date, but who knows).
func safePlain(s string) bool {
	if s == "" || looksLike(s) != "" || s[len(s)-1] == ' ' {
		return false
	}
	letters := false
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters = true
		case unicode.IsDigit(r):
		case i == 0:
			return false
		case !strings.ContainsRune(" .!'’…-–—_/+()€«»°;=@|", r):
			return false
		}
	}
	return letters
}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// canBeLiteral says whether a text of several lines can stand below "|" as it is.
func canBeLiteral(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") || body[0] == ' ' || body[0] == '\n' || body[len(body)-1] == '\n' {
		return false
	}
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasSuffix(line, " ") || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || unprintable(r) }) {
			return false
		}
	}
	return true
}

func literalHead(s string) string {
	if strings.HasSuffix(s, "\n") {
		return "|"
	}
	return "|-"
}
