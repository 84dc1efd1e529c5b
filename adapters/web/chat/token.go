package chat

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// How long a token opens its conversation, and a ticket a stream.
const (
	tokenLife  = 30 * 24 * time.Hour // resuming in the same place needs no code for 30 days
	sharedLife = 2 * time.Hour       // a visit; the next person must not find it
	ticketLife = time.Minute
)

// The kinds of references that a chat keeps.
const (
	tokenRef  = "web"
	ticketRef = "web-ticket"
)

// Limits. They stop a flood, not a person: a whole class may share one address.
const (
	addressRate, addressBurst = 20, 300    // requests of one address
	openRate, openBurst       = 0.5, 60    // conversations of one address: 30 a minute
	tokenRate, tokenBurst     = 1, 30      // messages of one conversation
	streamRate, streamBurst   = 0.5, 30    // streams of one conversation
	codeRate, codeBurst       = 1. / 60, 3 // resume codes of one conversation
	mostStreams               = 8000       // pages open at once, in this process
	householdStreams          = 500        // of one address: a whole school on the day of the results
)

// errToken is answered to a token that was never given, or has ended.
var errToken error = web.Refusal{
	Status:   http.StatusUnauthorized,
	Sentence: "Cette conversation n'est plus ouverte dans ce navigateur. Ouvrez-en une autre, merci.",
}

// A visitor is who holds a token: one leg of one conversation.
type visitor struct {
	conversation bot.ConversationID
	key          string // hash of the token: a copy of the store opens no conversation
	ended        bool   // the conversation was erased: there is nothing to write to
	resumed      bool   // they came by a resume code
	from         int64  // the entry after which the conversation is theirs to read
	value        string // what the store keeps under the key
}

// What the store keeps under a token is the conversation; before it stands that it was erased, or after
// which entry the person came: "after:17:…".
const (
	endedPrefix = "ended:"
	afterPrefix = "after:"
)

// read finds what a value says.
func (v visitor) read(value string) visitor {
	v.value = value
	came, is := strings.CutPrefix(value, afterPrefix)
	if v.resumed = is; is {
		from, id, _ := strings.Cut(came, ":")
		v.from, _ = strconv.ParseInt(from, 10, 64) // what we wrote ourselves
		value = id
	}
	value, v.ended = strings.CutPrefix(value, endedPrefix)
	v.conversation = bot.ConversationID(value)
	return v
}

// end is the value of a token whose conversation was erased.
func (v visitor) end() string {
	id := string(v.conversation)
	return strings.TrimSuffix(v.value, id) + endedPrefix + id
}

// kept is what the store keeps of a visitor who came by a resume code after an entry.
func kept(id bot.ConversationID, from int64) string {
	return afterPrefix + strconv.FormatInt(from, 10) + ":" + string(id)
}

// leg is the person's browser in the conversation. It follows the log: nothing is pushed to it. The one
// in which the conversation began is called "web"; each that came later has a name of its own.
func (v visitor) leg() bot.Leg {
	id := "web"
	if v.resumed {
		id += "-" + v.key[:8]
	}
	return bot.Leg{ID: id, Channel: Channel, Peer: bot.Address(v.key), For: bot.ToCitizen}
}

// input is one event of this visitor, under an id that is unique in the conversation.
func (v visitor) input(id string, event bot.Event) bot.Input {
	return bot.Input{
		ID:           "web:" + string(v.conversation) + ":" + id,
		Conversation: v.conversation,
		Leg:          v.leg(),
		Event:        event,
	}
}

// alias is what the outside calls the conversation.
func (v visitor) alias() string {
	sum := sha256.Sum256([]byte(v.conversation))
	return hex.EncodeToString(sum[:5])
}

// secret makes 32 random bytes that fit an address and a header.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// shaped says whether text can be a secret at all, before the store is asked.
func shaped(text string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(b) == 32
}

// visitor reads the token of a request.
func (c *Chat) visitor(r *http.Request) (visitor, error) {
	token, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !is || !shaped(token) {
		return visitor{}, errToken
	}
	return c.holder(r.Context(), tokenRef, hash(token))
}

// admit lets in who may write and does not come too often.
func (c *Chat) admit(r *http.Request) (visitor, error) {
	if err := c.allowAddress(r); err != nil {
		return visitor{}, err
	}
	return c.writer(r)
}

// writer is a visitor who may still write: their leg is still one of this conversation. It is not
// when the conversation was erased.
func (c *Chat) writer(r *http.Request) (visitor, error) {
	who, err := c.visitor(r)
	if err != nil || who.ended {
		return visitor{}, cmp.Or(err, errToken)
	}
	return who, c.stillTheirs(r.Context(), who)
}

// stillTheirs: their leg leads to the conversation of their token.
func (c *Chat) stillTheirs(ctx context.Context, who visitor) error {
	id, err := c.Door.Open(ctx, who.leg())
	switch {
	case err != nil:
		return fmt.Errorf("find a browser's conversation: %w", err)
	case id != who.conversation:
		return errToken
	}
	return nil
}

func (c *Chat) holder(ctx context.Context, kind, key string) (visitor, error) {
	id, err := c.Refs.Ref(ctx, kind, key)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return visitor{}, errToken
	case err != nil:
		return visitor{}, fmt.Errorf("find conversation of a token: %w", err)
	}
	return visitor{key: key}.read(id), nil
}

// allow refuses what comes too fast.
func (c *Chat) allow(ctx context.Context, kind, name string, rate float64, burst int) error {
	ok, err := c.Limiter.Allow(ctx, kind, name, rate, burst)
	if err != nil {
		return fmt.Errorf("count requests: %w", err)
	}
	if !ok {
		return bot.ErrTooMany
	}
	return nil
}

func (c *Chat) allowAddress(r *http.Request) error {
	return c.allow(r.Context(), "web-address", c.address(r), addressRate, addressBurst)
}

func (c *Chat) address(r *http.Request) string { return web.Household(c.Proxies.Client(r)) }
