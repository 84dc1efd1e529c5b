// Package flow reads and edits the bundle that supervisors write and refuses, naming the place and the
// fix, what could not be played. It plays nothing itself.
package flow

import (
	"time"

	"frontdesk/bot/hours"
)

// A Bundle is everything supervisors decide: flows, tables, cards, structures, hours, safety. It is
// immutable once loaded and safe to share.
type Bundle struct {
	Hash          string // of the canonical content: the release
	Format        int
	Region        string
	Service       string // public name
	Demonstration bool
	Banner        string // shown on every page of a demonstration
	Source        string // language the bundle is written in
	Languages     []string
	Received      map[string]Review // languages with the way to a person only; zero where nobody has reread them
	Start         string            // flow that a conversation begins with
	Zone          *time.Location
	Line          Phone // the service's own number
	Territories   []Territory
	communes      map[string]string    // code → territory
	departements  map[string]string    // code → territory
	Campaigns     map[string][]Setting // by the word on a poster or in a link: the answers that it stands for
	Flows         map[string]*Flow
	Steps         map[string]*Step // by "flow.step"
	Answers       map[string]*Answer
	AnswerOrder   []string // as first written, for briefs
	Interrupts    []*Interrupt
	Reprompt      Reprompt
	Tables        map[string]*Table
	Reasons       map[string]Pos // ids; the texts are in Texts
	Cards         map[string]*Card
	Networks      map[string]*Network
	Structures    map[string]*Structure
	Calendar      *hours.Calendar
	Safety        Safety
	Lexicon       Lexicon
	Delays        Delays
	Busy          int               // more people than this wait for a person: "busy" is oui; 0 for never
	Moved         map[string]string // "flow.old" → "flow.new"
	// Texts are all texts in the source language by id, channel and answer variants included:
	// "accueil.age", "accueil.age@voice", "accueil.age@enfant", "accueil.age@enfant@voice",
	// "accueil.age@retry"; "accueil.besoin.emploi" for an option and "accueil.besoin.emploi.also"
	// for its synonyms, joined by " | "; "card.cep.title", "card.cep"; "reason.jeune";
	// "accueil.age@why" for what a question is for; "card.voies_boulanger.vae" for one of four ways;
	// "interrupt.humain.words", "interrupt.humain"; "safety.suicide".
	Texts    map[string]Text
	Sources  map[string][]byte // the canonical files by name, as they are stored in a release
	Warnings []Fault           // what is allowed and should be looked at
}

// Pos is a place in a supervisor's file.
type Pos struct {
	File         string
	Line, Column int
}

// Text is one text and where it stands.
type Text struct {
	Text string
	Pos  Pos
}

// Territory is what a case is routed by: a set of communes and départements. A commune that is listed
// belongs to the territory that lists it, any other to the one that has its département.
type Territory struct {
	Code         string // "35", or the id of a set
	Name         string
	In           string   // with the word that goes before it in a sentence, as in « en France »
	Departements []string // codes
	Communes     []string // codes
	Coordinator  string   // a structure's id, or ""
	Within       string   // the territory that has the départements of all its communes, or ""
	Crip         Phone    // the département's cell for worrying information, or zero
}

// Phone is a number as it is shown and as it is dialled.
type Phone struct {
	Text string // "02 61 91 00 00"
	Tel  string // "+33261910000"
}

// Flow is one dialog.
type Flow struct {
	ID, Title, Start string
	Order            []string // step ids ("flow.step") as written
	Pos              Pos
}

// Kind says what a step does.
type Kind string

// The kinds of step.
const (
	Say     Kind = "say"
	Ask     Kind = "ask"
	If      Kind = "if"
	Route   Kind = "route"
	Call    Kind = "call"
	Handoff Kind = "handoff"
	End     Kind = "end"
)

// Return as a destination ends a called flow and goes on after the call.
const Return = "return"

// A Step is one thing the flow does. Destinations are full ids ("accueil.besoin") or Return.
type Step struct {
	ID       string // "flow.step"
	Flow     string
	Kind     Kind
	Pos      Pos
	Then     string
	Variants []Variant
	// say
	Card string // id of a card, or "{answer}" that holds one
	Link string
	Send string // answer with the mobile that the text goes to, as a text message; nothing is said here
	// ask
	Answer   string // name of the answer that it fills
	Budget   string // triage, contact or "" (neither: the last courtesies)
	Options  []*Option
	Optional bool     // may be passed over in words ("je ne sais pas", "passer")
	AskAgain bool     // asked even when the answer is known
	Check    *Check   // of a number or text
	NoMatch  []string // overrides Reprompt.NoMatch: rephrase, list, human, or a destination
	// if
	Cases []Case
	Else  string
	// route
	Table string
	// call
	Call string // flow id; the engine goes to its start and later to Then
	// handoff
	Handoff *HandoffTo
	// end
	Outcome string
}

// Variant is another wording when answers match; the first that matches wins. Its text is
// Texts[step.ID+"@"+ID] and its channel variants.
type Variant struct {
	ID   string
	When Condition
	Pos  Pos
}

// Option is one answer that a question offers.
type Option struct {
	ID   string
	Only Condition // shown only then
	Then string    // overrides the step's
	From int       // range of numbers that mean this option ("16-17"); both 0 for none
	To   int       // inclusive; 0 with From > 0 means without end
	Sets []Setting // other answers that this option fills as well
	Pos  Pos
}

// Setting gives an answer a value.
type Setting struct{ Answer, Value string }

// Check bounds a number or the length of a text; the message is Texts[step.ID+"@error"].
type Check struct{ Min, Max int }

// Case is one branch of an if.
type Case struct {
	When Condition
	Then string
	Pos  Pos
}

// Condition is a conjunction of cells, sorted by answer. The empty condition is true.
type Condition []Cell

// Cell compares one answer. Beside the names of answers these stand: "lieu.departement" (of a
// postcode answer), "language", "channel" (chat, sms, voice), "open" (a queue's hours name, or
// "{answer}"), "staffed" (oui or non), "busy" (oui when many wait, see Bundle.Busy), "territory" (oui when the region serves the place), "pushed" (oui
// when the person can be written to after they have left), "textable" (oui when a caller may be sent a recap
// by text message), "convention" (oui when the network that a table
// named has a structure there, or anywhere before the place is known, with the offer under a convention).
type Cell struct {
	Answer string
	Any    bool     // *
	Not    bool     // !a|b
	Empty  bool     // -: not answered
	Values []string // a|b; ranges such as <18 are expanded to options when loaded
	Raw    string
	Key    string // what Match asks for: Answer, or "open:accueil", "open:{answer}" for hours
}

// Answer is one thing the bot remembers.
type Answer struct {
	Name      string
	Type      AnswerType
	Keep      string // session, case or never
	Sensitive bool   // masked in logs and previews, and left out of the brief unless listed
	Label     string // short name on the brief
	As        Role   // what it means beyond the flow, or ""
	Step      string // the ask that fills it, "" for a table's
	Pos       Pos
}

// Role is what an answer means to desks, texts and statistics; each belongs to one answer at most.
type Role string

// The roles of answers.
const (
	AsNeed       Role = "need"       // on the card: what for
	AsPublic     Role = "public"     // on the card: who
	AsAdaptation Role = "adaptation" // how to talk with the person
	AsContact    Role = "contact"    // how a dated answer goes out: phone, sms, mail, desk
	AsConsent    Role = "consent"    // to what is passed on
	AsUseful     Role = "useful"     // whether it helped
	AsNetwork    Role = "network"    // filled by a table: a network's id
	AsReason     Role = "reason"     // filled by a table: a reason's id
	AsCard       Role = "card"       // filled by a table: a card's id
	AsOffer      Role = "offer"      // filled by a table: what the network's structure must have a convention for
	AsStructure  Role = "structure"  // filled by the engine: the structure that the person is asked to agree to
	AsFollow     Role = "follow"     // whether the person may be asked, some time after, if it helped
	AsJob        Role = "job"        // a job, in both genders where ROME knows it
	AsTheme      Role = "theme"      // what a place's advice is to be about
	AsMessage    Role = "message"    // what is said for a counsellor: by telephone it is recorded
)

// As is the name of the answer that has a role, or "".
func (b *Bundle) As(r Role) string {
	for name, a := range b.Answers {
		if a.As == r {
			return name
		}
	}
	return ""
}

// Successor is the step that stands in for one that is gone (moved:), or "". Renames of renames are followed.
func (b *Bundle) Successor(step string) string {
	for range len(b.Moved) {
		to, is := b.Moved[step]
		if !is {
			return ""
		}
		if b.Steps[to] != nil {
			return to
		}
		step = to
	}
	return ""
}

// AnswerType is what an answer may be.
type AnswerType string

// The types of answer.
const (
	Choice   AnswerType = "choice"
	YesNo    AnswerType = "yesno" // oui, non
	Postcode AnswerType = "postcode"
	PhoneNo  AnswerType = "phone"
	Mobile   AnswerType = "mobile" // a number that gets text messages
	Email    AnswerType = "email"
	Numeric  AnswerType = "number"
	Free     AnswerType = "text"
)

// Interrupt is heard at every step, highest priority first.
type Interrupt struct {
	ID       string
	Priority int
	Key      string // telephone key
	Do       string // human, stop, erase, data, back, repeat, restart, help, language, why, opinion
	Pos      Pos
	Then     string // for human: the step that hands over
}

// Reprompt says what happens when an answer is not understood or does not come.
type Reprompt struct {
	NoMatch []string                   // first, second, third time: rephrase, list, human
	NoInput map[string][]time.Duration // by channel kind; after the last the conversation expires
	Expire  time.Duration              // a conversation without a case is closed after this silence
}

// Table is a decision table: the first row that is true decides.
type Table struct {
	ID      string
	Title   string // in French, for who works on it; its ID where it has none
	Columns []string
	Sets    []string
	Rows    []Row
	Pos     Pos
	Heads   []Pos // where each of Columns is named
}

// Row is one rule.
type Row struct {
	When   Condition // one cell for each of Columns, in their order, * included
	Values []string  // one for each of Sets
	Pos    Pos
}

// HandoffTo is what a handoff step asks for.
type HandoffTo struct {
	To        string // "lead", "network:{answer}" or a structure's id
	Mode      string // direct, referral, dated
	Urgent    Condition
	UrgentSet bool              // whether Urgent was given: an absent condition is false here
	Brief     []string          // answers that go with it; empty: all but sensitive ones
	Wait      time.Duration     // direct: how long before on.timeout
	On        map[string]string // direct: closed, unstaffed, timeout, over (a counsellor left a call before the caller) → step
}

// Card is a piece of first information with its source.
type Card struct {
	ID      string
	Source  string
	URL     string
	Checked time.Time
	Expires time.Time
	Owner   string
	Demo    bool // an example, and says so
	Nothing bool // it says that there is no information: the question is counted as unanswered
	Routes  bool // it shows the four ways to a job: Texts[card.ID.school], .apprenticeship, .training, .vae
	Pos     Pos
}

// Network is a family of structures, under its present name and its older ones.
type Network struct {
	ID   string
	Name string
	Was  []string
	Pos  Pos
}

// Structure is somebody a person can be handed to.
type Structure struct {
	ID          string
	Name        string
	Network     string
	Lead        bool     // the Region's generalist desk
	Territories []string // codes; "*" for all
	Offers      []Offer
	Hours       string   // calendar queue
	Delay       int      // working days in which it answers a mise en relation
	Quota       int      // cases it has open at once before its fallback is asked; 0 for no limit
	Fallback    []string // structures that take its place then, in this order
	Contacts    []string // phone, sms, mail, desk, place: how it answers
	Address     string
	Phone       Phone
	Mail        string
	Demo        bool
	Pos         Pos
}

// Offer is one service under a convention with dates.
type Offer struct {
	ID       string
	From, To time.Time // To exclusive; zero means open
}

// Delays are the waits of a hand-off, in opening hours where they are promised to somebody.
type Delays struct {
	Pickup  time.Duration // direct: promised to the person
	Call    time.Duration // by telephone: before a call-back is offered again
	Owner   time.Duration // silence of a counsellor before a nudge, then the same again before release
	Citizen time.Duration // silence of a citizen before a nudge, then the same again before a soft close
	Dated   int           // working days for a dated answer
	Reopen  time.Duration // how long a closed conversation can be resumed on the same channel
	Hold    time.Duration // seconds in which a counsellor's message can be taken back
	Follow  time.Duration // after which a person who agreed is asked whether it helped
}
