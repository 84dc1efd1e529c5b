package signal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// byeWait is how long a BYE is repeated for a peer that does not answer.
const byeWait = 8 * time.Second

type phase byte

const (
	ringing   phase = iota // an incoming call that was not answered
	answering              // our 200 is not acknowledged
	standing
	over
)

// counted is how an incoming call counts; the endpoint's mutex guards it.
type counted byte

const (
	countNone counted = iota
	countHalfOpen
	countAnswered
)

// Call is one call, incoming or outgoing.
type Call struct {
	e        *Endpoint
	id       string
	log      *slog.Logger
	key      dialogKey
	invited  inviteKey
	outgoing bool
	secure   bool // signalled over TLS, or called with sips:
	sips     bool // both ends are reached by sips: only
	counted  counted
	caller   Caller
	called   Called

	// An incoming call's INVITE, and what is answered to it.
	invite *sip.Request
	tx     *sip.ServerTx
	body   []byte
	late   bool // the INVITE made no offer, so ours is answered by the ACK

	sound  sync.Mutex // one call of media at a time
	media  Media
	silent bool // media is closed

	abort func(error) // ends an outgoing call that rings

	life      context.Context // … of the call
	end       context.CancelFunc
	confirmed chan struct{} // closed when our 200 was acknowledged, or never will be

	mu        sync.Mutex
	phase     phase
	reason    Reason
	peer      peer
	seq       uint32 // of our last request
	theirSeq  int64  // of their last; -1: there was none
	acks      map[uint32]chan []byte
	cancelled bool // a CANCEL came after our 200
	asking    bool // a re-INVITE or UPDATE of ours is not answered
	asked     bool // one of theirs is not
	timer     session
	alarm     *time.Timer // the session's
	longest   *time.Timer
	warned    chan struct{} // closed before the longest duration is over
	transfer  chan int      // what NOTIFY says about our REFER; nil: none was sent
}

// A peer is the other end, as the dialog knows it (RFC 3261 §12).
type peer struct {
	us, them sip.Uri
	target   sip.Uri
	route    []sip.Uri
	network  string
	source   netip.AddrPort
	direct   bool // nobody stands between the peer and us
	updates  bool // it takes UPDATE
}

// ID names the call in logs. It is random and ours: the Call-ID is the caller's.
func (c *Call) ID() string { return c.id }

// Caller is who calls; nothing for an outgoing call.
func (c *Call) Caller() Caller { return c.caller }

// Called is which line was dialled; nothing for an outgoing call.
func (c *Call) Called() Called { return c.called }

// Media is what Config.Media made for the call, or what was given to Dial.
func (c *Call) Media() Media { return c.media }

// Context ends with the call.
func (c *Call) Context() context.Context { return c.life }

// Gone is closed once the call is over.
func (c *Call) Gone() <-chan struct{} { return c.life.Done() }

// Reason says why the call is over; nothing as long as it is not.
func (c *Call) Reason() Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}

// Hangup ends the call: BYE, or a refusal when it was not answered. It returns when the peer has answered,
// or with ctx.
func (c *Call) Hangup(ctx context.Context) { c.leave(ctx, WeHungUp) }

// done ends the call on our side. The first reason stays.
func (c *Call) done(why Reason) bool {
	c.mu.Lock()
	if c.phase == over {
		c.mu.Unlock()
		return false
	}
	c.phase, c.reason = over, why
	for _, t := range []*time.Timer{c.alarm, c.longest} {
		if t != nil {
			t.Stop()
		}
	}
	c.mu.Unlock()
	c.e.forget(c)
	c.end()
	if c.outgoing {
		c.closeMedia()
	}
	c.log.Info("call over", "reason", string(why))
	return true
}

// leave ends the call and tells the peer. A 200 that is not acknowledged cannot be followed by a BYE before
// the ACK or the end of the wait for it (RFC 3261 §15).
func (c *Call) leave(ctx context.Context, why Reason) {
	switch c.where() {
	case ringing:
		if c.outgoing {
			c.abort(ErrDraining)
		}
		c.refuse(480, why)
		return
	case answering:
		select {
		case <-c.confirmed:
		case <-c.Gone():
		case <-ctx.Done():
		}
	}
	if c.done(why) {
		c.bye(ctx)
	}
}

func (c *Call) where() phase {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phase
}

func (c *Call) bye(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, byeWait)
	defer cancel()
	if _, err := c.ask(ctx, c.request(sip.BYE)); err != nil {
		c.log.Info("the peer did not answer the BYE", "err", err)
	}
}

// leaveSoon is leave for timers, which do not wait.
func (c *Call) leaveSoon(why Reason) {
	go c.leave(context.WithoutCancel(c.e.life), why)
}

// finish is the end of Serve.
func (c *Call) finish() {
	ctx, cancel := context.WithTimeout(context.Background(), c.e.AckWait+byeWait)
	defer cancel()
	c.leave(ctx, WeHungUp)
	c.closeMedia()
}

// withMedia gives the sound to one at a time, as long as there is one.
func (c *Call) withMedia(use func(Media) error) error {
	c.sound.Lock()
	defer c.sound.Unlock()
	if c.silent || c.media == nil {
		return ErrOver
	}
	return use(c.media)
}

func (c *Call) closeMedia() {
	err := c.withMedia(func(m Media) error {
		c.silent = true
		return m.Close()
	})
	if err != nil && !errors.Is(err, ErrOver) {
		c.log.Warn("the sound of a call was not closed", "err", err)
	}
}

// start is what begins with the answer: the longest duration and the session timer.
func (c *Call) start(s session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == over {
		return
	}
	c.phase = standing
	c.invite, c.tx, c.body = nil, nil, nil // a call lasts longer than their transaction
	c.last(c.e.MaxDuration)
	c.arm(s)
}

// request begins a request in the dialog.
func (c *Call) request(method sip.RequestMethod) *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	return c.requestWith(method, c.seq)
}

func (c *Call) requestWith(method sip.RequestMethod, seq uint32) *sip.Request {
	req := sip.NewRequest(method, c.peer.target)
	for _, r := range c.peer.route {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	from, to := &sip.FromHeader{Address: c.peer.us}, &sip.ToHeader{Address: c.peer.them}
	from.Params.Add("tag", c.key.ourTag)
	if c.key.theirTag != "" {
		to.Params.Add("tag", c.key.theirTag)
	}
	callID, hops := sip.CallIDHeader(c.key.callID), sip.MaxForwardsHeader(70)
	for _, h := range []sip.Header{from, to, &callID, &sip.CSeqHeader{SeqNo: seq, MethodName: method}, &hops} {
		req.AppendHeader(h)
	}
	if method != sip.BYE && method != sip.ACK {
		req.AppendHeader(c.contact())
	}
	req.AppendHeader(header("User-Agent", agent))
	req.SetBody(nil)
	return req
}

// contact is where the peer reaches us. The caller holds the lock.
func (c *Call) contact() sip.Header {
	return c.e.contact(c.peer.network, c.peer.source.Addr(), c.peer.us.User, c.sips)
}

// way is where a request in the dialog goes. Behind a NAT a Contact names an address that only the peer
// itself reaches: who called us directly is reached where its last request came from, by a connection only as
// long as that stands (RFC 3261 §18.1.1).
func (c *Call) way(ctx context.Context) (hop, error) {
	c.mu.Lock()
	p := c.peer
	c.mu.Unlock()
	back := hop{network: p.network, addr: p.source}
	if err := c.e.allowed(back); err != nil {
		return back, err
	}
	first := p.target
	switch {
	case len(p.route) > 0:
		first = p.route[0]
	case p.direct && p.network != "udp":
		if c.e.connected(back) {
			return back, nil
		}
	case p.direct:
		if addr, err := netip.ParseAddr(host(p.target)); err != nil || addr != p.source.Addr() {
			return back, nil
		}
	}
	if to, err := c.e.next(ctx, first); err == nil {
		return to, nil
	}
	return back, nil
}

// ask sends a request in the dialog, with a digest when one is wanted.
func (c *Call) ask(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	to, err := c.way(ctx)
	if err != nil {
		return nil, err
	}
	var tried login
	for {
		res, err := c.e.ask(ctx, req, to)
		if err != nil || !c.e.authorize(req, res, &tried) {
			return res, err
		}
		c.mu.Lock()
		c.seq++
		req.CSeq().SeqNo = c.seq
		c.mu.Unlock()
	}
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

func refused(req *sip.Request, res *sip.Response) error {
	return fmt.Errorf("%w: %d to %s", ErrForbidden, res.StatusCode, req.Method)
}

// Secure says whether an incoming call was signalled over TLS, so that its sound may be encrypted with keys
// that were sent in the clear inside (RFC 4568 §6); of an outgoing one, whether that was asked for with sips:.
func (c *Call) Secure() bool {
	return c.secure
}

// Sips says whether both ends are reached by sips: only, so that nothing but encrypted sound is offered.
func (c *Call) Sips() bool { return c.sips }

// Offer is the description that an incoming call came with; nil when it came with none, and once the call
// stands.
func (c *Call) Offer() []byte {
	if c.invite == nil {
		return nil
	}
	return descriptionOf(c.invite)
}

// Peer is the address that the call is signalled with.
func (c *Call) Peer() netip.Addr {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peer.source.Addr()
}
