package proof

import "frontdesk/bot/flow"

// The codes of findings, for who says them in the words of forms. The comment behind a code names the Args.
const (
	Circling       flow.Code = "circling" // steps
	Stopped        flow.Code = "stopped"  // what the engine says
	TooManyPaths   flow.Code = "too-many-paths"
	EmptyMenu      flow.Code = "empty-menu"
	Unreached      flow.Code = "unreached"
	NeverOffered   flow.Code = "never-offered" // option
	NeverAsked     flow.Code = "never-asked"
	TableHole      flow.Code = "table-hole"      // table, case; as in the next, Rule says more
	RowByWords     flow.Code = "row-by-words"    // table, row
	RowHidden      flow.Code = "row-hidden"      // table, row, the one before it
	RowUnreached   flow.Code = "row-unreached"   // table, row
	ColumnNotAsked flow.Code = "column-unasked"  // table, answer, step
	Endless        flow.Code = "endless"         // a conversation
	Again          flow.Code = "again"           // what comes again, steps
	AskedTwice     flow.Code = "asked-twice"     // the other step, or nothing
	ManyQuestions  flow.Code = "many-questions"  // the rule, number of the question
	NoInformation  flow.Code = "no-information"  // at an end
	NoNextStep     flow.Code = "no-next-step"    // at an end
	NoContact      flow.Code = "no-contact"      // at an end
	NotHandedOver  flow.Code = "not-handed-over" // at an end that says so
	NumbersFirst   flow.Code = "numbers-first"
	FarFromPeople  flow.Code = "far-from-people"  // how many other questions, or nothing
	CommandUnsaid  flow.Code = "command-unsaid"   // command, language
	CommandTaken   flow.Code = "command-taken"    // command, word, what it is heard as
	CommandDeaf    flow.Code = "command-deaf"     // command, priority
	NoKeyToPeople  flow.Code = "no-key-to-people" // on the telephone
	DangerUnheard  flow.Code = "danger-unheard"   // danger, language
	NoDanger       flow.Code = "no-danger"
	NotReread      flow.Code = "not-reread"       // danger, language
	ReadBefore     flow.Code = "read-before"      // danger, language, day
	Untranslated   flow.Code = "untranslated"     // language, id of the text
	LongSpokenMenu flow.Code = "long-spoken-menu" // number of options
	LongMenu       flow.Code = "long-menu"        // number of options
	NoKeys         flow.Code = "no-keys"          // for such an answer
	ManySegments   flow.Code = "many-segments"    // how many, the most
	LongSpeech     flow.Code = "long-speech"      // seconds, the most
	LongSentence   flow.Code = "long-sentence"    // words, the most
	Acronym        flow.Code = "acronym"          // the word
	Familiar       flow.Code = "familiar"         // the word
	NeverTexted    flow.Code = "never-texted"     // why
	Expired        flow.Code = "expired"          // card, day
	Expires        flow.Code = "expires"          // card, day
	OfferEnds      flow.Code = "offer-ends"       // structure, offer, day
)
