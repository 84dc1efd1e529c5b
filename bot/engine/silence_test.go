package engine_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// silences are so many in a row, each at the question that is open then.
func (k *talk) silences(n int) (last bot.Turn) {
	k.t.Helper()
	for range n {
		last = k.play(bot.NoInput{Ask: k.s.Ask})
	}
	return last
}

// promised is a caller who was promised a call, at the last question, by night or while nobody is free.
func promised(t *testing.T, texts bool) *talk {
	t.Helper()
	k := called(t, reference(t))
	k.in.Facts.Texts = texts
	k.press("1", "1", "2", "0639981234", "1", "1")
	if k.s.Life != bot.Promised || k.s.Case.Due.IsZero() {
		t.Fatalf("at %s the case is %s", k.s.Step, k.s.Life)
	}
	return k
}

// A first silence is met with a short word, a second with the whole question, a third with a person. The choices
// that are not said again still answer.
func TestThreeSilencesLeadToAPerson(t *testing.T) {
	k := called(t, reference(t))
	k.in.Facts.OnDuty = 1
	step := k.s.Step
	short := k.silences(1)
	if say, _ := putLast(short); !say.Short || len(say.Options) != 3 || say.Text != "Je n'ai rien entendu. Pour réécouter, tapez étoile. Pour une personne, tapez 0." {
		t.Errorf("first: %+v", say)
	}
	before := k.s
	if k.press("1"); k.s.Step == step {
		t.Error("a key after the short word is no answer")
	}
	k.s = before
	if say, listens := putLast(k.silences(1)); say.Short || say.Text != "Que cherchez-vous ?" || listens.Patience != 6*time.Second {
		t.Errorf("second: %+v, %+v", say, listens)
	}
	if k.silences(1); k.s.Life != bot.Waiting {
		t.Errorf("after three silences: %s at %s", k.s.Life, k.s.Step)
	}
}

// putLast is the last question of a turn.
func putLast(t bot.Turn) (say bot.Say, listens bot.Listen) {
	for _, e := range t.Effects {
		switch effect := e.Effect.(type) {
		case bot.Say:
			say = effect
		case bot.Listen:
			listens = effect
		}
	}
	return say, listens
}

// Who says nothing while nobody can come hears the emergency numbers and what they may choose, once; then the call
// ends with a word. Any key begins anew.
func TestSilenceWhileNobodyCanComeEndsTheCall(t *testing.T) {
	for name, keys := range map[string][]string{"at once": nil, "after a menu": {"1"}, "at their number": {"1", "1", "2"}} {
		k := called(t, reference(t))
		k.press(keys...)
		if got := told(k.silences(3)); !strings.Contains(got, "3114") || k.s.Step != "accueil.ferme_choix" {
			t.Errorf("%s, after three silences at %s: %q", name, k.s.Step, got)
		}
		k.silences(2)
		k.press("77")                                                   // no answer
		k.press(strconv.Itoa(slices.Index(k.s.Offered, "reponse") + 1)) // somebody is there
		if k.silences(3); k.s.Life != bot.Talking || !k.s.Asking {
			t.Errorf("%s: who pressed a key between: %s", name, k.s.Life)
		}
		if name == "at once" { // who has asked for a person themselves is led there no more
			k.press("0")
		}
		k.silences(2)
		if turn := k.silences(1); k.s.Life != bot.Closed || k.s.Case.Outcome != "silent" || to(turn, bot.ToCitizen) != "say, hangup" || told(turn) != "Je ferme notre conversation. Rappelez quand vous voulez." {
			t.Errorf("%s: %s, %s %q", name, k.s.Life, to(turn, bot.ToCitizen), told(turn))
		}
	}
}

// Who has been promised a call and says no more is rung by nobody, and keeps their promise.
func TestSilenceUndoesNoPromise(t *testing.T) {
	for name, c := range map[string]struct {
		texts    bool
		keys     []string
		silences int
	}{
		"was it useful?":           {false, nil, 3},
		"a text, and the last one": {true, nil, 6},
		"a mobile for the text":    {true, []string{"1"}, 3},
		"keys that are no answer":  {false, []string{"7", "7", "7"}, 0},
	} {
		for _, onDuty := range []int{0, 1} {
			k := promised(t, c.texts)
			k.in.Facts.OnDuty = onDuty
			due := k.s.Case.Due
			turn := k.press(c.keys...)
			if c.silences > 0 {
				turn = k.silences(c.silences)
			}
			if k.s.Life != bot.Promised || k.s.Case.Mode != bot.Dated || k.s.Case.Due != due || k.s.Asking || !k.timed(bot.TimerPromise) {
				t.Errorf("%s: the case is %s %s, due %s, at %s", name, k.s.Life, k.s.Case.Mode, k.s.Case.Due, k.s.Step)
			}
			if got := told(turn); !strings.HasSuffix(got, "Merci de votre appel. Bonne suite.") || strings.Contains(got, "personne") {
				t.Errorf("%s: the caller hears %q", name, got)
			}
		}
	}
}

// Who has chosen to end and says no more rings nobody.
func TestSilenceAtTheLastQuestionIsTheEnd(t *testing.T) {
	for _, texts := range []bool{false, true} {
		k := called(t, reference(t))
		k.in.Facts.OnDuty, k.in.Facts.Texts = 1, texts
		k.press("1", "1", "4")
		n := 3
		if texts { // the text first
			n = 6
		}
		turn := k.silences(n)
		if k.s.Life != bot.Closed || k.s.Case.Outcome != "informed" || !strings.HasSuffix(told(turn), "Bonne suite.") {
			t.Errorf("texts %v: %s, %q: %q", texts, k.s.Life, k.s.Case.Outcome, told(turn))
		}
	}
}

// Who cannot be put through is offered a call-back, or to leave a message, also when the information was given; who
// waits hears that their place is kept.
func TestACallBackIsOfferedAndNotDemanded(t *testing.T) {
	for name, c := range map[string]struct {
		keys  []string
		waits time.Duration
		want  string
	}{
		"by night":          {[]string{"0"}, 0, "informer reponse message"},
		"informed":          {[]string{"1", "1", "1"}, 0, "reponse message"},
		"informed, with 0":  {[]string{"1", "1", "0"}, 0, "reponse message"},
		"for a second time": {[]string{"0", "1", "1", "1", "1"}, 0, "reponse message"},
		"unanswered":        {[]string{"1", "1", "1"}, 3 * time.Minute, "reponse message"},
	} {
		k := called(t, reference(t))
		if c.waits > 0 {
			k.in.Facts.OnDuty = 1
		}
		turn := k.press(c.keys...)
		if c.waits > 0 {
			turn = k.waits(c.waits)
		}
		if k.s.Step != "accueil.ferme_choix" || strings.Join(k.s.Offered, " ") != c.want {
			t.Errorf("%s: at %s, offered %v", name, k.s.Step, k.s.Offered)
		}
		if got := told(turn); strings.Contains(got, "restez en ligne") != (c.waits > 0) {
			t.Errorf("%s: the caller hears %q", name, got)
		}
	}
}
