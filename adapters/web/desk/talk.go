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

// withdrawFor is how long a page offers to withdraw a message that has gone: as long as the engine does.
const withdrawFor = 47 * time.Hour

// message is one thing in the conversation as it is read.
type message struct {
	Key     string // the entry's number: what the script compares
	Kind    string // citizen, bot, desk, note or event
	Speaker string
	Text    string
	Options []string
	At      string
	State   string // of a counsellor's message: held, sent, delivered, undelivered, seen, back, gone
	Edited  bool   // other words stand in the place of the first ones
	Before  string // what a person's message said before
	Left    int64  // milliseconds until a held message goes
	In      int64  // the same in seconds
	Sending string // idem of this viewer's own message, by which they may take it back or correct it
	Written string // of one that has gone, and can still be withdrawn: when it went
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
	replies   map[string]int // id of a counsellor's message → index
	said      map[string]int // id of a person's → index
	messages  []message
	procedure map[string]string // note of a measure → when and by whom it was taken
	sent      []int             // messages that have gone and were not answered yet
}

func (d *Desk) read(ctx context.Context, me bot.Counsellor, card bot.Card, entries []bot.Entry) *talk {
	t := &talk{d: d, me: me, card: card, names: make(map[bot.CounsellorID]string), causes: make(map[string]bot.Event),
		options: make(map[bot.AskID][]bot.Choice), replies: make(map[string]int), said: make(map[string]int), procedure: make(map[string]string)}
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

const person = "La personne"

// came shows an input. What a counsellor did shows with its outcome, except what they wrote.
func (t *talk) came(e bot.Entry) {
	switch v := e.Input.Event.(type) {
	case bot.Said:
		t.seen()
		t.heard(e, v)
	case bot.Chose:
		t.seen()
		t.add(e, "citizen", person, desk.Label(t.options[v.Ask], v.Option))
	case bot.Pressed:
		t.seen()
		t.add(e, "citizen", person, "Touches : "+v.Keys)
	case bot.Recorded:
		t.seen()
		t.add(e, "event", "", "La personne a laissé un message vocal, "+bot.Lasting(v.Length)+".")
	case bot.GaveContact:
		t.seen()
		t.add(e, "event", "", "La personne a donné un numéro de téléphone par un bouton.")
	case bot.Enclosed:
		t.seen()
		t.add(e, "event", "", enclosed(v.Kind))
	case bot.Arrived:
		if v.Resumed {
			t.seen()
			t.add(e, "event", "", "La personne continue ici depuis un autre endroit.")
		}
	case bot.HungUp:
		t.add(e, "event", "", map[bool]string{false: "La personne est partie.", true: "La personne continue dans une autre conversation."}[v.Moved])
	case bot.Replied:
		t.replied(e, v)
	case bot.Noted:
		t.add(e, "note", t.name(v.By), string(v.Text))
	case bot.Delivered:
		t.settle(v.Message, "delivered")
	case bot.Undelivered:
		t.settle(v.Message, "undelivered")
		t.add(e, "event", "", "Un message n'a pas pu être remis à la personne.")
	case bot.DeskAway:
		t.add(e, "event", "", "L'outil de l'équipe ne répond pas. La personne peut demander une réponse autrement.")
	case bot.Circulated:
		t.add(e, "event", "", "Le service a répondu à plusieurs personnes qui attendent, dont celle-ci.")
	case bot.Unplayed:
		t.add(e, "event", "", "Le robot n'a pas pu traiter un message.")
		if v.Text != "" {
			t.add(e, "citizen", person, string(v.Text))
		}
	case bot.EraseAsked:
		t.add(e, "event", "", "La personne a demandé l'effacement.")
	case bot.NoInput, bot.Claimed, bot.TookBack, bot.Released, bot.Transferred, bot.Invited, bot.Misrouted, bot.Redacted,
		bot.Accepted, bot.Refused, bot.Promise, bot.Finished, bot.Procedure, bot.Rang:
	}
}

// heard shows what a person wrote. Words that they put in the place of earlier ones stand there, and the
// earlier ones beside them: somebody may have read these already.
func (t *talk) heard(e bot.Entry, v bot.Said) {
	i, known := t.said[v.Amends]
	if v.Amends == "" || !known {
		t.add(e, "citizen", person, string(v.Text)).Edited = v.Amends != ""
		i = len(t.messages) - 1
	} else if m := &t.messages[i]; m.Text != string(v.Text) {
		m.Text, m.Before, m.Edited = string(v.Text), m.Text, true
	}
	t.said[e.Input.ID] = i
}

// settle says what became of a message that has gone. What was seen stays so.
func (t *talk) settle(message, state string) {
	i, known := t.replies[message]
	if known && (t.messages[i].State == "sent" || t.messages[i].State == "delivered") {
		t.messages[i].State = state
	}
}

// replied shows a message from the moment it is written; Speak or its being taken back settles it. Other
// words for an earlier one stand in its place once a Tell says so.
func (t *talk) replied(e bot.Entry, v bot.Replied) {
	if v.Amends != "" {
		return
	}
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
		who := "Robot"
		if e.To == bot.ToText { // after a call
			who = "Robot, par SMS"
		}
		m := t.add(e, "bot", who, v.Text)
		for _, o := range v.Options {
			m.Options = append(m.Options, o.Label)
		}
	case bot.Speak:
		t.spoke(e, v)
	case bot.Withdraw:
		t.withdrawn(v)
	case bot.Write:
		t.add(e, "event", "", written(v.Kind))
	case bot.Tell:
		t.told(e, v)
	case bot.Hangup, bot.Listen, bot.Post, bot.Present, bot.Pass, bot.Forget:
	}
}

func (t *talk) spoke(e bot.Entry, v bot.Speak) {
	i, known := t.replies[v.Message]
	if known && v.Amends { // it went before
		t.messages[i].Text, t.messages[i].Edited = string(v.Text), true
		return
	}
	if !known {
		t.add(e, "desk", v.Name, string(v.Text)).Edited = v.Amends
		i = len(t.messages) - 1
		t.replies[v.Message] = i
	}
	m := &t.messages[i]
	m.State, m.At = "sent", t.d.stamp(e.At)
	if t.card.Owner == t.me.ID && m.Sending != "" && t.d.Now().Sub(e.At) < withdrawFor && t.card.Channel != "sms" && t.card.Channel != "phone" {
		m.Written = e.At.UTC().Format(time.RFC3339)
	}
	t.sent = append(t.sent, i)
}

// withdrawn: a message that had gone was taken away from the person again.
func (t *talk) withdrawn(v bot.Withdraw) {
	if i, known := t.replies[v.Message]; known {
		t.messages[i].State, t.messages[i].Sending, t.messages[i].Written = "gone", "", ""
	}
}

// seen settles everything that had gone before the person showed that they were there.
func (t *talk) seen() {
	for _, i := range t.sent {
		if m := &t.messages[i]; m.State == "sent" || m.State == "delivered" {
			m.State = "seen"
		}
	}
	t.sent = nil
}

func (t *talk) told(e bot.Entry, v bot.Tell) {
	cause := t.causes[e.Cause]
	if i, known := t.replies[v.Message]; known && v.Code == "undelivered" && t.messages[i].State == "held" {
		t.messages[i].State, t.messages[i].Sending = "lost", "" // the conversation ended before it went
		return
	}
	if reply, is := t.replies[e.Cause]; is && v.Code == "sent" {
		t.held(&t.messages[reply], e, v)
		return
	}
	if reply, is := cause.(bot.Replied); is && reply.Amends != "" {
		t.amended(e, reply, v)
		return
	}
	if back, is := cause.(bot.TookBack); is {
		if i, known := t.replies[back.Message]; known && v.Code == "taken_back" {
			t.messages[i].State, t.messages[i].Sending = "back", ""
		}
		return
	}
	switch v.Code {
	case "nudge", "given_back", "no_letters", "no_mail", "no_text":
		t.add(e, "event", "", desk.Sentence(v, t.d.Zone))
		return
	}
	if e.To == bot.ToOwner && bot.By(cause) != "" { // an owner in Slack is told there what the one who acted is told here
		return
	}
	if text := t.happened(e, cause, v); text != "" {
		t.add(e, "event", "", text)
	}
}

// amended: the new words stand; where the message has not gone yet, it waits as long again.
func (t *talk) amended(e bot.Entry, reply bot.Replied, v bot.Tell) {
	i, known := t.replies[reply.Amends]
	if !known || v.Code != "amended" {
		return
	}
	m := &t.messages[i]
	m.Text, m.Edited = string(reply.Text), true
	if m.State == "held" {
		v.At = time.Time{}
		t.held(m, e, v)
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
