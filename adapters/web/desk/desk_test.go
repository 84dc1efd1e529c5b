package desk_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/desk"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	core "frontdesk/bot/desk"
)

const (
	lead   = bot.StructureID("lead")
	vannes = bot.StructureID("ml-vannes")
)

// people are the trial's three, one of another structure, and one who only writes the dialog.
type people struct{ *staff.Staff }

func (p people) extra() []bot.Counsellor {
	return []bot.Counsellor{
		{ID: "yann", Name: "Yann", Structures: []bot.StructureID{vannes}, Roles: []bot.Role{bot.RoleCounsellor}},
		{ID: "plume", Name: "Plume", Structures: []bot.StructureID{lead}, Roles: []bot.Role{bot.RoleSupervisor}},
	}
}

func (p people) All(ctx context.Context) ([]bot.Counsellor, error) {
	all, err := p.Staff.All(ctx)
	return append(all, p.extra()...), err
}

func (p people) Counsellor(ctx context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	for _, c := range p.extra() {
		if c.ID == id {
			return c, nil
		}
	}
	return p.Staff.Counsellor(ctx, id)
}

// room is a desk with everything around it in memory.
type room struct {
	*bottest.Board
	t      *testing.T
	server *httptest.Server
	signin *web.SignIn
	log    *lockedBuffer
	cases  map[string]bot.ConversationID
	dead   *dead
	voices *voices
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func open(t *testing.T) *room {
	t.Helper()
	who := people{staff.Trial(lead)}
	board := bottest.NewBoard(map[bot.CounsellorID]string{"camille": "Camille", "dominique": "Dominique", "sacha": "Sacha", "yann": "Yann"})
	r := &room{Board: board, t: t, log: new(lockedBuffer), cases: make(map[string]bot.ConversationID), dead: &dead{}}
	r.voices = &voices{r: r, sound: []byte(voice)}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	shelf := new(bottest.Shelf)
	r.signin = &web.SignIn{Staff: who, Refs: shelf, Limiter: shelf, Verify: staff.Verify,
		Trial: true, Service: "Orientation Bretagne", Banner: "Service de démonstration.", Log: log}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no time zones here: ", err)
	}
	d, err := desk.New(desk.Config{
		Door: board, Board: &core.Board{Cases: board, Briefs: board.Brief, Coded: func(name string) bool { return name != "prenom" && name != "telephone" }},
		Letters: &core.Letters{Dead: r.dead, Heads: board, Send: r.dead.send, Lead: func() bot.StructureID { return lead }},
		Staff:   who, SignIn: r.signin, Presence: board, Trial: true, Service: "Orientation Bretagne", Banner: "Service de démonstration.",
		Messages: r.voices.board(), Studio: "/studio/", Writes: func(c bot.Counsellor) bool { return slices.Contains(c.Roles, bot.RoleSupervisor) }, Log: log, Now: time.Now, Zone: zone,
		Structures: func() []desk.Structure {
			return []desk.Structure{{ID: lead, Name: "Accueil régional"}, {ID: vannes, Name: "Mission locale de Vannes"}, {ID: "cio-rennes", Name: "CIO de Rennes"}}
		},
		Safety: func(bot.Card) []core.Measure {
			return []core.Measure{
				{Text: "Danger immédiat : appelez le 15 ou le 112 avec la personne.", Number: "15", Tel: "15"},
				{Text: "Prévenez la personne qui conduit l'équipe."},
				{Text: "Mineur en danger : contact du département (CRIP).", Number: "02 61 91 00 19", Tel: "+33261910019"},
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.server = httptest.NewServer(web.Secure(d.Handler(), web.Policy{Loopback: true}))
	t.Cleanup(func() { r.server.CloseClientConnections(); r.server.Close() })
	return r
}

// waits adds a case that nobody has taken.
func (r *room) waits(dossier string, change func(*bot.Card)) bot.ConversationID {
	r.t.Helper()
	now := time.Now()
	card := bot.Card{Dossier: dossier, Life: bot.Waiting, Mode: bot.Direct, Queue: "lead/35", Structure: lead, Territory: "35",
		Need: "formation", Public: "chomage", Language: "fr", Channel: "web", Since: now.Add(-4 * time.Minute), Due: now.Add(6 * time.Minute)}
	if change != nil {
		change(&card)
	}
	brief := bot.Brief{Dossier: dossier, Channel: "web", Language: "fr", Territory: "Ille-et-Vilaine", Structure: "Accueil régional",
		Reason: "aucun réseau n'est plus proche de ce besoin", Promised: card.Due, Contact: "phone", Handed: card.Since, Release: "r",
		Consent: "transmettre ses réponses à l'accueil régional", Cards: []string{"Se former : par où commencer", "Le conseil en évolution professionnelle"},
		Answers: []bot.BriefLine{
			{Name: "pour_qui", Label: "Pour qui", Value: "pour moi"},
			{Name: "besoin", As: "need", Label: "Besoin", Value: needs[card.Need]},
			{Name: "situation", As: "public", Label: "Situation", Value: publics[card.Public]},
			{Name: "age", Label: "Âge", Value: "26 à 29 ans"},
			{Name: "prenom", Label: "Prénom", Value: "Anna"},
			{Name: "telephone", Label: "Téléphone", Value: "02 61 91 00 42"},
		}}
	id := r.Add(card, brief, bot.Say{Ask: "1.1", Text: "Bonjour, ici Orientation Bretagne. Je suis un robot. Que cherchez-vous ?",
		Options: []bot.Choice{{ID: "formation", Label: "Une formation"}, {ID: "emploi", Label: "Un emploi"}}})
	r.cases[dossier] = id
	return id
}

var (
	needs   = map[string]string{"formation": "Trouver une formation", "emploi": "Trouver un emploi", "vae": "Faire une VAE", "etudes": "Choisir ses études", "perte": "Parler à quelqu'un"}
	publics = map[string]string{"chomage": "au chômage", "lycee": "au lycée", "travail": "au travail", "decroche": "ni en cours, ni au travail"}
)

// someone is a browser of a counsellor.
type someone struct {
	*http.Client
	r *room
}

func (r *room) as(id string) someone {
	r.t.Helper()
	jar, _ := cookiejar.New(nil)
	c := someone{&http.Client{Jar: jar}, r}
	link, err := r.signin.TrialLink(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "jeton=")
	if status, _ := c.post("/desk/entree", url.Values{"jeton": {token}, "qui": {id}}); status != 200 && status != 404 { // who takes no cases goes on to the studio, which is not in this room
		r.t.Fatalf("%s could not come in: %d", id, status)
	}
	return c
}

func (c someone) get(path string) (int, string) {
	c.r.t.Helper()
	request, _ := http.NewRequestWithContext(c.r.t.Context(), http.MethodGet, c.r.server.URL+path, nil)
	request.Header.Set("Accept", "text/html")
	return c.send(request)
}

func (c someone) post(path string, form url.Values) (int, string) {
	c.r.t.Helper()
	request, _ := http.NewRequestWithContext(c.r.t.Context(), http.MethodPost, c.r.server.URL+path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Accept", "text/html")
	return c.send(request)
}

func (c someone) send(request *http.Request) (int, string) {
	c.r.t.Helper()
	answer, err := c.Do(request)
	if err != nil {
		c.r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.r.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// does a verb and returns the sentence that the next page shows.
func (c someone) does(dossier, verb string, fields ...string) string {
	c.r.t.Helper()
	form := url.Values{"idem": {"idem-" + verb + "-" + strings.ToLower(dossier)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	status, body := c.post("/desk/cases/"+dossier+"/"+verb, form)
	if status != http.StatusOK {
		return http.StatusText(status)
	}
	return flash(body)
}

var flashIn = regexp.MustCompile(`role="status"><p>(.*?)</p>`)

func flash(body string) string {
	if m := flashIn.FindStringSubmatch(body); m != nil {
		return strings.NewReplacer("&#39;", "'", "\u00a0", " ").Replace(m[1])
	}
	return ""
}
