package bot

import (
	"fmt"
	"log/slog"
	"strings"
)

// Words are what somebody said. They print as their length wherever they could reach a log.
type Words string

// Address is where somebody is reached: a number, a chat id, a browser's token hash.
type Address string

const redacted = "[redacted]"

// Mobile says whether an address is the number of a French mobile, 06 or 07 in the national form: the ones that
// text messages are sure to reach (Arcep, national numbering plan). The number is an international one.
func (a Address) Mobile() bool {
	rest, french := strings.CutPrefix(string(a), "+33")
	return french && len(rest) == 9 && (rest[0] == '6' || rest[0] == '7')
}

// String keeps words out of every formatted message.
func (w Words) String() string { return fmt.Sprintf("[%d bytes]", len(w)) }

// GoString does the same for %#v.
func (w Words) GoString() string { return w.String() }

// LogValue does the same for slog.
func (w Words) LogValue() slog.Value { return slog.StringValue(w.String()) }

// String keeps addresses out of every formatted message.
func (a Address) String() string {
	if a == "" {
		return ""
	}
	return redacted
}

// GoString does the same for %#v.
func (a Address) GoString() string { return a.String() }

// LogValue does the same for slog.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// WithoutProof is an entry without the digits that prove an e-mail address. They are for whoever reads that
// mailbox, and for nobody who reads a log.
func WithoutProof(e Entry) Entry {
	if e.Input != nil && e.Input.Facts.Code != "" {
		in := *e.Input
		in.Facts.Code = ""
		e.Input = &in
	}
	if letter, is := e.Effect.(Write); is && letter.Kind == "code" {
		letter.Text = ""
		e.Effect = letter
	}
	return e
}
