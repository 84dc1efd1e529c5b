package flow

import (
	"fmt"
	"slices"
	"strings"
)

// A given is a value that an option or a table gives to an answer.
type given struct {
	at            Pos
	step          string
	answer, value string
}

// readFlow reads one flow file into the bundle.
func (l *loader) readFlow(tree *node) {
	f := &Flow{ID: tree.str("flow"), Title: tree.str("title"), Pos: tree.pos}
	f.Start = f.ID + "." + tree.str("start")
	l.flowID(tree, f)
	l.refer(ref{at: tree.place("start"), flow: f.ID, kind: toStep, said: `"start" mène à`, name: tree.str("start")})
	l.b.Flows[f.ID] = f
	for _, e := range tree.at("answers").list() {
		l.readAnswer(e)
	}
	for _, e := range tree.at("steps").list() {
		l.step = e.key.text
		step := l.readStep(f, e)
		l.step = ""
		f.Order = append(f.Order, step.ID)
		l.b.Steps[step.ID] = step
	}
	for _, e := range tree.at("interrupts").list() {
		l.readInterrupt(f, e)
	}
}

// checkInterrupts wants commands in the flow that every conversation begins with, and each telephone
// key to mean one thing.
func (l *loader) checkInterrupts() {
	for _, name := range l.flows {
		tree := l.trees[name]
		if e := tree.get("interrupts"); e != nil && tree.str("flow") != l.b.Start && l.b.Flows[l.b.Start] != nil {
			l.coded(StrayCommands, e.pos, `"interrupts" ne se met que dans le parcours de départ (%q)`, l.b.Start)
		}
	}
	keys := map[string]*Interrupt{}
	for _, i := range l.b.Interrupts {
		if other := keys[i.Key]; other != nil && i.Key != "" {
			l.coded(TwinKey, i.Pos, "les commandes %q et %q ont la même touche %q", other.ID, i.ID, i.Key)
		}
		keys[i.Key] = i
	}
}

// flowID checks a flow's id: it begins every id of its texts, beside those of the other records.
func (l *loader) flowID(tree *node, f *Flow) {
	at := tree.place("flow")
	switch {
	case !wellFormed(f.ID, false):
		l.fault(at, "l'identifiant %q n'est pas admis : minuscules sans accent, chiffres et _ seulement", f.ID)
	case reserved(f.ID) || slices.Contains(takenByTexts(), f.ID):
		l.fault(at, "l'identifiant %q est réservé : prenez un autre nom", f.ID)
	case l.b.Flows[f.ID] != nil:
		l.coded(TwinFlow, at, "le parcours %q existe déjà dans %s", f.ID, l.b.Flows[f.ID].Pos.File)
	}
}

// takenByTexts begin the ids of texts that are of no flow.
func takenByTexts() []string {
	return []string{"card", "reason", "interrupt", "safety", "answer", "territory", "structure", "engine", "network"}
}

func (l *loader) readAnswer(e *entry) {
	n := e.value
	a := &Answer{
		Name: e.key.text, Type: AnswerType(n.str("type")), Keep: n.str("keep"),
		Sensitive: n.truth("sensitive"), Label: n.str("label"), As: Role(n.str("as")), Pos: e.pos,
	}
	if other := l.b.As(a.As); a.As != "" && other != "" && other != a.Name {
		l.coded(TakenRole, n.place("as"), "le rôle %q est déjà celui de la réponse %q : un rôle, une réponse", a.As, other)
	}
	if before := l.b.Answers[a.Name]; before != nil {
		l.coded(TwinAnswer, e.pos, "la réponse %q est déjà déclarée (%s:%d)", a.Name, before.Pos.File, before.Pos.Line)
		return
	}
	if slices.Contains(pseudoAnswers(), a.Name) {
		l.fault(e.pos, "l'identifiant %q est réservé : prenez un autre nom", a.Name)
	}
	l.b.Answers[a.Name] = a
	l.b.AnswerOrder = append(l.b.AnswerOrder, a.Name)
	l.text("answer."+a.Name, n.at("label"))
}

func (l *loader) readInterrupt(f *Flow, e *entry) {
	n := e.value
	i := &Interrupt{ID: e.key.text, Priority: n.whole("priority"), Key: n.str("key"), Do: n.str("do"), Pos: e.pos}
	if i.Key != "" && (len(i.Key) != 1 || !strings.Contains("0123456789*#", i.Key)) {
		l.fault(n.place("key"), `%q n'est pas une touche de téléphone : 0 à 9, "*" ou "#"`, i.Key)
	}
	if to := n.str("then"); to != "" {
		i.Then = l.to(f.ID, n.place("then"), fmt.Sprintf("la commande %q mène à", i.ID), to)
	}
	if (i.Do == "human") != (i.Then != "") && n.get("do") != nil {
		l.coded(StrayThen, e.pos, `la commande %q : "then" va avec "do: human", et seulement avec lui`, i.ID)
	}
	l.text("interrupt."+i.ID, n.at("text"))
	l.text("interrupt."+i.ID+"@voice", n.at("voice"))
	l.text("interrupt."+i.ID+"@sms", n.at("sms"))
	l.text("interrupt."+i.ID+"@retry", n.at("retry"))
	l.synonyms("interrupt."+i.ID+".words", n.at("words"))
	l.b.Interrupts = append(l.b.Interrupts, i)
}

// text keeps a text that citizens or counsellors read under its id.
func (l *loader) text(id string, n *node) {
	if n == nil || n.kind != scalar {
		return
	}
	if before, found := l.b.Texts[id]; found {
		l.fault(n.pos, "deux textes ont le même identifiant %q (%s:%d)", id, before.Pos.File, before.Pos.Line)
		return
	}
	l.b.Texts[id] = Text{Text: strings.TrimSpace(n.text), Pos: n.pos}
}

// synonyms keeps a list of words as one text.
func (l *loader) synonyms(id string, n *node) {
	if n == nil || len(n.entries) == 0 {
		return
	}
	words := n.strings()
	for i, word := range words {
		if strings.Contains(word, "|") {
			l.fault(n.entries[i].pos, `%q : le signe "|" sépare deux mots ; écrivez deux mots dans la liste`, word)
		}
	}
	l.b.Texts[id] = Text{Text: strings.Join(words, " | "), Pos: n.pos}
}

// to notes a destination for the check of links and gives its full id.
func (l *loader) to(flow string, at Pos, said, name string) string {
	if name == "" {
		return ""
	}
	if name == Return {
		return Return
	}
	l.refer(ref{at: at, step: l.step, flow: flow, kind: toStep, said: said, name: name})
	if strings.Contains(name, ".") {
		return name
	}
	return flow + "." + name
}
