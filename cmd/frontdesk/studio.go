package main

import (
	"context"
	"fmt"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
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
