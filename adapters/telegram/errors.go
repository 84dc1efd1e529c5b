package telegram

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	api "github.com/go-telegram/bot"

	"frontdesk/bot"
)

// What Telegram answers about a message. The first two do not end a delivery.
var (
	errSame    = errors.New("the message says that already")
	errGone    = errors.New("the message cannot be changed or deleted any more")
	errRefused = fmt.Errorf("telegram does not take this message: %w", bot.ErrUndeliverable)
)

// verdict is what an error of the library means. Nothing of its text is repeated: it may have a
// message's words, a chat's id or the token in it.
func (c *Channel) verdict(chat int64, err error) error {
	if err == nil {
		return nil
	}
	if told, is := errors.AsType[*api.TooManyRequestsError](err); is {
		wait := max(time.Duration(told.RetryAfter)*time.Second, time.Second)
		return fmt.Errorf("telegram is asked too often: %w", bot.RetryAfter{Wait: wait, Whole: c.floods.whole(chat, wait, c.Now())})
	}
	if failed, is := errors.AsType[*fault](err); is {
		if failed.sent {
			return fmt.Errorf("%w: %w", failed, bot.ErrAmbiguous)
		}
		return failed
	}
	if _, is := errors.AsType[*api.MigrateError](err); is {
		return fmt.Errorf("the chat has become another, which is no person's: %w", bot.ErrUndeliverable)
	}
	switch {
	case errors.Is(err, api.ErrorForbidden):
		return fmt.Errorf("the person does not let this bot write to them: %w", bot.ErrUndeliverable)
	case errors.Is(err, api.ErrorBadRequest):
		return refusal(err)
	case errors.Is(err, api.ErrorUnauthorized), errors.Is(err, api.ErrorNotFound):
		return errors.New("telegram does not know this bot's token")
	case errors.Is(err, api.ErrorConflict):
		return errors.New("telegram has another reader of this bot's updates")
	}
	return fmt.Errorf("telegram gave an answer that cannot be read: %w", bot.ErrAmbiguous)
}

// refusal tells Telegram's 400s apart; its words are only looked at.
func refusal(err error) error {
	says := func(any ...string) bool {
		for _, words := range any {
			if strings.Contains(err.Error(), words) {
				return true
			}
		}
		return false
	}
	switch {
	case says("message is not modified"):
		return errSame
	case says("message to edit not found", "message to delete not found", "message can't be edited", "message can't be deleted",
		"message identifier is not specified", "MESSAGE_ID_INVALID"):
		return errGone
	case says("chat not found", "user is deactivated", "PEER_ID_INVALID", "USER_IS_BLOCKED", "bot was blocked"):
		return fmt.Errorf("the chat is not there any more: %w", bot.ErrUndeliverable)
	}
	return errRefused
}

// floods tells whether a 429 is about a chat or about the whole bot, which Telegram does not say: it is
// about the bot when another chat is still being kept waiting.
type floods struct {
	mu    sync.Mutex
	chat  int64
	until time.Time
}

func (f *floods) whole(chat int64, wait time.Duration, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	whole := f.chat != 0 && f.chat != chat && now.Before(f.until)
	f.chat, f.until = chat, now.Add(wait)
	return whole
}
