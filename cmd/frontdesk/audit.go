package main

import (
	"encoding/csv"
	"errors"
	"log/slog"
	"time"

	"frontdesk/bot"
)

// auditCommand prints what was done with people's cases.
type auditCommand struct {
	Dossier string `arg:"" optional:"" help:"Only what was done with this case."`
	keptFlags
}

// Help is shown by --help.
func (*auditCommand) Help() string {
	return `One row a deed, comma-separated, oldest first, kept for a year. No row holds words, names of the public,
addresses or the id of a conversation.

    at            when, UTC
    deed          claimed, message_heard (what the person recorded by telephone), transferred, exported, erased, left_to_lead (the person left while a Procédure danger
                  is open), procedure_opened, procedure_called, procedure_closed, danger:<which> (heard)
    who           a counsellor's id; person, operator (this command line) or service (a clock)
    conversation  a mark: equal for one conversation, and nothing else; empty for a danger, which is
                  counted and not tied to anybody

    frontdesk audit > audit.csv
    frontdesk audit OR-7F3K-9Q2M-V`
}

// Run reads the lines and prints them.
func (c *auditCommand) Run(out *console) error {
	b, err := c.bundle(out)
	if err != nil {
		return err
	}
	store, err := c.open(out.ctx, b, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	only := ""
	if c.Dossier != "" {
		number, err := readDossier(c.Dossier)
		if err != nil {
			return errors.Join(err, store.Close())
		}
		s, err := findCase(out.ctx, store, number)
		if err != nil {
			return errors.Join(err, store.Close())
		}
		only = store.AuditMark(s.ID)
	}
	w := csv.NewWriter(out.out)
	_ = w.Write([]string{"at", "deed", "who", "conversation"}) // Error tells
	err = store.Audited(out.ctx, func(l bot.AuditLine) error {
		if only != "" && l.Conversation != only {
			return nil
		}
		return w.Write([]string{l.At.Format(time.RFC3339), string(l.Deed), l.Who, l.Conversation})
	})
	w.Flush()
	return errors.Join(err, w.Error(), store.Close())
}
