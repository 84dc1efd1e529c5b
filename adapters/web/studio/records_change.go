package studio

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
	"frontdesk/bot/workshop"
)

// An act is a button of a record's page: what it is called in the history, by a participle and more, where it leads,
// what it does.
type act struct {
	deed, done, more, then string
	do                     func(d *flow.Draft, here standing) (*flow.Draft, error)
}

// errNoRecord says that the record of a button is gone.
var errNoRecord = fmt.Errorf("record: %w", bot.ErrNotFound)

// actOnRecord renames, copies or deletes a record, gives the region its own, or takes that away.
func (s *Studio) actOnRecord(w http.ResponseWriter, r *http.Request) {
	kind, known := kindByID(r.PathValue("kind"))
	id, name := r.PathValue("id"), strings.TrimSpace(r.PostFormValue("nom"))
	region := s.region()
	list := "/studio/fiches/" + kind.ID
	acts := map[string]act{
		"renommer": {workshop.JournalRenamed, "renommé", " « " + name + " »", kind.path(name), func(d *flow.Draft, here standing) (*flow.Draft, error) {
			return kind.rename(d, here, name)
		}},
		"dupliquer": {workshop.JournalAdded, "copié", " sous « " + name + " »", kind.path(name), func(d *flow.Draft, here standing) (*flow.Draft, error) {
			return d.Copy(kind.Names, here.File, id, name)
		}},
		"supprimer": {workshop.JournalDeleted, "supprimé", "", list, func(d *flow.Draft, here standing) (*flow.Draft, error) {
			return kind.remove(d, region, here, r.PostFormValue("remplacant"))
		}},
		"remplacer": {workshop.JournalAdded, "remplacé", " pour la région", kind.path(id), func(d *flow.Draft, here standing) (*flow.Draft, error) {
			return kind.override(d, region, here)
		}},
		"commun": {workshop.JournalDeleted, "ramené", " à la fiche commune", kind.path(id), func(d *flow.Draft, here standing) (*flow.Draft, error) {
			return kind.dropOwn(d, here)
		}},
	}
	a, is := acts[r.PathValue("verb")]
	instead, takes := map[string]string{"renommer": name, "supprimer": r.PostFormValue("remplacant")}[r.PathValue("verb")]
	if !known || !is || kind.Fixed {
		s.missing(w, r)
		return
	}
	s.change(w, r, a.deed, change.Noted(kind.Table, id, a.done)+a.more, a.then, func(now *workshop.State) (*flow.Draft, error) {
		here, is := kind.find(now.Draft, region, id)
		if !is {
			return nil, errNoRecord
		}
		if a.deed == workshop.JournalDeleted {
			if err := asSeen(now, flow.In(here.File, kind.Table, id), r.PostForm); err != nil {
				return nil, err
			}
		}
		d, err := a.do(now.Draft, here)
		if _, wrong := errors.AsType[flow.Faults](err); takes && !wrong {
			if left := s.unstaffing(r.Context(), kind, id, instead); left != nil {
				return nil, left
			}
		}
		return d, err
	})
}

// rename gives a record another id; one that other regions have too is theirs under the old one as well, so
// it is not renamed for them.
func (k recordKind) rename(d *flow.Draft, here standing, to string) (*flow.Draft, error) {
	for _, region := range d.Regions() {
		if _, is := d.At(k.own(region), k.Table, here.ID); is && k.own(region) != here.File && here.Regional && !here.Replaces {
			return nil, flow.Faults{{Message: "une autre région a une fiche de ce nom : copiez celle-ci sous un autre nom, puis supprimez-la"}}
		}
	}
	made, err := d.Rename(k.Names, here.ID, to)
	if err != nil {
		return nil, err
	}
	return translation.Renamed(d, made)
}

// remove deletes a record. Where another region has one of the same id, only this region's goes.
func (k recordKind) remove(d *flow.Draft, region string, here standing, instead string) (*flow.Draft, error) {
	if !here.Regional || !k.elsewhere(d, region, here.ID) {
		return d.Delete(k.Names, here.ID, instead)
	}
	if uses := k.uses(d, region, here.ID); len(uses) > 0 {
		return nil, &flow.InUse{Kind: k.Names, ID: here.ID, Uses: uses}
	}
	return k.dropOwn(d, here)
}

// override gives the region a copy of a common record, to be changed there alone.
func (k recordKind) override(d *flow.Draft, region string, here standing) (*flow.Draft, error) {
	if here.Regional || k.own(region) == "" {
		return nil, flow.Faults{{Message: "cette fiche est déjà celle de la région"}}
	}
	return d.Edit(flow.SetYAML(flow.In(k.own(region), k.Table, here.ID), d.Record(here.File, k.Table, here.ID)))
}

// dropOwn takes the region's record away, and its file when nothing else is in it.
func (k recordKind) dropOwn(d *flow.Draft, here standing) (*flow.Draft, error) {
	if !here.Regional {
		return nil, flow.Faults{{Message: "cette fiche est commune à toutes les régions"}}
	}
	root, _ := d.At(here.File)
	table, _ := d.At(here.File, k.Table)
	switch {
	case len(table.Keys()) > 1:
		return d.Edit(flow.Remove(flow.In(here.File, k.Table, here.ID)))
	case len(root.Keys()) > 1:
		return d.Edit(flow.Remove(flow.In(here.File, k.Table)))
	}
	return d.Edit(flow.RemoveFile(here.File))
}

// addRecord makes a new record that loads, to be filled in.
func (s *Studio) addRecord(w http.ResponseWriter, r *http.Request) {
	kind, known := kindByID(r.PathValue("kind"))
	id, name := strings.TrimSpace(r.PostFormValue("nom")), strings.TrimSpace(r.PostFormValue("titre"))
	if !known || kind.Fixed {
		s.missing(w, r)
		return
	}
	s.change(w, r, workshop.JournalAdded, change.Noted(kind.Table, id, "ajouté"), kind.path(id), func(now *workshop.State) (*flow.Draft, error) {
		d := now.Draft
		if _, taken := kind.find(d, s.region(), id); taken {
			return nil, flow.Faults{{Message: fmt.Sprintf("« %s » existe déjà : prenez un autre nom", id)}}
		}
		corsican := kind.ID == "territories" && (id == "2A" || id == "2B")
		if strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" && !corsican || id == "" {
			return nil, flow.Faults{{Message: "ce nom n'est pas admis : minuscules sans accent, chiffres, - et _ seulement"}}
		}
		file := kind.File
		if own := kind.own(s.region()); own != "" && (r.PostFormValue("ou") == "region" || kind.ID == "structures" || kind.Whole) {
			file = own
		}
		if kind.Flows {
			if file = flowsOf(d)[r.PostFormValue("parcours")]; file == "" {
				return nil, flow.Faults{{Message: "choisissez le parcours où elle est écrite"}}
			}
		}
		at := flow.In(file, kind.Table, id)
		changes := s.blank(d, kind, at, name)
		if words := itemsOf(r.PostFormValue("mots")); kind.ID == "dangers" {
			if len(words) == 0 {
				return nil, flow.Faults{{Message: "un danger sans mots ne serait jamais entendu : écrivez une expression"}}
			}
			changes = append(changes, flow.SetList(flow.In(file, kind.Table, id, "words"), words...))
		}
		return d.Edit(changes...)
	})
}

// blank is a new record of a kind.
func (s *Studio) blank(d *flow.Draft, kind recordKind, at flow.Place, name string) []flow.Change {
	today := s.Now().In(s.Zone)
	first := func(of string) string {
		k, _ := kindByID(of)
		if all := k.all(d, s.region()); len(all) > 0 {
			return all[0].ID
		}
		return ""
	}
	text := map[string]string{
		"cards": "{title: T, text: \"Texte à écrire. À faire : étape à écrire.\", source: À préciser, checked: " + today.Format(time.DateOnly) +
			", expires: " + today.AddDate(1, 0, 0).Format(time.DateOnly) + "}",
		"structures": "{name: N, network: " + first("networks") + ", territories: [\"*\"], offers: [{id: api, from: " + today.Format(time.DateOnly) +
			"}], hours: " + first("queues") + ", delay: 3, contacts: [desk]}",
		"networks":    "{name: N}",
		"queues":      "{lun-ven: \"09:00-12:00, 14:00-17:00\"}",
		"dangers":     "{grade: sensitive, numbers: [\"15\"], text: \"Texte à écrire. En urgence : {15}.\"}",
		"territories": "{name: N, in: à N}",
		"answers":     "{type: choice, keep: session}",
		reasonsKind:   "Raison à écrire",
	}[kind.ID]
	changes := []flow.Change{flow.Insert(at, text, flow.Last())}
	if kind.Name != "" && name != "" {
		changes = append(changes, flow.SetText(flow.In(at.File, slices.Concat(at.Path, []string{kind.Name})...), name))
	}
	if kind.ID == reasonsKind && name != "" {
		changes = append(changes, flow.SetText(at, name))
	}
	if kind.ID == "territories" {
		changes = append(changes, flow.SetText(flow.In(at.File, slices.Concat(at.Path, []string{"in"})...), "à "+name))
	}
	return changes
}

// giveHours gives a structure hours of its own, which begin as those that it shares.
func (s *Studio) giveHours(w http.ResponseWriter, r *http.Request) {
	id, who := r.PathValue("id"), web.Signed(r)
	structures, _ := kindByID("structures")
	queues, _ := kindByID("queues")
	_, err := s.Workshop.Save(r.Context(), author(r), "structure « "+id+" » : horaires à part", func(now *workshop.State) (*flow.Draft, error) {
		d := now.Draft
		here, is := structures.find(d, s.region(), id)
		if !is {
			return nil, errNoRecord
		}
		at := flow.In(here.File, "structures", id)
		if !s.mayChange(who, d, at) {
			return nil, errForbidden
		}
		queue := id
		for n := 2; d.Has(flow.QueueRecord, queue); n++ {
			queue = id + "-" + itoa(n)
		}
		return d.Edit(flow.SetYAML(flow.In(queues.own(s.region()), "queues", queue), "{like: "+here.Value.TextAt("hours")+"}"),
			flow.SetText(flow.In(here.File, "structures", id, "hours"), queue))
	})
	switch {
	case errors.Is(err, errForbidden):
		s.stop(w, r, http.StatusForbidden, lacking(edit))
	case err != nil:
		s.failed(w, r, "give a structure its hours", err)
	default:
		s.done(w, r, structures.path(id), "enregistre")
	}
}

// renewCard notes that a card was checked today and holds for a year, and saves what its form has.
func (s *Studio) renewCard(w http.ResponseWriter, r *http.Request) {
	kind, _ := kindByID("cards")
	id := r.PathValue("id")
	then := kind.path(id)
	switch r.PostFormValue("revoir") {
	case "":
		if r.PostForm.Has("retour") {
			then = backTo(r.PostForm.Get("retour"))
		}
	case wholeReview:
		then = "/studio/revoir?revoir=" + wholeReview + "&apres=" + url.QueryEscape(id)
	default:
		then = "/studio/revoir?apres=" + url.QueryEscape(id)
	}
	today := s.Now().In(s.Zone)
	_, err := s.Workshop.Save(r.Context(), author(r), "carte « "+id+" » vérifiée", func(now *workshop.State) (*flow.Draft, error) {
		here, is := kind.find(now.Draft, s.region(), id)
		at, d := flow.In(here.File, "cards", id), now.Draft
		if tag := r.PostForm.Get("etag"); tag != "" { // the card that was shown, though another is served by now
			at.File = r.PostForm.Get("fichier")
			if is = at.File == kind.File || at.File == kind.own(s.region()); is {
				var err error
				if d, err = s.apply(r.Context(), now, edition{at, r.PostForm}); err != nil {
					return nil, err
				}
			}
		}
		if !is {
			return nil, errNoRecord
		}
		return d.Edit(flow.SetText(flow.In(at.File, "cards", id, "checked"), today.Format(time.DateOnly)),
			flow.SetText(flow.In(at.File, "cards", id, "expires"), today.AddDate(1, 0, 0).Format(time.DateOnly)))
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.done(w, r, then, "enregistre")
}

// wholeReview asks for all cards, not only those that are due.
const wholeReview = "tout"

// reviewing is where a card stands among those to check.
type reviewing struct {
	Left  int    // to check by now
	Next  string // the card after this one
	Which string // wholeReview, or "1" for those that are due
}

// byExpiry are the cards in the order in which they are to be checked.
func (s *Studio) byExpiry(d *flow.Draft) []standing {
	kind, _ := kindByID("cards")
	all := kind.all(d, s.region())
	slices.SortStableFunc(all, func(a, b standing) int {
		if c := strings.Compare(a.Value.TextAt("expires"), b.Value.TextAt("expires")); c != 0 {
			return c
		}
		return strings.Compare(a.Value.TextAt("checked"), b.Value.TextAt("checked"))
	})
	return all
}

// due are the cards of a list that expire soon, or have.
func (s *Studio) due(all []standing) []standing {
	until := s.Now().Add(soon).In(s.Zone).Format(time.DateOnly)
	return slices.DeleteFunc(slices.Clone(all), func(here standing) bool { return here.Value.TextAt("expires") >= until })
}

func (s *Studio) reviewing(d *flow.Draft, id, which string) *reviewing {
	all := s.byExpiry(d)
	due := s.due(all)
	v := &reviewing{Left: len(due), Which: wholeReview}
	if which != wholeReview {
		all, v.Which = due, "1"
	}
	for i, here := range all {
		if here.ID == id && i+1 < len(all) {
			v.Next = all[i+1].ID
		}
	}
	return v
}

// restingView is told while no card is due.
type restingView struct {
	All   int
	First string // the card that expires first
	Path  string
	On    string
}

// reviewNext leads to the card that is to be checked first, or first after another: of those that are due, or of
// all of them where that is asked for.
func (s *Studio) reviewNext(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	all := s.byExpiry(state.Draft)
	if len(all) == 0 {
		s.missing(w, r)
		return
	}
	kind, _ := kindByID("cards")
	query := r.URL.Query()
	which, next := query.Get("revoir"), s.due(all)
	if which == wholeReview {
		next = all
	}
	if len(next) == 0 {
		s.show(w, r, "resting", page{Title: "Revoir les cartes", Section: "/studio/fiches/cards", State: state,
			Body: restingView{len(all), kind.nameOf(all[0]), kind.path(all[0].ID), dayOf(all[0].Value.TextAt("expires"))}})
		return
	}
	path := kind.path(next[0].ID) + "?revoir=" + cmp.Or(which, "1")
	if query.Get("apres") != "" {
		s.done(w, r, path, "verifiee")
		return
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}
