package web

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"frontdesk/bot"
)

var (
	//go:embed signin.html
	signinHTML string
	//go:embed signin.css
	signinCSS []byte

	signinPage = template.Must(template.New("signin").Parse(signinHTML))
)

// The addresses of the entrance, the same for every page of the staff.
const (
	entrancePath = "/desk/entree"
	exitPath     = "/desk/sortie"
	switchPath   = "/desk/entree/changer"
	stylePath    = "/desk/entree/style.css"
	afterwards   = "/desk/"
)

// signinView is what the entrance shows.
type signinView struct {
	Service, Banner, Style string
	Error, Login, Back     string
	Known                  string // who the issuer says that somebody is, whom the staff file does not know
	Ask                    string // where one signs in by the issuer, "" where nobody does
	Away                   string // why that does not work now
	Exit                   string // where one leaves the issuer, too
	Trial                  bool
	Token                  string
	People                 []bot.Counsellor
}

// Handler serves the entrance: GET and POST /desk/entree, POST /desk/sortie, and in a trial POST
// /desk/entree/changer. It is not behind Require.
func (s *SignIn) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+entrancePath, s.show)
	mux.HandleFunc("POST "+entrancePath, s.enter)
	mux.HandleFunc("POST "+exitPath, s.leave)
	mux.HandleFunc("POST "+switchPath, s.change)
	if s.OpenID != nil {
		mux.HandleFunc("GET "+askPath, s.ask)
		mux.HandleFunc("GET "+answerPath, s.answered)
	}
	mux.Handle("GET "+stylePath, NewAsset("text/css; charset=utf-8", signinCSS))
	return Protect(mux)
}

func (s *SignIn) show(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("jeton")
	if c, err := s.Who(r); err == nil && token == "" {
		http.Redirect(w, r, s.towards(c, back(r.URL.Query().Get("vers"))), http.StatusSeeOther)
		return
	}
	view := signinView{Back: back(r.URL.Query().Get("vers"))}
	if token == "" {
		s.render(w, http.StatusOK, view)
		return
	}
	people, err := s.invited(r, token)
	if err != nil {
		s.refuseLink(w, r, err)
		return
	}
	view.Token, view.People = token, people
	s.render(w, http.StatusOK, view)
}

func (s *SignIn) enter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		s.render(w, http.StatusBadRequest, signinView{Error: Sentence(http.StatusBadRequest)})
		return
	}
	if r.PostForm.Get("jeton") != "" {
		s.enterByLink(w, r)
		return
	}
	s.enterByPassword(w, r)
}

func (s *SignIn) enterByPassword(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	login := strings.ToLower(strings.TrimSpace(r.PostForm.Get("login")))
	view := signinView{Login: login, Back: back(r.PostForm.Get("vers"))}
	c, missing := s.Staff.ByLogin(ctx, login)
	if missing != nil && !errors.Is(missing, bot.ErrNotFound) {
		s.failed(w, r, "look up a login", missing)
		return
	}
	if missing != nil {
		c = bot.Counsellor{}
	}
	try := s.attempt(r, login)
	found, err := s.judge(ctx, try, c.Password, r.PostForm.Get("password"))
	switch {
	case err != nil:
		s.failed(w, r, "look at a password", err)
	case found == notLookedAt:
		view.Error = "Trop d'essais. Attendez une minute, puis réessayez."
		w.Header().Set("Retry-After", "60")
		s.render(w, http.StatusTooManyRequests, view)
	case found == wrongPassword:
		view.Error = "L'identifiant ou le mot de passe n'est pas le bon."
		s.render(w, http.StatusUnauthorized, view)
	default:
		if err := s.succeeded(ctx, try); err != nil {
			s.failed(w, r, "remember a place", err)
			return
		}
		s.welcome(w, r, c, view.Back)
	}
}

func (s *SignIn) enterByLink(w http.ResponseWriter, r *http.Request) {
	token := r.PostForm.Get("jeton")
	people, err := s.invited(r, token)
	if err != nil {
		s.refuseLink(w, r, err)
		return
	}
	i := slices.IndexFunc(people, func(c bot.Counsellor) bool { return string(c.ID) == r.PostForm.Get("qui") })
	if i < 0 {
		s.render(w, http.StatusBadRequest, signinView{Token: token, People: people, Error: "Choisissez une personne de la liste."})
		return
	}
	// The first to change the link's state has used it.
	if err := s.Refs.SetRef(r.Context(), "entry", digest(token), "ready", "used", linkFor); err != nil {
		s.refuseLink(w, r, err)
		return
	}
	if s.Again != nil {
		if path, err := s.TrialLink(r.Context()); err == nil { // without one, the next start prints one
			s.Again(path)
		}
	}
	s.welcome(w, r, people[i], back(r.PostForm.Get("vers")))
}

// invited is whom a link may make its holder: those of a trial, who have no password. It answers
// bot.ErrNotFound wherever the link is not one that works here and now.
func (s *SignIn) invited(r *http.Request, token string) ([]bot.Counsellor, error) {
	if !s.Trial || !fromHere(r) {
		return nil, bot.ErrNotFound
	}
	state, err := s.Refs.Ref(r.Context(), "entry", digest(token))
	if err != nil {
		return nil, err
	}
	if state != "ready" {
		return nil, bot.ErrNotFound
	}
	all, err := s.Staff.All(r.Context())
	if err != nil {
		return nil, fmt.Errorf("list the trial's staff: %w", err)
	}
	return slices.DeleteFunc(all, func(c bot.Counsellor) bool { return c.Password != "" }), nil
}

func (s *SignIn) refuseLink(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, bot.ErrNotFound) && !errors.Is(err, bot.ErrTaken) {
		s.failed(w, r, "use an entry link", err)
		return
	}
	s.render(w, http.StatusForbidden, signinView{Error: "Ce lien ne marche pas ou ne marche plus. Il sert une seule fois, sur cette machine. Le suivant est affiché là où le service a démarré."})
}

func (s *SignIn) welcome(w http.ResponseWriter, r *http.Request, c bot.Counsellor, to string) {
	if err := s.open(w, r, c); err != nil {
		s.failed(w, r, "sign somebody in", err)
		return
	}
	s.Log.Info("signed in", "counsellor", string(c.ID))
	http.Redirect(w, r, s.towards(c, to), http.StatusSeeOther)
}

// towards is where somebody goes: what they came for, or else where their work is.
func (s *SignIn) towards(c bot.Counsellor, to string) string {
	if to == afterwards && s.Home != nil {
		return s.Home(c)
	}
	return to
}

func (s *SignIn) leave(w http.ResponseWriter, r *http.Request) {
	if err := s.close(w, r); err != nil {
		s.failed(w, r, "sign somebody out", err)
		return
	}
	if exit := s.leftFor(w, r); exit != "" {
		s.left(w, exit)
		return
	}
	http.Redirect(w, r, entrancePath, http.StatusSeeOther)
}

// TrialLink is the path of a new link that lets its holder in once, to be printed where the service
// was started and nowhere else. It is refused outside a trial.
func (s *SignIn) TrialLink(ctx context.Context) (string, error) {
	if !s.Trial {
		return "", errors.New("entry links exist in a trial only")
	}
	token := newToken()
	if err := s.Refs.SetRef(ctx, "entry", digest(token), "", "ready", linkFor); err != nil {
		return "", fmt.Errorf("keep an entry link: %w", err)
	}
	return entrancePath + "?jeton=" + token, nil
}

// change lets somebody who is in a trial already become somebody else, to play both sides of a desk.
func (s *SignIn) change(w http.ResponseWriter, r *http.Request) {
	if _, err := s.Who(r); err != nil || !s.Trial || !fromHere(r) {
		s.refuseLink(w, r, bot.ErrNotFound)
		return
	}
	link, err := s.TrialLink(r.Context())
	if err != nil {
		s.failed(w, r, "make an entry link", err)
		return
	}
	if err := s.close(w, r); err != nil {
		s.failed(w, r, "sign somebody out", err)
		return
	}
	http.Redirect(w, r, link, http.StatusSeeOther)
}

func (s *SignIn) render(w http.ResponseWriter, status int, view signinView) {
	view.Service, view.Banner, view.Trial = s.Service, s.Banner, s.Trial
	if s.OpenID != nil && view.Exit == "" {
		view.Ask = entrance(view.Back)
		view.Ask = strings.Replace(view.Ask, entrancePath, askPath, 1)
		if s.issuer() == nil && view.Error != away {
			view.Away = away
		}
	}
	view.Style = styleNow()
	s.draw(w, status, signinPage, view)
}

// draw answers with a page. It is whole before the first byte goes out.
func (s *SignIn) draw(w http.ResponseWriter, status int, page *template.Template, view any) {
	var b strings.Builder
	if err := page.Execute(&b, view); err != nil {
		s.failed(w, nil, "draw the page "+page.Name(), err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Referrer-Policy", "same-origin") // the token stays here; browsers name the origin of a form
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // the client is gone if this fails
}

// styleNow is the address of the style as it is now.
func styleNow() string { return stylePath + "?v=" + NewAsset("text/css", signinCSS).Hash }

// entrance is the address that asks somebody to sign in and then brings them to path.
func entrance(path string) string {
	if path = back(path); path == afterwards {
		return entrancePath
	}
	return entrancePath + "?" + url.Values{"vers": {path}}.Encode()
}

// back is where somebody goes once signed in: a page of the staff on this very site, nothing else.
func back(path string) string {
	local := strings.HasPrefix(path, "/desk/") || strings.HasPrefix(path, "/studio/")
	if !local || strings.HasPrefix(path, entrancePath) || strings.ContainsAny(path, "\\\r\n") {
		return afterwards
	}
	return path
}

// fromHere says whether a request was made on this machine, by a name of this machine, and not
// through a proxy.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback() && loopback(r.Host) && r.Header.Get("X-Forwarded-For") == ""
}
