package bot

import "time"

// An Input is one thing that happened to one conversation. Replaying the inputs of a conversation,
// in order, reproduces it exactly.
type Input struct {
	ID           string // the sender's own, so that a repetition is recognised
	Conversation ConversationID
	Leg          Leg       // where it came from; zero for timers
	At           time.Time // the store's time when it was accepted; never goes back in a conversation
	Facts        Facts     // what the world was like just before the turn
	Event        Event
}

// Facts is what a turn must know of the world and a session cannot remember. Opening hours are not
// among them: they follow from the bundle and Input.At.
type Facts struct {
	OnDuty    int           // counsellors of the lead desk who are available now
	Waiting   int           `json:",omitempty"` // people that a counsellor is expected by now, on every desk
	Rank      int           // cases before this one in its queue; 0 for the first
	Wait      time.Duration // expected wait, 0 when unknown
	Actor     Actor         // who acts, when a counsellor does
	Bulletins []Bulletin    `json:",omitempty"` // that run now
	Desks     []ChannelName `json:",omitempty"` // where cards are carried to, such as Slack; every case gets a leg there
	Full      []StructureID `json:",omitempty"` // structures that have as many open cases as they agreed to
	Keep      time.Duration `json:",omitempty"` // how long a recorded message is kept, where one can be left; 0: MessageLife
	Texts     bool          `json:",omitempty"` // text messages go out, to who calls
	Code      string        `json:",omitempty"` // six random digits, with which an e-mail address can be confirmed; "": no mail goes out
}

// Actor is a counsellor at the moment of an action.
type Actor struct {
	ID         CounsellorID
	Name       string // first name, as the citizen sees it
	Structures []StructureID
	Lead       bool // may see and do what a structure's lead may
	Load       int  // conversations owned now
	Capacity   int  // conversations at once; 0 means no limit
}

// Event is what happened: a fact. The set is closed; a switch on it names every case.
type Event interface{ event() }

// What citizens do.
type (
	// Arrived opens a conversation or comes back to it: the page was opened, the call answered.
	Arrived struct {
		Language string // a hint, "" when unknown
		Entry    string // campaign word or place, coded
		Shared   bool   // on a shared computer
		Resumed  bool   `json:",omitempty"` // by the resume code, from another place
	}
	// Said is what a person wrote or spoke.
	Said struct {
		Text   Words
		Masked bool   `json:",omitempty"` // a number that nobody here may have was taken out
		Amends string `json:",omitempty"` // id of the input whose words these replace: it was edited
	}
	// GaveContact is a telephone number that the person's application gave by a button.
	GaveContact struct {
		Phone Words
		Own   bool // the platform says that it is the sender's own
	}
	// Enclosed is a file, a picture or a voice message that the channel does not take in.
	Enclosed struct{ Kind string } // file, photo, voice, video, sticker, place
	// Chose is a button of a question.
	Chose struct {
		Ask    AskID
		Option string
	}
	// Pressed is a telephone's keys. Ask is the question that the caller had been asked by then, "" when unknown.
	Pressed struct {
		Ask  AskID `json:",omitempty"`
		Keys string
	}
	// Recorded is a message that a voice leg recorded as the answer to a question, and put into Blobs.
	Recorded struct {
		Ask AskID
		Attachment
	}
	// NoInput is a silence that a voice leg measured itself.
	NoInput struct{ Ask AskID }
	// HungUp means that the person left this leg. Moved: this leg goes on in another conversation.
	HungUp struct {
		Moved bool `json:",omitempty"`
	}
)

// What counsellors do. Who does it is Input.Facts.Actor, checked by the engine.
type (
	// Claimed is « Prendre ».
	Claimed struct{ By CounsellorID }
	// Replied is a message to the citizen, held for ten seconds.
	Replied struct {
		By     CounsellorID
		Text   Words
		Amends string `json:",omitempty"` // id of the message whose words these replace: it was edited
	}
	// TookBack withdraws a message that is still held. One that has gone is withdrawn where the
	// citizen's side lets it be; that needs to know when it was written.
	TookBack struct {
		By      CounsellorID
		Message string
		Written time.Time `json:",omitzero"` // zero: only what is still held
	}
	// Noted is an internal note; it never leaves the desk.
	Noted struct {
		By   CounsellorID
		Text Words
	}
	// Released gives the conversation back to its queue.
	Released struct{ By CounsellorID }
	// Transferred hands the conversation to another structure.
	Transferred struct {
		By      CounsellorID
		To      StructureID
		Reason  Words
		Consent bool // the person agreed
	}
	// Invited asks a partner structure beside the lead: it reads and notes, and does not speak.
	Invited struct {
		By      CounsellorID
		To      StructureID // "" ends an invitation
		Consent bool        // the person agreed
	}
	// Misrouted says that the case should have gone elsewhere: the row that sent it is wrong.
	Misrouted struct{ By CounsellorID }
	// Redacted takes the words of one input, and of what carried them on, out of the log.
	Redacted struct {
		By      CounsellorID
		Message string  // id of the input
		Seqs    []int64 // entries of the log that have its words
	}
	// Accepted takes a mise en relation.
	Accepted struct{ By CounsellorID }
	// Refused declines a mise en relation; the case goes back to the lead.
	Refused struct {
		By     CounsellorID
		Reason string // code: out_of_scope, territory, capacity, already_followed, other
		Note   Words
	}
	// Promise announces a dated answer.
	Promise struct {
		By      CounsellorID
		At      time.Time
		Contact string // phone, sms, mail, desk
	}
	// Finished closes the conversation with an outcome.
	Finished struct {
		By      CounsellorID
		Outcome string // answered, appointment, referred, unreachable, out_of_scope, safety
		To      StructureID
		Follow  time.Time `json:",omitzero"` // when the case comes back to the desk, to see what became of it
	}
	// Procedure opens, advances or closes the Procédure danger.
	Procedure struct {
		By   CounsellorID
		Do   string // open, called, close
		Note Words
	}
)

// Unwanted is why a message does not go to somebody who wrote STOP; the leg stays, as they may write again.
const Unwanted = "unwanted"

// Damaged is the kind of an unplayed input that cannot be read any more.
const Damaged = "damaged"

// What nobody does.
type (
	// Rang says that a timer ran out; the session's timers say which.
	Rang struct{}
	// Undelivered says that an effect could not reach a leg, or, as Unwanted, that this one may not.
	Undelivered struct {
		Leg     string
		Reason  string
		Message string `json:",omitempty"` // of a counsellor: which
	}
	// Delivered is the receipt for a counsellor's message: a platform has taken it.
	Delivered struct{ Leg, Message string }
	// DeskAway says that a desk's tool has not worked for long, so that nobody there sees the case.
	DeskAway struct{ Desk ChannelName }
	// Circulated is one answer of the service's to everybody of a group who waits for a person, by language.
	Circulated struct{ Text map[string]string }
	// Unplayed stands in for an input that ended every process that played it, or that cannot be read:
	// it went to the dead letters, and a human reads what there is to read.
	Unplayed struct {
		Kind string // of the input: "said"; or Damaged
		By   CounsellorID
		Text Words
	}
	// EraseAsked deletes the conversation on behalf of the person (the command EFFACER is Said).
	EraseAsked struct{}
)

func (Arrived) event()     {}
func (Said) event()        {}
func (Chose) event()       {}
func (Pressed) event()     {}
func (Recorded) event()    {}
func (NoInput) event()     {}
func (HungUp) event()      {}
func (GaveContact) event() {}
func (Enclosed) event()    {}
func (Invited) event()     {}
func (Misrouted) event()   {}
func (Redacted) event()    {}
func (Delivered) event()   {}
func (DeskAway) event()    {}
func (Circulated) event()  {}
func (Claimed) event()     {}
func (Replied) event()     {}
func (TookBack) event()    {}
func (Noted) event()       {}
func (Released) event()    {}
func (Transferred) event() {}
func (Accepted) event()    {}
func (Refused) event()     {}
func (Promise) event()     {}
func (Finished) event()    {}
func (Procedure) event()   {}
func (Rang) event()        {}
func (Undelivered) event() {}
func (Unplayed) event()    {}
func (EraseAsked) event()  {}

// By is the counsellor who did what happened, or "".
func By(e Event) CounsellorID {
	switch e := e.(type) {
	case Claimed:
		return e.By
	case Replied:
		return e.By
	case TookBack:
		return e.By
	case Noted:
		return e.By
	case Released:
		return e.By
	case Transferred:
		return e.By
	case Invited:
		return e.By
	case Misrouted:
		return e.By
	case Redacted:
		return e.By
	case Accepted:
		return e.By
	case Refused:
		return e.By
	case Promise:
		return e.By
	case Finished:
		return e.By
	case Procedure:
		return e.By
	case Unplayed:
		return e.By
	case Arrived, Said, GaveContact, Enclosed, Chose, Pressed, Recorded, NoInput, HungUp, Rang, Undelivered, Delivered, DeskAway, Circulated, EraseAsked:
	}
	return ""
}
