package speech

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/speech/speechfake"
)

// withEspeak skips the test where espeak-ng is not installed.
func withEspeak(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("espeak-ng is not installed (espeak-ng)")
		}
		t.Skip("espeak-ng is not installed")
	}
}

// phonemes are what espeak-ng would say, without stresses and pauses.
func phonemes(t *testing.T, language, text string) string {
	t.Helper()
	cmd := exec.Command("espeak-ng", "-v", espeakVoices()[language], "-x", "-q", "--stdin")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.FieldsFunc(string(out), func(r rune) bool { return strings.ContainsRune(" \n'_!,|-", r) }), "")
}

// What is spoken sounds as it must: like the words that a French person would say, and not like the
// digits, which espeak-ng reads otherwise.
func TestPhonemes(t *testing.T) {
	withEspeak(t)
	for _, l := range []struct{ written, like, unlike string }{
		{"le 02 61 91 00 00", "le zéro deux, soixante et un, quatre-vingt-onze, zéro zéro, zéro zéro", "le 261 910 000"},
		{"le 3114", "le trente et un, quatorze", "le 3114"},
		{"le 31 14", "le trente et un, quatorze", "le 3114"},
		{"le 116 006", "le cent seize, zéro zéro six", "le 116006"},
		{"482 913 5570", "quatre, huit, deux, neuf, un, trois, cinq, cinq, sept, zéro", "482 913 5570"},
		{"9 h 30", "neuf heures trente", "9 h 30"},
		{"26/11/2026", "vingt-six novembre deux mille vingt-six", "26/11/2026"},
		{"n° 5", "numéro cinq", "n° 5"},
		{"12,50 €", "douze euros cinquante", "12,50 €"},
		{"le CIO", "le cé i o", "le CIO"},
		{"le BUT", "le bé u té", "le BUT"},
		{"la VAE", "la vé a e", "la VAE"},
		{"M. Dupont", "monsieur Dupont", "M. Dupont"},
		{"la 2e", "la deuxième", "la 2e"},
		{"Parcoursup", "parcours supe", "Parcoursup"},
	} {
		said := phonemes(t, "fr", spoken("fr", l.written))
		if want := phonemes(t, "fr", l.like); said != want {
			t.Errorf("%q sounds %q, not %q", l.written, said, want)
		}
		if said == phonemes(t, "fr", l.unlike) {
			t.Errorf("%q sounds like %q", l.written, l.unlike)
		}
	}
	if got, want := phonemes(t, "en", spoken("en", "call 3114")), phonemes(t, "en", "call three one one four"); got != want {
		t.Errorf("3114 sounds %q in English, not %q", got, want)
	}
	for letter := 'A'; letter <= 'Z'; letter++ { // each letter is named, none is a word or a noise
		if said := phonemes(t, "fr", frenchSign(letter)); said == "" || strings.Contains(said, "aksA~") || strings.Contains(said, "(en)") {
			t.Errorf("%c sounds %q", letter, said)
		}
	}
}

func TestEspeakStepsIn(t *testing.T) {
	withEspeak(t)
	s := openStudio(t, func(c *Config) { c.Espeak = "espeak-ng" })
	if !strings.Contains(s.Version(), "espeak-ng 1.") || !strings.Contains(s.Version(), "tts-1") {
		t.Errorf("the engines are %q", s.Version())
	}
	s.engine.Be(speechfake.Mood{Status: 500})
	c := s.say(t, personal)
	slow := personal
	slow.Slow = true
	if d := s.say(t, slow); c.rate != 22050 || len(d.data) < len(c.data)*5/4 {
		t.Errorf("%d samples a second; slowly %d bytes, usually %d", c.rate, len(d.data), len(c.data))
	}
	for language := range espeakVoices() {
		if c := s.say(t, Prompt{Language: language, Text: "Restaurant"}); len(c.data) < 10_000 {
			t.Errorf("%s: %d bytes", language, len(c.data))
		}
	}
	s.engine.Be(speechfake.Mood{})
	s.open(t)
	if c := s.say(t, personal); c.rate != speechfake.Rate {
		t.Error("the endpoint is back, and is not asked")
	}
}

// A text is a text, whatever it looks like.
func TestEspeakTakesNoOrdersFromAText(t *testing.T) {
	withEspeak(t)
	s := openStudio(t, func(c *Config) { c.Endpoint, c.Espeak = "", "espeak-ng" })
	file := filepath.Join(t.TempDir(), "written")
	for _, text := range []string{"-w " + file + " bonjour", "--help", "[[aaaa]] bonjour", "\x0150S bonjour", "<voice name=\"en\">bonjour</voice>", "$(touch " + file + ")"} {
		if c := s.say(t, Prompt{Language: "fr", Text: text}); len(c.data) < 4000 {
			t.Errorf("%q: %d bytes", text, len(c.data))
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a text wrote a file")
	}
	if _, err := s.Say(t.Context(), Prompt{Language: "br", Text: "Demat."}); !errors.Is(err, ErrNoVoice) {
		t.Errorf("Breton: %v", err)
	}
}

// script is a program in espeak-ng's place.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "espeak-ng")
	text := "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'eSpeak NG text-to-speech: 9.9  Data at: /nowhere'; exit; fi\n" + body
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// A program that hangs, floods, fails or babbles ends in an error that does not hold the text, in time.
func TestAProgramThatMisbehaves(t *testing.T) {
	for name, body := range map[string]string{
		"hangs":        "exec sleep 60",
		"floods":       "exec cat /dev/zero",
		"fails":        "cat >&2; exit 3",
		"says nothing": "exit 0",
		"babbles":      "cat",
	} {
		s := openStudio(t, func(c *Config) { c.Endpoint, c.Espeak, c.Timeout = "", script(t, body), 300*time.Millisecond })
		if s.Version() != "espeak-ng 9.9" {
			t.Errorf("%s: version %q", name, s.Version())
		}
		if _, err := s.Say(t.Context(), personal); err == nil || strings.Contains(err.Error(), "ervella") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFewProcessesRunAtOnce(t *testing.T) {
	dir := t.TempDir()
	body := fmt.Sprintf("touch %[1]s/$$; ls %[1]s | wc -l >> %[1]s.seen; sleep 0.05; rm %[1]s/$$; exit 1", dir)
	e, err := newEspeak(script(t, body), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 * espeakAtOnce {
		all.Go(func() { _, _ = e.say(t.Context(), "fr", "bonjour", false) })
	}
	all.Wait()
	seen, err := os.ReadFile(dir + ".seen")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range strings.Fields(string(seen)) {
		if number(n) > espeakAtOnce {
			t.Errorf("%s ran at once", n)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for range espeakAtOnce {
		e.slots <- struct{}{}
	}
	if _, err := e.say(ended, "fr", "bonjour", false); !errors.Is(err, context.Canceled) {
		t.Errorf("who hangs up while all are busy is told %v", err)
	}
}
