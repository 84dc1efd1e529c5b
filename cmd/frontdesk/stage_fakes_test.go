package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// The fourth depth: a transcript is played by people who write in the made-up Telegram and counsellors
// who click, write and fill in forms in the made-up Slack. The log prints exactly the transcript; beside
// it, the person saw what the log says was said, in order, and the owner's thread shows all that was
// passed on.
//
// Transcripts of the web are replayed as Telegram, with what the engine says there: at the end it also
// asks whether it may ask again after two weeks. They are left out where the person does what cannot be
// done there (hanging up, a shared computer).
func TestTranscriptsThroughTheFakes(t *testing.T) {
	works(t)
	p := referenceProgram(t)
	files, err := filepath.Glob("../../testdata/transcripts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	played, left := 0, 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, why := asTelegram(t, p, readTranscript(t, file))
			if why != "" {
				left++
				t.Skip(why)
			}
			var stage *fakesStage
			got := playedOn(t, text, func(s *transcript.Script) transcript.Stage {
				stage = newFakesStage(t, s)
				return stage
			})
			same(t, numbered(text), numbered(got))
			stage.check()
			played++
		})
	}
	if played+left == len(files) && played < fewestThroughFakes { // not when only some were asked for
		t.Errorf("%d transcripts are played through the fakes, want %d or more", played, fewestThroughFakes)
	}
}

// fewestThroughFakes is how many conversations go the whole way at least.
const fewestThroughFakes = 60

// asTelegram is a transcript as it goes on Telegram, or why it is not played there.
func asTelegram(t *testing.T, p *engine.Program, text string) (telegram, why string) {
	t.Helper()
	script, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	telegram = text
	switch channel := script.World.Channel; channel {
	case "telegram":
	case "web":
		telegram = strings.Replace(text, "channel web\n", "channel telegram\n", 1)
		telegram = strings.ReplaceAll(telegram, "(forgets web)", "(forgets telegram)")
	default:
		return "", fmt.Sprintf("%s is not Telegram: people cannot do there what they do here", channel)
	}
	var scout *scoutStage
	got := playedOn(t, telegram, func(s *transcript.Script) transcript.Stage {
		scout = &scoutStage{Stage: rehearsal.Of(rehearsal.On(p), s)}
		return scout
	})
	if scout.not != "" {
		return "", scout.not
	}
	return got, ""
}

// numbered counts dossiers in place of their numbers: these follow from how many turns there were, and at
// this depth receipts are turns, too.
func numbered(text string) string {
	var known []string
	return dossierNumber.ReplaceAllStringFunc(text, func(n string) string {
		if !slices.Contains(known, n) {
			known = append(known, n)
		}
		return fmt.Sprint("OR-", slices.Index(known, n)+1)
	})
}

var dossierNumber = regexp.MustCompile(`OR-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]`)

// A scoutStage looks for what nobody can do on Telegram.
type scoutStage struct {
	transcript.Stage
	not string
}

func (s *scoutStage) Input(in bot.Input) ([]bot.Entry, error) {
	switch e := in.Event.(type) {
	case bot.HungUp:
		s.not = "nobody hangs up on Telegram"
	case bot.Arrived:
		if e.Shared || e.Resumed {
			s.not = "a chat on Telegram opens no other way than by /start"
		}
	case bot.Pressed, bot.NoInput:
		s.not = "there are no keys and no measured silence on Telegram"
	case bot.Said:
		if strings.TrimSpace(string(e.Text)) == "" {
			s.not = "nobody sends nothing on Telegram"
		}
	}
	return s.Stage.Input(in)
}

// A fakesStage plays in a town.
type fakesStage struct {
	*town
	script *transcript.Script
	lead   []bot.CounsellorID // who may be on duty
	person *telegramfake.Person
	number string             // dossier, as desks knew it last
	sent   map[string]int     // the person's messages on Telegram, by the script's ids
	wrote  map[string]message // counsellors' messages in Slack, by the script's ids
	owed   []owed             // to the person, oldest first
	spots  map[string]int     // messages on Telegram, by the data of their buttons
	past   int                // actions that Slack did not offer
}

// A message is one that a counsellor wrote.
type message struct{ channel, ts, id string }

func newFakesStage(t *testing.T, script *transcript.Script) *fakesStage {
	t.Helper()
	lead := bot.StructureID(referenceBundle(t).Lead().ID)
	s := &fakesStage{script: script, sent: map[string]int{}, wrote: map[string]message{}, spots: map[string]int{}}
	var everybody []hired
	for _, a := range whoWorks(script, lead) {
		if slices.Contains(a.Structures, lead) {
			s.lead = append(s.lead, a.ID)
		}
		h := hire(a.ID, a.Name, a.Structures...)
		h.Capacity = a.Capacity
		if a.Lead {
			h = hireAs(bot.RoleLead, h)
		}
		everybody = append(everybody, h)
	}
	s.town = buildTown(t, script.World.At, everybody, func(w *town, c *serveCommand) {
		if script.World.Code != "" {
			withPost(w, c)
		}
	})
	s.house.player.NewID = s.began.id
	s.house.world.news, s.house.world.cards = newsOf(script), crowdOf(script, s.store.Cards)
	if script.World.Code != "" {
		s.house.player.World = codedWorld{s.house.world, script.World.Code}
	}
	s.serve()
	s.person = s.tg.Person(101, "Sam", script.World.Language)
	return s
}

// A codedWorld sends the code to addresses that the script has.
type codedWorld struct {
	*world
	code string
}

func (w codedWorld) Facts(ctx context.Context, s bot.Session, in bot.Input) (bot.Facts, error) {
	f, err := w.world.Facts(ctx, s, in)
	if f.Code != "" {
		f.Code = w.code
	}
	return f, err
}

func (s *fakesStage) Input(in bot.Input) ([]bot.Entry, error) {
	s.settled()
	now, err := s.head()
	if err == nil {
		err = s.onDuty()
	}
	if err != nil {
		return nil, err
	}
	if now.Dossier != "" {
		s.number = now.Dossier
	}
	switch {
	case bot.By(in.Event) != "":
		err = s.acts(in)
	case in.Leg.For == bot.ToCitizen:
		if err = s.renew(); err == nil {
			err = s.writes(in)
		}
	default:
		err = s.happens(in)
	}
	if err != nil {
		return nil, err
	}
	s.settled()
	return s.news()
}

// onDuty has as many counsellors of the lead's desk there as the script says, and makes the house look
// again at once.
func (s *fakesStage) onDuty() error {
	present := s.script.Facts(bot.Input{}).OnDuty
	for i, id := range s.lead {
		sign := s.store.Gone
		if i < present {
			sign = s.store.Here
		}
		if err := sign(s.t.Context(), bot.OnDuty(id), "page"); err != nil {
			return err
		}
	}
	s.looksAgain()
	return nil
}

func (s *fakesStage) Pass(d time.Duration) ([]bot.Entry, error) {
	s.settled()
	until := s.clock().Add(d)
	var all []bot.Entry
	for {
		next, version, err := s.nextTimer()
		if err != nil || version == 0 || next.After(until) {
			s.move(later(until, s.clock()))
			return all, err
		}
		entries, err := s.rings(next, version)
		if all = append(all, entries...); err != nil {
			return all, err
		}
	}
}

func (s *fakesStage) UntilTimer() ([]bot.Entry, error) {
	s.settled()
	next, version, err := s.nextTimer()
	if err == nil && version == 0 {
		err = rehearsal.ErrNoTimer
	}
	if err != nil {
		return nil, err
	}
	return s.rings(next, version)
}

// rings has the session's next timer ring.
func (s *fakesStage) rings(next time.Time, version uint64) ([]bot.Entry, error) {
	s.move(later(next, s.clock()))
	if err := s.onDuty(); err != nil {
		return nil, err
	}
	s.still("a timer rings", func() bool {
		h, err := s.store.Head(s.t.Context(), s.began.id())
		return err == nil && h.Session.Version > version
	})
	s.settled()
	return s.news()
}

// news are the entries since the last look, without what only this depth has: what an owner's place that
// is carried to gets besides, and what Slack is told to forget.
func (s *fakesStage) news() ([]bot.Entry, error) {
	entries, err := s.keptConversation.news()
	if err != nil {
		return nil, err
	}
	s.owe(entries)
	return slices.DeleteFunc(entries, func(e bot.Entry) bool { return slackOnly(e, entries) }), nil
}

// slackOnly says whether an entry is there because the owner or a desk is in Slack: a receipt, that the
// case has ended without them, what mirrors an answer to who acted, what is forgotten there.
func slackOnly(e bot.Entry, turn []bot.Entry) bool {
	switch f := e.Effect.(type) {
	case bot.Forget:
		return strings.HasPrefix(f.Leg, "slack")
	case bot.Tell:
		if e.To != bot.ToOwner {
			return false
		}
		return f.Code == "delivered" || f.Code == "closed" || f.Code == "erased" || slices.ContainsFunc(turn, func(o bot.Entry) bool {
			answer, is := o.Effect.(bot.Tell)
			return is && o.Cause == e.Cause && o.To == bot.ToActor && answer.Code == f.Code && answer.To == f.To
		})
	}
	return false
}

var errNotThere = errors.New("nobody does that there")

// happens is what nobody does: a bot that was blocked is blocked by its person, all else comes from the
// house itself.
func (s *fakesStage) happens(in bot.Input) error {
	if e, is := in.Event.(bot.Undelivered); is && e.Leg == "telegram" && e.Reason == "blocked" {
		s.person.Block()
		return nil
	}
	return s.take(in)
}

// take brings an input in as the house itself does.
func (s *fakesStage) take(in bot.Input) error {
	in.ID, in.Conversation = "house:"+in.ID, s.began.id()
	return s.house.player.Take(s.t.Context(), in)
}
