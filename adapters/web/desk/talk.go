package desk

import (
	"context"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// hold is how long a message can be taken back, where its Tell does not say when it goes.
const hold = 10 * time.Second

// message is one thing in the conversation as it is read.
type message struct {
	Key     string // the entry's number: what the script compares
	Kind    string // citizen, bot, desk, note or event
	Speaker string
	Text    string
	Options []string
	At      string
	State   string // of one's own message: held, sent, seen, back
	Left    int64  // milliseconds until a held message goes
	In      int64  // the same in seconds
	Sending string // idem of a held message that this viewer may take back
	Idem    string
}

// talk reads a log once, front to back.
type talk struct {
	d         *Desk
	me        bot.Counsellor
	card      bot.Card
	names     map[bot.CounsellorID]string
	causes    map[string]bot.Event
	options   map[bot.AskID][]bot.Choice
	replies   map[string]int // message id → index
	messages  []message
	procedure map[string]string // text of a step → when and by whom it was done
	sent      []int             // messages that have gone and were not answered yet
}

func (d *Desk) read(ctx context.Context, me bot.Counsellor, card bot.Card, entries []bot.Entry) *talk {
	t := &talk{d: d, me: me, card: card, names: make(map[bot.CounsellorID]string), causes: make(map[string]bot.Event),
		options: make(map[bot.AskID][]bot.Choice), replies: make(map[string]int), procedure: make(map[string]string)}
	if all, err := d.Staff.All(ctx); err == nil {
		for _, c := range all {
			t.names[c.ID] = c.Name
		}
	}
	for _, e := range entries {
		if e.Input != nil {
			t.causes[e.Cause] = e.Input.Event
			t.came(e)
			continue
		}
		t.went(e)
	}
	if d.presence(ctx, card) == "en ligne" {
		t.seen()
	}
	return t
}

func (t *talk) add(e bot.Entry, kind, speaker string, text string) *message {
	t.messages = append(t.messages, message{Key: entryKey(e.Seq), Kind: kind, Speaker: speaker, Text: text, At: t.d.stamp(e.At)})
	return &t.messages[len(t.messages)-1]
}

// came shows an input. What a counsellor did shows with its outcome, except what they wrote.
func (t *talk) came(e bot.Entry) {
	const person = "La personne"
	switch v := e.Input.Event.(type) {
	case bot.Said:
		t.seen()
		t.add(e, "citizen", person, string(v.Text))
	case bot.Chose:
		t.seen()
		t.add(e, "citizen", person, desk.Label(t.options[v.Ask], v.Option))
	case bot.Pressed:
		t.seen()
		t.add(e, "citizen", person, "Touches : "+v.Keys)
	case bot.HungUp:
		t.add(e, "event", "", "La personne est partie.")
	case bot.Replied:
		t.replied(e, v)
	case bot.Noted:
		t.add(e, "note", t.name(v.By), string(v.Text))
	case bot.Undelivered:
		t.add(e, "event", "", "Un message n'a pas pu être remis à la personne.")
	case bot.Unplayed:
		t.add(e, "event", "", "Le robot n'a pas pu traiter un message.")
		if v.Text != "" {
			t.add(e, "citizen", person, string(v.Text))
		}
	case bot.EraseAsked:
		t.add(e, "event", "", "La personne a demandé l'effacement.")
	case bot.Arrived, bot.NoInput, bot.Claimed, bot.TookBack, bot.Released, bot.Transferred, bot.Accepted,
		bot.Refused, bot.Promise, bot.Finished, bot.Procedure, bot.Rang:
	}
}

// replied shows a message from the moment it is written; Speak or its being taken back settles it.
func (t *talk) replied(e bot.Entry, v bot.Replied) {
	m := t.add(e, "desk", t.name(v.By), string(v.Text))
	m.State = "lost" // until a Tell says that it was kept
	if sending, mine := strings.CutPrefix(e.Input.ID, inputID(t.card.Conversation, desk.Reply, "")); mine && v.By == t.me.ID {
		m.Sending, m.Idem = sending, newIdem()
	}
	t.replies[e.Input.ID] = len(t.messages) - 1
}

// went shows an effect, and what it says about the messages before it.
func (t *talk) went(e bot.Entry) {
	switch v := e.Effect.(type) {
	case bot.Say:
		if v.Ask != "" {
			t.options[v.Ask] = v.Options
		}
		m := t.add(e, "bot", "Robot", v.Text)
		for _, o := range v.Options {
			m.Options = append(m.Options, o.Label)
		}
	case bot.Speak:
		t.spoke(e, v)
	case bot.Tell:
		t.told(e, v)
	case bot.Hangup, bot.Listen, bot.Post, bot.Present, bot.Pass, bot.Forget:
	}
}

func (t *talk) spoke(e bot.Entry, v bot.Speak) {
	i, known := t.replies[v.Message]
	if !known {
		t.add(e, "desk", v.Name, string(v.Text))
		i = len(t.messages) - 1
	}
	m := &t.messages[i]
	m.State, m.Sending, m.At = "sent", "", t.d.stamp(e.At)
	t.sent = append(t.sent, i)
}

// seen settles everything that had gone before the person showed that they were there.
func (t *talk) seen() {
	for _, i := range t.sent {
		t.messages[i].State = "seen"
	}
	t.sent = nil
}

func (t *talk) told(e bot.Entry, v bot.Tell) {
	cause := t.causes[e.Cause]
	if reply, is := t.replies[e.Cause]; is && v.Code == "sent" {
		t.held(&t.messages[reply], e, v)
		return
	}
	if back, is := cause.(bot.TookBack); is {
		if i, known := t.replies[back.Message]; known && v.Code == "taken_back" {
			t.messages[i].State, t.messages[i].Sending = "back", ""
		}
		return
	}
	if v.Code == "nudge" || v.Code == "given_back" {
		t.add(e, "event", "", desk.Sentence(v, t.d.Zone))
		return
	}
	if text := t.happened(e, cause, v); text != "" {
		t.add(e, "event", "", text)
	}
}

func (t *talk) held(m *message, e bot.Entry, v bot.Tell) {
	goes := e.At.Add(hold)
	if v.At.After(e.At) {
		goes = v.At
	}
	left := goes.Sub(t.d.Now())
	m.State, m.Left = "held", max(0, left.Milliseconds())
	m.In = (m.Left + 999) / 1000
}

// happened says in one line what a counsellor did, or "" where it changed nothing.
func (t *talk) happened(e bot.Entry, cause bot.Event, v bot.Tell) string {
	switch c := cause.(type) {
	case bot.Claimed:
		return t.line(v, "won", c.By, "a pris le dossier")
	case bot.Accepted:
		return t.line(v, "accepted", c.By, "a accepté la mise en relation")
	case bot.Refused:
		why := lower(desk.Label(desk.Refusals(), c.Reason))
		if c.Note != "" {
			why += " — " + string(c.Note)
		}
		return t.line(v, "refused", c.By, "a refusé la mise en relation : "+why)
	case bot.Released:
		return t.line(v, "released", c.By, "a remis le dossier dans la file")
	case bot.Transferred:
		return t.line(v, "transferred", c.By, "a transmis le dossier à "+t.d.structureName(c.To)+" : "+string(c.Reason))
	case bot.Promise:
		return t.line(v, "promised", c.By, "a annoncé une réponse "+lower(desk.Label(desk.Contacts(), c.Contact))+", "+t.d.stamp(c.At))
	case bot.Finished:
		return t.line(v, "closed", c.By, "a terminé le dossier : "+lower(desk.Label(desk.Outcomes(), c.Outcome)))
	case bot.Procedure:
		return t.proceeded(e, v, c)
	}
	return ""
}

func (t *talk) proceeded(e bot.Entry, v bot.Tell, c bot.Procedure) string {
	switch c.Do {
	case "open":
		return t.line(v, "procedure", c.By, "a ouvert la Procédure danger")
	case "close":
		return t.line(v, "procedure", c.By, "a terminé la Procédure danger")
	}
	if v.Code == "procedure" {
		t.procedure[string(c.Note)] = t.d.stamp(e.At) + ", " + t.name(c.By)
	}
	return t.line(v, "procedure", c.By, "a fait : "+string(c.Note))
}

func (t *talk) line(v bot.Tell, code string, by bot.CounsellorID, did string) string {
	if v.Code != code {
		return ""
	}
	return t.name(by) + " " + strings.TrimRight(did, ". ") + "."
}

func (t *talk) name(id bot.CounsellorID) string {
	switch name := t.names[id]; {
	case id == t.me.ID:
		return t.me.Name
	case name != "":
		return name
	}
	return "Une personne de l'équipe"
}
