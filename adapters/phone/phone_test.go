package phone

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk/adapters/phone/signal"
	"frontdesk/bot"
)

func TestANumberIsReadInPairs(t *testing.T) {
	for number, want := range map[string]string{"+33612345678": "06 12 34 56 78", "+493012345678": "+493012345678", "+3361234567": "+3361234567", "": ""} {
		if got := national(number); got != want {
			t.Errorf("%q is read %q, want %q", number, got, want)
		}
	}
}

// What was said before a call came in is not read back; nor is anything before it is known where it came in.
func TestAConversationIsHeardFromWhereTheCallCameIn(t *testing.T) {
	entries := []bot.Entry{{Seq: 1, Input: &bot.Input{Leg: bot.Leg{Peer: "browser"}}}, {Seq: 2}, {Seq: 3, Input: &bot.Input{Leg: bot.Leg{Peer: "call"}}}, {Seq: 4}}
	if got := from(entries, "call"); len(got) != 2 || got[0].Seq != 3 {
		t.Errorf("heard from %v", got)
	}
	if got := from(entries[:2], "call"); got != nil {
		t.Errorf("heard %v", got)
	}
}

func TestAKeyDropsWhatWasToFollowButNoEmergencyNumber(t *testing.T) {
	c := &call{toSpeak: []utterance{{sentences: []string{"a"}}, {sentences: []string{"15"}, safety: true}, {sentences: []string{"b"}}}}
	if c.flush(); len(c.toSpeak) != 1 || !c.toSpeak[0].safety {
		t.Errorf("left to say: %v", c.toSpeak)
	}
}

func TestWhatBecameOfARing(t *testing.T) {
	gone, end := context.WithCancel(t.Context())
	end()
	for _, s := range []struct {
		ctx  context.Context
		err  error
		want string
	}{
		{t.Context(), fmt.Errorf("ring: %w", signal.ErrNoAnswer), "unanswered"}, {t.Context(), fmt.Errorf("ring: %w: 486", signal.ErrBusy), "declined"},
		{t.Context(), errors.New("no route"), "failed"}, {gone, context.Canceled, "over"},
	} {
		if got := unreached(s.ctx, s.err); got != s.want {
			t.Errorf("%v is %q, want %q", s.err, got, s.want)
		}
	}
}

func TestTimingThatIsNotSetIsTheUsual(t *testing.T) {
	got := Timing{Ring: time.Second}.filled()
	if got.Ring != time.Second || got.Digit != 3*time.Second || got.Drain != 30*time.Second {
		t.Errorf("%+v", got)
	}
}
