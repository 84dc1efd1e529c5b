package phone

import (
	"context"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/bot"
)

// mostDigits is the longest entry: an international number.
const mostDigits = 16

// pressed makes an input of a key, or of the digits that it begins: one key answers a menu, # or a pause
// ends a number. * says again, ** says it slower; 0 alone is a person, 9 alone goes back, # is a resume code.
func (c *call) pressed(ctx context.Context, first media.Key) {
	c.over, c.sentOff = false, false // who answers a goodbye is answered
	switch letter := first.Rune(); {
	case letter == '*':
		next, pressed := c.key(ctx, c.Timing.Twice)
		if pressed && next.Rune() != '*' { // they have heard enough
			c.pressed(ctx, next)
			return
		}
		if pressed {
			c.slow = !c.slow
		}
		c.take(ctx, bot.Pressed{Keys: "*"})
	case letter > '9': // no key of a telephone's front
	case letter == '#':
		c.codeKey(ctx)
	case c.question.menu || !c.question.open:
		c.takeKeys(ctx, string(letter))
	default:
		digits := c.digits(ctx, letter, mostDigits)
		if c.isTaken() { // who has the case asks for the number
			return
		}
		if digits == "1" && c.question.own {
			c.take(ctx, bot.GaveContact{Phone: bot.Words(c.sip.Caller().Number), Own: true})
			return
		}
		c.takeKeys(ctx, digits)
	}
}

// takeKeys makes an input of keys, which answer what the caller has heard, and nothing that is on its way. Who
// wants a person again, after theirs has hung up, is put through again.
func (c *call) takeKeys(ctx context.Context, keys string) {
	c.take(ctx, bot.Pressed{Ask: c.heard, Keys: keys})
	if keys == "0" && c.talked {
		c.talked = false
		c.ringOrNot(ctx)
	}
}

// digits are those of an entry, to # or to a pause.
func (c *call) digits(ctx context.Context, first rune, most int) string {
	digits := string(first)
	for len(digits) < most {
		key, pressed := c.key(ctx, c.Timing.Digit)
		if !pressed || key.Rune() == '#' {
			break
		}
		if r := key.Rune(); '0' <= r && r <= '9' {
			digits += string(r)
		}
	}
	return digits
}

// key waits for one more key, or for somebody who takes the call.
func (c *call) key(ctx context.Context, patience time.Duration) (media.Key, bool) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case k := <-c.line.Keys():
			return k, true
		case o := <-c.reached:
			if c.takenBy(o) {
				return 0, false
			}
		case <-timer.C:
			return 0, false
		case <-ctx.Done():
			return 0, false
		}
	}
}
