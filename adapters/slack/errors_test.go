package slack

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

func (s *stage) undeliverable(v bot.Delivery) {
	s.Helper()
	if _, err := s.d.Deliver(s.Context(), v); !errors.Is(err, bot.ErrUndeliverable) {
		s.Errorf("%s: %v, want undeliverable", bot.Name(v.Entry.Effect), err)
	}
}

// kindOf is which of the house's values an error is.
func kindOf(err error) string {
	wait, asked := errors.AsType[bot.RetryAfter](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, bot.ErrUndeliverable):
		return "undeliverable"
	case errors.Is(err, bot.ErrAmbiguous):
		return "ambiguous"
	case asked && wait.Whole:
		return "wait, all " + wait.Wait.String()
	case asked:
		return "wait " + wait.Wait.String()
	}
	return "again"
}

func TestWhatSlackAnswersIsOneOfTheHousesValues(t *testing.T) {
	says := func(code string) error { return slack.SlackErrorResponse{Err: code, Needed: "chat:write"} }
	for _, c := range []struct {
		err          error
		post, change string
	}{
		{nil, "", ""},
		{&slack.RateLimitedError{RetryAfter: 7 * time.Second}, "wait 7s", "wait 7s"},
		{&slack.RateLimitedError{}, "wait 1s", "wait 1s"},
		{slack.StatusCodeError{Code: 503, Status: "503"}, "ambiguous", "again"},
		{slack.StatusCodeError{Code: 404, Status: "404"}, "again", "again"},
		{errors.New("invalid character '<' looking for beginning of value: de vrais mots"), "ambiguous", "again"},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, "ambiguous", "again"},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, "again", "again"},
		{&net.DNSError{Name: "slack.com"}, "again", "again"},
		{says("internal_error"), "ambiguous", "again"},
		{says("user_not_found"), "undeliverable", "undeliverable"},
		{says("cannot_dm_bot"), "undeliverable", "undeliverable"},
		{says("user_disabled"), "undeliverable", "undeliverable"},
		{says("invalid_blocks"), "undeliverable", "undeliverable"},
		{says("missing_scope"), "wait, all 5m0s", "wait, all 5m0s"},
		{says("token_revoked"), "wait, all 5m0s", "wait, all 5m0s"},
		{says("invalid_auth"), "wait, all 5m0s", "wait, all 5m0s"},
		{says("account_inactive"), "wait, all 5m0s", "wait, all 5m0s"},
		{says("messages_tab_disabled"), "wait 5m0s", "wait 5m0s"},
		{says("ratelimited"), "wait 30s", "wait 30s"},
		{says("something_new"), "again", "again"},
		{says("de vrais mots de <quelqu'un>"), "again", "again"},
	} {
		s := newStage(t, WordsDM)
		for call, want := range map[string]string{posting: c.post, "chat.update": c.change} {
			err := s.d.judge(t.Context(), call, c.err)
			if got := kindOf(err); got != want {
				t.Errorf("%s: %v is %q, want %q", call, c.err, got, want)
			}
			if err != nil && (strings.Contains(err.Error(), "vrais mots") || strings.Contains(err.Error(), "slack.com")) {
				t.Errorf("the error repeats what was answered: %v", err)
			}
		}
	}
}

func TestOnlyTheMethodsOfChannelsSlowEverybodyDown(t *testing.T) {
	s := newStage(t, WordsDM)
	limited := &slack.RateLimitedError{RetryAfter: 7 * time.Second}
	for call, want := range map[string]string{posting: "wait 7s", "reactions.add": "wait 7s", "chat.delete": "wait 7s", "conversations.list": "wait, all 7s", "conversations.open": "wait, all 7s"} {
		if got := kindOf(s.d.judge(t.Context(), call, limited)); got != want {
			t.Errorf("%s: %q, want %q", call, got, want)
		}
	}
}

func TestAFaultOfTheTokenIsSaidOnceUntilItIsMended(t *testing.T) {
	s := newStage(t, WordsDM)
	other := s.desk(WordsDM)
	card := s.to(theDesk(), bot.Post{Card: waiting()})
	for range 2 {
		s.w.Token("token_revoked")
		s.parkedFor(card, true)
		s.parkedFor(card, true)
		if _, err := other.Deliver(t.Context(), card); kindOf(err) != "wait, all 5m0s" {
			t.Errorf("the other replica: %v", err)
		}
		s.w.Token("")
		s.give(card)
		if _, err := other.Deliver(t.Context(), card); err != nil {
			t.Error(err)
		}
	}
	if got := s.alarmed(); len(got) != 2 || !strings.Contains(got[0], "FRONTDESK_SLACK_BOT_TOKEN") {
		t.Errorf("alerts: %q", got)
	}
	if n := strings.Count(s.log.String(), "level=ERROR"); n != 2 {
		t.Errorf("%d errors in the log:\n%s", n, s.log)
	}
}

func TestAMissingRightIsNamed(t *testing.T) {
	s := newStage(t, WordsDM)
	s.w.Fail("conversations.create", 1, slackfake.Says("missing_scope"))
	s.parkedFor(s.to(theDesk(), bot.Post{Card: waiting()}), true)
	if got := s.alarmed(); len(got) != 1 || !strings.Contains(got[0], "le droit «") {
		t.Errorf("alerts: %q", got)
	}
}

func TestASlackThatIsAwayIsTriedAgain(t *testing.T) {
	s := newStage(t, WordsDM)
	s.w.Down(true)
	_, err := s.d.Deliver(t.Context(), s.to(theDesk(), bot.Post{Card: waiting()}))
	if kindOf(err) != "again" {
		t.Errorf("%v", err)
	}
	s.w.Down(false)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	if len(s.alarmed()) > 0 {
		t.Errorf("an outage is nobody's mistake: %q", s.alarmed())
	}
}

func TestASlackThatTakesItsTimeIsLookedAtBeforeASecondTry(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theOwner(), bot.Present{Brief: theBrief()}))
	s.d.HTTP.Timeout = 50 * time.Millisecond
	s.w.Fail(posting, 1, slackfake.Slow(time.Second))
	v := s.to(theOwner(), bot.Pass{Text: "bonjour"})
	if _, err := s.d.Deliver(t.Context(), v); kindOf(err) != "ambiguous" {
		t.Errorf("%v", err)
	}
	s.d.HTTP.Timeout = 2 * time.Second
	v.Ambiguous = true
	s.carry(v)
	if all := s.thread(); len(all) != 3 {
		t.Errorf("the thread: %v", texts(all))
	}
}
