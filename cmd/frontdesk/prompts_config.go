package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"frontdesk/adapters/speech"
)

// speechConfig says who speaks on the telephone. With nothing set it is espeak-ng, if it is installed.
type speechConfig struct {
	URL        string `env:"URL" placeholder:"URL" help:"OpenAI-compatible speech engine, such as http://127.0.0.1:8000/v1/audio/speech. What is said to callers goes there. Unset: none."`
	Model      string `env:"MODEL" placeholder:"NAME" help:"Model that it is asked for."`
	Voice      string `env:"VOICE" placeholder:"NAME" help:"Voice that it is asked for, such as alloy; or one a language, such as fr=ff_siwis,en=bf_emma: other languages are then espeak-ng's."`
	Key        string `env:"KEY" help:"Key that it is sent."`
	Recordings string `env:"RECORDINGS" placeholder:"DIR" help:"Recorded sentences: <language>/<name>.wav, with the names that « frontdesk prompts list » prints. They come first."`
	Cache      string `env:"CACHE" placeholder:"DIR" help:"Where the sounds of static sentences are kept; in the user's cache folder by default."`
}

// check says what is wrong, each with the name to set.
func (c *speechConfig) check(fault func(name, format string, args ...any)) {
	if c.URL == "" {
		if c.Model != "" || c.Voice != "" || c.Key != "" {
			fault("FRONTDESK_SPEECH_URL", "must be set where FRONTDESK_SPEECH_MODEL, FRONTDESK_SPEECH_VOICE or FRONTDESK_SPEECH_KEY is")
		}
	} else {
		c.checkEngine(fault)
	}
	if c.Recordings != "" {
		if info, err := os.Stat(c.Recordings); err != nil {
			fault("FRONTDESK_SPEECH_RECORDINGS", "%v", err)
		} else if !info.IsDir() {
			fault("FRONTDESK_SPEECH_RECORDINGS", "%s is a file; name the folder that holds fr/, en/", c.Recordings)
		}
	}
}

func (c *speechConfig) checkEngine(fault func(name, format string, args ...any)) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || !webAddress(c.URL, "http", "https") || u.User != nil:
		fault("FRONTDESK_SPEECH_URL", "is not an address such as http://127.0.0.1:8000/v1/audio/speech; a key goes into FRONTDESK_SPEECH_KEY") // it may hold one: never shown
		return
	case !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/audio/speech"):
		fault("FRONTDESK_SPEECH_URL", "does not end with /audio/speech; write the whole address, such as http://127.0.0.1:8000/v1/audio/speech")
	case c.Key != "" && u.Scheme == "http" && !onlyHere(u.Hostname()):
		fault("FRONTDESK_SPEECH_URL", "must be an https address where FRONTDESK_SPEECH_KEY is set: the key would be read on its way")
	}
	if c.Model == "" {
		fault("FRONTDESK_SPEECH_MODEL", "must be set where FRONTDESK_SPEECH_URL is, such as tts-1")
	}
	if c.Voice == "" {
		fault("FRONTDESK_SPEECH_VOICE", "must be set where FRONTDESK_SPEECH_URL is, such as alloy, or fr=ff_siwis,en=bf_emma")
	}
}

// open makes the voice. What waits for nobody on the line may take longer than the usual three seconds.
func (c *speechConfig) open(log *slog.Logger, timeout time.Duration) (*speech.Voice, error) {
	config := speech.Config{Recordings: c.Recordings, CacheDir: c.Cache, Endpoint: c.URL, Model: c.Model, Voice: c.Voice, Key: c.Key, Timeout: timeout, Log: log}
	if _, err := exec.LookPath("espeak-ng"); err == nil {
		config.Espeak = "espeak-ng"
	}
	if config.Espeak == "" && c.URL == "" && c.Recordings == "" {
		return nil, errors.New("nobody can speak: install espeak-ng, or set FRONTDESK_SPEECH_URL or FRONTDESK_SPEECH_RECORDINGS")
	}
	if config.CacheDir == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no place for the sounds of sentences; set FRONTDESK_SPEECH_CACHE: %w", err)
		}
		config.CacheDir = filepath.Join(dir, "frontdesk", "speech")
	}
	return speech.New(config)
}
