package studio

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"

	"frontdesk/adapters/web"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/flows"
	"frontdesk/locales"
)

// What follows is exported for the tests of package studio_test.

// Reference is the reference bundle, read once.
var Reference = sync.OnceValues(func() (*flow.Bundle, error) { return flow.LoadWithLocales(flows.Files, locales.Files, "") })

// Compiled makes a bundle ready to play: then it is proved as well, which takes a while.
func Compiled(b *flow.Bundle) (*engine.Program, error) {
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	return engine.Compile(b, words)
}

// Uncompiled spares a test the proof of each draft, which would take most of its time.
func Uncompiled(*flow.Bundle) (*engine.Program, error) {
	return nil, errors.New("nothing is proved in this test")
}

// Link is one way into a trial.
func Link(t testing.TB, signIn *web.SignIn) string {
	t.Helper()
	link, err := signIn.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// Entering is the form by which somebody signs in, at /desk/entree.
func Entering(t testing.TB, signIn *web.SignIn, who string) url.Values {
	t.Helper()
	_, token, _ := strings.Cut(Link(t, signIn), "jeton=")
	return url.Values{"jeton": {token}, "qui": {who}}
}
