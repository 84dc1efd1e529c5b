package studio_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// coordinator is that of one mission locale.
func coordinator() bot.Counsellor {
	return bot.Counsellor{ID: "coralie", Name: "Coralie", Login: "coralie", Structures: []bot.StructureID{"mission-locale-35"}, Roles: []bot.Role{bot.RoleCoordinator}}
}

// recordsHouse is a studio of the reference bundle with everything around it in memory.
type recordsHouse struct {
	t        testing.TB
	server   *httptest.Server
	signin   *web.SignIn
	workshop *workshop.Workshop
	log      *bytes.Buffer
}

// recordsNow is a Monday in the morning, before the closure of the end of the year.
var recordsNow = time.Date(2026, 11, 30, 9, 30, 0, 0, time.UTC)

func openRecords(t testing.TB) *recordsHouse {
	t.Helper()
	return openRecordsWith(t, studio.Uncompiled)
}

func openRecordsWith(t testing.TB, compile func(*flow.Bundle) (*engine.Program, error)) *recordsHouse {
	t.Helper()
	b, err := studio.Reference()
	if err != nil {
		t.Fatal(err)
	}
	store := new(bottest.Shelf)
	h := &recordsHouse{t: t, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	live := func() *flow.Bundle { return b }
	now := func() time.Time { return recordsNow }
	h.workshop = &workshop.Workshop{Refs: store, Releases: store, Live: live, Now: now}
	h.signin = &web.SignIn{Staff: trialWith("accueil-regional", coordinator()), Refs: store, Limiter: store, Verify: staff.Verify, Trial: true, Service: b.Service, Log: log}
	s, err := studio.New(studio.Config{SignIn: h.signin, Workshop: h.workshop, Live: live, Compile: compile, Service: b.Service, Log: log, Now: now, Zone: b.Zone})
	if err != nil {
		t.Fatal(err)
	}
	h.server = serve(t, s, h.signin)
	return h
}

// recordsReader is one member of the staff with a browser without script.
type recordsReader struct {
	*recordsHouse
	client *http.Client
}

func (h *recordsHouse) as(who string) recordsReader {
	h.t.Helper()
	jar, _ := cookiejar.New(nil)
	r := recordsReader{h, &http.Client{Jar: jar}}
	r.post("/desk/entree", studio.Entering(h.t, h.signin, who))
	return r
}

func (r recordsReader) post(path string, form url.Values) (int, string) {
	r.t.Helper()
	answer, err := r.client.PostForm(r.server.URL+path, form)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.read(answer)
}

func (r recordsReader) get(path string) string {
	r.t.Helper()
	answer, err := r.client.Get(r.server.URL + path)
	if err != nil {
		r.t.Fatal(err)
	}
	status, body := r.read(answer)
	if status != http.StatusOK {
		r.t.Fatalf("%s: %d %s", path, status, body)
	}
	return body
}

func (r recordsReader) read(answer *http.Response) (int, string) {
	r.t.Helper()
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (r recordsReader) draft() *flow.Draft {
	r.t.Helper()
	s, err := r.workshop.Open(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return s.Draft
}

var (
	recordsForm   = regexp.MustCompile(`(?s)<form method="post" action="/studio/enregistrer"[^>]*>(.*?)</form>`)
	recordsInput  = regexp.MustCompile(`(?s)<input([^>]*)>`)
	recordsText   = regexp.MustCompile(`(?s)<textarea([^>]*)>(.*?)</textarea>`)
	recordsSelect = regexp.MustCompile(`(?s)<select([^>]*)>(.*?)</select>`)
	recordsOption = regexp.MustCompile(`<option value="([^"]*)"( selected)?`)
)

func attribute(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(" " + tag)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// filled is the first form of a page as a browser would send it, untouched.
func filled(page string) url.Values {
	sent := url.Values{}
	m := recordsForm.FindStringSubmatch(page)
	if m == nil {
		return sent
	}
	body := m[1]
	for _, i := range recordsInput.FindAllStringSubmatch(body, -1) {
		if attribute(i[1], "type") == "checkbox" && !strings.Contains(i[1], " checked") {
			continue
		}
		if name := attribute(i[1], "name"); name != "" {
			sent.Add(name, attribute(i[1], "value"))
		}
	}
	for _, i := range recordsText.FindAllStringSubmatch(body, -1) {
		sent.Add(attribute(i[1], "name"), html.UnescapeString(strings.TrimPrefix(i[2], "\n")))
	}
	for _, i := range recordsSelect.FindAllStringSubmatch(body, -1) {
		value := ""
		for _, o := range recordsOption.FindAllStringSubmatch(i[2], -1) {
			if o[2] != "" {
				value = html.UnescapeString(o[1])
			}
		}
		sent.Add(attribute(i[1], "name"), value)
	}
	return sent
}

// A form that is sent as it was drawn changes not a byte, whatever the kind; one field changed is one line.
func TestSavingARecordChangesOnlyWhatWasEdited(t *testing.T) {
	for _, c := range []struct{ path, field, value, file, was, is string }{
		{"fiches/cards/lyceen", "=owner", "Ana", "cards.yaml", "owner: équipe contenus (exemple)", "owner: Ana"},
		{"fiches/structures/mission-locale-35", "=mail", "ml@exemple.invalid", "regions/bretagne/structures.yaml", "mission-locale-35@exemple.invalid", "ml@exemple.invalid"},
		{"fiches/networks/mission-locale", "=name", "Les missions locales", "networks.yaml", "name: Mission locale,", "name: Les missions locales,"},
		{"fiches/queues/accueil", "=sam", "09:00-12:00", "regions/bretagne/hours.yaml", "sam: fermé", "sam: \"09:00-12:00\""},
		{"fiches/dangers/travail", "=grade", "distress", "safety.yaml", "  travail:\n    title: Souffrance au travail\n    grade: sensitive", "  travail:\n    title: Souffrance au travail\n    grade: distress"},
		{"fiches/territories/35", "=in", "dans l'Ille-et-Vilaine", "regions/bretagne/region.yaml", "in: en Ille-et-Vilaine", "in: dans l'Ille-et-Vilaine"},
		{"fiches/reasons/jeune", "=", "elle aide les 16-25 ans", "routing.yaml", "jeune: \"la mission locale aide les 16-25 ans\"", "jeune: \"elle aide les 16-25 ans\""},
		{"fiches/dangers/suicide/mots?langue=br", "=now", "x y z", "safety.yaml", "", "x y z"},
		{"securite", "=procedure/suite/text", "Appelez.", "safety.yaml", "Fixez le prochain contact avec la personne.", "Appelez."},
		{"securite/mots?langue=fr&partie=familles", "=classes/je", "je, j", "safety.yaml", "je: \"je, j, g, jai, ge, jé\"", "je: \"je, j\""},
	} {
		t.Run(c.path, func(t *testing.T) {
			r := openRecords(t).as("sacha")
			before := r.draft().Files()
			page := r.get("/studio/" + c.path)
			sent := filled(page)
			if status, body := r.post("/studio/enregistrer", sent); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			if same := r.draft().Files(); fmt.Sprint(recordsDiffer(before, same)) != "[]" {
				t.Fatalf("sent as drawn, it changed %v:\n%s", recordsDiffer(before, same), recordsLines(before, same))
			}
			sent.Set(c.field, c.value)
			if status, body := r.post("/studio/enregistrer", sent); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			after := r.draft().Files()
			if got := fmt.Sprint(recordsDiffer(before, after)); got != "["+c.file+"]" {
				t.Fatalf("changed files: %s", got)
			}
			if c.was == "" {
				return
			}
			want := strings.Replace(string(before[c.file]), c.was, c.is, 1)
			if c.file == "cards.yaml" {
				at := strings.Index(string(before[c.file]), "\n  lyceen:")
				want = string(before[c.file][:at]) + strings.Replace(string(before[c.file][at:]), c.was, c.is, 1)
			}
			if string(after[c.file]) != want {
				t.Errorf("more than one field changed:\n%s", recordsLines(before, after))
			}
		})
	}
}

func recordsDiffer(a, b map[string][]byte) []string {
	var all []string
	for name, content := range b {
		if !bytes.Equal(a[name], content) {
			all = append(all, name)
		}
	}
	return all
}

func recordsLines(a, b map[string][]byte) string {
	var out strings.Builder
	for _, name := range recordsDiffer(a, b) {
		had := map[string]bool{}
		for l := range strings.Lines(string(a[name])) {
			had[l] = true
		}
		for l := range strings.Lines(string(b[name])) {
			if !had[l] {
				out.WriteString("+ " + l)
			}
		}
	}
	return out.String()
}

// Whatever page is opened stays small enough for a slow line.
func TestPagesOfRecordsAreSmall(t *testing.T) {
	r := openRecords(t).as("sacha")
	for _, path := range []string{"fiches/cards", "fiches/structures", "fiches/networks", "fiches/queues", "fiches/dangers", "fiches/territories",
		"fiches/cards/lyceen", "fiches/structures/accueil-regional", "fiches/queues/accueil", "fiches/dangers/suicide", "fiches/territories/35", "fiches/reasons", "fiches/reasons/vae",
		"fiches/dangers/suicide/mots", "fiches/dangers/violence/mots", "fiches/dangers/vital/mots?langue=en", "securite", "securite/mots", "securite/mots?partie=locutions",
		"securite/mots?partie=sujets", "securite/mots?partie=temps", "securite/mots?partie=personne", "securite/mots?partie=petits"} {
		page := r.get("/studio/" + path)
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(page))
		_ = z.Close()
		if b.Len() > 150_000 {
			t.Errorf("%s: %d bytes compressed", path, b.Len())
		}
		if strings.Contains(page, "n'existe pas)") {
			t.Errorf("%s names something that does not exist", path)
		}
		t.Logf("%s: %d kB, %d compressed", path, len(page)/1000, b.Len()/1000)
	}
}

// A coordinator changes the texts of their own structure and its hours once they are its own, and nothing
// else.
func TestACoordinatorsWalls(t *testing.T) {
	h := openRecords(t)
	r, all := h.as("coralie"), h.as("sacha")
	save := func(r recordsReader, path, field, value string) int {
		sent := filled(all.get("/studio/" + path))
		for name := range sent {
			if strings.HasPrefix(name, "=") {
				sent.Del(name)
			}
		}
		sent.Set(field, value)
		status, _ := r.post("/studio/enregistrer", sent)
		return status
	}
	before := all.draft().Hash()
	for _, c := range []struct{ path, field, value string }{
		{"fiches/structures/mission-locale-22", "=address", "ailleurs"},
		{"fiches/structures/mission-locale-35", "=network", "apec"},
		{"fiches/structures/mission-locale-35", "=offers/0/to", "2030-01-01"},
		{"fiches/structures/mission-locale-35", "=hours", "accueil"},
		{"fiches/structures/mission-locale-35", "do", "ajouter:offers"},
		{"fiches/structures/mission-locale-35", "do", "retirer:offers/0"},
		{"fiches/structures/mission-locale-35", "yaml", "{}"},
		{"fiches/structures/mission-locale-35", "+offers/0", "x"},
		{"fiches/queues/partenaires", "=lun-ven", "10:00-11:00"},
		{"fiches/queues/accueil", "=lun-ven", "10:00-11:00"},
		{"fiches/cards/lyceen", "=text", "Autre."},
		{"fiches/dangers/suicide", "=text", "Autre."},
		{"fiches/territories/35", "=name", "Autre."},
		{"securite", "=reviewed", "2027-01-01"},
	} {
		if status := save(r, c.path, c.field, c.value); status != http.StatusForbidden {
			t.Errorf("%s %s: %d", c.path, c.field, status)
		}
	}
	for _, path := range []string{"fiches/structures/mission-locale-35/supprimer", "fiches/cards/lyceen/verifiee", "fiches/cards", "fiches/structures/mission-locale-22/horaires", "fiches/queues/accueil/commun"} {
		if status, _ := r.post("/studio/"+path, url.Values{"nom": {"x"}}); status != http.StatusForbidden {
			t.Errorf("%s: %d", path, status)
		}
	}
	if all.draft().Hash() != before {
		t.Fatal("something has changed")
	}
	if page := r.get("/studio/fiches/cards/lyceen"); !strings.Contains(page, `<fieldset class="group" disabled>`) || strings.Contains(page, ">Enregistrer<") || strings.Contains(page, `name="do"`) {
		t.Error("a card can be changed by who may only read it")
	}
	if status := save(r, "fiches/structures/mission-locale-35", "=address", "2 rue de l'Exemple, 35000 Rennes"); status != http.StatusOK {
		t.Errorf("own address: %d", status)
	}
	if status, body := r.post("/studio/fiches/structures/mission-locale-35/horaires", nil); status != http.StatusOK {
		t.Fatalf("own hours: %d %s", status, body)
	}
	if status := save(r, "fiches/queues/mission-locale-35", "=lun-ven", "10:00-12:00"); status != http.StatusOK {
		t.Errorf("own hours: %d", status)
	}
	if got := all.draft().Record("regions/bretagne/hours.yaml", "queues", "mission-locale-35"); got != "like: partenaires\nlun-ven: \"10:00-12:00\"\n" && got != "{like: partenaires, lun-ven: \"10:00-12:00\"}" {
		t.Errorf("hours of their own: %q", got)
	}
	if page := r.get("/studio/fiches/queues/mission-locale-35"); !strings.Contains(page, ">Enregistrer<") || !strings.Contains(page, "<fieldset class=\"group\" disabled><legend>Autres réglages") {
		t.Error("own hours cannot be changed, or more than them can")
	}
	if _, err := all.draft().Bundle(""); err != nil {
		t.Errorf("the draft no longer loads: %v", err)
	}
}

// Exceptional openings, closures and days are added by a button; the calendar is the engine's.
func TestHoursAndTheirCalendar(t *testing.T) {
	r := openRecords(t).as("sacha")
	path := "/studio/fiches/queues/accueil"
	page := r.get(path)
	for _, want := range []string{"Ouvert maintenant</b> : jusqu&#39;à 12 h 30.", "Du 24 déc. au 26 déc.", "fermeture – L&#39;accueil est fermé pour les fêtes.", "9h–12h30"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	sent := filled(page)
	sent.Set("nouveau-open-from", "2026-12-06T10:00")
	sent.Set("nouveau-open-to", "2026-12-06T12:30")
	sent.Set("nouveau-open-say", "Salon du dimanche.")
	sent.Set("do", "ajouter:open")
	status, page := r.post("/studio/enregistrer", sent)
	if status != http.StatusOK || !strings.Contains(page, "10h–12h30") || !strings.Contains(page, "ouverture exceptionnelle – Salon du dimanche.") {
		t.Errorf("%d: the opening is not in the calendar", status)
	}
	sent = filled(page)
	sent.Set("nouveau-jour", "mer")
	sent.Set("nouveau-heures", "14:00-16:00")
	sent.Set("do", "ajouter:jours")
	if _, page = r.post("/studio/enregistrer", sent); !strings.Contains(page, "14h–16h") || !strings.Contains(page, ">Mercredi<") {
		t.Error("the day is not in the calendar")
	}
	sent = filled(page)
	sent.Set("=lun-ven", "18:00-9:00")
	_, tried := r.post("/studio/apercu", sent)
	if !strings.Contains(tried, "la fin est avant le début") {
		t.Errorf("a fault in what is being written is not told: %s", tried)
	}
	sent.Set("=lun-ven", "08:00-9:00")
	if _, tried := r.post("/studio/apercu", sent); !strings.Contains(tried, "8h–9h") {
		t.Error("the calendar is not that of what is being written")
	}
	sent = filled(page)
	sent.Set("do", "ajouter:close")
	if _, page = r.post("/studio/enregistrer", sent); !strings.Contains(page, "elle n&#39;est pas complète") {
		t.Error("nobody says that nothing was added")
	}
	sent = filled(page)
	sent.Set("do", "retirer:open/1")
	if _, page = r.post("/studio/enregistrer", sent); strings.Contains(page, "Salon du dimanche.") {
		t.Error("the opening is still there")
	}
	if _, err := r.draft().Bundle(""); err != nil {
		t.Error(err)
	}
}

// A card is renewed by one click, replaced for the region, given back; the queue leads to the next.
func TestCardsAreRenewedAndReplaced(t *testing.T) {
	r := openRecords(t).as("sacha")
	before := r.draft().Files()
	if _, page := r.post("/studio/fiches/cards/lyceen/verifiee", nil); !strings.Contains(page, `value="2027-11-30"`) || !strings.Contains(page, `value="2026-11-30"`) {
		t.Error("the dates are not today and in a year")
	}
	if _, page := r.post("/studio/fiches/cards/lyceen/remplacer", nil); !strings.Contains(page, "remplacée pour la région") {
		t.Error("the card is not replaced")
	}
	sent := filled(r.get("/studio/fiches/cards/lyceen"))
	sent.Set("=title", "Après le lycée, en Bretagne")
	r.post("/studio/enregistrer", sent)
	b, err := r.draft().Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Texts["card.lyceen.title"].Text; got != "Après le lycée, en Bretagne" {
		t.Errorf("title served: %q", got)
	}
	r.post("/studio/fiches/cards/lyceen/commun", filled(r.get("/studio/fiches/cards/lyceen")))
	if _, still := r.draft().Files()["regions/bretagne/cards.yaml"]; still {
		t.Error("an empty file of the region stays")
	}
	status, page := r.post("/studio/fiches/cards/collegien/verifiee", url.Values{"revoir": {"1"}})
	if status != http.StatusOK || !strings.Contains(page, "Aucune carte à revoir") {
		t.Error("a card that is not due is to be checked")
	}
	status, page = r.post("/studio/fiches/cards/collegien/verifiee", url.Values{"revoir": {"tout"}})
	if status != http.StatusOK || !strings.Contains(page, "valable un an : suivante") || strings.Contains(page, `id="record-title">Préparer la suite du collège`) {
		t.Error("the next card is not shown, where all are asked for")
	}
	if got := fmt.Sprint(recordsDiffer(before, r.draft().Files())); got != "[cards.yaml]" {
		t.Errorf("changed: %s", got)
	}
	for filter, want := range map[string]int{"": 96, "expiree": 0, "sans_information": 2, "exemple": 96} {
		if got := strings.Count(r.get("/studio/fiches/cards?filtre="+filter), "<tr data-find-text"); got != want {
			t.Errorf("%q shows %d cards, not %d", filter, got, want)
		}
	}
	if got := strings.Count(r.get("/studio/fiches/cards?q=lycee+quitter"), "<tr data-find-text"); got == 0 || got > 10 {
		t.Errorf("a search finds %d cards", got)
	}
}

// Records are added, copied, renamed with what names them, and deleted with what stands in for them.
func TestRecordsComeAndGo(t *testing.T) {
	r := openRecords(t).as("sacha")
	ok := func(path string, form url.Values, want int) string {
		t.Helper()
		status, body := r.post("/studio/fiches/"+path, form)
		if status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
		return body
	}
	for _, kind := range []string{"cards", "structures", "networks", "queues", "dangers"} {
		ok(kind, url.Values{"nom": {"essai"}, "titre": {"Un essai"}, "ou": {"region"}, "mots": {"mon essai rare"}}, http.StatusOK)
		ok(kind, url.Values{"nom": {"essai"}, "titre": {"Un essai"}}, http.StatusUnprocessableEntity)
		ok(kind+"/essai/dupliquer", url.Values{"nom": {"copie"}}, http.StatusOK)
	}
	ok("cards", url.Values{"nom": {"../x"}}, http.StatusUnprocessableEntity)
	ok("territories", url.Values{"nom": {"44"}, "titre": {"Loire-Atlantique"}}, http.StatusOK)
	if _, err := r.draft().Bundle(""); err != nil {
		t.Errorf("the draft does not load: %v", err)
	}
	ok("queues/partenaires/renommer", url.Values{"nom": {"associations"}}, http.StatusOK)
	if got := r.draft().Files()["regions/bretagne/structures.yaml"]; bytes.Contains(got, []byte("hours: partenaires")) {
		t.Error("structures still name the old hours")
	}
	ok("networks/apec/supprimer", filled(r.get("/studio/fiches/networks/apec")), http.StatusConflict)
	ok("territories/22/supprimer", filled(r.get("/studio/fiches/territories/22")), http.StatusConflict)
	ok("dangers/enfant/renommer", url.Values{"nom": {"mineur"}}, http.StatusOK)
	d := r.draft()
	if _, is := d.At("safety.yaml", "hearing", "fr", "dangers", "mineur"); !is || d.Has(flow.DangerRecord, "enfant") {
		t.Error("the danger's words did not follow its name")
	}
	for _, kind := range []string{"cards", "structures", "networks", "queues", "dangers"} {
		ok(kind+"/copie/supprimer", filled(r.get("/studio/fiches/"+kind+"/copie")), http.StatusOK)
	}
	if _, err := r.draft().Bundle(""); err != nil {
		t.Errorf("the draft does not load: %v", err)
	}
}

// A sentence is heard as by the service; words that change what is heard are told.
func TestTryingASentence(t *testing.T) {
	r := openRecordsWith(t, studio.Compiled).as("sacha")
	if _, page := r.post("/studio/securite/essai", url.Values{"phrase": {"je veux mourir"}}); !strings.Contains(page, "Danger entendu : <a href=\"/studio/fiches/dangers/suicide\">") || !strings.Contains(page, "<b>3114</b>") {
		t.Error("the danger is not told")
	}
	if _, page := r.post("/studio/securite/essai", url.Values{"phrase": {"je cherche une formation"}}); !strings.Contains(page, "Aucun danger") {
		t.Error("a danger is told")
	}
	sent := filled(r.get("/studio/fiches/dangers/suicide"))
	sent.Set("=words", "formation")
	sent.Set("=text", "Appelez le {15}.")
	_, page := r.post("/studio/enregistrer", sent)
	if !strings.Contains(page, "Le texte a changé depuis la relecture. Seuls les numéros sont dits.") {
		t.Error("no second look is asked for")
	}
	sent = filled(page)
	sent.Set("do", "relu:reread/fr")
	if _, again := r.post("/studio/enregistrer", sent); strings.Contains(again, "Le texte a changé depuis la relecture") || !strings.Contains(again, `value="Sacha"`) || !strings.Contains(again, `value="`+recordsNow.Format(time.DateOnly)+`"`) {
		t.Error("who has read again is not noted")
	}
	page = r.get("/studio/fiches/dangers/suicide")
	sent = filled(page)
	sent.Set("nouveau-langue", "en")
	sent.Set("nouveau-relu-par", "Ana Ruiz")
	sent.Set("nouveau-relu-le", "2026-11-20")
	sent.Set("do", "ajouter:reread")
	_, page = r.post("/studio/enregistrer", sent)
	sent = filled(page)
	if _, err := r.workshop.Save(t.Context(), workshop.Author{ID: "tom", Name: "Tom"}, "en", func(now *workshop.State) (*flow.Draft, error) {
		return now.Draft.Edit(flow.SetText(flow.In("locales/safety.en.yaml", "safety.suicide", "other"), "Call {15}."))
	}); err != nil {
		t.Fatal(err)
	}
	sent.Set("do", "relu:reread/en")
	if status, again := r.post("/studio/enregistrer", sent); status != http.StatusConflict || !strings.Contains(again, "Un de ces textes a changé") {
		t.Errorf("who has not seen a text has read it: %d", status)
	}
	page = r.get("/studio/fiches/dangers/suicide")
	sent = filled(page)
	sent.Set("do", "relu:reread/en")
	if _, again := r.post("/studio/enregistrer", sent); strings.Contains(again, "Le texte a changé depuis la relecture") {
		t.Error("who has read the text again is not noted")
	}
	page = r.get("/studio/fiches/dangers/suicide")
	if page := r.get("/studio/fiches/dangers"); !strings.Contains(page, "seraient entendus autrement") {
		t.Error("what is heard otherwise is not told")
	}
	sent = filled(page)
	sent.Set("=text", "Appelez le 16.")
	if _, page = r.post("/studio/enregistrer", sent); !strings.Contains(page, "le texte donne le numéro") {
		t.Error("a wrong number is not told")
	}
}
