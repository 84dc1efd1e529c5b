package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFmt(t *testing.T) {
	dir := edited(t, "networks.yaml", "networks:", "# qui\nnetworks:   ")
	file := filepath.Join(dir, "networks.yaml")
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, "", "fmt", "--check", dir)
	if now, _ := os.ReadFile(file); code != 1 || stdout != file+"\n" || stderr != "" || string(now) != string(before) {
		t.Errorf("--check: exit %d, %q, %q, the file is now\n%s", code, stdout, stderr, now)
	}
	code, stdout, stderr = command(t, "", "fmt", dir)
	if code != 0 || stdout != file+"\n" || stderr != "" {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	want, err := os.ReadFile(filepath.Join(guichet, "networks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if now, _ := os.ReadFile(file); err != nil || string(now) != "# qui\n"+string(want) || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v\n%s", info.Mode(), err, now)
	}
	if code, stdout, _ := command(t, "", "fmt", "--check", dir); code != 0 || stdout != "" {
		t.Errorf("again: exit %d, %q", code, stdout)
	}
}

// A broken file stays as it is and is named with its line; the others are formatted all the same.
func TestFmtLeavesBrokenFilesAlone(t *testing.T) {
	const broken = "tables:\n  a: [1,\n  b: }\n"
	dir := edited(t, "networks.yaml", "networks:", "networks:   ")
	file := filepath.Join(dir, "cards.yaml")
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, "", "fmt", dir)
	if now, _ := os.ReadFile(file); code != 1 || string(now) != broken {
		t.Errorf("exit %d, the file is now\n%s", code, now)
	}
	if stdout != filepath.Join(dir, "networks.yaml")+"\n" || !strings.HasPrefix(stderr, file+":") {
		t.Errorf("%q, %q", stdout, stderr)
	}
}

func TestBundleName(t *testing.T) {
	for file, want := range map[string]string{
		"/b/accueil.yaml":                "accueil.yaml",
		"/b/locales/active.en.yaml":      "locales/active.en.yaml",
		"/b/regions/bretagne/hours.yaml": "regions/bretagne/hours.yaml",
		"/hours.yaml":                    "hours.yaml",
	} {
		if got, err := bundleName(file); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", file, got, err, want)
		}
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none.yaml")} {
		if code, _, stderr := command(t, "", "fmt", path); code != 1 || stderr == "" {
			t.Errorf("%s: exit %d, %q", path, code, stderr)
		}
	}
}
