package sms

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

// partsKept is how long a part is kept at all, if nobody comes for it.
const partsKept = 24 * time.Hour

// A part is a place in a message that was too long for one (3GPP TS 23.040 §9.2.3.24.1). Its zero value
// is a whole message.
type part struct {
	ref   string
	n, of int
}

// partOf reads the place from fields of its own, or from the header of user data.
func partOf(field func(string) string) part {
	p := part{ref: field("ref")}
	p.n, _ = strconv.Atoi(field("part"))
	p.of, _ = strconv.Atoi(field("total"))
	if udh := field("udh"); p.of == 0 && udh != "" {
		p = headed(udh)
	}
	if p.n < 1 || p.of < 2 || p.of > 255 || p.n > p.of {
		return part{}
	}
	return p
}

// headed reads a header: as hexadecimal digits, or as the bytes themselves.
func headed(udh string) part {
	raw, err := hex.DecodeString(strings.TrimSpace(udh))
	if err != nil {
		raw = []byte(udh)
	}
	if len(raw) < 1 {
		return part{}
	}
	for at := 1; at+1 < len(raw); {
		kind, size := raw[at], int(raw[at+1])
		body := raw[at+2:]
		if size > len(body) {
			return part{}
		}
		switch {
		case kind == 0x00 && size == 3:
			return part{strconv.Itoa(int(body[0])), int(body[2]), int(body[1])}
		case kind == 0x08 && size == 4:
			return part{strconv.Itoa(int(body[0])<<8 | int(body[1])), int(body[3]), int(body[2])}
		}
		at += 2 + size
	}
	return part{}
}

// A group is the parts of one message that are there so far.
type group struct {
	Ref   string       `json:"r"`
	Of    int          `json:"o"`
	Since time.Time    `json:"s"`
	Parts map[int]kept `json:"p"`
	Media bool         `json:"m,omitempty"`
}

// A kept part has words in it: they are gone once the message is whole.
type kept struct {
	ID   string `json:"i"`
	Text string `json:"t"`
}

// whole joins what is there. Its id is that of the earliest part, so that it is one input however often a
// part of it comes.
func (g *group) whole(number string) arrival {
	a := arrival{number: number, media: g.Media}
	for n := range g.Of {
		if p, there := g.Parts[n+1]; there {
			if a.id == "" {
				a.id = p.ID
			}
			a.text += p.Text
		}
	}
	return a
}

// at names a part by its id and its place, where what was taken is remembered.
func (k kept) at(n int) string { return "sms:" + k.ID + "/" + strconv.Itoa(n) }

// gather keeps a part, and takes the message once it is whole. One that has been taken is not kept again.
func (c *Channel) gather(ctx context.Context, a *arrival) error {
	if taken, err := c.didPart(ctx, kept{ID: a.id}.at(a.part.n)); err != nil || taken {
		return err
	}
	whole, other, err := c.putPart(ctx, a)
	for err == nil && other != nil { // the number of a message begins again after 255
		if err := c.takeGroup(ctx, a.number, other); err != nil {
			return err
		}
		whole, other, err = c.putPart(ctx, a)
	}
	if err != nil {
		return fmt.Errorf("keep a part: %w", err)
	}
	if whole == nil {
		c.waiting.add(a.number, 1)
		c.hearLater(a.number)
		return nil
	}
	return c.takeGroup(ctx, a.number, whole)
}

// putPart puts a part into the group of its message, which is whole once all are there. Where another part has
// its place, it is left out, and other is the message that the place belongs to.
func (c *Channel) putPart(ctx context.Context, a *arrival) (whole, other *group, err error) {
	err = c.changeParts(ctx, a.number, func(all []group) []group {
		whole, other = nil, nil
		i := slices.IndexFunc(all, func(g group) bool { return g.Ref == a.part.ref && g.Of == a.part.of })
		if i < 0 {
			all = append(all, group{Ref: a.part.ref, Of: a.part.of, Since: c.Now(), Parts: map[int]kept{}})
			i = len(all) - 1
		}
		g := all[i]
		switch p, there := g.Parts[a.part.n]; {
		case there && p.ID != a.id && p.Text != a.text:
			other = &g
			return all
		case !there:
			g.Parts[a.part.n] = kept{a.id, a.text}
		}
		g.Media = g.Media || a.media
		if all[i] = g; len(g.Parts) == g.Of {
			whole = &g
		}
		return all
	})
	return whole, other, err
}

// takeGroup takes a message from its parts and then forgets them: in this order, so that nothing is lost
// in between. What was taken is remembered before its words go: a part that comes again begins nothing.
func (c *Channel) takeGroup(ctx context.Context, number string, g *group) error {
	joined := g.whole(number)
	if err := c.heard(ctx, &joined); err != nil {
		return err
	}
	for n, p := range g.Parts {
		if err := c.didPartNow(ctx, p.at(n)); err != nil {
			return fmt.Errorf("note a part: %w", err)
		}
	}
	return c.changeParts(ctx, number, func(all []group) []group {
		for _, o := range all {
			if o.Ref == g.Ref && o.Of == g.Of { // a part that has come meanwhile stays
				maps.DeleteFunc(o.Parts, func(n int, p kept) bool { return p == g.Parts[n] })
			}
		}
		return slices.DeleteFunc(all, func(o group) bool { return len(o.Parts) == 0 })
	})
}

func (c *Channel) didPart(ctx context.Context, name string) (bool, error) {
	ctx, done := context.WithTimeout(ctx, storeFor)
	defer done()
	return c.memory.did(ctx, name)
}

func (c *Channel) didPartNow(ctx context.Context, name string) error {
	ctx, done := context.WithTimeout(ctx, storeFor)
	defer done()
	return c.memory.didNow(ctx, name)
}

// flush takes what has waited so long or longer for its other parts, before what the same person writes next; with 0,
// all that waits.
func (c *Channel) flush(ctx context.Context, number string, longest time.Duration) error {
	waiting, _, err := c.parts(ctx, number)
	if err != nil {
		return fmt.Errorf("look for parts: %w", err)
	}
	for i := range waiting {
		if longest == 0 || c.Now().Sub(waiting[i].Since) >= longest {
			if err := c.takeGroup(ctx, number, &waiting[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// hearLater does so when nothing else comes; again and again where it cannot.
func (c *Channel) hearLater(number string) {
	c.errands.Later(c.PartsFor, func(ctx context.Context) {
		if err := c.overdue(ctx, number, c.PartsFor); err != nil {
			c.sayNotKept(ctx, err)
			c.hearLater(number)
			return
		}
		c.waiting.add(number, -1)
	})
}

func (c *Channel) overdue(ctx context.Context, number string, longest time.Duration) error {
	defer c.people.Enter(number)()
	return c.flush(ctx, number, longest)
}

// hearWaiting takes at the end whatever this process would have taken in a while: another knows nothing of it
// until the same person writes again.
func (c *Channel) hearWaiting() {
	for _, number := range c.waiting.all() {
		c.errands.Afterwards(func(ctx context.Context) {
			if err := c.overdue(ctx, number, 0); err != nil {
				c.Log.WarnContext(ctx, "sms: a part of a message waits until its sender writes again", "error", err)
			}
		})
	}
}

// waits counts by number the whiles that parts have to wait.
type waits struct {
	mu sync.Mutex
	of map[string]int
}

func (w *waits) add(number string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil {
		w.of = map[string]int{}
	}
	if w.of[number] += n; w.of[number] == 0 {
		delete(w.of, number)
	}
}

func (w *waits) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.of))
}

func (c *Channel) parts(ctx context.Context, number string) (all []group, raw string, err error) {
	ctx, done := context.WithTimeout(ctx, storeFor)
	defer done()
	raw, err = messaging.Known(ctx, c.Refs, partsRef, number)
	if err == nil && raw != "" {
		err = json.Unmarshal([]byte(raw), &all)
	}
	return all, raw, err
}

// changeParts changes what waits, against whoever else does so in another process.
func (c *Channel) changeParts(ctx context.Context, number string, change func([]group) []group) error {
	for {
		all, before, err := c.parts(ctx, number)
		if err != nil {
			return err
		}
		if all = change(all); len(all) == 0 && before == "" {
			return nil
		}
		raw, err := json.Marshal(all) // of none, too: what is dropped is dropped with what another process has just put there
		if err != nil {
			return err
		}
		store, done := context.WithTimeout(ctx, storeFor)
		err = c.Refs.SetRef(store, partsRef, number, before, string(raw), partsKept)
		done()
		if !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
}
