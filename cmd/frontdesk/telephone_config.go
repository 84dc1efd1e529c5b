package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/signal"
)

// sipConfig connects the regional number: a trunk, a PBX, or any telephone on this machine.
type sipConfig struct {
	Listen      []string      `env:"LISTEN" placeholder:"udp://127.0.0.1:5060" help:"Where calls come in: udp://, tcp:// or tls:// and an address, several with commas. Unset: no telephone."`
	Allow       []string      `env:"ALLOW" placeholder:"192.0.2.0/24" help:"Networks that may call: the trunk's, the PBX's. Anything else is dropped unheard, but for the addresses of names in REGISTER and TRUNK."`
	Public      []string      `env:"PUBLIC" placeholder:"203.0.113.7" help:"Address that the trunk sees, where it is not the one that is listened on; with IPv4 and IPv6 one of each, with commas."`
	Register    string        `env:"REGISTER" placeholder:"accueil@pbx.example" help:"Account at a registrar, as user@host; sips: before it for TLS. Unset: the trunk knows where we are."`
	User        string        `env:"USER" help:"Name of the account's password, where it is not its user."`
	Password    string        `env:"PASSWORD" help:"Password of the account."`
	Trunk       string        `env:"TRUNK" placeholder:"pbx.example" help:"Where counsellors' telephones are called through; the registrar when unset."`
	Certificate string        `env:"CERTIFICATE" type:"path" help:"PEM file of the certificate, for tls://."`
	Key         string        `env:"KEY" type:"path" help:"PEM file of its key."`
	Roots       string        `env:"ROOTS" type:"path" help:"PEM file of the authorities that peers are checked with; the system's when unset."`
	Ports       string        `env:"RTP_PORTS" default:"20000-20999" help:"Ports of sound, two a call (${default})."`
	MaxCalls    int           `env:"MAX_CALLS" default:"100" help:"Calls at the same time (${default})."`
	Busy        int           `env:"BUSY" default:"486" help:"What one call too many hears: 486, the busy tone, or 503, so that the trunk tries elsewhere (${default})."`
	MaxDuration time.Duration `env:"MAX_DURATION" default:"30m" help:"Longest call (${default})."`
	Drain       time.Duration `env:"DRAIN" default:"1m" help:"How long a talk with a counsellor may go on at shutdown (${default})."`
	Music       string        `env:"MUSIC" type:"path" placeholder:"attente.wav" help:"WAV file for people who wait; a soft chord when unset."`
}

// check says what is wrong, each with the name to set.
func (s *sipConfig) check(trial bool, fault func(name, format string, args ...any)) {
	if len(s.Listen) == 0 {
		if s.Register != "" || len(s.Allow) > 0 {
			fault("FRONTDESK_SIP_LISTEN", "must be set where another FRONTDESK_SIP_ setting is, such as udp://127.0.0.1:5060")
		}
		return
	}
	for _, l := range s.Listen {
		u, err := url.Parse(l)
		if err != nil || u.Scheme != "udp" && u.Scheme != "tcp" && u.Scheme != "tls" {
			fault("FRONTDESK_SIP_LISTEN", "%q is not an address, such as udp://127.0.0.1:5060", l)
			continue
		}
		at, err := netip.ParseAddrPort(u.Host)
		if err != nil {
			fault("FRONTDESK_SIP_LISTEN", "%q needs an IP address and a port, such as udp://127.0.0.1:5060", l)
		}
		if err == nil && trial && !at.Addr().IsLoopback() {
			fault("FRONTDESK_SIP_LISTEN", "%s can be reached from elsewhere, and without FRONTDESK_STAFF anybody could read conversations; set FRONTDESK_STAFF, or listen on 127.0.0.1", l)
		}
		if u.Scheme == "tls" && (s.Certificate == "" || s.Key == "") {
			fault("FRONTDESK_SIP_CERTIFICATE", "and FRONTDESK_SIP_KEY must be set where FRONTDESK_SIP_LISTEN has tls://")
		}
	}
	if len(s.Allow) == 0 && !isName(s.Trunk) && !isName(s.Register) {
		fault("FRONTDESK_SIP_ALLOW", "must say who may call, such as 127.0.0.0/8 for this machine alone; only a trunk or a registrar given by name opens its own addresses")
	}
	if s.Password != "" && s.Register == "" {
		fault("FRONTDESK_SIP_REGISTER", "must be set where FRONTDESK_SIP_PASSWORD is")
	}
	if s.Busy != 486 && s.Busy != 503 {
		fault("FRONTDESK_SIP_BUSY", "is 486 or 503, not %d", s.Busy)
	}
	if s.Drain < time.Second || s.Drain > time.Hour {
		fault("FRONTDESK_SIP_DRAIN", "%s is not between a second and an hour", s.Drain)
	}
	if _, _, err := s.ports(); err != nil {
		fault("FRONTDESK_SIP_RTP_PORTS", "%v", err)
	}
}

// isName says whether user@host, host or host:port is reached by a name.
func isName(peer string) bool {
	peer = peer[strings.LastIndex(peer, "@")+1:]
	peer, _, _ = strings.Cut(peer, ";")
	_, withPort := netip.ParseAddrPort(peer)
	_, alone := netip.ParseAddr(strings.Trim(peer, "[]"))
	return peer != "" && withPort != nil && alone != nil
}

// ports are the first and the last one of sound.
func (s *sipConfig) ports() (first, last int, err error) {
	from, to, cut := strings.Cut(s.Ports, "-")
	if first, err = strconv.Atoi(from); err == nil && cut {
		last, err = strconv.Atoi(to)
	}
	if err != nil || !cut || first < 1024 || last > 65535 || last <= first {
		return 0, 0, fmt.Errorf("%q is not a range of ports, such as 20000-20999", s.Ports)
	}
	return first, last, nil
}

// signalling is what SIP needs of the settings. targets are counsellors' telephones.
func (s *sipConfig) signalling(targets []string) (signal.Config, error) {
	c := signal.Config{Listen: s.Listen, Allow: s.Allow, Certificate: s.Certificate, Key: s.Key, Roots: s.Roots, Targets: targets,
		MaxCalls: s.MaxCalls, Busy: s.Busy, MaxDuration: s.MaxDuration}
	for _, p := range s.Public {
		addr, err := netip.ParseAddr(p)
		if err != nil {
			return c, fmt.Errorf("FRONTDESK_SIP_PUBLIC: %q is not an IP address", p)
		}
		c.Public = append(c.Public, addr)
	}
	if s.Register != "" {
		c.Register = []signal.Account{{Address: s.Register, User: s.User, Password: s.Password}}
	}
	return c, nil
}

// sound is where sound is sent and received: on the address of the first listener of each family.
func (s *sipConfig) sound() (media.Config, error) {
	var c media.Config
	for _, l := range s.Listen {
		u, err := url.Parse(l)
		if err != nil {
			return c, err
		}
		at, err := netip.ParseAddrPort(u.Host)
		if err != nil {
			return c, err
		}
		host := media.Host{Bound: at.Addr().Unmap()}
		is4 := host.Bound.Is4()
		if slices.ContainsFunc(c.Hosts, func(h media.Host) bool { return h.Bound.Is4() == is4 }) {
			continue
		}
		for _, p := range s.Public {
			if public, bad := netip.ParseAddr(p); bad == nil && public.Unmap().Is4() == is4 {
				host.Public = public
			}
		}
		c.Hosts = append(c.Hosts, host)
	}
	var err error
	c.FirstPort, c.LastPort, err = s.ports()
	return c, err
}

// music is what is heard by people who wait.
func (s *sipConfig) music() (media.Sound, error) {
	if s.Music == "" {
		return chord(), nil
	}
	f, err := os.Open(s.Music)
	if err != nil {
		return media.Sound{}, fmt.Errorf("FRONTDESK_SIP_MUSIC: %w", err)
	}
	sound, err := media.ReadWAV(f)
	return sound, errors.Join(err, f.Close())
}

// chord is four soft tones with long rests: a sign that the line lives, and no melody.
func chord() media.Sound {
	var parts []media.Sound
	for _, hertz := range []float64{261.63, 329.63, 392, 523.25} {
		parts = append(parts, media.Tone(hertz, 600*time.Millisecond), media.Pause(400*time.Millisecond))
	}
	return media.Join(append(parts, media.Pause(3*time.Second))...)
}
