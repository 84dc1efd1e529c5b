package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/transcript"
)

// An httpStage plays on the whole house as it is served: people write over the chat's interface,
// counsellors sign in at the desk and use its verbs. What came out is read from the log.
type httpStage struct {
	*keptConversation
	script *transcript.Script
	house  *house
	base   string
	token  string                            // of the person's browser
	number string                            // dossier, as desks knew it last
	desks  map[bot.CounsellorID]*http.Client // signed in
	lead   []bot.CounsellorID                // who may be on duty
}

func newHTTPStage(t *testing.T, script *transcript.Script) *httpStage {
	t.Helper()
	if c := script.World.Channel; c != "web" {
		t.Skipf("%s has no HTTP interface to write to; it is replayed on the engine and on the store", c)
	}
	return newHouseStage(t, script, func(*house) {})
}

// newHouseStage builds a house, changed before its doors are made, and opens it.
func newHouseStage(t *testing.T, script *transcript.Script, change func(*house)) *httpStage {
	t.Helper()
	s := &httpStage{keptConversation: keep(t, script.World.At), script: script, desks: map[bot.CounsellorID]*http.Client{}}
	t.Cleanup(func() { s.store.Close() })
	b := referenceBundle(t)
	everybody := whoWorks(script, bot.StructureID(b.Lead().ID))
	for _, a := range everybody {
		if slices.Contains(a.Structures, bot.StructureID(b.Lead().ID)) {
			s.lead = append(s.lead, a.ID)
		}
	}
	config := &serveCommand{MetricsListen: "off", Staff: staffFile(t, everybody), Retention: 720 * time.Hour}
	s.house = &house{config: config, log: quietly(), store: s.store, bundles: shared, now: func() time.Time { return s.clock() }}
	change(s.house)
	if err := s.house.build(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	s.house.player.NewID = s.began.id
	s.house.signIn.Trial = true // people sign in by the link that a trial prints
	s.serve()
	return s
}

// serve opens the house on this machine until the test ends.
func (s *httpStage) serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.base = "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.house.serve(ctx, listener, time.Second) }()
	s.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			s.t.Errorf("serve: %v", err)
		}
	})
}

// staffFile is the staff of the script as the service reads it.
func staffFile(t *testing.T, everybody []bot.Actor) string {
	t.Helper()
	type entry struct {
		ID         bot.CounsellorID  `json:"id"`
		Name       string            `json:"name"`
		Structures []bot.StructureID `json:"structures"`
		Roles      []bot.Role        `json:"roles"`
		Capacity   int               `json:"capacity"`
	}
	var file struct {
		Counsellors []entry `json:"counsellors"`
	}
	for _, a := range everybody {
		role := bot.RoleCounsellor
		if a.Lead {
			role = bot.RoleLead
		}
		file.Counsellors = append(file.Counsellors, entry{a.ID, a.Name, a.Structures, []bot.Role{role}, a.Capacity})
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "staff.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (s *httpStage) Input(in bot.Input) ([]bot.Entry, error) {
	now, err := s.head()
	if err == nil {
		err = s.onDuty()
	}
	if err != nil {
		return nil, err
	}
	if now.Dossier != "" { // an erased case has none, but its number may still be on a screen
		s.number = now.Dossier
	}
	switch {
	case bot.By(in.Event) != "":
		err = s.acts(in)
	case in.Leg.For == bot.ToCitizen:
		if err = s.renew(); err == nil {
			err = s.writes(in)
		}
		if errors.Is(err, errErased) { // the page opens a new conversation then; here the words alone go on
			err = s.take(in)
		}
	default:
		err = s.take(in)
	}
	if err != nil {
		return nil, err
	}
	return s.news()
}

func (s *httpStage) Pass(d time.Duration) ([]bot.Entry, error) {
	clear(s.desks) // their shifts end
	return s.pass(d, s.ring)
}

func (s *httpStage) UntilTimer() ([]bot.Entry, error) { return s.untilTimer(s.ring) }

func (s *httpStage) ring() error {
	if err := s.onDuty(); err != nil {
		return err
	}
	s.house.player.SweepOnce(s.t.Context())
	return nil
}

// onDuty has as many counsellors of the lead's desk before their screens as the script says, and
// makes the house look again at once.
func (s *httpStage) onDuty() error {
	present := s.script.Facts(bot.Input{}).OnDuty
	for i, id := range s.lead {
		sign := s.store.Gone
		if i < present {
			sign = s.store.Here
		}
		if err := sign(s.t.Context(), bot.OnDuty(id), "page"); err != nil {
			return err
		}
	}
	w := s.house.player.World.(*world)
	w.news, w.cards = newsOf(s.script), crowdOf(s.script, s.store.Cards)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = time.Time{}
	return nil
}

// take brings an input in as the house itself does: what no page can send.
func (s *httpStage) take(in bot.Input) error {
	in.ID, in.Conversation = "house:"+in.ID, s.began.id()
	return s.house.player.Take(s.t.Context(), in)
}

// writes is the person's browser.
func (s *httpStage) writes(in bot.Input) error {
	id := "m" + in.ID
	switch e := in.Event.(type) {
	case bot.Arrived:
		switch {
		case s.token == "":
			return s.opens(e)
		case e.Shared:
			return s.sends("/chat/shared", map[string]string{}, http.StatusNoContent)
		default:
			return s.comesBack()
		}
	case bot.Said:
		return s.sends("/chat/messages", map[string]string{"id": id, "text": string(e.Text)}, http.StatusAccepted)
	case bot.Chose:
		return s.sends("/chat/messages", map[string]string{"id": id, "option": string(e.Ask) + "." + e.Option}, http.StatusAccepted)
	}
	return fmt.Errorf("a browser does not send %s", bot.Name(in.Event))
}

func (s *httpStage) opens(e bot.Arrived) error {
	answer, err := s.post("/chat/conversations", map[string]any{"language": e.Language, "shared": e.Shared, "entry": e.Entry})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var opened struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&opened); err != nil || opened.Token == "" {
		return fmt.Errorf("open a conversation: %s: %w", answer.Status, err)
	}
	s.token = opened.Token
	return nil
}

// comesBack loads the page anew, which asks for all that was said.
func (s *httpStage) comesBack() error {
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.base+"/chat/events", nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("come back: %s", answer.Status)
	}
	return nil
}

// errErased is what a browser is told whose conversation was erased.
var errErased = errors.New("the token has ended")

func (s *httpStage) sends(path string, body map[string]string, want int) error {
	answer, err := s.post(path, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusUnauthorized {
		return errErased
	}
	if answer.StatusCode != want {
		why, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s answers %s: %s", path, answer.Status, why)
	}
	return nil
}

func (s *httpStage) post(path string, body any) (*http.Response, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.base+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	return http.DefaultClient.Do(r)
}

// acts is a counsellor's desk. What the desk refuses by itself, before anything is recorded, must be
// refused by the engine behind it as well: it is brought in past the desk.
func (s *httpStage) acts(in bot.Input) error {
	before, err := s.head()
	if err != nil {
		return err
	}
	verb, form := s.form(in)
	form.Set("idem", idem(in.ID))
	answer, err := s.submit(bot.By(in.Event), "/desk/cases/"+s.number+"/"+verb, form)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if after, err := s.head(); err != nil || after.Version > before.Version {
		return err
	}
	var told struct{ Code string }
	_ = json.NewDecoder(answer.Body).Decode(&told) // a refusal by status has no code
	if answer.StatusCode != http.StatusNotFound && answer.StatusCode != http.StatusUnprocessableEntity && told.Code != "not_owner" {
		return fmt.Errorf("the desk answers %s %q to %s, and nothing happened", answer.Status, told.Code, verb)
	}
	if back, is := in.Event.(bot.TookBack); is {
		back.Message = form.Get("message")
		in.Event = back
	}
	return s.take(in)
}

// idem is the name of a form that was sent once.
func idem(id string) string { return strings.Repeat("0", max(0, 8-len(id))) + id }

// form is what the desk's page sends for an action.
func (s *httpStage) form(in bot.Input) (verb string, form url.Values) {
	one := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	switch e := in.Event.(type) {
	case bot.Claimed:
		return "claim", one()
	case bot.Replied:
		return "reply", one("text", string(e.Text))
	case bot.TookBack:
		return "takeback", one("message", idem(e.Message))
	case bot.Noted:
		return "note", one("text", string(e.Text))
	case bot.Released:
		return "release", one()
	case bot.Transferred:
		consent := map[bool]string{true: "oui"}[e.Consent]
		return "transfer", one("to", string(e.To), "text", string(e.Reason), "consent", consent)
	case bot.Accepted:
		return "accept", one()
	case bot.Refused:
		return "refuse", one("reason", e.Reason, "text", string(e.Note))
	case bot.Promise:
		return "promise", one("at", e.At.In(s.script.World.At.Location()).Format("2006-01-02T15:04"), "contact", e.Contact)
	case bot.Finished:
		return "finish", one("outcome", e.Outcome, "to", string(e.To))
	case bot.Procedure:
		return "procedure", one("do", e.Do, "text", string(e.Note))
	}
	return "", one()
}

// submit sends a form from a counsellor's browser, which is signed in.
func (s *httpStage) submit(by bot.CounsellorID, path string, form url.Values) (*http.Response, error) {
	client, err := s.desk(by)
	if err != nil {
		return nil, err
	}
	return send(s.t.Context(), client, s.base+path, form)
}

func send(ctx context.Context, client *http.Client, address string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	return client.Do(r)
}

// desk signs a counsellor in, once a shift.
func (s *httpStage) desk(by bot.CounsellorID) (*http.Client, error) {
	if client, signed := s.desks[by]; signed {
		return client, nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	link, err := s.house.signIn.TrialLink(s.t.Context())
	if err != nil {
		return nil, err
	}
	entrance, token, _ := strings.Cut(link, "?jeton=")
	answer, err := send(s.t.Context(), client, s.base+entrance, url.Values{"jeton": {token}, "qui": {string(by)}})
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("%s cannot sign in: %s", by, answer.Status)
	}
	s.desks[by] = client
	return client, nil
}
