package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A text is a file's bytes as UTF-8, and the lines they stand on. What is not UTF-8 is read as
// Windows-1252, byte by byte: files come with both, sometimes in one.
type text struct {
	from  *bufio.Reader
	ready []byte  // decoded, not yet given
	read  int64   // bytes of the file
	given int64   // bytes that were handed on
	ends  []int64 // of lines, as bytes handed on, that nobody has asked about yet
	line  int     // of the last question
	room  [32 << 10]byte
}

func newText(from io.Reader) *text { return &text{from: bufio.NewReaderSize(from, 64<<10), line: 1} }

// begins is the first sign of the file after the byte order mark, without taking it away.
func (t *text) begins() (byte, error) {
	if mark, _ := t.from.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = t.from.Discard(3)
	}
	some, err := t.from.Peek(1024)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if bytes.IndexByte(some, 0) >= 0 {
		return 0, errors.New("ce n'est pas un texte que je sais lire ; enregistrer le fichier en UTF-8")
	}
	if some = bytes.TrimSpace(some); len(some) == 0 {
		return 0, errors.New("le fichier est vide")
	}
	return some[0], nil
}

// Read gives the next bytes as UTF-8.
func (t *text) Read(p []byte) (int, error) {
	if len(t.ready) == 0 {
		if err := t.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.ready)
	for i, c := range t.ready[:n] {
		if c == '\n' {
			t.ends = append(t.ends, t.given+int64(i))
		}
	}
	t.ready = t.ready[n:]
	t.given += int64(n)
	return n, nil
}

func (t *text) fill() error {
	n, err := t.from.Read(t.room[:len(t.room)-utf8.UTFMax])
	if n == 0 {
		return err
	}
	for n < len(t.room) && cut(t.room[:n]) { // the last letter's other bytes are still to come
		c, err := t.from.ReadByte()
		if err != nil {
			break
		}
		t.room[n] = c
		n++
	}
	t.read += int64(n)
	t.ready = t.room[:n]
	if !utf8.Valid(t.ready) {
		t.ready = decoded(t.ready)
	}
	return nil
}

// cut says that a piece ends within a letter.
func cut(piece []byte) bool {
	for back := 1; back < utf8.UTFMax && back <= len(piece); back++ {
		if last := piece[len(piece)-back:]; utf8.RuneStart(last[0]) {
			return last[0] >= utf8.RuneSelf && !utf8.FullRune(last)
		}
	}
	return false
}

func decoded(piece []byte) []byte {
	out := make([]byte, 0, len(piece)+len(piece)/8)
	for len(piece) > 0 {
		r, n := utf8.DecodeRune(piece)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(piece[0])
		}
		out = utf8.AppendRune(out, r)
		piece = piece[n:]
	}
	return out
}

// lineAt is the line of a byte that was handed on. Questions come in the order of the file.
func (t *text) lineAt(offset int64) int {
	for len(t.ends) > 0 && t.ends[0] < offset {
		t.ends = t.ends[1:]
		t.line++
	}
	return t.line
}
