package mail

import (
	"context"
	"fmt"
	"strings"

	"frontdesk/bot"
)

// A code goes to whatever address somebody types, which may be a stranger's. One mailbox gets five at once and
// one more every four hours, whoever asks; one conversation asks for ten, and then for one an hour.
const (
	boxRate, boxBurst   = 1.0 / (4 * 3600), 5
	talkRate, talkBurst = 1.0 / 3600, 10
)

// allow answers bot.ErrUndeliverable where too many codes have gone: the conversation goes on without mail.
// A letter is counted when it is tried first.
func (c *Channel) allow(ctx context.Context, d bot.Delivery, letter bot.Write, to string) error {
	if c.Limiter == nil || letter.Kind != Code || d.Attempt > 1 {
		return nil
	}
	fits, err := c.Limiter.Allow(ctx, "mail-talk", string(d.Conversation), talkRate, talkBurst)
	if fits && err == nil {
		fits, err = c.Limiter.Allow(ctx, "mail-box", box(to), boxRate, boxBurst)
	}
	switch {
	case err != nil:
		return fmt.Errorf("mail: count codes: %w", err)
	case !fits:
		return fmt.Errorf("mail: too many codes: %w", bot.ErrUndeliverable)
	}
	return nil
}

// box is the mailbox behind an address: most servers read neither capitals nor what follows a plus.
func box(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
