package main

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/phone/phonefake"
	"frontdesk/bot"
)

// awayBlobs is a store that does not keep so many messages more.
type awayBlobs struct {
	bot.Blobs
	away atomic.Int64
}

func (b *awayBlobs) PutBlob(ctx context.Context, id bot.ConversationID, name string, content []byte, life time.Duration) (time.Time, error) {
	if b.away.Add(-1) >= 0 {
		return time.Time{}, bot.ErrUnavailable
	}
	return b.Blobs.PutBlob(ctx, id, name, content, life)
}

// A message is not lost when the store is away for some seconds at its end.
func TestAMessageOutlivesAStoreThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	blobs := &awayBlobs{Blobs: s.house.phone.Blobs}
	s.house.phone.Blobs = blobs
	talk := s.calls()
	talk.Press("0")
	s.hears("the caller", talk, "Pour laisser un message, tapez 3.")
	s.leavesMessage(talk)
	blobs.away.Store(3)
	talk.Press("#")
	s.hears("the caller", talk, "Un instant, s'il vous plaît.", "Nous vous appelons avant")
	if n := s.house.phone.Door.(*noted).kept.Load(); n != 1 {
		t.Errorf("%d messages are kept", n)
	}
}

// The conversation of a call that could not be served hears that the caller is gone, once the store is back.
func TestTheConversationOfABrokenCallIsToldOfItsEnd(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	s.house.phone.Door.(*noted).away.Store(1 << 30)
	talk.Press("1")
	s.gone("the caller", talk)
	s.toldOfHangUp()
}

// counsels is the counsellor at her desk, who acts on the only case.
func (s *phoneSite) counsels(event bot.Event) {
	s.t.Helper()
	in := bot.Input{ID: "desk:" + bot.Name(event), Conversation: s.card().Conversation, Event: event,
		Leg: bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}}
	if err := s.house.player.Take(s.ctx, in); err != nil {
		s.t.Fatal(err)
	}
}

// hearEachOther waits until two do, and each as from now on.
func (s *phoneSite) hearEachOther(talk, counsellor *phonefake.Talk) {
	s.t.Helper()
	talk.Hum(2350)
	counsellor.Hum(2450)
	s.until("they hear each other", func() bool { return counsellor.Hears(2350) && talk.Hears(2450) })
	talk.Hum(0)
	counsellor.Hum(0)
	s.until("they are silent", func() bool { return !counsellor.Hears(2350) && !talk.Hears(2450) })
}

// A counsellor who notes a promise, or hands the case on, while she talks goes on talking; when she hangs up, the
// caller hears once more what came of it, and that.
func TestATalkGoesOnAfterAPromise(t *testing.T) {
	t.Parallel()
	for name, noted := range map[string]struct {
		event bot.Event
		said  string
	}{
		"promised": {bot.Promise{By: "camille", At: time.Now().Add(48 * time.Hour), Contact: "phone"}, "Camille vous répond avant"},
		"referred": {bot.Transferred{By: "camille", To: "cma", Consent: true}, "Votre demande est transmise à ce service :"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPhoneSite(t)
			talk, counsellor := s.talked()
			s.hearEachOther(talk, counsellor)
			s.counsels(noted.event)
			s.hears("the caller", talk, noted.said)
			s.hearEachOther(talk, counsellor)
			counsellor.Hangup()
			s.hears("the caller", talk, noted.said, "Votre interlocutrice ou votre interlocuteur a raccroché.")
			s.gone("the caller", talk)
			s.toldOfHangUp()
		})
	}
}

// A talk about a case that is the counsellor's no longer ends with a word to her, and the caller goes on.
func TestATalkAboutACaseThatWasGivenBackEndsWithAWord(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk, counsellor := s.talked()
	s.hearEachOther(talk, counsellor)
	s.counsels(bot.Released{By: "camille"})
	s.hears("the counsellor", counsellor, "Ce dossier n'est plus à vous : cet appel se termine.")
	s.gone("the counsellor", counsellor)
	s.hears("the caller", talk, "La personne qui vous répondait a dû partir.", "♪")
	again := s.pickedUp() // others are rung
	talk.Hangup()
	s.gone("the counsellor", again)
}

// A case that was given back after a talk, and is taken again at a desk, is rung there: the caller is still on the line.
func TestWhoTakesACaseThatWasGivenBackIsRung(t *testing.T) {
	t.Parallel()
	s, _ := textSite(t)
	talk, counsellor := s.talked()
	counsellor.Hangup()
	s.hears("the caller", talk, theOfferAfterATalk)
	s.counsels(bot.Released{By: "camille"})
	s.until("the case waits", func() bool { c := s.card(); return c.Waits() })
	s.counsels(bot.Claimed{By: "camille"})
	s.until("the case is hers", func() bool { c := s.card(); return c.Life == bot.Live && c.Owner == "camille" })
	var ringing *phonefake.Talk
	s.until("her telephone is picked up", func() bool { // one that rang for a case which anybody might take stops
		ringing = s.rung()
		return ringing.Answer(s.ctx) == nil
	})
	s.hears("the counsellor", ringing, "Pour prendre l'appel, tapez 1.")
	ringing.Press("1")
	ringing.Hum(2450)
	s.until("the caller hears her", func() bool { return talk.Hears(2450) })
}

// 0 is a person also where a code is read or keyed in, and a star leaves that. Neither is a try.
func TestZeroIsAPersonWhereACodeIsKeyedIn(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	codes := &triedCodes{Codes: s.house.phone.Codes}
	s.house.phone.Codes = codes
	for _, key := range []string{"1", "2"} {
		talk := s.calls()
		talk.Press("#")
		s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
		talk.Press(key)
		s.hears("the caller", talk, map[string]string{"1": "Votre code :", "2": "Tapez votre code, dix chiffres."}[key])
		talk.Press("0")
		s.hears("the caller", talk, "Personne n'est libre tout de suite.")
		talk.Hangup()
	}
	for _, key := range []string{"*", "#"} {
		talk := s.calls()
		talk.Press("#")
		s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
		talk.Press("2")
		s.hears("the caller", talk, "Tapez votre code, dix chiffres.")
		talk.Press(key)
		s.hears("the caller", talk, "Que cherchez-vous ?")
		talk.Hangup()
	}
	if len(codes.by) > 0 {
		t.Errorf("%d codes were tried", len(codes.by))
	}
}

// offered is a caller who waits and is offered another way at once, while a counsellor who has picked up
// may take her time.
func (s *phoneSite) offered() (talk, counsellor *phonefake.Talk) {
	s.t.Helper()
	live := *s.house.shelf.Live()
	bundle := *live.Bundle
	bundle.Delays.Call = time.Second
	live.Bundle = &bundle
	s.house.shelf.live.Store(&live)
	s.house.phone.Timing.Accept = 5 * time.Minute
	s.duty()
	talk = s.calls()
	talk.Press("0")
	counsellor = s.pickedUp()
	s.hears("the counsellor", counsellor, "Pour prendre l'appel, tapez 1.")
	s.hears("the caller", talk, "Pour laisser un message, tapez 3.")
	return talk, counsellor
}

// A caller who is leaving a message is put through at once to who takes the call, and what was said is kept.
func TestAMessageEndsWhenACounsellorTakesTheCall(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk, counsellor := s.offered()
	s.leavesMessage(talk)
	counsellor.Press("1")
	s.until("the message is kept", func() bool { return s.house.phone.Door.(*noted).kept.Load() == 1 })
	s.until("the counsellor hears the caller", func() bool { return counsellor.Hears(2350) })
	s.hearEachOther(talk, counsellor)
}

// So is one who is keying in a number.
func TestAnEntryEndsWhenACounsellorTakesTheCall(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.house.phone.Timing.Digit = time.Hour
	talk, counsellor := s.offered()
	talk.Press("3")
	s.hears("the caller", talk, "Pour être rappelé, tapez votre numéro")
	talk.Press("0639")
	s.until("the keys are pressed", talk.Pressed)
	counsellor.Press("1")
	s.hearEachOther(talk, counsellor)
}

// Who has taken a call whose caller is busy hears that it takes a moment. When they do not wait, the caller hears
// that they have hung up.
func TestWhoWaitsForTheCallerHearsSomething(t *testing.T) {
	t.Parallel()
	for _, waits := range []bool{true, false} {
		s := newPhoneSite(t)
		s.house.phone.Timing.Digit = 6 * time.Second
		s.duty()
		talk := s.calls()
		talk.Press("0")
		counsellor := s.pickedUp()
		s.hears("the counsellor", counsellor, "Pour prendre l'appel, tapez 1.")
		talk.Press("#")
		s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
		counsellor.Press("1")
		s.hears("the counsellor", counsellor, "Un instant, s'il vous plaît.", "♪")
		if waits {
			s.hearEachOther(talk, counsellor)
			continue
		}
		counsellor.Hangup()
		s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.")
	}
}

// With no voice at all the recording in the program is heard once, and the call ends.
func TestACallWithoutAVoiceEnds(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	s.voice.Fail(errors.New("hoarse"))
	talk.Press("1")
	s.gone("the caller", talk)
	s.toldOfHangUp()
	if text := s.log.String(); strings.Count(text, "a sentence has no voice") != 1 {
		t.Errorf("the call goes on without a voice:\n%s", text)
	}
}
