package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"frontdesk/bot"
)

// A question is what somebody was given no answer to, by its classes: no word of it is in a trace.
type question struct{ need, public, territory, lacking string }

// writeUnanswered counts the questions without an answer, so that supervisors know which card to write
// next: one that says that there is no information, one that has expired, words that were not
// understood three times. A territory that a person named later in the conversation counts.
func writeUnanswered(ctx context.Context, traces bot.Traces, days span, out io.Writer) error {
	territories := map[string]string{}
	err := within(ctx, traces, days, func(t bot.Trace) error {
		if t.Number != "" && t.Territory != "" {
			territories[t.Number] = t.Territory
		}
		return nil
	})
	if err != nil {
		return err
	}
	counts := map[question]int{}
	err = within(ctx, traces, days, func(t bot.Trace) error {
		if t.Lacking != "" {
			counts[question{t.Need, t.Public, cmp.Or(t.Territory, territories[t.Number]), t.Lacking}]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	asked := slices.SortedFunc(maps.Keys(counts), func(a, b question) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a.need, b.need), strings.Compare(a.public, b.public),
			strings.Compare(a.territory, b.territory), strings.Compare(a.lacking, b.lacking))
	})
	rows := [][]string{{"need", "public", "territory", "lacking", "turns"}}
	for _, q := range asked {
		rows = append(rows, []string{q.need, q.public, q.territory, q.lacking, shownCount(counts[q])})
	}
	return csv.NewWriter(out).WriteAll(rows)
}

// shownCount hides what happened so seldom that the number could point at a person.
func shownCount(n int) string {
	if n < fewest {
		return "<" + strconv.Itoa(fewest)
	}
	return strconv.Itoa(n)
}
