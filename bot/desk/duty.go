package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/bot"
)

// Duty is what counsellors say of their own availability where no open page says it for them. It is
// kept as a reference that ends by itself.
type Duty struct{ Refs bot.Refs }

const (
	dutyRef  = "duty"
	dutyLife = 10 * time.Hour // a working day: who forgets to say that they leave is not taken for present tomorrow
	onDuty   = "on"
	paused   = "paused until "
)

// Begin makes a counsellor available until they say otherwise, for a working day at most.
func (d Duty) Begin(ctx context.Context, c bot.CounsellorID) error {
	return d.set(ctx, c, onDuty, dutyLife)
}

// Pause makes a counsellor unavailable; until is when they are available again by themselves, zero for
// not before they say so.
func (d Duty) Pause(ctx context.Context, c bot.CounsellorID, until time.Time) error {
	if until.IsZero() {
		return d.set(ctx, c, "", 0)
	}
	return d.set(ctx, c, paused+until.UTC().Format(time.RFC3339), dutyLife)
}

// Available says whether a counsellor is, and until when a pause lasts.
func (d Duty) Available(ctx context.Context, c bot.CounsellorID, now time.Time) (is bool, until time.Time, err error) {
	said, err := d.Refs.Ref(ctx, dutyRef, string(c))
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return false, time.Time{}, nil
	case err != nil:
		return false, time.Time{}, fmt.Errorf("availability: %w", err)
	}
	rest, isPaused := strings.CutPrefix(said, paused)
	if !isPaused {
		return said == onDuty, time.Time{}, nil
	}
	until, err = time.Parse(time.RFC3339, rest)
	if err != nil || !until.After(now) {
		return true, time.Time{}, nil // the pause is over
	}
	return false, until, nil
}

func (d Duty) set(ctx context.Context, c bot.CounsellorID, said string, life time.Duration) error {
	if said == "" {
		return d.Refs.DropRef(ctx, dutyRef, string(c))
	}
	for range 3 {
		old, err := d.Refs.Ref(ctx, dutyRef, string(c))
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("availability: %w", err)
		}
		if err = d.Refs.SetRef(ctx, dutyRef, string(c), old, said, life); !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
	return bot.ErrTaken
}
