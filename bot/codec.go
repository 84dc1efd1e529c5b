package bot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// The stored form of a session is positional: fields in a fixed order, lengths before strings.
// The codec is the first byte. A later one may only be read by a binary that knows it, so that an
// older one leaves newer sessions alone (ErrNewer). Codec 2 has a few fields more at its end.
const sessionCodec = 2

// plainSession is the codec of a session that needs none of them.
const plainSession = 1

// What decoding a session can answer.
var (
	ErrNewer = errors.New("written by a newer version of the service")
	errShort = errors.New("session is cut short")
)

// EncodeSession appends the stored form of s to dst. Equal sessions are equal bytes. ID and Version
// are not part of it: the store keeps them beside.
func EncodeSession(dst []byte, s *Session) []byte {
	codec := byte(plainSession)
	if s.Proof != (Proof{}) || s.Case.Beside != "" {
		codec = sessionCodec
	}
	e := encoder{append(dst, codec)}
	e.num(s.Entries)
	e.random(s.Release)
	e.random(s.Trace)
	e.strs(string(s.Life), s.Language, s.Step, string(s.Ask), s.Dossier)
	e.flag(s.Asking)
	e.legs(s.Legs)
	e.list(s.Offered)
	e.list(s.Stack)
	e.visits(s.Path)
	e.list(s.Cards)
	e.num(int64(len(s.Answers)))
	for _, a := range s.Answers {
		e.strs(a.Name, a.Value)
	}
	e.num(int64(s.Misses))
	e.num(int64(s.Silences))
	e.caseOf(&s.Case)
	e.num(int64(len(s.Timers)))
	for _, t := range s.Timers {
		e.strs(string(t.Name), string(t.Ask))
		e.time(t.At)
	}
	e.num(int64(len(s.Held)))
	for _, h := range s.Held {
		e.strs(h.Message, string(h.By), string(h.Text))
		e.time(h.At)
	}
	e.time(s.Started)
	e.time(s.Updated)
	e.time(s.Ended)
	if codec > plainSession {
		e.strs(string(s.Case.Beside), s.Proof.Code)
		e.num(int64(s.Proof.Tries))
		e.time(s.Proof.Until)
	}
	return e.b
}

// DecodeSession reads what EncodeSession wrote. The strings of the session share one copy of data.
func DecodeSession(data []byte) (Session, error) {
	switch {
	case len(data) == 0:
		return Session{}, errShort
	case data[0] > sessionCodec:
		return Session{}, fmt.Errorf("%w: codec %d", ErrNewer, data[0])
	case data[0] < plainSession:
		return Session{}, fmt.Errorf("session has the unknown codec %d", data[0])
	}
	d := decoder{all: string(data[1:])}
	var s Session
	s.Entries = d.num()
	s.Release, s.Trace = d.random(), d.random()
	s.Life, s.Language, s.Step = Life(d.str()), d.str(), d.str()
	s.Ask, s.Dossier = AskID(d.str()), d.str()
	s.Asking = d.flag()
	s.Legs = d.legs()
	s.Offered, s.Stack, s.Path, s.Cards = d.list(), d.list(), d.visits(), d.list()
	s.Answers = make(Answers, 0, d.count(2)+2)
	for range cap(s.Answers) - 2 {
		s.Answers = append(s.Answers, Answer{d.str(), d.str()})
	}
	s.Misses, s.Silences = int(d.num()), int(d.num())
	d.caseOf(&s.Case)
	for range d.count(3) {
		s.Timers = append(s.Timers, Timer{TimerName(d.str()), time.Time{}, AskID(d.str())})
		s.Timers[len(s.Timers)-1].At = d.time()
	}
	for range d.count(4) {
		s.Held = append(s.Held, Held{Message: d.str(), By: CounsellorID(d.str()), Text: Words(d.str()), At: d.time()})
	}
	s.Started, s.Updated, s.Ended = d.time(), d.time(), d.time()
	if data[0] > plainSession {
		s.Case.Beside, s.Proof = StructureID(d.str()), Proof{d.str(), int(d.num()), d.time()}
	}
	if d.bad || d.at != len(d.all) {
		return Session{}, errShort
	}
	return s, nil
}

type encoder struct{ b []byte }

func (e *encoder) num(n int64) { e.b = binary.AppendVarint(e.b, n) }

func (e *encoder) str(s string) {
	e.b = binary.AppendUvarint(e.b, uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) strs(all ...string) {
	for _, s := range all {
		e.str(s)
	}
}

func (e *encoder) list(all []string) {
	e.num(int64(len(all)))
	e.strs(all...)
}

func (e *encoder) flag(v bool) {
	if v {
		e.b = append(e.b, 1)
		return
	}
	e.b = append(e.b, 0)
}

// time keeps milliseconds, as the store's clock does; the zero time is 0.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.num(0)
		return
	}
	e.num(t.UnixMilli())
}

func (e *encoder) legs(legs []Leg) {
	e.num(int64(len(legs)))
	for _, l := range legs {
		e.random(string(l.Peer))
		e.strs(l.ID, string(l.Channel), string(l.For))
		e.flag(l.Push)
		e.flag(l.Left)
		e.num(l.Last)
	}
}

func (e *encoder) visits(path []Visit) {
	e.num(int64(len(path)))
	for _, v := range path {
		e.strs(v.Step, string(v.Ask), v.Back)
	}
}

func (e *encoder) caseOf(c *Case) {
	e.strs(string(c.Queue), string(c.Structure), string(c.Owner), c.OwnerName, c.Danger, c.Procedure,
		string(c.Mode), c.Contact, c.Reason, c.Row, c.Refused, c.Outcome)
	e.flag(c.Urgent)
	e.flag(c.LeadOnly)
	e.num(int64(c.Hops))
	for _, t := range [...]time.Time{c.Since, c.Due, c.Taken} {
		e.time(t)
	}
}

// A decoder reads from one string and remembers the first fault instead of returning it each time.
type decoder struct {
	all string
	at  int
	bad bool
}

// varint reads without copying: encoding/binary wants bytes, the strings must share all.
func (d *decoder) uvarint() uint64 {
	var v uint64
	for shift := uint(0); shift < 64 && d.at < len(d.all); shift += 7 {
		c := d.all[d.at]
		d.at++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	d.bad = true
	return 0
}

func (d *decoder) num() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *decoder) str() string {
	n := d.uvarint()
	if d.bad || n > uint64(len(d.all)-d.at) {
		d.bad = true
		return ""
	}
	s := d.all[d.at : d.at+int(n)]
	d.at += int(n)
	return s
}

// count reads a length and refuses one that the rest could not hold at width bytes an item, so that
// a forged length cannot take memory.
func (d *decoder) count(width int) int {
	n := d.num()
	if d.bad || n < 0 || n > int64((len(d.all)-d.at)/width) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) list() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	all := make([]string, n)
	for i := range all {
		all[i] = d.str()
	}
	return all
}

func (d *decoder) flag() bool {
	if d.at >= len(d.all) {
		d.bad = true
		return false
	}
	d.at++
	return d.all[d.at-1] == 1
}

func (d *decoder) time() time.Time {
	ms := d.num()
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func (d *decoder) legs() []Leg {
	n := d.count(7)
	if n == 0 {
		return nil
	}
	legs := make([]Leg, n)
	for i := range legs {
		legs[i] = Leg{Peer: Address(d.random()), ID: d.str(), Channel: ChannelName(d.str()), For: Audience(d.str()), Push: d.flag(), Left: d.flag(), Last: d.num()}
	}
	return legs
}

func (d *decoder) visits() []Visit {
	n := d.count(3)
	if n == 0 {
		return nil
	}
	path := make([]Visit, n)
	for i := range path {
		path[i] = Visit{d.str(), AskID(d.str()), d.str()}
	}
	return path
}

func (d *decoder) caseOf(c *Case) {
	c.Queue, c.Structure, c.Owner, c.OwnerName = QueueName(d.str()), StructureID(d.str()), CounsellorID(d.str()), d.str()
	c.Danger, c.Procedure, c.Mode, c.Contact = d.str(), d.str(), Mode(d.str()), d.str()
	c.Reason, c.Row, c.Refused, c.Outcome = d.str(), d.str(), d.str(), d.str()
	c.Urgent, c.LeadOnly, c.Hops = d.flag(), d.flag(), int(d.num())
	c.Since, c.Due, c.Taken = d.time(), d.time(), d.time()
}
