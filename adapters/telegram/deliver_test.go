package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"frontdesk/adapters/telegram"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

// hanging is a limiter that never answers.
type hanging struct{}

func (hanging) Allow(ctx context.Context, _, _ string, _ float64, _ int) (bool, error) {
	<-ctx.Done()
	return false, fmt.Errorf("no answer: %w", bot.ErrUnavailable)
}

const (
	plainFailure  = "tried again"
	ambiguous     = "sent, perhaps"
	undeliverable = "undeliverable"
	waits         = "waits"
)

// kindOf wants an error of a kind, without anything in it that is nobody's business.
func kindOf(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; it should be %s", want)
	}
	got := plainFailure
	if _, told := errors.AsType[bot.RetryAfter](err); told {
		got = waits
	}
	if errors.Is(err, bot.ErrAmbiguous) {
		got = ambiguous
	}
	if errors.Is(err, bot.ErrUndeliverable) {
		got = undeliverable
	}
	if got != want {
		t.Errorf("%v is %s, want %s", err, got, want)
	}
	for _, never := range []string{"AAE-secret", "529314877", "Bonjour", "<html>", "127.0.0.1"} {
		if strings.Contains(err.Error(), never) {
			t.Errorf("the error has %q in it: %v", never, err)
		}
	}
}

func TestWhatTelegramAnswersDecidesWhatIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		trouble telegramfake.Trouble
		want    string
		shown   int
	}{
		{"429", telegramfake.TooMany(7), waits, 0},
		{"a page instead of an answer", telegramfake.HTML(502), ambiguous, 0},
		{"a page that says 200", telegramfake.HTML(200), ambiguous, 0},
		{"the answer is lost", telegramfake.LostReply(), ambiguous, 1},
		{"the connection is cut", telegramfake.Cut(), ambiguous, 0},
		{"too slow", telegramfake.Slow(time.Second), ambiguous, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.begun()
			w.fake.Trouble("sendMessage", c.trouble)
			patience := 10 * time.Second
			if c.name == "too slow" {
				patience = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			d := w.entry(3, bot.Say{Text: "Bonjour"})
			_, err := w.channel.Deliver(ctx, d)
			kindOf(t, err, c.want)
			if told, is := errors.AsType[bot.RetryAfter](err); is && (told.Wait != 7*time.Second || told.Whole) {
				t.Errorf("it asks for %+v", told)
			}
			if got := len(w.texts()); got != c.shown {
				t.Errorf("%d messages are shown", got)
			}
			d.Attempt, d.Ambiguous = 2, c.want == ambiguous
			if _, err := w.channel.Deliver(t.Context(), d); err != nil {
				t.Errorf("the second time: %v", err)
			}
			marked := strings.Contains(w.texts()[len(w.texts())-1], "peut-être déjà reçu")
			if marked != d.Ambiguous {
				t.Errorf("Léa sees %q", w.texts())
			}
		})
	}
}

func TestNobodyWhoCannotBeReachedIsTriedAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	stranger := w.fake.Person(66, "Inconnu", "fr") // has never written
	gone := w.fake.Person(67, "Parti", "fr")
	gone.Write("bonjour")
	gone.DeleteAccount()
	to := func(peer string) bot.Delivery {
		d := w.entry(3, bot.Say{Text: "Bonjour"})
		d.Leg.Peer = bot.Address(peer)
		return d
	}
	for name, peer := range map[string]string{
		"a stranger": fmt.Sprint("4711:", stranger.ID), "an account that is gone": fmt.Sprint("4711:", gone.ID), "no chat": "4711:404",
		"another bot's": fmt.Sprint("4712:", w.lea.ID), "no address": "somewhere", "half an address": "4711:x",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.channel.Deliver(t.Context(), to(peer))
			kindOf(t, err, undeliverable)
		})
	}
}

func TestA429IsTheAccountsWhenTwoChatsWait(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	max := w.fake.Person(88, "Max", "fr")
	max.Start("")
	w.settled()
	w.fake.Trouble("sendMessage", telegramfake.TooMany(3), telegramfake.TooMany(3), telegramfake.TooMany(3))
	whole := func(peer string) bool {
		d := w.entry(3, bot.Say{Text: "Bonjour"})
		d.Leg.Peer = bot.Address(peer)
		_, err := w.channel.Deliver(t.Context(), d)
		told, _ := errors.AsType[bot.RetryAfter](err)
		return told.Whole
	}
	for range 2 {
		if whole("4711:529314877") {
			t.Error("one chat's is taken for the account's")
		}
	}
	if !whole("4711:88") {
		t.Error("the account's is taken for one chat's")
	}
}

func TestATokenThatIsNotKnownIsNobodysFault(t *testing.T) {
	w := quietWorld(t, func(c *telegram.Config) { c.Token = "4711:AAE-secret-that-is-old" })
	_, err := w.channel.Deliver(t.Context(), w.entry(3, bot.Say{Text: "Bonjour"}))
	kindOf(t, err, plainFailure)
}

func TestCase10ACrashAfterTheMessageWasShown(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	d := w.entry(3, bot.Say{Text: "Bonjour"})
	first, err := w.channel.Deliver(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.channel.Deliver(t.Context(), d) // whoever sent it died before it moved the cursor
	if err != nil || first != again || first.PlatformID == "" {
		t.Errorf("%v then %v, %v", first, again, err)
	}
	w.sees("Bonjour")
}

func TestCase13LongTextsAreSplitInOrder(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	sentence := "Une phrase de la Région, avec des accents é à ü et 👩‍👩‍👧‍👦. "
	rtl := "مرحبا بكم في خدمة التوجيه. "
	for i, text := range []string{strings.Repeat(sentence, 150), strings.Repeat("👩‍👩‍👧‍👦", 900), strings.Repeat(rtl, 400), strings.Repeat("x", 9000), strings.Repeat("a\u200b", 3000)} {
		w.deliver(int64(10+i), bot.Say{Text: text, Ask: "9.1", Options: []bot.Choice{{ID: "oui", Label: "Oui"}}})
		parts := w.shown()
		joined := ""
		for n, p := range parts {
			if units := len(utf16.Encode([]rune(p.Text))); units > 4096 {
				t.Errorf("part %d of %d units", n+1, units)
			}
			prefix := fmt.Sprintf("(%d/%d) ", n+1, len(parts))
			if !strings.HasPrefix(p.Text, prefix) {
				t.Errorf("part %d begins %q", n+1, p.Text[:20])
			}
			if (len(p.Rows) > 0) != (n == len(parts)-1) {
				t.Errorf("part %d has the buttons", n+1)
			}
			joined += strings.TrimPrefix(p.Text, prefix)
			w.lea.Delete(p.ID)
		}
		if strip(joined) != strip(text) {
			t.Errorf("text %d: something was lost", i)
		}
	}
}

func strip(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }

func TestA429InTheMiddleRepeatsNothing(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	text := strings.Repeat("Une phrase assez longue pour qu'il en faille trois. ", 200)
	w.fake.Trouble("sendMessage", telegramfake.Slow(0), telegramfake.TooMany(1))
	d := w.entry(3, bot.Say{Text: text})
	_, err := w.channel.Deliver(t.Context(), d)
	kindOf(t, err, waits)
	if len(w.texts()) != 1 {
		t.Fatalf("%d parts were shown", len(w.texts()))
	}
	d.Attempt = 2
	if _, err := w.channel.Deliver(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	for i, part := range w.texts() {
		if !strings.HasPrefix(part, fmt.Sprintf("(%d/3) ", i+1)) {
			t.Errorf("part %d is %q", i+1, part[:10])
		}
	}
	if len(w.texts()) != 3 {
		t.Errorf("%d parts were shown", len(w.texts()))
	}
}

func TestWhenTheTimeIsUpTheRestFollows(t *testing.T) {
	w := newWorld(t, func(c *telegram.Config) { c.Speed = 1 })
	w.begun()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	d := w.entry(3, bot.Say{Text: strings.Repeat("Une phrase assez longue. ", 300)})
	_, err := w.channel.Deliver(ctx, d)
	kindOf(t, err, waits)
	if got := w.texts(); len(got) != 1 || !strings.HasPrefix(got[0], "(1/2)") {
		t.Errorf("%d parts", len(got))
	}
}

func TestSafetyIsNotPartedFromItsNumbers(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	links := []bot.Link{{Text: "15", URL: "tel:15"}, {Text: "SMS au 114", URL: "sms:114"}, {Text: "3114", URL: "tel:3114"}}
	w.deliver(3, bot.Say{Text: "Parlez à quelqu'un. Idées de suicide : 3114.", Safety: true, Links: links})
	w.deliver(4, bot.Say{Text: "Appelez." + strings.Repeat(" Une phrase.", 400), Safety: true, Links: links})
	if got := w.texts(); got[0] != "Parlez à quelqu'un. Idées de suicide : 3114.\n15\nSMS au 114" || got[1] != "15\nSMS au 114\n3114" || len(got) != 4 {
		t.Errorf("Léa sees %.80q", got)
	}
	for _, m := range w.shown() {
		if len(m.Rows) > 0 {
			t.Errorf("a number became a button: %q", m.Labels())
		}
	}
	w.house.sleep(true) // numbers wait for no memory
	w.deliver(5, bot.Say{Text: "Appelez le 15.", Safety: true})
}

func TestNothingIsShownForNothing(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	for i, e := range []bot.Effect{bot.Say{}, bot.Say{Text: " \u200b\n"}, bot.Speak{Message: "m"}, bot.Listen{Ask: "1.1"}, bot.Hangup{Reason: "stop"}, bot.Withdraw{Message: "x"}} {
		w.deliver(int64(3+i), e)
	}
	w.sees()
	w.deliver(20, bot.Say{Ask: "1.1", Options: []bot.Choice{{ID: "oui"}}})
	if got := w.shown(); len(got) != 1 || got[0].Labels()[0] != "oui" {
		t.Errorf("a question without words shows %+v", got)
	}
}

func TestAMessageWhoseButtonsAreRefusedIsShownWithout(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.deliver(3, bot.Say{Text: "Voir la page.", Links: []bot.Link{{Text: " ", URL: "https://exemple.fr"}}, Ask: "1.1", Options: []bot.Choice{{ID: "oui", Label: "Oui"}}})
	if got := w.shown(); len(got) != 1 || len(got[0].Rows) != 0 || len(w.fake.Calls("sendMessage")) != 2 {
		t.Errorf("Léa sees %q", w.texts())
	}
}
