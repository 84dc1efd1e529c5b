package main

import (
	"context"
	"fmt"
	"time"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
	"frontdesk/locales"
)

// openStudio makes the place where supervisors change the dialog.
func (h *house) openStudio(b *flow.Bundle) error {
	live := func() *flow.Bundle { return h.shelf.Live().Bundle }
	var err error
	h.studio, err = studio.New(studio.Config{
		SignIn:   h.signIn,
		Workshop: &workshop.Workshop{Refs: h.store, Releases: h.store, Live: live, Now: h.now},
		Live:     live, Compile: h.bundles.compile,
		Voice: h.studioVoice(), Traces: h.store,
		Service: b.Service, Banner: h.banner(b), Desk: true, Log: h.log, Now: h.now, Zone: b.Zone,
		Publishing: studio.Publishing{Press: h.press, Follow: h.follow, Name: h.nameOf, Review: untranslated,
			Traces: h.store, Talks: h.talks, Waiting: h.waiting},
	})
	if err != nil {
		return fmt.Errorf("studio: %w", err)
	}
	return nil
}

// studioVoice is what callers hear, for supervisors to listen to; nil where nobody can speak.
func (h *house) studioVoice() studio.Voice {
	voice, err := h.config.Speech.open(h.log, dynamicSpeech)
	if err != nil {
		h.log.Info("studio: nobody can be heard in the preview", "because", err)
		return nil
	}
	return previewVoice{&telephoneVoice{Voice: voice, live: h.shelf.Live}}
}

// previewVoice is the telephone's voice, said to one listener.
type previewVoice struct{ *telephoneVoice }

// Say implements studio.Voice.
func (v previewVoice) Say(ctx context.Context, language, sentence string) ([]byte, error) {
	return v.telephoneVoice.Say(ctx, phone.Sentence{Language: language, Text: sentence})
}

// nameOf is how a member of the staff is called, "" for who has left.
func (h *house) nameOf(ctx context.Context, id string) string {
	c, err := h.staff.Counsellor(ctx, bot.CounsellorID(id))
	if err != nil {
		return ""
	}
	return c.Name
}

// untranslated is what the languages of a bundle lack.
func untranslated(b *flow.Bundle) ([]studio.Untranslated, error) {
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	var all []studio.Untranslated
	for _, s := range words.Review(b) {
		if _, own := b.Texts[s.ID]; own {
			all = append(all, studio.Untranslated{Language: s.Language, ID: s.ID, Missing: s.Missing})
		}
	}
	return all, nil
}

// underWay is how long ago somebody wrote last, at most, in a conversation that counts as under way.
const underWay = 24 * time.Hour

// talks are the conversations under way: where each stands, and nothing of what was said.
func (h *house) talks(ctx context.Context) ([]change.Talk, error) {
	var all []change.Talk
	since := h.now().Add(-underWay)
	_, err := h.store.Sessions(ctx, func(s *bot.Session) error {
		if s.Life == bot.Closed || s.Life == bot.Erased || s.Life == "" || s.Step == "" || s.Updated.Before(since) && !s.Life.Open() {
			return nil
		}
		t := change.Talk{Release: s.Release, Step: s.Step}
		for _, v := range s.Path {
			t.Path = append(t.Path, v.Step)
		}
		all = append(all, t)
		return nil
	})
	return all, err
}

// waiting counts the people that a live counsellor is expected by.
func (h *house) waiting(ctx context.Context) (int, error) {
	cards, err := h.store.Cards(ctx)
	return waiting(cards), err
}
