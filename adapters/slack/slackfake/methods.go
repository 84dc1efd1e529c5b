package slackfake

// methods are those that the workspace understands, with tier and scope as docs.slack.dev has them.
// Scopes that depend on the kind of channel are demanded by the methods themselves.
func methods() map[string]method {
	return map[string]method{
		"auth.test":             {special, "", false, authTest},
		"apps.connections.open": {tier1, "", true, connectionsOpen},

		"chat.postMessage":   {posting, "chat:write", false, chatPostMessage},
		"chat.postEphemeral": {tier4, "chat:write", false, chatPostEphemeral},
		"chat.update":        {tier3, "chat:write", false, chatUpdate},
		"chat.delete":        {tier3, "chat:write", false, chatDelete},
		"chat.getPermalink":  {special, "", false, chatGetPermalink},

		"conversations.create":   {tier2, "", false, conversationsCreate},
		"conversations.list":     {tier2, "", false, conversationsList},
		"conversations.info":     {tier3, "", false, conversationsInfo},
		"conversations.invite":   {tier3, "", false, conversationsInvite},
		"conversations.kick":     {tier3, "", false, conversationsKick},
		"conversations.join":     {tier3, "channels:join", false, conversationsJoin},
		"conversations.leave":    {tier3, "", false, conversationsLeave},
		"conversations.open":     {tier3, "im:write", false, conversationsOpen},
		"conversations.members":  {tier4, "", false, conversationsMembers},
		"conversations.history":  {tier3, "", false, conversationsHistory},
		"conversations.replies":  {tier3, "", false, conversationsReplies},
		"conversations.rename":   {tier2, "", false, conversationsRename},
		"conversations.archive":  {tier2, "", false, conversationsArchive},
		"conversations.setTopic": {tier2, "", false, conversationsSetTopic},

		"users.info":          {tier4, "users:read", false, usersInfo},
		"users.list":          {tier2, "users:read", false, usersList},
		"users.conversations": {tier3, "", false, usersConversations},
		"users.lookupByEmail": {tier3, "users:read.email", false, usersLookupByEmail},
		"users.getPresence":   {tier3, "users:read", false, usersGetPresence},

		"reactions.add":    {tier3, "reactions:write", false, reactionsAdd},
		"reactions.remove": {tier2, "reactions:write", false, reactionsRemove},
		"reactions.get":    {tier3, "reactions:read", false, reactionsGet},

		"views.open":    {tier4, "", false, viewsOpen},
		"views.push":    {tier4, "", false, viewsPush},
		"views.update":  {tier4, "", false, viewsUpdate},
		"views.publish": {tier4, "", false, viewsPublish},

		"files.getUploadURLExternal":   {tier4, "files:write", false, filesGetUploadURL},
		"files.completeUploadExternal": {tier4, "files:write", false, filesCompleteUpload},
		"files.info":                   {tier4, "files:read", false, filesInfo},
		"files.delete":                 {tier3, "files:write", false, filesDelete},
	}
}
