package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/phone/phonefake"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/adapters/speech"
	"frontdesk/bot"
	"frontdesk/bot/render"
	"frontdesk/bot/transcript"
)

// Transcripts by telephone are replayed by a caller with a telephone: keys are pressed, silences are
// kept, and each sentence that the log says was spoken is heard at the other end, as sound.
func TestTranscriptsThroughATelephone(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/transcripts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	var at sync.WaitGroup
	for _, file := range files {
		text := readTranscript(t, file)
		if !strings.Contains(text, "\nchannel phone\n") || strings.Count(text, "citizen: (arrives)") != 1 || strings.Contains(text, "(leaves a message") {
			// who calls again begins again; a message of 42 s takes 42 s
			continue
		}
		played++
		at.Go(func() { // all at a time: they listen and keep silent in real time, and compute little
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				got := playedOn(t, text, func(s *transcript.Script) transcript.Stage { return newPhoneStage(t, s) })
				same(t, numbered(text), numbered(got))
			})
		})
	}
	at.Wait()
	if played < fewestByPhone {
		t.Errorf("%d transcripts are played by telephone, want %d or more", played, fewestByPhone)
	}
}

// fewestByPhone is how many conversations are had by telephone at least.
const fewestByPhone = 4

// A phoneStage plays on the whole house, with a telephone for the person and the web desk for counsellors.
type phoneStage struct {
	*httpStage
	voice   *phonefake.Voice
	citizen *phonefake.Telephone
	target  string
	talk    *phonefake.Talk
	gateway *smsfake.Server // nil where no text messages go out
	left    bool            // the call is over
	texts   map[string]int  // that it has shown, by number
}

func newPhoneStage(t *testing.T, script *transcript.Script) *phoneStage {
	t.Helper()
	s := &phoneStage{voice: &phonefake.Voice{}, texts: map[string]int{}}
	s.httpStage = newHouseStage(t, script, func(h *house) {
		h.voice, h.config.SIP = s.voice, sipHere(t)
		if script.World.Texts {
			s.gateway = withTexts(t, h.config)
		}
	})
	s.until("the number is answered", func() bool { return s.house.phone.Endpoint() != nil })
	s.target = "sip:accueil@" + s.house.phone.Endpoint().Addr("udp").String()
	var err error
	if s.citizen, err = phonefake.New(t.Context(), s.voice, s.target); err != nil {
		t.Fatal(err)
	}
	return s
}

// withTexts connects a gateway for text messages.
func withTexts(t testing.TB, c *serveCommand) *smsfake.Server {
	t.Helper()
	c.PublicURL = "http://127.0.0.1:1"
	return withGateway(t, c)
}

// sipHere answers calls of this machine, on ports that nobody uses.
func sipHere(t testing.TB) sipConfig {
	first := freePorts(t)
	return sipConfig{Listen: []string{"udp://127.0.0.1:0"}, Allow: []string{"127.0.0.0/8"}, Ports: fmt.Sprintf("%d-%d", first, first+199), MaxCalls: 20, Busy: 486, Drain: time.Minute}
}

// freePorts begins a range of two hundred ports that nobody uses.
func freePorts(t testing.TB) int {
	t.Helper()
	for range 50 {
		c, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		first := c.LocalAddr().(*net.UDPAddr).Port &^ 1
		_ = c.Close()
		if first < 65000 {
			return first
		}
	}
	t.Fatal("no ports are free")
	return 0
}

func (s *phoneStage) until(what string, is func() bool) {
	s.t.Helper()
	soon(s.t, what, is)
}

func (s *phoneStage) Input(in bot.Input) ([]bot.Entry, error) {
	if in.Leg.For != bot.ToCitizen {
		entries, err := s.httpStage.Input(in)
		return entries, errors.Join(err, s.heard(entries))
	}
	before, err := s.head()
	if err == nil {
		err = s.onDuty()
	}
	if err == nil {
		err = s.does(in)
	}
	if err != nil {
		return nil, err
	}
	if before.Dossier != "" {
		s.number = before.Dossier
	}
	s.until("an answer to "+bot.Name(in.Event), func() bool { now, err := s.head(); return err == nil && now.Version > before.Version })
	entries, err := s.news()
	return entries, errors.Join(err, s.heard(entries))
}

// does is the person with their telephone. A silence is the telephone's own: it is waited for.
func (s *phoneStage) does(in bot.Input) error {
	switch e := in.Event.(type) {
	case bot.Arrived:
		ctx, end := context.WithTimeout(s.t.Context(), longEnough)
		defer end()
		talk, err := s.citizen.Call(ctx, s.target)
		s.talk = talk
		return err
	case bot.Pressed:
		s.talk.Press(e.Keys)
		return nil
	case bot.NoInput:
		return nil
	case bot.HungUp:
		s.talk.Hangup()
		s.left = true
		return nil
	}
	return fmt.Errorf("a telephone does not send %s", bot.Name(in.Event))
}

func (s *phoneStage) Pass(d time.Duration) ([]bot.Entry, error) {
	entries, err := s.httpStage.Pass(d)
	return entries, errors.Join(err, s.heard(entries))
}

func (s *phoneStage) UntilTimer() ([]bot.Entry, error) {
	entries, err := s.httpStage.UntilTimer()
	return entries, errors.Join(err, s.heard(entries))
}

// read wants every text message that the log says was sent to be on the telephone it was sent to, and nothing else
// there.
func (s *phoneStage) read(entries []bot.Entry) error {
	for _, e := range entries {
		say, is := e.Effect.(bot.Say)
		if !is || e.To != bot.ToText {
			continue
		}
		now, err := s.head()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(now.Legs, func(l bot.Leg) bool { return l.For == bot.ToText })
		if i < 0 {
			return errors.New("a text message goes to nobody")
		}
		number := string(now.Legs[i].Peer)
		s.texts[number]++
		s.until("a text message", func() bool { return len(s.gateway.Texts(number)) >= s.texts[number] })
		if got := s.gateway.Texts(number); len(got) != s.texts[number] || got[len(got)-1] != render.Plain(say.Text) {
			return fmt.Errorf("the mobile shows %q, want %q", got, render.Plain(say.Text))
		}
	}
	return nil
}

// heard wants every sentence that was said to be heard, in order, and nothing else.
func (s *phoneStage) heard(entries []bot.Entry) error {
	if err := s.read(entries); err != nil || s.talk == nil {
		return err
	}
	if s.left {
		return nil // nobody is there to hear it
	}
	for _, want := range spokenIn(entries) {
		for got := "♪"; got == "♪"; {
			select {
			case got = <-s.talk.Heard():
			case <-time.After(longEnough):
				return fmt.Errorf("nobody hears %q", want)
			}
			if got != "♪" && got != want {
				return fmt.Errorf("the person hears %q, want %q", got, want)
			}
		}
	}
	if slices.ContainsFunc(entries, func(e bot.Entry) bool { _, is := e.Effect.(bot.Hangup); return is }) {
		s.left = true
		s.until("the end of the call", func() bool { return isClosed(s.talk.Gone()) })
		s.until("a breath after the last word", func() bool { return s.talk.Quiet() >= 100*time.Millisecond })
	}
	return nil
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// spokenIn are the sentences of what was said to the person.
func spokenIn(entries []bot.Entry) []string {
	var all []string
	for _, e := range entries {
		if say, is := e.Effect.(bot.Say); is && e.To == bot.ToCitizen {
			menu := "Pour %s, tapez %d."
			if say.Language == "en" {
				menu = "For %s, press %d."
			}
			all = append(all, speech.Sentences(render.Spoken(say, func(label string, n int) string { return fmt.Sprintf(menu, label, n) }))...)
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
