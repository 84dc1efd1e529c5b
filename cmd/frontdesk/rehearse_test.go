package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

var rewriteScripts = flag.Bool("update-scripts", false, "write testdata/rehearse/*.txt anew")

// guichet is a small bundle of the tests' own, so that they say nothing about the service's content.
const guichet = "testdata/rehearse/guichet"

// command plays one command line.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = run(args, &console{t.Context(), strings.NewReader(stdin), &out, &errOut, shared})
	return code, out.String(), errOut.String()
}

// A script is a command line and what it must print:
//
//	$ frontdesk rehearse --at 2026-11-24T10:00
//	# whatever is worth saying
//	-- in --
//	-- out --
//	-- err --
//	-- exit 0 --
func playScript(t *testing.T, text string) string {
	t.Helper()
	head, rest, _ := strings.Cut(text, "-- in --\n")
	in, _, _ := strings.Cut(rest, "-- out --\n")
	line, _, _ := strings.Cut(head, "\n")
	args := strings.Fields(strings.TrimPrefix(line, "$ frontdesk "))
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "GUICHET", guichet)
	}
	code, stdout, stderr := command(t, in, args...)
	stdout = release.ReplaceAllString(stdout, "$1")
	return fmt.Sprintf("%s-- in --\n%s-- out --\n%s-- err --\n%s-- exit %d --\n", head, in, stdout, stderr, code)
}

// release is the name of a release: it changes with the canonical form, not with what is tested.
var release = regexp.MustCompile(`("release":"|publication )[0-9a-f]+`)

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/rehearse/*.txt")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := playScript(t, string(want))
			if *rewriteScripts {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got != string(want) && !*rewriteScripts {
				t.Errorf("%s has changed (-update-scripts writes it anew):\n%s", file, changes(string(want), got))
			}
		})
	}
}

// What was recorded is replayed the same, and a changed line is seen.
func TestRecordAndReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.txt")
	const talk = "[1]\n30\nhumain\nCamille: (claims)\nCamille: Bonjour.\n(10s)\nmerci\nCamille: (finishes answered)\n"
	for _, channel := range []string{"web", "phone"} {
		code, _, stderr := command(t, talk, "rehearse", "--flows", guichet, "--at", "2026-11-24T10:00", "--channel", channel, "--record", file)
		if code != 0 {
			t.Fatalf("%s: exit %d: %s", channel, code, stderr)
		}
		code, stdout, _ := command(t, "", "rehearse", "--flows", guichet, "--replay", file)
		if code != 0 || !strings.Contains(stdout, "aucune différence") {
			t.Errorf("%s: exit %d: %s", channel, code, stdout)
		}
	}
	recorded, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(recorded), "Que cherchez-vous", "Que voulez-vous", 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := command(t, "", "rehearse", "--flows", guichet, "--replay", file)
	if code != 1 || !strings.Contains(stdout, "-     bot: Que voulez-vous ?\n+     bot: Que cherchez-vous ?\n") {
		t.Errorf("exit %d:\n%s", code, stdout)
	}
	if code, _, stderr := command(t, "", "rehearse", "--flows", guichet, "--replay", file, "--record", file); code != 0 {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if again, err := os.ReadFile(file); err != nil || !bytes.Equal(again, recorded) {
		t.Errorf("%v\n%s", err, changes(string(recorded), string(again)))
	}
}

// The reference bundle is rehearsed on every channel without a fault, and what is recorded is
// replayed the same.
func TestReferenceBundle(t *testing.T) {
	const talk = "bonjour\n(silence)\n[1]\n[1]\nhumain\n(silence)\nje veux mourir\nCamille: (claims)\nCamille: Bonjour.\n(10s)\nCamille: (releases)\n(24h)\neffacer\nbonjour\n"
	for _, channel := range []string{"chat", "sms", "voice"} {
		file := filepath.Join(t.TempDir(), "r.txt")
		code, stdout, stderr := command(t, talk, "rehearse", "--at", "2026-11-24T10:00", "--channel", channel, "--record", file)
		if code != 0 {
			t.Fatalf("%s: exit %d\n%s\n%s", channel, code, stdout, stderr)
		}
		if code, stdout, stderr := command(t, "", "rehearse", "--replay", file); code != 0 {
			t.Errorf("%s: exit %d\n%s\n%s", channel, code, stdout, stderr)
		}
	}
}

// A line that fails leaves no trace: what follows goes on as if it had not been typed.
func TestFailedLineLeavesNoTrace(t *testing.T) {
	r, v := opened(t)
	for _, line := range []string{"(arrives)", "[1]"} {
		if err := r.line("citizen: "+line, v); err != nil {
			t.Fatal(err)
		}
	}
	whole, calls, version := r.whole, len(r.stage.calls), versionOf(t, r)
	for _, line := range []string{"citizen: [9]", "citizen: (dances)", "Karim: (claims)", "time: demain", "staff Camille x 3"} {
		if err := r.line(line, v); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
	if r.whole != whole || len(r.stage.calls) != calls || versionOf(t, r) != version {
		t.Errorf("%d calls, version %d, transcript:\n%s", len(r.stage.calls), versionOf(t, r), r.whole)
	}
}

// What was played is not played again when the conversation grows.
func TestEachLineIsPlayedOnce(t *testing.T) {
	r, v := opened(t)
	for i, line := range []string{"(arrives)", "[1]", "[3]", "35000"} {
		if err := r.line("citizen: "+line, v); err != nil {
			t.Fatal(err)
		}
		if got := versionOf(t, r); got != uint64(i+1) {
			t.Fatalf("after %d lines: version %d", i+1, got)
		}
	}
}

func opened(t *testing.T) (*rehearsed, *rehearsalView) {
	t.Helper()
	b, err := loadBundle(guichet, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(b)
	if err != nil {
		t.Fatal(err)
	}
	c := &rehearseCommand{Channel: "web", At: "2026-11-24T10:00", Duty: 1}
	r, err := c.rehearsal(p)
	if err != nil {
		t.Fatal(err)
	}
	return r, c.view(&console{out: &bytes.Buffer{}}, p)
}

// Timers ring in order, each at its own time, and a stage without a timer says so.
func TestStageRings(t *testing.T) {
	r, _ := opened(t)
	script, err := transcript.Parse("at 2026-11-24 10:00\n")
	if err != nil {
		t.Fatal(err)
	}
	r.script = script
	s := r.stage.stage
	if _, err := s.UntilTimer(); err != rehearsal.ErrNoTimer {
		t.Errorf("%v, want %v", err, rehearsal.ErrNoTimer)
	}
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "p", For: bot.ToCitizen}
	if _, err := s.Input(bot.Input{ID: "1", Leg: leg, Event: bot.Arrived{}}); err != nil {
		t.Fatal(err)
	}
	entries, err := s.Pass(72 * time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var rings []time.Duration
	for _, e := range entries {
		if e.Input != nil && e.Input.Event == (bot.Rang{}) {
			rings = append(rings, e.At.Sub(script.World.At))
		}
	}
	if want := []time.Duration{15 * time.Minute, 48 * time.Hour}; !slices.Equal(rings, want) {
		t.Errorf("rang after %v, want %v", rings, want)
	}
	if want := script.World.At.Add(72 * time.Hour); !s.Now().Equal(want) {
		t.Errorf("it is %v, want %v", s.Now(), want)
	}
}

// After an erasure the person is somebody new: another conversation, another dossier.
func TestStageBeginsAnewAfterErasure(t *testing.T) {
	r, _ := opened(t)
	r.script, _ = transcript.Parse("at 2026-11-24 10:00\n")
	s := r.stage.stage
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "p", For: bot.ToCitizen}
	for i, e := range []bot.Event{bot.Arrived{}, bot.EraseAsked{}, bot.HungUp{}, bot.Said{Text: "bonjour"}} {
		in := bot.Input{ID: fmt.Sprint(i), Leg: leg, Event: e}
		if _, err := s.Input(in); err != nil {
			t.Fatal(err)
		}
	}
	session, err := s.Session()
	if err != nil {
		t.Fatal(err)
	}
	if session.ID != rehearsal.ID+"-2" || session.Life != bot.Talking || session.Version != 1 {
		t.Errorf("conversation %q is %s at version %d", session.ID, session.Life, session.Version)
	}
}

// Whoever sits at a terminal and leaves ends the rehearsal, and what was said is recorded.
func TestInterruptedRehearsalIsRecorded(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer typed.Close()
	file := filepath.Join(t.TempDir(), "r.txt")
	ended := make(chan int)
	var out, errOut bytes.Buffer
	go func() {
		ended <- run([]string{"rehearse", "--flows", guichet, "--at", "2026-11-24T10:00", "--record", file}, &console{ctx, in, &out, &errOut, shared})
	}()
	fmt.Fprintln(typed, "[1]")
	fmt.Fprintln(typed, "# taken: so the line before is played")
	leave()
	if code := <-ended; code != 0 {
		t.Errorf("exit %d: %s", code, errOut.String())
	}
	if got, err := os.ReadFile(file); err != nil || !strings.Contains(string(got), "citizen: [1]\n    bot: ") {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestChanges(t *testing.T) {
	tests := []struct{ was, is, want string }{
		{"", "", ""},
		{"a\nb\n", "a\nb\n", ""},
		{"a\n", "b\n", "- a\n+ b\n"},
		{"a\nb\n", "a\nb\nc\n", "  a\n  b\n+ c\n"},
		{"a\nb\nc\nd\n", "b\nc\nd\n", "- a\n  b\n  c\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n", "- 1\n+ x\n  2\n  3\n  …\n  7\n  8\n- 9\n+ y\n"},
	}
	for _, test := range tests {
		if got := changes(test.was, test.is); got != test.want {
			t.Errorf("from %q to %q:\n%s\nwant\n%s", test.was, test.is, got, test.want)
		}
	}
}

func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "a"), filepath.Join(dir, "l")
	if err := os.WriteFile(file, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a", link); err != nil {
		t.Fatal(err)
	}
	if err := writeWhole(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	info, err2 := os.Lstat(link)
	if err != nil || err2 != nil || string(got) != "new" || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%q, link %v, %v %v", got, info.Mode(), err, err2)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := writeWhole(filepath.Join(dir, "none", "a"), nil, 0o600); err == nil {
		t.Error("a file was written where there is no directory")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// versionOf counts the turns that a rehearsal has played.
func versionOf(t *testing.T, r *rehearsed) uint64 {
	t.Helper()
	s, err := r.stage.stage.Session()
	if err != nil {
		t.Fatal(err)
	}
	return s.Version
}
