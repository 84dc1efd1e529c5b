package chat

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"

	"frontdesk/adapters/web"
)

//go:embed static
var files embed.FS

//go:embed texts.json
var texts []byte

// static are the files that browsers may ask for by name, and the page's template.
func static() fs.FS {
	sub, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	return sub
}

// A page is what the template is filled with.
type page struct {
	Lang, Dir, Other string
	Embed, Codes     bool
	Service, Banner  string
	Line             Line
	T                map[string]string
	Asset            func(string) string
	Script           script
}

// A script is what the page's code is told.
type script struct {
	Lang  string            `json:"lang"`
	Embed bool              `json:"embed"`
	Exit  string            `json:"exit"` // where « quitter vite » leads
	Idle  int               `json:"idle"` // seconds until a shared computer is wiped
	Texts map[string]string `json:"texts"`
}

// render makes every page there is, once: each language, alone and in a frame.
func (c *Chat) render(assets *web.Assets) (map[string]*web.Asset, error) {
	var tables map[string]map[string]string
	if err := json.Unmarshal(texts, &tables); err != nil {
		return nil, fmt.Errorf("texts of the page: %w", err)
	}
	shell, err := template.New("page.html").Option("missingkey=error").ParseFS(files, "static/page.html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	pages := make(map[string]*web.Asset)
	for lang, table := range tables {
		if lang != "fr" && !slices.Contains(c.Languages, lang) {
			continue
		}
		for _, framed := range []bool{false, true} {
			p := page{
				Lang: lang, Dir: direction(lang), Embed: framed, Codes: c.Codes != nil, Other: c.other(lang, tables),
				Service: c.Service, Banner: c.Banner, Line: c.Line, T: table, Asset: assets.Link,
				Script: script{Lang: lang, Embed: framed, Exit: "https://www.service-public.fr/", Idle: 600, Texts: table},
			}
			var b bytes.Buffer
			if err := shell.Execute(&b, p); err != nil {
				return nil, fmt.Errorf("page: %w", err)
			}
			pages[pageName(lang, framed)] = web.NewAsset("text/html; charset=utf-8", b.Bytes())
		}
	}
	return pages, nil
}

// other is the language that the page offers instead, or "".
func (c *Chat) other(lang string, tables map[string]map[string]string) string {
	if lang != "fr" {
		return "fr"
	}
	for _, l := range c.Languages {
		if tables[l] != nil && l != lang {
			return l
		}
	}
	return ""
}

func direction(lang string) string {
	if slices.Contains([]string{"ar", "fa", "he", "ps", "ur"}, lang) {
		return "rtl"
	}
	return "ltr"
}

func pageName(lang string, framed bool) string {
	if framed {
		return "embed " + lang
	}
	return lang
}

// page serves the page, in French where the language asked for has no words yet. Only the one with
// ?embed may stand in a frame, and only of the sites that are allowed.
func (c *Chat) page(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	framed := query.Has("embed")
	p := c.pages[pageName(query.Get("lang"), framed)]
	if p == nil {
		p = c.pages[pageName("fr", framed)]
	}
	if framed {
		web.AllowFrames(w, c.Origins)
	}
	p.ServeHTTP(w, r)
}

// widget is the one file that other sites load.
func (c *Chat) widget(assets *web.Assets) http.HandlerFunc {
	f := assets.File("widget.js")
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		f.ServeHTTP(w, r)
	}
}
