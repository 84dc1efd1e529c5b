package studio

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// checked is what the loader and the proof say of one draft. A page waits for the loader, and for the proof
// a moment only: the script asks again.
type checked struct {
	Bundle  *flow.Bundle    // nil where it does not load
	Program *engine.Program // nil where it does not load
	draft   *flow.Draft
	loading proof.Findings // of the loader
	walking proof.Findings // of the proof, once proved is closed
	loaded  chan struct{}
	proved  chan struct{}
}

// Found are all findings so far, errors first.
func (c *checked) Found() proof.Findings {
	if c.Proved() {
		return c.walking
	}
	return c.loading
}

// Proved says that nothing more will be found.
func (c *checked) Proved() bool {
	select {
	case <-c.proved:
		return true
	default:
		return false
	}
}

// wait gives the proof some time to end.
func (c *checked) wait(d time.Duration) {
	select {
	case <-c.proved:
	case <-time.After(d):
	}
}

// opened is the draft and what is found in it, within patience. Where it cannot be read that is said.
func (s *Studio) opened(w http.ResponseWriter, r *http.Request) (*workshop.State, *checked, bool) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return nil, nil, false
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	return state, c, true
}

// Errors counts what keeps the draft from being published.
func (c *checked) Errors() int { return len(c.Found().Errors()) }

// Warnings counts what should be looked at.
func (c *checked) Warnings() int { return len(c.Found()) - c.Errors() }

// checks keeps what was said of the drafts asked for lately.
type checks struct {
	compile func(*flow.Bundle) (*engine.Program, error)
	region  func() string // that is served: drafts are loaded for it
	mu      sync.Mutex
	known   map[string]*checked // by the hash of a draft
	walks   sync.Mutex          // one proof at a time: it takes all processors
}

// mostChecked are remembered; one is some megabytes.
const mostChecked = 8

// of loads a draft and begins to prove it, once for everybody who asks.
func (s *checks) of(d *flow.Draft) *checked {
	s.mu.Lock()
	c, known := s.known[d.Hash()]
	if !known {
		c = &checked{draft: d, loaded: make(chan struct{}), proved: make(chan struct{})}
		if len(s.known) >= mostChecked || s.known == nil {
			s.known = map[string]*checked{}
		}
		s.known[d.Hash()] = c
	}
	s.mu.Unlock()
	if !known {
		s.load(c, d)
		go s.prove(c)
	}
	<-c.loaded
	return c
}

func (s *checks) load(c *checked, d *flow.Draft) {
	defer close(c.loaded)
	b, err := s.bundle(d)
	if err == nil {
		c.Bundle = b
		c.Program, err = s.compile(b)
	}
	if err != nil {
		c.loading = faults(err)
		return
	}
	for _, w := range b.Warnings {
		c.loading = append(c.loading, proof.Finding{Severity: proof.Warning, Fault: w})
	}
}

// bundle loads a draft for the region that is served, whichever bundle.yaml names.
func (s *checks) bundle(d *flow.Draft) (*flow.Bundle, error) {
	region := s.region()
	if named, _ := d.At("bundle.yaml", "region"); named.Text() == region {
		region = "" // as everybody asks, so that it is loaded once
	}
	return d.Bundle(region)
}

func (s *checks) prove(c *checked) {
	defer close(c.proved)
	c.walking = c.loading
	if c.Program == nil {
		return
	}
	s.walks.Lock()
	defer s.walks.Unlock()
	c.walking = append(proof.Prove(c.Program), c.loading...).Sorted()
}

// faults gives an error of the loader as findings.
func faults(err error) proof.Findings {
	var all proof.Findings
	if list, is := errors.AsType[flow.Faults](err); is {
		for _, f := range list {
			all = append(all, proof.Finding{Severity: proof.Error, Fault: f})
		}
		return all
	}
	return proof.Findings{{Severity: proof.Error, Fault: flow.Fault{Message: err.Error()}}}
}
