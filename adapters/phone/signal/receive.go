package signal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/emiago/sipgo/sip"
)

const (
	allow    = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY"
	sdp      = "application/sdp"
	tryAgain = "30" // seconds, in Retry-After
)

var reasons = map[int]string{
	100: "Trying", 180: "Ringing", 200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	415: "Unsupported Media Type", 420: "Bad Extension", 422: "Session Interval Too Small", 480: "Temporarily Unavailable",
	481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated",
	488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 500: "Server Internal Error", 503: "Service Unavailable", 603: "Decline",
}

// receive takes one request, in a goroutine of its own. A REGISTER is not for us, and who sends one to a
// telephone looks for something to break into: silence.
func (e *Endpoint) receive(req *sip.Request, tx *sip.ServerTx) {
	if req.Method == sip.INVITE {
		e.takeInvite(req, tx) // its transaction ends by its own timers
		return
	}
	defer tx.TerminateGracefully()
	switch {
	case req.Method == sip.ACK: // overheard
		tx.Terminate()
	case req.Method == sip.REGISTER:
	case !wellFormed(req):
		respond(req, tx, 400)
	case req.To().Params.Has("tag"):
		e.receiveInCall(req, tx)
	case req.Method == sip.OPTIONS && e.refusesMore():
		respond(req, tx, 503, header("Retry-After", tryAgain))
	case req.Method == sip.OPTIONS:
		respond(req, tx, 200, header("Allow", allow), header("Accept", sdp), header("Supported", "timer"))
	case req.Method == sip.CANCEL, req.Method == sip.BYE, req.Method == sip.INFO, req.Method == sip.UPDATE, req.Method == sip.NOTIFY:
		respond(req, tx, 481)
	default:
		respond(req, tx, 405, header("Allow", allow))
	}
}

// takeInvite refuses what cannot be a call, and gives the rest to Serve.
func (e *Endpoint) takeInvite(req *sip.Request, tx *sip.ServerTx) {
	if !wellFormed(req) || req.Contact() == nil {
		respond(req, tx, 400)
		return
	}
	if unknown := unsupported(req); unknown != "" {
		respond(req, tx, 420, header("Unsupported", unknown))
		return
	}
	if tag, _ := req.To().Params.Get("tag"); tag != e.tag(req) {
		e.receiveInCall(req, tx)
		return
	}
	timer, tooSmall := requested(text(req, "Session-Expires", "x"), supported(req), e.MinSession)
	if tooSmall {
		respond(req, tx, 422, header("Min-SE", seconds(e.MinSession)))
		return
	}
	c := e.incoming(req, tx, timer)
	if code := e.enter(c); code != 0 {
		e.count.refused.Add(1)
		respond(req, tx, code, header("Retry-After", tryAgain))
		return
	}
	if code := c.prepare(); code != 0 {
		e.count.refused.Add(1)
		c.Refuse(code)
		e.serving.Done()
		return
	}
	go func() { // on a small stack: a call lasts, and this one has grown with the reading of the INVITE
		defer e.serving.Done()
		e.Serve(c)
		c.finish()
	}()
}

// overhear sees every message before its transaction does. It takes what transactions keep from us: an ACK
// of a 2xx, whatever its branch, and a CANCEL that comes after our 200. An INVITE that begins a call gets the
// tag that all answers bear, those of its transaction too: later would be while it may be answering.
func (e *Endpoint) overhear(msg sip.Message) {
	req, ok := msg.(*sip.Request)
	if !ok || !wellFormed(req) {
		return
	}
	from, _ := req.From().Params.Get("tag")
	switch req.Method {
	case sip.INVITE:
		if !req.To().Params.Has("tag") {
			req.To().Params.Add("tag", e.tag(req))
		}
	case sip.ACK:
		to, _ := req.To().Params.Get("tag")
		if c := e.find(dialogKey{req.CallID().Value(), to, from}); c != nil {
			c.acknowledged(req.CSeq().SeqNo, descriptionOf(req))
		}
	case sip.CANCEL:
		e.mu.Lock()
		c := e.invites[inviteKey{req.CallID().Value(), from, req.CSeq().SeqNo}]
		e.mu.Unlock()
		if c != nil {
			c.cancelledLate()
		}
	}
}

// tag is ours for a call that an INVITE begins: the same for each of its repetitions, and for nobody to guess.
func (e *Endpoint) tag(req *sip.Request) string {
	from, _ := req.From().Params.Get("tag")
	branch, _ := req.Via().Params.Get("branch")
	sum := hmac.New(sha256.New, e.secret[:])
	_, _ = fmt.Fprintf(sum, "%q%q%q%d", req.CallID().Value(), from, branch, req.CSeq().SeqNo) // a hash never fails
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// wellFormed says whether a request has what names it (RFC 3261 §8.1.1).
func wellFormed(req *sip.Request) bool {
	return req.Via() != nil && req.From() != nil && req.From().Params.Has("tag") && req.To() != nil &&
		req.CallID() != nil && req.CSeq() != nil && req.CSeq().MethodName == req.Method
}

// unsupported lists what a request requires and we don't have: 100rel, precondition and all but timers.
func unsupported(req *sip.Request) string {
	var unknown []string
	for _, h := range req.GetHeaders("Require") {
		for token := range strings.SplitSeq(h.Value(), ",") {
			if token = strings.TrimSpace(token); token != "" && !strings.EqualFold(token, "timer") {
				unknown = append(unknown, token)
			}
		}
	}
	return strings.Join(unknown, ", ")
}

func supported(req *sip.Request) string {
	var all []string
	for _, name := range []string{"Supported", "k", "Require"} {
		for _, h := range req.GetHeaders(name) {
			all = append(all, h.Value())
		}
	}
	return strings.Join(all, ",")
}

// respond answers a request that is no call of ours.
func respond(req *sip.Request, tx *sip.ServerTx, code int, headers ...sip.Header) {
	res := sip.NewResponseFromRequest(req, code, reasons[code], nil)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	_ = tx.Respond(res) // who does not hear it asks again
}

func header(name, value string) sip.Header { return sip.NewHeader(name, value) }

// A message is a request or a response.
type message interface {
	GetHeader(name string) sip.Header
	Body() []byte
}

// text is the value of the first header with one of these names.
func text(msg message, names ...string) string {
	for _, n := range names {
		if h := msg.GetHeader(n); h != nil {
			return h.Value()
		}
	}
	return ""
}

// contentType is the media type of a body, which is a session description when nothing is said.
func contentType(msg message) (string, map[string]string) {
	value := text(msg, "Content-Type", "c")
	if value == "" {
		return sdp, nil
	}
	kind, params, err := mime.ParseMediaType(value)
	if err != nil {
		kind, _, _ = strings.Cut(value, ";")
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

// descriptionOf is the session description in a body, alone or among other parts (SIP-I).
func descriptionOf(msg message) []byte {
	body := msg.Body()
	kind, params := contentType(msg)
	switch {
	case len(body) == 0:
		return nil
	case kind == sdp:
		return body
	case !strings.HasPrefix(kind, "multipart/"):
		return nil
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(strings.ToLower(part.Header.Get("Content-Type")), sdp) {
			if found, err := io.ReadAll(part); err == nil {
				return found
			}
		}
	}
}
