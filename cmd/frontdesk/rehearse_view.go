package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/render"
	"frontdesk/locales"
)

// A rehearsalView shows what the service does as the person and the desk would have it.
type rehearsalView struct {
	out     io.Writer
	json    bool
	dims    bool // the desk's side in pale letters
	kind    string
	bundle  *flow.Bundle
	menu    string // how a voice offers an option
	clock   time.Time
	members map[bot.CounsellorID]string
}

func (c *rehearseCommand) view(out *console, p *engine.Program) *rehearsalView {
	v := &rehearsalView{out: out.out, json: c.JSON, bundle: p.Bundle, kind: render.Kind(bot.ChannelName(c.channel())), menu: "{n} : {label}"}
	v.dims = isTerminal(out.out) && os.Getenv("NO_COLOR") == ""
	v.clock, _ = c.at()
	if words, err := locales.New(p.Bundle); err == nil {
		if text, ok := words.Text(p.Bundle.Source, "engine.menu.voice"); ok {
			v.menu = text
		}
	}
	return v
}

// names says how counsellors are called.
func (v *rehearsalView) names(staff []bot.Actor) {
	v.members = map[bot.CounsellorID]string{}
	for _, a := range staff {
		v.members[a.ID] = a.Name
	}
}

// show writes all that one step of the rehearsal caused.
func (v *rehearsalView) show(c call) {
	for _, e := range c.entries {
		switch {
		case e.Effect == nil:
		case v.json:
			v.object(e)
		default:
			v.time(e.At)
			v.effect(e)
		}
	}
	if understood := understood(c.trace); understood != "" && !v.json && len(c.entries) > 0 {
		v.pale("· " + understood)
	}
}

// understood is what became of the person's words: the class and the row that followed.
func understood(t bot.Trace) string {
	var parts []string
	for _, s := range []string{t.Class, t.Row} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// time says when it is once it has moved on.
func (v *rehearsalView) time(at time.Time) {
	if !at.After(v.clock) {
		return
	}
	layout := "15:04:05"
	if at.Sub(v.clock) > 12*time.Hour {
		layout = "2006-01-02 15:04"
	}
	v.clock = at
	v.pale("— " + at.In(v.bundle.Zone).Format(layout) + " —")
}

func (v *rehearsalView) effect(e bot.Entry) {
	switch f := e.Effect.(type) {
	case bot.Say:
		if e.To == bot.ToText {
			v.pale("SMS :\n" + render.Plain(f.Text))
			return
		}
		v.say(f)
	case bot.Listen:
		if v.kind == "voice" && f.Patience > 0 {
			v.pale(fmt.Sprintf("(écoute %s)", f.Patience))
		}
	case bot.Speak:
		v.plain(fmt.Sprintf("%s, %s : %s", f.Name, f.From, string(f.Text)))
	case bot.Withdraw:
		v.pale("(retire un message)")
	case bot.Write:
		v.pale("lettre (" + f.Kind + ") :\n" + f.Text)
	case bot.Hangup:
		v.pale("(fin : " + f.Reason + ")")
	case bot.Post:
		v.pale("bureau : " + v.card(f.Card))
	case bot.Present:
		v.pale("dossier remis :\n" + strings.TrimRight(desk.Plain(f.Brief, v.bundle.Zone), "\n"))
	case bot.Pass:
		v.pale("au conseiller : " + string(f.Text))
	case bot.Tell:
		v.pale(strings.TrimRight(fmt.Sprintf("à %s : %s %s", v.member(f.To), f.Code, f.Who), " "))
	case bot.Forget:
		v.pale("(efface ce qui est affiché : " + f.Leg + ")")
	case nil:
	}
}

// say is the bot's words in the channel's way.
func (v *rehearsalView) say(f bot.Say) {
	text := ""
	switch v.kind {
	case "voice":
		text = render.Spoken(f, func(label string, n int) string {
			return strings.NewReplacer("{label}", label, "{n}", strconv.Itoa(n)).Replace(v.menu)
		})
	case "sms":
		text = render.Plain(render.Numbered(f))
	default:
		text = render.Numbered(f)
	}
	mark := ""
	if f.Safety {
		mark = "! "
	}
	v.plain(mark + text)
	for _, l := range f.Links {
		v.plain("  → " + strings.TrimPrefix(l.Text+" "+l.URL, l.URL+" "))
	}
	if v.kind == "sms" {
		if n, _ := render.Segments(text); n > 1 {
			v.pale(fmt.Sprintf("(%d SMS)", n))
		}
	}
}

// card is one line of the desk's list.
func (v *rehearsalView) card(c bot.Card) string {
	words := []string{c.Dossier, string(c.Life), string(c.Queue)}
	add := func(label, value string) {
		if value != "" {
			words = append(words, strings.TrimSpace(label+" "+value))
		}
	}
	if c.Urgent {
		add("", "urgent")
	}
	add("besoin", c.Need)
	add("public", c.Public)
	if !c.Due.IsZero() {
		add("pour", c.Due.In(v.bundle.Zone).Format("2006-01-02 15:04"))
	}
	add("pris par", c.OwnerName)
	add("procédure", c.Procedure)
	add("issue", c.Outcome)
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func (v *rehearsalView) member(id bot.CounsellorID) string {
	if name, known := v.members[id]; known {
		return name
	}
	return string(id)
}

// typed repeats a line that came from a file, so that what is written can be read alone.
func (v *rehearsalView) typed(line string) {
	if !v.json {
		v.plain("> " + line)
	}
}

func (v *rehearsalView) plain(text string) { fmt.Fprintln(v.out, text) }

// pale is what the person does not see.
func (v *rehearsalView) pale(text string) {
	text = "    " + strings.ReplaceAll(text, "\n", "\n    ")
	if v.dims {
		text = "\x1b[2m" + text + "\x1b[0m"
	}
	fmt.Fprintln(v.out, text)
}

// deed is one effect as --json writes it.
type deed struct {
	At        string       `json:"at"`
	To        string       `json:"to"`
	Effect    string       `json:"effect"`
	Text      string       `json:"text,omitempty"`
	Options   []deedOption `json:"options,omitempty"`
	Links     []deedLink   `json:"links,omitempty"`
	Safety    bool         `json:"safety,omitempty"`
	Ask       string       `json:"ask,omitempty"`
	Patience  string       `json:"patience,omitempty"`
	Name      string       `json:"name,omitempty"`
	From      string       `json:"from,omitempty"`
	Reason    string       `json:"reason,omitempty"`
	Code      string       `json:"code,omitempty"`
	Dossier   string       `json:"dossier,omitempty"`
	Life      string       `json:"life,omitempty"`
	Queue     string       `json:"queue,omitempty"`
	Urgent    bool         `json:"urgent,omitempty"`
	Due       string       `json:"due,omitempty"`
	Owner     string       `json:"owner,omitempty"`
	Procedure string       `json:"procedure,omitempty"`
	Outcome   string       `json:"outcome,omitempty"`
	Brief     *bot.Brief   `json:"brief,omitempty"`
}

type deedOption struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type deedLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

func (v *rehearsalView) object(e bot.Entry) {
	d := deed{At: v.stamp(e.At), To: string(e.To), Effect: bot.Name(e.Effect)}
	switch f := e.Effect.(type) {
	case bot.Say:
		d.Text, d.Safety, d.Ask = f.Text, f.Safety, string(f.Ask)
		for _, o := range f.Options {
			d.Options = append(d.Options, deedOption(o))
		}
		for _, l := range f.Links {
			d.Links = append(d.Links, deedLink(l))
		}
	case bot.Listen:
		d.Ask = string(f.Ask)
		if f.Patience > 0 {
			d.Patience = f.Patience.String()
		}
	case bot.Speak:
		d.Text, d.Name, d.From = string(f.Text), f.Name, f.From
	case bot.Write:
		d.Text, d.Reason = f.Text, f.Kind
	case bot.Withdraw:
		d.Name = f.Message
	case bot.Hangup:
		d.Reason = f.Reason
	case bot.Post:
		c := f.Card
		d.Dossier, d.Life, d.Queue, d.Urgent = c.Dossier, string(c.Life), string(c.Queue), c.Urgent
		d.Due, d.Owner, d.Procedure, d.Outcome = v.stamp(c.Due), c.OwnerName, c.Procedure, c.Outcome
	case bot.Present:
		d.Brief = &f.Brief
	case bot.Pass:
		d.Text = string(f.Text)
	case bot.Tell:
		d.Code, d.Name, d.Owner = f.Code, v.member(f.To), f.Who
	case bot.Forget:
		d.Name = f.Leg
	}
	line, err := json.Marshal(d)
	if err != nil {
		line = []byte(strconv.Quote(err.Error())) // a struct of strings cannot fail
	}
	fmt.Fprintln(v.out, string(line))
}

func (v *rehearsalView) stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(v.bundle.Zone).Format(time.RFC3339)
}
