// Package slack is the counsellors' desk in Slack: cards in the channels of queues, a person's
// conversation in its owner's direct messages, and the verbs as buttons and forms. It decides nothing:
// what a counsellor does goes through the door, and what is shown is what the log says.
package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// Channel is the name of this desk's legs.
const Channel bot.ChannelName = "slack"

// Words says whether what citizens write may stand in Slack. There is no default: a Region decides.
type Words string

// The two answers.
const (
	WordsDM   Words = "dm"   // in a thread of the owner's direct messages with the app
	WordsLink Words = "link" // nowhere: a coded brief, and a link to the web desk
)

// Config is what the desk needs of the house.
type Config struct {
	BotToken      string // xoxb-…
	AppToken      string // xapp-…: Socket Mode; "" for signed HTTP
	SigningSecret string // of signed HTTP
	APIURL        string // of another Slack, such as a fake; "" for slack.com. Ends with a slash
	Words         Words
	DeskURL       string        // of a case on the web desk, before its dossier number: https://…/desk/cases/
	Supervision   string        // name of the channel for what supervisors must see
	Outage        time.Duration // without Slack, in opening hours, after which people who wait are told
	Kept          time.Duration // how long it is known which message is which case; 0 for 200 days
	PostRate      float64       // new messages a second in one channel; 0 for Slack's own limit, 1

	Door    bot.Door
	Refs    bot.Refs
	Lease   bot.Lease
	Board   bot.Board
	Staff   bot.Staff
	Letters *desk.Letters                                 // what could not be delivered
	Cases   func(ctx context.Context) ([]bot.Card, error) // all open cases, for the watch alone
	// Room names the Slack channel of a queue, as the staff file groups them.
	Room       func(bot.QueueName) string
	Structures func() []Structure
	Procedure  func(bot.Card) []desk.Measure // of the Procédure danger, in the order in which it is followed
	Answers    func() []Answer               // canned, of the bundle's cards that have not expired
	// Who answers « qui BESOIN COMMUNE » in one French text.
	Who func(need, place string) string
	// Open says whether a structure's queue is open at an instant.
	Open func(bot.StructureID, time.Time) bool
	// Present says whether somebody has the web desk open. Nil where there is none.
	Present func(context.Context, bot.CounsellorID) (bool, error)
	Label   func(role, code string) string         // French label of a coded answer; role: need, public, adaptation, territory
	Alert   func(ctx context.Context, what string) // by another way than Slack; what is a French sentence without names
	HTTP    *http.Client                           // with a timeout; nil for ten seconds
	Log     *slog.Logger
	Now     func() time.Time
	Zone    *time.Location
}

// Structure is somebody a case can be handed to.
type Structure struct {
	ID   bot.StructureID
	Name string
	Lead bool
}

// An Answer is a canned reply: the title by which it is chosen, and its text.
type Answer struct{ Title, Text string }

// Desk is Slack as a bot.Desk. It is safe for use by many at once.
type Desk struct {
	Config
	api    *slack.Client
	memory memory
	rooms  rooms
	direct sync.Map // Slack user → channel of the direct messages with the app
	alarms alarms
	inward inward
}

var (
	_ bot.Desk   = (*Desk)(nil)
	_ bot.Paced  = (*Desk)(nil)
	_ bot.Finder = (*Desk)(nil)
)

// New prepares a desk. It starts nothing and calls nobody.
func New(c Config) (*Desk, error) {
	switch {
	case c.Words != WordsDM && c.Words != WordsLink:
		return nil, errors.New(`FRONTDESK_SLACK_WORDS: decide whether what citizens write may stand in Slack: "dm" (yes, in the direct messages of the counsellor who took the case) or "link" (no, on the web desk only)`)
	case c.BotToken == "":
		return nil, errors.New("FRONTDESK_SLACK_BOT_TOKEN: the token of the app, xoxb-…, is missing")
	case c.AppToken == "" && c.SigningSecret == "":
		return nil, errors.New("FRONTDESK_SLACK_APP_TOKEN (Socket Mode) or FRONTDESK_SLACK_SIGNING_SECRET (signed HTTP): one of them must be set")
	case c.Words == WordsLink && c.DeskURL == "":
		return nil, errors.New("FRONTDESK_PUBLIC_URL: must be set where FRONTDESK_SLACK_WORDS is link")
	}
	if c.HTTP == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 32 // as many as deliver at once: a new connection costs more than a message
		c.HTTP = &http.Client{Timeout: 10 * time.Second, Transport: transport}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Kept <= 0 {
		c.Kept = usuallyKept
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	options := []slack.Option{slack.OptionHTTPClient(c.HTTP)}
	if c.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(c.AppToken))
	}
	if c.APIURL != "" {
		options = append(options, slack.OptionAPIURL(c.APIURL))
	}
	return &Desk{Config: c, api: slack.New(c.BotToken, options...), memory: memory{c.Refs, c.Kept}, rooms: newRooms(), inward: inward{beats: usualBeats(), large: make(chan struct{}, mostLarge)}}, nil
}

// Name implements bot.Channel.
func (d *Desk) Name() bot.ChannelName { return Channel }

// counsellor finds who has a Slack account, or answers bot.ErrNotFound.
func (d *Desk) counsellor(ctx context.Context, user string) (bot.Counsellor, error) {
	all, err := d.Staff.All(ctx)
	if err != nil {
		return bot.Counsellor{}, fmt.Errorf("staff: %w", err)
	}
	for _, c := range all {
		if user != "" && c.Slack == user {
			return c, nil
		}
	}
	return bot.Counsellor{}, bot.ErrNotFound
}

// leg is a counsellor's place in a conversation that they own.
func leg(c bot.Counsellor) bot.Leg {
	return bot.Leg{ID: "slack:" + string(c.ID), Channel: Channel, Peer: bot.Address(c.Slack), For: bot.ToOwner, Push: true}
}

// messageID is the id of the input that a counsellor's message is: where it stands says which.
func messageID(channel, ts string) string { return "slack:" + channel + ":" + ts }
