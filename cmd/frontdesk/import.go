package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/directory"
	"frontdesk/bot/flow"
	"frontdesk/bot/intake"
)

// importCommand reads reference data from files and makes it live, whole or not at all.
type importCommand struct {
	Kind        string   `arg:"" enum:"places,coordinates,rome,portraits,events" help:"What the files have: places, coordinates, rome, portraits or events."`
	Files       []string `arg:"" placeholder:"FILE" help:"Files, as their publishers give them; several are one import."`
	Check       bool     `help:"Read and report only; nothing is kept, and no Redis is needed."`
	SkipRefused bool     `help:"Keep the good records of files in which others are refused."`
	RedisURL    string   `env:"FRONTDESK_REDIS_URL" placeholder:"URL" help:"Where the service keeps its data, such as redis://127.0.0.1:6379/0."`
	KeyFile     string   `env:"FRONTDESK_KEY_FILE" placeholder:"FILE" help:"Keys of the service; the file of the first start by default."`
	Flows       string   `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle whose region is meant; the reference bundle by default."`
	Region      string   `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region that is meant; the bundle's own by default."`
}

// Help is shown by --help.
func (*importCommand) Help() string {
	return `An import replaces all that was imported of its kind, in one step, for all replicas; they take it up within seconds. When a record is refused, or the command is interrupted, nothing changes. Each refusal is told with file, line, reason and fix.

  places       data·inclusion v1 structures and services (JSON, one object a line, CSV), the State's directory (JSON), CSV
  coordinates  CSV: code,lat,lon of communes; without them no distance is told
  rome         the files of the ROME: métiers, appellations, mobility
  portraits    CSV: territoires,nom,texte,source,annee
  events       CSV: titre,type,debut,fin,commune,…,organisateur,source

Examples:

    frontdesk import places structures.json services.json --check
    frontdesk import coordinates communes.csv

The exit code is 1 when nothing was imported.`
}

// Validate says what is missing.
func (c *importCommand) Validate() error {
	if c.RedisURL == "" && !c.Check {
		return errors.New("say where the data goes, by --redis-url or FRONTDESK_REDIS_URL; or --check to read and report only")
	}
	return nil
}

// Run imports, and says in French what became of the files: supervisors read it.
func (c *importCommand) Run(out *console) error {
	kept := keptFlags{RedisURL: c.RedisURL, KeyFile: c.KeyFile, Flows: c.Flows, Region: c.Region}
	b, err := kept.bundle(out)
	if err != nil {
		return err
	}
	content, report, err := c.read(out, b)
	c.tell(out.err, report)
	if err != nil {
		fmt.Fprintf(out.out, "%v\n", err)
		return errFailed
	}
	if c.Check {
		fmt.Fprintf(out.out, "%s. Rien n'est changé.\n", summedUp(report))
		return nil
	}
	store, err := kept.open(out.ctx, b, warnings(out))
	if err != nil {
		return err
	}
	defer store.Close()
	hash, err := library{store, store}.replace(out.ctx, directory.Kind(c.Kind), content)
	switch {
	case errors.Is(err, bot.ErrTaken):
		return fmt.Errorf("another import was made meanwhile, and this one changed nothing; repeat it: %w", err)
	case err != nil:
		return fmt.Errorf("nothing was changed: %w", err)
	}
	fmt.Fprintf(out.out, "%s. Données en service : %s\n", summedUp(report), hash)
	return nil
}

// read reads the files; an interrupt ends it between two pieces.
func (c *importCommand) read(out *console, b *flow.Bundle) ([]byte, intake.Report, error) {
	var open []intake.File
	var sizes int64
	for _, name := range c.Files {
		f, err := os.Open(name)
		if err != nil {
			return nil, intake.Report{}, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			sizes += info.Size()
		}
		open = append(open, intake.File{Name: filepath.Base(name), From: f})
	}
	p := &progress{ctx: out.ctx, out: out.err, size: sizes, told: time.Now()}
	for i := range open {
		open[i].From = p.watch(open[i].From)
	}
	o := regional(b)
	o.Skip, o.Progress = c.SkipRefused, p.say
	return intake.Read(directory.Kind(c.Kind), open, o)
}

// progress tells how far long files are read, every two seconds.
type progress struct {
	ctx        context.Context
	out        io.Writer
	size, read int64
	told       time.Time
}

type watched struct {
	*progress
	from io.Reader
}

func (p *progress) watch(from io.Reader) io.Reader { return watched{p, from} }

func (w watched) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.from.Read(b)
	w.read += int64(n)
	return n, err
}

func (p *progress) say(file string, read int) {
	if time.Since(p.told) < 2*time.Second {
		return
	}
	p.told = time.Now()
	fmt.Fprintf(p.out, "%s : %d lignes lues, %d %%\n", file, read, 100*p.read/max(1, p.size))
}

// mostLines is how many refusals or remarks are printed.
const mostLines = 50

// tell prints refusals, then remarks.
func (c *importCommand) tell(out io.Writer, r intake.Report) {
	printSome(out, "refusé ", r.Refusals, r.Refused)
	printSome(out, "à vérifier ", r.Remarks, len(r.Remarks))
}

func printSome(out io.Writer, what string, remarks []intake.Remark, all int) {
	for i, remark := range remarks {
		if i == mostLines {
			fmt.Fprintf(out, "%set %d autres\n", what, all-mostLines)
			return
		}
		fmt.Fprintf(out, "%s%s\n", what, remark)
	}
}

// summedUp sums a report up.
func summedUp(r intake.Report) string {
	text := fmt.Sprintf("%s, %s", counted(r.Read, "ligne lue", "lignes lues"), counted(r.Kept, "gardée", "gardées"))
	if r.Aside > 0 {
		text += fmt.Sprintf(", %s hors de la région ou du sujet", counted(r.Aside, "laissée de côté", "laissées de côté"))
	}
	if r.Refused > 0 {
		text += ", " + counted(r.Refused, "refusée", "refusées")
	}
	return text
}
