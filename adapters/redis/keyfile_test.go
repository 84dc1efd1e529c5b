package redis

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func keyFile(t testing.TB, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

func ringOf(t testing.TB, path string) *Keyring {
	t.Helper()
	ring, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func key(id int) string { return fmt.Sprintf("%s %d %s", keyLine, id, freshKey()) }

func from(line string, at time.Time) string {
	return line + " " + fromMark + at.UTC().Format(time.RFC3339)
}

func TestRotatingAddsAKeyThatSealsFromItsTimeOn(t *testing.T) {
	old := []string{"# ours", key(1), "", "hmac " + freshKey()}
	path := keyFile(t, old...)
	at := time.Now().Add(5 * time.Minute).Truncate(time.Second)
	if id, err := RotateKeys(path, at); id != 2 || err != nil {
		t.Fatalf("%d, %v", id, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), strings.Join(old, "\n")+"\n"+keyLine+" 2 ") {
		t.Errorf("lines were lost: %d bytes, %v", len(text), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	keys := ringOf(t, path).keys.Load()
	for when, want := range map[time.Time]byte{at.Add(-time.Second): 1, at: 2, at.Add(time.Hour): 2} {
		if got := keys.sealing(when); got != want {
			t.Errorf("%s: key %d seals, want %d", when, got, want)
		}
	}
}

func TestWhatCannotBeDoneWithAKeyFileIsRefusedAndChangesNothing(t *testing.T) {
	hmac := "hmac " + freshKey()
	soon, long := time.Now().Add(time.Minute), time.Now().Add(-time.Hour)
	var all []string
	for id := 1; id <= 255; id++ {
		all = append(all, key(id))
	}
	rotate := func(path string) error { _, err := RotateKeys(path, soon); return err }
	retire := func(id int) func(string) error {
		return func(path string) error { return RetireKey(path, id) }
	}
	for name, x := range map[string]struct {
		lines []string
		do    func(string) error
		want  string
	}{
		"rotate twice":         {[]string{key(1), from(key(2), soon), hmac}, rotate, "key 2 waits to take over"},
		"rotate a broken file": {[]string{key(1), "nonsense", hmac}, rotate, "line 2"},
		"rotate without hmac":  {[]string{key(1)}, rotate, "no hmac"},
		"no number left":       {append(all, hmac), rotate, "key 255 is the last"},
		"retire the only key":  {[]string{key(1), hmac}, retire(1), "the one that seals"},
		"retire the newest":    {[]string{key(1), from(key(2), long), hmac}, retire(2), "the one that seals"},
		"retire the next":      {[]string{key(1), from(key(2), soon), hmac}, retire(2), "about to take over"},
		"retire too soon":      {[]string{key(1), from(key(2), time.Now()), hmac}, retire(1), "just now"},
		"retire none":          {[]string{key(1), hmac}, retire(7), "no key 7"},
	} {
		path := keyFile(t, x.lines...)
		before, _ := os.ReadFile(path)
		err := x.do(path)
		if err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one sentence with %q", name, err, x.want)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s: the file has changed", name)
		}
		if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
			t.Errorf("%s: left behind %q", name, left)
		}
	}
	path := keyFile(t, key(1), hmac)
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := rotate(path); err == nil || !strings.Contains(err.Error(), "another change is under way") {
		t.Errorf("while another changes it: %v", err)
	}
	if err := rotate(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("a file that is not there was rotated")
	}
}

func TestRetiringTakesOneLineOut(t *testing.T) {
	hmac, second := "hmac "+freshKey(), from(key(2), time.Now().Add(-time.Hour))
	path := keyFile(t, "# ours", key(1), hmac, second)
	if err := RetireKey(path, 1); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "# ours\n"+hmac+"\n"+second {
		t.Errorf("%q, %v", text, err)
	}
}

func TestKeyFileBehindALinkIsReplacedWhereItIs(t *testing.T) {
	path := keyFile(t, key(1), "hmac "+freshKey())
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here")
	}
	if _, err := RotateKeys(link, time.Now()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v, %v", info.Mode(), err)
	}
	if got := ringOf(t, path).Sealing(); got != 2 {
		t.Errorf("key %d seals, want 2", got)
	}
}
