package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A person on a push channel whose first message is refused: the lead sees it on the desk, sends it
// again, and the person has it. Everything but the platform is the real wiring.
func TestAMessageThatWasRefusedIsSentAgainFromTheDesk(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	telegram := bottest.NewChannel("telegram")
	h.relay.Channels["telegram"] = telegram
	leg := bot.Leg{ID: "telegram", Channel: "telegram", Peer: "4711-secret", For: bot.ToCitizen, Push: true}
	telegram.Trouble("telegram", bottest.Refuses)
	id, err := h.player.Open(t.Context(), leg)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.player.Take(t.Context(), bot.Input{ID: "u1", Conversation: id, Leg: leg, Event: bot.Arrived{Language: "fr"}}); err != nil {
		t.Fatal(err)
	}
	refused := func() bool {
		letters, err := h.store.DeadLetters(t.Context())
		return err == nil && len(letters) == 2 // the one that was refused, and the question behind it
	}
	soon(t, "both are refused", refused)
	sacha := signedIn(t, h, "sacha")
	page := read(t, sacha, http.MethodGet, h.base+"/desk/non-remis", nil)
	head, err := h.store.Head(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, head.Session.Dossier) || !strings.Contains(page, "Telegram") || !strings.Contains(page, "La messagerie a refusé ce message.") {
		t.Fatalf("the lead does not see it:\n%s", page)
	}
	for _, leak := range []string{string(id), "4711", "Que cherchez-vous"} {
		if strings.Contains(page, leak) {
			t.Errorf("the page shows %q", leak)
		}
	}
	form := regexp.MustCompile(`action="(/desk/non-remis/[^"]+/renvoyer)"><input type="hidden" name="idem" value="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(form) != 2 {
		t.Fatalf("they cannot be sent again:\n%s", page)
	}
	before := len(telegram.Shown("telegram"))
	for _, f := range form {
		if page = read(t, sacha, http.MethodPost, h.base+f[1], url.Values{"idem": {f[2]}}); !strings.Contains(page, "Le message est remis.") {
			t.Errorf("after it was sent again:\n%s", page)
		}
	}
	if !strings.Contains(page, "Tous les messages sont arrivés.") {
		t.Errorf("after both were sent again:\n%s", page)
	}
	if shown := telegram.Shown("telegram"); len(shown) != before+2 {
		t.Errorf("the person was shown %d, then %d messages", before, len(shown))
	}
	if read(t, sacha, http.MethodPost, h.base+form[0][1], url.Values{"idem": {form[0][2]}}); len(telegram.Shown("telegram")) != before+2 {
		t.Error("the same form sent again sends the message again")
	}
	for _, leak := range []string{"4711", string(id), "Que cherchez-vous"} {
		if strings.Contains(h.text.String(), leak) {
			t.Errorf("%q stands in the log", leak)
		}
	}
	if !strings.Contains(h.text.String(), "verb=renvoyer counsellor=sacha dossier="+head.Session.Dossier) {
		t.Errorf("nobody can see who sent it again:\n%s", h.text)
	}
}

// signedIn is a browser of somebody of the trial's staff.
func signedIn(t *testing.T, h *openedHouse, who string) *http.Client {
	t.Helper()
	link, err := h.signIn.TrialLink(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "jeton=")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	read(t, client, http.MethodPost, h.base+"/desk/entree", url.Values{"jeton": {token}, "qui": {who}})
	return client
}

func read(t *testing.T, client *http.Client, method, address string, form url.Values) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(fmt.Sprint(method, " ", address, ": ", answer.Status, " ", err))
	}
	return html.UnescapeString(string(body))
}
