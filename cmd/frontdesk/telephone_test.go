package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/phonefake"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A phoneSite is the whole house with the regional number, and people's telephones around it.
type phoneSite struct {
	t       testing.TB
	house   *house
	log     *bottest.Log
	voice   *phonefake.Voice
	camille *phonefake.Telephone
	citizen *phonefake.Telephone
	target  string
	stop    func() // asks the replica to stop
}

func newPhoneSite(t testing.TB) *phoneSite {
	t.Helper()
	return newPhoneSiteWith(t, func(*serveCommand) {})
}

func newPhoneSiteWith(t testing.TB, change func(*serveCommand)) *phoneSite {
	t.Helper()
	s := &phoneSite{t: t, log: &bottest.Log{}, voice: &phonefake.Voice{}}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	var err error
	if s.camille, err = phonefake.New(ctx, s.voice); err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(ctx)
	s.stop = stop
	s.house = phoned(t, serving, s.log, s.voice, s.camille.Target("camille"), change)
	s.until("the number is answered", func() bool { return s.house.phone.Endpoint() != nil })
	s.target = "sip:accueil@" + s.house.phone.Endpoint().Addr("udp").String()
	if s.citizen, err = phonefake.New(ctx, s.voice, s.target); err != nil {
		t.Fatal(err)
	}
	return s
}

// phoned is the whole house with the regional number and one counsellor who has a telephone.
func phoned(t testing.TB, ctx context.Context, log *bottest.Log, voice phone.Speech, number string, change func(*serveCommand)) *house {
	t.Helper()
	c := proper()
	c.MetricsListen, c.LogLevel, c.Drain = "off", slog.LevelDebug, time.Second
	c.Staff = phoneStaff(t, number)
	c.SIP = sipHere(t)
	change(c)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Listen = listener.Addr().String()
	b := referenceBundle(t)
	store, err := c.openStore(ctx, quietly(), b.Region)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{config: c, log: c.logger(&console{ctx: ctx, in: &bytes.Buffer{}, out: log, err: log}), now: time.Now, id: random(), store: store, bundles: shared, voice: voice}
	if err := h.build(ctx, b); err != nil {
		t.Fatal(err)
	}
	h.shelf.live.Store(openTrial(time.Now())(h.shelf.Live())) // whatever the hour of the test
	h.phone.Music, h.phone.Door = media.Tone(phonefake.Music(), time.Second), &noted{Door: h.player}
	done := make(chan error, 1)
	serving, stop := context.WithCancel(ctx)
	go func() { done <- h.serve(serving, listener, time.Second) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		h.close()
	})
	return h
}

// noted remembers which conversations calls opened, and loses inputs where a test wants it.
type noted struct {
	bot.Door
	away    atomic.Int64 // how many inputs more the store does not take
	tooMany atomic.Bool
	mu      sync.Mutex
	ids     []bot.ConversationID
}

// Take fails as it is told to.
func (n *noted) Take(ctx context.Context, in bot.Input) error {
	switch _, left := in.Event.(bot.HungUp); {
	case n.tooMany.Load():
		return bot.ErrTooMany
	case !left && n.away.Add(-1) >= 0:
		return bot.ErrUnavailable
	}
	return n.Door.Take(ctx, in)
}

func (n *noted) Open(ctx context.Context, leg bot.Leg) (bot.ConversationID, error) {
	id, err := n.Door.Open(ctx, leg)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ids = append(n.ids, id)
	return id, err
}

// session is the last call's conversation.
func (s *phoneSite) session() bot.Session {
	n := s.house.phone.Door.(*noted)
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.ids) == 0 {
		return bot.Session{}
	}
	head, err := s.house.store.Head(s.t.Context(), n.ids[len(n.ids)-1])
	if err != nil {
		s.t.Error(err)
	}
	return head.Session
}

// step waits until the last call's conversation asks something.
func (s *phoneSite) step(name string) {
	s.t.Helper()
	s.until("the question "+name, func() bool { now := s.session(); return now.Step == name && now.Asking })
}

// phoneStaff is one counsellor with a telephone.
func phoneStaff(t testing.TB, number string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"counsellors": []map[string]any{{"id": "camille", "name": "Camille", "structures": []string{"accueil-regional"},
		"roles": []string{"counsellor"}, "capacity": 3, "phone": number}}})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "staff.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (s *phoneSite) until(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("after 20 s still not: %s", what)
		}
	}
}

// hears waits for sentences, in this order, with any others between.
func (s *phoneSite) hears(who string, talk *phonefake.Talk, sentences ...string) {
	s.t.Helper()
	var heard []string
	for _, want := range sentences {
		for deadline := time.After(20 * time.Second); ; {
			select {
			case got := <-talk.Heard():
				heard = append(heard, got)
				if strings.HasPrefix(got, want) {
					goto next
				}
			case <-deadline:
				s.t.Fatalf("%s never hears %q, only\n%s\n%s", who, want, strings.Join(heard, "\n"), s.log.String())
			}
		}
	next:
	}
}

func (s *phoneSite) duty() {
	s.t.Helper()
	if err := s.house.store.Here(s.t.Context(), bot.OnDuty("camille"), "desk"); err != nil {
		s.t.Fatal(err)
	}
}

// A caller goes through two menus by keys, gets the information, asks for a person and waits with music;
// a counsellor's telephone rings, whispers and is put through; when she hangs up, the caller hears that.
func TestACallerIsPutThroughToACounsellorsTelephone(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	ctx, end := context.WithTimeout(t.Context(), 90*time.Second)
	defer end()
	talk, err := s.citizen.Call(ctx, s.target)
	if err != nil {
		t.Fatal(err)
	}
	s.hears("the caller", talk, "Bonjour, ici Orientation Bretagne.", "Je suis un robot.", "Que cherchez-vous ?", "Pour un emploi ou une formation, tapez 1.")
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "France Travail propose", "Et maintenant ?", "Pour parler à une personne, tapez 1.")
	talk.Press("1")
	s.hears("the caller", talk, "Je vous passe une personne.", "♪")

	ringing, err := s.camille.Rings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := ringing.Answer(ctx); err != nil {
		t.Fatal(err)
	}
	s.hears("the counsellor", ringing, "Un appel de l'accueil.", "Besoin : Un travail, un stage, une alternance.", "Pour prendre l'appel, tapez 1.")
	ringing.Press("1")
	s.hears("the caller", talk, "Camille est avec vous.")
	talk.Hum(2350)
	ringing.Hum(2450)
	s.until("they hear each other", func() bool { return ringing.Hears(2350) && talk.Hears(2450) })
	cards, err := s.house.store.Cards(ctx)
	if err != nil || len(cards) != 1 || cards[0].Life != bot.Live || cards[0].Owner != "camille" {
		t.Fatalf("%+v, %v", cards, err)
	}
	ringing.Hangup()
	s.hears("the caller", talk, "Votre interlocutrice ou votre interlocuteur a raccroché.")
	select {
	case <-talk.Gone():
	case <-ctx.Done():
		t.Fatal("the call does not end")
	}
	if text := s.log.String(); slices.ContainsFunc([]string{"sip:camille", "accueil@", "France Travail"}, func(w string) bool { return strings.Contains(text, w) }) {
		t.Errorf("the log says too much:\n%s", text)
	}
}

// calls is a person who has heard the menu.
func (s *phoneSite) calls(ctx context.Context) *phonefake.Talk {
	s.t.Helper()
	talk, err := s.citizen.Call(ctx, s.target)
	if err != nil {
		s.t.Fatal(err)
	}
	s.hears("the caller", talk, "Que cherchez-vous ?", "Pour la VAE ou créer son entreprise, tapez 3.")
	return talk
}

// the only case there is.
func (s *phoneSite) card() bot.Card {
	s.t.Helper()
	cards, err := s.house.store.Cards(s.t.Context())
	if err != nil || len(cards) != 1 {
		s.t.Fatalf("%d cases, %v", len(cards), err)
	}
	return cards[0]
}

// A key cuts what is being said at once; two stars say it again, and slower from then on.
func TestKeysCutWhatIsSaidAndTwoStarsSlowItDown(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk, err := s.citizen.Call(ctx, s.target)
	if err != nil {
		t.Fatal(err)
	}
	s.hears("the caller", talk, "Bonjour, ici")
	talk.Press("1")
	select {
	case got := <-talk.Heard():
		if got != "Quelle est votre situation ?" {
			t.Errorf("after the key the caller still hears %q", got)
		}
	case <-ctx.Done():
		t.Fatal("nothing is heard after the key")
	}
	talk.Press("**")
	s.hears("the caller", talk, "(lentement) Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "(lentement) France Travail")
}

// Who hangs up while a counsellor's telephone rings is not looked for any more; the case is kept.
func TestWhoHangsUpWhileTheTelephoneRingsIsNotLookedForAnyMore(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	ctx, end := context.WithTimeout(t.Context(), 60*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("0")
	ringing, err := s.camille.Rings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	talk.Hangup()
	select {
	case <-ringing.Gone():
	case <-ctx.Done():
		t.Fatal("the counsellor's telephone goes on ringing")
	}
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
	ctx, end := context.WithTimeout(t.Context(), 90*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("0")
	first := s.pickedUp(ctx)
	s.hears("the counsellor", first, "Un appel de l'accueil.")
	first.Press("2")
	<-first.Gone()
	if c := s.card(); c.Life != bot.Waiting {
		t.Errorf("declined, the case is %s", c.Life)
	}
	in := bot.Input{ID: "desk:1", Conversation: s.card().Conversation, Leg: bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}, Event: bot.Claimed{By: "camille"}}
	if err := s.house.player.Take(ctx, in); err != nil {
		t.Fatal(err)
	}
	s.hears("the caller", talk, "Camille est avec vous.", "♪")
	second := s.pickedUp(ctx)
	s.hears("the counsellor", second, "Pour prendre l'appel, tapez 1.")
	second.Press("1")
	talk.Hum(2350)
	s.until("they hear each other", func() bool { return second.Hears(2350) })
	talk.Hangup()
	<-second.Gone()
	s.until("the case is told", func() bool {
		entries, err := s.house.store.Log(ctx, s.card().Conversation, 0, 1000)
		return err == nil && slices.ContainsFunc(entries, func(e bot.Entry) bool { return e.Input != nil && e.Input.Event == bot.HungUp{} })
	})
}

func (s *phoneSite) pickedUp(ctx context.Context) *phonefake.Talk {
	s.t.Helper()
	ringing, err := s.camille.Rings(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := ringing.Answer(ctx); err != nil {
		s.t.Fatal(err)
	}
	return ringing
}

// A caller takes a code with #, and goes on with it in a browser; another comes from there by telephone.
func TestACodeLeadsFromTheTelephoneToTheWebAndBack(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 90*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?", "Pour une personne de 16 à 25 ans")
	talk.Press("#")
	s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
	talk.Press("1")
	code := s.code(ctx, talk)
	s.hears("the caller", talk, "Quelle est votre situation ?")
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	on, err := s.house.codes.Join(ctx, "browser", code, leg)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := s.house.codes.Issue(ctx, on)
	if err != nil {
		t.Fatal(err)
	}
	talk.Hangup()

	other := s.calls(ctx)
	other.Press("#")
	s.hears("the second caller", other, "Pour continuer ailleurs, tapez 1")
	other.Press("2")
	s.hears("the second caller", other, "Tapez votre code, dix chiffres.")
	other.Press(again)
	s.hears("the second caller", other, "Bonjour de nouveau.", "Quelle est votre situation ?")
	other.Press("1")
	s.hears("the second caller", other, "France Travail propose")
	if head, err := s.house.store.Head(ctx, on); err != nil || head.Session.Answers.Get("situation") != "chomage" {
		t.Errorf("the conversation of the code has %v, %v", head.Session.Answers, err)
	}
	other.Hangup()
}

// A caller leaves a message: it is announced, and what is said after the tone is the sound that the
// counsellor hears at the desk. A caller who says nothing is asked again.
func TestAMessageIsAnnouncedRecordedAndHeardAtTheDesk(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	ctx, end := context.WithTimeout(t.Context(), 90*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("0") // nobody is there
	s.hears("the caller", talk, "Personne n'est libre tout de suite.", "En danger ?", "Que préférez-vous ?", "Pour laisser un message, tapez 3.")
	talk.Press("3")
	s.hears("the caller", talk, "Votre message sera enregistré et gardé 14 jours, pour vous rappeler.", "Pour finir, tapez dièse.")
	s.hears("the caller", talk, "Votre message sera enregistré", "Pour finir, tapez dièse.") // after four seconds of silence
	time.Sleep(time.Second)                                                                  // the tone
	talk.Hum(2350)
	time.Sleep(3 * time.Second)
	talk.Hum(0)
	talk.Press("#")
	s.hears("the caller", talk, "Tapez votre numéro de téléphone")
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
	wav, err := s.house.store.Blob(ctx, theirs.ID, name)
	if err != nil {
		t.Fatal(err)
	}
	sound, err := media.ReadWAV(bytes.NewReader(wav))
	if err != nil || sound.Duration() < 2*time.Second {
		t.Errorf("%s of sound, %v", sound.Duration(), err)
	}
}

// A whole call: keys through two menus to the information, a code with #, a counsellor's telephone; and
// then on by text, with the code, to the same counsellor.
func TestACallGoesOnByText(t *testing.T) {
	t.Parallel()
	var fake *smsfake.Server
	s := newPhoneSiteWith(t, func(c *serveCommand) { fake = withTexts(t, c) })
	fake.Deliver("http://" + s.house.config.Listen)
	s.duty()
	ctx, end := context.WithTimeout(t.Context(), 120*time.Second)
	defer end()
	talk := s.calls(ctx)
	talk.Press("1")
	s.hears("the caller", talk, "Quelle est votre situation ?")
	talk.Press("1")
	s.hears("the caller", talk, "France Travail propose", "Et maintenant ?")
	talk.Press("#")
	s.hears("the caller", talk, "Pour continuer ailleurs, tapez 1")
	talk.Press("1")
	code := s.code(ctx, talk)
	s.hears("the caller", talk, "Et maintenant ?", "Pour parler à une personne, tapez 1.")
	talk.Press("1")
	counsellor := s.pickedUp(ctx)
	s.hears("the counsellor", counsellor, "Pour prendre l'appel, tapez 1.")
	counsellor.Press("1")
	s.hears("the caller", talk, "Camille est avec vous.")
	talk.Hangup()
	<-counsellor.Gone()

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
		entries, err := s.house.store.Log(ctx, id, 0, 1000)
		return err == nil && slices.ContainsFunc(entries, func(e bot.Entry) bool {
			pass, is := e.Effect.(bot.Pass)
			return is && e.To == bot.ToOwner && pass.Text == "Merci, et pour le CV ?"
		})
	})
}

// code waits for the resume code that a caller hears.
func (s *phoneSite) code(ctx context.Context, talk *phonefake.Talk) string {
	s.t.Helper()
	for {
		select {
		case got := <-talk.Heard():
			if rest, ok := strings.CutPrefix(got, "Votre code : "); ok {
				return strings.Trim(rest, ".")
			}
		case <-ctx.Done():
			s.t.Fatal("no code is said")
		}
	}
}
