package flow

import (
	"regexp"
	"slices"
	"strings"
)

// messages notes what the ids of translations name, and the answers in their texts.
func (w *walker) messages(tree *node) {
	for _, e := range tree.entries {
		id := e.key.text
		if strings.HasPrefix(id, "engine.") {
			continue
		}
		what := "la traduction " + quote(id)
		w.message(id, e, what)
		w.prose(e, []string{id}, what)
	}
}

// message notes the records that the id of a text is made of: accueil.besoin.vae@sms.
func (w *walker) message(id string, e *entry, what string) {
	base, _, _ := strings.Cut(id, "@")
	parts := strings.Split(base, ".")
	if len(parts) < 2 {
		return
	}
	segment := func(i, n int) func(text, to string) string { // the n parts from i
		return func(text, to string) string {
			base, variant, found := strings.Cut(text, "@")
			now := strings.Split(base, ".")
			base = strings.Join(slices.Concat(now[:i], []string{to}, now[min(i+n, len(now)):]), ".")
			if found {
				return base + "@" + variant
			}
			return base
		}
	}
	kinds := map[string]RecordKind{"card": CardRecord, "reason": ReasonRecord, "answer": AnswerRecord, "structure": StructureRecord, "network": NetworkRecord,
		"territory": TerritoryRecord, "safety": DangerRecord}
	if kind, ok := kinds[parts[0]]; ok {
		w.note(mention{kind: kind, id: parts[1], key: true, own: true, what: what, swap: segment(1, 1)}, e, id)
		return
	}
	w.note(mention{kind: FlowRecord, id: parts[0], key: true, own: true, what: what, swap: segment(0, 1)}, e, id)
	step := parts[0] + "." + parts[1]
	w.note(mention{kind: StepRecord, id: step, key: true, own: true, what: what, swap: segment(0, 2)}, e, id)
	if answer := w.fills[step]; len(parts) > 2 && answer != "" {
		w.note(mention{kind: OptionRecord, id: answer + "=" + parts[2], key: true, own: true, what: what, swap: segment(2, 1)}, e, id)
	}
}

// What transcripts name: where they begin and with which answers, the button that is pressed, structures where
// counsellors act, answers and tables where the service says what it noted.
var (
	fromLine     = regexp.MustCompile(`^from (([a-z0-9_]+)\.[a-z0-9_]+)`)
	answerLine   = regexp.MustCompile(`^answer ([a-z0-9_]+) (.*\S)`)
	buttonLine   = regexp.MustCompile(`^citizen: \[([a-z0-9_]*[a-z_][a-z0-9_]*)\]`)
	bulletinLine = regexp.MustCompile(`^bulletin ([a-z0-9_-]+) `)
	besideLine   = regexp.MustCompile(`^ +card: .* beside ([a-z0-9_-]+)`)
	dangerLine   = regexp.MustCompile(`^ .*(?:brief:|;) danger = ([a-z0-9_]+)`)

	staffLine = regexp.MustCompile(`^staff \S+ (\S+)`)
	actLine   = regexp.MustCompile(`^\S+: *\((?:transfers|invites|finishes [a-z_]+) ([a-z0-9_-]+)`)
	cardLine  = regexp.MustCompile(`^ +card: \S+ \S+ ([a-z0-9_-]+)`)
	briefLine = regexp.MustCompile(`(?:brief:|;) ([a-z0-9_]+) = `)
	rowLine   = regexp.MustCompile(`(?:brief:|;) row = ([a-z0-9_]+):[0-9]+`)
)

// transcript notes what a test names, line by line.
func (x *index) transcript(name, text string) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		at := mention{at: In(name), line: number, pos: Pos{name, number, 1}, what: "le test " + quote(strings.TrimSuffix(strings.TrimPrefix(name, "tests/"), ".txt"))}
		x.given(at, line)
		if m := staffLine.FindStringSubmatch(line); m != nil {
			for s := range strings.SplitSeq(m[1], ",") {
				x.inTest(at, StructureRecord, s, regexp.MustCompile(`^(staff \S+ (?:\S+,)?)`+regexp.QuoteMeta(s)+`([, ])`))
			}
		}
		for _, re := range []*regexp.Regexp{actLine, cardLine} {
			if m := re.FindStringSubmatch(line); m != nil {
				q := regexp.QuoteMeta(m[1])
				x.inTest(at, StructureRecord, m[1], regexp.MustCompile(`(\((?:transfers|invites|finishes [a-z_]+) |card: \S+ \S+ )`+q+`([^a-z0-9_-])`))
			}
		}
		if strings.HasPrefix(line, " ") && strings.Contains(line, "brief:") {
			for _, m := range briefLine.FindAllStringSubmatch(line, -1) {
				x.inTest(at, AnswerRecord, m[1], regexp.MustCompile(`((?:brief:|;) )`+regexp.QuoteMeta(m[1])+`( = )`))
			}
			for _, m := range rowLine.FindAllStringSubmatch(line, -1) {
				x.inTest(at, TableRecord, m[1], regexp.MustCompile(`((?:brief:|;) row = )`+regexp.QuoteMeta(m[1])+`(:)`))
			}
		}
	}
}

// given notes what a line gives a test to begin with, and what is done in it by its id.
func (x *index) given(at mention, line string) {
	if m := fromLine.FindStringSubmatch(line); m != nil {
		x.inTest(at, StepRecord, m[1], regexp.MustCompile(`^(from )`+regexp.QuoteMeta(m[1])+`(\s)`))
		x.inTest(at, FlowRecord, m[2], regexp.MustCompile(`^(from )`+m[2]+`(\.)`))
	}
	if m := answerLine.FindStringSubmatch(line); m != nil {
		x.inTest(at, AnswerRecord, m[1], regexp.MustCompile(`^(answer )`+m[1]+`( )`))
		for _, named := range x.values(m[1], m[2]) {
			x.inTest(at, named.kind, named.id, regexp.MustCompile(`^(answer \S+ )`+regexp.QuoteMeta(m[2])+`(\s)`))
		}
	}
	if m := buttonLine.FindStringSubmatch(line); m != nil && len(x.offered[m[1]]) == 1 { // of several, nobody knows which
		x.inTest(at, OptionRecord, x.offered[m[1]][0]+"="+m[1], regexp.MustCompile(`^(citizen: \[)`+m[1]+`(\])`))
	}
	if m := bulletinLine.FindStringSubmatch(line); m != nil {
		x.inTest(at, StructureRecord, m[1], regexp.MustCompile(`^(bulletin )`+m[1]+`( )`))
	}
	if m := besideLine.FindStringSubmatch(line); m != nil {
		x.inTest(at, StructureRecord, m[1], regexp.MustCompile(`( beside )`+m[1]+`(\s)`))
	}
	if m := dangerLine.FindStringSubmatch(line); m != nil {
		x.inTest(at, DangerRecord, m[1], regexp.MustCompile(`((?:brief:|;) danger = )`+m[1]+`([^a-z0-9_])`))
	}
}

// inTest notes a name in a line of a test; re finds it between two groups.
func (x *index) inTest(m mention, kind RecordKind, id string, re *regexp.Regexp) {
	m.kind, m.id = kind, id
	m.swap = func(text, to string) string {
		if kind == StepRecord && to == Return {
			return text // a test begins at a step
		}
		return re.ReplaceAllString(text, "${1}"+to+"${2}")
	}
	x.mentions = append(x.mentions, m)
}
