package telegram

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/bot"
)

// joinFor bounds what plays a turn in two conversations.
const joinFor = 5 * time.Second

// redeem gives this chat to the conversation of a resume code. That it worked the conversation says
// itself; that it did not, the adapter. opened is false where there is still something to begin.
func (c *Channel) redeem(ctx context.Context, a arrival, n int, code string) (opened bool, err error) {
	before, err := c.did(ctx, a, n)
	if err != nil || before {
		return before, err
	}
	store, done := context.WithTimeout(ctx, joinFor)
	defer done()
	_, err = c.Codes.Join(store, a.room.peer(), code, a.room.leg())
	say := ""
	switch {
	case errors.Is(err, bot.ErrNotFound):
		say = "code_wrong"
	case errors.Is(err, bot.ErrTooMany):
		say = "code_wait"
	case err != nil:
		return false, fmt.Errorf("redeem a code: %w", err)
	}
	if say == "" {
		return true, c.didNow(ctx, a, n)
	}
	if err := c.tell(ctx, a, c.text(a.language, say)); tryAgain(err) {
		return false, err
	}
	return false, nil
}

// issue shows a new resume code. It never goes through the log.
func (c *Channel) issue(ctx context.Context, a arrival, n int) error {
	if before, err := c.did(ctx, a, n); err != nil || before {
		return err
	}
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	conversation, err := c.Door.Open(store, a.room.leg())
	if err != nil {
		return fmt.Errorf("open a conversation: %w", err)
	}
	code, until, err := c.Codes.Issue(store, conversation)
	switch {
	case errors.Is(err, bot.ErrTooMany):
		return c.tooMany(ctx, a)
	case err != nil:
		return fmt.Errorf("issue a code: %w", err)
	}
	text := c.text(a.language, "code", "{code}", spoken(code), "{until}", c.until(a.language, until))
	if err := c.tell(ctx, a, text); tryAgain(err) {
		return err
	}
	return c.didNow(ctx, a, n)
}

// did says whether a code of an update was dealt with before.
func (c *Channel) did(ctx context.Context, a arrival, n int) (bool, error) {
	ctx, done := context.WithTimeout(ctx, storeFor)
	defer done()
	before, err := c.memory.done(ctx, a.input(n))
	if err != nil {
		return false, fmt.Errorf("look whether a code was used: %w", err)
	}
	return before, nil
}

// didNow notes it, so that a repetition does not say that the code opens nothing.
func (c *Channel) didNow(ctx context.Context, a arrival, n int) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), storeFor)
	defer done()
	if _, err := c.memory.once(ctx, a.input(n), a.input(n), young); err != nil {
		return fmt.Errorf("note that a code was used: %w", err)
	}
	return nil
}

// tryAgain says whether a sentence that was not shown should be shown when the update comes again.
func tryAgain(err error) bool {
	return err != nil && !errors.Is(err, bot.ErrUndeliverable) && !errors.Is(err, bot.ErrAmbiguous)
}
