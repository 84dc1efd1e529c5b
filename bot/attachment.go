package bot

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// What a caller records for a counsellor, after it was announced: the only file that is taken in.
const (
	LongestMessage = 2 * time.Minute
	// MessageLife is how long it is kept where nobody decided otherwise, and MostMessageLife at most
	// (CNIL: as long as the call-back needs; reference in the README).
	MessageLife     = 14 * 24 * time.Hour
	MostMessageLife = 30 * 24 * time.Hour
	// MostMessageBytes hold it as WAV of 16 bits at 8 kHz, which is twice what telephones send.
	MostMessageBytes = 2 << 20
)

// An Attachment names a recorded message and says nothing of what is in it. The sound is in Blobs, under
// the same conversation.
type Attachment struct {
	ID     string        // random, of letters and digits
	Kind   string        // its media type: audio/wav
	Length time.Duration // to the second
	Until  time.Time     // when it is purged
}

// attached begins an answer that is a recorded message. Nobody can write it: the engine takes its first
// sign from words.
const attached = "\x01recorded "

// Answer is the attachment as the value of an answer.
func (a Attachment) Answer() string {
	return attached + strings.Join([]string{a.ID, a.Kind, strconv.Itoa(int(a.Length / time.Second)), strconv.FormatInt(a.Until.Unix(), 10)}, " ")
}

// AttachmentOf reads what Answer wrote; false for any other answer.
func AttachmentOf(value string) (Attachment, bool) {
	rest, is := strings.CutPrefix(value, attached)
	fields := strings.Fields(rest)
	if !is || len(fields) != 4 {
		return Attachment{}, false
	}
	length, wrong := strconv.Atoi(fields[2])
	until, also := strconv.ParseInt(fields[3], 10, 64)
	if wrong != nil || also != nil {
		return Attachment{}, false
	}
	return Attachment{fields[0], fields[1], time.Duration(length) * time.Second, time.Unix(until, 0).UTC()}, true
}

// Lasting is a length of sound as it is shown: "0 min 42 s". Its spaces do not break.
func Lasting(d time.Duration) string {
	return strconv.Itoa(int(d/time.Minute)) + "\u00a0min\u00a0" + strconv.Itoa(int(d/time.Second)%60) + "\u00a0s"
}

// Kept says whether the sound is still there.
func (a Attachment) Kept(now time.Time) bool { return a.ID != "" && now.Before(a.Until) }

// Blobs keeps the message that a caller has recorded: sealed, under its conversation, for a time of its
// own. A conversation has one; a later one takes its place. Erasing the conversation deletes it in the
// same commit, so there is no way to delete it here.
type Blobs interface {
	// PutBlob keeps content under a name of a conversation and returns until when, by the store's clock.
	// ErrNotFound: there is no such conversation, or it was erased meanwhile; nothing was kept.
	PutBlob(ctx context.Context, id ConversationID, name string, content []byte, life time.Duration) (until time.Time, err error)
	// Blob returns it; ErrNotFound when it was purged, erased, replaced, or is another conversation's.
	Blob(ctx context.Context, id ConversationID, name string) ([]byte, error)
}
