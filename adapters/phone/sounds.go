package phone

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"sync"
	"time"

	"frontdesk/adapters/phone/media"
)

// mostKept is how much made speech is kept ready: about a quarter of an hour.
const mostKept = 16 << 20

// keptFor is how long a sound is kept: it may say somebody's number or name.
const keptFor = 10 * time.Minute

// bytesOf a second of sound in both laws.
const bytesOf = 16_000

// sounds are what was said in the last minutes, ready to be sent; which words it was is not kept. The zero value is
// empty.
type sounds struct {
	mu    sync.Mutex
	known map[soundKey]*list.Element
	order list.List // of *kept, the last used first
	size  int

	reading sync.Mutex // one is read at a time
}

// A soundKey is the hash of a sentence.
type soundKey [sha256.Size]byte

func keyOf(s Sentence) soundKey {
	return sha256.Sum256(fmt.Appendf(nil, "%q %q %t", s.Language, s.Text, s.Slow))
}

type kept struct {
	key   soundKey
	sound media.Sound
	timer *time.Timer // that ends it
}

// of gives a sentence's sound, and has it made where it is not known. It is read once, however many callers are
// the first to hear it: a crowd after a start would otherwise keep both cores from the packets.
func (s *sounds) of(ctx context.Context, speech Speech, want Sentence) (media.Sound, error) {
	key := keyOf(want)
	if found, ok := s.find(key); ok {
		return found, nil
	}
	wav, err := speech.Say(ctx, want)
	if err != nil {
		return media.Sound{}, fmt.Errorf("make a voice say it: %w", err)
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	if found, ok := s.find(key); ok {
		return found, nil
	}
	made, err := media.ReadWAV(bytes.NewReader(wav))
	if err != nil {
		return media.Sound{}, fmt.Errorf("read what the voice said: %w", err)
	}
	s.keep(key, made)
	return made, nil
}

func (s *sounds) find(key soundKey) (media.Sound, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.known[key]
	if !ok {
		return media.Sound{}, false
	}
	s.order.MoveToFront(at)
	return at.Value.(*kept).sound, true
}

func (s *sounds) keep(key soundKey, made media.Sound) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[soundKey]*list.Element{}
	}
	at := s.order.PushFront(&kept{key: key, sound: made})
	s.known[key] = at
	s.size += weight(made)
	at.Value.(*kept).timer = time.AfterFunc(keptFor, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.known[key] == at {
			s.forget(at)
		}
	})
	for s.size > mostKept {
		s.forget(s.order.Back())
	}
}

// forget takes a sound out. The caller holds the lock.
func (s *sounds) forget(at *list.Element) {
	last := s.order.Remove(at).(*kept)
	last.timer.Stop()
	delete(s.known, last.key)
	s.size -= weight(last.sound)
}

func weight(s media.Sound) int { return int(s.Duration().Seconds() * bytesOf) }

// outOfOrder is what is said when nothing else can be: « Pardon, notre service est en panne. En danger,
// raccrochez et appelez le 15, le 17 ou le 112. Sinon, rappelez-nous plus tard. » It was made with
// espeak-ng, 8,000 samples a second; a voice recorded by the Region may take its place.
//
//go:embed panne.wav
var outOfOrder []byte
