package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// people reports where no person is two messages away and no danger is heard at once, in each
// language and on each channel.
func (r *report) people() {
	r.distance()
	r.words()
	r.unread()
	for _, st := range r.w.silent {
		r.fault(NumbersFirst, st.Pos, st, r.w.way(r.w.passed[seenOn{st.ID, silence}]), `ajoutez {15}, {17} et {112} au texte "voice" de l'étape suivante, dans chaque langue`,
			"au téléphone, quand personne ne répond, les numéros d'urgence sont à dire avant toute autre proposition")
	}
}

// distance reports questions from which asking for a person leads, in two messages, to nobody: the one
// that comes first, and how many more there are.
func (r *report) distance() {
	far := map[string]bool{}
	first := int32(-1)
	for i := range r.w.nodes {
		n := &r.w.nodes[i]
		if st := r.w.p.Bundle.Steps[n.state.Step]; st.Kind == flow.Ask && !far[st.ID] && !r.w.leadsToSomebody(n) {
			far[st.ID] = true
			if first < 0 {
				first = int32(i)
			}
		}
	}
	if first < 0 {
		return
	}
	others := ""
	if n := len(far) - 1; n > 0 {
		others = fmt.Sprintf(" ; de même depuis %d autre%s question%[2]s", n, map[bool]string{true: "s"}[n > 1])
	}
	st := r.w.p.Bundle.Steps[r.w.nodes[first].state.Step]
	r.fault(FarFromPeople, st.Pos, st, r.w.wayTo(first), `faites mener la commande "human" à une étape "handoff"`, "d'ici, une personne est à plus de deux messages%s", others)
}

// leadsToSomebody says whether asking for a person hands over, or the answer to what is then asked.
func (w *walk) leadsToSomebody(n *node) bool {
	for _, k := range n.out {
		e := &w.edges[k]
		if e.move.kind != asksHuman {
			continue
		}
		if e.given&handed != 0 || slices.ContainsFunc(w.nodes[e.to].out, func(k int32) bool { return w.edges[k].given&handed != 0 }) {
			return true
		}
	}
	return false
}

// words reports commands and dangers that are not heard in a language that is served.
func (r *report) words() {
	b := r.w.p.Bundle
	free := slices.ContainsFunc(r.order(), func(st *flow.Step) bool {
		return st.Kind == flow.Ask && b.Answers[st.Answer].Type == flow.Free && r.visited(st)
	})
	byKey := false
	for _, i := range b.Interrupts {
		if i.Do != "human" {
			continue
		}
		byKey = byKey || i.Key == "0"
		for _, language := range b.Languages {
			r.heard(i, language, free)
		}
	}
	if !byKey {
		at := b.Flows[b.Start].Pos
		if len(b.Interrupts) > 0 {
			at = b.Interrupts[0].Pos
		}
		r.fault(NoKeyToPeople, at, nil, nil, `donnez "key: \"0\"" à la commande "human"`, "au téléphone, la touche 0 ne mène à personne")
	}
	for _, language := range b.Languages {
		r.dangers(language)
	}
}

// heard reports a word for a person that something else takes.
func (r *report) heard(i *flow.Interrupt, language string, free bool) {
	b := r.w.p.Bundle
	joined, _ := r.w.words.Text(language, "interrupt."+i.ID+".words")
	if joined == "" {
		r.fault(CommandUnsaid, i.Pos, nil, nil, "traduisez ses mots", "commande %q : aucun mot en langue %q", i.ID, language)
		return
	}
	for word := range strings.SplitSeq(joined, "|") {
		word = strings.TrimSpace(word)
		switch other := r.w.p.Heard(language, word, false); {
		case other != i.ID && i.ID == humanCommand(b):
			r.fault(CommandTaken, i.Pos, nil, nil, "enlevez ce mot de l'autre commande, ou augmentez la priorité", "commande %q : le mot %q est entendu comme %q", i.ID, word, other)
			return
		case free && r.w.p.Heard(language, word, true) == "":
			r.fault(CommandDeaf, i.Pos, nil, nil, "donnez-lui 60 au moins", "commande %q : priorité %d, elle n'est pas entendue aux questions libres", i.ID, i.Priority)
			return
		}
	}
}

// humanCommand is the first command that leads to a person.
func humanCommand(b *flow.Bundle) string {
	for _, i := range b.Interrupts {
		if i.Do == "human" {
			return i.ID
		}
	}
	return ""
}

// unread reports texts for somebody in danger that are not said, since nobody has reread them as they are.
func (r *report) unread() {
	b := r.w.p.Bundle
	for _, d := range b.Safety.Dangers {
		if _, reread := d.Reread[b.Source]; !reread {
			r.warn(NotReread, d.Pos, nil, "faites-le relire, puis notez le nom et la date", "danger %q : personne n'a relu son texte en langue %q, seuls les numéros sont dits", d.ID, b.Source)
		}
		for _, language := range slices.Sorted(maps.Keys(d.Reread)) {
			if !r.w.p.Reread(d, language) {
				review := d.Reread[language]
				r.warn(ReadBefore, d.Pos, nil, "faites-le relire, puis notez le nom, la date et hash: "+r.w.p.ReadHash(d, language),
					"danger %q : son texte en langue %q a changé depuis la relecture du %s, seuls les numéros sont dits", d.ID, language, review.On.Format(time.DateOnly))
			}
		}
	}
}

// dangers reports a language in which somebody going to die is not heard.
func (r *report) dangers(language string) {
	b := r.w.p.Bundle
	for _, d := range b.Safety.Dangers {
		if d.Grade != flow.Immediate {
			continue
		}
		if !b.Safety.Hearing.Announces(language, d.ID) {
			r.fault(DangerUnheard, d.Pos, nil, nil, "ajoutez des mots dans cette langue", "danger %q : rien ne l'annonce en langue %q", d.ID, language)
		}
	}
	if !slices.ContainsFunc(b.Safety.Dangers, func(d *flow.Danger) bool { return d.Grade == flow.Immediate }) {
		r.fault(NoDanger, flow.Pos{File: "safety.yaml"}, nil, nil, `ajoutez-en un : "grade: immediate"`, "aucun danger immédiat n'est décrit")
	}
}
