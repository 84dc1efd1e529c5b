package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/turn"
)

// A keptCase is one person's conversation in a store that commands can reach.
type keptCase struct {
	t      *testing.T
	store  *redis.Store
	player *turn.Player
	leg    bot.Leg
	n      int
	where  []string // flags that lead to it
}

func keepCase(t *testing.T) *keptCase {
	t.Helper()
	server := miniredis.RunT(t)
	file := filepath.Join(t.TempDir(), "keys")
	keys, err := redis.CreateKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	url := "redis://" + server.Addr()
	b := referenceBundle(t)
	store, err := redis.Open(t.Context(), redis.Options{URL: url, Keys: keys, Prefix: "fd:" + b.Region + ":", Log: quietly()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	p, err := shared.compile(b)
	if err != nil {
		t.Fatal(err)
	}
	player, err := operatorsPlayer(t.Context(), store, shared, openTrial(time.Now())(p).Bundle, quietly()) // whatever the hour of the test
	if err != nil {
		t.Fatal(err)
	}
	player.World = camillesRoom{}
	k := &keptCase{t: t, store: store, player: player, where: []string{"--redis-url", url, "--key-file", file},
		leg: bot.Leg{ID: "telegram", Channel: "telegram", Peer: "chat-4711", For: bot.ToCitizen, Push: true}}
	k.does(bot.Arrived{})
	return k
}

// camillesRoom has Camille at work, who leads.
type camillesRoom struct{}

func (camillesRoom) Facts(context.Context, bot.Session, bot.Input) (bot.Facts, error) {
	return bot.Facts{OnDuty: 1, Actor: bot.Actor{ID: "camille", Name: "Camille", Lead: true, Structures: []bot.StructureID{"accueil-regional"}}}, nil
}

func (k *keptCase) does(e bot.Event) {
	k.t.Helper()
	k.n++
	id, err := k.player.Open(k.t.Context(), k.leg)
	if err != nil {
		k.t.Fatal(err)
	}
	in := bot.Input{ID: strings.Repeat("i", k.n), Conversation: id, Leg: k.leg, Event: e}
	if bot.By(e) != "" {
		in.Leg = bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}
	}
	if err := k.player.Take(k.t.Context(), in); err != nil {
		k.t.Fatal(err)
	}
}

func (k *keptCase) says(all ...bot.Words) {
	k.t.Helper()
	for _, words := range all {
		k.does(bot.Said{Text: words})
	}
}

func (k *keptCase) session() bot.Session {
	k.t.Helper()
	id, err := k.player.Open(k.t.Context(), k.leg)
	if err != nil {
		k.t.Fatal(err)
	}
	h, err := k.store.Head(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return h.Session
}

// run runs a command on the case's store, which has no eviction policy to tell.
func (k *keptCase) run(args ...string) (code int, stdout, stderr string) {
	k.t.Helper()
	code, stdout, stderr = command(k.t, "", append(args, k.where...)...)
	return code, stdout, regexp.MustCompile(`(?m)^.*eviction policy.*\n`).ReplaceAllString(stderr, "")
}

func TestAnOperatorErasesACase(t *testing.T) {
	k := keepCase(t)
	k.says("je cherche une formation", "humain")
	before := k.session()
	for range 2 { // again, it says the same
		code, stdout, stderr := k.run("erase", strings.ToLower(before.Dossier))
		if want := before.Dossier + " is erased. The running service has the platforms delete what they show.\n"; code != 0 || stdout != want || stderr != "" {
			t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
		}
	}
	h, err := k.store.Head(t.Context(), before.ID)
	if err != nil || h.Session.Life != bot.Erased || len(h.Session.Answers) > 0 || h.Session.Trace != "" {
		t.Errorf("what is left: %+v, %v", h.Session, err)
	}
	if cards, err := k.store.Cards(t.Context()); err != nil || len(cards) > 0 {
		t.Errorf("cards are left: %v, %v", cards, err)
	}
	if entries, err := k.store.Log(t.Context(), before.ID, 0, 100); err != nil || len(entries) == 0 || entries[0].Cause == "i" {
		t.Errorf("log: %d entries, %v", len(entries), err)
	}
	if now := k.session(); now.ID == before.ID {
		t.Error("the leg still leads to what was erased")
	}
	if code, _, stderr := k.run("export", before.Dossier); code != 1 || !strings.Contains(stderr, "was erased: nothing is kept") {
		t.Errorf("export afterwards: exit %d, %q", code, stderr)
	}
	code, stdout, stderr := k.run("audit", before.Dossier)
	if want := regexp.MustCompile(`^at,deed,who,conversation\n\S+Z,erased,operator,[0-9a-f]{32}\n$`); code != 0 || !want.MatchString(stdout) {
		t.Errorf("audit: exit %d\n%s%s", code, stdout, stderr)
	}
}

func TestAnOperatorErasesOnlyThePersonsSideWhileAProcedureIsOpen(t *testing.T) {
	k := keepCase(t)
	k.says("mon beau père me frappe")
	k.does(bot.Claimed{By: "camille"})
	k.does(bot.Procedure{By: "camille", Do: "open"})
	before := k.session()
	code, stdout, stderr := k.run("erase", before.Dossier)
	if code != 0 || !strings.HasPrefix(stdout, before.Dossier+": a Procédure danger is open.") {
		t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
	}
	after, err := k.store.Head(t.Context(), before.ID)
	if err != nil || !after.Session.Case.LeadOnly || after.Session.Case.Danger != "enfant" {
		t.Errorf("after it: %+v, %v", after.Session.Case, err)
	}
	_, stdout, _ = k.run("audit")
	var deeds []string
	for line := range strings.Lines(stdout) {
		deeds = append(deeds, strings.Join(strings.Split(line, ",")[1:3], " "))
	}
	want := "deed who|danger:enfant person|claimed camille|procedure_opened camille|left_to_lead operator"
	if got := strings.Join(deeds, "|"); got != want {
		t.Errorf("audit\n%s\nwant\n%s", got, want)
	}
}

func TestCommandsRefuseNumbersThatLeadNowhere(t *testing.T) {
	k := keepCase(t)
	for number, want := range map[string]string{
		"OR-7F3K-9Q2M-5": `"OR-7F3K-9Q2M-5" is not a dossier number`,
		"1":              `"1" is not a dossier number`,
		"OR-2222-2222-2": "OR-2222-2222-2 leads to no conversation",
	} {
		for _, verb := range []string{"erase", "export", "audit"} {
			if code, stdout, stderr := k.run(verb, number); code != 1 || stdout != "" || !strings.Contains(stderr, want) {
				t.Errorf("%s %s: exit %d, %q, %q", verb, number, code, stdout, stderr)
			}
		}
	}
}

func TestAnExportHoldsEverythingAboutAPerson(t *testing.T) {
	k := keepCase(t)
	k.says("je cherche une formation, je suis au chômage, à Rennes 35000", "humain", "c'est pour Nolwenn")
	k.does(bot.Claimed{By: "camille"})
	k.does(bot.Noted{By: "camille", Text: "a rappeler en mai"})
	k.does(bot.Replied{By: "camille", Text: "Bonjour Nolwenn"}) // held
	s := k.session()
	if err := k.store.Bury(t.Context(), s.ID, "telegram", 0, 1, "undeliverable"); err != nil {
		t.Fatal(err)
	}

	code, stdout, stderr := k.run("export", s.Dossier)
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d, %q", code, stderr)
	}
	for _, want := range []string{"Ce que nous gardons pour le dossier " + s.Dossier, "Telegram : chat-4711", "Que cherchez-vous ?",
		"Vous : je cherche une formation, je suis au chômage, à Rennes 35000", "Vous : c'est pour Nolwenn", "Note d'un conseiller : a rappeler en mai",
		"pas encore envoyé : Bonjour Nolwenn", "Conseiller : Camille", "Structure : Accueil régional", "message 1\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}

	code, stdout, stderr = k.run("export", "--json", s.Dossier)
	var x struct {
		Answers []bot.BriefLine
		Session bot.Session
		Card    *bot.Card
		Log     []bot.Entry
		Buried  []bot.Buried `json:"undelivered"`
	}
	if err := json.Unmarshal([]byte(stdout), &x); code != 0 || err != nil {
		t.Fatalf("exit %d, %v, %q", code, err, stderr)
	}
	if int64(len(x.Log)) != s.Entries || x.Card == nil || len(x.Buried) != 1 || x.Session.Trace != "" || len(x.Session.Held) != 1 ||
		len(x.Session.Answers) != len(s.Answers) || len(x.Answers) != len(s.Answers) {
		t.Errorf("%d entries of %d, card %v, %d dead letters, session %+v", len(x.Log), s.Entries, x.Card, len(x.Buried), x.Session)
	}
	if _, stdout, _ := k.run("audit"); strings.Count(stdout, ",exported,operator,") != 2 || strings.Contains(stdout, string(s.ID)) {
		t.Errorf("audit:\n%s", stdout)
	}
}

// The command is another process than the service: the person's page, which is open, is wiped at once,
// and what they write next begins anew.
func TestAnOperatorErasesWhileThePageIsOpen(t *testing.T) {
	config := serveCommand{RedisURL: startRedis(t), KeyFile: filepath.Join(t.TempDir(), "keys")}
	makeKeys(t, config.KeyFile)
	running := config
	house := serveHere(t, &running)
	b := &browser{t: t, base: house.base}
	b.open()
	b.until("Que cherchez-vous")
	b.say("humain")
	b.until("Je vous passe")
	keys, err := redis.LoadKeys(config.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	store, err := redis.Open(t.Context(), redis.Options{URL: config.RedisURL, Keys: keys, Prefix: "fd:bretagne:", Log: quietly()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	cards, err := store.Cards(t.Context())
	if err != nil || len(cards) != 1 {
		t.Fatal(cards, err)
	}
	code, stdout, stderr := command(t, "", "erase", cards[0].Dossier, "--redis-url", config.RedisURL, "--key-file", config.KeyFile)
	if code != 0 || stdout != cards[0].Dossier+" is erased.\n" || stderr != "" {
		t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
	}
	b.until("Tout est effacé")
	if answer, _ := b.post("/chat/messages", map[string]string{"id": "after", "text": "bonjour"}); answer.StatusCode != 401 {
		t.Errorf("a message afterwards is answered %s", answer.Status)
	}
	if cards, err := store.Cards(t.Context()); err != nil || len(cards) > 0 {
		t.Errorf("cards: %v, %v", cards, err)
	}
}
