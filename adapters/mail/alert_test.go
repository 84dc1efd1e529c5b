package mail

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"testing"

	"frontdesk/bot"
)

func TestAnAlertReachesWhoLooksAfterTheService(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	if err := w.Alert(t.Context(), "astreinte@region.test", "Slack ne répond plus depuis 9 h."); err != nil {
		t.Fatal(err)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(p.only().body))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	body, _ := io.ReadAll(quotedprintable.NewReader(m.Body))
	if subject != "Accueil orientation Bretagne : alerte" || string(body) != "Slack ne répond plus depuis 9 h.\r\n" || m.Header.Get("X-Mailer") != "" {
		t.Errorf("%q: %q", subject, body)
	}
	p.fail("rcpt", errors.New("later"))
	if err := w.Alert(t.Context(), "astreinte@region.test", "x"); err == nil || judged(err) != again {
		t.Errorf("a server that is busy: %v", err)
	}
	if err := w.Alert(t.Context(), "astreinte", "x"); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("to no address: %v", err)
	}
}
