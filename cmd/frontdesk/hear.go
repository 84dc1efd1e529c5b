package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/place"
)

// hearCommand says what the front desk understands of first messages.
type hearCommand struct {
	Why     bool     `help:"Say which words decided, and which row of lexicon.yaml."`
	Regions []string `placeholder:"NAME" help:"Regions that are served, separated by commas; by default the bundle's own."`
	Flows   string   `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to hear with; the reference bundle by default."`
	Region  string   `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region; the bundle's own by default."`
}

// Help is shown by --help.
func (*hearCommand) Help() string {
	return `Reads one message a line and prints one JSON object a line: its language, the emergency numbers of a danger, the public, the need, the place, and the outcomes the desk would choose from this message alone, best first (a network, or info, humain, suite, suivi, pro, abus, hors-region).

Examples:

    echo "bjr ma fille a 17 ans elle veut arreter le lycee" | frontdesk hear --why
    frontdesk hear --regions NAME,NAME < messages.txt`
}

// heardLine is what is printed of one message.
type heardLine struct {
	Lang    string            `json:"lang"`
	Urgent  bool              `json:"urgent"`
	Danger  string            `json:"danger"`
	Public  string            `json:"public"`
	Need    string            `json:"need"`
	Place   string            `json:"place"`
	Network []string          `json:"network"`
	Answers map[string]string `json:"answers,omitempty"`
	Why     []string          `json:"why,omitempty"`
}

// Run hears every line.
func (c *hearCommand) Run(out *console) error {
	b, err := out.load(c.Flows, c.Region)
	if err != nil {
		return fmt.Errorf("the bundle does not load:\n%w", err)
	}
	p, err := out.compile(b)
	if err != nil {
		return err
	}
	near, err := c.served(b)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(out.in)
	lines.Buffer(nil, 1<<20)
	w := bufio.NewWriter(out.out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for lines.Scan() {
		if err := enc.Encode(c.line(p, near, lines.Text())); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	return w.Flush()
}

// served are the places that are likely: the regions named, or the territories of the bundle.
func (c *hearCommand) served(b *flow.Bundle) (place.Preference, error) {
	var near place.Preference
	for _, name := range c.Regions {
		m, ok := place.Find(strings.ReplaceAll(name, "-", " "), place.Preference{})
		if !ok || m.Places[0].Kind != place.Region {
			return near, fmt.Errorf("%q is not a region of France", name)
		}
		near.Regions = append(near.Regions, m.Places[0].Code)
	}
	if len(c.Regions) == 0 {
		return b.Near(), nil
	}
	return near, nil
}

// line hears one message.
func (c *hearCommand) line(p *engine.Program, near place.Preference, words string) heardLine {
	h := p.Hear(words, near)
	d := p.Decide(&h)
	line := heardLine{Lang: h.Language, Network: d.Outcomes, Public: strings.Join(h.All(flow.KindPublic), ",")}
	if line.Public == "" {
		line.Public = "inconnu"
	}
	if needs := h.Needs(); len(needs) > 0 {
		line.Need = needs[0].ID
	}
	if h.Danger != nil {
		line.Danger = strings.Join(h.Danger.Numbers, ",")
		line.Urgent = true
		line.Network = append(h.Danger.Numbers[:len(h.Danger.Numbers):len(h.Danger.Numbers)], line.Network...)
	}
	if h.Place != nil {
		line.Place = h.Place.Name
	}
	if c.Why {
		c.explain(p, &h, d, &line)
	}
	return line
}

// explain adds the words and rows that decided.
func (c *hearCommand) explain(p *engine.Program, h *engine.Heard, d engine.Decision, line *heardLine) {
	if h.Danger != nil {
		line.Why = append(line.Why, fmt.Sprintf("danger %s (%s) : « %s », %s", h.Danger.ID, h.Danger.Grade, h.Alarm.Words, h.Alarm.Pattern))
	}
	for _, m := range h.Mentions {
		line.Why = append(line.Why, fmt.Sprintf("%s %s : « %s » (%s)", m.Kind, m.ID, m.Words, stands(m.Pos)))
	}
	if h.Aged {
		line.Why = append(line.Why, fmt.Sprintf("âge : %d", h.Age))
	}
	for _, row := range d.Rows {
		line.Why = append(line.Why, fmt.Sprintf("verdicts, ligne %d (%s)", row, stands(p.Bundle.Lexicon.Rows[row-1].Pos)))
	}
	line.Answers = map[string]string{}
	answers, _ := h.Answers()
	for _, a := range answers {
		line.Answers[a.Name] = a.Value
	}
}
