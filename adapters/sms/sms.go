// Package sms is text messages as a place where citizens write and are answered, through a gateway that
// speaks HTTP. It decides nothing about a conversation: what arrives goes through the door, and what is
// sent is what the log says.
//
// # What comes in
//
// The gateway asks for /sms/in once for each message; see [Mapping] for where a message has its words.
// It is answered 200 only once what it says is stored, and 503 within a second where it cannot be. The
// gateway's id of a message is the id of its input: a repetition changes nothing.
//
//	words                 Said; a longer one than 4,000 characters in several
//	STOP, ARRET, STOP SMS Said as "STOP"; from then on nothing but its confirmation goes there
//	START                 Arrived; so does any other message undo a STOP
//	ten digits, 1–9 first a resume code that is redeemed
//	a picture             Enclosed
//	a part of a long one  kept until the others are there, or for half a minute
//
// Who cannot be answered, a name or a short number, is not heard: two machines would talk to each other.
//
// # What goes out
//
// Plain text with numbered choices, in the GSM alphabet wherever the words fit it: in the other one, a
// segment holds less than half. The gateway cuts it into segments; above [longest] it is split at sentences.
// A report of what became of a message comes to /sms/receipt and is an input: a counsellor's message that
// did not arrive is told to them.
//
// What the gateway calls things is kept in [bot.Refs], ids only and for three days; a STOP is kept for half
// a year. Words stand there only while a part of a message waits for the others.
package sms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

// ID is the name of this medium, and of its leg in a conversation.
const ID bot.ChannelName = "sms"

// Where the gateway delivers.
const (
	InPath      = "/sms/in"
	ReceiptPath = "/sms/receipt"
)

// One telephone is sent a message a second at most, with a short burst: what a turn says comes in order.
const numberRate, numberBurst = 1, 3

// Config is what the channel needs of the house.
type Config struct {
	Mapping          // how this gateway says things
	URL       string // where messages are sent
	User      string // of the account there
	Password  string // and for Twilio the key of its signatures
	From      string // the service's own number, as the gateway wants it: +33939000000, 36000
	Secret    string // that comes with what the gateway delivers; not for Twilio
	PublicURL string // where the gateway finds Handler
	Country   string // calling code of numbers that begin with 0; "" for 33
	Rate      int    // messages a second that the gateway takes; 0 for 5

	Door    bot.Door
	Refs    bot.Refs
	Limiter bot.Limiter
	Codes   bot.Codes // nil: ten digits are words like others
	// Language is a conversation's, "" where it cannot be had. Or nil.
	Language func(context.Context, bot.ConversationID) string
	// Away is told of each message that comes again because the store is away. Or nil.
	Away func()
	// Sent is told of each message that was taken: how many segments it has. Or nil.
	Sent func(segments int, gsm7 bool)
	// Reported is told how messages ended: "delivered" or "failed". Or nil.
	Reported func(end string)
	HTTP     *http.Client // with a timeout; nil for ten seconds
	// Speed multiplies how fast one telephone is written to, for a fake that nobody reads; 0 is 1.
	Speed float64
	// PartsFor is how long a part of a message waits for the others; 0 is half a minute.
	PartsFor time.Duration
	Log      *slog.Logger
	Now      func() time.Time
}

// Channel is text messages as a bot.Channel. It is safe for use by many at once.
type Channel struct {
	Config
	call    caller
	memory  memory
	people  messaging.Rooms[string] // by number
	errands messaging.Errands
	waiting waits // parts of messages, for the others
}

var (
	_ bot.Channel = (*Channel)(nil)
	_ bot.Paced   = (*Channel)(nil)
)

// New checks the configuration and prepares a channel. It calls nobody.
func New(c Config) (*Channel, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.fill()
	ch := &Channel{Config: c, call: newCaller(c.HTTP), memory: memory{c.Refs}}
	return ch, nil
}

// check looks for what would fail later. No value is repeated: addresses may hold passwords.
func (c *Config) check() error {
	if c.Door == nil || c.Refs == nil || c.Limiter == nil {
		return errors.New("sms: a door, references and a limiter must be given")
	}
	if c.From == "" {
		return errors.New("FRONTDESK_SMS_FROM: the number that people write to is missing, such as +33939000000")
	}
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("FRONTDESK_SMS_URL: is not an address that messages are sent to, such as http://127.0.0.1:13013/cgi-bin/sendsms")
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" {
		return errors.New("FRONTDESK_PUBLIC_URL: must be the address of this service where FRONTDESK_SMS_GATEWAY is set: the gateway delivers there")
	}
	if c.Signed && c.Password == "" {
		return errors.New("FRONTDESK_SMS_PASSWORD: the token of the account is missing; Twilio signs what it delivers with it")
	}
	if !c.Signed && len(c.Secret) < ShortestSecret {
		return fmt.Errorf("FRONTDESK_SMS_SECRET: must be %d characters or more, which the gateway sends with each message; without, anybody could write in anybody's name", ShortestSecret)
	}
	return c.Check()
}

// ShortestSecret is what cannot be guessed by trying.
const ShortestSecret = 16

// fill sets what was left out.
func (c *Config) fill() {
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Country == "" {
		c.Country = "33"
	}
	if c.Rate <= 0 {
		c.Rate = 5
	}
	if c.Speed <= 0 {
		c.Speed = 1
	}
	if c.PartsFor <= 0 {
		c.PartsFor = 30 * time.Second
	}
	if c.Signed {
		c.Secret = c.Password
	}
}

// Name implements bot.Channel.
func (c *Channel) Name() bot.ChannelName { return ID }

// Listen implements bot.Channel. What people write comes to Handler; when ctx ends, parts of
// messages wait no longer, and what is under way is waited for. The door is the one of Config.
func (c *Channel) Listen(ctx context.Context, _ bot.Door) error {
	c.errands.Begin()
	<-ctx.Done()
	c.hearWaiting()
	c.errands.End()
	return nil
}

// Pace implements bot.Paced: what sends nothing costs nothing.
func (c *Channel) Pace(leg bot.Leg, effect bot.Effect) bot.Pace {
	pace := bot.Pace{Account: "gateway"}
	switch effect.(type) {
	case bot.Say, bot.Speak:
		pace.Rate, pace.Burst = float64(c.Rate), max(1, c.Rate/2)
		pace.Place, pace.PlaceRate, pace.PlaceBurst = place(leg.Peer), numberRate*c.Speed, numberBurst
	}
	return pace
}

// place names a telephone without saying whose.
func place(peer bot.Address) string {
	sum := sha256.Sum256([]byte("sms number " + peer))
	return hex.EncodeToString(sum[:8])
}

// legOf is a number as an address of a conversation.
func legOf(number string) bot.Leg {
	return bot.Leg{ID: string(ID), Channel: ID, Peer: bot.Address(number), For: bot.ToCitizen, Push: true}
}
