package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

const doWhy = "why"

// why explains the open question or, where the flow has no reason for that one, the service that was
// proposed last: in the words of the row that decided, which the trace names as `explain` does.
func (t *turn) why(i *flow.Interrupt) {
	t.trace.Row, t.trace.Again = t.s.Case.Row, true
	text := ""
	if st, ok := t.p.steps[t.s.Step]; ok && t.s.Asking && st.Kind == flow.Ask {
		text = t.prompt(st.Step, "why")
	}
	switch lead := t.s.Case.Structure == bot.StructureID(t.live.Bundle.Lead().ID); {
	case text != "":
	case lead: // they asked for a person, or nobody else is competent: no row chose it
		text = t.text("interrupt." + i.ID + "@retry")
	case t.s.Answers.Get(t.p.as.reason) != "" && t.s.Case.Row != "":
		text = t.text("interrupt." + i.ID)
	default:
		text = t.text("interrupt." + i.ID + "@retry")
	}
	t.sayText(text, "engine.help")
	t.askAgainIfAsking()
}

// forOwner says whether a command is a word to the counsellor who has the conversation: « Pourquoi ? » is theirs to
// answer. While they write with the person, so is all but what concerns the conversation itself.
func (t *turn) forOwner(i *flow.Interrupt) bool {
	switch i.Do {
	case doStop, doErase, doData, doLanguage:
		return false
	case doWhy, doOpinion:
		return t.s.Case.Owner != "" && t.s.Life.Open()
	}
	return t.s.Case.Owner != "" && t.s.Life == bot.Live && t.kind != "voice"
}

// ruleOf names a row as people read it in every language: « aiguillage 12 », which explain prints as
// table and line.
func ruleOf(row string) string { return strings.Replace(row, ":", " ", 1) }

// wayFields are the four ways to a job as texts name them, beside the routes of a card.
var wayFields = map[string]string{"ecole": "school", "apprentissage": "apprenticeship", "formation": "training", "vae": "vae"}

// stepOf is the step that a card proposes: what follows « À faire : » in its text, without the stop.
func (t *turn) stepOf(card string) string {
	_, step, _ := strings.Cut(t.text("card."+card), t.text("engine.step.mark")+" ")
	step, _, _ = strings.Cut(step, ". ")
	return strings.TrimSuffix(step, ".")
}

// understood is what a person told about themselves, in the words of the options, without what is
// nobody else's business on a screen.
func (t *turn) understood(answers bot.Answers) string {
	var all []string
	weighed := t.weighed()
	for _, st := range t.p.questions {
		if st.Budget != "triage" || st.answer.Type != flow.Choice || st.answer.Sensitive || !slices.Contains(weighed, st.answer.Name) {
			continue
		}
		value := answers.Get(st.answer.Name)
		label := t.answerLabel(st.answer, value)
		if label != "" && value != "non" && !slices.Contains(all, label) {
			all = append(all, label)
		}
	}
	return strings.Join(all, " · ")
}

// weighed are the answers that counted: need and public, what was asked, what changed the wording of a
// question that was asked, and what the row that decided looks at. A sentence may hold more.
func (t *turn) weighed() []string {
	names := []string{t.p.as.need, t.p.as.public}
	table, _, _ := strings.Cut(t.s.Case.Row, ":")
	if decided, ok := t.p.Bundle.Tables[table]; ok {
		names = append(names, decided.Columns...)
	}
	for _, v := range t.s.Path {
		st, ok := t.p.steps[v.Step]
		if !ok || st.answer == nil {
			continue
		}
		names = append(names, st.answer.Name)
		for _, variant := range st.Variants {
			for _, c := range variant.When {
				names = append(names, c.Answer)
			}
		}
	}
	return names
}
