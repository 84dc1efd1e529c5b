package main

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

var rewrite = flag.Bool("update", false, "write testdata/transcripts anew, as the engine alone plays them")

// fewestTranscripts is how many conversations the service is at least shown by.
const fewestTranscripts = 40

// Each file of testdata/transcripts is one conversation. It is replayed at three depths, which print
// the same: the engine alone, with its session stored between two turns; the embedded store, the
// player and the relay; the whole house, over HTTP.
func TestTranscripts(t *testing.T) {
	p := referenceProgram(t)
	seen := newCoverage(p)
	files, err := filepath.Glob("../../testdata/transcripts/*.txt")
	if err != nil || len(files) < fewestTranscripts {
		t.Errorf("%d transcripts (%v), want %d or more", len(files), err, fewestTranscripts)
	}
	played := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want := readTranscript(t, file)
			t.Run("engine", func(t *testing.T) {
				got := playedOn(t, want, func(s *transcript.Script) transcript.Stage {
					stage := rehearsal.Of(rehearsal.On(p), s)
					t.Cleanup(func() { faultless(t, stage) })
					played++
					return &watchedStage{stage, seen}
				})
				if *rewrite && !t.Failed() && got != want {
					if err := writeWhole(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					want = got
				}
				same(t, want, got)
			})
			t.Run("store", func(t *testing.T) {
				same(t, want, playedOn(t, want, func(s *transcript.Script) transcript.Stage { return newStoreStage(t, p, s) }))
			})
			t.Run("http", func(t *testing.T) {
				same(t, want, playedOn(t, want, func(s *transcript.Script) transcript.Stage { return newHTTPStage(t, s) }))
			})
		})
	}
	if played == len(files) { // not when only some were asked for
		seen.check(t)
	}
}

// readTranscript reads a file whose first line says in a comment what it shows.
func readTranscript(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), "# ") {
		t.Errorf("%s: the first line must be a comment that says what it shows", file)
	}
	return string(text)
}

func playedOn(t *testing.T, text string, open func(*transcript.Script) transcript.Stage) string {
	t.Helper()
	script, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := transcript.Play(script, open(script))
	if err != nil {
		lines := strings.Split(strings.TrimSpace(got), "\n")
		t.Fatalf("%v; the end of how far it went:\n%s", err, strings.Join(lines[max(0, len(lines)-12):], "\n"))
	}
	return got
}

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := changes(want, got); diff != "" {
		t.Errorf("it went otherwise (- as the file says, + as it went):\n%s", diff)
	}
}

// faultless wants no turn that the fallback had to answer.
func faultless(t *testing.T, s *rehearsal.Stage) {
	t.Helper()
	for _, fault := range s.Faults {
		t.Errorf("answered with an apology: %v", fault)
	}
}

// quietly is for what the log says that a test has no use for.
func quietly() *slog.Logger { return slog.New(slog.DiscardHandler) }

// whoWorks is everybody on the staff of a script, and somebody for the lead's desk when the script
// counts people on duty whom it does not name.
func whoWorks(s *transcript.Script, lead bot.StructureID) []bot.Actor {
	staff := slices.Clone(s.World.Staff)
	named := 0
	for _, a := range staff {
		if slices.Contains(a.Structures, lead) {
			named++
		}
	}
	for ; named < max(s.World.OnDuty, 1); named++ {
		name := fmt.Sprint("Colleague ", named+1)
		id := bot.CounsellorID(fmt.Sprint("colleague-", named+1))
		staff = append(staff, bot.Actor{ID: id, Name: name, Structures: []bot.StructureID{lead}})
	}
	return staff
}
