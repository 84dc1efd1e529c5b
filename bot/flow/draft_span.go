package flow

import (
	"strconv"
	"time"
)

// A Unit is what a duration is counted in.
type Unit string

// The units, as ReadSpan finds them. Files have no days: they write 24h.
const (
	Seconds Unit = "s"
	Minutes Unit = "m"
	Hours   Unit = "h"
	Days    Unit = "d"
)

// A Span is a duration as people say it: a whole number of one unit.
type Span struct {
	Count int
	Unit  Unit
}

// ReadSpan reads a duration of a file in the greatest unit that counts it whole. One day is said in hours.
// It is false for what is no duration, and for parts of a second.
func ReadSpan(text string) (Span, bool) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d%time.Second != 0 {
		return Span{}, false
	}
	const day = 24 * time.Hour
	switch {
	case d%day == 0 && d > day:
		return Span{int(d / day), Days}, true
	case d%time.Hour == 0:
		return Span{int(d / time.Hour), Hours}, true
	case d%time.Minute == 0:
		return Span{int(d / time.Minute), Minutes}, true
	}
	return Span{int(d / time.Second), Seconds}, true
}

// File is the span as a file writes it: 4m, 720h.
func (s Span) File() string {
	if s.Unit == Days {
		return strconv.Itoa(s.Count*24) + "h"
	}
	return strconv.Itoa(s.Count) + string(s.Unit)
}

// String is the span in French: 4 minutes.
func (s Span) String() string {
	return plural(s.Count, map[Unit]string{Seconds: "seconde", Minutes: "minute", Hours: "heure", Days: "jour"}[s.Unit])
}
