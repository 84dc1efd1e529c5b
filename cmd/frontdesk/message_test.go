package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

const recordedSound = "RIFF quarante-deux secondes d'une voix"

// leftMessage is a caller who has left a message and rung off.
func leftMessage(t *testing.T) (*keptCase, bot.Attachment) {
	t.Helper()
	k := keepCase(t)
	k.leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	k.does(bot.Arrived{})
	for _, key := range []string{"2", "1", "3"} {
		k.does(bot.Pressed{Keys: key})
	}
	s := k.session()
	until, err := k.store.PutBlob(t.Context(), s.ID, "m1", []byte(recordedSound), bot.MessageLife)
	if err != nil {
		t.Fatal(err)
	}
	message := bot.Attachment{ID: "m1", Kind: "audio/wav", Length: 42 * time.Second, Until: until}
	k.does(bot.Recorded{Ask: s.Ask, Attachment: message})
	k.does(bot.HungUp{})
	if s := k.session(); s.Life != bot.Promised {
		t.Fatalf("the case is %s", s.Life)
	}
	return k, message
}

func TestARecordedMessageIsPartOfTheExport(t *testing.T) {
	k, message := leftMessage(t)
	dossier := k.session().Dossier
	code, stdout, stderr := k.run("export", dossier)
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d, %q", code, stderr)
	}
	for _, line := range []string{"Votre message vocal", "Durée : 0\u00a0min\u00a042\u00a0s", "Le son : remis dans un fichier à part", "Vous : (un message enregistré, 0\u00a0min\u00a042\u00a0s)"} {
		if !strings.Contains(stdout, line) {
			t.Errorf("%q lacks %q", stdout, line)
		}
	}
	if strings.Contains(stdout, "m1") || strings.Contains(stdout, "RIFF") {
		t.Errorf("the text has more than what a person reads: %q", stdout)
	}
	file := filepath.Join(t.TempDir(), "message.wav")
	code, stdout, stderr = k.run("export", "--json", "--message", file, dossier)
	var x export
	if err := json.Unmarshal([]byte(stdout), &x); code != 0 || err != nil || x.Message == nil || !x.Message.Until.Equal(message.Until.Truncate(time.Second)) {
		t.Fatalf("exit %d, %q, %v, %+v", code, stderr, err, x.Message)
	}
	sound, err := os.ReadFile(file)
	info, also := os.Stat(file)
	if err != nil || also != nil || string(sound) != recordedSound || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has %q, %v, %v", sound, err, info.Mode())
	}
	if code, _, stderr := k.run("export", "--message", file, dossier); code == 0 || !strings.Contains(stderr, "message.wav") {
		t.Errorf("a file that is there is written over: %d, %q", code, stderr)
	}
}

func TestARecordedMessageIsErasedWithItsConversation(t *testing.T) {
	k, _ := leftMessage(t)
	s := k.session()
	if sound, err := k.store.Blob(t.Context(), s.ID, "m1"); err != nil || string(sound) != recordedSound {
		t.Fatalf("before: %q, %v", sound, err)
	}
	if code, _, stderr := k.run("erase", s.Dossier); code != 0 {
		t.Fatalf("exit %d, %q", code, stderr)
	}
	if _, err := k.store.Blob(t.Context(), s.ID, "m1"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("after: %v, want ErrNotFound", err)
	}
}
