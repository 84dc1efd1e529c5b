package slackfake_test

import (
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

func TestTheAppMakesAChannelAndInvites(t *testing.T) {
	a := connected(t, nil)
	ch, err := a.CreateConversation(slack.CreateConversationParams{ChannelName: "file-ml-rennes", IsPrivate: true})
	check(t, err)
	same(t, "private", []bool{ch.IsPrivate, ch.IsMember}, []bool{true, true})
	_, err = a.CreateConversation(slack.CreateConversationParams{ChannelName: "file-ml-rennes", IsPrivate: true})
	refuses(t, "the same name", err, "name_taken")
	_, err = a.CreateConversation(slack.CreateConversationParams{ChannelName: "File Rennes"})
	refuses(t, "a bad name", err, "invalid_name_specials")

	_, err = a.InviteUsersToConversation(ch.ID, "U0ANNA", "U0BILAL")
	check(t, err)
	_, err = a.InviteUsersToConversation(ch.ID, "U0ANNA")
	refuses(t, "again", err, "already_in_channel")
	_, err = a.InviteUsersToConversation(ch.ID, "U0NOBODY")
	refuses(t, "nobody", err, "user_not_found")
	members, _, err := a.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: ch.ID})
	check(t, err)
	same(t, "members", members, []string{"U0ANNA", "U0BILAL", a.w.BotUser})

	check(t, a.KickUserFromConversation(ch.ID, "U0BILAL"))
	refuses(t, "kick twice", a.KickUserFromConversation(ch.ID, "U0BILAL"), "not_in_channel")
	var left *slackevents.MemberLeftChannelEvent
	a.until(t, "member_left_channel", func() bool { left = event[*slackevents.MemberLeftChannelEvent](a); return left != nil })
	same(t, "who left", []string{left.User, left.Channel, left.ChannelType}, []string{"U0BILAL", ch.ID, "G"})

	_, err = a.SetTopicOfConversation(ch.ID, "File de la Mission Locale")
	check(t, err)
	_, err = a.RenameConversation(ch.ID, "file-ml-fougeres")
	check(t, err)
	same(t, "by name", a.w.ChannelID("file-ml-fougeres"), ch.ID)
	same(t, "notices are no messages", len(a.w.Messages(ch.ID)), 0)
	check(t, a.ArchiveConversation(ch.ID))
	refuses(t, "archive twice", a.ArchiveConversation(ch.ID), "already_archived")
	_, _, err = a.PostMessage(ch.ID, slack.MsgOptionText("bonjour", false))
	refuses(t, "post there", err, "is_archived")
	a.until(t, "group_archive", func() bool { return event[*slackevents.GroupArchiveEvent](a) != nil })
}

// event is the first event of a type so far; nil where there is none.
func event[T any](a *app) (none T) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.events {
		if data, is := e.InnerEvent.Data.(T); is {
			return data
		}
	}
	return none
}

func TestPrivateChannelsAreThereForTheirMembersOnly(t *testing.T) {
	w, api := workspace(t, nil)
	private := w.AddChannel("secret", true, "U0ANNA")
	public := w.AddChannel("general", false, "U0ANNA")
	_, _, err := api.PostMessage(private, slack.MsgOptionText("bonjour", false))
	refuses(t, "post to a private one", err, "channel_not_found")
	_, _, err = api.PostMessage(public, slack.MsgOptionText("bonjour", false))
	refuses(t, "post to a public one", err, "not_in_channel")
	_, err = api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: private})
	refuses(t, "info", err, "channel_not_found")
	_, err = w.Write("U0BILAL", private, "bonjour", "")
	refuses(t, "a person from outside", err, "channel_not_found")

	all, _, err := api.GetConversations(&slack.GetConversationsParameters{Types: []string{"private_channel", "public_channel"}})
	check(t, err)
	same(t, "listed", []any{len(all), all[0].Name}, []any{1, "general"})
	_, _, _, err = api.JoinConversation(public)
	check(t, err)
	_, _, err = api.PostMessage(public, slack.MsgOptionText("bonjour", false))
	check(t, err)
	check(t, w.JoinChannel(w.BotUser, private))
	mine, _, err := api.GetConversationsForUser(&slack.GetConversationsForUserParameters{Types: []string{"private_channel", "public_channel"}, Limit: 1})
	check(t, err)
	same(t, "a page", len(mine), 1)
	check(t, w.LeaveChannel(w.BotUser, private))
	_, _, err = api.PostMessage(private, slack.MsgOptionText("bonjour", false))
	refuses(t, "after it was thrown out", err, "channel_not_found")
}

func TestWhoIsDeactivatedLeavesAndIsToldOf(t *testing.T) {
	a := connected(t, nil)
	ch := a.w.AddChannel("file", true, a.w.BotUser, "U0ANNA")
	check(t, a.w.Deactivate("U0ANNA"))
	var gone *slackevents.UserChangeEvent
	a.until(t, "user_change", func() bool { gone = event[*slackevents.UserChangeEvent](a); return gone != nil })
	same(t, "who", []any{gone.User.ID, gone.User.Deleted}, []any{"U0ANNA", true})
	_, err := a.InviteUsersToConversation(ch, "U0ANNA")
	refuses(t, "invite", err, "user_disabled")
	_, _, _, err = a.OpenConversation(&slack.OpenConversationParameters{Users: []string{"U0ANNA"}})
	refuses(t, "open", err, "user_disabled")
	_, err = a.w.Write("U0ANNA", ch, "encore moi", "")
	refuses(t, "write", err, "user_disabled")
}

func TestDirectMessagesAreOpenedOnce(t *testing.T) {
	w, api := workspace(t, nil)
	ch, _, open, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{"U0ANNA"}})
	check(t, err)
	same(t, "first", []any{ch.ID, open}, []any{w.DM("U0ANNA"), false})
	_, _, open, err = api.OpenConversation(&slack.OpenConversationParameters{Users: []string{"U0ANNA"}})
	check(t, err)
	same(t, "second", open, true)
	channel, _, err := api.PostMessage("U0BILAL", slack.MsgOptionText("bonjour", false))
	check(t, err)
	same(t, "posted to a person", channel, w.DM("U0BILAL"))
}
