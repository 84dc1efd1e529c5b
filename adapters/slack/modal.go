package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// A form is a verb that asks something first.
type form struct {
	verb   desk.Verb
	title  string // at most 24 characters
	submit string
	fields func(card bot.Card) []slack.Block
	// read answers what was decided, or what is wrong by the field that it stands next to.
	read func(by bot.Counsellor, card bot.Card, in fields) (bot.Event, map[string]string)
}

// form finds the form of a button.
func (d *Desk) form(action string) (form, bool) {
	switch action {
	case "finish":
		return d.finishForm(), true
	case "transfer":
		return d.transferForm(), true
	case "invite":
		return d.inviteForm(), true
	case "promise":
		return d.promiseForm(), true
	case "refuse":
		return d.refuseForm(), true
	case "procedure":
		return d.procedureForm(), true
	case cannedChoice:
		return d.cannedForm(), true
	case cannedText:
		return d.cannedTextForm(), true
	}
	return form{}, false
}

// An origin is what a form remembers of where it was opened: ids only.
type origin struct {
	Conversation bot.ConversationID `json:"c"`
	Channel      string             `json:"h,omitempty"`
	Thread       string             `json:"t,omitempty"`
}

// patience is how long a form may take to be ready: Slack opens one within three seconds of a click only.
const patience = 800 * time.Millisecond

// opensForm opens the form of a button. It waits for nothing else: a trigger is good for three seconds.
func (d *Desk) opensForm(p press) answer {
	return answer{lane: "trigger " + p.Trigger, then: func(ctx context.Context) {
		d.openForm(ctx, p)
	}}
}

// openForm shows the form, or first that it is loading where it takes long.
func (d *Desk) openForm(ctx context.Context, p press) {
	type made struct {
		view slack.ModalViewRequest
		why  string
	}
	ready := make(chan made, 1)
	go func() {
		view, why := d.draw(ctx, p)
		ready <- made{view, why}
	}()
	var loading *slack.ViewResponse
	var m made
	select {
	case m = <-ready:
	case <-time.After(patience):
		var err error
		if loading, err = d.api.OpenViewContext(ctx, p.Trigger, telling("Un instant", "Chargement…")); err != nil {
			d.tooSlow(ctx, p, err)
			return
		}
		m = <-ready
	}
	if m.why != "" {
		m.view = telling("Impossible", m.why)
	}
	var err error
	switch {
	case loading != nil:
		_, err = d.api.UpdateViewContext(ctx, m.view, "", loading.Hash, loading.ID)
	case m.why != "":
		d.whisper(ctx, beside(p.interaction), m.why)
		return
	default:
		_, err = d.api.OpenViewContext(ctx, p.Trigger, m.view)
	}
	if err != nil {
		d.tooSlow(ctx, p, err)
	}
}

// tooSlow tells somebody that their form did not open.
func (d *Desk) tooSlow(ctx context.Context, p press, err error) {
	d.Log.Warn("open a form", "error", d.judge(ctx, "views.open", err))
	d.whisper(ctx, beside(p.interaction), "Le formulaire ne s'est pas ouvert. Cliquez encore une fois.")
}

// draw makes the form, or says why there is none.
func (d *Desk) draw(ctx context.Context, p press) (slack.ModalViewRequest, string) {
	f, _ := d.form(p.action)
	by, card, err := d.find(ctx, p.User.ID, p.conversation)
	if err != nil {
		return slack.ModalViewRequest{}, d.why(err)
	}
	if why := d.may(by, card, f.verb); why != "" {
		return slack.ModalViewRequest{}, why
	}
	if f.nothing(card) {
		return slack.ModalViewRequest{}, "Il n'y a rien à choisir ici pour le moment."
	}
	to := beside(p.interaction)
	thread := to.Thread
	if thread == "" {
		thread = p.Container.TS // what is said of it stands under the card
	}
	return f.view(p.action, card, origin{p.conversation, to.Channel, thread}), ""
}

func (f form) view(action string, card bot.Card, from origin) slack.ModalViewRequest {
	remembered, _ := json.Marshal(from) // strings only: it cannot fail
	head := slack.NewContextBlock("", words("Dossier "+card.Dossier))
	return slack.ModalViewRequest{Type: slack.VTModal, CallbackID: action, PrivateMetadata: string(remembered),
		Title: words(f.title), Submit: words(f.submit), Close: words("Annuler"),
		Blocks: slack.Blocks{BlockSet: append([]slack.Block{head}, f.fields(card)...)}}
}

// notice is a form that only says something.
func telling(title, text string) slack.ModalViewRequest {
	return slack.ModalViewRequest{Type: slack.VTModal, Title: words(title), Close: words("Fermer"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{prose(text)}}}
}

// submitted is a form that was sent. It answers what is wrong next to the field, and closes only when what
// it says is kept and was not refused.
func (d *Desk) submitted(ctx context.Context, i *interaction) answer {
	f, known := d.form(i.View.Callback)
	var from origin
	if err := json.Unmarshal([]byte(i.View.Metadata), &from); err != nil || !known {
		return answer{}
	}
	in := filled(i)
	wrong := func(text string) answer {
		return answer{body: slack.NewErrorsViewSubmissionResponse(map[string]string{f.first(): text})}
	}
	by, card, err := d.find(ctx, i.User.ID, from.Conversation)
	if err != nil {
		return wrong(d.why(err))
	}
	if why := d.may(by, card, f.verb); why != "" {
		return wrong(why)
	}
	if i.View.Callback == cannedChoice {
		return d.cannedChosen(card, from, in)
	}
	event, faults := f.read(by, card, in)
	if len(faults) > 0 {
		return answer{body: slack.NewErrorsViewSubmissionResponse(faults)}
	}
	input := "slack:view:" + i.View.ID + ":" + in.hash()
	if err := d.take(ctx, by, from.Conversation, input, event); err != nil {
		return wrong(d.why(err))
	}
	tell := d.outcome(ctx, by, from.Conversation, input)
	if refused(tell.Code) {
		return wrong(d.sentence(tell.Tell))
	}
	return later(func(ctx context.Context) { d.formDone(ctx, by, from, input, tell, f.verb) })
}

// formDone says what became of a form that has closed.
func (d *Desk) formDone(ctx context.Context, by bot.Counsellor, from origin, input string, o outcome, verb desk.Verb) {
	if o.Code == "" {
		o = d.outcome(ctx, by, from.Conversation, input)
	}
	if !o.shown && (verb != desk.Reply || o.Code != "sent") {
		d.whisper(ctx, aside{User: by.Slack, Channel: from.Channel, Thread: from.Thread}, d.sentence(o.Tell))
	}
	d.touched(by.Slack)
}

// nothing says whether the form has no field, or a list with nothing in it: Slack would refuse it.
func (f form) nothing(card bot.Card) bool {
	none := true
	for _, block := range f.fields(card) {
		input, is := block.(*slack.InputBlock)
		if !is {
			continue
		}
		none = false
		if list, is := input.Element.(*slack.SelectBlockElement); is && len(list.Options)+len(list.OptionGroups) == 0 {
			return true
		}
	}
	return none
}

// first is the field next to which stands what concerns the whole form.
func (f form) first() string {
	for _, block := range f.fields(bot.Card{}) {
		if input, is := block.(*slack.InputBlock); is {
			return input.BlockID
		}
	}
	return ""
}

// fields are what somebody put into a form, by the names of its inputs.
type fields map[string]field

func filled(i *interaction) fields {
	in := fields{}
	for name, elements := range i.View.State.Values {
		for _, f := range elements {
			in[name] = f
		}
	}
	return in
}

// choice is the id that was chosen in a list, or "".
func (in fields) choice(name string) string { return in[name].Selected.Value }

// text is what was written, without the spaces around it.
func (in fields) text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(in[name].Value, "\r\n", "\n"))
}

// ticked says whether a box was.
func (in fields) ticked(name string) bool {
	return slices.Contains(in[name].Ticked, chosen{yes})
}

// hash says whether the same was put in. It stands for the words in the id of an input.
func (in fields) hash() string {
	all, _ := json.Marshal(in) // sorted by name; strings only: it cannot fail
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:8])
}

var errNoDate = errors.New("no date")

// instant is a day and an hour of the house's zone. Without an hour it is hour o'clock.
func (d *Desk) instant(day, hour, otherwise string) (time.Time, error) {
	if day == "" {
		return time.Time{}, errNoDate
	}
	if hour == "" {
		hour = otherwise
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, d.Zone)
	return at.UTC(), err
}
