package hear

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// pause is the separator written, while listening, where punctuation ends a
// clause. It never leaves this package: a folded text has only single spaces.
const pause = '\n'

// Fold writes a text the way texts are compared: lower case, no accents, œ as
// oe, every run of spaces and punctuation one space, digits of any script in
// ASCII ("2️⃣" is "2"), zero-width and control characters gone. Letters of
// other scripts are kept, in lower case. Folding twice changes nothing.
func Fold(text string) string {
	if isFolded(text) {
		return text
	}
	return string(fold(roomFor(text), composed(text), false))
}

// isFolded says that a text is small letters, digits and single spaces already; other scripts are not
// looked at.
func isFolded(text string) bool {
	spaced := true // as if before the first word
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			spaced = false
		case c == ' ' && !spaced:
			spaced = true
		default:
			return false
		}
	}
	return !spaced || text == ""
}

// roomFor is where a text is folded: few grow by it.
func roomFor(text string) []byte { return make([]byte, 0, len(text)+8) }

// composed returns text in NFC, so that "é" typed as two characters is one.
func composed(text string) string {
	if isWestern(text) || norm.NFC.IsNormalString(text) {
		return text
	}
	return norm.NFC.String(text)
}

// isWestern says that a text has no character from U+0300 on, where the combining ones begin.
func isWestern(text string) bool {
	for i := range len(text) {
		if text[i] >= 0xcc {
			return false
		}
	}
	return true
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// folder appends folded characters to dst; it owes a separator when owed is
// not zero, and pays it before the next character.
type folder struct {
	dst  []byte
	owed byte
	mark bool // write pauses
}

func fold(dst []byte, text string, mark bool) []byte {
	f := folder{dst: dst, mark: mark}
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			f.put(c)
			i++
		case 'A' <= c && c <= 'Z':
			f.put(c + 'a' - 'A')
			i++
		case c < utf8.RuneSelf:
			f.separate(c, text, i)
			i++
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			f.rune(r)
			i += n
		}
	}
	return f.dst
}

func (f *folder) put(c byte) {
	f.pay()
	f.dst = append(f.dst, c)
}

func (f *folder) pay() {
	if f.owed != 0 && len(f.dst) > 0 {
		f.dst = append(f.dst, f.owed)
	}
	f.owed = 0
}

func (f *folder) space() {
	if f.owed == 0 {
		f.owed = ' '
	}
}

func (f *folder) pauses() {
	f.owed = ' '
	if f.mark {
		f.owed = pause
	}
}

// separate notes an ASCII character that is neither letter nor digit. Control
// characters vanish, except those that end a line or a word.
func (f *folder) separate(c byte, text string, i int) {
	switch {
	case c == '\n' || c == '\r' || c == ';' || c == '!' || c == '?':
		f.pauses()
	case strings.IndexByte(",:()", c) >= 0 && !digitAt(text, i+1), c == '.' && !wordAt(text, i+1):
		f.pauses()
	case (c < ' ' && c != '\t') || c == 0x7f:
	default:
		f.space()
	}
}

func digitAt(text string, i int) bool {
	return i < len(text) && '0' <= text[i] && text[i] <= '9'
}

func wordAt(text string, i int) bool { return i < len(text) && text[i] > ' ' }

// rune folds one character outside ASCII.
func (f *folder) rune(r rune) {
	switch r {
	case 'œ', 'Œ':
		f.text("oe")
		return
	case 'æ', 'Æ':
		f.text("ae")
		return
	case '🔟':
		f.text("10")
		return
	case '€':
		f.space()
		f.text("euro")
		f.space()
		return
	case '№': // as in "№2"
		f.space()
		f.text("n")
		f.space()
		return
	case 'º', 'ª', '°', 'ʼ', 'ʹ', 'ʻ': // degree and ordinal signs, apostrophes classed as letters
		f.space()
		return
	case '…', '—', '–', '«', '»', '،', '؟', '。', '，':
		f.pauses()
		return
	}
	switch {
	case unicode.Is(unicode.Latin, r), unicode.Is(unicode.No, r), unicode.Is(unicode.Nl, r):
		f.latin(r)
	case unicode.IsLetter(r):
		f.pay()
		f.dst = utf8.AppendRune(f.dst, unicode.ToLower(r))
	case unicode.Is(unicode.Nd, r):
		f.put(digit(r))
	case unicode.Is(unicode.Mc, r): // vowel signs of Indic scripts, part of the word
		f.pay()
		f.dst = utf8.AppendRune(f.dst, r)
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc) && r != '\u0085':
	default:
		f.space()
	}
}

func (f *folder) text(s string) {
	f.pay()
	f.dst = append(f.dst, s...)
}

// latin folds a Latin letter or a number sign to what it is written with.
func (f *folder) latin(r rune) {
	switch r {
	case 'ß', 'ẞ':
		f.text("ss")
		return
	case 'ø', 'Ø':
		f.text("o")
		return
	case 'ł', 'Ł':
		f.text("l")
		return
	case 'ı':
		f.text("i")
		return
	case 'đ', 'Đ', 'ð', 'Ð':
		f.text("d")
		return
	}
	var letter [utf8.UTFMax]byte
	parts := norm.NFKD.Properties(letter[:utf8.EncodeRune(letter[:], r)]).Decomposition()
	if len(parts) == 0 {
		f.pay()
		f.dst = utf8.AppendRune(f.dst, unicode.ToLower(r))
		return
	}
	for len(parts) > 0 {
		p, n := utf8.DecodeRune(parts)
		parts = parts[n:]
		switch {
		case 'A' <= p && p <= 'Z':
			f.put(byte(p) + 'a' - 'A')
		case 'a' <= p && p <= 'z' || '0' <= p && p <= '9':
			f.put(byte(p))
		case p >= utf8.RuneSelf && p != r:
			f.rune(p)
		default:
			f.space()
		}
	}
}

// digit is the ASCII digit a decimal digit of any script stands for: the
// ranges of unicode.Nd are runs of ten, zero first.
func digit(r rune) byte {
	for _, run := range unicode.Nd.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return '0' + byte((r-rune(run.Lo))%10)
		}
	}
	for _, run := range unicode.Nd.R32 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return '0' + byte((r-rune(run.Lo))%10)
		}
	}
	return '0'
}
