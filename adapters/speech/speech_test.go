package speech

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/speech/speechfake"
)

// A studio is a voice with the fake endpoint behind it.
type studio struct {
	*Voice
	engine *speechfake.Engine
	config Config
	log    *bytes.Buffer
}

func openStudio(t *testing.T, change func(*Config)) *studio {
	t.Helper()
	s := &studio{engine: &speechfake.Engine{}, log: &bytes.Buffer{}}
	server := httptest.NewServer(s.engine)
	t.Cleanup(server.Close)
	s.config = Config{Endpoint: server.URL + "/v1/audio/speech", Model: "tts-1", Voice: "alloy", Key: "sesame",
		Log: slog.New(slog.NewTextHandler(&lockedWriter{w: s.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if change != nil {
		change(&s.config)
	}
	s.open(t)
	return s
}

// open opens the voice again, as another process would.
func (s *studio) open(t *testing.T) {
	t.Helper()
	var err error
	if s.Voice, err = New(s.config); err != nil {
		t.Fatal(err)
	}
}

type lockedWriter struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// say says a sentence and gives the sound.
func (s *studio) say(t *testing.T, p Prompt) clip {
	t.Helper()
	wav, err := s.Say(t.Context(), p)
	if err != nil {
		t.Fatalf("say %q: %v", p.Name, err)
	}
	c, err := parse(wav, sizesMustBeTrue)
	if err != nil {
		t.Fatalf("say %q: %v", p.Name, err)
	}
	return c
}

var (
	static   = Prompt{Name: "voix.menu.1", Language: "fr", Text: "Que cherchez-vous ?"}
	personal = Prompt{Language: "fr", Text: "Rendez-vous à 9 h avec Madame Kervella-Zanzibar."}
)

func TestTheEndpointIsAskedAsItsInterfaceSays(t *testing.T) {
	s := openStudio(t, nil)
	c := s.say(t, personal)
	if want := speechfake.Tone("Rendez-vous à neuf heures avec Madame Kervella-Zanzibar.", 1); c.rate != speechfake.Rate || !bytes.Equal(c.data, want) {
		t.Errorf("%d samples a second, %d bytes of sound instead of %d", c.rate, len(c.data), len(want))
	}
	slow := personal
	slow.Slow = true
	if d := s.say(t, slow); len(d.data) <= len(c.data) {
		t.Errorf("slowly it takes %d bytes, usually %d", len(d.data), len(c.data))
	}
	want := []speechfake.Asked{
		{Model: "tts-1", Input: "Rendez-vous à neuf heures avec Madame Kervella-Zanzibar.", Voice: "alloy", Format: "wav", Key: "Bearer sesame"},
		{Model: "tts-1", Input: "Rendez-vous à neuf heures avec Madame Kervella-Zanzibar.", Voice: "alloy", Format: "wav", Key: "Bearer sesame", Speed: slowSpeed},
	}
	if got := s.engine.Asked(); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("it was asked\n%+v, not\n%+v", got, want)
	}
}

func TestWhatTheEndpointMaySend(t *testing.T) {
	want := speechfake.Tone("Que cherchez-vous ?", 1)
	for name, m := range map[string]speechfake.Mood{"a file": {}, "samples": {Raw: true}, "a stream": {Streamed: true}} {
		s := openStudio(t, nil)
		s.engine.Be(m)
		if c := s.say(t, static); c.rate != speechfake.Rate || c.channels != 1 || !bytes.Equal(c.data, want) {
			t.Errorf("%s: %d samples a second, %d bytes of sound instead of %d", name, c.rate, len(c.data), len(want))
		}
	}
}

// Nobody hears what is no sentence, nothing of it is kept, and no error and no log line holds the text.
func TestWhatTheEndpointMayNotSend(t *testing.T) {
	for name, m := range map[string]speechfake.Mood{
		"400": {Status: 400}, "401": {Status: 401}, "429": {Status: 429, RetryAfter: "7"}, "500": {Status: 500}, "cut off": {Cut: true}, "short": {Short: true},
		"words": {Words: true}, "elsewhere": {Redirect: "http://127.0.0.1:1/Kervella"}, "too slow": {Slow: time.Minute},
	} {
		dir := t.TempDir()
		s := openStudio(t, func(c *Config) { c.CacheDir, c.Timeout = dir, 300*time.Millisecond })
		s.engine.Be(m)
		for range failuresToRest {
			_, err := s.Say(t.Context(), personal)
			if err == nil {
				t.Errorf("%s: was taken", name)
				continue
			}
			if strings.Contains(err.Error(), "ervella") || strings.Contains(err.Error(), "sesame") {
				t.Errorf("%s: the error tells: %v", name, err)
			}
		}
		asked := len(s.engine.Asked())
		if want := map[bool]int{true: 1, false: failuresToRest}[m.Status == 429]; asked != want {
			t.Errorf("%s: asked %d times before its rest, not %d", name, asked, want)
		}
		if _, err := s.Say(t.Context(), static); err == nil || len(s.engine.Asked()) != asked {
			t.Errorf("%s: it was asked in its rest, %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: %d files are kept", name, len(left))
		}
		if log := s.log.String(); !strings.Contains(log, "given a rest") || strings.Contains(log, "ervella") || strings.Contains(log, "sesame") {
			t.Errorf("%s: the log says %q", name, log)
		}
	}
}

func TestTheEndpointComesBack(t *testing.T) {
	s := openStudio(t, nil)
	now := time.Now()
	e := s.engines[0].(*endpoint)
	e.breaker.now = func() time.Time { return now }
	s.engine.Be(speechfake.Mood{Status: 503})
	for range failuresToRest {
		_, _ = s.Say(t.Context(), static)
	}
	now = now.Add(firstRest)
	if _, err := s.Say(t.Context(), static); err == nil || len(s.engine.Asked()) != failuresToRest+1 {
		t.Errorf("after its rest one sentence tries: asked %d times, %v", len(s.engine.Asked()), err)
	}
	s.engine.Be(speechfake.Mood{})
	if _, err := s.Say(t.Context(), static); err == nil {
		t.Error("the rest is not longer the second time")
	}
	now = now.Add(2 * firstRest)
	s.say(t, static)
	if !strings.Contains(s.log.String(), "is back") {
		t.Errorf("the log does not say so: %s", s.log)
	}
}

func TestStaticSentencesAreKeptOnDiskAndPersonalOnesAreNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	s := openStudio(t, func(c *Config) { c.CacheDir = dir })
	for range 2 {
		s.say(t, static)
		s.say(t, personal)
	}
	if n := len(s.engine.Asked()); n != 2 {
		t.Errorf("two sentences were made %d times", n)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || !isSound(files[0].Name()) {
		t.Fatalf("%v on disk, %v", files, err)
	}
	if info, _ := files[0].Info(); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	s.open(t)
	s.engine.Be(speechfake.Mood{Status: 500})
	s.say(t, static)
	if _, err := s.Say(t.Context(), personal); err == nil {
		t.Error("what was said to somebody outlives the process")
	}
	if log := s.log.String(); strings.Contains(log, "ervella") || strings.Contains(log, "cherchez") {
		t.Errorf("the log tells what is said: %s", log)
	}
	// another model is another sound
	s.config.Model = "tts-2"
	s.open(t)
	if _, err := s.Say(t.Context(), static); err == nil {
		t.Error("the sound of one model is played for another")
	}
}

func TestADamagedFileIsMadeAnew(t *testing.T) {
	s := openStudio(t, func(c *Config) { c.CacheDir = t.TempDir() })
	want := s.say(t, static)
	files, _ := filepath.Glob(filepath.Join(s.config.CacheDir, "*.wav"))
	if err := os.Truncate(files[0], 1000); err != nil {
		t.Fatal(err)
	}
	s.open(t)
	if got := s.say(t, static); !bytes.Equal(got.data, want.data) || len(s.engine.Asked()) != 2 {
		t.Errorf("%d bytes instead of %d, made %d times", len(got.data), len(want.data), len(s.engine.Asked()))
	}
}

func TestTheSameSentenceIsMadeOnceForAllWhoWantIt(t *testing.T) {
	s := openStudio(t, nil)
	s.engine.Be(speechfake.Mood{Slow: 100 * time.Millisecond})
	hungUp, hangUp := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := s.Say(hungUp, static)
		first <- err
	}()
	for len(s.engine.Asked()) == 0 {
		time.Sleep(time.Millisecond)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Say(t.Context(), static); err != nil {
				t.Error(err)
			}
		})
	}
	hangUp()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("who hung up is told %v", err)
	}
	all.Wait()
	if n := len(s.engine.Asked()); n != 1 {
		t.Errorf("it was made %d times", n)
	}
}

func TestAVoiceForALanguageEach(t *testing.T) {
	s := openStudio(t, func(c *Config) { c.Voice = "fr=ff_siwis, en=bf_emma" })
	for language, want := range map[string]string{"fr": "ff_siwis", "en": "bf_emma"} {
		s.say(t, Prompt{Language: language, Text: "Restaurant " + language})
		asked := s.engine.Asked()
		if got := asked[len(asked)-1].Voice; got != want {
			t.Errorf("%s is spoken by %q, not %q", language, got, want)
		}
	}
	if _, err := s.Say(t.Context(), Prompt{Language: "br", Text: "Demat."}); !errors.Is(err, ErrNoVoice) || !strings.Contains(err.Error(), `"br"`) {
		t.Errorf("Breton: %v", err)
	}
}

func TestWhatIsSetWrongIsSaid(t *testing.T) {
	for want, c := range map[string]Config{
		"nothing can be said":       {},
		"is not an address":         {Endpoint: "127.0.0.1:8000", Voice: "alloy"},
		"does not name voices":      {Endpoint: "http://127.0.0.1:8000/v1/audio/speech"},
		"write alloy, or fr=":       {Endpoint: "http://127.0.0.1:8000/v1/audio/speech", Voice: "fr=a,fr=b"},
		"folder of recordings":      {Recordings: "/nowhere/at/all"},
		"executable file not":       {Espeak: "no-such-program"},
		"the folder for kept":       {Endpoint: "http://127.0.0.1:8000/v1/audio/speech", Voice: "alloy", CacheDir: "/dev/null/x"},
		"espeak-ng has no voice \"": {Espeak: "true", Voices: map[string]string{"fr": "--help"}},
	} {
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	s := openStudio(t, nil)
	for _, text := range []string{" \n", "🙂", strings.Repeat("long ", 1000)} {
		if _, err := s.Say(t.Context(), Prompt{Language: "fr", Text: text}); err == nil || strings.Contains(err.Error(), "long long") {
			t.Errorf("%.10q: %v", text, err)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(100)
	m.put("a", make([]byte, 40), 0)
	m.put("b", make([]byte, 40), 0)
	m.get("a")
	m.put("c", make([]byte, 40), 0)
	m.put("whale", make([]byte, 101), 0)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "whale": false} {
		if _, known := m.get(key); known != want {
			t.Errorf("%s is kept: %v", key, known)
		}
	}
	gone := make(chan struct{})
	m.put("c", make([]byte, 10), time.Millisecond)
	time.AfterFunc(5*time.Millisecond, func() { close(gone) })
	<-gone
	for i := 0; ; i++ {
		if _, known := m.get("c"); !known {
			break
		}
		if i > 5000 {
			t.Fatal("what was said to somebody never goes")
		}
		time.Sleep(time.Millisecond)
	}
	if m.held != 40 || m.order.Len() != 1 || len(m.by) != 1 {
		t.Errorf("%d bytes, %d sounds, %d keys", m.held, m.order.Len(), len(m.by))
	}
}

func TestTheDiskIsBounded(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"unfinished-1": 2 * time.Hour, "unfinished-2": 0, "notes.txt": 0} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-age)
		_ = os.Chtimes(file, old, old)
	}
	d, err := openDisk(dir, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	wav := clip{rate: 8000, channels: 1, data: make([]byte, 4000)}.wav()
	keys := []string{strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64)}
	for i, key := range keys {
		if err := d.put(key, wav); err != nil {
			t.Fatal(err)
		}
		made := time.Now().Add(time.Duration(i-10) * time.Minute)
		_ = os.Chtimes(d.path(key), made, made)
		d.get(keys[0]) // is used
	}
	var names []string
	left, _ := os.ReadDir(dir)
	for _, e := range left {
		names = append(names, e.Name()[:min(12, len(e.Name()))])
	}
	if got, want := strings.Join(names, " "), "aaaaaaaaaaaa cccccccccccc notes.txt unfinished-2"; got != want {
		t.Errorf("left are %s, not %s", got, want)
	}
	if err := d.put(keys[1], make([]byte, 10_001)); err == nil {
		t.Error("a sound larger than the disk may hold is kept")
	}
}

// What every call says is looked up, not made.
func BenchmarkSayKept(b *testing.B) {
	dir := b.TempDir()
	v, err := New(Config{Recordings: dir, CacheDir: b.TempDir(), Endpoint: "http://127.0.0.1:1/v1/audio/speech", Voice: "alloy"})
	if err != nil {
		b.Fatal(err)
	}
	v.keep(v.engines[0], static, spoken("fr", static.Text), clip{rate: 24000, channels: 1, data: make([]byte, 96000)}.wav())
	for b.Loop() {
		if _, err := v.Say(b.Context(), static); err != nil {
			b.Fatal(err)
		}
	}
}

// An engine that asks for a rest says how long in seconds, or until when.
func TestARestIsAsLongAsTheEngineAsks(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for told, want := range map[string]time.Duration{
		"7": 7 * time.Second, "Tue, 24 Nov 2026 10:00:30 GMT": 30 * time.Second, "Tue, 24 Nov 2026 09:00:00 GMT": time.Second,
		"": time.Second, "soon": time.Second, "-3": time.Second, "999999999999": time.Hour, "Wed, 25 Nov 2026 10:00:00 GMT": time.Hour,
	} {
		r := &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {told}}}
		var busy tooMany
		if err := refusal(r, now); !errors.As(err, &busy) || busy.rest != want {
			t.Errorf("%q is a rest of %v, want %v", told, busy.rest, want)
		}
	}
}
