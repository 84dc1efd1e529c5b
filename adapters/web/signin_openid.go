package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"frontdesk/bot"
)

// The addresses of sign-in by an issuer. The second is registered there.
const (
	askPath    = "/desk/entree/compte"
	answerPath = "/desk/entree/retour"
)

// What the browser and the store keep of it.
const (
	askedRef    = "openid" // a sign-in under way, by its hash
	askedCookie = "demande"
	exitCookie  = "sortie" // the issuer's proof, which it wants back when one leaves
	askedFor    = 10 * time.Minute
	tooLong     = "-" // stands for a proof that does not fit into a cookie
	mostKept    = 3500
)

const (
	away     = "La connexion par votre compte professionnel ne répond pas pour le moment. Réessayez dans une minute, ou entrez avec votre mot de passe."
	stale    = "Cette réponse ne correspond à aucune demande de ce navigateur. Recommencez."
	refused  = "La connexion a été refusée ou annulée. Recommencez si vous le souhaitez."
	invalid  = "La connexion n'a pas abouti : la réponse reçue n'est pas valable. Recommencez."
	nameless = "Votre compte professionnel ne donne pas l'information attendue. Demandez à la personne qui administre le service."
	unknown  = "Votre compte est reconnu, mais il n'est pas inscrit dans l'équipe. Demandez à la personne qui administre le service de vous y inscrire."
)

// ask sends the browser to the issuer, with a cookie that its answer must meet.
func (s *SignIn) ask(w http.ResponseWriter, r *http.Request) {
	i := s.issuer()
	if i == nil {
		w.Header().Set("Retry-After", "60")
		s.render(w, http.StatusServiceUnavailable, signinView{Error: away})
		return
	}
	allowed, err := s.Limiter.Allow(r.Context(), "signin-openid", digest(Household(s.Proxies.Client(r))), 1, 30)
	if err != nil {
		s.failed(w, r, "count sign-ins under way", err)
		return
	}
	if !allowed {
		w.Header().Set("Retry-After", "60")
		s.render(w, http.StatusTooManyRequests, signinView{Error: "Trop d'essais. Attendez une minute, puis réessayez."})
		return
	}
	q := request(newToken())
	if err := s.Refs.SetRef(r.Context(), askedRef, digest(string(q)), "", back(r.URL.Query().Get("vers")), askedFor); err != nil {
		s.failed(w, r, "keep a sign-in under way", err)
		return
	}
	http.SetCookie(w, s.keeping(askedCookie, string(q), int(askedFor/time.Second)))
	http.Redirect(w, r, s.OpenID.client(i, s.URL+answerPath).AuthCodeURL(q.state(), oidc.Nonce(q.nonce()), oauth2.S256ChallengeOption(q.verifier())), http.StatusSeeOther)
}

// answered takes what the issuer sent the browser back with. It is never logged, and works once.
func (s *SignIn) answered(w http.ResponseWriter, r *http.Request) {
	sent := r.URL.Query()
	http.SetCookie(w, s.keeping(askedCookie, "", -1))
	q, to, err := s.asked(r, sent.Get("state"))
	i := s.issuer()
	switch {
	case errors.Is(err, bot.ErrNotFound) || errors.Is(err, bot.ErrTaken):
		s.render(w, http.StatusForbidden, signinView{Error: stale})
	case err != nil:
		s.failed(w, r, "look up a sign-in under way", err)
	case i == nil:
		s.render(w, http.StatusServiceUnavailable, signinView{Error: away})
	case sent.Get("error") != "" || sent.Get("code") == "":
		s.render(w, http.StatusUnauthorized, signinView{Error: refused, Back: to})
	case sent.Has("iss") && sent.Get("iss") != s.OpenID.Issuer: // RFC 9207
		s.render(w, http.StatusForbidden, signinView{Error: invalid, Back: to})
	default:
		s.recognise(w, r, i, q, to)
	}
}

// recognise finds the member of the staff whom the issuer names.
func (s *SignIn) recognise(w http.ResponseWriter, r *http.Request, i *issuer, q request, to string) {
	who, token, err := s.OpenID.identify(r.Context(), i, s.URL+answerPath, r.URL.Query().Get("code"), q)
	if err != nil {
		s.Log.Warn("a sign-in by the issuer failed", "error", err)
		s.render(w, http.StatusUnauthorized, signinView{Error: invalid, Back: to})
		return
	}
	if who == "" {
		s.render(w, http.StatusForbidden, signinView{Error: nameless, Back: to})
		return
	}
	c, err := s.member(r.Context(), who)
	if errors.Is(err, bot.ErrNotFound) {
		s.render(w, http.StatusForbidden, signinView{Error: unknown, Known: who, Back: to})
		return
	}
	if err != nil {
		s.failed(w, r, "look up who signs in", err)
		return
	}
	if len(token) > mostKept {
		token = tooLong
	}
	http.SetCookie(w, s.keeping(exitCookie, token, int(signedFor/time.Second)))
	s.welcome(w, r, c, to)
}

// asked finds the request that an answer belongs to, and uses it up.
func (s *SignIn) asked(r *http.Request, state string) (request, string, error) {
	cookie, err := r.Cookie(s.named(askedCookie))
	if err != nil || len(cookie.Value) != 2*tokenBytes {
		return "", "", bot.ErrNotFound
	}
	q := request(cookie.Value)
	if subtle.ConstantTimeCompare([]byte(q.state()), []byte(state)) != 1 {
		return "", "", bot.ErrNotFound
	}
	to, err := s.Refs.Ref(r.Context(), askedRef, digest(string(q)))
	if err != nil {
		return "", "", err
	}
	if to == tooLong {
		return "", "", bot.ErrTaken
	}
	return q, to, s.Refs.SetRef(r.Context(), askedRef, digest(string(q)), to, tooLong, askedFor)
}

// member is the one whom the staff file knows by what the issuer says.
func (s *SignIn) member(ctx context.Context, who string) (bot.Counsellor, error) {
	all, err := s.Staff.All(ctx)
	if err != nil {
		return bot.Counsellor{}, fmt.Errorf("list the staff: %w", err)
	}
	for _, c := range all {
		if s.OpenID.same(c.OIDC, who) {
			return c, nil
		}
	}
	return bot.Counsellor{}, bot.ErrNotFound
}

// issuer is who may be asked, nil for nobody or not yet.
func (s *SignIn) issuer() *issuer {
	if s.OpenID == nil {
		return nil
	}
	return s.OpenID.found.Load()
}

// leftFor is where who signed in by the issuer ends the issuer's session too, or "".
func (s *SignIn) leftFor(w http.ResponseWriter, r *http.Request) string {
	cookie, err := r.Cookie(s.named(exitCookie))
	if err != nil || s.OpenID == nil {
		return ""
	}
	http.SetCookie(w, s.keeping(exitCookie, "", -1))
	return s.OpenID.exit(cookie.Value, s.URL+entrancePath)
}

// left says that somebody is out here, and goes on to the issuer. A redirect of the form itself would be
// stopped by our own policy, which lets forms lead nowhere else.
func (s *SignIn) left(w http.ResponseWriter, exit string) {
	w.Header().Set("Refresh", "0; url="+strings.NewReplacer("\r", "", "\n", "").Replace(exit))
	s.render(w, http.StatusOK, signinView{Exit: exit})
}
