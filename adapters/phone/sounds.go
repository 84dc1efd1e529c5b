package phone

import (
	"bytes"
	"container/list"
	"context"
	_ "embed"
	"fmt"
	"sync"

	"frontdesk/adapters/phone/media"
)

// mostKept is how much made speech is kept ready: about a quarter of an hour.
const mostKept = 16 << 20

// bytesOf a second of sound in both laws.
const bytesOf = 16_000

// sounds are the sentences that were said last, ready to be sent. The zero value is empty.
type sounds struct {
	mu    sync.Mutex
	known map[Sentence]*list.Element
	order list.List // of kept, the last used first
	size  int

	reading sync.Mutex // one is read at a time
}

type kept struct {
	of    Sentence
	sound media.Sound
}

// of gives a sentence's sound, and has it made where it is not known. It is read once, however many callers are
// the first to hear it: a crowd after a start would otherwise keep both cores from the packets.
func (s *sounds) of(ctx context.Context, speech Speech, want Sentence) (media.Sound, error) {
	if found, ok := s.find(want); ok {
		return found, nil
	}
	wav, err := speech.Say(ctx, want)
	if err != nil {
		return media.Sound{}, fmt.Errorf("make a voice say it: %w", err)
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	if found, ok := s.find(want); ok {
		return found, nil
	}
	made, err := media.ReadWAV(bytes.NewReader(wav))
	if err != nil {
		return media.Sound{}, fmt.Errorf("read what the voice said: %w", err)
	}
	s.keep(kept{want, made})
	return made, nil
}

func (s *sounds) find(want Sentence) (media.Sound, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.known[want]
	if !ok {
		return media.Sound{}, false
	}
	s.order.MoveToFront(at)
	return at.Value.(kept).sound, true
}

func (s *sounds) keep(k kept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.known[k.of]; there {
		return
	}
	if s.known == nil {
		s.known = map[Sentence]*list.Element{}
	}
	s.known[k.of] = s.order.PushFront(k)
	s.size += weight(k.sound)
	for s.size > mostKept {
		last := s.order.Remove(s.order.Back()).(kept)
		delete(s.known, last.of)
		s.size -= weight(last.sound)
	}
}

func weight(s media.Sound) int { return int(s.Duration().Seconds() * bytesOf) }

// outOfOrder is what is said when nothing else can be: « Pardon, notre service est en panne. En danger,
// raccrochez et appelez le 15, le 17 ou le 112. Sinon, rappelez-nous plus tard. » It was made with
// espeak-ng, 8,000 samples a second; a voice recorded by the Region may take its place.
//
//go:embed panne.wav
var outOfOrder []byte
