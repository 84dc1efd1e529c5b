package signal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	defaultExpires = 10 * time.Minute
	registerWait   = 10 * time.Second // for an answer to a REGISTER
	longestPause   = 5 * time.Minute  // between two attempts
	farewell       = 2 * time.Second  // for an unregistration
)

// Registration says how an account stands at its registrar.
type Registration struct {
	Address string // of the account
	OK      bool   // the registrar sends us its calls
	Until   time.Time
	Err     error // why not
}

// A registration keeps one account registered.
type registration struct {
	e      *Endpoint
	a      account
	callID string
	tag    string
	stop   context.CancelFunc
	ended  chan struct{}

	seq uint32 // the loop's, then unregister's
	at  hop    // where it was last taken, and where the way in is kept open

	mu    sync.Mutex
	state Registration
}

// Registered says how every account stands, in the order of Config.Register.
func (e *Endpoint) Registered() []Registration {
	all := make([]Registration, 0, len(e.registers))
	for _, r := range e.registers {
		r.mu.Lock()
		all = append(all, r.state)
		r.mu.Unlock()
	}
	return all
}

func (e *Endpoint) startRegistering() {
	for _, a := range e.accounts {
		ctx, stop := context.WithCancel(e.life)
		r := &registration{e: e, a: a, callID: random(), tag: random(), stop: stop, ended: make(chan struct{}),
			state: Registration{Address: a.Address}}
		e.registers = append(e.registers, r)
		go r.keep(ctx)
	}
}

// unregister ends every registration, while the sockets are still open.
func (e *Endpoint) unregister() {
	var all sync.WaitGroup
	for _, r := range e.registers {
		r.stop()
		all.Go(func() {
			<-r.ended
			r.mu.Lock()
			was := r.state.OK
			r.state.OK, r.state.Err = false, ErrDraining
			r.mu.Unlock()
			if !was {
				return
			}
			ctx, cancel := context.WithTimeout(context.Background(), farewell)
			defer cancel()
			if _, err := r.once(ctx, 0); err != nil {
				e.Log.Warn("the registration was not withdrawn", "err", err)
			}
		})
	}
	all.Wait()
}

// keep registers, refreshes at three quarters of what was granted, and after a failure waits 1, 2, 4 …
// seconds.
func (r *registration) keep(ctx context.Context) {
	defer close(r.ended)
	life := r.a.Expires
	for failures := 0; ctx.Err() == nil; {
		got, err := r.once(ctx, life)
		wait := got * 3 / 4
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			wait = pause(failures)
			var later retryLater
			if errors.As(err, &later) {
				wait = min(max(wait, time.Duration(later)), longestPause)
			}
			failures++
			r.e.Log.Warn("not registered", "err", err, "again", wait)
		} else if failures = 0; !r.registered() {
			r.e.Log.Info("registered", "for", got)
		}
		r.note(got, err)
		r.wait(ctx, max(wait, time.Second))
	}
}

// pause doubles from one second to five minutes.
func pause(failures int) time.Duration {
	return min(time.Second<<min(failures, 16), longestPause)
}

func (r *registration) registered() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.OK
}

func (r *registration) note(got time.Duration, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.state = Registration{Address: r.a.Address, OK: true, Until: time.Now().Add(got)}
	case time.Now().Before(r.state.Until): // what was granted still stands
		r.state.Err = err
	default:
		r.state = Registration{Address: r.a.Address, Err: err}
	}
}

// wait passes the time with keep-alives, which keep the way in open through a NAT. Where the connection to the
// registrar has broken no call comes in any more, whatever was granted: it ends at once.
func (r *registration) wait(ctx context.Context, d time.Duration) {
	end := time.NewTimer(d)
	defer end.Stop()
	beat := time.NewTicker(r.e.KeepAlive)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-end.C:
			return
		case <-beat.C:
			if r.registered() && !r.e.ping(r.at) {
				r.mu.Lock()
				r.state.Until = time.Time{}
				r.mu.Unlock()
				return
			}
		}
	}
}

// retryLater is a registrar's Retry-After.
type retryLater time.Duration

func (r retryLater) Error() string {
	return fmt.Sprintf("the registrar asks to wait %s", time.Duration(r))
}

// once registers for a time and returns the time that was granted, at the first of the registrar's hops that
// is not silent; for none, it withdraws where it is registered.
func (r *registration) once(ctx context.Context, life time.Duration) (got time.Duration, err error) {
	if life == 0 {
		return r.onceAt(ctx, r.at, 0)
	}
	looking, cancel := context.WithTimeout(ctx, registerWait)
	defer cancel()
	ways, err := r.e.ways(looking, r.a.uri, r.at)
	if err != nil {
		return 0, err
	}
	for i, to := range ways {
		wait := hopWait
		if i == len(ways)-1 {
			wait = registerWait
		}
		trying, cancel := context.WithTimeout(ctx, wait)
		got, err = r.onceAt(trying, to, life)
		cancel()
		var silent unreached
		away := errors.As(err, &silent)
		r.e.names.heard(to, !away)
		if err == nil {
			r.at = to
		}
		if !away || ctx.Err() != nil {
			break
		}
	}
	return got, err
}

// onceAt is once at one hop.
func (r *registration) onceAt(ctx context.Context, to hop, life time.Duration) (time.Duration, error) {
	tried := login{as: &r.a}
	req := r.request(to, life)
	for try := 0; try < 5; try++ {
		res, err := r.e.ask(ctx, req, to)
		if err != nil {
			return 0, err
		}
		switch {
		case res.IsSuccess():
			return r.granted(res, req, life), nil
		case res.StatusCode == 423:
			least, _ := sessionExpires(text(res, "Min-Expires"))
			if least <= life {
				return 0, errors.New("the registrar refuses the time that it asked for")
			}
			life = least
			req = r.request(to, life)
			tried = login{as: &r.a}
		case r.e.authorize(req, res, &tried):
			r.seq++
			req.CSeq().SeqNo = r.seq
		default:
			return 0, notRegistered(res)
		}
	}
	return 0, errors.New("REGISTER: the registrar asks for ever more")
}

// notRegistered is a registrar's refusal. 503 says that another one may do (RFC 3263 §4.3).
func notRegistered(res *sip.Response) error {
	err := fmt.Errorf("REGISTER: %d", res.StatusCode)
	if wait, _ := sessionExpires(text(res, "Retry-After")); wait > 0 {
		err = fmt.Errorf("REGISTER: %d: %w", res.StatusCode, retryLater(wait))
	}
	if res.StatusCode == 503 {
		return unreached{err}
	}
	return err
}

func (r *registration) request(to hop, life time.Duration) *sip.Request {
	uri := sip.Uri{Scheme: r.a.uri.Scheme, Host: r.a.uri.Host, Port: r.a.uri.Port}
	if to.network != "udp" && uri.Scheme == "sip" {
		uri.UriParams.Add("transport", to.network)
	}
	aor := sip.Uri{Scheme: r.a.uri.Scheme, User: r.a.uri.User, Host: r.a.uri.Host, Port: r.a.uri.Port}
	req := sip.NewRequest(sip.REGISTER, uri)
	r.seq++
	from := &sip.FromHeader{Address: aor}
	from.Params.Add("tag", r.tag)
	callID, hops, expires := sip.CallIDHeader(r.callID), sip.MaxForwardsHeader(70), sip.ExpiresHeader(int(life.Seconds()))
	for _, h := range []sip.Header{from, &sip.ToHeader{Address: aor}, &callID, &sip.CSeqHeader{SeqNo: r.seq, MethodName: sip.REGISTER},
		&hops, r.e.contact(to.network, to.addr.Addr(), r.a.uri.User, r.a.uri.IsEncrypted()), &expires, header("Allow", allow), header("User-Agent", agent)} {
		req.AppendHeader(h)
	}
	req.SetBody(nil)
	return req
}

// granted is how long the registrar keeps our Contact among all that it lists, or keeps all.
func (r *registration) granted(res *sip.Response, req *sip.Request, asked time.Duration) time.Duration {
	got := asked
	if n, err := strconv.Atoi(text(res, "Expires")); err == nil {
		got = time.Duration(n) * time.Second
	}
	ours := req.Contact().Address
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.User != ours.User || host(c.Address) != host(ours) || c.Address.Port != ours.Port {
			continue
		}
		if v, ok := c.Params.Get("expires"); ok {
			if n, err := strconv.Atoi(v); err == nil {
				return time.Duration(n) * time.Second
			}
		}
	}
	return got
}
