package phone

import (
	"context"
	"slices"
	"sync"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/bot"
)

// longestTalk is how long a caller and a counsellor may talk: nobody does, but for a line that was forgotten.
const longestTalk = 4 * time.Hour

// How a talk ends.
type ending int

const (
	withTheCall   ending = iota // the caller has hung up, or nothing more is to be said
	ownerLeft                   // the counsellor has hung up
	goesOnWithout               // the case is the counsellor's no longer
)

// talkWith puts the caller through: the two hear each other until one hangs up, or the case is closed or somebody
// else's. What a call with a robot may last does not count meanwhile, and counts anew afterwards.
func (c *call) talkWith(ctx context.Context, o *owner) {
	c.together = true
	c.sip.Last(longestTalk)
	o.sip.Last(longestTalk)
	defer c.sip.Last(0)
	bridged, stop := context.WithCancel(ctx)
	parted := make(chan struct{})
	go func() {
		defer close(parted)
		_ = media.Bridge(bridged, c.line, o.line) // it ends with the calls
	}()
	how := c.whileTogether(bridged, o, parted)
	stop()
	<-parted
	c.together = false
	if how == goesOnWithout {
		go o.dismiss(c)
	} else {
		o.leave()
	}
	switch {
	case how == ownerLeft && ctx.Err() == nil:
		c.talked = true
		c.takeAs(ctx, o.leg, bot.HungUp{})
		c.sayOutcome()
	case !c.over:
		c.ringOrNot(ctx) // for whoever has the case now
	}
}

// whileTogether waits for the end of a talk.
func (c *call) whileTogether(ctx context.Context, o *owner, parted <-chan struct{}) ending {
	c.outcome = nil
	taken := c.card.Owner == o.who // the log may not have come to it yet
	for {
		select {
		case <-ctx.Done():
			return withTheCall
		case <-c.line.Silent():
			return withTheCall
		case <-o.sip.Gone():
			return ownerLeft
		case <-o.line.Silent():
			return ownerLeft
		case <-parted:
			return ownerLeft
		case <-c.parting:
			c.part(ctx, o)
			return withTheCall
		case <-c.line.Keys(): // the menu is over
		case <-o.line.Keys():
		case entries, following := <-c.said:
			if !following {
				c.said, c.lost = nil, true // they go on talking
				continue
			}
			before := c.card
			c.hear(ctx, entries)
			taken = taken || c.card.Owner == o.who
			switch {
			case c.over || c.card.Life == bot.Closed || c.card.Life == bot.Erased:
				return withTheCall
			case taken && c.elsewhere(o):
				return goesOnWithout
			case taken && len(c.toSpeak) > 0 && c.card.Life != bot.Live && (c.card.Life != before.Life || !c.card.Due.Equal(before.Due)):
				c.outcome = c.toSpeak[len(c.toSpeak)-1:]
			}
			go c.aside(ctx, c.toSpeak)
			c.toSpeak = nil
		}
	}
}

// elsewhere says whether a case is another counsellor's, or was given back to them all. One that was handed on to
// another structure is still talked about, until somebody there takes it.
func (c *call) elsewhere(o *owner) bool {
	return c.card.Waits() || c.card.Owner != "" && c.card.Owner != o.who
}

// sayOutcome ends a call whose counsellor has promised something, or handed the case on, and has hung up: the
// caller hears once more what was noted, and that.
func (c *call) sayOutcome() {
	if c.over || c.card.Life != bot.Promised && c.card.Life != bot.Referred {
		return
	}
	goodbye := utterance{sentences: c.words("engine.call.over"), language: c.language}
	c.toSpeak, c.over = slices.Concat(c.toSpeak, c.outcome, []utterance{goodbye}), true
}

// dismiss says to a counsellor that the case is theirs no longer, and hangs up.
func (o *owner) dismiss(c *call) {
	ctx, end := context.WithTimeout(o.sip.Context(), 10*time.Second)
	defer end()
	c.sayTo(ctx, o.line, "fr", yoursNoLonger)
	o.leave()
}

// part says to both why their talk ends: the replica stops.
func (c *call) part(ctx context.Context, o *owner) {
	var both sync.WaitGroup
	both.Go(func() { c.sayTo(ctx, o.line, "fr", stopsNow) })
	if !c.speak(ctx, utterance{sentences: c.words("engine.phone.stop"), language: c.language, slow: c.slow}) {
		c.apologise(ctx)
	}
	both.Wait()
	c.over = true
}

// aside says to the caller alone what there is to say while they talk.
func (c *call) aside(ctx context.Context, all []utterance) {
	for _, u := range all {
		c.speak(ctx, u)
	}
}

// sayTo speaks to a counsellor.
func (c *call) sayTo(ctx context.Context, line *media.Stream, language, text string) {
	for _, s := range c.Speech.Sentences(text) {
		made, err := c.sounds.of(ctx, c.Speech, Sentence{Language: language, Text: s})
		if err != nil {
			made = media.Tone(440, 200*time.Millisecond)
		}
		if _, err := line.Play(ctx, made); err != nil {
			return
		}
	}
}
