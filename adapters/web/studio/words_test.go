package studio_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
	"frontdesk/bot/workshop"
)

// wordsStaff has one who only translates, and one who only reads.
func wordsStaff() joined {
	return trialWith("accueil-regional",
		bot.Counsellor{ID: "ana", Name: "Ana (exemple)", Structures: []bot.StructureID{"accueil-regional"}, Roles: []bot.Role{bot.RoleTranslator}},
		bot.Counsellor{ID: "lou", Name: "Lou (exemple)", Structures: []bot.StructureID{"accueil-regional"}, Roles: []bot.Role{bot.RoleReader}})
}

// A wordsSite is a studio on the reference bundle, with everything around it in memory.
type wordsSite struct {
	t      *testing.T
	server *httptest.Server
	signIn *web.SignIn
	shop   *workshop.Workshop
	live   *flow.Bundle
}

func wordsOpen(t *testing.T) *wordsSite {
	t.Helper()
	live, err := studio.Reference()
	if err != nil {
		t.Fatal(err)
	}
	store := new(bottest.Shelf)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	now := func() time.Time { return time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC) }
	s := &wordsSite{t: t, live: live, shop: &workshop.Workshop{Refs: store, Releases: store, Live: func() *flow.Bundle { return live }, Now: now},
		signIn: &web.SignIn{Staff: wordsStaff(), Refs: store, Limiter: store, Verify: staff.Verify, Trial: true, Service: "Exemple", Log: log}}
	pages, err := studio.New(studio.Config{SignIn: s.signIn, Workshop: s.shop, Live: s.shop.Live, Service: "Exemple", Log: log, Now: now, Zone: time.UTC,
		Compile: studio.Uncompiled})
	if err != nil {
		t.Fatal(err)
	}
	s.server = serve(t, pages, s.signIn)
	return s
}

// A wordsPerson is somebody's browser, without a screen.
type wordsPerson struct {
	*http.Client
	s *wordsSite
}

func (s *wordsSite) as(id string) wordsPerson {
	s.t.Helper()
	jar, _ := cookiejar.New(nil)
	p := wordsPerson{&http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/desk/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}, s}
	p.post("/desk/entree", studio.Entering(s.t, s.signIn, id))
	return p
}

func (p wordsPerson) send(r *http.Request) (int, string) {
	p.s.t.Helper()
	r.Header.Set("Accept", "text/html")
	answer, err := p.Do(r)
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.s.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (p wordsPerson) get(path string) (int, string) {
	p.s.t.Helper()
	r, _ := http.NewRequestWithContext(p.s.t.Context(), http.MethodGet, p.s.server.URL+path, nil)
	return p.send(r)
}

func (p wordsPerson) post(path string, form url.Values) (int, string) {
	p.s.t.Helper()
	r, _ := http.NewRequestWithContext(p.s.t.Context(), http.MethodPost, p.s.server.URL+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.s.server.URL)
	return p.send(r)
}

// upload sends a file to a language's page.
func (p wordsPerson) upload(language, name, content string) (int, string) {
	p.s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("fichier", name)
	_, _ = io.WriteString(part, content)
	_ = w.Close()
	r, _ := http.NewRequestWithContext(p.s.t.Context(), http.MethodPost, p.s.server.URL+"/studio/traductions/"+language+"/fichier", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", p.s.server.URL)
	return p.send(r)
}

var wordsHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// form reads the form of the text that a page has open.
func (p wordsPerson) form(path string) url.Values {
	p.s.t.Helper()
	status, page := p.get(path)
	if status != 200 {
		p.s.t.Fatalf("%s: %d", path, status)
	}
	return p.s.formIn(page)
}

func (s *wordsSite) formIn(page string) url.Values {
	s.t.Helper()
	_, page, found := strings.Cut(page, `id="words-form"`)
	if !found {
		s.t.Fatal("no text is open")
	}
	page, _, _ = strings.Cut(page, "</form>")
	form := url.Values{}
	for _, m := range wordsHidden.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], strings.NewReplacer("&amp;", "&", "&#43;", "+").Replace(m[2]))
	}
	return form
}

// text is a translation as the draft has it now.
func (s *wordsSite) text(language, id string) *translation.Text {
	s.t.Helper()
	d := s.draft()
	b, err := d.Bundle("")
	if err != nil {
		s.t.Fatal(err)
	}
	return translation.Of(d, b, language).Text(id)
}

func (s *wordsSite) draft() *flow.Draft {
	s.t.Helper()
	state, err := s.shop.Open(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return state.Draft
}

// edit changes the draft as another supervisor does.
func (s *wordsSite) edit(changes ...flow.Change) {
	s.t.Helper()
	_, err := s.shop.Save(s.t.Context(), workshop.Author{ID: "x", Name: "Robin (exemple)"}, "essai", func(now *workshop.State) (*flow.Draft, error) { return now.Draft.Edit(changes...) })
	if err != nil {
		s.t.Fatal(err)
	}
}

const wordsHello = "/studio/traductions/en?etat=tous&texte=accueil.bonjour"

func TestWordsAreTranslatedCheckedAndReviewed(t *testing.T) {
	s := wordsOpen(t)
	ana := s.as("ana")
	before := s.draft().Files()["locales/accueil.en.yaml"]

	form := ana.form(wordsHello)
	form.Set("forme-other", "Hello from {servise}.")
	status, page := ana.post("/studio/traductions/en/texte", form)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `aria-invalid="true"`) {
		t.Errorf("a wrong placeholder: %d", status)
	}
	for _, want := range []string{"Vouliez-vous dire {service} ?", "Cela ne peut pas être enregistré.", "Hello from {servise}.", "Il manque {service}."} {
		if !strings.Contains(page, want) {
			t.Errorf("a wrong placeholder: the page does not say %q", want)
		}
	}
	if !bytes.Equal(before, s.draft().Files()["locales/accueil.en.yaml"]) {
		t.Error("a wrong placeholder was saved")
	}
	form.Set("forme-other", "Hello.")
	if _, page = ana.post("/studio/traductions/en/essai", form); !strings.Contains(page, "Il manque {service}.") || !strings.Contains(page, "SMS") && !strings.Contains(page, "words-trial") {
		t.Errorf("what is missing is not told while it is written: %s", page)
	}
	form.Set("forme-other", "Hello from {service}.")
	status, page = ana.post("/studio/traductions/en/texte", form)
	if x := s.text("en", "accueil.bonjour"); status != 200 || x.Other() != "Hello from {service}." || x.State != translation.Done || !strings.Contains(page, "enregistré dans le brouillon") {
		t.Errorf("%d: %+v", status, x)
	}

	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	if _, page = ana.get("/studio/traductions"); !strings.Contains(page, "1 à revoir") {
		t.Error("the list of languages does not say that a text is to be reviewed")
	}
	_, page = ana.get("/studio/traductions/en")
	if !strings.Contains(page, "Le français a changé depuis") || !strings.Contains(page, "C&#39;est toujours bon") && !strings.Contains(page, "C'est toujours bon") || !strings.Contains(page, "Votre nom") {
		t.Error("what is to be reviewed is not shown first, with the French of before")
	}
	form = ana.form("/studio/traductions/en")
	form.Set("forme-other", "Hello from {service}.")
	form.Set("do", "toujours")
	ana.post("/studio/traductions/en/texte", form)
	if x := s.text("en", "accueil.bonjour"); x.State != translation.Done || x.Hash != translation.Hash("Bonjour, ici {service}.") {
		t.Errorf("still good: %+v", x)
	}
	form = ana.form(wordsHello)
	form.Set("forme-other", "Hello from {service}.")
	form.Set("do", "relu")
	ana.post("/studio/traductions/en/texte", form)
	if x := s.text("en", "accueil.bonjour"); x.State != translation.Reread || x.Reviewed() != "Ana (exemple), 2026-11-26" {
		t.Errorf("reread: %+v", x)
	}
	form = ana.form(wordsHello)
	form.Set("forme-other", "Hello, {service} here.")
	ana.post("/studio/traductions/en/texte", form)
	if x := s.text("en", "accueil.bonjour"); x.State != translation.Done || x.By != "" {
		t.Errorf("nobody has reread the new words: %+v", x)
	}
}

// The French that a translator saw is what they have translated, also when it has changed by the time they save.
func TestWordsTranslatedFromOldFrenchAreToBeReviewed(t *testing.T) {
	s := wordsOpen(t)
	ana := s.as("ana")
	form := ana.form(wordsHello)
	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	form.Set("forme-other", "Hello from {service}.")
	ana.post("/studio/traductions/en/texte", form)
	if x := s.text("en", "accueil.bonjour"); x.State != translation.Stale || x.Other() != "Hello from {service}." {
		t.Errorf("%+v", x)
	}
}

func TestWordsOfTwoTranslators(t *testing.T) {
	s := wordsOpen(t)
	ana := s.as("ana")
	form, other := ana.form(wordsHello), ana.form("/studio/traductions/en?etat=tous&texte=accueil.besoin")
	s.edit(flow.SetText(flow.In("locales/accueil.en.yaml", "accueil.bonjour", "other"), "Good day, {service}."))
	other.Set("forme-other", "What do you need?")
	ana.post("/studio/traductions/en/texte", other)
	if x := s.text("en", "accueil.besoin"); x.Other() != "What do you need?" {
		t.Errorf("another text is not saved: %+v", x)
	}
	form.Set("forme-other", "Hello, {service}.")
	status, page := ana.post("/studio/traductions/en/texte", form)
	if status != http.StatusConflict || !strings.Contains(page, "Good day, {service}.") || !strings.Contains(page, "Hello, {service}.") {
		t.Fatalf("%d: both texts are not shown", status)
	}
	_, mine, _ := strings.Cut(page, `<h2>Vous</h2>`)
	again := url.Values{"yaml": {"other: \"Hello, {service}.\"\nhash: " + s.text("en", "accueil.bonjour").SourceHash() + "\n"}}
	for _, m := range wordsHidden.FindAllStringSubmatch(mine, -1) {
		again.Set(m[1], m[2])
	}
	if status, _ = ana.post("/studio/enregistrer", again); status != 200 || s.text("en", "accueil.bonjour").Other() != "Hello, {service}." {
		t.Errorf("%d: a translator cannot decide", status)
	}
}

// A text that is refused comes back with what it was written from: what a colleague has saved meanwhile, and the
// French that they have changed, nobody has seen.
func TestARefusedTextIsNotSavedOverAColleagues(t *testing.T) {
	s := wordsOpen(t)
	ana := s.as("ana")
	form := ana.form(wordsHello)
	s.edit(flow.SetText(flow.In("locales/accueil.en.yaml", "accueil.bonjour", "other"), "Good day, {service}."))
	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	form.Set("forme-other", "Hello from {servise}.")
	_, page := ana.post("/studio/traductions/en/texte", form)
	again := s.formIn(page)
	again.Set("forme-other", "Hello from {service}.")
	status, page := ana.post("/studio/traductions/en/texte", again)
	if status != http.StatusConflict || !strings.Contains(page, "Good day, {service}.") || !strings.Contains(page, "Hello from {service}.") {
		t.Errorf("%d: both texts are not shown", status)
	}
	if got := s.text("en", "accueil.bonjour").Other(); got != "Good day, {service}." {
		t.Errorf("the colleague's text is now %q", got)
	}
	if again.Get("francais") != form.Get("francais") {
		t.Error("the French of now is taken for the one that was seen")
	}
}

func TestATranslatorChangesTranslationsOnly(t *testing.T) {
	s := wordsOpen(t)
	ana, lou := s.as("ana"), s.as("lou")
	hash := s.draft().Hash()
	for place, file := range map[string]string{"steps/bonjour": "accueil.yaml", "engine.noted": "locales/engine.fr.yaml", "received": "bundle.yaml", "a": "locales/../accueil.yaml"} {
		status, _ := ana.post("/studio/enregistrer", url.Values{"fichier": {file}, "place": {place}, "yaml": {"{say: Salut, then: besoin}"}, "etag": {s.draft().ETag(file, strings.Split(place, "/")...)}})
		if status != http.StatusForbidden {
			t.Errorf("%s: %d", file, status)
		}
	}
	for _, path := range []string{"/studio/annuler", "/studio/parcours/accueil/etapes", "/studio/etape/supprimer"} {
		if status, _ := ana.post(path, url.Values{}); status != http.StatusForbidden {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := ana.post("/studio/traductions/fr/texte", url.Values{"texte": {"engine.noted"}, "forme-other": {"Bien."}}); status != http.StatusNotFound {
		t.Errorf("the French: %d", status)
	}
	form := ana.form(wordsHello)
	form.Set("forme-other", "Hello from {service}.")
	for _, path := range []string{"/texte", "/fichier", "/fichier/enregistrer", "/essai"} {
		if status, _ := lou.post("/studio/traductions/en"+path, form); status != http.StatusForbidden {
			t.Errorf("who only reads: %s %d", path, status)
		}
	}
	if s.draft().Hash() != hash {
		t.Error("the draft has changed")
	}
	if status, page := lou.get(wordsHello); status != 200 || strings.Contains(page, "Enregistrer et suivant") || !strings.Contains(page, "readonly") {
		t.Errorf("who only reads: %d", status)
	}
	if _, page := ana.get("/studio/traductions"); strings.Contains(page, "Noter une relecture") {
		t.Error("a translator is offered what they may not")
	}
	sacha := s.as("sacha")
	if status, _ := sacha.post("/studio/enregistrer", url.Values{"fichier": {"bundle.yaml"}, "place": {"received"}, "=es": {"Ana Ruiz, 2026-11-26"},
		"etag": {s.draft().ETag("bundle.yaml", "received")}, "retour": {"/studio/traductions"}}); status != 200 {
		t.Errorf("a review of a language: %d", status)
	}
	if _, page := sacha.get("/studio/traductions"); !strings.Contains(page, "Relu par Ana Ruiz, le 26/11/2026") {
		t.Error("who reread Spanish is not shown")
	}
}

func TestWordsGoOutAndComeBackAsATable(t *testing.T) {
	s := wordsOpen(t)
	ana := s.as("ana")
	_, table := ana.get("/studio/traductions/en/fichier")
	if status, page := ana.upload("en", "traduction-en.csv", table); status != 200 || !strings.Contains(page, "Ce fichier ne change rien") {
		t.Fatalf("%d: as it went out it changes something", status)
	}
	_, page := ana.upload("en", "traduction-en.csv", "id;français;traduction\naccueil.bezoin;;What?\naccueil.bonjour;;Hi {servise}\n")
	if !strings.Contains(page, "Ligne 2 : le texte « accueil.bezoin » n&#39;existe pas") || !strings.Contains(page, "Ligne 3 : « accueil.bonjour »") {
		t.Error("faults are not told by their lines")
	}
	now := s.text("en", "accueil.besoin").Other()
	edited := strings.Replace(strings.ReplaceAll(strings.TrimPrefix(table, "\ufeff"), "\r\n", "\n"), ";"+now+";traduit;", ";What do you need?;traduit;Ana Ruiz, 02/11/2026", 1)
	hash := s.draft().Hash()
	_, page = ana.upload("en", "traduction.csv", edited)
	if !strings.Contains(page, "change 1 texte") || !strings.Contains(page, now) || !strings.Contains(page, "What do you need?") || !strings.Contains(page, "relu par Ana Ruiz, 2026-11-02") {
		t.Fatal("the difference is not shown")
	}
	if s.draft().Hash() != hash {
		t.Error("it was saved unseen")
	}
	form := url.Values{}
	for _, m := range wordsHidden.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(m[2]))
	}
	if _, page = ana.post("/studio/traductions/en/fichier/enregistrer", form); !strings.Contains(page, "Le fichier est enregistré") {
		t.Error("it does not say that it is saved")
	}
	if x := s.text("en", "accueil.besoin"); x.Other() != "What do you need?" || x.State != translation.Reread {
		t.Errorf("%+v", x)
	}
	s.edit(flow.SetText(flow.In("locales/accueil.en.yaml", "accueil.besoin", "other"), "And you?"))
	form.Set("changements", strings.Replace(form.Get("changements"), "What do you need?", "What now?", 1))
	if status, _ := ana.post("/studio/traductions/en/fichier/enregistrer", form); status != http.StatusConflict || s.text("en", "accueil.besoin").Other() != "And you?" {
		t.Errorf("somebody else's words are lost: %d", status)
	}
	form.Set("changements", strings.Replace(form.Get("changements"), "What now?", "What {now}?", 1))
	if status, _ := ana.post("/studio/traductions/en/fichier/enregistrer", form); status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong placeholder past the difference: %d", status)
	}
}

func TestWordsGoOutAndComeBackAsMessages(t *testing.T) {
	s := wordsOpen(t)
	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	ana := s.as("ana")
	_, todo := ana.get("/studio/traductions/en/fichier?forme=translate")
	if strings.Count(todo, "hash:") != 1 || !strings.Contains(todo, "Bonjour, ici {service}.") {
		t.Fatalf("to translate:\n%s", todo)
	}
	if _, page := ana.upload("en", "translate.en.yaml", strings.Replace(todo, "Bonjour, ici {service}.", "Hello, this is {service}.", 1)); !strings.Contains(page, "change 1 texte") || !strings.Contains(page, "plus à revoir") {
		t.Error("what was filled in is not taken")
	}
	if _, page := ana.upload("en", "translate.ar.yaml", todo); !strings.Contains(page, "une autre langue : arabe") {
		t.Error("the file of another language is taken")
	}
	for _, form := range []string{"active", "source"} {
		if status, file := ana.get("/studio/traductions/en/fichier?forme=" + form); status != 200 || strings.Count(file, "accueil.besoin:") != 1 {
			t.Errorf("%s: %d", form, status)
		}
	}
}

func TestWordsAreWrittenInTheirWay(t *testing.T) {
	s := wordsOpen(t)
	_, page := s.as("ana").get("/studio/traductions/ar?texte=engine.unit.days")
	if n := strings.Count(page, `lang="ar" dir="rtl" spellcheck`); n != 6 {
		t.Errorf("%d of the six forms of Arabic are written from the right", n)
	}
}

func TestHelpIsShortAndFound(t *testing.T) {
	s := wordsOpen(t)
	lou := s.as("lou")
	_, page := lou.get("/studio/aide")
	for _, want := range []string{"<svg", "Ce qu&#39;est une étape", "validation des acquis de l&#39;expérience", "centre d&#39;information et d&#39;orientation", "Ctrl&#43;Entrée"} {
		if !strings.Contains(page, want) {
			t.Errorf("the help does not say %q", want)
		}
	}
	_, body, _ := strings.Cut(page, `<div class="manual">`)
	text := regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`).ReplaceAllString(body, "\n")
	for sentence := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\n.!?:;", r) }) {
		words := strings.FieldsFunc(sentence, func(r rune) bool {
			return !unicode.IsLetter(r) && r != '\'' && r != '&' && r != '#' && !unicode.IsDigit(r)
		})
		if len(words) > 14 {
			t.Errorf("%d words: %s", len(words), sentence)
		}
	}
	if _, page = lou.get("/studio/aide?q=accolades"); !strings.Contains(page, `id="traduire"`) || strings.Contains(page, `id="cases"`) {
		t.Error("a word of the help does not find its topic alone")
	}
	if _, page = lou.get("/studio/aide?q=xyz"); !strings.Contains(page, "ne dit rien de « xyz »") {
		t.Error("nothing found is not said")
	}
}
