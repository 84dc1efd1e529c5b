package signal

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"github.com/emiago/sipgo/sip"
)

// receiveInCall takes a request of a peer we are in a call with.
func (e *Endpoint) receiveInCall(req *sip.Request, tx *sip.ServerTx) {
	ours, _ := req.To().Params.Get("tag")
	theirs, _ := req.From().Params.Get("tag")
	c := e.find(dialogKey{req.CallID().Value(), ours, theirs})
	if c == nil {
		respond(req, tx, 481)
		return
	}
	if unknown := unsupported(req); unknown != "" {
		respond(req, tx, 420, header("Unsupported", unknown))
		return
	}
	if !c.inOrder(req) {
		respond(req, tx, 500, header("Retry-After", "1"))
		return
	}
	switch req.Method {
	case sip.INVITE:
		c.reinvited(req, tx)
	case sip.UPDATE:
		c.updated(req, tx)
	case sip.BYE:
		c.hungUp(req, tx)
	case sip.INFO:
		c.informed(req, tx)
	case sip.NOTIFY:
		c.notified(req, tx)
	case sip.OPTIONS:
		respond(req, tx, 200, header("Allow", allow), header("Accept", sdp))
	default:
		respond(req, tx, 405, header("Allow", allow))
	}
}

// inOrder refuses what is older than the peer's last request (RFC 3261 §12.2.2), and notes where a newer one came
// from.
func (c *Call) inOrder(req *sip.Request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	seq := int64(req.CSeq().SeqNo)
	if seq <= c.theirSeq {
		return false
	}
	c.theirSeq = seq
	c.cameFrom(req)
	return true
}

// hungUp is a BYE. One that comes before our answer ends the INVITE too. The call is off the books before
// the peer hears so, for whom there is room again.
func (c *Call) hungUp(req *sip.Request, tx *sip.ServerTx) {
	if c.where() == ringing {
		respond(req, tx, 200)
		c.refuse(487, PeerGaveUp)
		return
	}
	c.done(PeerHungUp)
	respond(req, tx, 200)
}

// claim lets one change of the session happen at a time (RFC 3261 §14.2, RFC 3311 §5.2): 491 while ours is
// not answered, 500 while another of theirs is not.
func (c *Call) claim() (code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.asking:
		return 491
	case c.asked, c.phase == ringing:
		return 500
	case c.phase == answering && c.late: // our offer is not answered
		return 491
	case c.phase == over:
		return 481
	}
	c.asked = true
	return 0
}

func (c *Call) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = false
}

// reinvited answers a re-INVITE: another description (hold is one), another way, a session refreshed.
func (c *Call) reinvited(req *sip.Request, tx *sip.ServerTx) {
	timer, ok := c.consider(req, tx)
	if !ok {
		return
	}
	body, late, err := c.describe(descriptionOf(req))
	if code := c.inWords(err); code != 0 {
		c.release()
		respond(req, tx, code)
		return
	}
	c.mu.Lock()
	ack := c.expect(req.CSeq().SeqNo)
	c.moved(req, timer)
	c.asked = late // until the ACK brings the answer
	c.mu.Unlock()
	res := c.accept(req, body, timer)
	_ = tx.Respond(res)
	answer, acked := c.insist(tx, res, ack)
	if late {
		c.release()
		if acked && c.agree(answer) != nil {
			c.leaveSoon(Unacceptable)
		}
	}
	if !acked {
		c.leaveSoon(NeverAcked)
	}
}

// updated answers an UPDATE, which may describe and always refreshes (RFC 3311).
func (c *Call) updated(req *sip.Request, tx *sip.ServerTx) {
	timer, ok := c.consider(req, tx)
	if !ok {
		return
	}
	defer c.release()
	var body []byte
	if offer := descriptionOf(req); offer != nil {
		var err error
		body, _, err = c.describe(offer)
		if code := c.inWords(err); code != 0 {
			respond(req, tx, code)
			return
		}
	}
	c.mu.Lock()
	c.moved(req, timer)
	c.mu.Unlock()
	_ = tx.Respond(c.accept(req, body, timer))
}

// consider claims the session for a request, or answers it.
func (c *Call) consider(req *sip.Request, tx *sip.ServerTx) (session, bool) {
	timer, tooSmall := requested(text(req, "Session-Expires", "x"), supported(req), c.e.MinSession)
	if tooSmall {
		respond(req, tx, 422, header("Min-SE", seconds(c.e.MinSession)))
		return timer, false
	}
	if code := c.claim(); code != 0 {
		respond(req, tx, code, header("Retry-After", "1"))
		return timer, false
	}
	if timer.interval == 0 {
		timer = c.kept(supported(req))
	}
	return timer, true
}

// kept is the timer of a session whose peer changes it and says nothing about time. Without a word from us the
// peer would hold that there is none any more (RFC 4028 §7.2); with one it is ours to refresh, whoever did before.
func (c *Call) kept(supported string) session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer.interval == 0 {
		return session{}
	}
	return session{interval: c.timer.interval, ours: true, require: hasToken(supported, "timer")}
}

// moved takes the new target and the new timer of a request that we accept. The caller holds the lock.
func (c *Call) moved(req *sip.Request, timer session) {
	route := c.peer.route
	c.heard(req)
	c.peer.route = route // a dialog's way never changes
	if timer.interval > 0 && c.phase == standing {
		c.arm(timer)
	}
}

// informed hears the keys of application/dtmf-relay ("Signal=5") and application/dtmf ("5").
func (c *Call) informed(req *sip.Request, tx *sip.ServerTx) {
	kind, _ := contentType(req)
	body := strings.TrimSpace(string(req.Body()))
	switch {
	case body == "":
	case kind == "application/dtmf-relay":
		for line := range strings.Lines(body) {
			if name, value, _ := strings.Cut(line, "="); strings.EqualFold(strings.TrimSpace(name), "Signal") {
				c.press(value)
			}
		}
	case kind == "application/dtmf":
		c.press(body)
	default:
		respond(req, tx, 415, header("Accept", "application/dtmf-relay, application/dtmf"))
		return
	}
	respond(req, tx, 200)
}

// press hears one key, also when it is written as an event of RFC 4733: 10 is * and 11 is #.
func (c *Call) press(value string) {
	value = strings.ToUpper(strings.TrimSpace(value))
	if n, err := strconv.Atoi(value); err == nil && n >= 10 && n <= 15 {
		value = string("*#ABCD"[n-10])
	}
	for _, key := range value {
		if len(value) == 1 && (unicode.IsDigit(key) || strings.ContainsRune("*#ABCD", key)) {
			_ = c.withMedia(func(m Media) error { m.Info(key); return nil })
		}
	}
}

// notified hears what became of our REFER (RFC 3515): the body is a status line.
func (c *Call) notified(req *sip.Request, tx *sip.ServerTx) {
	event, _, _ := strings.Cut(text(req, "Event", "o"), ";")
	if !strings.EqualFold(strings.TrimSpace(event), "refer") {
		respond(req, tx, 489)
		return
	}
	respond(req, tx, 200)
	fields := strings.Fields(string(req.Body()))
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "SIP/") {
		return
	}
	if code, err := strconv.Atoi(fields[1]); err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		select {
		case c.transfer <- code:
		default:
		}
	}
}

// Refer asks the peer to call one of the configured targets instead of us, and waits for what comes of it.
// After success the call is the caller's to hang up; ErrForbidden says that the peer will not, or that the
// target did not answer.
func (c *Call) Refer(ctx context.Context, target string) error {
	uri, err := c.e.target(target)
	if err != nil {
		return err
	}
	heard := make(chan int, 4)
	c.mu.Lock()
	c.transfer = heard
	c.mu.Unlock()
	req := c.request(sip.REFER)
	req.AppendHeader(header("Refer-To", "<"+uri.String()+">"))
	res, err := c.ask(ctx, req)
	if err != nil {
		return err
	}
	if !res.IsSuccess() {
		return refused(req, res)
	}
	for {
		select {
		case code := <-heard:
			if code >= 300 {
				return refused(req, &sip.Response{StatusCode: code})
			}
			if code >= 200 {
				return nil
			}
		case <-c.Gone():
			return nil // who hangs up after accepting has gone where it was sent
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
