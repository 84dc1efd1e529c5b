package engine_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// A message that waits its ten seconds is an answer: the silence before it is over.
func TestAMessageThatIsHeldIsNotLostToASilence(t *testing.T) {
	k := claimed(t)
	delays := reference(t).Bundle.Delays
	k.as(camillesThread, bot.Replied{By: "camille", Text: "Bonjour"})
	k.at = k.at.Add(11 * time.Second)
	k.play(bot.Rang{})
	k.at = k.at.Add(delays.Citizen)
	k.play(bot.Rang{}) // they are nudged
	k.at = k.at.Add(delays.Citizen - time.Second)
	k.as(camillesThread, bot.Replied{By: "camille", Text: "Êtes-vous là ?"})
	var said []string
	for range 15 {
		k.at = k.at.Add(time.Second)
		said = append(said, to(k.play(bot.Rang{}), bot.ToCitizen))
	}
	if k.s.Life != bot.Live || !strings.Contains(strings.Join(said, ","), "speak") {
		t.Errorf("the conversation is %s; the person was sent %q", k.s.Life, said)
	}
}

// Who takes a message back owes an answer still.
func TestWhoTakesAMessageBackIsRemindedThatSomebodyWaits(t *testing.T) {
	k := claimed(t)
	k.say("Vous êtes là ?")
	k.as(camillesThread, bot.Replied{By: "camille", Text: "Oups"})
	k.as(camillesThread, bot.TookBack{By: "camille", Message: k.s.Held[0].Message})
	k.at = k.at.Add(reference(t).Bundle.Delays.Owner)
	if got := to(k.play(bot.Rang{}), bot.ToOwner); !strings.Contains(got, "nudge") {
		t.Errorf("nobody is reminded: %q, timers %v", got, k.s.Timers)
	}
}

func TestAMessageThatAnEndOvertakesIsSaidNotToHaveGone(t *testing.T) {
	k := claimed(t)
	k.as(camillesThread, bot.Replied{By: "camille", Text: "Bonjour"})
	message := k.s.Held[0].Message
	if got, want := to(k.say("STOP"), bot.ToOwner), "tell undelivered "+message; !strings.Contains(got, want) {
		t.Errorf("the owner is told %q, want %q", got, want)
	}
}
