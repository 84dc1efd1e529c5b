package studio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	press "frontdesk/bot/publish"
	"frontdesk/bot/tally"
)

// Publishing is what the studio needs to publish, take back and announce.
type Publishing struct {
	Press    *press.Press
	Follow   func(context.Context, *flow.Bundle) error    // serves here what is live; of a nil bundle it is read
	Name     func(ctx context.Context, id string) string  // of a member of the staff
	Review   func(*flow.Bundle) ([]Untranslated, error)   // what is to be translated, or translated anew
	Talks    func(context.Context) ([]change.Talk, error) // conversations under way
	Cases    func(context.Context) ([]bot.Card, error)    // that are open
	Circular func(kind, text string) string               // an answer to a group, as it is told
}

// An Untranslated text is missing in a language, or older there than the text it translates.
type Untranslated struct {
	Language, ID string
	Missing      bool
}

// publishing adds the pages of what leaves the studio.
func (s *Studio) publishing(page func(string, right, http.HandlerFunc)) {
	page("GET /studio/publier", read, s.showPublish)
	page("POST /studio/publier", edit, s.sendPublish)
	page("POST /studio/publier/accord", publish, s.agree)
	page("POST /studio/publier/retirer", edit, s.withdraw)
	page("POST /studio/publier/fusionner", edit, s.catchUp)
	page("POST /studio/publier/abandonner", edit, s.drop)
	page("GET /studio/versions", read, s.showVersions)
	page("GET /studio/versions/comparer", read, s.showCompared)
	page("GET /studio/versions/{release}", read, s.sendArchive)
	page("POST /studio/versions/revenir", publish, s.rollBack)
	page("POST /studio/versions/reprendre", edit, s.takeUp)
	page("POST /studio/versions/deprogrammer", publish, s.unplan)
	page("GET /studio/bulletin", read, s.showBulletins)
	page("POST /studio/bulletin", publish, s.putUp)
	page("POST /studio/bulletin/finir", publish, s.takeDown)
	page("GET /studio/attente", read, s.showCircular)
	page("POST /studio/attente", publish, s.sendCircular)
	page("GET /studio/journal", read, s.showJournal)
	page("GET /studio/journal.csv", read, s.sendJournal)
}

// saidOfPublishing is what is told after something was done.
func saidOfPublishing(what string) string {
	return map[string]string{
		"publie":      "C'est publié. Les conversations commencées gardent leurs étapes.",
		"programme":   "La publication est programmée.",
		"demande":     "La relecture est demandée. Une autre personne peut maintenant publier.",
		"retire":      "La demande de relecture est retirée.",
		"fusionne":    "Le brouillon part maintenant de la version en ligne.",
		"abandonne":   "Le brouillon est de nouveau comme la version en ligne. « Annuler » le rétablit.",
		"retour":      "L'ancienne version est de nouveau en ligne.",
		"repris":      "Cette version est dans le brouillon. Rien n'est publié.",
		"deprogramme": "La publication n'est plus programmée.",
		"annonce":     "Le bulletin est enregistré. Il est dit dès son début.",
		"repondu":     "La réponse part dans la seconde. Les personnes gardent leur place.",
		"fini":        "Le bulletin est fini.",
	}[what]
}

// did answers that something was done. Where the journal did not take its line, pages that read the journal may
// not answer either: it is said at once then, so that nobody does it again.
func (s *Studio) did(w http.ResponseWriter, r *http.Request, path, what string, err error) {
	if errors.Is(err, press.ErrUnwritten) {
		s.Log.Warn("the journal lacks a line for now", "error", err)
		s.render(w, r, http.StatusOK, "unwritten", page{Title: "C'est fait", Section: path, Body: [2]string{saidOfPublishing(what), path}})
		return
	}
	s.done(w, r, path, what)
}

// name is how a member of the staff is called, or what else did something.
func (s *Studio) name(ctx context.Context, id string) string {
	switch id {
	case bot.ByFile:
		return "fichier"
	case bot.ByService:
		return "le service"
	case "":
		return ""
	}
	if s.Name != nil {
		if name := s.Name(ctx, id); name != "" {
			return name
		}
	}
	return id
}

// short is as much of a release as people compare.
func short(hash string) string { return hash[:min(8, len(hash))] }

// when says a moment as people here read it.
func (s *Studio) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(s.Zone)
	switch days := daysBetween(s.Now().In(s.Zone), t); days {
	case 0:
		return "aujourd'hui à " + clock(t)
	case 1:
		return "demain à " + clock(t)
	case -1:
		return "hier à " + clock(t)
	}
	return "le " + t.Format("02/01/2006") + " à " + clock(t)
}

// hoursOf says whose hours the studio shows: à l'heure de Paris.
func (s *Studio) hoursOf() string {
	zone := s.Zone.String()
	city := zone[strings.LastIndexByte(zone, '/')+1:]
	if city == "UTC" || city == "Local" || city == "" {
		return "à l'heure de ce service"
	}
	return "à l'heure de " + strings.ReplaceAll(city, "_", " ")
}

func clock(t time.Time) string { return t.Format("15\u00a0h\u00a004") }

func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(b).Sub(day(a)).Hours() / 24)
}

// readMoment reads a day and an hour that a form sent, in the service's time.
func (s *Studio) readMoment(day, hour string) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", strings.TrimSpace(day)+" "+strings.TrimSpace(hour), s.Zone)
	if err != nil {
		return t, fmt.Errorf("la date ou l'heure ne se lit pas")
	}
	return t, nil
}

// A backForm takes people back to a release.
type backForm struct {
	Release, Pointer, Label, Button string
	Changed                         int // records of the draft that are not live
	Resting                         resting
}

// publishingFunctions are what the templates of these pages may call.
func publishingFunctions() template.FuncMap {
	return template.FuncMap{
		"seen":       seen,
		"classCount": func(n map[change.Class]int, of change.Class) string { return seen(tally.Show(n[of])) },
		"backwards": func(last *versionRow, pointer string, changed int, rests resting) backForm {
			return backForm{last.Before, pointer, "Annuler cette publication", "Revenir à la version " + cmp.Or(last.BeforeName, short(last.Before)), changed, rests}
		},
		"backTo": func(v versionRow, pointer string, changed int, rests resting) backForm {
			return backForm{v.Release, pointer, "Revenir à cette version", "Remettre en ligne la version " + v.Name, changed, rests}
		},
	}
}
