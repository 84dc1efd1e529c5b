package telegramfake_test

import (
	"context"
	"errors"
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
