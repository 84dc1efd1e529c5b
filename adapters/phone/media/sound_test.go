package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestLawsKeepTheirOwnCodes(t *testing.T) {
	for _, law := range []Law{ALaw, MuLaw} {
		for code := range 256 {
			linear := law.Decode(nil, []byte{byte(code)})
			again := law.Encode(nil, linear)
			if again[0] != byte(code) && linear[0] != 0 { // µ-law has two zeros
				t.Errorf("%v: %#x became %d, then %#x", law, code, linear[0], again[0])
			}
		}
		if zero := law.Decode(nil, []byte{law.silence()})[0]; zero < -8 || zero > 8 {
			t.Errorf("%v: silence is %d", law, zero)
		}
	}
}

// every is each of the 65,536 samples.
func every() PCM {
	pcm := make(PCM, 0, 1<<16)
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		pcm = append(pcm, int16(v))
	}
	return pcm
}

func TestLawsAgainstSox(t *testing.T) {
	program, err := exec.LookPath("sox")
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("sox is absent")
		}
		t.Skip("sox is absent")
	}
	samples := every()
	raw := make([]byte, 0, 2*len(samples))
	for _, v := range samples {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
	}
	sox := func(in []byte, args ...string) []byte {
		cmd := exec.Command(program, args...)
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	linear := []string{"-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-"}
	for law, name := range map[Law]string{ALaw: "al", MuLaw: "ul"} {
		theirs := sox(raw, append(append([]string{"-D"}, linear...), "-t", name, "-")...)
		ours := law.Encode(nil, samples)
		for i, v := range samples {
			d := law.Decode(nil, []byte{theirs[i], ours[i]})
			if abs(int32(v)-int32(d[1])) > abs(int32(v)-int32(d[0])) {
				t.Fatalf("%v: %d becomes %d, sox makes %d of it", law, v, d[1], d[0])
			}
		}
		decoded := sox(ours, append([]string{"-D", "-t", name, "-r", "8000", "-c", "1", "-"}, linear...)...)
		for i, v := range law.Decode(nil, ours) {
			if sample := int16(binary.LittleEndian.Uint16(decoded[2*i:])); sample != v {
				t.Fatalf("%v: %#x is %d, for sox %d", law, ours[i], v, sample)
			}
		}
	}
}

func TestTranscoding(t *testing.T) {
	pcm := speechlike(rate, 2)
	for _, c := range []struct{ from, to Law }{{ALaw, MuLaw}, {MuLaw, ALaw}, {ALaw, ALaw}} {
		codes := c.from.Encode(nil, pcm)
		c.to.transcode(codes, c.from)
		if same := correlation(pcm, c.to.Decode(nil, codes)); same < 0.999 {
			t.Errorf("%v to %v: %f", c.from, c.to, same)
		}
	}
}

// wav writes a file of our own for tests; size is what its data claims.
func wav(hertz, channels int, samples []int16, size uint32) []byte {
	var b bytes.Buffer
	le := binary.LittleEndian
	b.WriteString("RIFF\xff\xff\xff\xffWAVELIST\x03\x00\x00\x00abc\x00fmt \x12\x00\x00\x00")
	for _, v := range []any{uint16(1), uint16(channels), uint32(hertz), uint32(2 * channels * hertz), uint16(2 * channels), uint16(16), uint16(0)} {
		_ = binary.Write(&b, le, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, le, size)
	_ = binary.Write(&b, le, samples)
	return b.Bytes()
}

// at is a sine at another rate.
func at(hertz float64, samples, perSecond int) []int16 {
	out := make([]int16, samples)
	for i := range out {
		out[i] = int16(6000 * math.Sin(2*math.Pi*hertz*float64(i)/float64(perSecond)))
	}
	return out
}

func TestReadWAV(t *testing.T) {
	for _, hertz := range []int{8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000} {
		for _, size := range []uint32{0, 0x7ffff000, 0xffffffff, uint32(2 * hertz)} {
			sound, err := ReadWAV(bytes.NewReader(wav(hertz, 1, at(1000, hertz, hertz), size)))
			if err != nil {
				t.Fatal(hertz, err)
			}
			pcm := ALaw.Decode(nil, sound.a)
			if d := sound.Duration(); d < 999*time.Millisecond || d > time.Second || share(pcm[800:7200], 1000) < 0.99 {
				t.Errorf("%d Hz: %v, share of the tone %f", hertz, d, share(pcm[800:7200], 1000))
			}
			if loud := rms(pcm); loud < 0.9*levelRMS || loud > 1.1*levelRMS {
				t.Errorf("%d Hz: RMS %f", hertz, loud)
			}
		}
	}
}

func TestStereoIsMixed(t *testing.T) {
	left := at(1000, rate, rate)
	both := make([]int16, 0, 2*rate)
	for _, v := range left {
		both = append(both, v, 0)
	}
	sound, err := ReadWAV(bytes.NewReader(wav(rate, 2, both, 0)))
	if err != nil || sound.Duration() != time.Second {
		t.Fatal(sound.Duration(), err)
	}
	if same := correlation(left, MuLaw.Decode(nil, sound.mu)); same < 0.999 {
		t.Error(same)
	}
}

func TestNothingFoldsBack(t *testing.T) {
	for _, hertz := range []int{16000, 22050, 44100, 48000} {
		for _, high := range []float64{4700, 5500, 6000, 7000} {
			out := resample(at(high, hertz, hertz), hertz)
			if loud := rms(out[800 : len(out)-800]); loud > 6000/math.Sqrt2/1000 { // 60 dB below
				t.Errorf("%.0f Hz at %d a second: RMS %f is left", high, hertz, loud)
			}
		}
		if kept := rms(resample(at(3000, hertz, hertz), hertz)[800:7200]); kept < 0.95*6000/math.Sqrt2 {
			t.Errorf("3,000 Hz at %d a second: RMS %f", hertz, kept)
		}
	}
}

func TestLevel(t *testing.T) {
	quiet := append(tone(500, rate, 300), make(PCM, 3*rate)...) // pauses do not count
	quiet.level()
	if loud := rms(quiet[:rate]); loud < 0.95*levelRMS || loud > 1.05*levelRMS {
		t.Errorf("quiet speech became RMS %f", loud)
	}
	clicks := make(PCM, rate)
	for i := 0; i < len(clicks); i += 40 {
		clicks[i] = 20000
	}
	clicks.level()
	for _, v := range clicks {
		if v > peakMax {
			t.Fatalf("a peak of %d", v)
		}
	}
	silence := make(PCM, rate)
	silence.level()
	if rms(silence) != 0 {
		t.Error("silence became sound")
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	good := wav(rate, 1, at(1000, 100, rate), 0)
	change := func(at int, b ...byte) []byte {
		file := bytes.Clone(good)
		copy(file[at:], b)
		return file
	}
	format := bytes.Index(good, []byte("fmt ")) + 8
	for name, file := range map[string][]byte{
		"nothing": nil, "text": []byte("hello, this is no sound"), "only a head": good[:12],
		"no data":        good[:bytes.Index(good, []byte("data"))],
		"MP3 inside":     change(format, 0x55),
		"six channels":   change(format+2, 6),
		"8 bits":         change(format+14, 8),
		"no channel":     change(format+2, 0),
		"too many a sec": change(format+4, 0, 0, 9),
		"no format":      append([]byte("RIFF\x00\x00\x00\x00WAVEdata\x04\x00\x00\x00"), 1, 2, 3, 4),
	} {
		if _, err := ReadWAV(bytes.NewReader(file)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	broken := errors.New("pulled out")
	if _, err := ReadWAV(io.MultiReader(bytes.NewReader(good[:50]), failing{broken})); !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := WriteWAV(failing{broken}, nil); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriteWAV(t *testing.T) {
	pcm := speechlike(rate, 4)
	var file bytes.Buffer
	if err := WriteWAV(&file, pcm); err != nil {
		t.Fatal(err)
	}
	hertz, got, err := parseWAV(file.Bytes())
	if err != nil || hertz != rate || correlation(pcm, got) != 1 && len(got) != len(pcm) {
		t.Error(hertz, len(got), err)
	}
	for i, v := range got {
		if v != pcm[i] {
			t.Fatalf("sample %d is %d, was %d", i, v, pcm[i])
		}
	}
}

func TestJoin(t *testing.T) {
	a, b := tone(500, 100, 5000).Sound(), Tone(800, 30*time.Millisecond)
	both := Join(a, Pause(time.Second), b.Loop(), b)
	if want := a.Duration() + time.Second + b.Loop().Duration() + b.Duration(); both.Duration() != want || both.endless {
		t.Errorf("%v, want %v", both.Duration(), want)
	}
	if !bytes.HasPrefix(both.a, a.a) || !bytes.HasSuffix(both.mu, b.mu) {
		t.Error("not in order")
	}
	if empty := Join(); empty.Duration() != 0 {
		t.Error(empty.Duration())
	}
}

func TestLoopIsSoftWithoutAClick(t *testing.T) {
	sound := tone(310, rate+13, 8000).Sound() // ends in the middle of a wave
	pcm := PCM(ALaw.Decode(nil, sound.Loop().a))
	if ratio := rms(pcm[seam:]) / rms(ALaw.Decode(nil, sound.a)); ratio < 0.2 || ratio > 0.3 {
		t.Errorf("its loudness is %f of the sound's", ratio)
	}
	steepest := 2 * math.Pi * 310 / rate * 8000 * softer
	if jump := abs(int32(pcm[0]) - int32(pcm[len(pcm)-1])); float64(jump) > 1.5*steepest+64 {
		t.Errorf("a click of %d where it starts again", jump)
	}
	if (Sound{}).Loop().endless {
		t.Error("no sound without end")
	}
}

func FuzzReadWAV(f *testing.F) {
	f.Add(wav(22050, 1, at(1000, 50, 22050), 0x7ffff000))
	f.Add(wav(8000, 2, at(1000, 50, 8000), 100))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		hertz, samples, err := parseWAV(file)
		if err == nil && (hertz < rate || len(samples) > len(file)/2) {
			t.Fatalf("%d samples at %d from %d bytes", len(samples), hertz, len(file))
		}
	})
}

func BenchmarkReadWAV(b *testing.B) {
	file := wav(22050, 1, at(1000, 5*22050, 22050), 0) // five seconds, as a synthesiser gives them
	for b.Loop() {
		if _, err := ReadWAV(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}
