package signal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	hopWait  = 4 * time.Second // for a sign of life of a hop, as long as there is another
	lookWait = 5 * time.Second // for the name servers
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

// lookUp finds all that a URI names: its address, or what the name servers say. While these are away, a
// configured name leads where it led.
func (e *Endpoint) lookUp(ctx context.Context, u sip.Uri) ([]hop, error) {
	if addr, err := netip.ParseAddr(host(u)); err == nil {
		h := hop{network: networkOf(u), name: host(u)}
		h.addr = netip.AddrPortFrom(addr.Unmap(), uint16(or(u.Port, sip.DefaultPort(h.network))))
		return []hop{h}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookWait)
	defer cancel()
	former := e.names.former(u)
	found, err := e.resolve(ctx, u, len(former) > 0)
	switch {
	case err == nil:
		e.names.note(u, found)
		return found, nil
	case len(former) > 0:
		return former, nil
	}
	return nil, fmt.Errorf("look up the host: %w", err)
}

// resolve asks for SRV records when no port is given, and for a name's addresses when it has none. NAPTR records
// are not asked for. strict: who cannot say whether there are SRV records has not said that there are none.
func (e *Endpoint) resolve(ctx context.Context, u sip.Uri, strict bool) ([]hop, error) {
	if u.Port == 0 {
		found, listed, err := e.services(ctx, u)
		if listed {
			return found, nil
		}
		if err != nil && strict {
			return nil, err
		}
	}
	network := networkOf(u)
	return e.addresses(ctx, hop{network: network, name: host(u)}, host(u), uint16(or(u.Port, sip.DefaultPort(network))))
}

// services are the hops of a name's SRV records, by priority and weight: by UDP if there are any, else by TCP,
// else by TLS, where the URI leaves that open. listed: there are records, though all may say that there is none.
// err: some may not have been found.
func (e *Endpoint) services(ctx context.Context, u sip.Uri) (found []hop, listed bool, err error) {
	for _, network := range e.networks(u) {
		service, proto := "sip", network
		if network == "tls" {
			service, proto = "sips", "tcp"
		}
		_, records, wrong := e.Resolver.LookupSRV(ctx, service, proto, host(u))
		var unknown *net.DNSError
		if wrong != nil && !(errors.As(wrong, &unknown) && unknown.IsNotFound) {
			err = wrong
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
			return found, true, nil
		}
	}
	return nil, listed, err
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
