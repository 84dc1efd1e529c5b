package studio

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// What accounts have to do with a draft: each names the structures of somebody who answers there. The staff is no
// part of a draft, so that no edit of one follows the other.

// members are those whose account names a structure and does not name another that takes its place, "" for none.
func members(all []bot.Counsellor, structure, instead string) []string {
	var names []string
	for _, c := range all {
		if slices.Contains(c.Structures, bot.StructureID(structure)) && !slices.Contains(c.Structures, bot.StructureID(instead)) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}

// mostNamed are named in a sentence.
const mostNamed = 6

// namedBriefly are names in brackets; beyond some, how many more.
func namedBriefly(names []string) string {
	if more := len(names) - mostNamed; more > 0 {
		return "(" + strings.Join(names[:mostNamed], ", ") + " et " + plural(more, "autre", "autres") + ")"
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// belong says whose accounts a structure has, "" for nobody's.
func belong(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return plural(len(names), "compte appartient", "comptes appartiennent") + " à cette structure " + namedBriefly(names)
}

// staffed says whose accounts name a record, "" for nobody's: only structures are named.
func (s *Studio) staffed(ctx context.Context, kind recordKind, id string) string {
	if kind.Names != flow.StructureRecord {
		return ""
	}
	all, err := s.SignIn.Staff.All(ctx)
	if err != nil {
		s.Log.Error("list the staff", "error", err)
	}
	return belong(members(all, id, ""))
}

// unstaffing refuses to take a structure from under the accounts that name it: until they name the one that takes
// its place, nobody would see its cases. In a trial the accounts are made anew from the dialog.
func (s *Studio) unstaffing(ctx context.Context, kind recordKind, id, instead string) error {
	if kind.Names != flow.StructureRecord || id == instead || s.SignIn.Trial {
		return nil
	}
	all, err := s.SignIn.Staff.All(ctx)
	if err != nil {
		return err
	}
	names := members(all, id, instead)
	switch {
	case len(names) == 0:
		return nil
	case instead == "":
		return flow.Faults{{Message: belong(names) + ". Changez d'abord ces comptes"}}
	}
	return flow.Faults{{Message: belong(names) + ". Changez d'abord ces comptes : ajoutez-leur « " + instead + " »"}}
}

// A stray is a structure that accounts name and a dialog does not have.
type stray struct {
	ID    string
	Names []string // of the accounts
}

// strays are the structures that accounts name and a draft does not have, in order of their ids; none in a trial.
func (s *Studio) strays(ctx context.Context, d *flow.Draft) []stray {
	if s.SignIn.Trial {
		return nil
	}
	all, err := s.SignIn.Staff.All(ctx)
	if err != nil {
		s.Log.Error("list the staff", "error", err)
		return nil
	}
	kind, _ := kindByID("structures")
	known := kind.all(d, s.region())
	var gone []string
	for _, c := range all {
		for _, id := range c.Structures {
			if !slices.ContainsFunc(known, func(here standing) bool { return here.ID == string(id) }) {
				gone = append(gone, string(id))
			}
		}
	}
	slices.Sort(gone)
	var found []stray
	for _, id := range slices.Compact(gone) {
		found = append(found, stray{id, members(all, id, "")})
	}
	return found
}

// String says it of the dialog that a page is about.
func (a stray) String() string {
	return "La structure « " + a.ID + " » n'existe pas, et " + plural(len(a.Names), "compte y appartient ", "comptes y appartiennent ") + namedBriefly(a.Names) + "."
}

// strayFaults are the strays of a draft as pages about it show what is found.
func (s *Studio) strayFaults(r *http.Request, d *flow.Draft) []fault {
	var all []fault
	for _, a := range s.strays(r.Context(), d) {
		f := fault{Warning: true, Message: a.String(), Fix: "Changez ces comptes, ou remettez la structure."}
		if f.Record = "comptes"; may(web.Signed(r), administer) {
			f.Path = "/studio/comptes"
		}
		all = append(all, f)
	}
	return all
}
