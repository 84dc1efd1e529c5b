package engine

import (
	"cmp"
	"maps"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/place"
)

// Heard is what one message means by itself, whatever was said before it.
type Heard struct {
	Language string
	Danger   *flow.Danger    // the gravest that it speaks of, nil for none
	Alarm    hear.Alarm      // why
	Numbers  []string        // those of the danger, then those of others that it speaks of
	Command  *flow.Interrupt // that the whole message is, nil for none
	Mentions []Mention       // all that was recognised, as it was said
	Age      int
	Aged     bool           // an age was said
	Place    *place.Meaning // the place it speaks of, nil for none
	near     place.Preference
	said     hear.Utterance // without the name of the place
}

// Mention is one thing that was recognised, and by which words.
type Mention struct {
	*flow.Meaning
	Words   string
	content int
}

// lexicon is a bundle's lexicon, compiled.
type lexicon struct {
	*flow.Lexicon
	senses   *hear.Senses
	meanings []*flow.Meaning // by sense: those of the file, then the networks
	// languages are those that the lexicon has words of
	languages map[string]bool
	rows      map[string][]row // of the verdicts, by need, "" for none: those that may be true for it
}

// row is a verdict and which of its columns, besides the need, ask for something.
type row struct {
	at    int
	asked []int
}

// compileLexicon compiles lexicon.yaml, and the networks' names of today and of before. Names of two
// letters are too short to be heard in a sentence; the Region's own desk is everybody's.
func compileLexicon(b *flow.Bundle) *lexicon {
	x := &lexicon{Lexicon: &b.Lexicon, meanings: slices.Clone(b.Lexicon.Meanings)}
	lead := ""
	for _, s := range b.Structures {
		if s.Lead {
			lead = s.Network
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Networks)) {
		n := b.Networks[id]
		m := &flow.Meaning{ID: id, Kind: flow.KindNetwork, Pos: n.Pos}
		for _, name := range append([]string{n.Name}, n.Was...) {
			if len(hear.Fold(name)) > 2 && id != lead {
				m.Words = append(m.Words, hear.Said{Language: "fr", Words: name})
			}
		}
		if i := slices.IndexFunc(x.meanings, func(o *flow.Meaning) bool { return o.Kind == flow.KindNetwork && o.ID == id }); i >= 0 {
			more := *x.meanings[i]
			more.Words = append(slices.Clip(more.Words), m.Words...)
			x.meanings[i] = &more
		} else if len(m.Words) > 0 {
			x.meanings = append(x.meanings, m)
		}
	}
	senses := make([]hear.Sense, len(x.meanings))
	x.languages = map[string]bool{}
	for i, m := range x.meanings {
		for _, said := range m.Words {
			x.languages[said.Language] = true
		}
		senses[i] = hear.Sense{ID: m.ID, Words: m.Words, Except: m.Except, Unless: m.Unless, Denied: m.Insult, State: m.Kind == flow.KindPublic || m.Kind == flow.KindTrade}
	}
	x.senses = hear.NewSenses(b.Lexicon.Families, senses)
	x.listRows()
	return x
}

// listRows lists the verdicts by need.
func (x *lexicon) listRows() {
	x.rows = map[string][]row{"": x.rowsOf(nil)}
	for _, m := range x.meanings {
		if m.Kind == flow.KindNeed {
			x.rows[m.ID] = x.rowsOf([]string{m.ID})
		}
	}
}

// rowsOf are the verdicts that may be true for a need.
func (x *lexicon) rowsOf(need []string) []row {
	var rows []row
	for at := range x.Rows {
		r, may := row{at: at}, true
		for i := range x.Rows[at].Cells {
			switch cell := &x.Rows[at].Cells[i]; {
			case cell.Any:
			case x.Columns[i] == flow.KindNeed:
				may = may && cell.Match(need, 0, false)
			default:
				r.asked = append(r.asked, i)
			}
		}
		if may {
			rows = append(rows, r)
		}
	}
	return rows
}

// Hear says what a first message means. near tells which places are likely.
func (p *Program) Hear(words string, near place.Preference) Heard {
	language := hear.Language(words)
	if language == "" { // a word or two: the bundle's own
		language = p.Bundle.Source
	}
	u := hear.Listen(language, words)
	at, ok := place.Mentioned(words, near)
	h := p.lexicon.hear(u, language, words, near, at, ok)
	h.Danger, h.Alarm, h.Numbers = p.Alarm(words)
	if id, ok := p.commandsIn(language).Whole(u); ok {
		h.Command = p.interrupts[id]
	}
	return h
}

// Alarm is the danger that words speak of, nil for none, why, and the numbers: its own, then those of others
// that the words speak of.
func (p *Program) Alarm(words string) (*flow.Danger, hear.Alarm, []string) {
	alarm, ok := p.Bundle.Safety.Hearing.Hear(words)
	if !ok {
		return nil, alarm, nil
	}
	heard := []*flow.Danger{p.dangerByID[alarm.Danger]}
	for _, id := range alarm.Also {
		heard = append(heard, p.dangerByID[id])
	}
	return heard[0], alarm, append(slices.Clone(heard[0].Numbers), furtherNumbers(heard)...)
}

// commandsIn are the commands of a language, or of the bundle's own where it is not served.
func (p *Program) commandsIn(language string) *hear.Phrases {
	if commands, ok := p.commands[language]; ok {
		return commands
	}
	return p.commands[p.Bundle.Source]
}

// hear is what a message means that speaks of a place, or of none. The name of a place is not read for
// anything else: the « salon » of Salon-de-Provence is no fair. u is the words as they were listened to.
func (x *lexicon) hear(u hear.Utterance, language, words string, near place.Preference, at place.Meaning, spoken bool) Heard {
	h := Heard{Language: language, near: near}
	if spoken && !figures(words, &at) {
		h.Place = &at
		u = hear.Listen(language, words[:at.Start]+" , "+words[at.End:])
	}
	h.said = u
	h.Age, h.Aged = hear.Age(u)
	if u.Bare() {
		return h
	}
	found := x.senses.Find(u, language)
	for _, f := range found {
		if m := x.meanings[f.Sense]; m.Kind == flow.KindNetwork || !x.named(f, found) {
			h.Mentions = append(h.Mentions, Mention{m, f.Words, f.Content})
		}
	}
	return h
}

// figures says that what was taken for a place stands among other figures, as in a telephone number.
func figures(words string, m *place.Meaning) bool {
	digit := func(i int) bool { return i >= 0 && i < len(words) && words[i] >= '0' && words[i] <= '9' }
	return digit(m.Start) && m.End-m.Start <= 3 && (digit(m.Start-2) || digit(m.End+1))
}

// named says that words are part of a network's name: the « emploi » of Cap emploi is no need of work.
func (x *lexicon) named(f hear.Found, found []hear.Found) bool {
	return slices.ContainsFunc(found, func(n hear.Found) bool {
		inside := n.Start <= f.Start && n.End >= f.End
		network, need := x.meanings[n.Sense], x.meanings[f.Sense]
		return inside && network.Kind == flow.KindNetwork && need.Kind == flow.KindNeed && network.ID != need.ID
	})
}

// Needs are what the person may want, the weightiest first.
func (h *Heard) Needs() []Mention {
	var needs []Mention
	for _, m := range h.Mentions {
		if m.Kind == flow.KindNeed {
			needs = append(needs, m)
		}
	}
	slices.SortStableFunc(needs, func(a, b Mention) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(b.content, a.content))
	})
	return needs
}

// All are the ids of one kind that were heard, in the order said.
func (h *Heard) All(kind string) []string {
	var ids []string
	for _, m := range h.Mentions {
		if m.Kind == kind {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// whereabouts says whether the place is served, elsewhere or not clear; "" when none was said.
func (h *Heard) whereabouts() string {
	if h.Place == nil {
		return ""
	}
	first := h.Place.Places[0]
	served := slices.Contains(h.near.Regions, first.Region) || slices.Contains(h.near.Departements, first.Departement)
	switch {
	case served && h.Place.Sure:
		return "served"
	case served || !h.Place.Sure:
		return "unclear"
	}
	return "elsewhere"
}

// Answers are the answers of the flow that were heard, and the names of those that two things heard
// disagree about: these are asked. The weightiest need that fills any counts alone.
func (h *Heard) Answers() (found bot.Answers, unsure []string) {
	set := func(m *flow.Meaning) {
		for _, s := range m.Sets {
			switch value, known := found.Lookup(s.Answer); {
			case !known:
				found = found.With(s.Answer, s.Value)
			case value != s.Value:
				unsure = append(unsure, s.Answer)
			}
		}
	}
	for _, need := range h.Needs() {
		if set(need.Meaning); len(found) > 0 {
			break
		}
	}
	settled := found
	for _, m := range h.Mentions {
		if m.Kind != flow.KindNeed {
			set(m.Meaning)
		}
	}
	unsure = slices.DeleteFunc(unsure, settled.Has)
	for _, name := range unsure {
		found = found.Without(name)
	}
	return found, unsure
}

// A Decision is what a front desk would do with one message alone.
type Decision struct {
	Outcomes []string // best first
	Rows     []int    // of the verdicts, from 1: one for each need that was weighed
	Like     string   // the example for which the second outcome is proposed, "" for none
}

// Decide reads the verdicts: the first row that is true for the weightiest need, then for the others. The
// second outcome is proposed by likeness to examples, unless these are nil.
func (p *Program) Decide(h *Heard, examples *hear.Examples) Decision {
	var d Decision
	if outcome := commanded(h.Command); outcome != "" {
		d.Outcomes = []string{outcome}
		return d
	}
	needs := h.Needs()
	if len(needs) == 0 || needs[0].Weight <= courtesy && h.said.Words() > shortest {
		needs = []Mention{{}}
	}
	heard := p.lexicon.heardBy(h)
	for _, need := range needs[:min(len(needs), 3)] {
		row := p.lexicon.row(h, heard, need)
		if row < 0 {
			continue
		}
		d.Rows = append(d.Rows, row+1)
		for _, o := range p.lexicon.Rows[row].Outcomes {
			if o == flow.OutcomeNetwork {
				d.Outcomes = append(d.Outcomes, h.All(flow.KindNetwork)...)
				continue
			}
			d.Outcomes = append(d.Outcomes, o)
		}
	}
	d.Outcomes = unique(p.inTheir(h.Language, d.Outcomes))
	d.propose(p.lexicon, h, examples)
	return d
}

// inTheir is what outcomes become in a language that the service does not ask questions in: a person
// where the lexicon has no words of it either, or where something would have to be asked.
func (p *Program) inTheir(language string, outcomes []string) []string {
	switch {
	case p.full(language), len(outcomes) > 0 && outcomes[0] == flow.OutcomeInsult:
		return outcomes
	case !p.lexicon.languages[language]:
		return slices.Insert(slices.Clone(outcomes), 0, flow.OutcomeHuman)
	}
	rest := slices.Clone(outcomes)
	if i := slices.Index(rest, flow.OutcomeAsk); i >= 0 {
		rest[i] = flow.OutcomeHuman
	}
	return append(rest, flow.OutcomeHuman)
}

// commanded is where a command leads: to a person, who also answers for what is erased, or to an
// information; "" for those that only steer the conversation.
func commanded(i *flow.Interrupt) string {
	if i == nil {
		return ""
	}
	switch i.Do {
	case doHuman, doErase:
		return flow.OutcomeHuman
	case doData:
		return flow.OutcomeInfo
	}
	return ""
}

// shortest is how many words, at most, say what somebody wants and nothing of them.
const shortest = 3

// courtesy is the weight of what is said for politeness, and is no need where more is said.
const courtesy = 1

// heardBy lists what was heard of each column but the need.
func (x *lexicon) heardBy(h *Heard) [][]string {
	heard := make([][]string, len(x.Columns))
	for i, column := range x.Columns {
		switch column {
		case flow.KindNeed, flow.ColumnAge:
		case flow.ColumnPlace:
			if w := h.whereabouts(); w != "" {
				heard[i] = []string{w}
			}
		default:
			heard[i] = h.All(column)
		}
		if column == flow.KindForm && h.said.Words() <= shortest {
			heard[i] = append(heard[i], flow.FormShort)
		}
	}
	return heard
}

// row is the first verdict that is true for one of the needs, -1 for none.
func (x *lexicon) row(h *Heard, heard [][]string, need Mention) int {
	id := ""
	if need.Meaning != nil {
		id = need.ID
	}
	for _, r := range x.rows[id] {
		if x.holds(&r, h, heard) {
			return r.at
		}
	}
	return -1
}

// holds says whether everything that a row asks for besides the need was heard.
func (x *lexicon) holds(r *row, h *Heard, heard [][]string) bool {
	for _, i := range r.asked {
		if !x.Rows[r.at].Cells[i].Match(heard[i], h.Age, x.Columns[i] == flow.ColumnAge && h.Aged) {
			return false
		}
	}
	return true
}

func unique(words []string) []string {
	var once []string
	for _, w := range words {
		if !slices.Contains(once, w) {
			once = append(once, w)
		}
	}
	return once
}
