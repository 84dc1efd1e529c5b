package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// errUnclear is an answer that cannot be read.
var errUnclear = errors.New("unclear")

// parked is how long work waits that Slack refuses until somebody has mended something.
const parked = 5 * time.Minute

// A trouble is what Slack answered to one call, without any text of the call or the answer but Slack's
// own code.
type trouble struct {
	call string // method: chat.postMessage
	code string // Slack's own, or one of ours: cut, unreadable, http 503
	why  error  // one of bot's values, or nil for what is simply tried again
}

func (f *trouble) Error() string {
	if f.why != nil {
		return f.call + ": " + f.code + ": " + f.why.Error()
	}
	return f.call + ": " + f.code
}

func (f *trouble) Unwrap() error { return f.why }

// codeOf is the code of a trouble, or "".
func codeOf(err error) string {
	if f, is := errors.AsType[*trouble](err); is {
		return f.code
	}
	return ""
}

// is says whether Slack answered with one of the codes.
func is(err error, codes ...string) bool {
	got := codeOf(err)
	for _, code := range codes {
		if got == code {
			return true
		}
	}
	return false
}

// posting are the calls after which a message may stand there although no answer came. All others can
// be repeated.
const posting = "chat.postMessage"

// Names of faults that have to be mended by somebody.
const (
	tokenFault    = "token"
	messagesFault = "direct messages"
)

// judge turns what a call answered into the house's values.
func (d *Desk) judge(ctx context.Context, call string, err error) error {
	if err == nil {
		return nil
	}
	if limited, is := errors.AsType[*slack.RateLimitedError](err); is {
		return &trouble{call, "rate_limited", slowDown(call, max(limited.RetryAfter, time.Second))}
	}
	if answer, is := errors.AsType[slack.SlackErrorResponse](err); is {
		return d.refused(ctx, call, answer)
	}
	code := "cut"
	if status, is := errors.AsType[slack.StatusCodeError](err); is {
		code = fmt.Sprintf("http %d", status.Code)
		if status.Code < 500 {
			return &trouble{call: call, code: code}
		}
	} else if before(err) {
		return &trouble{call: call, code: "no connection"}
	}
	if call == posting {
		return &trouble{call, code, bot.ErrAmbiguous}
	}
	return &trouble{call: call, code: code}
}

// slowDown is what a limit asks for. Slack limits each method by itself, and posting by channel: words never
// wait because cards or reactions did. Without the methods of channels nothing new can be shown, and every
// leg would ask them again.
func slowDown(call string, wait time.Duration) bot.RetryAfter {
	return bot.RetryAfter{Wait: wait, Whole: strings.HasPrefix(call, "conversations.")}
}

// before says whether a call failed before anything of it was sent.
func before(err error) bool {
	if op, is := errors.AsType[*net.OpError](err); is && op.Op == "dial" {
		return true
	}
	_, is := errors.AsType[*net.DNSError](err)
	return is
}

// refused is for what Slack answered in its own words.
func (d *Desk) refused(ctx context.Context, call string, answer slack.SlackErrorResponse) error {
	code := coded(answer.Err)
	switch code {
	case "missing_scope", "not_allowed_token_type", "no_permission":
		d.alarm(ctx, "scope for "+call, call, code, "Il manque à l'application Slack le droit « "+coded(answer.Needed)+
			" ». Ajoutez-le à l'application, puis installez-la de nouveau dans l'espace de travail.")
		return park(call, code, true)
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "team_access_not_granted", "org_login_required", "access_denied", "ekm_access_denied":
		d.alarm(ctx, tokenFault, call, code, "Slack refuse le jeton de l'application ("+code+
			"). Installez l'application de nouveau, puis changez FRONTDESK_SLACK_BOT_TOKEN.")
		return park(call, code, true)
	case "messages_tab_disabled":
		d.alarm(ctx, messagesFault, "", code,
			"Les messages directs à l'application Slack sont fermés. Ouvrez l'onglet « Messages » dans ses réglages (App Home).")
		return park(call, code, false)
	case "user_not_found", "users_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "cannot_dm_user", "invalid_users", "user_is_bot":
		return &trouble{call, code, bot.ErrUndeliverable}
	case "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "invalid_metadata_format", "metadata_too_large":
		return &trouble{call, code, bot.ErrUndeliverable} // it will never be taken; who reads the dead letters sees which
	case "ratelimited", "rate_limited":
		return &trouble{call, code, slowDown(call, 30*time.Second)}
	case "fatal_error", "internal_error", "service_unavailable", "request_timeout":
		if call == posting {
			return &trouble{call, code, bot.ErrAmbiguous}
		}
	}
	return &trouble{call: call, code: code}
}

// gone says whether a channel cannot be posted to any more.
func gone(err error) bool {
	return is(err, "channel_not_found", "is_archived", "not_in_channel", "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel")
}

// coded keeps a code of Slack's a code: it is a word, whatever a server answers.
func coded(s string) string {
	if s == "" || len(s) > 60 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_:.,") != "" {
		return "unknown"
	}
	return s
}

// park is for what Slack refuses until somebody has mended something. whole is for what keeps everything
// of ours from working.
func park(call, code string, whole bool) error {
	return &trouble{call, code, bot.RetryAfter{Wait: parked, Whole: whole}}
}
