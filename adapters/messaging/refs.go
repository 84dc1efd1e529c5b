package messaging

import (
	"context"
	"errors"
	"time"

	"frontdesk/bot"
)

// Known reads a reference; "" where it is not known, or no longer.
func Known(ctx context.Context, refs bot.Refs, kind, name string) (string, error) {
	value, err := refs.Ref(ctx, kind, name)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return value, err
}

// Note changes a reference from what it was before. Another who was faster knows as much: theirs stays.
func Note(ctx context.Context, refs bot.Refs, kind, name, before, value string, life time.Duration) error {
	err := refs.SetRef(ctx, kind, name, before, value, life)
	if errors.Is(err, bot.ErrTaken) {
		return nil
	}
	return err
}

// First notes who does something, and says whether it is done for the first time, or again by the same doer.
func First(ctx context.Context, refs bot.Refs, kind, name, by string, life time.Duration) (bool, error) {
	err := refs.SetRef(ctx, kind, name, "", by, life)
	if !errors.Is(err, bot.ErrTaken) {
		return err == nil, err
	}
	who, err := refs.Ref(ctx, kind, name)
	if errors.Is(err, bot.ErrNotFound) {
		return true, nil // it has just ended
	}
	return who == by, err
}
