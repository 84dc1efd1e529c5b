package engine_test

import (
	"testing"
	"time"

	"frontdesk/bot"
)

// dated are the effects that carry a time after which they are not worth sending, by their words.
func dated(turns ...bot.Turn) map[string]time.Time {
	found := map[string]time.Time{}
	for _, turn := range turns {
		for _, e := range turn.Effects {
			if e.Until.IsZero() {
				continue
			}
			switch f := e.Effect.(type) {
			case bot.Say:
				found[f.Text] = e.Until
			case bot.Tell:
				found[f.Code] = e.Until
			default:
				found[bot.Name(f)] = e.Until
			}
		}
	}
	return found
}

// ring lets the conversation's next timer run out.
func (k *talk) ring() bot.Turn {
	k.t.Helper()
	if len(k.s.Timers) == 0 {
		k.t.Fatal("nothing is timed")
	}
	k.at = k.s.Timers[0].At
	for _, x := range k.s.Timers {
		if x.At.Before(k.at) {
			k.at = x.At
		}
	}
	return k.play(bot.Rang{})
}

// Reminders and news of a wait are worth sending until what they speak of is over. Nothing else is
// ever dropped: no question, no answer, no promise, no word about danger.
func TestRemindersAreWorthSendingForAWhile(t *testing.T) {
	k := newTalk(t, reference(t))
	delays := reference(t).Bundle.Delays
	one := func(what string, until time.Time, turn bot.Turn) {
		t.Helper()
		found := dated(turn)
		if got, is := found[what]; !is || !got.Equal(until) || len(found) != 1 {
			t.Errorf("%v, want %q until %s alone", found, what, until)
		}
	}
	if found := dated(k.play(bot.Arrived{Language: "fr"})); len(found) > 0 {
		t.Errorf("a first question has an end: %v", found)
	}
	silent := k.ring()
	if found := dated(silent); len(found) != 1 || !found["Vous êtes toujours là ? Vous pouvez répondre quand vous voulez."].After(k.at) {
		t.Errorf("a silence: %v", found)
	}
	waits := k.say("humain")
	if k.s.Life != bot.Waiting {
		t.Fatalf("asking for a person leads to %s", k.s.Life)
	}
	if found := dated(waits); len(found) != 1 || !found["Vous êtes la prochaine personne."].After(k.at) {
		t.Errorf("a wait: %v", found)
	}
	if found := dated(k.play(bot.Claimed{By: "camille"}), k.say("bonjour")); len(found) > 0 {
		t.Errorf("a claim: %v", found)
	}
	one("nudge", k.at.Add(2*delays.Owner), k.ringOf(bot.TimerOwner))
	k.play(bot.Replied{By: "camille", Text: "Bonjour"})
	if found := dated(k.ring()); len(found) > 0 { // the message goes
		t.Errorf("a counsellor's words: %v", found)
	}
	one("Êtes-vous toujours là ? Camille attend votre message.", k.s.Updated.Add(2*delays.Citizen), k.ringOf(bot.TimerCitizen))
}

// ringOf lets a timer run out, whatever rings before it.
func (k *talk) ringOf(name bot.TimerName) bot.Turn {
	k.t.Helper()
	for _, x := range k.s.Timers {
		if x.Name == name {
			k.at = x.At
			return k.play(bot.Rang{})
		}
	}
	k.t.Fatalf("no timer %s among %v", name, k.s.Timers)
	return bot.Turn{}
}

func TestWhatIsSaidAboutDangerIsWorthSendingForEver(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{Language: "fr"})
	turns := []bot.Turn{k.say("je vais me tuer")}
	for range 3 {
		turns = append(turns, k.say("je vais me tuer"), k.ring())
	}
	safety := false
	for _, turn := range turns {
		for _, e := range turn.Effects {
			say, is := e.Effect.(bot.Say)
			safety = safety || is && say.Safety
		}
	}
	if found := dated(turns...); len(found) > 0 || !safety {
		t.Errorf("with an end: %v; safety said: %v", found, safety)
	}
}
