package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/staff"
)

// An insider is a browser of somebody of the staff.
type insider struct {
	t    *testing.T
	base string
	*http.Client
}

func newInsider(t *testing.T, base string) *insider {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &insider{t, base, &http.Client{Jar: jar, Timeout: longEnough, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// sees asks for a page as a browser does: its status, where it leads, its text.
func (c *insider) sees(path string) (status int, to, text string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	return c.answer(r)
}

func (c *insider) sends(path string, form url.Values) (status int, to, text string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	return c.answer(r)
}

func (c *insider) answer(r *http.Request) (status int, to, text string) {
	c.t.Helper()
	answer, err := c.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), string(body)
}

// staffOf is a house whose staff is a file with people of these roles; each one's password is their login.
func staffOf(t *testing.T, roles map[string][]string) string {
	t.Helper()
	var all []map[string]any
	for id, own := range roles {
		all = append(all, map[string]any{"id": id, "name": id, "login": id, "password": staff.Hash(id), "roles": own,
			"structures": []string{string(referenceBundle(t).Lead().ID)}})
	}
	text, err := json.Marshal(map[string]any{"counsellors": all})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "staff.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEverybodyLandsWhereTheyWork(t *testing.T) {
	h := openHouse(t, &serveCommand{Staff: staffOf(t, map[string][]string{
		"conseil": {"counsellor"}, "redac": {"editor"}, "superv": {"supervisor"}, "deux": {"counsellor", "publisher"}, "lead": {"lead"}})})
	for who, want := range map[string]struct {
		lands, desk, studio string
		status              int // of the studio
	}{
		"conseil": {"/desk/", "", "", 403},
		"redac":   {"/studio/", "/studio/", "", 200},
		"superv":  {"/studio/", "/studio/", "", 200},
		"deux":    {"/desk/", "", "", 200},
		"lead":    {"/desk/", "", "", 200},
	} {
		c := newInsider(t, h.base)
		status, to, text := c.sends("/desk/entree", url.Values{"login": {who}, "password": {who}})
		if status != http.StatusSeeOther || to != want.lands {
			t.Errorf("%s: %d to %q, want %q: %s", who, status, to, want.lands, text)
			continue
		}
		status, to, text = c.sees("/desk/")
		if to != want.desk || want.desk == "" && status != http.StatusOK {
			t.Errorf("%s at the desk: %d to %q", who, status, to)
		}
		if linked := strings.Contains(text, `href="/studio/"`); want.desk == "" && linked != (want.status == 200) {
			t.Errorf("%s: the desk links to the studio: %v", who, linked)
		}
		status, _, text = c.sees("/studio/")
		if status != want.status {
			t.Errorf("%s in the studio: %d", who, status)
		}
		if linked := strings.Contains(text, `href="/desk/"`); linked != (want.desk == "") {
			t.Errorf("%s: the studio links to the desk: %v", who, linked)
		}
	}
}

// A studio with a listener of its own is served there, entrance included, and nowhere else.
func TestTheStudioHasAListenerOfItsOwn(t *testing.T) {
	h := openHouse(t, &serveCommand{StudioListen: "127.0.0.1:0", StudioURL: "http://localhost:1", PublicURL: "http://localhost:2"})
	own := httptest.NewServer(h.studioHandler())
	defer own.Close()
	if status, _, _ := newInsider(t, h.base).sees("/studio/"); status != http.StatusNotFound {
		t.Errorf("the studio is where citizens are: %d", status)
	}
	c := newInsider(t, own.URL)
	for _, path := range []string{"/chat/", "/desk/", "/widget.js", "/metrics"} {
		if status, _, _ := c.sees(path); status != http.StatusNotFound {
			t.Errorf("%s is where supervisors are: %d", path, status)
		}
	}
	if status, to, _ := c.sees("/studio/controles"); status != http.StatusSeeOther || to != "/desk/entree?vers=%2Fstudio%2Fcontroles" {
		t.Errorf("not signed in: %d to %q", status, to)
	}
	link, err := h.studio.SignIn.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "jeton=")
	if status, to, text := c.sends("/desk/entree", url.Values{"jeton": {token}, "qui": {"sacha"}}); status != http.StatusSeeOther || to != "/studio/" {
		t.Fatalf("signing in: %d to %q %s", status, to, text)
	}
	status, _, text := c.sees("/studio/")
	if status != http.StatusOK || !strings.Contains(text, `href="http://localhost:2/desk/"`) {
		t.Errorf("the studio: %d, and no way to the desk", status)
	}
	if got := h.toStudio(); got != "http://localhost:1/studio/" {
		t.Errorf("the desk leads to %s", got)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, own.URL+"/studio/", nil)
	r.Host = "ailleurs.example"
	if status, _, _ := c.answer(r); status != http.StatusMisdirectedRequest {
		t.Errorf("by a foreign name: %d", status)
	}
}

var studioLink = regexp.MustCompile(`href="(/studio/[^"#]*)`)

// walkStudio reads the pages of the studio that links lead to: their texts, by address. Of pages that differ by
// what they are about, two of each kind are enough.
func walkStudio(c *insider) map[string]string {
	c.t.Helper()
	pages, kinds := map[string]string{}, map[string]int{}
	for next := []string{"/studio/"}; len(next) > 0; next = next[1:] {
		path := next[0]
		if _, seen := pages[path]; seen || strings.HasPrefix(path, "/studio/static/") {
			continue
		}
		if kinds[kindOfPage(path)]++; kinds[kindOfPage(path)] > 2 {
			continue
		}
		status, to, text := c.sees(path)
		switch {
		case status == http.StatusSeeOther && strings.HasPrefix(to, "/studio/"): // to the first card that is to be read
			next = append(next, to)
		case status != http.StatusOK:
			c.t.Errorf("%s: %d", path, status)
		}
		pages[path] = text
		for _, m := range studioLink.FindAllStringSubmatch(text, -1) {
			next = append(next, html.UnescapeString(m[1]))
		}
	}
	return pages
}

// kindOfPage is an address without what it is about: its first words and the names of what is asked of it.
func kindOfPage(address string) string {
	path, query, _ := strings.Cut(address, "?")
	words := strings.Split(path, "/") // "", studio, fiches, cards, …
	kind := strings.Join(words[:min(len(words), 3)], "/") + fmt.Sprint(len(words))
	if len(words) > 3 && words[2] == "fiches" {
		kind += words[3]
	}
	values, _ := url.ParseQuery(query)
	return kind + fmt.Sprint(slices.Sorted(maps.Keys(values)))
}

// supervise reads the whole studio as its administrator.
func (h *leakHunt) supervise() {
	pages := walkStudio(&insider{h.t, h.base, h.signInAs("sacha")})
	if len(pages) < 20 {
		h.t.Errorf("the studio has %d pages only", len(pages))
	}
	for path, text := range pages {
		if strings.HasSuffix(path, "/fichier?forme=translate") { // empty, where all is translated
			continue
		}
		h.places["studio "+path] = text
	}
}

// A structure that an account names may be renamed or deleted in the studio: whoever starts next is told, and
// everybody else is served.
func TestAnAccountOfAStructureThatIsGoneStopsNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staff.json")
	text := fmt.Sprintf(`{"counsellors":[{"id":"ana","name":"Ana","login":"ana","password":%q,"structures":["partie"],"roles":["counsellor"]}]}`, staff.Hash("ana"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := openHouse(t, &serveCommand{Staff: path})
	if status, _ := get(t, h.base+"/chat/"); status != http.StatusOK {
		t.Errorf("citizens are answered %d", status)
	}
	if said := h.text.String(); !strings.Contains(said, "level=ERROR") || !strings.Contains(said, `\"partie\" is unknown`) {
		t.Errorf("the log says nothing of it:\n%s", said)
	}
}
