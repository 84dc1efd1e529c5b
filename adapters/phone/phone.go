// Package phone answers the regional number: it speaks what a conversation says, makes inputs of keys
// and silences, and puts callers through to counsellors' telephones. It decides nothing about a
// conversation and keeps nothing of it.
//
// A call is one goroutine read from top to bottom: see call.run. Its three rooms do not know each other:
// signal answers and places calls, media moves sound, and this one has the words.
//
//	INVITE → signal → serve → Door.Open, Answer → Take(Arrived)
//	the log → hear → speak → media → the caller's ear
//	the caller's key → media → pressed → Take(Pressed) → the log
//	a case that waits → ring → a counsellor's key 1 → Take(Claimed) → Bridge
//
// Each call is a conversation of its own: a family shares a landline, so a number resumes nothing. The
// caller's number is used to offer a call-back there, and for nothing else.
package phone

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/signal"
	"frontdesk/bot"
)

// Channel is the name of this medium.
const Channel bot.ChannelName = "phone"

// Speech makes a voice say what there is to say.
type Speech interface {
	// Sentences cuts a text where a voice breathes.
	Sentences(text string) []string
	// Say is the sound of one sentence: a WAV file, which nobody changes.
	Say(ctx context.Context, s Sentence) ([]byte, error)
}

// A Sentence is what a voice says in one breath.
type Sentence struct {
	Language string
	Text     string
	Slow     bool
}

// Config is what a telephone needs of the house.
type Config struct {
	Signal signal.Config // Media, Serve and Log are the telephone's own
	Media  media.Config

	Door     bot.Door
	Lease    bot.Lease     // one call at a time for a counsellor, whatever the replica
	Blobs    bot.Blobs     // nil: nobody leaves a message
	NewID    func() string // random, of letters and digits
	Codes    bot.Codes     // nil: nobody goes on elsewhere
	Presence bot.Presence  // nil: nobody sees that the caller is there
	Speech   Speech
	// Entry is the campaign's word that a dialled line is, "" for none; nil: none is one.
	Entry func(called signal.Called) string
	// Words gives an engine's text in a language, with its placeholders filled: name, value, …
	Words func(language, id string, filled ...string) string
	// Whom says which counsellors may be rung for a case, the first to ring first.
	Whom func(ctx context.Context, card bot.Card) ([]bot.Counsellor, error)
	// Whisper is what a counsellor hears before they take a call: codes in words, never a name.
	Whisper func(card bot.Card) string
	Music   media.Sound // while people wait; silence when it is none
	Away    func()      // told of each call that the store could not take; nil: nobody
	Watch   Watcher     // nil: nobody
	Log     *slog.Logger

	Timing Timing
}

// A Watcher counts what an operator wants to know.
type Watcher interface {
	// Rang says what became of one ring of a counsellor's telephone: accepted, declined, unanswered, failed,
	// late (somebody else has taken the case) or over (nobody waits any more).
	Rang(result string)
	// Reacted is the time from a key to the sound that answers it, whose first packet leaves within 20 ms.
	Reacted(after time.Duration)
}

type unwatched struct{}

func (unwatched) Rang(string)           {}
func (unwatched) Reacted(time.Duration) {}

// Timing is how long things take on a telephone. Zero fields are the defaults of phone.md §3.
type Timing struct {
	Digit   time.Duration // between two digits of a number; 3 s
	Twice   time.Duration // between the two stars of « slower »; 0.7 s
	Ring    time.Duration // a counsellor's telephone rings; 20 s
	Accept  time.Duration // a counsellor has heard the whisper and presses 1; 15 s
	Round   time.Duration // between two rounds of all counsellors; 5 s
	Pause   time.Duration // in a message, after which it is over; 4 s
	Patient time.Duration // for an answer of the store before « un instant »; 5 s
	Drain   time.Duration // calls may go on after the end was asked for; 30 s
	Talk    time.Duration // … and talks with a counsellor; 1 min
}

func (t Timing) filled() Timing {
	for _, f := range []struct {
		of *time.Duration
		is time.Duration
	}{{&t.Digit, 3 * time.Second}, {&t.Twice, 700 * time.Millisecond}, {&t.Ring, 20 * time.Second}, {&t.Accept, 15 * time.Second},
		{&t.Round, 5 * time.Second}, {&t.Pause, 4 * time.Second}, {&t.Patient, 5 * time.Second}, {&t.Drain, 30 * time.Second}, {&t.Talk, time.Minute}} {
		if *f.of == 0 {
			*f.of = f.is
		}
	}
	return t
}

// A Phone is the telephone channel.
type Phone struct {
	Config
	room       *media.Room
	sounds     sounds
	outOfOrder media.Sound
	stopping   chan struct{} // closed when calls have to end
	parting    chan struct{} // … and talks with a counsellor

	listening sync.Mutex
	endpoint  *signal.Endpoint // nil until Listen
}

// New opens the room of all sound. Nothing rings before Listen.
func New(cfg Config) (*Phone, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Watch == nil {
		cfg.Watch = unwatched{}
	}
	cfg.Timing = cfg.Timing.filled()
	room, err := media.New(cfg.Media)
	if err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	p := &Phone{Config: cfg, room: room, stopping: make(chan struct{}), parting: make(chan struct{})}
	if p.outOfOrder, err = media.ReadWAV(bytes.NewReader(outOfOrder)); err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	p.Signal.Log, p.Signal.Media, p.Signal.Serve = cfg.Log, p.open, p.serve
	return p, nil
}

// Name implements bot.Channel.
func (p *Phone) Name() bot.ChannelName { return Channel }

// Listen implements bot.Channel: calls are taken until ctx ends; those under way may end by themselves, and who talks
// with a counsellor has longer. Who is still there when the time is up hears why the call ends.
func (p *Phone) Listen(ctx context.Context, _ bot.Door) error {
	endpoint, err := signal.Listen(context.WithoutCancel(ctx), p.Signal)
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	p.listening.Lock()
	p.endpoint = endpoint
	p.listening.Unlock()
	<-ctx.Done()
	defer time.AfterFunc(p.Timing.Drain, func() { close(p.stopping) }).Stop()
	defer time.AfterFunc(p.Timing.Talk, func() { close(p.parting) }).Stop()
	last, end := context.WithTimeout(context.WithoutCancel(ctx), max(p.Timing.Drain, p.Timing.Talk)+2*p.outOfOrder.Duration())
	defer end()
	endpoint.Drain(last)
	p.room.Close()
	return nil
}

// Deliver implements bot.Channel. A call follows the log by itself, and who has hung up hears nothing.
func (p *Phone) Deliver(_ context.Context, _ bot.Delivery) (bot.Receipt, error) {
	return bot.Receipt{}, fmt.Errorf("a telephone follows the log: %w", bot.ErrUndeliverable)
}

// Refuse has calls go elsewhere from now on: the end is near.
func (p *Phone) Refuse() {
	if endpoint := p.Endpoint(); endpoint != nil {
		endpoint.Refuse()
	}
}

// Endpoint is where calls come in; nil before Listen.
func (p *Phone) Endpoint() *signal.Endpoint {
	p.listening.Lock()
	defer p.listening.Unlock()
	return p.endpoint
}

// Sound is the counters of all that is heard and said.
func (p *Phone) Sound() media.RoomStats { return p.room.Stats() }

// open gives a call its sound.
func (p *Phone) open(c *signal.Call) (signal.Media, error) {
	stream, err := p.room.Open(c.Peer(), c.Offer())
	if errors.Is(err, media.ErrFull) {
		return nil, signal.ErrFull
	}
	if err != nil {
		return nil, err
	}
	switch {
	case c.Sips():
		stream.OfferSecure()
	case c.Secure():
		stream.AllowSecure()
	}
	return sound{stream}, nil
}

// sound is a stream as the signalling sees it.
type sound struct{ *media.Stream }

func (s sound) Offer() ([]byte, error) { return s.Stream.Offer() }

func (s sound) Answer(offer []byte) ([]byte, error) {
	answer, err := s.Stream.Answer(offer)
	return answer, acceptable(err)
}

func (s sound) Accept(answer []byte) error { return acceptable(s.Stream.Accept(answer)) }

func (s sound) Info(letter rune) {
	if key, known := media.KeyOf(letter); known {
		s.Stream.Info(key)
	}
}

func (s sound) Close() error {
	s.Stream.Close()
	return nil
}

// acceptable says in the signalling's words that a description has nothing for us, or that it wants ports of
// another family of addresses and there are none.
func acceptable(err error) error {
	if errors.Is(err, media.ErrFull) {
		return signal.ErrFull
	}
	if errors.Is(err, media.ErrNotAcceptable) {
		return fmt.Errorf("%w: %w", signal.ErrNotAcceptable, err)
	}
	return err
}
