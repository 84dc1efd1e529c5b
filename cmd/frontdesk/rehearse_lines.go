package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// A rehearsed conversation is a transcript that grows by a line and is played again from the start.
type rehearsed struct {
	header []string
	events []string
	script *transcript.Script
	stage  *remembered
	whole  string // as the last play wrote it
}

func (r *rehearsed) open(e *engine.Engine, at time.Time) {
	facts := func(in bot.Input) bot.Facts { return r.script.Facts(in) }
	r.stage = &remembered{stage: rehearsal.New(e, facts, at)}
}

// channelArrives says whether coming is something the service sees: on SMS there are only words.
func (r *rehearsed) channelArrives() bool { return !slices.Contains(r.header, "channel sms") }

// line plays one more line of the transcript and shows what it caused. A line that fails leaves
// everything as it was.
func (r *rehearsed) line(text string, v *rehearsalView) error {
	header, events := r.header, r.events
	if strings.HasPrefix(text, "staff ") {
		header = append(slices.Clip(header), text)
	} else {
		events = append(slices.Clip(events), text)
	}
	script, err := transcript.Parse(strings.Join(header, "\n") + "\n\n" + strings.Join(events, "\n") + "\n")
	if err != nil {
		return unnumbered(err)
	}
	before := r.script
	r.script = script
	r.stage.stage.Begin(script.World.From, script.World.Answers)
	whole, news, err := r.stage.attempt(script)
	if err != nil {
		r.script = before
		return unnumbered(err)
	}
	r.header, r.events, r.whole = header, events, whole
	v.names(script.World.Staff)
	for _, c := range news {
		v.show(c)
	}
	return nil
}

// unnumbered takes away the number of the line in a transcript that nobody sees.
func unnumbered(err error) error {
	if _, rest, found := strings.Cut(err.Error(), ": "); found && strings.HasPrefix(err.Error(), "line ") {
		return errors.New(rest)
	}
	return err
}

// acting is a line in which somebody of the desk does something: "Camille: (claims)".
var acting = regexp.MustCompile(`^\p{Lu}[\p{L}-]*: *\(`)

// meant is the transcript's line for what was typed. What is nothing else, the citizen says.
func (r *rehearsed) meant(typed string) string {
	who, _, named := strings.Cut(typed, ":")
	switch {
	case strings.HasPrefix(typed, "#"), r.staffLine(typed):
		return typed
	case named && r.speaks(who), acting.MatchString(typed):
		return typed
	case typed == "(erases)", strings.HasPrefix(typed, "(undelivered "):
		return "system: " + typed
	case strings.HasPrefix(typed, "(") && strings.HasSuffix(typed, ")"):
		if d, err := time.ParseDuration(typed[1 : len(typed)-1]); err == nil {
			return fmt.Sprint("time: ", d)
		}
	}
	return "citizen: " + typed
}

func (r *rehearsed) staffLine(typed string) bool {
	return strings.HasPrefix(typed, "staff ") && len(strings.Fields(typed)) >= 4
}

// speaks says whether a line may begin with this name.
func (r *rehearsed) speaks(who string) bool {
	if slices.Contains([]string{"citizen", "system", "time", "duty"}, who) {
		return true
	}
	return slices.ContainsFunc(r.header, func(line string) bool {
		fields := strings.Fields(line)
		return fields[0] == "staff" && fields[1] == who
	})
}
