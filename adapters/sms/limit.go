package sms

import (
	"context"
	"fmt"

	"frontdesk/bot"
)

// A recap goes to whatever mobile a caller keys in, which may be a stranger's. One number gets three at once and
// one more every four hours, whoever asks; one call asks for three, and then for one an hour.
const (
	recapRate, recapBurst = 1.0 / (4 * 3600), 3
	callRate, callBurst   = 1.0 / 3600, 3
)

// allow answers bot.ErrUndeliverable where too many recaps have gone. One is counted when it is tried first.
func (c *Channel) allow(ctx context.Context, d *bot.Delivery, to string) error {
	if d.Entry.To != bot.ToText || d.Attempt > 1 {
		return nil
	}
	fits, err := c.Limiter.Allow(ctx, "sms-call", string(d.Conversation), callRate, callBurst)
	if fits && err == nil {
		fits, err = c.Limiter.Allow(ctx, "sms-recap", to, recapRate, recapBurst)
	}
	switch {
	case err != nil:
		return fmt.Errorf("count recaps: %w", err)
	case !fits:
		return fmt.Errorf("too many recaps: %w", bot.ErrUndeliverable)
	}
	return nil
}
