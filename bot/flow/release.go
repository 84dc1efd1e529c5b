package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"frontdesk/bot"
)

// packed begins the stored form of a release: a line, then for each file, by name, a line
// "name length" and its bytes.
//
// Its number grows when supervisors' files may say what an older program would refuse: an older
// replica then leaves conversations of such a release to newer ones.
const (
	packed       = packedFor + "1\n"
	packedFor    = "frontdesk release "
	packedNumber = 1
)

// Pack gives the stored form of a release: the canonical files in one piece, the same bytes for the
// same release.
func Pack(b *Bundle) []byte { return packFiles(b.Sources) }

func packFiles(files map[string][]byte) []byte {
	out := []byte(packed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		out = fmt.Appendf(out, "%s %d\n", name, len(files[name]))
		out = append(out, files[name]...)
	}
	return out
}

// Unpack loads a stored release. Its Hash is the one it was packed with, as long as this program
// still writes the same canonical form; positions are those of the canonical files.
func Unpack(stored []byte) (*Bundle, error) {
	files, err := unpackFiles(string(stored))
	if err != nil {
		return nil, fmt.Errorf("unpack release: %w", err)
	}
	l := newLoader(nil)
	l.published = true
	b, err := l.load(files, "")
	if err != nil {
		return nil, fmt.Errorf("unpack release: %w", err)
	}
	return b, nil
}

// Files gives the files of a stored release, as they were packed.
func Files(stored []byte) (map[string][]byte, error) {
	files, err := unpackFiles(string(stored))
	if err != nil {
		return nil, fmt.Errorf("unpack release: %w", err)
	}
	return files, nil
}

var errTorn = errors.New("the stored release is torn or of an unknown version")

func unpackFiles(stored string) (map[string][]byte, error) {
	rest, ok := strings.CutPrefix(stored, packed)
	if !ok {
		line, _, _ := strings.Cut(strings.TrimPrefix(stored, packedFor), "\n")
		if n, err := strconv.Atoi(line); err == nil && n > packedNumber {
			return nil, fmt.Errorf("release of format %d: %w", n, bot.ErrNewer)
		}
		return nil, errTorn
	}
	files := map[string][]byte{}
	for rest != "" {
		head, body, ok := strings.Cut(rest, "\n")
		name, length, ok2 := strings.Cut(head, " ")
		size, err := strconv.Atoi(length)
		if !ok || !ok2 || err != nil || size < 0 || size > len(body) {
			return nil, errTorn
		}
		files[name] = []byte(body[:size])
		rest = body[size:]
	}
	return files, nil
}

// hashOf is the name of a release: the first 32 hexadecimal digits of the SHA-256 of its stored form.
func hashOf(files map[string][]byte) string {
	sum := sha256.Sum256(packFiles(files))
	return hex.EncodeToString(sum[:])[:32]
}
