package web_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// from tries a password from an address.
func (e *entrance) from(address, login, password string) int {
	e.t.Helper()
	form := url.Values{"login": {login}, "password": {password}}
	return e.ask("POST", "/desk/entree", form, nil, func(r *http.Request) { r.RemoteAddr = address + ":40000" }).StatusCode
}

// quickly makes passwords cheap to look at: these tests are about how many are.
func quickly(e *entrance) *entrance {
	e.Verify = func(hash, password string) bool { return hash != "" && password == "soleil" }
	return e
}

const (
	in    = http.StatusSeeOther
	wrong = http.StatusUnauthorized
	shut  = http.StatusTooManyRequests
)

func TestRightPasswordsAreNotCounted(t *testing.T) {
	e := quickly(newEntrance(t))
	for n := range 60 { // more than any limit on failures
		if got := e.from("192.0.2.7", "anna", "soleil"); got != in {
			t.Fatalf("time %d: %d", n, got)
		}
	}
}

func TestOthersFailuresKeepNobodyOut(t *testing.T) {
	e := quickly(newEntrance(t))
	if got := e.from("192.0.2.7", "anna", "soleil"); got != in {
		t.Fatalf("anna at home: %d", got)
	}
	for n := range 40 { // from everywhere
		e.from(fmt.Sprintf("198.51.100.%d", n), "anna", "lune")
	}
	for n := range 45 { // and from her own office, for others
		e.from("192.0.2.7", fmt.Sprintf("colleague%d", n), "lune")
	}
	for name, c := range map[string]struct {
		address, login, password string
		want                     int
	}{
		"where she has signed in before":           {"192.0.2.7", "anna", "soleil", in},
		"a mistake there is a mistake":             {"192.0.2.7", "anna", "lune", wrong},
		"from somewhere new, at the first try":     {"203.0.113.9", "anna", "soleil", in},
		"a guesser who has failed":                 {"198.51.100.1", "anna", "lune", shut},
		"a guesser who would be right now":         {"198.51.100.2", "anna", "soleil", shut},
		"another guess for others from the office": {"192.0.2.7", "colleague99", "lune", shut},
	} {
		if got := e.from(c.address, c.login, c.password); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	e.store.pass(31 * time.Second)
	if got := e.from("198.51.100.3", "anna", "lune"); got != wrong {
		t.Errorf("after half a minute: %d", got)
	}
}

// However many addresses somebody has, each is worth one guess.
func TestManyAddressesGuessOnceEach(t *testing.T) {
	e := quickly(newEntrance(t))
	looked := 0
	verify := e.Verify
	e.Verify = func(hash, password string) bool { looked++; return verify(hash, password) }
	for round := range 10 {
		for n := range 30 {
			if got := e.from(fmt.Sprintf("198.51.100.%d", n), "anna", fmt.Sprint("guess", round)); got == in {
				t.Fatal("guessed")
			}
		}
	}
	if looked > 20+30 {
		t.Errorf("%d of 300 guesses were looked at, want at most 50", looked)
	}
}

// Passwords cost memory and time on purpose; a crowd at the entrance must not cost all there is.
func TestPasswordsAreLookedAtAFewAtATime(t *testing.T) {
	e := newEntrance(t)
	var now, most atomic.Int64
	e.Verify = func(string, string) bool {
		for n := now.Add(1); ; {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
		return false
	}
	var crowd sync.WaitGroup
	for n := range 40 {
		crowd.Go(func() { e.from(fmt.Sprintf("198.51.100.%d", n), fmt.Sprint("login", n), "x") })
	}
	crowd.Wait()
	if got := most.Load(); got > 4 || got == 0 {
		t.Errorf("%d at once, want at most 4", got)
	}
}

// Guesses that come at once are bounded like those that come one after the other.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	const atOnce = 4 // are looked at beside each other
	for name, c := range map[string]struct {
		most  int64
		login func(n int) string
	}{
		"of one person":    {5 + atOnce - 1, func(int) string { return "anna" }},
		"of one household": {40 + atOnce - 1, func(n int) string { return fmt.Sprint("login", n) }},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEntrance(t)
			var looked, refused atomic.Int64
			e.Verify = func(string, string) bool {
				looked.Add(1)
				time.Sleep(time.Millisecond)
				return false
			}
			var crowd sync.WaitGroup
			for n := range 50 {
				crowd.Go(func() {
					if e.from("198.51.100.7", c.login(n), fmt.Sprint("guess", n)) == shut {
						refused.Add(1)
					}
				})
			}
			crowd.Wait()
			if got := looked.Load(); got > c.most || got < c.most-atOnce+1 || got+refused.Load() != 50 {
				t.Errorf("%d of 50 guesses were looked at and %d refused, want at most %d looked at", got, refused.Load(), c.most)
			}
		})
	}
}

// Sign-ins and links are 256 random bits each: there is nothing to guess.
func TestSignInsAndLinksAreRandom(t *testing.T) {
	e := quickly(newEntrance(t))
	e.Trial = true
	seen := map[string]bool{}
	for range 50 {
		link, err := e.TrialLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, token, _ := strings.Cut(link, "jeton=")
		for _, secret := range []string{token, signedCookie(e.password("anna", "soleil")).Value} {
			bits, err := hex.DecodeString(secret)
			if err != nil || len(bits) != 32 || seen[secret[:16]] {
				t.Errorf("%q: %d bytes, %v, begins like another: %t", secret, len(bits), err, seen[secret[:16]])
			}
			seen[secret[:16]] = true
		}
	}
}
