package slack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// scopes are what the app may do: nothing that no call, event or feature of this package needs. A test
// holds them to that.
func scopes() []string {
	return []string{
		"chat:write",            // cards, threads, what only one person sees
		"commands",              // /accueil, and the shortcuts
		"groups:history",        // notes under a card; whether a card was posted already
		"groups:read",           // rooms: which there are, who has left, what became of them
		"groups:write",          // to create a room and invite the team
		"im:history",            // what counsellors write in the threads of conversations
		"im:write",              // to open those threads
		"metadata.message:read", // whether a message whose answer was lost is there already
		"reactions:write",       // on its way, delivered, failed
		"users:read",            // whose account was closed
	}
}

// subscriptions are the events that the app hears of.
func subscriptions() []string {
	return []string{
		string(slackevents.AppHomeOpened),
		string(slackevents.AppUninstalled),
		string(slackevents.GroupArchive),
		string(slackevents.GroupDeleted),
		string(slackevents.GroupLeft),
		string(slackevents.GroupRename),
		string(slackevents.MemberLeftChannel),
		"message.groups",
		"message.im",
		string(slackevents.TokensRevoked),
		string(slackevents.UserChange),
	}
}

// Manifest describes the app as Slack takes it (« Create from a manifest », JSON): by Socket Mode, or by
// signed HTTP at baseURL, such as https://accueil.region.example.
func Manifest(socket bool, baseURL string) ([]byte, error) {
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 2, MinorVersion: 1},
		Display: slack.Display{Name: "Accueil orientation", Description: "Les demandes d'orientation, et les conversations avec les personnes",
			LongDescription: longDescription, BackgroundColor: "#2b4a6f"},
		Features: slack.Features{
			AppHome:   slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser:   slack.BotUser{DisplayName: "accueil", AlwaysOnline: true},
			Shortcuts: manifestShortcuts(),
			SlashCommands: []slack.ManifestSlashCommand{{Command: commandName, Description: "La file, et vos dossiers", ShouldEscape: false,
				UsageHint: "file | suivante | moi | pause 10 | reprise | cherche OR-… | qui BESOIN COMMUNE | aide"}},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: scopes()}},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{BotEvents: subscriptions()},
			Interactivity:      &slack.Interactivity{IsEnabled: true},
			SocketModeEnabled:  socket,
		},
	}
	if !socket {
		base := strings.TrimSuffix(baseURL, "/")
		if !strings.HasPrefix(base, "https://") {
			return nil, fmt.Errorf("the address %q, at which Slack reaches the service, does not begin with https://", baseURL)
		}
		m.Settings.EventSubscriptions.RequestUrl = base + "/slack/events"
		m.Settings.Interactivity.RequestUrl = base + "/slack/interactions"
		m.Features.SlashCommands[0].Url = base + "/slack/commands"
	}
	return spelledOut(m)
}

const longDescription = "Cette application montre aux conseillères et aux conseillers les demandes d'orientation. " +
	"Chaque file a un salon privé : ses cartes ne portent ni nom ni message. " +
	"Qui prend un dossier répond à la personne dans ses messages directs avec l'application, ou sur le poste de travail. " +
	"L'application ne lit que les salons dont elle est membre."

func manifestShortcuts() []slack.Shortcut {
	return []slack.Shortcut{
		{Name: "Prendre la suivante", CallbackID: shortNext, Type: slack.GlobalShortcut, Description: "Prendre le premier dossier qui attend"},
		{Name: "Retirer du dossier", CallbackID: shortRedact, Type: slack.MessageShortcut, Description: "Retirer ces mots du dossier"},
		{Name: "Mauvais aiguillage", CallbackID: shortMisroute, Type: slack.MessageShortcut, Description: "Ce dossier devait aller ailleurs"},
		{Name: "Reprendre mon message", CallbackID: shortTakeBack, Type: slack.MessageShortcut, Description: "Retirer un message envoyé à la personne"},
	}
}

// spelledOut is the manifest as JSON. That direct messages to the app are open is said, not left out.
func spelledOut(m slack.Manifest) ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	if features, is := all["features"].(map[string]any); is {
		if home, is := features["app_home"].(map[string]any); is {
			home["messages_tab_read_only_enabled"] = false
		}
	}
	return json.MarshalIndent(all, "", "  ")
}
