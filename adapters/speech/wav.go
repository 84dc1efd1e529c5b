package speech

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The bounds of a sound: a telephone has 8,000 samples a second, and nobody needs more than 48,000.
const (
	leastRate = 8000
	mostRate  = 48000
	plainPCM  = 1
	longPCM   = 0xfffe // PCM with a longer header
	headSize  = 44
)

// Whether the sizes in a file's head are believed. Programs that write to a pipe leave false ones, and
// what ends before its size was cut off.
type sizes bool

const (
	sizesMustBeTrue sizes = true
	sizesMayBeFalse sizes = false
)

// A clip is what a WAV file holds: samples of 16 bits.
type clip struct {
	rate, channels int
	data           []byte // whole samples
}

// parse reads a WAV file of PCM, 16 bits, mono or stereo.
func parse(file []byte, believe sizes) (clip, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return clip{}, errors.New("it is not a WAV file")
	}
	var c clip
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		switch {
		case name == "data" && c.rate == 0:
			return clip{}, errors.New("its sound comes before its form")
		case name == "data":
			return c.with(rest, size, believe)
		case name == "fmt ":
			var err error
			if c, err = form(rest, size); err != nil {
				return clip{}, err
			}
		}
		rest = rest[min(size+size&1, int64(len(rest))):]
	}
	return clip{}, errors.New("there is no sound in it")
}

func form(chunk []byte, size int64) (clip, error) {
	if size < 16 || len(chunk) < 16 {
		return clip{}, errors.New("its head is too short")
	}
	half := func(at int) int { return int(binary.LittleEndian.Uint16(chunk[at:])) }
	tag, channels, bits, rate := half(0), half(2), half(14), binary.LittleEndian.Uint32(chunk[4:])
	switch {
	case tag != plainPCM && tag != longPCM || bits != 16:
		return clip{}, fmt.Errorf("only PCM of 16 bits is taken (it has form %d, %d bits)", tag, bits)
	case channels != 1 && channels != 2:
		return clip{}, fmt.Errorf("it has %d channels, not one or two", channels)
	case rate < leastRate || rate > mostRate:
		return clip{}, fmt.Errorf("it has %d samples a second, not %d to %d", rate, leastRate, mostRate)
	}
	return clip{rate: int(rate), channels: channels}, nil
}

// with takes the sound: as long as its size says, or all there is where that is a size that programs
// write which do not know it (0, 0x7ffff000, 0xffffffff and their like).
func (c clip) with(rest []byte, size int64, believe sizes) (clip, error) {
	unknown := size == 0 || size >= 0x7fff0000
	if size > int64(len(rest)) && !unknown && believe == sizesMustBeTrue {
		return clip{}, fmt.Errorf("it was cut off: %d bytes of sound instead of %d", len(rest), size)
	}
	if unknown || size > int64(len(rest)) {
		size = int64(len(rest))
	}
	frame := int64(2 * c.channels)
	c.data = rest[:size-size%frame]
	if int64(len(c.data)) < frame*int64(c.rate)/50 {
		return clip{}, errors.New("there is no sound in it")
	}
	return c, nil
}

// mended is the file with a true and plain head.
func mended(file []byte, believe sizes) ([]byte, error) {
	c, err := parse(file, believe)
	if err != nil {
		return nil, err
	}
	return c.wav(), nil
}

// wav writes the clip as a WAV file.
func (c clip) wav() []byte {
	le := binary.LittleEndian
	frame := 2 * c.channels
	file := make([]byte, 0, headSize+len(c.data))
	file = append(file, "RIFF"...)
	file = le.AppendUint32(file, uint32(headSize-8+len(c.data)))
	file = append(file, "WAVEfmt "...)
	file = le.AppendUint32(file, 16)
	file = le.AppendUint16(file, plainPCM)
	file = le.AppendUint16(file, uint16(c.channels))
	file = le.AppendUint32(file, uint32(c.rate))
	file = le.AppendUint32(file, uint32(c.rate*frame))
	file = le.AppendUint16(file, uint16(frame))
	file = le.AppendUint16(file, 16)
	file = append(file, "data"...)
	file = le.AppendUint32(file, uint32(len(c.data)))
	return append(file, c.data...)
}
