package studio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/change"
	press "frontdesk/bot/publish"
	"frontdesk/bot/workshop"
)

// journalView is the journal as it is read.
type journalView struct {
	Lines                 []journalRow
	Broken                bool
	All                   int // lines there are
	People                []choiceOf
	Topics, Deeds         []choiceOf
	Topic, Person, Deed   string
	Page, Pages           int
	Earlier, Later, Found int // Earlier: number of the page with older lines, 0 for none
}

type journalRow struct {
	Number                                int64
	When, Who, Deed, What, Reason, Second string
	Before, After, Mark                   string
	BeforeName, AfterName                 string // of the versions, "" of one that was not live
	Draft                                 bool   // nothing of it is served yet
}

const journalPage = 100

// chosen says whether a line is among those that were asked for.
func (v *journalView) chosen(l *bot.JournalLine) bool {
	return (v.Person == "" || l.Who == v.Person || l.Second == v.Person) &&
		(v.Deed == "" || l.Deed == v.Deed) && (v.Topic == "" || topicOf(l.Deed) == v.Topic)
}

func (s *Studio) showJournal(w http.ResponseWriter, r *http.Request) {
	lines, err := s.Press.Lines(r.Context())
	if err != nil && !errors.Is(err, bot.ErrBroken) {
		s.failed(w, r, "read the journal", err)
		return
	}
	v := journalView{Broken: err != nil, All: len(lines), Page: 1,
		Topic: r.FormValue("sujet"), Person: r.FormValue("qui"), Deed: r.FormValue("acte")}
	s.filters(r.Context(), lines, &v)
	for i := range lines {
		if v.chosen(&lines[i]) {
			v.Found++
		}
	}
	v.Pages = max(1, (v.Found+journalPage-1)/journalPage)
	_, _ = fmt.Sscan(r.FormValue("page"), &v.Page) // 1 for what is no number
	v.Page = min(max(v.Page, 1), v.Pages)
	if v.Page < v.Pages {
		v.Earlier = v.Page + 1
	}
	v.Later = v.Page - 1
	names := s.versionNames(r.Context())
	skip := v.Later * journalPage
	for i := len(lines) - 1; i >= 0 && len(v.Lines) < journalPage; i-- {
		if !v.chosen(&lines[i]) {
			continue
		}
		if skip--; skip < 0 {
			v.Lines = append(v.Lines, s.journalRow(r.Context(), &lines[i], names))
		}
	}
	s.show(w, r, "journal", page{Title: "Journal", Section: "/studio/journal", Body: v})
}

func (s *Studio) journalRow(ctx context.Context, l *bot.JournalLine, names map[string]string) journalRow {
	return journalRow{Number: l.Number, When: s.when(l.At), Who: s.name(ctx, l.Who), Deed: deedName(l.Deed), What: l.What, Reason: l.Reason,
		Second: s.name(ctx, l.Second), Before: short(l.Before), After: short(l.After), Mark: short(l.Mark),
		BeforeName: names[l.Before], AfterName: names[l.After], Draft: topicOf(l.Deed) == "brouillon"}
}

// filters are the people, topics and deeds that the journal names. Of deeds only those of the topic.
func (s *Studio) filters(ctx context.Context, lines []bot.JournalLine, v *journalView) {
	who, what, about := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range lines {
		who[lines[i].Who], what[lines[i].Deed] = true, true
		if second := lines[i].Second; second != "" {
			who[second] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(who)) {
		v.People = append(v.People, choiceOf{id, s.name(ctx, id), id == v.Person})
	}
	for _, id := range slices.Sorted(maps.Keys(what)) {
		topic := topicOf(id)
		about[topic] = true
		if v.Topic == "" || v.Topic == topic || v.Deed == id {
			v.Deeds = append(v.Deeds, choiceOf{id, deedName(id), id == v.Deed})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(about)) {
		v.Topics = append(v.Topics, choiceOf{id, id, id == v.Topic})
	}
}

// topicOf is what a deed is about, as people here call it.
func topicOf(deed string) string {
	kind, _, _ := strings.Cut(deed, "_")
	switch kind {
	case "draft":
		return "brouillon"
	case "publish", "rollback", "review":
		return "publications"
	case "bulletin":
		return "bulletins"
	case "circular":
		return "réponses à un groupe"
	case "account":
		return "comptes"
	}
	return "autres"
}

// sendJournal sends the journal as a spreadsheet. Where the chain does not hold, its last line says so.
func (s *Studio) sendJournal(w http.ResponseWriter, r *http.Request) {
	var out bytes.Buffer
	err := bot.WriteJournal(r.Context(), s.Press.Journal, &out)
	switch {
	case errors.Is(err, bot.ErrBroken):
		out.WriteString("ATTENTION : la chaîne ne tient pas ; des lignes ont été changées\r\n")
	case err != nil:
		s.failed(w, r, "read the journal", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="journal.csv"`)
	_, _ = w.Write(out.Bytes()) // the client is gone if this fails
}

// deedName is a deed of the journal in French.
func deedName(deed string) string {
	names := map[string]string{
		bot.JournalPublished: "publication", bot.JournalRollback: "retour à une version", bot.JournalPlanned: "publication programmée",
		bot.JournalUnplanned: "programmation annulée", bot.JournalFailed: "publication programmée non faite", bot.JournalBulletin: "bulletin",
		bot.JournalEnded: "fin d'un bulletin", bot.JournalCircular: "réponse à un groupe", bot.JournalUntold: "réponse à un groupe, non dite", press.JournalAsked: "relecture demandée", press.JournalWithdrawn: "demande de relecture retirée",
		workshop.JournalSaved: "brouillon : changement", workshop.JournalAdded: "brouillon : ajout", workshop.JournalRenamed: "brouillon : nouveau nom",
		workshop.JournalDeleted: "brouillon : suppression", workshop.JournalImported: "brouillon : fichier repris", workshop.JournalTaken: "brouillon : version reprise",
		workshop.JournalUndone: "brouillon : annulation", workshop.JournalRedone: "brouillon : rétablissement",
		workshop.JournalDropped: "brouillon : abandon", workshop.JournalMerged: "brouillon : fusion",
	}
	if name := names[deed]; name != "" {
		return name
	}
	return strings.ReplaceAll(deed, "_", " ")
}

func tongueName(code string) string { return change.Tongue(code) }

func isDown(err error) bool { return errors.Is(err, bot.ErrUnavailable) }

// notFound has a page say that a version is not there.
func notFound(err error) error {
	if errors.Is(err, press.ErrNotServed) {
		return fmt.Errorf("%w: %w", bot.ErrNotFound, err)
	}
	return err
}
