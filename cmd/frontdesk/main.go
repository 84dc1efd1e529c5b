// Command frontdesk is the telephone and chat front desk of a regional careers-guidance service.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the desk's hours do not depend on the machine's files

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(os.Args[1:], &console{ctx, os.Stdin, os.Stdout, os.Stderr, fromFiles{}}))
}

// console is where a command reads and writes, and has its bundles from.
type console struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	bundles
}

// cli is every command, with its flags and their environment variables.
type cli struct {
	Serve    serveCommand    `cmd:"" help:"Run the front desk: web chat, web desk, clocks."`
	Rehearse rehearseCommand `cmd:"" help:"Talk to the flow at the terminal, as chat, SMS or voice."`
	Check    checkCommand    `cmd:"" help:"Say what is wrong with a bundle, with file, line and fix."`
	Fmt      fmtCommand      `cmd:"" help:"Write the files of a bundle in their canonical form."`
	Hear     hearCommand     `cmd:"" help:"Say what messages mean: one a line in, one JSON object a line out."`
	Explain  explainCommand  `cmd:"" help:"Say which row of a table decides a case, and why."`
	Draw     drawCommand     `cmd:"" help:"Draw a flow as a picture (SVG), or tell it in words."`
	Flows    flowsCommand    `cmd:"" help:"Publish, take back, list, export bundles; print the journal."`
	Bulletin bulletinCommand `cmd:"" help:"Tell everybody a sentence for a time: a closure, a strike, a platform that is down."`
	Import   importCommand   `cmd:"" help:"Import reference data: places, coordinates, rome, portraits, events."`
	Report   reportCommand   `cmd:"" help:"Print the text-free events of past turns as CSV."`
	Erase    eraseCommand    `cmd:"" help:"Erase one person's conversation, as EFFACER does."`
	Export   exportCommand   `cmd:"" help:"Print all that is kept about one person."`
	Audit    auditCommand    `cmd:"" help:"Print who claimed, exported, erased, and when."`
	Slack    slackCommand    `cmd:"" help:"Prepare the counsellors' Slack: print the app's manifest."`
	Schema   schemaCommand   `cmd:"" help:"Print the JSON Schema of the record that partners receive."`
	Staff    staffCommand    `cmd:"" help:"Make a password hash for the staff file."`
	Prompts  promptsCommand  `cmd:"" help:"Prepare what the telephone says: list sentences to be recorded, make the others."`
	Bench    benchCommand    `cmd:"" help:"Measure what this machine and its Redis hold."`
	Keys     keysCommand     `cmd:"" help:"Make and rotate the keys that seal what is kept."`
	Watch    watchCommand    `cmd:"" help:"Print a Grafana dashboard and Prometheus alerts for frontdesk serve."`
	Version  versionCommand  `cmd:"" help:"Print the version of this binary and of its reference bundle."`
}

// errFailed ends a command that has said itself what was wrong.
var errFailed = errors.New("failed")

// run plays one command line and returns the exit code: 0, 1 when the command failed, 2 when the
// command line cannot be understood.
func run(args []string, at *console) int {
	code := -1
	parser, err := kong.New(&cli{}, kong.Name("frontdesk"), kong.Writers(at.out, at.err), kong.Exit(func(c int) { code = c }),
		kong.Description("The telephone and chat front desk of a regional careers-guidance service.\n\nStart with: frontdesk serve, then open the address it prints. Supervisors: frontdesk rehearse, frontdesk check."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(at.err, "frontdesk:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if code >= 0 { // --help has answered
		return code
	}
	if err != nil {
		fmt.Fprintf(at.err, "frontdesk: %v\nTry: frontdesk --help\n", err)
		return 2
	}
	command.Bind(at)
	switch err := command.Run(); {
	case err == nil:
		return 0
	case errors.Is(err, errFailed):
		return 1
	default:
		fmt.Fprintln(at.err, "frontdesk:", err)
		return 1
	}
}
