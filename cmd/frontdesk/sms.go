package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk/adapters/sms"
	"frontdesk/bot/flow"
)

// smsConfig connects a gateway for text messages. The first six settings are enough for one that is known by
// name; each of the others replaces a part of its mapping.
type smsConfig struct {
	Gateway  string `env:"GATEWAY" placeholder:"kannel|jasmin|twilio|form|json" help:"Kind of the gateway for text messages; form and json are a start for others. Unset: no text messages."`
	URL      string `env:"URL" placeholder:"URL" help:"Address at the gateway that messages are sent to. Twilio's own is known."`
	From     string `env:"FROM" placeholder:"NUMBER" help:"The number that people write to, as the gateway wants it, such as +33939000000."`
	User     string `env:"USER" help:"Account at the gateway; for Twilio the account's SID."`
	Password string `env:"PASSWORD" help:"Password of the account; for Twilio its token."`
	Secret   string `env:"SECRET" help:"What the gateway sends along to /sms/in and /sms/receipt: as the parameter secret, as a password of HTTP Basic, or in a header. Not for Twilio, which signs."`

	Rate      int    `env:"RATE" default:"5" help:"Messages a second that the gateway takes (${default})."`
	Country   string `env:"COUNTRY" default:"33" help:"Calling code of numbers that begin with 0 (${default})."`
	Method    string `env:"METHOD" placeholder:"GET|POST" help:"How messages are sent."`
	Headers   string `env:"HEADERS" placeholder:"NAME=VALUE|…" help:"Headers that go along."`
	Body      string `env:"BODY" help:"What is sent: a form or JSON with {to}, {from}, {text} and so on; with GET, the query."`
	Wide      string `env:"WIDE" help:"The same for words that the GSM alphabet does not have."`
	Coding    string `env:"CODING" placeholder:"GSM,OTHER" help:"What {coding} is for the one alphabet and the other, such as 0,8."`
	MessageID string `env:"MESSAGE_ID" placeholder:"PATH" help:"Where the gateway's answer has its id of the message: a path such as messages.0.id, or a /pattern/ with one group."`
	Code      string `env:"CODE" placeholder:"PATH" help:"Where it has its code: of a refusal, or that the message was taken."`
	Accepted  string `env:"ACCEPTED" placeholder:"CODE,…" help:"Codes of a message that was taken, where the gateway answers 200 to a refusal, too."`
	Refused   string `env:"REFUSED" placeholder:"CODE,…" help:"Reasons with which trying again is pointless: no such number, the person refuses."`
	Fields    string `env:"FIELDS" placeholder:"FIELD=NAME,…" help:"Where what arrives has its parts, such as from=msisdn,text=message,id=messageId."`
	Report    string `env:"REPORT" placeholder:"FIELD=NAME,…" help:"The same of reports, such as id=messageId,status=state."`
	Delivered string `env:"DELIVERED" placeholder:"STATUS,…" help:"Statuses of a report that say that a message has arrived."`
	Failed    string `env:"FAILED" placeholder:"STATUS,…" help:"Statuses that say that it never will."`
}

// check says what is wrong. No value is shown: addresses and bodies may hold passwords.
func (s *smsConfig) check(c *serveCommand, fault func(name, format string, args ...any)) {
	if s.Gateway == "" {
		if s.URL != "" || s.From != "" || s.User != "" || s.Password != "" || s.Secret != "" || s.Body != "" {
			fault("FRONTDESK_SMS_GATEWAY", "must be set where another FRONTDESK_SMS_ setting is: %s", strings.Join(sms.Known(), ", "))
		}
		return
	}
	known, is := sms.Gateways()[s.Gateway]
	if !is {
		fault("FRONTDESK_SMS_GATEWAY", "is none of %s", strings.Join(sms.Known(), ", "))
		return
	}
	if s.Gateway != twilio && !webAddress(s.URL, "http", "https") {
		fault("FRONTDESK_SMS_URL", "is not an address that messages are sent to, such as http://127.0.0.1:13013/cgi-bin/sendsms")
	}
	if s.From == "" {
		fault("FRONTDESK_SMS_FROM", "must be the number that people write to, such as +33939000000")
	}
	if c.PublicURL == "" {
		fault("FRONTDESK_PUBLIC_URL", "must be set where FRONTDESK_SMS_GATEWAY is: the gateway delivers there")
	}
	if s.User == "" && known.Signed || s.Password == "" && known.Signed {
		fault("FRONTDESK_SMS_USER", "and FRONTDESK_SMS_PASSWORD must be the SID and the token of the Twilio account")
	}
	if len(s.Secret) < sms.ShortestSecret && !known.Signed {
		fault("FRONTDESK_SMS_SECRET", "must be %d characters or more, such as from « openssl rand -hex 32 »; the gateway sends it with each message", sms.ShortestSecret)
	}
	if s.Rate < 1 || s.Rate > 1000 {
		fault("FRONTDESK_SMS_RATE", "%d is not between 1 and 1000 messages a second", s.Rate)
	}
	if m, name, err := s.mapping(); err != nil {
		fault(name, "%v", err)
	} else if err := m.Check(); err != nil {
		name, said, _ := strings.Cut(err.Error(), ": ")
		fault(name, "%s", said)
	}
}

const twilio = "twilio"

// mapping is the gateway's, with what was set in its place; name is the setting that is wrong.
func (s *smsConfig) mapping() (m sms.Mapping, name string, err error) {
	m = sms.Gateways()[s.Gateway]
	for _, set := range []struct {
		to   *string
		with string
	}{{&m.Method, s.Method}, {&m.Body, s.Body}, {&m.Wide, s.Wide}, {&m.MessageID, s.MessageID}, {&m.Code, s.Code}} {
		if set.with != "" {
			*set.to = set.with
		}
	}
	if s.Body != "" && s.Wide == "" {
		m.Wide = ""
	}
	if m.Headers, err = sms.Pairs(s.Headers, "|"); err != nil {
		return m, "FRONTDESK_SMS_HEADERS", fmt.Errorf("must be pairs such as X-Api-Key=abc|Accept=application/json")
	}
	message, report := sms.Fieldnames()
	if m.Fields, err = overlaid(m.Fields, s.Fields, message); err != nil {
		return m, "FRONTDESK_SMS_FIELDS", err
	}
	if m.Report, err = overlaid(m.Report, s.Report, report); err != nil {
		return m, "FRONTDESK_SMS_REPORT", err
	}
	for _, set := range []struct {
		to   *[]string
		with string
	}{{&m.Refused, s.Refused}, {&m.Accepted, s.Accepted}, {&m.Delivered, s.Delivered}, {&m.Failed, s.Failed}} {
		if set.with != "" {
			*set.to = listOf(set.with)
		}
	}
	if s.Coding != "" {
		both := listOf(s.Coding)
		if len(both) != 2 {
			return m, "FRONTDESK_SMS_CODING", fmt.Errorf("must be two words, such as 0,8")
		}
		m.Coding = [2]string(both)
	}
	return m, "", nil
}

// overlaid are fields with those of a setting in their place; known are those that there can be.
func overlaid(fields map[string]string, set string, known []string) (map[string]string, error) {
	more, err := sms.Pairs(set, ",")
	if err != nil {
		return fields, err
	}
	all := maps.Clone(fields)
	for _, field := range slices.Sorted(maps.Keys(more)) {
		if !slices.Contains(known, field) {
			return fields, fmt.Errorf("%q is none of %s", field, strings.Join(known, ", "))
		}
		all[field] = more[field]
	}
	return all, nil
}

func listOf(text string) []string {
	var all []string
	for word := range strings.SplitSeq(text, ",") {
		all = append(all, strings.TrimSpace(word))
	}
	return all
}

// address is where messages are sent.
func (s *smsConfig) address() string {
	if s.URL == "" && s.Gateway == twilio {
		return "https://api.twilio.com/2010-04-01/Accounts/" + url.PathEscape(s.User) + "/Messages.json"
	}
	return s.URL
}

// openSMS connects the gateway, where one is named.
func (h *house) openSMS(context.Context, *flow.Bundle) error {
	c := &h.config.Messaging.SMS
	if c.Gateway == "" {
		return nil
	}
	mapping, name, err := c.mapping()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	h.sms, err = sms.New(sms.Config{
		Mapping: mapping, URL: c.address(), User: c.User, Password: c.Password, From: c.From, Secret: c.Secret, PublicURL: h.config.PublicURL,
		Country: c.Country, Rate: c.Rate, Speed: h.config.Messaging.speed, Door: h.player, Refs: h.store, Limiter: countedLimits{h.store, h.metrics.limited}, Codes: h.codes,
		Language: h.language, Away: h.metrics.away.Inc, Sent: h.metrics.texts.sent, Reported: h.metrics.texts.reported, Log: h.log,
	})
	if err != nil {
		return err
	}
	h.world.texts = true
	h.channels = append(h.channels, h.sms)
	return nil
}

// textMetrics count what text messages cost, and whether they arrive.
type textMetrics struct{ segments, reports *prometheus.CounterVec }

func newTextMetrics() textMetrics {
	t := textMetrics{
		segments: counters("frontdesk_sms_segments_total", "Segments of text messages that the gateway took, by alphabet: the other than GSM costs double.", "alphabet"),
		reports:  counters("frontdesk_sms_reports_total", "Reports of what became of text messages.", "end"),
	}
	begin(t.segments, "gsm", "ucs2")
	begin(t.reports, "delivered", "failed")
	return t
}

func (t textMetrics) sent(segments int, gsm7 bool) {
	alphabet := "ucs2"
	if gsm7 {
		alphabet = "gsm"
	}
	t.segments.WithLabelValues(alphabet).Add(float64(segments))
}

func (t textMetrics) reported(end string) { t.reports.WithLabelValues(end).Inc() }
