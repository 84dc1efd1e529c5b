package studio

import (
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/proof"
	"frontdesk/bot/render"
)

// A pane is one channel of the preview: what the person has before them.
type pane struct {
	Channel, Name string
	Bubbles       []bubble
	Options       []option // that can be clicked now
	Keypad        bool
	Dialled       string
	Notice        string // why nothing, or no more, is said
	Sum           string // what all of it costs
}

// A bubble is one message, in one channel's way.
type bubble struct {
	Who      string // person, bot, counsellor, or note for what is no message
	Name     string // of a counsellor
	Text     string
	Language string
	Safety   bool
	Options  []option
	Links    []bot.Link
	Seconds  int // about, as it is said
	Segments int // of SMS
	Wide     bool
	Costly   string // characters that make it cost more
	Speak    bool   // a voice can say it
}

// An option is one choice of a question.
type option struct {
	Number    int
	ID, Label string
}

// A painter draws the log of a trial in one channel's way, with what production draws it by.
type painter struct {
	p       *engine.Program
	channel string
	voice   bool // there is one to listen to
	labels  map[string]string
	now     time.Time
	life    bot.Life
	zone    *time.Location
	out     []bubble
}

// paint draws turns; only the latter shown of them, all are read.
func (s *Studio) paint(p *engine.Program, channel string, turns []turn, from int) []bubble {
	c := painter{p: p, channel: channel, voice: s.Voice != nil, labels: map[string]string{}, zone: p.Bundle.Zone, life: bot.Talking}
	for i, t := range turns {
		if i == from {
			c.out = nil
		}
		for _, e := range t.Entries {
			c.entry(e)
		}
	}
	return c.out
}

func (c *painter) entry(e bot.Entry) {
	if e.Input != nil {
		c.clock(e.At)
		c.happened(e.Input.Event)
		return
	}
	switch f := e.Effect.(type) {
	case bot.Say:
		c.say(f)
	case bot.Speak:
		b := bubble{Who: "counsellor", Name: strings.Trim(f.Name+", "+f.From, ", "), Text: string(f.Text)}
		if c.channel == "sms" {
			b.texted(render.Typed(b.Name + " : " + b.Text))
		}
		c.out = append(c.out, b)
	case bot.Hangup:
		c.note("La conversation est finie.")
	case bot.Write:
		c.note("Une lettre part par e-mail.")
	case bot.Forget:
		c.note("Ce qui était affiché est effacé.")
	case bot.Post:
		c.posted(f.Card)
	case bot.Listen, bot.Withdraw, bot.Present, bot.Pass, bot.Tell, nil:
	}
}

func (c *painter) note(text string) { c.out = append(c.out, bubble{Who: "note", Text: text}) }

// clock says how late it is once some time has gone by.
func (c *painter) clock(at time.Time) {
	if !c.now.IsZero() && at.Sub(c.now) >= time.Minute {
		layout := "15 h 04"
		if at.Sub(c.now) > 12*time.Hour {
			layout = "02/01, 15 h 04"
		}
		c.note("Il est " + at.In(c.zone).Format(layout) + ".")
	}
	c.now = at
}

// happened shows what the person does.
func (c *painter) happened(e bot.Event) {
	say := func(text string) { c.out = append(c.out, bubble{Who: "person", Text: text}) }
	switch e := e.(type) {
	case bot.Said:
		say(string(e.Text))
	case bot.Chose:
		label := c.labels[e.Option]
		if label == "" {
			label = e.Option
		}
		say(label)
	case bot.Pressed:
		say("touche " + e.Keys)
	case bot.GaveContact:
		say(string(e.Phone))
	case bot.NoInput:
		c.note("La personne se tait.")
	case bot.Rang:
		c.note("Le temps passe.")
	case bot.HungUp:
		c.note("La personne s'en va.")
	case bot.Claimed:
		c.note(counsellor + " prend le dossier.")
	case bot.Misrouted:
		c.note("Un mauvais aiguillage est signalé.")
	default: // the desk's own: what comes of it shows
	}
}

// posted says what became of the case, when that has changed.
func (c *painter) posted(card bot.Card) {
	if card.Life == c.life {
		return
	}
	c.life = card.Life
	told := map[bot.Life]string{bot.Waiting: "L'équipe voit le dossier : la personne attend.", bot.Referred: "Le dossier part à une structure.",
		bot.Promised: "Une réponse est promise à la personne.", bot.Closed: "Le dossier est fermé."}[card.Life]
	if told != "" {
		c.note(told)
	}
}

func (c *painter) say(f bot.Say) {
	b := bubble{Who: "bot", Safety: f.Safety, Language: f.Language}
	for i, o := range f.Options {
		c.labels[o.ID] = o.Label
		b.Options = append(b.Options, option{i + 1, o.ID, o.Label})
	}
	switch c.channel {
	case "phone":
		language := f.Language
		if language == "" {
			language = c.p.Bundle.Source
		}
		b.Text = render.Spoken(f, func(label string, n int) string {
			return c.p.Voiced(language, "engine.menu.voice", "label", label, "n", strconv.Itoa(n))
		})
		b.Language, b.Speak = language, c.voice
		b.Seconds = max(1, proof.Seconds(b.Text))
	case "sms":
		b.texted(render.Texted(f))
	default:
		b.Text, b.Links = f.Text, f.Links
	}
	c.out = append(c.out, b)
}

// texted is the message as it is sent, and what it costs.
func (b *bubble) texted(text string) {
	b.Text = render.Plain(strings.TrimSpace(text))
	segments, gsm7 := render.Segments(b.Text)
	b.Segments, b.Wide, b.Costly = segments, !gsm7, render.Costly(b.Text)
}

// offered are the options of the question that is open, or none.
func offered(p *performance) []option {
	if !p.Now.Asking || p.Now.Life == bot.Live {
		return nil
	}
	for i := len(p.Turns) - 1; i >= 0; i-- {
		for j := len(p.Turns[i].Entries) - 1; j >= 0; j-- {
			say, is := p.Turns[i].Entries[j].Effect.(bot.Say)
			if !is || say.Ask == "" || say.Ask != p.Now.Ask {
				continue
			}
			var all []option
			for n, o := range say.Options {
				all = append(all, option{n + 1, o.ID, o.Label})
			}
			return all
		}
	}
	return nil
}

// pane draws the trial's own channel.
func (s *Studio) pane(t *trial, p *engine.Program, done *performance) pane {
	channel := t.played()
	v := pane{Channel: channel, Name: nameOf(channel), Bubbles: s.paint(p, channel, done.Turns, 0), Options: offered(done), Keypad: channel == "phone", Dialled: t.Dialled}
	if len(done.Turns) == 0 && done.Stopped == "" {
		v.Notice = "Par SMS, la personne écrit la première."
	}
	v.sum()
	return v
}

// otherPane draws what another channel says in the same place: the question that stood before the last
// line, and then that line.
func (s *Studio) otherPane(t *trial, p *engine.Program, done *performance, channel string) pane {
	v := pane{Channel: channel, Name: nameOf(channel), Keypad: channel == "phone"}
	there, from := *t, 0
	if last := done.last(); len(done.Turns) > 1 {
		there.From, there.Given, there.Lines, from = last.Before.Step, last.Before.Answers, []string{last.Line}, 1
	} else {
		there.Lines = nil
	}
	if there.From == "" {
		there.Lines, from = t.Lines, 0
	}
	other := there.play(p, channel)
	v.Bubbles, v.Options = s.paint(p, channel, other.Turns, min(from, max(0, len(other.Turns)-1))), offered(other)
	switch {
	case other.Stopped != "":
		v.Notice = other.Stopped
	case len(other.Turns) == 0:
		v.Notice = "Par SMS, la personne écrit la première."
	}
	v.sum()
	return v
}

// sum says what all that the bot said costs.
func (v *pane) sum() {
	seconds, segments := 0, 0
	for _, b := range v.Bubbles {
		seconds, segments = seconds+b.Seconds, segments+b.Segments
	}
	switch {
	case seconds > 0:
		v.Sum = "environ " + plural(seconds, "seconde", "secondes") + " de parole"
	case segments > 0:
		v.Sum = strconv.Itoa(segments) + " SMS"
	}
}

func nameOf(channel string) string {
	for _, c := range channels() {
		if c.Value == channel {
			return c.Label
		}
	}
	return channel
}
