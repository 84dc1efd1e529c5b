package studio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	press "frontdesk/bot/publish"
	"frontdesk/bot/workshop"
)

// mostComment bounds a comment or a reason, in bytes.
const mostComment = 2000

// sendPublish takes the form of the page: a review is asked for, or an urgent correction goes out at once.
func (s *Studio) sendPublish(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	unhurried(w)
	sent := readSent(r.PostForm.Get)
	urgent := r.PostForm.Get("do") == "urgent"
	if urgent && !alone(r) {
		s.stop(w, r, http.StatusForbidden, lacking(publish))
		return
	}
	at, fault := s.moment(sent)
	switch {
	case fault != "":
		sent.Fault = fault
	case sent.Comment == "":
		sent.Fault = "Écrivez un commentaire : ce qui change, et pourquoi."
	case urgent && sent.Reason == "":
		sent.Fault = "Un correctif urgent se publie seul. Dites pourquoi il ne peut pas attendre."
	}
	if urgent && !at.IsZero() {
		others, err := s.reviewers(r.Context(), author(r).ID)
		if err != nil {
			s.failed(w, r, "find who may review", err)
			return
		}
		if len(others) > 0 && sent.Fault == "" {
			sent.Fault = "Un correctif urgent part tout de suite. Pour une date, demandez une relecture."
		}
	}
	if sent.Fault != "" {
		s.drawPublish(w, r, http.StatusUnprocessableEntity, sent)
		return
	}
	b, what, ok := s.reviewed(w, r, sent)
	if !ok {
		return
	}
	if urgent {
		s.publishAlone(w, r, b, at, sent, press.Order{Expected: r.PostForm.Get("pointeur"), Who: author(r).ID, What: what,
			Reason: sent.urgently()})
		return
	}
	if asked, err := s.Press.Review(r.Context()); err == nil && asked != nil && asked.Release == b.Hash && asked.Live == s.Live().Hash {
		sent.Fault = "La relecture de ce brouillon est déjà demandée."
		s.drawPublish(w, r, http.StatusConflict, sent)
		return
	}
	err := s.Press.Ask(r.Context(), press.Review{Release: b.Hash, Live: r.PostForm.Get("live"), Pointer: r.PostForm.Get("pointeur"),
		Who: author(r).ID, What: what, Comment: sent.Comment, At: at})
	if s.took(w, r, err) {
		s.did(w, r, "/studio/publier", "demande", err)
	}
}

// publishAlone is an urgent correction by one person.
func (s *Studio) publishAlone(w http.ResponseWriter, r *http.Request, b *flow.Bundle, at time.Time, sent sentPublish, o press.Order) {
	var err error
	if o.Cancels, sent.Fault, err = s.cancels(r, o.Expected); err != nil {
		s.failed(w, r, "list what is programmed", err)
		return
	}
	if sent.Fault != "" {
		s.drawPublish(w, r, http.StatusConflict, sent)
		return
	}
	s.publishNow(w, r, b, at, sent, o)
}

// readSent reads the fields of the form, from it or from the address of a page that keeps them.
func readSent(field func(name string) string) sentPublish {
	return sentPublish{Comment: clip(field("commentaire")), Reason: clip(field("raison")), When: field("quand"), Day: clip(field("jour")), Hour: clip(field("heure"))}
}

// kept writes what readSent reads, "" where nothing was written.
func (sent sentPublish) kept() string {
	if sent.Comment == "" && sent.Reason == "" {
		return ""
	}
	return "?" + url.Values{"commentaire": {sent.Comment}, "raison": {sent.Reason}, "quand": {sent.When}, "jour": {sent.Day}, "heure": {sent.Hour}}.Encode()
}

func clipped(r *http.Request, name string) string { return clip(r.PostForm.Get(name)) }

func clip(text string) string {
	text = strings.TrimSpace(text)
	return strings.ToValidUTF8(text[:min(len(text), mostComment)], "")
}

// reviewed is the bundle that whoever sent the form has read: the draft as it was then, without errors.
func (s *Studio) reviewed(w http.ResponseWriter, r *http.Request, sent sentPublish) (*flow.Bundle, string, bool) {
	state, pointer, err := s.present(r)
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return nil, "", false
	}
	live := s.Live()
	if r.PostForm.Get("live") != live.Hash || r.PostForm.Get("pointeur") != pointer {
		s.beaten(w, r, &press.Taken{Live: live.Hash}, sent)
		return nil, "", false
	}
	again := func(fault string, status int) (*flow.Bundle, string, bool) {
		sent.Fault = fault
		s.drawPublish(w, r, status, sent)
		return nil, "", false
	}
	if r.PostForm.Get("brouillon") != state.Draft.Hash() {
		return again("Le brouillon a changé pendant que vous relisiez. Relisez-le, puis recommencez.", http.StatusConflict)
	}
	c := s.checks.of(state.Draft)
	<-c.proved
	switch {
	case c.Bundle == nil || c.Errors() > 0:
		return again("Il y a "+plural(c.Errors(), "erreur", "erreurs")+" : rien n'est publié.", http.StatusUnprocessableEntity)
	case state.Version.Base != live.Hash:
		return again("La version en ligne a changé. Reprenez-la d'abord dans le brouillon.", http.StatusConflict)
	case s.same(state.Draft, live):
		return again("Rien n'a changé : il n'y a rien à publier.", http.StatusUnprocessableEntity)
	}
	return c.Bundle, change.Sentences(s.differs(state.Draft), 30), true
}

// agree is the second person's word: what was asked is published.
func (s *Studio) agree(w http.ResponseWriter, r *http.Request) {
	unhurried(w)
	asked, err := s.Press.Review(r.Context())
	if err != nil {
		s.failed(w, r, "read what is to be reviewed", err)
		return
	}
	state, pointer, err := s.present(r)
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	switch release := r.PostFormValue("release"); {
	case asked == nil && release == s.Live().Hash:
		s.beaten(w, r, &press.Taken{Live: release}, sentPublish{})
		return
	case asked == nil || release != asked.Release:
		s.stop(w, r, http.StatusConflict, "Cette demande de relecture n'existe plus. Vous n'avez rien publié. Relisez la page « Relire et publier ».")
		return
	case asked.Who == author(r).ID:
		s.stop(w, r, http.StatusForbidden, "Une autre personne que vous doit relire.")
		return
	case asked.Live != s.Live().Hash || asked.Expected() != pointer:
		s.beaten(w, r, nil, sentPublish{})
		return
	case c.Bundle == nil || c.Bundle.Hash != asked.Release:
		s.stop(w, r, http.StatusConflict, "Le brouillon a changé depuis la demande. Il faut demander une nouvelle relecture.")
		return
	}
	cancels, fault, err := s.cancels(r, pointer)
	if err != nil {
		s.failed(w, r, "list what is programmed", err)
		return
	}
	if fault != "" {
		s.drawPublish(w, r, http.StatusConflict, sentPublish{Disagreed: fault})
		return
	}
	at := asked.At
	if !at.IsZero() && !at.After(s.Now()) {
		at = time.Time{} // its hour came while nobody had agreed
	}
	s.publishNow(w, r, c.Bundle, at, sentPublish{}, press.Order{Expected: asked.Expected(), Who: asked.Who, What: asked.What, Reason: asked.Comment, Second: author(r).ID, Cancels: cancels})
}

// publishNow publishes, or programs it, and tells how it went. What was sent comes back to who is too late.
func (s *Studio) publishNow(w http.ResponseWriter, r *http.Request, b *flow.Bundle, at time.Time, sent sentPublish, o press.Order) {
	var err error
	if at.IsZero() {
		err = s.Press.Publish(r.Context(), b, o)
	} else {
		_, err = s.Press.Schedule(r.Context(), b, at, o)
	}
	if errors.Is(err, bot.ErrTaken) {
		taken, _ := errors.AsType[*press.Taken](err)
		s.beaten(w, r, taken, sent)
		return
	}
	if !s.took(w, r, err) {
		return
	}
	if fault := s.Press.Reviewed(r.Context(), b.Hash); fault != nil {
		s.Log.Warn("a review that is done is still asked for", "error", fault)
	}
	if !at.IsZero() {
		s.did(w, r, "/studio/publier", "programme", err)
		return
	}
	s.follow(r.Context(), b)
	if _, err := s.rebase(r.Context(), author(r), b); err != nil {
		s.Log.Warn("the draft is not on the release that it has become", "error", err) // the page does it later
	}
	s.did(w, r, "/studio/publier", "publie", err)
}

// follow has this process serve what is live, without waiting for its next look.
func (s *Studio) follow(ctx context.Context, b *flow.Bundle) {
	if s.Follow == nil {
		return
	}
	if err := s.Follow(ctx, b); err != nil {
		s.Log.Warn("the live release is not served here yet", "error", err)
	}
}

// took says whether a press did what it was told, and otherwise answers why not.
func (s *Studio) took(w http.ResponseWriter, r *http.Request, err error) bool {
	switch {
	case err == nil, errors.Is(err, press.ErrUnwritten):
		return true
	case errors.Is(err, bot.ErrTaken):
		taken, _ := errors.AsType[*press.Taken](err)
		s.lost(w, r, taken)
	case errors.Is(err, press.ErrLive), errors.Is(err, press.ErrPast), errors.Is(err, press.ErrNotServed), errors.Is(err, press.ErrNoPlan), errors.Is(err, press.ErrBegun),
		errors.Is(err, press.ErrNoReview):
		s.stop(w, r, http.StatusConflict, sentence(err.Error()))
	case errors.Is(err, bot.ErrUnavailable):
		s.failed(w, r, "publish", err)
	default:
		s.Log.Warn("a publication is refused", "error", err)
		s.stop(w, r, http.StatusUnprocessableEntity, "Cela n'a pas été fait : "+err.Error())
	}
	return false
}

// unhurried gives an answer more time than most have: a release is proved before it goes out. A browser whose
// connection ends sends its form again.
func unhurried(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(5 * time.Minute)) // not every writer has one
}

// urgently is the reason in the journal of what one person publishes alone.
func (sent sentPublish) urgently() string {
	return sent.Comment + " · correctif urgent : " + sent.Reason
}

// beaten draws the page again for who was not the first, with what they wrote. Whose own publication it was, sent
// twice, is told that it is done.
func (s *Studio) beaten(w http.ResponseWriter, r *http.Request, t *press.Taken, sent sentPublish) {
	moves, err := s.Press.Moves(r.Context())
	if n := len(moves); err == nil && n > 0 && moves[n-1].Who == author(r).ID && moves[n-1].Reason == sent.urgently() && moves[n-1].Before == r.PostForm.Get("pointeur") {
		s.done(w, r, "/studio/publier", "publie")
		return
	}
	sent.Beaten, sent.Fault = s.winner(r.Context(), t), ""
	s.drawPublish(w, r, http.StatusConflict, sent)
}

// lost tells who wanted to go back to a release that somebody else was first, and gives their reason back.
func (s *Studio) lost(w http.ResponseWriter, r *http.Request, t *press.Taken) {
	s.render(w, r, http.StatusConflict, "lost", page{Title: "Rien n'a changé", Section: "/studio/versions",
		Body: [2]string{s.winner(r.Context(), t), clipped(r, "raison")}})
}

// winner says who was first.
func (s *Studio) winner(ctx context.Context, t *press.Taken) string {
	var who string
	var at time.Time
	if t != nil {
		who, at = t.Who, t.At
	}
	if moves, err := s.Press.Moves(ctx); who == "" && err == nil && len(moves) > 0 {
		who, at = moves[len(moves)-1].Who, moves[len(moves)-1].At
	}
	switch who {
	case "":
		return "Une autre personne a publié avant vous."
	case bot.ByFile:
		return "Une version est arrivée par un fichier avant vous, " + s.when(at) + "."
	}
	return s.name(ctx, who) + " a publié avant vous, " + s.when(at) + "."
}

// sentence is a message of the press as a sentence.
func sentence(text string) string {
	first, size := []rune(text)[0], len(string([]rune(text)[0]))
	return strings.ToUpper(string(first)) + text[size:] + "."
}

// withdraw takes back what was asked.
func (s *Studio) withdraw(w http.ResponseWriter, r *http.Request) {
	err := s.Press.Withdraw(r.Context(), r.PostFormValue("release"), author(r).ID, strings.TrimSpace(r.PostFormValue("raison")))
	if s.took(w, r, err) {
		s.did(w, r, "/studio/publier", "retire", err)
	}
}

// catchUp brings what was published meanwhile into the draft. Where both changed the same, the form says
// which is kept.
func (s *Studio) catchUp(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	live, theirs, sent := s.Live(), s.online(), readSent(r.PostForm.Get)
	moved := errors.New("the draft has moved")
	_, err := s.Workshop.Rebase(r.Context(), author(r), "la version en ligne est reprise", live.Hash, func(now *workshop.State) (*flow.Draft, error) {
		if now.ID != r.PostForm.Get("version") || live.Hash != r.PostForm.Get("live") {
			return nil, moved
		}
		base, err := s.draftOf(r.Context(), now.Version.Base)
		if err != nil {
			return nil, err
		}
		merged, conflicts := flow.Merge(base, now.Draft, theirs)
		var changes []flow.Change
		for i, c := range conflicts {
			if r.PostForm.Get("c"+itoa(i)) == "eux" {
				changes = append(changes, takeTheirs(c))
			}
		}
		return merged.Edit(changes...)
	})
	switch {
	case errors.Is(err, moved):
		sent.Fault = "Le brouillon ou la version en ligne a changé entre-temps. Relisez la page, puis recommencez."
		s.drawPublish(w, r, http.StatusConflict, sent)
	case err != nil:
		s.failed(w, r, "catch up with the live release", err)
	default:
		s.done(w, r, "/studio/publier"+sent.kept(), "fusionne")
	}
}

func takeTheirs(c flow.Conflict) flow.Change {
	switch {
	case len(c.Path) == 0 && c.Theirs == "":
		return flow.RemoveFile(c.File)
	case len(c.Path) == 0:
		return flow.WriteFile(c.File, c.Theirs)
	case c.Theirs == "":
		return flow.Remove(flow.In(c.File, c.Path...))
	case c.Mine == "":
		return flow.Insert(flow.In(c.File, c.Path...), c.Theirs, flow.Last())
	}
	return flow.SetYAML(flow.In(c.File, c.Path...), c.Theirs)
}

// drop throws the draft away.
func (s *Studio) drop(w http.ResponseWriter, r *http.Request) {
	_, err := s.Workshop.DropSeen(r.Context(), author(r), r.PostFormValue("version"), "le brouillon est abandonné")
	s.moved(w, r, err, "abandonne", meanwhileView{Back: "/studio/publier", Lead: "Rien n'est abandonné. Le brouillon a changé depuis que votre page est affichée."})
}
