package bot

import (
	"context"
	"time"
)

// A Deed is something done with a person's case that must be answered for later. Deeds are codes: no
// word, address or answer is in them.
type Deed string

// The deeds that are kept. Danger is followed by its id: "danger:suicide".
const (
	DeedErased      Deed = "erased"           // all that was kept is gone
	DeedLeftToLead  Deed = "left_to_lead"     // the person left while a Procédure danger is open: the lead's alone
	DeedExported    Deed = "exported"         // all that is kept was handed out
	DeedClaimed     Deed = "claimed"          // from here on somebody reads the conversation
	DeedTransferred Deed = "transferred"      // handed to another structure
	DeedInvited     Deed = "invited"          // another structure was let in beside the lead
	DeedHeard       Deed = "message_heard"    // the message that a caller recorded was listened to
	DeedRedacted    Deed = "redacted"         // words were taken out of the log
	DeedOpened      Deed = "procedure_opened" // Procédure danger
	DeedCalled      Deed = "procedure_called"
	DeedClosed      Deed = "procedure_closed"
	DeedDanger      Deed = "danger:" // heard; kept without its conversation
)

// Who did something, when it was no counsellor.
const (
	ByPerson   = "person"
	ByOperator = "operator" // at the command line
	ByService  = "service"  // a clock, a courier
)

// An AuditLine is one deed: who did what and when, to which conversation.
type AuditLine struct {
	At           time.Time
	Deed         Deed
	Who          string // counsellor's id, ByPerson, ByOperator or ByService
	Conversation string // keyed hash: equal for one conversation, and nothing else; "" for a danger, or nobody's
}

// Audits keeps deeds for a year. Those of turns are kept by the turns' own commits.
type Audits interface {
	// Audit keeps a deed that is no turn, such as an export; id is "" where it is about nobody's case.
	Audit(ctx context.Context, deed Deed, who string, id ConversationID) error
	// Audited reads all lines, oldest first, until each returns an error.
	Audited(ctx context.Context, each func(AuditLine) error) error
}
