package media

// Law is how G.711 squeezes a sample into a byte.
type Law uint8

const (
	MuLaw Law = iota // PCMU, payload type 0
	ALaw             // PCMA, payload type 8
)

// Tables of G.711, written once when the program starts and only read afterwards. Encoding takes
// the nearest code of a magnitude, so our error is never larger than that of a segment search.
var (
	aLinear  = decodeTable(aMagnitude, 0x55)
	muLinear = decodeTable(muMagnitude, 0x7f)
	aCodes   = encodeTable(aMagnitude)
	muCodes  = encodeTable(muMagnitude)
	aToMu    = transcoding(&aLinear, MuLaw)
	muToA    = transcoding(&muLinear, ALaw)
)

// aMagnitude is the linear 16-bit size of an A-law code without its sign and inversion.
func aMagnitude(code int) int {
	segment, step := code>>4, code&15
	if segment == 0 {
		return step<<4 + 8
	}
	return (step<<4 + 0x108) << (segment - 1)
}

// muMagnitude is the same of µ-law.
func muMagnitude(code int) int {
	return (code&15<<3+0x84)<<(code>>4) - 0x84
}

// decodeTable: the high bit says positive, some of the others are inverted.
func decodeTable(magnitude func(int) int, invert byte) (linear [256]int16) {
	for code := range 128 {
		low := byte(code) ^ invert
		size := int16(magnitude(code))
		linear[low|0x80], linear[low&0x7f] = size, -size
	}
	return linear
}

// encodeTable gives the code nearest to each size.
func encodeTable(magnitude func(int) int) (codes [32768]byte) {
	code := 0
	for size := range codes {
		for code < 127 && magnitude(code+1)-size < size-magnitude(code) {
			code++
		}
		codes[size] = byte(code)
	}
	return codes
}

func transcoding(from *[256]int16, to Law) (table [256]byte) {
	for code, linear := range from {
		table[code] = to.encode(linear)
	}
	return table
}

func (l Law) encode(sample int16) byte {
	size, sign := int(sample), byte(0x80)
	if size < 0 {
		size, sign = min(-size, 32767), 0
	}
	if l == ALaw {
		return aCodes[size] ^ 0x55 | sign
	}
	return muCodes[size] ^ 0x7f | sign
}

// Encode appends the codes of samples to codes.
func (l Law) Encode(codes []byte, samples []int16) []byte {
	for _, sample := range samples {
		codes = append(codes, l.encode(sample))
	}
	return codes
}

// Decode appends the samples of codes to samples.
func (l Law) Decode(samples []int16, codes []byte) []int16 {
	linear := &muLinear
	if l == ALaw {
		linear = &aLinear
	}
	for _, code := range codes {
		samples = append(samples, linear[code])
	}
	return samples
}

// transcode rewrites codes of another law in place.
func (l Law) transcode(codes []byte, from Law) {
	if l == from {
		return
	}
	table := &aToMu
	if l == ALaw {
		table = &muToA
	}
	for i, code := range codes {
		codes[i] = table[code]
	}
}

// silence is the code of no sound.
func (l Law) silence() byte {
	if l == ALaw {
		return 0xd5
	}
	return 0xff
}

func (l Law) String() string {
	if l == ALaw {
		return "PCMA"
	}
	return "PCMU"
}
