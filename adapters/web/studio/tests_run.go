package studio

import (
	"sync"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// A suite is what came of all tests of one draft.
type suite struct {
	Results []result
	Shown   map[string][]int // what a test went through, such as "step:accueil.besoin", by which tests
	done    chan struct{}
}

// Done says that every test was played.
func (s *suite) Done() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// A result is what came of one test.
type result struct {
	Test    test
	Channel string // its own
	Got     string // as it went now, on its own channel
	Why     string // it could not be played to its end
	Faults  int    // turns answered with an apology
	Others  []elsewhere
}

// elsewhere is a test on another channel than its own: nothing says what must be said there.
type elsewhere struct {
	Channel string
	Sense   bool // it could be played to its end
	Faults  int
	Step    string // where it ended, if that is elsewhere than on its own
}

// Bad says that a test does not go as it says.
func (r *result) Bad() bool {
	for _, o := range r.Others {
		if o.Faults > 0 {
			return true
		}
	}
	return r.Why != "" || r.Faults > 0 || r.Got != r.Test.Text
}

// Differences puts what was said beside what is said now.
func (r *result) Differences() []transcript.Compared { return transcript.Compare(r.Test.Text, r.Got) }

// suites keeps what came of the drafts whose tests were asked for lately.
type suites struct {
	mu    sync.Mutex
	known map[string]*suite // by the hash of a draft
}

// of is the suite of a draft; its tests are played beside, once for everybody who asks.
func (s *suites) of(d *flow.Draft, p *engine.Program, again bool) *suite {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[d.Hash()]; known != nil && !(again && known.Done()) {
		return known
	}
	if s.known == nil || len(s.known) >= mostChecked {
		s.known = map[string]*suite{}
	}
	fresh := &suite{done: make(chan struct{}), Shown: map[string][]int{}}
	s.known[d.Hash()] = fresh
	go fresh.run(testsOf(d), p)
	return fresh
}

// finished is the suite of a draft if its tests have been played, else nil.
func (s *suites) finished(d *flow.Draft) *suite {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[d.Hash()]; known != nil && known.Done() {
		return known
	}
	return nil
}

// Failing counts the tests that do not go as they say.
func (s *suite) Failing() int {
	n := 0
	for i := range s.Results {
		if s.Results[i].Bad() {
			n++
		}
	}
	return n
}

func (s *suite) run(tests []test, p *engine.Program) {
	defer close(s.done)
	for i, t := range tests {
		s.Results = append(s.Results, s.replay(i, t, p))
	}
}

// replay plays a test on its own channel, and on each other on which it makes sense.
func (s *suite) replay(n int, t test, p *engine.Program) result {
	r := result{Test: t}
	script, err := transcript.Parse(t.Text)
	if err != nil {
		r.Why = "Le fichier du test ne peut pas être lu : " + err.Error()
		return r
	}
	r.Channel = channelOf(script)
	got, stage, err := perform(script, p)
	r.Got, r.Faults = got, len(stage.Faults)
	if err != nil {
		r.Why = stopped(err)
		return r
	}
	s.cover(n, stage)
	end, _ := stage.Session() // it was read when the last line was played
	for _, c := range channels() {
		if c.Value != r.Channel {
			r.Others = append(r.Others, s.elsewhere(n, t, c.Value, end, p))
		}
	}
	return r
}

func perform(script *transcript.Script, p *engine.Program) (string, *rehearsal.Stage, error) {
	stage := rehearsal.Of(rehearsal.On(p), script)
	got, err := transcript.Play(script, stage)
	return got, stage, err
}

func (s *suite) elsewhere(n int, t test, channel string, own bot.Session, p *engine.Program) elsewhere {
	o := elsewhere{Channel: channel}
	script, err := transcript.Parse(onChannel(bare(t.Text), channel))
	if err != nil {
		return o
	}
	_, stage, err := perform(script, p)
	if err != nil {
		return o
	}
	o.Sense, o.Faults = true, len(stage.Faults)
	if end, err := stage.Session(); err == nil && end.Step != own.Step {
		o.Step = end.Step
	}
	s.cover(n, stage)
	return o
}

// cover notes what a test went through: steps, options that were chosen, rows that decided.
func (s *suite) cover(n int, stage *rehearsal.Stage) {
	end, err := stage.Session()
	if err != nil {
		return
	}
	for i, p := range stage.Passed {
		s.show(n, "step:"+p.Step.ID)
		if p.Row > 0 {
			s.show(n, "row:"+p.Step.Table+":"+itoa(p.Row))
		}
		after := end.Answers
		if i+1 < len(stage.Passed) {
			after = stage.Passed[i+1].Answers
		}
		if value := after.Get(p.Step.Answer); value != "" && p.Step.Kind == flow.Ask {
			s.show(n, "option:"+p.Step.ID+"/"+value)
		}
	}
}

func (s *suite) show(n int, what string) {
	if by := s.Shown[what]; len(by) == 0 || by[len(by)-1] != n {
		s.Shown[what] = append(by, n)
	}
}
