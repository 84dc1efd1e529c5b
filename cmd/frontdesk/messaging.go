package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"frontdesk/adapters/mail"
	"frontdesk/adapters/slack"
	"frontdesk/adapters/sms"
	"frontdesk/adapters/telegram"
	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// openMessaging connects the platforms that are configured.
func (h *house) openMessaging(ctx context.Context, b *flow.Bundle) error {
	for _, open := range []func(context.Context, *flow.Bundle) error{h.openMail, h.openTelegram, h.openSMS, h.openSlack, h.openPhone} {
		if err := open(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// openMail writes letters, where a server is named.
func (h *house) openMail(_ context.Context, b *flow.Bundle) error {
	c := &h.config.Messaging.Mail
	if c.SMTPURL == "" {
		return nil
	}
	channel, err := mail.New(mail.Config{
		Server: c.SMTPURL, From: c.From, ReplyTo: c.ReplyTo, Service: b.Service, PublicURL: h.config.PublicURL, PhoneLine: b.Line.Text,
		Codes: h.codes, Limiter: countedLimits{h.store, h.metrics.limited}, Zone: b.Zone, Language: h.language, Log: h.log, TLS: h.config.Messaging.trust,
	})
	if err != nil {
		return err
	}
	h.world.mail, h.mail = true, channel
	h.channels = append(h.channels, channel)
	return nil
}

// language is a conversation's, "" when it cannot be had.
func (h *house) language(ctx context.Context, id bot.ConversationID) string {
	head, err := h.store.Head(ctx, id)
	if err != nil {
		return ""
	}
	return head.Session.Language
}

// openTelegram opens the regional bot, where it has a token.
func (h *house) openTelegram(_ context.Context, b *flow.Bundle) error {
	c := &h.config.Messaging.Telegram
	if c.Token == "" {
		return nil
	}
	webhook := ""
	if c.WebhookSecret != "" {
		webhook = strings.TrimSuffix(h.config.PublicURL, "/") + telegramWebhook
	}
	var err error
	h.telegram, err = telegram.New(telegram.Config{
		Token: c.Token, APIURL: c.APIURL, WebhookURL: webhook, WebhookSecret: c.WebhookSecret,
		Door: h.player, Refs: h.store, Lease: h.store, Limiter: countedLimits{h.store, h.metrics.limited}, Codes: h.codes, Presence: h.store,
		Commands: h.commands, Away: h.metrics.away.Inc, Log: h.log, Zone: b.Zone, Holder: h.id, Speed: h.config.Messaging.speed,
	})
	if err != nil {
		return err
	}
	h.channels = append(h.channels, h.telegram)
	return nil
}

// telegramWebhook is where Telegram delivers.
const telegramWebhook = "/telegram/webhook"

// commands are Telegram's menus: the service's commands in each language, by the first word that each is
// heard by.
func (h *house) commands() map[string][]telegram.Command {
	menus := map[string][]telegram.Command{}
	live := h.shelf.Live()
	for _, language := range append([]string{live.Bundle.Source}, live.Bundle.Languages...) {
		var menu []telegram.Command
		for _, c := range live.Commands(language) {
			menu = append(menu, telegram.Command{Name: c.Word, Description: c.Does})
		}
		menus[language] = menu
		if language == live.Bundle.Source {
			menus[""] = menu
		}
	}
	return menus
}

// openSlack opens the counsellors' workspace, where the app has a token.
func (h *house) openSlack(ctx context.Context, b *flow.Bundle) error {
	c := &h.config.Messaging.Slack
	if c.BotToken == "" {
		return nil
	}
	if err := h.reachable(ctx); err != nil {
		return err
	}
	var err error
	h.slack, err = slack.New(slack.Config{
		BotToken: c.BotToken, AppToken: c.AppToken, SigningSecret: c.SigningSecret, APIURL: c.APIURL, Words: slack.Words(c.Words),
		DeskURL: h.deskURL(), Supervision: cmp.Or(c.Supervision, "supervision-accueil"), Outage: c.Outage, Kept: h.config.RetentionCases + 17*24*time.Hour, PostRate: h.config.Messaging.speed,
		Door: h.player, Refs: h.store, Lease: h.store, Board: h.board, Staff: h.staff, Letters: h.letters, Cases: h.store.Cards,
		Room: h.staff.Room, Structures: h.slackStructures, Procedure: h.procedure, Answers: h.cannedAnswers, Who: h.whoServes, Open: h.openAt, Label: h.label,
		Present: h.deskOpen, Alert: h.alert, Log: h.log, Now: h.now, Zone: b.Zone,
	})
	if err != nil {
		return err
	}
	h.world.desks = append(h.world.desks, slack.Channel)
	h.channels = append(h.channels, h.slack)
	return nil
}

// reachable refuses a Slack in which nobody works.
func (h *house) reachable(ctx context.Context) error {
	all, err := h.staff.All(ctx)
	if err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	for _, c := range all {
		if c.Slack != "" {
			return nil
		}
	}
	return errNoSlackAccounts
}

// deskURL leads to a case on the web desk, but for its number; "" where nobody knows the way.
func (h *house) deskURL() string {
	if h.config.PublicURL == "" {
		return ""
	}
	return strings.TrimSuffix(h.config.PublicURL, "/") + "/desk/cases/"
}

func (h *house) slackStructures() []slack.Structure {
	var all []slack.Structure
	lead := h.lead()
	for _, s := range h.structures() {
		all = append(all, slack.Structure{ID: s.ID, Name: s.Name, Lead: s.ID == lead})
	}
	return all
}

// openAt says whether a structure's queue is open.
func (h *house) openAt(id bot.StructureID, at time.Time) bool {
	b := h.shelf.Live().Bundle
	s, known := b.Structures[string(id)]
	return known && b.Calendar.Open(cmp.Or(s.Hours, b.Lead().Hours), at)
}

// deskOpen says whether a counsellor has the web desk before them.
func (h *house) deskOpen(ctx context.Context, id bot.CounsellorID) (bool, error) {
	return h.store.Present(ctx, bot.OnDuty(id))
}

// label is a coded answer in French.
func (h *house) label(role, code string) string {
	live := h.shelf.Live()
	if role == "territory" {
		if t, known := live.Bundle.Territory(code); known {
			return t.Name
		}
		return code
	}
	return cmp.Or(live.Label(role, code), strings.ReplaceAll(code, "_", " "))
}

// cannedAnswers are the cards that are true today.
func (h *house) cannedAnswers() []slack.Answer {
	var all []slack.Answer
	for _, c := range h.shelf.Live().CardTexts(h.now()) {
		all = append(all, slack.Answer{Title: c.Title, Text: c.Text})
	}
	return all
}

// alert reaches whoever is on call by another way than the desk's own tool: a letter, where there is a
// mail server, and the log in any case.
func (h *house) alert(ctx context.Context, what string) {
	h.log.Error("somebody must look", "what", what)
	if h.mail == nil || h.config.Messaging.Mail.Alerts == "" {
		return
	}
	if err := h.mail.Alert(ctx, h.config.Messaging.Mail.Alerts, what); err != nil {
		h.log.Error("an alert could not be sent", "error", err)
	}
}

// messagingRoutes are where platforms deliver.
func (h *house) messagingRoutes(mux *http.ServeMux) {
	if h.slack != nil {
		mux.Handle("/slack/", h.slack.Handler())
	}
	if h.telegram != nil {
		mux.Handle(telegramWebhook, h.telegram.Handler())
	}
	if h.sms != nil {
		mux.Handle(sms.InPath, h.sms.Handler())
		mux.Handle(sms.ReceiptPath, h.sms.Handler())
	}
	if h.demo != nil {
		h.demo.routes(mux)
	}
}
