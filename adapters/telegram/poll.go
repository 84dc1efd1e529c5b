package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	api "github.com/go-telegram/bot"

	"frontdesk/bot"
)

// takeTurns polls for as long as this process has the lease, and waits for it otherwise: Telegram gives
// a bot's updates to one reader at a time.
func (c *Channel) takeTurns(ctx context.Context) error {
	for ctx.Err() == nil {
		ours, err := c.Lease.Acquire(ctx, c.leaseName(), c.Holder, c.LeaseFor)
		if err != nil && ctx.Err() == nil {
			c.Log.WarnContext(ctx, "telegram: nobody can be asked who polls", "error", err)
		}
		if err == nil && ours {
			c.holdAndPoll(ctx)
		}
		sleep(ctx, c.LeaseFor/3)
	}
	return nil
}

func (c *Channel) leaseName() string { return "telegram:" + strconv.FormatInt(c.id, 10) }

// holdAndPoll polls until the lease is lost or ctx ends, and gives the lease back.
func (c *Channel) holdAndPoll(ctx context.Context) {
	c.Log.InfoContext(ctx, "telegram: this process polls")
	polling, stop := context.WithCancel(ctx)
	var both sync.WaitGroup
	both.Go(func() {
		defer stop()
		c.hold(polling)
	})
	c.pollAll(polling)
	stop()
	both.Wait()
	yield, done := context.WithTimeout(context.WithoutCancel(ctx), storeFor)
	defer done()
	if err := c.Lease.Yield(yield, c.leaseName(), c.Holder); err != nil {
		c.Log.WarnContext(ctx, "telegram: the lease of polling ends by itself", "error", err)
	}
}

// hold renews the lease and returns when it is another's, or when nobody can say until it would end.
func (c *Channel) hold(ctx context.Context) {
	for last := time.Now(); sleep(ctx, c.LeaseFor/3); {
		asked := time.Now()
		ours, err := c.Lease.Acquire(ctx, c.leaseName(), c.Holder, c.LeaseFor)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && ours:
			last = asked
		case err == nil, time.Since(last) > c.LeaseFor*2/3:
			c.Log.WarnContext(ctx, "telegram: another process polls from now on, or nobody knows who does", "error", err)
			return
		}
	}
}

// longestWait bounds the time between two tries.
const longestWait = 30 * time.Second

// pollAll asks for updates and takes them. The next offset, which confirms them, is asked for only
// once all before it are stored.
func (c *Channel) pollAll(ctx context.Context) {
	offset, webhook, wait := int64(0), true, time.Duration(0)
	var stuck stuck
	for ctx.Err() == nil {
		var updates []json.RawMessage
		err := error(nil)
		if webhook {
			err = c.endWebhook(ctx)
			webhook = err != nil
		}
		if err == nil {
			updates, err = c.getUpdates(ctx, offset)
		}
		if errors.Is(err, errWebhook) {
			webhook = true
		}
		if err == nil {
			offset, err = c.takeAll(ctx, updates, offset, &stuck)
		}
		if err == nil {
			wait = 0
			continue
		}
		if ctx.Err() != nil {
			return
		}
		wait = min(max(2*wait, time.Second), longestWait)
		if told, is := errors.AsType[bot.RetryAfter](err); is {
			wait = told.Wait
		}
		c.Log.WarnContext(ctx, "telegram: updates were not taken; trying again", "wait", wait, "error", err)
		sleep(ctx, time.Duration(float64(wait)/c.Speed))
	}
}

// endWebhook has Telegram keep updates until they are asked for. Those that wait are not dropped.
func (c *Channel) endWebhook(ctx context.Context) error {
	_, err := c.api.DeleteWebhook(ctx, &api.DeleteWebhookParams{})
	return c.verdict(0, err)
}

// Two kinds of 409.
var (
	errWebhook = errors.New("telegram: a webhook is set for this bot: updates go there. Another installation with the same token may have set it; each needs a bot of its own")
	errReader  = errors.New("telegram: another program asks for this bot's updates. Each installation needs a bot of its own")
)

// getUpdates waits for updates from offset on. The library's own loop confirms them before they are
// stored.
func (c *Channel) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	ctx, done := context.WithTimeout(ctx, c.PollFor+10*time.Second)
	defer done()
	body, err := json.Marshal(map[string]any{"offset": offset, "limit": 100, "timeout": int(c.PollFor.Seconds()), "allowed_updates": wanted()})
	if err != nil {
		return nil, fmt.Errorf("telegram: ask for updates: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.APIURL+"/bot"+c.Token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("telegram: the address of the Bot API cannot be used") // err has the token in it
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := c.poll.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask for updates: %w", err)
	}
	var answer struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		Code        int               `json:"error_code"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	err = json.NewDecoder(res.Body).Decode(&answer)
	switch {
	case err != nil:
		return nil, errors.New("telegram: updates cannot be read")
	case answer.OK:
		return answer.Result, nil
	case answer.Code == http.StatusConflict && strings.Contains(answer.Description, "webhook"):
		return nil, errWebhook
	case answer.Code == http.StatusConflict:
		return nil, errReader
	case answer.Code == http.StatusTooManyRequests:
		return nil, fmt.Errorf("telegram is asked too often: %w", bot.RetryAfter{Wait: time.Duration(max(answer.Parameters.RetryAfter, 1)) * time.Second})
	case answer.Code == http.StatusUnauthorized, answer.Code == http.StatusNotFound:
		return nil, errors.New("telegram does not know this bot's token")
	}
	return nil, fmt.Errorf("telegram answers %d when it is asked for updates", answer.Code)
}

// stuck is the update that keeps the others from being confirmed.
type stuck struct {
	id    int64
	times int
}

// mostTries is how often an update is tried that fails for another reason than the store.
const mostTries = 5

// takeAll takes a batch: chats beside each other, each in order. It returns the offset to ask for next:
// after the last update, or the first that was not kept.
func (c *Channel) takeAll(ctx context.Context, updates []json.RawMessage, offset int64, s *stuck) (int64, error) {
	chats := map[int64][]*update{}
	var order []int64
	next := offset
	for _, raw := range updates {
		u, ok := c.decode(raw)
		if !ok {
			next = max(next, idOf(raw)+1)
			continue
		}
		next = max(next, u.ID+1)
		of := u.chat()
		if chats[of] == nil {
			order = append(order, of)
		}
		chats[of] = append(chats[of], u)
	}
	var all sync.WaitGroup
	places := make(chan struct{}, 8)
	var first atomic.Pointer[failure]
	for _, of := range order {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			for _, u := range chats[of] {
				if err := c.take(ctx, u); err != nil {
					if errors.Is(err, bot.ErrUnavailable) && c.Away != nil && ctx.Err() == nil {
						c.Away()
					}
					earliest(&first, &failure{u.ID, u, err})
					return
				}
			}
		})
	}
	all.Wait()
	f := first.Load()
	if f == nil {
		*s = stuck{}
		return next, nil
	}
	return s.after(c, f), f.err
}

// after is where to go on when an update was not kept: at it, unless it was tried so often that what
// waits behind it is worth more.
func (s *stuck) after(c *Channel, f *failure) int64 {
	if s.id != f.id {
		*s = stuck{id: f.id}
	}
	if !errors.Is(f.err, bot.ErrUnavailable) {
		s.times++
	}
	if s.times < mostTries {
		return f.id
	}
	c.Log.Error("telegram: an update could not be taken and is left aside", "tries", s.times, "error", f.err)
	if m := f.update.Message; m != nil && m.Chat.Type == private && m.From != nil {
		a := arrival{room{c.id, m.Chat.ID}, f.id, m.From.Language}
		c.errands.Afterwards(func(ctx context.Context) { _ = c.tell(ctx, a, c.text(a.language, "lost")) }) // it was logged
	}
	return f.id + 1
}

type failure struct {
	id     int64
	update *update
	err    error
}

// earliest keeps the failure of the lowest id.
func earliest(first *atomic.Pointer[failure], f *failure) {
	for {
		old := first.Load()
		if old != nil && old.id < f.id || first.CompareAndSwap(old, f) {
			return
		}
	}
}

// idOf is the id of an update of which nothing else can be read.
func idOf(raw json.RawMessage) int64 {
	var u struct {
		ID int64 `json:"update_id"`
	}
	_ = json.Unmarshal(raw, &u) // 0 then: it is confirmed with the one after it
	return u.ID
}

// chat is the chat in whose order an update stands.
func (u *update) chat() int64 {
	for _, m := range []*message{u.Message, u.Edited, u.Post} {
		if m != nil {
			return m.Chat.ID
		}
	}
	switch {
	case u.Query != nil && u.Query.Message != nil:
		return u.Query.Message.Chat.ID
	case u.Query != nil && u.Query.From != nil:
		return u.Query.From.ID
	case u.Member != nil:
		return u.Member.Chat.ID
	}
	return 0
}
