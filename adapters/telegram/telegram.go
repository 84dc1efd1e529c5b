// Package telegram is Telegram as a place where citizens write and are answered. It decides nothing
// about a conversation: what arrives goes through the door, and what is shown is what the log says.
//
// # What comes in
//
// One update becomes at most a few inputs of the conversation that its private chat leads to, under
// the ids "telegram:<bot>:<update>" and, for more than one, "telegram:<bot>:<update>:2" and so on.
// Only once they are stored is Telegram told that the update has arrived: by the 200 of the webhook,
// or by the next offset of getUpdates. A repetition changes nothing.
//
//	a text                      Said; a longer one than 4,000 characters in several
//	a command                   Said with its word, without the slash: "/humain" is "humain"; words
//	                            before it are a Said of their own
//	/start, /start CODE         Arrived; ten digits are a resume code, anything else a place or campaign
//	/code                       a resume code, shown at once and never through the log
//	ten digits, 1–9 first       a resume code that is redeemed
//	a button                    Chose
//	a contact                   GaveContact
//	a file, a photo, a voice …  Enclosed; its caption is a Said of its own; an album counts once
//	an edited text              Said with Amends; without, when the first text is not known here: it
//	                            is older than 48 h, or was kept out by the limit
//	the bot was blocked         Undelivered
//
// Groups and channels are refused with a word and left. Bots are not heard.
//
// # What goes out
//
// Plain text, without a parse mode and without previews. Texts above 4,096 UTF-16 units are split at
// sentences. A button's data is "ask.option"; one above Telegram's 64 bytes is replaced by "~" and a
// hash under which [bot.Refs] has it. Emergency numbers that a text does not have stand below it.
//
// What Telegram calls things is kept in Refs, ids only: which input a message became, which messages
// an entry became, and which messages of a chat can still be deleted; 48 h, because nothing older can.
package telegram

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	api "github.com/go-telegram/bot"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

// ID is the name of this medium, and of its leg in a conversation.
const ID bot.ChannelName = "telegram"

// What Telegram takes (Bot API, "Broadcasting to users"): 30 messages a second from one bot and one a
// second in one chat, where it bears a short burst. A bucket's rate and its burst are 30 together, so
// that no second has more.
const (
	accountRate, accountBurst = 24, 6
	chatRate, chatBurst       = 1, 3
)

// A Command stands in Telegram's menu of commands: a name of a–z, 0–9 and _, at most 32, and what it
// does, at most 256 characters.
type Command struct{ Name, Description string }

// Config is what the channel needs of the house.
type Config struct {
	Token         string // of BotFather: 4711:AAE…
	APIURL        string // of another Bot API server, such as a fake; "" for https://api.telegram.org
	WebhookURL    string // where Telegram finds Handler, https; "" for long polling
	WebhookSecret string // 1–256 of A–Z a–z 0–9 _ -

	Door     bot.Door
	Refs     bot.Refs
	Lease    bot.Lease
	Limiter  bot.Limiter
	Codes    bot.Codes    // nil: a code is a word like others
	Presence bot.Presence // or nil
	// Commands are the menus by language code, "" for everybody else: French. Or nil.
	Commands func() map[string][]Command
	// Texts replaces what the adapter says by itself; see Sentences for the ids. "" keeps it. Or nil.
	Texts func(language, id string) string
	HTTP  *http.Client // with a timeout; nil for ten seconds
	// Away is told of each update that comes again because the store is away. Or nil.
	Away   func()
	Log    *slog.Logger
	Now    func() time.Time
	Zone   *time.Location // of the times that people read; nil for Paris
	Holder string         // names this process among replicas; "" for a name at random
	// Speed multiplies Telegram's rates, for a fake whose limits are as much higher; 0 is 1.
	Speed float64
	// PollFor is how long one getUpdates waits; 0 is 25 s. LeaseFor is how long a poller that died
	// keeps the others from polling; 0 is 15 s.
	PollFor, LeaseFor time.Duration
}

// Channel is Telegram as a bot.Channel. It is safe for use by many at once.
type Channel struct {
	Config
	api     *api.Bot
	call    caller
	poll    caller // waits longer
	id      int64  // of the bot
	memory  memory
	floods  floods
	rooms   messaging.Rooms[int64] // by chat
	errands messaging.Errands
}

var (
	_ bot.Channel = (*Channel)(nil)
	_ bot.Paced   = (*Channel)(nil)
)

// New checks the configuration and prepares a channel. It calls nobody.
func New(c Config) (*Channel, error) {
	id, err := c.check()
	if err != nil {
		return nil, err
	}
	c.fill()
	ch := &Channel{Config: c, id: id, memory: memory{c.Refs}}
	ch.call, ch.poll = newCaller(c.HTTP, c.HTTP.Timeout), newCaller(c.HTTP, 0)
	ch.api, err = api.New(c.Token, api.WithSkipGetMe(), api.WithServerURL(c.APIURL), api.WithHTTPClient(time.Minute, ch.call),
		api.WithErrorsHandler(func(error) {})) // its errors may have words in them
	if err != nil {
		return nil, errors.New("telegram: the token of the bot cannot be used")
	}
	return ch, nil
}

// check looks for what would fail later, and reads the bot's id, which is the public half of its token.
func (c *Config) check() (int64, error) {
	public, secret, _ := strings.Cut(c.Token, ":")
	id, err := strconv.ParseInt(public, 10, 64)
	switch {
	case err != nil || id <= 0 || secret == "":
		return 0, errors.New("FRONTDESK_TELEGRAM_TOKEN: the token of the bot, of the form 4711:AAE…, is missing")
	case c.Door == nil || c.Refs == nil || c.Limiter == nil:
		return 0, errors.New("telegram: a door, references and a limiter must be given")
	case c.WebhookURL == "" && c.Lease == nil:
		return 0, errors.New("telegram: long polling needs a lease, so that one process polls")
	case c.WebhookURL != "" && !validSecret(c.WebhookSecret):
		return 0, errors.New("FRONTDESK_TELEGRAM_SECRET: the secret of the webhook must be 1 to 256 characters of A–Z, a–z, 0–9, _ and -")
	}
	if u, err := url.Parse(c.WebhookURL); c.WebhookURL != "" && (err != nil || u.Host == "") {
		return 0, errors.New("FRONTDESK_TELEGRAM_WEBHOOK: not an address, such as https://accueil.region.example/telegram")
	}
	return id, nil
}

func validSecret(s string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	return s != "" && len(s) <= 256 && strings.Trim(s, allowed) == ""
}

// fill sets what was left out.
func (c *Config) fill() {
	c.APIURL = strings.TrimRight(c.APIURL, "/")
	if c.APIURL == "" {
		c.APIURL = "https://api.telegram.org"
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = paris()
	}
	if c.Holder == "" {
		c.Holder = rand.Text()
	}
	if c.Speed <= 0 {
		c.Speed = 1
	}
	if c.PollFor <= 0 {
		c.PollFor = 25 * time.Second
	}
	if c.LeaseFor <= 0 {
		c.LeaseFor = 15 * time.Second
	}
}

func paris() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC
	}
	return zone
}

// Name implements bot.Channel.
func (c *Channel) Name() bot.ChannelName { return ID }

// Listen implements bot.Channel: it tells Telegram of the menus and, where there is one, of the webhook,
// or polls. When ctx ends it waits for what is under way. The door is the one of Config.
func (c *Channel) Listen(ctx context.Context, _ bot.Door) error {
	c.errands.Begin()
	defer c.errands.End()
	var menus sync.WaitGroup
	defer menus.Wait()
	menus.Go(func() { c.tellCommands(ctx) })
	if c.WebhookURL == "" {
		return c.takeTurns(ctx)
	}
	c.tellWebhook(ctx)
	<-ctx.Done()
	return nil
}

// Pace implements bot.Paced: what sends nothing costs nothing.
func (c *Channel) Pace(leg bot.Leg, effect bot.Effect) bot.Pace {
	pace := bot.Pace{Account: "bot" + strconv.FormatInt(c.id, 10)}
	switch effect.(type) {
	case bot.Say, bot.Speak:
		pace.Place, pace.PlaceRate, pace.PlaceBurst = place(leg.Peer), chatRate*c.Speed, chatBurst
		pace.Rate, pace.Burst = accountRate*c.Speed, accountBurst
	case bot.Withdraw, bot.Forget:
		pace.Rate, pace.Burst = accountRate*c.Speed, accountBurst
	}
	return pace
}

// place names a chat without saying whose.
func place(peer bot.Address) string {
	sum := sha256.Sum256([]byte("telegram chat " + peer))
	return hex.EncodeToString(sum[:8])
}

// A room is one private chat with this bot.
type room struct {
	bot, chat int64
}

func (r room) peer() string { return fmt.Sprintf("%d:%d", r.bot, r.chat) }

// leg is the room as an address of a conversation.
func (r room) leg() bot.Leg {
	return bot.Leg{ID: string(ID), Channel: ID, Peer: bot.Address(r.peer()), For: bot.ToCitizen, Push: true}
}

// roomOf reads a leg's address. One of another bot's cannot be written to: a bot cannot begin.
func (c *Channel) roomOf(leg bot.Leg) (room, error) {
	id, chat, _ := strings.Cut(string(leg.Peer), ":")
	of, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return room{}, fmt.Errorf("the leg has no address of a bot: %w", bot.ErrUndeliverable)
	}
	to, err := strconv.ParseInt(chat, 10, 64)
	switch {
	case err != nil:
		return room{}, fmt.Errorf("the leg has no address of a chat: %w", bot.ErrUndeliverable)
	case of != c.id:
		return room{}, fmt.Errorf("the leg belongs to another bot: %w", bot.ErrUndeliverable)
	}
	return room{of, to}, nil
}
