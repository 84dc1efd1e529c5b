package media

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"
)

var somebody = netip.MustParseAddrPort("127.0.0.1:4000")

// lines are those of a description after the session's.
func linesOf(body []byte) string {
	_, media, _ := strings.Cut(string(body), "t=0 0\r\n")
	return strings.ReplaceAll(media, "\r\n", "\n")
}

func TestAnswers(t *testing.T) {
	video := "m=video 5000 RTP/AVP 99 100"
	for name, c := range map[string]struct{ offer, want string }{
		"A-law and events": {
			string(describe(somebody, "RTP/AVP", "8 0 101")),
			"m=audio PORT RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=ptime:20\na=sendrecv\n",
		},
		"µ-law first, no events": {
			string(describe(somebody, "RTP/AVP", "18 0 8")),
			"m=audio PORT RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendrecv\n",
		},
		"events of another number, rate beside": {
			string(describe(somebody, "RTP/AVP", "9 8 96 97", "a=rtpmap:96 telephone-event/16000", "a=rtpmap:97 TELEPHONE-EVENT/8000")),
			"m=audio PORT RTP/AVP 8 97\na=rtpmap:8 PCMA/8000\na=rtpmap:97 telephone-event/8000\na=fmtp:97 0-15\na=ptime:20\na=sendrecv\n",
		},
		"A-law under another number": {
			string(describe(somebody, "RTP/AVP", "107", "a=rtpmap:107 PCMA/8000/1")),
			"m=audio PORT RTP/AVP 107\na=rtpmap:107 PCMA/8000\na=ptime:20\na=sendrecv\n",
		},
		"hold": {
			string(describe(somebody, "RTP/AVP", "8", "a=sendonly", "a=ptime:30")),
			"m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=recvonly\n",
		},
		"nothing both ways": {
			string(describe(somebody, "RTP/AVP", "8", "a=inactive")),
			"m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=inactive\n",
		},
		"old hold": {
			string(describe(netip.MustParseAddrPort("0.0.0.0:4000"), "RTP/AVP", "8")),
			"m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=recvonly\n",
		},
		"only listens": {
			string(describe(somebody, "RTP/AVP", "8", "a=recvonly")),
			"m=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=sendonly\n",
		},
		"sound after video and before more": {
			strings.Replace(string(describe(somebody, "RTP/AVP", "8", "m=audio 4002 RTP/AVP 0")), "m=audio 4000", video+"\r\nm=audio 4000", 1),
			"m=video 0 RTP/AVP 99\nm=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=sendrecv\nm=audio 0 RTP/AVP 0\n",
		},
		"plain after encrypted, without TLS": {
			string(describe(somebody, "RTP/SAVP", "8", "a=crypto:1 "+suite80+" inline:"+strings.Repeat("A", 40), "m=audio 4002 RTP/AVP 8")),
			"m=audio 0 RTP/SAVP 8\nm=audio PORT RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=sendrecv\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := testStream(t, testRoom(t))
			answer, err := s.Answer([]byte(c.offer))
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(c.want, "PORT", fmt.Sprint(s.port))
			if got := linesOf(answer); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestOffersThatAreRefused(t *testing.T) {
	plain := string(describe(somebody, "RTP/AVP", "8"))
	for name, offer := range map[string]string{
		"nothing":             "",
		"not a description":   "hello",
		"only other codecs":   string(describe(somebody, "RTP/AVP", "18 9")),
		"8 means another":     string(describe(somebody, "RTP/AVP", "8", "a=rtpmap:8 G726-32/8000")),
		"taken for RTCP":      string(describe(somebody, "RTP/AVP", "72", "a=rtpmap:72 PCMA/8000")),
		"no sound":            strings.Replace(plain, "m=audio", "m=video", 1),
		"sound switched off":  strings.Replace(plain, "m=audio 4000", "m=audio 0", 1),
		"a name":              strings.ReplaceAll(plain, "IP4 127.0.0.1", "IP4 evil.example"),
		"everybody":           strings.ReplaceAll(plain, "IP4 127.0.0.1", "IP4 224.2.1.1"),
		"no address":          strings.Replace(plain, "c=IN IP4 127.0.0.1\r\n", "", 1),
		"another family":      string(describe(netip.MustParseAddrPort("[::1]:4000"), "RTP/AVP", "8")),
		"port too high":       strings.Replace(plain, "m=audio 4000", "m=audio 70000", 1),
		"DTLS":                strings.Replace(plain, "RTP/AVP", "UDP/TLS/RTP/SAVPF", 1),
		"key in clear":        string(describe(somebody, "RTP/SAVP", "8", "a=crypto:1 "+suite80+" inline:"+strings.Repeat("A", 40))),
		"too long":            plain + strings.Repeat("a=x\r\n", 4000),
		"too many lines":      plain + strings.Repeat("m=audio 4000 RTP/AVP 8\r\n", 8),
		"encrypted, no keys":  string(describe(somebody, "RTP/SAVP", "8")),
		"broken number of PT": strings.Replace(plain, " 8\r\n", " 8x\r\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			s := testStream(t, testRoom(t))
			if _, err := s.Answer([]byte(plain)); err != nil {
				t.Fatal(err)
			}
			before := s.agreed.send
			if answer, err := s.Answer([]byte(offer)); !errors.Is(err, ErrNotAcceptable) {
				t.Errorf("error %v, answer %s", err, answer)
			}
			if s.agreed.send != before || s.route.signaled != somebody {
				t.Error("what was refused changed the stream")
			}
		})
	}
}

func TestDescriptionsAsTheyComeAreRead(t *testing.T) {
	plain := string(describe(somebody, "RTP/AVP", "8 101"))
	swap := func(old, with string) string { return strings.Replace(plain, old, with, 1) }
	for name, offer := range map[string]string{
		"lines without CR":      strings.ReplaceAll(plain, "\r\n", "\n"),
		"no last end":           strings.TrimSuffix(plain, "\r\n"),
		"an empty line":         plain + "\r\n",
		"no subject":            swap("s=-\r\n", ""),
		"no time":               swap("t=0 0\r\n", ""),
		"attributes too early":  swap("s=-", "a=sendrecv\r\ns=-"),
		"a user of two words":   swap("o=- 7", "o=My Phone 7"),
		"address behind":        strings.Replace(swap("c=IN IP4 127.0.0.1\r\n", ""), "a=rtpmap", "c=IN IP4 127.0.0.1\r\na=rtpmap", 1),
		"two addresses":         swap("c=IN IP4 127.0.0.1", "c=IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.2"),
		"bandwidth and more":    swap("t=0 0", "b=AS:80\r\nt=0 0\r\nr=0 0\r\nk=prompt"),
		"fax beside":            plain + "m=image 4002 udptl t38\r\na=T38FaxVersion:0\r\n",
		"video beside":          plain + "m=video 4002 RTP/AVPF 99\r\nc=IN IP6 ::9\r\na=inactive\r\n",
		"a line of its own":     plain + "X=secret sauce\r\n",
		"spaces too many":       swap("RTP/AVP 8 101", "RTP/AVP  8  101 "),
		"a broken line of text": plain + "m=text\r\n",
	} {
		d, err := parse([]byte(offer), false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.address != somebody || d.events != 101 || d.direction != "sendrecv" || d.chosen != 0 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// version is the last number of o=.
func version(t *testing.T, body []byte) (session, version string) {
	t.Helper()
	for _, line := range strings.Split(string(body), "\r\n") {
		if fields := strings.Fields(line); strings.HasPrefix(line, "o=") {
			return fields[1], fields[2]
		}
	}
	t.Fatalf("no o= in %s", body)
	return "", ""
}

func TestVersionCountsChanges(t *testing.T) {
	s := testStream(t, testRoom(t))
	var first string
	for i, c := range []struct {
		lines []string
		want  string
	}{{nil, "1"}, {nil, "1"}, {[]string{"a=sendonly"}, "2"}, {[]string{"a=sendonly"}, "2"}, {nil, "3"}} {
		answer, err := s.Answer(describe(somebody, "RTP/AVP", "8", c.lines...))
		if err != nil {
			t.Fatal(err)
		}
		session, got := version(t, answer)
		if i == 0 {
			first = session
		}
		if got != c.want || session != first {
			t.Errorf("answer %d: session %s version %s, want %s and %s", i, session, got, first, c.want)
		}
	}
}

func TestLateOffer(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	wantError(t, s.Accept(p.describe("8")), ErrNotAcceptable) // nothing was offered
	offer, err := s.Offer()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("m=audio %d RTP/AVP 8 0 101\na=rtpmap:8 PCMA/8000\na=rtpmap:0 PCMU/8000\n"+
		"a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=ptime:20\na=sendrecv\n", s.port)
	if got := linesOf(offer); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	wantError(t, s.Accept(p.describe("18")), ErrNotAcceptable)
	if err := s.Accept(p.describe("0 97", "a=rtpmap:97 telephone-event/8000")); err != nil {
		t.Fatal(err)
	}
	p.to = netip.AddrPortFrom(loopback, uint16(s.port))
	p.kind = 0
	playAll(t, s, Pause(2*interval))
	p.waitHeard(1)
	if kind := p.all()[0].PayloadType; kind != 0 {
		t.Errorf("sent as %d", kind)
	}
	p.press(101, 3) // as we offered it
	p.press(97, 5)  // as the peer would like it itself
	if a, b := waitKey(t, s), waitKey(t, s); a != '3' || b != '5' {
		t.Errorf("keys %c %c", a, b)
	}

	again, err := s.Offer() // a re-INVITE without a body
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(linesOf(again), "RTP/AVP 8 0 97") {
		t.Errorf("telephone-event changed its number: %s", again)
	}
}

func TestOurDescriptionsAreRead(t *testing.T) {
	s := testStream(t, testRoom(t, func(c *Config) { c.Hosts[0].Public = netip.MustParseAddr("192.0.2.7") }))
	offer, err := s.Offer()
	if err != nil {
		t.Fatal(err)
	}
	var d sdp.SessionDescription
	if err := d.Unmarshal(offer); err != nil {
		t.Fatal(err)
	}
	if d.Origin.UnicastAddress != "192.0.2.7" || d.ConnectionInformation.Address.Address != "192.0.2.7" {
		t.Errorf("advertised %v", d.Origin)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(describe(somebody, "RTP/AVP", "8 0 101")))
	f.Add([]byte(describe(somebody, "RTP/AVP", "0 96", "a=rtpmap:96 telephone-event/8000", "a=sendonly", "a=rtcp:4011")))
	f.Add([]byte(describe(somebody, "RTP/SAVP", "8", "a=crypto:1 "+suite80+" inline:"+strings.Repeat("A", 40)+"|2^31", "a=inactive")))
	f.Add([]byte(describe(netip.MustParseAddrPort("[2001:db8::1]:4000"), "RTP/AVP", "8")))
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=video 1 RTP/AVP 3\r\nm=audio 9 RTP/AVP 0\r\n"))
	room, err := New(Config{Hosts: []Host{{Bound: netip.IPv6Unspecified(), Public: loopback6}, {Bound: loopback}}, FirstPort: 2000, LastPort: 2001})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(room.Close)
	f.Fuzz(func(t *testing.T, offer []byte) {
		s := newStream(room, room.hostFor(netip.Addr{}, offer), nil, nil, 2000) // as it is opened: it does not move
		s.AllowSecure()
		answer, err := s.Answer(offer)
		if err != nil {
			if !errors.Is(err, ErrNotAcceptable) {
				t.Fatal(err)
			}
			return
		}
		asked, err := parse(offer, true)
		if err != nil {
			t.Fatal(err)
		}
		said, err := parse(answer, true)
		if err != nil {
			t.Fatalf("our answer cannot be read: %v\n%s", err, answer)
		}
		if len(asked.lines) != len(said.lines) || asked.chosen != said.chosen {
			t.Fatalf("line %d of %d for %d of %d", said.chosen, len(said.lines), asked.chosen, len(asked.lines))
		}
		if again, err := s.Answer(offer); err != nil || string(again) != string(answer) {
			t.Fatalf("the same offer was answered otherwise: %v\n%s\n%s", err, answer, again)
		}
	})
}
