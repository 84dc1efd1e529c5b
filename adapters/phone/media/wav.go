package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxWAV is the largest file taken: five minutes of CD sound.
const maxWAV = 64 << 20

const (
	plainPCM   = 1
	extensible = 0xfffe // PCM with a longer header
)

// ReadWAV reads 16-bit PCM, mono or stereo, of 8,000 to 48,000 samples a second, brings it to
// 8,000 without what a telephone cannot carry, and to about -18 dBFS.
func ReadWAV(r io.Reader) (Sound, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxWAV+1))
	if err != nil {
		return Sound{}, fmt.Errorf("read a WAV file: %w", err)
	}
	hertz, samples, err := parseWAV(file)
	if err != nil {
		return Sound{}, fmt.Errorf("read a WAV file: %w", err)
	}
	pcm := PCM(resample(samples, hertz))
	pcm.level()
	return pcm.Sound(), nil
}

type wavFormat struct{ tag, channels, bits, hertz int }

func (f wavFormat) check() error {
	switch {
	case f.tag != plainPCM && f.tag != extensible || f.bits != 16:
		return errors.New("only PCM of 16 bits is taken")
	case f.channels != 1 && f.channels != 2:
		return fmt.Errorf("it has %d channels, not one or two", f.channels)
	case f.hertz < rate || f.hertz > 48000:
		return fmt.Errorf("it has %d samples a second, not 8,000 to 48,000", f.hertz)
	}
	return nil
}

// parseWAV returns mono samples at the file's own rate. Programs that write to a pipe leave false
// sizes (0, 0x7ffff000, 0xffffffff): a size never reaches beyond what there is, and data of size 0
// is all that follows.
func parseWAV(file []byte) (hertz int, mono []int16, err error) {
	switch {
	case len(file) > maxWAV:
		return 0, nil, errors.New("it is too large")
	case len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE":
		return 0, nil, errors.New("it is not a WAV file")
	}
	var format wavFormat
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if name == "data" {
			if err := format.check(); err != nil {
				return 0, nil, err
			}
			if size == 0 || size > int64(len(rest)) {
				size = int64(len(rest))
			}
			return format.hertz, mix(rest[:size], format.channels), nil
		}
		if name == "fmt " && size >= 16 && len(rest) >= 16 {
			format = readFormat(rest)
		}
		rest = rest[min(size+size&1, int64(len(rest))):]
	}
	return 0, nil, errors.New("it has no sound")
}

func readFormat(chunk []byte) wavFormat {
	half := func(at int) int { return int(binary.LittleEndian.Uint16(chunk[at:])) }
	return wavFormat{tag: half(0), channels: half(2), bits: half(14), hertz: int(binary.LittleEndian.Uint32(chunk[4:]))}
}

func mix(data []byte, channels int) []int16 {
	mono := make([]int16, len(data)/(2*channels))
	for i := range mono {
		sum := 0
		for c := range channels {
			sum += int(int16(binary.LittleEndian.Uint16(data[2*(i*channels+c):])))
		}
		mono[i] = int16(sum / channels)
	}
	return mono
}

// WriteWAV writes sound as a WAV file.
func WriteWAV(w io.Writer, pcm PCM) error {
	le := binary.LittleEndian
	size := uint32(2 * len(pcm))
	file := make([]byte, 0, 44+size)
	file = append(file, "RIFF"...)
	file = le.AppendUint32(file, 36+size)
	file = append(file, "WAVEfmt "...)
	file = le.AppendUint32(file, 16)
	file = le.AppendUint16(file, plainPCM)
	file = le.AppendUint16(file, 1)      // channel
	file = le.AppendUint32(file, rate)   // samples a second
	file = le.AppendUint32(file, 2*rate) // bytes a second
	file = le.AppendUint16(file, 2)      // bytes a sample
	file = le.AppendUint16(file, 16)     // bits a sample
	file = append(file, "data"...)
	file = le.AppendUint32(file, size)
	for _, sample := range pcm {
		file = le.AppendUint16(file, uint16(sample))
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("write a WAV file: %w", err)
	}
	return nil
}
