package redis

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// another is a second replica at the same Redis, with a key file of its own.
func another(t *testing.T, s *Store, ring *Keyring) *Store {
	t.Helper()
	other := newStore(s.rdb, Options{Keys: ring, Prefix: s.keys.prefix, Shards: s.keys.shards, Grace: s.grace})
	other.within = s.within
	return other
}

// files opens a store by a key file, on each kind of store.
func files(t *testing.T, test func(t *testing.T, s *Store, path string)) {
	onEach(t, func(t *testing.T, s *Store) {
		path := keyFile(t, key(1), "hmac "+freshKey(), "")
		own := newStore(s.rdb, Options{Keys: ringOf(t, path), Prefix: "fd:keys:", Shards: 2, Grace: s.grace})
		own.within = s.within
		if err := own.claimPrefix(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(t, own, path)
	})
}

func takeUp(t *testing.T, s *Store, path string) {
	t.Helper()
	if err := s.TakeUp(t.Context(), ringOf(t, path)); err != nil {
		t.Fatal(err)
	}
}

func TestReplicasChangeOverToANewKeyByThemselves(t *testing.T) {
	files(t, func(t *testing.T, s *Store, path string) {
		other, late := another(t, s, ringOf(t, path)), another(t, s, ringOf(t, path))
		at := time.Now().Add(1200 * time.Millisecond)
		if _, err := RotateKeys(path, at); err != nil {
			t.Fatal(err)
		}
		at = at.Truncate(time.Second) // as the file has it
		takeUp(t, s, path)
		takeUp(t, other, path)
		play(t, s, said("c", "a", "un"), nil)
		if time.Now().Before(at) && s.ring.Sealing() != 1 {
			t.Errorf("key %d seals before its time", s.ring.Sealing())
		}
		eventually(t, "both seal with the new key", func() bool { return s.ring.Sealing() == 2 && other.ring.Sealing() == 2 })
		play(t, s, said("c", "b", "deux"), nil)
		play(t, other, said("d", "a", "un"), nil)
		play(t, late, said("e", "a", "tard"), nil) // has not looked at the file: the older key still seals there
		for _, reader := range []*Store{s, other} {
			same(t, "c", log(t, reader, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
			same(t, "d", log(t, reader, "d", 0), []string{"> un", "< écho un"})
			same(t, "e", log(t, reader, "e", 0), []string{"> tard", "< écho tard"})
		}
		a, err := late.Accept(t.Context(), said("d", "b", "deux"))
		if err != nil || !a.Queued {
			t.Errorf("what the late one cannot read it leaves to the others: %+v, %v", a, err)
		}
		takeUp(t, late, path)
		h, err := late.Head(t.Context(), "d")
		if err != nil {
			t.Fatal(err)
		}
		commit(t, late, h, nil)
		same(t, "d", log(t, s, "d", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
	})
}

func TestFileThatWouldReadNothingIsNotTakenUp(t *testing.T) {
	files(t, func(t *testing.T, s *Store, path string) {
		play(t, s, said("c", "a", "un"), nil)
		elsewhere := keyFile(t, strings.Split(read(t, path), "\n")...) // a copy on another host
		for _, p := range []string{path, elsewhere} {
			if _, err := RotateKeys(p, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		takeUp(t, s, path)
		for name, x := range map[string]struct{ path, want string }{
			"a key 2 of its own": {elsewhere, "sealed with another key 2"},
			"another hmac":       {keyFile(t, key(1), "hmac "+freshKey()), "hmac key has changed"},
			"another key 1":      {keyFile(t, key(1), lineOf(read(t, path), "hmac")), "sealed with another key"},
		} {
			if err := s.TakeUp(t.Context(), ringOf(t, x.path)); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("%s: %v, want %q", name, err, x.want)
			}
		}
		play(t, s, said("c", "b", "deux"), nil)
		same(t, "the keys it had go on", log(t, s, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
	})
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func lineOf(text, beginning string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, beginning) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// ago is long enough for another key to be retired.
const ago = -2 * settling

func TestAfterSealingAnewTheOldKeyCanGo(t *testing.T) {
	files(t, func(t *testing.T, s *Store, path string) {
		ctx := t.Context()
		for _, id := range []bot.ConversationID{"c1", "c2", "c3"} {
			play(t, s, said(id, "a", "un"), posted(id, bot.Waiting))
			play(t, s, said(id, "b", "deux"), nil)
		}
		play(t, s, said("t", "a", "un"), nil)
		accept(t, s, said("t", "b", "deux")) // is in the inbox all the while
		if err := s.Park(ctx, accept(t, s, said("p", "a", "poison")).Head, "poison"); err != nil {
			t.Fatal(err)
		}
		damaged := accept(t, s, said("q", "a", "x")).Head
		s.rdb.LSet(ctx, s.keys.inbox("q"), 0, flipped(damaged.Sealed))
		damaged.Sealed = flipped(damaged.Sealed)
		if err := s.Park(ctx, damaged, "damaged"); err != nil {
			t.Fatal(err)
		}
		if err := s.Bury(ctx, "c1", "t1", 0, 2, "blocked"); err != nil { // a dead letter without words
			t.Fatal(err)
		}
		if err := s.SetRef(ctx, "login", "x", "", "camille", time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := s.SetRef(ctx, "for good", "x", "", "y", 0); err != nil {
			t.Fatal(err)
		}
		before := lifeOf(t, s)
		if _, err := RotateKeys(path, time.Now().Add(ago)); err != nil {
			t.Fatal(err)
		}
		takeUp(t, s, path)
		counts, err := s.Sealed(ctx)
		const sealed = 4 + 3 + 3*5 + 2 + 1 + 2 + 2 // sessions, cards, entries, the input that waits, references, dead letters
		if err != nil || counts[1] != sealed || counts[2] != 0 {
			t.Fatalf("%v, %v; want %d, all with key 1", counts, err, sealed)
		}
		left, err := s.tend(ctx, "me", 0)
		if err != nil || left != 1 {
			t.Fatalf("%d left, %v; want the one in the inbox", left, err)
		}
		if counts, err = s.Sealed(ctx); err != nil || counts[1] != 1 || counts[2] != sealed-2 { // nothing is left of what was damaged
			t.Fatalf("%v, %v; want 1 and %d", counts, err, sealed-2)
		}
		for key, was := range before {
			if is := lifeOf(t, s)[key]; (was - is).Abs() > 10*time.Second {
				t.Errorf("%s lived %s, lives %s", key, was, is)
			}
		}
		h, err := s.Head(ctx, "t")
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, h, nil)
		if left, err := s.tend(ctx, "me", 0); left != 0 || err != nil {
			t.Fatalf("%d left, %v", left, err)
		}
		if err := RetireKey(path, 1); err != nil {
			t.Fatal(err)
		}
		takeUp(t, s, path)
		for _, reader := range []*Store{s, another(t, s, ringOf(t, path))} {
			if err := reader.claimPrefix(ctx); err != nil {
				t.Error(err)
			}
			for _, id := range []bot.ConversationID{"c1", "c2", "c3"} {
				if got := log(t, reader, id, 0); len(got) != 5 {
					t.Errorf("%s: %q", id, got)
				}
				if h, err := reader.Head(ctx, id); err != nil || h.Session.Version != 2 || h.Session.Answers.Get("last") != "b" {
					t.Errorf("%s: %+v, %v", id, h.Session, err)
				}
			}
			same(t, "t", log(t, reader, "t", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
			same(t, "cards", cards(t, reader), []string{"c1 waiting emploi", "c2 waiting emploi", "c3 waiting emploi"})
			for kind, want := range map[string]string{"login": "camille", "for good": "y"} {
				if got, err := reader.Ref(ctx, kind, "x"); got != want || err != nil {
					t.Errorf("%s: %q, %v", kind, got, err)
				}
			}
			if dead := buried(t, reader); !slices.Equal(dead, []string{"c1: blocked, ", "p: poison, poison", "q: damaged, "}) {
				t.Errorf("dead letters %q", dead)
			}
			if err := reader.SetRef(ctx, "login", "x", "camille", "camille", time.Hour); err != nil {
				t.Errorf("compared with what was sealed before: %v", err)
			}
		}
		play(t, s, said("c1", "d", "trois"), posted("c1", bot.Closed))
		same(t, "cards", cards(t, s), []string{"c2 waiting emploi", "c3 waiting emploi"})
	})
}

// buried reads the dead letters, with the words of those that hold an input.
func buried(t *testing.T, s *Store) (all []string) {
	t.Helper()
	for shard := range s.keys.shards {
		letters, err := s.rdb.XRange(t.Context(), s.keys.dead(shard), "-", "+").Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range letters {
			words := ""
			if entry, has := m.Values[deadField].(string); has && m.Values["why"] != "damaged" {
				in, err := s.openInput(&bot.Session{ID: bot.ConversationID(m.Values["conv"].(string))}, entry)
				if err != nil {
					t.Fatal(err)
				}
				words = string(in.Event.(bot.Said).Text)
			}
			all = append(all, fmt.Sprintf("%s: %s, %s", m.Values["conv"], m.Values["why"], words))
		}
	}
	slices.Sort(all)
	return all
}

// lifeOf says how long each key has left.
func lifeOf(t *testing.T, s *Store) map[string]time.Duration {
	t.Helper()
	lives := map[string]time.Duration{}
	for _, key := range s.rdb.Keys(t.Context(), s.keys.all()).Val() {
		lives[key] = s.rdb.TTL(t.Context(), key).Val()
	}
	return lives
}

func TestTurnUnderWayIsNotDisturbedBySealingAnew(t *testing.T) {
	files(t, func(t *testing.T, s *Store, path string) {
		play(t, s, said("c", "a", "un"), posted("c", bot.Waiting))
		under := accept(t, s, said("c", "b", "deux")).Head
		if _, err := RotateKeys(path, time.Now().Add(ago)); err != nil {
			t.Fatal(err)
		}
		takeUp(t, s, path)
		if _, err := s.tend(t.Context(), "me", 0); err != nil {
			t.Fatal(err)
		}
		commit(t, s, under, nil)
		if got := log(t, s, "c", 0); len(got) != 5 {
			t.Errorf("%q", got)
		}
		stale := s.rdb.Get(t.Context(), s.keys.session("c")).Val()
		play(t, s, said("c", "d", "trois"), nil)
		if ok, err := s.reseal(t.Context(), s.keys.session("c"), stale, "x", ""); ok || err != nil {
			t.Errorf("an older session was put in the place of a newer: %v", err)
		}
	})
}

func TestOneReplicaLooksAfterThings(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), nil)
	if ok, err := s.Acquire(t.Context(), "tend", "another", time.Minute); !ok || err != nil {
		t.Fatal(err)
	}
	if _, err := s.tend(t.Context(), "me", 0); err == nil {
		t.Error("two go through everything at once")
	}
}

func TestReplicasSayWhichKeyTheySealWith(t *testing.T) {
	s := simulate(t)
	other := another(t, s.Store, s.ring)
	rotated := &Keyring{mac: s.ring.mac}
	rotated.keys.Store(&sealingKeys{s.ring.keys.Load().boxes, []sealingKey{{id: 7}}})
	late := another(t, s.Store, rotated)
	using := func() map[int]int {
		t.Helper()
		n, err := s.Using(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, replica := range map[string]*Store{"a": s.Store, "b": other, "c": late} {
		if err := replica.sign(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if got := using(); !maps.Equal(got, map[int]int{1: 2, 7: 1}) {
		t.Errorf("%v", got)
	}
	s.pass(signFor - time.Second)
	if err := s.sign(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	s.pass(2 * time.Second)
	if got := using(); !maps.Equal(got, map[int]int{1: 1}) {
		t.Errorf("later %v", got)
	}
}

func TestTendingIsDoneDailyAndAfterEachRotation(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		last tended
		key  int
		want bool
	}{
		"never yet":         {tended{}, 1, true},
		"just now":          {tended{now, 1, true}, 1, false},
		"yesterday":         {tended{now.Add(-day), 1, true}, 1, true},
		"another key seals": {tended{now, 1, true}, 2, true},
		"something is left": {tended{now.Add(-soon), 2, false}, 2, true},
		"left a moment ago": {tended{now, 2, false}, 2, false},
	} {
		if got := x.last.again(x.key, now); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// In a Cluster what is kept is spread over the masters; each is gone through.
func TestSealingAnewReachesEveryMasterOfACluster(t *testing.T) {
	path := keyFile(t, key(1), "hmac "+freshKey(), "")
	nodes := cluster(t, 0)
	s := openCluster(t, nodes, ringOf(t, path), 16)
	const conversations = 40
	for n := range conversations {
		id := bot.ConversationID("c" + strconv.Itoa(n))
		play(t, s, said(id, "a", "un"), posted(id, bot.Waiting))
		if err := s.SetRef(t.Context(), "login", string(id), "", "x", time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := RotateKeys(path, time.Now().Add(ago)); err != nil {
		t.Fatal(err)
	}
	takeUp(t, s, path)
	if left, err := s.tend(t.Context(), "me", 0); left != 0 || err != nil {
		t.Fatalf("%d left, %v", left, err)
	}
	const sealed = conversations * (1 + 3 + 1 + 1) // session, entries, card, reference
	if counts, err := s.Sealed(t.Context()); err != nil || counts[1] != 0 || counts[2] != sealed {
		t.Errorf("%v, %v; want %d, all with key 2", counts, err, sealed)
	}
	for _, n := range nodes {
		node := goredis.NewClient(strict(&goredis.Options{Addr: n.addr()}))
		defer node.Close()
		if node.DBSize(t.Context()).Val() == 0 {
			t.Error("a master has nothing: the keys are not spread")
		}
	}
}

func TestALongWayIsNotGivenUpForOneBadSecond(t *testing.T) {
	broken := errors.New("broken")
	for name, x := range map[string]struct {
		answers []error
		want    error
	}{
		"busy":   {[]error{bot.ErrUnavailable, bot.ErrUnavailable, nil}, nil},
		"broken": {[]error{broken}, broken},
	} {
		n := 0
		err := patiently(t.Context(), func() error { n++; return x.answers[n-1] })
		if err != x.want || n != len(x.answers) {
			t.Errorf("%s: %v after %d", name, err, n)
		}
	}
}
