package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/rehearsal"
)

// pastTurns are traces that stand still.
type pastTurns []bot.Trace

func (p pastTurns) Traces(_ context.Context, each func(bot.Trace) error) error {
	for _, t := range p {
		if err := each(t); err != nil {
			return err
		}
	}
	return nil
}

func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestReportWritesARowATurn(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 59, 0, 0, time.UTC)
	turns := pastTurns{
		{Number: "zz-secret", At: at, Release: "3f1c", Channel: "web", Language: "fr", Step: "accueil.besoin", Class: "option:vae", Option: "vae",
			Need: "vae", Row: "aiguillage:1", Cards: []string{"vae", "cpf"}},
		{Number: "", At: at, Class: "erased"},
		{Number: "aa-secret", At: at.Add(time.Minute), Channel: "sms", Language: "en", Territory: "35", Need: "emploi", Public: "chomage", Class: "value", Mode: bot.Referral, Full: "cap-emploi", Lacking: "nothing",
			Promised: at.Add(49*time.Hour + 31*time.Minute), Kept: "no", Outcome: "refused:capacity", Useful: "oui", Hops: 2},
		{Number: "zz-secret", At: at.Add(13*time.Hour + time.Minute), Class: "timer:expiry"},
	}
	const want = `trace,date,release,channel,language,territory,need,public,step,class,option,row,cards,mode,promised,kept,outcome,useful,hops,full,lacking
1,2026-11-24 10h,3f1c,web,fr,,vae,,accueil.besoin,option:vae,vae,aiguillage:1,vae cpf,,,,,,0,,
,2026-11-24 10h,,,,,,,,erased,,,,,,,,,0,,
2,2026-11-24 11h,,sms,en,35,emploi,chomage,,value,,,,referral,49.5,no,refused:capacity,oui,2,cap-emploi,nothing
1,2026-11-25 00h,,,,,,,,timer:expiry,,,,,,,,,0,,
`
	if got := report(t, turns, &reportCommand{}); got != want {
		t.Errorf("%s", changes(want, got))
	}
	// Days are those of the zone, the last one included.
	if got := report(t, turns, &reportCommand{From: "2026-11-25", To: "2026-11-25"}); strings.Count(got, "\n") != 2 || !strings.Contains(got, "\n1,2026-11-25 00h") {
		t.Errorf("the 25th:\n%s", got)
	}
	if got := report(t, turns, &reportCommand{To: "2026-11-24"}); strings.Count(got, "\n") != 4 {
		t.Errorf("to the 24th:\n%s", got)
	}
}

func report(t *testing.T, turns bot.Traces, c *reportCommand) string {
	t.Helper()
	days, err := c.days(paris(t))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := c.write(t.Context(), turns, days, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSummaryHidesWhatIsRare(t *testing.T) {
	var turns pastTurns
	for class, n := range map[string]int{"option:vae": 10, "danger:suicide": 9, "arrived": 15} {
		for range n {
			turns = append(turns, bot.Trace{Step: "accueil.besoin", Class: class})
		}
	}
	const want = "step,class,turns\naccueil.besoin,arrived,20\naccueil.besoin,danger:suicide,<10\naccueil.besoin,option:vae,10\n"
	if got := report(t, turns, &reportCommand{Summary: true}); got != want {
		t.Errorf("got\n%s", got)
	}
}

// What there was no answer to is counted by its classes, with the place that was named later.
func TestUnansweredQuestionsAreCountedWithoutWords(t *testing.T) {
	turns := pastTurns{
		{Number: "a", Need: "info", Public: "autre", Lacking: "nothing"},
		{Number: "a", Need: "info", Public: "autre", Territory: "35", Class: "value"},
		{Number: "", Need: "info", Lacking: "not_understood"},
	}
	for range 12 {
		turns = append(turns, bot.Trace{Need: "emploi", Public: "travail", Territory: "29", Lacking: "expired:cadre_emploi"})
	}
	const want = `need,public,territory,lacking,turns
emploi,travail,29,expired:cadre_emploi,10
info,,,not_understood,<10
info,autre,35,nothing,<10
`
	if got := report(t, turns, &reportCommand{Unanswered: true}); got != want {
		t.Errorf("%s", changes(want, got))
	}
}

type asleep struct{}

func (asleep) Traces(context.Context, func(bot.Trace) error) error { return bot.ErrUnavailable }

func TestReportFails(t *testing.T) {
	for _, c := range []*reportCommand{{}, {Summary: true}, {Unanswered: true}} {
		if err := c.write(t.Context(), asleep{}, span{}, io.Discard); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%v, want %v", err, bot.ErrUnavailable)
		}
	}
	for args, want := range map[string]string{
		"": "--redis-url",
		"--redis-url redis://127.0.0.1:1 --from x":             `--from: "x" is not a day`,
		"--redis-url redis://127.0.0.1:1 --key-file /dev/null": "key file",
	} {
		code, stdout, stderr := command(t, "", append([]string{"report"}, strings.Fields(args)...)...)
		if code == 0 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

// A turn that was committed to a store comes out of the command, without what was said.
func TestReportReadsTheStore(t *testing.T) {
	server := miniredis.RunT(t)
	file := filepath.Join(t.TempDir(), "keys")
	keys, err := redis.CreateKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	url := "redis://" + server.Addr()
	store, err := redis.Open(t.Context(), redis.Options{URL: url, Keys: keys, Prefix: "fd:bretagne:", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	commit(t, store, "je cherche une VAE, je m'appelle Nolwenn")
	code, stdout, stderr := command(t, "", "report", "--redis-url", url, "--key-file", file, "--flows", guichet)
	if code != 0 || strings.Count(stdout, "\n") != 2 || !strings.Contains(stdout, ",option:vae,vae,") || strings.Contains(stdout, "Nolwenn") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if strings.Contains(stdout, "secret-number") || strings.Contains(stdout, "secret-id") {
		t.Errorf("the report names the conversation:\n%s", stdout)
	}
}

// commit plays one utterance of a new conversation into a store.
func commit(t *testing.T, store *redis.Store, words bot.Words) {
	t.Helper()
	b, err := loadBundle(guichet, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(b)
	if err != nil {
		t.Fatal(err)
	}
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "p", For: bot.ToCitizen}
	id, err := store.Resolve(t.Context(), leg, "secret-id")
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := store.Accept(t.Context(), bot.Input{ID: "1", Conversation: id, Leg: leg, Event: bot.Said{Text: words}})
	if err != nil {
		t.Fatal(err)
	}
	session := accepted.Head.Session
	session.Trace = "secret-number"
	turn, err := rehearsal.On(p).Step(session, *accepted.Head.Next)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Commit(t.Context(), accepted.Head, turn); err != nil {
		t.Fatal(err)
	}
}

// An opinion comes out with its day and its channel, and with nothing that says whose it is; the words
// around it stay where they are, and what was erased is gone.
func TestOpinionsAreReadFromTheLogs(t *testing.T) {
	server := miniredis.RunT(t)
	file := filepath.Join(t.TempDir(), "keys")
	keys, err := redis.CreateKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	url := "redis://" + server.Addr()
	store, err := redis.Open(t.Context(), redis.Options{URL: url, Keys: keys, Prefix: "fd:bretagne:", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	commit(t, store, "Avis : trop de questions, merci quand même")
	code, stdout, stderr := command(t, "", "report", "--opinions", "--redis-url", url, "--key-file", file)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != 0 || len(lines) != 2 || !strings.HasSuffix(lines[1], `,web,fr,"trop de questions, merci quand même"`) || strings.Contains(stdout, "secret") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, _ := command(t, "", "report", "--opinions", "--to", "2020-01-01", "--redis-url", url, "--key-file", file); code != 0 || strings.Count(stdout, "\n") != 1 {
		t.Errorf("of another time: exit %d\n%s", code, stdout)
	}
}
