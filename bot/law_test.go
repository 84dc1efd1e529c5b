package bot_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "frontdesk/"

// may says, for each room, which rooms of ours it imports; a room that is not named here may not
// exist. The standard library is free to all, except where pure says otherwise.
var may = map[string][]string{
	"bot":                   {},
	"bot/hear":              {"bot"},
	"bot/place":             {"bot"},
	"bot/hours":             {"bot"},
	"bot/flow":              {"bot", "bot/hear", "bot/place", "bot/hours"},
	"locales":               {"bot", "bot/flow", "bot/translation"},
	"bot/directory":         {"bot", "bot/hear", "bot/hours"},
	"bot/intake":            {"bot/directory", "bot/hear", "bot/hours"},
	"bot/engine":            {"bot", "bot/hear", "bot/place", "bot/hours", "bot/flow", "bot/directory"},
	"bot/proof":             {"bot", "bot/hear", "bot/hours", "bot/flow", "bot/engine", "bot/render"},
	"bot/publish":           {"bot", "bot/flow", "bot/tally"},
	"bot/draw":              {"bot", "bot/flow"},
	"bot/turn":              {"bot", "bot/hear", "bot/engine"},
	"bot/render":            {"bot"},
	"bot/desk":              {"bot"},
	"bot/transcript":        {"bot"},
	"bot/relay":             {"bot"},
	"bot/bottest":           {"bot", "bot/transcript", "bot/desk"},
	"flows":                 {},
	"adapters/redis":        {"bot"},
	"adapters/staff":        {"bot"},
	"adapters/web":          {"bot", "bot/render", "bot/desk"},
	"adapters/web/chat":     {"bot", "bot/render", "bot/desk", "adapters/web"},
	"adapters/web/desk":     {"bot", "bot/render", "bot/desk", "adapters/web"},
	"adapters/messaging":    {"bot", "bot/render"},
	"adapters/telegram":     {"bot", "bot/render", "bot/desk", "adapters/messaging"},
	"bot/rehearsal":         {"bot", "bot/engine", "bot/transcript"},
	"bot/workshop":          {"bot", "bot/flow"},
	"bot/change":            {"bot", "bot/flow", "bot/engine", "bot/tally"},
	"adapters/web/studio":   {"bot", "bot/render", "bot/desk", "bot/flow", "bot/engine", "bot/proof", "bot/transcript", "bot/rehearsal", "bot/workshop", "bot/draw", "bot/change", "adapters/web", "bot/hours", "bot/publish", "bot/translation", "bot/tally"},
	"bot/translation":       {"bot/flow"},
	"bot/tally":             {"bot"},
	"adapters/slack":        {"bot", "bot/render", "bot/desk"},
	"adapters/mail":         {"bot", "bot/render", "bot/desk"},
	"adapters/sms":          {"bot", "bot/render", "adapters/messaging"},
	"adapters/phone":        {"bot", "bot/render", "bot/desk", "adapters/phone/media", "adapters/phone/signal"},
	"adapters/phone/signal": {"bot"},
	"adapters/phone/media":  {},
	"adapters/speech":       {},
	"cmd/frontdesk":         nil, // wires everybody
	"cmd/communes":          {"bot/place"},

	// Fakes: cmd and tests alone import them.
	"adapters/web/browsertest":       {},
	"adapters/telegram/telegramfake": {},
	"adapters/slack/slackfake":       {},
	"adapters/sms/smsfake":           {},
	"adapters/phone/phonefake":       {"adapters/phone", "adapters/phone/media", "adapters/phone/signal", "adapters/speech"},
	"adapters/speech/speechfake":     {},
	"adapters/phone/peers":           {"adapters/phone/media"},
}

// only says which room alone may import a library.
var only = map[string]string{
	"github.com/looplab/fsm":         "bot/engine",
	"github.com/nicksnyder/go-i18n/": "locales",
	"github.com/goccy/go-yaml":       "bot/flow",
	"github.com/redis/go-redis/":     "adapters/redis",
	"github.com/alicebob/miniredis/": "adapters/redis",
	"github.com/alecthomas/kong":     "cmd/frontdesk",
	"github.com/prometheus/":         "cmd/frontdesk",
	"golang.org/x/crypto/argon2":     "adapters/staff",
	"golang.org/x/text/unicode/norm": "bot/hear",
	"go.yaml.in/":                    "locales",
	"github.com/slack-go/slack":      "adapters/slack",
	"github.com/go-telegram/bot":     "adapters/telegram",
	"github.com/wneessen/go-mail":    "adapters/mail",
	"github.com/arran4/golang-ical":  "adapters/mail",
	"github.com/pion/":               "adapters/phone/media",
	"github.com/emiago/sipgo":        "adapters/phone/signal",
	"github.com/icholy/digest":       "adapters/phone/signal",
	"github.com/coreos/go-oidc/":     "adapters/web",
	"golang.org/x/oauth2":            "adapters/web",
}

// pure rooms have no clock, no network, no memory and no chance.
var (
	pure   = []string{"bot/engine", "bot/directory", "bot/intake", "bot/hear", "bot/place", "bot/hours", "bot/proof", "bot/draw", "bot/render", "bot/tally", "bot/transcript"}
	impure = []string{"net", "net/http", "os", "os/exec", "math/rand", "math/rand/v2", "crypto/rand", "database/sql", "log", "log/slog", "sync"}
)

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "frontdesk/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := may[room]
		if !known {
			t.Errorf("%s is not a room of the house; add it to the law with what it may import", room)
			continue
		}
		for _, path := range p.Imports {
			checkImport(t, room, path, allowed)
		}
	}
}

func checkImport(t *testing.T, room, path string, allowed []string) {
	t.Helper()
	if other, ours := strings.CutPrefix(path, module); ours && room != "cmd/frontdesk" && !slices.Contains(allowed, other) {
		t.Errorf("%s imports %s", room, other)
	}
	for library, owner := range only {
		if strings.HasPrefix(path, library) && room != owner {
			t.Errorf("%s imports %s, which only %s may", room, path, owner)
		}
	}
	if slices.Contains(pure, room) && slices.Contains(impure, path) {
		t.Errorf("%s is pure, but imports %s", room, path)
	}
	standard := !strings.Contains(strings.Split(path, "/")[0], ".")
	if room == "bot" && (!standard || strings.HasPrefix(path, module)) {
		t.Errorf("bot imports %s; it is standard library only", path)
	}
}
