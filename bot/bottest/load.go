package bottest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/bot"
)

// A Load has many people talk at once: each opens a conversation and takes the first choice of each
// menu, eight turns in all.
type Load struct {
	Take func(ctx context.Context, in bot.Input) error
	Name string // of the conversations, so that two loads do not meet
}

// LoadTurns is how many turns one person of a Load takes.
const LoadTurns = 8

// Conversation is the id of the nth person's.
func (l Load) Conversation(n int) bot.ConversationID {
	return bot.ConversationID(fmt.Sprintf("%s%019d", l.Name, n))
}

// Turn plays the ith turn of the nth person.
func (l Load) Turn(ctx context.Context, n, i int) error {
	in := bot.Input{ID: "web:" + strconv.Itoa(i), Conversation: l.Conversation(n), Event: bot.Said{Text: "1"},
		Leg: bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}}
	if i == 0 {
		in.Event = bot.Arrived{Language: "fr"}
	}
	return l.Take(ctx, in)
}

// Rate plays whole conversations, as many at once as workers, and returns the turns of a second.
func (l Load) Rate(ctx context.Context, conversations, workers int) (perSecond float64, err error) {
	var next atomic.Int64
	var work sync.WaitGroup
	faults := make(chan error, workers)
	start := time.Now()
	for range workers {
		work.Go(func() {
			for n := next.Add(1); n <= int64(conversations); n = next.Add(1) {
				for i := range LoadTurns {
					if err := l.Turn(ctx, int(n), i); err != nil {
						faults <- err
						return
					}
				}
			}
		})
	}
	work.Wait()
	took := time.Since(start)
	close(faults)
	return float64(conversations*LoadTurns) / took.Seconds(), <-faults
}

// Paced plays turns at a steady rate, whether or not earlier ones are done, and returns how long each
// took from when it was due, shortest first.
func (l Load) Paced(ctx context.Context, perSecond int, during time.Duration) ([]time.Duration, error) {
	turns := int(during.Seconds() * float64(perSecond))
	people := perSecond // each speaks once a second
	took := make([]time.Duration, turns)
	faults := make(chan error, turns)
	var work sync.WaitGroup
	start := time.Now()
	for i := range turns {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		work.Go(func() {
			round := i / people
			began := time.Now()
			if err := l.Turn(ctx, i%people+people*(round/LoadTurns), round%LoadTurns); err != nil {
				faults <- err
			}
			took[i] = time.Since(began)
		})
	}
	work.Wait()
	close(faults)
	slices.Sort(took)
	return took, <-faults
}
