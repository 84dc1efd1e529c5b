package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// messagingConfig is what the messaging platforms need. With nothing set there are none: citizens come
// by the web chat, and counsellors work on the web desk.
type messagingConfig struct {
	Slack    slackConfig    `embed:"" prefix:"slack-" envprefix:"FRONTDESK_SLACK_"`
	Telegram telegramConfig `embed:"" prefix:"telegram-" envprefix:"FRONTDESK_TELEGRAM_"`
	Mail     mailConfig     `embed:"" envprefix:"FRONTDESK_"`
	SMS      smsConfig      `embed:"" prefix:"sms-" envprefix:"FRONTDESK_SMS_"`
	Demo     bool           `help:"Show the whole service on this machine: a made-up Slack and Telegram beside the chat and the desk."`

	speed float64     // how much faster than the real ones a demonstration's platforms are; 0 is 1
	trust *tls.Config // of a mail server in tests
}

// slackConfig connects the counsellors' Slack workspace.
type slackConfig struct {
	BotToken      string        `env:"BOT_TOKEN" placeholder:"xoxb-…" help:"Token of the app in the workspace. Unset: no Slack."`
	AppToken      string        `env:"APP_TOKEN" placeholder:"xapp-…" help:"App-level token: Socket Mode, which needs no address that Slack can reach."`
	SigningSecret string        `env:"SIGNING_SECRET" help:"Signing secret of the app: events come by HTTP to /slack/."`
	Words         string        `env:"WORDS" placeholder:"dm|link" help:"Whether what citizens write may stand in Slack: dm, in the direct messages of who took the case; link, nowhere. A Region must decide."`
	Supervision   string        `env:"SUPERVISION" default:"supervision-accueil" help:"Channel for what leads and supervisors must see (${default})."`
	Outage        time.Duration `env:"OUTAGE" default:"10m" help:"How long Slack may be away, in opening hours, before people who wait are told (${default})."`
	APIURL        string        `env:"API_URL" hidden:"" help:"Another Slack, such as a fake."`
}

// telegramConfig connects the regional bot.
type telegramConfig struct {
	Token         string `env:"TOKEN" placeholder:"4711:AAE…" help:"Token of the bot, from BotFather. Unset: no Telegram."`
	WebhookSecret string `env:"WEBHOOK_SECRET" help:"Updates come to /telegram/webhook under FRONTDESK_PUBLIC_URL, with this secret. Unset: they are polled for."`
	APIURL        string `env:"API_URL" placeholder:"URL" help:"Another Bot API server, such as the Region's own."`
}

// mailConfig connects the Region's mail server.
type mailConfig struct {
	SMTPURL string `name:"smtp-url" env:"SMTP_URL" placeholder:"URL" help:"Server that letters go to, such as smtp://user:password@host:587. Unset: nobody is written to."`
	From    string `name:"mail-from" env:"MAIL_FROM" placeholder:"ADDRESS" help:"Address that letters come from."`
	ReplyTo string `name:"mail-reply-to" env:"MAIL_REPLY_TO" placeholder:"ADDRESS" help:"Address that answers to letters go to; unset: letters say that nobody reads them."`
	Alerts  string `name:"mail-alerts" env:"MAIL_ALERTS" placeholder:"ADDRESS" help:"Who is written to when Slack cannot be used."`
}

// check says what is wrong, each with the name to set.
func (m *messagingConfig) check(c *serveCommand) []error {
	var faults []error
	fault := func(name, format string, args ...any) {
		faults = append(faults, fmt.Errorf(name+": "+format, args...))
	}
	if m.Demo {
		if c.Staff != "" || m.Slack.BotToken != "" || m.Telegram.Token != "" || m.Mail.SMTPURL != "" || m.SMS.Gateway != "" {
			fault("--demo", "shows made-up platforms; unset FRONTDESK_STAFF, FRONTDESK_SLACK_BOT_TOKEN, FRONTDESK_TELEGRAM_TOKEN, FRONTDESK_SMTP_URL and FRONTDESK_SMS_GATEWAY")
		}
		return faults
	}
	m.Slack.check(c, fault)
	m.SMS.check(c, fault)
	if m.Telegram.Token != "" && m.Telegram.WebhookSecret != "" && !c.tls() {
		fault("FRONTDESK_PUBLIC_URL", "must be an https address where FRONTDESK_TELEGRAM_WEBHOOK_SECRET is set: Telegram delivers there")
	}
	if m.Telegram.APIURL != "" && !webAddress(m.Telegram.APIURL, "http", "https") {
		fault("FRONTDESK_TELEGRAM_API_URL", "is not an address, such as http://127.0.0.1:8081") // it may hold a token: never shown
	}
	switch {
	case m.Mail.SMTPURL == "" && m.Mail.From == "":
	case m.Mail.SMTPURL == "":
		fault("FRONTDESK_SMTP_URL", "must be set where FRONTDESK_MAIL_FROM is")
	case m.Mail.From == "":
		fault("FRONTDESK_MAIL_FROM", "must be set where FRONTDESK_SMTP_URL is: letters come from somebody")
	}
	if m.Mail.Alerts != "" && m.Mail.SMTPURL == "" {
		fault("FRONTDESK_MAIL_ALERTS", "needs FRONTDESK_SMTP_URL")
	}
	return faults
}

func (s *slackConfig) check(c *serveCommand, fault func(name, format string, args ...any)) {
	if s.BotToken == "" {
		if s.AppToken != "" || s.SigningSecret != "" || s.Words != "" {
			fault("FRONTDESK_SLACK_BOT_TOKEN", "must be set where another FRONTDESK_SLACK_ setting is")
		}
		return
	}
	if c.Staff == "" {
		fault("FRONTDESK_STAFF", "must be set where FRONTDESK_SLACK_BOT_TOKEN is: it says who has which Slack account")
	}
	if s.Words != "dm" && s.Words != "link" {
		fault("FRONTDESK_SLACK_WORDS", `decide whether what citizens write may stand in Slack: "dm" (yes, in the direct messages of who took the case) or "link" (no, on the web desk only)`)
	}
	if s.AppToken == "" && s.SigningSecret == "" {
		fault("FRONTDESK_SLACK_APP_TOKEN", "or FRONTDESK_SLACK_SIGNING_SECRET must be set: Socket Mode, or events over HTTP")
	}
	if s.Words == "link" && c.PublicURL == "" {
		fault("FRONTDESK_PUBLIC_URL", "must be set where FRONTDESK_SLACK_WORDS is link: Slack leads to the web desk there")
	}
	if s.Outage < 0 || s.Outage > 24*time.Hour {
		fault("FRONTDESK_SLACK_OUTAGE", "%s is not between 0 and a day", s.Outage)
	}
	if s.APIURL != "" && (!webAddress(s.APIURL, "http", "https") || !strings.HasSuffix(s.APIURL, "/")) {
		fault("FRONTDESK_SLACK_API_URL", "is not an address that ends with a slash, such as http://127.0.0.1:8090/api/")
	}
}

// webAddress says whether text is one, with one of the schemes.
func webAddress(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return true
		}
	}
	return false
}

// errNoSlackAccounts is a staff whom nobody can reach in Slack.
var errNoSlackAccounts = errors.New(`FRONTDESK_STAFF: nobody in it has a Slack account; give each counsellor a "slack", such as U02ABCDEF`)
