package chat_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/web/chat"
	"frontdesk/bot"
)

var _ bot.Channel = (*chat.Chat)(nil)

func TestChannelPushesNothing(t *testing.T) {
	s := newSite(t, nil)
	if _, err := s.chat.Deliver(t.Context(), bot.Delivery{ID: "d"}); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("got %v", err)
	}
	if s.chat.Name() != "web" {
		t.Errorf("called %q", s.chat.Name())
	}
}

func TestOpeningAConversation(t *testing.T) {
	for _, c := range []struct {
		name, body string
		headers    []string
		status     int
		want       bot.Event
	}{
		{"nothing said", "", nil, 201, bot.Arrived{}},
		{"all said", `{"language":"fr","shared":true,"entry":"forum"}`, nil, 201, bot.Arrived{Language: "fr", Shared: true, Entry: "forum"}},
		{"unknown field", `{"name":"Anna"}`, nil, 400, nil},
		{"long language", `{"language":"` + strings.Repeat("x", 99) + `"}`, nil, 400, nil},
		{"a form", `{"language":"fr"}`, []string{"Content-Type: text/plain"}, 415, nil},
		{"another site", "", []string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"}, 403, nil},
		{"an old browser on another site", "", []string{"Origin: https://evil.example"}, 403, nil},
		{"a known site", "", []string{"Origin: " + friend, "Sec-Fetch-Site: cross-site"}, 201, bot.Arrived{}},
		{"the page itself", "", []string{"Origin: http://example.com", "Sec-Fetch-Site: same-origin"}, 201, bot.Arrived{}},
	} {
		s := newSite(t, nil)
		res := s.call("POST", "/chat/conversations", c.body, c.headers...)
		body := text(res)
		if res.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, res.StatusCode, body, c.status)
			continue
		}
		if c.status != 201 {
			if !regexp.MustCompile(`^\{"error":".{10,}\."\}$`).MatchString(body) || s.door.Conversations() != 0 {
				t.Errorf("%s: %s, %d conversations", c.name, body, s.door.Conversations())
			}
			continue
		}
		if !regexp.MustCompile(`^\{"conversation":"[0-9a-f]{10}","token":"[A-Za-z0-9_-]{43}"\}$`).MatchString(body) || strings.Contains(body, "conversation-1") {
			t.Errorf("%s: %s", c.name, body)
		}
		if got := s.door.Inputs("conversation-1"); !reflect.DeepEqual(got, []bot.Event{c.want}) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestSendingAMessage(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		want       string // sentence of a refusal
		event      bot.Event
	}{
		{"words", `{"id":"m1","text":"j'ai arrêté le lycée"}`, 202, "", bot.Said{Text: "j'ai arrêté le lycée"}},
		{"a button", `{"id":"m1","option":"1.1.emploi"}`, 202, "", bot.Chose{Ask: "1.1", Option: "emploi"}},
		{"a button of no question", `{"id":"m1","option":".emploi"}`, 202, "", bot.Chose{Option: "emploi"}},
		{"both", `{"id":"m1","option":"1.1.emploi","text":"a"}`, 400, "pas les deux", nil},
		{"no button", `{"id":"m1","option":"emploi"}`, 400, "Cette option n'existe pas", nil},
		{"half a button", `{"id":"m1","option":"1.1."}`, 400, "Cette option n'existe pas", nil},
		{"no id", `{"text":"a"}`, 400, "identifiant", nil},
		{"strange id", `{"id":"m:1","text":"a"}`, 400, "identifiant", nil},
		{"reserved id", `{"id":"@arrived","text":"a"}`, 400, "identifiant", nil},
		{"long id", `{"id":"` + strings.Repeat("a", 65) + `","text":"a"}`, 400, "identifiant", nil},
		{"longest id", `{"id":"` + strings.Repeat("a", 64) + `","text":"a"}`, 202, "", bot.Said{Text: "a"}},
		{"unknown field", `{"id":"m1","texte":"a"}`, 400, "texte", nil},
		{"nothing", ``, 400, "identifiant", nil},
	} {
		s := newSite(t, nil)
		auth, id := s.open()
		res := s.call("POST", "/chat/messages", c.body, auth)
		body := text(res)
		events := s.door.Inputs(id)[1:]
		if res.StatusCode != c.status || !strings.Contains(body, c.want) || len(body) < 10 {
			t.Errorf("%s: %d %s, want %d %q", c.name, res.StatusCode, body, c.status, c.want)
		}
		if c.event == nil && len(events) > 0 || c.event != nil && !reflect.DeepEqual(events, []bot.Event{c.event}) {
			t.Errorf("%s: got %+v, want %+v", c.name, events, c.event)
		}
	}
}

func TestRepetitionIsTakenOnce(t *testing.T) {
	s := newSite(t, nil)
	auth, id := s.open()
	for range 3 {
		if res := s.call("POST", "/chat/messages", `{"id":"m1","text":"a"}`, auth); res.StatusCode != 202 {
			t.Fatal(res.StatusCode)
		}
	}
	if n := len(s.door.Inputs(id)); n != 2 {
		t.Errorf("%d inputs, want 2", n)
	}
}

func TestTokens(t *testing.T) {
	s := newSite(t, nil)
	auth, _ := s.open()
	forged := auth[:len(auth)-2] + "AA" // which one in a thousand has already
	if forged == auth {
		forged = auth[:len(auth)-2] + "BA"
	}
	send := func(headers ...string) int {
		return s.call("POST", "/chat/messages", `{"id":"m1","text":"a"}`, headers...).StatusCode
	}
	for _, c := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"right", []string{auth}, 202}, {"none", nil, 401}, {"forged", []string{forged}, 401}, {"short", []string{auth[:30]}, 401},
		{"no scheme", []string{strings.Replace(auth, "Bearer ", "", 1)}, 401}, {"strange", []string{"Authorization: Bearer web %00 *"}, 401},
	} {
		if got := send(c.headers...); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	res := s.call("GET", "/chat/events", "", forged)
	if body := text(res); res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") != "Bearer" || !strings.Contains(body, "Ouvrez-en une autre") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	s.refs.pass(29 * 24 * time.Hour)
	if got := send(auth); got != 202 {
		t.Errorf("after 29 days: %d", got)
	}
	s.refs.pass(2 * 24 * time.Hour)
	if got := send(auth); got != 401 {
		t.Errorf("after 31 days: %d", got)
	}
}

func TestSharedComputer(t *testing.T) {
	s := newSite(t, nil)
	auth, id := s.open()
	if res := s.call("POST", "/chat/shared", "", auth); res.StatusCode != 204 {
		t.Fatal(res.StatusCode, text(res))
	}
	if got := s.door.Inputs(id)[1:]; !reflect.DeepEqual(got, []bot.Event{bot.Arrived{Shared: true}}) {
		t.Errorf("got %+v", got)
	}
	s.refs.pass(3 * time.Hour)
	if res := s.call("POST", "/chat/shared", "", auth); res.StatusCode != 401 {
		t.Errorf("the token still opens after three hours: %d", res.StatusCode)
	}
}

func TestStoreAndLimits(t *testing.T) {
	s := newSite(t, nil)
	auth, id := s.open()
	send := func() *http.Response { return s.call("POST", "/chat/messages", `{"id":"m1","text":"a"}`, auth) }
	s.door.Sleep(true)
	if res := send(); res.StatusCode != 503 || res.Header.Get("Retry-After") != "2" || !strings.Contains(text(res), "Renvoyez-le, merci.") {
		t.Errorf("asleep: %d", res.StatusCode)
	}
	if res := s.call("POST", "/chat/conversations", ""); res.StatusCode != 503 {
		t.Errorf("asleep: %d", res.StatusCode)
	}
	s.door.Sleep(false)
	s.door.Fill(true)
	if res := send(); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
		t.Errorf("full: %d", res.StatusCode)
	}
	s.door.Fill(false)
	if n := len(s.door.Inputs(id)); n != 1 {
		t.Errorf("%d inputs were kept by refusals", n)
	}
	if res := send(); res.StatusCode != 202 {
		t.Errorf("awake: %d", res.StatusCode)
	}
	s.limiter.only = 2
	for range 5 {
		send()
	}
	if res := send(); res.StatusCode != 429 {
		t.Errorf("flood: %d", res.StatusCode)
	}
	if logged := s.log.String(); strings.Contains(logged, "level=ERROR") || strings.Contains(logged, "level=WARN") {
		t.Errorf("logged %s", logged)
	}
}

func TestEventsShowTheWholeConversation(t *testing.T) {
	s := serve(t, nil)
	auth, id := s.open()
	for i, body := range []string{`"option":"1.1.emploi"`, `"text":"MOURIR"`, `"text":"HUMAIN"`, `"text":"STOP"`} {
		s.call("POST", "/chat/messages", `{"id":"m`+itoa(i)+`",`+body+`}`, auth)
	}
	s.door.Append(id, bot.Addressed{To: bot.ToCitizen, Effect: bot.Forget{Leg: "web"}})
	want := []string{
		`2 {"ask":"1.1","from":"bot","options":[{"id":"1.1.emploi","label":"Un emploi ou une formation"},{"id":"1.1.etudes","label":"Les études, le lycée, le collège"},{"id":"1.1.vae","label":"La VAE, ou créer mon entreprise"}],"text":"Bonjour, ici l'accueil orientation de la Région. Je suis un robot. Je vous informe, ou je vous passe une personne. Que cherchez-vous ?"}`,
		`3 {"from":"you","id":"m0","option":"1.1.emploi","text":"Un emploi ou une formation"}`,
		`4 {"from":"bot","text":"Vous avez choisi « emploi ». Racontez-moi un peu votre situation."}`,
		`5 {"from":"you","id":"m1","text":"MOURIR"}`,
		`6 {"from":"bot","links":[{"text":"15","url":"tel:15"},{"text":"SMS au 114","url":"sms:114"},{"text":"3114","url":"tel:3114"}],"safety":true,"text":"Merci de me le dire. Je suis un robot : parlez à quelqu'un tout de suite. Ces numéros répondent tout de suite."}`,
		`7 {"from":"you","id":"m2","text":"HUMAIN"}`,
		`8 {"from":"bot","text":"Je vous passe une personne."}`,
		`9 {"from":"counsellor","message":"7a9514f11e801709","name":"Anna","structure":"Accueil régional","text":"Bonjour, je suis Anna. Que puis-je faire ?"}`,
		`13 {"from":"you","id":"m3","text":"STOP"}`,
		`14 {"from":"bot","text":"Merci et bonne suite."}`,
		`15 {"end":true,"from":"bot"}`,
		`16 {"forget":true,"from":"bot"}`,
	}
	if got := s.events(len(want), "/chat/events", auth); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	for from, first := range map[string]int{"8": 7, "9": 8, "12": 8, "15": 11, "nonsense": 0, "-5": 0} {
		if got := s.events(len(want)-first, "/chat/events", auth, "Last-Event-ID: "+from); !reflect.DeepEqual(got, want[first:]) {
			t.Errorf("after %s:\n%s", from, strings.Join(got, "\n"))
		}
	}
}

// After a day the words have gone: a page that was left open goes on, one that is opened is told where
// the conversation stands, and two are told once.
func TestWhoComesBackAfterTheirWordsHaveGoneIsWelcomed(t *testing.T) {
	s := serve(t, nil)
	auth, id := s.open()
	s.call("POST", "/chat/messages", `{"id":"m1","option":"1.1.emploi"}`, auth)
	s.door.Expire(id)
	first, second := s.events(1, "/chat/events", auth), s.events(1, "/chat/events", auth)
	if len(first) != 1 || !strings.HasPrefix(first[0], "6 ") || !strings.Contains(first[0], "Que cherchez-vous ?") || !reflect.DeepEqual(first, second) {
		t.Errorf("got %q, then %q", first, second)
	}
	want := []bot.Event{bot.Arrived{}, bot.Chose{Ask: "1.1", Option: "emploi"}, bot.Arrived{}}
	if got := s.door.Inputs(id); !reflect.DeepEqual(got, want) {
		t.Errorf("inputs %+v, want %+v", got, want)
	}
}

func TestPageThatWasLeftOpenGoesOnWithoutItsWords(t *testing.T) {
	s := serve(t, nil)
	auth, id := s.open()
	s.door.Expire(id)
	got := make(chan []string)
	go func() { got <- s.events(2, "/chat/events", auth, "Last-Event-ID: 2") }()
	s.call("POST", "/chat/messages", `{"id":"m1","text":"encore"}`, auth)
	if events := <-got; len(events) != 2 || !strings.HasPrefix(events[0], "3 ") || !strings.Contains(events[1], "Vous avez dit : encore") {
		t.Errorf("got %q", events)
	}
	if n := len(s.door.Inputs(id)); n != 2 {
		t.Errorf("%d inputs, want the arrival and the message", n)
	}
}

func TestEmptyLogWelcomesNobodyElse(t *testing.T) {
	s := serve(t, nil)
	auth, id := s.open()
	s.door.Expire(id)
	var ticket struct{ Ticket string }
	if err := json.NewDecoder(s.call("POST", "/chat/tickets", "", auth).Body).Decode(&ticket); err != nil {
		t.Fatal(err)
	}
	got := make(chan []string)
	go func() { got <- s.events(1, "/chat/events?ticket="+ticket.Ticket) }()
	time.Sleep(2 * time.Second)
	s.door.Append(id, bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "encore là"}})
	if events := <-got; len(events) != 1 || !strings.Contains(events[0], "encore là") {
		t.Errorf("by a ticket: %q", events)
	}
	if n, all := len(s.door.Inputs(id)), s.door.Conversations(); n != 1 || all != 1 {
		t.Errorf("%d inputs in %d conversations", n, all)
	}
}

// Nothing that is for the desk, the owner or whoever acted, and nothing that others put in, is ever
// sent to the citizen.
func TestOnlyTheCitizensEntriesAreShown(t *testing.T) {
	s := serve(t, nil)
	auth, id := s.open()
	for _, to := range []bot.Audience{bot.ToDesk, bot.ToOwner, bot.ToActor, bot.ToNobody} {
		for _, effect := range []bot.Effect{bot.Say{Text: "secret"}, bot.Speak{Text: "secret"}, bot.Hangup{}, bot.Post{}, bot.Present{}, bot.Pass{Text: "secret"}, bot.Tell{}, bot.Listen{}} {
			s.door.Append(id, bot.Addressed{To: to, Effect: effect})
		}
	}
	for i, event := range []bot.Event{bot.Said{Text: "secret"}, bot.Noted{Text: "secret"}, bot.Replied{Text: "secret"}, bot.Chose{Option: "secret"}, bot.Claimed{}, bot.Rang{}} {
		for _, leg := range []bot.Leg{{}, {ID: "desk", Channel: "desk", For: bot.ToOwner}, {ID: "desk", Channel: "desk", For: bot.ToDesk}} {
			in := bot.Input{ID: itoa(i) + string(leg.For), Conversation: id, Leg: leg, Event: event}
			s.door.Play(func(int, bot.Input) []bot.Addressed { return nil })
			if err := s.door.Take(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.door.Append(id, bot.Addressed{To: bot.ToCitizen, Effect: bot.Post{}}, bot.Addressed{To: bot.ToCitizen, Effect: bot.Tell{Who: "secret"}},
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Forget{Leg: "telegram"}}, bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "fin"}})
	got := s.events(2, "/chat/events", auth)
	if len(got) != 2 || !strings.HasPrefix(got[0], "2 ") || !strings.HasSuffix(got[1], ` {"from":"bot","text":"fin"}`) {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
}

func TestTicketOpensOneStreamWithinAMinute(t *testing.T) {
	s := serve(t, nil)
	auth, _ := s.open()
	ticket := func() string {
		res := s.call("POST", "/chat/tickets", "", auth)
		body := text(res)
		if res.StatusCode != 201 {
			t.Fatal(res.StatusCode, body)
		}
		return "/chat/events?ticket=" + strings.Split(body, `"`)[3]
	}
	first := ticket()
	if got := s.events(1, first); !strings.HasPrefix(got[0], "2 ") {
		t.Errorf("got %s", got)
	}
	late := ticket()
	s.refs.pass(61 * time.Second)
	for name, path := range map[string]string{"used": first, "late": late, "forged": late[:len(late)-2] + "AA", "none": "/chat/events", "short": "/chat/events?ticket=a"} {
		if got := s.events(1, path); !strings.HasPrefix(got[0], "401 ") {
			t.Errorf("%s: %s", name, got)
		}
	}
	token := strings.TrimPrefix(auth, "Authorization: Bearer ")
	if got := s.events(1, "/chat/events?ticket="+token); !strings.HasPrefix(got[0], "401 ") {
		t.Errorf("a token in an address: %s", got)
	}
}

func TestOtherSites(t *testing.T) {
	s := newSite(t, nil)
	allowed := func(origin string) string {
		return s.call("OPTIONS", "/chat/messages", "", "Origin: "+origin).Header.Get("Access-Control-Allow-Origin")
	}
	if allowed(friend) != friend || allowed("https://evil.example") != "" || allowed("null") != "" {
		t.Error("preflight answers the wrong sites")
	}
	ancestors := func(path string) string {
		h := s.call("GET", path, "").Header
		_, after, _ := strings.Cut(h.Get("Content-Security-Policy"), "frame-ancestors ")
		return after + " " + h.Get("X-Frame-Options")
	}
	if got := ancestors("/chat/"); got != "'none' DENY" {
		t.Errorf("page: %s", got)
	}
	if got := ancestors("/chat/?embed"); got != friend+" " {
		t.Errorf("frame: %s", got)
	}
	s = newSite(t, func(c *chat.Config) { c.Origins = nil })
	if got := ancestors("/chat/?embed"); got != "'none' DENY" {
		t.Errorf("frame without origins: %s", got)
	}
	for _, origin := range []string{"*", "region.example", "https://region.example/", "javascript:alert(1)", "https://a; script-src *"} {
		if _, err := chat.New(chat.Config{Origins: []string{origin}}); err == nil {
			t.Errorf("origin %q was taken", origin)
		}
	}
}
