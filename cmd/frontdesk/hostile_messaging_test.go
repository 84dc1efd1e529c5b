package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"frontdesk/bot"
)

// emptyRoomWithMail has nobody at work, and sends letters.
type emptyRoomWithMail struct{ code string }

func (w emptyRoomWithMail) Facts(context.Context, bot.Session, bot.Input) (bot.Facts, error) {
	return bot.Facts{Code: w.code}, nil
}

// Who may read what is kept is not who reads the mailbox: an operator, or somebody who says that they are the
// person, cannot confirm an address with what they are shown.
func TestAnExportDoesNotHoldTheCodeThatProvesAnAddress(t *testing.T) {
	k := keepCase(t)
	k.player.World = emptyRoomWithMail{"736251"}
	k.says("faire reconnaître mon expérience", "une personne", "une réponse plus tard", "non", "par e-mail", "nom@exemple.fr")
	s := k.session()
	if s.Proof.Code != "736251" {
		t.Fatalf("no code waits: %+v, at %s", s.Legs, s.Step)
	}
	for _, args := range [][]string{{"export", s.Dossier}, {"export", "--json", s.Dossier}} {
		code, stdout, stderr := k.run(args...)
		if code != 0 || strings.Contains(stdout, "736251") {
			t.Errorf("%q: exit %d, %q, the code is in it: %v", args, code, stderr, strings.Contains(stdout, "736251"))
		}
		if len(args) == 2 && !strings.Contains(stdout, "(un code, pour la confirmer)") {
			t.Errorf("that a letter went is missing in\n%s", stdout)
		}
		if len(args) == 3 && !json.Valid([]byte(stdout)) {
			t.Errorf("%q is no JSON", args)
		}
	}
}
