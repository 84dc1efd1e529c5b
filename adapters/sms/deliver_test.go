package sms_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/sms"
	"frontdesk/bot"
	"frontdesk/bot/render"
)

func TestWordsGoOutInEachGatewaysWay(t *testing.T) {
	for _, kind := range sms.Known() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind, nil)
			w.delivered(1, bot.Say{Text: "Être « prêt » ? 50 % d'infos & plus…", Ask: "1.1", Options: []bot.Choice{{ID: "a", Label: "Oui"}, {ID: "b", Label: "Non"}}})
			w.delivered(2, bot.Speak{Message: "m", Name: "Anna", From: "Accueil", Text: "Vous êtes \"prête\" ?"})
			w.delivered(3, bot.Say{Text: "مرحبا"})
			w.sees("Etre \"pret\" ? 50 % d'infos & plus...\n1 Oui\n2 Non", "Anna, Accueil : Vous etes \"prete\" ?", "مرحبا")
			codings := ""
			for _, m := range w.fake.Shown(lea) {
				codings += m.Coding
			}
			if want := map[string]string{"kannel": "002", "jasmin": "008"}[kind]; codings != want {
				t.Errorf("the alphabets are %q, want %q", codings, want)
			}
		})
	}
}

// A body of JSON may be written with spaces, and over several lines.
func TestATemplateOfJSONMayHaveSpaces(t *testing.T) {
	for _, body := range []string{
		"\n{ \"from\": \"{from}\",\n  \"to\": \"{to}\", \"text\": \"{text}\", \"digits\": {todigits} }\n",
		`{"from":"{from}","to":"{to}","text":"{text}"}`,
	} {
		w := newWorld(t, "json", func(c *sms.Config) { c.Body = body })
		w.delivered(1, bot.Say{Text: "50 % d'infos \"sûres\" & plus"})
		w.sees("50 % d'infos \"sures\" & plus")
	}
}

func TestACounsellorsMessageIsAmendedByAnother(t *testing.T) {
	w := newWorld(t, "form", func(c *sms.Config) {
		c.Language = func(context.Context, bot.ConversationID) string { return "en" }
	})
	w.delivered(1, bot.Speak{Message: "m", Name: "Anna", From: "Desk", Text: "Monday", Amends: true})
	w.delivered(2, bot.Withdraw{Message: "m"})
	w.delivered(3, bot.Forget{Leg: "sms"})
	w.sees("Correction: Anna, Desk : Monday")
}

func TestNumbersToDialAreInTheWords(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.delivered(1, bot.Say{Text: "Appelez le 15.", Safety: true, Links: []bot.Link{{Text: "15", URL: "tel:15"}, {Text: "3114", URL: "tel:3114"}}})
	w.sees("Appelez le 15.\n3114")
}

func TestALongTextIsSplitWhereItCanBeCarried(t *testing.T) {
	for _, text := range []string{strings.Repeat("Une phrase assez courte. ", 200), strings.Repeat("جملة قصيرة. ", 200)} {
		for _, piece := range sms.Split(text) {
			if n, _ := render.Segments(piece); n > 10 {
				t.Errorf("a piece takes %d segments", n)
			}
		}
	}
	w := newWorld(t, "form", nil)
	long := strings.Repeat("Une phrase assez courte. ", 100)
	w.delivered(1, bot.Say{Text: long})
	if got := w.fake.Texts(lea); len(got) != 2 || !strings.HasPrefix(got[0], "(1/2) ") {
		t.Errorf("%d messages", len(got))
	}
}

// What of a long text was sent is not sent again.
func TestTheRestOfALongTextFollows(t *testing.T) {
	w := newWorld(t, "form", nil)
	say := bot.Say{Text: strings.Repeat("Une phrase assez courte. ", 100)}
	w.channel.Sent = func(int, bool) { w.fake.Busy(1, "1") }
	if got := kindOf(w.deliver(1, say)); got != waits {
		t.Fatalf("the rest is %q", got)
	}
	w.channel.Sent = nil
	w.delivered(1, say)
	if got := w.fake.Texts(lea); len(got) != 2 || !strings.HasPrefix(got[1], "(2/2) ") {
		t.Errorf("%d messages", len(got))
	}
}

func TestAGatewaysBadDays(t *testing.T) {
	w := newWorld(t, "twilio", nil)
	say := bot.Say{Text: "Bonjour"}
	w.fake.Busy(1, "7")
	err := w.deliver(1, say)
	if kindOf(err) != waits || !strings.Contains(err.Error(), "7s") {
		t.Errorf("429 is %v", err)
	}
	for status, want := range map[int]string{500: ambiguous, 503: ambiguous, 408: ambiguous, 401: plainFailure, 404: plainFailure, 302: plainFailure, 400: plainFailure} {
		w.fake.Fail(1, status)
		if err := w.deliver(1, say); kindOf(err) != want {
			t.Errorf("%d is %v", status, err)
		}
	}
	w.sees()
	for _, code := range []string{"21211", "21610", "21614", "21408", "21635"} { // of one number: the others are still written to
		w.fake.Refuse(lea, code)
		if err := w.deliver(1, say); kindOf(err) != undeliverable || strings.Contains(err.Error(), own) {
			t.Errorf("%s is %v", code, err)
		}
	}
	w.fake.Refuse(lea, "21606") // the account's own number is wrong: no fault of the person's
	if err := w.deliver(1, say); kindOf(err) != plainFailure {
		t.Errorf("21606 is %v", err)
	}
	w.fake.Refuse(lea, "")
	w.delivered(1, say)
	w.sees("Bonjour")
	if err := w.deliver(1, say); err != nil || len(w.fake.Texts(lea)) != 1 { // a crash after it was sent
		t.Errorf("the same again: %v, %q", err, w.fake.Texts(lea))
	}
}

// Some gateways answer 200 to whatever they are asked; what became of it stands in the answer.
func TestA200ThatRefusesIsNoMessageSent(t *testing.T) {
	var answer string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	defer gateway.Close()
	for _, c := range []struct{ code, accepted, refused, answer, want string }{
		{"messages.0.status", "0", "6", `{"messages":[{"status":"0","message-id":"a"}]}`, ""},
		{"messages.0.status", "0", "6", `{"messages":[{"status":0}]}`, ""},
		{"messages.0.status", "0", "6", `{"messages":[{"status":"9","error-text":"to +33611223344"}]}`, plainFailure},
		{"messages.0.status", "0", "6", `{"messages":[{"status":"6"}]}`, undeliverable},
		{"messages.0.status", "0", "6", `<html>Bienvenue</html>`, plainFailure},
		{`/^(OK|ERR \d+)/`, "OK", "", "OK 4711", ""},
		{`/^(OK|ERR \d+)/`, "OK", "", "ERR 32", plainFailure},
		{"error", "", "INVALID_NUMBER", `{"error":"INVALID_NUMBER"}`, undeliverable},
		{"error", "", "INVALID_NUMBER", `{}`, ""},
	} {
		answer = c.answer
		w := newWorld(t, "form", func(config *sms.Config) {
			config.URL, config.Code, config.MessageID = gateway.URL, c.code, ""
			config.Accepted, config.Refused = strings.Fields(c.accepted), strings.Fields(c.refused)
		})
		err := w.deliver(1, bot.Say{Text: "Bonjour"})
		if kindOf(err) != c.want || err != nil && strings.Contains(err.Error(), lea) {
			t.Errorf("%s is %v, want %q", c.answer, err, c.want)
		}
	}
}

func TestWithoutCodesA400IsOfThisMessage(t *testing.T) {
	w := newWorld(t, "jasmin", nil)
	w.fake.Fail(1, 400)
	if err := w.deliver(1, bot.Say{Text: "Bonjour"}); kindOf(err) != undeliverable {
		t.Errorf("400 is %v", err)
	}
}

func TestALostAnswerIsAmbiguousUntilAReportComes(t *testing.T) {
	for _, kind := range sms.Known() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind, nil)
			w.fake.LoseAnswers(1)
			if err := w.deliver(1, bot.Say{Text: "Bonjour"}); kindOf(err) != ambiguous {
				t.Fatalf("a lost answer is %v", err)
			}
			if err := w.fake.Report(lea, "delivered", ""); err != nil {
				t.Fatal(err)
			}
			w.delivered(1, bot.Say{Text: "Bonjour"})
			w.sees("Bonjour")
			w.want()
		})
	}
}

func TestALostAnswerWithoutAReportIsSentAgain(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.fake.LoseAnswers(1)
	_ = w.deliver(1, bot.Say{Text: "Bonjour"})
	w.delivered(1, bot.Say{Text: "Bonjour"})
	w.sees("Bonjour", "Bonjour")
}

func TestASlowGatewayIsAmbiguous(t *testing.T) {
	w := newWorld(t, "form", nil)
	hold := make(chan struct{})
	defer close(hold)
	w.channel.URL = slow(t, hold)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := w.channel.Deliver(ctx, w.entry(1, bot.Say{Text: "Bonjour"})); kindOf(err) != ambiguous {
		t.Errorf("a slow gateway is %v", err)
	}
}

func TestReportsAreInputsOnce(t *testing.T) {
	for _, kind := range sms.Known() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind, nil)
			w.write("bonjour")
			w.delivered(11, bot.Say{Text: "Bonjour"})
			w.delivered(12, bot.Speak{Message: "m1", Name: "Anna", Text: "Bonjour"})
			for range 2 {
				if err := w.fake.Report(lea, "sent", ""); err != nil { // no end
					t.Fatal(err)
				}
			}
			if err := w.fake.Report(lea, "delivered", ""); err != nil {
				t.Fatal(err)
			}
			w.want(bot.Said{Text: "bonjour"}, bot.Delivered{Leg: "sms", Message: "m1"})
			// days later the network gives up on another
			w.delivered(13, bot.Say{Text: "Toujours là ?"})
			w.delivered(14, bot.Speak{Message: "m2", Name: "Anna", Text: "Et maintenant ?"})
			w.pass(48 * time.Hour)
			if err := w.fake.Report(lea, "failed", ""); err != nil {
				t.Fatal(err)
			}
			w.want(bot.Said{Text: "bonjour"}, bot.Delivered{Leg: "sms", Message: "m1"}, bot.Undelivered{Reason: "undelivered", Message: "m2"})
			if got := fmt.Sprint(w.ends); got != "[delivered delivered failed failed]" {
				t.Errorf("counted %s", got)
			}
		})
	}
}

func TestANumberThatCanNeverBeReachedIsCut(t *testing.T) {
	for code, want := range map[string][]bot.Event{
		"30005": {bot.Undelivered{Leg: "sms", Reason: "undelivered"}},
		"30006": {bot.Undelivered{Leg: "sms", Reason: "undelivered"}},
		"30003": nil, // switched off: the next message may well arrive
	} {
		w := newWorld(t, "twilio", nil)
		w.write("bonjour")
		w.delivered(11, bot.Say{Text: "Bonjour"})
		if err := w.fake.Report(lea, "undelivered", code); err != nil {
			t.Fatal(err)
		}
		w.want(append([]bot.Event{bot.Said{Text: "bonjour"}}, want...)...)
	}
}

// An API that names messages itself, and reports to one fixed address.
func TestAReportByTheGatewaysOwnID(t *testing.T) {
	w := newWorld(t, "json", func(c *sms.Config) {
		c.Body = `{"from":"{from}","to":"{to}","text":"{text}"}`
		c.Report = map[string]string{"list": "reports", "id": "messageId", "status": "state.name"}
	})
	w.write("bonjour")
	w.delivered(11, bot.Speak{Message: "m1", Name: "Anna", Text: "Bonjour"})
	id := w.fake.Shown(lea)[0].ID
	body := `{"reports":[{"messageId":"` + id + `","state":{"name":"DELIVRD"}},{"messageId":"of somebody else","state":{"name":"DELIVRD"}}]}`
	for range 2 {
		if res := ask(w.channel.Handler(), "POST", sms.ReceiptPath+"?secret="+secret, "application/json", body); res.Code != 200 {
			t.Fatalf("%d", res.Code)
		}
	}
	w.want(bot.Said{Text: "bonjour"}, bot.Delivered{Leg: "sms", Message: "m1"})
}
