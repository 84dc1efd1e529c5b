package main

import (
	"sync"
	"testing"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/flows"
)

// shared is the reference bundle that tests share: read and compiled once for each region. Nothing changes
// it. What lies in a folder is read anew each time.
var shared = &sharedBundles{}

type sharedBundles struct {
	regions  sync.Map // name → func() (*flow.Bundle, error)
	programs sync.Map // *flow.Bundle → func() (*engine.Program, error)
}

func (s *sharedBundles) load(path, region string) (*flow.Bundle, error) {
	if path != "" {
		return loadBundle(path, region)
	}
	once, _ := s.regions.LoadOrStore(region, sync.OnceValues(func() (*flow.Bundle, error) {
		b, err := loadBundle("", region)
		if err == nil {
			s.programs.Store(b, sync.OnceValues(func() (*engine.Program, error) { return compile(b) }))
		}
		return b, err
	}))
	return once.(func() (*flow.Bundle, error))()
}

func (s *sharedBundles) compile(b *flow.Bundle) (*engine.Program, error) {
	if once, is := s.programs.Load(b); is {
		return once.(func() (*engine.Program, error))()
	}
	return compile(b)
}

// referenceBundle is the reference bundle as all tests have it.
func referenceBundle(t testing.TB) *flow.Bundle {
	t.Helper()
	b, err := shared.load("", "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// referenceProgram is the reference bundle ready to play, with the demonstration's data.
func referenceProgram(t testing.TB) *engine.Program {
	t.Helper()
	b := referenceBundle(t)
	p, err := shared.compile(b)
	if err != nil {
		t.Fatal(err)
	}
	data, err := readExamples(flows.Files, b)
	if err != nil {
		t.Fatal(err)
	}
	return p.With(data)
}
