package signal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"
)

// askedSession is the session interval that an outgoing call asks for (RFC 4028 §4).
const askedSession = 30 * time.Minute

// DialOptions are how a call is placed.
type DialOptions struct {
	Ring time.Duration // how long it may ring; 20 s when zero
}

// target is a configured target, and nothing else.
func (e *Endpoint) target(text string) (sip.Uri, error) {
	uri, ok := e.targets[text]
	if !ok || emergency(uri.User, e.Country) {
		return uri, ErrTarget
	}
	return uri, nil
}

// Dial calls one of the configured targets and returns when the call stands. open makes its Media, once it is
// known where the call goes. Errors are open's, ErrTarget, ErrBusy,
// ErrNoAnswer (also after a CANCEL), ErrNotAcceptable, ErrForbidden, ErrDraining and ctx's. Sound before the
// answer is ignored, and a redirection is not followed.
func (e *Endpoint) Dial(ctx context.Context, target string, open func(*Call) (Media, error), o DialOptions) (*Call, error) {
	c := &Call{e: e, id: random(), outgoing: true, phase: ringing, theirSeq: -1,
		confirmed: make(chan struct{}), acks: map[uint32]chan []byte{}}
	c.life, c.end = context.WithCancel(context.Background())
	c.log = e.Log.With("call", c.id)
	c.key = dialogKey{callID: random(), ourTag: random()}
	if err := c.dial(ctx, target, open, or(o.Ring, 20*time.Second)); err != nil {
		c.done(NotReached)
		return nil, err
	}
	return c, nil
}

func (c *Call) dial(ctx context.Context, target string, open func(*Call) (Media, error), ring time.Duration) error {
	uri, err := c.e.target(target)
	if err != nil {
		return err
	}
	ctx, c.abort = context.WithCancelCause(ctx)
	defer c.abort(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, ring, ErrNoAnswer)
	defer cancel()
	ways, err := c.e.ways(ctx, uri, hop{})
	if err != nil {
		return err
	}
	c.secure, c.sips = uri.IsEncrypted(), uri.IsEncrypted()
	c.peer = peer{them: uri, target: uri}
	if err := c.e.place(c); err != nil {
		return err
	}
	defer c.e.errands.Done()
	res, tx, err := c.callFirst(ctx, ways, uri, open)
	if err != nil {
		return err
	}
	c.established(res)
	err = c.agree(descriptionOf(res))
	c.acknowledge(tx, c.seq)
	if err != nil {
		go c.bye(context.WithoutCancel(c.e.life))
		return fmt.Errorf("the answer: %w", err)
	}
	c.start(granted(text(res, "Session-Expires", "x")))
	close(c.confirmed)
	return nil
}

// callFirst calls by one way after the other, until one is not silent (RFC 3263 §4.3).
func (c *Call) callFirst(ctx context.Context, ways []hop, uri sip.Uri, open func(*Call) (Media, error)) (*sip.Response, *sip.ClientTx, error) {
	for i, to := range ways {
		c.mu.Lock()
		c.peer = peer{us: c.e.identity(uri, to), them: uri, target: uri, network: to.network, source: to.addr}
		c.mu.Unlock()
		if err := c.equip(open); err != nil {
			return nil, nil, err
		}
		offer, _, err := c.describe(nil)
		if err != nil {
			return nil, nil, err
		}
		last := i == len(ways)-1
		patience := hopWait
		if last {
			patience = 64 * t1
		}
		res, tx, err := c.call(ctx, to, offer, patience)
		var silent unreached
		away := errors.As(err, &silent)
		c.e.names.heard(to, !away)
		if !away || last || ctx.Err() != nil {
			return res, tx, err
		}
		c.log.Info("the called party was not reached this way, and there is another", "err", err)
	}
	return nil, nil, ErrTarget // there is always a way
}

// equip gives the call its sound, in place of that towards a hop that was silent.
func (c *Call) equip(open func(*Call) (Media, error)) error {
	media, err := open(c)
	if err != nil {
		return err
	}
	c.sound.Lock()
	defer c.sound.Unlock()
	former := c.media
	c.media = media
	if former == nil {
		return nil
	}
	return former.Close()
}

// call sends the INVITE, again with what the peer asks for: a digest, a longer session.
func (c *Call) call(ctx context.Context, to hop, offer []byte, patience time.Duration) (*sip.Response, *sip.ClientTx, error) {
	interval := askedSession
	var tried login
	var proof []sip.Header
	for try := 0; ; try++ {
		req := c.request(sip.INVITE)
		c.askForTimer(req, interval, "")
		req.AppendHeader(header("Content-Type", sdp))
		req.SetBody(offer)
		for _, h := range proof {
			req.AppendHeader(h)
		}
		res, tx, err := c.sendInvite(ctx, req, to, patience)
		switch {
		case err != nil:
			return nil, nil, err
		case res.IsSuccess():
			return res, tx, nil
		case try > 4:
			return nil, nil, refused(req, res)
		case c.e.authorize(req, res, &tried):
			proof = append(req.GetHeaders("Authorization"), req.GetHeaders("Proxy-Authorization")...)
			continue
		case res.StatusCode == 422:
			if least, _ := sessionExpires(text(res, "Min-SE")); least > interval {
				interval = least
				continue
			}
		}
		return nil, nil, outcome(req, res)
	}
}

// outcome is what a refused INVITE means to who wanted to speak to somebody.
func outcome(req *sip.Request, res *sip.Response) error {
	switch res.StatusCode {
	case 503:
		return unreached{refused(req, res)}
	case 408, 480, 487:
		return fmt.Errorf("%w: %d", ErrNoAnswer, res.StatusCode)
	case 486, 600, 603:
		return fmt.Errorf("%w: %d", ErrBusy, res.StatusCode)
	case 488, 606:
		return fmt.Errorf("%w: %d", ErrNotAcceptable, res.StatusCode)
	}
	return refused(req, res)
}

// identity is as whom we call: the account at the target's host, or the service at our own address.
func (e *Endpoint) identity(uri sip.Uri, to hop) sip.Uri {
	for _, a := range e.accounts {
		if host(a.uri) == host(uri) {
			return sip.Uri{Scheme: a.uri.Scheme, User: a.uri.User, Host: a.uri.Host, Port: a.uri.Port}
		}
	}
	s, _ := e.socketFor(to.network, to.addr.Addr())
	return sip.Uri{Scheme: "sip", User: "frontdesk", Host: s.public.Addr().String()}
}

// established takes from a 2xx what the dialog is.
func (c *Call) established(res *sip.Response) {
	tag, _ := res.To().Params.Get("tag")
	c.e.rename(c, tag)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.peer.them = *res.To().Address.Clone()
	if contact := res.Contact(); contact != nil {
		c.peer.target = *contact.Address.Clone()
	}
	c.peer.route = nil
	headers := res.GetHeaders("Record-Route")
	for i := len(headers) - 1; i >= 0; i-- {
		if r, ok := headers[i].(*sip.RecordRouteHeader); ok {
			c.peer.route = append(c.peer.route, *r.Address.Clone())
		}
	}
	c.peer.updates = hasToken(text(res, "Allow"), "UPDATE")
}

// acknowledge sends the ACK of a 2xx, again for every repetition of it. A 2xx of another telephone that
// took the same call is acknowledged and hung up (RFC 3261 §13.2.2.4).
func (c *Call) acknowledge(tx *sip.ClientTx, seq uint32) {
	theirs := c.key.theirTag
	tx.OnRetransmission(func(res *sip.Response) {
		if tag, _ := res.To().Params.Get("tag"); tag == theirs {
			c.ack(seq)
		} else {
			c.mu.Lock()
			to := c.peer
			c.mu.Unlock()
			go c.e.hangUpStray(c, to, res, seq)
		}
	})
	c.ack(seq)
}

func (c *Call) ack(seq uint32) {
	ctx, cancel := context.WithTimeout(c.e.life, byeWait)
	defer cancel()
	to, err := c.way(ctx)
	if err != nil {
		return
	}
	c.mu.Lock()
	req := c.requestWith(sip.ACK, seq)
	c.mu.Unlock()
	if c.e.aim(ctx, req, to) == nil {
		_ = c.e.tp.WriteMsg(req) // the 2xx comes again when it is lost
	}
}

// hangUpStray ends a call that we don't want any more, or have already.
func (e *Endpoint) hangUpStray(c *Call, to peer, res *sip.Response, seq uint32) {
	c.mu.Lock()
	stray := &Call{e: e, id: c.id, log: c.log, key: c.key, outgoing: true, peer: to, seq: seq, phase: over}
	c.mu.Unlock()
	stray.established(res)
	stray.ack(seq)
	stray.bye(context.WithoutCancel(e.life))
}

// sendInvite sends an INVITE and waits for its final answer. When ctx ends first, the call is cancelled behind
// the caller's back; what ctx's cause is, is the error. So it is when nothing at all is heard for patience.
func (c *Call) sendInvite(ctx context.Context, req *sip.Request, to hop, patience time.Duration) (*sip.Response, *sip.ClientTx, error) {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	silence := time.AfterFunc(patience, func() { giveUp(unreached{ErrNoAnswer}) })
	defer silence.Stop()
	if err := c.e.aim(ctx, req, to); err != nil {
		return nil, nil, err
	}
	tx, err := c.e.tx.Request(ctx, req)
	if err != nil {
		return nil, nil, unreached{fmt.Errorf("send INVITE: %w", unquoted(err))}
	}
	c.mu.Lock()
	theirs := c.peer
	c.mu.Unlock()
	heard := false
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, tx, nil
			}
			heard = true
			silence.Stop()
		case <-tx.Done():
			if err := tx.Err(); errors.Is(err, sip.ErrTransactionTimeout) {
				return nil, nil, ErrNoAnswer
			}
			return nil, nil, unreached{fmt.Errorf("no answer to INVITE: %w", unquoted(tx.Err()))}
		case <-ctx.Done():
			c.e.errands.Go(func() { c.giveUp(req, tx, theirs, heard) })
			return nil, nil, context.Cause(ctx)
		}
	}
}

// giveUp cancels an INVITE, once the peer has said that it has it (RFC 3261 §9.1), and hangs up when it was
// answered all the same.
func (c *Call) giveUp(req *sip.Request, tx *sip.ClientTx, theirs peer, heard bool) {
	if heard {
		c.e.cancel(req)
	}
	last := time.NewTimer(64 * t1)
	defer last.Stop()
	for {
		select {
		case res := <-tx.Responses():
			switch {
			case res.IsProvisional() && !heard:
				heard = true
				c.e.cancel(req)
			case res.IsSuccess():
				c.e.hangUpStray(c, theirs, res, req.CSeq().SeqNo)
				return
			case !res.IsProvisional():
				return // its transaction acknowledges repetitions
			}
		case <-tx.Done():
			return
		case <-last.C:
			tx.Terminate()
			return
		case <-c.e.life.Done():
			return
		}
	}
}

// cancel is a CANCEL of an INVITE: the same request but for its method, on the same way.
func (e *Endpoint) cancel(invite *sip.Request) {
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(invite.Via().Clone())
	for _, name := range []string{"Route", "From", "To", "Call-ID", "Max-Forwards"} {
		sip.CopyHeaders(name, invite, req)
	}
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.SetBody(nil)
	req.SetTransport(invite.Transport())
	req.SetDestination(invite.Destination())
	req.Laddr = invite.Laddr
	go func() {
		ctx, cancel := context.WithTimeout(e.life, 64*t1)
		defer cancel()
		tx, err := e.tx.Request(ctx, req)
		if err != nil {
			return
		}
		defer tx.Terminate()
		select {
		case <-tx.Responses():
		case <-tx.Done():
		case <-ctx.Done():
		}
	}()
}
