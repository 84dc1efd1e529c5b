package main

import (
	"context"
	"sync"
	"time"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/speech"
	"frontdesk/bot/engine"
)

// dynamicSpeech is how long a sentence with a name or a date in it may take to be made.
const dynamicSpeech = 3 * time.Second

// A telephoneVoice is the service's voice as the telephone hears it: it knows the names of the live
// release's static sentences, so that recordings and what was made before are found.
type telephoneVoice struct {
	*speech.Voice
	live func() *engine.Program

	mu      sync.Mutex
	release string
	names   map[spokenKey]string
}

// Sentences implements phone.Speech.
func (v *telephoneVoice) Sentences(text string) []string { return speech.Sentences(text) }

// Say implements phone.Speech.
func (v *telephoneVoice) Say(ctx context.Context, s phone.Sentence) ([]byte, error) {
	name, err := v.name(s)
	if err != nil {
		return nil, err
	}
	return v.Voice.Say(ctx, speech.Prompt{Name: name, Language: s.Language, Text: s.Text, Slow: s.Slow})
}

// name is a static sentence's, "" for one that depends on who calls.
func (v *telephoneVoice) name(s phone.Sentence) (string, error) {
	p := v.live()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.names == nil || v.release != p.Bundle.Hash {
		names, err := spokenNames(p)
		if err != nil {
			return "", err
		}
		v.release, v.names = p.Bundle.Hash, names
	}
	return v.names[spokenKey{s.Language, s.Text}], nil
}
