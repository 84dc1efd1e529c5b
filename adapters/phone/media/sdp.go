package media

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// ErrNotAcceptable is wrapped by every error of a description that we cannot follow: answer 488.
var ErrNotAcceptable = errors.New("media description not acceptable")

// What a description may be at most.
const (
	maxDescription = 16 << 10
	maxLines       = 8
)

const (
	plainProfile  = "RTP/AVP"
	secureProfile = "RTP/SAVP"
	comfortNoise  = 13 // payload type of RFC 3389: never offered, always ignored
	noEvents      = -1
)

// codec is a law and the payload type it travels under.
type codec struct {
	law  Law
	kind uint8
}

// line is one m= line, kept to be refused in its place.
type line struct {
	medium, port, profile, format string
}

// description is what a peer wrote, as far as it concerns us.
type description struct {
	lines     []line
	chosen    int            // which line we talk about
	address   netip.AddrPort // where the peer listens
	reports   netip.AddrPort // where it wants RTCP; not valid when it does not say
	codecs    []codec        // those we know, in the peer's order
	events    int            // payload type of telephone-event, or noEvents
	direction string         // what the peer will do: sendrecv, sendonly, recvonly, inactive
	keys      []cipher       // offered by a=crypto, in the peer's order; none with RTP/AVP
}

// parse reads a description and chooses the first line of sound that we can follow.
func parse(body []byte, secure bool) (*description, error) {
	if len(body) > maxDescription {
		return nil, refuse("it is longer than %d bytes", maxDescription)
	}
	text, lines, kept := excerpt(string(body))
	switch {
	case len(lines) > maxLines:
		return nil, refuse("it has more than %d lines of media", maxLines)
	case len(kept) == 0:
		return nil, refuse("it has no sound that we can follow")
	}
	var s sdp.SessionDescription
	if s.UnmarshalString(text) != nil || len(s.MediaDescriptions) != len(kept) {
		return nil, refuse("it cannot be read") // the parser's error would quote it
	}
	d := &description{lines: lines}
	var reason error
	for i, m := range s.MediaDescriptions {
		if reason = d.follow(&s, m, secure); reason == nil {
			d.chosen = kept[i]
			return d, nil
		}
	}
	return nil, refuse("%v", reason)
}

// excerpt writes anew what concerns us: lines of sound with their addresses and attributes. Real
// descriptions have lines out of order, without an end, of fax or of private kinds, which a strict
// parser refuses as a whole. It also returns all lines of media, and which of them it kept.
func excerpt(body string) (text string, lines []line, kept []int) {
	var session, media strings.Builder
	into, address := &session, false
	for raw := range strings.Lines(body) {
		raw = strings.TrimSpace(raw)
		kind, value, _ := strings.Cut(raw, "=")
		switch kind {
		case "m":
			l := lineOf(value)
			if into = nil; l.sound() {
				into, address = &media, false
				kept = append(kept, len(lines))
				fmt.Fprintf(into, "m=%s\r\n", strings.Join(strings.Fields(value), " "))
			}
			lines = append(lines, l)
		case "a", "c":
			if into == nil || kind == "c" && address {
				continue
			}
			address = address || kind == "c"
			fmt.Fprintf(into, "%s\r\n", raw)
		}
	}
	return "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\n" + ordered(session.String()) + media.String(), lines, kept
}

// ordered puts the session's address before its time and its attributes behind, as RFC 8866 §9 has.
func ordered(session string) string {
	var addresses, attributes string
	for l := range strings.Lines(session) {
		if strings.HasPrefix(l, "c=") {
			addresses += l
		} else {
			attributes += l
		}
	}
	return addresses + "t=0 0\r\n" + attributes
}

// lineOf reads a line of media far enough to refuse it in its place.
func lineOf(value string) line {
	fields := strings.Fields(value)
	if n := len(fields); n < 4 {
		fields = append(fields, []string{"unknown", "0", plainProfile, "0"}[n:]...)
	}
	return line{medium: fields[0], port: fields[1], profile: fields[2], format: fields[3]}
}

// sound says that it may be one for us; a port of zero is a line that is switched off.
func (l line) sound() bool {
	return l.medium == "audio" && l.port != "0" && (l.profile == plainProfile || l.profile == secureProfile)
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotAcceptable, fmt.Sprintf(format, args...))
}

// follow takes one line of sound, or says why not.
func (d *description) follow(s *sdp.SessionDescription, m *sdp.MediaDescription, secure bool) error {
	d.readFormats(m)
	if len(d.codecs) == 0 {
		return errors.New("it has neither PCMA nor PCMU")
	}
	if err := d.readProfile(m, secure); err != nil {
		return err
	}
	if err := d.readAddress(s, m); err != nil {
		return err
	}
	d.direction = "sendrecv"
	for _, a := range slices.Concat(s.Attributes, m.Attributes) {
		switch a.Key {
		case "sendrecv", "sendonly", "recvonly", "inactive":
			d.direction = a.Key
		}
	}
	return nil
}

// readFormats finds the codecs and the telephone events of a line.
func (d *description) readFormats(m *sdp.MediaDescription) {
	d.codecs, d.events = nil, noEvents
	names := map[string]string{"0": "pcmu/8000", "8": "pcma/8000"}
	for _, a := range m.Attributes {
		if kind, name, found := strings.Cut(a.Value, " "); found && a.Key == "rtpmap" {
			names[kind] = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), "/1")
		}
	}
	for _, format := range m.MediaName.Formats {
		kind, err := strconv.ParseUint(format, 10, 7)
		if err != nil || kind >= 64 && kind < 96 { // 64 to 95 would be taken for RTCP
			continue
		}
		switch names[format] {
		case "pcma/8000":
			d.codecs = append(d.codecs, codec{ALaw, uint8(kind)})
		case "pcmu/8000":
			d.codecs = append(d.codecs, codec{MuLaw, uint8(kind)})
		case "telephone-event/8000":
			if d.events == noEvents {
				d.events = int(kind)
			}
		}
	}
}

func (d *description) readProfile(m *sdp.MediaDescription, secure bool) error {
	d.keys = nil
	switch {
	case strings.Join(m.MediaName.Protos, "/") == plainProfile:
		return nil
	case !secure:
		return errors.New("it encrypts sound, but sends the key in clear")
	}
	for _, a := range m.Attributes {
		if a.Key != "crypto" {
			continue
		}
		if key, err := parseCipher(a.Value); err == nil {
			d.keys = append(d.keys, key)
		}
	}
	if len(d.keys) == 0 {
		return errors.New("it has no a=crypto that we can use")
	}
	return nil
}

// readAddress takes numeric addresses only: we resolve no name that a stranger gives.
func (d *description) readAddress(s *sdp.SessionDescription, m *sdp.MediaDescription) error {
	c := m.ConnectionInformation
	if c == nil {
		c = s.ConnectionInformation
	}
	if c == nil || c.Address == nil {
		return errors.New("it has no c= line")
	}
	host, err := netip.ParseAddr(c.Address.Address)
	if err != nil || host.IsMulticast() || host.Zone() != "" {
		return errors.New("its address is not one of a single host")
	}
	port := m.MediaName.Port.Value
	if port < 1 || port > 65535 {
		return errors.New("its port is not one")
	}
	host = host.Unmap()
	d.address = netip.AddrPortFrom(host, uint16(port))
	d.reports = netip.AddrPort{}
	if value, found := m.Attribute("rtcp"); found {
		number, _, _ := strings.Cut(value, " ")
		if n, err := strconv.ParseUint(number, 10, 16); err == nil && n > 0 {
			d.reports = netip.AddrPortFrom(host, uint16(n))
		}
	}
	return nil
}

// holds says that the peer does not want to hear us: RFC 3264 §8.4, and 0.0.0.0 of older phones.
func (d *description) holds() bool {
	return d.direction == "sendonly" || d.direction == "inactive" || d.address.Addr().IsUnspecified()
}

// speaks says that the peer will send sound as long as the call is not held.
func (d *description) speaks() bool { return d.direction == "sendrecv" && !d.holds() }

// mirrored is our direction for that of the peer.
func (d *description) mirrored() string {
	switch {
	case d.direction == "recvonly":
		return "sendonly"
	case d.direction == "inactive":
		return "inactive"
	case d.holds():
		return "recvonly"
	}
	return "sendrecv"
}

// written is what we say of ourselves.
type written struct {
	port      int
	profile   string
	codecs    []codec
	events    int
	direction string
	key       *cipher
}

// write adds our line of sound to b.
func (w written) write(b *strings.Builder) {
	var kinds, maps strings.Builder
	for _, c := range w.codecs {
		fmt.Fprintf(&kinds, " %d", c.kind)
		fmt.Fprintf(&maps, "a=rtpmap:%d %v/8000\r\n", c.kind, c.law)
	}
	if w.events != noEvents {
		fmt.Fprintf(&kinds, " %d", w.events)
		fmt.Fprintf(&maps, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", w.events, w.events)
	}
	fmt.Fprintf(b, "m=audio %d %s%s\r\n%s", w.port, w.profile, kinds.String(), maps.String())
	if w.key != nil {
		fmt.Fprintf(b, "a=crypto:%s\r\n", w.key.attribute())
	}
	fmt.Fprintf(b, "a=ptime:20\r\na=%s\r\n", w.direction)
}
