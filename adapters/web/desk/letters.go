package desk

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// letter is one message that was not delivered, in words.
type letter struct {
	ID, Idem, Dossier, To, Channel, When, Why string
	Link, Sends                               bool
}

// menders keeps out who neither leads nor supervises.
func (d *Desk) menders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !desk.MendsAny(web.Signed(r)) {
			d.stop(w, r, http.StatusForbidden, "Cette page est pour les responsables.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// counts remembers for a few seconds how much each mender has to mend: lists are drawn again whenever
// something moves.
type counts struct {
	mu    sync.Mutex
	known map[bot.CounsellorID]counted
}

type counted struct {
	n     int
	until time.Time
}

const countFor = 5 * time.Second

// unsent is how much there is to mend; a hint that is missing is no fault.
func (d *Desk) unsent(ctx context.Context, me bot.Counsellor) int {
	if !desk.MendsAny(me) {
		return 0
	}
	now := d.Now()
	d.counts.mu.Lock()
	c := d.counts.known[me.ID]
	d.counts.mu.Unlock()
	if now.Before(c.until) {
		return c.n
	}
	all, err := d.Letters.List(ctx, me)
	if err != nil {
		d.Log.Warn("count what was not delivered", "error", err)
		return c.n
	}
	d.remember(me, len(all))
	return len(all)
}

func (d *Desk) remember(me bot.Counsellor, n int) {
	d.counts.mu.Lock()
	defer d.counts.mu.Unlock()
	if d.counts.known == nil {
		d.counts.known = make(map[bot.CounsellorID]counted)
	}
	d.counts.known[me.ID] = counted{n, d.Now().Add(countFor)}
}

func (d *Desk) showLetters(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	all, err := d.Letters.List(r.Context(), me)
	if err != nil {
		d.failed(w, r, "list what was not delivered", err)
		return
	}
	d.remember(me, len(all))
	p := page{Me: me, Title: "Messages non remis", Flash: takeFlash(w, r), Unsent: len(all)}
	for _, l := range all {
		row := letter{ID: l.ID, Idem: newIdem(), Dossier: l.Dossier, To: "Message à la personne", Why: l.Reason(),
			When: "depuis " + desk.Ago(l.At, d.Now()), Link: l.Opens, Sends: l.Sends}
		switch {
		case l.Leg == "":
			row.To = "Message de la personne"
		case l.For != bot.ToCitizen:
			row.To = "Message à l'équipe"
		}
		if l.Channel != "" {
			row.Channel = desk.ChannelLabel(l.Channel)
		}
		p.Letters = append(p.Letters, row)
	}
	d.render(w, http.StatusOK, "letters", p)
}

// mend is « Renvoyer » and « C'est réglé ». The same form sent twice is one sending.
func (d *Desk) mend(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || !goodIdem(r.PostForm.Get("idem")) {
		d.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	verb := r.PathValue("verb")
	if verb != "renvoyer" && verb != "regler" {
		d.missing(w, r)
		return
	}
	if !d.sent.first(r.PostForm.Get("idem")) {
		http.Redirect(w, r, "/desk/non-remis", http.StatusSeeOther)
		return
	}
	act, told := d.Letters.Resend, desk.Resent
	if verb == "regler" {
		act, told = d.Letters.Settle, settled
	}
	mended, err := act(r.Context(), me, r.PathValue("id"))
	if errors.Is(err, bot.ErrUnavailable) {
		d.failed(w, r, "mend what was not delivered", err)
		return
	}
	// Who did what to which message; the dossier number opens nothing.
	d.Log.Info("desk", "verb", verb, "counsellor", string(me.ID), "dossier", mended.Dossier, "entry", mended.Seq, "done", err == nil, "error", err)
	d.keepFlash(w, told(err))
	http.Redirect(w, r, "/desk/non-remis", http.StatusSeeOther)
}

func settled(err error) string {
	if err != nil {
		return desk.Resent(err)
	}
	return "C'est noté : ce message est retiré de la liste."
}
