package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
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

// A door keeps what calls did.
type door struct {
	bot.Door
	took []bot.Event
}

func (d *door) Take(ctx context.Context, in bot.Input) error {
	if ctx.Err() != nil {
		return bot.ErrUnavailable
	}
	d.took = append(d.took, in.Event)
	return nil
}

// What a caller did is taken, though they have hung up meanwhile.
func TestWhatWasKeyedBeforeHangingUpIsTaken(t *testing.T) {
	d := &door{}
	c := &call{Phone: &Phone{Config: Config{Door: d, Timing: Timing{}.filled()}}, sip: &signal.Call{}}
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	c.takeKeys(gone, "0639980001")
	if want := []bot.Event{bot.Pressed{Keys: "0639980001"}}; !slices.Equal(d.took, want) {
		t.Errorf("taken: %v", d.took)
	}
}

// A second press before the answer to the first is heard says which question it was for; afterwards it is for the
// next one. The answer to a press that changes nothing leaves the open question alone.
func TestAKeySaysWhichQuestionWasHeard(t *testing.T) {
	d := &door{}
	c := &call{Phone: &Phone{Config: Config{Door: d, Timing: Timing{}.filled()}}, sip: &signal.Call{}}
	ask := func(id bot.AskID, cause string) {
		c.hear(t.Context(), []bot.Entry{{Cause: cause, Input: &bot.Input{}}, {Cause: cause, To: bot.ToCitizen, Effect: bot.Listen{Ask: id, Patience: time.Second}}})
	}
	ask("1.1", "")
	c.takeKeys(t.Context(), "1")
	first := c.owed
	c.takeKeys(t.Context(), "1")
	second := c.owed
	ask("2.1", first)
	c.hear(t.Context(), []bot.Entry{{Cause: second, Input: &bot.Input{}}})
	if c.owed != "" || !c.question.open || c.question.ask != "2.1" {
		t.Errorf("owed %q, the question is %+v", c.owed, c.question)
	}
	c.takeKeys(t.Context(), "2")
	if want := []bot.Event{bot.Pressed{Ask: "1.1", Keys: "1"}, bot.Pressed{Ask: "1.1", Keys: "1"}, bot.Pressed{Ask: "2.1", Keys: "2"}}; !slices.Equal(d.took, want) {
		t.Errorf("taken: %v", d.took)
	}
}

// A failing door is away at times, which are in the order of the calls' time; between them it has nothing to say.
type failingDoor struct {
	bot.Door
	began time.Time
	away  []outage
}

type outage struct{ from, to time.Duration }

func (d *failingDoor) Follow(ctx context.Context, _ bot.ConversationID, _ int64) ([]bot.Entry, error) {
	for _, o := range d.away {
		if now := time.Since(d.began); now < o.from {
			pause(ctx, o.from-now)
		}
		if time.Since(d.began) < o.to {
			return nil, bot.ErrUnavailable
		}
	}
	<-ctx.Done()
	return nil, nil
}

// Outages that the store has come back from do not add up; one that lasts too long loses the conversation.
func TestShortOutagesDoNotAddUp(t *testing.T) {
	for name, s := range map[string]struct {
		away []outage
		lost time.Duration // 0: never
	}{
		"four failovers": {away: []outage{{0, 6 * time.Second}, {time.Minute, 66 * time.Second}, {2 * time.Minute, 126 * time.Second}, {3 * time.Minute, 186 * time.Second}}},
		"a long one":     {away: []outage{{time.Minute, 2 * time.Minute}}, lost: 70 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				c := &call{Phone: &Phone{Config: Config{Door: &failingDoor{began: began, away: s.away}, Log: slog.New(slog.DiscardHandler)}}, sip: &signal.Call{}}
				ctx, hangUp := context.WithTimeout(t.Context(), time.Hour)
				defer hangUp()
				said := make(chan []bot.Entry)
				go c.follow(ctx, "a", said, false)
				<-said
				if lasted := time.Since(began); s.lost == 0 && ctx.Err() == nil || s.lost > 0 && (lasted < s.lost || lasted > s.lost+2*time.Second) {
					t.Errorf("the conversation is lost after %v", lasted)
				}
			})
		})
	}
}
