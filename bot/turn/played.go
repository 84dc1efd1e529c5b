package turn

import (
	"context"
	"log/slog"
	"time"

	"frontdesk/bot"
)

// Played is what a watcher is told of a turn that was committed: codes and times.
type Played struct {
	Channel bot.ChannelName // "" for what nobody sent
	Class   string          // of the answer, as in the trace
	Took    time.Duration   // from the decision to the commit
	// Waited is from the arrival of the input to the commit. It is by this process's clock when this
	// process took the input; otherwise by the store's and this one's, which may differ a little.
	Waited time.Duration
	Claim  string // what a counsellor who claimed was told: won, lost, …; "" otherwise
	Kept   string // of a promise that came due or was fulfilled: yes, no; "" otherwise
	Erased bool   // this turn erased the conversation
}

func played(t *bot.Turn, before bot.Life, began, since time.Time) Played {
	if since.IsZero() {
		since = t.Input.At
	}
	return Played{
		Channel: t.Trace.Channel, Class: t.Trace.Class, Took: time.Since(began), Waited: max(0, time.Since(since)),
		Claim: claim(t), Kept: t.Trace.Kept, Erased: t.After.Life == bot.Erased && before != bot.Erased,
	}
}

// claim is the code by which a claim was answered.
func claim(t *bot.Turn) string {
	if _, is := t.Input.Event.(bot.Claimed); !is {
		return ""
	}
	for _, e := range t.Effects {
		if tell, is := e.Effect.(bot.Tell); is && e.To == bot.ToActor {
			return tell.Code
		}
	}
	return "unanswered"
}

// The lines by which one input can be followed. They cost nothing unless they are written.

func (p *Player) sayInput(in *bot.Input, a bot.Acceptance, err error) {
	if p.Log.Enabled(context.Background(), slog.LevelDebug) {
		p.Log.Debug("input", "input", in.Mark(), "conversation", short(in.Conversation), "channel", in.Leg.Channel, "event", bot.Name(in.Event), "result", result(a, err), "error", err)
	}
}

func result(a bot.Acceptance, err error) string {
	switch {
	case err != nil:
		return "refused"
	case a.Duplicate:
		return "duplicate"
	case a.Queued:
		return "queued"
	}
	return "accepted"
}

func (p *Player) sayTurn(mark bot.Mark, t *bot.Turn, err error) {
	if p.Log.Enabled(context.Background(), slog.LevelDebug) {
		p.Log.Debug("turn", "input", mark, "conversation", short(t.After.ID), "class", t.Trace.Class, "step", t.Trace.Step, "entries", t.After.Entries, "error", err)
	}
}
