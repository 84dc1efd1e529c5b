package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/draw"
	"frontdesk/bot/flow"
)

// drawCommand shows a flow at a glance.
type drawCommand struct {
	Flow   string `arg:"" optional:"" help:"Flow to draw; it may be left out where there is only one."`
	Text   bool   `help:"Tell it in words, step by step, for a terminal or a screen reader."`
	Flows  string `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to draw from; the reference bundle by default."`
	Region string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region; the bundle's own by default."`
	Out    string `placeholder:"FILE" help:"File to write; the standard output by default."`
}

// Help is shown by --help.
func (*drawCommand) Help() string {
	return `Lays a flow out as an SVG picture for a browser: every step, where each answer leads, what leads to a person and what is heard as danger set apart. Nothing is stored: the same bundle gives the same picture. Without a flow, where there are several, it names them.

Examples:

    frontdesk draw accueil > accueil.svg
    frontdesk draw accueil --text
    frontdesk draw contact --flows ./flows --out contact.svg`
}

// Run draws.
func (c *drawCommand) Run(out *console) error {
	b, err := out.load(c.Flows, c.Region)
	if err != nil {
		return fmt.Errorf("the bundle does not load:\n%w", err)
	}
	id, err := chosenFlow(b, c.Flow)
	if err != nil {
		return err
	}
	p := draw.Lay(b, id)
	var drawn bytes.Buffer
	if c.Text {
		err = draw.Text(&drawn, p)
	} else {
		err = draw.SVG(&drawn, p, draw.Options{Alone: true})
	}
	if err != nil {
		return err
	}
	if c.Out != "" {
		return writeWhole(c.Out, drawn.Bytes(), 0o644)
	}
	_, err = out.out.Write(drawn.Bytes())
	return err
}

// chosenFlow is the flow that was asked for, or the only one there is.
func chosenFlow(b *flow.Bundle, id string) (string, error) {
	if b.Flows[id] != nil {
		return id, nil
	}
	ids := slices.Sorted(maps.Keys(b.Flows))
	slices.SortStableFunc(ids, func(x, y string) int { // the one that people begin with first
		switch b.Start {
		case x:
			return -1
		case y:
			return 1
		}
		return 0
	})
	var all []string
	for _, id := range ids {
		all = append(all, fmt.Sprintf("    %s : %s, %s", id, b.Flows[id].Title, counted(len(b.Flows[id].Order), "étape", "étapes")))
	}
	switch {
	case id != "":
		return "", fmt.Errorf("there is no flow %q; there are:\n%s", id, strings.Join(all, "\n"))
	case len(all) == 1:
		return b.Start, nil
	}
	return "", fmt.Errorf("say which flow to draw:\n%s", strings.Join(all, "\n"))
}
