package signal

import (
	"context"
	"crypto/rand"
	"net/netip"
	"sync"
	"time"
)

// Endpoint is our telephone: its sockets, its calls, its registrations.
type Endpoint struct {
	settings
	wire
	names *names
	count counters

	life    context.Context // ends with the sockets
	end     context.CancelFunc
	reading sync.WaitGroup // sockets
	serving sync.WaitGroup // calls in Serve
	errands sync.WaitGroup // calls being placed, CANCELs on their way

	closed sync.Once
	secret [32]byte // of our tags

	mu        sync.Mutex
	draining  bool
	dialogs   map[dialogKey]*Call // every call that stands or rings
	invites   map[inviteKey]*Call // incoming ones by what a CANCEL and a fork repeat
	placed    map[string]bool     // Call-IDs of outgoing calls
	halfOpen  int                 // incoming calls whose answer is not acknowledged
	answered  int                 // incoming calls whose answer is
	registers []*registration
}

// A dialogKey names a call as a peer's requests in it do.
type dialogKey struct{ callID, ourTag, theirTag string }

// An inviteKey names an INVITE whatever way it came (RFC 3261 §8.2.2.2).
type inviteKey struct {
	callID, fromTag string
	seq             uint32
}

// Listen opens the sockets, starts registering and takes calls until Drain or until ctx ends.
func Listen(ctx context.Context, config Config) (*Endpoint, error) {
	s, err := config.read()
	if err != nil {
		return nil, err
	}
	named := s.named()
	e := &Endpoint{settings: s, names: newNames(named), dialogs: map[dialogKey]*Call{}, invites: map[inviteKey]*Call{}, placed: map[string]bool{}}
	_, _ = rand.Read(e.secret[:]) // it never fails
	e.life, e.end = context.WithCancel(context.Background())
	if err := e.open(); err != nil {
		e.end()
		return nil, err
	}
	go e.report(e.life)
	go e.followNames(e.life, named)
	e.startRegistering()
	context.AfterFunc(ctx, e.Close)
	return e, nil
}

// Addr is where the endpoint listens for one of udp, tcp and tls, the first of them when there are several.
func (e *Endpoint) Addr(network string) netip.AddrPort {
	for _, s := range e.sockets {
		if s.network == network {
			return s.bound
		}
	}
	return netip.AddrPort{}
}

// AddrAt is Addr among the sockets on one host.
func (e *Endpoint) AddrAt(network string, host netip.Addr) netip.AddrPort {
	for _, s := range e.sockets {
		if s.network == network && s.bound.Addr() == host {
			return s.bound
		}
	}
	return netip.AddrPort{}
}

// Calls counts the incoming calls: those that ring or whose answer is not acknowledged, and those that
// stand.
func (e *Endpoint) Calls() (halfOpen, answered int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.halfOpen, e.answered
}

// servedBy is how long Serve may take over what is left to do when its call was hung up.
const servedBy = 20 * time.Second

// Drain ends in order: no new calls, no registration, the calls to their own end or to that of ctx, the
// sockets, and what Serve still has to do for a call that was hung up.
func (e *Endpoint) Drain(ctx context.Context) {
	e.Refuse()
	e.unregister()
	waitFor(ctx, &e.serving)
	e.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), servedBy)
	defer cancel()
	waitFor(last, &e.serving)
}

func waitFor(ctx context.Context, all *sync.WaitGroup) {
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Refuse answers 503 to new calls and to OPTIONS from now on, and places none.
func (e *Endpoint) Refuse() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.draining = true
}

func (e *Endpoint) refusesMore() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.draining
}

// Close hangs up every call, unregisters and closes the sockets.
func (e *Endpoint) Close() {
	e.closed.Do(func() {
		e.Refuse()
		e.unregister()
		e.mu.Lock()
		calls := make([]*Call, 0, len(e.dialogs))
		for _, c := range e.dialogs {
			calls = append(calls, c)
		}
		e.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, c := range calls {
			all.Go(func() { c.leave(ctx, Drained) })
		}
		all.Go(func() { waitFor(ctx, &e.errands) })
		all.Wait()
		e.end()
		e.shut()
	})
}

// enter makes an incoming call known, or says what it hears instead.
func (e *Endpoint) enter(c *Call) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch _, twice := e.invites[c.invited]; {
	case twice, e.placed[c.key.callID]: // it came by two ways, or is our own and came back
		return 482
	case e.draining:
		return 503
	case e.halfOpen+e.answered >= e.MaxCalls:
		return e.Busy
	case e.halfOpen >= e.MaxHalfOpen:
		return 503
	}
	e.invites[c.invited] = c
	e.dialogs[c.key] = c
	e.halfOpen++
	c.counted = countHalfOpen
	e.serving.Add(1)
	return 0
}

// place makes an outgoing call known, and its placing an errand that Close waits for.
func (e *Endpoint) place(c *Call) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.draining {
		return ErrDraining
	}
	e.dialogs[c.key] = c
	e.placed[c.key.callID] = true
	e.errands.Add(1)
	return nil
}

// rename keys an outgoing call by the tag its peer chose. A call that we only hang up is on no books.
func (e *Endpoint) rename(c *Call, tag string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.dialogs[c.key] == c
	if known {
		delete(e.dialogs, c.key)
	}
	c.key.theirTag = tag
	if known {
		e.dialogs[c.key] = c
	}
}

// confirm counts a call among those that stand.
func (e *Endpoint) confirm(c *Call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c.counted == countHalfOpen {
		c.counted = countAnswered
		e.halfOpen--
		e.answered++
		e.count.answered.Add(1)
	}
}

// forget takes a call that is over off the books.
func (e *Endpoint) forget(c *Call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.dialogs[c.key] == c {
		delete(e.dialogs, c.key)
	}
	if c.outgoing {
		delete(e.placed, c.key.callID)
	}
	if e.invites[c.invited] == c {
		delete(e.invites, c.invited)
	}
	switch c.counted {
	case countHalfOpen:
		e.halfOpen--
	case countAnswered:
		e.answered--
	}
	c.counted = countNone
}

func (e *Endpoint) find(key dialogKey) *Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dialogs[key]
}

// random is a name that nobody guesses.
func random() string { return rand.Text() }
