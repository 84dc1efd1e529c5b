package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emersion/go-smtp"

	"frontdesk/bot"
)

// A mailPart is one part of a letter, decoded.
type mailPart struct {
	kind   string
	params map[string]string
	file   string
	body   string
}

// A read letter is what a person's mail program makes of it.
type readLetter struct {
	head    netmail.Header
	subject string
	from    *netmail.Address
	parts   []mailPart
}

func read(t *testing.T, body []byte) readLetter {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 {
		t.Fatalf("from %v, %v", from, err)
	}
	l := readLetter{head: m.Header, subject: subject, from: from[0]}
	l.take(t, m.Header.Get, m.Body)
	return l
}

func (l *readLetter) take(t *testing.T, header func(string) string, body io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			l.take(t, p.Header.Get, p)
		}
	}
	switch header("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	default:
		t.Fatalf("encoding %q", header("Content-Transfer-Encoding"))
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	_, disposition, _ := mime.ParseMediaType(header("Content-Disposition"))
	l.parts = append(l.parts, mailPart{kind, params, disposition["filename"], string(text)})
}

func (l *readLetter) part(t *testing.T, kind string) mailPart {
	t.Helper()
	i := slices.IndexFunc(l.parts, func(p mailPart) bool { return p.kind == kind })
	if i < 0 {
		t.Fatalf("no part %s", kind)
	}
	return l.parts[i]
}

// sent is what arrives of one letter.
func sent(t *testing.T, w bot.Write, change ...func(*Config)) readLetter {
	t.Helper()
	p := open(t, office{ways: plainly})
	if _, err := p.plain(change...).send(letter(7, somebody, w)); err != nil {
		t.Fatal(err)
	}
	return read(t, p.only().body)
}

func TestALetterAsItIsRead(t *testing.T) {
	l := sent(t, bot.Write{Kind: Recap, Dossier: "OR-7F3K-9Q2M-4", Text: "En résumé.\n\nVous cherchez : une formation d'électricien\u00a0; à l'été.\nVoir https://www.region.test/aides?a=1&b=2.\n\n<b>Bonne suite</b> & à bientôt"})
	want := map[string]string{
		"To": "<" + somebody + ">", "Auto-Submitted": "auto-generated",
		"Content-Language": "fr", "Mime-Version": "1.0", "Date": "Thu, 26 Nov 2026 10:00:00 +0000",
	}
	for name, value := range want {
		if l.head.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, l.head.Get(name), value)
		}
	}
	if l.subject != "Message d'Accueil orientation Bretagne" || *l.from != (netmail.Address{Name: "Accueil orientation Bretagne", Address: "accueil@region.test"}) {
		t.Errorf("%q from %v", l.subject, l.from)
	}
	for name := range l.head {
		if strings.HasPrefix(name, "List-") || strings.HasPrefix(name, "X-") || name == "User-Agent" || name == "Precedence" {
			t.Errorf("%s: %s", name, l.head.Get(name))
		}
	}
	plain := "En résumé.\r\n\r\nVous cherchez : une formation d'électricien\u00a0; à l'été.\r\nVoir https://www.region.test/aides?a=1&b=2.\r\n\r\n" +
		"<b>Bonne suite</b> & à bientôt\r\n\r\nNuméro de dossier : OR-7F3K-9Q2M-4\r\n\r\nTéléphone : 02 99 00 00 00\r\nNous écrire : https://orientation.region.test\r\n\r\n" +
		"Vous recevez ce message car vous avez donné cette adresse à Accueil orientation Bretagne.\r\nNe répondez pas à ce message : personne ne lit les réponses.\r\n"
	if got := l.part(t, "text/plain"); got.body != plain || got.params["charset"] != "UTF-8" {
		t.Errorf("plain text %v:\n%s", got.params, got.body)
	}
	html := l.part(t, "text/html").body
	for _, want := range []string{`<html lang="fr" dir="ltr">`, "Vous cherchez\u00a0: une formation d&#39;électricien", "à l&#39;été.<br>Voir ",
		`href="https://www.region.test/aides?a=1&amp;b=2"`, ">https://www.region.test/aides?a=1&amp;b=2</a>.", "&lt;b&gt;Bonne suite&lt;/b&gt; &amp; à bientôt"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in\n%s", want, html)
		}
	}
	if len(l.parts) != 2 {
		t.Errorf("%d parts", len(l.parts))
	}
}

var (
	tags  = regexp.MustCompile(`<([a-zA-Z][a-zA-Z0-9]*)[^>]*>`)
	sizes = regexp.MustCompile(`font-size: (\d+)px`)
	links = regexp.MustCompile(`<a href="([^"]*)"[^>]*>([^<]*)</a>`)
	hex   = regexp.MustCompile(`[^-]color: (#[0-9a-f]{6})`)
)

func TestALetterIsAccessibleAndTellsNobodyThatItWasRead(t *testing.T) {
	for _, kind := range []string{Code, Answer, Recap, Appointment} {
		html := sentHTML(t, kind)
		count := map[string]int{}
		for _, tag := range tags.FindAllStringSubmatch(html, -1) {
			count[strings.ToLower(tag[1])]++
		}
		if count["h1"] != 1 || count["title"] != 1 {
			t.Errorf("%s: %d h1, %d title", kind, count["h1"], count["title"])
		}
		for _, no := range []string{"img", "script", "link", "iframe", "table", "form", "svg", "style"} {
			if count[no] > 0 {
				t.Errorf("%s: it has <%s>", kind, no)
			}
		}
		if strings.Contains(html, "url(") || strings.Contains(html, "background-image") {
			t.Errorf("%s: something is fetched", kind)
		}
		for _, size := range sizes.FindAllStringSubmatch(html, -1) {
			if px, _ := strconv.Atoi(size[1]); px < 16 {
				t.Errorf("%s: letters of %d px", kind, px)
			}
		}
		for _, link := range links.FindAllStringSubmatch(html, -1) {
			if link[1] != link[2] {
				t.Errorf("%s: %s leads to %s", kind, link[2], link[1])
			}
		}
		for _, colour := range hex.FindAllStringSubmatch(html, -1) {
			if c := contrast(t, colour[1]); c < 7 {
				t.Errorf("%s: %s on white has a contrast of %.1f", kind, colour[1], c)
			}
		}
		if regexp.MustCompile(`[^-]width: \d|height: \d+px`).MatchString(html) {
			t.Errorf("%s: a width or height that does not grow with the letters", kind)
		}
	}
}

func sentHTML(t *testing.T, kind string) string {
	t.Helper()
	l := sent(t, bot.Write{Kind: kind, Text: "Bonjour.\n\nVoir https://www.region.test/aides", Dossier: "OR-7F3K-9Q2M-4", At: now})
	return l.part(t, "text/html").body
}

// contrast is that of a colour on white (WCAG 2).
func contrast(t *testing.T, colour string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	luminance := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(rgb>>(16-8*i)&255) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		luminance += weight * v
	}
	return 1.05 / (luminance + 0.05)
}

func TestOutsideALetterNothingSaysWhatItIsAbout(t *testing.T) {
	for language, want := range map[string]string{"fr": "Message d'Accueil orientation Bretagne", "en": "Message from Accueil orientation Bretagne", "ar": "Message from Accueil orientation Bretagne"} {
		for _, kind := range []string{Code, Answer, Recap, Appointment} {
			l := sent(t, bot.Write{Kind: kind, Text: "Bonjour, voici : 123456, une formation, un rendez-vous.", Dossier: "OR-7F3K-9Q2M-4", At: now},
				func(c *Config) { c.Language = func(context.Context, bot.ConversationID) string { return language } })
			if l.subject != want {
				t.Errorf("%s, %s: %q", kind, language, l.subject)
			}
			for name, values := range l.head {
				for _, no := range []string{"dossier", "OR-7F3K", "123456", "formation", "code", "recap", "answer", "rendez", "appointment"} {
					if strings.Contains(strings.ToLower(strings.Join(values, " ")), no) {
						t.Errorf("%s, %s: %s: %s", kind, language, name, values)
					}
				}
			}
			html := l.part(t, "text/html").body
			dir := "ltr"
			if language == "ar" {
				dir = "rtl"
			}
			if !strings.Contains(html, `<html lang="`+language+`" dir="`+dir+`">`) {
				t.Errorf("%s, %s: the page is of another language", kind, language)
			}
		}
	}
}

func TestALetterThatBringsTheCodeOfAnAddress(t *testing.T) {
	l := sent(t, bot.Write{Kind: Code, Text: "Votre code : 123456", Dossier: "OR-7F3K-9Q2M-4"})
	text := l.part(t, "text/plain").body
	if !strings.Contains(text, "Votre code : 123456") || !strings.Contains(text, "car cette adresse a été donnée à") || strings.Contains(text, "OR-7F3K") {
		t.Errorf("%s", text)
	}
}

func TestAnswersToALetterGoWhereSomebodyReadsThem(t *testing.T) {
	l := sent(t, bot.Write{Kind: Answer, Text: "Bonjour"}, func(c *Config) { c.ReplyTo = "reponses@region.test" })
	if to, err := l.head.AddressList("Reply-To"); err != nil || len(to) != 1 || to[0].Address != "reponses@region.test" {
		t.Errorf("%v, %v", to, err)
	}
	if strings.Contains(l.part(t, "text/plain").body, "personne ne lit") {
		t.Error("it says that nobody reads answers")
	}
}

func TestNothingThatIsWrittenBecomesAHeader(t *testing.T) {
	for _, text := range []string{"Bonjour\r\nBcc: x@example.org\r\n\r\nmore", "Bonjour\nSubject: x", "\r\n.\r\nMAIL FROM:<x@example.org>\r\n", "Bonjour\x00\x1b[31m", "Bonjour\u2028Bcc: x@example.org", "\xff\xfe"} {
		l := sent(t, bot.Write{Kind: Answer, Text: text, Dossier: "OR-1\r\nBcc: x@example.org"})
		for _, name := range []string{"Bcc", "Cc"} {
			if l.head.Get(name) != "" {
				t.Errorf("%q: %s: %s", text, name, l.head.Get(name))
			}
		}
		if l.subject != "Message d'Accueil orientation Bretagne" || len(l.parts) != 2 {
			t.Errorf("%q: %q, %d parts", text, l.subject, len(l.parts))
		}
		if got := l.part(t, "text/plain").body; strings.ContainsAny(got, "\x00\x1b") || !utf8.ValidString(got) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestALongLetterWithOddSigns(t *testing.T) {
	text := strings.Repeat("é", 5000) + " 👩🏽‍🏫 " + strings.Repeat("mot ", 5000) + ".\n.\n..\nfin"
	l := sent(t, bot.Write{Kind: Answer, Text: text})
	got := strings.ReplaceAll(l.part(t, "text/plain").body, "\r\n", "\n")
	if !strings.HasPrefix(got, text) {
		t.Error("it came otherwise than it was written")
	}
}

func TestTheSameDeliveryHasTheSameMessageID(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	p.fail("data", errCut)
	first := letter(7, somebody, bot.Write{Kind: Answer, Text: "Bonjour"})
	if _, err := w.send(first); !errors.Is(err, bot.ErrAmbiguous) {
		t.Fatal(err)
	}
	p.fail("data", nil)
	for _, d := range []bot.Delivery{first, letter(8, somebody, bot.Write{Kind: Answer, Text: "Bonjour"})} {
		if receipt, err := w.send(d); err != nil || receipt.PlatformID == "" {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, got := range p.letters() {
		ids = append(ids, read(t, got.body).head.Get("Message-Id"))
	}
	if len(ids) != 3 || ids[0] != ids[1] || ids[1] == ids[2] || !strings.HasSuffix(ids[0], "@region.test>") || strings.Contains(ids[0], "c1") {
		t.Errorf("%q", ids)
	}
}

func TestAResumeCodeIsMadeWhenTheLetterGoes(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	recap := bot.Write{Kind: Recap, Text: "Pour reprendre : code {code}, valable jusqu'au {until}."}
	body := func(i int) string {
		l := read(t, p.letters()[i].body)
		if html := l.part(t, "text/html").body; strings.Contains(html, "{") {
			t.Errorf("left in the page: %s", html)
		}
		return l.part(t, "text/plain").body
	}
	p.fail("rcpt", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody"})
	if _, err := w.send(letter(1, somebody, recap)); !errors.Is(err, bot.ErrUndeliverable) {
		t.Fatal(err)
	}
	p.fail("rcpt", nil)
	p.fail("data", errCut)
	if _, err := w.send(letter(2, somebody, recap)); !errors.Is(err, bot.ErrAmbiguous) {
		t.Fatal(err)
	}
	p.fail("data", nil)
	if _, err := w.send(letter(2, somebody, recap)); err != nil {
		t.Fatal(err)
	}
	if want := "Pour reprendre : code 100\u00a0000\u00a00002, valable jusqu'au samedi 26 décembre 2026."; !strings.HasPrefix(body(0), want) || !strings.HasPrefix(body(1), want) {
		t.Errorf("%s\n%s", body(0), body(1))
	}
	if _, err := w.send(letter(3, somebody, recap)); err != nil || !strings.Contains(body(2), "100\u00a0000\u00a00003") {
		t.Errorf("another letter: %v, %s", err, body(2))
	}
	if len(w.codes.issued) != 0 {
		t.Errorf("%d codes are still remembered", len(w.codes.issued))
	}
	w.bank.err = bot.ErrUnavailable
	if _, err := w.send(letter(4, somebody, recap)); err == nil || judged(err) != again {
		t.Errorf("no code to be had: %v", err)
	}
	if _, err := w.send(letter(5, somebody, bot.Write{Kind: Code, Text: "{code}"})); err != nil || !strings.Contains(string(p.letters()[3].body), "{code}") {
		t.Errorf("a letter of another kind: %v", err)
	}
}

func TestTheDayACodeEndsIsSaidInThePersonsLanguage(t *testing.T) {
	l := sent(t, bot.Write{Kind: Answer, Text: "Until {until}: {code}"}, func(c *Config) {
		c.Language = func(context.Context, bot.ConversationID) string { return "en" }
	})
	if got := l.part(t, "text/plain").body; !strings.HasPrefix(got, "Until Saturday 26 December 2026: 100\u00a0000\u00a00001") || !strings.Contains(got, "nobody reads the answers") {
		t.Errorf("%s", got)
	}
}

func TestHiddenHelpIsNamedOnlyByACounsellor(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	for text, sent := range map[string]bool{
		"Vous pouvez appeler le 119.": false,
		"Violences : 3919, gratuit":   false,
		"Violences : 39 19":           false,
		"119":                         false,
		"Adresse : 119 rue de Brest":  true,
		"Adresse : 119, avenue du Lycée. Danger : 119, jour.": false,
		"Dossier OR-119A, 02 99 11 91 19, 1193, 3114":         true,
	} {
		for _, kind := range []string{Recap, Answer} {
			_, err := w.send(letter(1, somebody, bot.Write{Kind: kind, Text: text}))
			if want := sent || kind == Answer; (err == nil) != want || !want && !errors.Is(err, bot.ErrUndeliverable) {
				t.Errorf("%s %q: %v", kind, text, err)
			}
		}
	}
}
