package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// What the ports answer when they cannot. Whether to try again is a value, not a string.
var (
	ErrMoved         = errors.New("conversation moved on since it was loaded") // commit: another turn was first
	ErrGone          = errors.New("input is no longer the next one")           // commit: it was applied already
	ErrUnavailable   = errors.New("store is not available")                    // answer 503, the sender tries again
	ErrReused        = errors.New("this id was used for something else")       // accept: nothing was kept
	ErrTooMany       = errors.New("too many messages are waiting")             // inbox full
	ErrNotFound      = errors.New("not found")
	ErrTaken         = errors.New("already taken") // compare-and-set lost
	ErrUndeliverable = errors.New("undeliverable") // trying again is pointless
	ErrAmbiguous     = errors.New("sent, perhaps") // look before sending again

	// ErrUnwanted is an ErrUndeliverable of this message alone: the person can be reached, and wants no such one.
	ErrUnwanted = fmt.Errorf("the person wants no more messages: %w", ErrUndeliverable)
)

// RetryAfter is returned by Deliver when the platform says how long to wait.
type RetryAfter struct {
	Wait  time.Duration
	Whole bool // it asks this of the whole account, not of this leg alone
}

func (r RetryAfter) Error() string { return fmt.Sprintf("try again after %s", r.Wait) }

// Door is the one way in for everybody: adapters accept inputs through it and wait for outcomes.
type Door interface {
	// Open finds or creates the conversation of a leg.
	Open(ctx context.Context, leg Leg) (ConversationID, error)
	// Take accepts an input durably and plays its turn. When it returns nil the input will not be
	// lost; ErrUnavailable, ErrTooMany and ErrReused mean that nothing was kept.
	Take(ctx context.Context, in Input) error
	// Await follows the log to the entries that input caused, for at most 2.5 s.
	Await(ctx context.Context, conversation ConversationID, input string) ([]Entry, error)
	// Follow returns the entries after seq, waiting for the first until ctx ends (nil, nil then).
	Follow(ctx context.Context, conversation ConversationID, seq int64) ([]Entry, error)
}

// Channel carries conversations over one medium. Three methods and the acceptance suite
// bottest.TestChannel make a new one.
type Channel interface {
	Name() ChannelName
	// Listen receives until ctx ends. A channel that is served over HTTP returns at once.
	Listen(ctx context.Context, door Door) error
	// Deliver sends one effect to one leg. Its errors wrap ErrUndeliverable or ErrAmbiguous or are
	// a RetryAfter where the platform says so; anything else is tried again.
	Deliver(ctx context.Context, d Delivery) (Receipt, error)
}

// A Paced channel says how fast its platform may be called. One that is not is called as fast as
// there is something to say.
type Paced interface {
	// Pace is asked before each delivery of effect to leg. It answers from memory.
	Pace(leg Leg, effect Effect) Pace
}

// Pace is how much a platform takes from one account, and at one place. A rate is in messages a
// second, a burst how many at once; a rate of 0 is no limit.
type Pace struct {
	Account    string // what the channel runs as: a bot, a sender's number
	Rate       float64
	Burst      int
	Place      string // what this leg shares its own limit with: a chat, a desk's room; "" for nothing
	PlaceRate  float64
	PlaceBurst int
}

// A Finder is a channel that can look whether a message has arrived. Only for such a channel the relay
// notes each attempt before it begins: after a crash or ErrAmbiguous it looks before it sends again.
type Finder interface {
	// Find says whether the platform has the delivery with this ID. An error means that nobody
	// knows: it is asked again later, and nothing is sent before.
	Find(ctx context.Context, d Delivery) (Receipt, bool, error)
}

// Desk is a place where counsellors work: the same verbs for another audience.
type Desk interface{ Channel }

// A Delivery is one committed effect on its way to one leg.
type Delivery struct {
	ID           string // conversation, entry and leg: the same effect is never two deliveries
	Conversation ConversationID
	Leg          Leg
	Entry        Entry
	Attempt      int  // from 1
	Ambiguous    bool // an earlier attempt may have arrived: nobody knows
}

// A Receipt is what a platform said when it took a message.
type Receipt struct{ PlatformID string }

// Store keeps conversations. There is one implementation, on Redis.
type Store interface {
	Inbox
	Logs
	Clock
}

// Inbox is how a turn is accepted and made true.
type Inbox interface {
	// Resolve finds the conversation of a leg, or makes fresh the leg's conversation.
	Resolve(ctx context.Context, leg Leg, fresh ConversationID) (ConversationID, error)
	// Free takes a leg from a conversation, so that it can begin another.
	Free(ctx context.Context, leg Leg, from ConversationID) error
	// Accept keeps an input: exactly once however often it is repeated, stamped with the store's time.
	Accept(ctx context.Context, in Input) (Acceptance, error)
	// Head loads a session and its next input; Next is nil when there is none.
	Head(ctx context.Context, id ConversationID) (Head, error)
	// Commit makes a turn true if the session is still the one it was decided on (ErrMoved) and the
	// input still the next one (ErrGone). It returns the head that follows.
	Commit(ctx context.Context, h Head, t Turn) (Head, error)
}

// Acceptance is what became of an input.
type Acceptance struct {
	Duplicate bool // it was there already: nothing to do
	Queued    bool // somebody is on it: nothing to do
	Head      Head // otherwise: the turn to play
}

// A Head is a conversation and the next thing that happens to it.
type Head struct {
	Session Session
	Next    *Input
	Sealed  string // the stored form of Next, as commit compares it
}

// Logs is what followers, desks and the relay read.
type Logs interface {
	// Log returns the entries after seq, oldest first, at most max.
	Log(ctx context.Context, id ConversationID, seq int64, max int) ([]Entry, error)
	// Watch returns a channel that is sent to, without waiting, whenever the conversation's log has
	// grown, and a function that ends it. The hint may be lost; readers look again from time to time.
	Watch(id ConversationID) (<-chan struct{}, func())
	// Cursor returns how far a push leg has read.
	Cursor(ctx context.Context, id ConversationID, leg string) (int64, error)
	// Claim leases a push leg to the caller for 15 s. false: it has nothing to deliver, somebody else
	// carries it, or its next attempt is put off.
	Claim(ctx context.Context, id ConversationID, leg string) (bool, error)
	// Sending notes that the entry after at is about to be handed to the leg's platform. before: an
	// earlier attempt was noted, and nobody knows how it ended. ErrMoved if the cursor is not at at.
	Sending(ctx context.Context, id ConversationID, leg string, at, seq int64) (before bool, err error)
	// NotSent takes that note back: the attempt has certainly failed.
	NotSent(ctx context.Context, id ConversationID, leg string) error
	// Advance moves a push leg's cursor from one entry to the next; ErrMoved if another did.
	Advance(ctx context.Context, id ConversationID, leg string, from, to int64) error
	// Delay puts the next attempt of a push leg off.
	Delay(ctx context.Context, id ConversationID, leg string, wait time.Duration) error
	// Rest takes a leg that is not there any more off what is due.
	Rest(ctx context.Context, id ConversationID, leg string) error
	// Bury moves an entry that cannot be delivered to the dead letters and the cursor past it.
	Bury(ctx context.Context, id ConversationID, leg string, from, to int64, why string) error
	// Cards returns the projection of all open cases, in no order.
	Cards(ctx context.Context) ([]Card, error)
}

// Clock finds what is due, whoever should have done it.
type Clock interface {
	// Sweep leases what is due in one shard: conversations with unplayed inputs, legs with
	// undelivered entries. Timers that ran out become inputs.
	Sweep(ctx context.Context, shard int) (Due, error)
	// Attempt counts the times that a sweep began to play an input, and puts the conversation off for
	// longer each time. Survived says that whoever began is alive, whatever came of it.
	Attempt(ctx context.Context, h Head) (int, error)
	Survived(ctx context.Context, id ConversationID) error
	// Postpone puts the next look at a conversation off.
	Postpone(ctx context.Context, id ConversationID, wait time.Duration) error
	// Park moves the next input to the dead letters and leaves the session as it is.
	Park(ctx context.Context, h Head, why string) error
	Shards() int
	Now(ctx context.Context) (time.Time, error)
}

// Due is what a sweep found.
type Due struct {
	Conversations []ConversationID
	Legs          []DueLeg
}

// A DueLeg is a push leg with something to deliver.
type DueLeg struct {
	Conversation ConversationID
	Leg          string
}

// Refs maps outside names to values, with an expiry: tokens, logins, codes, the live release.
type Refs interface {
	Ref(ctx context.Context, kind, name string) (string, error) // ErrNotFound
	// SetRef stores value if the present one is old ("" for none), else ErrTaken. ttl 0 keeps it.
	SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error
	DropRef(ctx context.Context, kind, name string) error
}

// Lease lets one process at a time do something; it ends by itself.
type Lease interface {
	Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	// Yield ends it before its time, if holder has it.
	Yield(ctx context.Context, name, holder string) error
}

// Limiter counts: at most burst at once, then rate a second.
type Limiter interface {
	Allow(ctx context.Context, kind, name string, rate float64, burst int) (bool, error)
}

// Turnstile is a Limiter whose tokens go to who has waited longest. Everybody who finds none comes back
// when told; who does not come is forgotten.
type Turnstile interface {
	// PassInTurn asks for a token for member, who has waited since since. With shut > 0 nobody passes for
	// so long, but member keeps their place. wait is 0 when they may pass, else when to ask again.
	PassInTurn(ctx context.Context, name, member string, since time.Time, rate float64, burst int, shut time.Duration) (wait time.Duration, err error)
}

// Codes are resume codes: ten digits that a person is given, which open their conversation on another
// channel, once.
type Codes interface {
	// Issue makes a code for a conversation, good until it is used or until then. ErrTooMany after many.
	Issue(ctx context.Context, id ConversationID) (code string, until time.Time, err error)
	// Join gives a leg to the conversation of a code and tells both what happened. by is who tries, for
	// the limits: ErrTooMany after a few wrong ones. A code that opens nothing, or was used, is
	// ErrNotFound.
	Join(ctx context.Context, by, code string, leg Leg) (ConversationID, error)
}

// Breaker keeps everybody, in all replicas, from calling a platform that fails. It shuts after some
// failures in a row, for a pause that grows; then one caller at a time may try, until one succeeds.
type Breaker interface {
	// Pass asks to call a platform. Who is let through reports how it went.
	Pass(ctx context.Context, name string) (Gate, error)
	// Worked opens the breaker. Only who was let through with Failures to forget need say it.
	Worked(ctx context.Context, name string) error
	// Failed counts a failure that was the platform's; told is how long it asks to be left alone, or
	// 0. The answer is how long the breaker is shut now, 0 when it is not.
	Failed(ctx context.Context, name string, told time.Duration) (time.Duration, error)
}

// A Gate is what a breaker answers.
type Gate struct {
	Wait     time.Duration // nothing may be sent before it is over; 0: go on
	Failures int           // in a row, so far
}

// DeadLetters are what nobody could deliver, or play: they wait for a human, 30 days at most.
type DeadLetters interface {
	// DeadLetters returns them, the newest first.
	DeadLetters(ctx context.Context) ([]DeadLetter, error)
	DeadLetter(ctx context.Context, id string) (DeadLetter, error) // ErrNotFound
	// Settle takes one away: it was delivered, or a human has seen to it. It need not be there.
	Settle(ctx context.Context, id string) error
}

// A DeadLetter names what could not be delivered, or an input that could not be played, and says why.
type DeadLetter struct {
	ID           string
	Conversation ConversationID
	Leg          string // "" for an input
	Seq          int64  // the entry of the log that has the words; 0 for none
	Why          string // code: undeliverable, tried_too_often, tried_too_long; poison, damaged, …
	At           time.Time
}

// Board is what a desk may see of cases, filtered by the counsellor's structures.
type Board interface {
	Waiting(ctx context.Context, by Counsellor) ([]Card, error)
	Brief(ctx context.Context, by Counsellor, id ConversationID) (Brief, Card, error)
	// Words returns the conversation for its owner, or for a lead of its structure.
	Words(ctx context.Context, by Counsellor, id ConversationID, seq int64) ([]Entry, error)
}

// Counsellor is one person of the staff, the same for web, Slack and telephone.
type Counsellor struct {
	ID         CounsellorID
	Name       string // first name, as citizens see it
	Login      string
	Password   string // argon2id hash, "" when this person signs in otherwise
	Structures []StructureID
	Roles      []Role
	Capacity   int
	Slack      string // member id, such as U02ABCDEF
	OIDC       string // what the issuer of sign-ins says of this person, in the configured claim; "" for nothing
	Phone      Address
}

// Role is what somebody may do beyond their own conversations.
type Role string

// The roles.
const (
	RoleCounsellor Role = "counsellor"
	RoleLead       Role = "lead"
	RoleSupervisor Role = "supervisor" // of the dialog: edits and publishes

	// In the studio, from the least to the most; a coordinator edits the hours and the texts of their own
	// structures only.
	RoleReader      Role = "reader"
	RoleTranslator  Role = "translator"
	RoleCoordinator Role = "coordinator"
	RoleEditor      Role = "editor"
	RolePublisher   Role = "publisher"
	RoleAdmin       Role = "admin"
)

// Staff says who works here. Authorisation reads only that.
type Staff interface {
	Counsellor(ctx context.Context, id CounsellorID) (Counsellor, error) // ErrNotFound
	ByLogin(ctx context.Context, login string) (Counsellor, error)       // ErrNotFound
	All(ctx context.Context) ([]Counsellor, error)
}

// World answers what a turn must know and a session cannot remember.
type World interface {
	Facts(ctx context.Context, s Session, in Input) (Facts, error)
}

// Releases keeps every bundle that was ever served, by the hash of its content.
type Releases interface {
	Release(ctx context.Context, hash string) ([]byte, error) // ErrNotFound
	KeepRelease(ctx context.Context, hash string, bundle []byte) error
}

// DataSets keeps reference data that was imported, by the hash of its content: each part of a set, and the
// list of its parts. Nothing there ever changes; a reference of Refs says which set is live.
type DataSets interface {
	DataSet(ctx context.Context, hash string) ([]byte, error) // ErrNotFound
	KeepDataSet(ctx context.Context, hash string, content []byte) error
}

// Traces is the stream of text-free events, one a turn, that reports read. Events have their Number
// as long as their conversation can say that they are its own: see Trace.
type Traces interface {
	Traces(ctx context.Context, each func(Trace) error) error
}

// OnDuty is the name under which a counsellor's open desk counts as present.
func OnDuty(id CounsellorID) ConversationID {
	sum := sha256.Sum256([]byte("on duty " + id)) // no key of the store holds anybody's name
	return ConversationID(hex.EncodeToString(sum[:10]))
}

// Presence says whether a person still has the conversation before them. It is a hint that expires
// by itself and is never logged.
type Presence interface {
	Here(ctx context.Context, id ConversationID, leg string) error // for the next 45 s
	Gone(ctx context.Context, id ConversationID, leg string) error
	Present(ctx context.Context, id ConversationID) (bool, error)
}
