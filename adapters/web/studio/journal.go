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
)

// journalView is the journal as it is read.
type journalView struct {
	Lines        []journalRow
	Broken       bool
	All          int // lines there are
	People       []choiceOf
	Deeds        []choiceOf
	Person, Deed string
	Page, Pages  int
	Earlier      int // number of the page with older lines, 0 for none
	Later        int
	Draft        []journalRow // what was changed since the draft began, newest first
}

type journalRow struct {
	Number                                int64
	When, Who, Deed, What, Reason, Second string
	Before, After, Mark                   string
	BeforeName, AfterName                 string // of the versions, "" of one that was not live
}

const journalPage = 100

func (s *Studio) showJournal(w http.ResponseWriter, r *http.Request) {
	lines, whole, err := s.journalLines(r.Context())
	if err != nil {
		s.failed(w, r, "read the journal", err)
		return
	}
	v := journalView{Broken: !whole, All: len(lines), Person: r.FormValue("qui"), Deed: r.FormValue("acte")}
	v.People, v.Deeds = s.filters(r.Context(), lines, v)
	kept := slices.DeleteFunc(slices.Clone(lines), func(l bot.JournalLine) bool {
		return v.Person != "" && l.Who != v.Person && l.Second != v.Person || v.Deed != "" && l.Deed != v.Deed
	})
	slices.Reverse(kept)
	v.Pages = max(1, (len(kept)+journalPage-1)/journalPage)
	v.Page = 1
	_, _ = fmt.Sscan(r.FormValue("page"), &v.Page) // 1 for what is no number
	v.Page = min(max(v.Page, 1), v.Pages)
	if v.Page < v.Pages {
		v.Earlier = v.Page + 1
	}
	v.Later = v.Page - 1
	kept = kept[(v.Page-1)*journalPage : min(v.Page*journalPage, len(kept))]
	names := s.versionNames(r.Context())
	for _, l := range kept {
		v.Lines = append(v.Lines, journalRow{l.Number, s.when(l.At), s.name(r.Context(), l.Who), deedName(l.Deed), l.What, l.Reason,
			s.name(r.Context(), l.Second), short(l.Before), short(l.After), short(l.Mark), names[l.Before], names[l.After]})
	}
	if v.Draft, err = s.draftRows(r.Context()); err != nil {
		s.failed(w, r, "read the history of the draft", err)
		return
	}
	s.show(w, r, "journal", page{Title: "Journal", Section: "/studio/journal", Body: v})
}

// draftPage is how many changes of the draft are shown.
const draftPage = 50

// draftRows are the changes of the draft that nobody has published yet.
func (s *Studio) draftRows(ctx context.Context) ([]journalRow, error) {
	all, err := s.Workshop.History(ctx, draftPage)
	var rows []journalRow
	for _, v := range all {
		if v.What != "" {
			rows = append(rows, journalRow{When: s.when(v.At), Who: v.Name, What: v.What})
		}
	}
	return rows, err
}

// filters are the people and deeds that the journal names.
func (s *Studio) filters(ctx context.Context, lines []bot.JournalLine, v journalView) (people, deeds []choiceOf) {
	who, what := map[string]bool{}, map[string]bool{}
	for _, l := range lines {
		who[l.Who], what[l.Deed] = true, true
		if l.Second != "" {
			who[l.Second] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(who)) {
		people = append(people, choiceOf{id, s.name(ctx, id), id == v.Person})
	}
	for _, id := range slices.Sorted(maps.Keys(what)) {
		deeds = append(deeds, choiceOf{id, deedName(id), id == v.Deed})
	}
	return people, deeds
}

// journalLines reads the whole journal, and says whether its chain holds.
func (s *Studio) journalLines(ctx context.Context) (lines []bot.JournalLine, whole bool, err error) {
	err = s.Press.Journal.Journal(ctx, func(l bot.JournalLine) error {
		lines = append(lines, l)
		return nil
	})
	if errors.Is(err, bot.ErrBroken) {
		return lines, false, nil
	}
	return lines, err == nil, err
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
