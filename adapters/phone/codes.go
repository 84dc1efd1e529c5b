package phone

import (
	"context"
	"errors"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/bot"
)

// codeDigits is how long a resume code is.
const codeDigits = 10

// codeKey is what # does where no number is being entered: 1 gives a code with which the person goes on
// elsewhere, 2 takes one with which they come from there. 0 is a person, as everywhere.
func (c *call) codeKey(ctx context.Context) {
	if c.Codes == nil {
		return
	}
	key, _ := c.interject(ctx, "engine.phone.code")
	switch key.Rune() {
	case '1':
		key = c.giveCode(ctx)
	case '2':
		key = c.takeCode(ctx)
	}
	if key.Rune() == '0' {
		c.takeKeys(ctx, "0")
		return
	}
	c.take(ctx, bot.Pressed{Keys: "*"}) // where they were
}

// giveCode says a code twice. It returns the key that ended that, if one did.
func (c *call) giveCode(ctx context.Context) (key media.Key) {
	code, _, err := c.Codes.Issue(ctx, c.id)
	if err != nil {
		c.Log.Warn("phone: no resume code was made", "call", c.sip.ID(), "error", err)
		key, _ = c.interject(ctx, "engine.phone.code.none")
		return key
	}
	key, _ = c.interject(ctx, "engine.phone.code.give", "code", code[:3]+" "+code[3:6]+" "+code[6:])
	return key
}

// takeCode lets the conversation of a code go on in this call. A key that begins no code leaves that, and is no try;
// it is returned, as one that is pressed when nothing came of the code.
func (c *call) takeCode(ctx context.Context) (key media.Key) {
	key, _ = c.interject(ctx, "engine.phone.code.ask")
	if first := key.Rune(); first < '1' || first > '9' {
		return key
	}
	code := c.digits(ctx, key.Rune(), codeDigits)
	if c.isTaken() { // no try
		return 0
	}
	id, err := c.Codes.Join(ctx, c.trier(), code, c.leg)
	switch {
	case errors.Is(err, bot.ErrTooMany):
		key, _ = c.interject(ctx, "engine.phone.code.wait")
		return key
	case err != nil:
		if !errors.Is(err, bot.ErrNotFound) && ctx.Err() == nil {
			c.Log.Warn("phone: a resume code was not looked at", "call", c.sip.ID(), "error", err)
		}
		key, _ = c.interject(ctx, "engine.phone.code.wrong")
		return key
	case id != c.id:
		c.take(ctx, bot.HungUp{Moved: true})
		c.enter(ctx, id, true)
	}
	return 0
}

// trier is who tries codes, for the limits: a number, or a call whose number is not shown.
func (c *call) trier() string {
	if number := c.sip.Caller().Number; number != "" {
		return "phone:" + string(number)
	}
	return "phone:" + c.sip.ID()
}

// interject says something of the telephone's own and waits for a key: a little longer than for a digit.
func (c *call) interject(ctx context.Context, id string, filled ...string) (media.Key, bool) {
	playing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	said := utterance{sentences: c.words(id, filled...), language: c.language, slow: c.slow}
	go func() {
		defer close(done)
		c.speak(playing, said)
	}()
	defer func() { stop(); <-done }()
	ended := done
	var patience <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return 0, false
		case key := <-c.line.Keys():
			return key, true
		case <-ended:
			ended = nil
			timer := time.NewTimer(2 * c.Timing.Digit)
			defer timer.Stop()
			patience = timer.C
		case <-patience:
			return 0, false
		}
	}
}
