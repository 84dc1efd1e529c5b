package studio

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What a browser would send of a form, nothing touched: our own pages are regular enough for this.
var (
	control   = regexp.MustCompile(`(?s)<(input|textarea|select)\b([^>]*)>`)
	attribute = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	optionTag = regexp.MustCompile(`(?s)<option\b([^>]*)>(.*?)</option>`)
)

func attributes(tag string) map[string]string {
	all := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

// formOf cuts a form out of a page, by a text in its opening tag.
func formOf(t testing.TB, page, mark string) string {
	t.Helper()
	for rest := page; ; {
		_, after, is := strings.Cut(rest, "<form")
		if !is {
			t.Fatalf("there is no form with %s in\n%s", mark, page)
		}
		head, body, _ := strings.Cut(after, ">")
		if strings.Contains(head, mark) {
			inside, _, _ := strings.Cut(body, "</form>")
			return inside
		}
		rest = body
	}
}

// untouched is what a browser sends of a form as it was drawn, with what HTML does to values on the way.
func untouched(form string) url.Values {
	sent := url.Values{}
	for _, at := range control.FindAllStringSubmatchIndex(form, -1) {
		kind, a, rest := form[at[2]:at[3]], attributes(form[at[4]:at[5]]), form[at[1]:]
		if a["name"] == "" {
			continue
		}
		switch kind {
		case "input":
			_, checked := a["checked"]
			if a["type"] == "checkbox" && !checked {
				continue
			}
			sent.Add(a["name"], inputValue(a["type"], a["value"]))
		case "textarea":
			text, _, _ := strings.Cut(rest, "</textarea>")
			text = strings.TrimPrefix(html.UnescapeString(text), "\n")
			sent.Add(a["name"], strings.ReplaceAll(text, "\n", "\r\n"))
		case "select":
			options, _, _ := strings.Cut(rest, "</select>")
			sent.Add(a["name"], pickedOf(options))
		}
	}
	return sent
}

// inputValue is what becomes of a value in an input: one line, and a day only where it is one.
func inputValue(kind, value string) string {
	value = strings.NewReplacer("\n", "", "\r", "").Replace(value)
	switch kind {
	case "date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return ""
		}
	case "datetime-local":
		value = strings.Replace(value, " ", "T", 1)
		if _, err := time.Parse("2006-01-02T15:04", value); err != nil {
			return ""
		}
	}
	return value
}

func pickedOf(options string) string {
	first := ""
	for i, m := range optionTag.FindAllStringSubmatch(options, -1) {
		a := attributes(m[1])
		value, has := a["value"]
		if !has {
			value = html.UnescapeString(m[2])
		}
		if i == 0 {
			first = value
		}
		if _, selected := a["selected"]; selected {
			return value
		}
	}
	return first
}
