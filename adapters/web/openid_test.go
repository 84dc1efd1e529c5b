package web_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// A visitor is one browser before the entrance and the issuer.
type visitor struct {
	*entrance
	issuer  *issuer
	cookies map[string]*http.Cookie
}

// openEntrance is an entrance whose staff the issuer knows by a claim.
func openEntrance(t *testing.T, i *issuer, claim string) *visitor {
	t.Helper()
	e := newEntrance(t)
	people, err := staff.Load("staff.json", []byte(`{"counsellors":[
		{"id":"anna","name":"Anna","oidc":"anna@region.example","structures":["lead"],"roles":["counsellor"]},
		{"id":"eden","name":"Eden","oidc":"eden-sub","roles":["editor"]},
		{"id":"paul","name":"Paul","login":"paul","password":"`+staff.Hash("soleil")+`","structures":["lead"],"roles":["counsellor"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	e.Staff = people
	e.URL = "http://127.0.0.1:8080"
	e.OpenID = &web.OpenID{Issuer: i.url, ClientID: clientID, ClientSecret: clientSecret, Claim: claim, Log: e.Log}
	mux := http.NewServeMux()
	mux.Handle("/desk/entree", e.Handler())
	mux.Handle("/desk/entree/", e.Handler())
	mux.Handle("/desk/sortie", e.Handler())
	mux.Handle("/desk/", e.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("bonjour " + web.Signed(r).Name))
	})))
	e.pages = web.Secure(mux, web.Policy{})
	return &visitor{entrance: e, issuer: i, cookies: map[string]*http.Cookie{}}
}

func (v *visitor) connect() {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.t.Context(), 20*time.Second)
	defer stop()
	v.OpenID.Connect(ctx)
}

// goes asks for a page with the cookies of this browser and keeps those that come back.
func (v *visitor) goes(method, path string) *http.Response {
	v.t.Helper()
	r := v.ask(method, path, nil, nil, func(r *http.Request) {
		for _, c := range v.cookies {
			r.AddCookie(c)
		}
	})
	for _, c := range r.Cookies() {
		if v.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return r
}

// asks starts a sign-in and lets the issuer answer: the address that the browser is sent back to.
func (v *visitor) asks(path string) string {
	v.t.Helper()
	r := v.goes("GET", path)
	if r.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("asking: %d %s", r.StatusCode, text(v.t, r))
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(r.Header.Get("Location"))
	if err != nil {
		v.t.Fatal(err)
	}
	answer.Body.Close()
	return strings.TrimPrefix(answer.Header.Get("Location"), v.URL)
}

// silent fails where something of a sign-in stands in the log or in the store.
func (v *visitor) silent(more ...string) {
	v.t.Helper()
	for _, secret := range append(more, "code-", clientSecret, "region.example/", "anna@region.example", "Anna@region.example", "eyJ", "state=") {
		if strings.Contains(v.log.String(), secret) {
			v.t.Errorf("%q is logged:\n%s", secret, v.log)
		}
	}
	for key, ref := range v.store.refs {
		if strings.Contains(key+ref.value, "eyJ") {
			v.t.Error("a token is in the store")
		}
	}
}

func TestSignInByTheIssuer(t *testing.T) {
	v := openEntrance(t, newIssuer(t), "email")
	v.connect()
	page := text(t, v.goes("GET", "/desk/entree?vers=%2Fdesk%2Fcases%2FOR-1"))
	if !strings.Contains(page, `href="/desk/entree/compte?vers=%2Fdesk%2Fcases%2FOR-1"`) || !strings.Contains(page, "mot de passe") {
		t.Fatalf("the entrance does not offer both ways:\n%s", page)
	}
	back := v.asks("/desk/entree/compte?vers=%2Fdesk%2Fcases%2FOR-1")
	asked := v.cookies["demande"]
	if asked == nil || !asked.HttpOnly || asked.SameSite != http.SameSiteLaxMode || asked.MaxAge > 600 {
		t.Errorf("the cookie of the request is %+v", asked)
	}
	r := v.goes("GET", back)
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/desk/cases/OR-1" {
		t.Fatalf("%d to %q: %s", r.StatusCode, r.Header.Get("Location"), text(t, r))
	}
	if got := text(t, v.goes("GET", "/desk/")); got != "bonjour Anna" {
		t.Errorf("the page says %q", got)
	}
	if v.cookies["demande"] != nil || v.cookies["entree"].MaxAge != 8*3600 {
		t.Errorf("cookies afterwards: %v", v.cookies)
	}
	v.silent(asked.Value, v.cookies["entree"].Value)
	v.store.pass(8 * time.Hour)
	if r := v.goes("GET", "/desk/"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("after eight hours: %d", r.StatusCode)
	}
}

// What an issuer may do differently and is right all the same.
func TestIssuersThatAreRight(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		claim string
		set   func(*issuer)
		who   string
	}{
		"by sub":             {"sub", func(i *issuer) { i.sub = "eden-sub" }, "Eden"},
		"secret in the body": {"email", func(i *issuer) { i.post = true }, "Anna"},
		"userinfo": {"email", func(i *issuer) {
			i.inToken = nil
			i.info = map[string]any{"sub": i.sub, "email": "anna@region.example"}
		}, "Anna"},
		"userinfo as a signed JWT": {"email", func(i *issuer) {
			i.inToken, i.signed = nil, true
			i.info = map[string]any{"sub": i.sub, "email": "anna@region.example", "aud": clientID}
		}, "Anna"},
		"our clock is ahead": {"email", func(i *issuer) { i.change = func(c map[string]any) { c["exp"] = now.Add(-20 * time.Second).Unix() } }, "Anna"},
		"our clock is behind": {"email", func(i *issuer) {
			i.change = func(c map[string]any) { c["iat"] = now.Add(50 * time.Second).Unix(); c["nbf"] = c["iat"] }
		}, "Anna"},
		"several audiences":         {"email", func(i *issuer) { i.change = func(c map[string]any) { c["aud"] = []string{"other", clientID} } }, "Anna"},
		"another claim":             {"uid", func(i *issuer) { i.inToken = map[string]any{"uid": "eden-sub"} }, "Eden"},
		"a verified address":        {"email", func(i *issuer) { i.inToken["email_verified"] = true }, "Anna"},
		"a verified address, words": {"email", func(i *issuer) { i.inToken["email_verified"] = "true" }, "Anna"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			c.set(i)
			v := openEntrance(t, i, c.claim)
			v.connect()
			r := v.goes("GET", v.asks("/desk/entree/compte"))
			if r.StatusCode != http.StatusSeeOther {
				t.Fatalf("%d: %s\n%s", r.StatusCode, text(t, r), v.log)
			}
			if got := text(t, v.goes("GET", "/desk/")); got != "bonjour "+c.who {
				t.Errorf("the page says %q", got)
			}
			v.silent()
		})
	}
}

// What must let nobody in, with what is said instead.
func TestIssuersThatAreWrong(t *testing.T) {
	now := time.Now()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	token := func(name string, value any) func(*issuer) {
		return func(i *issuer) { i.change = func(c map[string]any) { c[name] = value } }
	}
	for name, c := range map[string]struct {
		set    func(*issuer)
		status int
		said   string
	}{
		"wrong audience":           {token("aud", "another-client"), 401, "pas valable"},
		"another issuer":           {token("iss", "https://ailleurs.example"), 401, "pas valable"},
		"expired":                  {token("exp", now.Add(-2*time.Minute).Unix()), 401, "pas valable"},
		"from the future":          {token("nbf", now.Add(10*time.Minute).Unix()), 401, "pas valable"},
		"another nonce":            {token("nonce", "another"), 401, "pas valable"},
		"no nonce":                 {token("nonce", ""), 401, "pas valable"},
		"a key that is not theirs": {func(i *issuer) { i.key = func() *rsa.PrivateKey { return other } }, 401, "pas valable"},
		"no signature":             {func(i *issuer) { i.header = "none" }, 401, "pas valable"},
		"signed by the secret":     {func(i *issuer) { i.header = "HS256" }, 401, "pas valable"},
		"userinfo of another": {func(i *issuer) {
			i.inToken = nil
			i.info = map[string]any{"sub": "other", "email": "anna@region.example"}
		}, 401, "pas valable"},
		"userinfo badly signed": {func(i *issuer) {
			i.inToken, i.signed, i.info = nil, true, map[string]any{"sub": "7f3a", "email": "anna@region.example"}
			n := 0
			i.key = func() *rsa.PrivateKey {
				if n++; n > 1 {
					return other
				}
				return i.keys[0]
			}
		}, 401, "pas valable"},
		"no address": {func(i *issuer) { i.inToken = nil; i.info = map[string]any{"sub": i.sub} }, 403, "ne donne pas l&#39;information"},
		"an unverified address": {func(i *issuer) {
			i.inToken["email_verified"] = false
			i.info = map[string]any{"sub": i.sub, "email": "anna@region.example", "email_verified": false}
		}, 403, "ne donne pas l&#39;information"},
		"somebody unknown":         {func(i *issuer) { i.inToken["email"] = "zoe@region.example" }, 403, "pas inscrit dans l&#39;équipe"},
		"an address that is empty": {func(i *issuer) { i.inToken["email"] = " "; i.info = map[string]any{"sub": i.sub, "email": ""} }, 403, "ne donne pas l&#39;information"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			v := openEntrance(t, i, "email")
			v.connect()
			i.set(func() { c.set(i) })
			before, _ := v.Staff.All(t.Context())
			r := v.goes("GET", v.asks("/desk/entree/compte"))
			page := text(t, r)
			if r.StatusCode != c.status || !strings.Contains(page, c.said) || v.cookies["entree"] != nil {
				t.Errorf("%d, want %d with %q:\n%s\n%s", r.StatusCode, c.status, c.said, page, v.log)
			}
			after, _ := v.Staff.All(t.Context())
			if len(after) != len(before) {
				t.Error("somebody was made")
			}
			v.silent("zoe@")
		})
	}
}

func TestAnAnswerBelongsToOneBrowserAndWorksOnce(t *testing.T) {
	i := newIssuer(t)
	v := openEntrance(t, i, "email")
	v.connect()
	back := v.asks("/desk/entree/compte")
	asked := v.cookies["demande"]
	thief := &visitor{entrance: v.entrance, issuer: i, cookies: map[string]*http.Cookie{}}
	refused := func(what string, b *visitor, path string) {
		t.Helper()
		r := b.goes("GET", path)
		if page := text(t, r); r.StatusCode != http.StatusForbidden || !strings.Contains(page, "aucune demande de ce navigateur") || b.cookies["entree"] != nil {
			t.Errorf("%s: %d\n%s", what, r.StatusCode, page)
		}
	}
	refused("an answer in another browser", thief, back)
	thief.cookies["demande"] = &http.Cookie{Name: "demande", Value: strings.Repeat("0", 64)}
	refused("with a made-up cookie", thief, back)
	thief.asks("/desk/entree/compte")
	refused("with a request of its own", thief, back)
	u, _ := url.Parse(back)
	q := u.Query()
	q.Set("state", "x")
	v.cookies["demande"] = asked
	refused("with another state", v, "/desk/entree/retour?"+q.Encode())
	v.cookies["demande"] = asked
	if r := v.goes("GET", back); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("the answer itself: %d %s", r.StatusCode, text(t, r))
	}
	v.cookies = map[string]*http.Cookie{"demande": asked}
	refused("the answer again", v, back)
	if i.used != 1 {
		t.Errorf("%d codes were exchanged", i.used)
	}

	late := v.asks("/desk/entree/compte")
	v.store.pass(11 * time.Minute)
	refused("after ten minutes", v, late)
	v.asks("/desk/entree/compte")
	refused("nothing at all", v, "/desk/entree/retour")
}

func TestWhatTheIssuerRefuses(t *testing.T) {
	i := newIssuer(t)
	v := openEntrance(t, i, "email")
	v.connect()
	with := func(change func(url.Values)) *http.Response {
		u, _ := url.Parse(v.asks("/desk/entree/compte"))
		q := u.Query()
		change(q)
		return v.goes("GET", "/desk/entree/retour?"+q.Encode())
	}
	for name, c := range map[string]struct {
		change func(url.Values)
		status int
	}{
		"somebody who changed their mind": {func(q url.Values) {
			q.Del("code")
			q.Set("error", "access_denied")
			q.Set("error_description", "anna@region.example")
		}, 401},
		"no code":                     {func(q url.Values) { q.Del("code") }, 401},
		"a code that is not theirs":   {func(q url.Values) { q.Set("code", "code-of-nobody") }, 401},
		"an answer of another issuer": {func(q url.Values) { q.Set("iss", "https://ailleurs.example") }, 403},
	} {
		r := with(c.change)
		if page := text(t, r); r.StatusCode != c.status || v.cookies["entree"] != nil || strings.Contains(page, "access_denied") {
			t.Errorf("%s: %d\n%s", name, r.StatusCode, page)
		}
	}
	v.silent()
}

func TestKeysOfTheIssuerChange(t *testing.T) {
	i := newIssuer(t)
	v := openEntrance(t, i, "email")
	v.connect()
	for range 3 {
		if r := v.goes("GET", v.asks("/desk/entree/compte")); r.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d\n%s", r.StatusCode, v.log)
		}
		i.set(i.rotate)
	}
}

// The issuer is down when the service starts: the page says so, passwords work, and it is found later.
func TestTheIssuerIsAway(t *testing.T) {
	i := newIssuer(t)
	i.down = true
	v := openEntrance(t, i, "email")
	ctx, stop := context.WithCancel(t.Context())
	found := make(chan struct{})
	go func() { v.OpenID.Connect(ctx); close(found) }()
	page := text(t, v.goes("GET", "/desk/entree"))
	if !strings.Contains(page, "ne répond pas pour le moment") || strings.Contains(page, `href="/desk/entree/compte`) {
		t.Errorf("the page does not say so:\n%s", page)
	}
	if r := v.goes("GET", "/desk/entree/compte"); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" {
		t.Errorf("asking all the same: %d", r.StatusCode)
	}
	if r := v.password("paul", "soleil"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("a password meanwhile: %d", r.StatusCode)
	}
	i.set(func() { i.down = false })
	select {
	case <-found:
	case <-time.After(30 * time.Second):
		t.Fatal("it was never found")
	}
	stop()
	back := v.asks("/desk/entree/compte")
	i.set(func() { i.down = true })
	if r := v.goes("GET", back); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("away in between: %d", r.StatusCode)
	}
	i.set(func() { i.down = false })
	if r := v.goes("GET", v.asks("/desk/entree/compte")); r.StatusCode != http.StatusSeeOther {
		t.Errorf("back again: %d", r.StatusCode)
	}
}

func TestLeavingTheIssuerToo(t *testing.T) {
	i := newIssuer(t)
	i.exit = true
	v := openEntrance(t, i, "email")
	v.connect()
	v.goes("GET", v.asks("/desk/entree/compte"))
	proof := v.cookies["sortie"]
	if proof == nil || !proof.HttpOnly {
		t.Fatalf("the proof is %v", proof)
	}
	r := v.goes("POST", "/desk/sortie")
	at, err := url.Parse(strings.TrimPrefix(r.Header.Get("Refresh"), "0; url="))
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", r.StatusCode, err)
	}
	q := at.Query()
	if at.Path != "/logout" || q.Get("theme") != "region" || q.Get("id_token_hint") != proof.Value || q.Get("client_id") != clientID ||
		q.Get("post_logout_redirect_uri") != "http://127.0.0.1:8080/desk/entree" || q.Get("state") == "" {
		t.Errorf("leaving leads to %s", at.Redacted())
	}
	if page := text(t, r); !strings.Contains(page, "Vous êtes sorti") || !strings.Contains(page, "/logout?") {
		t.Errorf("the page is\n%s", page)
	}
	if v.cookies["sortie"] != nil || v.cookies["entree"] != nil {
		t.Errorf("what is left: %v", v.cookies)
	}
	if r := v.goes("GET", "/desk/"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("still in: %d", r.StatusCode)
	}
	// Who came by a password leaves no issuer.
	v.cookies["entree"] = signedCookie(v.password("paul", "soleil"))
	if r := v.goes("POST", "/desk/sortie"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("leaving after a password: %d", r.StatusCode)
	}
	v.silent()
}

func TestAnIssuerThatIsAskedTooOften(t *testing.T) {
	v := openEntrance(t, newIssuer(t), "email")
	v.connect()
	for n := range 31 {
		want := http.StatusSeeOther
		if n == 30 {
			want = http.StatusTooManyRequests
		}
		if r := v.goes("GET", "/desk/entree/compte"); r.StatusCode != want {
			t.Fatalf("request %d: %d", n, r.StatusCode)
		}
	}
	v.store.asleep = true
	if r := v.goes("GET", "/desk/entree/compte"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("when nobody can count: %d", r.StatusCode)
	}
}

// Who writes the dialog and takes no cases lands where they work.
func TestWhereEverybodyLands(t *testing.T) {
	i := newIssuer(t)
	i.sub = "eden-sub"
	v := openEntrance(t, i, "sub")
	v.Home = func(c bot.Counsellor) string { return "/home/of/" + string(c.ID) }
	v.connect()
	if r := v.goes("GET", v.asks("/desk/entree/compte")); r.Header.Get("Location") != "/home/of/eden" {
		t.Errorf("to %q", r.Header.Get("Location"))
	}
	if r := v.goes("GET", "/desk/entree"); r.Header.Get("Location") != "/home/of/eden" {
		t.Errorf("signed in already, to %q", r.Header.Get("Location"))
	}
	if r := v.goes("GET", v.asks("/desk/entree/compte?vers=/studio/versions")); r.Header.Get("Location") != "/studio/versions" {
		t.Errorf("who came for a page goes to %q", r.Header.Get("Location"))
	}
}
