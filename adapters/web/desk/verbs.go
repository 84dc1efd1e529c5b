package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

const (
	maxForm = 32 << 10 // 4,000 characters of any script, percent-encoded, and what stands around them
	maxText = 4000     // characters of a message or a note
	maxNext = 4        // cases tried by « Prendre la suivante » while colleagues are faster
)

// outcome is what a counsellor is told.
type outcome struct {
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
}

// act is every verb on one case. The wall comes first: who may not see a case is not told that it
// exists, whatever they send.
func (d *Desk) act(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	card, err := d.find(r.Context(), me, r.PathValue("dossier"))
	if err != nil {
		d.failed(w, r, "find a case", err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		d.stop(w, r, http.StatusRequestEntityTooLarge, web.Sentence(http.StatusRequestEntityTooLarge))
		return
	}
	verb := desk.Verb(r.PathValue("verb"))
	event, refusal := d.event(r, me, card, verb)
	switch {
	case event == nil && refusal == "":
		d.missing(w, r)
		return
	case refusal != "":
		d.stop(w, r, http.StatusUnprocessableEntity, refusal)
		return
	}
	switch err := desk.May(me, card, verb); {
	case errors.Is(err, desk.ErrWall):
		d.missing(w, r)
		return
	case err != nil:
		d.answer(w, r, card, verb, outcome{"not_owner", desk.Sentence(bot.Tell{Code: "not_owner"}, d.Zone)})
		return
	}
	done, err := d.do(r.Context(), me, card, verb, r.PostForm.Get("idem"), event)
	if err != nil {
		d.failed(w, r, "act on a case", err)
		return
	}
	d.answer(w, r, card, verb, done)
}

// do brings an event in and waits to hear what became of it. Once it has been taken it will not be
// lost, even where nothing is heard in time.
func (d *Desk) do(ctx context.Context, me bot.Counsellor, card bot.Card, verb desk.Verb, idem string, event bot.Event) (outcome, error) {
	in := bot.Input{ID: inputID(card.Conversation, verb, idem), Conversation: card.Conversation, Event: event,
		Leg: bot.Leg{ID: "desk:" + string(me.ID), Channel: "desk", Peer: bot.Address(me.ID), For: bot.ToOwner}}
	if err := d.Door.Take(ctx, in); err != nil {
		return outcome{}, err
	}
	entries, err := d.Door.Await(ctx, card.Conversation, in.ID)
	if err != nil {
		d.Log.Warn("wait for an outcome", "verb", string(verb), "error", err)
	}
	tell := bot.Tell{}
	for _, e := range entries {
		if t, is := e.Effect.(bot.Tell); is && t.To == me.ID && (tell.Code == "" || e.To == bot.ToActor) {
			tell = t
		}
	}
	d.Log.Info("desk", "verb", string(verb), "counsellor", string(me.ID), "code", tell.Code)
	return outcome{tell.Code, desk.Sentence(tell, d.Zone)}, nil
}

// inputID is the same for the same form sent again. It stays inside: pages know only idem.
func inputID(id bot.ConversationID, verb desk.Verb, idem string) string {
	return "desk:" + string(id) + ":" + string(verb) + ":" + idem
}

// answer tells the outcome: to the script as JSON, to a person on the page that follows.
func (d *Desk) answer(w http.ResponseWriter, r *http.Request, card bot.Card, verb desk.Verb, done outcome) {
	if wantsJSON(r) {
		web.WriteJSON(w, http.StatusOK, done)
		return
	}
	d.keepFlash(w, done.Sentence)
	http.Redirect(w, r, filtered(r, after(card, verb, done.Code)), http.StatusSeeOther)
}

// filtered keeps the queue that the list is filtered by.
func filtered(r *http.Request, path string) string {
	if queue := r.PostForm.Get("file"); queue != "" {
		return path + "?" + url.Values{"file": {queue}}.Encode()
	}
	return path
}

// after is where one goes on: to the list when the case has left one's hands.
func after(card bot.Card, verb desk.Verb, code string) string {
	switch {
	case code == "not_owner" || code == "refused_rights":
	case verb == desk.Finish, verb == desk.Release, verb == desk.Transfer, verb == desk.Refuse:
		return "/desk/"
	}
	return "/desk/cases/" + card.Dossier
}

// takeNext is « Prendre la suivante ». A mise en relation is opened, not taken: somebody has to read
// it before they accept or refuse.
func (d *Desk) takeNext(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || !goodIdem(r.PostForm.Get("idem")) {
		d.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	if !d.sent.first(r.PostForm.Get("idem")) {
		http.Redirect(w, r, filtered(r, "/desk/"), http.StatusSeeOther)
		return
	}
	tried := make(map[bot.ConversationID]bool)
	for range maxNext {
		card, ok, err := d.next(r, me, tried)
		if err != nil {
			d.failed(w, r, "find the next case", err)
			return
		}
		if !ok {
			break
		}
		if card.Life == bot.Referred {
			http.Redirect(w, r, filtered(r, "/desk/cases/"+card.Dossier), http.StatusSeeOther)
			return
		}
		tried[card.Conversation] = true
		done, err := d.do(r.Context(), me, card, desk.Claim, r.PostForm.Get("idem"), bot.Claimed{By: me.ID})
		if err != nil {
			d.failed(w, r, "take the next case", err)
			return
		}
		if done.Code != "lost" {
			d.answer(w, r, card, desk.Claim, done)
			return
		}
	}
	d.keepFlash(w, "Aucun dossier n'attend.")
	http.Redirect(w, r, filtered(r, "/desk/"), http.StatusSeeOther)
}

func (d *Desk) next(r *http.Request, me bot.Counsellor, tried map[bot.ConversationID]bool) (bot.Card, bool, error) {
	cards, err := d.Board.Waiting(r.Context(), me)
	if err != nil {
		return bot.Card{}, false, err
	}
	queue := bot.QueueName(r.PostForm.Get("file"))
	var left []bot.Card
	for _, card := range cards {
		if !tried[card.Conversation] && (queue == "" || card.Queue == queue) {
			left = append(left, card)
		}
	}
	card, ok := desk.Next(left, me, d.Now())
	return card, ok, nil
}

// event reads a form. It answers a sentence where something is missing, and neither where there is
// no such verb.
func (d *Desk) event(r *http.Request, me bot.Counsellor, card bot.Card, verb desk.Verb) (bot.Event, string) {
	form := r.PostForm
	if !goodIdem(form.Get("idem")) {
		return nil, web.Sentence(http.StatusBadRequest)
	}
	text := strings.TrimSpace(strings.ReplaceAll(form.Get("text"), "\r\n", "\n"))
	if len([]rune(text)) > maxText {
		return nil, "C'est trop long : 4 000 caractères au plus. Envoyez en plusieurs fois."
	}
	switch verb {
	case desk.Claim:
		return bot.Claimed{By: me.ID}, ""
	case desk.Accept:
		return bot.Accepted{By: me.ID}, ""
	case desk.Release:
		return bot.Released{By: me.ID}, ""
	case desk.Reply:
		return reply(form, me, card, text)
	case desk.Note:
		return unless(text == "", bot.Noted{By: me.ID, Text: bot.Words(text)}, "Écrivez d'abord une note.")
	case desk.TakeBack:
		return takeBack(form, me, card)
	case desk.Refuse:
		reason := form.Get("reason")
		return unless(!desk.Known(desk.Refusals(), reason), bot.Refused{By: me.ID, Reason: reason, Note: bot.Words(text)}, "Choisissez une raison.")
	case desk.Promise:
		return d.promise(r, me)
	case desk.Transfer:
		return d.transfer(r, me, card, text)
	case desk.Invite:
		return d.invite(r, me, card)
	case desk.Misroute:
		return bot.Misrouted{By: me.ID}, ""
	case desk.Finish:
		return d.finish(r, me)
	case desk.Procedure:
		step := form.Get("do")
		return unless(!desk.Known(desk.Steps(), step), bot.Procedure{By: me.ID, Do: step, Note: bot.Words(text)}, web.Sentence(http.StatusBadRequest))
	case desk.See, desk.Read, desk.Redact: // done by opening the case, and elsewhere
	}
	return nil, ""
}

// reply is a new message, or other words for one that "amends" names.
func reply(form url.Values, me bot.Counsellor, card bot.Card, text string) (bot.Event, string) {
	event, amends := bot.Replied{By: me.ID, Text: bot.Words(text)}, form.Get("amends")
	switch {
	case text == "":
		return nil, "Écrivez d'abord un message."
	case amends == "":
	case !goodIdem(amends):
		return nil, noMessage
	default:
		event.Amends = inputID(card.Conversation, desk.Reply, amends)
	}
	return event, ""
}

const noMessage = "Ce message n'existe plus."

// takeBack is for a message that is still held, or, where the form says when it went, for one that has gone.
func takeBack(form url.Values, me bot.Counsellor, card bot.Card) (bot.Event, string) {
	written, err := time.Parse(time.RFC3339, form.Get("written"))
	if !goodIdem(form.Get("message")) || form.Get("written") != "" && err != nil {
		return nil, noMessage
	}
	return bot.TookBack{By: me.ID, Message: inputID(card.Conversation, desk.Reply, form.Get("message")), Written: written}, ""
}

func unless(wrong bool, event bot.Event, sentence string) (bot.Event, string) {
	if wrong {
		return nil, sentence
	}
	return event, ""
}

func (d *Desk) promise(r *http.Request, me bot.Counsellor) (bot.Event, string) {
	at, err := time.ParseInLocation("2006-01-02T15:04", r.PostForm.Get("at"), d.Zone)
	contact := r.PostForm.Get("contact")
	switch {
	case err != nil:
		return nil, "Donnez un jour et une heure."
	case !at.After(d.Now()):
		return nil, "Cette date est passée. Donnez un jour et une heure à venir."
	case !desk.Known(desk.Contacts(), contact):
		return nil, "Choisissez comment la réponse sera donnée."
	}
	return bot.Promise{By: me.ID, At: at.UTC(), Contact: contact}, ""
}

// transfer wants the person's agreement.
func (d *Desk) transfer(r *http.Request, me bot.Counsellor, card bot.Card, reason string) (bot.Event, string) {
	to := bot.StructureID(r.PostForm.Get("to"))
	switch {
	case to == card.Structure || !d.exists(to):
		return nil, "Choisissez une structure."
	case reason == "":
		return nil, "Écrivez la raison en une phrase."
	case r.PostForm.Get("consent") != "oui":
		return nil, "Il faut l'accord de la personne."
	}
	return bot.Transferred{By: me.ID, To: to, Reason: bot.Words(reason), Consent: true}, ""
}

// invite wants the person's agreement; to end an invitation nobody's is needed.
func (d *Desk) invite(r *http.Request, me bot.Counsellor, card bot.Card) (bot.Event, string) {
	to := bot.StructureID(r.PostForm.Get("to"))
	switch {
	case r.PostForm.Get("do") == "end":
		return bot.Invited{By: me.ID}, ""
	case to == card.Structure || !d.exists(to):
		return nil, "Choisissez une structure."
	case r.PostForm.Get("consent") != "oui":
		return nil, "Il faut l'accord de la personne."
	}
	return bot.Invited{By: me.ID, To: to, Consent: true}, ""
}

// longestFollow is how many days a closed case may wait to be looked at again: what is kept of it goes
// after six months.
const longestFollow = 180

// followed is the day on which a closed case comes back, at nine; zero for none.
func (d *Desk) followed(r *http.Request) (time.Time, string) {
	text := r.PostForm.Get("follow")
	if text == "" {
		return time.Time{}, ""
	}
	day, err := time.ParseInLocation(time.DateOnly, text, d.Zone)
	at := time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, d.Zone)
	if now := d.Now(); err != nil || !at.After(now) || at.After(now.AddDate(0, 0, longestFollow+1)) {
		return time.Time{}, "Pour revoir ce dossier, choisissez un jour à venir, dans les six mois."
	}
	return at.UTC(), ""
}

func (d *Desk) finish(r *http.Request, me bot.Counsellor) (bot.Event, string) {
	follow, wrong := d.followed(r)
	choice, to := r.PostForm.Get("outcome"), bot.StructureID(r.PostForm.Get("to"))
	switch {
	case !desk.Known(desk.Outcomes(), choice):
		return nil, "Choisissez comment le dossier se termine."
	case wrong != "":
		return nil, wrong
	case choice != "referred":
		to = ""
	case to != "" && !d.exists(to):
		return nil, "Choisissez une structure."
	}
	return bot.Finished{By: me.ID, Outcome: choice, To: to, Follow: follow}, ""
}

func (d *Desk) exists(id bot.StructureID) bool {
	for _, s := range d.Structures() {
		if s.ID == id {
			return true
		}
	}
	return false
}
