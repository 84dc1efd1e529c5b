package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/tally"
)

// reportCommand hands out what evaluation reads: one line a turn, without a word that was said.
type reportCommand struct {
	keptFlags
	From    string `placeholder:"2026-11-01" help:"First day, in the bundle's zone."`
	To      string `placeholder:"2026-11-30" help:"Last day, in the bundle's zone."`
	Summary bool   `xor:"what" help:"Counts by step and class instead, rounded to ten; what happened fewer than ten times shows as <10."`

	Unanswered bool `xor:"what" help:"Questions without an answer instead, by need, public and territory, rounded to ten; fewer than ten show as <10."`
	Opinions   bool `xor:"what" help:"What people wrote after « avis : » instead: their words, and nothing about them."`
}

// Help is shown by --help.
func (*reportCommand) Help() string {
	return `One row a turn, comma-separated, in UTF-8, with a header. No row holds words, names, addresses or the id of a conversation.

    trace       number of the conversation within this file only; empty once it is erased, or thirty days old
    date        day and hour, local: 2026-11-24 10h
    release     hash of the bundle the conversation keeps to
    channel     web, sms, phone…
    language    fr, en…
    territory   a territory of the bundle, or a département elsewhere; never the commune
    need        need that was understood, coded
    public      situation that was understood, coded
    step        question or step at which the turn began
    class       what was understood: option:vae, no_match:rephrase, command:humain, timer:silence…
    option      the option alone
    row         row of a table that decided: aiguillage:4
    cards       cards given, separated by spaces
    mode        direct, referral or dated, once somebody has the case
    promised    delay announced in this turn, in hours
    kept        yes or no, when a promise came due
    outcome     how it ended
    useful      oui or non, when the person said so
    hops        how often the case was handed on
    full        structure that had as many open cases as it agreed to, so that its fallback was asked
    lacking     why there was no information: nothing, expired:<card>, not_understood

Examples:

    frontdesk report --redis-url redis://127.0.0.1:6379/0 --from 2026-11-01 --to 2026-11-30 > novembre.csv
    frontdesk report --summary
    frontdesk report --unanswered --from 2026-11-01
    frontdesk report --opinions

The tables of --summary and --unanswered may be published; the others may not. Their numbers are those of
the studio's page Fréquentation: rounded, so that what is hidden cannot be had by subtracting. A campaign word counts in
--summary as campaign:<word>. An opinion expires with the words of its conversation (a day, unless there is
a case) and is erased with it: read them each day.`
}

// Run reads the traces and writes them.
func (c *reportCommand) Run(out *console) error {
	b, err := c.bundle(out)
	if err != nil {
		return err
	}
	days, err := c.days(b.Zone)
	if err != nil {
		return err
	}
	store, err := c.open(out.ctx, b, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if c.Opinions {
		p, err := out.compile(b)
		if err == nil {
			err = (&opinions{store, p, days}).write(out.ctx, out.out)
		}
		return errors.Join(err, store.Close())
	}
	return errors.Join(c.write(out.ctx, store, days, out.out), store.Close())
}

func (c *reportCommand) write(ctx context.Context, traces bot.Traces, days span, out io.Writer) error {
	switch {
	case c.Summary:
		return writeSummary(ctx, traces, days, out)
	case c.Unanswered:
		return writeUnanswered(ctx, traces, days, out)
	}
	return writeReport(ctx, traces, days, out)
}

// A span is a time from and until: from inclusive, until exclusive; zero is open. Its zone is the
// clock of the report.
type span struct {
	from, until time.Time
	zone        *time.Location
}

func (c *reportCommand) days(zone *time.Location) (span, error) {
	from, err := dayOf("--from", c.From, zone)
	if err != nil {
		return span{}, err
	}
	until, err := dayOf("--to", c.To, zone)
	if err != nil {
		return span{}, err
	}
	if !until.IsZero() {
		until = until.AddDate(0, 0, 1)
	}
	return span{from, until, zone}, nil
}

func dayOf(flag, text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %q is not a day, such as 2026-11-01", flag, text)
	}
	return day, nil
}

func (s span) holds(at time.Time) bool {
	return !at.Before(s.from) && (s.until.IsZero() || at.Before(s.until))
}

// within reads the traces of a span.
func within(ctx context.Context, traces bot.Traces, days span, each func(bot.Trace) error) error {
	err := traces.Traces(ctx, func(t bot.Trace) error {
		if !days.holds(t.At) {
			return nil
		}
		return each(t)
	})
	if err != nil {
		return fmt.Errorf("read the traces: %w", err)
	}
	return nil
}

var reportHeader = []string{"trace", "date", "release", "channel", "language", "territory", "need", "public", "step", "class",
	"option", "row", "cards", "mode", "promised", "kept", "outcome", "useful", "hops", "full", "lacking"}

// writeReport writes a row a turn. Conversations are numbered as they come, so that the numbers of
// two files say nothing about each other.
func writeReport(ctx context.Context, traces bot.Traces, days span, out io.Writer) error {
	w := csv.NewWriter(out)
	if err := w.Write(reportHeader); err != nil {
		return err
	}
	numbers := map[string]string{"": ""}
	err := within(ctx, traces, days, func(t bot.Trace) error {
		number, known := numbers[t.Number]
		if !known {
			number = strconv.Itoa(len(numbers))
			numbers[t.Number] = number
		}
		return w.Write(reportRow(number, t, days.zone))
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

func reportRow(number string, t bot.Trace, zone *time.Location) []string {
	promised := ""
	if !t.Promised.IsZero() {
		promised = strconv.FormatFloat(t.Promised.Sub(t.At).Hours(), 'f', 1, 64)
	}
	return []string{number, t.At.In(zone).Format("2006-01-02 15h"), t.Release, string(t.Channel), t.Language, t.Territory,
		t.Need, t.Public, t.Step, t.Class, t.Option, t.Row, strings.Join(t.Cards, " "), string(t.Mode), promised, t.Kept, t.Outcome, t.Useful,
		strconv.Itoa(t.Hops), string(t.Full), t.Lacking}
}

// tallied counts the turns of a span, as the studio does.
func tallied(ctx context.Context, traces bot.Traces, days span) (*tally.Figures, error) {
	book := tally.NewBook(days.zone)
	err := within(ctx, traces, days, func(t bot.Trace) error { book.Add(t); return nil })
	return book.Sum(tally.Always(), nil), err
}

// writeSummary counts turns by step and class.
func writeSummary(ctx context.Context, traces bot.Traces, days span, out io.Writer) error {
	f, err := tallied(ctx, traces, days)
	if err != nil {
		return err
	}
	rows := [][]string{{"step", "class", "turns"}}
	for _, c := range f.Summary() {
		rows = append(rows, []string{c.Step, c.Class, tally.Show(f.Turns[c]).String()})
	}
	return csv.NewWriter(out).WriteAll(rows)
}

// writeUnanswered counts the questions without an answer, so that supervisors know which card to write
// next: one that says that there is no information, one that has expired, words that were not
// understood three times. A territory that a person named later in the conversation counts.
func writeUnanswered(ctx context.Context, traces bot.Traces, days span, out io.Writer) error {
	f, err := tallied(ctx, traces, days)
	if err != nil {
		return err
	}
	rows := [][]string{{"need", "public", "territory", "lacking", "turns"}}
	for _, q := range f.Unanswered() {
		rows = append(rows, []string{q.Need, q.Public, q.Territory, q.Lacking, tally.Show(f.Lacking[q]).String()})
	}
	return csv.NewWriter(out).WriteAll(rows)
}
