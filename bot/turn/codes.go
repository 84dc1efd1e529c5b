package turn

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"frontdesk/bot"
)

// Moves is what codes need of a store: to see a conversation, and to take a leg from one to another.
type Moves interface {
	Resolve(ctx context.Context, leg bot.Leg, fresh bot.ConversationID) (bot.ConversationID, error)
	Free(ctx context.Context, leg bot.Leg, from bot.ConversationID) error
	Head(ctx context.Context, id bot.ConversationID) (bot.Head, error)
}

// Codes are resume codes. A code is ten random digits, the first of them not 0, so that it is no
// telephone number; the store knows it by a hash only. Its fields are set once, before the first use.
//
// Join takes these steps, each of which is durable before the next begins:
//
//  1. The code is taken for this leg. Of two legs that bring one code, the store lets one through.
//  2. The conversation where the leg was, if anything was ever said there, is told that the leg has moved.
//  3. The leg leaves that conversation and is given to the code's.
//  4. The code's conversation is told that the person has come.
//
// When a step fails, the code is given back for an hour, and whoever brings it begins anew. When the
// process dies, the code stays taken for an hour: the same leg may bring it again and goes on where it
// stood (a platform that repeats what was not confirmed does), any other must ask for another code. In
// between, after 1: nothing has changed. After 2: the leg still leads to its old conversation, which takes
// it back with the next message. In the middle of 3: the next message begins a conversation, as a first
// one does. After 3: the leg leads to the code's conversation, and the next message arrives there. So
// nothing that was said is lost, each conversation keeps its other legs, and no message finds nobody.
//
// A message of the same leg that comes between 2 and 3 links the leg to its old conversation again:
// what a counsellor says there still reaches the person. They can leave it by STOP.
type Codes struct {
	Refs    bot.Refs
	Limiter bot.Limiter
	Door    bot.Door // Take
	Store   Moves
	Life    time.Duration    // of a code; 30 days when 0
	Rand    io.Reader        // crypto/rand when nil
	Now     func() time.Time // the process's clock when nil
}

var _ bot.Codes = (*Codes)(nil)

// Limits of Join. All tries count, right ones too: an answer to a right one alone would tell which is
// right. With ten thousand codes alive, one in 900,000 guesses is right. Everybody together may make
// 8,640 a day: who guesses all day, from many places, finds one in a hundred days.
const (
	byRate, byBurst   = 1.0 / 60, 5
	allRate, allBurst = 0.1, 60
)

const (
	codeRef  = "resume"
	codeLife = 30 * 24 * time.Hour
	usedLife = time.Hour // in which the same leg may bring its code again
	mostTogo = 4         // conversations that a leg is taken from, when others keep giving it one
	mostMade = 5         // numbers tried, when others have them
)

// usedPrefix marks a code that was taken: "used <leg> <conversation>".
const usedPrefix = "used "

// madeRate and madeBurst are the limits of Issue, for one conversation: each code that is alive can be guessed.
const madeRate, madeBurst = 1.0 / 60, 10

// Issue makes a code for a conversation. It is not kept anywhere in clear: who loses it asks for another.
// Who asks too often is answered bot.ErrTooMany.
func (c *Codes) Issue(ctx context.Context, id bot.ConversationID) (string, time.Time, error) {
	if err := c.allow(ctx, "resume-made", string(id), madeRate, madeBurst); err != nil {
		return "", time.Time{}, err
	}
	life := c.Life
	if life <= 0 {
		life = codeLife
	}
	for range mostMade {
		code, err := c.number()
		if err != nil {
			return "", time.Time{}, fmt.Errorf("issue a resume code: %w", err)
		}
		until := c.now().Add(life)
		err = c.Refs.SetRef(ctx, codeRef, code, "", string(id), life)
		if err == nil {
			return code, until, nil
		}
		if !errors.Is(err, bot.ErrTaken) {
			return "", time.Time{}, fmt.Errorf("issue a resume code: %w", err)
		}
	}
	return "", time.Time{}, fmt.Errorf("issue a resume code: %w", bot.ErrTaken)
}

// number is one of the nine billion codes.
func (c *Codes) number() (string, error) {
	source := c.Rand
	if source == nil {
		source = rand.Reader
	}
	n, err := rand.Int(source, big.NewInt(9_000_000_000))
	if err != nil {
		return "", fmt.Errorf("no random number: %w", err)
	}
	return n.Add(n, big.NewInt(1_000_000_000)).String(), nil
}

func (c *Codes) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// Join gives a leg to the conversation of a code, which may be written with spaces, points or hyphens.
// The conversation is told so even when the leg was in it already: the person wants to go on there.
func (c *Codes) Join(ctx context.Context, by, code string, leg bot.Leg) (bot.ConversationID, error) {
	if err := c.allow(ctx, "resume-by", by, byRate, byBurst); err != nil {
		return "", err
	}
	code, ok := plain(code)
	if !ok || leg.Peer == "" {
		return "", fmt.Errorf("join by a resume code: %w", bot.ErrNotFound)
	}
	if err := c.allow(ctx, "resume", "all", allRate, allBurst); err != nil {
		return "", err
	}
	id, err := c.use(ctx, code, leg)
	if err != nil {
		return "", fmt.Errorf("join by a resume code: %w", err)
	}
	if err := c.move(ctx, code, leg, id); err != nil {
		c.giveBack(ctx, code, leg, id)
		return "", fmt.Errorf("join by a resume code: %w", err)
	}
	return id, nil
}

func (c *Codes) allow(ctx context.Context, kind, name string, rate float64, burst int) error {
	ok, err := c.Limiter.Allow(ctx, kind, name, rate, burst)
	if err != nil {
		return fmt.Errorf("count resume codes: %w", err)
	}
	if !ok {
		return fmt.Errorf("too many resume codes: %w", bot.ErrTooMany)
	}
	return nil
}

// plain is a code without what people group digits with.
func plain(code string) (string, bool) {
	code = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ".", "", "-", "").Replace(strings.TrimSpace(code))
	if len(code) != 10 || code[0] == '0' || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}

// use takes a code for a leg, or finds that this leg has it.
func (c *Codes) use(ctx context.Context, code string, leg bot.Leg) (bot.ConversationID, error) {
	mine := usedBy(leg)
	for range 2 { // somebody may take it between the look and the change: it may have been this leg
		value, err := c.Refs.Ref(ctx, codeRef, code)
		if err != nil {
			return "", err
		}
		id, again := strings.CutPrefix(value, mine)
		if !again && strings.HasPrefix(value, usedPrefix) {
			return "", fmt.Errorf("it was used: %w", bot.ErrNotFound)
		}
		if err := c.open(ctx, bot.ConversationID(id)); err != nil || again {
			return bot.ConversationID(id), err
		}
		err = c.Refs.SetRef(ctx, codeRef, code, value, mine+id, usedLife)
		if !errors.Is(err, bot.ErrTaken) {
			return bot.ConversationID(id), err
		}
	}
	return "", fmt.Errorf("it was used: %w", bot.ErrNotFound)
}

// open is nil for a conversation that a person can come back to: not one that has expired, or that they
// had erased.
func (c *Codes) open(ctx context.Context, id bot.ConversationID) error {
	h, err := c.Store.Head(ctx, id)
	switch {
	case err != nil:
		return err
	case h.Session.Version == 0 || h.Session.Departed():
		return fmt.Errorf("its conversation is no more: %w", bot.ErrNotFound)
	}
	return nil
}

// giveBack lets a code be used again: the move has failed. If this fails too, the leg still has it.
func (c *Codes) giveBack(ctx context.Context, code string, leg bot.Leg, id bot.ConversationID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = c.Refs.SetRef(ctx, codeRef, code, usedBy(leg)+string(id), string(id), usedLife)
}

// usedBy names a leg without its address.
func usedBy(leg bot.Leg) string {
	return usedPrefix + digest(string(leg.Channel), string(leg.Peer)) + " "
}

// move takes a leg from where it is to a conversation, and tells both.
func (c *Codes) move(ctx context.Context, code string, leg bot.Leg, id bot.ConversationID) error {
	name := "resume:" + digest(code, string(id), string(leg.Channel), string(leg.Peer))
	for range mostTogo {
		at, err := c.Store.Resolve(ctx, leg, id)
		switch {
		case err != nil:
			return err
		case at == id:
			return c.Door.Take(ctx, bot.Input{ID: name, Conversation: id, Leg: leg, Event: bot.Arrived{Resumed: true}})
		}
		if err := c.leave(ctx, name, leg, at); err != nil {
			return err
		}
		if err := c.Store.Free(ctx, leg, at); err != nil {
			return err
		}
	}
	return fmt.Errorf("the leg is given to others again and again: %w", bot.ErrUnavailable)
}

// leave tells a conversation that a leg has moved, if there is one: a leg may have been opened and
// nothing said.
func (c *Codes) leave(ctx context.Context, name string, leg bot.Leg, from bot.ConversationID) error {
	h, err := c.Store.Head(ctx, from)
	switch {
	case err != nil:
		return err
	case h.Session.Version == 0 && h.Next == nil, h.Session.Life == bot.Erased:
		return nil
	}
	return c.Door.Take(ctx, bot.Input{ID: name + ":left", Conversation: from, Leg: leg, Event: bot.HungUp{Moved: true}})
}

// digest is enough to tell names apart. It stands in sealed places only.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}
