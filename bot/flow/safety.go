package flow

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"time"

	"frontdesk/bot/hear"
)

// Safety is what is said to people in danger, whatever the flow.
type Safety struct {
	Owner    string
	Reviewed time.Time
	Numbers  map[string]Number
	Dangers  []*Danger     // immediate first, then in order of the file
	OnCall   bool          // an on-call line reads at closed hours
	Measures []Measure     // of the Procédure danger, in order
	Hearing  *hear.Dangers // what people say of them, in every language
}

// Number is an emergency number; text, link and speech are the same digits.
type Number struct {
	ID     string // "15"
	Label  string
	Always bool // answered day and night
	SMS    bool // reached by text message
	Quiet  bool // never named in an SMS, a recap or a voicemail unless asked
	Pos    Pos
}

// CRIP is what a measure calls that calls the département's cell for worrying information (cellule de
// recueil des informations préoccupantes: code de l'action sociale et des familles, L. 226-3).
const CRIP = "crip"

// CRIPElse is the number instead, day and night, where a territory names no cell.
const CRIPElse = "119"

// Measure is one step of the Procédure danger, which a counsellor follows.
type Measure struct {
	ID   string
	Text string
	Call string // a number of the table, CRIP, or ""
	Pos  Pos
}

// Danger is one thing that must be heard at any step.
type Danger struct {
	ID      string
	Title   string // in French, for who works on it; its ID where it has none
	Grade   Grade
	Numbers []string
	Denied  string            // the danger that it is when somebody says it is not so, "" for none
	Past    string            // when it is long ago
	Minor   string            // when a child speaks; "" for the same
	Adult   string            // when no child speaks; "" for the same
	Reread  map[string]Review // language → who reread its texts, and when
	Pos     Pos
}

// Review is who reread a text and answers for it, and when.
type Review struct {
	By   string
	On   time.Time
	Hash string // of a danger's texts as they were read, "" where nobody noted it
}

// Of says whether it is of the texts that have a hash now.
func (r Review) Of(hash string) bool { return r.Hash == "" || r.Hash == hash }

// ReadHash names the texts of a danger in one language, for all channels, for those that speak and for SMS: sha1- and
// twelve digits.
func ReadHash(text, voice, sms string) string {
	sum := sha1.Sum([]byte(strings.TrimSpace(text) + "\n" + strings.TrimSpace(voice) + "\n" + strings.TrimSpace(sms)))
	return "sha1-" + hex.EncodeToString(sum[:6])
}

// Grade is how grave a danger is.
type Grade string

// The grades.
const (
	Immediate Grade = "immediate" // numbers at once, head of the queue
	Distress  Grade = "distress"  // one soft question, with the number
	Sensitive Grade = "sensitive" // the right number and a human the same day
)
