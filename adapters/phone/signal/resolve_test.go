package signal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"
	"golang.org/x/net/dns/dnsmessage"

	"frontdesk/adapters/phone/peers"
)

// A zone is what a name server of the tests knows: names to addresses, and services to their records.
type zone struct {
	mu      sync.Mutex
	addrs   map[string][]string
	records map[string][]dnsmessage.SRVResource
	asked   []string
	away    bool // it answers nothing that helps
}

// serve answers on this machine until the test ends, and returns who asks there.
func (z *zone) serve(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var q dnsmessage.Message
			if q.Unpack(buf[:n]) != nil || len(q.Questions) != 1 {
				continue
			}
			answer := z.answer(q)
			if packed, err := answer.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (z *zone) answer(q dnsmessage.Message) dnsmessage.Message {
	z.mu.Lock()
	defer z.mu.Unlock()
	what := q.Questions[0]
	name := strings.TrimSuffix(what.Name.String(), ".")
	z.asked = append(z.asked, name)
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID, Response: true, Authoritative: true, RecursionAvailable: true}, Questions: q.Questions}
	head := dnsmessage.ResourceHeader{Name: what.Name, Type: what.Type, Class: dnsmessage.ClassINET, TTL: 1}
	for _, text := range z.addrs[name] {
		addr := netip.MustParseAddr(text)
		switch {
		case what.Type == dnsmessage.TypeA && addr.Is4():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}})
		case what.Type == dnsmessage.TypeAAAA && addr.Is6():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
		}
	}
	if what.Type == dnsmessage.TypeSRV {
		for _, r := range z.records[name] {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &r})
		}
	}
	if z.away {
		m.Answers, m.RCode = nil, dnsmessage.RCodeServerFailure
		return m
	}
	if z.addrs[name] == nil && z.records[name] == nil {
		m.RCode = dnsmessage.RCodeNameError
	}
	return m
}

func (z *zone) times(name string) (n int) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, asked := range z.asked {
		if asked == name {
			n++
		}
	}
	return n
}

func srv(priority, weight uint16, target string, port int) dnsmessage.SRVResource {
	return dnsmessage.SRVResource{Priority: priority, Weight: weight, Target: dnsmessage.MustNewName(target + "."), Port: uint16(port)}
}

// mute is a port that takes everything and says nothing, and how many requests came to it.
func mute(t *testing.T) (port int, heard func() int) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var mu sync.Mutex
	n := 0
	go func() {
		buf := make([]byte, 65536)
		for {
			if _, _, err := conn.ReadFrom(buf); err != nil {
				return
			}
			mu.Lock()
			n++
			mu.Unlock()
		}
	}()
	return conn.LocalAddr().(*net.UDPAddr).Port, func() int { mu.Lock(); defer mu.Unlock(); return n }
}

// TestNamesAreFound finds what RFC 3263 finds, in its order.
func TestNamesAreFound(t *testing.T) {
	z := &zone{addrs: map[string][]string{
		"plain.test": {"127.0.0.2", "::1"}, "a.test": {"127.0.0.3"}, "b.test": {"127.0.0.4"}, "c.test": {"127.0.0.5"}, "six.test": {"::1"},
		"weighed.test": {"127.0.0.9"}, "closed.test": {"127.0.0.9"}, "elsewhere.test": {"192.0.2.1"},
	}, records: map[string][]dnsmessage.SRVResource{
		"_sip._udp.weighed.test": {srv(20, 0, "c.test", 5080), srv(10, 65535, "a.test", 5060), srv(10, 0, "b.test", 5070)},
		"_sip._tcp.weighed.test": {srv(10, 0, "c.test", 5090)},
		"_sip._tcp.stream.test":  {srv(10, 0, "a.test", 5060)},
		"_sips._tcp.sealed.test": {srv(10, 0, "a.test", 5061)},
		"_sip._udp.closed.test":  {srv(0, 0, "", 0)},
		"_sip._udp.half.test":    {srv(10, 0, "nowhere.test", 5060), srv(20, 0, "b.test", 5060)},
	}}
	cert, key := peers.Certificate(t)
	d := open(t, Config{Listen: []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "tls://127.0.0.1:0"}, Certificate: cert, Key: key,
		Allow: []string{"127.0.0.0/8"}, Resolver: z.serve(t)}, stand)
	for uri, want := range map[string]string{
		"sip:weighed.test":               "udp 127.0.0.3:5060, udp 127.0.0.4:5070, udp 127.0.0.5:5080",
		"sip:weighed.test;transport=tcp": "tcp 127.0.0.5:5090",
		"sip:weighed.test:5099":          "udp 127.0.0.9:5099",
		"sip:stream.test":                "tcp 127.0.0.3:5060",
		"sip:sealed.test":                "tls 127.0.0.3:5061",
		"sips:sealed.test":               "tls 127.0.0.3:5061",
		"sip:plain.test":                 "udp 127.0.0.2:5060",
		"sips:plain.test":                "tls 127.0.0.2:5061",
		"sip:half.test":                  "udp 127.0.0.4:5060",
		"sip:127.0.0.7":                  "udp 127.0.0.7:5060",
		"sip:closed.test":                ErrTarget.Error(),
		"sip:six.test":                   ErrTarget.Error() + ": nothing listens on udp in its family of addresses",
		"sip:elsewhere.test":             ErrTarget.Error() + ": its address is not in the networks that may call",
	} {
		var u sip.Uri
		if err := sip.ParseUri(uri, &u); err != nil {
			t.Fatal(err)
		}
		if uri == "sip:six.test" {
			d.settings.allow = append(d.settings.allow, netip.MustParsePrefix("::1/128"))
		}
		var said []string
		ways, err := d.ways(t.Context(), u, hop{})
		for _, h := range ways {
			said = append(said, h.network+" "+h.addr.String())
		}
		got := strings.Join(said, ", ")
		if err != nil {
			got = err.Error()
		}
		// Weights are chances: the one of 0 may come first, once in 65,536 times.
		if got != want && got != "udp 127.0.0.4:5070, udp 127.0.0.3:5060, udp 127.0.0.5:5080" {
			t.Errorf("%s leads to %s, want %s", uri, got, want)
		}
	}
	if n := z.times("_sip._tcp.weighed.test"); n != 1 {
		t.Errorf("a port or records by UDP leave TCP to be asked for %d times", n)
	}
}

// TestNamesOutliveTheirServers leads a configured name where it led while the name servers are away, and no other.
func TestNamesOutliveTheirServers(t *testing.T) {
	z := &zone{addrs: map[string][]string{"trunk.test": {"127.0.0.8"}, "other.test": {"127.0.0.8"}, "one.test": {"127.0.0.1"}},
		records: map[string][]dnsmessage.SRVResource{"_sip._udp.trunk.test": {srv(10, 0, "one.test", 5070)}}}
	d := open(t, Config{Targets: []string{"sip:+33299000000@trunk.test"}, Resolver: z.serve(t)}, stand)
	configured, other := sip.Uri{Scheme: "sip", User: "+33299000000", Host: "trunk.test"}, sip.Uri{Scheme: "sip", Host: "other.test"}
	for range 2 {
		ways, err := d.ways(t.Context(), configured, hop{})
		if err != nil || len(ways) != 1 || ways[0].addr.String() != "127.0.0.1:5070" {
			t.Errorf("away %v: the trunk is at %v, %v", z.away, ways, err)
		}
		if _, err := d.ways(t.Context(), other, hop{}); (err != nil) != z.away {
			t.Errorf("away %v: another name: %v", z.away, err)
		}
		z.mu.Lock()
		z.away = true
		z.mu.Unlock()
	}
}

// TestSilentHopsComeLast puts a hop that said nothing behind the others for a minute, and of equals the former
// one first.
func TestSilentHopsComeLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := func(text string, priority uint16) hop {
			return hop{network: "udp", addr: netip.MustParseAddrPort(text), priority: priority}
		}
		a, b, c := at("127.0.0.3:5060", 10), at("127.0.0.4:5060", 10), at("127.0.0.5:5060", 20)
		n := newNames(nil)
		expect := func(why string, former hop, want ...hop) {
			t.Helper()
			got := []hop{a, b, c}
			n.sort(got, former)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v", why, got)
			}
		}
		expect("as they were found", hop{}, a, b, c)
		expect("the former one of equals", b, b, a, c)
		expect("not of unequals", c, a, b, c)
		n.heard(a, false)
		expect("a is silent", a, b, c, a)
		n.heard(b, false)
		expect("b too", hop{}, c, a, b)
		n.heard(b, true)
		expect("b speaks", hop{}, b, c, a)
		time.Sleep(time.Minute + time.Second)
		expect("a minute later", hop{}, a, b, c)
	})
}

// TestNamesOpenTheDoor lets the addresses of configured names in, and those of no other; an address that a name
// has left goes an hour later.
func TestNamesOpenTheDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := netip.MustParseAddrPort("192.0.2.1:5060"), netip.MustParseAddrPort("192.0.2.2:5060")
		trunk := sip.Uri{Scheme: "sip", User: "accueil", Host: "trunk.test"}
		n := newNames([]sip.Uri{trunk})
		expect := func(why string, old, now bool) {
			t.Helper()
			if n.lead(first.Addr()) != old || n.lead(second.Addr()) != now {
				t.Errorf("%s: %v", why, n.seen)
			}
		}
		n.note(sip.Uri{Scheme: "sip", Host: "else.test"}, []hop{{addr: first}})
		expect("another name", false, false)
		n.note(trunk, []hop{{addr: first}})
		expect("the first address", true, false)
		time.Sleep(2 * time.Hour)
		n.note(trunk, nil)
		expect("nobody could be asked", true, false)
		n.note(trunk, []hop{{addr: first}, {addr: second}})
		expect("both", true, true)
		time.Sleep(30 * time.Minute)
		n.note(trunk, []hop{{addr: second}})
		expect("moved half an hour ago", true, true)
		time.Sleep(time.Hour)
		n.note(trunk, []hop{{addr: second}})
		expect("moved long ago", false, true)
	})
}

// TestRegisteredByName registers at a proxy that is a domain, whose first host is silent, hears its calls though
// no network is listed, and withdraws where it registered.
func TestRegisteredByName(t *testing.T) {
	for _, network := range []string{"udp", "tcp", "tls"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			p := peers.Kamailio(t, "trunk.test")
			dead, heard := mute(t) // over TCP nothing listens there
			service, port, address := "_sip._"+network, p.Port, "accueil@trunk.test"
			if network == "tls" {
				service, port, address = "_sips._tcp", p.TLS, "sips:accueil@trunk.test"
			}
			z := &zone{addrs: map[string][]string{"one.test": {"127.0.0.1"}, "two.test": {"127.0.0.1"}}, records: map[string][]dnsmessage.SRVResource{
				service + ".trunk.test": {srv(10, 0, "one.test", dead), srv(20, 0, "two.test", port)},
			}}
			d := open(t, Config{
				Listen:      []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "tls://127.0.0.1:0"},
				Certificate: p.Certificate, Key: p.Key, Roots: p.Certificate, Allow: []string{}, Resolver: z.serve(t),
				Register: []Account{{Address: address, Password: "s3cret", Expires: 2 * time.Second}},
			}, stand)
			d.eventually("registered", func() bool { return d.Registered()[0].OK })
			first, tried := d.Registered()[0].Until, heard()
			if (tried > 0) != (network == "udp") {
				t.Errorf("the first host heard %d requests", tried)
			}
			d.eventually("registered again", func() bool { return d.Registered()[0].Until.After(first.Add(2 * time.Second)) })
			if again := heard(); again != tried {
				t.Errorf("a silent host is asked again at once: %d requests, then %d", tried, again)
			}
			peers.Sipp(t, "answered", fmt.Sprintf("127.0.0.1:%d", p.Port))
			d.ended(PeerHungUp, "answer sendrecv")
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			d.Drain(ctx)
			d.eventually("withdrawn", func() bool { return strings.Contains(p.Said.String(), "REGISTER for 0 seconds") })
		})
	}
}

// TestCertificateIsTheNamesOwn refuses a certificate of the host that DNS names, where it is not that of the
// domain.
func TestCertificateIsTheNamesOwn(t *testing.T) {
	p := peers.Kamailio(t, "two.test")
	z := &zone{addrs: map[string][]string{"two.test": {"127.0.0.1"}}, records: map[string][]dnsmessage.SRVResource{
		"_sips._tcp.trunk.test": {srv(20, 0, "two.test", p.TLS)},
	}}
	d := open(t, Config{Listen: []string{"tls://127.0.0.1:0"}, Certificate: p.Certificate, Key: p.Key, Roots: p.Certificate, Resolver: z.serve(t),
		Register: []Account{{Address: "sips:accueil@trunk.test", Password: "s3cret"}}}, stand)
	d.eventually("refused", func() bool { return d.Registered()[0].Err != nil })
	if err := d.Registered()[0].Err; !strings.Contains(err.Error(), "not trunk.test") {
		t.Errorf("the registration fails by %v", err)
	}
}

// TestDialByService calls the next of a domain's hosts when one says nothing, refuses the connection or has no
// room, with sound towards the one that answers; a host that answers busy is the last word.
func TestDialByService(t *testing.T) {
	for name, network := range map[string]string{"silent": "udp", "no connection": "tcp", "overloaded": "udp", "engaged": "udp"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dead, heard := mute(t)
			before := make(chan string, 1)
			before <- ""
			if name == "overloaded" || name == "engaged" {
				var first string
				first, before = callee(t, name, network)
				_, _ = fmt.Sscanf(first, "sip:+33299000000@127.0.0.1:%d", &dead)
			}
			last, played := "", make(chan string, 1)
			played <- ""
			port, err := dead, error(ErrBusy)
			if name != "engaged" {
				last, played = callee(t, "callee", network)
				_, _ = fmt.Sscanf(last, "sip:+33299000000@127.0.0.1:%d", &port)
				err = nil
			}
			z := &zone{addrs: map[string][]string{"one.test": {"127.0.0.1"}}, records: map[string][]dnsmessage.SRVResource{
				"_sip._" + network + ".trunk.test": {srv(10, 0, "one.test", dead), srv(20, 0, "one.test", port)},
			}}
			if name == "engaged" {
				z.records["_sip._udp.trunk.test"] = append(z.records["_sip._udp.trunk.test"], srv(30, 0, "one.test", 9))
			}
			target := "sip:+33299000000@trunk.test"
			d := open(t, Config{Targets: []string{target}, Allow: []string{}, Resolver: z.serve(t)}, stand)
			var made []*sound
			c, got := d.Dial(context.Background(), target, func(*Call) (Media, error) {
				made = append(made, &sound{})
				return made[len(made)-1], nil
			}, DialOptions{})
			if !errors.Is(got, err) || (got == nil) != (err == nil) {
				t.Fatalf("Dial says %v", got)
			}
			if c != nil {
				select {
				case <-c.Gone():
				case <-time.After(10 * time.Second):
					t.Error("the call does not end")
				}
				if len(made) != 2 || made[1].said() != "offer, accept" || c.Media() != Media(made[1]) {
					t.Fatalf("%d sounds were made", len(made))
				}
				for _, s := range made {
					d.eventually("each sound is closed once", func() bool {
						s.mu.Lock()
						defer s.mu.Unlock()
						return s.closed == 1
					})
				}
			}
			if name == "silent" && heard() == 0 {
				t.Error("the first host was not called")
			}
			for _, said := range []string{<-before, <-played} {
				if said != "" {
					t.Error(said)
				}
			}
		})
	}
}
