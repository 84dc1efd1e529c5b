package proof

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/render"
)

// texts reports what is missing in a language, or does not fit a channel.
func (r *report) texts() {
	b := r.w.p.Bundle
	for _, id := range slices.Sorted(maps.Keys(b.Texts)) {
		for _, language := range b.Languages {
			if _, there := r.w.words.Text(language, id); !there && language != b.Source && wanted(id) {
				r.fault(Untranslated, b.Texts[id].Pos, r.stepOf(id), nil, "traduisez-le, à la page « Traductions » du studio", "ce texte manque en langue %q : %s", language, id)
			}
		}
	}
	shown := r.mostOptions()
	for _, st := range r.order() {
		for _, kind := range [...]string{"chat", "sms", "voice"} {
			if len(r.w.broken) == 0 && st.Kind == flow.Ask && r.w.has(seenOn{st.ID, kind}) {
				r.fits(st, kind, shown[st.ID+"@"+kind])
			}
		}
	}
	r.lengths()
	r.unsaid()
	r.plain()
}

// wanted says whether each language has a text of its own for an id: wordings for one kind of channel
// and words that are only heard are its own business.
func wanted(id string) bool {
	for _, end := range [...]string{"@sms", "@voice", ".also", ".except", ".words"} {
		if strings.HasSuffix(id, end) {
			return false
		}
	}
	for _, start := range [...]string{"territory.", "structure.", "answer."} {
		if strings.HasPrefix(id, start) {
			return false
		}
	}
	return true
}

// stepOf is the step that a text belongs to, or nil.
func (r *report) stepOf(id string) *flow.Step {
	id, _, _ = strings.Cut(id, "@")
	flowID, rest, _ := strings.Cut(id, ".")
	local, _, _ := strings.Cut(rest, ".")
	return r.w.p.Bundle.Steps[flowID+"."+local]
}

// mostOptions is the most that a question offers at once, by step and kind of channel.
func (r *report) mostOptions() map[string]int {
	most := map[string]int{}
	for i := range r.w.nodes {
		n := &r.w.nodes[i]
		for kind := range strings.SplitSeq(n.channel, "+") {
			key := n.state.Step + "@" + kind
			most[key] = max(most[key], len(n.offered))
		}
	}
	return most
}

// Most options of a menu: one digit each, and by telephone what an ear keeps (service.md §6).
const (
	mostKeys   = 9
	mostSpoken = 4
)

// fits reports a question that cannot be answered on a channel.
func (r *report) fits(st *flow.Step, kind string, options int) {
	a := r.w.p.Bundle.Answers[st.Answer]
	t := a.Type
	switch {
	case kind == "voice" && options > mostSpoken:
		r.fault(LongSpokenMenu, st.Pos, st, nil, "faites deux menus", "au téléphone, ce menu a %d choix : quatre au plus", options)
	case kind == "chat" && options > mostKeys:
		r.fault(LongMenu, st.Pos, st, nil, "faites deux questions", "ce menu a %d choix : neuf au plus, un chiffre chacun", options)
	case kind == "voice" && (t == flow.Email || t == flow.Free && a.As != flow.AsMessage):
		r.fault(NoKeys, st.Pos, st, nil, `passez cette question par un "if" sur "channel"`, "au téléphone, cette réponse ne se donne pas avec les touches")
	}
}

// Budgets of a text, beyond which people are lost or pay: a page of SMS, and what an ear follows.
const (
	MostSegments = 3
	MostSeconds  = 25
	spokenRate   = 15 // characters a second, as French is read aloud
)

// lengths reports texts that cost many SMS or are long to hear.
func (r *report) lengths() {
	b := r.w.p.Bundle
	menu := r.w.text("engine.menu.voice", "voice")
	spoken := func(label string, n int) string {
		return strings.NewReplacer("{label}", label, "{n}", strconv.Itoa(n)).Replace(menu)
	}
	for _, st := range r.order() {
		for _, id := range wordings(st) {
			at := b.Texts[id].Pos
			if r.w.has(seenOn{st.ID, "sms"}) || st.Send != "" {
				r.segments(at, st, render.Numbered(r.say(st, id, "sms")))
			}
			if r.w.has(seenOn{st.ID, "voice"}) && st.Send == "" {
				r.seconds(at, st, render.Spoken(r.say(st, id, "voice"), spoken))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Cards)) {
		r.segments(b.Cards[id].Pos, nil, r.w.text("card."+id, "sms"))
		r.seconds(b.Cards[id].Pos, nil, render.Spoken(bot.Say{Text: r.w.text("card."+id, "voice")}, nil))
	}
}

func (r *report) segments(at flow.Pos, st *flow.Step, text string) {
	if n, _ := render.Segments(render.Plain(filled(text))); n > MostSegments {
		r.warn(ManySegments, at, st, `écrivez un texte "sms" plus court`, "ce texte prend %d SMS : %d au plus", n, MostSegments)
	}
}

// Seconds is about how long a text takes to be said, rounded up.
func Seconds(text string) int { return (len([]rune(text)) + spokenRate - 1) / spokenRate }

func (r *report) seconds(at flow.Pos, st *flow.Step, text string) {
	if n := len([]rune(filled(text))) / spokenRate; n > MostSeconds {
		r.warn(LongSpeech, at, st, `écrivez un texte "voice" plus court`, "ce texte dure environ %d secondes au téléphone : %d au plus", n, MostSeconds)
	}
}

// say is what a step says on a kind of channel in one of its wordings, with all that it can offer.
func (r *report) say(st *flow.Step, id, kind string) bot.Say {
	say := bot.Say{Text: r.w.text(id, kind)}
	for _, o := range st.Options {
		say.Options = append(say.Options, bot.Choice{ID: o.ID, Label: r.w.text(st.ID+"."+o.ID, kind)})
	}
	return say
}

// filled puts something of usual length in the places of names.
func filled(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if !strings.HasPrefix(name, "carte.texte") {
			b.WriteString("douze lettres")
		}
		text = after
	}
}
