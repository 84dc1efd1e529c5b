package studio

import (
	"context"
	"strings"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// An earlier is the last state of the draft that could be read, shown while the present one cannot.
type earlier struct {
	*checked
	When   string  // it was made
	What   string  // was changed then, "" for what is live
	Faults []fault // of the present draft: why it is not shown
}

// mostEarlier are the versions that are tried before the live release stands in.
const mostEarlier = 40

// earlier looks for the last version of the draft that can be played; nil where the present one can, or none.
func (s *Studio) earlier(ctx context.Context, state *workshop.State, c *checked) *earlier {
	if c.Program != nil {
		return nil
	}
	told := faultsOf(state.Draft, c.Found().Errors(), everything)
	id := state.Version.Parent
	for n := 0; id != "" && n < mostEarlier; n++ {
		was, err := s.Workshop.Version(ctx, id)
		if err != nil {
			break
		}
		if is := s.playable(was.Draft); is != nil {
			e := &earlier{checked: is, What: was.Version.What, Faults: told}
			if was.Version.Parent != "" {
				e.When = was.Version.At.In(s.Zone).Format("02/01 à 15:04")
			}
			return e
		}
		id = was.Version.Parent
	}
	live, err := flow.OpenDraft(s.Live().Sources)
	if err != nil {
		return nil
	}
	if is := s.playable(live); is != nil {
		return &earlier{checked: is, Faults: told}
	}
	return nil
}

// playable is what is known of a draft that loads, or nil.
func (s *Studio) playable(d *flow.Draft) *checked {
	if _, err := s.checks.bundle(d); err != nil {
		return nil
	}
	if c := s.checks.of(d); c.Program != nil {
		return c
	}
	return nil
}

// Named says which state it is.
func (e *earlier) Named() string {
	if e.When == "" {
		return "la version en ligne"
	}
	return strings.TrimSuffix("celle du "+e.When+", "+e.What, ", ")
}

// broken says why the present draft is not shown, where nothing earlier is either.
func (e *earlier) broken(c *checked) []fault {
	if e != nil {
		return nil
	}
	return faultsOf(c.draft, c.Found().Errors(), everything)
}

// atOnce is a moment at which the desk is open, in what is shown.
func (s *Studio) atOnce(c *checked, e *earlier) time.Time {
	if e != nil {
		return s.openHour(e.Bundle, true)
	}
	return s.openHour(c.Bundle, true)
}
