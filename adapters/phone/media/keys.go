package media

import (
	"log/slog"
	"strings"
	"time"
)

// Key is one of 0 to 9, *, # and A to D. What a person pressed may be personal: it prints as a dot,
// and only Rune says which one it was.
type Key byte

// Rune is the key itself.
func (k Key) Rune() rune { return rune(k) }

// String hides the key.
func (Key) String() string { return "•" }

// LogValue hides the key.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// keyNames are the events of RFC 4733 §3.2 in order.
const keyNames = "0123456789*#ABCD"

// KeyOf is the key that a letter names, as SIP INFO does.
func KeyOf(letter rune) (Key, bool) {
	if letter >= 'a' && letter <= 'd' {
		letter += 'A' - 'a'
	}
	if letter <= 0 || !strings.ContainsRune(keyNames, letter) {
		return 0, false
	}
	return Key(letter), true
}

const maxWaitingKeys = 32

// events turns packets of RFC 4733 into keys: one for each (timestamp, event), at the first packet
// seen, so that a sound stops at once and any one packet of ten is enough.
type events struct {
	begun  bool
	source uint32
	clock  uint32
	lasted uint16 // as far as it was told
	event  byte
	ended  bool
}

// longest is the longest duration a packet can tell; a longer press goes on in another segment
// (RFC 4733 §2.5.1.3) whose timestamp follows.
const longest = 0xffff

// copies is how late a copy of a packet may come. What lies further back is a source whose time has begun again.
const copies = 2 * rate

// read takes a packet. Keys may come from a source of their own beside that of the sound.
func (e *events) read(source, clock uint32, payload []byte) (Key, bool) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) {
		return 0, false
	}
	event, lasted, ended := payload[0], uint16(payload[2])<<8|uint16(payload[3]), payload[1]&0x80 != 0
	switch distance := clock - e.clock; {
	case !e.begun, source != e.source:
	case int32(distance) < 0 && int32(distance) > -copies: // a late copy of an older press
		return 0, false
	case event == e.event && int32(distance) < 0 && int32(distance) > -copies-longest: // … or of the segment before
		return 0, false
	case distance == 0 && event == e.event: // an update, the end, or a copy of it
		e.lasted, e.ended = max(e.lasted, lasted), e.ended || ended
		return 0, false
	case event == e.event && !e.ended && e.goesOn(distance): // the next segment
		e.clock, e.lasted, e.ended = clock, lasted, ended
		return 0, false
	}
	*e = events{begun: true, source: source, clock: clock, event: event, lasted: lasted, ended: ended}
	return Key(keyNames[event]), true
}

// goesOn says whether a press that has not ended goes on at a distance from its beginning: where its segment ends,
// or, should that have been lost, about where one must end at the latest.
func (e *events) goesOn(distance uint32) bool {
	return distance == uint32(e.lasted) || distance > longest-rate/2 && distance <= longest
}

// method is how a key came.
type method uint8

const (
	byEvent method = iota // RFC 4733
	byInfo                // SIP INFO
	byTone                // in band
)

// samePress is how far apart two signs of one press may be.
const samePress = 500 * time.Millisecond

// keypad makes one key of the signs that came for it by different ways.
type keypad struct {
	events bool // RFC 4733 was used: INFO is ignored from then on
	recent []sign
}

type sign struct {
	key Key
	by  method
	at  time.Time
}

// press says whether a sign is a press of its own. A sign that is not uses up the one it repeats.
func (k *keypad) press(key Key, by method, now time.Time) bool {
	for len(k.recent) > 0 && now.Sub(k.recent[0].at) >= samePress {
		k.recent = k.recent[1:]
	}
	if by == byEvent {
		k.events = true
	}
	if by == byInfo && k.events {
		return false
	}
	for i, other := range k.recent {
		if other.key == key && other.by != by {
			k.recent = append(k.recent[:i:i], k.recent[i+1:]...)
			return false
		}
	}
	if len(k.recent) < maxWaitingKeys {
		k.recent = append(k.recent, sign{key, by, now})
	}
	return true
}
