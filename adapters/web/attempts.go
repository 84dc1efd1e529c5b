package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk/bot"
)

// Guessing is bounded by failures alone. Five wrong passwords of one person from one household shut
// that person out there for a minute; forty, whoever they were for, shut the household out; after
// twenty for one login, from wherever, whoever has failed at it is shut out for half a minute. Where
// many come at once a few more are looked at, as many at most as are beside each other: see judge.
//
// Others' failures keep nobody out: where somebody has signed in before only their own count, and from
// anywhere else a right password passes at the first try. What is left to a guesser with many
// addresses is one guess from each, and one more each half minute.
var (
	ofPair      = tally{"signin-pair", 1.0 / 60, 4, time.Minute}
	ofHousehold = tally{"signin-address", 1.0 / 6, 39, 6 * time.Second}
	ofLogin     = tally{"signin-login", 1.0 / 30, 19, 30 * time.Second}
)

// The kinds of references that sign-ins keep, besides logins and links, and for how long.
const (
	shutRef   = "signin-shut"  // nobody tries here now
	failedRef = "signin-wrong" // somebody failed here lately
	knownRef  = "signin-known" // somebody signed in here before
	failedFor = time.Hour
	knownFor  = 90 * 24 * time.Hour
)

// A tally is a bucket of failures. One that finds it empty shuts what it stands for.
type tally struct {
	kind  string
	rate  float64 // failures a second that are forgiven
	burst int
	shut  time.Duration
}

// An attempt is one try at one login from one household; both are hashes.
type attempt struct{ pair, household, login string }

func (s *SignIn) attempt(r *http.Request, login string) attempt {
	household := Household(s.Proxies.Client(r))
	return attempt{digest(login + " " + household), digest(household), digest(login)}
}

// mayTry says whether a password is looked at at all.
func (s *SignIn) mayTry(ctx context.Context, a attempt) (bool, error) {
	shut, err := s.noted(ctx, shutRef, ofPair.kind+a.pair)
	if err != nil || shut {
		return false, err
	}
	known, err := s.noted(ctx, knownRef, a.pair)
	if err != nil || known {
		return known, err
	}
	shut, err = s.noted(ctx, shutRef, ofHousehold.kind+a.household)
	if err != nil || shut {
		return false, err
	}
	shut, err = s.noted(ctx, shutRef, ofLogin.kind+a.login)
	if err != nil || !shut {
		return !shut, err
	}
	failed, err := s.noted(ctx, failedRef, a.pair)
	return !failed, err
}

// failedTo counts a wrong password.
func (s *SignIn) failedTo(ctx context.Context, a attempt) error {
	for name, t := range map[string]tally{a.pair: ofPair, a.household: ofHousehold, a.login: ofLogin} {
		forgiven, err := s.Limiter.Allow(ctx, t.kind, name, t.rate, t.burst)
		if err != nil {
			return fmt.Errorf("count a failure: %w", err)
		}
		if !forgiven {
			if err := s.note(ctx, shutRef, t.kind+name, t.shut); err != nil {
				return err
			}
		}
	}
	return s.note(ctx, failedRef, a.pair, failedFor)
}

// succeeded remembers the place, where others' failures are nothing from now on.
func (s *SignIn) succeeded(ctx context.Context, a attempt) error {
	return s.note(ctx, knownRef, a.pair, knownFor)
}

func (s *SignIn) noted(ctx context.Context, kind, name string) (bool, error) {
	_, err := s.Refs.Ref(ctx, kind, name)
	if errors.Is(err, bot.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *SignIn) note(ctx context.Context, kind, name string, life time.Duration) error {
	if err := s.Refs.SetRef(ctx, kind, name, "", "1", life); err != nil && !errors.Is(err, bot.ErrTaken) {
		return fmt.Errorf("note an attempt: %w", err)
	}
	return nil
}

// Passwords are expensive on purpose: so many are looked at at once, and others wait a moment.
const (
	mostVerified = 4
	verifyWithin = 3 * time.Second
)

// A verdict is what is found of a password.
type verdict int

const (
	notLookedAt verdict = iota // too many were wrong
	wrongPassword
	rightPassword
)

// judge looks at a password when it is its turn. An unknown login has no hash: that takes its time all the same.
//
// Many may come at once, before one of them is found to be wrong. So each is asked once more on its turn whether
// it is looked at at all, and a failure counts before the turn is given on, even if whoever tried has gone.
func (s *SignIn) judge(ctx context.Context, a attempt, hash, password string) (verdict, error) {
	if allowed, err := s.mayTry(ctx, a); err != nil || !allowed {
		return notLookedAt, err
	}
	waiting, stop := context.WithTimeout(ctx, verifyWithin)
	defer stop()
	select {
	case s.turns() <- struct{}{}:
		defer func() { <-s.turns() }()
	case <-waiting.Done():
		return notLookedAt, fmt.Errorf("too many sign in at once: %w", bot.ErrUnavailable)
	}
	if allowed, err := s.mayTry(ctx, a); err != nil || !allowed {
		return notLookedAt, err
	}
	if s.Verify(hash, password) && hash != "" {
		return rightPassword, nil
	}
	counting, stop := context.WithTimeout(context.WithoutCancel(ctx), verifyWithin)
	defer stop()
	return wrongPassword, s.failedTo(counting, a)
}

func (s *SignIn) turns() chan struct{} {
	s.once.Do(func() { s.verifying = make(chan struct{}, mostVerified) })
	return s.verifying
}
