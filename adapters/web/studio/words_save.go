package studio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
	"frontdesk/bot/workshop"
)

// errNotSaid stops a save: the text would be said to people as it should not be.
var errNotSaid = errors.New("the translation would be said wrongly")

// errNoText says that a text is gone.
var errNoText = errors.New("there is no such text")

// saveText takes one translation.
func (s *Studio) saveText(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	language, sent := r.PathValue("langue"), r.PostForm
	before, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	set := s.set(before.Draft, language)
	if set == nil || set.Text(sent.Get("texte")) == nil {
		s.noWords(w, r, before)
		return
	}
	t := set.Text(sent.Get("texte"))
	f := filterOf(queryIn(sent.Get("liste")))
	next := wordsPath(language, f.Query(t.ID))
	if sent.Get("do") != "" {
		next = afterwards(set, f, t)
	}
	french, _ := translation.Name(language)
	_, err = s.Workshop.Save(r.Context(), author(r), "traduction de « "+t.ID+" » : "+french, func(now *workshop.State) (*flow.Draft, error) {
		return s.translate(r, now, language)
	})
	switch conflict, is := errors.AsType[*conflict](err); {
	case is:
		s.showConflict(w, r, conflict)
	case errors.Is(err, errNotSaid):
		f.Text = t.ID
		s.drawWords(w, r, before, set, f, &typedText{sentForms(t, language, sent), sent})
	case errors.Is(err, errNoText):
		s.missing(w, r)
	case err != nil:
		s.failed(w, r, "save a translation", err)
	default:
		s.done(w, r, next, "enregistre")
	}
}

// queryIn reads the filter that a form carries; what is no query is none.
func queryIn(text string) url.Values {
	q, err := url.ParseQuery(text)
	if err != nil {
		return url.Values{}
	}
	return q
}

// afterwards is the page of the text behind one in the list.
func afterwards(set *translation.Set, f filter, t *translation.Text) string {
	found := f.apply(set)
	if i := slices.Index(found, t); i >= 0 && i+1 < len(found) {
		return nextPath(set.Language, found, i, f)
	}
	return wordsPath(set.Language, f.Query(""))
}

// translate makes a change on the draft as it is now. Where somebody else has changed the same text since
// the page was drawn, nothing is saved and both are shown.
func (s *Studio) translate(r *http.Request, now *workshop.State, language string) (*flow.Draft, error) {
	sent := r.PostForm
	mine, at, err := s.translated(r, now, language)
	if err != nil || at.File == "" || now.Draft.ETag(at.File, at.Path...) == sent.Get("etag") {
		return mine, err
	}
	was, err := s.Workshop.Version(r.Context(), sent.Get("version"))
	if err != nil {
		return nil, err
	}
	if mine, _, err = s.translated(r, was, language); err != nil {
		return nil, err
	}
	return merged(was.Draft, mine, now, sent)
}

// translated is a version of the draft with the text as it was sent, and where that stands.
func (s *Studio) translated(r *http.Request, state *workshop.State, language string) (*flow.Draft, flow.Place, error) {
	set := s.set(state.Draft, language)
	if set == nil || set.Text(r.PostForm.Get("texte")) == nil {
		return nil, flow.Place{}, errNoText
	}
	t := set.Text(r.PostForm.Get("texte"))
	c := wanted(t, language, r.PostForm, web.Signed(r).Name, s.today())
	for _, f := range c.Forms {
		if saidWrongly(t, f.Name, f.Text) {
			return nil, t.At, errNotSaid
		}
	}
	d, err := written(state.Draft, t, c)
	return d, t.At, err
}

// saidWrongly says whether a form of a text cannot be saved.
func saidWrongly(t *translation.Text, form, text string) bool {
	return slices.ContainsFunc(t.Check(form, text), func(i translation.Issue) bool { return i.Wrong })
}

// written puts a change into a draft.
func written(d *flow.Draft, t *translation.Text, c translation.Change) (*flow.Draft, error) {
	edits := t.Edits(c)
	if len(edits) == 0 {
		return d, nil
	}
	made, err := d.Edit(edits...)
	if err != nil || c.Forms != nil && formText(c.Forms, "other") == "" {
		return made, err
	}
	return t.Placed(made)
}

// wanted is what the form of a text asks for: its words, and what the button says of them.
func wanted(t *translation.Text, language string, sent url.Values, me string, today time.Time) translation.Change {
	c := translation.Change{ID: t.ID, Forms: sentForms(t, language, sent), Hash: t.Hash, By: t.By, On: t.On}
	reworded := !t.Same(c)
	if reworded {
		c.By, c.On = "", ""
	}
	do := sent.Get("do")
	if reworded || do == "toujours" || do == "relu" {
		c.Hash = sent.Get("francais") // of the French that was seen, which may be another by now
	}
	if do == "relu" || do == "toujours" && t.By != "" {
		c.By, c.On = me, today.Format(time.DateOnly)
	}
	return c
}

// sentForms are the words in a form. One that it does not ask for stays.
func sentForms(t *translation.Text, language string, sent url.Values) []translation.Form {
	var forms []translation.Form
	for _, name := range t.Wanted(language) {
		text := formText(t.Forms, name)
		if _, is := sent["forme-"+name]; is {
			text = strings.TrimSpace(strings.ReplaceAll(sent.Get("forme-"+name), "\r\n", "\n"))
		}
		forms = append(forms, translation.Form{Name: name, Text: text})
	}
	return forms
}

// tryText says what is wrong with a text that is being written, for the page's script.
func (s *Studio) tryText(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	set := s.set(state.Draft, r.PathValue("langue"))
	if set == nil || set.Text(r.PostFormValue("texte")) == nil {
		s.noWords(w, r, state)
		return
	}
	t := set.Text(r.PostFormValue("texte"))
	s.render(w, r, http.StatusOK, "words-trial", page{Body: tried(set, t, sentForms(t, set.Language, r.PostForm))})
}

// isTranslation says whether a place is in the texts of a language that is translated.
func (s *Studio) isTranslation(at flow.Place) bool {
	language := translation.LanguageOf(at.File)
	return language != "" && language != s.Live().Source && len(at.Path) > 0
}

// saveAll puts many changes into the draft at once, all or none. version is the draft that they were shown
// on: what somebody else has changed since stays, and where it is the same text nothing is saved.
func (s *Studio) saveAll(ctx context.Context, by workshop.Author, language, version, what string, changes []translation.Change) error {
	was, err := s.Workshop.Version(ctx, version)
	if err != nil {
		return err
	}
	set := s.set(was.Draft, language)
	if set == nil {
		return errNoText
	}
	mine := was.Draft
	for _, c := range changes {
		t := set.Text(c.ID)
		if t == nil {
			return errNoText
		}
		for _, f := range c.Forms {
			if saidWrongly(t, f.Name, f.Text) {
				return errNotSaid
			}
		}
		if mine, err = written(mine, t, c); err != nil {
			return err
		}
	}
	_, err = s.Workshop.SaveAs(ctx, by, workshop.JournalImported, what, func(now *workshop.State) (*flow.Draft, error) {
		merged, conflicts := flow.Merge(was.Draft, mine, now.Draft)
		if len(conflicts) > 0 {
			return nil, &conflict{all: []dispute{{at: flow.In(conflicts[0].File, conflicts[0].Path...)}}, now: now}
		}
		return merged, nil
	})
	return err
}
