// Package desk is the counsellors' desk in a browser: pages drawn by the server, kept up to date by
// events. It decides nothing: what a counsellor does goes through the door, what they see comes from
// the board.
package desk

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"hash/maphash"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

var (
	//go:embed static
	static embed.FS
	//go:embed page.html case.html panels.html letters.html
	templates embed.FS

	pages = template.Must(template.New("").Funcs(template.FuncMap{"pair": pair}).ParseFS(templates, "*.html"))
)

// pair gives a template of one row the page around it.
func pair(row any, around page) struct {
	Row  any
	Page page
} {
	return struct {
		Row  any
		Page page
	}{row, around}
}

// Config is what the desk needs of the house.
type Config struct {
	Door       bot.Door
	Board      bot.Board
	Letters    *desk.Letters // what could not be delivered
	Staff      bot.Staff
	SignIn     *web.SignIn
	Presence   bot.Presence // nil: nobody knows who is there
	Messages   Messages     // nil: none are recorded
	Structures func() []Structure
	Safety     func(bot.Card) []desk.Measure // of the Procédure danger, in the order in which it is followed
	Service    string                        // public name
	Banner     string                        // of a demonstration, or ""
	Studio     string                        // where supervisors write the dialog, or ""
	Writes     func(bot.Counsellor) bool     // who may go there; nil: nobody
	Trial      bool
	Log        *slog.Logger
	Now        func() time.Time
	Zone       *time.Location
}

// Structure is somebody a case can be handed to.
type Structure struct {
	ID   bot.StructureID
	Name string
}

// Desk serves /desk/. It is safe for use by many at once.
type Desk struct {
	Config
	assets *web.Assets
	css    string
	js     string
	labels labels
	pulse  pulse
	sent   once
	counts counts
}

// New prepares a desk. It starts nothing.
func New(c Config) (*Desk, error) {
	files, err := fs.Sub(static, "static")
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	assets, err := web.StaticAssets(files)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	assets.Dress("desk.css")
	d := &Desk{Config: c, assets: assets, css: "/desk/static/" + assets.Link("desk.css"), js: "/desk/static/" + assets.Link("desk.js")}
	d.pulse.board, d.pulse.everywhere, d.pulse.seed = c.Board, d.everywhere, maphash.MakeSeed()
	return d, nil
}

// Handler serves everything under /desk/, the entrance (SignIn) with it.
func (d *Desk) Handler() http.Handler {
	staff := http.NewServeMux()
	staff.HandleFunc("GET /desk/{$}", d.showList)
	staff.HandleFunc("GET /desk/cases/{dossier}", d.showCase)
	staff.HandleFunc("GET /desk/cases/{dossier}/dossier.json", d.download)
	staff.HandleFunc("GET /desk/cases/{dossier}/message", d.listen)
	staff.HandleFunc("GET /desk/events", d.follow)
	staff.HandleFunc("POST /desk/next", d.takeNext)
	staff.HandleFunc("POST /desk/cases/{dossier}/{verb}", d.act)
	staff.HandleFunc("/desk/", func(w http.ResponseWriter, r *http.Request) { d.missing(w, r) })
	mux := http.NewServeMux()
	entrance := d.SignIn.Handler()
	for _, path := range []string{"/desk/entree", "/desk/entree/", "/desk/sortie"} {
		mux.Handle(path, entrance)
	}
	mux.Handle("GET /desk/static/", http.StripPrefix("/desk/static/", d.assets))
	menders := http.NewServeMux()
	menders.HandleFunc("GET /desk/non-remis", d.showLetters)
	menders.HandleFunc("POST /desk/non-remis/{id}/{verb}", d.mend)
	for _, path := range []string{"/desk/non-remis", "/desk/non-remis/"} {
		mux.Handle(path, web.Protect(d.SignIn.Require(d.menders(menders))))
	}
	mux.Handle("/desk/", web.Protect(d.SignIn.Require(d.workers(staff))))
	return mux
}

// workers keeps out who takes no cases: a supervisor writes the dialog and reads nobody's. From the door
// they are shown to where they work.
func (d *Desk) workers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if me := web.Signed(r); !desk.Works(me) {
			if d.Studio != "" && d.Writes != nil && d.Writes(me) && r.Method == http.MethodGet && r.URL.Path == "/desk/" && !wantsJSON(r) {
				http.Redirect(w, r, d.Studio, http.StatusSeeOther)
				return
			}
			d.stop(w, r, http.StatusForbidden, "Votre compte ne donne pas accès aux dossiers.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// everywhere sees each structure's list: it only tells the pulse that something moved, and what each
// viewer may see is asked again in their name.
func (d *Desk) everywhere() bot.Counsellor {
	all := bot.Counsellor{Roles: []bot.Role{bot.RoleLead}}
	for _, s := range d.Structures() {
		all.Structures = append(all.Structures, s.ID)
	}
	return all
}

// find returns the case with a dossier number among those that c may see: what they may not see and
// what does not exist are the same, bot.ErrNotFound.
func (d *Desk) find(ctx context.Context, c bot.Counsellor, dossier string) (bot.Card, error) {
	cards, err := d.Board.Waiting(ctx, c)
	if err != nil {
		return bot.Card{}, err
	}
	for _, card := range cards {
		if strings.EqualFold(card.Dossier, dossier) && desk.May(c, card, desk.See) == nil {
			return card, nil
		}
	}
	return bot.Card{}, bot.ErrNotFound
}

func (d *Desk) missing(w http.ResponseWriter, r *http.Request) {
	d.stop(w, r, http.StatusNotFound, "Ce dossier n'est pas dans votre liste. Il est peut-être terminé.")
}

// failed answers an error of the board or the door. What is logged names no case and quotes nobody.
func (d *Desk) failed(w http.ResponseWriter, r *http.Request, what string, err error) {
	switch {
	case errors.Is(err, bot.ErrNotFound):
		d.missing(w, r)
	case errors.Is(err, bot.ErrUnavailable):
		d.Log.Warn(what, "error", err)
		w.Header().Set("Retry-After", "2")
		d.stop(w, r, http.StatusServiceUnavailable, "Désolé, le service ne répond pas. Rien n'a été enregistré. Réessayez dans un instant.")
	case errors.Is(err, bot.ErrReused):
		d.stop(w, r, http.StatusConflict, "Ce formulaire a déjà servi. Rechargez la page.")
	case errors.Is(err, bot.ErrTooMany):
		d.Log.Warn(what, "error", err)
		w.Header().Set("Retry-After", "5")
		d.stop(w, r, http.StatusTooManyRequests, "Ce dossier reçoit trop de messages d'un coup. Réessayez dans quelques secondes.")
	case r.Context().Err() != nil: // the browser is gone
	default:
		d.Log.Error(what, "error", err)
		d.stop(w, r, http.StatusInternalServerError, "Désolé, le problème vient de nous. Réessayez dans quelques minutes.")
	}
}

// stop answers a sentence: as JSON to the script, as a page to a person.
func (d *Desk) stop(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	if wantsJSON(r) {
		web.Problem(w, status, sentence)
		return
	}
	d.render(w, status, "stop", page{Me: web.Signed(r), Error: sentence})
}

func (d *Desk) render(w http.ResponseWriter, status int, name string, p page) {
	p.Service, p.Banner, p.Trial, p.CSS, p.JS = d.Service, d.Banner, d.Trial, d.css, d.js
	if d.Writes != nil && d.Writes(p.Me) {
		p.Studio = d.Studio
	}
	p.Mends = desk.MendsAny(p.Me)
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, name, p); err != nil {
		d.Log.Error("draw a page", "page", name, "error", err)
		web.Problem(w, http.StatusInternalServerError, web.Sentence(http.StatusInternalServerError))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Referrer-Policy", "same-origin") // browsers name the origin of a form
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // the client is gone if this fails
}

func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}
