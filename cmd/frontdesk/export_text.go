package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// text is the export for the person themself, in plain French.
func (x *export) text() string {
	var p page
	p.title("Ce que nous gardons pour le dossier " + cmp.Or(x.Dossier, x.number))
	p.line("Demandé", x.when(x.Exported))
	s := &x.Session
	p.line("Première fois", x.when(s.Started))
	p.line("Dernier échange", x.when(s.Updated))
	p.line("Langue", desk.LanguageLabel(s.Language))
	p.title("Où nous vous joignons")
	for _, l := range s.Legs {
		if l.For == bot.ToCitizen {
			p.line(desk.ChannelLabel(l.Channel), address(l))
		}
	}
	p.title("Vos réponses")
	for _, a := range x.Answers {
		p.line(a.Label, a.Value)
	}
	p.title("Les informations données")
	for _, title := range x.Cards {
		p.item(title)
	}
	if m := x.Message; m != nil {
		p.title("Votre message vocal")
		p.line("Durée", bot.Lasting(m.Length))
		p.line("Détruit le", x.when(m.Until))
		p.line("Le son", "remis dans un fichier à part, si vous le demandez avant cette date")
	}
	x.follow(&p)
	x.messages(&p)
	p.title("Les messages qui n'ont pas pu être remis ou lus")
	for _, b := range x.Buried {
		text := fmt.Sprintf("%s, message %d", x.when(b.At), b.Seq)
		if b.Input != nil {
			if who, words := wrote(b.Input.Event); words != "" {
				text += " · " + who + " : " + words
			}
		}
		p.item(text)
	}
	return p.String()
}

// address is where a leg leads. A browser is known by a mark that says nothing about anybody.
func address(l bot.Leg) string {
	where := string(l.Peer)
	if l.Channel == "web" {
		where = "votre navigateur, reconnu par une marque"
	}
	if l.Left {
		where += " (quitté)"
	}
	return where
}

// follow is what counsellors do about the case.
func (x *export) follow(p *page) {
	c := &x.Session.Case
	if c.Since.IsZero() {
		return
	}
	p.title("Le suivi de votre demande")
	p.line("État", desk.LifeLabel(x.Session.Life))
	p.line("Structure", cmp.Or(x.lead, string(c.Structure)))
	p.line("Conseiller", c.OwnerName)
	p.line("Transmis", x.when(c.Since))
	p.line("Réponse annoncée", x.when(c.Due))
	if c.Contact != "" {
		p.line("Réponse", desk.Label(desk.Contacts(), c.Contact))
	}
	if c.Outcome != "" {
		p.line("Fin", desk.Label(desk.Outcomes(), c.Outcome))
	}
	p.line("Danger entendu", c.Danger)
	if c.Procedure != "" {
		p.line("Procédure danger", map[string]string{"open": "ouverte", "closed": "terminée"}[c.Procedure])
	}
}

// messages are what was said, both ways, and what counsellors noted.
func (x *export) messages(p *page) {
	p.title("Les messages")
	for _, e := range x.Log {
		if who, words := said(&e); words != "" {
			p.item(x.when(e.At) + " · " + who + " : " + words)
		}
	}
	for _, h := range x.Session.Held {
		p.item(x.when(h.At) + " · Conseiller, pas encore envoyé : " + string(h.Text))
	}
	if x.Waiting != nil {
		if who, words := said(&bot.Entry{Input: x.Waiting}); words != "" {
			p.item(x.when(x.Waiting.At) + " · " + who + ", pas encore lu : " + words)
		}
	}
}

// said is what an entry of the log says in words, and who says it; "" when it has none.
func said(e *bot.Entry) (who, words string) {
	if e.Input != nil {
		return wrote(e.Input.Event)
	}
	switch effect := e.Effect.(type) {
	case bot.Say:
		if e.To == bot.ToText {
			return "Robot, par SMS", effect.Text
		}
		return "Robot", effect.Text
	case bot.Speak:
		if effect.Amends {
			return effect.Name + ", en correction", string(effect.Text)
		}
		return effect.Name, string(effect.Text)
	case bot.Write:
		return "Lettre à votre adresse e-mail", cmp.Or(effect.Text, "(un code, pour la confirmer)")
	case bot.Listen, bot.Hangup, bot.Post, bot.Present, bot.Pass, bot.Tell, bot.Forget, bot.Withdraw:
	}
	return "", ""
}

func wrote(event bot.Event) (who, words string) {
	switch e := event.(type) {
	case bot.Said:
		if e.Amends != "" {
			return "Vous, en correction", string(e.Text)
		}
		return "Vous", string(e.Text)
	case bot.GaveContact:
		return "Vous, par le bouton du numéro", string(e.Phone)
	case bot.Enclosed:
		return "Vous", "(un fichier, non transmis)"
	case bot.Chose:
		return "Vous, en choisissant", e.Option
	case bot.Recorded:
		return "Vous", "(un message enregistré, " + bot.Lasting(e.Length) + ")"
	case bot.Pressed:
		return "Vous, sur le clavier", e.Keys
	case bot.Arrived:
		return "Vous", "(arrivée)"
	case bot.Noted:
		return "Note d'un conseiller", string(e.Text)
	case bot.Transferred:
		return "Raison d'un transfert", string(e.Reason)
	case bot.Refused:
		return "Raison d'un refus", strings.TrimSpace(desk.Label(desk.Refusals(), e.Reason) + " " + string(e.Note))
	case bot.Procedure:
		return "Procédure danger", strings.TrimSpace(desk.Label(desk.Steps(), e.Do) + " " + string(e.Note))
	case bot.Unplayed:
		if e.By == "" {
			return "Vous", string(e.Text)
		}
		return "Conseiller", string(e.Text)
	case bot.NoInput, bot.HungUp, bot.Claimed, bot.Replied, bot.TookBack, bot.Released, bot.Invited, bot.Misrouted, bot.Redacted,
		bot.Accepted, bot.Promise, bot.Finished, bot.Rang, bot.Undelivered, bot.Delivered, bot.DeskAway, bot.Circulated, bot.EraseAsked:
	}
	return "", ""
}

func (x *export) when(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return strings.ReplaceAll(desk.Date(at, x.zone)+", "+desk.Hour(at, x.zone), "\u00a0", " ")
}

// A page is text under titles; a title with nothing under it is left out.
type page struct {
	out   strings.Builder
	above string
}

func (p *page) title(text string) { p.above = text }

func (p *page) line(label, value string) {
	if value != "" {
		p.item(label + " : " + value)
	}
}

// item keeps to one line of its own: what people wrote cannot look like one of ours.
func (p *page) item(text string) {
	if p.above != "" {
		if p.out.Len() > 0 {
			p.out.WriteByte('\n')
		}
		p.out.WriteString(p.above + "\n")
		p.above = ""
	}
	p.out.WriteString("  " + strings.ReplaceAll(plainText(text), "\n", "\n    ") + "\n")
}

// plainText takes out what could steer a terminal.
func plainText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}

func (p *page) String() string { return p.out.String() }
