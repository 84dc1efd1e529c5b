package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/turn"
)

// eraseCommand does for a person what EFFACER does, when they ask in another way.
type eraseCommand struct {
	Dossier string `arg:"" help:"Number of the person's case, such as OR-7F3K-9Q2M-V."`
	keptFlags
	Retention time.Duration `env:"FRONTDESK_RETENTION" default:"720h" placeholder:"720h" help:"How long a conversation is kept after its last turn (${default})."`
}

// Help is shown by --help.
func (*eraseCommand) Help() string {
	return `Erases one person's conversation as EFFACER does: answers, messages both ways, addresses, the card on the
desks, references, a recorded message and messages not yet delivered. An empty tombstone is left, which has platforms delete what
they still show. While a Procédure danger is open only the person's side is cut: the case is the lead's alone,
and is erased when the procedure closes. The audit keeps that it was done, when, and not to whom.

Redis may still have sealed remains in its append-only file, until it rewrites it (BGREWRITEAOF), and in your
backups, until they are too old.

    frontdesk erase OR-7F3K-9Q2M-V`
}

// Run finds the conversation and has it erased, by an input like any other.
func (c *eraseCommand) Run(out *console) error {
	number, err := readDossier(c.Dossier)
	if err != nil {
		return err
	}
	b, err := c.bundle(out)
	if err != nil {
		return err
	}
	log := warnings(out)
	store, err := c.openFor(out.ctx, b, redis.Retention{Session: c.Retention}, log)
	if err != nil {
		return err
	}
	done, err := eraseCase(out.ctx, store, out, b, number, log)
	if done != "" {
		fmt.Fprintln(out.out, done)
	}
	return errors.Join(err, store.Close())
}

// eraseCase says what was done.
func eraseCase(ctx context.Context, store *redis.Store, from bundles, b *flow.Bundle, number string, log *slog.Logger) (string, error) {
	found, err := findCase(ctx, store, number)
	if err != nil || found.Departed() {
		return eraseDone(number, &found, err), err
	}
	player, err := operatorsPlayer(ctx, store, from, b, log)
	if err != nil {
		return "", err
	}
	in := bot.Input{ID: "erase:" + random(), Conversation: found.ID, Event: bot.EraseAsked{}}
	if err := player.Take(ctx, in); err != nil {
		return "", err
	}
	if _, err := player.Await(ctx, found.ID, in.ID); err != nil { // another replica may be at it
		return "", err
	}
	head, err := store.Head(ctx, found.ID)
	if err == nil && !head.Session.Departed() {
		err = fmt.Errorf("%s will be erased, but is not yet: ask again in a moment", number)
	}
	return eraseDone(number, &head.Session, err), err
}

func eraseDone(number string, s *bot.Session, err error) string {
	switch {
	case err != nil:
		return ""
	case s.Life != bot.Erased:
		return number + ": a Procédure danger is open. The person's side is erased; the case is the lead's alone, and is erased when the procedure closes."
	case len(s.Legs) > 0:
		return number + " is erased. The running service has the platforms delete what they show."
	}
	return number + " is erased."
}

// operatorsPlayer plays turns without a service around it. What must be carried somewhere is left to
// the running service.
func operatorsPlayer(ctx context.Context, store *redis.Store, from bundles, b *flow.Bundle, log *slog.Logger) (*turn.Player, error) {
	shelf := &shelf{releases: store, bundles: from, log: log}
	if err := shelf.show(b); err != nil {
		return nil, err
	}
	return &turn.Player{
		Store: store, Engine: engine.New(shelf), World: emptyRoom{}, Log: log, Watch: calm{},
		NewID: func() bot.ConversationID { return bot.ConversationID(random()) }, NewTrace: random, Fetch: shelf.fetch,
	}, nil
}

// An emptyRoom is the world of an operator: nobody is on duty there.
type emptyRoom struct{}

func (emptyRoom) Facts(context.Context, bot.Session, bot.Input) (bot.Facts, error) {
	return bot.Facts{}, nil
}
