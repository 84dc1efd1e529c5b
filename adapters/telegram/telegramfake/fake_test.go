package telegramfake_test

import (
	"context"
	"encoding/json"
	"errors"
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

// A clock that tests move.
type clock struct {
	mu   sync.Mutex
	late time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC).Add(c.late)
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late += d
}

// platform is a fake, the real library beside it, and somebody who has written.
func platform(t *testing.T, o telegramfake.Options) (*telegramfake.Server, *api.Bot, *telegramfake.Person, *clock) {
	t.Helper()
	time := &clock{}
	o.Now = time.now
	s := telegramfake.New(o)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	b, err := api.New(s.Token(), api.WithServerURL(server.URL), api.WithErrorsHandler(func(error) {}))
	if err != nil {
		t.Fatal(err) // it has asked getMe
	}
	lea := s.Person(7, "Léa", "fr")
	lea.Start("")
	return s, b, lea, time
}

func send(b *api.Bot, text string, markup models.ReplyMarkup) (*models.Message, error) {
	return b.SendMessage(context.Background(), &api.SendMessageParams{ChatID: 7, Text: text, ReplyMarkup: markup})
}

func buttons(data ...string) models.ReplyMarkup {
	var row []models.InlineKeyboardButton
	for _, d := range data {
		row = append(row, models.InlineKeyboardButton{Text: "Bouton", CallbackData: d})
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{row}}
}

func TestWhatTelegramDoesNotTake(t *testing.T) {
	s, b, lea, time := platform(t, telegramfake.Options{NoLimits: true})
	ctx := t.Context()
	old, err := send(b, "vieux", nil)
	if err != nil {
		t.Fatal(err)
	}
	time.pass(49 * 60 * 60 * 1e9)
	said, err := send(b, "Bonjour", buttons("a"))
	if err != nil {
		t.Fatal(err)
	}
	s.Person(8, "Max", "fr")
	edit := func(id int, text string, m models.ReplyMarkup) error {
		_, err := b.EditMessageText(ctx, &api.EditMessageTextParams{ChatID: 7, MessageID: id, Text: text, ReplyMarkup: m})
		return err
	}
	remove := func(id int) error {
		_, err := b.DeleteMessage(ctx, &api.DeleteMessageParams{ChatID: 7, MessageID: id})
		return err
	}
	press, err := lea.Press("Bouton")
	if err != nil {
		t.Fatal(err)
	}
	time.pass(61 * 1e9)
	for want, err := range map[string]error{
		"message text is empty":                           second(send(b, " \n", nil)),
		"message is too long":                             second(send(b, strings.Repeat("🙂", 2049), nil)),
		"BUTTON_DATA_INVALID":                             second(send(b, "x", buttons(strings.Repeat("é", 33)))),
		"Text buttons are unallowed":                      second(send(b, "x", buttons(""))),
		"Unsupported URL protocol":                        second(send(b, "x", &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "15", URL: "tel:15"}}}})),
		"chat not found":                                  second(b.SendMessage(ctx, &api.SendMessageParams{ChatID: 404, Text: "x"})),
		"bot can't initiate conversation":                 second(b.SendMessage(ctx, &api.SendMessageParams{ChatID: 8, Text: "x"})),
		"can't parse entities":                            second(b.SendMessage(ctx, &api.SendMessageParams{ChatID: 7, Text: "a_b", ParseMode: models.ParseModeMarkdown})),
		"message is not modified":                         edit(said.ID, "Bonjour", buttons("a")),
		"message to edit not found":                       edit(999, "x", nil),
		"message can't be edited":                         edit(said.ID-2, "x", nil), // Léa's
		"message to delete not found":                     remove(999),
		"message can't be deleted":                        remove(old.ID),
		"query is too old":                                second(b.AnswerCallbackQuery(ctx, &api.AnswerCallbackQueryParams{CallbackQueryID: press})),
		"An HTTPS URL must be provided":                   second(b.SetWebhook(ctx, &api.SetWebhookParams{URL: "http://exemple.fr/x"})),
		"secret token contains unallowed":                 second(b.SetWebhook(ctx, &api.SetWebhookParams{URL: "https://exemple.fr/x", SecretToken: "é"})),
		"BOT_COMMAND_INVALID":                             second(b.SetMyCommands(ctx, &api.SetMyCommandsParams{Commands: []models.BotCommand{{Command: "Aide", Description: "x"}}})),
		"chat member status can't be changed in private ": second(b.LeaveChat(ctx, &api.LeaveChatParams{ChatID: 7})),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", want, err)
		}
	}
	lea.Block()
	if _, err := send(b, "x", nil); !errors.Is(err, api.ErrorForbidden) {
		t.Errorf("blocked: %v", err)
	}
	if _, err := b.GetMyName(ctx, nil); !errors.Is(err, api.ErrorNotFound) {
		t.Errorf("a method that is not known: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhatAPersonSees(t *testing.T) {
	s, b, lea, _ := platform(t, telegramfake.Options{})
	if _, err := send(b, "Que cherchez-vous ?", buttons("1.1.a", "1.1.b")); err != nil {
		t.Fatal(err)
	}
	m := last(s.Shown(7))
	if m.Text != "Que cherchez-vous ?" || !m.Bot || !reflect.DeepEqual(m.Labels(), []string{"Bouton | Bouton"}) {
		t.Errorf("she sees %+v", m)
	}
	press, err := lea.Press("1.1.b")
	if err != nil {
		t.Fatal(err)
	}
	if _, answered := s.Answered(press); answered {
		t.Error("it is answered already")
	}
	if _, err := b.AnswerCallbackQuery(t.Context(), &api.AnswerCallbackQueryParams{CallbackQueryID: press, Text: "Noté", ShowAlert: true}); err != nil {
		t.Fatal(err)
	}
	if a, answered := s.Answered(press); !answered || a != (telegramfake.Answer{Text: "Noté", Alert: true}) {
		t.Errorf("answered %+v", a)
	}
	if _, err := b.EditMessageText(t.Context(), &api.EditMessageTextParams{ChatID: 7, MessageID: m.ID, Text: "Choisi"}); err != nil {
		t.Fatal(err)
	}
	if m := last(s.Shown(7)); m.Text != "Choisi" || !m.Edited || m.Rows != nil {
		t.Errorf("she sees %+v", m)
	}
	if _, err := lea.Press("Bouton"); err == nil {
		t.Error("a button that is gone was pressed")
	}
	ask := &models.ReplyKeyboardMarkup{Keyboard: [][]models.KeyboardButton{{{Text: "Donner", RequestContact: true}}}}
	if _, err := send(b, "Votre numéro ?", ask); err != nil {
		t.Fatal(err)
	}
	if k := s.KeyboardOf(7); k == nil || !k.Contact || k.Buttons[0] != "Donner" {
		t.Errorf("the keyboard is %+v", k)
	}
	if _, err := send(b, "Merci", &models.ReplyKeyboardRemove{RemoveKeyboard: true}); err != nil || s.KeyboardOf(7) != nil {
		t.Errorf("the keyboard stays: %v", err)
	}
	if _, err := b.DeleteMessages(t.Context(), &api.DeleteMessagesParams{ChatID: 7, MessageIDs: []int{m.ID, 404, m.ID + 1}}); err != nil {
		t.Fatal(err)
	}
	gone := 0
	for _, m := range s.Shown(7) {
		if m.Deleted {
			gone++
		}
	}
	if gone != 2 {
		t.Errorf("%d messages are gone", gone)
	}
}

func last(all []telegramfake.Shown) telegramfake.Shown { return all[len(all)-1] }

func TestLimits(t *testing.T) {
	s, b, _, time := platform(t, telegramfake.Options{})
	sent := 0
	var wait *api.TooManyRequestsError
	for range 20 {
		if _, err := send(b, "x", nil); errors.As(err, &wait) {
			break
		}
		sent++
	}
	if sent < 1 || sent > 6 || wait == nil || wait.RetryAfter != 1 {
		t.Fatalf("%d messages at once in one chat, then %v", sent, wait)
	}
	time.pass(1e9)
	if _, err := send(b, "x", nil); err != nil {
		t.Errorf("after a second: %v", err)
	}
	if _, err := send(b, "x", nil); err == nil {
		t.Error("a second one in the same second")
	}
	time.pass(60 * 1e9)
	refused := 0
	for id := int64(100); id < 140; id++ {
		s.Person(id, "Passant", "fr").Write("bonjour")
		if _, err := b.SendMessage(t.Context(), &api.SendMessageParams{ChatID: id, Text: "x"}); err != nil {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("of 40 in one second, %d were refused", refused)
	}
}

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

func TestBadDays(t *testing.T) {
	s, b, _, _ := platform(t, telegramfake.Options{})
	var wait *api.TooManyRequestsError
	s.Trouble("sendMessage", telegramfake.TooMany(9), telegramfake.HTML(502), telegramfake.LostReply(), telegramfake.Cut(), telegramfake.Slow(20*time.Millisecond))
	if _, err := send(b, "un", nil); !errors.As(err, &wait) || wait.RetryAfter != 9 {
		t.Errorf("429: %v", err)
	}
	for _, text := range []string{"page", "perdue", "coupée"} {
		if _, err := send(b, text, nil); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
	began := time.Now()
	if _, err := send(b, "lente", nil); err != nil || time.Since(began) < 20*time.Millisecond {
		t.Errorf("slow: %v", err)
	}
	var shown []string
	for _, m := range s.Shown(7) {
		if m.Bot {
			shown = append(shown, m.Text)
		}
	}
	if want := []string{"perdue", "lente"}; !reflect.DeepEqual(shown, want) {
		t.Errorf("shown: %q", shown)
	}
}
