package studio

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A meanwhileView tells what others did to the draft since a page was drawn, for which its button did nothing.
type meanwhileView struct {
	Lead, Advice  string
	Saved, Undone []savedLine
	More          int // that are not listed
	Undoes        bool
	Back          string
}

// A savedLine is one version of the draft.
type savedLine struct{ Who, What, When string }

// mostListed are the versions that such a page lists.
const mostListed = 8

// undo and redo move the whole draft by one change, whoever made it, if that is the one that the page showed.
func (s *Studio) undo(w http.ResponseWriter, r *http.Request) {
	_, err := s.Workshop.Undo(r.Context(), author(r), r.PostFormValue("version"))
	s.moved(w, r, err, "annule", meanwhileView{Undoes: true, Lead: "Rien n'est annulé. Le brouillon a changé depuis que votre page est affichée.",
		Advice: "Pour défaire votre seul changement, rouvrez sa page et corrigez-le."})
}

func (s *Studio) redo(w http.ResponseWriter, r *http.Request) {
	_, err := s.Workshop.Redo(r.Context(), author(r), r.PostFormValue("version"), r.PostFormValue("suite"))
	s.moved(w, r, err, "retabli", meanwhileView{Undoes: true, Lead: "Rien n'est rétabli. Le brouillon a changé depuis que votre page est affichée."})
}

// cameFrom is the page that a form stood on. One that was sent again after the end of a session has no such page.
func cameFrom(r *http.Request) string {
	back := backTo(r.Header.Get("Referer"))
	if path, _, _ := strings.Cut(back, "?"); path == r.URL.Path {
		return "/studio/"
	}
	return back
}

// moved answers what is done to the whole draft.
func (s *Studio) moved(w http.ResponseWriter, r *http.Request, err error, said string, v meanwhileView) {
	v.Back = cmp.Or(v.Back, cameFrom(r))
	m, is := errors.AsType[*workshop.Moved](err)
	switch {
	case is:
		v.Saved, v.Undone = s.listed(m.Saved, &v.More), s.listed(m.Undone, &v.More)
		s.showMeanwhile(w, r, m.Now, v)
	case err != nil:
		s.failed(w, r, said, err)
	default:
		s.done(w, r, v.Back, said)
	}
}

func (s *Studio) showMeanwhile(w http.ResponseWriter, r *http.Request, now *workshop.State, v meanwhileView) {
	c := s.checks.of(now.Draft)
	c.wait(patience)
	s.render(w, r, http.StatusConflict, "meanwhile", page{Title: "Le brouillon a changé", Section: "/studio/", State: now, Checked: c, Body: v})
}

// listed are versions as a page lists them, the last first; more counts those that it does not.
func (s *Studio) listed(all []workshop.Version, more *int) []savedLine {
	var lines []savedLine
	for _, v := range all[:min(len(all), mostListed)] {
		lines = append(lines, savedLine{v.Name, v.What, s.when(v.At)})
	}
	*more += len(all) - len(lines)
	return lines
}

// Whose names who made the change that would be undone, where it is not the reader.
func (p page) Whose() string {
	if p.State == nil || p.State.Undo == "" || p.State.Version.Name == "" || p.State.Version.By == string(p.Me.ID) {
		return ""
	}
	return " (" + p.State.Version.Name + ")"
}

// A rereading says that a record is not what the page showed that asks for it to be deleted.
type rereading struct {
	at  flow.Place
	now *workshop.State
}

func (e *rereading) Error() string { return e.at.String() + " has been changed since it was seen" }

// asSeen says whether a record is what the page showed by which it is to be deleted: a *rereading where it is
// another, nothing where it is there no more.
func asSeen(now *workshop.State, at flow.Place, sent url.Values) error {
	tag := now.Draft.ETag(at.File, at.Path...)
	if tag == "" || tag == sent.Get("etag") && at.File == sent.Get("fichier") {
		return nil
	}
	return &rereading{at, now}
}

// showRereading says that a record is to be read again before it is deleted, and who changed it.
func (s *Studio) showRereading(w http.ResponseWriter, r *http.Request, e *rereading) {
	v := meanwhileView{Lead: "Rien n'est supprimé. Ce n'est plus le texte que votre page montrait.", Advice: "Relisez-le avant de le supprimer.",
		Back: backTo(r.PostForm.Get("retour"))}
	if !r.PostForm.Has("retour") {
		v.Back = cameFrom(r)
	}
	if last, is := s.lastChange(r.Context(), e.now, e.at); is && r.PostForm.Get("etag") != "" {
		v.Saved = s.listed([]workshop.Version{last}, &v.More)
	}
	s.showMeanwhile(w, r, e.now, v)
}

// lastChange is the version that made a record what it is, where one of the last versions did.
func (s *Studio) lastChange(ctx context.Context, now *workshop.State, at flow.Place) (workshop.Version, bool) {
	is := now
	for range mostEarlier {
		if is.Version.Parent == "" {
			break
		}
		was, err := s.Workshop.Version(ctx, is.Version.Parent)
		if err != nil {
			break
		}
		if was.Draft.Record(at.File, at.Path...) != is.Draft.Record(at.File, at.Path...) {
			return is.Version, true
		}
		is = was
	}
	return workshop.Version{}, false
}
