package signal

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	asleep   = time.Minute     // how long a hop that gave no sign of life is the last to be tried
	askNames = 5 * time.Minute // between two looks at where the configured names lead
	staleFor = time.Hour       // how long an address may call after its name has left it
)

// names are where the configured names have led lately, and which of all hops were silent.
type names struct {
	mu     sync.RWMutex
	seen   map[string]map[netip.Addr]time.Time // by the configured names alone: what a Contact names opens nothing
	found  map[string][]hop                    // by the configured URIs without their users
	silent map[netip.AddrPort]time.Time
}

// place is a URI without its user.
func place(u sip.Uri) string {
	u.User = ""
	return u.String()
}

// named are the names among the registrars and the targets.
func (s *settings) named() []sip.Uri {
	var all []sip.Uri
	add := func(u sip.Uri) {
		if _, err := netip.ParseAddr(host(u)); err != nil && !slices.ContainsFunc(all, func(o sip.Uri) bool { return place(o) == place(u) }) {
			all = append(all, u)
		}
	}
	for _, a := range s.accounts {
		add(a.uri)
	}
	for _, u := range s.targets {
		add(u)
	}
	return all
}

func newNames(configured []sip.Uri) *names {
	n := &names{seen: map[string]map[netip.Addr]time.Time{}, found: map[string][]hop{}, silent: map[netip.AddrPort]time.Time{}}
	for _, u := range configured {
		n.seen[host(u)] = map[netip.Addr]time.Time{}
		n.found[place(u)] = nil
	}
	return n
}

// followNames keeps the addresses of the configured names up to date: a trunk calls from those of its name.
func (e *Endpoint) followNames(ctx context.Context, configured []sip.Uri) {
	if len(configured) == 0 {
		return
	}
	tick := time.NewTicker(askNames)
	defer tick.Stop()
	for {
		for _, u := range configured {
			if _, err := e.lookUp(ctx, u); err != nil && ctx.Err() == nil {
				e.Log.Warn("a SIP name leads nowhere", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// note takes what a name leads to now. What it led to before may call for a while: calls are under way.
func (n *names) note(u sip.Uri, found []hop) {
	n.mu.Lock()
	defer n.mu.Unlock()
	seen, configured := n.seen[host(u)]
	if !configured || len(found) == 0 {
		return
	}
	if _, known := n.found[place(u)]; known {
		n.found[place(u)] = slices.Clone(found)
	}
	now := time.Now()
	for _, h := range found {
		seen[h.addr.Addr()] = now
	}
	for addr, last := range seen {
		if now.Sub(last) > staleFor {
			delete(seen, addr)
		}
	}
}

// former is where a configured URI led when it was last looked up.
func (n *names) former(u sip.Uri) []hop {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.Clone(n.found[place(u)])
}

func (n *names) lead(addr netip.Addr) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for _, seen := range n.seen {
		if _, ok := seen[addr]; ok {
			return true
		}
	}
	return false
}

// heard notes whether a hop gave a sign of life.
func (n *names) heard(h hop, life bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if life {
		delete(n.silent, h.addr)
		return
	}
	n.silent[h.addr] = time.Now().Add(asleep)
}

// sort puts hops in the order of ways.
func (n *names) sort(hops []hop, former hop) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	now := time.Now()
	rank := func(h hop) (bad int) {
		if now.Before(n.silent[h.addr]) {
			bad = 2
		}
		if h != former {
			bad++
		}
		return bad
	}
	slices.SortStableFunc(hops, func(a, b hop) int {
		sleeps := cmp.Compare(rank(a)/2, rank(b)/2)
		return cmp.Or(sleeps, cmp.Compare(a.priority, b.priority), cmp.Compare(rank(a), rank(b)))
	})
}
