package telegramfake_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"frontdesk/adapters/telegram/telegramfake"
)

// Everything that people can do is an update that the real library reads.
func TestUpdatesAreTelegrams(t *testing.T) {
	s, _, lea, _ := platform(t, telegramfake.Options{})
	photo := lea.SendPhoto("légende /aide", "album")
	first := lea.Write("éé 🙂 /aide")
	lea.SendVoice(3)
	lea.SendFile("cv.pdf", "application/pdf", "", 100)
	lea.SendSticker()
	lea.SendLocation(48, -1)
	lea.SendContact()
	lea.SendContactOf("Maman", "+33639981122", 0)
	if lea.Edit(first, "corrigé") != nil || lea.Edit(photo, "corrigée") != nil {
		t.Error("her own messages cannot be edited")
	}
	lea.Block()
	if lea.Write("x") != 0 {
		t.Error("she writes to who is blocked")
	}
	lea.Unblock()
	g := s.Group(-5, "group", "Classe")
	g.Write(lea, "sans le robot")
	g.Add(lea)
	g.Write(lea, "avec")
	g.Migrate(lea, -100_5).Write(lea, "plus grand")
	c := s.Group(-100_6, "channel", "Actus")
	c.Add(lea)
	c.Write(nil, "une annonce")
	updates := poll(t, s, "?timeout=0")
	if len(updates) != 19 {
		t.Errorf("%d updates", len(updates))
	}
	before := int64(0)
	for _, raw := range updates {
		var u models.Update
		if err := json.Unmarshal(raw, &u); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if u.ID <= before {
			t.Errorf("update %d after %d", u.ID, before)
		}
		before = u.ID
		if u.Message != nil && u.Message.ID == first {
			if e := u.Message.Entities; len(e) != 1 || e[0].Offset != 6 || e[0].Length != 5 || e[0].Type != models.MessageEntityTypeBotCommand {
				t.Errorf("the command stands at %+v", e)
			}
		}
	}
}

// poll asks for updates.
func poll(t *testing.T, s *telegramfake.Server, query string) []json.RawMessage {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/bot"+s.Token()+"/getUpdates"+query, nil))
	var a struct {
		OK          bool
		Result      []json.RawMessage
		Description string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || !a.OK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return a.Result
}

func TestAnOffsetConfirms(t *testing.T) {
	s, _, lea, _ := platform(t, telegramfake.Options{})
	lea.Write("un")
	lea.Write("deux")
	if got := poll(t, s, "?limit=2"); len(got) != 2 || s.Pending() != 3 {
		t.Errorf("%d updates, %d pending", len(got), s.Pending())
	}
	if got := poll(t, s, "?offset=700000003"); len(got) != 1 || s.Pending() != 1 {
		t.Errorf("%d updates, %d pending", len(got), s.Pending())
	}
	if got := poll(t, s, "?offset=700000004&timeout=0"); len(got) != 0 || s.Pending() != 0 {
		t.Errorf("%d updates, %d pending", len(got), s.Pending())
	}
}

func TestASecondReaderEndsTheFirst(t *testing.T) {
	s, _, lea, _ := platform(t, telegramfake.Options{})
	poll(t, s, "?offset=700000002&timeout=0")
	first := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ServeHTTP(first, httptest.NewRequest(http.MethodGet, "/bot"+s.Token()+"/getUpdates?timeout=20", nil))
	}()
	for len(s.Calls("getUpdates")) < 2 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	go func() {
		time.Sleep(20 * time.Millisecond)
		lea.Write("pour le second")
	}()
	if got := poll(t, s, "?timeout=20"); len(got) != 1 {
		t.Errorf("%d updates", len(got))
	}
	<-done
	if first.Code != http.StatusConflict || !strings.Contains(first.Body.String(), "terminated by other getUpdates request") {
		t.Errorf("the first got %d %s", first.Code, first.Body)
	}
}

func TestAWebhookIsTriedUntilItTakesAndTheChatWaits(t *testing.T) {
	s, b, lea, _ := platform(t, telegramfake.Options{RetryEvery: 5 * time.Millisecond})
	var mu sync.Mutex
	var came []string
	refusals := 2
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u models.Update
		_ = json.NewDecoder(r.Body).Decode(&u)
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "geheim" {
			t.Error("the secret is missing")
		}
		came = append(came, u.Message.Text)
		if u.Message.Text == "un" && refusals > 0 {
			refusals--
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer hook.Close()
	max := s.Person(8, "Max", "fr")
	poll(t, s, "?offset=700000002&timeout=0")
	if _, err := b.SetWebhook(t.Context(), &api.SetWebhookParams{URL: hook.URL, SecretToken: "geheim", AllowedUpdates: []string{"message"}}); err != nil {
		t.Fatal(err)
	}
	lea.Write("un")
	lea.Write("deux")
	max.Write("autre")
	lea.Block() // of a kind that was not asked for
	for end := time.Now().Add(5 * time.Second); s.Pending() > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	var hers []string
	for _, text := range came {
		if text != "autre" {
			hers = append(hers, text)
		}
	}
	if want := []string{"un", "un", "un", "deux"}; !reflect.DeepEqual(hers, want) || len(came) != 5 {
		t.Errorf("came %q", came)
	}
	if info, err := b.GetWebhookInfo(t.Context()); err != nil || info.URL != hook.URL || info.PendingUpdateCount != 0 {
		t.Errorf("%+v, %v", info, err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/bot"+s.Token()+"/getUpdates", nil))
	if w.Code != http.StatusConflict {
		t.Errorf("getUpdates beside a webhook: %d", w.Code)
	}
}
