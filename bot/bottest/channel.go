package bottest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Channel is a push channel in memory. It shows what it is given, unless it was told to have
// troubles with a leg first.
type Channel struct {
	name bot.ChannelName

	mu       sync.Mutex
	troubles map[string][]Trouble // by leg, the next first
	shown    map[string][]bot.Delivery
	tried    map[string][]bot.Delivery
}

// A Trouble is what becomes of one attempt to deliver. shown says whether the person sees the
// message in spite of err.
type Trouble func(ctx context.Context) (shown bool, err error)

// Refuses is a platform that will never take this message.
func Refuses(context.Context) (bool, error) {
	return false, fmt.Errorf("the chat is gone: %w", bot.ErrUndeliverable)
}

// Loses is a platform that shows the message, and whose answer is lost.
func Loses(context.Context) (bool, error) {
	return true, fmt.Errorf("no answer: %w", bot.ErrAmbiguous)
}

// Stumbles is a failure that says nothing.
func Stumbles(context.Context) (bool, error) { return false, fmt.Errorf("connection reset") }

// Panics is a fault of the adapter.
func Panics(context.Context) (bool, error) { panic("words that must not reach a log") }

// Waits is a platform that says how long to wait.
func Waits(wait time.Duration) Trouble {
	return func(context.Context) (bool, error) {
		return false, fmt.Errorf("too many requests: %w", bot.RetryAfter{Wait: wait})
	}
}

// Slow is a platform that takes its time and then takes the message.
func Slow(took time.Duration) Trouble {
	return func(ctx context.Context) (bool, error) {
		select {
		case <-time.After(took):
			return true, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// NewChannel returns a channel without troubles.
func NewChannel(name bot.ChannelName) *Channel {
	return &Channel{name: name, troubles: map[string][]Trouble{}, shown: map[string][]bot.Delivery{}, tried: map[string][]bot.Delivery{}}
}

// Trouble gives the next attempts at a leg their outcomes, one each.
func (c *Channel) Trouble(leg string, next ...Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.troubles[leg] = append(c.troubles[leg], next...)
}

// Name implements bot.Channel.
func (c *Channel) Name() bot.ChannelName { return c.name }

// Listen implements bot.Channel: nobody ever writes here.
func (c *Channel) Listen(ctx context.Context, _ bot.Door) error {
	<-ctx.Done()
	return nil
}

// Deliver implements bot.Channel.
func (c *Channel) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	shown, err := c.next(d)(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if shown {
		c.shown[d.Leg.ID] = append(c.shown[d.Leg.ID], d)
	}
	if err != nil {
		return bot.Receipt{}, err
	}
	return bot.Receipt{PlatformID: strconv.Itoa(len(c.shown[d.Leg.ID]))}, nil
}

// next notes the attempt and takes its outcome.
func (c *Channel) next(d bot.Delivery) Trouble {
	c.mu.Lock()
	defer c.mu.Unlock()
	leg := d.Leg.ID
	c.tried[leg] = append(c.tried[leg], d)
	if len(c.troubles[leg]) == 0 {
		return func(context.Context) (bool, error) { return true, nil }
	}
	first := c.troubles[leg][0]
	c.troubles[leg] = c.troubles[leg][1:]
	return first
}

// Shown returns what people saw on a leg, in order; a message that came twice is there twice.
func (c *Channel) Shown(leg string) []bot.Delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.shown[leg])
}

// Tried returns every attempt at a leg, in order.
func (c *Channel) Tried(leg string) []bot.Delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.tried[leg])
}

// A Log keeps what is logged, for tests that look for what must not be there. It is safe for use by
// many at once.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// String is all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
