package studio

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A fixedView is what a form shows and does not change, and why.
type fixedView struct{ Label, Value, Why string }

// answer is the form of an answer: what it is, how long it stays, what the service does with it.
func (f fields) answer() []group {
	return []group{
		{Parts: f.lines("label")},
		{Title: "Ce que la personne répond", Parts: f.lines("type"), Hint: "Les choix eux-mêmes s'écrivent dans la question."},
		{Title: "Ce qui est gardé", Hint: "Avec le dossier : la conseillère ou le conseiller la lit. Sinon elle part avec la conversation.", Parts: f.lines("keep", "sensitive")},
		{Title: "Ce que le service en fait", Hint: "Un rôle relie la réponse au programme. Une seule réponse a le même. Sans rôle, elle sert aux conditions et aux tables.", Parts: f.lines("as")},
	}
}

// command is the form of what people may say at any time. What it does is the service's own.
func (f fields) command() []group {
	effect := wordOf([]string{"do"}, f.v.TextAt("do"))
	return []group{
		{Title: "Comment on la demande", Hint: "Partout, à tout moment. Les mots des autres langues sont dans les traductions.", Parts: f.lines("words", "key")},
		{Title: "Ce qui est dit alors", Hint: "Vide : la phrase du service.", Parts: f.lines("text", "voice", "sms", "retry")},
		{Title: "Où elle mène", Parts: f.lines("then")},
		{Title: "Si deux commandes sont entendues", Parts: f.lines("priority")},
		{Title: "Ce qui ne change pas ici", Parts: []part{{Fixed: &fixedView{"Effet", effect, "Le service le fait lui-même."}}}},
	}
}

// reason is the form of what a table says of its choice: a text, and nothing else.
func (f fields) reason() []group {
	return []group{{Parts: []part{{Line: &line{Name: sign, Label: "La raison", Kind: flow.LongText, Value: f.v.Text(), Must: true,
		Hint: "Elle suit « …, car » : ni majuscule au début, ni point à la fin."}}}}}
}

// keys are those of a telephone; one that another command has says so.
func (p picker) keys() []choice {
	taken := map[string]string{}
	for _, file := range flowsOf(p.d) {
		commands, _ := p.d.At(file, "interrupts")
		for i, id := range commands.Keys() {
			taken[commands.Items()[i].TextAt("key")] = strings.ToUpper(id)
		}
	}
	var all []choice
	for key := range strings.SplitSeq("0 1 2 3 4 5 6 7 8 9 * #", " ") {
		c := choice{Value: key, Label: key}
		if taken[key] != "" {
			c.Label += " (" + taken[key] + ")"
		}
		all = append(all, c)
	}
	return all
}

// inFlows lists the records of a kind that flows hold.
func (k recordKind) inFlows(d *flow.Draft) []standing {
	var all []standing
	flows := flowsOf(d)
	for _, id := range slices.Sorted(maps.Keys(flows)) {
		table, _ := d.At(flows[id], k.Table)
		for i, name := range table.Keys() {
			all = append(all, standing{ID: name, File: flows[id], Value: table.Items()[i]})
		}
	}
	return all
}

// answerFacts are what the list says of an answer.
func answerFacts(v flow.Value) []string {
	facts := []string{wordOf([]string{"type"}, v.TextAt("type")), "gardée : " + wordOf([]string{"keep"}, v.TextAt("keep"))}
	if as := v.TextAt("as"); as != "" {
		facts = append(facts, "rôle : "+wordOf([]string{"as"}, as))
	}
	return facts
}

// commandFacts are what the list says of a command.
func commandFacts(v flow.Value) []string {
	words, _ := v.At("words")
	facts := []string{wordOf([]string{"do"}, v.TextAt("do"))}
	if key := v.TextAt("key"); key != "" {
		facts = append(facts, "touche "+key)
	}
	if all := words.Texts(); len(all) > 0 {
		facts = append(facts, "« "+strings.Join(all[:min(3, len(all))], " », « ")+" »"+map[bool]string{true: "…"}[len(all) > 3])
	}
	return facts
}

// flowChoices are the flows that a new record may stand in: where conversations begin first.
func flowChoices(d *flow.Draft) []choice {
	start, _ := d.At("bundle.yaml", "start")
	var all []choice
	for id := range flowsOf(d) {
		all = append(all, choice{Value: id, Label: picker{d: d}.title(id), Picked: id == start.Text()})
	}
	slices.SortFunc(all, func(a, b choice) int { return cmp.Compare(a.Label, b.Label) })
	return all
}
