package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// danger answers somebody in danger before anything else. It never ends the conversation. The gravest
// danger of those heard decides; the numbers of the others are named too.
func (t *turn) danger(heard []*flow.Danger, words string) {
	d := heard[0]
	t.trace.Class = "danger:" + d.ID
	t.note(bot.DeedDanger + bot.Deed(d.ID))
	if t.s.Life == bot.Closed && t.engineAsking() { // whether to go on is no question any more
		t.resume()
	}
	again := t.s.Case.Danger == d.ID
	if known, ok := t.live.dangerByID[t.s.Case.Danger]; !ok || rank(d.Grade) <= rank(known.Grade) {
		t.s.Case.Danger = d.ID
	}
	if d.Grade != flow.Sensitive {
		t.stopLetters()
	}
	t.sayDanger(d)
	if d.Grade != flow.Immediate {
		t.sayFurther(heard)
	}
	if t.s.Case.Owner != "" && t.s.Life.Open() {
		t.pass(words)
	}
	switch d.Grade {
	case flow.Immediate:
		t.firstInLine(again)
		t.sayFurther(heard) // last: not all of them answer at once
	case flow.Distress:
		if !t.s.Life.Open() {
			t.askEngine(askDistress)
		}
	case flow.Sensitive:
		t.sameDay()
	}
}

// Reread says whether somebody has reread the texts of a danger as they are now in a language.
func (p *Program) Reread(d *flow.Danger, language string) bool {
	review, reread := d.Reread[language]
	return reread && review.Of(p.ReadHash(d, language))
}

// ReadHash names the texts of a danger as they are now in a language.
func (p *Program) ReadHash(d *flow.Danger, language string) string {
	text := func(kind string) string {
		text, _ := p.words.Text(language, "safety."+d.ID+kind)
		return text
	}
	return flow.ReadHash(text(""), text("@voice"), text("@sms"))
}

// sayDanger says the words and numbers for a danger. In a language whose safety texts nobody has
// reread, only the numbers and the desk are named.
func (t *turn) sayDanger(d *flow.Danger) {
	if t.live.Reread(d, t.s.Language) {
		if text := t.text("safety." + d.ID); text != "" {
			t.speak(bot.Say{Text: text, Safety: true, Links: t.links(d)})
			return
		}
	}
	t.sayNumbers(d.Numbers...)
}

// sayFurther names the numbers of the other dangers that were heard.
func (t *turn) sayFurther(heard []*flow.Danger) {
	if links := t.linksTo(furtherNumbers(heard)...); len(links) > 0 {
		t.speak(bot.Say{Text: t.naming("engine.danger.also", links), Safety: true, Links: links})
	}
}

// naming is a text of the engine's that names numbers.
func (t *turn) naming(id string, links []bot.Link) string {
	var calls []string
	for _, l := range links {
		calls = append(calls, l.Text)
	}
	return t.live.texts[textKey{t.s.Language, t.kind, id}].render(func(name string) string {
		if name == "danger_numbers" {
			return strings.Join(calls, ", ")
		}
		return t.value(name, t.s.Answers)
	})
}

// sayNumbers names numbers, and nothing that somebody would have had to reread: those to be called,
// and the one for who cannot speak.
func (t *turn) sayNumbers(numbers ...string) {
	links := t.linksTo(numbers...)
	written := t.linksTo(bySMS)
	calls := slices.DeleteFunc(slices.Clone(links), func(l bot.Link) bool { return slices.Contains(written, l) })
	if len(calls) == len(links) {
		links = append(links, written...)
	}
	t.speak(bot.Say{Text: t.naming("engine.safety.unread", calls), Safety: true, Links: links})
}

// bySMS is the emergency number for those who cannot speak or hear. The engine's own text for a
// language that nobody has reread names it.
const bySMS = "114"

// links are a danger's numbers to be pressed. Some are never named where others may read them.
func (t *turn) links(d *flow.Danger) []bot.Link {
	return t.linksTo(d.Numbers...)
}

func (t *turn) linksTo(numbers ...string) []bot.Link {
	var all []bot.Link
	for _, n := range numbers {
		if number, ok := t.live.Bundle.Safety.Numbers[n]; ok && !(number.Quiet && t.kind == "sms") {
			all = append(all, link(number))
		}
	}
	return all
}

// link dials exactly what is shown. A number for those who cannot speak is a text message.
func link(n flow.Number) bot.Link {
	if n.SMS {
		return bot.Link{Text: shown(n.ID), URL: "sms:" + n.ID}
	}
	return bot.Link{Text: shown(n.ID), URL: "tel:" + n.ID}
}

// shown is a number as people read it: a long one in groups of three, 116 006.
func shown(number string) string {
	if len(number) == 6 {
		return number[:3] + " " + number[3:]
	}
	return number
}

// firstInLine puts the case before all others and says, truthfully, whether somebody reads.
func (t *turn) firstInLine(again bool) {
	if t.s.Case.Owner == "" && t.s.Life != bot.Waiting || !t.s.Life.Open() {
		t.wake()
		t.openCase(t.live.Bundle.Lead(), bot.Direct)
		t.cancel(bot.TimerPromise)
		t.move(lifeEscalate)
		t.s.Asking = false
		t.cancel(bot.TimerSilence)
		t.cancel(bot.TimerExpiry)
	}
	if t.s.Life == bot.Waiting && (!t.waits(bot.TimerUnclaimed) || t.s.Case.Due.Before(t.now)) {
		t.s.Asking = false
		t.s.Case.Due = t.due(t.live.Bundle.Lead(), bot.Direct)
		t.timer(bot.TimerUnclaimed, t.s.Case.Due)
	}
	t.s.Case.Urgent = true
	t.sayWhoReads(again)
}

// wake reopens a closed conversation for a danger, whose case owes nothing to the one before.
func (t *turn) wake() {
	if t.s.Life == bot.Closed {
		t.move(lifeReopen)
		t.s.Case = bot.Case{Danger: t.s.Case.Danger}
	}
}

// somebodyReads says whether the desk is open and staffed, or somebody is on call.
func (t *turn) somebodyReads() bool {
	return t.live.Bundle.Safety.OnCall || t.open(t.live.Bundle.Lead().Hours) && t.in.Facts.OnDuty > 0
}

// sayWhoReads tells somebody in danger whether anybody reads what they write.
func (t *turn) sayWhoReads(again bool) {
	switch {
	case t.s.Life == bot.Live:
		if again {
			return
		}
		t.say("engine.danger.noted")
	case t.somebodyReads():
		t.say("engine.danger.open")
	case t.open(t.live.Bundle.Lead().Hours):
		t.say("engine.danger.unstaffed")
	default:
		t.say("engine.danger.closed")
	}
}

// rank of a grade: 0 is the gravest.
func rank(g flow.Grade) int { return slices.Index(grades[:], g) }

// urgent says whether the case is one of immediate danger.
func (t *turn) urgent() bool {
	d, ok := t.live.dangerByID[t.s.Case.Danger]
	return ok && d.Grade == flow.Immediate
}

// sameDay has a human read the case the same day, or at the next opening, and goes on.
func (t *turn) sameDay() {
	if t.s.Life.Open() {
		t.askAgainIfAsking()
		return
	}
	lead := t.live.Bundle.Lead()
	t.wake()
	asking := t.s.Asking
	t.openCase(lead, bot.Dated)
	if end := t.calendar().AddDays(lead.Hours, t.now, 0); !end.IsZero() {
		t.s.Case.Due = end
	}
	t.move(lifePromise)
	t.timer(bot.TimerPromise, t.s.Case.Due)
	t.say("engine.sensitive")
	if asking {
		t.again()
	}
}
