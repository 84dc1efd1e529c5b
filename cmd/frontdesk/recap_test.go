package main

import (
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/phone/phonefake"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/bot"
)

// The mobile and the landline that callers show in these tests; Arcep keeps both for fiction.
const (
	shownMobile   = "+33639981234"
	shownLandline = "+33261910042"
)

// informed is somebody whose telephone shows a number, or none, and who has had an information and wants no more.
func (s *phoneSite) informed(number string) *phonefake.Talk {
	s.t.Helper()
	if number != "" {
		var err error
		if s.citizen, err = phonefake.NewAs(s.ctx, s.voice, number, s.target); err != nil {
			s.t.Fatal(err)
		}
	}
	talk := s.calls()
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "Et maintenant ?")
	talk.Press("4")
	return talk
}

// textSite is a house with a gateway for text messages.
func textSite(t *testing.T) (*phoneSite, *smsfake.Server) {
	t.Helper()
	var fake *smsfake.Server
	s := newPhoneSiteWith(t, func(c *serveCommand) { fake = withTexts(t, c) })
	fake.Deliver("http://" + s.house.config.Listen)
	return s, fake
}

const theOffer = "Voulez-vous recevoir ces informations par SMS"

// said says whether the service has made its voice say something that begins so.
func (s *phoneSite) said(words string) bool {
	return slices.ContainsFunc(s.voice.Said(), func(text string) bool { return strings.Contains(text, words) })
}

func TestARecapGoesToTheCallersOwnMobile(t *testing.T) {
	t.Parallel()
	s, fake := textSite(t)
	talk := s.informed(shownMobile)
	s.hears("the caller", talk, theOffer)
	talk.Press("1")
	s.hears("the caller", talk, "Tapez un numéro de portable", "Pour le recevoir au 06 39 98 12 34, tapez 1, puis dièse.")
	talk.Press("1#")
	s.hears("the caller", talk, "Votre numéro : 06 39 98 12 34.")
	if got := fake.Texts(shownMobile); len(got) > 0 {
		t.Fatalf("sent before it was confirmed: %q", got)
	}
	talk.Press("1")
	s.hears("the caller", talk, "Le SMS part maintenant.", "Cela vous a-t-il été utile ?")
	s.until("a text message", func() bool { return len(fake.Texts(shownMobile)) > 0 })
	talk.Press("1")
	s.hears("the caller", talk, "Merci de votre appel.")
	want := "Orientation Bretagne. En résumé. Trouver un emploi : France Travail propose des offres et un accompagnement. L'inscription se fait sur francetravail.fr ou en agence. " +
		"A faire : noter vos métiers, vos horaires possibles et vos moyens de transport. Info vérifiée le lundi 2 novembre, source : France Travail. " +
		"Pour nous joindre : 02 61 91 00 00. Dossier " + s.session().Dossier + ". Ne plus rien recevoir : STOP."
	if got := fake.Texts(shownMobile); len(got) != 1 || !sameButForTheDay(got[0], want) {
		t.Errorf("the mobile shows\n%q\nwant\n%q", got, want)
	}
	for _, secret := range []string{shownMobile[3:], "06 39", "0639"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// sameButForTheDay compares what is told but for how the day is named, which the day of the test decides.
func sameButForTheDay(got, want string) bool {
	cut := func(text string) string {
		before, rest, _ := strings.Cut(text, "Info vérifiée")
		_, after, _ := strings.Cut(rest, ", source")
		return before + after
	}
	return cut(got) == cut(want)
}

// Who calls from a landline, or shows no number, is offered no number to confirm: they key a mobile in, or do not.
func TestOnlyAMobileThatIsShownIsOffered(t *testing.T) {
	for name, number := range map[string]string{"a landline": shownLandline, "hidden": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, fake := textSite(t)
			talk := s.informed(number)
			s.hears("the caller", talk, theOffer)
			talk.Press("1")
			s.hears("the caller", talk, "Tapez un numéro de portable", "Avant 15 ans")
			talk.Press("0261910042#")
			s.hears("the caller", talk, "Il faut un numéro de portable", "Un téléphone fixe ne reçoit pas ce SMS.")
			if s.said("Pour le recevoir au") {
				t.Error("a number that gets no texts, or is hidden, is offered")
			}
			talk.Press(strings.Replace(shownMobile, "+33", "0", 1) + "#")
			s.hears("the caller", talk, "Votre numéro : 06 39 98 12 34.")
			talk.Press("1")
			s.until("a text message", func() bool { return len(fake.Texts(shownMobile)) == 1 })
			if got := fake.Texts(shownLandline); len(got) > 0 {
				t.Errorf("the landline was sent %q", got)
			}
		})
	}
}

func TestARecapThatIsRefusedIsNotSent(t *testing.T) {
	t.Parallel()
	s, fake := textSite(t)
	talk := s.informed(shownMobile)
	s.hears("the caller", talk, theOffer)
	talk.Press("2")
	s.hears("the caller", talk, "Cela vous a-t-il été utile ?")
	talk.Press("1")
	s.hears("the caller", talk, "Merci de votre appel.")
	if fake.Calls() > 0 {
		t.Errorf("the gateway was asked %d times", fake.Calls())
	}
}

func TestWithoutAGatewayNobodyIsOfferedARecap(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.informed(shownMobile)
	s.hears("the caller", talk, "Cela vous a-t-il été utile ?")
	if s.said("SMS") {
		t.Errorf("of texts is said, among\n%s", strings.Join(s.voice.Said(), "\n"))
	}
}

// A number that wrote STOP gets nothing, whoever asks for it; who asks hears it, and the desk sees it.
func TestARecapToANumberThatWroteStopIsSaidNotToArrive(t *testing.T) {
	t.Parallel()
	s, fake := textSite(t)
	if _, err := fake.Write(shownMobile, "STOP"); err != nil {
		t.Fatal(err)
	}
	s.until("the confirmation", func() bool {
		return slices.ContainsFunc(fake.Texts(shownMobile), func(text string) bool { return strings.HasPrefix(text, "C'est fini.") })
	})
	before := fake.Texts(shownMobile)
	talk := s.informed(shownMobile)
	s.hears("the caller", talk, theOffer)
	talk.Press("1")
	s.hears("the caller", talk, "Tapez un numéro de portable", "Pour le recevoir au 06 39 98 12 34")
	talk.Press("1#")
	s.hears("the caller", talk, "Votre numéro : 06 39 98 12 34.")
	talk.Press("1")
	s.hears("the caller", talk, "Pardon, le SMS n'est pas arrivé.")
	if got := fake.Texts(shownMobile); !slices.Equal(got, before) {
		t.Errorf("after STOP it got %q", got)
	}
	letters, err := s.house.store.DeadLetters(s.ctx)
	if err != nil || len(letters) != 1 || letters[0].Leg != "text" || letters[0].Why != "undeliverable" {
		t.Errorf("dead letters: %+v, %v", letters, err)
	}
	if slices.ContainsFunc(s.session().Legs, func(l bot.Leg) bool { return l.For == bot.ToText }) {
		t.Error("the number is kept")
	}
}
