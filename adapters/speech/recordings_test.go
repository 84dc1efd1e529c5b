package speech

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/speech/speechfake"
)

// voiced is a recording: a second at 16,000 samples, stereo, of one value.
func voiced(value byte) []byte {
	return clip{rate: 16000, channels: 2, data: bytes.Repeat([]byte{value, 0}, 32000)}.wav()
}

func record(t *testing.T, path string, file []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestARecordingComesFirst(t *testing.T) {
	dir := t.TempDir()
	s := openStudio(t, func(c *Config) { c.Recordings = dir })
	file := filepath.Join(dir, "fr", "voix.menu.1.wav")
	record(t, file, voiced(7))
	if c := s.say(t, static); c.rate != 16000 || c.channels != 2 || c.data[0] != 7 {
		t.Errorf("%d samples a second, %d channels, first %d", c.rate, c.channels, c.data[0])
	}
	// a better one takes its place without a restart
	record(t, file, voiced(9))
	later := time.Now().Add(time.Minute)
	_ = os.Chtimes(file, later, later)
	if c := s.say(t, static); c.data[0] != 9 {
		t.Error("the older recording is played")
	}
	if len(s.engine.Asked()) != 0 || s.By(static) != Recorded {
		t.Error("an engine was asked for what somebody has recorded")
	}
	for name, p := range map[string]Prompt{
		"another language": {Name: static.Name, Language: "en", Text: static.Text},
		"personal":         {Language: "fr", Text: static.Text},
		"a path":           {Name: "../fr/voix.menu.1", Language: "fr", Text: static.Text},
		"hidden":           {Name: ".voix.menu.1", Language: "fr", Text: static.Text},
	} {
		if s.By(p) == Recorded {
			t.Errorf("%s: the recording is taken for it", name)
		}
	}
}

// Slowly, an engine speaks; where none can, the recording is better than silence.
func TestARecordingIsNotSlowed(t *testing.T) {
	dir := t.TempDir()
	record(t, filepath.Join(dir, "fr", "voix.menu.1.wav"), voiced(7))
	s := openStudio(t, func(c *Config) { c.Recordings = dir })
	slow := static
	slow.Slow = true
	if c := s.say(t, slow); c.rate != speechfake.Rate {
		t.Error("the recording is played to who asked for a slow voice")
	}
	s.config.Endpoint = ""
	s.open(t)
	if c := s.say(t, slow); c.data[0] != 7 {
		t.Error("without an engine the recording is not played")
	}
	if _, err := s.Say(t.Context(), personal); err == nil || strings.Contains(err.Error(), "ervella") {
		t.Errorf("what nobody can say: %v", err)
	}
}

// A recording of a sentence that was changed since says what is not true any more.
func TestARecordingOfAnotherSentenceIsNotPlayed(t *testing.T) {
	dir := t.TempDir()
	s := openStudio(t, func(c *Config) { c.Recordings = dir })
	record(t, filepath.Join(dir, "fr", "voix.menu.1.wav"), voiced(7))
	record(t, filepath.Join(dir, "fr", "voix.menu.1.txt"), []byte("Que cherchez-vous\n ?\n"))
	if s.By(static) != Recorded {
		t.Error("the same words in other lines are the same sentence")
	}
	changed := static
	changed.Text = "Que voulez-vous ?"
	if s.By(changed) == Recorded || s.say(t, changed).rate != speechfake.Rate {
		t.Error("the old sentence is played for the new one")
	}
}

func TestADamagedRecordingIsLoggedOnceAndReplaced(t *testing.T) {
	dir := t.TempDir()
	s := openStudio(t, func(c *Config) { c.Recordings = dir })
	record(t, filepath.Join(dir, "fr", "voix.menu.1.wav"), []byte("ID3 not a wave file"))
	for range 3 {
		if c := s.say(t, static); c.rate != speechfake.Rate {
			t.Error("the engine does not step in")
		}
	}
	if log := s.log.String(); strings.Count(log, "a recording cannot be used") != 1 || !strings.Contains(log, "voix.menu.1") || strings.Contains(log, "cherchez") {
		t.Errorf("the log says %q", log)
	}
}

func TestWAV(t *testing.T) {
	good := voiced(1)
	change := func(at int, to ...byte) []byte {
		file := bytes.Clone(good)
		copy(file[at:], to)
		return file
	}
	chunk := append(append(bytes.Clone(good[:36]), "LIST\x03\x00\x00\x00abc\x00"...), good[36:]...)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"good":             {good, ""},
		"another chunk":    {chunk, ""},
		"size of a pipe":   {change(40, 0, 0xf0, 0xff, 0x7f), ""},
		"no size":          {change(40, 0, 0, 0, 0), ""},
		"extensible":       {change(20, 0xfe, 0xff), ""},
		"cut off":          {good[:5000], "cut off"},
		"empty":            {nil, "not a WAV"},
		"MP3":              {[]byte("ID3\x04aaaaaaaaaaaaaaaaaaaaaaaaa"), "not a WAV"},
		"8 bits":           {change(34, 8), "16 bits"},
		"floats":           {change(20, 3), "16 bits"},
		"5 channels":       {change(22, 5), "5 channels"},
		"4,000 samples":    {change(24, 0xa0, 0x0f), "4000 samples"},
		"no sound":         {good[:44], "cut off"},
		"nothing but RIFF": {good[:12], "no sound"},
		"sound first":      {append(bytes.Clone(good[:12]), good[36:]...), "before its form"},
		"short form":       {change(16, 8), "too short"},
	} {
		mono, err := mended(c.file, sizesMustBeTrue)
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, not %q", name, err, c.want)
		case c.want == "" && !bytes.Equal(mono[headSize:], good[headSize:]):
			t.Errorf("%s: other sound", name)
		}
	}
}

// What is taken has a true head, and taking it again changes nothing.
func FuzzWAV(f *testing.F) {
	small := clip{rate: 8000, channels: 1, data: bytes.Repeat([]byte{1, 0}, 200)}.wav()
	f.Add(small)
	f.Add(small[:50])
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff" + strings.Repeat("ab", 200)))
	f.Add([]byte("RIFF....WAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, believe := range []sizes{sizesMustBeTrue, sizesMayBeFalse} {
			once, err := mended(file, believe)
			if err != nil {
				continue
			}
			c, err := parse(once, sizesMustBeTrue)
			if err != nil || c.rate < leastRate || c.rate > mostRate || len(once) > len(file)+headSize || len(once) > math.MaxInt32 {
				t.Errorf("%v, %d samples a second, %d bytes of %d", err, c.rate, len(once), len(file))
			}
			if twice, _ := mended(once, sizesMustBeTrue); !bytes.Equal(once, twice) {
				t.Error("taken again, it is another")
			}
		}
	})
}
