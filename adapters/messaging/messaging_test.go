package messaging_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"frontdesk/adapters/messaging"
	"frontdesk/adapters/redis"
)

// Errands are done beside what is under way; where there are too many, and at the end, at once; and the end
// waits for them.
func TestNoErrandIsLost(t *testing.T) {
	var e messaging.Errands
	e.Begin()
	var done atomic.Int32
	hold := make(chan struct{})
	for range 32 {
		e.Afterwards(func(ctx context.Context) {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("an errand may take as long as it likes")
			}
			<-hold
			done.Add(1)
		})
	}
	if done.Load() != 0 {
		t.Error("an errand was waited for")
	}
	e.Afterwards(func(context.Context) { done.Add(1) })
	if done.Load() != 1 {
		t.Error("one too many is not done at once")
	}
	room := make(chan struct{})
	e.Later(0, func(context.Context) { close(room) })
	time.Sleep(100 * time.Millisecond) // its while is over, and there is no room yet
	select {
	case <-room:
		t.Error("one too many was begun in a while")
	default:
	}
	close(hold)
	<-room // as soon as there is some
	e.End()
	if done.Load() != 33 {
		t.Errorf("%d errands of 33 are done at the end", done.Load())
	}
	e.Afterwards(func(context.Context) { done.Add(1) })
	if done.Load() != 34 {
		t.Error("an errand after the end is not done at once")
	}
	e.Begin()
	later := make(chan struct{})
	e.Later(time.Millisecond, func(context.Context) { close(later) })
	<-later
	e.End()
}

// What arrives in one room is taken one after the other, what arrives in others meanwhile.
func TestOneRoomIsEnteredByOneAtATime(t *testing.T) {
	var rooms messaging.Rooms[string]
	inside := map[string]*atomic.Int32{"a": {}, "b": {}}
	var all sync.WaitGroup
	for range 50 {
		for name, n := range inside {
			all.Go(func() {
				defer rooms.Enter(name)()
				if n.Add(1) != 1 {
					t.Errorf("two are in %s", name)
				}
				n.Add(-1)
			})
		}
	}
	all.Wait()
	leave := rooms.Enter("a")
	rooms.Enter("b")() // does not wait for a
	leave()
}

func TestReferencesAreKnownNotedAndFirst(t *testing.T) {
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ctx := t.Context()
	is := func(want string) {
		t.Helper()
		if got, err := messaging.Known(ctx, store, "kind", "name"); got != want || err != nil {
			t.Errorf("known is %q, %v, want %q", got, err, want)
		}
	}
	is("")
	for _, value := range []string{"one", "two"} { // the second is too late
		if err := messaging.Note(ctx, store, "kind", "name", "", value, time.Hour); err != nil {
			t.Error(err)
		}
		is("one")
	}
	if err := messaging.Note(ctx, store, "kind", "name", "one", "three", time.Hour); err != nil {
		t.Error(err)
	}
	is("three")
	for _, c := range []struct {
		by   string
		want bool
	}{{"anna", true}, {"anna", true}, {"camille", false}} {
		if first, err := messaging.First(ctx, store, "done", "name", c.by, time.Hour); first != c.want || err != nil {
			t.Errorf("%s is first: %v, %v", c.by, first, err)
		}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, known := messaging.Known(gone, store, "kind", "name")
	_, first := messaging.First(gone, store, "done", "name", "anna", time.Hour)
	if err := messaging.Note(gone, store, "kind", "other", "", "x", time.Hour); err == nil || known == nil || first == nil {
		t.Errorf("a store that does not answer is taken for one that does: %v, %v, %v", known, first, err)
	}
}

func TestNothingThatSomebodyWroteIsTooLong(t *testing.T) {
	text := strings.Repeat("été ", 2500) + strings.Repeat("x", 9000)
	pieces := messaging.Pieces(text)
	bare := strings.NewReplacer(" ", "")
	if bare.Replace(strings.Join(pieces, "")) != bare.Replace(text) {
		t.Error("something is lost")
	}
	for i, p := range pieces {
		if n := utf8.RuneCountInString(p); n == 0 || n > messaging.LongestSaid {
			t.Errorf("piece %d has %d characters", i, n)
		}
	}
	if got := messaging.Pieces(" \u200b\n"); len(got) != 0 {
		t.Errorf("what shows nothing is %q", got)
	}
}

func TestWhatIsAResumeCode(t *testing.T) {
	for text, want := range map[string]string{
		"1234567890": "1234567890", " 123 456 7890 ": "1234567890", "123.456.78.90.": "1234567890", "CODE 1234567890": "1234567890",
		"Code\u00a0: 123\u00a0456\u00a07890": "1234567890", "123-456-7890": "1234567890", "code:1234567890": "1234567890",
		"0123456789": "", "06 39 98 33 44": "", "123456789": "", "12345678901": "", "mon code 1234567890": "", "1234567890 ans": "", "+33639983344": "", "": "",
	} {
		if got, _ := messaging.Code(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
