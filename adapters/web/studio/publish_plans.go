package studio

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// resting are the plans that rest on what is live: whatever is published or programmed now ends them.
type resting []planRow

// When says when they are to be published.
func (all resting) When() string {
	when := make([]string, len(all))
	for i := range all {
		when[i] = all[i].When
	}
	return strings.Join(when, " et ")
}

// IDs are what a box sends that is ticked for them.
func (all resting) IDs() string { return strings.Join(all.ids(), " ") }

func (all resting) ids() []string {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids
}

// restingOn are the plans that rest on a release.
func (s *Studio) restingOn(ctx context.Context, pointer string) (resting, error) {
	plans, err := s.Press.Resting(ctx, pointer)
	return s.rowsOf(ctx, plans), err
}

// cancels are the plans that a form ends, where whoever sent it has seen each of them and agrees; otherwise it
// says what they have to know.
func (s *Studio) cancels(r *http.Request, pointer string) (ids []string, fault string, err error) {
	all, err := s.restingOn(r.Context(), pointer)
	if err != nil {
		return nil, "", err
	}
	agreed := strings.Fields(r.PostFormValue("annule"))
	ids = all.ids()
	if slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(agreed, id) }) {
		return nil, "Une publication est programmée " + all.When() + ". Cochez la case qui l'annule, puis recommencez. Rien n'est publié.", nil
	}
	return ids, "", nil
}
