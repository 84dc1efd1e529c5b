package redis

import (
	"time"

	"frontdesk/bot"
)

const day = 24 * time.Hour

// Retention says how long is kept what, by what it is kept for. A Region's data-protection officer
// sets it; zero means the time in brackets.
type Retention struct {
	// Words is for the log of a conversation that nobody was handed, after its last turn [24 h]. Once
	// the answer is given its words have no use any more (CNIL on chatbots, 2021; domain.md §4).
	Words time.Duration
	// Session is for what lets such a conversation be taken up again: answers as classes, and the
	// addresses it is found by, after its last turn [30 days; service.md §3].
	Session time.Duration
	// Cases is for all of a conversation that was somebody's case, after the case was closed
	// [six months; domain.md §4].
	Cases time.Duration
}

// forEver is the life of what does not expire by itself.
const forEver time.Duration = 0

func (r Retention) withDefaults() Retention {
	if r.Words == 0 {
		r.Words = day
	}
	if r.Session == 0 {
		r.Session = 30 * day
	}
	if r.Cases == 0 {
		r.Cases = 183 * day
	}
	return r
}

// lives are how long session and log are kept from a turn on, or forEver. A session never ends before
// its log, or the numbers of its entries would begin anew.
//
//   - A case is kept as long as it is open, and so is a conversation with an open Procédure danger.
//   - When its last case is closed, all is kept until six months after that. A new talk in the same
//     conversation shortens nothing.
//   - Otherwise words go first, and the session when nobody takes it up any more; never before its
//     last timer has had a day to ring, or a reminder would find it gone.
//   - A tombstone has no words: its log holds the deletions still to be carried out.
func (r Retention) lives(after *bot.Session, now time.Time) (session, words time.Duration) {
	switch {
	case after.Life == bot.Erased:
		return r.Session, r.Session
	case after.Life.Open(), after.Case.Procedure == "open":
		return forEver, forEver
	}
	session, words = max(r.Session, r.Words, wait(after.Timers, now)+day), r.Words
	if !after.Ended.IsZero() {
		left := after.Ended.Add(r.Cases).Sub(now)
		session, words = max(session, left), max(words, left)
	}
	return session, words
}

// wait is how long the last timer has to run.
func wait(timers []bot.Timer, now time.Time) time.Duration {
	var last time.Duration
	for _, timer := range timers {
		last = max(last, timer.At.Sub(now))
	}
	return last
}

// numbered says whether a session still holds the number of its traces, and may not any more.
func numbered(s *bot.Session, now time.Time) bool {
	return s.Trace != "" && now.Sub(s.Started) > numberLife
}
