package bot

import "time"

// Effect is something a turn asks the world to do: an imperative. The set is closed; a switch on
// it names every case.
type Effect interface{ effect() }

// To the citizen.
type (
	// Say makes the bot speak.
	Say struct {
		Text    string
		Options []Choice // shown as buttons, a numbered list or a spoken menu
		Ask     AskID    // of the question the options answer
		Safety  bool     // emergency numbers: never dropped, never delayed
		Links   []Link
		Contact bool `json:",omitempty"` // the person may answer with a button that gives their number
		Mobile  bool `json:",omitempty"` // … which must be one that gets text messages
		// Language is the one that is spoken, BCP 47: for a voice alone, which must know.
		Language string `json:",omitempty"`
		// Short has a voice leave the options unsaid: they were said before, and still answer.
		Short bool `json:",omitempty"`
		// Record has a voice say Text to its end, whatever is pressed, and then record what the person
		// says, for as long as Longest, to be kept for Keep: both were announced in Text. The answer is
		// Recorded, or NoInput where nothing was said.
		Record  bool          `json:",omitempty"`
		Longest time.Duration `json:",omitempty"`
		Keep    time.Duration `json:",omitempty"`
	}
	// Listen names the question that is open and how long to wait for an answer.
	Listen struct {
		Ask      AskID
		Patience time.Duration // 0: for ever
	}
	// Speak passes a counsellor's message on.
	Speak struct {
		Message string // id of the input that brought it
		Name    string // first name
		From    string // structure's name
		Text    Words
		Amends  bool `json:",omitempty"` // in place of what Message said before
	}
	// Withdraw takes a counsellor's message away again, where it can be.
	Withdraw struct{ Message string }
	// Write is a letter to the person's e-mail address.
	Write struct {
		Kind    string // code, answer, recap, appointment
		Text    string // plain, in the person's language; {code} and {until} stand for a resume code
		Dossier string
		At      time.Time // of an appointment
	}
	// Hangup ends a leg.
	Hangup struct{ Reason string }
)

// To counsellors.
type (
	// Post shows or updates the card of a case on every desk.
	Post struct{ Card Card }
	// Present gives the brief to the owner.
	Present struct{ Brief Brief }
	// Pass gives the citizen's words to the owner.
	Pass struct {
		Text   Words
		Amends string `json:",omitempty"` // id of the input whose words these replace
	}
	// Tell answers whoever acted, and tells the owner what happened in the conversation.
	Tell struct {
		To      CounsellorID
		Code    string // won, lost, refused_rights, sent, taken_back, too_late, …
		Who     string // first name, for lost
		At      time.Time
		Message string `json:",omitempty"` // id of the input that this is about, where it is one
	}
)

// To the systems around.
type (
	// Forget has a leg delete what was shown there, where it can.
	Forget struct{ Leg string }
)

func (Say) effect()      {}
func (Listen) effect()   {}
func (Speak) effect()    {}
func (Withdraw) effect() {}
func (Write) effect()    {}
func (Hangup) effect()   {}
func (Post) effect()     {}
func (Present) effect()  {}
func (Pass) effect()     {}
func (Tell) effect()     {}
func (Forget) effect()   {}

// A Choice is one option as it is shown.
type Choice struct {
	ID    string
	Label string
}

// A Link is an address or number a text mentions: what is shown equals what is dialled.
type Link struct {
	Text string
	URL  string
}

// A Card is a case as every desk may see it: codes, never a name, never words.
type Card struct {
	Conversation ConversationID
	Dossier      string
	Life         Life
	Mode         Mode
	Queue        QueueName
	Structure    StructureID
	Beside       StructureID `json:",omitempty"` // a partner who was invited
	Territory    string
	Need         string // coded
	Public       string // coded
	Language     string
	Adaptation   string // coded
	Channel      ChannelName
	Urgent       bool
	Owner        CounsellorID
	OwnerName    string
	Since        time.Time
	Due          time.Time
	Hops         int
	Outcome      string
	Procedure    string
	LeadOnly     bool
}

// Waits says whether somebody expects a counsellor now, and none has taken them yet.
func (c *Card) Waits() bool { return c.Life == Waiting && c.Owner == "" }

// A Brief is what a counsellor receives so that nobody asks again what was already said. It is
// rendered the same everywhere; its JSON form is the hand-off format for partners.
type Brief struct {
	Dossier    string      `json:"dossier"`
	Channel    ChannelName `json:"channel"`
	Language   string      `json:"language"`
	Answers    []BriefLine `json:"answers"` // in the flow's order
	Territory  string      `json:"territory,omitempty"`
	Structure  string      `json:"structure,omitempty"` // proposed, by name
	Reason     string      `json:"reason,omitempty"`    // why that structure, as told to the person
	Row        string      `json:"row,omitempty"`       // routing row that chose it
	Cards      []string    `json:"cards,omitempty"`     // information already given
	Promised   time.Time   `json:"promised,omitzero"`   // delay announced
	Contact    string      `json:"contact,omitempty"`   // how to answer
	Consent    string      `json:"consent,omitempty"`   // what the person agreed to
	Danger     string      `json:"danger,omitempty"`
	Refused    string      `json:"refused,omitempty"` // why a structure sent it back, coded
	Release    string      `json:"release"`
	Handed     time.Time   `json:"handed"`
	Advice     []string    `json:"advice,omitempty"` // « répondre par écrit, phrases courtes »
	Identified bool        `json:"identified"`       // whether contact data is among the answers
	Message    *Recording  `json:"message,omitempty"`
}

// A Recording is the message that a caller left, without its sound.
type Recording struct {
	Seconds int       `json:"seconds"`
	Until   time.Time `json:"until"` // when it is purged
}

// A BriefLine is one answer in words a counsellor reads.
type BriefLine struct {
	Name  string `json:"name"`         // id of the answer
	As    string `json:"as,omitempty"` // its role: need, public, adaptation, …
	Label string `json:"label"`        // short French name
	Value string `json:"value"`        // label of the option, or the value itself
}

// An Addressed effect knows who it is for.
type Addressed struct {
	To     Audience
	Effect Effect
	Until  time.Time // after which it is not worth sending any more: a reminder; zero: always
}

// A Turn is one input and all that follows from it. It is committed whole or not at all.
type Turn struct {
	Input   Input
	After   Session
	Effects []Addressed
	Trace   Trace
	Audit   []Deed  // what the audit keeps of this turn; most turns have nothing
	Fault   error   // why the fallback had to answer, or nil; for the log, never stored
	Dead    string  // why the input also goes to the dead letters, or ""
	Redact  []int64 // entries of the log that are taken out of it
}

// A Trace is one turn without its words: what statistics, explanations and audits read.
type Trace struct {
	Number    string // random, of the conversation; "" once it is erased, or thirty days old
	At        time.Time
	Release   string
	Channel   ChannelName
	Language  string
	Territory string // département, never the commune
	Need      string `json:",omitempty"` // coded, as on the card of a case
	Public    string `json:",omitempty"` // coded
	Life      Life
	Step      string
	Class     string // of the answer: option:besoin, no_match, command:humain, …
	Option    string
	Row       string
	Again     bool `json:",omitempty"` // Row decided before, and is only explained or reported here
	Cards     []string
	Mode      Mode
	Promised  time.Time
	Kept      string // yes, no or "": a promise that came due
	Outcome   string
	Useful    string
	Hops      int
	Lacking   string      `json:",omitempty"` // why there was no information: nothing, expired:<card>, not_understood
	Full      StructureID `json:",omitempty"` // whose quota was reached, so that another took its place
	Data      string      `json:",omitempty"` // hash of the reference data that was told from, where any was
}

// An Entry is one line of a conversation's log: what came in (Event) or what went out (Effect).
type Entry struct {
	Seq   int64 // from 1
	Cause string
	At    time.Time
	To    Audience
	// Exactly one of these is set.
	Input  *Input
	Effect Effect
	Until  time.Time `json:",omitzero"` // see Addressed
}

// Stale says whether the entry is not worth sending any more. A safety answer always is.
func (e *Entry) Stale(now time.Time) bool {
	if say, is := e.Effect.(Say); is && say.Safety {
		return false
	}
	return !e.Until.IsZero() && now.After(e.Until)
}

// Entries are the turn's lines of the log: the input, then each effect. They end at After.Entries.
func (t *Turn) Entries() []Entry {
	seq := t.After.Entries - int64(len(t.Effects))
	in := t.Input
	entries := make([]Entry, 0, 1+len(t.Effects))
	entries = append(entries, Entry{Seq: seq, Cause: in.ID, At: in.At, Input: &in})
	for i, e := range t.Effects {
		entries = append(entries, Entry{Seq: seq + 1 + int64(i), Cause: in.ID, At: in.At, To: e.To, Effect: e.Effect, Until: e.Until})
	}
	return entries
}

// Buried is a dead letter, and why it is one: an entry of the log that could not go to a leg, or an
// input that could not be played.
type Buried struct {
	At    time.Time
	Leg   string
	Seq   int64
	Why   string
	Input *Input `json:",omitempty"` // where it was one that can be read
}

// Card is the card that this turn posts, if it posts one: the state of the case after it.
func (t *Turn) Card() (Card, bool) {
	for i := len(t.Effects) - 1; i >= 0; i-- {
		if post, is := t.Effects[i].Effect.(Post); is {
			return post.Card, true
		}
	}
	return Card{}, false
}
