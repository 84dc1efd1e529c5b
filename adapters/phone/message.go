package phone

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/bot"
)

// A recording is what a question asked for: the caller's own words, announced before.
type recording struct {
	longest, keep time.Duration
}

// record records the caller's message after a tone: to #, to a pause, or to its longest. It is kept before
// anybody is told of it, also when the caller rings off meanwhile, or presses the key of a command, which ends it, or
// a counsellor takes the call.
func (c *call) record(ctx context.Context) {
	ask, r := c.question.ask, *c.question.record
	c.question = question{}
	if _, err := c.line.Play(ctx, media.Tone(1000, 300*time.Millisecond)); err != nil {
		return
	}
	recording, stop := context.WithCancel(ctx)
	ended := make(chan happening, 1)
	go func() {
		defer stop()
		ended <- c.command(recording)
	}()
	pcm, err := c.line.Record(recording, r.longest, c.Timing.Pause)
	stop()
	if err != nil && !errors.Is(err, media.ErrClosed) {
		c.Log.Error("phone: nothing was recorded", "call", c.sip.ID(), "error", err)
	}
	said := pcm.Speech()
	h := <-ended
	leads := h.what == keyPressed && h.key.Rune() != '#'
	if len(said) > 0 || !leads && h.what != personReached {
		c.keep(ctx, ask, said, r.keep)
	}
	if leads && !c.over {
		c.pressed(ctx, h.key)
	}
}

// command waits for what ends a message. Other keys are pressed by a cheek.
func (c *call) command(recording context.Context) happening {
	for {
		select {
		case key := <-c.line.Keys():
			if strings.ContainsRune("09*#", key.Rune()) {
				return happening{what: keyPressed, key: key}
			}
		case o := <-c.reached:
			if c.takenBy(o) {
				return happening{what: personReached}
			}
		case <-c.stopping: // what was said by then is kept, and the caller hears why the call ends
			return happening{what: replicaStops}
		case <-c.sip.Late(): // … here too
			return happening{what: timeIsUp}
		case <-recording.Done():
			return happening{}
		}
	}
}

// keep puts a message where counsellors hear it, and says so to the conversation.
func (c *call) keep(ctx context.Context, ask bot.AskID, said media.PCM, life time.Duration) {
	if len(said) == 0 {
		if ctx.Err() == nil {
			c.take(ctx, bot.NoInput{Ask: ask})
		}
		return
	}
	ctx = context.WithoutCancel(ctx) // the caller may have rung off
	var wav bytes.Buffer
	var until time.Time
	id := c.NewID()
	err := media.WriteWAV(&wav, said)
	if err == nil {
		err = c.patiently(ctx, func() (err error) {
			ctx, end := context.WithTimeout(ctx, 2*c.Timing.Patient)
			defer end()
			until, err = c.Blobs.PutBlob(ctx, c.id, id, wav.Bytes(), life)
			return err
		})
	}
	if err != nil {
		c.broken(ctx, err)
		return
	}
	length := said.Duration().Round(time.Second)
	c.take(ctx, bot.Recorded{Ask: ask, Attachment: bot.Attachment{ID: id, Kind: "audio/wav", Length: length, Until: until}})
}
