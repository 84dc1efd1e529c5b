package studio

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

func itoa(n int) string { return strconv.Itoa(n) }

// saveRecord takes what a form sent about a record: any form of the studio that edits one ends here. The
// record's file and keys are in the form, and what it was drawn from.
func (s *Studio) saveRecord(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	at, who := flow.In(r.PostForm.Get("fichier"), keysOf(r.PostForm.Get("place"))...), web.Signed(r)
	if wrong := spansReversed(r.PostForm); len(wrong) > 0 && len(at.Path) == 2 && at.Path[0] == "queues" {
		s.refuseSpans(w, r, at, wrong)
		return
	}
	if r.PostForm.Get("do") == keepTheirs {
		s.leave(w, r)
		return
	}
	s.reader(r)
	e := edition{at, r.PostForm}
	var left *conflict
	saved, err := s.Workshop.Save(r.Context(), author(r), describe(at), func(now *workshop.State) (*flow.Draft, error) {
		freely := may(who, edit) || may(who, translate) && s.isTranslation(at)
		if !s.mayChange(who, now.Draft, at) || !freely && !e.onlyOwn() {
			return nil, errForbidden
		}
		d, c, err := undisputed(s.apply(r.Context(), now, e))
		if left = c; err == nil && !freely && !keepsTo(now.Draft, d, at) {
			return nil, errTerritory
		}
		if err == nil && c == nil && e.unseen(d) {
			return nil, errUnseen
		}
		return d, err
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	if left != nil {
		s.decide(w, r, saved, left)
		return
	}
	if s.nextDispute(w, r, saved) {
		return
	}
	back := backTo(r.PostForm.Get("retour"))
	if name, is := strings.CutPrefix(r.PostForm.Get("do"), "choisir:"); is && r.PostForm.Get(name) != "" {
		s.done(w, r, withQuery(back, url.Values{"choisir": {name}, "reponse": {r.PostForm.Get(name)}}), "choisir")
		return
	}
	s.saved(w, r, back, e.incomplete(saved.Draft))
}

// saved leads to a page and says that all was saved, or all but a line that is not complete, and which.
func (s *Studio) saved(w http.ResponseWriter, r *http.Request, path string, incomplete []string) {
	if len(incomplete) == 0 && !unpicked(r.PostForm) {
		s.done(w, r, path, "enregistre")
		return
	}
	s.done(w, r, withQuery(path, url.Values{"reste": incomplete}), "incomplet")
}

// refused says why a record was not saved.
func (s *Studio) refused(w http.ResponseWriter, r *http.Request, err error) {
	c, twice := errors.AsType[*conflict](err)
	used, inUse := errors.AsType[*flow.InUse](err)
	faults, wrong := errors.AsType[flow.Faults](err)
	switch {
	case errors.Is(err, errForbidden):
		s.stop(w, r, http.StatusForbidden, lacking(edit))
	case errors.Is(err, errTerritory):
		s.stop(w, r, http.StatusForbidden, "Votre compte permet de changer les horaires et les textes de votre structure, rien d'autre.")
	case errors.Is(err, errUnseen):
		s.stop(w, r, http.StatusConflict, "Un de ces textes a changé depuis que votre page est affichée. Rien n'est enregistré. Revenez à la fiche et relisez-les.")
	case twice:
		s.showConflict(w, r, c)
	case inUse:
		s.showInUse(w, r, used)
	case wrong && r.PostForm.Has("yaml"):
		s.rewrite(w, r, faults[0])
	case wrong:
		s.stop(w, r, http.StatusUnprocessableEntity, impossible(faults[0]))
	default:
		s.failed(w, r, "save a record", err)
	}
}

// errForbidden says that somebody may not change a record.
var errForbidden = errors.New("not theirs to change")

// keysOf reads where a record stands, as a form sends it; "" is the whole file.
func keysOf(place string) []string {
	if place == "" {
		return nil
	}
	return strings.Split(place, "/")
}

// backTo is a page of the studio, whatever a form says.
func backTo(path string) string {
	u, err := url.Parse(path)
	if err != nil || !strings.HasPrefix(u.Path, "/studio/") {
		return "/studio/"
	}
	query := u.Query()
	query.Del("fait")
	return (&url.URL{Path: u.Path, RawQuery: query.Encode(), Fragment: u.Fragment}).String()
}

// withQuery adds to the query of an address.
func withQuery(path string, more url.Values) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	query := u.Query()
	maps.Copy(query, more)
	u.RawQuery = query.Encode()
	return u.String()
}

// An edition is one form on its way into the draft.
type edition struct {
	at   flow.Place
	sent url.Values
}

// changes reads the form against a draft: fields that differ, lines added, and what a button asks for.
func (e edition) changes(d *flow.Draft) []flow.Change {
	if text, whole := e.sent["yaml"]; whole {
		if _, is := d.At(e.at.File, e.at.Path...); is && len(e.at.Path) > 0 && e.sent.Has("vide") && strings.TrimSpace(last(text)) == "" {
			return []flow.Change{flow.Remove(e.at)}
		}
		return []flow.Change{flow.SetYAML(e.at, last(text))}
	}
	changes := slices.Concat(changesOf(d, e.at, e.sent), cellsPicked(d, e.at, e.sent), daysPicked(d, e.at, e.sent), pairsAdded(e.at, e.sent))
	return slices.Concat(changes, e.added(d), asked(d, e.at, e.sent)) // new lines stand last: what a button is about is where it was
}

// pairsAdded are the new lines of conditions: "+options/emploi/only" has a name, and beside it how it asks and
// the values, or a value.
func pairsAdded(at flow.Place, sent url.Values) []flow.Change {
	var names []string
	for name := range sent {
		if strings.HasPrefix(name, "+") && !strings.HasSuffix(name, "=") && !strings.HasSuffix(name, pickSign) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var changes []flow.Change
	for _, name := range names {
		key, value := pickedFor(sent, name)
		if key == "" || value == "" {
			continue
		}
		changes = append(changes, flow.SetText(flow.In(at.File, slices.Concat(at.Path, strings.Split(name[1:], "/"), []string{key})...), value))
	}
	return changes
}

// asked is what a button of the form does beside saving: "monter:options/emploi".
func asked(d *flow.Draft, at flow.Place, sent url.Values) []flow.Change {
	verb, where, _ := strings.Cut(sent.Get("do"), ":")
	if where == "" {
		return nil
	}
	path := slices.Concat(at.Path, strings.Split(where, "/"))
	place := flow.In(at.File, path...)
	switch verb {
	case readAgain:
		return []flow.Change{flow.SetText(flow.In(at.File, append(path, "hash")...), sent.Get(readAgain))}
	case "retirer":
		if _, choice := (edition{at, sent}).choiceTaken(d); choice {
			return nil
		}
		return []flow.Change{flow.Remove(place)}
	case "monter", "descendre":
		return moved(d, place, verb == "monter")
	}
	return nil
}

// moved puts an entry before the one above it, or behind the one below.
func moved(d *flow.Draft, place flow.Place, up bool) []flow.Change {
	last := len(place.Path) - 1
	table, _ := d.At(place.File, place.Path[:last]...)
	keys := table.Keys()
	if table.Kind() == flow.ListValue {
		keys = make([]string, len(table.Items()))
		for i := range keys {
			keys[i] = itoa(i)
		}
	}
	i := slices.Index(keys, place.Path[last])
	switch {
	case i < 0 || up && i == 0 || !up && i == len(keys)-1:
		return nil
	case up:
		return []flow.Change{flow.Move(place, flow.Before(keys[i-1]))}
	}
	return []flow.Change{flow.Move(place, flow.After(keys[i+1]))}
}
