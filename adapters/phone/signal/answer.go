package signal

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// incoming is a call as its INVITE tells it.
func (e *Endpoint) incoming(req *sip.Request, tx *sip.ServerTx, timer session) *Call {
	from, _ := req.From().Params.Get("tag")
	ours, _ := req.To().Params.Get("tag")
	c := &Call{
		e: e, id: random(), secure: strings.EqualFold(req.Transport(), "tls"), sips: securely(req), invite: req, tx: tx, timer: timer, theirSeq: int64(req.CSeq().SeqNo),
		key:     dialogKey{req.CallID().Value(), ours, from},
		invited: inviteKey{req.CallID().Value(), from, req.CSeq().SeqNo},
		caller:  callerOf(req, e.Country), called: calledOf(req, e.Country),
		confirmed: make(chan struct{}), acks: map[uint32]chan []byte{},
	}
	c.life, c.end = context.WithCancel(context.Background())
	c.log = e.Log.With("call", c.id)
	c.peer = peer{us: *req.To().Address.Clone(), them: *req.From().Address.Clone(), route: routes(req)}
	c.heard(req)
	return c
}

// securely says whether the dialog that a request begins is one of sips: (RFC 3261 §12.1.1).
func securely(req *sip.Request) bool {
	if way := routes(req); len(way) > 0 {
		return req.Recipient.IsEncrypted() || way[0].IsEncrypted()
	}
	contact := req.Contact()
	return req.Recipient.IsEncrypted() || contact != nil && contact.Address.IsEncrypted()
}

// heard takes from a request where its sender is and what it understands.
func (c *Call) heard(req *sip.Request) {
	if contact := req.Contact(); contact != nil {
		c.peer.target = *contact.Address.Clone()
	}
	c.cameFrom(req)
	if allowed := text(req, "Allow"); allowed != "" {
		c.peer.updates = hasToken(allowed, "UPDATE")
	}
}

// cameFrom takes from a request by what way it came.
func (c *Call) cameFrom(req *sip.Request) {
	if source, err := netip.ParseAddrPort(req.Source()); err == nil {
		c.peer.source = netip.AddrPortFrom(source.Addr().Unmap(), source.Port())
	}
	c.peer.network = sip.NetworkToLower(req.Transport())
	c.peer.direct = len(req.GetHeaders("Via")) == 1
}

// routes is the way that requests of a call answered by us take.
func routes(req *sip.Request) []sip.Uri {
	var all []sip.Uri
	for _, h := range req.GetHeaders("Record-Route") {
		if r, ok := h.(*sip.RecordRouteHeader); ok {
			all = append(all, *r.Address.Clone())
		}
	}
	return all
}

// prepare makes the sound of a call before anybody hears of it, and says what is answered when there can be
// none.
func (c *Call) prepare() int {
	respond(c.invite, c.tx, 100)
	if !c.tx.OnCancel(func(*sip.Request) { c.done(PeerGaveUp) }) {
		c.done(PeerGaveUp)
		return 487
	}
	if kind, _ := contentType(c.invite); len(c.invite.Body()) > 0 && descriptionOf(c.invite) == nil {
		c.log.Info("call refused: it describes no sound", "type", kind)
		return 415
	}
	err := c.equip(c.e.Media)
	if err == nil {
		c.body, c.late, err = c.describe(descriptionOf(c.invite))
	}
	return c.inWords(err)
}

// describe answers an offer, or offers when there is none.
func (c *Call) describe(offer []byte) (body []byte, late bool, err error) {
	late = len(offer) == 0
	err = c.withMedia(func(m Media) error {
		if late {
			body, err = m.Offer()
		} else {
			body, err = m.Answer(offer)
		}
		return err
	})
	return body, late, err
}

// inWords is the code for what a Media said.
func (c *Call) inWords(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrNotAcceptable):
		return 488
	case errors.Is(err, ErrFull):
		return c.e.Busy
	}
	c.log.Warn("a call has no sound", "err", err)
	return 500
}

// Ring tells the caller that we ring. It may be said again; before the answer only.
func (c *Call) Ring() {
	if c.where() == ringing && !c.outgoing {
		_ = c.tx.Respond(c.reply(c.invite, 180, nil))
	}
}

// Refuse answers with a code from 300 to 699 instead of taking the call.
func (c *Call) Refuse(code int) { c.refuse(code, WeRefused) }

func (c *Call) refuse(code int, why Reason) {
	if c.outgoing || c.where() != ringing || !c.done(why) {
		return
	}
	res := c.reply(c.invite, code, nil)
	switch code {
	case 486, 503, 480, 500:
		res.AppendHeader(header("Retry-After", tryAgain))
	case 415:
		res.AppendHeader(header("Accept", sdp))
	}
	_ = c.tx.Respond(res)
	c.closeMedia()
}

// Answer takes the call: it sends the 200, repeats it until the ACK and returns nil once the call stands. It
// returns ErrOver when the caller gave up first or never acknowledged; with ctx it gives the call up.
func (c *Call) Answer(ctx context.Context) error {
	c.mu.Lock()
	if c.phase != ringing || c.outgoing {
		c.mu.Unlock()
		return ErrOver
	}
	c.phase = answering
	ack := c.expect(c.invited.seq)
	c.mu.Unlock()
	res := c.accept(c.invite, c.body, c.timer)
	err := c.tx.Respond(res)
	// A CANCEL is answered under the same lock as our 200: it is certain now which of them was first.
	if c.where() == over {
		return ErrOver
	}
	if err != nil {
		c.done(NotReached)
		return unquoted(err)
	}
	go c.awaitAck(res, ack)
	select {
	case <-c.confirmed:
	case <-c.Gone():
	case <-ctx.Done():
		c.leaveSoon(WeHungUp)
		return ctx.Err()
	}
	if c.where() == over {
		return ErrOver
	}
	return nil
}

// awaitAck makes the call stand, or ends it.
func (c *Call) awaitAck(res *sip.Response, ack <-chan []byte) {
	body, ok := c.insist(c.tx, res, ack)
	var err error
	if ok && c.late {
		err = c.agree(body)
	}
	why := WeHungUp
	switch c.mu.Lock(); {
	case !ok:
		why = NeverAcked
	case err != nil:
		why = Unacceptable
	case c.cancelled:
		why = PeerGaveUp
	default:
		why = ""
	}
	c.mu.Unlock()
	if why != "" {
		if c.done(why) {
			close(c.confirmed)
			c.bye(context.WithoutCancel(c.e.life))
			return
		}
	} else {
		c.start(c.timer)
		c.e.confirm(c)
	}
	close(c.confirmed)
}

// agree takes the answer to our offer.
func (c *Call) agree(answer []byte) error {
	if len(answer) == 0 {
		return ErrNotAcceptable
	}
	return c.withMedia(func(m Media) error { return m.Accept(answer) })
}

// insist repeats a 2xx until its ACK (RFC 3261 §13.3.1.4): the library sends each once.
func (c *Call) insist(tx *sip.ServerTx, res *sip.Response, ack <-chan []byte) ([]byte, bool) {
	last := time.NewTimer(c.e.AckWait)
	defer last.Stop()
	pause := t1
	again := time.NewTimer(pause)
	defer again.Stop()
	for {
		select {
		case body := <-ack:
			return body, true
		case <-again.C:
			_ = tx.Respond(res)
			pause = min(2*pause, t2)
			again.Reset(pause)
		case <-last.C:
			return nil, false
		case <-c.Gone():
			return nil, false
		}
	}
}

// expect is where the ACK of one INVITE will arrive. The caller holds the lock.
func (c *Call) expect(seq uint32) <-chan []byte {
	ack := make(chan []byte, 1)
	c.acks[seq] = ack
	return ack
}

// acknowledged is told every ACK, and every repetition of one.
func (c *Call) acknowledged(seq uint32, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ack := c.acks[seq]; ack != nil {
		ack <- body
		delete(c.acks, seq)
	}
}

// cancelledLate hears every CANCEL, also one that crosses our 200: then the call is hung up once it is
// acknowledged.
func (c *Call) cancelledLate() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancelled = c.cancelled || c.phase < standing
}

// reply is an answer within the call.
func (c *Call) reply(req *sip.Request, code int, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, reasons[code], nil)
	if code > 100 && code < 300 && (req.Method == sip.INVITE || req.Method == sip.UPDATE) {
		c.mu.Lock()
		res.AppendHeader(c.contact())
		c.mu.Unlock()
		res.AppendHeader(header("Allow", allow))
	}
	if len(body) > 0 {
		res.AppendHeader(header("Content-Type", sdp))
		res.SetBody(body)
	}
	return res
}

// accept is a 200 with a description and what the session timer came to.
func (c *Call) accept(req *sip.Request, body []byte, timer session) *sip.Response {
	res := c.reply(req, 200, body)
	res.AppendHeader(header("Supported", "timer"))
	if timer.interval > 0 {
		res.AppendHeader(header("Session-Expires", timer.header()))
		if timer.require {
			res.AppendHeader(header("Require", "timer"))
		}
	}
	return res
}
