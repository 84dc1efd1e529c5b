package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	api "github.com/go-telegram/bot"

	"frontdesk/bot"
)

// Limits of one person. They stop a flood, not somebody who writes fast; as on the web.
const (
	personRate, personBurst = 1, 30
	toldRate, toldBurst     = 1.0 / 60, 1 // « trop de messages »
)

// storeFor bounds what a platform waits for before it is told to come back.
const storeFor = 900 * time.Millisecond

// An arrival is an update on its way in.
type arrival struct {
	room     room
	update   int64
	language string
}

// input is the nth thing that an update says.
func (a arrival) input(n int) string {
	id := fmt.Sprintf("telegram:%d:%d", a.room.bot, a.update)
	if n > 0 {
		id += ":" + strconv.Itoa(n+1)
	}
	return id
}

// take keeps what an update says. When it returns nil the update need not come again; an error means
// that it must. It can be called again with the same update at any time.
func (c *Channel) take(ctx context.Context, u *update) error {
	switch {
	case u.Message != nil:
		return c.heard(ctx, u.ID, u.Message, false)
	case u.Edited != nil:
		return c.heard(ctx, u.ID, u.Edited, true)
	case u.Query != nil:
		return c.pressed(ctx, u.ID, u.Query)
	case u.Member != nil:
		return c.changed(ctx, u.ID, u.Member)
	case u.Post != nil:
		return c.refuse(ctx, u.ID, u.Post.Chat, "")
	}
	c.Log.Debug("telegram: an update of no kind that was asked for")
	return nil
}

// heard takes a person's message.
func (c *Channel) heard(ctx context.Context, id int64, m *message, edited bool) error {
	switch {
	case m.Chat.Type != private:
		if m.MigratedTo != 0 {
			m.Chat.ID = m.MigratedTo
		}
		return c.refuse(ctx, id, m.Chat, languageOf(m.From))
	case m.From == nil || m.From.Bot:
		c.Log.Debug("telegram: a message of no person")
		return nil
	}
	said := reader{codes: c.Codes != nil, known: c.known}.message(m, edited)
	if len(said) == 0 {
		return nil
	}
	a := arrival{room{c.id, m.Chat.ID}, id, m.From.Language}
	defer c.rooms.Enter(a.room.chat)()
	if fits, err := c.admit(ctx, a); err != nil || !fits {
		if err == nil && !fits {
			err = c.tooMany(ctx, a)
		}
		return err
	}
	if err := c.note(ctx, a, 1, m.ID); err != nil {
		return err
	}
	said, err := c.refer(ctx, a, m, said, edited)
	if err != nil {
		return err
	}
	for n, s := range said {
		if err := c.say(ctx, a, n, s); err != nil {
			return err
		}
	}
	return nil
}

// refer finds out what a message's words replace, and notes which input they are, so that an edit can
// be told of it. Of several parts the first stands for them all. What is not the first of its album is
// not said.
func (c *Channel) refer(ctx context.Context, a arrival, m *message, said []saying, edited bool) ([]saying, error) {
	ctx, done := context.WithTimeout(ctx, storeFor)
	defer done()
	if m.Album != "" && !edited {
		first, err := c.memory.once(ctx, a.room.peer()+" album "+m.Album, a.input(0), time.Hour)
		if err != nil {
			return nil, fmt.Errorf("note an album: %w", err)
		}
		if !first {
			said = said[1:] // its caption stays
		}
	}
	for n, s := range said {
		words, is := s.event.(bot.Said)
		if !is {
			continue
		}
		if edited {
			var err error
			if words.Amends, err = c.memory.first(ctx, a.room, m.ID); err != nil {
				return nil, fmt.Errorf("look for an edited message: %w", err)
			}
			said[n].event = words
		}
		if err := c.memory.heard(ctx, a.room, m.ID, a.input(n)); err != nil {
			return nil, fmt.Errorf("note a message: %w", err)
		}
		return said, nil
	}
	return said, nil
}

// say has one thing that a person said happen.
func (c *Channel) say(ctx context.Context, a arrival, n int, s saying) error {
	if s.issue {
		return c.issue(ctx, a, n)
	}
	if s.code != "" {
		if opened, err := c.redeem(ctx, a, n, s.code); err != nil || opened || s.event == nil {
			return err
		}
	}
	_, err := c.keep(ctx, a, n, s.event)
	return err
}

// keep hands an event over to its conversation. kept is false when there are too many already, which
// the person was told.
func (c *Channel) keep(ctx context.Context, a arrival, n int, event bot.Event) (kept bool, err error) {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	leg := a.room.leg()
	conversation, err := c.Door.Open(store, leg)
	if err != nil {
		return false, fmt.Errorf("open a conversation: %w", err)
	}
	in := bot.Input{ID: a.input(n), Conversation: conversation, Leg: leg, Event: event}
	err = c.Door.Take(store, in)
	c.Log.DebugContext(ctx, "telegram: input", "input", in.Mark(), "event", bot.Name(event), "error", err)
	switch {
	case errors.Is(err, bot.ErrTooMany):
		return false, c.tooMany(ctx, a)
	case errors.Is(err, bot.ErrReused): // it would be refused each time
		c.Log.Error("telegram: an update's id was used for something else; it is left aside", "input", in.Mark())
		return false, nil
	case err != nil:
		return false, fmt.Errorf("take, input %s: %w", in.Mark(), err)
	}
	if _, lost := event.(bot.Undelivered); c.Presence != nil && !lost {
		if err := c.Presence.Here(store, conversation, leg.ID); err != nil {
			c.Log.DebugContext(ctx, "telegram: presence not noted", "error", err)
		}
	}
	return true, nil
}

// admit counts what one person sends, and says whether it is taken.
func (c *Channel) admit(ctx context.Context, a arrival) (bool, error) {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	fits, err := c.Limiter.Allow(store, "telegram", a.room.peer(), personRate, personBurst)
	if err != nil {
		return false, fmt.Errorf("count messages: %w", err)
	}
	return fits, nil
}

// tooMany tells a person once a minute that what they send is not taken.
func (c *Channel) tooMany(ctx context.Context, a arrival) error {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	tell, err := c.Limiter.Allow(store, "telegram-told", a.room.peer(), toldRate, toldBurst)
	if err != nil {
		return fmt.Errorf("count messages: %w", err)
	}
	if tell {
		c.errands.Afterwards(func(ctx context.Context) { _ = c.tell(ctx, a, c.text(a.language, "many")) }) // told again in a minute
	}
	return nil
}

// note remembers a message of the chat, and the language of the person's application.
func (c *Channel) note(ctx context.Context, a arrival, from int64, ids ...int) error {
	ctx, done := context.WithTimeout(ctx, storeFor)
	defer done()
	now := c.Now()
	err := c.memory.change(ctx, a.room, func(r *record) {
		r.note(now, from, ids...)
		if a.language != "" {
			r.Language = clip(a.language, 12)
		}
	})
	if errors.Is(err, bot.ErrTaken) {
		c.Log.WarnContext(ctx, "telegram: a message will not be found by an erasure", "error", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("note a message: %w", err)
	}
	return nil
}

// tell writes what only the adapter can say. It is not part of the conversation's log.
func (c *Channel) tell(ctx context.Context, a arrival, text string) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer done()
	sent, err := c.api.SendMessage(ctx, &api.SendMessageParams{ChatID: a.room.chat, Text: text, LinkPreviewOptions: noPreview()})
	if err = c.verdict(a.room.chat, err); err != nil {
		c.Log.WarnContext(ctx, "telegram: a sentence of the adapter was not shown", "error", err)
		return err
	}
	return c.note(ctx, a, 0, sent.ID)
}

// changed takes what becomes of the bot in a chat: blocked by its person, or added to a group.
func (c *Channel) changed(ctx context.Context, id int64, m *memberChange) error {
	away := m.New.Status == "kicked" || m.New.Status == "left"
	switch {
	case m.Chat.Type != private && away:
		return nil
	case m.Chat.Type != private:
		return c.refuse(ctx, id, m.Chat, languageOf(m.From))
	case !away:
		return nil // what they write next says that they are back
	}
	a := arrival{room: room{c.id, m.Chat.ID}, update: id}
	defer c.rooms.Enter(a.room.chat)()
	_, err := c.keep(ctx, a, 0, bot.Undelivered{Leg: a.room.leg().ID, Reason: "blocked"})
	return err
}

// refuse leaves a group or a channel with a word. Nothing of it is kept.
func (c *Channel) refuse(ctx context.Context, id int64, where chat, language string) error {
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	by := strconv.FormatInt(id, 10)
	first, err := c.memory.once(store, room{c.id, where.ID}.peer()+" left", by, time.Minute)
	if err != nil {
		return fmt.Errorf("note a group: %w", err)
	}
	if !first {
		return nil
	}
	c.errands.Afterwards(func(ctx context.Context) {
		to := where.ID
		_, err := c.api.SendMessage(ctx, &api.SendMessageParams{ChatID: to, Text: c.text(language, "group")})
		if moved, is := errors.AsType[*api.MigrateError](err); is {
			to = int64(moved.MigrateToChatID)
			_, err = c.api.SendMessage(ctx, &api.SendMessageParams{ChatID: to, Text: c.text(language, "group")})
		}
		if err != nil {
			c.Log.DebugContext(ctx, "telegram: a group was refused without a word", "error", c.verdict(to, err))
		}
		if _, err := c.api.LeaveChat(ctx, &api.LeaveChatParams{ChatID: to}); err != nil {
			c.Log.WarnContext(ctx, "telegram: a group was not left", "error", c.verdict(to, err))
		}
	})
	return nil
}

func languageOf(u *user) string {
	if u == nil {
		return ""
	}
	return u.Language
}

// known says whether a command stands in a menu, or is one of the adapter's own.
func (c *Channel) known(name string) bool {
	if name == "start" || name == "code" {
		return true
	}
	if c.Commands == nil {
		return false
	}
	for _, menu := range c.Commands() {
		for _, command := range menu {
			if command.Name == name {
				return true
			}
		}
	}
	return false
}
