package main

import (
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/flow"
)

// connected is a configuration with all platforms.
func connected() *serveCommand {
	c := proper()
	c.Staff, c.RedisURL, c.PublicURL = "staff.json", "redis://127.0.0.1:6379/0", "https://orientation.example"
	c.Messaging.Slack = slackConfig{BotToken: "xoxb-1", AppToken: "xapp-1", Words: "dm", Outage: 10 * time.Minute}
	c.Messaging.Telegram = telegramConfig{Token: "4711:secret"}
	c.Messaging.Mail = mailConfig{SMTPURL: "smtp://u:p@mail.example:587", From: "a@b.example", Alerts: "c@b.example"}
	c.Messaging.SMS = smsConfig{Gateway: "kannel", URL: "http://127.0.0.1:13013/cgi-bin/sendsms?password=4711", From: "+33939000000", User: "u", Password: "4711", Secret: strings.Repeat("4711", 8), Rate: 5}
	return c
}

func TestPlatformsThatAreConfiguredWell(t *testing.T) {
	for name, change := range map[string]func(*serveCommand){
		"all":         func(*serveCommand) {},
		"signed HTTP": func(c *serveCommand) { c.Messaging.Slack.AppToken, c.Messaging.Slack.SigningSecret = "", "s" },
		"link":        func(c *serveCommand) { c.Messaging.Slack.Words = "link" },
		"webhook":     func(c *serveCommand) { c.Messaging.Telegram.WebhookSecret = "s" },
		"Twilio": func(c *serveCommand) {
			c.Messaging.SMS.Gateway, c.Messaging.SMS.URL, c.Messaging.SMS.Secret = "twilio", "", ""
		},
		"an operator": func(c *serveCommand) {
			s := &c.Messaging.SMS
			s.Gateway, s.Body, s.Headers, s.MessageID = "json", `{"dest":"{todigits}","msg":"{text}","dlr":"{receipt}"}`, "X-Key=a=b|Accept=*/*", "results.0.id"
			s.Fields, s.Report, s.Delivered, s.Failed, s.Refused, s.Coding = "list=results,from=sender,text=message", "status=state", "OK", "KO,EXPIRED", "12,13", "7bit,ucs2"
		},
		"none": func(c *serveCommand) { c.Messaging = messagingConfig{} },
	} {
		c := connected()
		change(c)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlatformsThatAreConfiguredBadlyAreNamed(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*messagingConfig, *serveCommand)
		names  string
	}{
		"nobody decided":   {func(m *messagingConfig, _ *serveCommand) { m.Slack.Words = "" }, "FRONTDESK_SLACK_WORDS"},
		"another word":     {func(m *messagingConfig, _ *serveCommand) { m.Slack.Words = "thread" }, "FRONTDESK_SLACK_WORDS"},
		"no way in":        {func(m *messagingConfig, _ *serveCommand) { m.Slack.AppToken = "" }, "FRONTDESK_SLACK_SIGNING_SECRET"},
		"no bot token":     {func(m *messagingConfig, _ *serveCommand) { m.Slack.BotToken = "" }, "FRONTDESK_SLACK_BOT_TOKEN"},
		"link to nowhere":  {func(m *messagingConfig, c *serveCommand) { m.Slack.Words, m.SMS, c.PublicURL = "link", smsConfig{}, "" }, "FRONTDESK_PUBLIC_URL"},
		"outage backwards": {func(m *messagingConfig, _ *serveCommand) { m.Slack.Outage = -time.Second }, "FRONTDESK_SLACK_OUTAGE"},
		"another Slack":    {func(m *messagingConfig, _ *serveCommand) { m.Slack.APIURL = "http://127.0.0.1:1/api" }, "FRONTDESK_SLACK_API_URL"},
		"webhook without https": {func(m *messagingConfig, c *serveCommand) {
			m.Telegram.WebhookSecret, c.PublicURL = "s", "http://a.example"
		}, "FRONTDESK_PUBLIC_URL"},
		"another Telegram":       {func(m *messagingConfig, _ *serveCommand) { m.Telegram.APIURL = "127.0.0.1:1" }, "FRONTDESK_TELEGRAM_API_URL"},
		"letters from nobody":    {func(m *messagingConfig, _ *serveCommand) { m.Mail.From = "" }, "FRONTDESK_MAIL_FROM"},
		"letters by nobody":      {func(m *messagingConfig, _ *serveCommand) { m.Mail.SMTPURL, m.Mail.Alerts = "", "" }, "FRONTDESK_SMTP_URL"},
		"no kind of gateway":     {func(m *messagingConfig, _ *serveCommand) { m.SMS.Gateway = "" }, "FRONTDESK_SMS_GATEWAY"},
		"an unknown gateway":     {func(m *messagingConfig, _ *serveCommand) { m.SMS.Gateway = "pigeon" }, "FRONTDESK_SMS_GATEWAY"},
		"a gateway nowhere":      {func(m *messagingConfig, _ *serveCommand) { m.SMS.URL = "127.0.0.1:13013/4711" }, "FRONTDESK_SMS_URL"},
		"texts from nobody":      {func(m *messagingConfig, _ *serveCommand) { m.SMS.From = "" }, "FRONTDESK_SMS_FROM"},
		"texts by anybody":       {func(m *messagingConfig, _ *serveCommand) { m.SMS.Secret = "4711" }, "FRONTDESK_SMS_SECRET"},
		"Twilio without account": {func(m *messagingConfig, _ *serveCommand) { m.SMS.Gateway, m.SMS.User = "twilio", "" }, "FRONTDESK_SMS_USER"},
		"a flood of texts":       {func(m *messagingConfig, _ *serveCommand) { m.SMS.Rate = 0 }, "FRONTDESK_SMS_RATE"},
		"another method":         {func(m *messagingConfig, _ *serveCommand) { m.SMS.Method = "PUT" }, "FRONTDESK_SMS_METHOD"},
		"texts without words":    {func(m *messagingConfig, _ *serveCommand) { m.SMS.Body = "to={to}&key=4711" }, "FRONTDESK_SMS_BODY"},
		"headers of no form":     {func(m *messagingConfig, _ *serveCommand) { m.SMS.Headers = "Authorization: 4711" }, "FRONTDESK_SMS_HEADERS"},
		"an unknown field":       {func(m *messagingConfig, _ *serveCommand) { m.SMS.Fields = "sender=from" }, "FRONTDESK_SMS_FIELDS"},
		"an unknown report":      {func(m *messagingConfig, _ *serveCommand) { m.SMS.Report = "state" }, "FRONTDESK_SMS_REPORT"},
		"one alphabet":           {func(m *messagingConfig, _ *serveCommand) { m.SMS.Coding = "0" }, "FRONTDESK_SMS_CODING"},
		"taken by no code":       {func(m *messagingConfig, _ *serveCommand) { m.SMS.Accepted = "0" }, "FRONTDESK_SMS_ACCEPTED"},
		"an id nowhere":          {func(m *messagingConfig, _ *serveCommand) { m.SMS.MessageID = "/id/" }, "FRONTDESK_SMS_MESSAGE_ID"},
		"texts to nowhere": {func(m *messagingConfig, c *serveCommand) {
			m.Slack, c.PublicURL = slackConfig{}, ""
		}, "FRONTDESK_PUBLIC_URL"},
		"a demonstration beside": {func(m *messagingConfig, _ *serveCommand) { m.Demo = true }, "--demo"},
	} {
		c := connected()
		x.change(&c.Messaging, c)
		err := c.Validate()
		if err == nil || !strings.Contains(err.Error(), x.names) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: %v; want one fault that names %s", name, err, x.names)
		}
		if err != nil && strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: a token is printed: %v", name, err)
		}
	}
	c := connected()
	c.Staff, c.RedisURL = "", ""
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "FRONTDESK_STAFF") {
		t.Errorf("Slack without staff: %v", err)
	}
}

func TestWhatCounsellorsSayOfTheirAvailability(t *testing.T) {
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	duty, now, ctx := desk.Duty{Refs: store}, time.Now(), t.Context()
	is := func(at time.Time, want bool, what string) {
		t.Helper()
		if got, _, err := duty.Available(ctx, "camille", at); err != nil || got != want {
			t.Errorf("%s: available %v, %v; want %v", what, got, err, want)
		}
	}
	is(now, false, "who says nothing")
	for _, step := range []struct {
		what string
		do   error
		at   time.Time
		want bool
	}{
		{"begins", duty.Begin(ctx, "camille"), now, true},
		{"begins again", duty.Begin(ctx, "camille"), now, true},
	} {
		if step.do != nil {
			t.Fatal(step.do)
		}
		is(step.at, step.want, step.what)
	}
	if err := duty.Pause(ctx, "camille", now.Add(10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	is(now, false, "pauses")
	is(now.Add(11*time.Minute), true, "after the pause")
	if err := duty.Pause(ctx, "camille", time.Time{}); err != nil {
		t.Fatal(err)
	}
	is(now.Add(time.Hour), false, "leaves")
}

// « qui » answers with the structures that the routing can choose, and with what else must be so.
func TestWhoServesANeedInAPlace(t *testing.T) {
	s := newMessagingSite(t, nil)
	for _, x := range []struct{ need, place, want string }{
		{"vae", "35000", "Espace conseil VAE"},
		{"emploi", "35", "Rennes, référente ou référent accueil, décrochage (Mo 09:00-12:00)"},
		{"VAE", "Finistère", "Finistère :"},
		{"une formation", "29", "Finistère :"},
		{"xyz", "35", "Je ne connais pas ce besoin"},
		{"vae", "75001", "Je ne trouve pas ce lieu"},
		{"", "", "Je ne connais pas ce besoin"},
	} {
		if got := s.house.whoServes(x.need, x.place); !strings.Contains(got, x.want) {
			t.Errorf("%s %s: %q, want it to say %q", x.need, x.place, got, x.want)
		}
	}
	if got := s.house.label("need", "vae"); got != "Faire reconnaître mon expérience (VAE)" {
		t.Errorf("the label of a need: %q", got)
	}
	if got := s.house.label("territory", "35"); got != "Ille-et-Vilaine" {
		t.Errorf("the label of a territory: %q", got)
	}
	if !s.house.openAt(bot.StructureID(s.house.lead()), time.Now()) {
		t.Error("the regional desk of a trial is closed")
	}
}

// The Procédure danger calls the numbers of the safety file, and the cell of the case's own département.
func TestTheProcedureCallsTheNumbersOfTheSafetyFile(t *testing.T) {
	s := newMessagingSite(t, nil)
	b := s.house.shelf.Live().Bundle
	crip := b.Crip("29")
	if crip.Tel == "" {
		t.Fatal("the demonstration names no cell for Finistère")
	}
	for _, x := range []struct{ territory, number string }{{"29", crip.Text}, {"", flow.CRIPElse}} {
		numbers := map[string]bool{}
		for _, m := range s.house.procedure(bot.Card{Territory: x.territory}) {
			if _, known := b.Safety.Numbers[m.Number]; !known && m.Number != "" && m.Number != crip.Text {
				t.Errorf("%s: %q is not a number of the safety file", m.Text, m.Number)
			}
			if known := m.Number == m.Tel; !known && m.Number != crip.Text {
				t.Errorf("%s: shows %q and dials %q", m.Text, m.Number, m.Tel)
			}
			numbers[m.Number] = true
		}
		for _, want := range []string{"112", "17", "3114", x.number} {
			if !numbers[want] {
				t.Errorf("territory %q: nothing calls %s", x.territory, want)
			}
		}
	}
}

// What a counsellor passes on has its source and its date, and what has expired is not among it.
func TestCannedAnswersAreTrueToday(t *testing.T) {
	s := newMessagingSite(t, nil)
	all := s.house.cannedAnswers()
	if len(all) < 20 {
		t.Fatalf("%d canned answers", len(all))
	}
	for _, a := range all {
		if !strings.Contains(a.Text, "Source : ") || !strings.Contains(a.Text, "Information vérifiée : ") || strings.ContainsAny(a.Text, "{}") {
			t.Errorf("%s: %s", a.Title, a.Text)
		}
	}
	s.house.now = func() time.Time { return time.Now().AddDate(5, 0, 0) }
	if left := s.house.cannedAnswers(); len(left) != 0 {
		t.Errorf("in five years %d cards are still said to be true", len(left))
	}
}

func TestTelegramsMenusAreTheServicesCommands(t *testing.T) {
	s := newMessagingSite(t, nil)
	menus := s.house.commands()
	for _, language := range []string{"", "fr", "en"} {
		seen := map[string]bool{}
		for _, c := range menus[language] {
			if c.Description == "" || len(c.Name) > 32 || strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || seen[c.Name] {
				t.Errorf("%q: the command %q, %q", language, c.Name, c.Description)
			}
			seen[c.Name] = true
		}
		if len(seen) < 7 {
			t.Errorf("%q has %d commands", language, len(seen))
		}
	}
	if menus["en"][0] == menus["fr"][0] {
		t.Error("English people see French commands")
	}
}
