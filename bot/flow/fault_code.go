package flow

// A Code says what is wrong where the sentence of a fault speaks of keys and signs: who edits in forms has
// neither, and says it in other words. The comment behind a code names the Args.
type Code string

// The codes of a field.
const (
	EmptyField   Code = "empty-field"   // key, what it takes
	WrongSort    Code = "wrong-sort"    // key, what it takes
	UnknownKey   Code = "unknown-key"   // key
	MissingKey   Code = "missing-key"   // key; the place is the record that lacks it
	MisplacedKey Code = "misplaced-key" // key, kind of the step
	NotAmong     Code = "not-among"     // key, word
	NoRecord     Code = "no-record"
)

// The codes of a step. The place is the step where no key is named.
const (
	NoKind          Code = "no-kind"
	TwoKinds        Code = "two-kinds" // kind, kind
	NoText          Code = "no-text"
	NoThen          Code = "no-then"
	NoElse          Code = "no-else"
	NoWay           Code = "no-way" // closed, unstaffed or timeout
	OnlyDirect      Code = "only-direct"
	DirectThen      Code = "direct-then"
	Nowhere         Code = "nowhere"          // how it is announced, step
	NoVariantText   Code = "no-variant-text"  // variant, key
	VariantKey      Code = "variant-key"      // variant, key that it takes
	NotAnAct        Code = "not-an-act"       // what is written
	TwinOption      Code = "twin-option"      // option, the other
	NotARange       Code = "not-a-range"      // option, what is written
	RangesOverlap   Code = "ranges-overlap"   // option, the other
	NoOptions       Code = "no-options"       // answer
	NeedlessOptions Code = "needless-options" // answer, its type
	NeedlessCheck   Code = "needless-check"   // answer, its type
	OnlySpoken      Code = "only-spoken"      // {options} outside of what is spoken
)

// The codes of a name, a condition or a cell.
const (
	NoTable        Code = "no-table" // name, as in the next
	NoCard         Code = "no-card"
	NoFlow         Code = "no-flow"
	NoReason       Code = "no-reason"
	NoNetwork      Code = "no-network"
	NoStructure    Code = "no-structure"
	NoAnswer       Code = "no-answer" // name
	NoMobile       Code = "no-mobile" // name
	NoQueue        Code = "no-queue"  // name
	NoColumn       Code = "no-column" // table, name
	EmptyCondition Code = "empty-condition"
	NotKnown       Code = "not-known"     // name
	NotAValue      Code = "not-a-value"   // value, answer
	NotTaken       Code = "not-taken"     // value, what is taken
	FreeAnswer     Code = "free-answer"   // answer
	NoNumbers      Code = "no-numbers"    // cell, answer
	MixedNumbers   Code = "mixed-numbers" // cell, answer
	SplitOption    Code = "split-option"  // cell, option, its numbers
	NoOptionIn     Code = "no-option-in"  // cell, answer
	OneQueue       Code = "one-queue"
	NoNumber       Code = "no-number"         // danger or measure, number
	NoNumberInText Code = "no-number-in-text" // danger, number
	NoLead         Code = "no-lead"
	TwoLeads       Code = "two-leads" // structure, structure
)

// The codes of what is written in a file otherwise than it reads, or twice.
const (
	Misread      Code = "misread"       // text, what it is read as
	UnquotedName Code = "unquoted-name" // name, what it is read as
	Unquoted     Code = "unquoted"      // what stands in braces, or before and behind a colon
	ColonInText  Code = "colon-in-text"
	CutText      Code = "cut-text"  // what is left of it
	KeyTwice     Code = "key-twice" // key, line of the first
	BadSign      Code = "bad-sign"  // what begins a text without quotation marks
	Unparsed     Code = "unparsed"
	Shapeless    Code = "shapeless" // a file that is a text or a list
)

// The codes of records.
const (
	ExpiresFirst     Code = "expires-first"     // card, day
	EndsFirst        Code = "ends-first"        // offer, structure
	NotServed        Code = "not-served"        // territory
	OwnFallback      Code = "own-fallback"      // structure
	NoSuchDanger     Code = "no-such-danger"    // danger, the other
	Numberless       Code = "numberless"        // danger
	Wordless         Code = "wordless"          // danger
	BadPattern       Code = "bad-pattern"       // language, danger or family
	EmptyTerritory   Code = "empty-territory"   // territory
	NoTerritory      Code = "no-territory"      // region
	NoDepartement    Code = "no-departement"    // what is written
	TakenDepartement Code = "taken-departement" // département, territory
	NoCommune        Code = "no-commune"        // what is written
	TakenCommune     Code = "taken-commune"     // commune, département, territory
	NoBusy           Code = "no-busy"
)

// The codes of flows, answers, commands and texts.
const (
	TwinFlow      Code = "twin-flow"      // flow, file of the other
	TwinAnswer    Code = "twin-answer"    // answer, file and line of the other
	TakenRole     Code = "taken-role"     // role, answer that has it
	StrayCommands Code = "stray-commands" // first flow
	StrayThen     Code = "stray-then"     // command
	TwinKey       Code = "twin-key"       // command, command, key
	StrayReturn   Code = "stray-return"
	NoQuestion    Code = "no-question"    // steps of a ring
	CallsItself   Code = "calls-itself"   // flow, by way of
	NoPlaceholder Code = "no-placeholder" // name
	BadBrace      Code = "bad-brace"
	VariantName   Code = "variant-name" // variant
)
