package engine

import "strings"

// A template is a text compiled when it is loaded: words and, between them, names in braces.
type template []segment

type segment struct{ text, name string }

func compileText(text string) template {
	var t template
	for {
		before, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			if text != "" {
				t = append(t, segment{text: text})
			}
			return t
		}
		if before != "" {
			t = append(t, segment{text: before})
		}
		t = append(t, segment{name: name})
		text = after
	}
}

// render puts values in the places of the names.
func (t template) render(value func(name string) string) string {
	if len(t) == 1 && t[0].name == "" {
		return t[0].text
	}
	var b strings.Builder
	for _, s := range t {
		if s.name == "" {
			b.WriteString(s.text)
			continue
		}
		b.WriteString(value(s.name))
	}
	return b.String()
}
