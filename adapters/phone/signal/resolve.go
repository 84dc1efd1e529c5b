package signal

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	hopWait  = 4 * time.Second // for a sign of life of a hop, as long as there is another
	asleep   = time.Minute     // how long a hop that gave none is the last to be tried
	askNames = 5 * time.Minute // between two looks at where the configured names lead
	staleFor = time.Hour       // how long an address may call after its name has left it
)

// A hop is where a message goes next.
type hop struct {
	network  string
	addr     netip.AddrPort
	name     string // the host's name, which its certificate must have
	priority uint16 // of its SRV record, the smallest first
}

// unreached says of an error that nobody was heard, so that another hop may be.
type unreached struct{ error }

func (u unreached) Unwrap() error { return u.error }

// next is the first of ways.
func (e *Endpoint) next(ctx context.Context, u sip.Uri) (hop, error) {
	all, err := e.ways(ctx, u, hop{})
	if err != nil {
		return hop{}, err
	}
	return all[0], nil
}

// ways are where a URI is reached, in the order to try: as RFC 3263 finds them, but those that were silent a
// moment ago last, and of equals the former one first. Only an allowed address is one.
func (e *Endpoint) ways(ctx context.Context, u sip.Uri, former hop) ([]hop, error) {
	found, err := e.lookUp(ctx, u)
	if err != nil {
		return nil, err
	}
	var usable []hop
	err = ErrTarget
	for _, h := range found {
		if wrong := e.allowed(h); wrong != nil {
			err = wrong
			continue
		}
		usable = append(usable, h)
	}
	if len(usable) == 0 {
		return nil, err
	}
	e.names.sort(usable, former)
	return usable, nil
}

func (e *Endpoint) allowed(h hop) error {
	if !e.allows(h.addr.Addr()) {
		return fmt.Errorf("%w: its address is not in the networks that may call", ErrTarget)
	}
	if _, ok := e.socketFor(h.network, h.addr.Addr()); !ok {
		return fmt.Errorf("%w: nothing listens on %s in its family of addresses", ErrTarget, h.network)
	}
	return nil
}

// allows says whether an address may call and be called: by the configured networks, or because a configured
// name leads there.
func (e *Endpoint) allows(addr netip.Addr) bool {
	return e.settings.allows(addr) || e.names.lead(addr.Unmap().WithZone(""))
}

// lookUp finds all that a URI names: its address, its SRV records when neither an address nor a port is given,
// or its name's addresses. NAPTR records are not asked for.
func (e *Endpoint) lookUp(ctx context.Context, u sip.Uri) ([]hop, error) {
	h := hop{network: networkOf(u), name: host(u)}
	port := uint16(or(u.Port, sip.DefaultPort(h.network)))
	if addr, err := netip.ParseAddr(h.name); err == nil {
		h.addr = netip.AddrPortFrom(addr.Unmap(), port)
		return []hop{h}, nil
	}
	if u.Port == 0 {
		if found, listed := e.services(ctx, u); listed {
			e.names.note(h.name, found)
			return found, nil
		}
	}
	found, err := e.addresses(ctx, h, h.name, port)
	if err != nil {
		return nil, fmt.Errorf("look up the host: %w", err)
	}
	e.names.note(h.name, found)
	return found, nil
}

// services are the hops of a name's SRV records, by priority and weight: by UDP if there are any, else by TCP,
// else by TLS, where the URI leaves that open. listed: there are records, though all may say that there is none.
func (e *Endpoint) services(ctx context.Context, u sip.Uri) (found []hop, listed bool) {
	for _, network := range e.networks(u) {
		service, proto := "sip", network
		if network == "tls" {
			service, proto = "sips", "tcp"
		}
		_, records, err := e.Resolver.LookupSRV(ctx, service, proto, host(u))
		if err != nil {
			continue // most names have none
		}
		listed = listed || len(records) > 0
		for _, r := range records {
			if r.Target == "." { // RFC 2782: decidedly not
				continue
			}
			// A target without an address leaves the others.
			hops, _ := e.addresses(ctx, hop{network: network, name: host(u), priority: r.Priority}, r.Target, r.Port)
			found = append(found, hops...)
		}
		if len(found) > 0 {
			return found, true
		}
	}
	return nil, listed
}

// networks are those that a name's SRV records are asked for, of those that we have.
func (e *Endpoint) networks(u sip.Uri) []string {
	wanted := []string{networkOf(u)}
	if u.Scheme == "sip" && !u.UriParams.Has("transport") {
		wanted = []string{"udp", "tcp", "tls"}
	}
	return slices.DeleteFunc(wanted, func(network string) bool {
		return !slices.ContainsFunc(e.sockets, func(s socket) bool { return s.network == network })
	})
}

// addresses are a hop at each address of a host.
func (e *Endpoint) addresses(ctx context.Context, h hop, name string, port uint16) ([]hop, error) {
	addrs, err := e.Resolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil, err
	}
	hops := make([]hop, 0, len(addrs))
	for _, addr := range addrs {
		h.addr = netip.AddrPortFrom(addr.Unmap(), port)
		hops = append(hops, h)
	}
	return hops, nil
}

func networkOf(u sip.Uri) string {
	if u.Scheme == "sips" {
		return "tls"
	}
	if t, ok := u.UriParams.Get("transport"); ok {
		return strings.ToLower(t)
	}
	return "udp"
}

// names are where the configured names have led lately, and which of all hops were silent.
type names struct {
	mu     sync.RWMutex
	seen   map[string]map[netip.Addr]time.Time // by the configured names alone: what a Contact names opens nothing
	silent map[netip.AddrPort]time.Time
}

// named are the names among the registrars and the targets.
func (s *settings) named() []sip.Uri {
	var all []sip.Uri
	add := func(u sip.Uri) {
		u.User = ""
		if _, err := netip.ParseAddr(host(u)); err != nil && !slices.ContainsFunc(all, func(o sip.Uri) bool { return o.String() == u.String() }) {
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
	n := &names{seen: map[string]map[netip.Addr]time.Time{}, silent: map[netip.AddrPort]time.Time{}}
	for _, u := range configured {
		n.seen[host(u)] = map[netip.Addr]time.Time{}
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
func (n *names) note(name string, found []hop) {
	n.mu.Lock()
	defer n.mu.Unlock()
	seen, configured := n.seen[name]
	if !configured || len(found) == 0 {
		return
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
