package engine

import (
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hours"
)

// text is one text in the person's language and channel, values filled in; "" when nobody has it.
func (t *turn) text(id string) string { return t.textWith(id, t.s.Answers) }

func (t *turn) textWith(id string, answers bot.Answers) string {
	key := textKey{t.s.Language, t.kind, id}
	tmpl, ok := t.live.texts[key] // texts are always live…
	if !ok {
		tmpl = t.p.texts[key] // …unless the newest release lacks them
	}
	return tmpl.render(func(name string) string { return t.value(name, answers) })
}

// say speaks one of the engine's own texts.
func (t *turn) say(id string) { t.speak(bot.Say{Text: t.text(id)}) }

// prompt is what a step says: the first variant whose answers match, else its own text.
func (t *turn) prompt(st *flow.Step, suffix string) string {
	return t.promptWith(st, suffix, t.s.Answers)
}

func (t *turn) promptWith(st *flow.Step, suffix string, answers bot.Answers) string {
	if suffix != "" {
		suffix = "@" + suffix
	}
	state := State{Answers: answers}
	for i := range st.Variants {
		if !st.Variants[i].When.Match(state.lookup(t.p, t.scene())) {
			continue
		}
		if text := t.textWith(st.ID+"@"+st.Variants[i].ID+suffix, answers); text != "" {
			return text
		}
	}
	return t.textWith(st.ID+suffix, answers)
}

// stepSays is what a step that asks nothing says. By telephone no key but 0 cuts emergency numbers.
func (t *turn) stepSays(st *flow.Step, answers bot.Answers) bot.Say {
	t.numbered = false
	text := t.promptWith(st, "", answers)
	return bot.Say{Text: text, Safety: t.kind == "voice" && t.numbered}
}

// value is what a name in braces stands for.
func (t *turn) value(name string, answers bot.Answers) string {
	if a, ok := t.p.Bundle.Answers[name]; ok {
		return t.answerLabel(a, answers.Get(name))
	}
	b := t.live.Bundle
	switch name {
	case "service":
		return b.Service
	case "numero_service":
		return b.Line.Text
	case "dossier":
		return t.s.Dossier
	case "besoin":
		if need, ok := t.p.Bundle.Answers[t.p.as.need]; ok {
			return t.answerLabel(need, answers.Get(need.Name))
		}
		return ""
	case "preuve":
		return t.s.Proof.Code
	case "lettre":
		return t.letter
	case "code", "until": // whoever carries the letter knows
		return "{" + name + "}"
	case "conseiller":
		return t.s.Case.OwnerName
	case "structure", "adresse", "telephone", "structure_telephone", "mail", "horaires":
		return t.structureValue(name, answers)
	case "delai", "duree_message":
		return t.delay(name, answers)
	case "attente":
		return t.wait()
	case "prochaine_ouverture":
		return t.nextOpening()
	case "rappel_date", "date_ecrite":
		return t.dueDate(name)
	case "compris":
		return t.understood(answers)
	case "regle":
		return ruleOf(t.s.Case.Row)
	case "endroit":
		return flow.PlaceName(answers.Get(t.p.as.place))
	case "departement", "in_departement":
		return t.place(name, answers)
	case "contact":
		return t.text("engine.contact." + t.s.Case.Contact)
	case "numbers":
		return t.numbers()
	case "jour_ferie":
		return t.calendar().Why(b.Lead().Hours, t.now)
	case "lieux", "lieux_proches", "lieux_theme", "documentation", "portrait", "evenements":
		return t.nearby(name, answers)
	}
	if field, ok := strings.CutPrefix(name, "carte."); ok {
		return t.cardValue(field, answers)
	}
	return t.emergency(name)
}

// emergency is a number of somebody who helps in danger, or "" for what is none.
func (t *turn) emergency(name string) string {
	if _, is := t.live.Bundle.Safety.Numbers[name]; !is {
		return ""
	}
	t.numbered = true
	return shown(name)
}

// dueDate is when something is owed; date_ecrite as it stands in a letter, which is read on another day.
func (t *turn) dueDate(name string) string {
	due := t.s.Case.Due
	if due.IsZero() {
		return ""
	}
	seen := t.now
	if name == "date_ecrite" {
		seen = due.AddDate(-1, 0, 0)
	}
	return hours.Say(t.s.Language, due, seen, t.live.Bundle.Zone)
}

// answerLabel says an answer as people read it: an option's label, a reason's sentence, a card's
// title, a network's present name, or the value itself.
func (t *turn) answerLabel(a *flow.Answer, value string) string {
	switch {
	case value == "":
		return ""
	case a.Name == t.p.as.reason && !t.unplaced() && t.structure(t.s.Answers).Lead:
		return t.text("engine.reason.lead")
	case a.Name == t.p.as.reason && !t.unplaced() && t.replaced():
		return t.text("engine.reason.full")
	case a.Name == t.p.as.reason:
		return t.text("reason." + value)
	case a.Name == t.p.as.card:
		return t.text("card." + value + ".title")
	case a.Name == t.p.as.network:
		if n, ok := t.live.Bundle.Networks[t.network(value)]; ok {
			return n.Name
		}
	case a.Type == flow.PhoneNo || a.Type == flow.Mobile:
		return national(value)
	case a.Name == t.p.as.message:
		if message, recorded := bot.AttachmentOf(value); recorded {
			return bot.Lasting(message.Length)
		}
	case a.Type == flow.Postcode:
		return flow.PlaceName(value)
	}
	if st, ok := t.p.steps[a.Step]; ok && st.Kind == flow.Ask {
		if label := t.text(st.optionText(value)); label != "" && (len(st.Options) > 0 || a.Type == flow.YesNo) {
			return label
		}
	}
	return value
}

// national writes a French number as people read it, in pairs: +33612345678 is 06 12 34 56 78.
func national(e164 string) string {
	digits, french := strings.CutPrefix(e164, "+33")
	if !french || len(digits) != 9 {
		return e164
	}
	digits = "0" + digits
	return digits[:2] + " " + digits[2:4] + " " + digits[4:6] + " " + digits[6:8] + " " + digits[8:]
}

// structure is whom the person is or would be handed to: the case's, else the network's one in
// their territory, else the lead.
func (t *turn) structure(answers bot.Answers) *flow.Structure {
	b := t.live.Bundle
	if s, ok := b.Structures[string(t.s.Case.Structure)]; ok {
		return s
	}
	if network := answers.Get(t.p.as.network); network != "" {
		return t.competent(network, answers)
	}
	return b.Lead()
}

func (t *turn) structureValue(name string, answers bot.Answers) string {
	s := t.structure(answers)
	switch name {
	case "structure":
		if n, ok := t.live.Bundle.Networks[t.network(answers.Get(t.p.as.network))]; ok && t.unplaced() {
			return n.Name
		}
		return s.Name
	case "adresse":
		return s.Address
	case "mail":
		return s.Mail
	case "horaires":
		return t.calendar().Describe(t.s.Language, s.Hours)
	}
	return s.Phone.Text
}

// place names the département, alone or as it stands in a sentence.
func (t *turn) place(name string, answers bot.Answers) string {
	code := t.territory(answers)
	place, ok := t.live.Bundle.Territory(code)
	switch {
	case !ok:
		return firstOf(flow.PlaceName(code), flow.PlaceName(answers.Get(t.p.as.place)))
	case name == "in_departement":
		return place.In
	}
	return place.Name
}

// delay is the promised delay in words: minutes for a live counsellor, working days otherwise; or the days
// that a recorded message is kept.
func (t *turn) delay(name string, answers bot.Answers) string {
	if name == "duree_message" {
		return t.plural("engine.unit.calendar", int(t.keep()/(24*time.Hour)))
	}
	if t.s.Case.Mode == bot.Direct {
		return t.plural("engine.unit.minutes", int(t.live.Bundle.Delays.Pickup.Minutes()))
	}
	return t.plural("engine.unit.days", t.workingDays(t.structure(answers)))
}

func (t *turn) workingDays(s *flow.Structure) int {
	if s.Delay > 0 {
		return s.Delay
	}
	return t.live.Bundle.Delays.Dated
}

func (t *turn) wait() string {
	if t.in.Facts.Wait <= 0 {
		return t.text("engine.wait.unknown")
	}
	return t.plural("engine.unit.minutes", int(t.in.Facts.Wait.Minutes()))
}

func (t *turn) plural(id string, n int) string { return t.live.words.Plural(t.s.Language, id, n) }

// nextOpening says when the lead desk is read again.
func (t *turn) nextOpening() string {
	next, ok := t.calendar().Next(t.live.Bundle.Lead().Hours, t.now)
	if !ok {
		return t.text("engine.soon")
	}
	return hours.Say(t.s.Language, next, t.now, t.live.Bundle.Zone)
}

// cardOf is the card that a step gives: named, or held by an answer.
func (t *turn) cardOf(st *flow.Step, answers bot.Answers) string {
	if name, ok := strings.CutPrefix(st.Card, "{"); ok {
		return answers.Get(strings.TrimSuffix(name, "}"))
	}
	return st.Card
}

func (t *turn) giveCard(id string) {
	t.trace.Cards = append(t.trace.Cards, id)
	if card := t.cardNamed(id); card != nil && card.Nothing {
		t.trace.Lacking = "nothing"
	}
	for _, given := range t.s.Cards {
		if given == id {
			return
		}
	}
	t.s.Cards = append(t.s.Cards[:len(t.s.Cards):len(t.s.Cards)], id)
}

// expired says whether a card's facts may no longer be served as facts.
func (t *turn) expired(id string) bool {
	card := t.cardNamed(id)
	return card != nil && !card.Expires.IsZero() && !t.now.Before(card.Expires)
}

// cardValue reads the card of the conversation.
func (t *turn) cardValue(field string, answers bot.Answers) string {
	id := firstOf(t.cardID, answers.Get(t.p.as.card))
	card := t.cardNamed(id)
	switch {
	case card == nil && field == "titre":
		return t.text("engine.card.none")
	case card == nil:
		return ""
	}
	id = card.ID
	switch field {
	case "titre":
		return t.text("card." + id + ".title")
	case "texte":
		return t.text("card." + id)
	case "source":
		return card.Source
	case "date":
		return hours.SayDay(t.s.Language, card.Checked, t.now, t.live.Bundle.Zone)
	case "url":
		return card.URL
	case "etape":
		return t.stepOf(id)
	}
	if way, ok := wayFields[field]; ok {
		return t.text("card." + id + "." + way)
	}
	return ""
}

// numbers lists, of the danger that was heard, the numbers that answer day and night.
func (t *turn) numbers() string {
	d, ok := t.live.dangerByID[t.s.Case.Danger]
	if !ok {
		return ""
	}
	var all []string
	for _, id := range d.Numbers {
		if n := t.live.Bundle.Safety.Numbers[id]; n.Always && !(n.Quiet && t.kind == "sms") {
			all = append(all, shown(id))
		}
	}
	return strings.Join(all, ", ")
}
