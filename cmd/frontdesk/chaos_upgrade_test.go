//go:build chaos

package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Two binaries, for a run of this test that can read what the newer one writes.
const (
	olderBinary = "FRONTDESK_CHAOS_OLDER"
	newerBinary = "FRONTDESK_CHAOS_NEWER"
)

// upgrade makes a frontdesk whose sessions the present one cannot read, and has this same test play
// again as the newer version, with both binaries side by side: the oracle too must read newer sessions.
func upgrade(t *testing.T, older string) {
	t.Helper()
	overlay := nextVersion(t)
	newer := build(t, "-overlay", overlay)
	judge := filepath.Join(t.TempDir(), "judge")
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute+*chaosFor)
	defer stop()
	if out, err := exec.CommandContext(ctx, "go", "test", "-c", "-tags", "chaos", "-overlay", overlay, "-o", judge, ".").CombinedOutput(); err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	run := exec.CommandContext(ctx, judge, "-test.run", "^TestChaos$/^"+sideBySide+"$", "-test.v", "-chaos.for", chaosFor.String())
	run.Env = append(os.Environ(), olderBinary+"="+older, newerBinary+"="+newer)
	out, err := run.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "    ") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestChaos/"+sideBySide) {
		t.Errorf("%v\n%s", err, out)
	}
}

// nextVersion is an overlay for the go command in which the session codec is one higher: it is
// written, and the present one is still read.
func nextVersion(t *testing.T) (overlay string) {
	t.Helper()
	path, err := filepath.Abs("../../bot/codec.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	constant := regexp.MustCompile(`(?m)^const sessionCodec = (\d+)$`)
	found := constant.FindSubmatch(text)
	const written = "codec := byte(plainSession)"
	if found == nil || strings.Count(string(text), written) != 1 {
		t.Fatal("bot/codec.go no longer has the lines that this test changes")
	}
	n, _ := strconv.Atoi(string(found[1]))
	next := constant.ReplaceAllString(string(text), "const sessionCodec = "+strconv.Itoa(n+1))
	next = strings.Replace(next, written, "codec := byte(sessionCodec)", 1)
	dir := t.TempDir()
	changed := filepath.Join(dir, "codec.go")
	body, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	for name, text := range map[string]string{changed: next, overlay: string(body)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return overlay
}

// bothVersions has people write to an older and a newer replica at once, and then to the newer alone.
func bothVersions(t *testing.T, older, newer string) {
	t.Helper()
	s := newSite(t, []string{older, newer})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go s.onDuty(ctx)
	c := &crowd{site: s}
	c.talk(writers, time.Now().Add(*chaosFor))
	left := 0 // nothing else has a turn wait for the grace here
	for _, d := range c.delays {
		if d > grace*4/5 {
			left++
		}
	}
	if refused := c.unavailable.Load() + c.broken.Load() + c.overdue.Load(); refused > 0 {
		t.Errorf("%d messages were refused or not answered while two versions ran side by side", refused)
	}
	median, p99, most := spread(c.delays)
	t.Logf("side by side: %d messages, accept to reply median %s, 99 of 100 within %s, most %s", c.acked.Load(), median, p99, most)
	s.replicas[0].stop()
	s.replicas = s.replicas[1:]
	c.talk(writers, time.Now().Add(2*time.Second))
	c.report(t, left, "turns left to the newer version", 100, 20)
}
