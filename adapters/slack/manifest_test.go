package slack

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// needsOf are the scopes of each call that this package makes, as docs.slack.dev/reference/methods says.
var needsOf = map[string][]string{
	"AddReactionContext":                    {"reactions:write"},
	"AuthTestContext":                       nil,
	"CreateConversationContext":             {"groups:write"},
	"DeleteMessageContext":                  {"chat:write"},
	"GetConversationHistoryContext":         {"groups:history", "im:history", "metadata.message:read"}, // with IncludeAllMetadata
	"GetConversationRepliesContext":         {"groups:history", "im:history", "metadata.message:read"},
	"GetConversationsContext":               {"groups:read"},
	"GetPermalinkContext":                   nil,
	"InviteUsersToConversationContext":      {"groups:write"},
	"ForceInviteUsersToConversationContext": {"groups:write"},
	"OpenConversationContext":               {"im:write"},
	"OpenViewContext":                       nil,
	"PostEphemeralContext":                  {"chat:write"},
	"PostMessageContext":                    {"chat:write"},
	"PostMessageWithResponseContext":        {"chat:write"},
	"PublishViewContext":                    nil,
	"RemoveReactionContext":                 {"reactions:write"},
	"SetTopicOfConversationContext":         {"groups:write"},
	"UpdateMessageContext":                  {"chat:write"},
	"UpdateViewContext":                     nil,
}

// hearsWith are the scopes without which Slack does not tell of an event.
var hearsWith = map[string][]string{
	"app_home_opened":     nil,
	"app_uninstalled":     nil,
	"group_archive":       {"groups:read"},
	"group_deleted":       {"groups:read"},
	"group_left":          {"groups:read"},
	"group_rename":        {"groups:read"},
	"member_left_channel": {"groups:read"},
	"message.groups":      {"groups:history"},
	"message.im":          {"im:history"},
	"tokens_revoked":      nil,
	"user_change":         {"users:read"},
}

// code is this package without its tests.
func code(t *testing.T) []*ast.File {
	t.Helper()
	var files []*ast.File
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// calls are the methods of the client that the code uses. Using one in another way than d.api.Method fails:
// nobody would see which scopes it needs.
func calls(t *testing.T, files []*ast.File) map[string]bool {
	t.Helper()
	client := reflect.TypeFor[*slack.Client]()
	used := map[string]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			s, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			inner, isSelector := s.X.(*ast.SelectorExpr)
			if isSelector && inner.Sel.Name == "api" {
				if _, there := client.MethodByName(s.Sel.Name); !there {
					t.Errorf("%s is no method of the client", s.Sel.Name)
				}
				used[s.Sel.Name] = true
			} else if _, there := client.MethodByName(s.Sel.Name); there && strings.HasSuffix(s.Sel.Name, "Context") && s.Sel.Name != "RunContext" {
				t.Errorf("%s is called on something else than d.api: this test does not see which scopes it needs", s.Sel.Name)
			}
			return true
		})
	}
	return used
}

// eventsOf are the kinds that happened and message look at.
func eventsOf(t *testing.T, files []*ast.File) map[string]bool {
	t.Helper()
	kinds, channels := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CaseClause:
				for _, e := range n.List {
					if s, is := e.(*ast.SelectorExpr); is && isIdent(s.X, "slackevents") {
						kinds[s.Sel.Name] = true
					}
				}
			case *ast.BinaryExpr:
				if s, is := n.X.(*ast.SelectorExpr); is && s.Sel.Name == "ChannelType" {
					channels[literal(t, n.Y)] = true
				}
			}
			return true
		})
	}
	names := map[string]bool{}
	for kind := range kinds {
		name := eventName(t, kind)
		if name != "message" {
			names[name] = true
			continue
		}
		for channel := range channels {
			names["message."+map[string]string{"im": "im", "group": "groups"}[channel]] = true
		}
	}
	return names
}

func isIdent(e ast.Expr, name string) bool {
	i, is := e.(*ast.Ident)
	return is && i.Name == name
}

func literal(t *testing.T, e ast.Expr) string {
	t.Helper()
	l, is := e.(*ast.BasicLit)
	if !is {
		t.Fatalf("a kind of channel that is no literal: %v", e)
	}
	s, err := strconv.Unquote(l.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// eventName is what a constant of the library says: GroupArchive is group_archive.
func eventName(t *testing.T, constant string) string {
	t.Helper()
	snake := ""
	for i, r := range constant {
		if r >= 'A' && r <= 'Z' && i > 0 {
			snake += "_"
		}
		snake += strings.ToLower(string(r))
	}
	if _, known := slackevents.EventsAPIInnerEventMapping[slackevents.EventsAPIType(snake)]; !known {
		t.Fatalf("slackevents.%s is not the event %s", constant, snake)
	}
	return snake
}

func manifestOf(t *testing.T, socket bool) slack.Manifest {
	t.Helper()
	text, err := Manifest(socket, "https://accueil.region.example/")
	if err != nil {
		t.Fatal(err)
	}
	var m slack.Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// The manifest asks for what the code uses and nothing else.
func TestTheManifestHasWhatTheCodeUsesAndNothingElse(t *testing.T) {
	files, m := code(t), manifestOf(t, true)
	wanted := map[string]bool{"commands": true} // of /accueil and the shortcuts
	for method := range calls(t, files) {
		scopes, known := needsOf[method]
		if !known {
			t.Errorf("%s is used: say in needsOf which scopes it needs", method)
		}
		for _, scope := range scopes {
			wanted[scope] = true
		}
	}
	events := eventsOf(t, files)
	for event := range events {
		scopes, known := hearsWith[event]
		if !known {
			t.Errorf("%s is heard: say in hearsWith which scopes it needs", event)
		}
		for _, scope := range scopes {
			wanted[scope] = true
		}
	}
	same(t, "scopes", slices.Sorted(slices.Values(m.OAuthConfig.Scopes.Bot)), sorted(wanted))
	same(t, "events", slices.Sorted(slices.Values(m.Settings.EventSubscriptions.BotEvents)), sorted(events))
	same(t, "user scopes", len(m.OAuthConfig.Scopes.User), 0)
}

func sorted(set map[string]bool) []string {
	var all []string
	for name := range set {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// Every shortcut of the manifest is one that the code answers, and the other way round.
func TestTheManifestHasEachShortcutAndCommand(t *testing.T) {
	answered := map[string]bool{}
	names := map[string]string{"shortNext": shortNext, "shortRedact": shortRedact, "shortMisroute": shortMisroute, "shortTakeBack": shortTakeBack}
	for _, f := range code(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			if c, is := n.(*ast.CaseClause); is {
				for _, e := range c.List {
					if i, is := e.(*ast.Ident); is && strings.HasPrefix(i.Name, "short") && names[i.Name] != "" {
						answered[names[i.Name]] = true
					}
				}
			}
			return true
		})
	}
	m := manifestOf(t, true)
	shown := map[string]bool{}
	for _, s := range m.Features.Shortcuts {
		shown[s.CallbackID] = true
		if len([]rune(s.Name)) > 24 || len([]rune(s.Description)) > 150 {
			t.Errorf("shortcut %q is longer than Slack takes", s.Name)
		}
	}
	same(t, "shortcuts", sorted(shown), sorted(answered))
	same(t, "commands", len(m.Features.SlashCommands), 1)
	same(t, "command", m.Features.SlashCommands[0].Command, commandName)
	if len([]rune(m.Display.Name)) > 35 || len([]rune(m.Display.Description)) > 140 || len([]rune(m.Display.LongDescription)) < 174 {
		t.Error("the app's names are not of the lengths that Slack takes")
	}
}

func TestTheManifestIsForOneWayIn(t *testing.T) {
	socket, http := manifestOf(t, true), manifestOf(t, false)
	same(t, "Socket Mode", []any{socket.Settings.SocketModeEnabled, socket.Settings.EventSubscriptions.RequestUrl, socket.Settings.Interactivity.RequestUrl, socket.Features.SlashCommands[0].Url},
		[]any{true, "", "", ""})
	same(t, "signed HTTP", []any{http.Settings.SocketModeEnabled, http.Settings.EventSubscriptions.RequestUrl, http.Settings.Interactivity.RequestUrl, http.Features.SlashCommands[0].Url},
		[]any{false, "https://accueil.region.example/slack/events", "https://accueil.region.example/slack/interactions", "https://accueil.region.example/slack/commands"})
	if _, err := Manifest(false, "http://accueil.region.example"); err == nil {
		t.Error("an address without TLS is taken")
	}
	text, err := Manifest(true, "")
	if err != nil || !strings.Contains(string(text), `"messages_tab_read_only_enabled": false`) {
		t.Errorf("whether people can write to the app is not said: %v", err)
	}
}
