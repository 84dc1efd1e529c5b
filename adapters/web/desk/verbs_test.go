package desk_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// Each verb reaches the door as one fact, and its outcome comes back as a sentence.
func TestVerbs(t *testing.T) {
	tomorrow := time.Now().AddDate(0, 0, 1).Format("2006-01-02") + "T10:30"
	paris, _ := time.LoadLocation("Europe/Paris")
	at, _ := time.ParseInLocation("2006-01-02T15:04", tomorrow, paris)
	day := time.Now().In(paris).AddDate(0, 0, 30).Format(time.DateOnly)
	nine, _ := time.ParseInLocation("2006-01-02 15", day+" 09", paris)
	for _, c := range []struct {
		verb string
		args []string
		told string
		want bot.Event
	}{
		{"reply", []string{"text", " Bonjour,\r\noui. "}, "Message enregistré. Il part dans quelques secondes.", bot.Replied{By: "camille", Text: "Bonjour,\noui."}},
		{"note", []string{"text", "à rappeler"}, "Note enregistrée. La personne ne la voit pas.", bot.Noted{By: "camille", Text: "à rappeler"}},
		{"release", nil, "Le dossier est revenu dans la file.", bot.Released{By: "camille"}},
		{"transfer", []string{"to", "ml-vannes", "text", "16-25 ans", "consent", "oui"}, "Le dossier est transmis.", bot.Transferred{By: "camille", To: "ml-vannes", Reason: "16-25 ans", Consent: true}},
		{"promise", []string{"at", tomorrow, "contact", "phone"}, "La date de réponse est annoncée à la personne.", bot.Promise{By: "camille", At: at.UTC(), Contact: "phone"}},
		{"finish", []string{"outcome", "referred", "to", "ml-vannes"}, "Le dossier est terminé.", bot.Finished{By: "camille", Outcome: "referred", To: "ml-vannes"}},
		{"finish", []string{"outcome", "answered", "to", "ml-vannes"}, "Le dossier est terminé.", bot.Finished{By: "camille", Outcome: "answered"}},
		{"finish", []string{"outcome", "answered", "follow", day}, "Le dossier est terminé.", bot.Finished{By: "camille", Outcome: "answered", Follow: nine.UTC()}},
		{"invite", []string{"to", "ml-vannes", "consent", "oui"}, "C'est enregistré.", bot.Invited{By: "camille", To: "ml-vannes", Consent: true}},
		{"invite", []string{"do", "end"}, "C'est enregistré.", bot.Invited{By: "camille"}},
		{"misroute", nil, "C'est enregistré.", bot.Misrouted{By: "camille"}},
		{"procedure", []string{"do", "called", "text", "CRIP"}, "Procédure danger : c'est noté.", bot.Procedure{By: "camille", Do: "called", Note: "CRIP"}},
	} {
		r := open(t)
		id := r.waits(number, nil)
		camille := r.as("camille")
		camille.does(number, "claim")
		if got := camille.does(number, c.verb, c.args...); got != c.told {
			t.Errorf("%s: told %q, want %q", c.verb, got, c.told)
		}
		inputs := r.Inputs(id)
		if got := inputs[len(inputs)-1]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %#v\nwant %#v", c.verb, got, c.want)
		}
	}
}

func TestWhatAnInputSaysOfWhereItCameFrom(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	r.as("camille").does(number, "claim")
	log := r.Board.Door.Log(id)
	for _, e := range log {
		if e.Input == nil {
			continue
		}
		got := *e.Input
		want := bot.Input{ID: "desk:" + string(id) + ":claim:idem-claim-or-7f3k-9q2m-4", Conversation: id, At: got.At,
			Leg: bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}, Event: bot.Claimed{By: "camille"}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v (peer %q)\nwant %+v", got, string(got.Leg.Peer), want)
		}
	}
}

func TestFormsThatAreNotComplete(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	before := len(r.Inputs(id))
	for _, c := range []struct {
		verb, want string
		form       url.Values
	}{
		{"reply", "Écrivez d'abord un message.", url.Values{"text": {"  \n"}}},
		{"reply", "C'est trop long", url.Values{"text": {strings.Repeat("é", 4001)}}},
		{"note", "Écrivez d'abord une note.", nil},
		{"transfer", "Choisissez une structure.", url.Values{"to": {"inconnue"}, "text": {"x"}, "consent": {"oui"}}},
		{"transfer", "Choisissez une structure.", url.Values{"to": {"lead"}, "text": {"x"}, "consent": {"oui"}}},
		{"transfer", "Écrivez la raison", url.Values{"to": {"ml-vannes"}, "consent": {"oui"}}},
		{"transfer", "Il faut l'accord", url.Values{"to": {"ml-vannes"}, "text": {"x"}}},
		{"promise", "Donnez un jour", url.Values{"at": {"demain"}, "contact": {"phone"}}},
		{"promise", "est passée", url.Values{"at": {"2020-01-01T10:00"}, "contact": {"phone"}}},
		{"promise", "Choisissez comment", url.Values{"at": {"2099-01-01T10:00"}, "contact": {"pigeon"}}},
		{"finish", "Choisissez comment", nil},
		{"finish", "dans les six mois", url.Values{"outcome": {"answered"}, "follow": {"2020-01-01"}}},
		{"finish", "dans les six mois", url.Values{"outcome": {"answered"}, "follow": {"2099-01-01"}}},
		{"finish", "dans les six mois", url.Values{"outcome": {"answered"}, "follow": {"bientôt"}}},
		{"invite", "Choisissez une structure.", url.Values{"to": {"inconnue"}, "consent": {"oui"}}},
		{"invite", "Choisissez une structure.", url.Values{"to": {"lead"}, "consent": {"oui"}}},
		{"invite", "Il faut l'accord", url.Values{"to": {"ml-vannes"}}},
		{"procedure", "pas lisible", url.Values{"do": {"dance"}}},
	} {
		form := url.Values{"idem": {"12345678"}}
		for k, v := range c.form {
			form[k] = v
		}
		status, body := camille.post("/desk/cases/"+number+"/"+c.verb, form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(strings.ReplaceAll(body, "&#39;", "'"), c.want) {
			t.Errorf("%s %v: %d without %q", c.verb, c.form, status, c.want)
		}
	}
	for _, idem := range []string{"", "short", "a:b:c:d:e:f:g", strings.Repeat("x", 65)} {
		if status, _ := camille.post("/desk/cases/"+number+"/reply", url.Values{"idem": {idem}, "text": {"x"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("idem %q was taken: %d", idem, status)
		}
	}
	if status, _ := camille.post("/desk/cases/"+number+"/explode", url.Values{"idem": {"12345678"}}); status != http.StatusNotFound {
		t.Errorf("an unknown verb: %d", status)
	}
	if after := len(r.Inputs(id)); after != before {
		t.Errorf("%d inputs came of forms that are not complete", after-before)
	}
}

func TestAMessageIsSentOnceAndCanBeTakenBack(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	for range 2 {
		camille.does(number, "reply", "text", "Bonjour Anna.")
	}
	if n := len(r.Inputs(id)); n != 2 {
		t.Fatalf("%d inputs, want a claim and one reply", n)
	}
	_, body := camille.get("/desk/cases/" + number)
	if !strings.Contains(body, "part dans <b>10</b> s") {
		t.Error("no countdown is shown")
	}
	if got := camille.does(number, "takeback", "message", "idem-reply-or-7f3k-9q2m-4"); got != "Message repris : il ne partira pas." {
		t.Errorf("taking it back: %q", got)
	}
	_, body = camille.get("/desk/cases/" + number)
	if !strings.Contains(body, "repris : ce message") || strings.Contains(body, "part dans") {
		t.Error("the message does not show as taken back")
	}
}

func TestAMessageShowsWhenItWasSeen(t *testing.T) {
	r := open(t)
	r.Hold = time.Millisecond
	id := r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	camille.does(number, "reply", "text", "Bonjour.")
	shows := func(want string) {
		t.Helper()
		var body string
		for range 100 {
			if _, body = camille.get("/desk/cases/" + number); strings.Contains(body, `<p class="state">`+want) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("the message never showed as %q", want)
	}
	shows("envoyé")
	_ = r.Hear(id, "m1", "Bonjour")
	shows("vu")
}

func TestAMiseEnRelationIsReadBeforeItIsTaken(t *testing.T) {
	r := open(t)
	id := r.waits(number, func(c *bot.Card) {
		c.Life, c.Mode, c.Structure, c.Queue = bot.Referred, bot.Referral, vannes, "ml-vannes/56"
	})
	yann := r.as("yann")
	if status, body := yann.post("/desk/next", url.Values{"idem": {"12345678"}}); status != http.StatusOK || !strings.Contains(body, "mise en relation. Vous l&#39;acceptez") && !strings.Contains(body, "mise en relation. Vous l'acceptez") {
		t.Errorf("next: %d, not the offer", status)
	}
	if n := len(r.Inputs(id)); n != 0 {
		t.Fatalf("it was taken unread: %d inputs", n)
	}
	if got := yann.does(number, "refuse", "reason", "capacity", "text", "complet jusqu'à mars"); got != "Mise en relation refusée. Le dossier revient à l'accueil régional." {
		t.Errorf("refused: %q", got)
	}
	want := []bot.Event{bot.Refused{By: "yann", Reason: "capacity", Note: "complet jusqu'à mars"}}
	if got := r.Inputs(id); !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v\nwant %#v", got, want)
	}
	if status, _ := yann.get("/desk/cases/" + number); status != http.StatusNotFound {
		t.Errorf("the case is the lead's again, and shown to another structure: %d", status)
	}
}

// What anybody writes is text, wherever it is shown.
func TestHostileTextsAreText(t *testing.T) {
	const evil = `</textarea></script><img src=x onerror=alert(1)>"'{{.}}` + "\u202egnp"
	r := open(t)
	id := r.waits(`OR-7F3K-9Q2M-4`, nil)
	r.Append(id, bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: evil, Options: []bot.Choice{{ID: "a", Label: evil}}}})
	_ = r.Hear(id, "m1", evil)
	camille := r.as("camille")
	camille.does(number, "claim")
	camille.does(number, "note", "text", evil)
	camille.does(number, "reply", "text", evil)
	camille.does(number, "procedure", "do", "called", "text", evil)
	for _, path := range []string{"/desk/cases/" + number, "/desk/?file=" + url.QueryEscape(evil), "/desk/cases/" + url.PathEscape(evil)} {
		_, body := camille.get(path)
		if strings.Contains(body, "<img") || strings.Contains(body, "</textarea></script>") {
			t.Errorf("%s shows it raw", path)
		}
	}
	if _, body := camille.get("/desk/cases/" + number); strings.Count(body, "&lt;img src=x onerror=alert(1)&gt;") < 5 {
		t.Error("the texts are not shown at all")
	}
	// A flash cookie that somebody else planted is text too, and not for long.
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.server.URL+"/desk/", nil)
	request.AddCookie(&http.Cookie{Name: "dit", Value: "PGltZyBzcmM9eD4"}) // <img src=x>
	if _, body := camille.send(request); strings.Contains(body, "<img") {
		t.Error("the flash is shown raw")
	}
}

func TestTheStoreIsAsleep(t *testing.T) {
	r := open(t)
	r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	r.Sleep(true)
	for name, ask := range map[string]func() (int, string){
		"list": func() (int, string) { return camille.get("/desk/") },
		"case": func() (int, string) { return camille.get("/desk/cases/" + number) },
		"reply": func() (int, string) {
			return camille.post("/desk/cases/"+number+"/reply", url.Values{"idem": {"12345678"}, "text": {"x"}})
		},
	} {
		if status, body := ask(); status != http.StatusServiceUnavailable || !strings.Contains(body, "Rien n&#39;a été enregistré") && !strings.Contains(body, "Rien n'a été enregistré") {
			t.Errorf("%s: %d", name, status)
		}
	}
}

func TestTheListSaysWhatIsUrgentAndDue(t *testing.T) {
	r := open(t)
	now := time.Now()
	r.waits("OR-AAAA-AAAA-2", func(c *bot.Card) { c.Due = now.Add(time.Minute) })
	r.waits("OR-BBBB-BBBB-2", func(c *bot.Card) { c.Urgent, c.Due = true, now.Add(time.Hour) })
	r.waits("OR-CCCC-CCCC-2", func(c *bot.Card) { c.Due, c.Queue = now.Add(-90*time.Second), "lead/56" })
	camille := r.as("camille")
	_, body := camille.get("/desk/")
	var order []int
	for _, n := range []string{"BBBB", "CCCC", "AAAA"} {
		order = append(order, strings.Index(body, `data-key="OR-`+n))
	}
	if order[0] < 0 || order[0] > order[1] || order[1] > order[2] {
		t.Errorf("order in the page: %v", order)
	}
	for _, want := range []string{"URGENT", "à prendre avant", "en retard de 1\u00a0min", "depuis 4\u00a0min", "Trouver une formation", "Ille-et-Vilaine"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	if _, body = camille.get("/desk/?file=lead/56"); strings.Contains(body, "OR-AAAA") || !strings.Contains(body, "OR-CCCC") {
		t.Error("the filter does not filter")
	}
}
