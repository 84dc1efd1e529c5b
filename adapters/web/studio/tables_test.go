package studio_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// tableStore keeps references, releases and traces in memory.
type tableStore struct {
	bottest.Shelf
	traces []bot.Trace
	torn   error // what reading the traces fails with
}

func (s *tableStore) Traces(_ context.Context, each func(bot.Trace) error) error {
	for _, t := range s.traces {
		if err := each(t); err != nil {
			return err
		}
	}
	return s.torn
}

// tableStaff are the trial's people, another supervisor and somebody who only reads.
func tableStaff() joined {
	return trialWith("lead", bot.Counsellor{ID: "noa", Name: "Noa", Roles: []bot.Role{bot.RoleSupervisor}}, bot.Counsellor{ID: "lou", Name: "Lou", Roles: []bot.Role{bot.RoleReader}})
}

// tableRoom is a studio with everything around it in memory.
type tableRoom struct {
	t      testing.TB
	store  *tableStore
	shop   *workshop.Workshop
	live   *flow.Bundle
	signin *web.SignIn
	server *httptest.Server
}

// smallTables is a bundle of two tables, which is proved in no time.
func smallTables(t testing.TB) *flow.Bundle {
	t.Helper()
	src, err := os.ReadFile("../../../testdata/bundles/proof/good.txt")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, part := range strings.Split("\n"+string(src), "\n-- ")[1:] {
		name, text, _ := strings.Cut(part, " --\n")
		files[name] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	files["routing.yaml"] = &fstest.MapFile{Data: []byte(`tables:
  aiguillage:
    columns: [besoin, age]
    sets: [reseau, carte, raison]
    rows:
      - [vae, ">=18", vae, vae_principe, vae]
      # avant la majorité
      - [vae, "<18", vae, general, vae]
      - [metier, "<18", region, general, general]
      - [metier, a18_25, region, vae_principe, general]
      - ["*", "*", region, general, general]
  autre:
    columns: [besoin]
    sets: [reseau, carte, raison]
    rows:
      - [vae, vae, vae_principe, vae]
      - ["*", region, general, general]
reasons:
  vae: il connaît la VAE
  general: il répond à toutes les questions
`)}
	b, err := flow.Load(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// openSmall is a studio of the small bundle.
func openSmall(t testing.TB, change func(*tableStore, *flow.Bundle)) *tableRoom {
	t.Helper()
	return openStudioOf(t, smallTables(t), change)
}

// openTables is one of the reference bundle.
func openTables(t testing.TB) *tableRoom {
	t.Helper()
	b, err := studio.Reference()
	if err != nil {
		t.Fatal(err)
	}
	return openStudioOf(t, b, nil)
}

func openStudioOf(t testing.TB, b *flow.Bundle, change func(*tableStore, *flow.Bundle)) *tableRoom {
	t.Helper()
	r := &tableRoom{t: t, live: b, store: new(tableStore)}
	if change != nil {
		change(r.store, b)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	r.signin = &web.SignIn{Staff: tableStaff(), Refs: r.store, Limiter: r.store, Verify: staff.Verify, Trial: true, Service: "Orientation", Log: log}
	live := func() *flow.Bundle { return b }
	r.shop = &workshop.Workshop{Refs: r.store, Releases: r.store, Live: live, Now: time.Now}
	s, err := studio.New(studio.Config{SignIn: r.signin, Workshop: r.shop, Figures: onward{r.store}, Live: live, Service: "Orientation", Log: log, Now: time.Now, Zone: time.UTC,
		Compile: studio.Compiled})
	if err != nil {
		t.Fatal(err)
	}
	r.server = serve(t, s, r.signin)
	return r
}

// tableHand is somebody's browser.
type tableHand struct {
	*http.Client
	r *tableRoom
}

func (r *tableRoom) as(id string) tableHand {
	r.t.Helper()
	jar, _ := cookiejar.New(nil)
	c := tableHand{&http.Client{Jar: jar}, r}
	c.post("/desk/entree", studio.Entering(r.t, r.signin, id))
	return c
}

func (c tableHand) ask(method, path, kind string, body io.Reader) (*http.Response, string) {
	c.r.t.Helper()
	request, err := http.NewRequestWithContext(c.r.t.Context(), method, c.r.server.URL+path, body)
	if err != nil {
		c.r.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	answer, err := c.Do(request)
	if err != nil {
		c.r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.r.t.Fatal(err)
	}
	return answer, string(text)
}

func (c tableHand) get(path string) (int, string) {
	answer, body := c.ask(http.MethodGet, path, "", nil)
	return answer.StatusCode, body
}

func (c tableHand) post(path string, form url.Values) (int, string) {
	answer, body := c.ask(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	return answer.StatusCode, body
}

// form has what every form of a table sends: what it was drawn from.
func (r *tableRoom) form(table string, fields ...string) url.Values {
	r.t.Helper()
	state, err := r.shop.Open(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	f := url.Values{"etag": {state.Draft.ETag("routing.yaml", "tables", table)}, "version": {state.ID}, "retour": {"/studio/tables/" + table},
		"fichier": {"routing.yaml"}, "place": {"tables/" + table}}
	for i := 0; i < len(fields); i += 2 {
		f.Add(fields[i], fields[i+1])
	}
	return f
}

// rows are those of a table of the draft as it is now, each as one text.
func (r *tableRoom) rows(table string) []string {
	r.t.Helper()
	state, err := r.shop.Open(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	v, _ := state.Draft.At("routing.yaml", "tables", table, "rows")
	var rows []string
	for _, row := range v.Items() {
		rows = append(rows, strings.Join(row.Texts(), " "))
	}
	return rows
}

func shows(t *testing.T, body, want string) {
	t.Helper()
	plain := html.UnescapeString(body)
	if !strings.Contains(plain, want) {
		t.Errorf("the page does not say %q:\n%s", want, visible(plain))
	}
}

func showsNot(t *testing.T, body, want string) {
	t.Helper()
	if strings.Contains(body, want) {
		t.Errorf("the page says %q", want)
	}
}

var tagged = regexp.MustCompile(`<[^>]*>|\s+`)

func visible(body string) string {
	_, body, _ = strings.Cut(body, `<main`)
	text := tagged.ReplaceAllString(body, " ")
	return text[:min(len(text), 3000)]
}

func TestTablesAreListedAndShown(t *testing.T) {
	r := openTables(t)
	c := r.as("sacha")
	status, body := c.get("/studio/tables")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	shows(t, body, `<a href="/studio/tables/aiguillage">Qui répond, selon le besoin et la situation</a>`)
	shows(t, body, "38 lignes")
	_, body = c.get("/studio/tables/stages")
	shows(t, body, "Recherche</th>")
	shows(t, body, "si recherche = Un stage et situation = Au collège ou au lycée et âge = moins de 16, alors réseau proposé = Centre d'information et d'orientation")
	shows(t, body, "dans tous les autres cas")
	showsNot(t, body, `value="retirer:6"`) // the last row stays
	shows(t, body, `value="retirer:5"`)
	shows(t, body, "Utilisée par")
	if status, _ := c.get("/studio/tables/absente"); status != http.StatusNotFound {
		t.Error("a table that is not there:", status)
	}
	// the largest table, with a case
	_, body = c.get("/studio/tables/aiguillage?essai=1&cas.besoin=formation&cas.situation=travail&cas.contrat=salarie&lieu=35")
	shows(t, body, "au collège, au lycée") // the comment over the rows
	shows(t, body, "La ligne 21 décide.")
	shows(t, body, "Réseau proposé : Transitions Pro")
	shows(t, body, "Structure : Transitions Pro Bretagne")
	shows(t, body, "Besoin : il faut « Faire reconnaître mon expérience (VAE) », le cas est « Trouver ou payer une formation »")
	shows(t, body, "Contrat : il faut « Intérimaire », le cas est « Salarié ou salariée (CDI, CDD) »")
	shows(t, body, `class="rule lit`)
}

func TestWhoReadsChangesNothing(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("lou")
	_, body := c.get("/studio/tables/aiguillage")
	shows(t, body, "si besoin = La VAE")
	showsNot(t, body, `value="monter:1"`)
	for _, path := range []string{"/studio/tables", "/studio/tables/aiguillage/lignes", "/studio/tables/aiguillage/csv", "/studio/tables/aiguillage/supprimer"} {
		if status, _ := c.post(path, r.form("aiguillage", "do", "retirer:0")); status != http.StatusForbidden {
			t.Errorf("POST %s: %d", path, status)
		}
	}
	if n := len(r.rows("aiguillage")); n != 5 {
		t.Error(n, "rows")
	}
}

func TestRowsAreAddedMovedCopiedAndDeleted(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	was := r.rows("aiguillage")
	do := func(fields ...string) {
		t.Helper()
		if status, body := c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", fields...)); status != http.StatusOK {
			t.Fatal(status, visible(body))
		}
	}
	do("do", "monter:1")
	if got := r.rows("aiguillage"); got[0] != was[1] || got[1] != was[0] {
		t.Error("moved up:", got[:2])
	}
	do("do", "descendre:0")
	if got := r.rows("aiguillage"); got[0] != was[0] {
		t.Error("moved down:", got[:2])
	}
	do("do", "descendre:3") // below it is the row for all other cases
	if got := r.rows("aiguillage"); got[4] != was[4] {
		t.Error("the last row is", got[4])
	}
	do("do", "copier:2")
	if got := r.rows("aiguillage"); len(got) != 6 || got[3] != was[2] {
		t.Error("copied:", got)
	}
	do("do", "retirer:3")
	do("apres", "5", "do", "enregistrer", "k0", "plusieurs", "k0.v", "vae", "k0.v", "metier", "k0.sauf", "1",
		"k1", "intervalle", "k1.de", "18", "k1.a", "25", "k2", "=vae", "k3", "brut", "k3.brut", "general", "k4", "=vae")
	got := r.rows("aiguillage")
	if want := "!vae|metier 18..25 vae general vae"; len(got) != 6 || got[4] != want || got[5] != was[4] {
		t.Errorf("added: %q, want %q before the last", got, want)
	}
	do("ligne", "1", "do", "monter:2", "k0", "=vae", "k1", "-", "k2", "=vae", "k3", "=general", "k4", "=vae")
	if got := r.rows("aiguillage"); got[0] != "vae - vae general vae" || got[1] != was[2] {
		t.Error("what was being written is lost by another button:", got)
	}
	if status, body := c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "retirer:5")); status != http.StatusUnprocessableEntity {
		t.Error("the last row was deleted:", status)
	} else {
		shows(t, body, "la dernière ligne prend tous les autres cas")
	}
}

func TestACellThatCannotBeReadIsShownAgain(t *testing.T) {
	r := openSmall(t, nil)
	status, body := r.as("sacha").post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "ligne", "1", "do", "enregistrer",
		"k0", "=vae", "k1", "brut", "k1.brut", "25..18", "k2", "=vae", "k3", "=general", "k4", "=vae"))
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	shows(t, body, `value="25..18"`)
	shows(t, body, `"25..18" n'est pas un intervalle`)
}

// The row that comes back is the one that was written in, wherever it stands by now.
func TestARefusedRowIsNotTakenForAnother(t *testing.T) {
	r := openSmall(t, nil)
	sacha := r.as("sacha")
	form := r.form("aiguillage", "ligne", "2", "do", "enregistrer", "k0", "=vae", "k1", "brut", "k1.brut", "25..18", "k2", "=vae", "k3", "=general", "k4", "=vae")
	r.as("noa").post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "descendre:0"))
	noas := r.rows("aiguillage")
	status, body := sacha.post("/studio/tables/aiguillage/lignes", form)
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	for _, name := range []string{"etag", "version"} {
		shows(t, body, `name="`+name+`" value="`+form.Get(name)+`"`)
	}
	form.Set("k1.brut", "18..25")
	if status, _ = sacha.post("/studio/tables/aiguillage/lignes", form); status != http.StatusConflict || !slices.Equal(r.rows("aiguillage"), noas) {
		t.Errorf("%d: not both versions are shown; %q", status, r.rows("aiguillage"))
	}
}

func TestARangeThatWasNotTouchedStaysAsItIsWritten(t *testing.T) {
	r := openSmall(t, nil)
	was := r.rows("aiguillage")[1]
	r.as("sacha").post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "ligne", "2", "do", "enregistrer", "k0", "=vae",
		"k1", "intervalle", "k1.a", "17", "k1.brut", "<18", "k2", "=vae", "k3", "=general", "k4", "=vae"))
	if got := r.rows("aiguillage")[1]; got != was {
		t.Errorf("%q became %q", was, got)
	}
}

func TestColumnsComeAndGo(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "ajouter-colonne", "nouvelle", "channel", "sorte", "question"))
	if got := r.rows("aiguillage")[0]; got != "vae >=18 * vae vae_principe vae" {
		t.Error("with a column:", got)
	}
	_, body := c.get("/studio/tables/aiguillage?ligne=1")
	shows(t, body, "téléphone")
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "retirer-colonne:2"))
	if got := r.rows("aiguillage")[0]; got != "vae >=18 vae vae_principe vae" {
		t.Error("without it:", got)
	}
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "ajouter-colonne", "nouvelle", "majeur", "sorte", "resultat", "valeur", "oui"))
	if got := r.rows("aiguillage")[0]; got != "vae >=18 vae vae_principe vae oui" {
		t.Error("with a result:", got)
	}
	status, body := c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "ajouter-colonne"))
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	shows(t, body, "choisissez d'abord")
}

func TestATableIsMadeRenamedAndDeleted(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	made := url.Values{"nom": {"essai"}, "colonne": {"besoin"}, "modele": {"aiguillage"}}
	if status, body := c.post("/studio/tables", made); status != http.StatusOK {
		t.Fatal(status, visible(body))
	}
	if got := r.rows("essai"); len(got) != 1 || got[0] != "* region general general" {
		t.Error("made:", got)
	}
	if status, _ := c.post("/studio/tables", made); status != http.StatusUnprocessableEntity {
		t.Error("made twice:", status)
	}
	c.post("/studio/tables/essai/renommer", url.Values{"nom": {"essai2"}})
	if len(r.rows("essai2")) != 1 {
		t.Error("not renamed")
	}
	c.post("/studio/tables/essai2/supprimer", r.form("essai2"))
	if len(r.rows("essai2")) != 0 {
		t.Error("not deleted")
	}
	status, body := c.post("/studio/tables/aiguillage/supprimer", r.form("aiguillage"))
	if status != http.StatusConflict {
		t.Error("a table that is read was deleted:", status)
	}
	shows(t, body, "C'est encore utilisé")
	if status, _ := c.post("/studio/tables/aiguillage/supprimer", r.form("aiguillage", "suite", "autre")); status != http.StatusOK || len(r.rows("aiguillage")) != 0 {
		t.Error("not deleted with another in its place:", status)
	}
}

func TestACaseIsTried(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	_, body := c.get("/studio/tables/aiguillage?essai=1&cas.besoin=metier&cas.age=a18_25")
	shows(t, body, "La ligne 4 décide.")
	shows(t, body, "il faut « moins de 18 », le cas est « De 18 à 25 ans »")
	_, body = c.get("/studio/tables/aiguillage?essai=1")
	shows(t, body, "La ligne 5 décide.")
	_, body = c.get("/studio/tables/aiguillage?essai=1&cas.besoin=vae&cas.age=a26")
	shows(t, body, "Aucune autre ligne avant.")
}

// proved waits until the draft has been proved.
func (c tableHand) proved(path string) string {
	c.r.t.Helper()
	for range 600 {
		_, body := c.get(path)
		if !strings.Contains(body, "data-pending") {
			return body
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.r.t.Fatal("the draft was never proved")
	return ""
}

const holed = "columns: [besoin]\nsets: [reseau, carte, raison]\nrows:\n  - [vae, vae, vae_principe, vae]\n  - [metier, region, general, general]\n"

func TestHolesAndHiddenRowsAreShownInPlace(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "ligne", "1", "do", "enregistrer", "k0", "=vae", "k1", "*", "k2", "=vae", "k3", "=vae_principe", "k4", "=vae"))
	body := c.proved("/studio/tables/aiguillage")
	shows(t, body, "Cette ligne ne sert jamais : la ligne 1 prend déjà tous ses cas.")
	showsNot(t, body, "ne sert à aucune étape") // that is said of another table
	shows(t, c.proved("/studio/tables/autre"), "la table \"autre\" ne sert à aucune étape")
	if n := strings.Count(body, "hidden-rule"); n != 1 {
		t.Errorf("%d rows are hidden, want 1", n)
	}
	c.post("/studio/annuler", r.form("aiguillage"))
	c.post("/studio/enregistrer", r.form("aiguillage", "yaml", holed))
	body = c.proved("/studio/tables/aiguillage")
	shows(t, body, "Aucune ligne ne prend ce cas :</b> besoin = ")
	shows(t, body, "Voir la conversation")
	cells := regexp.MustCompile(`name="cas" value="([^"]*)"`).FindStringSubmatch(body)
	if cells == nil {
		t.Fatal("no button for the case")
	}
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "cas", "cas", cells[1]))
	if got := r.rows("aiguillage"); len(got) != 3 || !strings.HasPrefix(got[2], cells[1]+" ") {
		t.Error("a row for the case:", got)
	}
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "derniere"))
	body = c.proved("/studio/tables/aiguillage")
	showsNot(t, body, "Aucune ligne ne prend ce cas")
}

func TestTwoPeopleOnOneTable(t *testing.T) {
	r := openSmall(t, nil)
	mine, theirs := r.form("aiguillage", "do", "retirer:1"), r.form("aiguillage", "do", "monter:2")
	other := r.form("autre", "do", "retirer:0")
	if status, _ := r.as("noa").post("/studio/tables/aiguillage/lignes", theirs); status != http.StatusOK {
		t.Fatal(status)
	}
	status, body := r.as("sacha").post("/studio/tables/aiguillage/lignes", mine)
	if status != http.StatusConflict {
		t.Fatal("the second one was not told:", status)
	}
	shows(t, body, "Noa a changé la même chose")
	if n := len(r.rows("aiguillage")); n != 5 {
		t.Error("something was lost:", n)
	}
	if status, _ := r.as("sacha").post("/studio/tables/autre/lignes", other); status != http.StatusOK || len(r.rows("autre")) != 1 {
		t.Error("another table is another matter:", status)
	}
}

func TestATableComesBackFromASpreadsheet(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	answer, sheet := c.ask(http.MethodGet, "/studio/tables/aiguillage/csv", "", nil)
	if answer.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(sheet, "\ufeffbesoin;age;") {
		t.Fatalf("%v %q", answer.Header, sheet)
	}
	send := func(text string) (int, string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for name, v := range r.form("aiguillage") {
			_ = m.WriteField(name, v[0])
		}
		part, _ := m.CreateFormFile("fichier-csv", "aiguillage.csv")
		_, _ = part.Write([]byte(text))
		_ = m.Close()
		answer, body := c.ask(http.MethodPost, "/studio/tables/aiguillage/csv", m.FormDataContentType(), &b)
		return answer.StatusCode, body
	}
	_, body := send(sheet)
	shows(t, body, "Rien ne change")
	// as a spreadsheet saves: the old encoding, rows of empty cells at the end, a cell in quotation marks
	lines := strings.Split(strings.TrimPrefix(sheet, "\ufeff"), "\r\n")
	lines[1] = strings.Replace(lines[1], "vae_principe", `"general"`, 1)
	saved := strings.Join(append(append(lines[:4:4], "autre;a18_25;vae;general;g\xe9n\xe9ral"), append(lines[4:], ";;;;")...), "\r\n")
	status, body := send(saved)
	if status != http.StatusOK {
		t.Fatal(status, visible(body))
	}
	shows(t, body, "1 ligne ajoutée, 1 changée.")
	shows(t, body, "Windows-1252")
	shows(t, body, "<td>Ligne 1 changée</td>")
	shows(t, body, "si besoin « La VAE » et âge 18 ou plus")
	if n := len(r.rows("aiguillage")); n != 5 {
		t.Error("it was saved unasked")
	}
	text := regexp.MustCompile(`(?s)<textarea name="texte"[^>]*>(.*?)</textarea>`).FindStringSubmatch(body)
	if text == nil {
		t.Fatal("nothing to confirm")
	}
	form := r.form("aiguillage", "do", "confirmer", "texte", html.UnescapeString(text[1]))
	if status, body := c.post("/studio/tables/aiguillage/csv", form); status != http.StatusOK {
		t.Fatal(status, visible(body))
	}
	if got := r.rows("aiguillage"); len(got) != 6 || got[0] != "vae >=18 vae general vae" || got[3] != "autre a18_25 vae general général" {
		t.Errorf("saved: %q", got)
	}
	status, body = send("besoin;age;reseau;carte;raison\nvae;;vae;general;vae\n")
	if status != http.StatusUnprocessableEntity {
		t.Error(status)
	}
	shows(t, body, `<b>Ligne 2, colonne 2</b> : la case de la colonne « age » est vide`)
	if status, _ := send(strings.Repeat("x", 3<<20)); status != http.StatusRequestEntityTooLarge {
		t.Error("three megabytes were taken:", status)
	}
}

func TestRealCasesAreCountedAcrossReleases(t *testing.T) {
	r := openSmall(t, func(s *tableStore, b *flow.Bundle) {
		trace := func(n int, release, row string, at time.Time) {
			for range n {
				s.traces = append(s.traces, bot.Trace{Row: row, Release: release, At: at})
			}
		}
		// an older release, in which the first two rows of a table stood the other way round
		d, err := flow.OpenDraft(b.Sources)
		if err != nil {
			t.Fatal(err)
		}
		if d, err = d.Edit(flow.Move(flow.In("routing.yaml", "tables", "aiguillage", "rows", "1"), flow.Before("0"))); err != nil {
			t.Fatal(err)
		}
		older, err := d.Bundle("")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.KeepRelease(t.Context(), older.Hash, flow.Pack(older)); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		trace(304, b.Hash, "aiguillage:1", now)
		trace(40, older.Hash, "aiguillage:2", now)                 // the same row
		trace(9, b.Hash, "aiguillage:3", now)                      // too few to be told
		trace(500, b.Hash, "aiguillage:4", now.AddDate(0, 0, -31)) // too long ago
		trace(70, "gone", "aiguillage:5", now)                     // nobody knows what that was
	})
	c := r.as("sacha")
	for range 100 {
		_, body := c.get("/studio/tables/aiguillage")
		if strings.Contains(body, "en cours de comptage") {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		shows(t, body, "<b>340</b>") // of 344: the next one says nothing of who it was
		shows(t, body, "arrondis à la dizaine")
		if n := strings.Count(body, "moins de 10"); n != 4 {
			t.Errorf("%d rows are hidden, want 4", n)
		}
		return
	}
	t.Fatal("nothing was ever counted")
}

func TestAFailingCountLeavesThePage(t *testing.T) {
	r := openSmall(t, func(s *tableStore, _ *flow.Bundle) { s.torn = bot.ErrUnavailable })
	c := r.as("sacha")
	for range 100 {
		if _, body := c.get("/studio/tables/aiguillage"); strings.Contains(body, "n'ont pas pu être comptés") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the page never said that counting failed")
}

func TestATableOfADraftThatDoesNotLoadIsStillEdited(t *testing.T) {
	r := openSmall(t, nil)
	c := r.as("sacha")
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "ligne", "1", "do", "enregistrer", "k0", "brut", "k0.brut", "nulle_part",
		"k1", "*", "k2", "=vae", "k3", "=general", "k4", "=vae"))
	_, body := c.get("/studio/tables/aiguillage?essai=1")
	shows(t, body, "nulle_part")
	shows(t, body, "Le brouillon ne peut pas être joué.")
	shows(t, body, `class="fault"`)
	c.post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "retirer:0"))
	if n := len(r.rows("aiguillage")); n != 4 {
		t.Error(n, "rows")
	}
}

func TestTheLargestTableIsALightPage(t *testing.T) {
	r := openTables(t)
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.server.URL+"/studio/tables/aiguillage?ligne=3", nil)
	request.Header.Set("Accept-Encoding", "gzip")
	answer, err := r.as("sacha").Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	sent, err := io.ReadAll(answer.Body)
	if err != nil || answer.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal(err, answer.Header)
	}
	whole := len(sent)
	z, err := gzip.NewReader(bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(z)
	for _, asset := range regexp.MustCompile(`(?:src|href)="(/studio/static/[^"]+)"`).FindAllSubmatch(page, -1) {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.server.URL+string(asset[1]), nil)
		request.Header.Set("Accept-Encoding", "gzip")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		whole += len(body)
	}
	t.Logf("page %d bytes of %d, with its style and scripts %d", len(sent), len(page), whole)
	if whole > 150_000 {
		t.Errorf("%d bytes are transferred, want 150,000 at most", whole)
	}
}

func BenchmarkTablePage(b *testing.B) {
	r := openTables(b)
	c := r.as("sacha")
	c.proved("/studio/tables/aiguillage")
	for b.Loop() {
		if status, _ := c.get("/studio/tables/aiguillage?essai=1&cas.besoin=formation"); status != http.StatusOK {
			b.Fatal(status)
		}
	}
}

func FuzzTableCells(f *testing.F) {
	for _, cell := range []string{"*", "a|b", "!a", "<16", "18..25", "06", "«", "\"", "'", "[", "\n", "#", "\x00", "\xff"} {
		f.Add(cell, "1")
	}
	f.Add("*", "-1")
	f.Add("*", "99999999999999999999")
	room := openSmall(f, nil)
	sacha := room.as("sacha")
	f.Fuzz(func(t *testing.T, cell, n string) {
		here := *room
		r := &here
		r.t = t
		sacha := tableHand{sacha.Client, r}
		sacha.post("/studio/annuler", r.form("aiguillage")) // what the one before saved
		form := r.form("aiguillage", "ligne", n, "do", "enregistrer", "k0", "brut", "k0.brut", cell, "k1", "*", "k2", "=vae", "k3", "=general", "k4", "brut", "k4.brut", cell)
		if status, body := sacha.post("/studio/tables/aiguillage/lignes", form); status >= 500 {
			t.Errorf("%q, %q: %d %s", cell, n, status, visible(body))
		}
		if n := len(r.rows("aiguillage")); n != 5 {
			t.Errorf("%q: %d rows", cell, n)
		}
	})
}
