package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	stage := rehearsal.New(e, script.Facts, script.World.At)
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
	a, b := splitLines(was), splitLines(is)
	lines := align(a, b)
	var out strings.Builder
	last := -1
	for i, l := range lines {
		if !near(lines, i) {
			continue
		}
		if last >= 0 && i > last+1 {
			out.WriteString("  …\n")
		}
		last = i
		fmt.Fprintf(&out, "%c %s\n", l.mark, l.text)
	}
	return out.String()
}

func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

type changedLine struct {
	mark byte // ' ', '-' or '+'
	text string
}

// near says whether a line changed, or stands at most two lines from one that did.
func near(lines []changedLine, i int) bool {
	for j := max(0, i-2); j < min(len(lines), i+3); j++ {
		if lines[j].mark != ' ' {
			return true
		}
	}
	return false
}

// align finds the longest common lines of two texts. Only what lies between their first and their
// last difference takes the square of its length.
func align(a, b []string) []changedLine {
	var head, tail []changedLine
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, changedLine{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, changedLine{' ', a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	slices.Reverse(tail)
	return slices.Concat(head, alignMiddle(a, b), tail)
}

func alignMiddle(a, b []string) []changedLine {
	common := make([][]int, len(a)+1) // of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var lines []changedLine
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, changedLine{' ', a[i]})
			i++
			j++
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, changedLine{'-', a[i]})
			i++
		default:
			lines = append(lines, changedLine{'+', b[j]})
			j++
		}
	}
	return lines
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
