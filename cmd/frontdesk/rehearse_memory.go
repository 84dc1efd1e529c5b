package main

import (
	"time"

	"frontdesk/bot"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// A remembered stage can be played from the start again and again while the conversation grows: what
// was played before comes from memory, only what is new reaches the stage behind. Play is
// deterministic, so the calls come again in the same order.
type remembered struct {
	stage *rehearsal.Stage
	calls []call // all that were ever made
	at    int    // how many of them this play has made
}

// call is one call of a stage and what it answered.
type call struct {
	entries []bot.Entry
	trace   bot.Trace
	err     error
}

var _ transcript.Stage = (*remembered)(nil)

func (r *remembered) once(play func() ([]bot.Entry, error)) ([]bot.Entry, error) {
	if r.at == len(r.calls) {
		entries, err := play()
		r.calls = append(r.calls, call{entries, r.stage.Trace, err})
	}
	c := r.calls[r.at]
	r.at++
	return c.entries, c.err
}

// Input plays an input that was not played before.
func (r *remembered) Input(in bot.Input) ([]bot.Entry, error) {
	return r.once(func() ([]bot.Entry, error) { return r.stage.Input(in) })
}

// Pass lets time go by that has not gone by before.
func (r *remembered) Pass(d time.Duration) ([]bot.Entry, error) {
	return r.once(func() ([]bot.Entry, error) { return r.stage.Pass(d) })
}

// UntilTimer lets time go by until a timer has rung that had not.
func (r *remembered) UntilTimer() ([]bot.Entry, error) {
	return r.once(r.stage.UntilTimer)
}

// attempt plays a script from the start and returns what is new in it. When that fails, it is as if
// it had not been tried.
func (r *remembered) attempt(s *transcript.Script) (whole string, news []call, err error) {
	before, known := *r.stage, len(r.calls)
	r.at = 0
	whole, err = transcript.Play(s, r)
	if err != nil {
		*r.stage, r.calls = before, r.calls[:known]
		return "", nil, err
	}
	return whole, r.calls[known:], nil
}
