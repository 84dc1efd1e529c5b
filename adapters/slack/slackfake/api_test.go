package slackfake_test

import (
	"errors"
	"testing"

	"github.com/slack-go/slack"

	"frontdesk/adapters/slack/slackfake"
)

func TestTokensAreChecked(t *testing.T) {
	w, api := workspace(t, nil)
	me, err := api.AuthTest()
	check(t, err)
	same(t, "bot", []string{me.UserID, me.BotID, me.TeamID}, []string{w.BotUser, w.BotID, w.TeamID})

	base := me.URL + "api/"
	_, err = slack.New("xoxb-another", slack.OptionAPIURL(base)).AuthTest()
	refuses(t, "another token", err, "invalid_auth")
	_, err = slack.New("", slack.OptionAPIURL(base)).AuthTest()
	refuses(t, "no token", err, "not_authed")
	_, _, err = slack.New(w.BotToken, slack.OptionAPIURL(base), slack.OptionAppLevelToken("xapp-another")).StartSocketModeContext(t.Context())
	refuses(t, "another app token", err, "invalid_auth")

	w.Token("token_revoked")
	_, err = api.AuthTest()
	refuses(t, "a revoked token", err, "token_revoked")
	w.Token("")
	_, err = api.AuthTest()
	check(t, err)
	same(t, "calls", w.Calls("auth.test"), 5)
}

func TestEachMethodDemandsItsScope(t *testing.T) {
	w, api := workspace(t, func(o *slackfake.Options) { o.Scopes = []string{"chat:write", "groups:read"} })
	private := w.AddChannel("file-ml-rennes", true, w.BotUser, "U0ANNA")
	public := w.AddChannel("general", false, w.BotUser)
	_, _, err := api.PostMessage(private, slack.MsgOptionText("bonjour", false))
	check(t, err)
	_, err = api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: private})
	check(t, err)

	for needed, call := range map[string]func() error{
		"groups:history": func() error {
			_, err := api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: private})
			return err
		},
		"channels:read": func() error {
			_, err := api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: public})
			return err
		},
		"groups:write":    func() error { _, err := api.InviteUsersToConversation(private, "U0BILAL"); return err },
		"channels:manage": func() error { return api.ArchiveConversation(public) },
		"reactions:write": func() error { return api.AddReaction("eyes", slack.NewRefToMessage(private, "1.0")) },
		"users:read":      func() error { _, err := api.GetUserInfo("U0ANNA"); return err },
		"im:write": func() error {
			_, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{"U0ANNA"}})
			return err
		},
		"files:read": func() error { _, _, _, err := api.GetFileInfo("F1", 0, 0); return err },
	} {
		err := call()
		var answer slack.SlackErrorResponse
		if !errors.As(err, &answer) || answer.Err != "missing_scope" || answer.Needed != needed || answer.Provided != "chat:write,groups:read" {
			t.Errorf("without %s: got %v, which needs %q", needed, err, answer.Needed)
		}
	}
}

func TestAddressesAreForThoseWhoMayReadThem(t *testing.T) {
	_, api := workspace(t, nil)
	u, err := api.GetUserByEmail("u0anna@example.org")
	check(t, err)
	same(t, "name", []string{u.ID, u.RealName, u.Profile.Email}, []string{"U0ANNA", "Anna Le Goff", "u0anna@example.org"})
	all, err := api.GetUsers()
	check(t, err)
	same(t, "people", len(all), 3)
	_, err = api.GetUserInfo("U0NOBODY")
	refuses(t, "nobody", err, "user_not_found")

	_, api = workspace(t, func(o *slackfake.Options) { o.Scopes = []string{"users:read"} })
	u, err = api.GetUserInfo("U0ANNA")
	check(t, err)
	same(t, "address", u.Profile.Email, "")
}
