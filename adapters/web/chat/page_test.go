package chat_test

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/web/chat"
)

func TestPageIsLight(t *testing.T) {
	s := newSite(t, nil)
	total := 0
	for _, path := range []string{"/chat/", "/chat/app.js", "/chat/code.js", "/chat/memory.js", "/chat/screen.js", "/chat/stream.js", "/chat/style.css", "/chat/icon.svg", "/widget.js"} {
		res := s.call("GET", path, "", "Accept-Encoding: gzip")
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != 200 || len(body) == 0 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		t.Logf("%-18s %5d", path, len(body))
		total += len(body)
	}
	if t.Logf("%-18s %5d", "in all", total); total > 30_000 {
		t.Errorf("%d bytes are sent, 30,000 are allowed", total)
	}
}

func TestPageLanguages(t *testing.T) {
	for _, c := range []struct{ path, lang, words string }{
		{"/chat/", `<html lang="fr" dir="ltr">`, "Quitter vite"},
		{"/chat/?lang=en", `<html lang="en" dir="ltr">`, "Leave quickly"},
		{"/chat/?lang=xx", `<html lang="fr" dir="ltr">`, "Quitter vite"},
		{"/chat/?embed&lang=en", `<html lang="en" dir="ltr" class="embed">`, "Close the chat"},
	} {
		if got := text(newSite(t, nil).call("GET", c.path, "")); !strings.Contains(got, c.lang) || !strings.Contains(got, c.words) {
			t.Errorf("%s: %s", c.path, got)
		}
	}
	french := newSite(t, func(c *chat.Config) { c.Languages = nil })
	if got := text(french.call("GET", "/chat/?lang=en", "")); strings.Contains(got, "English") {
		t.Error("a language that is not served is offered")
	}
}

// What an operator configures cannot break out of its place in the page.
func TestPageEscapesItsConfiguration(t *testing.T) {
	s := newSite(t, func(c *chat.Config) {
		c.Service, c.Banner, c.Line = `</title><script>1</script>`, `"><b>`, chat.Line{Text: "<i>", Tel: `"onclick="x`}
	})
	got := text(s.call("GET", "/chat/", ""))
	for _, bad := range []string{"<script>1", `"><b>`, "<i></a>", `"onclick="x`} {
		if strings.Contains(got, bad) {
			t.Errorf("%s is in the page", bad)
		}
	}
}

// Every text exists in every language, and every one is used.
func TestTextsAreComplete(t *testing.T) {
	data, err := os.ReadFile("texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string]map[string]string
	if err := json.Unmarshal(data, &tables); err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(maps.Keys(tables["fr"]))
	for lang, table := range tables {
		if got := slices.Sorted(maps.Keys(table)); !slices.Equal(got, want) {
			t.Errorf("%s has the texts %v, French has %v", lang, got, want)
		}
	}
	var code strings.Builder
	for _, name := range []string{"static/page.html", "static/app.js", "static/code.js", "static/screen.js"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(b)
	}
	composed := []string{"erase_title", "erase_text", "idle_title", "idle_text", "idle_stay", "idle_wipe", "digits_title", "digits_text", "digits_code", "digits_message", "cancel", "sending", "waiting", "lost"}
	for _, name := range want {
		used := regexp.MustCompile(`(T|texts)\.` + name + `\b`).MatchString(code.String())
		if !used && !slices.Contains(composed, name) {
			t.Errorf("text %q is used nowhere", name)
		}
	}
	for _, found := range regexp.MustCompile(`\btexts\.([a-z_]+)`).FindAllStringSubmatch(code.String(), -1) {
		if _, ok := tables["fr"][found[1]]; !ok {
			t.Errorf("text %q does not exist", found[1])
		}
	}
}

// The page's code has no way to turn text into markup or code.
func TestScriptsInsertTextOnly(t *testing.T) {
	for _, name := range []string{"app.js", "code.js", "memory.js", "screen.js", "stream.js", "widget.js", "page.html"} {
		b, err := os.ReadFile("static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|srcdoc|style="|onclick="`).FindString(string(b)); found != "" {
			t.Errorf("%s uses %s", name, found)
		}
	}
}
