package bot_test

import (
	"slices"
	"testing"

	"frontdesk/bot"
)

// Several answers at once are those given one after the other, and sessions that share the first ones keep
// theirs.
func TestAnswersWithEachAreThoseWithOneAfterTheOther(t *testing.T) {
	start := bot.Answers{{Name: "age", Value: "20"}, {Name: "lieu", Value: "35"}}
	kept := slices.Clone(start)
	for _, names := range [][]string{nil, {"age"}, {"besoin", "zone", "age"}, {"lieu", "carte", "lieu"}} {
		want, values := start, make([]string, len(names))
		for i, name := range names {
			values[i] = string(rune('a' + i))
			want = want.With(name, values[i])
		}
		if got := start.WithEach(names, values); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", names, got, want)
		}
	}
	if !slices.Equal(start, kept) {
		t.Errorf("the first answers have become %v", start)
	}
}
