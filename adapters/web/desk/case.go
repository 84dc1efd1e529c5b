package desk

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// opened is the right side of the page: one case.
type opened struct {
	row
	Mode       string // mine, lead, guest, free, referral or other: what the page offers
	Owner      string
	Beside     string // a partner who was invited, by name
	Channel    string
	Brief      []desk.Line
	Plain      string // « Copier le dossier »
	Messages   []message
	Structures []Structure // to whom it can be handed
	Invites    bool        // whoever looks may invite a partner, or end that
	Misroutes  bool        // … may say that the case should have gone elsewhere
	Proceeds   bool        // … may follow the Procédure danger
	Downloads  bool        // … may have the brief as a file
	Message    string      // where they hear what the person recorded, or ""
	Outcomes   []bot.Choice
	Refusals   []bot.Choice
	Contacts   []bot.Choice
	Procedure  procedure
	Soonest    string // for the date of an answer
	Tomorrow   string
	First      string // days between which a closed case comes back
	Last       string
}

// procedure is the Procédure danger of a case.
type procedure struct {
	Open, Closed bool
	Steps        []procedureStep
}

type procedureStep struct {
	desk.Measure
	Idem string
	Done string // "à 15 h 32, Camille" or ""
}

// Owned says whether the page offers what an owner does.
func (o *opened) Owned() bool { return o.Mode == "mine" }

// Reads says whether the words are shown.
func (o *opened) Reads() bool { return o.Mode == "mine" || o.Mode == "lead" || o.Mode == "guest" }

func (d *Desk) showCase(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	card, err := d.find(r.Context(), me, r.PathValue("dossier"))
	if err != nil {
		d.failed(w, r, "find a case", err)
		return
	}
	o, err := d.open(r.Context(), me, card)
	if err != nil {
		d.failed(w, r, "open a case", err)
		return
	}
	p, err := d.list(w, r, card.Dossier)
	if err != nil {
		d.failed(w, r, "show the list", err)
		return
	}
	p.Open = o
	d.render(w, http.StatusOK, "page", p)
}

func (d *Desk) open(ctx context.Context, me bot.Counsellor, card bot.Card) (*opened, error) {
	brief, fresh, err := d.Board.Brief(ctx, me, card.Conversation)
	if err != nil {
		return nil, err
	}
	// The list may be a moment old; who owns the case is not.
	card.Owner, card.OwnerName, card.Life, card.Beside = fresh.Owner, fresh.OwnerName, fresh.Life, fresh.Beside
	now := d.Now().In(d.Zone)
	o := &opened{
		row: d.row(ctx, me, card, card.Dossier), Mode: modeOf(me, card), Owner: card.OwnerName,
		Channel: desk.ChannelLabel(card.Channel), Brief: desk.Lines(brief, d.Zone), Plain: desk.Plain(brief, d.Zone),
		Outcomes: desk.Outcomes(), Refusals: desk.Refusals(), Contacts: desk.Contacts(),
		Soonest: now.Format("2006-01-02T15:04"), Tomorrow: now.AddDate(0, 0, 1).Format("2006-01-02T") + "10:00",
		First: now.AddDate(0, 0, 1).Format(time.DateOnly), Last: now.AddDate(0, 0, longestFollow).Format(time.DateOnly),
		Invites: desk.May(me, card, desk.Invite) == nil && card.Owner != "", Misroutes: desk.May(me, card, desk.Misroute) == nil,
		Proceeds: desk.May(me, card, desk.Procedure) == nil, Downloads: downloads(me, card),
		Message: d.audible(brief, card.Dossier, desk.Hears(me, card)),
	}
	if card.Beside != "" {
		o.Beside = d.structureName(card.Beside)
	}
	for _, s := range d.Structures() {
		if s.ID != card.Structure {
			o.Structures = append(o.Structures, s)
		}
	}
	if !o.Reads() {
		return o, nil
	}
	entries, err := d.Board.Words(ctx, me, card.Conversation, 0)
	switch {
	case errors.Is(err, bot.ErrNotFound): // it has changed hands this instant
		o.Mode = "other"
		return o, nil
	case err != nil:
		return nil, err
	}
	t := d.read(ctx, me, card, entries)
	o.Messages = t.messages
	o.Procedure = d.procedure(card, t.procedure)
	return o, nil
}

func modeOf(me bot.Counsellor, card bot.Card) string {
	switch {
	case card.Owner == me.ID:
		return "mine"
	case desk.May(me, card, desk.Claim) != nil && desk.May(me, card, desk.Read) == nil:
		return "guest"
	case card.Owner == "" && card.Life == bot.Referred:
		return "referral"
	case desk.Free(card):
		return "free"
	case desk.May(me, card, desk.Read) == nil:
		return "lead"
	}
	return "other"
}

// downloads says whether c may have the brief of a case as a file: its owner, and a lead of its structure.
func downloads(c bot.Counsellor, card bot.Card) bool {
	return desk.May(c, card, desk.Read) == nil && (card.Owner == c.ID || desk.Leads(c, card.Structure))
}

// download gives the brief in the form in which partners read it: bot.Brief, by its JSON Schema.
func (d *Desk) download(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	card, err := d.find(r.Context(), me, r.PathValue("dossier"))
	if err != nil {
		d.failed(w, r, "find a case", err)
		return
	}
	brief, fresh, err := d.Board.Brief(r.Context(), me, card.Conversation)
	switch {
	case err != nil:
		d.failed(w, r, "read a brief", err)
		return
	case !downloads(me, fresh):
		d.missing(w, r)
		return
	}
	body, err := json.MarshalIndent(brief, "", "  ")
	if err != nil {
		d.failed(w, r, "write a brief", err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": card.Dossier + ".json"}))
	_, _ = w.Write(append(body, '\n')) // the client is gone if this fails
}

func (d *Desk) procedure(card bot.Card, done map[string]string) procedure {
	p := procedure{Open: card.Procedure == "open", Closed: card.Procedure == "closed"}
	for _, m := range d.Safety(card) {
		step := procedureStep{Measure: m, Idem: newIdem()}
		for note, by := range done {
			if m.Is(note) {
				step.Done = by
			}
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}

// stamp is a message's time: the hour, with the day where it is not today.
func (d *Desk) stamp(t time.Time) string { return desk.When(t, d.Now(), d.Zone) }
