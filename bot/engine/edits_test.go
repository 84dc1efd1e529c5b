package engine_test

import (
	"testing"

	"frontdesk/bot"
)

// The words that always work also do when they were misspelled at first.
func TestACommandThatIsPutRightIsObeyed(t *testing.T) {
	for words, want := range map[string]bot.Life{"EFFACER": bot.Erased, "STOP": bot.Closed, "HUMAIN": bot.Waiting, "une formation": bot.Talking} {
		k := newTalk(t, reference(t))
		k.play(bot.Arrived{})
		turn := k.say("xqzt")
		k.play(bot.Said{Text: bot.Words(words), Amends: turn.Input.ID})
		if k.s.Life != want {
			t.Errorf("%s in the place of a misspelled word: the conversation is %s, want %s", words, k.s.Life, want)
		}
	}
	k := claimed(t)
	turn := k.say("xqzt")
	k.play(bot.Said{Text: "EFFACER", Amends: turn.Input.ID})
	if k.s.Life != bot.Erased {
		t.Errorf("in front of a counsellor: %s", k.s.Life)
	}
}
