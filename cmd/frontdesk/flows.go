package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/staff"
	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// flowsCommand does at the command line what the studio does for supervisors.
type flowsCommand struct {
	Publish  flowsPublish  `cmd:"" help:"Check a bundle and make it live, now or at a time."`
	Rollback flowsRollback `cmd:"" help:"Make a release live again that was live before."`
	Releases flowsReleases `cmd:"" help:"List the releases that were live, and what is programmed."`
	Cancel   flowsCancel   `cmd:"" help:"Take a programmed publication away."`
	Export   flowsExport   `cmd:"" help:"Write a release as a folder or a ZIP."`
	Import   flowsImport   `cmd:"" help:"Check a bundle and keep it, without making it live."`
	Journal  flowsJournal  `cmd:"" help:"Print who changed what, and check that nobody has tampered with it."`
}

// Help is shown by --help.
func (*flowsCommand) Help() string {
	return `Releases are kept in the service's Redis and never change. All replicas serve the live one within a second;
conversations under way keep their questions.

    frontdesk flows export --to brouillon
    frontdesk flows publish brouillon --reason "horaires d'été"
    frontdesk flows publish brouillon.zip --at "2027-07-06 19:00"
    frontdesk flows releases
    frontdesk flows rollback 3f9c21`
}

// orderFlags say who does it and why, for the journal.
type orderFlags struct {
	By     string `placeholder:"ID" default:"opérateur" help:"Who does this, for the journal (${default})."`
	Reason string `placeholder:"TEXT" help:"Why, for the journal."`
	Second string `placeholder:"ID" help:"The other person who agreed, for the journal."`
}

func (f orderFlags) order(expected, what string) publish.Order {
	return publish.Order{Expected: expected, Who: f.By, What: what, Reason: f.Reason, Second: f.Second}
}

// staffFlag says who people are.
type staffFlag struct {
	Staff string `env:"FRONTDESK_STAFF" placeholder:"FILE" help:"Staff file: people are called by their names."`
}

// names are those of the file. Nobody is kept from publishing by one that cannot be read.
func (f staffFlag) names(log *slog.Logger) func(context.Context, string) string {
	if f.Staff == "" {
		return nil
	}
	people, err := staff.Open(f.Staff)
	if err != nil {
		log.Warn("people are called by their ids", "error", err)
		return nil
	}
	return namesOf(people)
}

// A pressroom is where a command publishes.
type pressroom struct {
	*publish.Press
	store  *redis.Store
	bundle *flow.Bundle // of the flags: its region and zone are meant
}

// press opens the service's store to publish in it; ZIPs go to folder.
func (f *keptFlags) press(out *console, folder string) (*pressroom, error) {
	b, err := f.bundle(out)
	if err != nil {
		return nil, err
	}
	log := warnings(out)
	store, err := f.open(out.ctx, b, log)
	if err != nil {
		return nil, err
	}
	shelf := &shelf{releases: store, verdicts: store, bundles: out.bundles, log: log}
	return &pressroom{&publish.Press{Releases: store, Refs: store, Journal: store, Prove: shelf.vet, Now: store.Now, Folder: folder, Zone: b.Zone, Log: log}, store, b}, nil
}

func (c *pressroom) close(err error) error { return errors.Join(err, c.store.Close()) }

// ours refuses the bundle of another region: its structures would be those of other people.
func (c *pressroom) ours(b *flow.Bundle) error {
	if b.Region != c.bundle.Region {
		return fmt.Errorf("cette version est celle de la région %s, et le service celui de la région %s ; rien n'est changé", b.Region, c.bundle.Region)
	}
	return nil
}

// flowsPublish makes a bundle live.
type flowsPublish struct {
	From string `arg:"" placeholder:"DIR|ZIP|HASH" help:"Folder or ZIP of the bundle, or the hash that an import gave."`
	At   string `placeholder:"TIME" help:"Program it, such as 19:00 or \"2027-07-06 19:00\" in the service's time zone."`
	Dir  string `name:"releases-dir" env:"FRONTDESK_RELEASES_DIR" placeholder:"DIR" help:"Where the release is also laid down as a ZIP."`
	orderFlags
	staffFlag
	keptFlags
}

// Run publishes; with others who publish meanwhile it changes nothing and says who.
func (c *flowsPublish) Run(out *console) error {
	at, err := c.press(out, c.Dir)
	if err != nil {
		return err
	}
	at.Name = c.names(at.Log)
	return at.close(c.publish(out, at))
}

func (c *flowsPublish) publish(out *console, at *pressroom) error {
	live, err := at.Live(out.ctx)
	if err != nil {
		return err
	}
	b, err := readBundle(out.ctx, at, c.From, c.Region)
	if err == nil {
		err = at.ours(b)
	}
	if err != nil {
		return err
	}
	order := c.order(live, "")
	if c.At != "" {
		return c.program(out, at, b, order)
	}
	unwritten := at.Publish(out.ctx, b, order)
	if unwritten != nil && !errors.Is(unwritten, publish.ErrUnwritten) {
		return unwritten
	}
	fmt.Fprintf(out.out, "En service : %s\n", b.Hash)
	if live != "" {
		fmt.Fprintf(out.out, "Pour revenir en arrière : frontdesk flows rollback %s\n", live[:min(12, len(live))])
	}
	return errors.Join(unwritten, at.ended(out, live, b.Hash))
}

// ended says which plans cannot be carried out any more since a release is live in the place of another.
func (c *pressroom) ended(out *console, before, live string) error {
	plans, err := c.Ended(out.ctx, before, live)
	for _, p := range plans {
		c.say(out, "Ne se fera pas : la version en ligne a changé. Programmez-la de nouveau.", p)
	}
	return err
}

func (c *pressroom) say(out *console, what string, p publish.Plan) {
	fmt.Fprintf(out.out, "%s Version %s, programmée par %s pour le %s : frontdesk flows cancel %s\n", what, p.Release[:min(12, len(p.Release))],
		c.Called(out.ctx, p.Order.Who), p.At.In(c.bundle.Zone).Format("02/01/2006 à 15\u00a0h\u00a004"), p.ID)
}

func (c *flowsPublish) program(out *console, at *pressroom, b *flow.Bundle, order publish.Order) error {
	now, err := at.Now(out.ctx)
	if err != nil {
		return err
	}
	when, err := readTime(c.At, now, b.Zone)
	if err != nil {
		return err
	}
	plan, err := at.Schedule(out.ctx, b, when, order)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.out, "Programmé pour le %s : %s\nPour annuler : frontdesk flows cancel %s\n", when.Format("02/01/2006 à 15:04"), b.Hash, plan.ID)
	rest, err := at.Resting(out.ctx, order.Expected)
	for _, p := range rest {
		if p.ID != plan.ID {
			at.say(out, "Attention, une autre publication est programmée. La première faite empêche l'autre.", p)
		}
	}
	return err
}

// flowsRollback makes an earlier release live again.
type flowsRollback struct {
	Release string `arg:"" placeholder:"HASH" help:"Its hash, or as much of it as frontdesk flows releases shows."`
	Dir     string `name:"releases-dir" env:"FRONTDESK_RELEASES_DIR" placeholder:"DIR" help:"Where the release is also laid down as a ZIP."`
	orderFlags
	staffFlag
	keptFlags
}

// Run moves the pointer back.
func (c *flowsRollback) Run(out *console) error {
	at, err := c.press(out, c.Dir)
	if err != nil {
		return err
	}
	at.Name = c.names(at.Log)
	live, err := at.Live(out.ctx)
	if err != nil {
		return at.close(err)
	}
	hash, err := at.Find(out.ctx, c.Release)
	if err == nil {
		err = at.Rollback(out.ctx, hash, c.order(live, ""))
	}
	if err == nil || errors.Is(err, publish.ErrUnwritten) {
		fmt.Fprintf(out.out, "En service : %s\n", hash)
		err = errors.Join(err, at.ended(out, live, hash))
	}
	return at.close(err)
}

// flowsReleases lists releases and plans.
type flowsReleases struct{ keptFlags }

// Run prints the last release first.
func (c *flowsReleases) Run(out *console) error {
	at, err := c.press(out, "")
	if err != nil {
		return err
	}
	return at.close(c.list(out.ctx, out, at))
}

func (c *flowsReleases) list(ctx context.Context, out *console, at *pressroom) error {
	all, err := at.Servings(ctx)
	if err != nil {
		return err
	}
	plans, err := at.Plans(ctx)
	if err != nil {
		return err
	}
	live, err := at.Live(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	for _, s := range all {
		mark := ""
		if s.Live {
			mark = "en service"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", s.At.In(at.bundle.Zone).Format("02/01/2006 15:04"), s.Release[:min(12, len(s.Release))], mark, s.Who, s.What, s.Reason)
	}
	for _, p := range plans {
		mark := "programmée"
		switch {
		case p.Failed != "":
			mark = "non publiée : " + p.Failed
		case p.Lost(live):
			mark = "ne se fera pas : la version en ligne a changé"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.At.In(at.bundle.Zone).Format("02/01/2006 15:04"), p.Release[:12], mark, p.Order.Who, p.Order.Reason, "frontdesk flows cancel "+p.ID)
	}
	return w.Flush()
}

// flowsCancel takes a plan away.
type flowsCancel struct {
	Plan string `arg:"" placeholder:"ID" help:"As frontdesk flows releases names it."`
	orderFlags
	keptFlags
}

// Run cancels.
func (c *flowsCancel) Run(out *console) error {
	at, err := c.press(out, "")
	if err != nil {
		return err
	}
	if err = at.Cancel(out.ctx, c.Plan, c.order("", "")); err == nil {
		fmt.Fprintf(out.out, "Annulé : %s\n", c.Plan)
	}
	return at.close(err)
}

// flowsJournal prints the journal.
type flowsJournal struct {
	CSV bool `name:"csv" help:"As a table for a spreadsheet."`
	keptFlags
}

// Help is shown by --help.
func (*flowsJournal) Help() string {
	return `One line a deed, oldest first, kept for good. The lines are chained: one that was changed or taken out is named, and the
exit code is then 1. Keep the CSV elsewhere from time to time: whoever has the keys and the Redis could write all anew.

    frontdesk flows journal --csv > journal.csv`
}

// Run prints, and says whether the chain holds.
func (c *flowsJournal) Run(out *console) error {
	at, err := c.press(out, "")
	if err != nil {
		return err
	}
	n := 0
	if c.CSV {
		err = bot.WriteJournal(out.ctx, at.store, out.out)
	} else {
		err = at.store.Journal(out.ctx, func(l bot.JournalLine) error {
			n++
			_, err := fmt.Fprintf(out.out, "%d  %s  %s  %s  %s  %s  %s  %s\n", l.Number, l.At.In(at.bundle.Zone).Format("02/01/2006 15:04:05"), l.Who, l.Deed, l.After[:min(12, len(l.After))], l.What, l.Reason, l.Second)
			return err
		})
	}
	switch {
	case errors.Is(err, bot.ErrBroken):
		err = fmt.Errorf("le journal a été modifié : %w", err)
	case err == nil && !c.CSV:
		fmt.Fprintf(out.out, "%s, la chaîne est entière\n", counted(n, "ligne", "lignes"))
	}
	return at.close(err)
}

// readTime reads a time of a zone: "19:00" is the next 19:00.
func readTime(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.In(zone), nil
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "02/01/2006 15:04"} {
		if at, err := time.ParseInLocation(form, text, zone); err == nil {
			return at, nil
		}
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q n'est pas une heure ; écrivez 19:00, ou 2027-07-06 19:00", text)
	}
	day := now.In(zone)
	at := time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
	if !at.After(now) {
		at = time.Date(day.Year(), day.Month(), day.Day()+1, clock.Hour(), clock.Minute(), 0, 0, zone)
	}
	return at, nil
}
