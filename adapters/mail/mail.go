// Package mail writes to people by e-mail, through the Region's SMTP server. It receives nothing,
// decides nothing, and writes only the letters that a turn asks for (bot.Write), to a leg for letters.
//
// There are four kinds. "code" brings the six digits that confirm an address; "answer" what a counsellor
// writes; "recap" what the person may keep, with the dossier number; "appointment" confirms a call, with
// an iCalendar file. All have the same subject, which says nothing of why, and the same form: plain text
// and HTML of the same words, without pictures, without anything that tells who opened it.
//
// In a recap or an answer, {code} and {until} become a resume code and the day it ends. The code is made
// when the letter goes and is in no log: a letter that is tried again in the same process has the same
// one; in another it has a second one, and both are good.
//
// What becomes of a letter: the server took it (nil); it will never take it, or the address is none
// (bot.ErrUndeliverable); it did not answer or said 4xx (tried again); the connection was lost after the
// whole letter had gone (bot.ErrAmbiguous: its Message-ID is the same each time, so that readers know
// it again); or the server refuses us, not the letter: then bot.RetryAfter for everybody, and one line
// in the log that names the setting to look at.
package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base32"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"frontdesk/bot"
)

// Name is the name of this medium.
const Name bot.ChannelName = "mail"

// The settings that a fault names.
const (
	ServerSetting = "FRONTDESK_SMTP_URL"
	FromSetting   = "FRONTDESK_MAIL_FROM"
)

// faultPause is how long nothing is sent when the server refuses us: somebody must see to it.
const faultPause = 10 * time.Minute

// Config is what letters need.
type Config struct {
	// Server is smtp://user:password@host:587 (STARTTLS is required), smtps://host:465, or
	// smtp://127.0.0.1:25?tls=none for a server on this machine.
	Server    string
	From      string // address that letters come from; the name shown with it is Service
	ReplyTo   string // address that answers go to; "": nobody reads them, and letters say so
	Service   string // public name
	PublicURL string // where people write to us; "" for nowhere
	PhoneLine string // number to call, as it is read; "" for none
	Codes     bot.Codes
	Limiter   bot.Limiter    // of letters to addresses that nobody has confirmed; nil: as many as are asked for
	Zone      *time.Location // of the dates that people read; UTC when nil
	// Language is the language of a conversation, "fr" or another; nil: all are in French.
	Language func(ctx context.Context, id bot.ConversationID) string
	Log      *slog.Logger
	Now      func() time.Time // the process's clock when nil
	TLS      *tls.Config      // for tests: who is trusted
}

// A Channel writes letters: a bot.Channel that nobody writes to.
type Channel struct {
	Config
	server server
	from   netmail.Address
	reply  *netmail.Address
	domain string // of From: Message-IDs and greetings are in its name
	page   *template.Template
	codes  codes
}

var _ bot.Channel = (*Channel)(nil)

// New checks the configuration.
func New(cfg Config) (*Channel, error) {
	c := &Channel{Config: cfg}
	if c.Service == "" {
		c.Service = "Accueil orientation"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	var err error
	if c.server, err = parseServer(cfg.Server); err != nil {
		return nil, err
	}
	c.server.trust(cfg.TLS)
	return c, c.address()
}

// address checks what stands in letters.
func (c *Channel) address() error {
	from, ok := mailbox(c.From)
	if !ok {
		return fmt.Errorf("mail: %s is not an address, such as accueil@region.example", FromSetting)
	}
	c.from = netmail.Address{Name: c.Service, Address: from}
	c.domain = from[strings.LastIndexByte(from, '@')+1:]
	if c.ReplyTo != "" {
		reply, ok := mailbox(c.ReplyTo)
		if !ok {
			return errors.New("mail: the address for answers is not one, such as accueil@region.example")
		}
		c.reply = &netmail.Address{Name: c.Service, Address: reply}
	}
	for _, text := range []string{c.Service, c.PhoneLine} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return errors.New("mail: the name of the service and its number are one line each")
		}
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("mail: the public address %q is not of the form https://orientation.example", c.PublicURL)
	}
	if c.Codes == nil {
		return errors.New("mail: letters need resume codes")
	}
	page, err := template.New("letter.html").Funcs(template.FuncMap{"typeset": bound.Replace}).Parse(letterHTML)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	c.page = page
	return nil
}

// mailbox reads an address as people write it. Quoted names, comments and addresses of machines are
// none: nobody gives such a one, and they are how headers are broken.
func mailbox(text string) (string, bool) {
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 {
		return "", false
	}
	local, domain, _ := strings.Cut(text, "@")
	odd := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
	if strings.ContainsFunc(text, odd) || strings.ContainsAny(text, "<>\"[]()\\,;:") || local == "" || len(local) > 64 || !strings.Contains(strings.Trim(domain, "."), ".") {
		return "", false
	}
	return text, true
}

// Name implements bot.Channel.
func (c *Channel) Name() bot.ChannelName { return Name }

// Listen implements bot.Channel: letters are not answered here.
func (c *Channel) Listen(context.Context, bot.Door) error { return nil }

// Deliver sends a letter. Of everything else there is nothing to send.
func (c *Channel) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	letter, is := d.Entry.Effect.(bot.Write)
	if !is {
		return bot.Receipt{}, nil
	}
	to, ok := mailbox(string(d.Leg.Peer))
	switch {
	case !ok:
		return bot.Receipt{}, fmt.Errorf("mail: the person's address is none: %w", bot.ErrUndeliverable)
	case d.Leg.For != bot.ToMail:
		return bot.Receipt{}, fmt.Errorf("mail: a leg for %q gets no letters: %w", d.Leg.For, bot.ErrUndeliverable)
	case !known(letter.Kind):
		return bot.Receipt{}, fmt.Errorf("mail: a letter of a kind that is not known here: %w", bot.ErrUndeliverable)
	case letter.Kind != Answer && namesHiddenHelp(letter.Text):
		c.Log.Error("mail: a letter that is not a counsellor's names 119 or 3919, which others may read: it is not sent", "kind", letter.Kind)
		return bot.Receipt{}, fmt.Errorf("mail: a letter that others must not find: %w", bot.ErrUndeliverable)
	}
	if err := c.allow(ctx, d, letter, to); err != nil {
		return bot.Receipt{}, err
	}
	letter, err := c.withCode(ctx, d, letter)
	if err != nil {
		return bot.Receipt{}, err
	}
	m, err := c.compose(ctx, d, to, letter)
	if err != nil {
		return bot.Receipt{}, fmt.Errorf("mail: %w", err)
	}
	err = c.transmit(ctx, to, m)
	if err == nil || errors.Is(err, bot.ErrUndeliverable) {
		c.codes.forget(d.ID)
	}
	if err := c.judge(err); err != nil {
		return bot.Receipt{}, err
	}
	return bot.Receipt{PlatformID: c.messageID(d.ID)}, nil
}

// judge says what to do about an error, and writes down the faults that are for us to mend.
func (c *Channel) judge(err error) error {
	if err == nil {
		return nil
	}
	f, ours := errors.AsType[fault](err)
	if !ours {
		return fmt.Errorf("mail: %w", err)
	}
	c.Log.Error("mail: the server refuses us, and all letters wait: look at "+f.setting, "error", err)
	return fmt.Errorf("mail: %w: %w", err, bot.RetryAfter{Wait: faultPause, Whole: true})
}

// messageID is the same each time a delivery is tried.
func (c *Channel) messageID(delivery string) string { return name("letter", delivery) + "@" + c.domain }

// name makes an outside name of inside ones, which it does not give away.
func name(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

// hiddenHelp are the numbers for children and for women who are hit: they are not named where somebody
// else may read them (service.md §4). 119 is also a number in streets.
var hiddenHelp = regexp.MustCompile(`(?:^|[^\pL\d-])(?:119|39[\s\x{a0}\x{202f}]?19)(?:[^\pL\d]|$)(?:[\s,\x{a0}]*(rue|avenue|av\b|bd\b|boulevard|place|all[ée]e|chemin|route|quai|impasse|cours|square|bis\b|ter\b))?`)

func namesHiddenHelp(text string) bool {
	for _, found := range hiddenHelp.FindAllStringSubmatch(strings.ToLower(text), -1) {
		if found[1] == "" {
			return true
		}
	}
	return false
}
