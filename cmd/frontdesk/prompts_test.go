package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/speech"
	"frontdesk/adapters/speech/speechfake"
)

// What a call says is put together of sentences with names; those without one hold what is this call's own.
func TestACallIsMadeOfStaticSentences(t *testing.T) {
	names, err := spokenNames(referenceProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []struct {
		at, keys string
		own      []string
	}{
		{"2026-11-24T21:00", "[0] [2] [0639981234#] [1] [1] [1]", []string{
			"Les conseillères et les conseillers répondent demain à 9 h.", "Votre numéro : 06 39 98 12 34.",
			"Nous vous appelons avant jeudi à 18 h, depuis le 02 61 91 00 00.", "Votre dossier : OR-ED8Q-BAKY-K.", "Je répète votre dossier : OR-ED8Q-BAKY-K."}},
		{"2026-11-24T10:00", "[2] [4] [2] [0612345678#] [1] [2]", []string{"Votre numéro : 06 12 34 56 78.",
			"Nous vous appelons avant jeudi à 18 h, depuis le 02 61 91 00 00.", "Votre dossier : OR-ED8Q-BAKY-K.", "Je répète votre dossier : OR-ED8Q-BAKY-K."}},
		{"2026-11-24T10:00", "[3] [1] [7] [*] (silence)", nil},
	} {
		code, said, stderr := command(t, strings.ReplaceAll(call.keys, " ", "\n")+"\n", "rehearse", "--channel", "voice", "--at", call.at)
		if code != 0 {
			t.Fatalf("%s: exit %d, %s", call.keys, code, stderr)
		}
		var own []string
		heard := 0
		for line := range strings.Lines(said) {
			if strings.HasPrefix(line, " ") || strings.HasPrefix(line, ">") {
				continue
			}
			for _, p := range spokenPrompts(names, "fr", strings.TrimPrefix(line, "! "), false) { // emergency numbers
				_, english := names[spokenKey{"en", p.Text}] // that the other language is spoken, too
				if heard++; p.Name == "" && !english {
					own = append(own, p.Text)
				}
			}
		}
		if heard < 15 || !slices.Equal(own, call.own) {
			t.Errorf("%s: of %d sentences these have no name:\n%s\nnot\n%s", call.keys, heard, strings.Join(own, "\n"), strings.Join(call.own, "\n"))
		}
	}
}

// Names are files' names, one each, and the list has three columns.
func TestPromptsList(t *testing.T) {
	code, stdout, stderr := command(t, "", "prompts", "list")
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(stdout) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 || strings.ContainsAny(columns[0], "/\\ ") || columns[0] == "" || strings.ContainsAny(columns[2], "{}") {
			t.Errorf("a line is %q", line)
			continue
		}
		file := columns[1] + "/" + columns[0]
		if seen[file] {
			t.Errorf("two sentences are %s", file)
		}
		seen[file] = true
	}
	for _, line := range []string{
		"accueil.bonjour.2\tfr\tJe suis un robot.\n",
		"accueil.bonjour.1\tfr\tBonjour, ici Orientation Bretagne.\n",
		"voix.menu.etudes.key2\tfr\tPour les études d'un jeune, tapez 2.\n",
		"card.vae.1\tfr\t", "card.vae.1\ten\t", "safety.suicide.4\tfr\tIdées de suicide : le 31 14, jour et nuit.\n", "accueil.bonjour.1\tbr\t",
	} {
		if !strings.Contains("\n"+stdout, "\n"+line) {
			t.Errorf("no line %q", line)
		}
	}
	for _, chat := range []string{"accueil.besoin.", "engine.mail.", "Parcoursup, mon master", "HUMAIN"} {
		if strings.Contains(stdout, chat+"\tfr") || strings.Contains(stdout, "\n"+chat) {
			t.Errorf("%q is nothing that a caller hears", chat)
		}
	}
	grandEst, _, _ := sentencesOf("", "grand-est")
	if len(grandEst) < 100 || strings.Contains(grandEst[0].Text, "Bretagne") {
		t.Errorf("another region has %d sentences, the first %q", len(grandEst), grandEst[0].Text)
	}
}

// buildPrompts runs the command on the small bundle, with the fake for an engine.
func buildPrompts(t *testing.T, engine *speechfake.Engine, dir string, more ...string) (int, string, string) {
	t.Helper()
	server := httptest.NewServer(engine)
	defer server.Close()
	t.Setenv("PATH", t.TempDir()) // no espeak-ng
	return command(t, "", append([]string{"prompts", "build", guichet, "--url", server.URL + "/v1/audio/speech", "--model", "tts-1", "--voice", "alloy", "--cache", dir}, more...)...)
}

func TestPromptsBuild(t *testing.T) {
	cache, recordings := t.TempDir(), t.TempDir()
	engine := &speechfake.Engine{}
	code, stdout, stderr := buildPrompts(t, engine, cache)
	made := len(engine.Asked())
	kept, _ := filepath.Glob(filepath.Join(cache, "*.wav"))
	if code != 0 || stderr != "" || made < 30 || len(kept) != made || !strings.Contains(stdout, counted(made, "phrase", "phrases")+", voix : ") {
		t.Fatalf("exit %d, %d made, %d kept\n%s%s", code, made, len(kept), stdout, stderr)
	}
	if code, _, _ = buildPrompts(t, &speechfake.Engine{}, t.TempDir(), "--slow"); code != 0 {
		t.Errorf("at the slow pace, exit %d", code)
	}
	// somebody records one; then the bundle says something else
	wav, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"accueil.age.1", "of-yore"} {
		file := filepath.Join(recordings, "fr", name+".wav")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, wav, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, stdout, _ = buildPrompts(t, engine, cache, "--recordings", recordings)
	note, err := os.ReadFile(filepath.Join(recordings, "fr", "accueil.age.txt"))
	if err == nil {
		t.Errorf("a note under a wrong name: %s", note)
	}
	note, err = os.ReadFile(filepath.Join(recordings, "fr", "accueil.age.1.txt"))
	if err != nil || !bytes.HasPrefix(note, []byte("Quel âge")) {
		t.Errorf("the note is %q, %v", note, err)
	}
	for _, want := range []string{"fr : enregistrement, 1 phrase\n", "of-yore.wav : ne sert plus", "enregistrements absents : "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if err := os.WriteFile(filepath.Join(recordings, "fr", "accueil.age.1.txt"), []byte("Et votre âge ?"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stdout, _ = buildPrompts(t, engine, cache, "--recordings", recordings); !strings.Contains(stdout, "accueil.age.1.wav : à refaire") || strings.Contains(stdout, "fr : enregistrement") {
		t.Errorf("the recording of another sentence is taken:\n%s", stdout)
	}
}

func TestPromptsBuildNamesWhatNobodyCanSay(t *testing.T) {
	engine := &speechfake.Engine{}
	engine.Be(speechfake.Mood{Status: 500})
	code, stdout, _ := buildPrompts(t, engine, t.TempDir())
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if last := lines[len(lines)-1]; code != 1 || !strings.HasSuffix(last, "phrases manquent") {
		t.Errorf("exit %d, %q", code, last)
	}
	if want := "accueil.age.1 (fr) : personne ne peut dire cette phrase"; !strings.Contains(stdout, want) || !strings.Contains(stdout, "\naccueil.yaml:") {
		t.Errorf("no %q with its place in\n%s", want, stdout)
	}
	t.Setenv("PATH", t.TempDir())
	if code, _, stderr := command(t, "", "prompts", "build", guichet); code != 1 || !strings.Contains(stderr, "nobody can speak: install espeak-ng, or set FRONTDESK_SPEECH_URL") {
		t.Errorf("without any voice: exit %d, %q", code, stderr)
	}
}

func TestSpeechSettingsThatAreWrong(t *testing.T) {
	for want, args := range map[string][]string{
		"FRONTDESK_SPEECH_URL: must be set where":      {"--voice", "alloy"},
		"FRONTDESK_SPEECH_URL: is not an address":      {"--url", "127.0.0.1:8000"},
		"FRONTDESK_SPEECH_URL: does not end":           {"--url", "http://127.0.0.1:8000", "--model", "m", "--voice", "v"},
		"FRONTDESK_SPEECH_URL: must be an https":       {"--url", "http://tts.example/v1/audio/speech", "--model", "m", "--voice", "v", "--key", "sesame"},
		"FRONTDESK_SPEECH_MODEL: must be set":          {"--url", "http://127.0.0.1:8000/v1/audio/speech", "--voice", "v"},
		"FRONTDESK_SPEECH_VOICE: must be set":          {"--url", "http://127.0.0.1:8000/v1/audio/speech", "--model", "m"},
		"FRONTDESK_SPEECH_RECORDINGS: ":                {"--recordings", "/nowhere/at/all"},
		"FRONTDESK_SPEECH_RECORDINGS: prompts_test.go": {"--recordings", "prompts_test.go"},
		"a key goes into FRONTDESK_SPEECH_KEY":         {"--url", "https://me:sesame@tts.example/v1/audio/speech", "--model", "m", "--voice", "v"},
	} {
		code, _, stderr := command(t, "", append([]string{"prompts", "build"}, args...)...)
		if code != 2 || !strings.Contains(stderr, want) || strings.Contains(stderr, "sesame") {
			t.Errorf("%q: exit %d, %q, not %q", args, code, stderr, want)
		}
	}
}

// The telephone is told the same sentence for the same words, in each language.
func TestSpokenPrompts(t *testing.T) {
	names := map[spokenKey]string{{"fr", "Bonjour."}: "a.1"}
	got := spokenPrompts(names, "fr", "Bonjour. Votre dossier : OR-ED8Q-BAKY-K.", true)
	want := []speech.Prompt{{Name: "a.1", Language: "fr", Text: "Bonjour.", Slow: true}, {Language: "fr", Text: "Votre dossier : OR-ED8Q-BAKY-K.", Slow: true}}
	if !slices.Equal(got, want) || spokenPrompts(names, "en", "Bonjour.", false)[0].Name != "" {
		t.Errorf("%+v", got)
	}
}
