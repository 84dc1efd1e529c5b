package sms

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
	"frontdesk/bot/render"
)

// Limits of one person. They stop a flood, not somebody who writes fast; the word about it costs a
// message, so it is rare.
const (
	personRate, personBurst = 0.5, 20
	toldRate, toldBurst     = 1.0 / 600, 1 // « trop de messages », « trop d'essais »
)

// An arrival is a message on its way in.
type arrival struct {
	number string
	id     string // the gateway's
	text   string
	media  bool
	optout string // what the gateway has done about it itself: STOP, START, HELP or ""
	part   part
}

// input is the nth thing that a message says.
func (a *arrival) input(n int) string {
	id := "sms:" + a.id
	if n > 0 {
		id += ":" + strconv.Itoa(n+1)
	}
	return id
}

// take keeps what a message says. When it returns nil it need not come again; an error means that it
// must. It can be called again with the same message at any time.
func (c *Channel) take(ctx context.Context, find finder) error {
	a, ok := c.arrived(find)
	if !ok {
		c.Log.DebugContext(ctx, "sms: a message of nobody who can be answered is left aside")
		return nil
	}
	defer c.people.Enter(a.number)()
	if fits, err := c.admit(ctx, &a); err != nil || !fits {
		return err
	}
	if a.part.of > 1 {
		return c.gather(ctx, &a)
	}
	before := c.PartsFor
	if a.stops() { // what was written before it is heard before it: otherwise it would undo it
		before = 0
	}
	if err := c.flush(ctx, a.number, before); err != nil {
		return err
	}
	return c.heard(ctx, &a)
}

// arrived reads a message by the mapping.
func (c *Channel) arrived(find finder) (arrival, bool) {
	field := func(name string) string {
		if c.Fields[name] == "" {
			return ""
		}
		return find(c.Fields[name])
	}
	from, ok := number(field("from"), c.Country)
	if own, _ := number(c.From, c.Country); !ok || from == own {
		return arrival{}, false
	}
	a := arrival{number: from, id: field("id"), text: render.Typed(wordsIn(field)), optout: field("optout")}
	if n, err := strconv.Atoi(field("media")); err == nil && n > 0 {
		a.media = true
	}
	a.part = partOf(field)
	if a.id == "" {
		a.id = a.made(field("time"))
	}
	return a, true
}

// made is an id for a message whose gateway gives it none. Two that say the same are not the same, as people
// answer « 1 » twice; parts that do are, as their place is the same, too.
func (a *arrival) made(at string) string {
	if at == "" && a.part.of == 0 {
		return rand.Text()
	}
	named := a.number + " " + at + " " + a.text
	if a.part.of > 0 {
		named += fmt.Sprintf(" %q %d %d", a.part.ref, a.part.of, a.part.n)
	}
	sum := sha256.Sum256([]byte(named))
	return hex.EncodeToString(sum[:12])
}

// heard takes a whole message.
func (c *Channel) heard(ctx context.Context, a *arrival) error {
	events, err := c.meaning(ctx, a)
	if err != nil {
		return err
	}
	for n, event := range events {
		if words, is := event.(bot.Said); is && n == 0 {
			if code, is := c.codeIn(string(words.Text)); is {
				return c.redeem(ctx, a, code)
			}
		}
		if err := c.keep(ctx, a, n, event); err != nil {
			return err
		}
	}
	return nil
}

// meaning is what a person did with a message, and keeps what they said about being written to.
func (c *Channel) meaning(ctx context.Context, a *arrival) ([]bot.Event, error) {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	switch {
	case a.stops():
		first, err := c.memory.stop(store, a.number, a.input(0), a.optout != "")
		if err != nil {
			return nil, fmt.Errorf("note a stop: %w", err)
		}
		if !first { // it was confirmed
			return nil, nil
		}
		return []bot.Event{bot.Said{Text: wordStop}}, nil
	case strings.EqualFold(a.optout, "HELP"):
		return nil, nil // the gateway has answered
	}
	if err := c.memory.start(store, a.number, a.input(0)); err != nil {
		return nil, fmt.Errorf("note that somebody is back: %w", err)
	}
	if command(a.text) == wordStart {
		return []bot.Event{bot.Arrived{}}, nil
	}
	var events []bot.Event
	if a.media {
		events = append(events, bot.Enclosed{Kind: "photo"})
	}
	for _, text := range messaging.Pieces(a.text) {
		events = append(events, bot.Said{Text: bot.Words(text)})
	}
	return events, nil
}

const wordStop, wordStart = "STOP", "START"

// stops says whether a message is a STOP, or was one to the gateway.
func (a *arrival) stops() bool {
	return command(a.text) == wordStop || strings.EqualFold(a.optout, wordStop)
}

// command is STOP or START where a message is nothing else, however it is written; "" otherwise. « Je suis
// en arrêt » is a need.
func command(text string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 'Ê' || r == 'ê':
			return 'E'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
	switch plain {
	case "STOP", "STOPSMS", "SMSSTOP", "ARRET", "ARRETSMS", "STOPSVP", "STOPMERCI", "UNSUBSCRIBE":
		return wordStop
	case "START", "STARTSMS", "UNSTOP":
		return wordStart
	}
	return ""
}

// keep hands an event over to its conversation. Who has too many waiting is told so.
func (c *Channel) keep(ctx context.Context, a *arrival, n int, event bot.Event) error {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	leg := legOf(a.number)
	conversation, err := c.Door.Open(store, leg)
	if err != nil {
		return fmt.Errorf("open a conversation: %w", err)
	}
	in := bot.Input{ID: a.input(n), Conversation: conversation, Leg: leg, Event: event}
	err = c.Door.Take(store, in)
	c.Log.DebugContext(ctx, "sms: input", "input", in.Mark(), "event", bot.Name(event), "error", err)
	switch {
	case errors.Is(err, bot.ErrTooMany):
		return c.tooMany(ctx, a)
	case errors.Is(err, bot.ErrReused): // it would be refused each time
		c.Log.Error("sms: a message's id was used for something else; it is left aside", "input", in.Mark())
		return nil
	case err != nil:
		return fmt.Errorf("take, input %s: %w", in.Mark(), err)
	}
	return nil
}

// admit counts what one person sends, and says whether it is taken. STOP always is.
func (c *Channel) admit(ctx context.Context, a *arrival) (bool, error) {
	if a.stops() {
		return true, nil
	}
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	fits, err := c.Limiter.Allow(store, "sms", a.number, personRate, personBurst)
	if err != nil {
		return false, fmt.Errorf("count messages: %w", err)
	}
	if !fits {
		return false, c.tooMany(ctx, a)
	}
	return true, nil
}

// tooMany tells a person now and then that what they send is not taken.
func (c *Channel) tooMany(ctx context.Context, a *arrival) error {
	return c.tellRarely(ctx, a.number, "many")
}

// tellRarely writes a sentence that would otherwise answer each message of a flood.
func (c *Channel) tellRarely(ctx context.Context, to, id string) error {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	tell, err := c.Limiter.Allow(store, "sms-told-"+id, to, toldRate, toldBurst)
	if err != nil {
		return fmt.Errorf("count what was told: %w", err)
	}
	if tell {
		c.errands.Afterwards(func(ctx context.Context) { c.tell(ctx, to, id) })
	}
	return nil
}

// tell writes what only the adapter can say, in the language of the person's conversation. It is not part of
// its log.
func (c *Channel) tell(ctx context.Context, to, id string) {
	language := ""
	if c.Language != nil {
		if conversation, err := c.Door.Open(ctx, legOf(to)); err == nil {
			language = c.Language(ctx, conversation)
		}
	}
	if _, err := c.post(ctx, outgoing{to: to, text: sentence(language, id)}); err != nil {
		c.Log.WarnContext(ctx, "sms: a sentence of the adapter was not sent", "sentence", id, "error", err)
	}
}

// codeIn is a resume code where a message is nothing else, and codes lead somewhere.
func (c *Channel) codeIn(text string) (string, bool) {
	if c.Codes == nil {
		return "", false
	}
	return messaging.Code(text)
}

// redeem gives this number to the conversation of a resume code. That it worked the conversation says
// itself; that it did not, the adapter.
func (c *Channel) redeem(ctx context.Context, a *arrival, code string) error {
	store, done := context.WithTimeout(ctx, 5*storeFor)
	defer done()
	if before, err := c.memory.did(store, a.input(0)); err != nil || before {
		return err
	}
	_, err := c.Codes.Join(store, a.number, code, legOf(a.number))
	switch {
	case errors.Is(err, bot.ErrNotFound):
		c.errands.Afterwards(func(ctx context.Context) { c.tell(ctx, a.number, "code_wrong") })
	case errors.Is(err, bot.ErrTooMany):
		if err := c.tellRarely(ctx, a.number, "code_wait"); err != nil {
			return err
		}
	case err != nil:
		return fmt.Errorf("redeem a code: %w", err)
	}
	return c.memory.didNow(store, a.input(0))
}
