package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/rehearsal"
)

// A watchedStage plays on the engine alone and notes what each turn went through.
type watchedStage struct {
	stage *rehearsal.Stage
	seen  *coverage
}

func (w *watchedStage) Input(in bot.Input) ([]bot.Entry, error) {
	entries, err := w.note(w.stage.Input(in))
	if err == nil && wantsAnswer(in.Event) && !heard(entries) {
		err = errors.New("the person is met with silence")
	}
	return entries, err
}

// wantsAnswer says whether a person waits for something after this.
func wantsAnswer(e bot.Event) bool {
	switch e.(type) {
	case bot.Said, bot.Chose, bot.Pressed:
		return true
	}
	return false
}

// heard says whether the person or the counsellor who has them got anything.
func heard(entries []bot.Entry) bool {
	return slices.ContainsFunc(entries, func(e bot.Entry) bool {
		return e.Effect != nil && (e.To == bot.ToCitizen || e.To == bot.ToOwner)
	})
}

func (w *watchedStage) Pass(d time.Duration) ([]bot.Entry, error) {
	until := w.stage.Now().Add(d)
	var all []bot.Entry
	for {
		next, set, err := w.stage.NextTimer()
		if err != nil {
			return all, err
		}
		if !set || next.At.After(until) {
			_, err := w.stage.Pass(until.Sub(w.stage.Now()))
			return all, err
		}
		entries, err := w.UntilTimer()
		if all = append(all, entries...); err != nil {
			return all, err
		}
	}
}

func (w *watchedStage) UntilTimer() ([]bot.Entry, error) { return w.note(w.stage.UntilTimer()) }

func (w *watchedStage) note(entries []bot.Entry, err error) ([]bot.Entry, error) {
	if err != nil {
		return entries, err
	}
	after, err := w.stage.Session()
	if err != nil {
		return entries, err
	}
	w.seen.turn(&after, &w.stage.Trace, entries)
	if err := readable(entries); err != nil {
		return entries, err
	}
	return entries, w.seen.reachable(&after, entries)
}

// reachable wants whoever takes a case to be told where the person wants their answer.
func (c *coverage) reachable(after *bot.Session, entries []bot.Entry) error {
	for _, e := range entries {
		present, is := e.Effect.(bot.Present)
		if !is {
			continue
		}
		for _, a := range after.Answers {
			kind := c.bundle.Answers[a.Name].Type
			if a.Value == "" || kind != flow.PhoneNo && kind != flow.Email {
				continue
			}
			if !slices.ContainsFunc(present.Brief.Answers, func(l bot.BriefLine) bool { return l.Name == a.Name }) {
				return fmt.Errorf("the counsellor is not told where to answer: %s", a.Name)
			}
		}
	}
	return nil
}

// readable refuses what no person should be told: a placeholder nobody filled, a hole in a sentence,
// the same words twice in one turn.
func readable(entries []bot.Entry) error {
	said := map[string]bool{}
	for _, e := range entries {
		say, is := e.Effect.(bot.Say)
		switch {
		case !is:
			continue
		case said[say.Text]:
			return fmt.Errorf("the person is told twice in a row: %s", say.Text)
		case strings.ContainsAny(say.Text, "{}"), hole.MatchString(say.Text), len(say.Options) == 0 && strings.HasSuffix(say.Text, ":"):
			return fmt.Errorf("a word is missing in: %s", say.Text)
		}
		said[say.Text] = true
	}
	return nil
}

// hole is where a value was empty: two spaces, a comma before a stop, an empty parenthesis.
var hole = regexp.MustCompile(`  |[,:] ?\.|\(\)|\. ?\.|^[.,:]`)

// coverage is what all transcripts together have shown.
type coverage struct {
	bundle *flow.Bundle
	shown  map[string]bool // "step accueil.besoin", "command humain", "tell won" …
	words  map[string]*regexp.Regexp
}

func newCoverage(p *engine.Program) *coverage {
	c := &coverage{bundle: p.Bundle, shown: map[string]bool{}, words: map[string]*regexp.Regexp{}}
	for id, s := range c.bundle.Steps {
		if s.Kind == flow.Say || s.Kind == flow.Handoff || s.Kind == flow.End {
			c.words[id] = c.wordsOf(s)
		}
	}
	return c
}

// wordsOf matches what a step says in the bundle's own language; nothing for a step whose words are
// all placeholders.
func (c *coverage) wordsOf(s *flow.Step) *regexp.Regexp {
	var forms []string
	for _, suffix := range append([]string{""}, variants(s)...) {
		for _, channel := range []string{"", "@voice", "@sms"} {
			text := c.bundle.Texts[s.ID+suffix+channel].Text
			plain := placeholder.ReplaceAllString(text, "")
			if len(plain) < 12 {
				continue
			}
			parts := placeholder.Split(text, -1)
			for i := range parts {
				parts[i] = regexp.QuoteMeta(parts[i])
			}
			forms = append(forms, strings.Join(parts, "(?s:.*)"))
		}
	}
	if len(forms) == 0 {
		return nil
	}
	return regexp.MustCompile("^(?:" + strings.Join(forms, "|") + ")$")
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func variants(s *flow.Step) []string {
	var all []string
	for _, v := range s.Variants {
		all = append(all, "@"+v.ID)
	}
	return all
}

// turn notes one turn: where it stood, where it stands, what was said, which row decided.
func (c *coverage) turn(after *bot.Session, trace *bot.Trace, entries []bot.Entry) {
	c.step(trace.Step)
	c.step(after.Step)
	for _, back := range after.Stack {
		for id, s := range c.bundle.Steps {
			if s.Kind == flow.Call && s.Then == back {
				c.step(id)
			}
		}
	}
	table, _, _ := strings.Cut(trace.Row, ":")
	for id, s := range c.bundle.Steps {
		if s.Kind == flow.Route && s.Table == table {
			c.step(id)
		}
	}
	c.mark(trace.Class)
	for _, e := range entries {
		switch f := e.Effect.(type) {
		case bot.Say:
			c.said(f.Text)
		case bot.Tell:
			c.mark("tell:" + f.Code)
		case bot.Post:
			c.mark("refused:" + after.Case.Refused)
			c.mark("life:" + string(f.Card.Life))
			c.mark("mode:" + string(f.Card.Mode))
			c.mark("outcome:" + f.Card.Outcome)
			c.mark("procedure:" + f.Card.Procedure)
		}
	}
}

func (c *coverage) said(text string) {
	for id, words := range c.words {
		if words != nil && words.MatchString(text) {
			c.step(id)
		}
	}
}

// step marks a step, and those that follow from it without a choice.
func (c *coverage) step(id string) {
	s, exists := c.bundle.Steps[id]
	if !exists || c.shown["step:"+id] {
		return
	}
	c.mark("step:" + id)
	if s.Kind == flow.Say || s.Kind == flow.Route {
		c.step(s.Then)
	}
}

func (c *coverage) mark(what string) { c.shown[what] = true }

// check says what no transcript shows.
func (c *coverage) check(t *testing.T) {
	t.Helper()
	for range len(c.bundle.Steps) { // an if was passed when one of its outcomes was reached
		for id, s := range c.bundle.Steps {
			reached := func(k flow.Case) bool { return c.shown["step:"+k.Then] }
			if s.Kind == flow.If && (slices.ContainsFunc(s.Cases, reached) || c.shown["step:"+s.Else]) {
				c.mark("step:" + id)
			}
		}
	}
	var missing []string
	for what := range maps.Keys(c.wanted()) {
		if !c.shown[what] {
			missing = append(missing, what)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("no transcript shows:\n  %s", strings.Join(missing, "\n  "))
	}
}

// wanted is all that some transcript must show.
func (c *coverage) wanted() map[string]bool {
	all := map[string]bool{}
	for id := range c.bundle.Steps {
		all["step:"+id] = true
	}
	for _, i := range c.bundle.Interrupts {
		all["command:"+i.ID] = true
	}
	delete(all, "command:effacer") // an erased turn leaves no trace of its command
	for _, d := range c.bundle.Safety.Dangers {
		all["danger:"+d.ID] = true
	}
	for prefix, values := range map[string]string{
		"":         "no_match:rephrase no_match:list no_match:human invalid late erased hung_up no_input undelivered",
		"timer:":   "silence expiry unclaimed owner citizen promise release",
		"engine:":  "distress late reopen language",
		"life:":    "waiting referred promised live closed erased",
		"mode:":    "direct referral dated",
		"refused:": "out_of_scope silent",
		"tell:": "won lost refused_rights refused_consent not_owner already sent taken_back too_late noted released transferred " +
			"accepted refused promised closed procedure nudge given_back too_many_hops unknown undelivered",
		"procedure:": "open called close",
		"outcome:":   "answered appointment referred unreachable out_of_scope safety",
	} {
		for value := range strings.FieldsSeq(values) {
			all[fmt.Sprint(prefix, value)] = true
		}
	}
	return all
}
