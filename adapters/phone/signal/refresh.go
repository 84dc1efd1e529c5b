package signal

import (
	"context"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// refreshWait is how long a refresh may take.
const refreshWait = 32 * time.Second

// arm sets the alarm of the session: to refresh it, or to end it. The caller holds the lock.
func (c *Call) arm(s session) {
	if c.alarm != nil {
		c.alarm.Stop()
	}
	c.timer = s
	if s.interval == 0 || c.phase == over {
		return
	}
	if ends := time.Now().Add(s.lasts()); s.ours {
		c.alarm = time.AfterFunc(s.wake(), func() { c.refresh(ends) })
	} else {
		c.alarm = time.AfterFunc(s.wake(), func() { c.leaveSoon(Expired) })
	}
}

// stand lets a session that was not refreshed go on until it ends (RFC 4028 §10), with another try while there is
// time for one. Where it was armed anew meanwhile, that counts.
func (c *Call) stand(armed *time.Timer, ends time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == over || c.alarm != armed {
		return
	}
	if rest := time.Until(ends); rest > 2*refreshWait {
		c.alarm = time.AfterFunc(rest/2, func() { c.refresh(ends) })
	} else {
		c.alarm = time.AfterFunc(rest, func() { c.leaveSoon(Expired) })
	}
}

// refresh keeps a session alive that is ours to refresh (RFC 4028 §7.4): by UPDATE where the peer takes it,
// else by a re-INVITE that changes nothing. One that the peer does not know any more is over.
func (c *Call) refresh(ends time.Time) {
	ctx, cancel := context.WithTimeout(c.e.life, refreshWait)
	defer cancel()
	c.mu.Lock()
	armed := c.alarm
	c.mu.Unlock()
	for try := 0; try < 6 && ctx.Err() == nil; try++ {
		s, again, err := c.refreshOnce(ctx)
		switch {
		case err == nil:
			c.mu.Lock()
			if s.interval == 0 {
				s = c.timer // the peer says nothing: as before
			}
			c.arm(s)
			c.mu.Unlock()
			return
		case c.where() == over:
			return
		case again == unknown:
			c.log.Info("the session was not refreshed", "err", err)
			c.leaveSoon(Expired)
			return
		case again == refusal:
			c.log.Info("the session was not refreshed, and stands for the time being", "err", err)
			c.stand(armed, ends)
			return
		}
		select {
		case <-time.After(again):
		case <-c.Gone():
			return
		}
	}
	c.stand(armed, ends)
}

// What a refresh that failed says instead of a pause after which another may succeed.
const (
	unknown time.Duration = -iota // nobody answers, or who answers does not know the call
	refusal
)

// refreshOnce sends one refresh; again is after what pause another may succeed, or why none will.
func (c *Call) refreshOnce(ctx context.Context) (s session, again time.Duration, err error) {
	c.mu.Lock()
	if c.asked || c.phase != standing {
		c.mu.Unlock()
		return s, 100 * time.Millisecond, ErrOver // their change comes first
	}
	c.asking = true
	byUpdate, timer := c.peer.updates, c.timer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.asking = false
		c.mu.Unlock()
	}()
	method := sip.INVITE
	if byUpdate {
		method = sip.UPDATE
	}
	req := c.request(method)
	c.askForTimer(req, timer.interval, "uac")
	var res *sip.Response
	if byUpdate {
		res, err = c.ask(ctx, req)
	} else {
		res, err = c.reinvite(ctx, req)
	}
	if err != nil {
		return s, unknown, err
	}
	if res.IsSuccess() {
		return granted(text(res, "Session-Expires", "x")), 0, nil
	}
	return s, c.lesson(res, byUpdate), refused(req, res)
}

// lesson is what a refused refresh teaches, and when to try again, if at all.
func (c *Call) lesson(res *sip.Response, byUpdate bool) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case res.StatusCode == 408, res.StatusCode == 481:
		return unknown
	case res.StatusCode == 491 && c.outgoing: // RFC 3261 §14.1: who placed the call waits longer
		return 2100*time.Millisecond + time.Duration(rand.IntN(190))*10*time.Millisecond
	case res.StatusCode == 491, res.StatusCode == 500, res.StatusCode == 503:
		return time.Duration(1+rand.IntN(200)) * 10 * time.Millisecond
	case res.StatusCode == 422:
		if least, _ := sessionExpires(text(res, "Min-SE")); least > c.timer.interval {
			c.timer.interval = least
			return time.Millisecond
		}
	case byUpdate && (res.StatusCode == 405 || res.StatusCode == 501):
		c.peer.updates = false
		return time.Millisecond
	}
	return refusal
}

func (c *Call) askForTimer(req *sip.Request, interval time.Duration, refresher string) {
	req.AppendHeader(header("Supported", "timer"))
	req.AppendHeader(header("Allow", allow))
	value := seconds(interval)
	if refresher != "" {
		value += ";refresher=" + refresher
	}
	req.AppendHeader(header("Session-Expires", value))
	req.AppendHeader(header("Min-SE", strconv.Itoa(int(c.e.MinSession.Seconds()))))
}

// reinvite offers again what the call has.
func (c *Call) reinvite(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	offer, _, err := c.describe(nil)
	if err != nil {
		return nil, err
	}
	req.AppendHeader(header("Content-Type", sdp))
	req.SetBody(offer)
	to, err := c.way(ctx)
	if err != nil {
		return nil, err
	}
	var tried login
	for {
		res, tx, err := c.sendInvite(ctx, req, to, 64*t1)
		if err != nil {
			return nil, err
		}
		if c.e.authorize(req, res, &tried) {
			c.mu.Lock()
			c.seq++
			req.CSeq().SeqNo = c.seq
			c.mu.Unlock()
			continue
		}
		if !res.IsSuccess() {
			return res, nil
		}
		err = c.agree(descriptionOf(res))
		c.acknowledge(tx, req.CSeq().SeqNo)
		return res, err
	}
}
