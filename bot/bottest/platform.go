package bottest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Platform is a push channel on a platform with rules and bad days: it takes so many messages a
// second and answers 429 to more, it can be down, and it can take messages and lose the answers. It
// counts what it is asked.
type Platform struct {
	Limits bot.Pace         // Account, Rate and Burst are its rules; it asks for them, too
	Now    func() time.Time // the clock by which it counts

	mu      sync.Mutex
	name    bot.ChannelName
	down    bool
	lose    int
	calls   []time.Time
	taken   []time.Time // that counted against the rate
	refused int
	at      int // deliveries under way, and the most there were
	most    int
	looked  int
	shown   map[string][]bot.Delivery // by conversation and leg
	order   []string                  // conversations, as they were shown
}

// NewPlatform returns a platform on a good day.
func NewPlatform(name bot.ChannelName, now func() time.Time) *Platform {
	return &Platform{name: name, Now: now, shown: map[string][]bot.Delivery{}}
}

// Down makes it answer 503 to everything until it is called with false.
func (p *Platform) Down(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// LoseAnswers makes it take the next n messages and never say so.
func (p *Platform) LoseAnswers(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = n
}

// Name implements bot.Channel.
func (p *Platform) Name() bot.ChannelName { return p.name }

// Listen implements bot.Channel: nobody ever writes here.
func (p *Platform) Listen(ctx context.Context, _ bot.Door) error {
	<-ctx.Done()
	return nil
}

// Pace implements bot.Paced.
func (p *Platform) Pace(bot.Leg, bot.Effect) bot.Pace { return p.Limits }

// Deliver implements bot.Channel.
func (p *Platform) Deliver(_ context.Context, d bot.Delivery) (bot.Receipt, error) {
	p.begin()
	defer p.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
	p.calls = append(p.calls, now)
	switch {
	case p.down:
		return bot.Receipt{}, fmt.Errorf("503")
	case p.Limits.Rate > 0 && p.within(now, time.Second) >= p.Limits.Burst+int(p.Limits.Rate):
		p.refused++
		return bot.Receipt{}, fmt.Errorf("429: %w", bot.RetryAfter{Wait: time.Second, Whole: true})
	}
	p.taken = append(p.taken, now)
	place := string(d.Conversation) + "/" + d.Leg.ID
	p.shown[place] = append(p.shown[place], d)
	p.order = append(p.order, string(d.Conversation))
	if p.lose > 0 {
		p.lose--
		return bot.Receipt{}, fmt.Errorf("the answer is lost: %w", bot.ErrAmbiguous)
	}
	return bot.Receipt{PlatformID: d.ID}, nil
}

// Order is of which conversation each message was, in the order in which they came.
func (p *Platform) Order() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.order)
}

// begin and end count what is under way; a call takes a moment, so that several can be.
func (p *Platform) begin() {
	p.mu.Lock()
	p.at++
	p.most = max(p.most, p.at)
	p.mu.Unlock()
	time.Sleep(time.Millisecond)
}

func (p *Platform) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at--
}

func (p *Platform) within(now time.Time, d time.Duration) int {
	n := 0
	for _, at := range p.taken {
		if now.Sub(at) < d {
			n++
		}
	}
	return n
}

// Calls is how often it was asked to deliver, Refused how often too soon, AtOnce the most at one time.
func (p *Platform) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// Refused is how often it answered 429.
func (p *Platform) Refused() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// AtOnce is how many deliveries were under way at most.
func (p *Platform) AtOnce() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most
}

// Looked is how often it was asked whether a message is there.
func (p *Platform) Looked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.looked
}

// Shown returns what people saw on a leg, in order; a message that came twice is there twice.
func (p *Platform) Shown(id bot.ConversationID, leg string) []bot.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.shown[string(id)+"/"+leg])
}

// A Searchable is a Platform on which one can look for a message: a bot.Finder.
type Searchable struct{ *Platform }

// Find implements bot.Finder.
func (s Searchable) Find(_ context.Context, d bot.Delivery) (bot.Receipt, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked++
	if s.down {
		return bot.Receipt{}, false, fmt.Errorf("503")
	}
	for _, there := range s.shown[string(d.Conversation)+"/"+d.Leg.ID] {
		if there.ID == d.ID {
			return bot.Receipt{PlatformID: d.ID}, true, nil
		}
	}
	return bot.Receipt{}, false, nil
}
