package slack

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// rooms are the channels of queues as this process knows them. A channel that was renamed keeps its id
// and stays the queue's; one that was archived is looked for again by its name.
type rooms struct {
	turn chan struct{} // one looks or creates at a time: the others then find what it found

	mu      sync.Mutex
	known   map[bot.QueueName]room
	missing map[string]time.Time // by name: no use in asking Slack again before
}

func newRooms() rooms {
	return rooms{turn: make(chan struct{}, 1), known: map[bot.QueueName]room{}, missing: map[string]time.Time{}}
}

// askAgain is how long a room that cannot be had is not asked for, however many cards wait for it.
const askAgain = time.Minute

// room is the channel of a queue: remembered, or adopted, or created.
func (d *Desk) room(ctx context.Context, queue bot.QueueName) (room, error) {
	if r, err := d.remembered(ctx, queue); err != nil || r.Channel != "" {
		return r, err
	}
	select {
	case d.rooms.turn <- struct{}{}:
		defer func() { <-d.rooms.turn }()
	case <-ctx.Done():
		return room{}, fmt.Errorf("wait for the room of a queue: %w", ctx.Err())
	}
	name := d.roomName(queue)
	if d.Now().Before(d.rooms.until(name)) {
		return room{}, park("conversations.create", "name_taken", false)
	}
	return d.firstRoom(ctx, name, queue)
}

// firstRoom obtains a room, in one replica at a time: Slack lists a new channel a moment after it was made.
func (d *Desk) firstRoom(ctx context.Context, name string, queue bot.QueueName) (room, error) {
	holder := rand.Text()
	switch got, err := d.Lease.Acquire(ctx, "slack-room/"+name, holder, 15*time.Second); {
	case err != nil:
		return room{}, fmt.Errorf("whose turn it is to make a room: %w", err)
	case !got:
		return room{}, &trouble{"conversations.create", "another replica is at it", bot.RetryAfter{Wait: time.Second}}
	}
	defer func() { _ = d.Lease.Yield(context.WithoutCancel(ctx), "slack-room/"+name, holder) }() // it ends by itself
	if r, err := d.remembered(ctx, queue); err != nil || r.Channel != "" {
		return r, err
	}
	channel, err := d.obtain(ctx, name, queue)
	if err != nil {
		return room{}, err
	}
	r := room{Channel: channel}
	if err := d.memory.put(ctx, roomRef, string(queue), r, 0); err != nil {
		return room{}, fmt.Errorf("remember the room of a queue: %w", err)
	}
	d.rooms.learn(queue, r)
	return r, nil
}

func (d *Desk) remembered(ctx context.Context, queue bot.QueueName) (room, error) {
	d.rooms.mu.Lock()
	r, known := d.rooms.known[queue]
	d.rooms.mu.Unlock()
	if known {
		return r, nil
	}
	switch err := d.memory.get(ctx, roomRef, string(queue), &r); {
	case errors.Is(err, bot.ErrNotFound):
		return room{}, nil
	case err != nil:
		return room{}, fmt.Errorf("the room of a queue: %w", err)
	}
	d.rooms.learn(queue, r)
	return r, nil
}

func (r *rooms) learn(queue bot.QueueName, is room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[queue] = is
}

func (r *rooms) until(name string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.missing[name]
}

// obtain adopts the private channel of this name that the app is a member of, or creates it. When
// another replica is faster, Slack refuses the second of a name, and the first is adopted.
func (d *Desk) obtain(ctx context.Context, name string, queue bot.QueueName) (string, error) {
	channel, err := d.called(ctx, name)
	if err != nil || channel != "" {
		return channel, err
	}
	made, err := d.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: name, IsPrivate: true})
	err = d.answered(ctx, "conversations.create", err)
	switch {
	case err == nil:
		d.describe(ctx, made.ID, queue)
		return made.ID, nil
	case !is(err, "name_taken", "restricted_action"):
		return "", err
	}
	if channel, again := d.called(ctx, name); again != nil || channel != "" {
		return channel, again
	}
	return "", d.roomless(ctx, name, codeOf(err))
}

// roomless parks what is for a room that cannot be had.
func (d *Desk) roomless(ctx context.Context, name, code string) error {
	sentence := "Le salon Slack #" + name + " existe, mais l'application n'y est pas, ou il est archivé. Ouvrez-le de nouveau et invitez-y l'application, ou renommez-le."
	if strings.HasPrefix(code, "restricted_action") {
		sentence = "L'application Slack ne peut pas écrire dans le salon #" + name + ", ou ne peut pas le créer. Créez-le, invitez-y l'application, et laissez-la y écrire."
	}
	d.rooms.mu.Lock()
	d.rooms.missing[name] = d.Now().Add(askAgain)
	d.rooms.mu.Unlock()
	d.alarm(ctx, roomFault(name), "", code, sentence)
	return park("conversations.create", code, false)
}

func roomFault(name string) string { return "room " + name }

// pages bounds what is looked through, one call a page.
const pages = 10

// called finds a private channel that the app is a member of; "" where there is none.
func (d *Desk) called(ctx context.Context, name string) (string, error) {
	p := &slack.GetConversationsParameters{Types: []string{"private_channel"}, ExcludeArchived: true, Limit: 200}
	for range pages {
		channels, next, err := d.api.GetConversationsContext(ctx, p)
		if err := d.answered(ctx, "conversations.list", err); err != nil {
			return "", err
		}
		for _, c := range channels {
			if c.Name == name && c.IsMember && !c.IsArchived {
				return c.ID, nil
			}
		}
		if next == "" {
			return "", nil
		}
		p.Cursor = next
	}
	return "", nil
}

// describe says at the top of a new channel what it is for. It is not worth failing for.
func (d *Desk) describe(ctx context.Context, channel string, queue bot.QueueName) {
	topic := "File des demandes : " + string(queue) + ". Le fil sous une carte reste entre collègues."
	if queue == supervisionRoom {
		topic = "Pour les responsables et la supervision : ce qui demande votre attention."
	}
	_, err := d.api.SetTopicOfConversationContext(ctx, channel, topic)
	if err := d.answered(ctx, "conversations.setTopic", err); err != nil {
		d.Log.WarnContext(ctx, "slack: a new channel has no topic", "error", err)
	}
}

// lose forgets a room that Slack does not know as ours any more.
func (d *Desk) lose(ctx context.Context, queue bot.QueueName, channel string) error {
	d.rooms.mu.Lock()
	if d.rooms.known[queue].Channel == channel {
		delete(d.rooms.known, queue)
	}
	d.rooms.mu.Unlock()
	var r room
	switch err := d.memory.get(ctx, roomRef, string(queue), &r); {
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("the room of a queue: %w", err)
	case r.Channel != channel:
		return nil // another replica has found the right one
	}
	if err := d.Refs.DropRef(ctx, roomRef, string(queue)); err != nil {
		return fmt.Errorf("forget the room of a queue: %w", err)
	}
	return nil
}

// invite brings those of the staff into a room who work for its structure and were not asked before. A
// card never waits for it: whoever finds somebody else at it leaves it to them, and what fails is done with
// the next card.
func (d *Desk) invite(ctx context.Context, queue bot.QueueName, structure bot.StructureID) {
	select {
	case d.rooms.turn <- struct{}{}:
		defer func() { <-d.rooms.turn }()
	default:
		return
	}
	r, err := d.remembered(ctx, queue)
	if err == nil {
		err = d.bringIn(ctx, queue, structure, r)
	}
	if err != nil {
		d.Log.WarnContext(ctx, "slack: nobody was invited to a channel", "error", err)
	}
}

func (d *Desk) bringIn(ctx context.Context, queue bot.QueueName, structure bot.StructureID, r room) error {
	all, err := d.Staff.All(ctx)
	if err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	var missing []string
	for _, c := range all {
		if c.Slack != "" && slices.Contains(c.Structures, structure) && !slices.Contains(r.Invited, c.Slack) {
			missing = append(missing, c.Slack)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	asked := d.ask(ctx, r.Channel, missing)
	err = amend(ctx, d.memory, roomRef, string(queue), 0, func(kept *room) bool {
		if kept.Channel != r.Channel || len(asked) == 0 {
			return false
		}
		kept.Invited = append(kept.Invited, asked...)
		slices.Sort(kept.Invited)
		kept.Invited = slices.Compact(kept.Invited)
		r = *kept
		return true
	})
	if err != nil {
		return fmt.Errorf("remember who was invited: %w", err)
	}
	d.rooms.learn(queue, r)
	return nil
}

// ask invites people to a channel and returns whom it need not ask again. Slack refuses all where one of
// them is there already or cannot be invited; then those who can be are, and the log says why.
func (d *Desk) ask(ctx context.Context, channel string, users []string) []string {
	_, err := d.api.InviteUsersToConversationContext(ctx, channel, users...)
	if err = d.answered(ctx, "conversations.invite", err); err == nil {
		return users
	}
	if !is(err, "already_in_channel") {
		d.Log.WarnContext(ctx, "slack: somebody cannot be invited to a channel", "error", err)
	}
	if !ofPeople(err) {
		return nil
	}
	_, err = d.api.ForceInviteUsersToConversationContext(ctx, channel, users...)
	if err = d.answered(ctx, "conversations.invite", err); err != nil && !ofPeople(err) {
		return nil
	}
	return users
}

// ofPeople says whether an invitation failed because of those who were invited.
func ofPeople(err error) bool {
	return is(err, "already_in_channel", "cant_invite_self", "cant_invite", "user_not_found", "users_not_found", "no_user", "invalid_users",
		"user_disabled", "user_is_restricted", "user_is_ultra_restricted")
}

// longestName is how long Slack lets a channel's name be.
const longestName = 80

// roomName is how the channel of a queue is called: as the staff file says, by Slack's rules.
func (d *Desk) roomName(queue bot.QueueName) string {
	name := ""
	if d.Room != nil {
		name = d.Room(queue)
	}
	if name == "" {
		name = string(queue)
	}
	return channelName(name)
}

var unaccented = strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"î", "i", "ï", "i", "ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "œ", "oe", "ÿ", "y")

// channelName makes a name that Slack takes: small letters, digits, hyphens and underscores.
func channelName(text string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '-'
	}, unaccented.Replace(strings.ToLower(text)))
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	name = strings.Trim(name, "-")
	if name == "" || len(name) > longestName {
		sum := sha256.Sum256([]byte(text))
		name = strings.TrimLeft(name[:min(len(name), longestName-9)]+"-"+hex.EncodeToString(sum[:4]), "-")
	}
	return name
}
