package publish

import (
	"context"
	"errors"
	"sync"
	"time"

	"frontdesk/bot"
)

// rereadAfter is how often the whole journal is read anew, so that lines which somebody changed after they
// were read do not go unseen for long.
const rereadAfter = 10 * time.Minute

// A ledger is the journal as far as this process has read it: it only grows, and most who ask want what they
// have had before.
type ledger struct {
	mu    sync.Mutex
	lines []bot.JournalLine
	place string
	whole time.Time // when it was last read from the first line; zero where it must be
}

// Lines are all lines of the journal, oldest first, and nobody's to change. Where the chain does not hold
// they come with an error that wraps bot.ErrBroken.
func (p *Press) Lines(ctx context.Context) ([]bot.JournalLine, error) {
	l := &p.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.whole) > rereadAfter {
		l.lines, l.place, l.whole = nil, "", time.Now()
	}
	lines := l.lines
	place, err := p.Journal.JournalAfter(ctx, l.place, func(line bot.JournalLine) error {
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		l.lines, l.place, l.whole = nil, "", time.Time{}
		if !errors.Is(err, bot.ErrBroken) {
			return nil, err
		}
	} else {
		l.lines, l.place = lines, place
	}
	return lines[:len(lines):len(lines)], err
}
