package engine_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/flows"
)

// edited is the reference bundle with one line of its first file changed.
func edited(t *testing.T, old, new string) *engine.Program {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(flows.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := flows.Files.ReadFile(path)
		if path == "accueil.yaml" {
			if !strings.Contains(string(text), old) {
				t.Fatalf("the reference bundle no longer has %q", old)
			}
			text = []byte(strings.Replace(string(text), old, new, 1))
		}
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := compiled(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A hand-off that nobody can take goes on; where its way leads back to it past questions that are
// answered already, no loader sees the loop.
func TestAHandOffThatLeadsBackToItselfEndsWithAPerson(t *testing.T) {
	k := newTalk(t, edited(t, `channel: "!voice", et_maintenant: "!suivi"}`, `channel: "!voice"}`))
	k.at = time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	k.play(bot.Arrived{})
	for _, words := range []string{"je cherche du travail", "au chômage", "22 ans", "non", "j'ai déjà un conseiller", "France Travail", "il ne répond pas"} {
		k.say(words)
	}
	turn := k.say("je ne sais pas")
	if !errors.Is(turn.Fault, engine.ErrStepLimit) || turn.After.Life != bot.Promised || len(turn.Effects) > 10 {
		t.Errorf("fault %v, life %s, %d effects; want the step limit and a case", turn.Fault, turn.After.Life, len(turn.Effects))
	}
}
