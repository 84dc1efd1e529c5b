package signal

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// An address is one of Config.Listen.
type address struct {
	network string // udp, tcp, tls
	local   netip.AddrPort
	public  netip.Addr
}

// settings are a Config that was understood.
type settings struct {
	Config
	listen   []address
	allow    []netip.Prefix
	targets  map[string]sip.Uri // by their text
	accounts []account
}

type account struct {
	Account
	uri sip.Uri // sip:user@registrar
}

// read understands the configuration, or says in one sentence what is wrong with it.
func (c Config) read() (settings, error) {
	s := settings{Config: c.withDefaults(), targets: map[string]sip.Uri{}}
	if s.Serve == nil || s.Media == nil {
		return s, errors.New("signal: Serve and Media are missing")
	}
	if s.Busy != 486 && s.Busy != 503 {
		return s, fmt.Errorf("signal: what a call too many hears is 486 or 503, not %d", s.Busy)
	}
	for _, step := range []func() error{s.readAllow, s.readListen, s.readTargets, s.readAccounts, s.hearsSomebody} {
		if err := step(); err != nil {
			return s, fmt.Errorf("signal: %w", err)
		}
	}
	return s, nil
}

func (s *settings) readAllow() error {
	for _, text := range s.Allow {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				return fmt.Errorf("%q is not a network such as 192.0.2.0/24", text)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		s.allow = append(s.allow, prefix.Masked())
	}
	return nil
}

func (s *settings) readListen() error {
	if len(s.Listen) == 0 {
		return errors.New("there is no address to listen on, such as udp://127.0.0.1:5060")
	}
	for _, text := range s.Listen {
		u, err := url.Parse(text)
		if err != nil {
			return fmt.Errorf("%q is not an address such as udp://127.0.0.1:5060", text)
		}
		local, err := netip.ParseAddrPort(u.Host)
		known := u.Scheme == "udp" || u.Scheme == "tcp" || u.Scheme == "tls"
		if err != nil || !known || strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("%q is not an address such as udp://127.0.0.1:5060, tcp://… or tls://…", text)
		}
		a := address{network: u.Scheme, local: local, public: local.Addr()}
		for _, p := range s.Public {
			if p.Is4() == local.Addr().Is4() {
				a.public = p
			}
		}
		if a.public.IsUnspecified() {
			return fmt.Errorf("%s listens on all addresses; give the public one, which peers must be told", text)
		}
		if a.network == "tls" && (s.Certificate == "" || s.Key == "") {
			return fmt.Errorf("%s needs the files of a certificate and of its key", text)
		}
		s.listen = append(s.listen, a)
	}
	return nil
}

func (s *settings) readTargets() error {
	for _, text := range s.Targets {
		var uri sip.Uri
		if err := sip.ParseUri(text, &uri); err != nil || uri.Host == "" || uri.Password != "" {
			return fmt.Errorf("%q is not a target such as sip:+33299000000@trunk.example", text)
		}
		if emergency(uri.User, s.Country) {
			return fmt.Errorf("%q is an emergency or help line, which is never dialled", text)
		}
		s.targets[text] = uri
	}
	return nil
}

func (s *settings) readAccounts() error {
	for _, a := range s.Register {
		text := a.Address
		if !strings.HasPrefix(text, "sip:") && !strings.HasPrefix(text, "sips:") {
			text = "sip:" + text
		}
		var uri sip.Uri
		if err := sip.ParseUri(text, &uri); err != nil || uri.User == "" || uri.Host == "" || uri.Password != "" {
			return errors.New("an account is not of the form user@registrar")
		}
		if addr, err := netip.ParseAddr(host(uri)); err == nil && !s.allows(addr) {
			return errors.New("a registrar is not in the networks that may call, so its answers would be dropped")
		}
		a.User = or(a.User, uri.User)
		a.Expires = or(a.Expires, defaultExpires)
		s.accounts = append(s.accounts, account{Account: a, uri: uri})
	}
	return nil
}

// hearsSomebody says that a call can come: from a network, or from where a name leads.
func (s *settings) hearsSomebody() error {
	if len(s.allow) == 0 && len(s.named()) == 0 {
		return errors.New("the list of networks that may call is empty; give at least the trunk's, such as 192.0.2.0/24")
	}
	return nil
}

// allows says whether an address is in the networks that may call.
func (s *settings) allows(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, p := range s.allow {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// host is a URI's host without the brackets of IPv6.
func host(u sip.Uri) string { return strings.Trim(u.Host, "[]") }
