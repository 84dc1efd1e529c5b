package studio

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// How long a count is kept, and how long counting may take.
const (
	countsFresh = 5 * time.Minute
	countsLimit = time.Minute
)

// counts are how many real cases took each row, over all releases. A row is told by what its cells say, not
// by its number: it may have moved since. Counting goes on beside the pages.
type counts struct {
	mu      sync.Mutex
	by      map[string]int // by table and conditions of a row
	at      time.Time      // when it was counted
	failed  bool
	running bool
}

// countState is what a page shows of the counts.
type countState struct {
	by      map[string]int
	Pending bool // nothing has been counted yet
	Failed  bool
	At      time.Time
}

// of gives the last count, and begins another where that is old.
func (c *counts) of(s *Studio) countState {
	if s.reading == nil {
		return countState{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := s.Now()
	if !c.running && (c.at.IsZero() || now.Sub(c.at) > countsFresh) {
		c.running = true
		go c.count(s, now)
	}
	return countState{by: c.by, Pending: c.by == nil && !c.failed, Failed: c.by == nil && c.failed, At: c.at.In(s.Zone)}
}

func (c *counts) count(s *Studio, now time.Time) {
	ctx, stop := context.WithTimeout(context.Background(), countsLimit)
	defer stop()
	by, err := s.countRows(ctx)
	if err != nil {
		s.Log.Warn("count the rows of tables", "error", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running, c.at, c.failed = false, now, err != nil
	if err == nil {
		c.by = by
	}
}

// countRows counts by what rows say, over the releases that people were led by.
func (s *Studio) countRows(ctx context.Context) (map[string]int, error) {
	if err := s.reading.whole(ctx); err != nil {
		return nil, err
	}
	var rows map[taken]int
	s.reading.lately(func(r *recent) { rows = maps.Clone(r.rows) })
	by := map[string]int{}
	rules := map[string]map[string]string{} // release → table:row → what the row says
	for row, n := range rows {
		known, read := rules[row.release]
		if !read {
			var err error
			if known, err = s.rulesOf(ctx, row.release); err != nil {
				return nil, err
			}
			rules[row.release] = known
		}
		if key := known[row.row]; key != "" {
			by[key] += n
		}
	}
	return by, nil
}

// rulesOf reads the tables of a release; one that is gone, or that this program cannot read, has none.
func (s *Studio) rulesOf(ctx context.Context, release string) (map[string]string, error) {
	var routing []byte
	if live := s.Live(); live.Hash == release {
		routing = live.Sources["routing.yaml"]
	} else {
		stored, err := s.Workshop.Releases.Release(ctx, release)
		if errors.Is(err, bot.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		files, err := flow.Files(stored)
		if err != nil {
			return nil, nil
		}
		routing = files["routing.yaml"]
	}
	d, err := flow.OpenDraft(map[string][]byte{"routing.yaml": routing})
	if err != nil {
		return nil, nil
	}
	rules := map[string]string{}
	tables, _ := d.At("routing.yaml", "tables")
	for _, id := range tables.Keys() {
		t, _ := rowsIn(d, id)
		for i := range t.rows {
			rules[id+":"+strconv.Itoa(i+1)] = t.rule(id, i)
		}
	}
	return rules, nil
}

// rule is what a row asks, without the columns that it does not ask about: columns may come and go.
func (t tableRows) rule(id string, i int) string {
	var b strings.Builder
	b.WriteString(id)
	for k, cell := range t.rows[i][:min(len(t.rows[i]), len(t.columns))] {
		if cell != "*" {
			b.WriteString("\x00" + t.columns[k] + "\x01" + cell)
		}
	}
	return b.String()
}

// count puts the counts beside the rows, as figures are shown everywhere. Two rows that ask the same are one for
// the engine, too: the first.
func (v *tableView) count(id string, t tableRows) {
	if v.Counts.by == nil {
		return
	}
	whole := 0
	counted := map[string]bool{}
	numbers := make([]int, len(v.Rules))
	for i := range v.Rules {
		if key := t.rule(id, i); !counted[key] {
			counted[key] = true
			numbers[i] = v.Counts.by[key]
			whole += numbers[i]
		}
	}
	total, shown := tally.Line(whole, numbers)
	most := slices.Max(append(shown, 1))
	for i := range v.Rules {
		n := tally.Masked // so many small ones that none is told
		switch {
		case shown != nil && shown[i] != 0:
			n = shown[i]
		case shown != nil || total == tally.Few: // nor is it told that there was nobody: the first who comes would be
			n = tally.Few
		}
		if v.Rules[i].Count = seen(n); n.Known() {
			v.Rules[i].Bar = max(2, int(100*n/most))
		}
	}
}
