package studio

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	press "frontdesk/bot/publish"
	"frontdesk/bot/workshop"
)

// versionRow is one release that was live.
type versionRow struct {
	Release, Short    string
	Name              string // the day and hour when it became live
	Who, Second, When string
	What, Reason      string
	Live, Back        bool   // Back: it became live again, by somebody who went back to it
	Before            string // what was live until then
	BeforeName        string
	Lines             []string // of What
	Held              bool     // it can be read, and be live again
}

type planRow struct {
	press.Plan
	Short, By, When string
}

type versionsView struct {
	Pointer  string // to the live one
	Instead  string // the name of the one that is served in its place, "" for none
	Versions []versionRow
	Plans    []planRow
	Resting  resting
	Changed  int // records of the draft that are not live; -1 where it cannot be read
}

func (s *Studio) showVersions(w http.ResponseWriter, r *http.Request) {
	pointer, err := s.pointer(r.Context())
	if err != nil {
		s.failed(w, r, "read which version is live", err)
		return
	}
	rows, err := s.versionRows(r.Context())
	if err != nil {
		s.failed(w, r, "list the versions", err)
		return
	}
	plans, err := s.planRows(r.Context())
	if err != nil {
		s.failed(w, r, "list what is programmed", err)
		return
	}
	rests, err := s.restingOn(r.Context(), pointer)
	if err != nil {
		s.failed(w, r, "list what is programmed", err)
		return
	}
	state, err := s.draftHere(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	p := page{Title: "Versions", Section: "/studio/versions", State: state}
	changed := s.changed(p)
	if state == nil {
		changed = -1
	}
	p.Body = versionsView{Pointer: pointer, Instead: s.instead(r.Context(), pointer), Versions: rows, Plans: plans, Resting: rests, Changed: changed}
	if state == nil {
		s.render(w, r, http.StatusOK, "versions", p)
		return
	}
	s.show(w, r, "versions", p)
}

// draftHere is the draft; nil where it begins with a release that only a newer program reads. Versions are there all
// the same, to go back to one.
func (s *Studio) draftHere(ctx context.Context) (*workshop.State, error) {
	state, err := s.Workshop.Open(ctx)
	if errors.Is(err, bot.ErrNewer) {
		s.Log.Warn("the draft is of a newer version of the program", "error", err)
		return nil, nil
	}
	return state, err
}

func (s *Studio) versionRows(ctx context.Context) ([]versionRow, error) {
	all, err := s.Press.Servings(ctx)
	if err != nil {
		return nil, err
	}
	hashes := make([]string, len(all))
	for i := range all {
		hashes[i] = all[i].Release
	}
	held, err := s.Press.Held(ctx, hashes)
	if err != nil {
		return nil, err
	}
	names := s.namesOf(all)
	rows := make([]versionRow, 0, len(all))
	for _, v := range all {
		row := versionRow{Release: v.Release, Short: short(v.Release), Name: s.dated(v.At), Who: s.name(ctx, v.Who), Second: s.name(ctx, v.Second), When: s.when(v.At),
			What: v.What, Reason: v.Reason, Live: v.Live, Back: v.Deed == bot.JournalRollback, Before: v.Before, BeforeName: names[v.Before], Held: v.Live || held[v.Release]}
		row.Lines = strings.Split(v.What, " · ")
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Studio) planRows(ctx context.Context) ([]planRow, error) {
	plans, err := s.Press.Plans(ctx)
	return s.rowsOf(ctx, plans), err
}

func (s *Studio) rowsOf(ctx context.Context, plans []press.Plan) (rows []planRow) {
	for _, p := range plans {
		rows = append(rows, planRow{p, short(p.Release), s.name(ctx, p.Order.Who), s.when(p.At)})
	}
	return rows
}

// dated is a moment as it names a version: du 27/11/2026 à 19 h 00.
func (s *Studio) dated(t time.Time) string {
	t = t.In(s.Zone)
	return "du " + t.Format("02/01/2006") + " à " + clock(t)
}

// namesOf are what people call releases, by their hashes.
func (s *Studio) namesOf(all []press.Serving) map[string]string {
	names := map[string]string{}
	for _, v := range all {
		names[v.Release] = s.dated(v.At)
	}
	return names
}

// versionNames are those of all releases that were live; while the journal cannot be read, there are none.
func (s *Studio) versionNames(ctx context.Context) map[string]string {
	if s.Press == nil {
		return nil
	}
	all, err := s.Press.Servings(ctx)
	if err != nil {
		s.Log.Warn("the versions have no names for now", "error", err)
	}
	return s.namesOf(all)
}

// versionName is what people call a release: when it became live, or its hash where that is not known.
func (s *Studio) versionName(ctx context.Context, release string) string {
	return cmp.Or(s.versionNames(ctx)[release], short(release))
}

// comparedView is what differs between two releases.
type comparedView struct {
	From, To     string // their names
	FromID, ToID string
	Groups       []changeGroup
	Count        int
}

func (s *Studio) showCompared(w http.ResponseWriter, r *http.Request) {
	from, to := r.FormValue("de"), r.FormValue("a")
	was, err := s.once(r.Context(), from)
	if err != nil {
		s.unread(w, r, err)
		return
	}
	is, err := s.once(r.Context(), to)
	if err != nil {
		s.unread(w, r, err)
		return
	}
	items := change.Between(was, is)
	s.show(w, r, "compared", page{Title: "Comparer deux versions", Section: "/studio/versions",
		Body: comparedView{s.versionName(r.Context(), from), s.versionName(r.Context(), to), short(from), short(to), groups(is, was, items), len(items)}})
}

// once opens a release that was live here.
func (s *Studio) once(ctx context.Context, release string) (*flow.Draft, error) {
	found, err := s.Press.Find(ctx, release)
	if err != nil {
		return nil, notFound(err)
	}
	return s.draftOf(ctx, found)
}

// unread says why a version cannot be shown or be live again.
func (s *Studio) unread(w http.ResponseWriter, r *http.Request, err error) {
	if _, wrong := errors.AsType[flow.Faults](err); wrong || errors.Is(err, bot.ErrNewer) {
		s.Log.Warn("a version cannot be read by this program", "error", err)
		s.stop(w, r, http.StatusUnprocessableEntity, "Ce programme ne peut pas lire cette version. L'équipe technique peut relancer le programme qui l'a publiée. Rien n'est changé.")
		return
	}
	s.failed(w, r, "read a version", err)
}

// sendArchive sends a release as a ZIP of its files.
func (s *Studio) sendArchive(w http.ResponseWriter, r *http.Request) {
	name, is := strings.CutSuffix(r.PathValue("release"), ".zip")
	if !is {
		s.missing(w, r)
		return
	}
	found, err := s.Press.Find(r.Context(), name)
	if err != nil {
		s.unread(w, r, notFound(err))
		return
	}
	b, err := s.Press.Load(r.Context(), found)
	if err != nil {
		s.unread(w, r, err)
		return
	}
	archive, err := press.ZIP(b)
	if err != nil {
		s.failed(w, r, "pack a version", err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="version-`+short(found)+`.zip"`)
	_, _ = w.Write(archive) // the client is gone if this fails
}

// rollBack makes an older release live again.
func (s *Studio) rollBack(w http.ResponseWriter, r *http.Request) {
	unhurried(w)
	reason, release := clippedValue(r, "raison"), r.PostFormValue("release")
	if reason == "" {
		s.stop(w, r, http.StatusUnprocessableEntity, "Dites pourquoi vous revenez à cette version. Rien n'est changé.")
		return
	}
	b, err := s.Press.Load(r.Context(), release)
	if err != nil {
		s.unread(w, r, err)
		return
	}
	state, err := s.draftHere(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	cancels, fault, err := s.cancels(r, r.PostFormValue("pointeur"))
	if err != nil {
		s.failed(w, r, "list what is programmed", err)
		return
	}
	if fault != "" {
		s.stop(w, r, http.StatusConflict, fault)
		return
	}
	drop := state != nil && s.same(state.Draft, s.Live()) || state != nil && r.PostFormValue("brouillon") == "abandonner"
	err = s.Press.Rollback(r.Context(), release, press.Order{Expected: r.PostFormValue("pointeur"), Who: author(r).ID, Reason: reason, Cancels: cancels,
		What: "Retour à la version " + s.versionName(r.Context(), release) + "."})
	if s.took(w, r, err) {
		s.follow(r.Context(), b)
		if drop && s.Live().Hash == b.Hash {
			_, err := s.Workshop.Drop(r.Context(), author(r), state, "le brouillon suit le retour à une version")
			if err != nil && !errors.As(err, new(*workshop.Moved)) { // what somebody saved meanwhile stays
				s.Log.Warn("the draft does not follow a release that is live again", "error", err)
			}
		}
		s.did(w, r, "/studio/versions", "retour", err)
	}
}

func clippedValue(r *http.Request, name string) string {
	if err := r.ParseForm(); err != nil {
		return ""
	}
	return clipped(r, name)
}

// takeUp puts an older release into the draft, to go on from it.
func (s *Studio) takeUp(w http.ResponseWriter, r *http.Request) {
	d, err := s.once(r.Context(), r.PostFormValue("release"))
	if err != nil {
		s.unread(w, r, err)
		return
	}
	_, err = s.Workshop.SaveAs(r.Context(), author(r), workshop.JournalTaken, "la version "+s.versionName(r.Context(), r.PostFormValue("release"))+" est reprise",
		func(now *workshop.State) (*flow.Draft, error) {
			return d, s.Workshop.Seen(r.Context(), now, r.PostFormValue("version"))
		})
	s.moved(w, r, err, "repris", meanwhileView{Back: "/studio/publier", Lead: "Rien n'est repris. Le brouillon a changé depuis que votre page est affichée."})
}

// unplan cancels a publication that is programmed.
func (s *Studio) unplan(w http.ResponseWriter, r *http.Request) {
	err := s.Press.Cancel(r.Context(), r.PostFormValue("plan"), press.Order{Who: author(r).ID, Reason: clippedValue(r, "raison")})
	if s.took(w, r, err) {
		s.did(w, r, "/studio/versions", "deprogramme", err)
	}
}
