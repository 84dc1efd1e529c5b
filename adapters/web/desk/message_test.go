package desk_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	core "frontdesk/bot/desk"
)

// voices keeps the sound of one case's message, and notes who hears it. Who may is the desk's own rule.
type voices struct {
	r     *room
	sound []byte
	mu    sync.Mutex
	heard []string
}

const voice = "RIFF et quarante-deux secondes d'une voix"

// board is what cmd wires: the case, its message and its sound.
func (v *voices) board() *core.Board {
	return &core.Board{Cases: v.r, Briefs: v.r.Brief, Blobs: v, Audits: v, Recorded: func(s bot.Session) (bot.Attachment, bool) {
		return bot.Attachment{ID: "m1", Kind: "audio/wav"}, s.ID == v.r.cases["OR-VOIX"]
	}}
}

func (v *voices) PutBlob(context.Context, bot.ConversationID, string, []byte, time.Duration) (time.Time, error) {
	return time.Time{}, bot.ErrUnavailable
}

func (v *voices) Blob(_ context.Context, id bot.ConversationID, name string) ([]byte, error) {
	if id != v.r.cases["OR-VOIX"] || name != "m1" {
		return nil, bot.ErrNotFound
	}
	return v.sound, nil
}

func (v *voices) Audit(_ context.Context, _ bot.Deed, who string, _ bot.ConversationID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.heard = append(v.heard, who)
	return nil
}

func (v *voices) Audited(context.Context, func(bot.AuditLine) error) error { return nil }

func (v *voices) hearers() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return strings.Join(v.heard, " ")
}

func (c someone) listen(path, span string) (*http.Response, string) {
	c.r.t.Helper()
	request, _ := http.NewRequestWithContext(c.r.t.Context(), http.MethodGet, c.r.server.URL+path, nil)
	if span != "" {
		request.Header.Set("Range", span)
	}
	answer, err := c.Do(request)
	if err != nil {
		c.r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.r.t.Fatal(err)
	}
	return answer, string(body)
}

func TestARecordedMessageIsPlayedToTheOwnerAndTheirLead(t *testing.T) {
	r := open(t)
	until := time.Now().Add(300 * time.Hour)
	r.record("OR-VOIX", until)
	r.record("OR-PURGE", time.Now().Add(-time.Hour))
	r.waits("OR-MUET", nil)
	const path = "/desk/cases/OR-VOIX/message"

	dominique, camille, sacha := r.as("dominique"), r.as("camille"), r.as("sacha")
	camille.does("OR-VOIX", "claim")
	_, page := camille.get("/desk/cases/OR-VOIX")
	for _, shown := range []string{"Message vocal", "0\u00a0min\u00a042\u00a0s, gardé jusqu&#39;au ", `<audio controls preload="none" src="` + path + `"`} {
		if !strings.Contains(page, shown) {
			t.Errorf("the owner's page lacks %q", shown)
		}
	}
	answer, body := camille.listen(path, "")
	if answer.StatusCode != http.StatusOK || body != voice || answer.Header.Get("Content-Type") != "audio/wav" ||
		answer.Header.Get("Cache-Control") != "no-store" || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "media-src 'self'") {
		t.Errorf("the owner hears %d %q, %v", answer.StatusCode, body, answer.Header)
	}
	answer, body = camille.listen(path, "bytes=5-")
	if answer.StatusCode != http.StatusPartialContent || body != voice[5:] || r.voices.hearers() != "camille" {
		t.Errorf("the rest is %d %q, heard by %s", answer.StatusCode, body, r.voices.hearers())
	}
	if answer, _ := sacha.listen(path, "bytes=0-"); answer.StatusCode != http.StatusPartialContent || r.voices.hearers() != "camille sacha" {
		t.Errorf("their lead: %d, heard by %s", answer.StatusCode, r.voices.hearers())
	}

	if _, page := dominique.get("/desk/cases/OR-VOIX"); strings.Contains(page, "<audio") || strings.Contains(page, "Message vocal") {
		t.Error("a colleague is shown the message")
	}
	for dossier, who := range map[string]someone{"OR-VOIX": dominique, "OR-MUET": camille, "OR-NOWHERE": camille} {
		if answer, body := who.listen("/desk/cases/"+dossier+"/message", ""); answer.StatusCode != http.StatusNotFound || strings.Contains(body, "RIFF") {
			t.Errorf("%s: %d %q", dossier, answer.StatusCode, body)
		}
	}
	camille.does("OR-PURGE", "claim")
	if _, page := camille.get("/desk/cases/OR-PURGE"); strings.Contains(page, "<audio") || !strings.Contains(page, "Message vocal") {
		t.Error("what was purged is offered, or not even named")
	}
	anybody := someone{&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, r}
	if answer, body := anybody.listen(path, ""); answer.StatusCode == http.StatusOK || strings.Contains(body, "RIFF") {
		t.Errorf("without signing in: %d", answer.StatusCode)
	}
}

// record adds a case whose caller has left a message.
func (r *room) record(dossier string, until time.Time) {
	r.t.Helper()
	now := time.Now()
	card := bot.Card{Dossier: dossier, Life: bot.Waiting, Mode: bot.Direct, Queue: "lead/35", Structure: lead, Territory: "35",
		Need: "formation", Language: "fr", Channel: "phone", Since: now, Due: now.Add(time.Hour)}
	brief := bot.Brief{Dossier: dossier, Channel: "phone", Language: "fr", Handed: now, Message: &bot.Recording{Seconds: 42, Until: until}}
	r.cases[dossier] = r.Add(card, brief)
}
