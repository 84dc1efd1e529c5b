package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
)

// A Mark names one input in the log, from its request to its last delivery, as the attribute "input".
// It is a hash of the conversation and the input's id: it needs no memory, every replica writes the
// same one, and it leads back to neither. It is worked out only for lines that are written.
type Mark struct {
	conversation ConversationID
	input        string
}

// MarkOf is the mark of an input, by its conversation and id: those of Input, or of what it caused,
// Delivery.Conversation and Entry.Cause.
func MarkOf(conversation ConversationID, input string) Mark { return Mark{conversation, input} }

// Mark is the mark of this input.
func (in *Input) Mark() Mark { return Mark{in.Conversation, in.ID} }

// String is ten hexadecimal digits.
func (m Mark) String() string {
	sum := sha256.Sum256([]byte("input " + string(m.conversation) + " " + m.input))
	return hex.EncodeToString(sum[:5])
}

// GoString keeps what the mark is made of out of %#v.
func (m Mark) GoString() string { return m.String() }

// LogValue is the mark's text.
func (m Mark) LogValue() slog.Value { return slog.StringValue(m.String()) }
