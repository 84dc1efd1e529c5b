// Package web is the room that chat, desk and studio share: response headers, event streams, JSON
// bodies, client addresses, embedded files. It knows nothing of conversations.
package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// A Policy says how strict a handler's surroundings are.
type Policy struct {
	// Frames are the origins that may show the pages in a frame; none by default. Prefer AllowFrames
	// for the one page that is meant to be embedded.
	Frames []string
	// TLS says that browsers reach the service over HTTPS, here or at a proxy: HSTS is sent.
	TLS bool
	// Loopback refuses every Host that is not a name of this machine, so that no foreign page can
	// reach a trial run by pointing its own name at it.
	Loopback bool
}

// Secure sets the headers that every answer carries, before next may add its own. Answers are not
// stored by anybody unless next says so.
func Secure(next http.Handler, p Policy) http.Handler {
	csp := contentPolicy(p.Frames)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		if len(p.Frames) == 0 {
			h.Set("X-Frame-Options", "DENY")
		}
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if p.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if p.Loopback && !loopback(r.Host) {
			Problem(w, http.StatusMisdirectedRequest, Sentence(http.StatusMisdirectedRequest))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// AllowFrames lets the given origins, and no other, show this one answer in a frame. It is called
// before anything is written.
func AllowFrames(w http.ResponseWriter, origins []string) {
	w.Header().Set("Content-Security-Policy", contentPolicy(origins))
	if len(origins) == 0 {
		w.Header().Set("X-Frame-Options", "DENY")
		return
	}
	w.Header().Del("X-Frame-Options")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
}

func contentPolicy(frames []string) string {
	ancestors := "'none'"
	if len(frames) > 0 {
		ancestors = strings.Join(frames, " ")
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; frame-ancestors " + ancestors
}

// loopback says whether a Host header names this machine, whatever the port.
func loopback(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	if strings.EqualFold(strings.TrimSuffix(name, "."), "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.IsLoopback()
}
