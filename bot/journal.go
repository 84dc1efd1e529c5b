package bot

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"time"
)

// What was done, as the journal codes it. Rooms that keep other records add codes of their own.
const (
	JournalPublished = "publish"          // a release became live
	JournalRollback  = "rollback"         // a release that had been live before became live again
	JournalPlanned   = "publish_planned"  // a publication was programmed
	JournalUnplanned = "publish_canceled" // it was taken back before its time
	JournalFailed    = "publish_failed"   // its time came, and it could not be made
	JournalBulletin  = "bulletin"         // a bulletin was put up
	JournalCircular  = "circular"         // people who wait were given one answer
	JournalUntold    = "circular_failed"  // and it could not be told in time
	JournalEnded     = "bulletin_ended"   // a bulletin was taken down before its time
)

// ByFile publishes a bundle that FRONTDESK_FLOWS names.
const ByFile = "fichier"

// A Record is one change to what citizens are told, for which somebody answers. Nothing of a citizen is in it.
type Record struct {
	At     time.Time `json:"at"`               // the store's, when it was appended
	Who    string    `json:"who"`              // counsellor's id, ByFile, ByService, or whom the command line names
	Deed   string    `json:"deed"`             // code, such as JournalPublished
	Before string    `json:"before,omitempty"` // live release until then
	After  string    `json:"after,omitempty"`  // live release from then on, or the one it is about
	What   string    `json:"what,omitempty"`   // in French words
	Reason string    `json:"reason,omitempty"` // as it was given
	Second string    `json:"second,omitempty"` // the other person who agreed
	Key    string    `json:"key,omitempty"`    // by which its writer finds it again, "" for none; no two have the same
}

// A JournalLine is a record in its place. Each line's mark stands for it and all lines before it, to whoever
// has the service's keys.
type JournalLine struct {
	Number int64 // from 1, without a gap
	Record
	Mark string
}

// ErrBroken says that a line of the journal was changed, taken out or put in by somebody else.
var ErrBroken = errors.New("the journal was tampered with")

// Journal keeps records for good: they are appended, never changed.
type Journal interface {
	// Append adds a record and sets its time. Should the answer be lost, the line may be there twice.
	Append(ctx context.Context, r Record) error
	// Journal reads all lines, oldest first, until each returns an error. It reads to the end; where the
	// chain does not hold it then returns an error that names the first broken line and wraps ErrBroken.
	Journal(ctx context.Context, each func(JournalLine) error) error
	// JournalAfter reads the lines that came after a place, and gives the place to go on from; "" is the
	// first. The chain is checked from the place on alone.
	JournalAfter(ctx context.Context, place string, each func(JournalLine) error) (next string, err error)
}

// WriteJournal writes the journal as CSV that spreadsheets in French open: semicolons, and a mark that says
// UTF-8. Cells that a spreadsheet would calculate begin with an apostrophe.
func WriteJournal(ctx context.Context, j Journal, to io.Writer) error {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.Comma, w.UseCRLF = ';', true
	_ = w.Write([]string{"ligne", "quand", "qui", "acte", "avant", "après", "quoi", "raison", "seconde personne", "empreinte"}) // Error tells
	err := j.Journal(ctx, func(l JournalLine) error {
		return w.Write([]string{strconv.FormatInt(l.Number, 10), l.At.UTC().Format(time.RFC3339), inert(l.Who), inert(l.Deed),
			inert(l.Before), inert(l.After), inert(l.What), inert(l.Reason), inert(l.Second), l.Mark})
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// inert is a cell that no spreadsheet takes for a formula.
func inert(cell string) string {
	if cell != "" {
		switch cell[0] {
		case '=', '+', '-', '@', '\t', '\r':
			return "'" + cell
		}
	}
	return cell
}
