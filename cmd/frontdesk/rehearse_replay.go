package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// replay plays a transcript again. With --record it is written as it went now; without, it must have
// gone as the file says.
func (c *rehearseCommand) replay(out *console, e *engine.Engine) error {
	file, err := os.ReadFile(c.Replay)
	if err != nil {
		return fmt.Errorf("transcript: %w", err)
	}
	want := strings.ReplaceAll(string(file), "\r\n", "\n")
	script, err := transcript.Parse(want)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Replay, err)
	}
	stage := rehearsal.Of(e, script)
	got, err := transcript.Play(script, stage)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Replay, err)
	}
	for _, f := range stage.Faults {
		fmt.Fprintln(out.err, "frontdesk: the service answered with an apology:", f)
		err = errFailed
	}
	changes := changes(want, got)
	if changes != "" {
		fmt.Fprintf(out.out, "--- %s\n+++ maintenant\n%s", c.Replay, changes)
	}
	if c.Record != "" {
		if failed := writeWhole(c.Record, []byte(got), 0o600); failed != nil {
			return failed
		}
		return err
	}
	switch {
	case changes != "":
		return errFailed
	case err == nil:
		fmt.Fprintf(out.out, "%s : aucune différence, %d lignes\n", c.Replay, strings.Count(got, "\n"))
	}
	return err
}

// changes is what differs between two texts, line by line with two lines around: "-" was, "+" is.
// It is "" when nothing does.
func changes(was, is string) string {
	var out strings.Builder
	last := -1
	for i, l := range transcript.Compare(was, is) {
		if !l.Near {
			continue
		}
		if last >= 0 && i > last+1 {
			out.WriteString("  …\n")
		}
		last = i
		fmt.Fprintf(&out, "%c %s\n", l.Mark, l.Text)
	}
	return out.String()
}

// writeWhole writes a file whole or not at all: beside it first, then in its place. A file that
// exists keeps its permissions; a link keeps pointing where it did.
func writeWhole(name string, content []byte, mode os.FileMode) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".frontdesk-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
