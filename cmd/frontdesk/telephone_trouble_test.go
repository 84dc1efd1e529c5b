package main

import (
	"bufio"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A store that is away for some seconds is waited for: the caller hears that, and the key that they pressed counts.
func TestACallOutlivesAStoreThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	door := s.house.phone.Door.(*noted)
	door.away.Store(3)
	talk.Press("1")
	s.hears("the caller", talk, "Un instant, s'il vous plaît.", "Quelle est votre situation ?")
	door.away.Store(1 << 30)
	talk.Press("1")
	s.hears("the caller", talk, "Un instant, s'il vous plaît.")
	s.gone("the caller", talk) // after what needs neither a store nor a voice
}

// Keys that come too fast are answered with that, and the question stands: the call is not over.
func TestAFloodOfKeysEndsNoCall(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
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
	talk := s.calls()
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
	talk := s.calls()
	talk.Press("0")
	ringing := s.pickedUp()
	s.hears("the counsellor", ringing, "Un appel de l'accueil.")
	talk.Hangup()
	s.hears("the counsellor", ringing, "Cet appel est pris ou terminé.")
	s.gone("the counsellor", ringing)
}

// Sixty calls leave nothing behind: no stream, no call, no goroutine of theirs.
func TestCallsLeaveNothingBehind(t *testing.T) {
	s := newPhoneSite(t)
	call := func() {
		talk := s.rings()
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
	talk := s.calls()
	s.stop()
	began := time.Now()
	s.gone("the caller", talk)
	if lasted := time.Since(began); lasted < 8*time.Second {
		t.Errorf("the call ends %v after the stop: nothing was said", lasted)
	}
	if _, err := s.citizen.Call(s.ctx, s.target); err == nil {
		t.Error("a call is taken after the stop")
	}
}

// A caller and a counsellor who talk when a replica stops have longer than those who talk with a robot; when that is
// over both hear why, and the case stays hers.
func TestWhoTalksWhenAReplicaStopsHearsIt(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.house.phone.Timing.Drain, s.house.phone.Timing.Talk = time.Second, 15*time.Second
	talk, counsellor := s.talked()
	s.stop()
	began := time.Now()
	s.hears("the counsellor", counsellor, "Le service redémarre : cet appel se termine.")
	if lasted := time.Since(began); lasted < 14*time.Second {
		t.Errorf("the talk ends %v after the stop", lasted)
	}
	s.hears("the caller", talk, "Pardon, notre service redémarre.", "Vous pouvez rappeler dans un instant.")
	s.gone("the caller", talk)
	s.gone("the counsellor", counsellor)
	s.toldOfHangUp()
	s.hers()
}

// A replica that stops refuses calls at once, while requests are still answered.
func TestAReplicaThatStopsRefusesCallsAtOnce(t *testing.T) {
	t.Parallel()
	s := newPhoneSiteWith(t, func(c *serveCommand) { c.Drain = time.Minute })
	conn, err := net.Dial("tcp", s.house.config.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	fmt.Fprintf(conn, "POST /chat/conversations HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", s.house.config.Listen)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} { // the request is under way: its body is read
		if line, err := answers.ReadString('\n'); line != want {
			t.Fatalf("%q, %v", line, err)
		}
	}
	fmt.Fprint(conn, "{")
	s.stop()
	s.until("the house is about to stop", s.house.draining.Load) // a call that is taken before takes seconds of those for the request
	s.until("calls are refused", func() bool {
		talk, err := s.citizen.Call(s.ctx, s.target)
		if err == nil {
			talk.Hangup()
		}
		return err != nil
	})
	fmt.Fprint(conn, "}")
	if answer, err := answers.ReadString('\n'); err != nil || !strings.Contains(answer, " 201 ") {
		t.Errorf("the request is answered %q, %v", answer, err)
	}
}

// A message that is being left when a replica stops is kept as far as it was said, and the caller hears why the
// call ends.
func TestAMessageIsKeptWhenAReplicaStops(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.house.phone.Timing.Drain = time.Second
	talk := s.calls()
	talk.Press("0")
	s.hears("the caller", talk, "Pour laisser un message, tapez 3.")
	s.leavesMessage(talk)
	s.stop()
	s.until("the message is kept", func() bool { return s.house.phone.Door.(*noted).kept.Load() == 1 })
	kept := time.Now()
	s.gone("the caller", talk)
	if lasted := time.Since(kept); lasted < 7*time.Second {
		t.Errorf("the call ends %v after the message: nothing was said", lasted)
	}
}

// A call that lasts too long ends with a word about it.
func TestACallThatLastsTooLongIsToldSo(t *testing.T) {
	t.Parallel()
	s := newPhoneSiteWith(t, func(c *serveCommand) { c.SIP.MaxDuration = 12 * time.Second })
	talk := s.calls()
	s.hears("the caller", talk, "Cet appel dure depuis longtemps.", "Je dois y mettre fin.", "Vous pouvez rappeler tout de suite.")
	s.gone("the caller", talk)
	s.toldOfHangUp()
}

// Who talks with a counsellor is not cut off when a call with a robot would be; afterwards the time counts anew.
func TestATalkLastsLongerThanACall(t *testing.T) {
	t.Parallel()
	const longest = 24 * time.Second
	s := newPhoneSiteWith(t, func(c *serveCommand) { c.SIP.MaxDuration = longest })
	s.duty()
	talk, began := s.calls(), time.Now()
	talk.Press("0")
	ringing := s.pickedUp()
	s.hears("the counsellor", ringing, "Pour prendre l'appel, tapez 1.")
	ringing.Press("1")
	s.hears("the caller", talk, "Camille est avec vous.")
	time.Sleep(time.Until(began.Add(longest + time.Second)))
	talk.Hum(2350)
	ringing.Hum(2450)
	s.until("they hear each other", func() bool { return ringing.Hears(2350) && talk.Hears(2450) })
	ringing.Hangup()
	s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.")
}
