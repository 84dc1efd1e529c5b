package sms_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/sms"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/render"
)

func TestChannel(t *testing.T) {
	for _, kind := range sms.Known() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind, nil)
			bottest.TestChannel(t, w.channel, w.log)
		})
	}
}

func TestChannelOnAGatewayThatIsAway(t *testing.T) {
	w := newWorld(t, "kannel", func(c *sms.Config) { c.URL = "http://127.0.0.1:1/cgi-bin/sendsms" })
	bottest.TestChannel(t, w.channel, w.log)
	if got := kindOf(w.deliver(1, bot.Say{Text: "Bonjour"})); got != plainFailure {
		t.Errorf("a gateway that is away is %q", got)
	}
}

func TestWhatIsMissingIsSaidAtTheStart(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	for want, change := range map[string]func(*sms.Config){
		"FRONTDESK_SMS_FROM":        func(c *sms.Config) { c.From = "" },
		"FRONTDESK_SMS_URL":         func(c *sms.Config) { c.URL = "127.0.0.1:13013?password=" + token },
		"FRONTDESK_PUBLIC_URL":      func(c *sms.Config) { c.PublicURL = "" },
		"FRONTDESK_SMS_SECRET":      func(c *sms.Config) { c.Secret = "short" },
		"FRONTDESK_SMS_PASSWORD":    func(c *sms.Config) { c.Mapping, c.Password = sms.Gateways()["twilio"], "" },
		"FRONTDESK_SMS_METHOD":      func(c *sms.Config) { c.Method = "PUT" },
		"FRONTDESK_SMS_BODY":        func(c *sms.Config) { c.Body = "to={to}" },
		"FRONTDESK_SMS_BODY: begin": func(c *sms.Config) { c.Body = `{"to":"{to}","text":{text}}` },
		"FRONTDESK_SMS_WIDE":        func(c *sms.Config) { c.Wide = "{ 'to': '{to}', 'text': '{text}' }" },
		"FRONTDESK_SMS_FIELDS":      func(c *sms.Config) { c.Fields = map[string]string{"from": "msisdn"} },
		"FRONTDESK_SMS_ACCEPTED":    func(c *sms.Config) { c.Accepted = []string{"0"} },
		"FRONTDESK_SMS_MESSAGE_ID":  func(c *sms.Config) { c.MessageID = "/id=.*/" },
		"door":                      func(c *sms.Config) { c.Door = nil },
	} {
		config := w.config
		change(&config)
		_, err := sms.New(config)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestOwnSentencesAreOneSMSEachAndPromiseNothingFree(t *testing.T) {
	all := sms.Sentences()
	for language, sentences := range all {
		if got, want := slices.Sorted(maps.Keys(sentences)), slices.Sorted(maps.Keys(all["fr"])); !slices.Equal(got, want) {
			t.Errorf("%s has %q, French %q", language, got, want)
		}
		for id, s := range sentences {
			if n, gsm7 := render.Segments(s); n != 1 || !gsm7 {
				t.Errorf("%s %s takes %d segments, GSM alphabet %v", language, id, n, gsm7)
			}
			if strings.Contains(s, "gratuit") || strings.Contains(s, "free") {
				t.Errorf("%s %s: a text message may cost its sender something", language, id)
			}
		}
	}
}

func TestPaceIsTheGateways(t *testing.T) {
	w := newWorld(t, "form", func(c *sms.Config) { c.Rate = 10 })
	leg := w.entry(1, nil).Leg
	p := w.channel.Pace(leg, bot.Say{})
	if p.Rate != 10 || p.Burst < 1 || p.PlaceRate != 1 || strings.Contains(p.Place, lea[1:]) {
		t.Errorf("the pace is %+v", p)
	}
	if quiet := w.channel.Pace(leg, bot.Listen{}); quiet.Rate != 0 || quiet.PlaceRate != 0 {
		t.Errorf("what sends nothing waits: %+v", quiet)
	}
}

func TestNumbersAreReadAsPeopleAndGatewaysWriteThem(t *testing.T) {
	for raw, want := range map[string]string{
		"+33611223344": lea, "33611223344": lea, "0033611223344": lea, "0611223344": lea, "06 11 22 33 44": lea, "+33 (0)6.11.22.33.44": lea,
		"+447700900123": "+447700900123", "+32470123456": "+32470123456",
		"36000": "", "Region": "", "": "", "+": "", "+33611223344-adresse": "", "+0611223344": "", "1234567890123456": "",
	} {
		if got, ok := sms.Number(raw, "33"); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", raw, got, want)
		}
	}
}
