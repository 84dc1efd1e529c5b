package studio_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
	"frontdesk/bot/workshop"
)

// past are traces that stand still, read on as a store's are.
type past struct {
	mu     sync.Mutex
	all    []bot.Trace
	asleep bool
	reads  int
}

func (p *past) TracesAfter(_ context.Context, place string, most int, each func(bot.Trace) error) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	if p.asleep {
		return place, bot.ErrUnavailable
	}
	from, _ := strconv.Atoi(place)
	to := min(from+most, len(p.all))
	for _, t := range p.all[from:to] {
		if err := each(t); err != nil {
			return place, err
		}
	}
	if to == from {
		return place, nil
	}
	return strconv.Itoa(to), nil
}

// An onward reads traces on that a test can only give whole.
type onward struct{ bot.Traces }

func (o onward) TracesAfter(ctx context.Context, place string, most int, each func(bot.Trace) error) (string, error) {
	from, _ := strconv.Atoi(place)
	n := 0
	if o.Traces == nil {
		return place, nil
	}
	err := o.Traces.Traces(ctx, func(t bot.Trace) error {
		if n++; n <= from || n > from+most {
			return nil
		}
		return each(t)
	})
	if to := min(n, from+most); err == nil && to > from {
		place = strconv.Itoa(to)
	}
	return place, err
}

// A trafficHouse is a studio over traces.
type trafficHouse struct {
	*httptest.Server
	t      *testing.T
	b      *flow.Bundle
	past   *past
	signIn *web.SignIn
	client *http.Client
	now    time.Time
}

func openTraffic(t *testing.T, traces func(b *flow.Bundle, now time.Time) []bot.Trace) *trafficHouse {
	t.Helper()
	b, err := studio.Reference()
	if err != nil {
		t.Fatal(err)
	}
	h := &trafficHouse{t: t, b: b, past: &past{}, now: time.Date(2026, 11, 26, 15, 4, 0, 0, b.Zone)}
	h.past.all = traces(b, h.now)
	shelf := new(bottest.Shelf)
	log := slog.New(slog.DiscardHandler)
	h.signIn = &web.SignIn{Staff: staff.Trial("accueil-regional"), Refs: shelf, Limiter: shelf, Verify: staff.Verify, Trial: true, Service: b.Service, Log: log}
	now := func() time.Time { return h.now }
	live := func() *flow.Bundle { return b }
	s, err := studio.New(studio.Config{SignIn: h.signIn, Workshop: &workshop.Workshop{Refs: shelf, Releases: shelf, Live: live, Now: now}, Live: live,
		Compile: studio.Uncompiled, Figures: h.past, Service: b.Service, Desk: true, Log: log, Now: now, Zone: b.Zone})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/studio/", s.Handler())
	mux.Handle("/desk/entree", h.signIn.Handler())
	mux.Handle("/desk/entree/", h.signIn.Handler())
	mux.HandleFunc("/desk/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<p id="entered">`)
	})
	h.Server = httptest.NewServer(web.Secure(mux, web.Policy{Loopback: true}))
	t.Cleanup(func() { h.CloseClientConnections(); h.Close() })
	jar, _ := cookiejar.New(nil)
	h.client = &http.Client{Jar: jar}
	r, err := h.client.PostForm(h.URL+"/desk/entree", studio.Entering(t, h.signIn, "sacha"))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return h
}

func (h *trafficHouse) get(path string) (int, http.Header, string) {
	h.t.Helper()
	r, err := h.client.Get(h.URL + path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return r.StatusCode, r.Header, string(body)
}

// transferred is how long a page is as it is sent to a browser.
func (h *trafficHouse) transferred(path string) int {
	h.t.Helper()
	ask, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.URL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	ask.Header.Set("Accept-Encoding", "gzip")
	r, err := h.client.Do(ask)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Body.Close()
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil || r.Header.Get("Content-Encoding") != "gzip" {
		h.t.Fatalf("%v, %s", err, r.Header.Get("Content-Encoding"))
	}
	h.t.Logf("%s: %d bytes are sent", path, n)
	return int(n)
}

// table reads a table's file as a spreadsheet does.
func (h *trafficHouse) table(path string) [][]string {
	h.t.Helper()
	status, head, body := h.get(path)
	rest, marked := strings.CutPrefix(body, "\ufeff")
	if status != 200 || !marked || !strings.HasPrefix(head.Get("Content-Type"), "text/csv") {
		h.t.Fatalf("%s: %d %s %.80q", path, status, head.Get("Content-Type"), body)
	}
	r := csv.NewReader(strings.NewReader(rest))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		h.t.Fatalf("%s: %v", path, err)
	}
	return rows
}

// season is some weeks of a region, made by chance along the flow that is served: people answer, do not
// understand, go away.
func season(people int) func(*flow.Bundle, time.Time) []bot.Trace {
	return func(b *flow.Bundle, now time.Time) []bot.Trace {
		w := &walker{b: b, r: rand.New(rand.NewPCG(7, 7))}
		for n := range people {
			at := now.AddDate(0, 0, -w.r.IntN(40))
			if at.Weekday() == time.Sunday && w.r.IntN(5) > 0 {
				at = at.AddDate(0, 0, 1)
			}
			hour := []int{9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 18, 20, 22}[w.r.IntN(13)]
			at = time.Date(at.Year(), at.Month(), at.Day(), hour, w.r.IntN(60), w.r.IntN(60), 0, b.Zone)
			if at.Before(now) {
				w.talk(n, at)
			}
		}
		slices.SortStableFunc(w.all, func(a, b bot.Trace) int { return a.At.Compare(b.At) })
		return w.all
	}
}

type walker struct {
	b   *flow.Bundle
	r   *rand.Rand
	all []bot.Trace
}

func (w *walker) talk(n int, at time.Time) {
	t := bot.Trace{Number: fmt.Sprint("secret-", n), At: at, Release: w.b.Hash, Channel: []bot.ChannelName{"web", "web", "web", "sms", "phone"}[w.r.IntN(5)],
		Language: "fr", Life: bot.Talking, Class: "arrived"}
	place := []string{"22", "29", "35", "56"}[min(w.r.IntN(9), 3)]
	w.all = append(w.all, t)
	step := w.b.Steps["accueil.besoin"]
	for range 9 {
		if step == nil || step.Kind != flow.Ask {
			break
		}
		t.Step, t.Option, t.Row, t.Cards, t.Lacking = step.ID, "", "", nil, ""
		t.At = t.At.Add(time.Duration(8+w.r.IntN(50)) * time.Second)
		switch x := w.r.IntN(100); {
		case x < 5 || step.ID == "accueil.age" && x < 14:
			t.Class, t.Outcome, t.Life = "timer:expiry", "expired", bot.Closed
			w.all = append(w.all, t)
			return
		case x < 12 || step.ID == "accueil.situation" && x < 30:
			t.Class = "no_match:rephrase"
			w.all = append(w.all, t)
			continue
		case x < 15:
			t.Class, t.Lacking = "no_match:human", "not_understood"
			w.all = append(w.all, t)
			return
		}
		next := step.Then
		t.Class = "value"
		if len(step.Options) > 0 {
			o := step.Options[min(w.r.IntN(len(step.Options)), w.r.IntN(len(step.Options)))]
			t.Class, t.Option = "option:"+o.ID, o.ID
			if o.Then != "" {
				next = o.Then
			}
			switch step.Answer {
			case "besoin":
				t.Need = o.ID
			case "situation":
				t.Public = o.ID
			case "utile":
				t.Useful = o.ID
			}
		}
		var row string
		step, row = w.onward(next)
		if row != "" {
			t.Row, t.Cards, t.Territory = row, []string{"cep"}, place
		}
		w.all = append(w.all, t)
	}
	t.Row, t.Cards, t.Option = "", nil, ""
	if w.r.IntN(3) == 0 {
		t.At, t.Class, t.Life, t.Mode = t.At.Add(time.Duration(2+w.r.IntN(20))*time.Minute), "claimed", bot.Live, bot.Direct
		w.all = append(w.all, t)
		t.Useful = []string{"oui", "oui", "non"}[w.r.IntN(3)]
		t.At, t.Class, t.Life, t.Outcome, t.Kept = t.At.Add(20*time.Minute), "finished", bot.Closed, "answered", []string{"yes", "yes", "yes", "no"}[w.r.IntN(4)]
		w.all = append(w.all, t)
	}
}

// onward is the next question, by ways that do not matter, and the row of a table on the way.
func (w *walker) onward(id string) (*flow.Step, string) {
	row := ""
	for range 30 {
		s := w.b.Steps[id]
		switch {
		case s == nil || s.Kind == flow.Ask || s.Kind == flow.Handoff || s.Kind == flow.End:
			return s, row
		case s.Kind == flow.If:
			ways := []string{s.Else}
			for _, c := range s.Cases {
				ways = append(ways, c.Then)
			}
			id = ways[w.r.IntN(len(ways))]
		case s.Kind == flow.Route:
			row = s.Table + ":" + strconv.Itoa(1+min(w.r.IntN(len(w.b.Tables[s.Table].Rows)), w.r.IntN(12)))
			id = s.Then
		default:
			id = s.Then
		}
	}
	return nil, row
}

func TestTheFiguresOfASeason(t *testing.T) {
	h := openTraffic(t, season(3000))
	status, _, body := h.get("/studio/frequentation")
	for _, want := range []string{"Ce qui demande un regard", "on part le plus", "La question la moins comprise", "oriente le plus de monde", "La promesse la plus souvent dépassée",
		"Les questions le plus souvent sans réponse", "Le parcours", "Étape par étape", "Questions sans réponse", "Fréquentation", "weighed"} {
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%d: the page does not say %q", status, want)
		}
	}
	if len(body) > 600_000 || strings.Contains(body, "secret-") || strings.Contains(body, "style=") {
		t.Errorf("%d bytes, or a secret, or a style in the page", len(body))
	}
	if n := h.transferred("/studio/frequentation?periode=90"); n > 150_000 {
		t.Errorf("%d bytes are sent", n)
	}
	// Everything may be asked for alone, and nothing breaks on nonsense.
	for _, q := range []string{"periode=7", "periode=90&canal=sms", "periode=libre&du=2026-11-20&au=2026-11-01", "periode=libre&du=x", "territoire=35&version=" + h.b.Hash,
		"canal=pigeon", "parcours=voix&vue=bilan", "parcours=nulle_part", "version=%00"} {
		want := "Ce qui demande un regard"
		if q == "canal=pigeon" || q == "version=%00" {
			want = "Aucune conversation du " // and no chart of nothing
		}
		if status, _, body := h.get("/studio/frequentation?" + q); status != 200 || !strings.Contains(body, want) || strings.Contains(body, "bars-chart") != (want == "Ce qui demande un regard") {
			t.Errorf("%s: %d", q, status)
		}
	}
}

// Each table opens in a spreadsheet, has the columns that the page documents, and agrees with the counts of
// the command: both read one room.
func TestTheFilesOfTheTables(t *testing.T) {
	h := openTraffic(t, season(3000))
	_, _, body := h.get("/studio/frequentation?periode=90")
	files := 0
	for _, id := range []string{"etapes", "choix", "lignes", "questions", "delais", "promesses", "resultats", "utilite", "canaux", "territoires", "versions", "jours"} {
		rows := h.table("/studio/frequentation/" + id + ".csv?periode=90")
		if len(rows) > 1 {
			files++
		}
		for _, name := range rows[0] {
			if !strings.Contains(body, "<dt><code>"+name+"</code>") {
				t.Errorf("%s: the column %q is not documented", id, name)
			}
		}
	}
	if files < 10 {
		t.Errorf("%d tables have rows", files)
	}
	book := tally.NewBook(h.b.Zone)
	for _, x := range h.past.all {
		book.Add(x)
	}
	f := book.Sum(tally.Always(), nil)
	steps := 0
	for _, row := range h.table("/studio/frequentation/choix.csv?periode=90")[1:] {
		class := "option:" + row[1]
		if row[1] == "value" {
			class = row[1]
		}
		if got, want := row[3], tally.Show(f.Turns[tally.StepClass{Step: row[0], Class: class}]).String(); got != want && got != "-" {
			t.Errorf("%s %s: %s on the page, %s by the command", row[0], row[1], got, want)
		}
		steps++
	}
	if steps < 20 {
		t.Errorf("%d choices", steps)
	}
	if status, _, _ := h.get("/studio/frequentation/rien.csv"); status != 404 {
		t.Errorf("a table that there is none of: %d", status)
	}
}

// Where there are few people no number says anything about one of them.
func TestFewPeopleAreNotShown(t *testing.T) {
	h := openTraffic(t, season(8))
	_, _, body := h.get("/studio/frequentation")
	if !strings.Contains(body, "moins de 10") || !strings.Contains(body, "trop peu de conversations") {
		t.Error("the page does not say that there are too few")
	}
	for _, id := range []string{"choix", "lignes", "canaux", "territoires", "resultats", "jours"} {
		if rows := h.table("/studio/frequentation/" + id + ".csv"); len(rows) != 1 {
			t.Errorf("%s shows %v", id, rows[1:])
		}
	}
}

// Figures are read once, and kept for some minutes; a store that sleeps leaves what was read.
func TestTracesAreReadInTheBackgroundOnce(t *testing.T) {
	h := openTraffic(t, season(300))
	for range 5 {
		h.get("/studio/frequentation")
	}
	h.past.mu.Lock()
	reads := h.past.reads
	h.past.asleep = true
	h.past.mu.Unlock()
	if reads != 2 { // one that reads, one that finds nothing more
		t.Errorf("%d readings for five pages", reads)
	}
	h.now = h.now.Add(5 * time.Minute)
	if status, _, body := h.get("/studio/frequentation"); status != 200 || !strings.Contains(body, "Chiffres de 15 h 04") {
		t.Errorf("with a store that sleeps: %d", status)
	}
}

func TestTheStudioBeforeTheFirstReading(t *testing.T) {
	h := openTraffic(t, season(3))
	h.past.asleep = true
	if status, _, body := h.get("/studio/frequentation"); status != 200 || !strings.Contains(body, "en cours de lecture") {
		t.Errorf("%d", status)
	}
	if status, _, _ := h.get("/studio/frequentation/etapes.csv"); status != 503 {
		t.Errorf("a table that nobody has counted yet: %d", status)
	}
}
