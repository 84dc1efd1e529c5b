// Package signal answers and places SIP calls; it knows no sound and no conversation.
//
// # A call
//
// Listen opens the configured sockets. Every call that may come in is given to Config.Serve in a
// goroutine of its own, to be read from top to bottom:
//
//	func serve(c *signal.Call) {
//		c.Ring()                                   // 180, optional
//		if err := c.Answer(ctx); err != nil {      // 200, repeated until the ACK
//			return                                 // the caller gave up, or was never heard of again
//		}
//		…                                          // c.Media() carries the sound
//		<-c.Gone()                                 // closed once the call is over; c.Reason() says why
//	}
//
// When Serve returns, a call that was not answered is refused (480) and one that still stands is hung
// up; then its Media is closed, once. Answering re-INVITEs, holding, session timers, key presses sent as
// SIP INFO and the longest duration happen behind it.
//
// # Sound
//
// A session description is opaque here: it goes to and comes from a Media, one per call, which
// Config.Media makes before Serve sees the call, and what is given to Dial for an outgoing one. What a Media cannot accept (ErrNotAcceptable) is
// answered with 488, what there is no room for (ErrFull) with Config.Busy. Accept is also given the
// answer of a late offer, which comes with the ACK.
//
// # Who may call
//
// Only the networks of Config.Allow are heard, and the addresses of registrars and targets that are given by
// name: what comes from anywhere else is dropped before it is
// parsed, unanswered, unlogged, and counted. So a P-Asserted-Identity is always an allowed peer's word.
// A registrar or a target that is given by address must be allowed too. Nothing is ever sent to an address that
// is not, whatever a Contact says.
//
// # Names
//
// A name without a port is found by its SRV records, by priority and weight, then by its addresses (RFC 3263);
// NAPTR records are not read: a URI says its transport, or UDP, TCP and TLS are asked for in this order. The
// next hop is tried when one says nothing for four seconds, breaks the connection or answers 503, for
// registrations and for calls of ours; for a minute it is then the last to be tried. Over TLS the certificate
// must be that of the name in the URI.
//
// # Whom it calls
//
// Dial and Refer take only what Config.Targets lists, never an emergency or help line (15, 17, 18, 112,
// 114, 115, 119, 3114, 3919, 116xxx), which cannot be listed either. The number a caller dialled is never
// one that is dialled out.
//
// # The end
//
// Drain answers 503 to new calls and to OPTIONS, so that whoever routes calls chooses another replica;
// unregisters; lets calls finish; hangs up those that remain when its context ends; closes the sockets
// last. The context of Listen ends everything at once.
//
// # What is not logged
//
// No number, no digit, no message: a log line has the call's own random id (never the Call-ID) and words
// of this package.
package signal

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// Media is the sound of one call as the signalling sees it: session descriptions in and out. Its methods
// are called one at a time, never after Close, and must not wait for the call they belong to.
type Media interface {
	// Offer is a new description for the peer to answer.
	Offer() ([]byte, error)
	// Answer takes the peer's offer and answers it, or says ErrNotAcceptable and leaves all as it was.
	Answer(offer []byte) ([]byte, error)
	// Accept takes the peer's answer to Offer, or says ErrNotAcceptable.
	Accept(answer []byte) error
	// Info is a key the peer sent as SIP INFO: 0–9 * # A–D.
	Info(key rune)
	// Close is called once, when the call is over.
	Close() error
}

// What a Media says.
var (
	ErrNotAcceptable = errors.New("the description has nothing we can speak")
	ErrFull          = errors.New("there is no room for one more call")
)

// What a call's methods and Dial say.
var (
	ErrOver      = errors.New("the call is over")
	ErrTarget    = errors.New("the target is not one of the configured ones")
	ErrDraining  = errors.New("the endpoint takes no more calls")
	ErrBusy      = errors.New("the called party is busy or refused")
	ErrNoAnswer  = errors.New("nobody answered in time")
	ErrForbidden = errors.New("the peer refuses the request")
)

// Reason says why a call is over.
type Reason string

// The reasons.
const (
	PeerHungUp   Reason = "peer hung up"
	PeerGaveUp   Reason = "peer gave up before the answer"
	WeHungUp     Reason = "hung up"
	WeRefused    Reason = "refused"
	NeverAcked   Reason = "answer never acknowledged"
	Expired      Reason = "session expired"
	TooLong      Reason = "longest duration reached"
	Drained      Reason = "endpoint closed"
	NotReached   Reason = "not reached"
	Unacceptable Reason = "descriptions do not match"
)

// Account is an identity at a registrar, a trunk's or a PBX's.
type Account struct {
	Address  string // user@registrar, user@registrar:5080;transport=tcp, sips:user@registrar
	User     string // the name of the digest, when it is not the address's user
	Password string
	Expires  time.Duration // the life to ask for; 10 minutes when zero
}

// String keeps the password and the name, which may be a number, out of every formatted message.
func (a Account) String() string { return "[redacted]" }

// GoString does the same for %#v.
func (a Account) GoString() string { return a.String() }

// Config is what an endpoint needs to know. Listen, Allow, Serve and Media are mandatory.
type Config struct {
	Listen      []string     // udp://127.0.0.1:5060, tcp://…, tls://…, udp://[::1]:5060; port 0 lets the system choose
	Certificate string       // a file of PEM certificates, for tls://; read again when it or the key changes
	Key         string       // the file of its key
	Roots       string       // a file of PEM certificates that peers are checked with; the system's when empty
	Allow       []string     // networks that may call: 192.0.2.0/24, 2001:db8::/32, one address
	Public      []netip.Addr // the address that peers see, at most one per family; needed to listen on all addresses
	Register    []Account
	Resolver    *net.Resolver // of names; the system's when nil
	Targets     []string      // whom Dial and Refer may call: sip:+33299000000@trunk.example, sips:…, …;transport=tcp
	Country     string        // the country calling code of national numbers; 33 when empty

	MaxCalls    int           // calls at the same time; 100 when zero
	MaxHalfOpen int           // of these, calls whose answer is not acknowledged; MaxCalls/2 when zero
	Busy        int           // what a call above MaxCalls or ErrFull hears: 486 (busy tone, the default) or 503 (overflow)
	MaxDuration time.Duration // 30 minutes when zero; Call.Late is told before, Call.Last allows more
	AckWait     time.Duration // how long an answer is repeated without ACK before BYE; 32 s when zero (RFC 3261, 64·T1)
	MinSession  time.Duration // the shortest session interval; 90 s when zero (RFC 4028 §4)
	KeepAlive   time.Duration // between two keep-alives to a registrar; 30 s when zero

	Log   *slog.Logger
	Media func(*Call) (Media, error)
	Serve func(*Call)
}

// withDefaults fills what was left out.
func (c Config) withDefaults() Config {
	c.Country = or(c.Country, "33")
	c.MaxCalls = or(c.MaxCalls, 100)
	c.MaxHalfOpen = or(c.MaxHalfOpen, max(1, c.MaxCalls/2))
	c.Busy = or(c.Busy, 486)
	c.MaxDuration = or(c.MaxDuration, 30*time.Minute)
	c.AckWait = or(c.AckWait, 64*t1)
	c.MinSession = or(c.MinSession, 90*time.Second)
	c.KeepAlive = or(c.KeepAlive, 30*time.Second)
	c.Resolver = or(c.Resolver, net.DefaultResolver)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
