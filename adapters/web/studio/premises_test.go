package studio

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	press "frontdesk/bot/publish"
	"frontdesk/bot/workshop"
)

// A diary is a journal in memory.
type diary struct {
	mu    sync.Mutex
	lines []bot.JournalLine
}

func (d *diary) Append(_ context.Context, r bot.Record) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, bot.JournalLine{Number: int64(len(d.lines) + 1), Record: r})
	return nil
}

func (d *diary) Journal(ctx context.Context, each func(bot.JournalLine) error) error {
	_, err := d.JournalAfter(ctx, "", each)
	return err
}

func (d *diary) JournalAfter(_ context.Context, place string, each func(bot.JournalLine) error) (string, error) {
	d.mu.Lock()
	lines := slices.Clone(d.lines)
	d.mu.Unlock()
	after, _ := strconv.Atoi(place)
	for _, l := range lines[after:] {
		if err := each(l); err != nil {
			return place, err
		}
	}
	return strconv.Itoa(len(lines)), nil
}

// Premises are a studio with everything around it in memory.
type premises struct {
	*Studio
	t     testing.TB
	pages http.Handler
	store *bottest.Shelf
	live  *flow.Bundle
	log   *bytes.Buffer
}

// somebody is one person of each role, named after it, and one who has none in the studio.
const somebody = `{"counsellors":[
{"id":"sacha","name":"Sacha","roles":["supervisor"]},{"id":"claire","name":"Claire","roles":["editor"]},{"id":"yann","name":"Yann","roles":["editor"]},
{"id":"reader","name":"Lou","roles":["reader"]},{"id":"translator","name":"Inès","roles":["translator"]},
{"id":"coordinator","name":"Noé","roles":["coordinator"],"structures":["accueil-regional"]},{"id":"publisher","name":"Maë","roles":["publisher"]},
{"id":"admin","name":"Ali","roles":["admin"]},{"id":"lead","name":"Jo","roles":["lead"],"structures":["accueil-regional"]},
{"id":"counsellor","name":"Anna","roles":["counsellor"],"structures":["accueil-regional"]}]}`

// openPremises is a studio of the reference bundle.
func openPremises(t testing.TB) *premises {
	t.Helper()
	b, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	return premisesOf(t, b)
}

func premisesOf(t testing.TB, b *flow.Bundle) *premises {
	t.Helper()
	people, err := staff.Load("staff.json", []byte(somebody))
	if err != nil {
		t.Fatal(err)
	}
	p := &premises{t: t, live: b, log: new(bytes.Buffer), store: new(bottest.Shelf)}
	if err := p.store.KeepRelease(t.Context(), b.Hash, flow.Pack(b)); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(p.log, nil))
	now := func() time.Time { return time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC) }
	live := func() *flow.Bundle { return b }
	signIn := &web.SignIn{Staff: people, Refs: p.store, Limiter: p.store, Verify: staff.Verify, Trial: true, Service: "Essai", Log: log}
	p.Studio, err = New(Config{SignIn: signIn, Workshop: &workshop.Workshop{Refs: p.store, Releases: p.store, Live: live, Now: now},
		Live: live, Compile: Compiled, Service: "Essai", Desk: true, Log: log, Now: now, Zone: time.UTC,
		Publishing: Publishing{
			Press: &press.Press{Releases: p.store, Refs: p.store, Journal: &diary{}, Log: log,
				Prove: func(context.Context, *flow.Bundle) error { return nil }, Now: func(context.Context) (time.Time, error) { return now(), nil }},
			Follow: func(context.Context, *flow.Bundle) error { return nil }, Name: func(_ context.Context, id string) string { return id },
			Review: func(*flow.Bundle) ([]Untranslated, error) { return nil, nil },
			Talks:  func(context.Context) ([]change.Talk, error) { return nil, nil }, Cases: func(context.Context) ([]bot.Card, error) { return nil, nil },
			Circular: func(_, text string) string { return text },
		}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Press.Publish(t.Context(), b, press.Order{Who: bot.ByService}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/studio/", p.Handler())
	for _, path := range []string{"/desk/entree", "/desk/entree/", "/desk/sortie"} {
		mux.Handle(path, signIn.Handler())
	}
	p.pages = web.Secure(mux, web.Policy{Loopback: true})
	return p
}

// A person sits before the studio.
type person struct {
	*premises
	cookie *http.Cookie
}

// as signs somebody in, by a link as people do.
func (p *premises) as(who string) *person {
	p.t.Helper()
	w := (&person{premises: p}).sends("/desk/entree", Entering(p.t, p.SignIn, who))
	for _, c := range w.Result().Cookies() {
		if c.Value != "" {
			return &person{p, c}
		}
	}
	p.t.Fatalf("%s is not let in: %d", who, w.Code)
	return nil
}

// asks sends one request, as change says otherwise.
func (p *person) asks(method, path string, form url.Values, change func(*http.Request)) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), method, "http://127.0.0.1:8080"+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if p.cookie != nil {
		r.AddCookie(p.cookie)
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	return w
}

func (p *person) sees(path string) *httptest.ResponseRecorder {
	p.t.Helper()
	return p.asks("GET", path, nil, nil)
}

// reads a page that must be there.
func (p *person) reads(path string) string {
	p.t.Helper()
	w := p.sees(path)
	if w.Code != http.StatusOK {
		p.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

func (p *person) sends(path string, form url.Values) *httptest.ResponseRecorder {
	p.t.Helper()
	return p.asks("POST", path, form, nil)
}

// saves sends a form that must be taken.
func (p *person) saves(path string, form url.Values) {
	p.t.Helper()
	if w := p.sends(path, form); w.Code != http.StatusSeeOther {
		p.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
}

// draft is the draft as it is now.
func (p *premises) draft() *workshop.State {
	p.t.Helper()
	s, err := p.Workshop.Open(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *premises) text(file string, path ...string) string {
	v, _ := p.draft().Draft.At(file, path...)
	return v.Text()
}

// proved waits until all is said of the draft, so that pages do not wait for it.
func (p *premises) proved() *checked {
	c := p.checks.of(p.draft().Draft)
	<-c.proved
	return c
}
