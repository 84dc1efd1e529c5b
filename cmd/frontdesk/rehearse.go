package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"frontdesk/bot/engine"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// rehearseCommand lets supervisors talk to a flow before anybody else does.
type rehearseCommand struct {
	Channel  string   `enum:"web,chat,sms,phone,voice" default:"web" help:"How the person comes: web (or chat), sms, phone (or voice)."`
	Language string   `placeholder:"fr" help:"Language the person's browser asks for; the bundle's own by default."`
	At       string   `placeholder:"2026-11-24T10:00" help:"Day and hour in France; now by default. The clock stands still but for lines like (10m)."`
	Duty     int      `default:"1" placeholder:"N" help:"Counsellors on duty at the regional desk (${default})."`
	Flows    string   `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to rehearse; the reference bundle by default."`
	Region   string   `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region to rehearse; the bundle's own by default."`
	From     string   `placeholder:"accueil.besoin" help:"Step to begin at."`
	Answer   []string `placeholder:"NAME=VALUE" help:"An answer that is known there; may be given several times."`
	JSON     bool     `name:"json" help:"One JSON object a line for each thing the service does."`
	Record   string   `placeholder:"FILE" help:"Write the conversation as a transcript, to be replayed."`
	Replay   string   `placeholder:"FILE" help:"Play a transcript again and say what has changed; with --record, write it anew."`
}

// Help is shown by --help.
func (*rehearseCommand) Help() string {
	return `Type what the person says; Enter sends it. /fin or the end of the input ends.

    [2]                button 2, or the telephone's keys
    (silence)          until the next timer
    (10m)              ten minutes pass
    (hangs up)         the person leaves
    Camille: (claims)  a counsellor acts; Camille: words answers the person
    staff Karim mission-locale-35 3   one more counsellor, of that structure
    duty: 0            nobody is on duty any more

Camille and Dominique work at the regional desk. What counsellors write waits ten seconds, in which they can take it back: (10s) lets it go. All lines of transcripts can be used.

Examples:

    frontdesk rehearse --channel sms --at 2026-11-24T10:00
    printf '[5]\n[1]\n' | frontdesk rehearse --flows ./flows --record vae.txt

The exit code is 1 when a replay differs, when a line makes no sense, or when the service had to answer with an apology.`
}

// Validate says what the flags cannot mean.
func (c *rehearseCommand) Validate() error {
	if c.Duty < 0 {
		return fmt.Errorf("--duty: %d is not a number of people", c.Duty)
	}
	_, err := c.at()
	return err
}

// Run rehearses or replays.
func (c *rehearseCommand) Run(out *console) error {
	b, err := out.load(c.Flows, c.Region)
	if err != nil {
		return fmt.Errorf("the bundle cannot be rehearsed:\n%w", err)
	}
	p, err := out.compile(b)
	if err != nil {
		return err
	}
	p = p.With(examples(c.Flows, b, warnings(out)))
	if c.Replay != "" {
		return c.replay(out, rehearsal.On(p))
	}
	r, err := c.rehearsal(p)
	if err != nil {
		return err
	}
	return c.talk(out, p, r)
}

// at is the rehearsal's clock, to the minute.
func (c *rehearseCommand) at() (time.Time, error) {
	zone, err := time.LoadLocation(transcript.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("clock of the rehearsal: %w", err)
	}
	return moment(c.At, zone)
}

// moment reads a day and an hour on a clock; "" is now.
func moment(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Now().In(zone).Truncate(time.Minute), nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--at: %q is not a day and an hour, such as 2026-11-24T10:00", text)
}

// channel is the name behind the aliases.
func (c *rehearseCommand) channel() string {
	switch c.Channel {
	case "chat":
		return "web"
	case "voice":
		return "phone"
	}
	return c.Channel
}

// rehearsal begins one: the header of its transcript, and a stage to play it on.
func (c *rehearseCommand) rehearsal(p *engine.Program) (*rehearsed, error) {
	at, err := c.at()
	if err != nil {
		return nil, err
	}
	lead := p.Bundle.Lead().ID
	r := &rehearsed{header: []string{"at " + at.Format("2006-01-02 15:04"), "channel " + c.channel()}}
	if c.Language != "" {
		r.header = append(r.header, "language "+c.Language)
	}
	if c.From != "" {
		r.header = append(r.header, "from "+c.From)
	}
	for _, a := range c.Answer {
		name, value, _ := strings.Cut(a, "=")
		r.header = append(r.header, "answer "+name+" "+value)
	}
	r.header = append(r.header, "staff Camille "+lead+" 0", "staff Dominique "+lead+" 0", fmt.Sprint("duty ", c.Duty))
	if c.channel() == "phone" {
		r.header = append(r.header, "texts yes")
	}
	r.whole = strings.Join(r.header, "\n") + "\n"
	r.open(rehearsal.On(p), at)
	return r, nil
}

// talk is the conversation, line by line, until the input ends.
func (c *rehearseCommand) talk(out *console, p *engine.Program, r *rehearsed) error {
	v := c.view(out, p)
	if r.channelArrives() {
		if err := r.line("citizen: (arrives)", v); err != nil {
			return err
		}
	}
	err := c.listen(out, r, v)
	if c.Record != "" {
		if failed := writeWhole(c.Record, []byte(r.whole), 0o600); failed != nil {
			return failed
		}
	}
	for _, f := range r.stage.stage.Faults {
		fmt.Fprintln(out.err, "frontdesk: the service answered with an apology:", f)
		err = errFailed
	}
	return err
}

// listen plays each line. At a terminal a line that makes no sense is said to be so; in a script it
// ends the rehearsal.
func (c *rehearseCommand) listen(out *console, r *rehearsed, v *rehearsalView) error {
	person := isTerminal(out.in)
	ctx, done := context.WithCancel(out.ctx)
	defer done()
	lines := linesOf(ctx, out.in)
	for number := 1; ; number++ {
		if person {
			fmt.Fprint(out.out, "> ")
		}
		var line string
		select {
		case <-ctx.Done():
			return nil
		case l, more := <-lines:
			if !more {
				return nil
			}
			line = strings.TrimSpace(l)
		}
		switch {
		case line == "/fin":
			return nil
		case line == "/aide":
			fmt.Fprintln(out.out, c.Help())
			continue
		case line == "":
			continue
		}
		if !person {
			v.typed(line)
		}
		if err := r.line(r.meant(line), v); err != nil {
			fmt.Fprintf(out.err, "frontdesk: line %d: %v\n", number, err)
			if !person {
				return errFailed
			}
		}
	}
}

// isTerminal says whether somebody sits there.
func isTerminal(stream any) bool {
	f, is := stream.(*os.File)
	if !is {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// linesOf reads a stream beside the caller, who may stop waiting for it by ending ctx.
func linesOf(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		r := bufio.NewReader(in)
		for {
			line, err := r.ReadString('\n')
			if err != nil && line == "" {
				return
			}
			select {
			case lines <- line:
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}
