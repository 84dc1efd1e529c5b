package media

import (
	"net/netip"
	"time"
)

// route is where the peer is. Sound is sent where it says, until its first packet tells where it
// really is (symmetric RTP); from then on nobody else is listened to, nor sent to.
type route struct {
	signaled   netip.AddrPort
	remote     netip.AddrPort // where sound goes
	reports    netip.AddrPort // where RTCP goes
	said       bool           // … because the peer said so, not by the rule of one port above
	latched    bool
	former     netip.AddrPort // latched before the last change
	formerPast time.Time      // until then, packets of former are on their way, and latch nothing
}

// underway is how long packets sent before a change may still arrive.
const underway = time.Second

// signal takes the addresses of a description.
func (r *route) signal(sound, reports netip.AddrPort, now time.Time) {
	if sound != r.signaled {
		if r.latched {
			r.former, r.formerPast = r.remote, now.Add(underway)
		}
		r.signaled, r.remote, r.latched = sound, sound, false
		r.reports = oneAbove(sound)
	}
	r.said = reports.IsValid()
	if r.said {
		r.reports = reports
	}
}

func oneAbove(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), a.Port()+1) }

// admits says whether a packet of sound may come from there. It does not latch.
func (r *route) admits(from netip.AddrPort, now time.Time) bool {
	switch {
	case !r.signaled.IsValid():
		return false
	case r.latched:
		return from == r.remote
	}
	return from != r.former || now.After(r.formerPast)
}

// latch follows a source that admits let through and that proved right.
func (r *route) latch(from netip.AddrPort) {
	if r.latched {
		return
	}
	r.latched = true
	if from != r.remote {
		r.remote = from
		if !r.said {
			r.reports = oneAbove(from)
		}
	}
}
