// Package studio is where supervisors change the dialog in a browser: pages drawn by the server, of one
// draft that they share. It decides nothing: what is right is said by the proof, what a change does to
// files by the draft, what is served by who publishes.
package studio

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot/draw"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

var (
	//go:embed static
	static embed.FS
	//go:embed pages
	drawn embed.FS
)

// Config is what the studio needs of the house.
type Config struct {
	SignIn   *web.SignIn
	Workshop *workshop.Workshop
	Live     func() *flow.Bundle
	Compile  func(*flow.Bundle) (*engine.Program, error) // with its words, ready to play
	Service  string                                      // public name
	Region   string                                      // that is served, "" for the one of the live release
	Banner   string                                      // of a demonstration, or ""
	Desk     bool                                        // there is a desk to go to
	Voice    Voice                                       // that callers hear, or nil
	DeskURL  string                                      // where, if not at /desk/
	Figures  Figures                                     // what people did, each turn read once; nil for a studio without figures
	Log      *slog.Logger
	Now      func() time.Time
	Zone     *time.Location
	Publishing
}

// Studio serves /studio/. It is safe for use by many at once.
type Studio struct {
	Config
	assets    *web.Assets
	css       string
	js        string
	trial     string // the preview's script
	pages     *template.Template
	checks    checks
	suites    suites
	counts    counts
	served    onlineDraft
	crowd     crowd
	differing differences
	alike     likeness
	routes    []route
	reading   *reading      // or nil
	example   template.HTML // the picture of what steps are
}

// A route is a page and who may ask for it.
type route struct {
	pattern string
	needs   right
}

// New prepares a studio. It starts nothing.
func New(c Config) (*Studio, error) {
	files, err := fs.Sub(static, "static")
	if err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	assets, err := web.StaticAssets(files)
	if err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	assets.Dress("studio.css", draw.Colours)
	s := &Studio{Config: c, assets: assets,
		css: "/studio/static/" + assets.Link("studio.css"), js: "/studio/static/" + assets.Link("studio.js"), trial: "/studio/static/" + assets.Link("essai.js")}
	s.checks.compile, s.checks.region = c.Compile, s.region
	if c.Figures != nil {
		s.reading = newReading(&s.Config)
	}
	s.example = drawExample()
	if s.pages, err = template.New("").Funcs(s.functions()).Funcs(publishingFunctions()).ParseFS(drawn, "pages/*.html"); err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	return s, nil
}

// Handler serves everything under /studio/. A page is one line here.
func (s *Studio) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /studio/static/", http.StripPrefix("/studio/static/", s.assets))
	s.routes = nil
	page := func(pattern string, needs right, do http.HandlerFunc) {
		s.routes = append(s.routes, route{pattern, needs})
		mux.Handle(pattern, web.Protect(s.SignIn.Require(s.only(needs, do))))
	}
	page("GET /studio/{$}", read, s.showFlows)
	page("GET /studio/parcours/{flow}", read, s.showEditor)
	page("POST /studio/parcours/{flow}/etapes", edit, s.addStep)
	page("POST /studio/etape/{verb}", edit, s.changeStep)
	page("GET /studio/controles", read, s.showFindings)
	page("POST /studio/controles/reparer", edit, s.mend)
	page("GET /studio/fichier", read, s.showFile)
	page("POST /studio/fichier", edit, s.saveFile)
	s.recordPages(page)
	page("GET "+settingsPath, read, s.showSettings)
	page("POST "+settingsPath, edit, s.saveSettings)
	page("POST /studio/enregistrer", read, s.saveRecord) // whose right depends on the record
	page("GET /studio/essai", read, s.showTrial)
	page("POST /studio/essai", read, s.showTrial)
	page("POST /studio/essai/voix", read, s.sayAloud)
	page("GET /studio/tests", read, s.showTests)
	page("GET /studio/aiguillages", read, s.showMisrouted)
	page("GET /studio/tests/{test}", read, s.showTest)
	page("POST /studio/tests/rejouer", read, s.replayTests)
	page("POST /studio/tests/ajouter", edit, s.addTest)
	page("POST /studio/aiguillages", edit, s.addMisrouted)
	page("POST /studio/tests/{test}/{verb}", edit, s.changeTest)
	page("GET /studio/tables", read, s.showTables)
	page("POST /studio/tables", edit, s.addTable)
	page("GET /studio/tables/{table}", read, s.showTable)
	page("POST /studio/tables/{table}/lignes", edit, s.changeTable)
	page("GET /studio/tables/{table}/csv", read, s.giveCSV)
	page("POST /studio/tables/{table}/csv", edit, s.takeCSV)
	page("POST /studio/tables/{table}/{verb}", edit, s.recordTable)
	page("POST /studio/annuler", edit, s.undo)
	page("POST /studio/retablir", edit, s.redo)
	s.publishing(page)
	page("GET /studio/comptes", administer, s.showPeople)
	page("GET /studio/traductions", read, s.showLanguages)
	page("GET /studio/traductions/{langue}", read, s.showWords)
	page("POST /studio/traductions/{langue}/texte", translate, s.saveText)
	page("POST /studio/traductions/{langue}/essai", translate, s.tryText)
	page("GET /studio/traductions/{langue}/fichier", read, s.giveWords)
	page("POST /studio/traductions/{langue}/fichier", translate, s.takeWords)
	page("POST /studio/traductions/{langue}/fichier/enregistrer", translate, s.keepWords)
	page("GET /studio/aide", read, s.showHelp)
	if s.reading != nil {
		page("GET /studio/frequentation", read, s.showTraffic)
		page("GET /studio/frequentation/{file}", read, s.trafficFile)
	}
	page("/studio/", read, s.missing)
	return mux
}

// only keeps out who lacks a right.
func (s *Studio) only(needs right, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !may(web.Signed(r), needs) {
			s.stop(w, r, http.StatusForbidden, lacking(needs))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostSent)
		next(w, r)
	})
}

// mostSent bounds what a form may send; a table as CSV is the longest.
const mostSent = 2 << 20

// author is who is signed in, as versions name them.
func author(r *http.Request) workshop.Author {
	c := web.Signed(r)
	return workshop.Author{ID: string(c.ID), Name: c.Name}
}
