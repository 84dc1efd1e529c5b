package main

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/adapters/phone/peers"
	"frontdesk/adapters/phone/phonefake"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/bot"
)

// theOfferAfterATalk is how the offer begins where no information was given before the talk.
const theOfferAfterATalk = "Voulez-vous recevoir votre numéro de dossier par SMS"

// talked is a caller who was put through at once, and whose counsellor has taken the case.
func (s *phoneSite) talked() (talk, counsellor *phonefake.Talk) {
	s.t.Helper()
	s.duty()
	talk = s.calls()
	talk.Press("0")
	counsellor = s.pickedUp()
	s.hears("the counsellor", counsellor, "Pour prendre l'appel, tapez 1.")
	counsellor.Press("1")
	s.hears("the caller", talk, "Camille est avec vous.")
	return talk, counsellor
}

// hers says that the case is the counsellor's, as she left it.
func (s *phoneSite) hers() {
	s.t.Helper()
	if c := s.card(); c.Life != bot.Live || c.Owner != "camille" || c.Outcome != "" {
		s.t.Errorf("the case is %s, of %q, outcome %q", c.Life, c.Owner, c.Outcome)
	}
}

// Two softphones talk; the counsellor's hangs up, and the caller, still on the line, has their number sent to a
// mobile that they key in.
func TestASoftphoneIsSentATextAfterItsCounsellorHasHungUp(t *testing.T) {
	t.Parallel()
	x, voice := wiredHere(t), espeakVoice(t)
	camille, anna := peers.Baresip(t, "camille", x.camille), peers.Baresip(t, "anna", x.anna)
	var fake *smsfake.Server
	s := answering(t, voice, camille.Target(), func(c *serveCommand) { fake = withTexts(t, c) })
	fake.Deliver("http://" + s.house.config.Listen)
	s.duty()
	anna.Do("dial", x.dials(s.house))
	anna.Until("CALL_ESTABLISHED")
	s.step("voix.menu")
	anna.Press("0")
	s.putThrough(anna, camille, voice)
	s.step("entretien.sms_entretien")
	anna.Press("1")
	s.step("recap.portable")
	anna.Press(strings.Replace(shownMobile, "+33", "0", 1) + "#")
	s.step("recap.portable_juste")
	if fake.Calls() > 0 {
		t.Error("something was sent before the number was confirmed")
	}
	anna.Press("1")
	s.until("a text message", func() bool { return len(fake.Texts(shownMobile)) == 1 })
	anna.Until("CALL_CLOSED")
	want := fmt.Sprintf("Orientation Bretagne. En résumé. Pour nous joindre : 02 61 91 00 00. Dossier %s. Ne plus rien recevoir : STOP.", s.session().Dossier)
	if got := fake.Texts(shownMobile); got[0] != want {
		t.Errorf("the mobile shows\n%q\nwant\n%q", got, want)
	}
	s.hers()
	for _, secret := range []string{shownMobile[3:], "06 39", "0639"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// The mobile that is shown is offered as elsewhere, and a refusal ends the call with a goodbye.
func TestATextThatIsRefusedAfterATalkIsNotSent(t *testing.T) {
	t.Parallel()
	s, fake := textSite(t)
	talk, counsellor := s.talked()
	counsellor.Hangup()
	s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.", theOfferAfterATalk)
	talk.Press("2")
	s.hears("the caller", talk, "Merci de votre appel.")
	s.gone("the caller", talk)
	s.hers()
	if fake.Calls() > 0 {
		t.Errorf("the gateway was asked %d times", fake.Calls())
	}
}

func TestWhoHangsUpBeforeTheirCounsellorIsSentNothing(t *testing.T) {
	t.Parallel()
	s, fake := textSite(t)
	talk, counsellor := s.talked()
	talk.Hangup()
	s.gone("the counsellor", counsellor)
	s.hers()
	if fake.Calls() > 0 || s.said("Voulez-vous recevoir") || s.session().Asking {
		t.Errorf("the gateway was asked %d times; at %q", fake.Calls(), s.session().Step)
	}
}

func TestWithoutAGatewayNoTextIsOfferedAfterATalk(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk, counsellor := s.talked()
	counsellor.Hangup()
	s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.", "Merci de votre appel.")
	s.gone("the caller", talk)
	s.hers()
	if s.said("SMS") {
		t.Error("of texts is said")
	}
}

// Who presses 0 instead of an answer has their counsellor rung again, and the same case goes on.
func TestACallerHasTheirCounsellorRungAgain(t *testing.T) {
	t.Parallel()
	s, _ := textSite(t)
	talk, counsellor := s.talked()
	counsellor.Hangup()
	s.hears("the caller", talk, theOfferAfterATalk)
	talk.Press("0")
	s.hears("the caller", talk, "Je rappelle Camille.", "Restez en ligne.")
	again := s.pickedUp()
	s.hears("the counsellor", again, "Pour prendre l'appel, tapez 1.")
	again.Press("1")
	talk.Hum(2350)
	s.until("they hear each other", func() bool { return again.Hears(2350) })
	s.hers()
	again.Hangup()
	s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.", theOfferAfterATalk)
	talk.Hangup()
}

// Who says nothing any more is wished a good day, and nobody is rung for them.
func TestWhoDoesNotAnswerAfterATalkIsSentOff(t *testing.T) {
	t.Parallel()
	s, fake := textSite(t)
	talk, counsellor := s.talked()
	counsellor.Hangup()
	s.hears("the caller", talk, theOfferAfterATalk, theOfferAfterATalk, "Merci de votre appel.", "Au revoir.")
	s.gone("the caller", talk)
	s.hers()
	if fake.Calls() > 0 {
		t.Error("something was sent")
	}
}

// A number that is keyed just before hanging up is taken.
func TestANumberThatIsKeyedBeforeHangingUpIsTaken(t *testing.T) {
	t.Parallel()
	s, _ := textSite(t)
	talk, counsellor := s.talked()
	counsellor.Hangup()
	s.hears("the caller", talk, theOfferAfterATalk)
	s.step("entretien.sms_entretien")
	talk.Press("1")
	s.step("recap.portable")
	talk.Press("0639980001*") // a number ends three seconds after its last key
	s.until("the number is keyed", talk.Pressed)
	talk.Hangup()
	s.until("the number is taken", func() bool { return s.session().Step == "recap.portable_juste" })
}
