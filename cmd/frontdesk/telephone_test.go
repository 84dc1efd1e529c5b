package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/phonefake"
	"frontdesk/adapters/phone/signal"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A caller goes through two menus by keys, gets the information, asks for a person and waits with music;
// a counsellor's telephone rings, whispers and is put through; when she hangs up, the caller hears that.
func TestACallerIsPutThroughToACounsellorsTelephone(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	talk := s.rings()
	s.hears("the caller", talk, "Bonjour, ici Orientation Bretagne.", "Je suis un robot.", "Que cherchez-vous ?", "Pour un emploi ou une formation, tapez 1.")
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "France Travail propose", "Et maintenant ?", "Pour parler à une personne, tapez 1.")
	talk.Press("1")
	s.hears("the caller", talk, "Je vous passe une personne.", "♪")

	ringing := s.pickedUp()
	s.hears("the counsellor", ringing, "Un appel de l'accueil.", "Besoin : Un travail, un stage, une alternance.", "Pour prendre l'appel, tapez 1.")
	ringing.Press("1")
	s.hears("the caller", talk, "Camille est avec vous.")
	talk.Hum(2350)
	ringing.Hum(2450)
	s.until("they hear each other", func() bool { return ringing.Hears(2350) && talk.Hears(2450) })
	cards, err := s.house.store.Cards(s.ctx)
	if err != nil || len(cards) != 1 || cards[0].Life != bot.Live || cards[0].Owner != "camille" {
		t.Fatalf("%+v, %v", cards, err)
	}
	ringing.Hangup()
	s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.")
	s.gone("the caller", talk)
	if text := s.log.String(); slices.ContainsFunc([]string{"sip:camille", "accueil@", "France Travail"}, func(w string) bool { return strings.Contains(text, w) }) {
		t.Errorf("the log says too much:\n%s", text)
	}
}

// The line that was dialled is a campaign's word: what it stands for is not asked, and the call is counted for it.
func TestTheDialledLineChoosesTheSubject(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.target = strings.Replace(s.target, "accueil@", "vae@", 1)
	var err error
	if s.citizen, err = phonefake.New(s.ctx, s.voice, s.target); err != nil {
		t.Fatal(err)
	}
	talk := s.rings()
	s.hears("the caller", talk, "Bonjour, ici Orientation Bretagne.", "Et maintenant ?")
	if now := s.session(); now.Answers.Get("besoin") != "vae" || s.said("Que cherchez-vous") {
		t.Errorf("the answers are %v; what was said:\n%s", now.Answers, strings.Join(s.voice.Said(), "\n"))
	}
	talk.Hangup()
}

// Numbers are words as they are dialled in France, whatever the header that names them; what is no word is not kept.
func TestADialledNumberIsAWord(t *testing.T) {
	campaigns := map[string][]flow.Setting{"0261910010": nil, "493012345678": nil, "vae": nil}
	for word, called := range map[string]signal.Called{
		"0261910010": {Request: "accueil", To: "+33261910010"}, "493012345678": {Request: "+493012345678", To: "accueil"}, "vae": {Request: "VAE", To: "accueil"},
		"": {Request: "+33261910000", To: "+33261910000", Diverted: "+33699887766"},
	} {
		if got := dialledWord(campaigns, called); got != word {
			t.Errorf("%+v is %q, want %q", called, got, word)
		}
	}
	if got := dialledWord(campaigns, signal.Called{Request: "vae", To: "+33261910000", Diverted: "+33261910010"}); got != "0261910010" {
		t.Errorf("of a diverted call the line is %q", got)
	}
}

// A key cuts what is being said at once; two stars say it again, and slower from then on.
func TestKeysCutWhatIsSaidAndTwoStarsSlowItDown(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.rings()
	s.hears("the caller", talk, "Bonjour, ici")
	talk.Press("1")
	select {
	case got := <-talk.Heard():
		if got != "Quelle est votre situation ?" {
			t.Errorf("after the key the caller still hears %q", got)
		}
	case <-s.ctx.Done():
		t.Fatal("nothing is heard after the key")
	}
	talk.Press("**")
	s.hears("the caller", talk, "(lentement) Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "(lentement) France Travail")
}

// Whoever presses a key while the emergency numbers are said hears them to their end.
func TestNoKeyCutsTheEmergencyNumbers(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.rings()
	talk.Press("0")
	s.hears("the caller", talk, "Personne n'est libre tout de suite.", "En danger ?")
	talk.Press("5")
	for _, want := range []string{"Raccrochez et appelez le 15, le 17 ou le 112.", "Idées de suicide : 31 14, jour et nuit.", "Que préférez-vous ?"} {
		select {
		case got := <-talk.Heard():
			if got != want {
				t.Errorf("the caller hears %q, want %q", got, want)
			}
		case <-s.ctx.Done():
			t.Fatalf("nobody hears %q", want)
		}
	}
}

// Who hangs up while a counsellor's telephone rings is not looked for any more; the case is kept.
func TestWhoHangsUpWhileTheTelephoneRingsIsNotLookedForAnyMore(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	talk := s.calls()
	talk.Press("0")
	ringing := s.rung()
	talk.Hangup()
	s.gone("the counsellor", ringing)
	if c := s.card(); c.Life != bot.Waiting || c.Owner != "" {
		t.Errorf("the case is %s, of %q", c.Life, c.Owner)
	}
}

// A counsellor who does not want the call is rung again later, and others meanwhile; who takes the case at
// the desk is rung alone.
func TestACallThatIsDeclinedRingsAgainAndWhoTookItAtTheDeskIsRungAlone(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	talk := s.calls()
	talk.Press("0")
	first := s.pickedUp()
	s.hears("the counsellor", first, "Un appel de l'accueil.")
	first.Press("2")
	s.gone("the counsellor", first)
	if c := s.card(); c.Life != bot.Waiting {
		t.Errorf("declined, the case is %s", c.Life)
	}
	in := bot.Input{ID: "desk:1", Conversation: s.card().Conversation, Leg: bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}, Event: bot.Claimed{By: "camille"}}
	if err := s.house.player.Take(s.ctx, in); err != nil {
		t.Fatal(err)
	}
	s.hears("the caller", talk, "Camille est avec vous.", "♪")
	second := s.pickedUp()
	s.hears("the counsellor", second, "Pour prendre l'appel, tapez 1.")
	second.Press("1")
	talk.Hum(2350)
	s.until("they hear each other", func() bool { return second.Hears(2350) })
	talk.Hangup()
	s.gone("the counsellor", second)
	s.toldOfHangUp()
}

// A caller takes a code with #, and goes on with it in a browser; another comes from there by telephone.
func TestACodeLeadsFromTheTelephoneToTheWebAndBack(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?", "Pour une personne de 16 à 25 ans")
	talk.Press("#")
	s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
	talk.Press("1")
	code := s.code(talk)
	s.hears("the caller", talk, "Quelle est votre situation ?")
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	on, err := s.house.codes.Join(s.ctx, "browser", code, leg)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := s.house.codes.Issue(s.ctx, on)
	if err != nil {
		t.Fatal(err)
	}
	talk.Hangup()

	other := s.calls()
	other.Press("#")
	s.hears("the second caller", other, "Pour continuer ailleurs, tapez 1")
	other.Press("2")
	s.hears("the second caller", other, "Tapez votre code, dix chiffres.")
	other.Press(again)
	s.hears("the second caller", other, "Bonjour de nouveau.", "Quelle est votre situation ?")
	other.Press("1")
	s.hears("the second caller", other, "France Travail propose")
	if head, err := s.house.store.Head(s.ctx, on); err != nil || head.Session.Answers.Get("situation") != "chomage" {
		t.Errorf("the conversation of the code has %v, %v", head.Session.Answers, err)
	}
	other.Hangup()
}

// Tried codes remembers who tried one, and lets nobody try.
type triedCodes struct {
	bot.Codes
	mu sync.Mutex
	by []string
}

func (c *triedCodes) Join(_ context.Context, by, _ string, _ bot.Leg) (bot.ConversationID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by = append(c.by, by)
	return "", bot.ErrTooMany
}

// Who tries too many codes hears that, and of those whose number is not shown no one's tries are another's.
func TestTriesOfACodeAreCountedForEachCaller(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	codes := &triedCodes{Codes: s.house.phone.Codes}
	s.house.phone.Codes = codes
	for range 2 {
		talk := s.calls()
		talk.Press("#")
		s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
		talk.Press("2")
		s.hears("the caller", talk, "Tapez votre code, dix chiffres.")
		talk.Press("1234567890")
		s.hears("the caller", talk, "Trop d'essais de code.", "Que cherchez-vous ?")
		talk.Hangup()
	}
	if codes.by[0] == codes.by[1] {
		t.Errorf("both callers count as %q", codes.by[0])
	}
}

// A caller leaves a message: it is announced, and what is said after the tone is the sound that the
// counsellor hears at the desk. A caller who says nothing is asked again.
func TestAMessageIsAnnouncedRecordedAndHeardAtTheDesk(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	talk.Press("0") // nobody is there
	s.hears("the caller", talk, "Personne n'est libre tout de suite.", "En danger ?", "Que préférez-vous ?", "Pour laisser un message, tapez 3.")
	s.givesNumber(talk)
	s.hears("the caller", talk, "Votre message sera enregistré et gardé 14 jours, pour vous rappeler.", "Pour finir, tapez dièse.")
	s.hears("the caller", talk, "Je n'ai rien entendu.", "Pour une personne, tapez 0.") // after four seconds of silence
	time.Sleep(time.Second)                                                             // the tone
	talk.Hum(2350)
	time.Sleep(3 * time.Second)
	talk.Hum(0)
	talk.Press("#")
	s.hears("the caller", talk, "Nous vous appelons avant")
	theirs := s.session()
	name := ""
	for _, a := range theirs.Answers {
		if m, is := bot.AttachmentOf(a.Value); is {
			name = m.ID
			if m.Length < 2*time.Second || m.Length > 4*time.Second {
				t.Errorf("three seconds are kept as %s", m.Length)
			}
		}
	}
	wav, err := s.house.store.Blob(s.ctx, theirs.ID, name)
	if err != nil {
		t.Fatal(err)
	}
	sound, err := media.ReadWAV(bytes.NewReader(wav))
	if err != nil || sound.Duration() < 2*time.Second {
		t.Errorf("%s of sound, %v", sound.Duration(), err)
	}
}

// What was said of a message is kept when another key is pressed: one that means nothing there, by a cheek or a
// false tone, changes nothing, and 0 ends it and leads to a person.
func TestAKeyThrowsNoMessageAway(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	talk := s.calls()
	talk.Press("0") // nobody is there
	s.hears("the caller", talk, "Pour laisser un message, tapez 3.")
	s.givesNumber(talk)
	s.hears("the caller", talk, "Pour finir, tapez dièse.")
	talk.Hum(2350)
	time.Sleep(2 * time.Second) // the tone, and some words
	talk.Press("5")
	time.Sleep(2 * time.Second) // more words
	talk.Press("0")
	s.until("the message is kept", func() bool { return s.house.phone.Door.(*noted).kept.Load() == 1 })
	s.hears("the caller", talk, "Personne n'est libre tout de suite.")
	for _, a := range s.session().Answers {
		if m, is := bot.AttachmentOf(a.Value); is && m.Length < 3*time.Second {
			t.Errorf("four seconds are kept as %s", m.Length)
		}
	}
	talk.Hangup()
}

// A whole call: keys through two menus to the information, a code with #, a counsellor's telephone; and
// then on by text, with the code, to the same counsellor.
func TestACallGoesOnByText(t *testing.T) {
	t.Parallel()
	var fake *smsfake.Server
	s := newPhoneSiteWith(t, func(c *serveCommand) {
		c.PublicURL = "http://127.0.0.1:1"
		fake = withGateway(t, c)
	})
	fake.Deliver("http://" + s.house.config.Listen)
	s.duty()
	talk := s.calls()
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "France Travail propose", "Et maintenant ?")
	talk.Press("#")
	s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
	talk.Press("1")
	code := s.code(talk)
	s.hears("the caller", talk, "Et maintenant ?", "Pour parler à une personne, tapez 1.")
	talk.Press("1")
	counsellor := s.pickedUp()
	s.hears("the counsellor", counsellor, "Pour prendre l'appel, tapez 1.")
	counsellor.Press("1")
	s.hears("the caller", talk, "Camille est avec vous.")
	talk.Hangup()
	s.gone("the counsellor", counsellor)

	if _, err := fake.Write(lea, code); err != nil {
		t.Fatal(err)
	}
	s.until("Léa's code is taken", func() bool {
		return slices.ContainsFunc(fake.Texts(lea), func(text string) bool { return strings.Contains(text, "Bonjour de nouveau") })
	})
	if _, err := fake.Write(lea, "Merci, et pour le CV ?"); err != nil {
		t.Fatal(err)
	}
	id := s.session().ID
	s.until("the counsellor has Léa's words", func() bool {
		entries, err := s.house.store.Log(s.ctx, id, 0, 1000)
		return err == nil && slices.ContainsFunc(entries, func(e bot.Entry) bool {
			pass, is := e.Effect.(bot.Pass)
			return is && e.To == bot.ToOwner && pass.Text == "Merci, et pour le CV ?"
		})
	})
}
