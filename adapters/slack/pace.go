package slack

import (
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// Slack's limits: one new message a second in one channel, with short bursts; fifty and more a minute
// of everything else that we do (tier 3).
const (
	postRate    = 1.0
	changeRate  = 50.0 / 60
	changeBurst = 20
	talkBurst   = 4
	allRate     = 200.0 // of the whole workspace: a guard, not a limit of Slack's
	allBurst    = 400
)

// Pace implements bot.Paced. New cards wait for each other in their room; what happens to cards that
// somebody has taken, and what is said in direct messages, waits behind none of them.
func (d *Desk) Pace(leg bot.Leg, effect bot.Effect) bot.Pace {
	p := bot.Pace{Account: "bot", Rate: allRate, Burst: allBurst}
	scale := 1.0
	if d.PostRate > 0 {
		scale = d.PostRate / postRate
		p.Rate, p.Burst = max(p.Rate, 2*d.PostRate), max(p.Burst, int(4*d.PostRate))
	}
	switch leg.For {
	case bot.ToOwner:
		p.Place, p.PlaceRate, p.PlaceBurst = "talk/"+leg.ID, postRate*scale, talkBurst
		if told, is := effect.(bot.Tell); is && quiet(told) { // reactions at most
			p.Place, p.PlaceRate, p.PlaceBurst = p.Place+"/signs", changeRate*scale, changeBurst
		}
	case bot.ToDesk:
		post, is := effect.(bot.Post)
		switch {
		case !is:
			p.Place, p.PlaceRate, p.PlaceBurst = "forget", changeRate*scale, changeBurst
		case desk.Free(post.Card):
			p.Place, p.PlaceRate, p.PlaceBurst = d.roomName(post.Card.Queue), postRate*scale, 1
		default:
			p.Place, p.PlaceRate, p.PlaceBurst = d.roomName(post.Card.Queue)+"/update", changeRate*scale, changeBurst
		}
	case bot.ToNobody, bot.ToCitizen, bot.ToActor, bot.ToMail, bot.ToText:
	}
	return p
}
