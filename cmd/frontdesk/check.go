package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/locales"
)

// checkCommand says what is wrong with a bundle before it is served.
type checkCommand struct {
	Dir    string `arg:"" optional:"" env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to check; the reference bundle by default."`
	Region string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region to check it for; the bundle's own by default."`
}

// Help is shown by --help.
func (*checkCommand) Help() string {
	return `Faults come first, one a line with file and line; a bundle with a fault is never served and the exit code is 1. Warnings follow: what is allowed and should be looked at, translations to review among them.

Examples:

    frontdesk check ./flows
    frontdesk check ./flows --region bretagne`
}

// Run checks and says what it found, in French: supervisors read it.
func (c *checkCommand) Run(out *console) error {
	b, err := loadBundle(c.Dir, c.Region)
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
	if _, err := compile(b); err != nil {
		fmt.Fprintln(out.out, err)
		return errFailed
	}
	warnings := slices.Clone(b.Warnings)
	words, err := locales.New(b)
	if err != nil {
		return err
	}
	for _, s := range words.Review(b) {
		warnings = append(warnings, toReview(s))
	}
	slices.SortStableFunc(warnings, func(a, b flow.Fault) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
	for _, w := range warnings {
		fmt.Fprintln(out.out, "attention :", w)
	}
	summarize(out.out, b, len(warnings))
	return nil
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
