package phone

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/bot"
	"frontdesk/bot/render"
)

// An utterance is spoken as a whole, unless a key cuts it.
type utterance struct {
	sentences []string
	language  string
	slow      bool
	answers   time.Time // when the key was pressed that this answers; zero: none was
	safety    bool      // emergency numbers, or what is to be known of a recording: no key but 0 cuts them
}

// hear reads what the conversation said: words to speak, the question that is open, the state of the case.
func (c *call) hear(ctx context.Context, entries []bot.Entry) {
	for i := range entries {
		e := &entries[i]
		if e.Cause == c.owed {
			c.owed = ""
		}
		switch said := e.Effect.(type) {
		case bot.Post:
			c.card = said.Card
			c.talked = c.talked && c.card.Life != bot.Waiting // whoever takes it then is another, and is rung
			c.ringOrNot(ctx)
		case bot.Say:
			if e.To == bot.ToCitizen {
				c.heardSay(said)
			}
		case bot.Speak:
			c.toSpeak = append(c.toSpeak, utterance{sentences: c.Speech.Sentences(said.Name + ", " + said.From + ". " + string(said.Text)), language: c.language})
		case bot.Listen:
			c.question.ask, c.question.open, c.question.patience = said.Ask, true, said.Patience
			c.heard = said.Ask
		case bot.Hangup:
			c.over, c.sentOff = true, true
		}
	}
}

// heardSay queues the bot's words, with the question's options as a spoken menu.
func (c *call) heardSay(said bot.Say) {
	if said.Language != "" {
		c.language = said.Language
	}
	spoken := render.Spoken(said, func(label string, n int) string {
		return c.Words(c.language, "engine.menu.voice", "label", label, "n", strconv.Itoa(n))
	})
	sentences := c.Speech.Sentences(spoken)
	if said.Ask != "" {
		c.question = question{ask: said.Ask, menu: len(said.Options) > 0}
	}
	if said.Record && c.Blobs != nil {
		c.question.record = &recording{said.Longest, said.Keep}
	}
	if number := c.sip.Caller().Number; said.Contact && number != "" && (!said.Mobile || number.Mobile()) {
		c.question.own = true
		own := "engine.phone.own"
		if said.Mobile {
			own = "engine.phone.own.text"
		}
		sentences = append(sentences, c.words(own, "numero", national(string(number)))...)
	}
	c.toSpeak = append(c.toSpeak, utterance{sentences: sentences, language: c.language, safety: said.Safety || said.Record})
}

func (c *call) words(id string, filled ...string) []string {
	return c.Speech.Sentences(c.Words(c.language, id, filled...))
}

// What happened while the caller was attended to.
type happening struct {
	what  int
	key   media.Key
	owner *owner
}

const (
	moreWasSaid = iota
	tone        // a message is to be recorded now
	keyPressed
	nothingPressed
	personReached
	callerLeft
	logWasLost
	replicaStops
	timeIsUp
	voiceIsLost
)

// happens is what happens next, or has happened while the caller was busy.
func (c *call) happens(ctx context.Context) happening {
	if h := c.next; h != nil {
		c.next = nil
		return *h
	}
	return c.attend(ctx)
}

// attend speaks the next utterance, or lets the caller think, or wait with music; it returns with the
// first thing that happens. A key cuts what is being said, and what was to follow.
func (c *call) attend(ctx context.Context) happening {
	playing, stop := context.WithCancel(ctx)
	finished := make(chan struct{})
	speaking, safety := c.start(playing, finished)
	defer func() { stop(); <-finished }()
	ended := finished
	var patience <-chan time.Time
	var reached chan *owner // a person is heard after what is being said
	late, stopping := c.sip.Late(), c.stopping
	if safety || slices.ContainsFunc(c.toSpeak, func(u utterance) bool { return u.safety }) {
		late = nil // there is a minute for it: the next that is attended to may end the call
	}
	if !speaking {
		reached = c.reached
	}
	for {
		select {
		case <-ctx.Done():
			return happening{what: callerLeft}
		case <-c.line.Silent():
			return happening{what: callerLeft}
		case <-stopping:
			if !c.claiming.Load() { // else they are being put through, and a talk has longer
				return happening{what: replicaStops}
			}
			stopping = nil
		case <-late:
			if !c.claiming.Load() {
				return happening{what: timeIsUp}
			}
			late = nil
		case key := <-c.line.Keys():
			if safety && speaking && key.Rune() != '0' {
				continue
			}
			c.flush()
			c.keyAt = time.Now()
			return happening{what: keyPressed, key: key}
		case entries, following := <-c.said:
			if !following {
				return happening{what: logWasLost}
			}
			c.hear(ctx, entries)
			if !speaking { // what is being said is said to its end
				return happening{what: moreWasSaid}
			}
		case who := <-reached:
			return happening{what: personReached, owner: who}
		case <-ended:
			if what, follows := c.afterwards(speaking); follows {
				return happening{what: what}
			}
			ended, speaking, reached = nil, false, c.reached
			patience = c.patience()
		case <-patience:
			return happening{what: nothingPressed}
		}
	}
}

// afterwards is what follows once an utterance is over; false: nothing, until the caller or somebody does something.
func (c *call) afterwards(speaking bool) (what int, follows bool) {
	switch {
	case c.mute && !c.claiming.Load(): // who is about to be put through needs no voice of ours
		return voiceIsLost, true
	case len(c.toSpeak) > 0 || c.over || speaking && c.listensToMusic():
		return moreWasSaid, true
	case c.question.record != nil:
		return tone, true
	}
	return 0, false
}

// start plays the next utterance, or music for who waits, and closes finished at its end.
func (c *call) start(ctx context.Context, finished chan struct{}) (speaking, safety bool) {
	c.mute = false
	switch {
	case len(c.toSpeak) > 0:
		next := c.toSpeak[0]
		c.toSpeak = c.toSpeak[1:]
		next.slow = c.slow
		next.answers, c.keyAt = c.keyAt, time.Time{}
		go func() {
			defer close(finished)
			c.mute = !c.speak(ctx, next)
		}()
		return true, next.safety
	case c.listensToMusic():
		go func() {
			defer close(finished)
			_, _ = c.line.Play(ctx, c.Music.Loop())
		}()
	default:
		close(finished)
	}
	return false, false
}

// listensToMusic says whether there is nothing to say, nor to ask, to who waits.
func (c *call) listensToMusic() bool {
	return len(c.toSpeak) == 0 && c.waits() && !c.question.open && c.Music.Duration() > 0
}

// patience is how long the caller, or the store, may take from now on.
func (c *call) patience() <-chan time.Time {
	wait := c.question.patience
	switch {
	case !c.question.open && c.owed == "" && (c.waits() || c.card.Life == bot.Live && !c.talked):
		wait = 0
	case !c.question.open: // for the store, or for an afterthought
		wait = c.Timing.Patient
	}
	if wait == 0 {
		return nil
	}
	return time.After(wait)
}

// flush drops what was to be said next: the caller has answered. Emergency numbers stay.
func (c *call) flush() {
	c.toSpeak = slices.DeleteFunc(c.toSpeak, func(u utterance) bool { return !u.safety })
}

// speak says sentences one after the other; each is made while the one before is heard. It returns false where
// nothing could be said, as there is no voice for the first of them.
func (c *call) speak(ctx context.Context, u utterance) bool {
	ready, mute := make(chan media.Sound, 1), false
	go func() {
		defer close(ready)
		for i, text := range u.sentences {
			made, err := c.sounds.of(ctx, c.Speech, Sentence{u.language, text, u.slow})
			if err != nil {
				if ctx.Err() == nil {
					c.Log.Error("phone: a sentence has no voice", "call", c.sip.ID(), "error", err)
				}
				if i == 0 {
					mute = ctx.Err() == nil
					return
				}
				made = c.outOfOrder
			}
			select {
			case ready <- made:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	for sound := range ready {
		if !u.answers.IsZero() {
			c.Watch.Reacted(time.Since(u.answers))
			u.answers = time.Time{}
		}
		if _, err := c.line.Play(ctx, sound); err != nil {
			return true
		}
	}
	return !mute
}

// national is a number as it is read: "06 12 34 56 78", or "+49 30 12 34 56" for one from abroad.
func national(number string) string {
	rest, french := strings.CutPrefix(number, "+33")
	if !french || len(rest) != 9 {
		return number
	}
	pairs := "0" + rest
	return strings.Join([]string{pairs[:2], pairs[2:4], pairs[4:6], pairs[6:8], pairs[8:]}, " ")
}
