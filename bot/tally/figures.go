package tally

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// A Slice is what is asked of a book: days, both included, and one release, channel and territory, or "" for
// all.
type Slice struct {
	From, To                    Day
	Release, Channel, Territory string
}

// Always is all days, and everything.
func Always() Slice { return Slice{From: math.MinInt32, To: math.MaxInt32} }

// StepClass is a class of answer at a step.
type StepClass struct{ Step, Class string }

// A Row is one of a table, such as aiguillage:4, in a release: numbers of rows change with the table.
type Row struct{ Release, Row string }

// A Move is a class of answer at a step, and the step at which the person was next.
type Move struct{ From, Class, To string }

// A Question is one that had no answer, by its classes.
type Question struct{ Need, Public, Territory, Lacking string }

// A Promise is one that came due.
type Promise struct {
	Mode, Need string
	Kept       bool
}

// Figures are the true numbers of a slice. They may be shown only as Show and Line have them.
type Figures struct {
	Turns       map[StepClass]int
	Rows        map[Row]int
	Moves       map[Move]int
	Left        map[string]int // by step
	Begun       int            // conversations
	Days        map[Day]int    // conversations, by day
	Weekdays    [7]int         // from Sunday
	Hours       [24]int
	Lacking     map[Question]int
	Outcomes    map[string]int
	Promises    map[Promise]int
	Useful      map[string]int
	Informed    Times          // from the first turn to the first information
	Met         Times          // from the first turn to a person
	Channels    map[string]int // conversations, as in the two below
	Territories map[string]int // the one that the person named, however late
	Releases    map[string]int
}

func newFigures() *Figures {
	return &Figures{Turns: map[StepClass]int{}, Rows: map[Row]int{}, Moves: map[Move]int{}, Left: map[string]int{},
		Days: map[Day]int{}, Lacking: map[Question]int{}, Outcomes: map[string]int{}, Promises: map[Promise]int{},
		Useful: map[string]int{}, Informed: Times{}, Met: Times{},
		Channels: map[string]int{}, Territories: map[string]int{}, Releases: map[string]int{}}
}

// Sum adds up a slice. Moved are the names that no step has any more, old → new.
func (b *Book) Sum(s Slice, moved map[string]string) *Figures {
	f := newFigures()
	steps := b.follows(moved)
	for day, cells := range b.days {
		if day < s.From || day > s.To {
			continue
		}
		for x, n := range cells {
			if s.holds(b, x) {
				f.add(b, steps, day, x, int(n))
			}
		}
	}
	return f
}

func (s *Slice) holds(b *Book, x cell) bool {
	return (s.Release == "" || b.names[x.release] == s.Release) &&
		(s.Channel == "" || b.names[x.channel] == s.Channel) &&
		(s.Territory == "" || b.names[x.territory] == s.Territory)
}

// mostMoves is how often a step may have been renamed; more is a ring.
const mostMoves = 20

// follows gives each name as the step is called now.
func (b *Book) follows(moved map[string]string) []string {
	if len(moved) == 0 {
		return b.names
	}
	now := slices.Clone(b.names)
	for i, name := range now {
		for range mostMoves {
			to, is := moved[name]
			if !is {
				break
			}
			name = to
		}
		now[i] = name
	}
	return now
}

func (f *Figures) add(b *Book, steps []string, day Day, x cell, n int) {
	name := func(i uint32) string { return b.names[i] }
	switch x.what {
	case turnCell:
		f.Turns[StepClass{steps[x.a], name(x.b)}] += n
	case rowCell:
		f.Rows[Row{name(x.release), name(x.a)}] += n
	case moveCell:
		f.Moves[Move{steps[x.a], name(x.b), steps[x.c]}] += n
	case leftCell:
		f.Left[steps[x.a]] += n
	case begunCell:
		f.Begun += n
		f.Days[day] += n
		f.Weekdays[x.a] += n
		f.Hours[x.b] += n
		f.Channels[name(x.channel)] += n
		f.Territories[name(x.territory)] += n
		f.Releases[name(x.release)] += n
	case lackingCell:
		f.Lacking[Question{name(x.a), name(x.b), name(x.territory), name(x.c)}] += n
	case outcomeCell:
		f.Outcomes[name(x.a)] += n
	case keptCell:
		f.Promises[Promise{name(x.a), name(x.b), name(x.c) == "yes"}] += n
	case usefulCell:
		f.Useful[name(x.a)] += n
	case informedCell:
		f.Informed[x.a] += n
	case metCell:
		f.Met[x.a] += n
	}
}

// Times are how often each number of seconds was counted.
type Times map[uint32]int

// Count is how many there are.
func (t Times) Count() int {
	n := 0
	for _, x := range t {
		n += x
	}
	return n
}

// Median is the one in the middle; false where fewer than Fewest were counted.
func (t Times) Median() (time.Duration, bool) {
	all := t.Count()
	if all < Fewest {
		return 0, false
	}
	below := 0
	for _, s := range slices.Sorted(maps.Keys(t)) {
		if below += t[s]; 2*below >= all {
			return time.Duration(s) * time.Second, true
		}
	}
	return 0, false
}

// Ranked gives the keys of a count, the most frequent first, then in their own order.
func Ranked[K comparable](counts map[K]int, order func(a, b K) int) []K {
	return slices.SortedFunc(maps.Keys(counts), func(a, b K) int { return cmp.Or(counts[b]-counts[a], order(a, b)) })
}

// Seen are the releases, channels and territories in the book, sorted.
func (b *Book) Seen() (releases, channels, territories []string) {
	var seen [3]map[string]bool
	for i := range seen {
		seen[i] = map[string]bool{}
	}
	for _, cells := range b.days {
		for x := range cells {
			seen[0][b.names[x.release]], seen[1][b.names[x.channel]], seen[2][b.names[x.territory]] = true, true, true
		}
	}
	list := func(m map[string]bool) []string {
		delete(m, "")
		return slices.Sorted(maps.Keys(m))
	}
	return list(seen[0]), list(seen[1]), list(seen[2])
}
