// Package speech makes a voice say a text. It knows no call and no conversation.
//
// A sentence is a recording if there is one, else what an HTTP engine makes of it, else what espeak-ng
// does. What is made is kept: in memory, and, of sentences that stand in the bundle and so hold nothing
// about anybody, on disk.
package speech

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Config says which voices there are and where sounds are kept. All of it may be left out but one of
// Recordings, Endpoint and Espeak.
type Config struct {
	Recordings string            // folder of <language>/<name>.wav, spoken by somebody
	CacheDir   string            // folder for the sounds of static sentences; "" for none
	CacheBytes int64             // most it may hold; 512 MiB when 0
	Endpoint   string            // address of an OpenAI-compatible /v1/audio/speech
	Model      string            // that the endpoint is asked for
	Voice      string            // that the endpoint is asked for: "alloy", or one a language: "fr=ff_siwis,en=bf_emma"
	Key        string            // that the endpoint is sent
	Espeak     string            // program, such as "espeak-ng", looked for in PATH; "" for none
	Voices     map[string]string // espeak-ng's voice for a language; its own names where a language is not here
	Timeout    time.Duration     // for one sentence by one engine; 3 s when 0
	Log        *slog.Logger      // never told a text
}

// Prompt is one sentence to be spoken.
type Prompt struct {
	Name     string // of a static sentence, which is also that of its recording; "" where it was put together for somebody
	Language string // "fr"
	Text     string // as it is written
	Slow     bool
}

// ErrNoVoice is no engine that speaks a language, or no engine at all.
var ErrNoVoice = errors.New("no voice speaks this language")

// maxText is the longest text in characters, about five minutes: the limit of the HTTP engines.
const maxText = 4096

// personalLife is how long the sound of a sentence that was put together for somebody is kept, in
// memory: a call may ask for it again.
const personalLife = 10 * time.Minute

// memoryBytes is what memory may hold: half an hour of speech.
const memoryBytes = 64 << 20

// Voice speaks. It is safe for many calls at once.
type Voice struct {
	recordings *recordings
	engines    []engine // the best first
	memory     *memory
	disk       *disk // or nil
	flights    flights
	timeout    time.Duration
	log        *slog.Logger
}

// An engine turns text into a WAV file.
type engine interface {
	// version names the engine, and all that makes it sound as it does.
	version() string
	// voice is the one that it has for a language, or "".
	voice(language string) string
	// ready says whether it can be asked now.
	ready() bool
	// say says a text that is ready to be spoken. Errors never hold any of it.
	say(ctx context.Context, language, text string, slow bool) ([]byte, error)
}

// New opens the engines. What is set and cannot be used is an error.
func New(c Config) (*Voice, error) {
	v := &Voice{memory: newMemory(memoryBytes), timeout: c.Timeout, log: c.Log}
	if v.timeout <= 0 {
		v.timeout = 3 * time.Second
	}
	if v.log == nil {
		v.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if c.Recordings != "" {
		if v.recordings, err = openRecordings(c.Recordings); err != nil {
			return nil, err
		}
	}
	if c.Endpoint != "" {
		e, err := newEndpoint(c, v.log)
		if err != nil {
			return nil, err
		}
		v.engines = append(v.engines, e)
	}
	if c.Espeak != "" {
		e, err := newEspeak(c.Espeak, c.Voices)
		if err != nil {
			return nil, err
		}
		v.engines = append(v.engines, e)
	}
	if len(v.engines) == 0 && v.recordings == nil {
		return nil, errors.New("speech: neither recordings, nor an endpoint, nor espeak-ng: nothing can be said")
	}
	if c.CacheDir != "" {
		if v.disk, err = openDisk(c.CacheDir, c.CacheBytes); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Version names the engines, the best first: what is kept is kept for exactly these.
func (v *Voice) Version() string {
	names := make([]string, len(v.engines))
	for i, e := range v.engines {
		names[i] = e.version()
	}
	return strings.Join(names, ", ")
}

// Say returns a sentence as a WAV file of 16-bit PCM, mono or stereo, of 8,000 to 48,000 samples a
// second; the bytes are shared and not to be changed. ErrNoVoice is a language that nobody speaks. No
// error holds the text.
func (v *Voice) Say(ctx context.Context, p Prompt) ([]byte, error) {
	if strings.TrimSpace(p.Text) == "" {
		return nil, errors.New("speech: nothing to say")
	}
	if n := len([]rune(p.Text)); n > maxText {
		return nil, fmt.Errorf("speech: a text of %d characters is too long to be said; %d at most", n, maxText)
	}
	if !p.Slow {
		if wav := v.recorded(p); wav != nil {
			return wav, nil
		}
	}
	wav, err := v.synthesised(ctx, p)
	if err != nil && p.Slow { // better at the usual pace than not at all
		if recorded := v.recorded(p); recorded != nil {
			return recorded, nil
		}
	}
	return wav, err
}

// Recorded is what By answers where somebody has spoken a sentence.
const Recorded = "recording"

// By names who says a sentence as things are, at the usual pace: Recorded, the engine whose sound is
// kept, or "" where nobody has made it.
func (v *Voice) By(p Prompt) string {
	if v.recorded(p) != nil {
		return Recorded
	}
	for _, e := range v.engines {
		if e.voice(p.Language) != "" && v.kept(e, p) != nil {
			return e.version()
		}
	}
	return ""
}

// recorded is the recording of a static sentence, or nil.
func (v *Voice) recorded(p Prompt) []byte {
	if v.recordings == nil || p.Name == "" {
		return nil
	}
	id, err := v.recordings.find(p)
	if err != nil {
		return nil
	}
	if wav, known := v.memory.get(id); known {
		return wav
	}
	wav, err := v.recordings.read(p)
	if err != nil { // said once: memory then knows that it is of no use
		v.log.Warn("a recording cannot be used", "language", p.Language, "name", p.Name, "error", err)
	}
	v.memory.put(id, wav, 0)
	return wav
}

// synthesised asks the engines in turn. An error says why each could not.
func (v *Voice) synthesised(ctx context.Context, p Prompt) ([]byte, error) {
	var refused []error
	for _, e := range v.engines {
		if e.voice(p.Language) == "" {
			continue
		}
		wav, err := v.ask(ctx, e, p)
		if err == nil {
			return wav, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("speech: %w", ctx.Err())
		}
		refused = append(refused, fmt.Errorf("%s: %w", e.version(), err))
	}
	if len(refused) == 0 {
		return nil, fmt.Errorf("speech: %w: %q", ErrNoVoice, p.Language)
	}
	return nil, fmt.Errorf("speech: %w", errors.Join(refused...))
}

// ask has one engine say a sentence, unless it has done so before.
func (v *Voice) ask(ctx context.Context, e engine, p Prompt) ([]byte, error) {
	if wav := v.kept(e, p); wav != nil {
		return wav, nil
	}
	text := spoken(p.Language, p.Text)
	if text == "" {
		return nil, errors.New("nothing of it can be spoken")
	}
	if !e.ready() {
		return nil, errors.New("it is given a rest after failures")
	}
	return v.flights.do(ctx, soundKey(e, p, text), v.timeout, func(ctx context.Context) ([]byte, error) {
		wav, err := e.say(ctx, p.Language, text, p.Slow)
		if err == nil {
			v.keep(e, p, text, wav)
		}
		return wav, err
	})
}

// kept is a sound that was made before, or nil. Memory knows it by the text as it is written, the disk by
// what is spoken: a rule that reads something otherwise makes it anew.
func (v *Voice) kept(e engine, p Prompt) []byte {
	written := soundKey(e, p, p.Text)
	if wav, known := v.memory.get(written); known {
		return wav
	}
	if v.disk == nil || p.Name == "" {
		return nil
	}
	wav := v.disk.get(soundKey(e, p, spoken(p.Language, p.Text)))
	if wav != nil {
		v.memory.put(written, wav, 0)
	}
	return wav
}

// soundKey names a sound by all that it depends on. It leads back to no text.
func soundKey(e engine, p Prompt, text string) string {
	pace := "usual"
	if p.Slow {
		pace = "slow"
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{e.version(), e.voice(p.Language), pace, p.Language, text}, "|")))
	return hex.EncodeToString(sum[:])
}

// keep keeps a sound: on disk only that of a static sentence, since others may hold what somebody said.
func (v *Voice) keep(e engine, p Prompt, text string, wav []byte) {
	life := time.Duration(0)
	if p.Name == "" {
		life = personalLife
	}
	v.memory.put(soundKey(e, p, p.Text), wav, life)
	if v.disk == nil || p.Name == "" {
		return
	}
	if err := v.disk.put(soundKey(e, p, text), wav); err != nil {
		v.log.Warn("a sound cannot be kept on disk", "name", p.Name, "error", err)
	}
}
