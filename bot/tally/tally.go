// Package tally counts what conversations did, from their traces alone, and says which of its numbers may be
// shown. It reads no store, has no clock, and no word that anybody said.
package tally

import (
	"strings"
	"time"

	"frontdesk/bot"
)

// A Book is all that was counted, by day, release, channel and territory. Traces are added in the order of
// their commits; nothing is counted twice. It is for one goroutine at a time.
type Book struct {
	zone  *time.Location
	names []string // by number; number 0 is ""
	index map[string]uint32
	days  map[Day]sheet
	talks map[string]*talk // by the number of their traces
}

// NewBook is empty. Its days and hours are those of a zone.
func NewBook(zone *time.Location) *Book {
	return &Book{zone: zone, names: []string{""}, index: map[string]uint32{"": 0}, days: map[Day]sheet{}, talks: map[string]*talk{}}
}

// A Day is a day of the calendar, in days since 1970-01-01.
type Day int32

// DayOf is the day of a moment in its own zone.
func DayOf(at time.Time) Day {
	y, m, d := at.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Date is the day's midnight, in UTC: for its name alone.
func (d Day) Date() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// kind is what a cell counts.
type kind uint8

const (
	turnCell     kind = iota // step, class
	rowCell                  // row of a table
	moveCell                 // step, class, next step
	leftCell                 // step
	begunCell                // weekday, hour
	lackingCell              // need, public, why
	outcomeCell              // outcome
	keptCell                 // mode, need, yes or no
	usefulCell               // oui or non
	informedCell             // seconds to the first information
	metCell                  // seconds to a person
)

// A cell is one thing that is counted. Its letters are numbers of names, or numbers.
type cell struct {
	release, channel, territory uint32
	what                        kind
	a, b, c                     uint32
}

// sheet is one day.
type sheet map[cell]uint32

// A talk is what must be remembered of a conversation between two of its turns. It holds no answer.
type talk struct {
	seen          time.Time
	started       time.Time
	step, class   uint32 // of the turn before
	useful        uint32
	informed, met bool
	judged        bool     // what was promised last was counted as kept or not
	nowhere       []placed // counted while the territory is not known
}

// placed is a cell of a day.
type placed struct {
	day Day
	cell
}

func (b *Book) name(s string) uint32 {
	n, known := b.index[s]
	if !known {
		n = uint32(len(b.names))
		s = strings.Clone(s)
		b.names = append(b.names, s)
		b.index[s] = n
	}
	return n
}

// Add counts one turn.
func (b *Book) Add(t bot.Trace) {
	at := t.At.In(b.zone)
	e := entry{b: b, t: &t, day: DayOf(at), of: cell{release: b.name(t.Release), channel: b.name(string(t.Channel)), territory: b.name(t.Territory)},
		step: b.name(t.Step), class: b.name(t.Class)}
	e.sheet = b.days[e.day]
	if e.sheet == nil {
		e.sheet = sheet{}
		b.days[e.day] = e.sheet
	}
	first := e.take()
	e.count(turnCell, e.step, e.class, 0)
	if first {
		e.count(begunCell, uint32(at.Weekday()), uint32(at.Hour()), 0)
	}
	if !first {
		e.move()
	}
	e.results()
	e.worth()
	if k := e.k; k != nil {
		k.step, k.class, k.seen = e.step, e.class, t.At
	}
}

// An entry is one turn being counted.
type entry struct {
	b           *Book
	t           *bot.Trace
	k           *talk // nil where the turns before are not known
	day         Day
	sheet       sheet
	of          cell
	step, class uint32
}

// take finds what is known of the conversation, and says whether it begins.
func (e *entry) take() (first bool) {
	t := e.t
	if t.Number == "" {
		return t.Class == "arrived"
	}
	if e.k = e.b.talks[t.Number]; e.k == nil {
		e.k = &talk{started: t.At}
		e.b.talks[strings.Clone(t.Number)] = e.k
		return true
	}
	if e.of.territory != 0 && len(e.k.nowhere) > 0 {
		e.b.place(e.k, e.of.territory)
	}
	return false
}

// count adds one to a cell.
func (e *entry) count(what kind, a, b, c uint32) {
	x := e.of
	x.what, x.a, x.b, x.c = what, a, b, c
	e.sheet[x]++
	if e.k != nil && x.territory == 0 {
		e.k.nowhere = append(e.k.nowhere, placed{e.day, x})
	}
}

// place counts what was counted nowhere in the territory that was named later.
func (b *Book) place(k *talk, territory uint32) {
	for _, p := range k.nowhere {
		here := b.days[p.day]
		if here[p.cell] == 0 {
			continue // forgotten
		}
		if here[p.cell]--; here[p.cell] == 0 {
			delete(here, p.cell)
		}
		p.territory = territory
		here[p.cell]++
	}
	k.nowhere = nil
}

// move counts the way from the turn before.
func (e *entry) move() {
	if e.k != nil && e.step != 0 && Leads(e.b.names[e.k.class]) {
		e.count(moveCell, e.k.step, e.k.class, e.step)
	}
}

// Decides says whether the row in a trace decided there: « pourquoi » and the report that it was wrong tell it again.
func Decides(t *bot.Trace) bool { return t.Row != "" && !t.Again }

// results counts what the turn came to.
func (e *entry) results() {
	t, name := e.t, e.b.name
	if Decides(t) {
		e.count(rowCell, name(t.Row), 0, 0)
	}
	if t.Outcome != "" {
		e.count(outcomeCell, name(t.Outcome), 0, 0)
	}
	if t.Outcome == "expired" || t.Outcome == "abandoned" { // nothing more came, or the person said that they stop
		e.count(leftCell, e.step, 0, 0)
	}
	if t.Lacking != "" {
		e.count(lackingCell, name(t.Need), name(t.Public), name(t.Lacking))
	}
	if k := e.k; k != nil && len(t.Cards) > 0 && !k.informed {
		k.informed = true
		e.count(informedCell, seconds(t.At.Sub(k.started)), 0, 0)
	}
	if k := e.k; k != nil && t.Life == bot.Live && !k.met {
		k.met = true
		e.count(metCell, seconds(t.At.Sub(k.started)), 0, 0)
	}
}

// worth counts promises that came due, each once however often it was said that they are late, and whether
// it helped.
func (e *entry) worth() {
	t, name := e.t, e.b.name
	if t.Kept != "" && (e.k == nil || !e.k.judged) {
		e.count(keptCell, name(string(t.Mode)), name(t.Need), name(t.Kept))
	}
	useful := name(t.Useful)
	if useful != 0 && (e.k == nil && t.Option == t.Useful || e.k != nil && e.k.useful != useful) {
		e.count(usefulCell, useful, 0, 0)
	}
	if e.k == nil {
		return
	}
	if t.Kept != "" {
		e.k.judged = true
	}
	if !t.Promised.IsZero() {
		e.k.judged = false
	}
	if useful != 0 {
		e.k.useful = useful
	}
}

// Forget lets go of the days before one, and of what was remembered of conversations in which nothing has
// happened since the other moment.
func (b *Book) Forget(before Day, silent time.Time) {
	for d := range b.days {
		if d < before {
			delete(b.days, d)
		}
	}
	for number, k := range b.talks {
		if k.seen.Before(silent) {
			delete(b.talks, number)
		}
	}
}

// seconds is a duration as it is counted: fine where it is short, so that few values stand for many.
func seconds(d time.Duration) uint32 {
	step := time.Second
	switch {
	case d < 0:
		return 0
	case d >= 48*time.Hour:
		step = time.Hour
	case d >= time.Hour:
		step = 5 * time.Minute
	case d >= 2*time.Minute:
		step = 10 * time.Second
	}
	return uint32(d.Round(step) / time.Second)
}
