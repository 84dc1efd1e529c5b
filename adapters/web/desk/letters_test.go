package desk_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// dead are dead letters in memory, with a platform that takes them when they are sent again.
type dead struct {
	mu      sync.Mutex
	letters []bot.DeadLetter
	sent    []string
	trouble error // of the next sending
}

func (d *dead) bury(letters ...bot.DeadLetter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.letters = append(d.letters, letters...)
}

func (d *dead) DeadLetters(context.Context) ([]bot.DeadLetter, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.letters), nil
}

func (d *dead) DeadLetter(_ context.Context, id string) (bot.DeadLetter, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.letters {
		if l.ID == id {
			return l, nil
		}
	}
	return bot.DeadLetter{}, bot.ErrNotFound
}

func (d *dead) Settle(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.letters = slices.DeleteFunc(d.letters, func(l bot.DeadLetter) bool { return l.ID == id })
	return nil
}

func (d *dead) send(ctx context.Context, id string) error {
	if _, err := d.DeadLetter(ctx, id); err != nil {
		return err
	}
	d.mu.Lock()
	err := d.trouble
	d.trouble = nil
	if err == nil {
		d.sent = append(d.sent, id)
	}
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return d.Settle(ctx, id)
}

func (d *dead) sends() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sent)
}

// undelivered has a message to the person of each case among the dead letters.
func (r *room) undelivered(id string, conversation bot.ConversationID, why string) {
	letter := bot.DeadLetter{ID: id, Conversation: conversation, Leg: "web", Seq: 4, Why: why, At: time.Now().Add(-2 * time.Hour)}
	if why == "poison" {
		letter.Leg, letter.Seq = "", 0
	}
	r.dead.bury(letter)
}

// mends presses a button of the page and returns what the next page says.
func (c someone) mends(id, verb string) string {
	c.r.t.Helper()
	status, body := c.post("/desk/non-remis/"+id+"/"+verb, url.Values{"idem": {"idem-" + time.Now().Format("150405.000000000")[7:]}})
	if status != http.StatusOK {
		return http.StatusText(status)
	}
	return flash(body)
}

const other = "OR-VANN-ES22-2"

func TestWhatWasNotDeliveredIsShownToWhoMayMendIt(t *testing.T) {
	r := open(t)
	mine := r.waits(number, nil)
	theirs := r.waits(other, func(c *bot.Card) { c.Structure, c.Queue = vannes, "ml-vannes" })
	nobodys := r.waits("OR-TALK-TALK-2", func(c *bot.Card) { c.Life, c.Structure = bot.Talking, "" })
	gone := r.waits("OR-GONE-GONE-2", func(c *bot.Card) { c.LeadOnly = true })
	for i, id := range []bot.ConversationID{mine, theirs, nobodys, gone} {
		r.undelivered("0-"+string(rune('1'+i))+"-0", id, "undeliverable")
	}
	for _, c := range []struct {
		who    string
		status int
		shown  []string
	}{
		{"sacha", http.StatusOK, []string{number, "OR-TALK-TALK-2"}}, // leads the regional desk
		{"plume", http.StatusOK, []string{number, "OR-TALK-TALK-2"}}, // supervises it
		{"camille", http.StatusForbidden, nil},
		{"yann", http.StatusForbidden, nil},
	} {
		who := r.as(c.who)
		status, body := who.get("/desk/non-remis")
		var shown []string
		for _, dossier := range []string{number, other, "OR-TALK-TALK-2", "OR-GONE-GONE-2"} {
			if strings.Contains(body, dossier) {
				shown = append(shown, dossier)
			}
		}
		if status != c.status || !slices.Equal(shown, c.shown) {
			t.Errorf("%s: %d, sees %v; want %d, %v", c.who, status, shown, c.status, c.shown)
		}
		for _, leak := range []string{string(mine), "Je suis un robot", "Anna", "02 61"} {
			if strings.Contains(body, leak) {
				t.Errorf("%s: the page shows %q", c.who, leak)
			}
		}
	}
	// Who only supervises reads no case from here either.
	if _, body := r.as("plume").get("/desk/non-remis"); strings.Contains(body, "/desk/cases/") {
		t.Error("a supervisor is led to a case")
	}
	if _, body := r.as("sacha").get("/desk/"); !strings.Contains(body, `Messages non remis <b class="unsent">2</b>`) {
		t.Error("the list does not say how many there are")
	}
	if _, body := r.as("camille").get("/desk/"); strings.Contains(body, "non remis") {
		t.Error("a counsellor's list speaks of it")
	}
}

func TestTheWallHoldsForSendingAgain(t *testing.T) {
	r := open(t)
	r.undelivered("0-1-0", r.waits(other, func(c *bot.Card) { c.Structure, c.Queue = vannes, "ml-vannes" }), "undeliverable")
	r.undelivered("0-2-0", r.waits(number, nil), "undeliverable")
	for who, want := range map[string]string{"sacha": "Ce message n'est plus à remettre.", "plume": "Ce message n'est plus à remettre.", "camille": "Forbidden", "yann": "Forbidden"} {
		for _, verb := range []string{"renvoyer", "regler"} {
			if got := r.as(who).mends("0-1-0", verb); got != want {
				t.Errorf("%s, %s: %q, want %q", who, verb, got, want)
			}
		}
	}
	if got := r.as("sacha").mends("0-2-0", "effacer"); got != "Not Found" {
		t.Errorf("a verb that does not exist: %q", got)
	}
	if all, _ := r.dead.DeadLetters(t.Context()); len(all) != 2 || len(r.dead.sends()) != 0 {
		t.Errorf("%d letters left, %v sent", len(all), r.dead.sends())
	}
	bare := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := bare.Get(r.server.URL + "/desk/non-remis")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized && answer.StatusCode != http.StatusSeeOther {
		t.Errorf("somebody who is not signed in gets %d", answer.StatusCode)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, r.server.URL+"/desk/non-remis/0-2-0/renvoyer", strings.NewReader("idem=12345678"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _ := r.as("sacha").send(request); status != http.StatusForbidden || len(r.dead.sends()) != 0 {
		t.Errorf("another site sends: %d", status)
	}
}

func TestSendingAgainSaysWhatBecameOfIt(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	r.undelivered("0-1-0", id, "undeliverable")
	r.undelivered("0-2-0", id, "tried_too_often")
	r.undelivered("0-3-0", id, "poison")
	sacha := r.as("sacha")
	if _, body := sacha.get("/desk/non-remis"); strings.Count(body, "/renvoyer") != 2 || !strings.Contains(body, "Une personne doit le lire.") {
		t.Errorf("what was no delivery offers to be sent again:\n%s", body)
	}
	for _, c := range []struct {
		trouble error
		want    string
	}{
		{bot.ErrTaken, "Une autre personne renvoie ce message en ce moment."},
		{bot.RetryAfter{Wait: time.Second}, "La messagerie ne répond pas en ce moment. Réessayez dans une minute."},
		{bot.ErrUndeliverable, "La messagerie refuse encore ce message. Joignez la personne autrement."},
		{bot.ErrAmbiguous, "Nous ne savons pas si le message est arrivé. Demandez à la personne si elle l'a reçu, avant de le renvoyer."},
		{errors.New("reset"), "Le message n'est pas parti. Réessayez plus tard."},
		{bot.ErrUnavailable, "Service Unavailable"},
		{nil, "Le message est remis."},
		{nil, "Ce message n'est plus à remettre."},
	} {
		r.dead.trouble = c.trouble
		if got := sacha.mends("0-1-0", "renvoyer"); got != c.want {
			t.Errorf("%v: %q, want %q", c.trouble, got, c.want)
		}
	}
	if got := sacha.mends("0-3-0", "regler"); got != "C'est noté : ce message est retiré de la liste." {
		t.Errorf("settled: %q", got)
	}
	if got := r.dead.sends(); !slices.Equal(got, []string{"0-1-0"}) {
		t.Errorf("sent %v", got)
	}
	if all, _ := r.dead.DeadLetters(t.Context()); len(all) != 1 || all[0].ID != "0-2-0" {
		t.Errorf("left %v", all)
	}
	log := r.log.String()
	if !strings.Contains(log, "verb=renvoyer counsellor=sacha dossier="+number) || strings.Contains(log, string(id)) {
		t.Errorf("the log does not say who sent what again:\n%s", log)
	}
}

// The same form sent twice, by a slip of the finger, is one sending even where the first failed.
func TestAFormSentTwiceIsOneSending(t *testing.T) {
	r := open(t)
	r.undelivered("0-1-0", r.waits(number, nil), "undeliverable")
	sacha := r.as("sacha")
	_, body := sacha.get("/desk/non-remis")
	idem := regexp.MustCompile(`name="idem" value="([^"]+)"`).FindStringSubmatch(body)[1]
	r.dead.trouble = errors.New("reset")
	for range 2 {
		sacha.post("/desk/non-remis/0-1-0/renvoyer", url.Values{"idem": {idem}})
	}
	if got := r.dead.sends(); len(got) != 0 {
		t.Errorf("sent %v", got)
	}
	if status, _ := sacha.post("/desk/non-remis/0-1-0/renvoyer", url.Values{"idem": {"x"}}); status != http.StatusBadRequest {
		t.Errorf("a form that no page made: %d", status)
	}
}
