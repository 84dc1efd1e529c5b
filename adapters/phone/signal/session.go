package signal

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A session is what RFC 4028 agreed on: the call is over unless it is refreshed within the interval.
type session struct {
	interval time.Duration // zero: no timer
	ours     bool          // we refresh
	require  bool          // the peer understands timers
}

// requested reads the timer that a request asks for, in which the peer is the client. tooSmall asks for a
// 422, which only a peer that knows timers understands (RFC 4028 §9).
func requested(expires, supported string, least time.Duration) (s session, tooSmall bool) {
	seconds, refresher := sessionExpires(expires)
	if seconds == 0 {
		return session{}, false
	}
	s = session{interval: seconds, require: hasToken(supported, "timer")}
	if seconds < least && s.require {
		return session{}, true
	}
	// Who does not know timers cannot refresh: a proxy asked for this one (table 2).
	s.ours = refresher == "uas" || !s.require
	return s, false
}

// granted reads the timer of a 2xx, in which we are the client.
func granted(expires string) session {
	seconds, refresher := sessionExpires(expires)
	return session{interval: seconds, ours: seconds > 0 && refresher != "uas", require: seconds > 0}
}

// sessionExpires reads "1800;refresher=uac".
func sessionExpires(value string) (interval time.Duration, refresher string) {
	number, params, _ := strings.Cut(value, ";")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n <= 0 || n > 7*24*3600 {
		return 0, ""
	}
	for p := range strings.SplitSeq(params, ";") {
		if name, v, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(name, "refresher") {
			refresher = strings.ToLower(strings.TrimSpace(v))
		}
	}
	return time.Duration(n) * time.Second, refresher
}

// header is the Session-Expires of our 2xx.
func (s session) header() string {
	who := "uac"
	if s.ours {
		who = "uas"
	}
	return fmt.Sprintf("%d;refresher=%s", int(s.interval.Seconds()), who)
}

// wake is when something is to be done: half the interval to refresh it, or its end.
func (s session) wake() time.Duration {
	if s.ours {
		return s.interval / 2
	}
	return s.lasts()
}

// lasts is how long a session goes on that is not refreshed: to its end with the margin of RFC 4028 §10 for a BYE.
func (s session) lasts() time.Duration {
	return s.interval - min(32*time.Second, s.interval/3)
}

// hasToken finds an option in a comma-separated list.
func hasToken(header, token string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if strings.EqualFold(strings.TrimSpace(part), token) {
			return true
		}
	}
	return false
}
