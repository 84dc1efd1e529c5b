package engine

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/directory"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/hours"
	"frontdesk/bot/place"
)

// This file tells from the reference data: where people are received, what is on, what work there is. All
// of it is live, and the trace names the set that it came from.

// mostTold is how many places or events are told at most (domain.md, BR10); by SMS and voice it is one.
const mostTold = 3

// reference is the reference data; whoever asks for it has told from it.
func (t *turn) reference() *directory.Set {
	if t.live.data != nil {
		t.trace.Data = t.live.data.Hash
	}
	return t.live.data
}

// whereabouts are as much as a person has said of where they are. A postcode of several communes leaves
// the commune open.
func (t *turn) whereabouts(answers bot.Answers) directory.Where {
	said := answers.Get(t.p.as.place)
	where := directory.Where{Commune: flow.CommuneOf(said), Area: flow.DepartementOf(said)}
	if p, ok := place.Lookup(where.Commune); ok {
		where.Postcode = p.Postcode
	} else if len(said) == len("35000") {
		where.Postcode = said
	}
	if in, ok := t.live.Bundle.Territory(t.territory(answers)); ok {
		where.Territory = in.Communes
	}
	return where
}

// nearby fills the names in braces that stand for reference data; "" for others.
func (t *turn) nearby(name string, answers bot.Answers) string {
	switch name {
	case "lieux": // of the network that the person is sent to: nothing where there are none
		return t.placesOf(answers, directory.Wish{Network: answers.Get(t.p.as.network)})
	case "lieux_proches":
		return cmp.Or(t.placesOf(answers, directory.Wish{Network: t.localNetwork(answers)}), t.placesOf(answers, directory.Wish{}), t.text("engine.receptions.none"))
	case "lieux_theme":
		return firstOf(t.placesOf(answers, directory.Wish{Theme: answers.Get(t.p.as.theme)}), t.text("engine.receptions.no_theme"))
	case "documentation":
		return cmp.Or(t.placesOf(answers, directory.Wish{Library: true}), t.text("engine.receptions.no_library"))
	case "portrait":
		return t.portrait(answers)
	case "evenements":
		return t.events(answers)
	}
	return ""
}

// localNetwork is the network that answers the person's need, unless that is the regional desk, which is
// nowhere near.
func (t *turn) localNetwork(answers bot.Answers) string {
	network := answers.Get(t.p.as.network)
	if network == t.live.Bundle.Lead().Network {
		return ""
	}
	return network
}

// placesOf says the nearest places that fulfil a wish, and why each.
func (t *turn) placesOf(answers bot.Answers, wish directory.Wish) string {
	where := t.whereabouts(answers)
	wish.Day = t.now.In(t.live.Bundle.Zone)
	if s := t.structure(answers); !s.Lead {
		wish.Structure = s.ID
	}
	most := mostTold
	if t.kind != "chat" {
		most = 1
	}
	found := t.reference().Near(where, wish, most)
	if len(found) == 0 {
		return ""
	}
	var lines []string
	if most > 1 {
		lines = append(lines, t.text("engine.receptions"))
	}
	for i := range found {
		lines = append(lines, t.placeLine(&found[i], i+1, wish))
	}
	return strings.Join(lines, "\n")
}

// placeLine is one place: where, why, when, how, and who says so.
func (t *turn) placeLine(f *directory.Found, n int, wish directory.Wish) string {
	parts := []string{t.fill("engine.reception", "n", itoa(n), "nom", f.Name, "adresse", addressOf(f.Place))}
	if f.Address == "" && f.Town == "" {
		parts[0] = t.fill("engine.reception.bare", "n", itoa(n), "nom", f.Name)
	}
	parts = append(parts, t.fill("engine.reception.why", "pourquoi", t.whyPlace(f, wish)))
	parts = append(parts, t.opens(f))
	parts = append(parts, t.reach(f.Place)...)
	if t.kind == "chat" && len(f.Ways) > 0 {
		ways := make([]string, len(f.Ways))
		for i, way := range f.Ways {
			ways[i] = t.way(way)
		}
		parts = append(parts, t.fill("engine.reception.ways", "moyens", strings.Join(ways, ", ")))
	}
	if t.kind == "chat" && len(f.Poles) > 0 {
		parts = append(parts, t.fill("engine.reception.poles", "poles", strings.Join(f.Poles, ", ")))
	}
	if t.kind == "chat" && (f.Accessible == directory.Yes || f.Accessible == directory.No || f.Accessible == directory.OnRequest) {
		parts = append(parts, t.text("engine.reception.accessible."+f.Accessible))
	}
	parts = append(parts, t.fill("engine.reception.source", "source", f.Source, "date", dayFrench(f.Updated)))
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// reach says how a place is reached: by telephone, and in writing where there is none, or where the person
// does not use one.
func (t *turn) reach(p *directory.Place) []string {
	var parts []string
	if p.Phone != "" {
		parts = append(parts, t.fill("engine.reception.phone", "numero", p.Phone))
	}
	adaptation := t.s.Answers.Get(t.p.as.adaptation)
	if t.kind == "voice" || p.Phone != "" && adaptation != "ecrit" && adaptation != "lsf" {
		return parts
	}
	switch {
	case p.Mail != "":
		parts = append(parts, t.fill("engine.reception.mail", "courriel", p.Mail))
	case p.Web != "":
		parts = append(parts, t.fill("engine.reception.web", "site", p.Web))
	}
	return parts
}

// way says one of the modes de mobilisation of data·inclusion.
func (t *turn) way(mode string) string {
	switch mode {
	case "envoyer-un-courriel":
		return t.text("engine.way.mail")
	case "se-presenter":
		return t.text("engine.way.come")
	case "telephoner":
		return t.text("engine.way.call")
	}
	return t.text("engine.way.form")
}

func addressOf(p *directory.Place) string {
	town := strings.TrimSpace(p.Postcode + " " + p.Town)
	if p.Address == "" || town == "" {
		return p.Address + town
	}
	return p.Address + ", " + town
}

// whyPlace says what the place is good for, and how near it is.
func (t *turn) whyPlace(f *directory.Found, wish directory.Wish) string {
	why := []string{t.text("engine.reception.receives")}
	switch {
	case wish.Network != "":
		why[0] = t.text("engine.reception.competent")
	case wish.Library:
		why[0] = t.text("engine.reception.documents")
	case wish.Theme != "":
		why[0] = t.text("engine.reception.theme")
	}
	if f.InCharge {
		why = append(why, t.text("engine.reception.in_charge"))
	}
	switch {
	case f.Here:
		why = append(why, t.text("engine.reception.commune"))
	case f.Km >= 0:
		why = append(why, t.plural("engine.reception.km", max(1, int(f.Km+0.5))))
	case f.Around:
		why = append(why, t.text("engine.reception.postcode"))
	case f.Inside:
		why = append(why, t.text("engine.reception.territory"))
	case !f.InCharge:
		why = append(why, t.text("engine.reception.area"))
	}
	return strings.Join(why, ", ")
}

// opens says whether a place is open now, or when it opens next; nothing where its hours are not known.
func (t *turn) opens(f *directory.Found) string {
	b := t.live.Bundle
	if f.Week == nil {
		return t.text("engine.reception.no_hours")
	}
	c := hours.Calendar{Zone: b.Zone, Holidays: b.Calendar.Holidays, Queues: map[string]hours.Week{"": *f.Week}}
	if end, ok := c.Until("", t.now); ok {
		return t.fill("engine.reception.open", "heure", hours.SayHour(t.s.Language, end, b.Zone))
	}
	if next, ok := c.Next("", t.now); ok {
		return t.fill("engine.reception.opens", "quand", hours.Say(t.s.Language, next, t.now, b.Zone))
	}
	return ""
}

// portrait says what work there is around the person, with source and year, in 600 characters at most.
func (t *turn) portrait(answers bot.Answers) string {
	p, ok := t.reference().Portrait(t.whereabouts(answers))
	if !ok {
		return t.text("engine.portrait.none")
	}
	return t.fill("engine.portrait", "nom", p.Name, "texte", p.Text, "source", p.Source, "annee", strconv.Itoa(p.Year))
}

// events says what is on in the person's département, the next first; never what is over.
func (t *turn) events(answers bot.Answers) string {
	data, job := t.reference(), ""
	if j, ok := data.Job(answers.Get(t.p.as.job)); ok {
		job = j.Code
	}
	most := mostTold
	if t.kind != "chat" {
		most = 1
	}
	zone := t.live.Bundle.Zone
	ahead := data.Ahead(t.whereabouts(answers), job, t.now.In(zone), most)
	if len(ahead) == 0 {
		return t.text("engine.events.none")
	}
	var lines []string
	if most > 1 {
		lines = append(lines, t.text("engine.events"))
	}
	for i, e := range ahead {
		from, _ := time.ParseInLocation(time.DateOnly+" 15:04", e.From+" "+firstOf(e.Opens, "00:00"), zone)
		day := hours.SayDay(t.s.Language, from, t.now, zone)
		if e.Opens != "" {
			day = hours.Say(t.s.Language, from, t.now, zone)
		}
		if e.From != e.To {
			to, _ := time.ParseInLocation(time.DateOnly, e.To, zone)
			day = t.fill("engine.event.days", "debut", day, "fin", hours.SayDay(t.s.Language, to, t.now, zone))
		}
		where := e.Town
		if e.Address != "" {
			where = e.Address + ", " + e.Town
		}
		lines = append(lines, t.fill("engine.event", "n", itoa(i+1), "titre", e.Title, "jour", day, "lieu", where,
			"par", strings.Join(e.By, ", "), "source", e.Source))
	}
	return strings.Join(lines, "\n")
}

// job is the name of a job in both genders, as ROME has it, where words name one; else the words.
func (t *turn) job(words string) string {
	if j, ok := t.reference().Job(words); ok {
		return j.Both()
	}
	return clip(words)
}

// meeting takes the wish to talk to somebody of a job (« parler à une boulangère ») for the need that such
// words stand for in the flow, and notes the job. Whoever asks for a person of the service means no job.
func (t *turn) meeting(st *step, u hear.Utterance, words string) (Class, bool) {
	if st.answer.Name != t.p.as.need || t.p.as.job == "" || t.live.data == nil {
		return Class{}, false
	}
	if key, _, ok := t.live.commands[t.s.Language].Within(u); ok && t.live.interrupts[key].Do == doHuman {
		return Class{}, false
	}
	if _, denied, ok := t.live.meets[t.s.Language].Within(u); !ok || denied {
		return Class{}, false
	}
	j, ok := t.reference().Job(words)
	if !ok {
		return Class{}, false
	}
	said := t.text("engine.meet.as")
	stands := hear.Listen(t.s.Language, said)
	class, ok := t.classify(st, stands, said)
	if ok {
		t.s.Answers = t.s.Answers.With(t.p.as.job, j.Both())
		t.fillOthers(st, stands, said)
	}
	return class, ok
}

// fill is a text of the engine's with values that no name in braces stands for: pairs of name and value.
func (t *turn) fill(id string, values ...string) string {
	return t.live.texts[textKey{t.s.Language, t.kind, id}].render(func(name string) string {
		for i := 0; i+1 < len(values); i += 2 {
			if values[i] == name {
				return values[i+1]
			}
		}
		return ""
	})
}

// dayFrench writes a day as it stands in France on any document: 24/11/2026.
func dayFrench(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return d.Format("02/01/2006")
}
