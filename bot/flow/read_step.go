package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kinds are the keys of which a step has exactly one.
func kinds() []Kind { return []Kind{Say, Ask, If, Route, Call, Handoff, End} }

// fits says which keys go with a kind of step, beside the kind's own.
func (k Kind) fits(key string) bool {
	switch key {
	case "voice", "sms", "variants":
		return k == Say || k == Ask || k == Handoff || k == End
	case "text":
		return k == Handoff || k == End
	case "then":
		return k != If && k != End
	case "else":
		return k == If
	case "card", "link":
		return k == Say || k == End
	case "send":
		return k == Say
	case "on":
		return k == Handoff
	}
	return k == Ask
}

// readStep reads one step. Its kind is the key of which there must be exactly one.
func (l *loader) readStep(f *Flow, e *entry) *Step {
	n := e.value
	s := &Step{ID: f.ID + "." + e.key.text, Flow: f.ID, Pos: e.pos, Link: n.str("link")}
	s.Kind = l.kindOf(e)
	if s.Kind == "" {
		return s
	}
	for _, line := range n.list() {
		key := line.key.text
		if stepShape.field(key) != nil && !slices.Contains(kinds(), Kind(key)) && !s.Kind.fits(key) {
			l.coded(MisplacedKey, line.pos, "la clé %q ne va pas avec %q", key, s.Kind)
		}
	}
	s.Then = l.to(f.ID, n.place("then"), `"then" mène à`, n.str("then"))
	l.stepTexts(s, n)
	l.variants(s, n)
	if card := n.at("card"); card != nil {
		s.Card = n.str("card")
		l.placeholderOr(card, toCard, s.Card)
	}
	if s.Link != "" {
		l.link(n.place("link"), s.Link)
	}
	if send := n.at("send"); send != nil {
		s.Send = n.str("send")
		l.refer(ref{at: send.pos, step: l.step, kind: toMobile, name: s.Send})
	}
	switch s.Kind {
	case Ask:
		l.readAsk(s, n, e.key.text)
	case If:
		l.readIf(s, n)
	case Route:
		s.Table = n.str("route")
		l.refer(ref{at: n.place("route"), step: l.step, kind: toTable, name: s.Table})
	case Call:
		s.Call = n.str("call")
		l.refer(ref{at: n.place("call"), step: l.step, kind: toFlow, name: s.Call})
	case Handoff:
		l.readHandoff(s, n)
	case End:
		s.Outcome = n.str("end")
		if s.Outcome != "" && !wellFormed(s.Outcome, false) {
			l.fault(n.place("end"), "l'issue %q n'est pas admise : minuscules sans accent, chiffres et _ seulement", s.Outcome)
		}
	}
	return s
}

func (l *loader) kindOf(e *entry) Kind {
	var found []Kind
	for _, k := range kinds() {
		if e.value.get(string(k)) != nil {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		l.coded(NoKind, e.pos, "l'étape ne fait rien : il faut say, ask, if, route, call, handoff ou end")
		return ""
	case 1:
		return found[0]
	}
	l.coded(TwoKinds, e.pos, "l'étape fait deux choses à la fois (%s et %s) : faites-en deux étapes", found[0], found[1])
	return ""
}

// stepTexts keeps a step's wordings by channel.
func (l *loader) stepTexts(s *Step, n *node) {
	l.text(s.ID, n.at(s.textKey()))
	for _, key := range []string{"voice", "sms", "retry", "why"} {
		l.text(s.ID+"@"+key, n.at(key))
	}
	l.text(s.ID+"@error", n.at("check").at("error"))
	if (s.Kind == Handoff || s.Kind == End) && n.get("text") == nil {
		l.coded(NoText, s.Pos, `il manque la clé "text" : rien ne serait dit`)
	}
}

// textKey is the key of a step's own wording.
func (s *Step) textKey() string {
	if s.Kind == Say || s.Kind == Ask {
		return string(s.Kind)
	}
	return "text"
}

func (l *loader) variants(s *Step, n *node) {
	lines := n.at("variants").list()
	s.Variants = make([]Variant, len(lines))
	for i, e := range lines {
		v, id := e.value, s.ID+"@"+e.key.text
		s.Variants[i] = Variant{ID: e.key.text, Pos: e.pos}
		l.condition(v.at("when"), &s.Variants[i].When)
		own := s.textKey()
		if v.get(own) == nil {
			l.coded(NoVariantText, e.pos, "la variante %q : il manque la clé %q", e.key.text, own)
		}
		for _, key := range []string{"say", "ask", "text"} {
			if key != own && v.get(key) != nil {
				l.coded(VariantKey, v.get(key).pos, "la variante %q : ici le texte s'écrit avec la clé %q", e.key.text, own)
			}
		}
		l.text(id, v.at(own))
		for _, key := range []string{"voice", "sms", "retry"} {
			l.text(id+"@"+key, v.at(key))
		}
	}
	if len(lines) == 0 {
		s.Variants = nil
	}
}

func (l *loader) readAsk(s *Step, n *node, local string) {
	s.Answer = local
	at := s.Pos
	if e := n.get("answer"); e != nil {
		s.Answer, at = n.str("answer"), e.value.pos
	}
	l.refer(ref{at: at, step: l.step, kind: toAnswer, name: s.Answer})
	s.Budget, s.Optional, s.AskAgain = n.str("budget"), n.truth("optional"), n.truth("ask_again")
	if c := n.at("check"); c != nil {
		s.Check = &Check{Min: c.whole("min"), Max: c.whole("max")}
		if s.Check.Max > 0 && s.Check.Max < s.Check.Min {
			l.fault(c.place("max"), "le maximum %d est plus petit que le minimum %d", s.Check.Max, s.Check.Min)
		}
	}
	s.NoMatch = l.noMatch(s.Flow, n.at("no_match"))
	l.readOptions(s, n)
}

// noMatch reads what happens when an answer is not understood; "goto:" becomes a destination.
func (l *loader) noMatch(flow string, n *node) []string {
	var acts []string
	for _, e := range n.list() {
		act := strings.TrimSpace(e.value.text)
		to, isGoto := strings.CutPrefix(act, "goto:")
		switch {
		case isGoto && flow != "":
			act = l.to(flow, e.pos, `"goto" mène à`, strings.TrimSpace(to))
		case flow != "" && !slices.Contains([]string{"rephrase", "list", "human"}, act):
			l.coded(NotAnAct, e.pos, "%q n'est pas admis ici%s", act, instead(act, []string{"rephrase", "list", "human", "goto:étape"}))
		}
		acts = append(acts, act)
	}
	return acts
}

func (l *loader) readOptions(s *Step, n *node) {
	for _, e := range n.at("options").list() {
		v := e.value
		o := &Option{ID: e.key.text, Pos: e.pos}
		id := s.ID + "." + o.ID
		o.Then = l.to(s.Flow, v.place("then"), fmt.Sprintf("le choix %q mène à", o.ID), v.str("then"))
		if v.get("range") != nil {
			o.From, o.To = l.numbers(o.ID, v)
			l.overlaps(s, o, v)
		}
		l.condition(v.at("only"), &o.Only)
		if twin := twinOf(n.at("options"), v); twin != "" {
			l.coded(TwinOption, v.place("text"), "le choix %q a le même texte que le choix %q", o.ID, twin)
		}
		for _, set := range v.at("sets").list() {
			l.refer(ref{at: set.pos, step: l.step, kind: toAnswer, name: set.key.text})
			value := strings.TrimSpace(set.value.text)
			o.Sets = append(o.Sets, Setting{set.key.text, value})
			l.given = append(l.given, given{set.value.pos, l.step, set.key.text, value})
		}
		l.text(id, v.at("text"))
		l.text(id+"@voice", v.at("voice"))
		l.text(id+"@sms", v.at("sms"))
		l.synonyms(id+".also", v.at("also"))
		s.Options = append(s.Options, o)
	}
}

// twinOf is an option before this one that people cannot tell from it; those with "only" may take turns.
func twinOf(options, o *node) string {
	text := strings.ToLower(o.str("text"))
	for _, e := range options.list() {
		switch {
		case e.value == o:
			return ""
		case text != "" && strings.ToLower(e.value.str("text")) == text && e.value.get("only") == nil && o.get("only") == nil:
			return e.key.text
		}
	}
	return ""
}

// numbers reads the range of an option: "15", "16-17" or "30+".
func (l *loader) numbers(option string, v *node) (from, to int) {
	raw := v.str("range")
	low, high, isRange := strings.Cut(raw, "-")
	open := strings.HasSuffix(raw, "+")
	if !isRange {
		low = strings.TrimSuffix(raw, "+")
		high = low
	}
	from, err := strconv.Atoi(strings.TrimSpace(low))
	to, err2 := strconv.Atoi(strings.TrimSpace(high))
	if err != nil || err2 != nil || from < 0 || to < from || to == 0 || open && from == 0 {
		l.coded(NotARange, v.place("range"), `le choix %q : %q n'est pas un intervalle ; écrivez "15", "16-17" ou "30+"`, option, raw)
		return 0, 0
	}
	if open {
		return from, 0
	}
	return from, to
}

func (l *loader) overlaps(s *Step, o *Option, v *node) {
	if o.From == 0 && o.To == 0 {
		return
	}
	for _, other := range s.Options {
		if (other.From != 0 || other.To != 0) && o.From <= other.last() && other.From <= o.last() {
			l.coded(RangesOverlap, v.place("range"), "le choix %q recouvre les nombres du choix %q", o.ID, other.ID)
		}
	}
}

// last is the greatest number that means the option.
func (o *Option) last() int {
	if o.To == 0 && o.From > 0 {
		return int(^uint(0) >> 1)
	}
	return o.To
}

func (l *loader) readIf(s *Step, n *node) {
	lines := n.at("if").list()
	s.Cases = make([]Case, len(lines))
	for i, e := range lines {
		s.Cases[i].Pos = e.value.pos
		s.Cases[i].Then = l.to(s.Flow, e.value.place("then"), fmt.Sprintf("la ligne %d de \"if\" mène à", i+1), e.value.str("then"))
		l.condition(e.value.at("when"), &s.Cases[i].When)
	}
	s.Else = l.to(s.Flow, n.place("else"), `"else" mène à`, n.str("else"))
	if n.get("else") == nil {
		l.coded(NoElse, s.Pos, `il manque la clé "else" : où aller quand aucune ligne n'est vraie ?`)
	}
}

func (l *loader) readHandoff(s *Step, n *node) {
	h := n.at("handoff")
	s.Handoff = &HandoffTo{
		To: h.str("to"), Mode: h.str("mode"), Brief: h.words("brief"),
		Wait: h.span("wait", 5*time.Minute), UrgentSet: h.get("urgent") != nil, On: map[string]string{},
	}
	l.condition(h.at("urgent"), &s.Handoff.Urgent)
	for i, name := range s.Handoff.Brief {
		l.refer(ref{at: h.at("brief").entries[i].pos, step: l.step, kind: toAnswer, name: name})
	}
	for _, e := range n.at("on").list() {
		s.Handoff.On[e.key.text] = l.to(s.Flow, e.value.pos, fmt.Sprintf("\"on: %s\" mène à", e.key.text), strings.TrimSpace(e.value.text))
	}
	l.handoffTarget(h, s.Handoff.To)
	switch {
	case s.Handoff.Mode != "direct" && n.get("on") != nil:
		l.coded(OnlyDirect, n.get("on").pos, `"on" ne va qu'avec "mode: direct"`)
	case s.Handoff.Mode == "direct":
		for _, way := range []string{"closed", "unstaffed", "timeout"} {
			if s.Handoff.On[way] == "" {
				l.coded(NoWay, s.Pos, `une mise en relation directe doit dire où aller : il manque "on: {%s: …}"`, way)
			}
		}
	}
}

// handoffTarget checks who a handoff asks for.
func (l *loader) handoffTarget(h *node, to string) {
	network, isNetwork := strings.CutPrefix(to, "network:")
	switch {
	case h.get("to") == nil || to == "lead":
	case isNetwork:
		l.placeholderOr(h.at("to"), toNetwork, network)
	default:
		l.refer(ref{at: h.place("to"), step: l.step, kind: toStructure, name: to})
	}
}

// placeholderOr checks "{answer}", whose values are records of that kind, or the name of one.
func (l *loader) placeholderOr(n *node, kind refKind, name string) {
	if answer, ok := inBraces(name); ok {
		l.refer(ref{at: n.pos, step: l.step, kind: toAnswer, name: answer})
		l.holds = append(l.holds, holding{answer, kind})
		return
	}
	l.refer(ref{at: n.pos, step: l.step, kind: kind, name: name})
}

func inBraces(s string) (string, bool) {
	if !strings.HasPrefix(s, "{") || !strings.HasSuffix(s, "}") {
		return "", false
	}
	return s[1 : len(s)-1], true
}
