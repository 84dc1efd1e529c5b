package studio

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/desk"
	"frontdesk/bot/workshop"
)

// A page is what every page of the studio shows around its own content.
type page struct {
	Title   string
	Section string // of the navigation: the path of its page
	Me      bot.Counsellor
	Service string
	Banner  string
	CSS, JS string
	Preview string          // its script
	Desk    string          // where this person's desk is, or ""
	Flash   string          // what has just been done
	State   *workshop.State // the draft, nil on pages that are not about it
	Checked *checked        // what is wrong with it, nil where State is
	Changed int             // records that differ from the live release
	Nav     []section
	Body    any // what the page's own template shows
}

// A section is one entry of the navigation.
type section struct {
	Path, Label string
	Count       int    // shown behind the label when it is not 0
	Alarm       bool   // the count is of faults
	Group       string // a heading before it
}

// Style is the sheet of the page's own area, "" where the common one is enough.
func (p page) Style() string {
	for _, area := range [...]struct{ sections, sheet string }{
		{"/studio/tables", "tables.css"}, {"/studio/fiches", "records.css"}, {settingsPath, "records.css"},
		{"/studio/publier", "publishing.css"}, {"/studio/versions", "publishing.css"},
		{"/studio/comptes", "people.css"}, {"/studio/frequentation", "traffic.css"}, {"/studio/traductions", "words.css"}, {"/studio/bulletin", "publishing.css"}, {"/studio/journal", "publishing.css"},
	} {
		if strings.HasPrefix(p.Section, area.sections) {
			return area.sheet
		}
	}
	return ""
}

// May is asked by templates.
func (p page) May(what string) bool {
	switch what {
	case "edit":
		return may(p.Me, edit)
	case "translate":
		return may(p.Me, translate)
	case "territory":
		return may(p.Me, territory)
	case "publish":
		return may(p.Me, publish)
	case "administer":
		return may(p.Me, administer)
	}
	return false
}

// functions are what templates may call.
func (s *Studio) functions() template.FuncMap {
	return template.FuncMap{
		"plural":  plural,
		"date":    func(t interface{ Format(string) string }) string { return t.Format("02/01/2006") },
		"pair":    func(a, b any) [2]any { return [2]any{a, b} },
		"channel": func(name string) string { return nameOf(name) },
		"inc":     func(n int) int { return n + 1 },
		"keys":    func() []string { return strings.Split("1 2 3 4 5 6 7 8 9 * 0 #", " ") },
		"rows":    rowsOf,
		"words":   firstWords,
		"hours":   s.hoursOf,
		"place":   func(file string) string { return change.Place(file, s.online()) },
		"asset":   func(name string) string { return "/studio/static/" + s.assets.Link(name) },
		"help":    help,
		"figures": seen,
		"faulty":  faulty,
	}
}

// rowsOf is how high the box of a text is, in lines.
func rowsOf(text string) int {
	n := 0
	for l := range strings.Lines(text) {
		n += 1 + utf8.RuneCountInString(l)/60
	}
	return min(max(n, 1), 10)
}

// plural says a number with its noun: one word for 0 and 1, as French has it, another for more.
func plural(n int, one, more string) string {
	if n < 2 {
		return fmt.Sprint(n, " ", one)
	}
	return fmt.Sprint(n, " ", more)
}

// patience is how long a page waits for the proof; then it says that the proof is under way.
const patience = 150 * time.Millisecond

// show draws a page about the draft.
func (s *Studio) show(w http.ResponseWriter, r *http.Request, name string, p page) {
	if p.State == nil {
		state, err := s.Workshop.Open(r.Context())
		if err != nil {
			s.failed(w, r, "open the draft", err)
			return
		}
		p.State = state
	}
	if p.Checked == nil {
		p.Checked = s.checks.of(p.State.Draft)
		p.Checked.wait(patience)
	}
	s.render(w, r, http.StatusOK, name, p)
}

// render draws any page. It is whole before the first byte goes out.
func (s *Studio) render(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	p.Me, p.Service, p.Banner, p.CSS, p.JS = web.Signed(r), s.Service, s.Banner, s.css, s.js
	if s.Desk && desk.Works(p.Me) {
		p.Desk = cmp.Or(s.DeskURL, "/desk/")
	}
	p.Preview = s.trial
	p.Nav = s.navigation(p)
	if p.Flash == "" {
		p.Flash = said(r.URL.Query().Get("fait"))
	}
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, p); err != nil {
		s.Log.Error("draw a page", "page", name, "error", err)
		web.Problem(w, http.StatusInternalServerError, web.Sentence(http.StatusInternalServerError))
		return
	}
	send(w, r, status, b.Bytes())
}

// send answers a page, compressed for who reads that.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Referrer-Policy", "same-origin") // browsers name the origin of a form
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z := gzip.NewWriter(w)
		_, _ = z.Write(body) // the client is gone if this fails
		_ = z.Close()
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone if this fails
}

func (s *Studio) missing(w http.ResponseWriter, r *http.Request) {
	s.stop(w, r, http.StatusNotFound, "Cette page n'existe pas dans le brouillon. Elle a peut-être été renommée ou supprimée.")
}

// failed answers an error of the store.
func (s *Studio) failed(w http.ResponseWriter, r *http.Request, what string, err error) {
	nothing := " Rien n'a été enregistré."
	if r.Method == http.MethodGet {
		nothing = "" // what led here may well have been
	}
	switch {
	case errors.Is(err, bot.ErrNotFound):
		s.missing(w, r)
	case errors.Is(err, bot.ErrUnavailable):
		s.Log.Warn(what, "error", err)
		w.Header().Set("Retry-After", "2")
		s.stop(w, r, http.StatusServiceUnavailable, "Désolé, le service ne répond pas."+nothing+" Réessayez dans un instant.")
	case r.Context().Err() != nil: // the browser is gone
	default:
		s.Log.Error(what, "error", err)
		s.stop(w, r, http.StatusInternalServerError, "Désolé, le problème vient de nous."+nothing+" Réessayez dans quelques minutes.")
	}
}

// stop answers a sentence.
func (s *Studio) stop(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		web.Problem(w, status, sentence)
		return
	}
	s.render(w, r, status, "stop", page{Title: headline(status), Body: sentence})
}

// headline is what happened, in a heading.
func headline(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Page introuvable"
	case http.StatusForbidden:
		return "Votre compte ne le permet pas"
	case http.StatusServiceUnavailable, http.StatusInternalServerError:
		return "Le service ne répond pas"
	}
	return "Rien n'est fait"
}

// done goes back to a page and has it say what was done: see said.
func (s *Studio) done(w http.ResponseWriter, r *http.Request, path, what string) {
	mark := "?"
	if strings.Contains(path, "?") {
		mark = "&"
	}
	path, anchor, has := strings.Cut(path, "#")
	path += mark + "fait=" + what
	if has {
		path += "#" + anchor
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}
