package bot

import (
	"slices"
	"strings"
	"time"
)

// Names of things. They are opaque to everybody but the room that makes them.
type (
	// ConversationID is random, says nothing about anybody, and is new after an end or an erasure.
	ConversationID string
	// ChannelName names a medium or a desk: web, telegram, phone, sms, mail; desk, slack.
	ChannelName string
	// CounsellorID names one record of Staff.
	CounsellorID string
	// StructureID names one structure of the bundle: a mission locale, the regional desk.
	StructureID string
	// QueueName is a structure and a territory: "accueil-regional/35".
	QueueName string
)

// Life says where a conversation stands. The engine's life machine is the only one to change it.
type Life string

// The lives of a conversation.
const (
	Talking  Life = "talking"  // the bot leads
	Waiting  Life = "waiting"  // a live counsellor of the direct hand-off is expected in minutes
	Referred Life = "referred" // a structure was asked and has not accepted yet (mise en relation)
	Promised Life = "promised" // an answer is due at a date
	Live     Life = "live"     // a counsellor owns the conversation
	Closed   Life = "closed"   // it ended with an outcome; a new message may reopen it
	Erased   Life = "erased"   // the person had it deleted; an empty tombstone remains
)

// Open says whether the desk has something to do for this life.
func (l Life) Open() bool {
	return l == Waiting || l == Referred || l == Promised || l == Live
}

// A Session is all that is remembered of one conversation between two turns. It holds answers as
// classes and, of free words, only what a counsellor can still take back; the words are in the log.
type Session struct {
	ID       ConversationID
	Version  uint64 // of the store; grows by one with each committed turn
	Entries  int64  // length of the log
	Release  string // hash of the bundle that this conversation keeps to
	Life     Life
	Language string // BCP 47, as served: "fr", "en"
	Legs     []Leg
	Step     string   // "flow.step" the flow stands at; empty before the first
	Asking   bool     // whether Step waits for an answer
	Ask      AskID    // the question that is open; buttons and silences name it
	Offered  []string // ids of the options shown with it, in order: number 2 is Offered[1]
	Stack    []string // steps to return to after a call, innermost last
	Path     []Visit  // questions asked so far, oldest first, for "corriger" and late buttons
	Answers  Answers
	Misses   int // answers not understood in a row, at this step
	Silences int // silences in a row, at this step
	Cards    []string
	Case     Case
	Timers   []Timer
	Held     []Held
	Proof    Proof  // of the e-mail address that was given last
	Dossier  string // public number of the case: opens nothing
	Trace    string // random number of the statistics, tied to the conversation nowhere else
	Started  time.Time
	Updated  time.Time // never goes back
	Ended    time.Time // when its last case was closed; zero when it never was one
}

// Departed says that the person has no part in this conversation any more: they had it erased, here
// or on their side only. What they write next begins another.
func (s *Session) Departed() bool { return s.Life == Erased || s.Case.LeadOnly }

// A Visit is one question as it was asked.
type Visit struct {
	Step string
	Ask  AskID
	Back string // where its flow returns to: the session's stack then, with spaces between
}

// AskID names one question as it was asked: the session's version and the place in the turn.
type AskID string

// An Audience says who an effect is for.
type Audience string

// The audiences.
const (
	ToNobody  Audience = ""        // kept in the log for replay and counsellors: what came in
	ToCitizen Audience = "citizen" // every leg of the person
	ToOwner   Audience = "owner"   // the counsellor who owns the conversation, in their own place
	ToDesk    Audience = "desk"    // every desk: coded fields only, never identity or words
	ToActor   Audience = "actor"   // whoever caused this turn: the outcome of what they did
	ToMail    Audience = "mail"    // the person's e-mail address: letters only
	ToText    Audience = "text"    // the mobile that a caller wants a recap on: nothing else goes there
)

// A Leg is an address in a conversation: a browser, a Telegram chat, a telephone, the owner's desk.
type Leg struct {
	ID      string // unique within the conversation
	Channel ChannelName
	Peer    Address
	For     Audience // ToCitizen, ToOwner, ToDesk, ToMail or ToText
	Push    bool     // the relay carries entries there; otherwise the leg follows the log itself
	Left    bool     // cut: nothing after entry Last goes there any more
	Last    int64
}

// Gets says whether an entry of the log still goes to this leg.
func (l Leg) Gets(seq int64) bool { return !l.Left || seq <= l.Last }

// An Answer is one thing a person told us, as a class: an option's id, a place, a number.
type Answer struct{ Name, Value string }

// Answers is sorted by name and never changed in place, so that sessions can share it.
type Answers []Answer

// Get returns the value of an answer, or "".
func (a Answers) Get(name string) string {
	value, _ := a.Lookup(name)
	return value
}

// Lookup returns the value of an answer and whether it is known; "" may be known: it was passed over.
func (a Answers) Lookup(name string) (string, bool) {
	for i := range a { // few: sooner found than by halves
		if a[i].Name == name {
			return a[i].Value, true
		}
	}
	return "", false
}

// Has says whether an answer is known.
func (a Answers) Has(name string) bool {
	_, ok := a.Lookup(name)
	return ok
}

// With returns the answers with one more, or with one replaced.
func (a Answers) With(name, value string) Answers {
	i, ok := a.find(name)
	b := make(Answers, 0, len(a)+1)
	b = append(append(b, a[:i]...), Answer{name, value})
	if ok {
		i++
	}
	return append(b, a[i:]...)
}

// WithEach returns the answers with several more, or replaced: values[i] is the answer names[i].
func (a Answers) WithEach(names, values []string) Answers {
	b := make(Answers, len(a), len(a)+len(names))
	copy(b, a)
	for n, name := range names {
		i, known := b.find(name)
		if !known {
			b = slices.Insert(b, i, Answer{Name: name})
		}
		b[i].Value = values[n]
	}
	return b
}

// Without returns the answers with one taken out.
func (a Answers) Without(name string) Answers {
	i, ok := a.find(name)
	if !ok {
		return a
	}
	return slices.Concat(a[:i], a[i+1:])
}

func (a Answers) find(name string) (int, bool) {
	return slices.BinarySearchFunc(a, name, func(x Answer, n string) int { return strings.Compare(x.Name, n) })
}

// A Case is what the desk has to do for a conversation. Its zero value is: nothing.
type Case struct {
	Queue     QueueName
	Structure StructureID  // that leads: exactly one at any time
	Owner     CounsellorID // who has claimed it, or ""
	OwnerName string       // first name, as the citizen sees it
	Urgent    bool         // danger: head of every list
	Danger    string       // id of the danger that was heard, or ""
	Procedure string       // open, closed or "": the Procédure danger
	Since     time.Time    // when it was handed over
	Due       time.Time    // when something is owed: an answer, a pick-up
	Mode      Mode
	Contact   string      // how the dated answer goes out: phone, sms, mail, desk
	Hops      int         // referrals so far
	Reason    string      // id of the routing reason
	Row       string      // "table:row" that chose the structure
	Refused   string      // code of the last refusal, or ""
	Outcome   string      // how it was closed, or ""
	Taken     time.Time   // when the owner claimed it
	LeadOnly  bool        // the person had their side erased while a Procédure danger is open
	Beside    StructureID // a partner who was invited beside the lead: reads and notes
}

// A Proof is what a person must type to show that an e-mail address is theirs. Its zero value is: there
// is nothing to show.
type Proof struct {
	Code  string // six digits; "" once it was typed
	Tries int    // wrong ones
	Until time.Time
}

// Mode is the kind of hand-off.
type Mode string

// The hand-offs.
const (
	Direct   Mode = "direct"   // live, to the Region's generalist desk
	Referral Mode = "referral" // mise en relation: dated, accepted or refused by a structure
	Dated    Mode = "dated"    // an answer by the way the person chose, at a promised date
)

// A Timer is something that happens to a conversation if nothing else does.
type Timer struct {
	Name TimerName
	At   time.Time
	Ask  AskID // for a silence: the question it belongs to
}

// TimerName says what ran out.
type TimerName string

// The timers.
const (
	TimerSilence   TimerName = "silence"   // the citizen did not answer a question
	TimerExpiry    TimerName = "expiry"    // the conversation is too old
	TimerUnclaimed TimerName = "unclaimed" // nobody has taken the case
	TimerOwner     TimerName = "owner"     // the counsellor says nothing
	TimerCitizen   TimerName = "citizen"   // the citizen says nothing to the counsellor
	TimerPromise   TimerName = "promise"   // what was promised is due
	TimerRelease   TimerName = "release"   // a held message may go
	TimerFollow    TimerName = "follow"    // a closed case is to be looked at again
	TimerHelped    TimerName = "helped"    // somebody who agreed is asked whether it helped
)

// Held is a counsellor's message during the seconds in which it can be taken back. It is the one
// place where words are in the session.
type Held struct {
	Message string // id of the input that brought it
	By      CounsellorID
	Text    Words
	At      time.Time // when it goes
}
