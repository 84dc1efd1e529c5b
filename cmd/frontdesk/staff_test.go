package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk/adapters/staff"
)

func TestStaffHash(t *testing.T) {
	for in, password := range map[string]string{
		"une phrase assez longue\n":       "une phrase assez longue",
		"une phrase assez longue":         "une phrase assez longue",
		" des espaces autour ! \r\nautre": " des espaces autour ! ",
	} {
		code, stdout, stderr := command(t, in, "staff", "hash")
		hash, ended := strings.CutSuffix(stdout, "\n")
		if code != 0 || stderr != "" || !ended || !staff.Verify(hash, password) || staff.Verify(hash, password+"x") {
			t.Errorf("%q: exit %d, %q, %q", in, code, stdout, stderr)
		}
	}
	if code, stdout, stderr := command(t, "court\n", "staff", "hash"); code != 0 || stdout == "" || !strings.Contains(stderr, "fewer than 12") {
		t.Errorf("short: exit %d, %q, %q", code, stdout, stderr)
	}
	if code, stdout, stderr := command(t, "\n", "staff", "hash"); code != 1 || stdout != "" || !strings.Contains(stderr, "no password") {
		t.Errorf("none: exit %d, %q, %q", code, stdout, stderr)
	}
}

func TestStaffCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "staff.json")
	for text, want := range map[string]struct {
		code int
		says string
	}{
		`{"counsellors":[{"id":"a","name":"Ana","structures":["accueil-regional"],"roles":["counsellor"]}]}`: {0, "no fault, 1 people"},
		`{"counsellors":[{"id":"a","name":"Ana","structures":["inconnue"],"roles":["counsellor"]}]}`:         {1, `"inconnue"`},
		`{"counsellors":[{"id":"a","name":"","structures":["accueil-regional"],"roles":["chef"]}]}`:          {1, `"chef"`},
		`{`: {1, "staff.json"},
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := command(t, "", "staff", "check", file, "--flows", guichet)
		if code != want.code || !strings.Contains(stdout+stderr, want.says) {
			t.Errorf("%s: exit %d, %q, %q", text, code, stdout, stderr)
		}
	}
	if code, _, stderr := command(t, "", "staff", "check", filepath.Join(t.TempDir(), "none")); code != 2 || stderr == "" {
		t.Errorf("no file: exit %d, %q", code, stderr)
	}
}

func TestVersion(t *testing.T) {
	code, stdout, stderr := command(t, "", "version")
	if want := regexp.MustCompile(`^frontdesk .+\ngo1\.\S+ \w+/\w+\nbundle [0-9a-f]{32} bretagne\n$`); code != 0 || !want.MatchString(stdout) {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

// Every command teaches with two examples.
func TestHelpTeaches(t *testing.T) {
	for _, words := range []string{"rehearse", "check", "fmt", "explain", "report", "staff hash", "staff check", "version"} {
		code, stdout, stderr := command(t, "", append(strings.Fields(words), "--help")...)
		_, examples, found := strings.Cut(stdout, "Examples:")
		if n := strings.Count(examples, "frontdesk "+words); code != 0 || !found || n < 2 {
			t.Errorf("%s: exit %d, %d examples\n%s%s", words, code, n, stdout, stderr)
		}
	}
}
