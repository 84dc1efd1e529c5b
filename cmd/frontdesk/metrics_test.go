package main

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

// scrape is what Prometheus reads.
func scrape(t *testing.T, m *metrics) (status int, text string) {
	t.Helper()
	answer := httptest.NewRecorder()
	m.handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	body, err := io.ReadAll(answer.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Code, string(body)
}

// ours are the samples with our names, without their times and buckets.
func ours(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "frontdesk_") && !strings.Contains(line, "_bucket{") && !strings.Contains(line, "_sum{") {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

func TestMetricsCountWithoutWords(t *testing.T) {
	long := time.Now().Add(-time.Hour)
	cards := []bot.Card{
		{Structure: "accueil-regional", Life: bot.Waiting, Since: long, Dossier: "OR-7F3K-9Q2M-4", Conversation: "secret-id"},
		{Structure: "accueil-regional", Life: bot.Waiting, Since: long.Add(30 * time.Minute)},
		{Structure: "accueil-regional", Life: bot.Live, Owner: "camille", OwnerName: "Camille", Since: long.Add(-time.Hour)},
	}
	m := newMetrics(openCases{func(context.Context) ([]bot.Card, error) { return cards, nil }})
	m.Accepted("web", "accepted")
	m.Accepted("web", "accepted")
	m.Accepted("web", "duplicate")
	m.Accepted("", "accepted")
	m.Played(turn.Played{Channel: "web", Class: "option:emploi", Took: time.Millisecond, Waited: time.Millisecond})
	m.Played(turn.Played{Channel: "web", Class: "option:vae", Took: time.Millisecond, Waited: time.Millisecond})
	m.Played(turn.Played{Channel: "web", Class: "command:humain", Took: time.Millisecond, Waited: time.Millisecond})
	m.Played(turn.Played{Channel: "", Class: "silence", Took: time.Millisecond, Waited: time.Millisecond})
	m.Played(turn.Played{Channel: "desk", Class: "claimed", Claim: "won", Kept: "yes"})
	m.Played(turn.Played{Channel: "web", Class: "erased", Kept: "no", Erased: true})
	m.Committed("ok")
	m.Committed("stale")
	m.Ran("commit", time.Millisecond)
	m.Failed("timeout")
	m.Short()
	m.Recovered(2)
	status, text := scrape(t, m)
	want := []string{
		`frontdesk_accept_to_reply_seconds_count{channel="desk"} 1`,
		`frontdesk_accept_to_reply_seconds_count{channel="timer"} 1`,
		`frontdesk_accept_to_reply_seconds_count{channel="web"} 4`,
		`frontdesk_chat_away_total 0`,
		`frontdesk_claims_total{result="lost"} 0`,
		`frontdesk_claims_total{result="won"} 1`,
		`frontdesk_commit_total{result="error"} 0`,
		`frontdesk_commit_total{result="gone"} 0`,
		`frontdesk_commit_total{result="ok"} 1`,
		`frontdesk_commit_total{result="stale"} 1`,
		`frontdesk_erase_total 1`,
		`frontdesk_inbound_total{channel="timer",result="accepted"} 1`,
		`frontdesk_inbound_total{channel="web",result="accepted"} 2`,
		`frontdesk_inbound_total{channel="web",result="duplicate"} 1`,
		`frontdesk_promises_total{result="broken"} 1`,
		`frontdesk_promises_total{result="kept"} 1`,
		`frontdesk_queue_oldest_seconds{life="waiting",structure="accueil-regional"} N`,
		`frontdesk_queue_open_cases{life="live",structure="accueil-regional"} 1`,
		`frontdesk_queue_open_cases{life="waiting",structure="accueil-regional"} 2`,
		`frontdesk_redis_errors_total{kind="timeout"} 1`,
		`frontdesk_redis_seconds_count{script="commit"} 1`,
		`frontdesk_sms_reports_total{end="delivered"} 0`,
		`frontdesk_sms_reports_total{end="failed"} 0`,
		`frontdesk_sms_segments_total{alphabet="gsm"} 0`,
		`frontdesk_sms_segments_total{alphabet="ucs2"} 0`,
		`frontdesk_sweep_recovered_total 2`,
		`frontdesk_turn_seconds_count{channel="desk"} 1`,
		`frontdesk_turn_seconds_count{channel="timer"} 1`,
		`frontdesk_turn_seconds_count{channel="web"} 4`,
		`frontdesk_turns_total{channel="desk",class="claimed"} 1`,
		`frontdesk_turns_total{channel="timer",class="silence"} 1`,
		`frontdesk_turns_total{channel="web",class="command"} 1`,
		`frontdesk_turns_total{channel="web",class="erased"} 1`,
		`frontdesk_turns_total{channel="web",class="option"} 2`,
		`frontdesk_wait_acks_short_total 1`,
	}
	got := slices.DeleteFunc(ours(text), func(line string) bool { // kinds of errors that there were none of
		return strings.HasPrefix(line, "frontdesk_redis_errors_total") && strings.HasSuffix(line, " 0")
	})
	for i, line := range got {
		got[i] = regexp.MustCompile(`(oldest_seconds\S+) 36\d\d\..*`).ReplaceAllString(line, "$1 N") // an hour, and a little
	}
	if status != 200 || !slices.Equal(got, want) {
		t.Errorf("status %d\n got %s\nwant %s", status, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	for _, secret := range []string{"camille", "Camille", "OR-7F3K", "secret-id", "emploi"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
	}
}

// A store that sleeps is when metrics are needed most.
func TestMetricsGoOnWhenTheBoardCannotBeRead(t *testing.T) {
	m := newMetrics(openCases{func(context.Context) ([]bot.Card, error) { return nil, errors.New("the store sleeps") }})
	m.Accepted("web", "error")
	status, text := scrape(t, m)
	if status != 200 || !strings.Contains(text, `frontdesk_inbound_total{channel="web",result="error"} 1`) {
		t.Errorf("status %d\n%s", status, text)
	}
	if strings.Contains(text, "frontdesk_queue_open_cases{") {
		t.Errorf("cases are counted that nobody has seen:\n%s", text)
	}
}

func TestMetricsOfAWholeConversation(t *testing.T) {
	h := openHouse(t, &serveCommand{})
	b := &browser{t: t, base: h.base}
	b.open()
	b.until("Que cherchez-vous")
	b.say("je m'appelle Anna Kerouac, j'ai 17 ans")
	b.until("?")
	b.say("humain")
	b.until("Je vous passe")
	status, text := scrape(t, h.metrics)
	if status != 200 {
		t.Errorf("status %d", status)
	}
	for _, name := range []string{
		`frontdesk_inbound_total{channel="web",result="accepted"} 3`, `frontdesk_commit_total{result="ok"} 3`, `frontdesk_turns_total{channel="web",class=`,
		`frontdesk_turn_seconds_count{channel="web"} 3`, `frontdesk_queue_open_cases{life="waiting",structure="accueil-regional"} 1`,
		`frontdesk_queue_oldest_seconds{life="waiting",structure="accueil-regional"}`, "go_goroutines", "go_build_info",
	} {
		if !strings.Contains(text, name) {
			t.Errorf("%s is not among\n%s", name, strings.Join(ours(text), "\n"))
		}
	}
	for _, secret := range []string{"Anna", "anna", "Kerouac", "17 ans", b.token} {
		if strings.Contains(text, secret) || strings.Contains(h.text.String(), secret) {
			t.Errorf("metrics or log hold %q", secret)
		}
	}
}
