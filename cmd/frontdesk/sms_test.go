package main

import (
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/sms/smsfake"
	"frontdesk/bot"
)

const (
	lea     = "+33639980001"
	ourText = "+33939000000"
)

// withGateway gives a house a made-up gateway. It delivers once it is told where.
func withGateway(t testing.TB, c *serveCommand) *smsfake.Server {
	t.Helper()
	const user, password, secret = "accueil", "passw0rd-of-kannel", "s3cret-s3cret-s3cret-s3cret"
	fake := smsfake.New(smsfake.Options{Kind: "kannel", From: ourText, User: user, Password: password, Secret: secret})
	gateway := httptest.NewServer(fake)
	t.Cleanup(gateway.Close)
	c.Messaging.SMS = smsConfig{Gateway: "kannel", URL: gateway.URL + "/cgi-bin/sendsms", From: ourText, User: user, Password: password, Secret: secret, Rate: 1000, Country: "33"}
	return fake
}

// texting is a whole house with a made-up gateway.
func texting(t *testing.T) (*openedHouse, *smsfake.Server) {
	t.Helper()
	c := &serveCommand{PublicURL: "http://127.0.0.1:1", LogLevel: slog.LevelDebug}
	c.Messaging.speed = 10
	fake := withGateway(t, c)
	h := openHouse(t, c)
	fake.Deliver(h.base)
	return h, fake
}

// A 17-year-old with little credit: a conversation by text, to a counsellor and back, on a gateway that
// repeats itself, is busy, loses answers and reports late. Nothing of it is in the log.
func TestAConversationByTextReachesACounsellorAndComesBack(t *testing.T) {
	t.Parallel()
	h, fake := texting(t)
	fake.Repeat(1)
	fake.Busy(1, "1")
	write := func(text string) {
		t.Helper()
		if _, err := fake.Write(lea, text); err != nil {
			t.Fatal(err)
		}
	}
	sees := func(part string) {
		t.Helper()
		soon(t, "Léa sees "+part, func() bool {
			return slices.ContainsFunc(fake.Texts(lea), func(text string) bool { return strings.Contains(text, part) })
		}, h.text.String)
	}
	write("slt jai quitter le lycée")
	sees("Je suis un robot")
	sees("3 16 ou 17 ans")
	write("17")
	sees("RAPPEL : on vous appelle")
	if n := len(fake.Texts(lea)); n != 4 {
		t.Errorf("Léa has %d messages before she asks for somebody, want 4: %q", n, fake.Texts(lea))
	}
	write("HUMAIN")
	sees("Je vous passe une personne")
	ctx := t.Context()
	id, err := h.store.Resolve(ctx, bot.Leg{ID: "sms", Channel: "sms", Peer: lea}, "another")
	if err != nil || id == "another" {
		t.Fatalf("Léa's conversation: %s, %v", id, err)
	}
	all, err := h.staff.All(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at := bot.Leg{ID: "desk:" + string(all[0].ID), Channel: "desk", Peer: bot.Address(all[0].ID), For: bot.ToOwner}
	does := func(id bot.ConversationID, input string, event bot.Event) {
		t.Helper()
		if err := h.player.Take(ctx, bot.Input{ID: input, Conversation: id, Leg: at, Event: event}); err != nil {
			t.Fatal(err)
		}
	}
	does(id, "claim", bot.Claimed{By: all[0].ID})
	sees("est avec vous")
	fake.LoseAnswers(1)
	does(id, "reply", bot.Replied{By: all[0].ID, Text: "Bonjour Léa, quel métier vous plaît ?"})
	sees("quel métier vous plait ?")
	write("coiffeuse stp")
	soon(t, "the counsellor has her words", func() bool {
		entries, err := h.store.Log(ctx, id, 0, 500)
		return err == nil && slices.ContainsFunc(entries, func(e bot.Entry) bool {
			pass, is := e.Effect.(bot.Pass)
			return is && pass.Text == "coiffeuse stp"
		})
	})
	if err := fake.Report(lea, "delivered", ""); err != nil {
		t.Fatal(err)
	}
	write("STOP")
	sees("C'est fini.")
	said := len(fake.Texts(lea))
	write("STOP")
	_, metrics := scrape(t, h.metrics)
	if !strings.Contains(metrics, `frontdesk_sms_reports_total{end="delivered"}`) || strings.Contains(metrics, `frontdesk_sms_segments_total{alphabet="gsm"} 0`) {
		t.Error("what was sent and reported is not counted")
	}
	for place, text := range map[string]string{"log": h.text.String(), "metrics": metrics} {
		for _, never := range []string{lea[1:], "639980001", "coiffeuse", "quitter", "passw0rd", "s3cret", "plaît", "Bonjour"} {
			if strings.Contains(text, never) {
				t.Errorf("the %s has %q in it", place, never)
			}
		}
	}
	if got := fake.Texts(lea); len(got) != said {
		t.Errorf("a second STOP is answered: %q", got[said:])
	}
}
