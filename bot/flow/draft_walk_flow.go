package flow

import (
	"slices"
	"strings"
)

// flow notes what a flow declares and names.
func (w *walker) flow(tree *node) {
	w.id = tree.str("flow")
	what := FlowRecord.french() + " " + quote(w.id)
	if e := tree.get("flow"); e != nil {
		w.note(mention{kind: FlowRecord, id: w.id, declares: true, what: what}, e, "flow")
	}
	w.step(tree.get("start"), "le début du parcours "+quote(w.id), "start")
	for _, e := range tree.at("answers").list() {
		if e.key != nil {
			w.note(mention{kind: AnswerRecord, id: e.key.text, key: true, declares: true, what: AnswerRecord.french() + " " + quote(e.key.text)}, e, "answers", e.key.text)
		}
	}
	for _, e := range tree.at("steps").list() {
		if e.key != nil {
			w.owner = w.id + "." + e.key.text
			w.inStep(e)
		}
	}
	w.owner = ""
	for _, e := range tree.at("interrupts").list() {
		if e.key != nil {
			what := "la commande " + quote(e.key.text)
			w.step(e.value.get("then"), what, "interrupts", e.key.text, "then")
			w.texts(e.value, what, "interrupts", e.key.text)
		}
	}
}

// texts are the keys of a record that people hear, with the answers that those name.
func (w *walker) texts(n *node, what string, path ...string) {
	for _, key := range []string{"say", "ask", "text", "voice", "sms", "retry", "why", "error"} {
		if e := n.get(key); e != nil {
			w.prose(e, append(slices.Clone(path), key), what)
		}
	}
}

func (w *walker) inStep(e *entry) {
	n, at := e.value, []string{"steps", e.key.text}
	what := StepRecord.french() + " " + quote(e.key.text)
	of := func(part string) string { return part + " de " + what }
	path := func(keys ...string) []string { return append(slices.Clone(at), keys...) }

	w.note(mention{kind: StepRecord, id: w.owner, key: true, declares: true, what: what,
		swap: func(_, to string) string { return localID(to) }}, e, at...)
	if n.get("ask") != nil && n.get("answer") == nil {
		w.note(mention{kind: AnswerRecord, id: e.key.text, key: true, implied: true, what: what}, e, at...)
	}
	w.named(n, "answer", AnswerRecord, what, at...)
	w.named(n, "call", FlowRecord, what, at...)
	w.named(n, "route", TableRecord, what, at...)
	w.named(n, "card", CardRecord, what, at...)
	w.named(n, "send", AnswerRecord, what, at...)
	w.texts(n, of("un texte"), at...)
	w.texts(n.at("check"), of("un texte"), path("check")...)
	w.step(n.get("then"), of("la suite"), path("then")...)
	w.step(n.get("else"), of(`la suite "else"`), path("else")...)
	for i, act := range n.at("no_match").list() {
		w.step(act, of(`la suite "no_match"`), path("no_match", itoa(i))...)
	}
	for _, way := range n.at("on").list() {
		if way.key != nil {
			w.step(way, of("la suite "+quote("on: "+way.key.text)), path("on", way.key.text)...)
		}
	}
	for i, c := range n.at("if").list() {
		line := of("la ligne " + itoa(i+1))
		w.condition(c.value.at("when"), line, path("if", itoa(i), "when")...)
		w.step(c.value.get("then"), line, path("if", itoa(i), "then")...)
	}
	w.options(n, what, at)
	for _, v := range n.at("variants").list() {
		if v.key != nil {
			variant := of("la variante " + quote(v.key.text))
			w.condition(v.value.at("when"), variant, path("variants", v.key.text, "when")...)
			w.texts(v.value, variant, path("variants", v.key.text)...)
		}
	}
	w.handoff(n.at("handoff"), what, path("handoff"))
}

func (w *walker) options(n *node, step string, at []string) {
	for _, o := range n.at("options").list() {
		if o.key == nil {
			continue
		}
		what := OptionRecord.french() + " " + quote(o.key.text) + " de " + step
		path := func(key ...string) []string {
			return append(append(slices.Clone(at), "options", o.key.text), key...)
		}
		w.note(mention{kind: OptionRecord, id: w.fills[w.owner] + "=" + o.key.text, key: true, declares: true, what: what}, o, path()...)
		w.step(o.value.get("then"), what, path("then")...)
		w.condition(o.value.at("only"), what, path("only")...)
		w.sets(o.value.at("sets"), what, path("sets")...)
		w.texts(o.value, what, path()...)
	}
}

func (w *walker) handoff(n *node, what string, path []string) {
	w.condition(n.at("urgent"), what, append(slices.Clone(path), "urgent")...)
	for i, e := range n.at("brief").list() {
		w.answer(e.value.text, false, e, what, append(slices.Clone(path), "brief", itoa(i))...)
	}
	to := n.get("to")
	if to == nil || n.str("to") == "lead" {
		return
	}
	network, isNetwork := strings.CutPrefix(n.str("to"), "network:")
	if !isNetwork {
		w.named(n, "to", StructureRecord, what, path...)
		return
	}
	m := mention{kind: NetworkRecord, id: network, what: what, swap: func(_, to string) string { return "network:" + to }}
	if answer, ok := inBraces(network); ok {
		m = mention{kind: AnswerRecord, id: answer, what: what, swap: func(_, to string) string { return "network:{" + to + "}" }}
	}
	w.note(m, to, append(slices.Clone(path), "to")...)
}
