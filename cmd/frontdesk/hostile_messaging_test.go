package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

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

// openHostile is a town with two structures, and Camille of the regional desk on duty.
func openHostile(t *testing.T) *town {
	t.Helper()
	w := openTown(t, instantOf(t, "2026-12-01 10:00"), []hired{hire("camille", "Camille", "accueil-regional"), hire("bilal", "Bilal", "accueil-regional"),
		hireAs(bot.RoleLead, hire("sacha", "Sacha", "accueil-regional")), hire("max", "Max", "mission-locale-35")}, nil)
	w.seat("camille").slash("reprise")
	return w
}

// taken is somebody on Telegram whom Camille has taken, and who has told her something.
func (w *town) taken(person int64) *caller {
	w.t.Helper()
	c := w.onTelegram(person, "Sam").says("une personne")
	if err := w.seat("camille").presses(c, "claim"); err != nil {
		w.t.Fatal(err)
	}
	w.settled()
	return c.says("zyzzyva, entre nous")
}

// inSlack counts the messages with a text that somebody can read in Slack now; "" for anybody.
func (w *town) inSlack(user, text string) int {
	n := 0
	for _, room := range w.slack.Channels(user) {
		for _, root := range w.slack.Messages(room.ID) {
			for _, m := range w.slack.Thread(room.ID, root.TS) {
				if strings.Contains(m.Text(), text) {
					n++
				}
			}
		}
	}
	return n
}

// Whoever brings a code to another place goes on there, also while a counsellor is in the conversation. What
// was said before is not read back, the counsellor learns that somebody has joined, and the code stands nowhere.
func TestWhoJoinsALiveConversationReadsNothingOfBefore(t *testing.T) {
	w := openHostile(t)
	sam := w.taken(101)
	w.seat("camille").writes(sam, "zyzzyva, bien reçu")
	w.passes(11 * time.Second)
	code, _, err := w.house.codes.Issue(t.Context(), sam.id)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := w.onTelegram(102, "Lina").says(code, "me voici ailleurs")
	w.seat("camille").writes(sam, "je vous lis")
	w.passes(11 * time.Second)
	elsewhere.sees("je vous lis")
	sam.sees("je vous lis")
	if elsewhere.times("zyzzyva") > 0 {
		t.Errorf("what was said before is read back\n%s", w.picture())
	}
	if w.inSlack(member("camille"), "me voici ailleurs") != 1 || w.inSlack(member("camille"), "depuis un autre endroit") != 1 {
		t.Errorf("the counsellor does not see who writes\n%s", w.picture())
	}
	if w.inSlack("", code) > 0 || strings.Contains(w.log.String(), code) {
		t.Error("the code is in Slack, or in the log")
	}
	w.onTelegram(103, "Autre").says(code).sees("Ce code n'ouvre rien")
}

// A case that moves to another structure leaves its number behind and nothing else; whoever had it says
// nothing in it any more, and changes nothing of what they said.
func TestACaseThatWasHandedOnIsBehindTheWall(t *testing.T) {
	w := openHostile(t)
	sam := w.taken(101)
	old := w.seat("camille").thread(sam)
	ts := w.seat("camille").writes(sam, "dernier mot")
	w.seat("camille").does(sam, "transfer", "structure", "mission-locale-35", "reason", "quidproquo", "consent", "oui")
	if err := w.seat("max").presses(sam, "claim"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	sam.says("pour le suivant")
	for name, err := range map[string]error{
		"writes": func() error {
			_, err := w.slack.Write(member("camille"), old.Channel, "encore moi", old.TS)
			return err
		}(),
		"edits":   w.slack.Edit(member("camille"), old.Channel, ts, "dernier mot, corrigé"),
		"deletes": w.slack.Delete(member("camille"), old.Channel, ts),
	} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	w.passes(11 * time.Second)
	if sam.times("encore moi")+sam.times("corrigé") > 0 || sam.times("dernier mot") != 1 {
		t.Errorf("the old owner reaches the person\n%s", w.picture())
	}
	if w.inSlack(member("camille"), "pour le suivant") > 0 || w.inSlack(member("max"), "pour le suivant") != 1 {
		t.Errorf("words go to whom they are not for\n%s", w.picture())
	}
	if w.inSlack(member("bilal"), "Max") > 0 || w.inSlack(member("bilal"), "quidproquo") > 0 || w.inSlack(member("max"), "quidproquo") != 1 {
		t.Errorf("a room shows more than codes\n%s", w.picture())
	}
	if said := w.seat("camille").slash("cherche " + sam.dossier()); !strings.Contains(said, "n'existe pas") {
		t.Errorf("the old owner finds the case: %s", said)
	}
}

// When somebody has their side erased while a Procédure danger is open, the case is the lead's alone, whoever
// had it before; when the procedure ends, nothing of ours is left in Slack.
func TestAProcedureOfWhoIsGoneIsTheLeadsAlone(t *testing.T) {
	w := openHostile(t)
	sam := w.taken(101)
	w.seat("camille").does(sam, "procedure", "do", "open", "note", "appelé la CRIP")
	w.seat("camille").writes(sam, "un mot qui ne part plus")
	sam.says("EFFACER")
	w.passes(11 * time.Second)
	if sam.times("ne part plus") > 0 || w.inSlack("", "zyzzyva") > 0 {
		t.Errorf("after the erasure\n%s", w.picture())
	}
	for _, who := range []bot.CounsellorID{"camille", "bilal"} {
		for _, action := range []string{"peek", "claim"} {
			if err := w.seat(who).presses(sam, action); err != nil {
				t.Fatal(err)
			}
			w.until(string(who)+" is refused", func() bool {
				all := w.slack.Ephemerals(member(who))
				return len(all) > 0 && strings.Contains(all[len(all)-1].Text(), "n'existe pas")
			})
		}
	}
	w.settled()
	if owner := sam.session().Case.Owner; owner != "" {
		t.Fatalf("the case is %s's", owner)
	}
	if err := w.seat("sacha").presses(sam, "claim"); err != nil {
		t.Fatal(err)
	}
	w.settled()
	w.seat("sacha").does(sam, "finish", "outcome", "safety")
	if s := sam.session(); s.Life != bot.Erased || w.inSlack("", "OR-") > 0 {
		t.Errorf("at the end the conversation is %s\n%s", s.Life, w.picture())
	}
}
