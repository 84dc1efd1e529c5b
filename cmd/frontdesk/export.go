package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// exportCommand answers a person who asks what is kept about them (GDPR, articles 15 and 20).
type exportCommand struct {
	Dossier string `arg:"" help:"Number of the person's case, such as OR-7F3K-9Q2M-V."`
	JSON    bool   `help:"As JSON, for a program, instead of as text, for the person."`
	Message string `placeholder:"FILE" help:"Also write the sound of the message that the person recorded to this new file."`
	keptFlags
}

// Help is shown by --help.
func (*exportCommand) Help() string {
	return `Prints all that is kept about one person: answers, messages both ways, counsellors' notes, addresses,
the state of the case, what was promised, and what could not be delivered. The text is in French, for the
person. It goes to standard output only and is logged nowhere; the audit keeps that it was made.

Make sure that whoever asks is that person: the number alone proves nothing. While a Procédure danger is open,
ask its lead before you hand anything out.

    frontdesk export OR-7F3K-9Q2M-V > dossier.txt
    frontdesk export --json OR-7F3K-9Q2M-V
    frontdesk export --message message.wav OR-7F3K-9Q2M-V > dossier.txt`
}

// An export is all that is kept about one person.
type export struct {
	Dossier  string          `json:"dossier"`
	Exported time.Time       `json:"exported"`
	Answers  []bot.BriefLine `json:"answers"` // as people read them; session has the codes
	Session  bot.Session     `json:"session"`
	Card     *bot.Card       `json:"card,omitempty"`    // as desks see it, while the case is open
	Log      []bot.Entry     `json:"log"`               // what came in and what went out
	Waiting  *bot.Input      `json:"waiting,omitempty"` // the first input that is not played yet
	Buried   []bot.Buried    `json:"undelivered,omitempty"`
	Cards    []string        `json:"informations,omitempty"` // titles of the information given
	Message  *bot.Attachment `json:"message,omitempty"`      // recorded by telephone
	number   string          // that was asked for
	lead     string          // name of the structure that has the case
	zone     *time.Location
}

// Run gathers and prints.
func (c *exportCommand) Run(out *console) error {
	number, err := readDossier(c.Dossier)
	if err != nil {
		return err
	}
	b, err := c.bundle(out)
	if err != nil {
		return err
	}
	store, err := c.open(out.ctx, b, warnings(out))
	if err != nil {
		return err
	}
	x, err := gather(out.ctx, store, out, b, number)
	if err == nil {
		err = c.print(out, x)
	}
	if err == nil && c.Message != "" {
		err = x.writeMessage(out.ctx, store, c.Message)
	}
	return errors.Join(err, store.Close())
}

func (c *exportCommand) print(out *console, x *export) error {
	if x.Session.Case.Procedure == "open" {
		fmt.Fprintln(out.err, "frontdesk: a Procédure danger is open; ask its lead before you hand this out")
	}
	if c.JSON {
		to := json.NewEncoder(out.out)
		to.SetEscapeHTML(false)
		to.SetIndent("", "  ")
		return to.Encode(x)
	}
	_, err := io.WriteString(out.out, x.text())
	return err
}

// gather reads all there is. That it was done is in the audit before anybody sees it.
func gather(ctx context.Context, store *redis.Store, from bundles, b *flow.Bundle, number string) (*export, error) {
	s, err := findCase(ctx, store, number)
	switch {
	case err != nil:
		return nil, err
	case s.Life == bot.Erased:
		return nil, fmt.Errorf("%s was erased: nothing is kept", number)
	}
	if err := store.Audit(ctx, bot.DeedExported, bot.ByOperator, s.ID); err != nil {
		return nil, err
	}
	now, err := store.Now(ctx)
	if err != nil {
		return nil, err
	}
	x := &export{Dossier: s.Dossier, Exported: now, Session: s, number: number, zone: b.Zone}
	if err := x.read(ctx, store); err != nil {
		return nil, err
	}
	if err := x.label(ctx, store, from, b); err != nil {
		return nil, err
	}
	x.Session.Trace = "" // it ties statistics to the person, which nobody else can
	return x, nil
}

func (x *export) read(ctx context.Context, store *redis.Store) error {
	const page = 200
	id := x.Session.ID
	for seq := int64(0); ; {
		entries, err := store.Log(ctx, id, seq, page)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			x.Log, seq = append(x.Log, bot.WithoutProof(e)), e.Seq
		}
	}
	x.Session.Proof.Code = "" // whoever asks may not be who reads that mailbox
	head, err := store.Head(ctx, id)
	if err != nil {
		return err
	}
	x.Waiting = head.Next
	cards, err := store.Cards(ctx)
	if err != nil {
		return err
	}
	for i := range cards {
		if cards[i].Conversation == id {
			x.Card = &cards[i]
		}
	}
	x.Buried, err = store.Buried(ctx, id)
	return err
}

// label has the release of the conversation say its codes in words.
func (x *export) label(ctx context.Context, store *redis.Store, from bundles, b *flow.Bundle) error {
	shelf := &shelf{releases: store, bundles: from, log: slog.New(slog.DiscardHandler)}
	if err := shelf.show(b); err != nil {
		return err
	}
	if _, on := shelf.Pinned(x.Session.Release); !on {
		if err := shelf.fetch(ctx, x.Session.Release); err != nil {
			return err
		}
	}
	if structure, is := b.Structures[string(x.Session.Case.Structure)]; is {
		x.lead = structure.Name
	}
	e := engine.New(shelf)
	var err error
	if x.Answers, err = e.Answers(x.Session); err != nil {
		return err
	}
	x.Cards = e.Brief(x.Session).Cards
	if message, left := e.Message(x.Session); left {
		x.Message = &message
	}
	return nil
}

// writeMessage writes the sound of a recorded message to a new file that is its owner's alone.
func (x *export) writeMessage(ctx context.Context, blobs bot.Blobs, path string) error {
	if x.Message == nil {
		return fmt.Errorf("%s has no recorded message", x.number)
	}
	sound, err := blobs.Blob(ctx, x.Session.ID, x.Message.ID)
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("the recorded message of %s was destroyed on %s", x.number, x.when(x.Message.Until))
	} else if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the recorded message: %w", err)
	}
	_, err = file.Write(sound)
	return errors.Join(err, file.Close())
}
