package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/locales"
)

// checkCommand says what is wrong with a bundle before it is served.
type checkCommand struct {
	Dir    string `arg:"" optional:"" env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to check; the reference bundle by default."`
	Region string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region to check it for; the bundle's own by default."`
	At     string `placeholder:"2026-11-24" help:"Day on which cards must be good; today by default."`
	Paths  bool   `help:"Show, under each finding, the shortest conversation that leads to it."`
}

// Help is shown by --help.
func (*checkCommand) Help() string {
	return `First what cannot be loaded, then what the proof finds by walking every path: one a line with file, line and fix. A bundle with an error is never served and the exit code is 1. Warnings follow: what is allowed and should be looked at, translations to review among them. A card past its date is an error here, so that it is not published so; serve goes on with the bundle, and does not give the card.

Examples:

    frontdesk check ./flows
    frontdesk check ./flows --region NAME --paths
    frontdesk check ./flows --at 2027-05-01`
}

// Run checks and says what it found, in French: supervisors read it.
func (c *checkCommand) Run(out *console) error {
	at := time.Now()
	if c.At != "" {
		var err error
		if at, err = time.Parse(time.DateOnly, c.At); err != nil {
			return fmt.Errorf("--at: %q is not a day, such as 2026-11-24", c.At)
		}
	}
	b, err := out.load(c.Dir, c.Region)
	if faults, is := errors.AsType[flow.Faults](err); is {
		for _, f := range faults {
			fmt.Fprintln(out.out, f)
		}
		fmt.Fprintln(out.out, counted(len(faults), "défaut", "défauts"))
		return errFailed
	}
	if err != nil {
		return err
	}
	words, err := locales.New(b)
	if err != nil {
		return err
	}
	p, err := engine.Compile(b, words)
	if err != nil {
		fmt.Fprintln(out.out, err)
		return errFailed
	}
	found := append(proof.Prove(p), proof.Perishable(b, at)...)
	for _, w := range b.Warnings {
		found = append(found, proof.Finding{Severity: proof.Warning, Fault: w})
	}
	for _, s := range words.Review(b) {
		if !s.Missing || b.Texts[s.ID].Pos == (flow.Pos{}) || strings.HasSuffix(s.ID, ".words") { // others the proof has found
			found = append(found, proof.Finding{Severity: proof.Warning, Fault: toReview(s)})
		}
	}
	found = found.Sorted()
	c.print(out.out, found)
	wrong := len(found.Errors())
	if wrong > 0 {
		fmt.Fprintln(out.out, counted(wrong, "défaut", "défauts"))
		return errFailed
	}
	summarize(out.out, b, len(found))
	return nil
}

// print says what was found, and how to see the conversations where they are not shown.
func (c *checkCommand) print(out io.Writer, found proof.Findings) {
	hidden := 0
	for _, f := range found {
		if f.Severity == proof.Warning {
			fmt.Fprint(out, "attention : ")
		}
		fmt.Fprintln(out, f)
		if len(f.Talk) == 0 {
			continue
		}
		if !c.Paths {
			hidden++
			continue
		}
		for _, l := range f.Talk {
			fmt.Fprintln(out, "   ", l)
		}
	}
	if hidden > 0 {
		fmt.Fprintf(out, "%s : « frontdesk check --paths » les montre\n", counted(hidden, "conversation mène à un défaut", "conversations mènent à des défauts"))
	}
}

// toReview is a translation that somebody should look at.
func toReview(s locales.Stale) flow.Fault {
	state := "à revoir, le texte français a changé"
	if s.Missing {
		state = "manquante"
	}
	return flow.Fault{Pos: s.Pos, Message: fmt.Sprintf("%s : traduction %s %s", s.ID, languageFrench(s.Language), state)}
}

// languageFrench names a translation's language as an adjective.
func languageFrench(code string) string {
	names := map[string]string{"en": "anglaise", "es": "espagnole", "de": "allemande", "it": "italienne", "pt": "portugaise",
		"ar": "arabe", "uk": "ukrainienne", "br": "bretonne", "tr": "turque", "ro": "roumaine", "ru": "russe", "zh": "chinoise"}
	return cmp.Or(names[code], fmt.Sprintf("« %s »", code))
}

// summarize says how large a bundle without faults is.
func summarize(out io.Writer, b *flow.Bundle, warnings int) {
	head := "aucun défaut"
	if warnings > 0 {
		head += ", " + counted(warnings, "avertissement", "avertissements")
	}
	parts := []string{
		"région " + b.Region, counted(len(b.Steps), "étape", "étapes"), counted(len(b.Tables), "table", "tables"),
		counted(len(b.Cards), "fiche", "fiches"), counted(len(b.Structures), "structure", "structures"),
		"langues " + strings.Join(b.Languages, " ")}
	if len(b.Received) > 0 {
		parts = append(parts, "reçues "+received(b))
	}
	fmt.Fprintf(out, "%s : %s\n", head, strings.Join(append(parts, "publication "+b.Hash[:8]), ", "))
}

// received names the languages that lead to a person only, and says which nobody has reread.
func received(b *flow.Bundle) string {
	var all []string
	for _, l := range b.Spoken()[len(b.Languages):] {
		if b.Received[l].By == "" {
			l += " (à relire)"
		}
		all = append(all, l)
	}
	return strings.Join(all, " ")
}

// counted is a number and its word in French, where none and one take the singular.
func counted(n int, one, many string) string {
	if n > 1 {
		one = many
	}
	return fmt.Sprintf("%d %s", n, one)
}
