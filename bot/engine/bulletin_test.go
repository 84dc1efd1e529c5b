package engine_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

const outage = "La plateforme est en panne."

func bulletin(from, until time.Time, queues ...bot.StructureID) bot.Bulletin {
	return bot.Bulletin{ID: "b", Text: map[string]string{"fr": outage, "en": "The platform is down."}, From: from, Until: until, Queues: queues}
}

func TestABulletinIsToldOnceWhileItRuns(t *testing.T) {
	p := reference(t)
	hour := time.Hour
	for name, c := range map[string]struct {
		b                 bot.Bulletin
		opening, handover bool
	}{
		"it runs":                {bulletin(open.Add(-hour), open.Add(hour)), true, false},
		"it has ended":           {bulletin(open.Add(-2*hour), open.Add(-hour)), false, false},
		"it is still to come":    {bulletin(open.Add(hour), open.Add(2*hour)), false, false},
		"it begins meanwhile":    {bulletin(open.Add(time.Minute), open.Add(hour)), false, true},
		"it is of the desk":      {bulletin(open.Add(-hour), open.Add(hour), "accueil-regional"), false, true},
		"it is of somebody else": {bulletin(open.Add(-hour), open.Add(hour), "cio-35"), false, false},
	} {
		k := newTalk(t, p)
		k.in.Facts.Bulletins = []bot.Bulletin{c.b}
		opening := told(k.play(bot.Arrived{}))
		if n := strings.Count(opening, outage); n > 1 || (n == 1) != c.opening {
			t.Errorf("%s: told %d times at the opening", name, n)
		}
		if again := told(k.play(bot.Arrived{})); strings.Contains(again, outage) {
			t.Errorf("%s: told again when the page is opened again", name)
		}
		k.at = open.Add(2 * time.Minute)
		if n := strings.Count(told(k.say("humain")), outage); n > 1 || (n == 1) != c.handover {
			t.Errorf("%s: told %d times before the hand-off", name, n)
		}
	}
}

func TestABulletinIsToldInThePersonsLanguage(t *testing.T) {
	p := reference(t)
	k := newTalk(t, p)
	k.in.Facts.Bulletins = []bot.Bulletin{bulletin(open, open.Add(time.Hour))}
	if got := told(k.play(bot.Arrived{Language: "en"})); !strings.Contains(got, "The platform is down.") {
		t.Errorf("in English: %s", got)
	}
	k = newTalk(t, p)
	k.in.Leg.Channel = "phone"
	b := bulletin(open, open.Add(time.Hour))
	delete(b.Text, "en")
	k.in.Facts.Bulletins = []bot.Bulletin{b}
	for _, e := range k.play(bot.Arrived{Language: "en"}).Effects {
		say, is := e.Effect.(bot.Say)
		if is && say.Text == outage && (say.Language != "fr" || !e.Until.Equal(b.Until)) {
			t.Errorf("a French sentence in an English call is spoken as %q until %s", say.Language, e.Until)
		} else if is && say.Text == outage {
			return
		}
	}
	t.Error("without a translation nothing is told")
}
