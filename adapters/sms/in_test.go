package sms_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/sms"
	"frontdesk/bot"
)

func TestAMessageIsOneInputHoweverOftenItComes(t *testing.T) {
	for _, kind := range sms.Known() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind, nil)
			w.fake.Repeat(2)
			w.write("jai perdu mon apprentissage, cé où ? 😀")
			w.write("2")
			w.write("2")
			w.write("Où ça, à Évron ? lea@exemple.fr, 50 €")
			w.write("à l'école, très loin [là-bas]")
			w.want(bot.Said{Text: "jai perdu mon apprentissage, cé où ? 😀"}, bot.Said{Text: "2"}, bot.Said{Text: "2"},
				bot.Said{Text: "Où ça, à Évron ? lea@exemple.fr, 50 €"}, bot.Said{Text: "à l'école, très loin [là-bas]"})
		})
	}
}

func TestWithoutAStoreItComesAgain(t *testing.T) {
	w := newWorld(t, "jasmin", nil)
	w.door.Sleep(true)
	time.AfterFunc(100*time.Millisecond, func() { w.door.Sleep(false) })
	w.write("jai perdu mon contrat")
	w.want(bot.Said{Text: "jai perdu mon contrat"})
}

func TestAStoreThatIsAwayIsSaidWithinASecond(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.door.Sleep(true)
	away := 0
	config := w.config
	config.Away = func() { away++ }
	channel, err := sms.New(config)
	if err != nil {
		t.Fatal(err)
	}
	res := ask(channel.Handler(), http.MethodPost, sms.InPath+"?secret="+secret, "application/x-www-form-urlencoded", "from=0611223344&text=a&id=1")
	if res.Code != http.StatusServiceUnavailable || res.Header().Get("Retry-After") == "" || away != 1 {
		t.Errorf("%d, Retry-After %q, away %d", res.Code, res.Header().Get("Retry-After"), away)
	}
}

func ask(h http.Handler, method, path, kind, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", kind)
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	return res
}

func TestWhoHasNoSecretIsTurnedAway(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	h := w.channel.Handler()
	for _, query := range []string{"", "&secret=", "&secret=secret-of-the-gatewaY", "&secret=" + secret + "x"} {
		if res := ask(h, http.MethodGet, sms.InPath+"?from=0611223344&text=a&id=1"+query, "", ""); res.Code != http.StatusUnauthorized {
			t.Errorf("with %q: %d", query, res.Code)
		}
	}
	for name, set := range map[string]func(*http.Request){
		"basic":  func(r *http.Request) { r.SetBasicAuth("anybody", secret) },
		"bearer": func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) },
		"header": func(r *http.Request) { r.Header.Set("X-Frontdesk-Secret", secret) },
	} {
		req := httptest.NewRequest(http.MethodGet, sms.InPath+"?from=0611223344&text=a&id="+name, nil)
		set(req)
		res := httptest.NewRecorder()
		if h.ServeHTTP(res, req); res.Code != http.StatusOK {
			t.Errorf("with %s: %d", name, res.Code)
		}
	}
	w.want(bot.Said{Text: "a"}, bot.Said{Text: "a"}, bot.Said{Text: "a"})
	for _, path := range []string{"?id=1&status=1", "?ref=00112233445566778899aabbccddeeff&status=1"} {
		if res := ask(h, http.MethodGet, sms.ReceiptPath+path, "", ""); res.Code != http.StatusUnauthorized {
			t.Errorf("a report of nobody: %d", res.Code)
		}
	}
}

func TestBodiesAreBoundedAndRead(t *testing.T) {
	w := newWorld(t, "json", nil)
	h := w.channel.Handler()
	path := sms.InPath + "?secret=" + secret
	for body, want := range map[string]int{
		`{"from":"0611223344","text":"` + strings.Repeat("a", 300<<10) + `"}`: http.StatusRequestEntityTooLarge,
		`{"from":`:                              http.StatusBadRequest,
		`{}`:                                    http.StatusOK,
		`[]`:                                    http.StatusOK,
		`{"from":"Region","text":"a","id":"1"}`: http.StatusOK,
		`{"from":"36000","text":"a","id":"2"}`:  http.StatusOK,
		`{"from":"` + own + `","text":"a"}`:     http.StatusOK,
		`{"from":33611223344,"text":" \n"}`:     http.StatusOK,
	} {
		if res := ask(h, http.MethodPost, path, "application/json", body); res.Code != want {
			t.Errorf("%.40s: %d, want %d", body, res.Code, want)
		}
	}
	if res := ask(h, http.MethodPut, path, "application/json", "{}"); res.Code != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", res.Code)
	}
	if n := w.door.Conversations(); n != 0 {
		t.Errorf("%d conversations began", n)
	}
}

// An operator's own API: a list in JSON, names of its own, deep inside.
func TestAMappingFitsAnOperatorsJSON(t *testing.T) {
	w := newWorld(t, "json", func(c *sms.Config) {
		c.Fields = map[string]string{"list": "results", "from": "sender.msisdn", "text": "message.parts.0", "id": "messageId"}
	})
	body := `{"results":[{"messageId":71,"sender":{"msisdn":"33611223344"},"message":{"parts":["bonjour"]}},
		{"messageId":72,"sender":{"msisdn":"33611223344"},"message":{"parts":["jai 17 ans"]}}]}`
	for range 2 {
		if res := ask(w.channel.Handler(), http.MethodPost, sms.InPath+"?secret="+secret, "application/json", body); res.Code != http.StatusOK {
			t.Fatalf("%d", res.Code)
		}
	}
	w.want(bot.Said{Text: "bonjour"}, bot.Said{Text: "jai 17 ans"})
}

// A gateway that does not escape what people write loses none of it, and what cannot be read is not taken for read.
func TestWordsThatAreNotEscapedAreHeard(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	h := w.channel.Handler()
	for i, text := range []string{"50%+de+chance", "un+stage;+ou+pas", "100%", "d%C3%A9j%C3%A0+20%+;"} {
		path := fmt.Sprintf("%s?secret=%s&from=0611223344&text=%s&id=%d", sms.InPath, secret, text, i)
		if res := ask(h, http.MethodGet, path, "", ""); res.Code != http.StatusOK {
			t.Errorf("%s: %d", text, res.Code)
		}
	}
	form := "from=0611223344&id=a&text=50%+de+chance"
	if res := ask(h, http.MethodPost, sms.InPath+"?secret="+secret, "application/x-www-form-urlencoded", form); res.Code != http.StatusOK {
		t.Errorf("a form: %d", res.Code)
	}
	w.want(bot.Said{Text: "50% de chance"}, bot.Said{Text: "un stage; ou pas"}, bot.Said{Text: "100%"}, bot.Said{Text: "déjà 20% ;"}, bot.Said{Text: "50% de chance"})
	long := sms.InPath + "?secret=" + secret + "&from=0611223344&id=b" + strings.Repeat("&a", 20_000) + "&text=bonjour"
	if res := ask(h, http.MethodGet, long, "", ""); res.Code != http.StatusBadRequest || !strings.Contains(w.log.String(), "path=/sms/in") {
		t.Errorf("what cannot be read is answered %d", res.Code)
	}
}

func TestWithoutAnIDTwoThatSayTheSameAreTwo(t *testing.T) {
	w := newWorld(t, "form", nil)
	h := w.channel.Handler()
	for _, query := range []string{"", "", "&time=10:00", "&time=10:00", "&time=10:01"} {
		ask(h, http.MethodGet, sms.InPath+"?secret="+secret+"&from=0611223344&text=1"+query, "", "")
	}
	w.want(bot.Said{Text: "1"}, bot.Said{Text: "1"}, bot.Said{Text: "1"}, bot.Said{Text: "1"})
}

func TestWordsInTheNetworksAlphabetsAreRead(t *testing.T) {
	for _, c := range []struct{ text, charset, want string }{
		{"d\xe9crochage", "ISO-8859-1", "décrochage"},
		{"d\xe9crochage", "", "décrochage"},
		{"décrochage", "UTF-8", "décrochage"},
		{"\x00d\x00\xe9", "UTF-16BE", "dé"},
		{"\xd8\x3d\xde\x00", "UTF16-BE", "😀"},
		{"abc", "UTF-16BE", "abc"},
		{"c\x9cur, 5 \x80, l\x92\xe9cole", "WINDOWS-1252", "cœur, 5 €, l’école"},
	} {
		if got := sms.Readable(c.text, c.charset); got != c.want {
			t.Errorf("%q in %s is %q", c.text, c.charset, got)
		}
	}
}

// Jasmin passes on bytes, and the number of their alphabet.
func TestWordsAreReadByTheNumberOfTheirAlphabet(t *testing.T) {
	for _, c := range []struct{ raw, coding, want string }{
		{"\xd8\x3d\xde\x00", "8", "😀"},
		{"\x06\x45\x06\x31", "24", "مر"}, // the same, to be shown at once
		{"d\xe9crochage, \x9cuvre", "3", "décrochage, œuvre"},
		{"d\x05crochage \x7f 50 \x1be, lea\x00exemple.fr \x1b(\x1b)", "0", "décrochage à 50 €, lea@exemple.fr {}"},
		{"d\x05crochage", "", "décrochage"},
		{"décrochage", "0", "décrochage"},
		{"d\xe9crochage", "0", "décrochage"},
		{"un [stage] ?\r\n", "0", "un [stage] ?\r\n"},
		{"un \x1b\x1bstage\x01 \x1b", "0", "un stage£ "},
		{"", "0", ""},
	} {
		if got := sms.Coded(c.raw, c.coding); got != c.want {
			t.Errorf("%q in %s is %q", c.raw, c.coding, got)
		}
	}
}

// The example of Twilio's own documentation and libraries.
func TestTwilioSignsAsItsDocumentationSays(t *testing.T) {
	form := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
	if got := sms.Signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form); got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Errorf("the signature is %s", got)
	}
}

func TestTwilioBehindAProxySignsThePublicAddress(t *testing.T) {
	w := newWorld(t, "twilio", func(c *sms.Config) { c.PublicURL = "https://accueil.region.example/" })
	if _, err := w.fake.Write(lea, "bonjour"); err == nil {
		t.Error("a signature of another address was taken")
	}
	w.fake.Public = "https://accueil.region.example"
	w.write("bonjour")
	w.want(bot.Said{Text: "bonjour"})
	res := ask(w.channel.Handler(), http.MethodPost, sms.InPath+"?secret="+token, "application/x-www-form-urlencoded", "From=%2B33611223344&Body=a&MessageSid=1")
	if res.Code != http.StatusUnauthorized {
		t.Errorf("without a signature: %d", res.Code)
	}
}

func TestTheAnswerIsWhatTheGatewayWants(t *testing.T) {
	for kind, want := range map[string]string{"kannel": "", "jasmin": "ACK/Jasmin", "form": ""} {
		w := newWorld(t, kind, nil)
		text := map[string]string{"jasmin": "content"}[kind]
		if text == "" {
			text = "text"
		}
		res := ask(w.channel.Handler(), http.MethodPost, sms.InPath+"?secret="+secret, "application/x-www-form-urlencoded", "from=0611223344&id=1&"+text+"=a")
		answer, _ := io.ReadAll(res.Body)
		if string(answer) != want {
			t.Errorf("%s is answered %q", kind, answer)
		}
	}
}

func TestPicturesAreRefusedInWords(t *testing.T) {
	w := newWorld(t, "twilio", nil)
	if err := w.fake.WriteWith(lea, "mon cv", map[string]string{"NumMedia": "1"}); err != nil {
		t.Fatal(err)
	}
	w.want(bot.Enclosed{Kind: "photo"}, bot.Said{Text: "mon cv"})
}

func TestTooManyMessagesAreToldOnce(t *testing.T) {
	w := newWorld(t, "form", nil)
	for range 40 {
		w.write("bonjour")
	}
	if n := len(w.door.Inputs("conversation-1")); n < 20 || n > 30 {
		t.Errorf("%d of 40 were taken", n)
	}
	w.soon("a word about it", func() bool { return len(w.fake.Texts(lea)) == 1 })
	w.write("STOP") // always heard
	events := w.door.Inputs("conversation-1")
	if last, is := events[len(events)-1].(bot.Said); !is || last.Text != "STOP" {
		t.Errorf("the last was %q", plain(events[len(events)-1:]))
	}
}

func TestACodeJoinsAndAWrongOneIsSaidToBe(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.codes.open["1234567890"] = "another"
	w.fake.Repeat(1)
	w.write("Code : 123 456 7890")
	if len(w.codes.joined) != 1 || w.codes.joined[0].Peer != lea {
		t.Errorf("joined: %d", len(w.codes.joined))
	}
	w.fake.Repeat(0)
	w.write("1234567891")
	w.soon("a word about it", func() bool { return len(w.fake.Texts(lea)) == 1 })
	w.write("1234567892")
	w.soon("a word about it", func() bool { return len(w.fake.Texts(lea)) == 2 })
	w.sees(sms.Sentences()["fr"]["code_wrong"], sms.Sentences()["fr"]["code_wait"])
	w.write("0612345678") // a number to be called on
	w.want(bot.Said{Text: "0612345678"})
	w.write("1234567893") // said once
	w.stop()
	w.sees(sms.Sentences()["fr"]["code_wrong"], sms.Sentences()["fr"]["code_wait"])
}

func TestTheAdapterSpeaksTheLanguageOfTheConversation(t *testing.T) {
	w := newWorld(t, "form", func(c *sms.Config) {
		c.Language = func(_ context.Context, id bot.ConversationID) string {
			return map[bot.ConversationID]string{"conversation-1": "en"}[id]
		}
	})
	w.write("hello")
	w.write("1234567891")
	w.soon("a word about it", func() bool { return len(w.fake.Texts(lea)) == 1 })
	w.sees(sms.Sentences()["en"]["code_wrong"])
}
