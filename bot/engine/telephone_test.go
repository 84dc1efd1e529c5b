package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

var camillesPhone = bot.Leg{ID: "call-camille", Channel: "phone", Peer: "counsellor:camille", For: bot.ToOwner}

// calledIn is somebody who waits on the telephone.
func calledIn(t *testing.T) *talk {
	k := newTalk(t, reference(t))
	k.in.Leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	k.play(bot.Arrived{})
	k.play(bot.Pressed{Keys: "0"})
	if k.s.Life != bot.Waiting {
		t.Fatalf("after 0 the conversation is %s", k.s.Life)
	}
	return k
}

func (k *talk) timed(name bot.TimerName) bool {
	return slices.ContainsFunc(k.s.Timers, func(x bot.Timer) bool { return x.Name == name })
}

// A counsellor who talks to the person owes no message soon: the case is not given back behind their backs.
func TestWhoTookACallByTelephoneIsNotRemindedToWrite(t *testing.T) {
	k := calledIn(t)
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	if k.s.Life != bot.Live || k.timed(bot.TimerOwner) {
		t.Errorf("%s, timers %v", k.s.Life, k.s.Timers)
	}

	k = calledIn(t)
	k.as(camillesThread, bot.Claimed{By: "camille"}) // at the desk first, and then their telephone rings
	if !k.timed(bot.TimerOwner) {
		t.Error("who took it at a desk is not reminded")
	}
	answered := k.as(camillesPhone, bot.Claimed{By: "camille"})
	if k.timed(bot.TimerOwner) || !strings.Contains(to(answered, bot.ToActor), "already") {
		t.Errorf("timers %v, told %s", k.s.Timers, to(answered, bot.ToActor))
	}
}

// What a counsellor writes before or while they talk to the caller is no question that the caller leaves unanswered.
func TestATypedMessageDoesNotCutATalk(t *testing.T) {
	for when, begins := range map[string]func(*talk){
		"before the talk": func(k *talk) {
			k.as(camillesThread, bot.Claimed{By: "camille"})
			k.as(camillesThread, bot.Replied{By: "camille", Text: "Je vous prends"})
			k.waits(10 * time.Second)
			k.as(camillesPhone, bot.Claimed{By: "camille"})
		},
		"as it begins": func(k *talk) {
			k.as(camillesThread, bot.Claimed{By: "camille"})
			k.as(camillesThread, bot.Replied{By: "camille", Text: "Je vous prends"})
			k.as(camillesPhone, bot.Claimed{By: "camille"})
		},
		"during the talk": func(k *talk) {
			k.as(camillesPhone, bot.Claimed{By: "camille"})
			k.as(camillesThread, bot.Replied{By: "camille", Text: "Je vous écoute"})
		},
		"during the talk, at the desk again": func(k *talk) {
			k.as(camillesPhone, bot.Claimed{By: "camille"})
			k.as(camillesThread, bot.Claimed{By: "camille"})
			k.as(camillesThread, bot.Replied{By: "camille", Text: "Je vous écoute"})
		},
	} {
		k := calledIn(t)
		begins(k)
		k.waits(10 * time.Second)
		for range 3 {
			if turn := k.waits(15 * time.Minute); to(turn, bot.ToCitizen) != "" {
				t.Errorf("%s: the caller hears %q", when, told(turn))
			}
		}
		if k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
			t.Errorf("%s: the case is %s, of %q", when, k.s.Life, k.s.Case.Owner)
		}
	}
}

// waits has time go by, and what is due then happen.
func (k *talk) waits(d time.Duration) bot.Turn {
	k.t.Helper()
	k.at = k.at.Add(d)
	return k.play(bot.Rang{})
}

// When the counsellor hangs up the caller hears so, and the call ends; the case waits for its outcome.
func TestACounsellorWhoHangsUpEndsTheCallAndKeepsTheCase(t *testing.T) {
	k := calledIn(t)
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	turn := k.as(camillesPhone, bot.HungUp{})
	if got := to(turn, bot.ToCitizen); got != "say, say, hangup" {
		t.Errorf("the caller: %s", got)
	}
	if k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
		t.Errorf("the case is %s, of %q", k.s.Life, k.s.Case.Owner)
	}
	k.as(camillesThread, bot.Finished{By: "camille", Outcome: "answered"})
	if late := k.as(camillesPhone, bot.HungUp{}); to(late, bot.ToCitizen) != "" {
		t.Errorf("a second farewell: %s", told(late))
	}
}

// A voice must know which language it speaks; nobody else is told.
func TestAVoiceIsToldItsLanguage(t *testing.T) {
	spoken := func(k *talk) (all []string) {
		for _, e := range k.play(bot.Arrived{}).Effects {
			if say, is := e.Effect.(bot.Say); is {
				all = append(all, say.Language)
			}
		}
		return slices.Compact(all)
	}
	k := newTalk(t, reference(t))
	if got := spoken(k); !slices.Equal(got, []string{""}) {
		t.Errorf("on the web: %q", got)
	}
	k = newTalk(t, reference(t))
	k.in.Leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	if got := spoken(k); !slices.Equal(got, []string{"fr", "en", "fr"}) { // one line says which key speaks English
		t.Errorf("by telephone: %q", got)
	}
	for _, want := range []string{"en", "fr"} {
		if k.play(bot.Pressed{Keys: "8"}); k.s.Language != want {
			t.Errorf("after the key it speaks %s, want %s", k.s.Language, want)
		}
	}
}

// A second press for one question, on its way while the first is answered, answers no question that was not heard;
// a command is one whatever was heard.
func TestAKeyAnswersNoQuestionThatWasNotHeard(t *testing.T) {
	k := called(t, reference(t))
	first := k.s.Ask
	k.play(bot.Pressed{Ask: first, Keys: "1"})
	second, step := k.s.Ask, k.s.Step
	if second == first {
		t.Fatalf("still at %s", step)
	}
	for _, keys := range []string{"1", "7", "35000"} {
		turn := k.play(bot.Pressed{Ask: first, Keys: keys})
		if len(turn.Effects) > 0 || turn.Trace.Class != "late" || k.s.Step != step || k.s.Ask != second || k.s.Misses > 0 {
			t.Errorf("%s pressed too early: at %s, class %s, told %s", keys, k.s.Step, turn.Trace.Class, told(turn))
		}
	}
	if k.play(bot.Pressed{Ask: second, Keys: "1"}); k.s.Step == step {
		t.Error("a key for the question that was heard is no answer")
	}
	if k.play(bot.Pressed{Ask: first, Keys: "9"}); k.s.Step != step {
		t.Errorf("9 leads to %s, want back to %s", k.s.Step, step)
	}
	if k.play(bot.Pressed{Ask: first, Keys: "0"}); k.s.Step == step {
		t.Error("0 is not heard")
	}
}

// afterTheTalk is a caller whose counsellor has left the telephone, where text messages go out.
func afterTheTalk(t *testing.T, before ...string) *talk {
	k := called(t, reference(t))
	k.in.Facts.OnDuty = 1
	k.press(append(before, "0")...)
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	k.as(camillesPhone, bot.HungUp{})
	return k
}

// While the caller answers, the case is the counsellor's: no key goes to them as words, and their own deeds are done.
func TestWhatACallerKeysAfterTheTalkIsNotForTheCounsellor(t *testing.T) {
	k := afterTheTalk(t)
	if k.s.Step != "entretien.sms_entretien" || !k.s.Asking || k.s.Life != bot.Live {
		t.Fatalf("at %s, asking %v, %s", k.s.Step, k.s.Asking, k.s.Life)
	}
	for _, key := range []string{"7", "9", "*", "1", "12", mobile} {
		if turn := k.press(key); to(turn, bot.ToOwner) != "" {
			t.Errorf("after %s the counsellor is told %s", key, to(turn, bot.ToOwner))
		}
	}
	if sent := texted(k.press("1")); len(sent) != 1 || !strings.Contains(sent[0], k.s.Dossier) || strings.Contains(sent[0], "appelons") {
		t.Errorf("sent: %q", sent)
	}
	if k.s.Life != bot.Live || k.s.Case.Owner != "camille" || k.s.Case.Outcome != "" || k.s.Asking {
		t.Errorf("the case is %s, of %q, outcome %q", k.s.Life, k.s.Case.Owner, k.s.Case.Outcome)
	}
}

func TestNoTextIsOfferedAfterATalk(t *testing.T) {
	for name, change := range map[string]func(*talk){
		"where none go out":               func(k *talk) { k.in.Facts.Texts = false },
		"to who may be in danger":         func(k *talk) { k.s.Case.Danger = "harcelement" },
		"to who is in danger":             func(k *talk) { k.s.Case.Danger = "suicide" },
		"while a procedure is open":       func(k *talk) { k.s.Case.Procedure = "open" },
		"to a child":                      func(k *talk) { k.s.Answers = k.s.Answers.With("age", "moins_15") },
		"to who told something sensitive": func(k *talk) { k.s.Answers = k.s.Answers.With("profil", "handicap") },
		"a second time":                   func(k *talk) { k.s.Answers = k.s.Answers.With("recap", "oui") },
	} {
		t.Run(name, func(t *testing.T) {
			k := called(t, reference(t))
			k.in.Facts.OnDuty = 1
			k.press("0")
			k.as(camillesPhone, bot.Claimed{By: "camille"})
			change(k)
			turn := k.as(camillesPhone, bot.HungUp{})
			hears := "say, say, hangup"
			if k.s.Case.Danger == "suicide" { // the numbers first
				hears = "say, " + hears
			}
			if got := told(turn); strings.Contains(got, "SMS") || to(turn, bot.ToCitizen) != hears || (k.s.Case.Danger == "suicide") != strings.Contains(got, "3114") {
				t.Errorf("the caller hears %q", got)
			}
		})
	}
}

// A case that is given back, or closed, while the caller answers: others are rung, or the answer still counts.
func TestTheCaseGoesOnWhileACallerAnswers(t *testing.T) {
	k := afterTheTalk(t)
	k.as(camillesThread, bot.Released{By: "camille"})
	if k.s.Life != bot.Waiting || k.s.Asking {
		t.Errorf("given back it is %s, asking %v", k.s.Life, k.s.Asking)
	}
	k = afterTheTalk(t, "1", "1")
	if turn := k.as(camillesThread, bot.Finished{By: "camille", Outcome: "answered"}); to(turn, bot.ToCitizen) != "" {
		t.Errorf("the caller hears %q", told(turn))
	}
	if sent := texted(k.press("1", mobile, "1")); len(sent) != 1 || !strings.Contains(sent[0], "source : ") {
		t.Errorf("sent: %q", sent)
	}
	if k.s.Life != bot.Closed || k.s.Case.Outcome != "answered" {
		t.Errorf("it is %s, outcome %q", k.s.Life, k.s.Case.Outcome)
	}
	k = afterTheTalk(t)
	k.as(camillesThread, bot.Finished{By: "camille", Outcome: "answered"})
	if k.press("0"); k.s.Life != bot.Waiting || k.s.Case.Owner != "" {
		t.Errorf("after 0 a closed case is %s, of %q", k.s.Life, k.s.Case.Owner)
	}
}

// What the counsellor decides of the case while the caller is asked something ends the questions: neither silence
// nor a key takes the case from where it is then.
func TestADecisionEndsTheQuestionsAfterATalk(t *testing.T) {
	for name, c := range map[string]struct {
		does bot.Event
		life bot.Life
	}{
		"a promise":  {bot.Promise{By: "camille", At: open.Add(48 * time.Hour), Contact: "phone"}, bot.Promised},
		"a transfer": {bot.Transferred{By: "camille", To: "mission-locale-35", Consent: true}, bot.Referred},
	} {
		t.Run(name, func(t *testing.T) {
			k := afterTheTalk(t)
			if k.as(camillesThread, c.does); k.s.Life != c.life || k.s.Asking {
				t.Fatalf("it is %s, asking %v", k.s.Life, k.s.Asking)
			}
			due, owner := k.s.Case.Due, k.s.Case.Owner
			k.play(bot.NoInput{Ask: k.s.Ask})
			k.press("5")
			k.play(bot.HungUp{})
			if k.s.Life != c.life || k.s.Case.Due != due || k.s.Case.Owner != owner {
				t.Errorf("then it is %s, of %q, due %s", k.s.Life, k.s.Case.Owner, k.s.Case.Due)
			}
		})
	}
}

// Who wants their counsellor back waits three minutes for them, whatever they press; then others are rung, and soon
// something else is offered. Who hangs up leaves the case to the counsellor.
func TestWhoWantsTheirCounsellorBackIsNotForgotten(t *testing.T) {
	k := afterTheTalk(t)
	call := reference(t).Bundle.Delays.Call
	k.press("0")
	began := k.at
	for _, key := range []string{"5", "0", "12"} {
		k.at = k.at.Add(30 * time.Second)
		if turn := k.press(key); to(turn, bot.ToOwner) != "" || !strings.Contains(told(turn), "Je rappelle") {
			t.Errorf("%s: the counsellor is told %q, the caller hears %q", key, to(turn, bot.ToOwner), told(turn))
		}
	}
	k.at = began.Add(call)
	k.play(bot.Rang{})
	if k.s.Life != bot.Waiting || k.s.Case.Owner != "" {
		t.Fatalf("after %s it is %s, of %q", call, k.s.Life, k.s.Case.Owner)
	}
	k.at = k.at.Add(call)
	if k.play(bot.Rang{}); !k.s.Asking {
		t.Error("nothing else is offered to who waits on")
	}

	k = afterTheTalk(t)
	k.press("0")
	k.play(bot.HungUp{})
	k.at = k.at.Add(call)
	if k.play(bot.Rang{}); k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
		t.Errorf("who hung up leaves a case that is %s, of %q", k.s.Life, k.s.Case.Owner)
	}
}

// Whoever comes back by another way is asked nothing that was asked by telephone.
func TestACallThatBrokeOffAsksNothingElsewhere(t *testing.T) {
	k := afterTheTalk(t)
	if k.play(bot.HungUp{}); k.s.Asking {
		t.Error("who has hung up is asked still")
	}
	k = afterTheTalk(t)
	k.in.Leg = bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	if got := told(k.play(bot.Arrived{Resumed: true})); strings.Contains(got, "SMS") {
		t.Errorf("on the page stands %q", got)
	}
	if turn := k.say("et pour mon CV ?"); to(turn, bot.ToOwner) == "" {
		t.Error("the counsellor does not have the words")
	}
}

// A question that is put again is the same: a key that was on its way meanwhile answers it.
func TestAKeyAnswersAQuestionThatIsPutAgain(t *testing.T) {
	for name, again := range map[string]bot.Event{"nothing was pressed": bot.NoInput{}, "once more": bot.Pressed{Keys: "*"}, "not understood": bot.Pressed{Keys: "77"}} {
		k := called(t, reference(t))
		heard, step := k.s.Ask, k.s.Step
		if silence, is := again.(bot.NoInput); is {
			silence.Ask = heard
			again = silence
		}
		k.play(again)
		if k.s.Step != step || k.s.Ask == heard {
			t.Fatalf("%s: at %s, question %s", name, k.s.Step, k.s.Ask)
		}
		if k.play(bot.Pressed{Ask: heard, Keys: "1"}); k.s.Step == step {
			t.Errorf("%s: the key is no answer", name)
		}
	}
}

// Who presses a key while nobody can be rung hears the emergency numbers to their end all the same.
func TestEmergencyNumbersOfTheFlowAreSafety(t *testing.T) {
	for why, happens := range map[string]func(*talk) bot.Turn{
		"closed":     func(k *talk) bot.Turn { k.at = k.at.Add(11 * time.Hour); return k.press("0") },
		"unstaffed":  func(k *talk) bot.Turn { k.in.Facts.OnDuty = 0; return k.press("0") },
		"unanswered": func(k *talk) bot.Turn { k.press("0"); k.at = k.at.Add(5 * time.Minute); return k.play(bot.Rang{}) },
	} {
		k := called(t, reference(t))
		k.in.Facts.OnDuty = 1
		numbered := 0
		for _, e := range happens(k).Effects {
			say, is := e.Effect.(bot.Say)
			if !is {
				continue
			}
			named := strings.Contains(say.Text, "3114")
			if named {
				numbered++
			}
			if say.Safety != named {
				t.Errorf("%s: safety is %v of %q", why, say.Safety, say.Text)
			}
		}
		if numbered != 1 {
			t.Errorf("%s: the numbers are said %d times", why, numbered)
		}
	}
}

// Who holds the line and takes no other way is offered it again, and keeps their place; no answer is promised to who
// gave no number.
func TestWhoHoldsTheLineIsOfferedAnotherWayAgain(t *testing.T) {
	b := reference(t).Bundle
	for _, keys := range [][]string{nil, {"1"}, {"2"}, {"9"}} { // nothing; an information; a number that does not come; no answer
		k := calledIn(t)
		since := k.s.Case.Since
		k.waits(b.Delays.Call)
		k.press(keys...)
		for range 3 {
			turn := k.waits(b.Delays.Citizen)
			if got := told(turn); !strings.Contains(got, "restez en ligne") || k.s.Step != "accueil.ferme_choix" || !k.s.Asking {
				t.Errorf("%v: at %s the caller hears %q", keys, k.s.Step, got)
			}
			if k.s.Life != bot.Waiting || k.s.Case.Since != since || k.s.Case.Contact != "" {
				t.Errorf("%v: %s, %+v", keys, k.s.Life, k.s.Case)
			}
		}
		k.press("2", "0639981234", "1", "1")
		if k.s.Life != bot.Promised || k.s.Answers.Get("numero") != mobile {
			t.Errorf("%v: who takes it in the end: %s, %q", keys, k.s.Life, k.s.Answers.Get("numero"))
		}
	}
}

// Who is keying their number is not interrupted; who waits when the desk closes hears that.
func TestTheOfferComesAtItsTime(t *testing.T) {
	b := reference(t).Bundle
	k := calledIn(t)
	k.waits(b.Delays.Call)
	k.at = k.at.Add(b.Delays.Citizen - 20*time.Second)
	k.press("2")
	if turn := k.waits(20 * time.Second); told(turn) != "" || k.s.Step != "contact.numero" {
		t.Errorf("at %s the caller hears %q", k.s.Step, told(turn))
	}
	if turn := k.waits(time.Minute); k.s.Step != "accueil.ferme_choix" {
		t.Errorf("a minute later at %s: %q", k.s.Step, told(turn))
	}
	k = calledIn(t)
	k.waits(b.Delays.Call)
	k.s.Case.Since = k.at.Add(9 * time.Hour) // they have called shortly before it closes
	if got := told(k.waits(9 * time.Hour)); !strings.Contains(got, "répondent demain") || strings.Contains(got, "restez en ligne") {
		t.Errorf("once the desk has closed: %q", got)
	}
}

// Whoever rings off while they wait is called back where they gave a number; nobody is promised to who gave none.
func TestWhoRingsOffWhileWaiting(t *testing.T) {
	b := reference(t).Bundle
	for name, c := range map[string]struct {
		does func(*talk)
		life bot.Life
	}{
		"at once":                       {func(*talk) {}, bot.Closed},
		"after the offer":               {func(k *talk) { k.waits(b.Delays.Call) }, bot.Closed},
		"before their number":           {func(k *talk) { k.waits(b.Delays.Call); k.press("2") }, bot.Closed},
		"after their number":            {func(k *talk) { k.waits(b.Delays.Call); k.press("2", "0639981234") }, bot.Promised},
		"a wrong number, then a person": {func(k *talk) { k.waits(b.Delays.Call); k.press("2", "0639981234", "2"); k.play(bot.Pressed{Keys: "0"}) }, bot.Closed},
		"a wrong number":                {func(k *talk) { k.waits(b.Delays.Call); k.press("2", "0639981234", "2") }, bot.Closed},
		"in danger":                     {func(k *talk) { k.s.Case.Danger = "harcelement" }, bot.Promised},
	} {
		k := calledIn(t)
		c.does(k)
		k.play(bot.HungUp{})
		if k.s.Life != bot.Waiting {
			t.Errorf("%s: at once %s", name, k.s.Life)
		}
		turn := k.waits(b.Delays.Citizen)
		if k.s.Life != c.life || to(turn, bot.ToCitizen) != "" || c.life == bot.Closed && k.s.Case.Outcome != "abandoned" {
			t.Errorf("%s: %s, outcome %q, told %q", name, k.s.Life, k.s.Case.Outcome, told(turn))
		}
	}
	k := calledIn(t)
	k.play(bot.HungUp{})
	k.in.Leg = bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	k.play(bot.Arrived{Resumed: true})
	if k.waits(b.Delays.Call); k.s.Life != bot.Waiting {
		t.Errorf("who goes on by the web: %s", k.s.Life)
	}
}

// Of a call that ended without a word nobody heard, the wait ends too; whoever gave a number is called back.
func TestNobodyWaitsForEver(t *testing.T) {
	b := reference(t).Bundle
	for want, keys := range map[bot.Life][]string{bot.Closed: nil, bot.Promised: {"2", "0639981234", "1"}} {
		k := calledIn(t)
		k.waits(b.Delays.Call)
		k.press(keys...)
		for range 5 {
			k.waits(b.Delays.Citizen)
		}
		if k.s.Life != want {
			t.Errorf("with %v: %s", keys, k.s.Life)
		}
	}
}

// Whoever talked to a caller is reminded again of what the person writes once both have hung up.
func TestATalkIsOverWithItsCaller(t *testing.T) {
	k := calledIn(t)
	k.as(camillesThread, bot.Claimed{By: "camille"})
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	k.play(bot.HungUp{})
	k.in.Leg = bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	k.play(bot.Arrived{Resumed: true})
	k.say("J'ai oublié de vous dire une chose")
	if k.waits(reference(t).Bundle.Delays.Owner); !k.timed(bot.TimerOwner) {
		t.Error("nobody reminds the counsellor")
	}
}

// A message that is being recorded is not interrupted by another offer.
func TestAnOfferDoesNotInterruptAMessage(t *testing.T) {
	k := calledIn(t)
	b := reference(t).Bundle
	k.waits(b.Delays.Call)
	k.at = k.at.Add(b.Delays.Citizen - 90*time.Second)
	k.press("3", "0639981234", "1", "1")
	at := k.s.Step
	if turn := k.waits(90 * time.Second); told(turn) != "" || k.s.Step != at || at != "accueil.message_vocal" {
		t.Errorf("at %s, then %s, the caller hears %q", at, k.s.Step, told(turn))
	}
}

// A key is no message: who waits hears that they are in the queue still, and who was promised a call does not.
func TestAKeyWhileNothingIsAskedIsNoMessage(t *testing.T) {
	k := calledIn(t)
	if got := told(k.press("5")); got != "Vous êtes toujours dans la file." {
		t.Errorf("who waits hears %q", got)
	}
	k = promised(t, false)
	k.press("1")
	if got := told(k.press("5")); got != "Merci de votre appel. Bonne suite." || k.s.Life != bot.Promised {
		t.Errorf("who was promised a call hears %q, and is %s", got, k.s.Life)
	}
}
