package studio_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
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
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// spoken is a voice that says a sentence as its letters.
type spoken struct{}

func (spoken) Sentences(text string) []string {
	return strings.SplitAfter(strings.TrimSpace(text), ". ")
}

func (spoken) Say(_ context.Context, language, sentence string) ([]byte, error) {
	if language == "xx" {
		return nil, errors.New("no such voice")
	}
	return []byte("RIFF " + sentence), nil
}

// kept are the traces that counsellors left.
type kept []bot.Trace

func (k kept) Traces(_ context.Context, each func(bot.Trace) error) error {
	for _, t := range k {
		if err := each(t); err != nil {
			return err
		}
	}
	return nil
}

// A bureau is a studio with everything around it in memory, and Sacha signed in to it.
type bureau struct {
	t        testing.TB
	server   *httptest.Server
	signIn   *web.SignIn
	workshop *workshop.Workshop
	client   *http.Client
}

// tuesday is open at the regional desk.
var tuesday = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func newBureau(t testing.TB, traces bot.Traces, voice studio.Voice) *bureau {
	t.Helper()
	live, err := studio.Reference()
	if err != nil {
		t.Fatal(err)
	}
	shelf := new(bottest.Shelf)
	now := func() time.Time { return tuesday }
	log := slog.New(slog.DiscardHandler)
	d := &bureau{t: t, workshop: &workshop.Workshop{Refs: shelf, Releases: shelf, Live: func() *flow.Bundle { return live }, Now: now}}
	d.signIn = &web.SignIn{Staff: staff.Trial(bot.StructureID(live.Lead().ID)), Refs: shelf, Limiter: shelf, Verify: staff.Verify, Trial: true, Service: "Essai", Log: log}
	s, err := studio.New(studio.Config{SignIn: d.signIn, Workshop: d.workshop, Live: func() *flow.Bundle { return live }, Compile: studio.Compiled,
		Voice: voice, Figures: onward{traces}, Service: "Essai", Log: log, Now: now, Zone: live.Zone})
	if err != nil {
		t.Fatal(err)
	}
	d.server = serve(t, s, d.signIn)
	jar, _ := cookiejar.New(nil)
	d.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.post("/desk/entree", studio.Entering(t, d.signIn, "sacha"))
	return d
}

func (d *bureau) get(path string) string {
	d.t.Helper()
	request, _ := http.NewRequest(http.MethodGet, d.server.URL+path, nil)
	return d.send(request, http.StatusOK)
}

func (d *bureau) post(path string, form url.Values) string {
	d.t.Helper()
	return d.try(path, form, 0)
}

// try posts a form and wants a status; 0 for any that is no failure, and goes where that leads.
func (d *bureau) try(path string, form url.Values, want int) string {
	d.t.Helper()
	request, _ := http.NewRequest(http.MethodPost, d.server.URL+path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	return d.send(request, want)
}

func (d *bureau) send(request *http.Request, want int) string {
	d.t.Helper()
	request.Header.Set("Accept", "text/html")
	answer, err := d.client.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if want == 0 && answer.StatusCode == http.StatusSeeOther {
		if to := answer.Header.Get("Location"); strings.HasPrefix(to, "/studio/") {
			return d.get(to)
		}
		return string(body)
	}
	if want != 0 && answer.StatusCode != want || want == 0 && answer.StatusCode >= 400 {
		d.t.Fatalf("%s %s: %d, want %d\n%s", request.Method, request.URL.Path, answer.StatusCode, want, inMain(string(body)))
	}
	return string(body)
}

// inMain is a page's own content.
func inMain(page string) string {
	if _, main, is := strings.Cut(page, "<main"); is {
		page = main
	}
	return page
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// formOf reads what the preview's form sends back.
func formOf(page string) url.Values {
	_, form, _ := strings.Cut(page, `id="trial-form"`)
	form, _, _ = strings.Cut(form, "</form>")
	v := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(form, -1) {
		v.Add(m[1], unescaped(m[2]))
	}
	for _, m := range moment.FindAllStringSubmatch(form, -1) {
		v.Set("quand", m[1])
	}
	return v
}

var moment = regexp.MustCompile(`name="quand" value="([^"]*)"`)

func unescaped(s string) string {
	return strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">", "&#43;", "+").Replace(s)
}

// does presses a button of the preview.
func (d *bureau) does(page, deed string, more ...string) string {
	d.t.Helper()
	form := formOf(page)
	form.Set("geste", deed)
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return d.post("/studio/essai", form)
}

func (d *bureau) shows(page string, wants ...string) {
	d.t.Helper()
	text := unescaped(inMain(page))
	for _, want := range wants {
		if not, is := strings.CutPrefix(want, "!"); is {
			if strings.Contains(text, not) {
				d.t.Errorf("%q shows in\n%.3000s", not, text)
			}
		} else if !strings.Contains(text, want) {
			d.t.Errorf("%q is not in\n%.3000s", want, text)
		}
	}
}

func (d *bureau) edit(changes ...flow.Change) {
	d.t.Helper()
	_, err := d.workshop.Save(context.Background(), workshop.Author{ID: "sacha"}, "essai", func(s *workshop.State) (*flow.Draft, error) { return s.Draft.Edit(changes...) })
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *bureau) files() map[string]string {
	d.t.Helper()
	s, err := d.workshop.Open(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	all := map[string]string{}
	for name, text := range maps.All(s.Draft.Files()) {
		all[name] = string(text)
	}
	return all
}

// The preview changes nothing: one bureau will do.
func TestPreview(t *testing.T) {
	d := newBureau(t, nil, spoken{})
	for name, test := range map[string]func(*testing.T, *bureau){"talks on each channel": talksOnEachChannel, "shows the three at once": showsTheThree,
		"begins at a step": beginsAtAStep, "knows the moment and the team": knowsTheMoment, "is heard": isHeard} {
		t.Run(name, func(t *testing.T) {
			own := *d
			own.t = t
			test(t, &own)
		})
	}
}

func talksOnEachChannel(t *testing.T, d *bureau) {
	page := d.get("/studio/essai")
	d.shows(page, "Je suis un robot", "Que cherchez-vous ?", `value="choix:emploi"`, "Depuis le début")
	page = d.does(page, "choix:emploi")
	d.shows(page, "compris : Besoin = Un travail, un stage, une alternance", `class="bubble person"`, "étape « accueil.situation »")
	page = d.does(page, "dire", "mots", "je suis au chômage")
	d.shows(page, "je suis au chômage", "compris :")
	page = d.does(page, "annuler")
	d.shows(page, "!je suis au chômage", "étape « accueil.situation »")
	page = d.does(page, "recommencer")
	d.shows(page, "!compris :", "Que cherchez-vous ?")

	page = d.does(page, "voie:phone")
	d.shows(page, "Ce que la personne entend", "tapez 1.", "secondes de parole", `value="touche:#"`, "data-listen")
	page = d.does(page, "touche:1")
	d.shows(page, "touche 1", "voix.menu_emploi")
	page = d.does(page, "silence")
	d.shows(page, "La personne se tait.")

	page = d.does(d.does(page, "recommencer"), "voie:sms")
	d.shows(page, "Par SMS, la personne écrit la première.")
	page = d.does(page, "dire", "mots", "Bonjour")
	d.shows(page, "Pour finir : STOP.", "SMS</p>", "1 Choisir un métier ou des études")
}

func showsTheThree(t *testing.T, d *bureau) {
	page := d.get("/studio/essai?voie=all&depart=accueil.besoin")
	d.shows(page, "pane of-web", "pane of-phone", "pane of-sms", "8 Une question pratique, autre chose")
	page = d.does(page, "choix:emploi")
	d.shows(page, "Votre situation", "pane of-phone")
}

func beginsAtAStep(t *testing.T, d *bureau) {
	page := d.get("/studio/essai?depart=accueil.besoin")
	d.shows(page, "!Je suis un robot", "Que cherchez-vous ?")
	page = d.does(page, "donner", "nouvelle", "besoin=emploi")
	d.shows(page, "!Que cherchez-vous ?", "besoin = emploi", "accueil.situation")
	page = d.does(page, "oublier:besoin")
	d.shows(page, "Que cherchez-vous ?", "!besoin = emploi")
	d.shows(d.does(page, "donner", "nouvelle", "rien=x"), "La réponse « rien » n'existe pas dans le brouillon.")
	d.shows(d.get("/studio/essai?depart=accueil.nulle_part"), "n'existe plus dans le brouillon")
}

func knowsTheMoment(t *testing.T, d *bureau) {
	page := d.does(d.get("/studio/essai?depart=accueil.besoin"), "dire", "mots", "HUMAIN")
	d.shows(page, "la personne attend", "Un conseiller répond")
	page = d.does(page, "repondre")
	d.shows(page, "Camille prend le dossier.", "Je lis vos réponses.")
	page = d.does(d.get("/studio/essai?depart=accueil.besoin"), "ferme")
	d.shows(page, "L'accueil est fermé")
	page = d.does(page, "dire", "mots", "HUMAIN")
	d.shows(page, "!la personne attend")
}

func TestPreviewStopsWhereTheDraftHasMovedOn(t *testing.T) {
	d := newBureau(t, nil, nil)
	d.try("/studio/essai/voix", url.Values{"texte": {"Bonjour."}}, http.StatusNotFound)
	page := d.does(d.get("/studio/essai?depart=accueil.secteur"), "choix:nulle_part")
	d.shows(page, "Ce choix n'est pas proposé ici.", "L'essai s'arrête avant", "!data-listen")
	page = d.does(page, "dire", "mots", "je ne sais pas")
	if lines := formOf(page)["fil"]; len(lines) != 1 || lines[0] != "citizen: je ne sais pas" {
		t.Errorf("lines that make no sense stay: %q", lines)
	}
	d.edit(flow.WriteFile("accueil.yaml", "flow: [\n"))
	d.shows(d.post("/studio/essai", formOf(page)), "Essai d'avant l'erreur : la version en ligne.", "Dans quelle activité ?")
}

func isHeard(t *testing.T, d *bureau) {
	form := url.Values{"langue": {"fr"}, "texte": {"Bonjour. Au revoir."}, "phrase": {"1"}}
	if got := d.try("/studio/essai/voix", form, http.StatusOK); got != "RIFF Au revoir." {
		t.Errorf("one hears %q", got)
	}
	form.Set("phrase", "2")
	d.try("/studio/essai/voix", form, http.StatusNoContent)
	form.Set("langue", "xx")
	form.Set("phrase", "0")
	d.try("/studio/essai/voix", form, http.StatusServiceUnavailable)
}

func TestTestsAreRecordedReplayedAcceptedRenamedAndDeleted(t *testing.T) {
	d := newBureau(t, nil, nil)
	d.shows(d.get("/studio/tests"), "Aucun test pour l'instant")
	page := d.does(d.get("/studio/essai?depart=accueil.besoin"), "choix:emploi")
	form := formOf(page)
	form.Set("nom", "Quelqu'un cherche un travail à Brest.")
	page = d.post("/studio/tests/ajouter", form)
	const file = "tests/quelqu-un-cherche-un-travail-a-brest.txt"
	text := d.files()[file]
	for _, want := range []string{"# Quelqu'un cherche un travail à Brest.\n", "from accueil.besoin\n", "citizen: [emploi]\n", "    bot: Que cherchez-vous ?"} {
		if !strings.Contains(text, want) {
			t.Fatalf("%q is not in the test\n%s", want, text)
		}
	}
	d.settled(&page)
	d.shows(page, "Quelqu'un cherche un travail à Brest.", "inchangé", "Tous les tests disent ce qu'ils disaient.", "SMS :", "Téléphone :")

	at := flow.In("accueil.yaml", "steps", "besoin", "ask")
	d.edit(flow.SetText(at, "Que voulez-vous savoir ?"))
	page = d.get("/studio/tests")
	d.settled(&page)
	d.shows(page, "dit autre chose", "1 test dit autre chose qu'avant.")
	page = d.get("/studio/tests/quelqu-un-cherche-un-travail-a-brest")
	d.shows(page, "<del>Que cherchez-vous ?</del>", "<ins>Que voulez-vous savoir ?</ins>", "Accepter ce qui est dit maintenant")
	etag := regexp.MustCompile(`name="etag" value="([^"]*)"`).FindStringSubmatch(page)[1]
	d.try("/studio/tests/quelqu-un-cherche-un-travail-a-brest/accepter", url.Values{"etag": {"vieux"}}, http.StatusUnprocessableEntity)
	d.post("/studio/tests/quelqu-un-cherche-un-travail-a-brest/accepter", url.Values{"etag": {etag}})
	if text := d.files()[file]; !strings.Contains(text, "Que voulez-vous savoir ?") {
		t.Errorf("what is said now was not accepted\n%s", text)
	}
	page = d.get("/studio/tests/quelqu-un-cherche-un-travail-a-brest")
	d.shows(page, "dit exactement ce que le test attend")
	etag = regexp.MustCompile(`name="etag" value="([^"]*)"`).FindStringSubmatch(page)[1]
	d.post("/studio/tests/quelqu-un-cherche-un-travail-a-brest/renommer", url.Values{"etag": {etag}, "nom": {"Un travail"}})
	if files := d.files(); files[file] != "" || !strings.HasPrefix(files["tests/un-travail.txt"], "# Un travail\n") {
		t.Errorf("the test was not renamed")
	}
	page = d.get("/studio/tests/un-travail")
	etag = regexp.MustCompile(`name="etag" value="([^"]*)"`).FindStringSubmatch(page)[1]
	d.shows(d.post("/studio/tests/un-travail/supprimer", url.Values{"etag": {etag}}), "Aucun test pour l'instant")
}

// settled waits for the tests to have been played.
func (d *bureau) settled(page *string) {
	d.t.Helper()
	for range 200 {
		if !strings.Contains(*page, "Les tests sont rejoués…") {
			return
		}
		time.Sleep(20 * time.Millisecond)
		*page = d.get("/studio/tests")
	}
	d.t.Fatal("the tests are played for ever")
}

func TestCoverageNamesWhatNobodyTests(t *testing.T) {
	d := newBureau(t, nil, nil)
	form := formOf(d.does(d.get("/studio/essai?depart=accueil.besoin"), "choix:emploi"))
	form.Set("nom", "Un emploi")
	page := d.post("/studio/tests/ajouter", form)
	d.settled(&page)
	d.shows(page, `<b>besoin</b></a> <span class="soft">Que cherchez-vous ?</span><span class="by-tests"><a class="tag ok" href="/studio/tests/un-emploi">Un emploi</a>`,
		"Jamais choisis : <span class=\"tag\">Choisir un métier ou des études</span>", "!<span class=\"tag\">Un travail, un stage, une alternance</span>",
		`href="/studio/essai?depart=accueil.secteur"`, "depart=accueil.", "reponse=")
}

func TestTestsThatCannotBePlayedSayWhy(t *testing.T) {
	d := newBureau(t, nil, nil)
	d.edit(flow.WriteFile("tests/vieux.txt", "# Vieux\nat 2026-11-24 10:00\n\ncitizen: (arrives)\ncitizen: [99]\n"), flow.WriteFile("tests/faux.txt", "n'importe quoi\n"))
	page := d.get("/studio/tests")
	d.settled(&page)
	d.shows(page, "ne va plus jusqu'au bout", "2 tests disent autre chose qu'avant.")
	d.shows(d.get("/studio/tests/vieux"), "Ce choix n'est pas proposé ici.")
	d.shows(d.get("/studio/tests/faux"), "Le fichier du test ne peut pas être lu")
	d.shows(d.post("/studio/tests/rejouer", url.Values{}), "ne va plus jusqu'au bout")
}

func TestMisroutingsBecomeTests(t *testing.T) {
	trace := func(number, step, option string) bot.Trace {
		return bot.Trace{At: tuesday, Number: number, Channel: "web", Step: step, Class: "option:" + option, Option: option}
	}
	report := bot.Trace{At: tuesday, Number: "a", Class: "misrouted", Row: "aiguillage:2", Channel: "desk", Territory: "35"}
	other := report
	other.Number = "b"
	d := newBureau(t, kept{trace("a", "accueil.besoin", "emploi"), trace("a", "accueil.situation", "chomage"), report, trace("b", "accueil.besoin", "emploi"),
		trace("b", "accueil.situation", "chomage"), other, trace("c", "accueil.besoin", "vae")}, nil)
	page := d.get("/studio/aiguillages")
	d.shows(page, "Table « aiguillage », ligne 2", "2 fois", "Besoin : Un travail, un stage, une alternance", "département : 35", "!Faire reconnaître", "En faire un test")
	key := regexp.MustCompile(`(?s)<textarea name="cas" hidden>(.*?)</textarea>`).FindStringSubmatch(page)[1]
	d.post("/studio/aiguillages", url.Values{"cas": {unescaped(key)}})
	text := d.files()["tests/mauvais-aiguillage-table-aiguillage-ligne-2.txt"]
	if !strings.Contains(text, "citizen: [emploi]\n") || !strings.Contains(text, "citizen: [chomage]\n") {
		t.Errorf("the test does not say what was chosen:\n%s", text)
	}
}

func TestReadersDoNotChangeTests(t *testing.T) {
	d := newBureau(t, nil, nil)
	jar, _ := cookiejar.New(nil)
	d.client.Jar = jar
	d.post("/desk/entree", studio.Entering(t, d.signIn, "camille"))
	d.try("/studio/tests/ajouter", url.Values{"nom": {"x"}}, http.StatusForbidden)
}

// FuzzPreview: whatever a form sends is answered.
func FuzzPreview(f *testing.F) {
	f.Add("web", "accueil.besoin", "citizen: [emploi]", "dire", "bonjour", "besoin=emploi")
	f.Add("all", "", "time: 10m", "touche:#", "(", "=")
	f.Add("phone", "voix.menu", "staff x y 1", "choix:]", "[", "a=b c")
	d := newBureau(f, nil, nil)
	d.get("/studio/essai") // the reference bundle is read once, before anything is timed
	f.Fuzz(func(t *testing.T, channel, from, line, deed, words, given string) {
		d := *d
		d.t = t
		d.post("/studio/essai", url.Values{"voie": {channel}, "depart": {from}, "fil": {line}, "jouees": {"1"}, "geste": {deed}, "mots": {words}, "nouvelle": {given}, "reponse": {given}})
	})
}

// A preview of ten lines: what a supervisor waits for after a click, without the browser.
func BenchmarkPreview(b *testing.B) {
	d := newBureau(b, nil, nil)
	page := d.does(d.get("/studio/essai"), "choix:emploi")
	for range 8 {
		page = d.does(page, "dire", "mots", "pourquoi ?")
	}
	form := formOf(page)
	for b.Loop() {
		d.post("/studio/essai", form)
	}
}
