package phonefake

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"frontdesk/adapters/phone/signal"
)

// A Telephone is on a desk or in a pocket: it calls, and is called.
type Telephone struct {
	voice    *Voice
	endpoint *signal.Endpoint
	rings    chan *Talk
}

// New plugs a telephone in, on a port of its own. targets are whom it may call; all of 127.0.0.1 may call it.
// Its number is not shown.
func New(ctx context.Context, voice *Voice, targets ...string) (*Telephone, error) {
	return plugIn(ctx, voice, nil, targets)
}

// NewAs is New with a telephone that shows its number, such as +33639980001, to its one target.
func NewAs(ctx context.Context, voice *Voice, number, target string) (*Telephone, error) {
	_, at, _ := strings.Cut(target, "@")
	return plugIn(ctx, voice, []signal.Account{{Address: number + "@" + at}}, []string{target})
}

func plugIn(ctx context.Context, voice *Voice, as []signal.Account, targets []string) (*Telephone, error) {
	t := &Telephone{voice: voice, rings: make(chan *Talk)}
	endpoint, err := signal.Listen(ctx, signal.Config{
		Listen: []string{"udp://127.0.0.1:0"}, Allow: []string{"127.0.0.0/8"}, Targets: targets, Register: as, Log: slog.New(slog.DiscardHandler),
		Media: func(*signal.Call) (signal.Media, error) { return listen(voice) },
		Serve: t.serve,
	})
	if err != nil {
		return nil, fmt.Errorf("telephone: %w", err)
	}
	t.endpoint = endpoint
	return t, nil
}

// Target is how others call it.
func (t *Telephone) Target(name string) string {
	return "sip:" + name + "@" + t.endpoint.Addr("udp").String()
}

// Call calls one of its targets.
func (t *Telephone) Call(ctx context.Context, target string) (*Talk, error) {
	open := func(*signal.Call) (signal.Media, error) { return listen(t.voice) }
	call, err := t.endpoint.Dial(ctx, target, open, signal.DialOptions{})
	if err != nil {
		return nil, fmt.Errorf("telephone: %w", err)
	}
	return &Talk{call: call, sound: call.Media().(*sound)}, nil
}

// Rings waits for a call, and does not answer it yet.
func (t *Telephone) Rings(ctx context.Context) (*Talk, error) {
	select {
	case talk := <-t.rings:
		return talk, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("telephone: nobody calls: %w", ctx.Err())
	}
}

func (t *Telephone) serve(call *signal.Call) {
	call.Ring()
	select {
	case t.rings <- &Talk{call: call, sound: call.Media().(*sound)}:
		<-call.Gone()
	case <-call.Gone():
	}
}

// A Talk is one call, as the person has it at their ear.
type Talk struct {
	call  *signal.Call
	sound *sound
}

// Answer picks the telephone up.
func (t *Talk) Answer(ctx context.Context) error { return t.call.Answer(ctx) }

// Heard are the sentences, as they end. « ♪ » is music, « (voix) » another person's tone.
func (t *Talk) Heard() <-chan string { return t.sound.heard }

// Press presses keys, one after the other.
func (t *Talk) Press(keys string) {
	for _, k := range keys {
		t.sound.keys <- k
	}
}

// Pressed says whether the last of these keys is being pressed, or none is.
func (t *Talk) Pressed() bool { return len(t.sound.keys) == 0 }

// Hum makes a sound that the other side can hear, until it is called again with 0.
func (t *Talk) Hum(tone float64) { t.sound.hum.Store(int64(tone)) }

// Hears says whether that sound is heard now.
func (t *Talk) Hears(tone float64) bool { return time.Now().UnixMilli()-t.sound.lastAt(tone) < 200 }

// Quiet is how long there has been silence since the last sound.
func (t *Talk) Quiet() time.Duration {
	return time.Duration(t.sound.quiet.Load()) * 20 * time.Millisecond
}

// Hangup ends the call.
func (t *Talk) Hangup() {
	ctx, end := context.WithTimeout(context.Background(), 2*time.Second)
	defer end()
	t.call.Hangup(ctx)
}

// Gone is closed when the call is over.
func (t *Talk) Gone() <-chan struct{} { return t.call.Gone() }
