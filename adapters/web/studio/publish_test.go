package studio_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
	"frontdesk/bot/workshop"
)

// A newsroom is one store, on which several replicas of the studio stand.
type newsroom struct {
	t     *testing.T
	store *redis.Store
	log   *bottest.Log
	crew  joined
	talks []change.Talk
	cards []bot.Card
	came  studio.Figures // what people did; nil for a studio without figures
	now   func() time.Time
}

// A replica is one of them, with the people who are signed in there.
type replica struct {
	*newsroom
	server   *httptest.Server
	press    *publish.Press
	workshop *workshop.Workshop
	signIn   *web.SignIn
	live     atomic.Pointer[flow.Bundle]
	at       map[string]*http.Client
	refuses  string // a release that cannot be served here
}

// crew are the trial's people, one who edits and does not publish, and one who reads.
func crew() joined {
	return trialWith("accueil-regional", bot.Counsellor{ID: "plume", Name: "Plume", Roles: []bot.Role{bot.RoleEditor}},
		bot.Counsellor{ID: "lise", Name: "Lise", Roles: []bot.Role{bot.RoleReader}})
}

func newNewsroom(t *testing.T) *newsroom {
	t.Helper()
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	cards := make([]bot.Card, 3)
	for i := range cards {
		cards[i].Life = bot.Waiting
	}
	return &newsroom{t: t, store: store, log: &bottest.Log{}, crew: crew(), now: time.Now, cards: cards}
}

// open starts a replica; the first one publishes the small bundle of the tests.
func (n *newsroom) open() *replica {
	n.t.Helper()
	r := &replica{newsroom: n, at: map[string]*http.Client{}, refuses: strings.Repeat("f", 32)}
	log := slog.New(slog.NewTextHandler(n.log, nil))
	name := func(ctx context.Context, id string) string {
		c, _ := n.crew.Counsellor(ctx, bot.CounsellorID(id))
		return c.Name
	}
	r.press = &publish.Press{Releases: n.store, Refs: n.store, Journal: n.store, Stock: n.store, Log: log, Now: n.store.Now, Zone: time.UTC, Name: name,
		Prove: func(context.Context, *flow.Bundle) error { return nil }}
	hash, err := r.press.Live(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	if hash == "" {
		b, err := flow.Load(os.DirFS("../../../cmd/frontdesk/testdata/rehearse/guichet"), "")
		if err != nil {
			n.t.Fatal(err)
		}
		if err := r.press.Publish(n.t.Context(), b, publish.Order{Who: bot.ByService, What: "Première version en service."}); err != nil {
			n.t.Fatal(err)
		}
	}
	r.look()
	r.workshop = &workshop.Workshop{Refs: n.store, Releases: n.store, Live: r.live.Load, Now: n.now, Journal: n.store}
	r.signIn = &web.SignIn{Staff: n.crew, Refs: n.store, Limiter: new(bottest.Shelf), Verify: staff.Verify, Trial: true, Service: "Guichet", Log: log}
	s, err := studio.New(studio.Config{SignIn: r.signIn, Workshop: r.workshop, Live: r.live.Load, Compile: studio.Compiled, Service: "Guichet",
		Log: log, Now: n.now, Zone: time.UTC, Figures: n.came, Publishing: studio.Publishing{Press: r.press,
			Follow: func(_ context.Context, b *flow.Bundle) error {
				if b == nil {
					r.look()
				} else {
					r.live.Store(b)
				}
				return nil
			},
			Name:     name,
			Review:   func(*flow.Bundle) ([]studio.Untranslated, error) { return nil, nil },
			Talks:    func(context.Context) ([]change.Talk, error) { return n.talks, nil },
			Cases:    func(context.Context) ([]bot.Card, error) { return n.cards, nil },
			Circular: func(_, text string) string { return "Message : " + text },
		}})
	if err != nil {
		n.t.Fatal(err)
	}
	r.server = serve(n.t, s, r.signIn)
	return r
}

// look serves the live release, as a replica does every half second.
func (r *replica) look() {
	r.t.Helper()
	hash, err := r.press.Live(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if hash == r.refuses {
		return
	}
	b, err := r.press.Load(r.t.Context(), hash)
	if err != nil {
		r.t.Fatal(err)
	}
	r.live.Store(b)
}

// as is a browser in which somebody is signed in.
func (r *replica) as(who string) *http.Client {
	r.t.Helper()
	if c := r.at[who]; c != nil {
		return c
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	answer, err := c.PostForm(r.server.URL+"/desk/entree", studio.Entering(r.t, r.signIn, who))
	if err != nil {
		r.t.Fatal(err)
	}
	_ = answer.Body.Close()
	r.at[who] = c
	return c
}

func (r *replica) body(answer *http.Response, err error) (int, string) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, strings.ReplaceAll(html.UnescapeString(string(text)), "\u00a0", " ")
}

func (r *replica) get(who, path string) string {
	r.t.Helper()
	status, text := r.body(r.as(who).Get(r.server.URL + path))
	if status != http.StatusOK {
		r.t.Fatalf("%s: %d", path, status)
	}
	return text
}

// post sends a form; fields that the page has hidden are taken from it.
func (r *replica) post(who, from, to string, fields ...string) (int, string) {
	r.t.Helper()
	form := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(r.get(who, from), -1) {
		form.Set(m[1], m[2])
	}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return r.body(r.as(who).PostForm(r.server.URL+to, form))
}

// hiddenOf are the hidden fields of a page.
func hiddenOf(text string) map[string]string {
	all := map[string]string{}
	for _, m := range hiddenInput.FindAllStringSubmatch(text, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// edit changes the draft.
func (r *replica) edit(changes ...flow.Change) {
	r.t.Helper()
	if _, err := r.workshop.Save(r.t.Context(), workshop.Author{ID: "plume", Name: "Plume"}, "essai", func(now *workshop.State) (*flow.Draft, error) {
		return now.Draft.Edit(changes...)
	}); err != nil {
		r.t.Fatal(err)
	}
}

func asking(text string) flow.Change {
	return flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "ask"), text)
}

// settled waits until nothing on the page is still being found out.
func (r *replica) settled(who, path string) string {
	r.t.Helper()
	for range 200 {
		if text := r.get(who, path); !strings.Contains(text, "data-pending") {
			return text
		}
		time.Sleep(20 * time.Millisecond)
	}
	r.t.Fatalf("%s never settles", path)
	return ""
}

func has(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func hasNot(t *testing.T, text string, none ...string) {
	t.Helper()
	for _, what := range none {
		if strings.Contains(text, what) {
			t.Errorf("the page says %q", what)
		}
	}
}

func TestASecondPersonPublishes(t *testing.T) {
	r := newNewsroom(t).open()
	has(t, r.get("plume", "/studio/publier"), "Rien à publier")
	r.talks = []change.Talk{{Step: "accueil.besoin"}, {Step: "accueil.age"}, {Step: "accueil.disparue", Path: []string{"accueil.besoin"}}}
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	before := r.live.Load().Hash
	text := r.settled("plume", "/studio/publier")
	has(t, text, "étape « besoin » : question changée", "<ins>aujourd'hui </ins>", "Des textes seulement", "reformulées</dt><dd>moins de 10<", "étape retirée</dt><dd>moins de 10<", "suite à « accueil.besoin »")
	hasNot(t, text, "Publier sans relecture", "J'ai relu")

	if status, text := r.post("plume", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant"); status != 422 || !strings.Contains(text, "Écrivez un commentaire") {
		t.Errorf("without a comment: %d", status)
	}
	if status, _ := r.post("plume", "/studio/publier", "/studio/publier", "do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r"); status != http.StatusForbidden {
		t.Errorf("an editor publishes alone: %d", status)
	}
	if _, text := r.post("plume", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "Plus chaleureux"); !strings.Contains(text, "Vous demandez une relecture") {
		t.Error("nobody is asked")
	}
	has(t, r.get("plume", "/studio/publier"), "Peuvent relire : ", "Une relecture est demandée.")
	asking, err := r.workshop.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status, text := r.post("plume", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "Encore", "live", before, "pointeur", before, "brouillon", asking.Draft.Hash()); status != http.StatusConflict || !strings.Contains(text, "déjà demandée") {
		t.Errorf("a second review is asked for beside the first: %d", status)
	}
	if status, _ := r.post("plume", "/studio/publier", "/studio/publier/accord"); status != http.StatusForbidden {
		t.Errorf("an editor agrees: %d", status)
	}
	has(t, r.settled("sacha", "/studio/publier"), "Plume demande votre relecture", "Plus chaleureux", "J'ai relu : publier")
	status, text := r.post("sacha", "/studio/publier", "/studio/publier/accord")
	if status != 200 || r.live.Load().Hash == before {
		t.Fatalf("it is not published: %d", status)
	}
	has(t, text, "C'est publié.", "Mise en ligne par Plume, relue par Sacha", "Annuler cette publication")
	hasNot(t, text, "demande votre relecture")
	state, err := r.workshop.Open(t.Context())
	if err != nil || state.Version.Base != r.live.Load().Hash {
		t.Errorf("the draft stands on another release: %v", err)
	}
	if status, _ := r.post("sacha", "/studio/publier", "/studio/versions/revenir"); status != 422 {
		t.Errorf("going back without a reason: %d", status)
	}
	if _, text := r.post("sacha", "/studio/publier", "/studio/versions/revenir", "raison", "Trop long"); r.live.Load().Hash != before {
		t.Error("it is not taken back")
	} else {
		has(t, text, "L'ancienne version est de nouveau en ligne.", "Trop long")
	}
	if state, err := r.workshop.Open(t.Context()); err != nil || state.Version.Base != before {
		t.Errorf("a draft without changes does not follow: %v", err)
	}
	has(t, r.get("lise", "/studio/journal"), "Journal intact, 5 lignes", "relecture demandée", "retour à une version", "relu par Sacha")
	if text := r.get("lise", "/studio/journal?qui=sacha"); !strings.Contains(text, "<td>publication</td>") || strings.Contains(text, "<td>relecture demandée</td>") {
		t.Error("the journal is not filtered")
	}
	if status, text := r.body(r.as("lise").Get(r.server.URL + "/studio/journal.csv")); status != 200 || strings.Count(text, "\r\n") != 6 || !strings.HasPrefix(text, "\uFEFFligne;quand;qui") {
		t.Errorf("%d %q", status, text)
	}
	for _, path := range []string{"/studio/publier/accord", "/studio/versions/revenir", "/studio/bulletin", "/studio/bulletin/finir", "/studio/publier"} {
		if status, _ := r.post("lise", "/studio/publier", path); status != http.StatusForbidden {
			t.Errorf("a reader does %s: %d", path, status)
		}
	}
}

// What a publication would do to people is said as figures are everywhere: nobody is the difference of two drafts.
func TestTheEffectOnPeopleIsRounded(t *testing.T) {
	n := newNewsroom(t)
	people := &tableStore{}
	come := func(count int, need, age string) {
		for range count {
			number := fmt.Sprint("n", len(people.traces))
			for step, option := range map[string]string{"accueil.besoin": need, "accueil.age": age} {
				people.traces = append(people.traces, bot.Trace{Number: number, At: time.Now(), Channel: "web", Language: "fr", Step: step, Class: "option:" + option, Option: option})
			}
		}
	}
	come(44, "vae", "adulte")
	come(263, "emploi", "adulte")
	come(13, "emploi", "jeune")
	come(7, "vae", "jeune")
	n.came = onward{people}
	for range 14 {
		n.talks = append(n.talks, change.Talk{Step: "accueil.disparue"})
	}
	r := n.open()
	row := func(cells ...string) flow.Change {
		return flow.InsertRow(flow.In("routing.yaml", "tables", "aiguillage", "rows", "x"), cells, flow.Before("0"))
	}
	r.edit(row("vae", ">=26", "jeunes", "vae", "vae"))
	text := r.settled("lise", "/studio/publier")
	has(t, text, "Environ <b>40</b> personnes sur 330 seraient dirigées ou informées autrement.", `<td class="n">40</td>`, "étape retirée</dt><dd>10<", "<b>10</b> à l'étape")
	r.edit(row("vae", "<26", "jeunes", "vae", "vae"))
	text = r.settled("lise", "/studio/publier")
	has(t, text, "Environ <b>50</b> personnes sur 330 seraient")
	hasNot(t, text, ">44<", ">51<", ">327<", ">14<")
}

func TestAReviewIsOfWhatWasAskedAbout(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	r.settled("sacha", "/studio/publier")
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "c")
	before := r.live.Load().Hash
	if status, text := r.post("sacha", "/studio/publier", "/studio/publier/accord", "release", asked(t, r)); status != http.StatusForbidden || !strings.Contains(text, "Une autre personne que vous") {
		t.Errorf("somebody is their own second person: %d", status)
	}
	release := asked(t, r)
	r.edit(asking("Autre chose ?"))
	has(t, r.settled("dominique", "/studio/publier"), "Il faut demander une nouvelle relecture")
	if status, _ := r.post("dominique", "/studio/publier", "/studio/publier/accord", "release", release); status != http.StatusConflict || r.live.Load().Hash != before {
		t.Errorf("what nobody has read is published: %d", status)
	}
}

func asked(t *testing.T, r *replica) string {
	t.Helper()
	review, err := r.press.Review(t.Context())
	if err != nil || review == nil {
		t.Fatalf("nothing is asked: %v", err)
	}
	return review.Release
}

func TestErrorsBlock(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "then"), "nulle_part"))
	text := r.settled("sacha", "/studio/publier")
	has(t, text, "Corrigez d'abord", `value="relecture" disabled`, `value="urgent" disabled`)
	before := r.live.Load().Hash
	if status, text := r.post("sacha", "/studio/publier", "/studio/publier", "do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r"); status != 422 || !strings.Contains(text, "rien n'est publié") || r.live.Load().Hash != before {
		t.Errorf("errors are published: %d", status)
	}
}

func TestOfTwoPublishersOneIsToldWhoWon(t *testing.T) {
	n := newNewsroom(t)
	a, b := n.open(), n.open()
	a.edit(asking("Que cherchez-vous aujourd'hui ?"))
	a.settled("sacha", "/studio/publier")
	b.settled("dominique", "/studio/publier")
	before := a.live.Load().Hash
	urgent := []string{"do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r"}
	var form []string
	for _, m := range hiddenInput.FindAllStringSubmatch(b.get("dominique", "/studio/publier"), -1) {
		form = append(form, m[1], m[2])
	}
	if status, _ := a.post("sacha", "/studio/publier", "/studio/publier", urgent...); status != 200 {
		t.Fatalf("the first: %d", status)
	}
	sent := url.Values{}
	for i, all := 0, append(form, urgent...); i < len(all); i += 2 {
		sent.Set(all[i], all[i+1])
	}
	status, text := b.body(b.as("dominique").PostForm(b.server.URL+"/studio/publier", sent)) // its replica has not looked yet
	if status != http.StatusConflict || !strings.Contains(text, "Sacha a publié avant vous") {
		t.Errorf("the loser is told %d %s", status, text)
	}
	if moves, _ := a.press.Moves(t.Context()); len(moves) != 2 || moves[1].Before != before || !strings.Contains(moves[1].Reason, "correctif urgent : r") {
		t.Errorf("%+v", moves)
	}
}

func TestAReleaseThatSomebodyPublishedByFileIsTakenIn(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(asking("La question du brouillon ?"), flow.SetText(flow.In("accueil.yaml", "steps", "age", "ask"), "Votre âge ?"))
	theirs, err := flow.OpenDraft(r.live.Load().Sources)
	if err != nil {
		t.Fatal(err)
	}
	if theirs, err = theirs.Edit(asking("La question du fichier ?"), flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonsoir, ici {service}.")); err != nil {
		t.Fatal(err)
	}
	b, err := theirs.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.press.Publish(t.Context(), b, publish.Order{Expected: r.live.Load().Hash, Who: bot.ByFile}); err != nil {
		t.Fatal(err)
	}
	r.look()
	text := r.settled("sacha", "/studio/publier")
	has(t, text, "La version en ligne a changé", "Une version est arrivée par un fichier", "La question du fichier ?", "La question du brouillon ?", `value="relecture" disabled`)
	if status, _ := r.post("sacha", "/studio/publier", "/studio/publier/fusionner", "c0", "eux"); status != 200 {
		t.Fatal(status)
	}
	state, err := r.workshop.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text = r.settled("sacha", "/studio/publier")
	hasNot(t, text, "La version en ligne a changé", "La question du brouillon ?", `value="relecture" disabled`)
	has(t, text, "<ins>Votre </ins>âge", "étape « age » : question changée")
	if v, _ := state.Draft.At("accueil.yaml", "steps", "bonjour", "say"); v.Text() != "Bonsoir, ici {service}." || state.Version.Base != b.Hash {
		t.Errorf("theirs is lost: %q", v.Text())
	}
}

func TestVersionsAreComparedDownloadedAndTakenUp(t *testing.T) {
	r := newNewsroom(t).open()
	first := r.live.Load().Hash
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	r.settled("sacha", "/studio/publier")
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r")
	second := r.live.Load().Hash
	if first == second {
		t.Fatal("nothing is published")
	}
	has(t, r.get("lise", "/studio/versions"), first[:8], second[:8], "en ligne", "Sacha")
	has(t, r.get("lise", "/studio/versions/comparer?de="+first+"&a="+second), "étape « besoin » : question changée", "1 différence")
	status, text := r.body(r.as("lise").Get(r.server.URL + "/studio/versions/" + first + ".zip"))
	if status != 200 {
		t.Fatal(status)
	}
	raw, err := r.as("lise").Get(r.server.URL + "/studio/versions/" + first + ".zip")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Body.Close()
	archive, err := io.ReadAll(raw.Body)
	if err != nil || text == "" {
		t.Fatal(err)
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := flow.Load(files, ""); err != nil || b.Hash != first {
		t.Errorf("the archive is another release: %v", err)
	}
	if status, _ := r.body(r.as("lise").Get(r.server.URL + "/studio/versions/0123abcd.zip")); status != http.StatusNotFound {
		t.Errorf("a release that never was: %d", status)
	}
	_, text = r.post("plume", "/studio/versions", "/studio/versions/reprendre", "release", first)
	has(t, text, "Cette version est dans le brouillon.", "Que cherchez-vous ?")
	if r.live.Load().Hash != second {
		t.Error("taking a version up publishes it")
	}
}

func TestABulletinIsTriedPutUpAndEnded(t *testing.T) {
	r := newNewsroom(t).open()
	_, text := r.post("sacha", "/studio/bulletin", "/studio/bulletin", "do", "essayer", "texte", "Parcoursup est en panne.", "fin", "2h", "raison", "panne")
	has(t, text, "1 segment", "2 secondes", "En ce moment : 3.", "Dire ce bulletin", "tout de suite")
	if all, _ := r.press.Bulletins(t.Context()); len(all) != 0 {
		t.Fatal("trying puts it up")
	}
	for name, fields := range map[string][]string{
		"Écrivez la phrase.":         {"do", "dire", "texte", " ", "fin", "2h"},
		"La fin est obligatoire":     {"do", "dire", "texte", "Fermé.", "fin", ""},
		"est un nombre":              {"do", "dire", "texte", "Fermé.", "fin", "2h", "attente", "beaucoup"},
		"Donnez la raison":           {"do", "essayer", "texte", "Fermé.", "fin", "2h"},
		"Une file choisie n'existe ": {"do", "dire", "texte", "Fermé.", "fin", "2h", "file", "nulle"},
	} {
		status, text := r.post("sacha", "/studio/bulletin", "/studio/bulletin", fields...)
		if status != 422 || !strings.Contains(text, name) {
			t.Errorf("%s: %d", name, status)
		}
	}
	// say sends a bulletin as somebody does: they see how it is said, then have it said.
	say := func(fields ...string) string {
		t.Helper()
		_, seen := r.post("sacha", "/studio/bulletin", "/studio/bulletin", append([]string{"do", "dire"}, fields...)...)
		if strings.Contains(seen, "Le bulletin est enregistré.") {
			t.Error("a bulletin goes out before it was seen")
		}
		_, rest, _ := strings.Cut(seen, `name="vu" value="`)
		mark, _, _ := strings.Cut(rest, `"`)
		_, other := r.post("sacha", "/studio/bulletin", "/studio/bulletin", append([]string{"do", "dire", "vu", html.UnescapeString(mark), "file", "cio"}, fields...)...)
		if strings.Contains(other, "Le bulletin est enregistré.") {
			t.Error("another bulletin goes out than the one that was seen")
		}
		_, text := r.post("sacha", "/studio/bulletin", "/studio/bulletin", append([]string{"do", "dire", "vu", html.UnescapeString(mark)}, fields...)...)
		return text
	}
	if text := say("texte", "Fermé.", "fin", "date", "fin-jour", "2020-01-01", "fin-heure", "10:00", "raison", "panne"); !strings.Contains(text, "Une annonce finit après") {
		t.Error("a bulletin ends before it begins")
	}
	text = say("texte", "Parcoursup est en panne.", "fin", "2h", "attente", "5", "raison", "panne")
	has(t, text, "Le bulletin est enregistré.", "quand plus de 5 personnes attendent", "moins de personnes attendent")
	all, err := r.press.Bulletins(t.Context())
	if err != nil || len(all) != 1 || all[0].Above != 5 {
		t.Fatalf("%+v, %v", all, err)
	}
	tomorrow := time.Now().UTC().Add(24 * time.Hour).Format("2006-01-02")
	text = say("texte", "Les résultats sont là.", "debut", "date", "debut-jour", tomorrow, "debut-heure", "19:00", "fin", "soir", "raison", "résultats")
	has(t, text, "À venir", "demain à 19 h 00", "demain à 23 h 00")
	_, text = r.post("dominique", "/studio/bulletin", "/studio/bulletin/finir", "id", all[0].ID)
	has(t, text, "Le bulletin est fini.", "Aucun bulletin en ce moment.", "fin d'un bulletin")
}

// A group who waits is counted, shown what it will be told, and told once; whoever came between is counted anew.
func TestAGroupWhoWaitsIsAnswered(t *testing.T) {
	n := newNewsroom(t)
	r := n.open()
	bare := n.cards
	for range 3 {
		n.cards = append(n.cards, bot.Card{Conversation: "c", Life: bot.Waiting, Structure: "cio", Need: "parcoursup"})
	}
	n.cards = append(n.cards, bot.Card{Life: bot.Promised, Structure: "cio"})
	const at = "/studio/attente"
	_, text := r.body(r.as("sacha").Get(r.server.URL + "/studio/bulletin"))
	has(t, text, "6 personnes attendent", at)
	for fault, fields := range map[string][]string{
		"Écrivez la réponse.":            {"texte", " ", "raison", "panne"},
		"Donnez la raison":               {"texte", "À 19 h."},
		"Cette réponse est longue":       {"texte", strings.Repeat("é", 301), "raison", "panne"},
		"Personne de ce groupe n'attend": {"texte", "À 19 h.", "raison", "panne", "besoin", "vae"},
	} {
		if _, text := r.post("sacha", at, at, append(fields, "do", "compter")...); !strings.Contains(html.UnescapeString(text), fault) {
			t.Errorf("%s: %s", fault, text)
		}
	}
	fields := []string{"texte", "À 19 h.", "raison", "panne", "file", "cio"}
	_, text = r.post("sacha", at, at, append(fields, "do", "repondre")...) // not counted yet
	has(t, text, "Répondre à 3 personnes", "Message : À 19 h.", "1 segment")
	pending := func() (tasks int) {
		if err := r.press.Deliver(t.Context(), func(context.Context) ([]bot.Card, error) { return n.cards, nil },
			func(context.Context, bot.Input) error { tasks++; return nil }); err != nil {
			t.Fatal(err)
		}
		return tasks
	}
	if pending() != 0 {
		t.Fatal("counting tells somebody")
	}
	counted := append(slices.Clip(fields), "do", "repondre")
	for name, value := range hiddenOf(text) {
		counted = append(counted, name, value)
	}
	_, text = r.post("sacha", at, at, append(counted, "promis", "oui")...)
	if has(t, text, "Répondre à 4 personnes"); pending() != 0 {
		t.Fatal("another group than the one that was counted is told")
	}
	_, text = r.post("sacha", at, at, append(slices.Clip(counted), "texte", "À 20 h.")...)
	if has(t, text, "Message : À 20 h."); pending() != 0 {
		t.Fatal("other words are told than those that were seen")
	}
	_, text = r.post("sacha", at, at, append(slices.Clip(counted), "jeton", "encore")...)
	if has(t, text, "Répondre à 3 personnes"); pending() != 0 {
		t.Fatal("an answer goes out without what tells it from another")
	}
	if status, _ := r.post("plume", at, at, counted...); status != http.StatusForbidden || pending() != 0 {
		t.Errorf("who does not publish: %d", status)
	}
	_, text = r.post("sacha", at, at, counted...)
	has(t, text, "La réponse part dans la seconde.", "réponse à un groupe", "« À 19 h. »", "ils attendent : cio (moins de dix personnes)")
	for _, page := range []string{"/studio/journal", at, "/studio/journal.csv"} {
		hasNot(t, r.get("lise", page), "(3)")
	}
	hasNot(t, r.get("lise", at+"?file=cio"), "personnes de ce groupe", "3 personnes")
	if got := pending(); got != 3 {
		t.Errorf("%d are told, want 3", got)
	}
	_, text = r.post("sacha", at, at, counted...) // clicked twice
	has(t, text, "La réponse part dans la seconde.")
	if got := pending(); got != 0 || strings.Count(text, "« À 19 h. »") != 1 {
		t.Errorf("%d are told twice", got)
	}
	n.cards = bare
	if status, text := r.post("sacha", at, at, counted...); status != http.StatusConflict || !strings.Contains(html.UnescapeString(text), "Plus personne de ce groupe") {
		t.Errorf("when nobody waits any more: %d", status)
	}
}

// A browser whose connection ended sends its form again: whose own publication it was is told that it is done.
func TestAPublicationThatIsSentTwiceIsDone(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(asking("Que cherchez-vous ce soir ?"))
	form := url.Values{"do": {"urgent"}, "quand": {"maintenant"}, "commentaire": {"c"}, "raison": {"r"}}
	for _, m := range hiddenInput.FindAllStringSubmatch(r.settled("sacha", "/studio/publier"), -1) {
		form.Set(m[1], m[2])
	}
	form.Set("quand", "maintenant")
	for range 2 {
		status, text := r.body(r.as("sacha").PostForm(r.server.URL+"/studio/publier", form))
		if status != 200 {
			t.Fatalf("%d: %s", status, text)
		}
		has(t, text, "C'est publié.")
	}
	form.Set("raison", "another")
	if status, text := r.body(r.as("sacha").PostForm(r.server.URL+"/studio/publier", form)); status != http.StatusConflict || !strings.Contains(text, "a publié avant vous") {
		t.Errorf("%d for another publication", status)
	}
}
