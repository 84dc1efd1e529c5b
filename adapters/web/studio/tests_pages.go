package studio

import (
	"errors"
	"net/http"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/transcript"
	"frontdesk/bot/workshop"
)

// A testsView is the list of tests, and what they cover.
type testsView struct {
	Tests   []test // while they are being played
	Suite   *suite // nil until it is done
	Broken  []fault
	Covered []coveredFlow
	Tables  []coveredTable
	Summary coverageSum
}

func (s *Studio) showTests(w http.ResponseWriter, r *http.Request) { s.drawTests(w, r, false) }

// replayTests plays all tests again, whatever is known of them.
func (s *Studio) replayTests(w http.ResponseWriter, r *http.Request) { s.drawTests(w, r, true) }

func (s *Studio) drawTests(w http.ResponseWriter, r *http.Request, again bool) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	v := testsView{Tests: testsOf(state.Draft)}
	if c.Program == nil {
		v.Broken = faultsOf(state.Draft, c.Found().Errors(), everything)
	} else if suite := s.suites.of(state.Draft, c.Program, again); suite.within(patience) {
		v.Suite = suite
		v.Covered, v.Tables = coverage(c.Bundle, suite)
		v.Summary = sumOf(v.Covered, v.Tables)
	}
	if r.Method == http.MethodPost {
		s.done(w, r, "/studio/tests", "rejoue")
		return
	}
	s.show(w, r, "tests", page{Title: "Tests", Section: "/studio/tests", State: state, Checked: c, Body: v})
}

// failing counts the draft's tests that do not go as they say, as far as that is known.
func (s *Studio) failing(c *checked) int {
	if c == nil || c.Bundle == nil {
		return 0
	}
	if suite := s.suites.finished(c.draft); suite != nil {
		return suite.Failing()
	}
	return 0
}

// A testView is one test, with what was said beside what is said now.
type testView struct {
	Result result
	Lines  []testLine
	ETag   string
}

func (s *Studio) showTest(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	file := testsDir + r.PathValue("test") + ".txt"
	text, is := state.Draft.Files()[file]
	if !is {
		s.missing(w, r)
		return
	}
	c := s.checks.of(state.Draft)
	v := testView{Result: result{Test: newTest(file, strings.ReplaceAll(string(text), "\r\n", "\n"))}, ETag: etagOf(string(text))}
	v.Result.Got = v.Result.Test.Text
	if c.Program != nil {
		scratch := &suite{Shown: map[string][]int{}}
		v.Result = scratch.replay(0, v.Result.Test, c.Program)
	}
	v.Lines = linesOf(&v.Result)
	s.show(w, r, "test", page{Title: v.Result.Test.Name, Section: "/studio/tests", State: state, Checked: c, Body: &v})
}

// addTest keeps the trial that a form sends.
func (s *Studio) addTest(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, "Ce formulaire ne peut pas être lu.")
		return
	}
	name := sentenceOf(r.Form.Get("nom"))
	if name == "" || len(name) > 300 {
		s.stop(w, r, http.StatusUnprocessableEntity, "Écrivez en une phrase ce que ce test montre.")
		return
	}
	s.keepTest(w, r, name, func(b *flow.Bundle) *trial { return s.readTrial(r, b) })
}

// keepTest plays a trial on the draft and keeps it, as it went, under a name.
func (s *Studio) keepTest(w http.ResponseWriter, r *http.Request, name string, of func(*flow.Bundle) *trial) {
	_, err := s.Workshop.SaveAs(r.Context(), author(r), workshop.JournalAdded, "test « "+name+" » enregistré", func(now *workshop.State) (*flow.Draft, error) {
		c := s.checks.of(now.Draft)
		if c.Program == nil {
			return nil, unplayable("Le brouillon ne peut pas être lu. Le test n'est pas enregistré.")
		}
		t := of(c.Bundle)
		text, err := recorded(name, t, c.Program)
		if err != nil {
			return nil, err
		}
		return now.Draft.Edit(flow.WriteFile(fileFor(now.Draft, name), text))
	})
	s.tested(w, r, err, "test")
}

// recorded is a trial as a test: as far as it can be played.
func recorded(name string, t *trial, p *engine.Program) (string, error) {
	done := t.play(p, t.played())
	if done.Stopped != "" && done.Done == 0 && len(done.Turns) == 0 {
		return "", unplayable(done.Stopped)
	}
	t.Lines = t.Lines[:min(done.Done, len(t.Lines))]
	if len(t.Lines) == 0 && !t.arrives(t.played()) {
		return "", unplayable("Il ne s'est encore rien passé. Il n'y a rien à enregistrer.")
	}
	script, err := transcript.Parse("# " + name + "\n" + t.text(p.Bundle, t.played()))
	if err != nil {
		return "", unplayable(stopped(err))
	}
	text, _, err := perform(script, p)
	if err != nil {
		return "", unplayable(stopped(err))
	}
	return text, nil
}

// unplayable is why there is nothing to keep, in French.
type unplayable string

func (u unplayable) Error() string { return string(u) }

// tested answers what became of a change to a test.
func (s *Studio) tested(w http.ResponseWriter, r *http.Request, err error, what string) {
	if why, is := errors.AsType[unplayable](err); is {
		s.stop(w, r, http.StatusUnprocessableEntity, string(why))
		return
	}
	if faults, is := errors.AsType[flow.Faults](err); is {
		s.stop(w, r, http.StatusUnprocessableEntity, faults[0].Message)
		return
	}
	if err != nil {
		s.failed(w, r, "keep a test", err)
		return
	}
	s.done(w, r, "/studio/tests", what)
}
