package turn_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

var telegram = bot.Leg{ID: "telegram", Channel: "telegram", Peer: "4711", For: bot.ToCitizen, Push: true}

// A door that can be shut after some inputs, and notes what went through.
type noted struct {
	bot.Door
	mu     sync.Mutex
	taken  []string
	before func(in bot.Input) error
}

func (n *noted) Take(ctx context.Context, in bot.Input) error {
	n.mu.Lock()
	before := n.before
	n.mu.Unlock()
	if before != nil {
		if err := before(in); err != nil {
			return err
		}
	}
	if err := n.Door.Take(ctx, in); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.taken = append(n.taken, fmt.Sprintf("%s %s %+v", in.Conversation, in.Leg.ID, in.Event))
	return nil
}

func (s *stage) codes() (*turn.Codes, *noted) {
	door := &noted{Door: s.Player}
	return &turn.Codes{Refs: s.real, Limiter: s.real, Door: door, Store: s.store, Now: func() time.Time { return s.now }}, door
}

func issue(t *testing.T, c *turn.Codes, id bot.ConversationID) string {
	t.Helper()
	code, _, err := c.Issue(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (s *stage) wantAt(leg bot.Leg, want bot.ConversationID) {
	s.t.Helper()
	if at, err := s.Open(s.t.Context(), leg); err != nil || at != want {
		s.t.Errorf("%s leads to %s, %v; want %s", leg.ID, at, err, want)
	}
}

func wantTaken(t *testing.T, door *noted, want ...string) {
	t.Helper()
	door.mu.Lock()
	defer door.mu.Unlock()
	if !reflect.DeepEqual(door.taken, want) {
		t.Errorf("taken:\n%s\nwant:\n%s", strings.Join(door.taken, "\n"), strings.Join(want, "\n"))
	}
}

func TestACodeIsTenDigitsThatDoNotBeginWithZero(t *testing.T) {
	s := newStage(t)
	c, _ := s.codes()
	seen := map[string]bool{}
	for n := range 200 {
		code, until, err := c.Issue(t.Context(), bot.ConversationID(fmt.Sprint("c", n)))
		if err != nil || len(code) != 10 || code[0] == '0' || strings.Trim(code, "0123456789") != "" || seen[code] {
			t.Fatalf("%q, %v", code, err)
		}
		if want := open.Add(30 * 24 * time.Hour); !until.Equal(want) {
			t.Fatalf("good until %s, want %s", until, want)
		}
		seen[code] = true
	}
}

// Each code that is alive can be guessed: nobody can have thousands of them made.
func TestOneConversationHasFewCodesMade(t *testing.T) {
	s := newStage(t)
	c, _ := s.codes()
	for range 10 {
		issue(t, c, "c1")
	}
	if code, _, err := c.Issue(t.Context(), "c1"); code != "" || !errors.Is(err, bot.ErrTooMany) {
		t.Errorf("the eleventh: %q, %v", code, err)
	}
	issue(t, c, "c2")
}

// Zeros first, so that two codes would be the same.
type twice struct{ n int }

func (r *twice) Read(b []byte) (int, error) {
	clear(b)
	if r.n++; r.n > 2 {
		b[len(b)-1] = 7
	}
	return len(b), nil
}

func TestANumberThatIsTakenIsNotGivenAgain(t *testing.T) {
	s := newStage(t)
	c, _ := s.codes()
	c.Rand = &twice{}
	if first, second := issue(t, c, "c1"), issue(t, c, "c2"); first != "1000000000" || second != "1000000007" {
		t.Errorf("%s, %s", first, second)
	}
	c.Rand = strings.NewReader("")
	if _, _, err := c.Issue(t.Context(), "c3"); !errors.Is(err, io.EOF) {
		t.Errorf("without chance: %v", err)
	}
}

func TestALegGoesOnInTheConversationOfItsCode(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, door := s.codes()
	code := issue(t, c, id)
	spaced := code[:4] + " " + code[4:7] + "\u00a0" + code[7:]
	if got, err := c.Join(t.Context(), "somebody", spaced, telegram); got != id || err != nil {
		t.Fatalf("joined %s, %v; want %s", got, err, id)
	}
	s.wantAt(telegram, id)
	s.wantAt(web, id)
	wantTaken(t, door, "c1 telegram {Language: Entry: Shared:false Resumed:true}")
	if _, err := c.Join(t.Context(), "another", code, bot.Leg{ID: "sms", Channel: "sms", Peer: "1", For: bot.ToCitizen}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a second time: %v, want ErrNotFound", err)
	}
	s.logHasNo(code)
}

func TestALegLeavesTheConversationThatItWasIn(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	old, err := s.Open(t.Context(), telegram)
	if err != nil {
		t.Fatal(err)
	}
	s.take(bot.Input{ID: "tg1", Conversation: old, Leg: telegram, Event: bot.Arrived{}})
	c, door := s.codes()
	if got, err := c.Join(t.Context(), "somebody", issue(t, c, id), telegram); got != id || err != nil {
		t.Fatalf("joined %s, %v; want %s", got, err, id)
	}
	s.wantAt(telegram, id)
	wantTaken(t, door, string(old)+" telegram {Moved:true}", string(id)+" telegram {Language: Entry: Shared:false Resumed:true}")
}

func TestALegThatSaidNothingLeavesNoTrace(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	old, err := s.Open(t.Context(), telegram)
	if err != nil {
		t.Fatal(err)
	}
	c, door := s.codes()
	if _, err := c.Join(t.Context(), "somebody", issue(t, c, id), telegram); err != nil {
		t.Fatal(err)
	}
	wantTaken(t, door, string(id)+" telegram {Language: Entry: Shared:false Resumed:true}")
	if n := s.session(old).Version; n != 0 {
		t.Errorf("the conversation that never was has version %d", n)
	}
}

func TestJoiningWhereOneIsTellsNobodyThatAnybodyLeft(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, door := s.codes()
	if got, err := c.Join(t.Context(), "somebody", issue(t, c, id), web); got != id || err != nil {
		t.Fatalf("joined %s, %v", got, err)
	}
	wantTaken(t, door, "c1 web {Language: Entry: Shared:false Resumed:true}")
}

func TestOfTwoWhoBringACodeOneWins(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, _ := s.codes()
	code := issue(t, c, id)
	var all sync.WaitGroup
	results := make([]error, 20)
	for i := range results {
		all.Go(func() {
			leg := bot.Leg{ID: "telegram", Channel: "telegram", Peer: bot.Address(fmt.Sprint("peer", i)), For: bot.ToCitizen}
			_, results[i] = c.Join(context.Background(), fmt.Sprint("by", i), code, leg)
		})
	}
	all.Wait()
	won := 0
	for i, err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, bot.ErrNotFound):
			t.Errorf("%d: %v, want ErrNotFound", i, err)
		}
	}
	if won != 1 {
		t.Errorf("%d joined, want 1", won)
	}
}

func TestACodeEnds(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, _ := s.codes()
	c.Life = time.Hour
	code := issue(t, c, id)
	s.pass(time.Hour + time.Second)
	if _, err := c.Join(t.Context(), "somebody", code, telegram); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
}

func TestACodeOfAnErasedConversationOpensNothing(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, door := s.codes()
	code := issue(t, c, id)
	s.take(said(id, "m1", "EFFACER"))
	if _, err := c.Join(t.Context(), "somebody", code, telegram); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
	if at, err := s.Open(t.Context(), telegram); err != nil || at == id {
		t.Errorf("the leg leads to the erased conversation: %v", err)
	}
	wantTaken(t, door)
}

func TestWhatIsNoCodeOpensNothing(t *testing.T) {
	s := newStage(t)
	s.begin()
	c, _ := s.codes()
	for i, code := range []string{"", "1", "0123456789", "123456789", "12345678901", "12345abcde", "١٢٣٤٥٦٧٨٩٠", "1234567890"} {
		if _, err := c.Join(t.Context(), fmt.Sprint("by", i), code, telegram); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%q: %v, want ErrNotFound", code, err)
		}
	}
}

func TestWhoGuessesIsStopped(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, _ := s.codes()
	code := issue(t, c, id)
	guess := func(by, code string) error {
		_, err := c.Join(t.Context(), by, code, telegram)
		return err
	}
	for i := range 5 {
		if err := guess("thief", "9999999999"); !errors.Is(err, bot.ErrNotFound) {
			t.Fatalf("guess %d: %v, want ErrNotFound", i, err)
		}
	}
	if err := guess("thief", code); !errors.Is(err, bot.ErrTooMany) {
		t.Errorf("the sixth, which is right: %v, want ErrTooMany", err)
	}
	s.pass(time.Minute + time.Second)
	if err := guess("thief", "9999999999"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a minute later: %v, want ErrNotFound", err)
	}
	if err := guess("thief", "9999999999"); !errors.Is(err, bot.ErrTooMany) {
		t.Errorf("and at once again: %v, want ErrTooMany", err)
	}
	var err error
	tries := 0
	for ; !errors.Is(err, bot.ErrTooMany) && tries < 1000; tries++ { // a thief who has many addresses
		err = guess(fmt.Sprint("thief", tries), "9999999999")
	}
	if tries > 62 {
		t.Errorf("%d guesses from many places, want about 60", tries)
	}
	if err := guess("somebody", code); !errors.Is(err, bot.ErrTooMany) {
		t.Errorf("a right one tells by its answer that it is: %v", err)
	}
	s.pass(11 * time.Second)
	if err := guess("somebody else", code); err != nil {
		t.Errorf("eleven seconds later: %v", err)
	}
}
