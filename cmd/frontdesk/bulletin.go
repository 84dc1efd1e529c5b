package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// bulletinCommand puts a sentence up that everybody is told for a time.
type bulletinCommand struct {
	Sentence    string            `arg:"" optional:"" help:"What is told, in the service's own language. Without it, the bulletins are listed."`
	Until       string            `placeholder:"TIME" help:"When it ends, such as 18:00 or \"2027-07-06 19:00\" in the service's time zone."`
	From        string            `placeholder:"TIME" help:"When it begins; now by default."`
	Queues      []string          `name:"queue" placeholder:"STRUCTURE" help:"Tell it before a hand-off to these alone, not at every opening."`
	Translation map[string]string `placeholder:"LANG=TEXT" help:"The sentence in another language, such as en=\"The service is closed.\""`
	End         string            `placeholder:"ID" help:"End one now; the list names it."`
	orderFlags
	keptFlags
}

// Help is shown by --help.
func (*bulletinCommand) Help() string {
	return `Told on every channel within a second, once in a conversation: at its opening, or before the hand-off to a queue that
is named. It ends by itself. Nobody in danger is told it first.

    frontdesk bulletin "Parcoursup est en panne. Vos vœux ne sont pas perdus." --until 18:00
    frontdesk bulletin "Les résultats sont là." --from "2027-07-06 19:00" --until "2027-07-06 23:00"
    frontdesk bulletin "Le CIO est fermé ce jour." --queue cio --until 18:00
    frontdesk bulletin
    frontdesk bulletin --end 20270706T1700-1`
}

// Validate says what is missing.
func (c *bulletinCommand) Validate() error {
	switch {
	case c.End != "" && c.Sentence != "":
		return errors.New("either a sentence or --end, not both")
	case c.Sentence != "" && c.Until == "":
		return errors.New("say when the bulletin ends, by --until: none stays for ever")
	case c.Sentence == "" && (c.Until != "" || c.From != "" || len(c.Queues) > 0 || len(c.Translation) > 0):
		return errors.New("say the sentence")
	}
	return nil
}

// Run puts a bulletin up, ends one, or lists them.
func (c *bulletinCommand) Run(out *console) error {
	at, err := c.press(out, "")
	if err != nil {
		return err
	}
	switch {
	case c.End != "":
		if err = at.TakeDown(out.ctx, c.End, at.bundle.Source, c.order("", "")); err == nil {
			fmt.Fprintf(out.out, "Retirée : %s\n", c.End)
		}
	case c.Sentence == "":
		err = c.list(out, at)
	default:
		err = c.putUp(out, at)
	}
	return at.close(err)
}

func (c *bulletinCommand) putUp(out *console, at *pressroom) error {
	served, err := liveBundle(out, at)
	if err != nil {
		return err
	}
	b, err := c.bulletin(out, at, served)
	if err != nil {
		return err
	}
	if b, err = at.PutUp(out.ctx, b, served.Source, c.order("", "")); err != nil {
		return err
	}
	fmt.Fprintf(out.out, "Annonce %s, du %s au %s.\nPour la retirer : frontdesk bulletin --end %s\n", b.ID,
		b.From.In(served.Zone).Format("02/01/2006 15:04"), b.Until.In(served.Zone).Format("02/01/2006 15:04"), b.ID)
	return nil
}

// liveBundle is what the service serves now; the bundle of the flags before there is anything.
func liveBundle(out *console, at *pressroom) (*flow.Bundle, error) {
	live, err := at.Live(out.ctx)
	if err != nil || live == "" {
		return at.bundle, err
	}
	return at.Load(out.ctx, live)
}

func (c *bulletinCommand) bulletin(out *console, at *pressroom, served *flow.Bundle) (bot.Bulletin, error) {
	b := bot.Bulletin{Text: map[string]string{served.Source: strings.TrimSpace(c.Sentence)}}
	now, err := at.Now(out.ctx)
	if err != nil {
		return b, err
	}
	if b.Until, err = readTime(c.Until, now, served.Zone); err != nil {
		return b, err
	}
	if c.From != "" {
		if b.From, err = readTime(c.From, now, served.Zone); err != nil {
			return b, err
		}
	}
	for language, text := range c.Translation {
		if !slices.Contains(served.Languages, language) {
			return b, fmt.Errorf("la langue %q n'est pas servie ; les langues sont %s", language, strings.Join(served.Languages, ", "))
		}
		b.Text[language] = text
	}
	for _, queue := range c.Queues {
		if served.Structures[queue] == nil {
			return b, fmt.Errorf("la structure %q n'existe pas", queue)
		}
		b.Queues = append(b.Queues, bot.StructureID(queue))
	}
	return b, nil
}

func (c *bulletinCommand) list(out *console, at *pressroom) error {
	now, err := at.Now(out.ctx)
	if err != nil {
		return err
	}
	all, err := at.Bulletins(out.ctx)
	if err != nil {
		return err
	}
	for i := range all {
		b := &all[i]
		state := "à venir"
		switch {
		case b.Live(now):
			state = "en cours"
		case !b.Until.After(now):
			state = "finie"
		}
		fmt.Fprintf(out.out, "%s  %s  du %s au %s  %v  %s\n", b.ID, state, b.From.In(at.bundle.Zone).Format("02/01/2006 15:04"),
			b.Until.In(at.bundle.Zone).Format("02/01/2006 15:04"), b.Queues, b.Text[at.bundle.Source])
	}
	return nil
}
