package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"frontdesk/bot"
)

const (
	signedFor  = 8 * time.Hour  // a working day; then one signs in again
	linkFor    = 12 * time.Hour // a trial link is used once within
	tokenBytes = 32
)

// SignIn says who sits before a page of the staff: with a login and a password, by an issuer of OpenID
// Connect, or in a trial with a link that is printed where the service was started. It decides no right.
type SignIn struct {
	Staff   bot.Staff
	Refs    bot.Refs
	Limiter bot.Limiter
	// Verify compares a stored hash and a password; an empty hash is never right and takes as long.
	Verify  func(hash, password string) bool
	Proxies Proxies
	TLS     bool // browsers come over HTTPS: the cookie is sent over nothing else
	Trial   bool // links open the door, on this machine only; passwords too, where somebody has one
	Service string
	Banner  string
	OpenID  *OpenID // who else says who somebody is; nil: nobody
	URL     string  // where browsers find these pages, without a slash at the end; the issuer sends them there
	// Home is where somebody goes who came for nothing in particular; nil: the desk.
	Home func(bot.Counsellor) string
	// Again is told the path of a new link whenever one was used, so that a trial can always be
	// entered anew; nil: nobody is.
	Again func(path string)
	Log   *slog.Logger

	once      sync.Once
	verifying chan struct{}
}

type signedKey struct{}

// Signed is the counsellor whom Require let in.
func Signed(r *http.Request) bot.Counsellor {
	c, _ := r.Context().Value(signedKey{}).(bot.Counsellor)
	return c
}

// Require lets in who is signed in, and sends everybody else to the entrance: pages by a redirect
// that comes back, anything else with 401; a form then keeps what was written in it.
func (s *SignIn) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := s.Who(r)
		switch {
		case err == nil:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), signedKey{}, c)))
		case !errors.Is(err, bot.ErrNotFound):
			s.failed(w, r, "ask who is signed in", err)
		case r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html"):
			http.Redirect(w, r, entrance(r.URL.RequestURI()), http.StatusSeeOther)
		case r.Method == http.MethodPost && strings.Contains(r.Header.Get("Accept"), "text/html"):
			s.ended(w, r)
		default:
			Problem(w, http.StatusUnauthorized, Sentence(http.StatusUnauthorized))
		}
	})
}

// Who is the counsellor behind a request, or bot.ErrNotFound. Somebody who has left the staff or
// whose password has changed since is signed out by that.
func (s *SignIn) Who(r *http.Request) (bot.Counsellor, error) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || len(cookie.Value) != 2*tokenBytes {
		return bot.Counsellor{}, bot.ErrNotFound
	}
	stored, err := s.Refs.Ref(r.Context(), "login", digest(cookie.Value))
	if err != nil {
		return bot.Counsellor{}, fmt.Errorf("look up a sign-in: %w", err)
	}
	id, stamp, _ := strings.Cut(stored, " ")
	c, err := s.Staff.Counsellor(r.Context(), bot.CounsellorID(id))
	if err != nil {
		return bot.Counsellor{}, fmt.Errorf("look up who is signed in: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(stamp), []byte(passwordStamp(c))) != 1 {
		return bot.Counsellor{}, bot.ErrNotFound
	}
	return c, nil
}

// Protect refuses what another site makes a browser send (CSRF), whatever the cookie says.
func Protect(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		Problem(w, http.StatusForbidden, "Cette demande vient d'un autre site. Elle est refusée.")
	}))
	return guard.Handler(next)
}

// open signs c in on this browser, under a token that nobody had before.
func (s *SignIn) open(w http.ResponseWriter, r *http.Request, c bot.Counsellor) error {
	token := newToken()
	if err := s.Refs.SetRef(r.Context(), "login", digest(token), "", string(c.ID)+" "+passwordStamp(c), signedFor); err != nil {
		return fmt.Errorf("keep a sign-in: %w", err)
	}
	if err := s.forget(r); err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(token, int(signedFor/time.Second)))
	return nil
}

// close signs this browser out.
func (s *SignIn) close(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, s.cookie("", -1))
	return s.forget(r)
}

// forget drops the token the browser came with.
func (s *SignIn) forget(r *http.Request) error {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return nil
	}
	if err := s.Refs.DropRef(r.Context(), "login", digest(cookie.Value)); err != nil && !errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("drop a sign-in: %w", err)
	}
	return nil
}

func (s *SignIn) cookie(value string, maxAge int) *http.Cookie {
	return s.keeping("entree", value, maxAge)
}

// keeping is a cookie that scripts do not see and other sites do not send.
func (s *SignIn) keeping(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.named(name), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: s.TLS, SameSite: http.SameSiteLaxMode}
}

func (s *SignIn) cookieName() string { return s.named("entree") }

// named gives a cookie the prefix that browsers grant to hosts only, where there is TLS.
func (s *SignIn) named(cookie string) string {
	if s.TLS {
		return "__Host-" + cookie
	}
	return cookie
}

// failed answers what went wrong on our side: with a page to who reads pages, and opens it again in a moment.
func (s *SignIn) failed(w http.ResponseWriter, r *http.Request, what string, err error) {
	s.Log.Error(what, "error", err)
	status := http.StatusInternalServerError
	if errors.Is(err, bot.ErrUnavailable) {
		status = http.StatusServiceUnavailable
	}
	const sorry = "Désolé, le problème vient de nous. Réessayez dans quelques minutes."
	if r != nil && strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Retry-After", "5")
		s.render(w, status, signinView{Error: sorry})
		return
	}
	Problem(w, status, sorry)
}

func newToken() string {
	b := make([]byte, tokenBytes)
	rand.Read(b) // never fails: it ends the program instead
	return hex.EncodeToString(b)
}

// digest is what is stored of a token, a login or an address: nobody who reads the store can use it.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// passwordStamp changes with the password, and with who the issuer says that somebody is.
func passwordStamp(c bot.Counsellor) string {
	stamp := "stamp " + c.Password
	if c.OIDC != "" {
		stamp += " " + c.OIDC
	}
	return digest(stamp)[:16]
}
