package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// dashboardExprs are the expressions of the dashboard, by their panel.
func dashboardExprs(t *testing.T) map[string][]string {
	t.Helper()
	var board struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(dashboardJSON, &board); err != nil {
		t.Fatal(err)
	}
	exprs := map[string][]string{}
	for _, p := range board.Panels {
		if p.Type == "row" {
			continue
		}
		if len(p.Targets) == 0 || exprs[p.Title] != nil {
			t.Errorf("panel %q shows nothing, or is there twice", p.Title)
		}
		for _, target := range p.Targets {
			exprs[p.Title] = append(exprs[p.Title], strings.ReplaceAll(target.Expr, "$__rate_interval", "5m"))
		}
	}
	return exprs
}

// alertExprs are the expressions of the alerts, by name.
func alertExprs(t *testing.T) map[string][]string {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr         string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(alertsYAML, &file); err != nil {
		t.Fatal(err)
	}
	exprs := map[string][]string{}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if s := r.Labels["severity"]; s != "page" && s != "ticket" {
				t.Errorf("%s: severity %q", r.Alert, s)
			}
			if r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
				t.Errorf("%s does not say what it is about", r.Alert)
			}
			exprs[r.Alert] = append(exprs[r.Alert], r.Expr)
		}
	}
	return exprs
}

var ourMetric = regexp.MustCompile(`\bfrontdesk_[a-z_]+`)

// named are the metrics of some expressions; a histogram's series count as the histogram.
func named(exprs map[string][]string) map[string]bool {
	names := map[string]bool{}
	for _, all := range exprs {
		for _, expr := range all {
			for _, name := range ourMetric.FindAllString(expr, -1) {
				for _, series := range []string{"_bucket", "_count", "_sum"} {
					name = strings.TrimSuffix(name, series)
				}
				names[name] = true
			}
		}
	}
	return names
}

// exported are our metrics of a house, by name.
func exported(t *testing.T, h *openedHouse) map[string]bool {
	t.Helper()
	families, err := h.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "frontdesk_") {
			names[f.GetName()] = true
		}
	}
	return names
}

// aDay is a house on a real Redis in which everything has happened once: somebody was handed to the
// desk, somebody wrote too much, one message was delivered and another cannot be.
func aDay(t *testing.T) *openedHouse {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	makeKeys(t, keys)
	telegram := bottest.NewChannel("telegram")
	telegram.Trouble("away", slices.Repeat([]bottest.Trouble{bottest.Stumbles}, 50)...)
	line := sipHere(t)
	line.Register = "accueil@127.0.0.1:9" // nobody is there
	h := openHouse(t, &serveCommand{RedisURL: startRedis(t), KeyFile: keys, SIP: line, Speech: speechConfig{Recordings: t.TempDir(), Cache: t.TempDir()}}, telegram)
	soon(t, "the number is answered", func() bool { return h.phone.Endpoint() != nil })
	b := someone(t, h, "127.0.0.2")
	b.open()
	b.until("Que cherchez-vous")
	b.say("humain")
	b.until("Je vous passe")
	for range 70 {
		b.status("/chat/conversations", "", "")
	}
	if got := b.status("/chat/conversations", "", ""); got != http.StatusTooManyRequests {
		t.Fatalf("one conversation too many: %d", got)
	}
	for _, leg := range []string{"here", "away"} {
		h.arrives(t, bot.Leg{ID: leg, Channel: "telegram", Peer: bot.Address(leg), For: bot.ToCitizen, Push: true})
	}
	soon(t, "one message delivered, and one tried", func() bool {
		return len(telegram.Shown("here")) > 0 && len(telegram.Tried("away")) > 0
	})
	return h
}

// arrives has somebody come by a leg of another channel.
func (h *openedHouse) arrives(t *testing.T, leg bot.Leg) {
	t.Helper()
	id, err := h.player.Open(t.Context(), leg)
	if err == nil {
		err = h.player.Take(t.Context(), bot.Input{ID: leg.ID + ":1", Conversation: id, Leg: leg, Event: bot.Arrived{}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDashboardAndAlertsNameWhatIsExported(t *testing.T) {
	h := aDay(t)
	there, board, alerts := exported(t, h), named(dashboardExprs(t)), named(alertExprs(t))
	for name := range there {
		if !board[name] {
			t.Errorf("%s is exported, and not on the dashboard", name)
		}
	}
	for name := range board {
		if !there[name] {
			t.Errorf("%s is on the dashboard, and not exported", name)
		}
	}
	for name := range alerts {
		if !there[name] {
			t.Errorf("%s is in the alerts, and not exported", name)
		}
	}
	if len(there) < 20 || len(alerts) < 10 {
		t.Errorf("%d metrics, %d in alerts", len(there), len(alerts))
	}
}

// Labels are a few words of the code or the bundle: many people make no more of them.
func TestLabelsDoNotGrowWithPeople(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	count := func() (series int, text string) {
		_, text = scrape(t, h.metrics)
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "frontdesk_") {
				series++
			}
		}
		return series, text
	}
	people := 0
	talk := func() *browser {
		people++
		b := someone(t, h, fmt.Sprintf("127.0.2.%d", people))
		b.open()
		b.until("Que cherchez-vous")
		b.say("je m'appelle Anna Kerouac, j'ai 17 ans")
		b.until("Que cherchez-vous")
		b.say("humain")
		b.until("Je vous passe")
		return b
	}
	for range 5 {
		talk()
	}
	count() // reading the metrics asks Redis too, and is counted the next time
	before, _ := count()
	var tokens []string
	for range 50 {
		tokens = append(tokens, talk().token)
	}
	after, text := count()
	if after > before+49 { // some scripts and kinds of turn come later than others
		t.Errorf("%d series after 5 conversations, %d after 55", before, after)
	}
	for _, secret := range append(tokens, "Anna", "Kerouac") {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
	}
}

func TestWatchPrints(t *testing.T) {
	for what, want := range map[string][]byte{"dashboard": dashboardJSON, "alerts": alertsYAML} {
		code, out, _ := command(t, "", "watch", what)
		if code != 0 || out != string(want) {
			t.Errorf("watch %s: exit %d, %d bytes, want %d", what, code, len(out), len(want))
		}
		if code, help, _ := command(t, "", "watch", what, "--help"); code != 0 || !strings.Contains(help, "Examples:") {
			t.Errorf("watch %s --help: exit %d, %s", what, code, help)
		}
	}
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.Command(needs(t, "promtool"), args...).CombinedOutput()
	if err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Prometheus itself reads the alerts, and says when it gives them.
func TestAlertsAreGivenWhenTheyShould(t *testing.T) {
	promtool(t, "check", "rules", "watch/alerts.yaml")
	promtool(t, "test", "rules", "testdata/watch/alerts_test.yaml")
}

// Prometheus itself reads what the dashboard asks.
func TestDashboardAsksWhatPrometheusUnderstands(t *testing.T) {
	type rule struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	type group struct {
		Name  string `yaml:"name"`
		Rules []rule `yaml:"rules"`
	}
	g := group{Name: "dashboard"}
	exprs := dashboardExprs(t)
	for _, title := range sortedKeys(exprs) {
		for _, expr := range exprs[title] {
			g.Rules = append(g.Rules, rule{"a:b:c" + string(rune('a'+len(g.Rules)%26)) + string(rune('a'+len(g.Rules)/26)), expr})
		}
	}
	text, err := yaml.Marshal(map[string][]group{"groups": {g}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dashboard.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", file)
}

func sortedKeys(m map[string][]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
