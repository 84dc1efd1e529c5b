package redis

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

func journalOf(t *testing.T, s *Store) ([]bot.JournalLine, error) {
	t.Helper()
	var all []bot.JournalLine
	err := s.Journal(t.Context(), func(l bot.JournalLine) error { all = append(all, l); return nil })
	return all, err
}

func TestJournalKeepsEveryRecordInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		if all, err := journalOf(t, s); err != nil || len(all) != 0 {
			t.Fatalf("an empty journal: %v, %v", all, err)
		}
		const writers, each = 4, 25
		var together sync.WaitGroup
		for w := range writers {
			together.Go(func() {
				for i := range each {
					if err := s.Append(t.Context(), bot.Record{Who: fmt.Sprint("w", w), Deed: bot.JournalPublished, What: fmt.Sprint(i)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		together.Wait()
		all, err := journalOf(t, s)
		if err != nil || len(all) != writers*each {
			t.Fatalf("%d lines, %v", len(all), err)
		}
		next := map[string]int{}
		for i, l := range all {
			if l.Number != int64(i+1) || l.What != fmt.Sprint(next[l.Who]) || time.Since(l.At).Abs() > time.Hour {
				t.Fatalf("line %d is %+v", i+1, l)
			}
			next[l.Who]++
		}
		if ttl := s.rdb.PTTL(t.Context(), s.keys.journal()[0]).Val(); ttl > 0 {
			t.Errorf("the journal ends in %s", ttl)
		}
	})
}

// Who reads on sees what is new, and that a line before was the last of a chain that goes on elsewhere.
func TestJournalIsReadOn(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		place := ""
		read := func() (n int) {
			t.Helper()
			next, err := s.JournalAfter(ctx, place, func(l bot.JournalLine) error { n++; return nil })
			if err != nil {
				t.Fatal(err)
			}
			place = next
			return n
		}
		for _, lines := range []int{0, 3, 0, 1, 600, 0} {
			for range lines {
				if err := s.Append(ctx, bot.Record{Who: "claire", Deed: "draft_saved"}); err != nil {
					t.Fatal(err)
				}
			}
			if n := read(); n != lines {
				t.Errorf("%d lines are new, want %d", n, lines)
			}
		}
		keys := s.keys.journal()
		last := s.rdb.XRevRangeN(ctx, keys[0], "+", "-", 1).Val()[0].ID
		if err := s.Append(ctx, bot.Record{Who: "claire", Deed: "draft_saved"}); err != nil {
			t.Fatal(err)
		}
		s.rdb.XDel(ctx, keys[0], s.rdb.XRange(ctx, keys[0], "("+last, "+").Val()[0].ID)
		if _, err := s.JournalAfter(ctx, place, func(bot.JournalLine) error { return nil }); !errors.Is(err, bot.ErrBroken) {
			t.Errorf("the newest line was taken out: %v", err)
		}
		s.rdb.Del(ctx, keys[1])
		if _, err := s.JournalAfter(ctx, place, func(bot.JournalLine) error { return nil }); !errors.Is(err, bot.ErrBroken) {
			t.Errorf("the head was taken away: %v", err)
		}
	})
}

func TestJournalTellsWhoChangedIt(t *testing.T) {
	type tampering func(ctx context.Context, rdb goredis.UniversalClient, lines, head string, all []goredis.XMessage) error
	again := func(change func([]goredis.XMessage) []goredis.XMessage) tampering {
		return func(ctx context.Context, rdb goredis.UniversalClient, lines, _ string, all []goredis.XMessage) error {
			rdb.Del(ctx, lines)
			for _, m := range change(all) {
				if err := rdb.XAdd(ctx, &goredis.XAddArgs{Stream: lines, Values: m.Values}).Err(); err != nil {
					return err
				}
			}
			return nil
		}
	}
	cases := map[string]struct {
		tamper tampering
		want   string // "" for a chain that holds
	}{
		"nobody": {again(func(all []goredis.XMessage) []goredis.XMessage { return all }), ""},
		"a name in a line": {again(func(all []goredis.XMessage) []goredis.XMessage {
			all[2].Values["j"] = strings.Replace(all[2].Values["j"].(string), "claire", "marc", 1)
			return all
		}), "line 3 is not what was written"},
		"a line taken out": {again(func(all []goredis.XMessage) []goredis.XMessage { return slices.Delete(all, 1, 2) }), "where line 2 should be there is line 3"},
		"two lines exchanged": {again(func(all []goredis.XMessage) []goredis.XMessage {
			all[3].Values["j"], all[4].Values["j"] = all[4].Values["j"], all[3].Values["j"]
			return all
		}), "line 4 is not what was written"},
		"a line torn": {again(func(all []goredis.XMessage) []goredis.XMessage {
			all[0].Values["j"] = "{"
			return all
		}), "line 1 cannot be read"},
		"the last line taken out": {again(func(all []goredis.XMessage) []goredis.XMessage { return all[:5] }), "line 6, the last one that was written, is missing after line 5"},
		"all lines taken out":     {again(func([]goredis.XMessage) []goredis.XMessage { return nil }), "line 6, the last one that was written, is missing after line 0"},
		"the head taken away": {func(ctx context.Context, rdb goredis.UniversalClient, _, head string, _ []goredis.XMessage) error {
			return rdb.Del(ctx, head).Err()
		}, "the last one that was written, is missing"},
	}
	onEach(t, func(t *testing.T, s *Store) {
		for name, c := range cases {
			keys := s.keys.journal()
			s.rdb.Del(t.Context(), keys...)
			for i := range 6 {
				if err := s.Append(t.Context(), bot.Record{Who: "claire", Deed: bot.JournalPublished, After: fmt.Sprint(i)}); err != nil {
					t.Fatal(err)
				}
			}
			all := s.rdb.XRange(t.Context(), keys[0], "-", "+").Val()
			if err := c.tamper(t.Context(), s.rdb, keys[0], keys[1], all); err != nil {
				t.Fatal(err)
			}
			_, err := journalOf(t, s)
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, bot.ErrBroken) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		}
	})
}

func TestJournalIsATableForSpreadsheets(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		record := bot.Record{Who: "claire", Deed: bot.JournalPublished, Before: "a", After: "b", What: "besoin : choix ajouté ; \"VAE\"", Reason: "=1+1", Second: "marc"}
		if err := s.Append(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := bot.WriteJournal(t.Context(), s, &text); err != nil {
			t.Fatal(err)
		}
		plain, marked := bytes.CutPrefix(text.Bytes(), []byte("\uFEFF"))
		r := csv.NewReader(bytes.NewReader(plain))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil && !errors.Is(err, io.EOF) || !marked || len(rows) != 2 {
			t.Fatalf("%v, %q", err, text.String())
		}
		want := []string{"1", rows[1][1], "claire", "publish", "a", "b", "besoin : choix ajouté ; \"VAE\"", "'=1+1", "marc", rows[1][9]}
		if !slices.Equal(rows[1], want) || rows[1][9] == "" {
			t.Errorf("got %q, want %q", rows[1], want)
		}
	})
}
