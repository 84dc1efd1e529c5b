package media

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// eventPacket is packet i of ten of a press: seven and three copies of the end.
func eventPacket(event byte, i int) []byte {
	lasted := uint16(frame * (min(i, 7) + 1))
	payload := []byte{event, 10, byte(lasted >> 8), byte(lasted)}
	if i >= 7 {
		payload[1] |= 0x80
	}
	return payload
}

// A press of twelve seconds is one key, wherever its sender cuts it and whatever of the first part is lost; once
// its end was told, the same key is another press.
func TestALongPressIsOneKey(t *testing.T) {
	for _, segment := range []uint32{longest, longest / frame * frame, longest - rate/4, 3 * rate} {
		for lost := range 3 {
			var e events
			keys := 0
			read := func(clock, lasted uint32, end byte) {
				if _, pressed := e.read(1, clock, []byte{5, 10 | end, byte(lasted >> 8), byte(lasted)}); pressed {
					keys++
				}
			}
			for lasted := uint32(frame); lasted < segment-uint32(lost)*frame; lasted += frame {
				read(1000, lasted, 0)
			}
			if lost == 0 || segment < longest/2 {
				read(1000, segment, 0)
			}
			for i := range uint32(8) {
				read(1000+segment, (i+1)*frame, 0)
			}
			for range 3 {
				read(1000+segment, 8*frame, 0x80)
			}
			if keys != 1 {
				t.Errorf("segments of %d, %d lost: %d keys", segment, lost, keys)
			}
			if read(1000+segment+8*frame, frame, 0); keys != 2 {
				t.Errorf("segments of %d: the next press is none", segment)
			}
		}
	}
}

func TestOneKeyWhateverIsLost(t *testing.T) {
	for kept := 1; kept < 1<<10; kept++ {
		var e events
		var keys []Key
		for i := range 10 {
			if kept>>i&1 == 0 {
				continue
			}
			if key, pressed := e.read(1, 1000, eventPacket(5, i)); pressed {
				keys = append(keys, key)
			}
		}
		if len(keys) != 1 || keys[0] != '5' {
			t.Fatalf("kept %010b: %d keys", kept, len(keys))
		}
	}
}

func TestEvents(t *testing.T) {
	type packet struct {
		clock uint32
		event byte
	}
	for name, c := range map[string]struct {
		packets []packet
		want    string
	}{
		"same key three times": {[]packet{{1000, 5}, {1000, 5}, {3000, 5}, {5000, 5}}, "555"},
		"late copies":          {[]packet{{1000, 1}, {3000, 2}, {1000, 1}, {3000, 2}}, "12"},
		"a long press":         {[]packet{{1000, 1}, {1000 + 0xffff, 1}, {1000 + 2*0xffff, 1}}, "1"},
		"two keys of a time":   {[]packet{{1000, 1}, {1000, 2}}, "12"},
		"time begins again":    {[]packet{{900000, 1}, {1000, 2}, {3000, 2}, {1000, 2}}, "122"},
		"a long press, late":   {[]packet{{1000, 1}, {1000 + 0xffff, 1}, {1000, 1}}, "1"},
		"time turns over":      {[]packet{{0xffffff00, 10}, {100, 11}}, "*#"},
		"letters":              {[]packet{{1, 12}, {2000, 15}}, "AD"},
		"flash and beyond":     {[]packet{{1, 16}, {2, 255}}, ""},
	} {
		var e events
		got := ""
		for _, p := range c.packets {
			if key, pressed := e.read(1, p.clock, eventPacket(p.event, 0)); pressed {
				got += string(key.Rune())
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	var e events
	if _, pressed := e.read(1, 1, []byte{1, 2, 3}); pressed {
		t.Error("three bytes are a key")
	}
}

// A gateway may send keys under a source of their own, between packets of sound: each press is one key all the same.
func TestKeysFromASourceOfTheirOwn(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8 101")
	sound, events := p.source, p.source+1
	got := ""
	for press := range 3 {
		clock := p.clock
		for i := range 10 {
			p.source = sound
			p.say(make([]byte, frame))
			p.source = events
			p.write(p.event(101, 5, clock, i >= 7, uint16(frame*(min(i, 7)+1))))
		}
		got += string(waitKey(t, s))
		waitFor(t, "all packets", func() bool { return s.Stats().Received == uint64(20*(press+1)) })
	}
	noKey(t, s)
	if got != "555" {
		t.Errorf("keys %s", got)
	}
}

func TestOnePressOneKey(t *testing.T) {
	type press struct {
		after time.Duration // since the one before
		key   Key
		by    method
	}
	for name, c := range map[string]struct {
		presses []press
		want    string
	}{
		"only INFO":                  {[]press{{0, '1', byInfo}, {10, '1', byInfo}, {600, '2', byInfo}}, "112"},
		"INFO behind an event":       {[]press{{0, '1', byEvent}, {10, '1', byInfo}, {900, '2', byEvent}, {900, '2', byInfo}}, "12"},
		"INFO before an event":       {[]press{{0, '1', byInfo}, {10, '1', byEvent}, {900, '2', byInfo}, {5, '2', byEvent}}, "12"},
		"two INFO before two events": {[]press{{0, '1', byInfo}, {50, '2', byInfo}, {50, '1', byEvent}, {50, '2', byEvent}}, "12"},
		"INFO behind a tone":         {[]press{{0, '1', byTone}, {100, '1', byInfo}, {100, '1', byTone}}, "11"},
		"long apart":                 {[]press{{0, '1', byInfo}, {500, '1', byTone}}, "11"},
	} {
		var pad keypad
		now, got := time.Unix(0, 0), ""
		for _, p := range c.presses {
			now = now.Add(p.after * time.Millisecond)
			if pad.press(p.key, p.by, now) {
				got += string(p.key.Rune())
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestKeysOfACall(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8 101")
	s.Info('9')
	got := string(waitKey(t, s))
	for event := range byte(16) {
		p.press(101, event)
		if event == 9 {
			continue // the press that came by INFO before
		}
		got += string(waitKey(t, s))
		s.Info('#') // ignored: keys come by RFC 4733
	}
	noKey(t, s)
	if got != "9012345678*#ABCD" {
		t.Errorf("keys %s", got)
	}
}

func TestKeysInBand(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	s, p := testStream(t, room), newPeer(t, loopback)
	p.call(s, "0")
	sound := MuLaw.Encode(nil, keyTones('8', 5*frame, 5*frame, 4000))
	for at := 0; at < len(sound); at += frame {
		p.say(sound[at : at+frame])
	}
	if key := waitKey(t, s); key != '8' {
		t.Errorf("key %c", key)
	}

	s, p = testStream(t, room), newPeer(t, loopback)
	p.call(s, "0 101") // telephone-event was agreed: tones are only sound
	for at := 0; at < len(sound); at += frame {
		p.say(sound[at : at+frame])
	}
	waitFor(t, "all", func() bool { return s.Stats().Received == 10 })
	noKey(t, s)
}

// heardKeys are those a detector finds in sound that went through a law.
func heardKeys(pcm PCM, law Law) string {
	d, got := newToneDetector(), ""
	d.hear(law, law.Encode(nil, pcm), func(key Key) { got += string(key.Rune()) })
	return got
}

func TestToneDetector(t *testing.T) {
	for _, key := range []byte(toneGrid) {
		for _, milliseconds := range []int{70, 100, 200} {
			for _, law := range []Law{ALaw, MuLaw} {
				for shift := range 5 {
					pcm := append(make(PCM, 800+40*shift), keyTones(key, 8*milliseconds, 1600, 4000)...)
					if got := heardKeys(pcm, law); got != string(key) {
						t.Errorf("%c for %d ms by %v: %q", key, milliseconds, law, got)
					}
				}
			}
		}
	}
	twice := append(keyTones('5', 800, 800, 2000), keyTones('5', 800, 800, 2000)...)
	if got := heardKeys(twice, ALaw); got != "55" {
		t.Errorf("twice: %q", got)
	}
	for name, pcm := range map[string]PCM{
		"one tone": tone(697, rate, 8000), "speech": speechlike(10*rate, 7), "quiet": keyTones('5', 1600, 0, 50), "dial": tone(440, rate, 8000),
	} {
		if got := heardKeys(pcm, ALaw); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSpeechIsNoKey(t *testing.T) {
	program, err := exec.LookPath("espeak-ng")
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("espeak-ng is absent")
		}
		t.Skip("espeak-ng is absent")
	}
	text := strings.Repeat("Bonjour, vous êtes à l'accueil de l'orientation. Pour un emploi, tapez un. Pour les études, tapez deux. Minimum, millimètre, Lili, numéro. ", 6)
	for _, voice := range []string{"fr", "fr+f3", "en"} {
		cmd := exec.Command(program, "-v", voice, "--stdin", "--stdout")
		cmd.Stdin = strings.NewReader(text)
		wav, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		sound, err := ReadWAV(bytes.NewReader(wav))
		if err != nil {
			t.Fatal(err)
		}
		d := newToneDetector()
		d.hear(ALaw, sound.a, func(key Key) { t.Errorf("voice %s: a false %c", voice, key.Rune()) })
		if sound.Duration() < 20*time.Second {
			t.Errorf("voice %s spoke for %v", voice, sound.Duration())
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add(uint32(1000), []byte{5, 10, 0, 160}, uint32(1000), []byte{5, 0x8a, 4, 0})
	f.Add(uint32(0xffffffff), []byte{15, 0, 0xff, 0xff}, uint32(0xfffe), []byte{15, 0, 0, 0})
	f.Add(uint32(1), []byte{16}, uint32(2), []byte{})
	f.Fuzz(func(t *testing.T, clock1 uint32, first []byte, clock2 uint32, second []byte) {
		var e events
		for _, p := range []struct {
			clock   uint32
			payload []byte
		}{{clock1, first}, {clock2, second}} {
			key, pressed := e.read(1, p.clock, p.payload)
			if _, known := KeyOf(key.Rune()); pressed != known {
				t.Fatalf("pressed %v, known %v", pressed, known)
			}
			if _, again := e.read(1, p.clock, p.payload); again {
				t.Fatal("one packet is two presses")
			}
		}
	})
}

func BenchmarkToneDetector(b *testing.B) {
	d, codes := newToneDetector(), ALaw.Encode(nil, keyTones('5', frame, 0, 4000))
	for b.Loop() {
		d.hear(ALaw, codes, func(Key) {})
	}
}
