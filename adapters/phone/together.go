package phone

import (
	"context"
	"sync"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/bot"
)

// longestTalk is how long a caller and a counsellor may talk: nobody does, but for a line that was forgotten.
const longestTalk = 4 * time.Hour

// talkWith puts the caller through: the two hear each other until one hangs up, or the case goes on
// elsewhere. What a call with a robot may last does not count meanwhile, and counts anew afterwards.
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
	left := c.whileTogether(bridged, o, parted)
	stop()
	<-parted
	o.leave()
	c.together = false
	switch {
	case left && ctx.Err() == nil:
		c.talked = true
		c.takeAs(ctx, o.leg, bot.HungUp{})
	case !c.over:
		c.ringOrNot(ctx) // for whoever has the case now
	}
}

// whileTogether waits for the end of a talk, and says whether it was the counsellor who left.
func (c *call) whileTogether(ctx context.Context, o *owner, parted <-chan struct{}) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-c.line.Silent():
			return false
		case <-o.sip.Gone():
			return true
		case <-o.line.Silent():
			return true
		case <-parted:
			return true
		case <-c.parting:
			c.part(ctx, o)
			return false
		case <-c.line.Keys(): // the menu is over
		case <-o.line.Keys():
		case entries, following := <-c.said:
			if !following {
				c.said, c.lost = nil, true // they go on talking
				continue
			}
			if c.hear(ctx, entries); c.over || c.card.Life != bot.Live {
				return false
			}
			go c.aside(ctx, c.toSpeak)
			c.toSpeak = nil
		}
	}
}

// part says to both why their talk ends: the replica stops.
func (c *call) part(ctx context.Context, o *owner) {
	var both sync.WaitGroup
	both.Go(func() { c.sayTo(ctx, o.line, "fr", stopsNow) })
	c.speak(ctx, utterance{sentences: c.words("engine.phone.stop"), language: c.language, slow: c.slow})
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
