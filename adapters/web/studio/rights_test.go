package studio

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// opens says what each role may do: written out here once more, so that a change of rights is seen twice.
func opens() map[string][]right {
	all := []right{read, translate, territory, edit, publish, administer}
	return map[string][]right{
		"counsellor": {}, "reader": {read}, "lead": {read}, "translator": {read, translate}, "coordinator": {read, territory},
		"claire": {read, translate, territory, edit}, "publisher": {read, translate, territory, edit, publish}, "sacha": all, "admin": all,
	}
}

// filled puts something into the wildcards of a route.
func filled(pattern string) string {
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(pattern, func(w string) string {
		switch w {
		case "{$}":
			return ""
		case "{flow}":
			return "accueil"
		case "{verb}":
			return "renommer"
		}
		return "x"
	})
}

// Each page of the studio is closed to who may not see it, and open to who may: whatever pages there are.
func TestEveryRouteAsksForItsRight(t *testing.T) {
	p := openVillage(t)
	p.proved()
	if len(p.routes) < 8 {
		t.Fatalf("%d routes only", len(p.routes))
	}
	own := []string{"POST /studio/enregistrer", "POST /studio/fiches/structures/{id}/horaires", // decide by the record
		"POST /studio/apercu", "POST /studio/securite/essai", "POST /studio/essai", "POST /studio/essai/voix", "POST /studio/tests/rejouer"} // change nothing
	for who, rights := range opens() {
		me := p.as(who)
		for _, r := range p.routes {
			method, path, is := strings.Cut(filled(r.pattern), " ")
			if !is {
				method, path = http.MethodGet, method
			}
			status := me.asks(method, path, nil, nil).Code
			if open := slices.Contains(rights, r.needs); open == (status == http.StatusForbidden) && !slices.Contains(own, r.pattern) {
				t.Errorf("%s asks for %s: %d", who, r.pattern, status)
			}
			if status >= 500 || status == http.StatusUnauthorized {
				t.Errorf("%s asks for %s: %d", who, r.pattern, status)
			}
			if method == http.MethodPost && r.needs == read && !slices.Contains(own, r.pattern) {
				t.Errorf("%s: who reads may send it; let it ask for more, or name it here with what it asks itself", r.pattern)
			}
		}
	}
}

// What a route asks of a person, it asks of everybody who is nobody: to sign in.
func TestNobodyGetsInUnsigned(t *testing.T) {
	p := openVillage(t)
	nobody := &person{premises: p}
	for _, r := range p.routes {
		method, path, is := strings.Cut(filled(r.pattern), " ")
		if !is {
			method, path = http.MethodGet, method
		}
		want := http.StatusSeeOther
		if method == http.MethodPost {
			want = http.StatusUnauthorized
		}
		w := nobody.asks(method, path, nil, nil)
		if w.Code != want || want == http.StatusSeeOther && !strings.HasPrefix(w.Header().Get("Location"), "/desk/entree") {
			t.Errorf("%s: %d to %q", r.pattern, w.Code, w.Header().Get("Location"))
		}
	}
}

// Another site cannot make a browser send anything, whoever is signed in there.
func TestOtherSitesSendNothing(t *testing.T) {
	p := openVillage(t)
	admin := p.as("admin")
	was := p.draft().ID
	sent := 0
	for _, r := range p.routes {
		method, path, _ := strings.Cut(filled(r.pattern), " ")
		if method != http.MethodPost {
			continue
		}
		sent++
		for name, change := range map[string]func(*http.Request){
			"by what browsers say":   func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			"by a sister site":       func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
			"by the origin":          func(r *http.Request) { r.Header.Set("Origin", "https://ailleurs.example") },
			"by an origin of nobody": func(r *http.Request) { r.Header.Set("Origin", "null") },
		} {
			if w := admin.asks(method, path, url.Values{"nom": {"x"}}, change); w.Code != http.StatusForbidden {
				t.Errorf("%s, %s: %d", r.pattern, name, w.Code)
			}
		}
	}
	if sent < 5 || p.draft().ID != was {
		t.Errorf("%d forms; the draft has changed: %v", sent, p.draft().ID != was)
	}
	if w := admin.asks("GET", "/studio/", nil, func(r *http.Request) { r.Host = "ailleurs.example" }); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("by a foreign name in a trial: %d", w.Code)
	}
}

// Who may change which record.
func TestRecordsAskForTheirRight(t *testing.T) {
	p := openVillage(t)
	p.proved()
	for _, c := range []struct {
		who, file, place, field, value string
		status                         int
	}{
		{"claire", "accueil.yaml", "steps/bonjour", "=say", "Un.", 303},
		{"publisher", "accueil.yaml", "steps/bonjour", "=say", "Deux.", 303},
		{"admin", "accueil.yaml", "steps/bonjour", "=say", "Trois.", 303},
		{"reader", "accueil.yaml", "steps/bonjour", "=say", "Non.", 403},
		{"lead", "accueil.yaml", "steps/bonjour", "=say", "Non.", 403},
		{"translator", "accueil.yaml", "steps/bonjour", "=say", "Non.", 403},
		{"coordinator", "accueil.yaml", "steps/bonjour", "=say", "Non.", 403},
		{"counsellor", "accueil.yaml", "steps/bonjour", "=say", "Non.", 403},
		{"coordinator", "regions/demo/structures.yaml", "structures/accueil-regional", "=address", "1 rue du Port", 303},
		{"coordinator", "regions/demo/hours.yaml", "queues/accueil", "=lun-ven", "09:00-16:00", 303},
		{"coordinator", "regions/demo/structures.yaml", "structures/cio", "=address", "Non.", 403},
		{"coordinator", "regions/demo/hours.yaml", "queues/cio", "=lun-ven", "09:00-16:00", 403},
		{"coordinator", "accueil.yaml", "structures/accueil-regional", "=address", "Non.", 403},
		{"coordinator", "regions/demo/structures.yaml", "structures", "=accueil-regional/address", "Non.", 403},
		{"coordinator", "regions/demo/structures.yaml", "structures/accueil-regional/offers", "do", "retirer:0", 403},
		{"coordinator", "regions/demo/structures.yaml", "structures/accueil-regional", "=territories", "35", 403},
		{"coordinator", "regions/demo/structures.yaml", "structures/accueil-regional", "yaml", "{name: Moi, network: region, territories: [\"*\"]}", 403},
		{"reader", "regions/demo/structures.yaml", "structures/accueil-regional", "=address", "Non.", 403},
	} {
		was := p.draft()
		form := url.Values{"fichier": {c.file}, "place": {c.place}, c.field: {c.value}, "version": {was.ID},
			"etag": {was.Draft.ETag(c.file, strings.Split(c.place, "/")...)}}
		w := p.as(c.who).sends("/studio/enregistrer", form)
		if changed := p.draft().ID != was.ID; w.Code != c.status || changed != (c.status == http.StatusSeeOther) {
			t.Errorf("%s changes %s of %s: %d, changed: %v", c.who, c.place, c.file, w.Code, changed)
		}
	}
}

func TestAccountsAreShownToWhoAdministers(t *testing.T) {
	p := openVillage(t)
	page := p.as("admin").reads("/studio/comptes")
	for _, said := range []string{"Sacha", "supervision", "coordination d&#39;un territoire", "lien d&#39;essai", "frontdesk staff check", "FRONTDESK_STAFF"} {
		if !strings.Contains(page, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
	if !strings.Contains(page, `href="/studio/comptes" aria-current="page"`) {
		t.Error("the page is not in the navigation")
	}
	if strings.Contains(p.as("claire").reads("/studio/"), "/studio/comptes") {
		t.Error("who does not administer is led there")
	}
	ways := func(trial bool, issuer *web.OpenID, c bot.Counsellor) []string {
		return (&Studio{Config: Config{SignIn: &web.SignIn{Trial: trial, OpenID: issuer}}}).waysIn(c)
	}
	for _, c := range []struct {
		got  []string
		want string
	}{
		{ways(false, nil, bot.Counsellor{Password: "x"}), "[mot de passe]"}, {ways(false, nil, bot.Counsellor{}), "[]"}, {ways(false, nil, bot.Counsellor{OIDC: "a"}), "[]"},
		{ways(false, &web.OpenID{}, bot.Counsellor{OIDC: "a", Password: "x"}), "[compte professionnel mot de passe]"}, {ways(true, nil, bot.Counsellor{}), "[lien d'essai]"},
	} {
		if fmt.Sprint(c.got) != c.want {
			t.Errorf("%v, want %s", c.got, c.want)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script(>|[^>]*>[^<])|(src|href|action)="(https?:)?//`)

// No page has a style or a script of its own, and none names another site: a strict policy holds on all.
func TestPagesKeepThePolicy(t *testing.T) {
	p := openVillage(t)
	p.proved()
	admin := p.as("admin")
	seen := map[string]bool{}
	for next := []string{"/studio/", "/studio/nulle-part"}; len(next) > 0; next = next[1:] {
		path := next[0]
		if seen[path] || strings.HasPrefix(path, "/studio/static/") {
			continue
		}
		seen[path] = true
		w := admin.sees(path)
		page := w.Body.String()
		if w.Code != http.StatusOK && path != "/studio/nulle-part" && !strings.HasPrefix(path, "/studio/revoir") { // which leads to a card, if there is one
			t.Errorf("%s: %d", path, w.Code)
		}
		if found := inline.FindString(page); found != "" {
			t.Errorf("%s has %q in it", path, found)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self';") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "require-trusted-types-for 'script'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if w.Header().Get("Cache-Control") != "no-store" || len(page) > 150_000 {
			t.Errorf("%s: %d bytes, kept as %q", path, len(page), w.Header().Get("Cache-Control"))
		}
		for _, m := range regexp.MustCompile(`href="(/studio/[^"#]*|\?[^"#]*)`).FindAllStringSubmatch(page, -1) {
			to := html.UnescapeString(m[1])
			if strings.HasPrefix(to, "?") {
				before, _, _ := strings.Cut(path, "?")
				to = before + to
			}
			next = append(next, to)
		}
	}
	if len(seen) < 15 {
		t.Errorf("%d pages only", len(seen))
	}
}
