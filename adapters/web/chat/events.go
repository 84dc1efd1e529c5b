package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// How often a silent stream says that it is alive, and that the person is there.
const (
	beat     = 15 * time.Second
	patience = 10 * time.Second // with a store that is away
	presence = 20 * time.Second // looked at between two beats: 30 when nothing is said, 35 at most; a hint is good for 45
)

// ticket gives a word that opens one stream within a minute: unlike the token it may stand in an
// address, which servers and proxies write down.
func (c *Chat) ticket(w http.ResponseWriter, r *http.Request) error {
	if err := c.allowAddress(r); err != nil {
		return err
	}
	who, err := c.visitor(r)
	if err != nil {
		return err
	}
	ticket := secret()
	if err := c.Refs.SetRef(r.Context(), ticketRef, hash(ticket), "", who.value, ticketLife); err != nil {
		return fmt.Errorf("keep ticket: %w", err)
	}
	web.WriteJSON(w, http.StatusCreated, map[string]string{"ticket": ticket})
	return nil
}

// redeem uses a ticket up: of two requests that bring the same one, the store lets one through.
func (c *Chat) redeem(ctx context.Context, ticket string) (visitor, error) {
	if !shaped(ticket) {
		return visitor{}, errToken
	}
	const used = "used"
	key := hash(ticket)
	who, err := c.holder(ctx, ticketRef, key)
	if err != nil {
		return visitor{}, err
	}
	if who.value == used || c.Refs.SetRef(ctx, ticketRef, key, who.value, used, ticketLife) != nil {
		return visitor{}, errToken
	}
	return who, nil
}

// events follows the conversation until the browser leaves.
func (c *Chat) events(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := c.allowAddress(r); err != nil {
		return err
	}
	who, err := c.reader(r)
	if err != nil {
		return err
	}
	if err := c.allow(ctx, "web-stream", string(who.conversation), streamRate, streamBurst); err != nil {
		return err
	}
	seq := max(lastEvent(r), who.from)
	if seq == who.from && !who.ended && !byTicket(r) { // a ticket opens a stream and is no leg
		if err := c.welcomeBack(ctx, who); err != nil {
			return err
		}
	}
	leave, ok := c.seats.Take(c.address(r))
	if !ok {
		return bot.ErrTooMany
	}
	err = c.streams.Go(w, string(who.conversation), func(ctx context.Context, stream *web.Stream) {
		defer leave()
		defer c.guard()
		defer c.gone(ctx, who)
		// The status is sent: whatever goes wrong ends the stream, and the browser comes back for
		// the rest.
		if err := c.follow(ctx, stream, who, seq); err != nil && ctx.Err() == nil {
			level := slog.LevelInfo
			if errors.Is(err, bot.ErrUnavailable) { // as for everybody: the store has said it
				level = slog.LevelDebug
			}
			c.Log.Log(ctx, level, "chat: stream ended early", "error", err)
		}
	})
	if err != nil {
		leave()
	}
	return err
}

// guard keeps a panic behind one stream from ending the process and everybody else's with it.
func (c *Chat) guard() {
	if cause := recover(); cause != nil {
		c.Log.Error("chat: stream broken off by a panic", "panic", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	}
}

// emptyFor is how long a log must be empty for its words to have gone: a greeting comes sooner.
const emptyFor = 1500 * time.Millisecond

// welcomeBack lets a person who comes back after their words have gone hear where the conversation
// stands, instead of an empty page. One who comes with two pages at once is welcomed once.
func (c *Chat) welcomeBack(ctx context.Context, who visitor) error {
	look, stop := context.WithTimeout(ctx, emptyFor)
	defer stop()
	entries, err := c.Door.Follow(look, who.conversation, who.from)
	switch {
	case err != nil:
		return fmt.Errorf("look for what was said: %w", err)
	case len(entries) > 0 || ctx.Err() != nil:
		return nil
	}
	if err := c.stillTheirs(ctx, who); err != nil {
		return err
	}
	id := "@back-" + strconv.FormatInt(time.Now().Unix()/3600, 10)
	if err := c.Door.Take(ctx, who.input(id, bot.Arrived{})); err != nil {
		return fmt.Errorf("welcome back: %w", err)
	}
	return nil
}

func byTicket(r *http.Request) bool { return r.URL.Query().Has("ticket") }

func (c *Chat) reader(r *http.Request) (visitor, error) {
	if byTicket(r) {
		return c.redeem(r.Context(), r.URL.Query().Get("ticket"))
	}
	return c.visitor(r)
}

func (c *Chat) follow(ctx context.Context, stream *web.Stream, who visitor, seq int64) error {
	f := &follower{chat: c, stream: stream, who: who, seq: seq, shown: view{leg: who.leg().ID}}
	for ctx.Err() == nil {
		entries, err := c.waitOut(ctx, who, f.seq)
		if err != nil {
			return fmt.Errorf("follow conversation: %w", err)
		}
		if err := web.Apart(func() error { return f.pass(ctx, entries) }); err != nil {
			return err
		}
	}
	return nil
}

// A follower is a browser that reads a conversation's log.
type follower struct {
	chat   *Chat
	stream *web.Stream
	who    visitor
	seq    int64 // of the last entry
	shown  view
	hinted time.Time
}

// pass sends on what came, or a sign of life when nothing did, and says that the person is there.
func (f *follower) pass(ctx context.Context, entries []bot.Entry) error {
	if f.chat.Presence != nil && time.Since(f.hinted) >= presence {
		f.hinted = time.Now()
		_ = f.chat.Presence.Here(ctx, f.who.conversation, f.who.leg().ID) // a hint: the next one comes soon
	}
	if len(entries) == 0 && ctx.Err() == nil {
		return f.stream.Ping()
	}
	for _, e := range entries {
		f.seq = e.Seq
		event, ok := f.shown.event(e)
		if !ok {
			continue
		}
		if err := f.stream.Send(strconv.FormatInt(e.Seq, 10), event); err != nil {
			return err
		}
		f.chat.Log.DebugContext(ctx, "chat: shown", "input", bot.MarkOf(f.who.conversation, e.Cause), "entry", e.Seq)
		if event.Forget && !f.who.ended { // erased: the token opens this screen only, to be wiped
			f.who.ended = true
			// Or it ends by itself.
			_ = f.chat.Refs.SetRef(ctx, tokenRef, f.who.key, f.who.value, f.who.end(), sharedLife)
		}
	}
	return nil
}

// waitOut is next, and again while the store is away for a moment: if every page came back at once,
// it would be away for longer.
func (c *Chat) waitOut(ctx context.Context, who visitor, seq int64) ([]bot.Entry, error) {
	var gone time.Time
	for {
		entries, err := c.next(ctx, who, seq)
		if !errors.Is(err, bot.ErrUnavailable) {
			return entries, err
		}
		if gone.IsZero() {
			gone = time.Now()
		}
		if time.Since(gone) > patience {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(time.Second + rand.N(time.Second)):
		}
	}
}

// next waits for entries for one beat.
func (c *Chat) next(ctx context.Context, who visitor, seq int64) ([]bot.Entry, error) {
	ctx, stop := context.WithTimeout(ctx, beat)
	defer stop()
	return c.Door.Follow(ctx, who.conversation, seq)
}

func (c *Chat) gone(ctx context.Context, who visitor) {
	if c.Presence == nil {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer stop()
	_ = c.Presence.Gone(ctx, who.conversation, who.leg().ID) // a hint: it expires by itself
}

// lastEvent is where the browser's copy ends; an unreadable number means from the beginning.
func lastEvent(r *http.Request) int64 {
	seq, err := strconv.ParseInt(web.LastEvent(r), 10, 64)
	if err != nil || seq < 0 {
		return 0
	}
	return seq
}
