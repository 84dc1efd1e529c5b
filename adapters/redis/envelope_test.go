package redis

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestEnvelopeOpensOnlyWhereItBelongs(t *testing.T) {
	ring := RandomKeys()
	sealed := string(ring.seal(nil, []byte("bonjour"), place("c1", sealedEntry, "3")))
	if strings.Contains(sealed, "bonjour") {
		t.Error("it is not sealed")
	}
	if got, err := ring.open(sealed, place("c1", sealedEntry, "3")); err != nil || string(got) != "bonjour" {
		t.Errorf("%q, %v", got, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"conversation": func() ([]byte, error) { return ring.open(sealed, place("c2", sealedEntry, "3")) },
		"kind":         func() ([]byte, error) { return ring.open(sealed, place("c1", sealedInput, "3")) },
		"number":       func() ([]byte, error) { return ring.open(sealed, place("c1", sealedEntry, "4")) },
		"bit":          func() ([]byte, error) { return ring.open(flipped(sealed), place("c1", sealedEntry, "3")) },
		"cut":          func() ([]byte, error) { return ring.open(sealed[:9], place("c1", sealedEntry, "3")) },
		"empty":        func() ([]byte, error) { return ring.open("", place("c1", sealedEntry, "3")) },
		"keys":         func() ([]byte, error) { return RandomKeys().open(sealed, place("c1", sealedEntry, "3")) },
	} {
		if _, err := open(); !errors.Is(err, errEnvelope) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	if _, err := ring.open("\x03"+sealed[1:], nil); !errors.Is(err, bot.ErrNewer) {
		t.Errorf("a newer codec: %v, want ErrNewer", err)
	}
}

func flipped(s string) string {
	b := []byte(s)
	b[len(b)-1] ^= 1
	return string(b)
}

func TestSessionCannotBeRolledBack(t *testing.T) {
	ring := RandomKeys()
	s := bot.Session{ID: "c", Version: 3, Step: "accueil", Answers: bot.Answers{}}
	sealed := ring.sealSession(&s)
	got, err := ring.openSession("c", sealed)
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := ring.openSession("c", versionBytes(4)+sealed[8:]); !errors.Is(err, errEnvelope) {
		t.Errorf("as version 4: %v", err)
	}
	if _, err := ring.openSession("c", "short"); !errors.Is(err, errEnvelope) {
		t.Errorf("cut short: %v", err)
	}
}

func TestKeyFileIsWrittenOnceAndForItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	made, err := CreateKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := CreateKeys(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("written over: %v", err)
	}
	read, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read.open(string(made.seal(nil, []byte("x"), nil)), nil); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	if read.hash("a", "b") != made.hash("a", "b") || read.hash("a", "b") == read.hash("ab", "") {
		t.Error("hashes do not tell names apart, or change")
	}
}

func TestRotatedKeysStillOpenWhatOlderOnesSealed(t *testing.T) {
	first, second, mac := freshKey(), freshKey(), freshKey()
	file := func(lines ...string) *Keyring {
		t.Helper()
		ring, err := parseKeys([]byte(strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		return ring
	}
	one, two, hmac := keyLine+" 1 "+first, keyLine+" 2 "+second, "hmac "+mac
	old, both, prepared, last := file(one, hmac), file(one, two, "", "# x", hmac), file(two, one, hmac), file(hmac, two)
	for _, step := range []struct {
		name     string
		from, to *Keyring
		opens    bool
	}{
		{"old by both", old, both, true},
		{"prepared by old", prepared, old, true},
		{"both by prepared", both, prepared, true},
		{"both by old", both, old, false},
		{"both by last", both, last, true},
		{"old by last", old, last, false},
	} {
		_, err := step.to.open(string(step.from.seal(nil, []byte("x"), nil)), nil)
		if (err == nil) != step.opens {
			t.Errorf("%s: %v", step.name, err)
		}
	}
}

func TestKeyFileThatIsWrongIsRefusedWithoutQuotingIt(t *testing.T) {
	key := freshKey()
	for name, text := range map[string]string{
		"no keys":   "hmac " + key,
		"no hmac":   keyLine + " 1 " + key,
		"id 0":      keyLine + " 0 " + key + "\nhmac " + key,
		"id 256":    keyLine + " 256 " + key + "\nhmac " + key,
		"twice":     keyLine + " 1 " + key + "\n" + keyLine + " 1 " + key + "\nhmac " + key,
		"two hmacs": keyLine + " 1 " + key + "\nhmac " + key + "\nhmac " + key,
		"short":     keyLine + " 1 " + key[:8] + "\nhmac " + key,
		"other":     "frontdesk-key-2 1 " + key + "\nhmac " + key,
	} {
		_, err := parseKeys([]byte(text))
		if err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), key[:8]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStoreReadsWhatWasSealedBeforeARotation(t *testing.T) {
	first, second, mac := freshKey(), freshKey(), freshKey()
	before, err := parseKeys([]byte(keyLine + " 1 " + first + "\nhmac " + mac))
	if err != nil {
		t.Fatal(err)
	}
	after, err := parseKeys([]byte(keyLine + " 1 " + first + "\n" + keyLine + " 2 " + second + "\nhmac " + mac))
	if err != nil {
		t.Fatal(err)
	}
	s, err := openEmbedded(t.Context(), Options{Keys: before, Prefix: "fd:", Shards: 1})
	opened(t, s, err)
	play(t, s, said("c", "a", "un"), nil)
	accept(t, s, said("c", "b", "deux"))
	rotated := newStore(s.rdb, Options{Keys: after, Prefix: "fd:", Shards: 1})
	h, err := rotated.Head(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	commit(t, rotated, h, nil)
	same(t, "log", log(t, rotated, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
	if stored := s.rdb.Get(t.Context(), s.keys.session("c")).Val(); stored[9] != 2 {
		t.Errorf("sealed with key %d, want 2", stored[9])
	}
}

func FuzzOpen(f *testing.F) {
	ring := RandomKeys()
	f.Add(string(ring.seal(nil, []byte("x"), nil)))
	f.Add("\x01\x01")
	f.Fuzz(func(t *testing.T, envelope string) {
		if plain, err := ring.open(envelope, nil); err == nil && !bytes.Equal(plain, []byte("x")) {
			t.Errorf("%q was opened as %q", envelope, plain)
		}
	})
}

func BenchmarkEnvelope(b *testing.B) {
	ring := RandomKeys()
	plain := bytes.Repeat([]byte("a"), 700)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := ring.openVersioned("c", sealedSession, ring.sealVersioned("c", sealedSession, 7, plain)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealSession(b *testing.B) {
	ring := RandomKeys()
	s := bot.Session{ID: "c", Version: 3, Step: "accueil.besoin", Answers: bot.Answers{{Name: "besoin", Value: "emploi"}}, Updated: time.Now()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.openSession("c", ring.sealSession(&s)); err != nil {
			b.Fatal(err)
		}
	}
}
