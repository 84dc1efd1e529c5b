package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// espeak is the program espeak-ng (GPLv3+): called as a process, never linked. It is robotic, exact and
// always there, so it is asked last.
type espeak struct {
	program string
	name    string // with its version
	voices  map[string]string
	slots   chan struct{} // of processes that run
}

// Its pace in words a minute (phone.md's sources: 150 to 160 for a menu), and how many processes run.
const (
	espeakPace    = "150"
	espeakSlow    = "110"
	espeakAtOnce  = 4
	mostSound     = 32 << 20 // bytes of one sentence: beyond is no sentence
	versionWithin = 5 * time.Second
)

// espeakVoices are its names for the languages that Frontdesk speaks; it has none for Breton.
func espeakVoices() map[string]string {
	return map[string]string{"fr": "fr", "en": "en-gb", "es": "es", "ar": "ar", "pt": "pt", "uk": "uk", "tr": "tr"}
}

func newEspeak(program string, voices map[string]string) (*espeak, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("speech: espeak-ng: %w", err)
	}
	e := &espeak{program: path, voices: espeakVoices(), slots: make(chan struct{}, espeakAtOnce)}
	for language, voice := range voices {
		if strings.HasPrefix(voice, "-") {
			return nil, fmt.Errorf("speech: espeak-ng has no voice %q", voice)
		}
		e.voices[language] = voice
	}
	ctx, cancel := context.WithTimeout(context.Background(), versionWithin)
	defer cancel()
	said, err := e.run(ctx, "", "--version")
	if err != nil {
		return nil, fmt.Errorf("speech: %s --version: %w", program, err)
	}
	// eSpeak NG text-to-speech: 1.51  Data at: …
	_, after, _ := strings.Cut(string(said), ": ")
	version, _, _ := strings.Cut(after, " ")
	e.name = strings.TrimSpace("espeak-ng " + version)
	return e, nil
}

func (e *espeak) version() string { return e.name }

func (e *espeak) voice(language string) string { return e.voices[language] }

func (e *espeak) ready() bool { return true }

// say gives the text to the program's standard input: as an argument it could be an option, and other
// people of the machine could read it.
func (e *espeak) say(ctx context.Context, language, text string, slow bool) ([]byte, error) {
	pace := espeakPace
	if slow {
		pace = espeakSlow
	}
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("too many sentences at once: %w", ctx.Err())
	}
	out, err := e.run(ctx, text, "-v", e.voices[language], "-s", pace, "-b", "1", "--stdin", "--stdout")
	if err != nil {
		return nil, err
	}
	return mended(out, sizesMayBeFalse)
}

// run runs the program. What it says of an error may repeat the text and is dropped.
func (e *espeak) run(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	out := &bounded{most: mostSound}
	cmd := exec.CommandContext(ctx, e.program, args...)
	cmd.Env = []string{"LC_ALL=C.UTF-8", "ESPEAK_DATA_PATH=" + os.Getenv("ESPEAK_DATA_PATH")}
	if os.Getenv("ESPEAK_DATA_PATH") == "" {
		cmd.Env = cmd.Env[:1]
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), out, io.Discard
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("it took too long: %w", ctx.Err())
	case out.full:
		return nil, errors.New("it says without end")
	case errors.As(err, &exit):
		return nil, errors.New("it ended with code " + strconv.Itoa(exit.ExitCode()))
	case err != nil:
		return nil, err
	}
	return out.Bytes(), nil
}

// bounded is a buffer that refuses more than it may hold.
type bounded struct {
	bytes.Buffer
	most int
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		b.full = true
		return 0, io.ErrShortBuffer
	}
	return b.Buffer.Write(p)
}
