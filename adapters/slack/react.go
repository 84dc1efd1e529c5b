package slack

import "context"

// What stands on a counsellor's own message: it waits, it has gone, it was changed where it has gone, it was
// taken back, it could not go.
const (
	onItsWay  = "hourglass_flowing_sand"
	arrived   = "white_check_mark"
	changed   = "pencil2"
	takenBack = "leftwards_arrow_with_hook"
	failed    = "warning"
)

// signal shows on a counsellor's message what became of it. It can be repeated, and a message that was
// deleted since needs no sign.
func (d *Desk) signal(ctx context.Context, at spot, code string) error {
	sign := ""
	switch code {
	case "sent":
		err := d.react(ctx, onItsWay, at)
		if is(err, "rate_limited", "ratelimited") {
			return nil // words that come behind it do not wait for it: the next sign follows in ten seconds
		}
		return err
	case "amended":
		return d.react(ctx, changed, at)
	case "delivered":
		sign = arrived
	case "taken_back", "withdrawn":
		sign = takenBack
	case "undelivered":
		sign = failed
	default:
		return nil
	}
	if err := d.react(ctx, sign, at); err != nil {
		return err
	}
	return d.unreact(ctx, onItsWay, at)
}
