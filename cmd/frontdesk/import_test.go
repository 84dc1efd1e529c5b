package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/directory"
	"frontdesk/flows"
)

// imported keeps data in memory, and fails where it is told to.
type imported struct {
	sets    map[string][]byte
	refs    map[string]string
	failing func(hash string) error
	meddle  func() // is called before the reference is set
}

func newImported() *imported {
	return &imported{sets: map[string][]byte{}, refs: map[string]string{}, failing: func(string) error { return nil }, meddle: func() {}}
}

func (i *imported) DataSet(_ context.Context, hash string) ([]byte, error) {
	if content, there := i.sets[hash]; there {
		return content, nil
	}
	return nil, bot.ErrNotFound
}

func (i *imported) KeepDataSet(_ context.Context, hash string, content []byte) error {
	if err := i.failing(hash); err != nil {
		return err
	}
	i.sets[hash] = content
	return nil
}

func (i *imported) Ref(_ context.Context, kind, name string) (string, error) {
	if value, there := i.refs[kind+name]; there {
		return value, nil
	}
	return "", bot.ErrNotFound
}

func (i *imported) SetRef(ctx context.Context, kind, name, old, value string, _ time.Duration) error {
	i.meddle()
	if i.refs[kind+name] != old {
		return bot.ErrTaken
	}
	i.refs[kind+name] = value
	return nil
}

func (i *imported) DropRef(_ context.Context, kind, name string) error {
	delete(i.refs, kind+name)
	return nil
}

func encoded(t *testing.T, commune string) []byte {
	t.Helper()
	content, err := directory.Encode(directory.Coordinates, []directory.Centre{{Commune: commune}})
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Whatever an import stops at, the set before it is live and whole, and the next import succeeds.
func TestAnImportIsWholeOrNotAtAll(t *testing.T) {
	kept := newImported()
	lib := library{kept, kept}
	first, err := lib.replace(t.Context(), directory.Coordinates, encoded(t, "35238"))
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("the store is gone")
	for stop := range 2 { // at the part, at the list of parts
		n := 0
		kept.failing = func(string) error {
			if n++; n > stop {
				return gone
			}
			return nil
		}
		if _, err := lib.replace(t.Context(), directory.Places, []byte("frontdesk places 1\n")); !errors.Is(err, gone) {
			t.Errorf("stopped at %d: %v", stop, err)
		}
		set, err := lib.load(t.Context())
		if err != nil || set.Hash != first || set.Count(directory.Coordinates) != 1 {
			t.Errorf("stopped at %d: %v, %v", stop, set, err)
		}
	}
	kept.failing = func(string) error { return nil }
	kept.meddle = func() { // another import is faster
		kept.meddle = func() {}
		if _, err := lib.replace(t.Context(), directory.Coordinates, encoded(t, "35288")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lib.replace(t.Context(), directory.Places, []byte("frontdesk places 1\n")); !errors.Is(err, bot.ErrTaken) {
		t.Errorf("two imports at once: %v", err)
	}
	second, err := lib.replace(t.Context(), directory.Places, []byte("frontdesk places 1\n"))
	set, loadErr := lib.load(t.Context())
	if err != nil || loadErr != nil || set.Hash != second || set.Count(directory.Coordinates) != 1 || len(set.Near(directory.Where{Area: "35"}, directory.Wish{}, 1)) > 0 {
		t.Errorf("%v, %v, %v", set, err, loadErr)
	}
	before := maps.Clone(kept.sets)
	if again, err := lib.replace(t.Context(), directory.Places, []byte("frontdesk places 1\n")); err != nil || again != second || len(kept.sets) != len(before) {
		t.Errorf("the same once more is another set: %s, %v", again, err)
	}
}

// An import by the command is what replicas that are running tell from, and what an import that fails leaves.
func TestReplicasTakeUpWhatIsImported(t *testing.T) {
	url, keys := startRedis(t), filepath.Join(t.TempDir(), "keys")
	makeKeys(t, keys)
	here := openHouse(t, &serveCommand{RedisURL: url, KeyFile: keys})
	shown := func() string {
		t.Helper()
		if err := here.house.takeUpData(t.Context()); err != nil {
			t.Fatal(err)
		}
		return here.house.shelf.dataHash()
	}
	examples := shown()
	if examples == "" {
		t.Error("the demonstration has no data")
	}
	run := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := command(t, "", append([]string{"import", "--redis-url", url, "--key-file", keys}, args...)...)
		if code != want {
			t.Fatalf("import %q: %d\n%s%s", args, code, stdout, stderr)
		}
		return stdout + stderr
	}
	places := file(t, "places.json", `[{"source": "s", "id": "a", "nom": "Mission locale", "date_maj": "2026-10-01", "code_insee": "35238", "reseaux_porteurs": ["mission-locale"]}]`)
	if said := run(0, "places", places); !strings.Contains(said, "1 ligne lue, 1 gardée. Données en service : ") {
		t.Error(said)
	}
	first := shown()
	if first == examples || first == "" {
		t.Errorf("the replica still tells from %q", first)
	}
	bad := file(t, "bad.csv", "code,lat,lon\n35238,48.1,-1.6\n35999,48,2\n")
	said := run(1, "coordinates", bad)
	if !strings.Contains(said, "refusé bad.csv:3: la commune \"35999\" n'existe pas") || !strings.Contains(said, "rien n'est importé") {
		t.Error(said)
	}
	if shown() != first {
		t.Error("a failed import changed what is told from")
	}
	run(0, "coordinates", bad, "--skip-refused")
	if set := here.house.shelf.stocked; shown() == first || here.house.shelf.stocked.Count(directory.Places) != 1 || here.house.shelf.stocked.Count(directory.Coordinates) != 1 {
		t.Errorf("%+v", set)
	}
	second := shown()
	if said := run(0, "places", places, "--check"); !strings.Contains(said, "Rien n'est changé") || shown() != second {
		t.Error(said)
	}
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportSaysWhatItNeeds(t *testing.T) {
	for args, want := range map[string]string{
		"places x.json":                  "FRONTDESK_REDIS_URL",
		"plans x.json --check":           "must be one of",
		"places nothing-is-here --check": "nothing-is-here",
		"places --check":                 "expected",
	} {
		code, stdout, stderr := command(t, "", append([]string{"import"}, strings.Fields(args)...)...)
		if code == 0 || !strings.Contains(stdout+stderr, want) {
			t.Errorf("import %s: %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

// An interrupt ends the reading and changes nothing.
func TestAnInterruptedImportEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out strings.Builder
	code := run([]string{"import", "places", "--check", file(t, "a.json", `[]`)}, &console{ctx, strings.NewReader(""), &out, &out, shared})
	if code != 1 || !strings.Contains(out.String(), "context canceled") {
		t.Errorf("%d: %s", code, out.String())
	}
}

// The demonstration's data says of itself that it is made up, and a bundle that is no demonstration has none.
func TestExamplesSayThatTheyAre(t *testing.T) {
	b := bundle(t, "")
	set, err := readExamples(flows.Files, b)
	if err != nil || !set.Example {
		t.Fatalf("%v, %v", set, err)
	}
	for _, kind := range []directory.Kind{directory.Places, directory.Rome, directory.Portraits, directory.Events} {
		if set.Count(kind) == 0 {
			t.Errorf("no %s", kind)
		}
	}
	for _, found := range set.Near(directory.Where{Area: "35"}, directory.Wish{Day: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}, 99) {
		if !found.Example || !strings.Contains(found.Name, "(exemple)") {
			t.Errorf("%s does not say that it is an example", found.Name)
		}
		if _, known := b.Structures[found.Structure]; !known && found.Structure != "" {
			t.Errorf("%s is of %s, which the bundle does not know", found.Name, found.Structure)
		}
	}
	real := *b
	real.Demonstration = false
	if set := examples("", &real, quietly()); set != nil {
		t.Error("a service that is no demonstration sends people to made-up places")
	}
}
