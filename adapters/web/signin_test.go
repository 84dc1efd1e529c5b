package web_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// signinStore is a bot.Refs and a bot.Limiter in memory with a clock of its own.
type signinStore struct {
	mu     sync.Mutex
	now    time.Time
	refs   map[string]signinRef
	counts map[string]int
	asleep bool
}

type signinRef struct {
	value string
	until time.Time
}

func newSigninStore() *signinStore {
	return &signinStore{now: time.Unix(1_790_000_000, 0), refs: make(map[string]signinRef), counts: make(map[string]int)}
}

func (s *signinStore) Ref(_ context.Context, kind, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.refs[kind+" "+name]
	switch {
	case s.asleep:
		return "", bot.ErrUnavailable
	case !ok || !s.now.Before(r.until):
		return "", bot.ErrNotFound
	}
	return r.value, nil
}

func (s *signinStore) SetRef(_ context.Context, kind, name, old, value string, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.asleep:
		return bot.ErrUnavailable
	case s.refs[kind+" "+name].value != old:
		return bot.ErrTaken
	}
	s.refs[kind+" "+name] = signinRef{value, s.now.Add(ttl)}
	return nil
}

func (s *signinStore) DropRef(_ context.Context, kind, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.refs, kind+" "+name)
	return nil
}

// Allow lets burst pass; nothing comes back.
func (s *signinStore) Allow(_ context.Context, kind, name string, _ float64, burst int) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asleep {
		return false, bot.ErrUnavailable
	}
	s.counts[kind+" "+name]++
	return s.counts[kind+" "+name] <= burst, nil
}

func (s *signinStore) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// entrance is a sign-in with one page behind it.
type entrance struct {
	*web.SignIn
	t     *testing.T
	store *signinStore
	log   *strings.Builder
	pages http.Handler
}

func newEntrance(t *testing.T) *entrance {
	t.Helper()
	people, err := staff.Load("staff.json", []byte(`{"counsellors":[{"id":"anna","name":"Anna","login":"anna","password":"`+staff.Hash("soleil")+`","structures":["lead"],"roles":["counsellor"]},
		{"id":"camille","name":"Camille","structures":["lead"],"roles":["counsellor"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	e := &entrance{t: t, store: newSigninStore(), log: new(strings.Builder)}
	e.SignIn = &web.SignIn{Staff: people, Refs: e.store, Limiter: e.store, Verify: staff.Verify, Service: "Orientation",
		Log: slog.New(slog.NewTextHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	mux := http.NewServeMux()
	mux.Handle("/desk/entree", e.Handler())
	mux.Handle("/desk/entree/", e.Handler())
	mux.Handle("/desk/sortie", e.Handler())
	mux.Handle("/desk/", e.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "bonjour "+web.Signed(r).Name)
	})))
	e.pages = web.Secure(mux, web.Policy{})
	return e
}

// ask sends one request from this machine, as change says otherwise.
func (e *entrance) ask(method, path string, form url.Values, cookie *http.Cookie, change func(*http.Request)) *http.Response {
	e.t.Helper()
	r := httptest.NewRequestWithContext(e.t.Context(), method, "http://127.0.0.1:8080"+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	e.pages.ServeHTTP(w, r)
	return w.Result()
}

func (e *entrance) password(login, password string) *http.Response {
	return e.ask("POST", "/desk/entree", url.Values{"login": {login}, "password": {password}}, nil, nil)
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func signedCookie(r *http.Response) *http.Cookie {
	for _, c := range r.Cookies() {
		if c.Value != "" {
			return c
		}
	}
	return nil
}

func TestSignInWithAPassword(t *testing.T) {
	e := newEntrance(t)
	r := e.password(" Anna ", "soleil")
	cookie := signedCookie(r)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/desk/" || cookie == nil {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	if cookie.Name != "entree" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure || cookie.MaxAge != 8*3600 {
		t.Errorf("cookie %+v", cookie)
	}
	if got := text(t, e.ask("GET", "/desk/", nil, cookie, nil)); got != "bonjour Anna" {
		t.Errorf("the page says %q", got)
	}
	for kind := range e.store.refs {
		if strings.Contains(kind, cookie.Value) {
			t.Error("the store holds the token itself")
		}
	}
	e.store.pass(8*time.Hour - time.Second)
	if got := text(t, e.ask("GET", "/desk/", nil, cookie, nil)); got != "bonjour Anna" {
		t.Errorf("just before eight hours: %q", got)
	}
	e.store.pass(time.Second)
	if r := e.ask("GET", "/desk/", nil, cookie, nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("after eight hours: %d", r.StatusCode)
	}
}

// What was written when a session ended is sent again from the page that says so, once somebody is signed in.
func TestAFormAfterTheSessionsEndIsSentAgain(t *testing.T) {
	e := newEntrance(t)
	written := url.Values{"texte": {"Bonjour <b>\"vous\"</b>\nÀ demain"}, "=coche": {"", "oui"}}
	r := e.ask("POST", "/desk/note?de=1&a=2", written, nil, nil)
	page := text(t, r)
	if r.StatusCode != http.StatusUnauthorized || r.Header.Get("Content-Type") != "text/html; charset=utf-8" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	for _, want := range []string{"Votre session est finie. Connectez-vous dans un autre onglet, puis renvoyez.", `href="/desk/entree" target="_blank" rel="noopener"`,
		`action="/desk/note?de=1&amp;a=2"`, `name="texte" value="Bonjour &lt;b&gt;`, `name="=coche" value=""`, `name="=coche" value="oui"`, "Renvoyer"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	sent := url.Values{}
	for _, field := range regexp.MustCompile(`(?s)<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		sent.Add(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
	}
	if sent.Encode() != written.Encode() {
		t.Errorf("sent again: %q", sent)
	}
	if got := text(t, e.ask("POST", "/desk/note?de=1&a=2", sent, signedCookie(e.password("anna", "soleil")), nil)); got != "bonjour Anna" {
		t.Errorf("signed in: %q", got)
	}
	if strings.Contains(e.log.String(), "demain") {
		t.Error("what was written is in the log")
	}
	for what, change := range map[string]func(*http.Request){
		"a file":    func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") },
		"too much":  func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("texte=" + strings.Repeat("x", 1<<20))) },
		"a program": func(r *http.Request) { r.Header.Set("Accept", "application/json") },
	} {
		r := e.ask("POST", "/desk/note", written, nil, change)
		if page := text(t, r); r.StatusCode != http.StatusUnauthorized || strings.Contains(page, "Renvoyer") || strings.HasPrefix(page, "{") != (what == "a program") {
			t.Errorf("%s: %d %s", what, r.StatusCode, page)
		}
	}
}

func TestTheCookieOverTLS(t *testing.T) {
	e := newEntrance(t)
	e.TLS = true
	cookie := signedCookie(e.password("anna", "soleil"))
	if cookie == nil || cookie.Name != "__Host-entree" || !cookie.Secure || cookie.Domain != "" || cookie.Path != "/" {
		t.Errorf("cookie %+v", cookie)
	}
}

func TestWhoDoesNotGetIn(t *testing.T) {
	e := newEntrance(t)
	var pages []string
	for _, c := range [][2]string{{"anna", "lune"}, {"anna", ""}, {"nobody", "soleil"}, {"camille", ""}, {"", ""}} {
		r := e.password(c[0], c[1])
		if r.StatusCode != http.StatusUnauthorized || signedCookie(r) != nil {
			t.Errorf("%q with %q: %d", c[0], c[1], r.StatusCode)
		}
		pages = append(pages, strings.ReplaceAll(text(t, r), `value="`+c[0]+`"`, `value=""`))
	}
	// A wrong password and an unknown login read the same.
	if pages[0] != pages[2] {
		t.Error("the page tells which logins exist")
	}
	for _, token := range []string{"x", strings.Repeat("0", 64)} {
		if r := e.ask("GET", "/desk/", nil, &http.Cookie{Name: "entree", Value: token}, nil); r.StatusCode != http.StatusSeeOther {
			t.Errorf("a made-up token: %d", r.StatusCode)
		}
	}
	for _, leak := range []string{"lune", "soleil", "nobody", "127.0.0.1"} {
		if strings.Contains(e.log.String(), leak) {
			t.Errorf("%q is logged", leak)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	e := newEntrance(t)
	for n := 1; n <= 7; n++ {
		want := http.StatusUnauthorized
		if n > 5 {
			want = http.StatusTooManyRequests
		}
		if r := e.password("anna", "lune"); r.StatusCode != want {
			t.Errorf("try %d: %d, want %d", n, r.StatusCode, want)
		}
	}
	if r := e.password("anna", "soleil"); r.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right password after that: %d", r.StatusCode)
	}
	other := e.ask("POST", "/desk/entree", url.Values{"login": {"anna"}, "password": {"soleil"}}, nil, func(r *http.Request) { r.RemoteAddr = "192.0.2.7:1" })
	if other.StatusCode != http.StatusSeeOther {
		t.Errorf("from elsewhere: %d", other.StatusCode)
	}
	e.store.asleep = true
	if r := e.password("anna", "soleil"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("when nobody can count: %d", r.StatusCode)
	}
}

func TestSigningOut(t *testing.T) {
	e := newEntrance(t)
	cookie := signedCookie(e.password("anna", "soleil"))
	if r := e.ask("GET", "/desk/sortie", nil, cookie, nil); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("signing out by a link: %d", r.StatusCode)
	}
	foreign := e.ask("POST", "/desk/sortie", nil, cookie, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	if foreign.StatusCode != http.StatusForbidden {
		t.Errorf("signing out from another site: %d", foreign.StatusCode)
	}
	if r := e.ask("POST", "/desk/sortie", nil, cookie, nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("signing out: %d", r.StatusCode)
	}
	if r := e.ask("GET", "/desk/", nil, cookie, nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("the old token still works: %d", r.StatusCode)
	}
}

func TestWhereOneGoesAfterwards(t *testing.T) {
	e := newEntrance(t)
	for to, want := range map[string]string{
		"/desk/cases/OR-1?file=a": "/desk/cases/OR-1?file=a", "/studio/": "/studio/", "": "/desk/",
		"https://ailleurs.example/": "/desk/", "//ailleurs.example/desk/": "/desk/", "/desk/\\..\\x": "/desk/",
		"/desk/entree": "/desk/", "/desk/\r\nX: y": "/desk/", "javascript:alert(1)": "/desk/",
	} {
		r := e.ask("POST", "/desk/entree", url.Values{"login": {"anna"}, "password": {"soleil"}, "vers": {to}}, nil,
			func(r *http.Request) { clear(e.store.counts) })
		if got := r.Header.Get("Location"); got != want {
			t.Errorf("vers=%q goes to %q, want %q", to, got, want)
		}
	}
}

func TestATrialLink(t *testing.T) {
	e := newEntrance(t)
	if _, err := e.TrialLink(t.Context()); err == nil {
		t.Error("there is a link outside a trial")
	}
	e.Trial = true
	link, err := e.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "jeton=")
	use := func(who string, change func(*http.Request)) *http.Response {
		return e.ask("POST", "/desk/entree", url.Values{"jeton": {token}, "qui": {who}}, nil, change)
	}
	for name, change := range map[string]func(*http.Request){
		"from elsewhere":      func(r *http.Request) { r.RemoteAddr = "192.0.2.7:1" },
		"by another name":     func(r *http.Request) { r.Host = "ailleurs.example" },
		"through a proxy":     func(r *http.Request) { r.Header.Set("X-Forwarded-For", "192.0.2.7") },
		"with an odd address": func(r *http.Request) { r.RemoteAddr = "@" },
	} {
		if r := use("camille", change); r.StatusCode != http.StatusForbidden || signedCookie(r) != nil {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
		if r := e.ask("GET", link, nil, nil, change); r.StatusCode != http.StatusForbidden {
			t.Errorf("looking %s: %d", name, r.StatusCode)
		}
	}
	// Looking does not use it up, and who has a password is not on offer.
	page := text(t, e.ask("GET", link, nil, nil, nil))
	if !strings.Contains(page, "Camille") || strings.Contains(page, "Anna") {
		t.Errorf("the page offers the wrong people:\n%s", page)
	}
	if r := use("anna", nil); r.StatusCode != http.StatusBadRequest {
		t.Errorf("somebody who has a password: %d", r.StatusCode)
	}
	if strings.Contains(e.log.String(), token) {
		t.Error("the token is logged")
	}
}

func TestATrialLinkLetsOneIn(t *testing.T) {
	e := newEntrance(t)
	e.Trial = true
	link, err := e.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "jeton=")
	var in sync.WaitGroup
	var mu sync.Mutex
	entered := 0
	for range 4 {
		in.Go(func() {
			if signedCookie(e.ask("POST", "/desk/entree", url.Values{"jeton": {token}, "qui": {"camille"}}, nil, nil)) != nil {
				mu.Lock()
				defer mu.Unlock()
				entered++
			}
		})
	}
	in.Wait()
	if entered != 1 {
		t.Errorf("one link let %d in", entered)
	}
	if r := e.ask("GET", link, nil, nil, nil); r.StatusCode != http.StatusForbidden {
		t.Errorf("a used link: %d", r.StatusCode)
	}
	late, _ := e.TrialLink(t.Context())
	e.store.pass(12 * time.Hour)
	if r := e.ask("GET", late, nil, nil, nil); r.StatusCode != http.StatusForbidden {
		t.Errorf("a link of half a day ago: %d", r.StatusCode)
	}
}

func TestChangingPlacesInATrial(t *testing.T) {
	e := newEntrance(t)
	cookie := signedCookie(e.password("anna", "soleil"))
	if r := e.ask("POST", "/desk/entree/changer", nil, cookie, nil); r.StatusCode != http.StatusForbidden {
		t.Errorf("outside a trial: %d", r.StatusCode)
	}
	e.Trial = true
	if r := e.ask("POST", "/desk/entree/changer", nil, nil, nil); r.StatusCode != http.StatusForbidden {
		t.Errorf("not signed in: %d", r.StatusCode)
	}
	r := e.ask("POST", "/desk/entree/changer", nil, cookie, nil)
	if !strings.HasPrefix(r.Header.Get("Location"), "/desk/entree?jeton=") {
		t.Errorf("in a trial: %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	if again := e.ask("GET", "/desk/", nil, cookie, nil); again.StatusCode != http.StatusSeeOther {
		t.Errorf("still signed in as before: %d", again.StatusCode)
	}
}

// leaving is a staff that somebody has left, or whose password is a new one.
type leaving struct {
	bot.Staff
	gone     bool
	password string
}

func (l *leaving) Counsellor(ctx context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	c, err := l.Staff.Counsellor(ctx, id)
	if l.gone {
		return bot.Counsellor{}, bot.ErrNotFound
	}
	if l.password != "" {
		c.Password = l.password
	}
	return c, err
}

func TestLeavingTheStaffSignsOut(t *testing.T) {
	for name, change := range map[string]func(*leaving){
		"left":         func(l *leaving) { l.gone = true },
		"new password": func(l *leaving) { l.password = "another hash" },
	} {
		e := newEntrance(t)
		l := &leaving{Staff: e.Staff}
		e.Staff = l
		cookie := signedCookie(e.password("anna", "soleil"))
		change(l)
		if r := e.ask("GET", "/desk/", nil, cookie, nil); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
}
