package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/redis"
)

// Two running replicas, one on the host where the operator rotates, one where the file is copied to.
func TestKeysAreRotatedWithoutARestart(t *testing.T) {
	url, file, copied := startRedis(t), filepath.Join(t.TempDir(), "keys"), filepath.Join(t.TempDir(), "keys")
	makeKeys(t, file)
	distribute := func() {
		t.Helper()
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(copied, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	distribute()
	here := openHouse(t, &serveCommand{RedisURL: url, KeyFile: file})
	there := openHouse(t, &serveCommand{RedisURL: url, KeyFile: copied})
	citizen := &browser{t: t, base: here.base}
	citizen.open()

	keys := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := command(t, "", append([]string{"keys"}, args...)...)
		if code != want {
			t.Fatalf("keys %q: %d\n%s%s", args, code, stdout, stderr)
		}
		return stdout + stderr
	}
	for _, step := range []struct {
		code int
		says string
		args []string
	}{
		{0, "key 1 seals; ", []string{"status", file, "--redis-url", url}},
		{1, "key 1 still seals ", []string{"retire", file, "1", "--redis-url", url}},
		{1, "too soon", []string{"rotate", file, "--after", "1s"}},
		{0, "Key 2 is in " + file, []string{"rotate", file, "--after", "1h"}},
		{1, "key 2 waits to take over", []string{"rotate", file}},
		{0, "key 2 waits to take over; 0 values", []string{"status", file, "--redis-url", url}},
		{1, "there is no key 9", []string{"retire", file, "9", "--redis-url", url}},
		{1, "no such file", []string{"retire", file + "x", "1", "--redis-url", url}},
	} {
		if text := keys(step.code, step.args...); !strings.Contains(text, step.says) {
			t.Errorf("keys %q: %q lacks %q", step.args, text, step.says)
		}
	}

	// Its time comes, on this machine by an edit: an hour is long.
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(string(text), "from=")
	if err := os.WriteFile(file, []byte(string(text[:i])+"from="+time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	distribute()
	for _, h := range []*openedHouse{here, there} {
		soon(t, "the file is taken up", func() bool { return strings.Contains(h.text.String(), "key file is taken up") })
	}
	for _, base := range []string{here.base, there.base} {
		citizen.base = base
		if answer, _ := citizen.post("/chat/messages", map[string]string{"id": "m" + base[len(base)-4:], "text": "je cherche une formation"}); answer.StatusCode != 202 {
			t.Errorf("%s: %s", base, answer.Status)
		}
	}
	if status := keys(0, "status", file, "--redis-url", url); !strings.Contains(status, "key 1 is old; ") || !strings.Contains(status, "key 2 seals; ") {
		t.Errorf("status: %q", status)
	}
	if refusal := keys(1, "retire", file, "1", "--redis-url", url); !strings.Contains(refusal, "a front desk sealed with key 1") {
		t.Errorf("retire: %q", refusal)
	}
	if faults := here.text.String() + there.text.String(); strings.Contains(faults, "level=ERROR") {
		t.Errorf("log:\n%s", faults)
	}

	// A file that would read nothing is named, once, and the present keys go on.
	other := filepath.Join(t.TempDir(), "keys")
	if _, err := redis.CreateKeys(other); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, copied); err != nil {
		t.Fatal(err)
	}
	soon(t, "the file is refused", func() bool { return strings.Contains(there.text.String(), "not taken up") })
	if answer, _ := citizen.post("/chat/messages", map[string]string{"id": "last", "text": "oui"}); answer.StatusCode != 202 {
		t.Errorf("after that: %s", answer.Status)
	}
}

func TestKeyThatSealsNothingIsRetired(t *testing.T) {
	url, file := startRedis(t), filepath.Join(t.TempDir(), "keys")
	makeKeys(t, file)
	if _, err := redis.RotateKeys(file, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	keys, err := redis.LoadKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	store, err := redis.Open(t.Context(), redis.Options{URL: url, Keys: keys, Prefix: "fd:bretagne:", Log: quietly()})
	if err != nil {
		t.Fatal(err)
	}
	store.Close() // a service has been there
	for _, step := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"status", file, "--redis-url", url}, 0, "key 1 can go: frontdesk keys retire " + file + " 1\nkey 2 seals; 0 values\n"},
		{[]string{"retire", file, "2", "--redis-url", url}, 1, "key 2 is the one that seals"},
		{[]string{"retire", file, "1", "--redis-url", url}, 0, "Key 1 is no longer in " + file},
		{[]string{"status", file, "--redis-url", url}, 0, "key 2 seals; 0 values\n"},
	} {
		code, stdout, stderr := command(t, "", append([]string{"keys"}, step.args...)...)
		if code != step.code || !strings.Contains(stdout+stderr, step.says) {
			t.Errorf("keys %q: %d\n%s%s", step.args, code, stdout, stderr)
		}
	}
}
