package main

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A store that is away for some seconds is waited for: the caller hears that, and the key that they pressed counts.
func TestACallOutlivesAStoreThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk := s.calls(ctx)
	door := s.house.phone.Door.(*noted)
	door.away.Store(3)
	talk.Press("1")
	s.hears("the caller", talk, "Un instant, s'il vous plaît.", "Quelle est votre situation ?")
	door.away.Store(1 << 30)
	talk.Press("1")
	s.hears("the caller", talk, "Un instant, s'il vous plaît.")
	select {
	case <-talk.Gone(): // after what needs neither a store nor a voice
	case <-ctx.Done():
		t.Fatal("a call without a store does not end")
	}
}

// Keys that come too fast are answered with that, and the question stands: the call is not over.
func TestAFloodOfKeysEndsNoCall(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk := s.calls(ctx)
	s.house.phone.Door.(*noted).tooMany.Store(true)
	talk.Press("7")
	s.hears("the caller", talk, "Une touche à la fois, s'il vous plaît.")
	s.house.phone.Door.(*noted).tooMany.Store(false)
	s.hears("the caller", talk, "Que cherchez-vous ?", "Pour la VAE ou créer son entreprise, tapez 3.") // after a silence
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
}

// A star and a number at once: who has heard enough is not made to hear it again.
func TestANumberAfterAStarIsNotLost(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("*1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
	talk.Press("#")
	s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
	talk.Press("0")
	s.hears("the caller", talk, "Personne n'est libre tout de suite.")
}

// A counsellor who listens to what a call is about while another takes the case hears that.
func TestACounsellorWhoIsTooLateHearsIt(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("0")
	ringing := s.pickedUp(ctx)
	s.hears("the counsellor", ringing, "Un appel de l'accueil.")
	talk.Hangup()
	s.hears("the counsellor", ringing, "Cet appel est pris ou terminé.")
	select {
	case <-ringing.Gone():
	case <-ctx.Done():
		t.Fatal("the counsellor is kept on the line")
	}
}

// Sixty calls leave nothing behind: no stream, no call, no goroutine of theirs.
func TestCallsLeaveNothingBehind(t *testing.T) {
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 120*time.Second)
	defer end()
	call := func() {
		talk, err := s.citizen.Call(ctx, s.target)
		if err != nil {
			t.Fatal(err)
		}
		talk.Press("1")
		talk.Hangup()
	}
	call()
	rests := func() bool {
		halfOpen, answered := s.house.phone.Endpoint().Calls()
		return halfOpen+answered+s.house.phone.Sound().Open == 0
	}
	s.until("the first call is over", rests)
	for range 60 {
		call()
	}
	s.until("all calls are over", rests)
	s.until("their goroutines have ended", func() bool { return strings.Count(stacks(), "adapters/phone.(*call)") == 0 })
}

func stacks() string {
	buffer := make([]byte, 1<<22)
	return string(buffer[:runtime.Stack(buffer, true)])
}

// A replica that stops lets calls go on for a while; then who is left hears why the call ends, and the
// conversation knows that they are gone.
func TestWhoIsLeftWhenAReplicaStopsHearsIt(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.house.phone.Timing.Drain = time.Second
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk := s.calls(ctx)
	s.stop()
	began := time.Now()
	select {
	case <-talk.Gone():
	case <-ctx.Done():
		t.Fatal("the call goes on")
	}
	if lasted := time.Since(began); lasted < 8*time.Second {
		t.Errorf("the call ends %v after the stop: nothing was said", lasted)
	}
	if _, err := s.citizen.Call(ctx, s.target); err == nil {
		t.Error("a call is taken after the stop")
	}
}
