package telegram_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/telegram"
	"frontdesk/bot"
)

// press presses a button that Léa sees.
func press(w *world, label string) string {
	w.t.Helper()
	id, err := w.lea.Press(label)
	if err != nil {
		w.t.Fatal(err)
	}
	w.settled()
	return id
}

func body(update int64, message string) []byte {
	return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"from":{"id":529314877,"is_bot":false,"first_name":"Léa","language_code":"fr"},"chat":{"id":529314877,"type":"private","first_name":"Léa"},"date":1795600000,%s}}`, update, update%10_000, message)
}

func TestCase28ForgedOrOversizeIsNotTaken(t *testing.T) {
	w := quietWorld(t, nil)
	good := body(7, `"text":"bonjour"`)
	large := body(8, `"text":"`+strings.Repeat("a", 2<<20)+`"`)
	for _, c := range []struct {
		name   string
		body   []byte
		header []string
		want   int
	}{
		{"a wrong secret", good, []string{"X-Telegram-Bot-Api-Secret-Token", secret + "x"}, 401},
		{"no secret", good, []string{"X-Telegram-Bot-Api-Secret-Token", ""}, 401},
		{"too large", large, nil, 413},
		{"no JSON", []byte(`{"update_id":7,"message":{"text":"bonj`), nil, 400},
		{"nothing", nil, nil, 400},
		{"JSON of another shape", []byte(`{"update_id":"sept","message":3}`), nil, 200},
		{"a list", []byte(`[1]`), nil, 200},
	} {
		if got := post(w.channel, c.body, c.header...); got.Code != c.want {
			t.Errorf("%s: %d, want %d", c.name, got.Code, c.want)
		}
	}
	if w.door.Conversations() != 0 {
		t.Error("something was taken")
	}
	if strings.Contains(w.log.String(), "bonj") {
		t.Errorf("a body is in the log: %s", w.log)
	}
	get := httptest.NewRecorder()
	w.channel.Handler().ServeHTTP(get, httptest.NewRequest(http.MethodGet, "/telegram", nil))
	if get.Code != 405 || get.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d", get.Code)
	}
	if got := post(w.channel, good); got.Code != 200 {
		t.Errorf("the right one: %d", got.Code)
	}
	w.want(bot.Said{Text: "bonjour"})
}

func TestCase9ARepeatedUpdateIsAppliedOnce(t *testing.T) {
	w := quietWorld(t, nil)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := post(w.channel, body(7, `"text":"bonjour"`)); got.Code != 200 {
				t.Errorf("answered %d", got.Code)
			}
		})
	}
	all.Wait()
	w.want(bot.Said{Text: "bonjour"})
}

func TestWhileTheStoreIsAwayTelegramIsToldToComeBack(t *testing.T) {
	var away atomic.Int32
	w := newWorld(t, func(c *telegram.Config) { c.Away = func() { away.Add(1) } })
	w.door.Sleep(true)
	w.house.sleep(true)
	began := time.Now()
	if got := post(w.channel, body(7, `"text":"perdu ?"`)); got.Code != 503 || time.Since(began) > time.Second {
		t.Errorf("answered %d after %s", got.Code, time.Since(began))
	}
	for i := range 3 {
		w.lea.Write(fmt.Sprint("message ", i))
	}
	time.Sleep(50 * time.Millisecond)
	if w.fake.Pending() != 3 {
		t.Errorf("%d updates wait", w.fake.Pending())
	}
	if away.Load() < 2 || strings.Contains(w.log.String(), "level=WARN") {
		t.Errorf("told %d times; the log:\n%s", away.Load(), w.log)
	}
	w.house.sleep(false)
	w.door.Sleep(false)
	w.want(bot.Said{Text: "message 0"}, bot.Said{Text: "message 1"}, bot.Said{Text: "message 2"})
}

// A door that never answers must not keep Telegram.
func TestAStoreThatHangsIsAnsweredForWithinASecond(t *testing.T) {
	w := quietWorld(t, func(c *telegram.Config) { c.Limiter = hanging{} })
	began := time.Now()
	if got := post(w.channel, body(7, `"text":"perdu ?"`)); got.Code != 503 || time.Since(began) > 1500*time.Millisecond {
		t.Errorf("answered %d after %s", got.Code, time.Since(began))
	}
}

func TestOrderIsKeptInEachChat(t *testing.T) {
	w := newWorld(t, nil)
	const people, each = 8, 30
	var all sync.WaitGroup
	for p := range people {
		somebody := w.fake.Person(int64(9_000+p), "Passant", "fr")
		all.Go(func() {
			for i := range each {
				somebody.Write(fmt.Sprint(i))
			}
		})
	}
	all.Wait()
	w.settled()
	for n := range people {
		for i, e := range w.door.Inputs(bot.ConversationID(fmt.Sprint("conversation-", n+1))) {
			if said, is := e.(bot.Said); !is || string(said.Text) != fmt.Sprint(i) {
				t.Fatalf("conversation %d: %q is number %d", n+1, plain([]bot.Event{e}), i)
			}
		}
	}
}

func TestOneWhoSendsTooMuchIsToldOnceAndKeptOut(t *testing.T) {
	w := newWorld(t, nil)
	w.house.strict = true
	for i := range 60 {
		w.lea.Write(fmt.Sprint(i))
	}
	w.settled()
	taken := len(w.inputs())
	if taken < 30 || taken > 40 {
		t.Errorf("%d of 60 were taken", taken)
	}
	w.soon("a word", func() bool { return len(w.shown()) > 0 })
	time.Sleep(20 * time.Millisecond)
	if got := w.texts(); len(got) != 1 || !strings.HasPrefix(got[0], "Trop de messages.") || !strings.Contains(got[0], "112") {
		t.Errorf("Léa sees %q", got)
	}
	w.house.pass(time.Minute)
	w.lea.Write("me revoilà")
	if got := w.inputs(); len(got) != taken+1 {
		t.Errorf("after a minute she is still kept out")
	}
}

func TestAFullInboxIsSaid(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.door.Fill(true)
	w.lea.Write("encore")
	w.settled()
	w.soon("a word", func() bool { return len(w.shown()) > 0 })
	if got := w.texts(); !strings.HasPrefix(got[0], "Trop de messages.") {
		t.Errorf("Léa sees %q", got)
	}
}

func TestCommandsAreWords(t *testing.T) {
	w := newWorld(t, nil)
	for _, text := range []string{"/humain", "/HUMAIN@accueil_orientation_bot", "/effacer tout", "/aide 🙏"} {
		w.lea.Write(text)
	}
	w.want(bot.Said{Text: "humain"}, bot.Said{Text: "humain"}, bot.Said{Text: "effacer tout"}, bot.Said{Text: "aide"})
}

func TestCase15FilesAreNamedAndNotTakenIn(t *testing.T) {
	w := newWorld(t, nil)
	w.lea.SendFile("vide.txt", "text/plain", "", 0)
	w.lea.SendFile("cv.exe", "application/x-msdownload", strings.Repeat("Ma légende. ", 85), 21<<20)
	w.lea.SendFile("photo.heic", "image/heic", "", 51<<20)
	w.lea.SendVoice(3)
	w.lea.SendSticker()
	w.lea.SendLocation(48.1, -1.6)
	w.lea.SendPhoto("", "album-1")
	w.lea.SendPhoto("Deux pages", "album-1")
	file := bot.Enclosed{Kind: "file"}
	w.want(file, file, bot.Said{Text: bot.Words(strings.TrimSpace(strings.Repeat("Ma légende. ", 85)))}, file, bot.Enclosed{Kind: "voice"},
		bot.Enclosed{Kind: "sticker"}, bot.Enclosed{Kind: "place"}, bot.Enclosed{Kind: "photo"}, bot.Said{Text: "Deux pages"})
}

func TestCase16WhatACitizenEditsAmends(t *testing.T) {
	w := newWorld(t, nil)
	id := w.lea.Write("j'ai 17 ans")
	photo := w.lea.SendPhoto("mon bultin", "")
	w.settled()
	for _, edit := range []struct {
		id   int
		text string
	}{{id, "j'ai 18 ans"}, {id, "j'ai 19 ans"}, {photo, "mon bulletin"}} {
		if err := w.lea.Edit(edit.id, edit.text); err != nil {
			t.Fatal(err)
		}
	}
	got := w.inputs()
	ids := w.ids()
	want := []bot.Event{bot.Said{Text: "j'ai 17 ans"}, bot.Enclosed{Kind: "photo"}, bot.Said{Text: "mon bultin"},
		bot.Said{Text: "j'ai 18 ans", Amends: ids[0]}, bot.Said{Text: "j'ai 19 ans", Amends: ids[0]}, bot.Said{Text: "mon bulletin", Amends: ids[2]}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the conversation got\n%q\nwant\n%q", plain(got), plain(want))
	}
	w.house.pass(49 * time.Hour)
	if err := w.lea.Edit(id, "j'ai 20 ans"); err != nil {
		t.Fatal(err)
	}
	if got := w.inputs(); !reflect.DeepEqual(got[len(got)-1], bot.Event(bot.Said{Text: "j'ai 20 ans"})) {
		t.Errorf("after 48 h it became %q", plain(got[len(got)-1:]))
	}
}

// ids are those of the only conversation's inputs.
func (w *world) ids() []string {
	var all []string
	for _, e := range w.door.Log("conversation-1") {
		if e.Input != nil {
			all = append(all, e.Input.ID)
		}
	}
	return all
}

func TestIDsAreTelegramsOwn(t *testing.T) {
	w := quietWorld(t, nil)
	post(w.channel, body(9001, `"photo":[{"file_id":"x"}],"caption":"une légende"`))
	post(w.channel, body(9002, `"text":"`+strings.Repeat("mot ", 1020)+`"`))
	want := []string{"telegram:4711:9001", "telegram:4711:9001:2", "telegram:4711:9002", "telegram:4711:9002:2"}
	if got := w.ids(); !reflect.DeepEqual(got, want) {
		t.Errorf("the ids are %q", got)
	}
	for _, e := range w.inputs()[2:] {
		if said := e.(bot.Said); len(said.Text) > 4000 || strings.HasPrefix(string(said.Text), " ") {
			t.Errorf("a part of %d characters", len(said.Text))
		}
	}
}

func TestCase7WhatIsWrittenAfterTheEndIsTaken(t *testing.T) {
	w := newWorld(t, nil)
	w.lea.Write("STOP")
	w.carry() // says goodbye and hangs up
	w.lea.Write("encore une question")
	w.want(bot.Said{Text: "STOP"}, bot.Said{Text: "encore une question"})
	if got := w.texts(); !reflect.DeepEqual(got, []string{"Merci et bonne suite."}) {
		t.Errorf("Léa sees %q", got)
	}
}

func TestCase14WhatLooksLikeMarkupStaysAsItIs(t *testing.T) {
	w := newWorld(t, nil)
	text := "<b>gras</b> *étoiles* _bas_ [lien](https://exemple.fr) `code` & <!channel> <@U1> \\_ ~x~ ||y||"
	w.lea.Write(text)
	w.want(bot.Said{Text: bot.Words(text)})
	w.deliver(8, bot.Say{Text: text})
	w.deliver(9, bot.Speak{Message: "m", Name: "Anna", From: "Accueil", Text: bot.Words(text)})
	w.sees(text, "Anna, Accueil : "+text)
}
