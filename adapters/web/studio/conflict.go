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

// A conflict is what two people made of the same records at once. Of what they do not differ about nothing need
// be lost: that is kept.
type conflict struct {
	all  []dispute
	was  string // version of the draft that the form was drawn from
	now  *workshop.State
	kept *flow.Draft
}

// A dispute is one record on which they differ, and the YAML that the second of them made of it.
type dispute struct {
	at   flow.Place
	mine string
}

func (c *conflict) Error() string { return "two people changed " + c.all[0].at.String() }

// A conflictView is a record in the three ways it stands, in YAML, and what is still to be decided behind it.
type conflictView struct {
	At                 flow.Place
	Base, Mine, Theirs string
	By                 string // who was first
	ETag, Version      string // of theirs
	Back               string
	Saved              bool // what nobody disputes
	Was                string
	Rest               []string // disputes, as the form carries them
}

// Place is where the record stands, as a form sends it.
func (c conflictView) Place() string { return strings.Join(c.At.Path, "/") }

// Name is what people call the record.
func (c conflictView) Name() string {
	if isSetting(c.At) && c.At.Path[0] != "campaigns" {
		return settingLabel(c.At.Path).Label
	}
	return upper(describe(c.At))
}

// keepTheirs is the button that leaves a record as the other person made it.
const keepTheirs = "garder"

// apply makes an edition on the draft as it is now: see together. In a conflict what nobody disputes stays in
// mine.
func (s *Studio) apply(ctx context.Context, now *workshop.State, e edition) (*flow.Draft, error) {
	var changes []flow.Change // as they were read last: against the draft that the form was drawn from
	made := func(d *flow.Draft) (*flow.Draft, error) {
		if id, is := e.choiceTaken(d); is {
			return withoutChoice(d, id, e.sent.Get("suite"), changes)
		}
		return d.Edit(changes...)
	}
	d, err := s.together(ctx, now, e.at, e.sent, func(d *flow.Draft) (*flow.Draft, error) {
		changes = e.changes(d)
		return made(d)
	})
	if c, is := errors.AsType[*conflict](err); is {
		if _, takes := e.choiceTaken(now.Draft); takes {
			c.kept = now.Draft // what goes with a choice goes only when it does
		}
		if both, err := made(now.Draft); err == nil {
			for i := range c.all {
				c.all[i].mine = textAt(both, c.all[i].at)
			}
		}
	}
	return d, err
}

// together does a change to a record on the draft as it is now. Where somebody else has changed the same record
// since the form was drawn, it is done to the draft that the form was drawn from, and both are brought together.
func (s *Studio) together(ctx context.Context, now *workshop.State, at flow.Place, sent url.Values, do func(*flow.Draft) (*flow.Draft, error)) (*flow.Draft, error) {
	if sent.Get("etag") == now.Draft.ETag(at.File, at.Path...) {
		return do(now.Draft)
	}
	was, err := s.Workshop.Version(ctx, sent.Get("version"))
	if err != nil {
		return nil, err
	}
	mine, err := do(was.Draft)
	if err != nil {
		return nil, err
	}
	return merged(was.Draft, mine, now, sent)
}

// merged brings a change together with what somebody else has made of the draft meanwhile. Where they differ
// about a record the error is a *conflict.
func merged(was, mine *flow.Draft, now *workshop.State, sent url.Values) (*flow.Draft, error) {
	both, conflicts := flow.Merge(was, mine, now.Draft)
	if len(conflicts) == 0 {
		return both, nil
	}
	c := &conflict{was: sent.Get("version"), now: now}
	c.kept, _ = flow.Merge(was, now.Draft, mine) // with theirs where they differ
	for _, one := range conflicts {
		c.all = append(c.all, dispute{flow.In(one.File, one.Path...), one.Mine})
	}
	return nil, c
}

// undisputed is what is kept of a change: all of it, or what two people do not differ about, and the conflict.
func undisputed(d *flow.Draft, err error) (*flow.Draft, *conflict, error) {
	if c, is := errors.AsType[*conflict](err); is {
		return c.kept, c, nil
	}
	return d, nil, err
}

// showConflict asks about a conflict of which nothing was kept.
func (s *Studio) showConflict(w http.ResponseWriter, r *http.Request, c *conflict) {
	s.decide(w, r, c.now, c)
}

// decide asks about the records of a conflict, one after the other, on the draft as it is once the rest is kept.
func (s *Studio) decide(w http.ResponseWriter, r *http.Request, now *workshop.State, c *conflict) {
	all := append(c.all, disputesSent(r.PostForm)...)
	if !s.ask(w, r, now, all, cmp.Or(r.PostForm.Get("avant"), c.was), now.ID != c.now.ID) {
		s.done(w, r, backTo(r.PostForm.Get("retour")), "enregistre")
	}
}

// nextDispute asks about what is left to be decided behind the record that a form was about, and says whether
// anything is. now is nil where nothing was saved.
func (s *Studio) nextDispute(w http.ResponseWriter, r *http.Request, now *workshop.State) bool {
	left := disputesSent(r.PostForm)
	if len(left) == 0 {
		return false
	}
	if now == nil {
		var err error
		if now, err = s.Workshop.Open(r.Context()); err != nil {
			s.failed(w, r, "open the draft", err)
			return true
		}
	}
	return s.ask(w, r, now, left, r.PostForm.Get("avant"), false)
}

// leave goes on from a record that stays as the other person made it.
func (s *Studio) leave(w http.ResponseWriter, r *http.Request) {
	if !s.nextDispute(w, r, nil) {
		http.Redirect(w, r, backTo(r.PostForm.Get("retour")), http.StatusSeeOther)
	}
}

// ask shows the first of some records on which two people still differ, and carries those behind it along; false
// where they differ about none. was is the version that both began with.
func (s *Studio) ask(w http.ResponseWriter, r *http.Request, now *workshop.State, all []dispute, was string, saved bool) bool {
	for i, one := range all {
		v := conflictView{At: one.at, Mine: one.mine, Theirs: textAt(now.Draft, one.at), ETag: now.Draft.ETag(one.at.File, one.at.Path...),
			Version: now.ID, Back: backTo(r.PostForm.Get("retour")), Saved: saved, Was: was}
		if strings.TrimSpace(v.Mine) == strings.TrimSpace(v.Theirs) {
			continue
		}
		if then, err := s.Workshop.Version(r.Context(), was); err == nil { // without it, that column is empty
			v.Base = textAt(then.Draft, one.at)
		}
		if last, is := s.lastChange(r.Context(), now, one.at); is {
			v.By = last.Name
		}
		for _, other := range all[i+1:] {
			v.Rest = append(v.Rest, other.String())
		}
		s.render(w, r, http.StatusConflict, "conflict", page{Title: "Deux changements à la fois", Section: "/studio/", Body: v})
		return true
	}
	return false
}

// textAt is a record as Merge gives it: YAML, or a whole file as it is.
func textAt(d *flow.Draft, at flow.Place) string {
	if len(at.Path) == 0 {
		return string(d.Files()[at.File])
	}
	return d.Record(at.File, at.Path...)
}

// String is a dispute as a form carries it: the file, the keys, then the text.
func (d dispute) String() string {
	return d.at.File + "\n" + strings.Join(d.at.Path, "/") + "\n" + d.mine
}

// disputesSent are those that a form carries.
func disputesSent(sent url.Values) []dispute {
	var all []dispute
	for _, text := range sent["reste"] {
		parts := strings.SplitN(strings.ReplaceAll(text, "\r\n", "\n"), "\n", 3)
		if len(parts) == 3 {
			all = append(all, dispute{flow.In(parts[0], keysOf(parts[1])...), parts[2]})
		}
	}
	return all
}
