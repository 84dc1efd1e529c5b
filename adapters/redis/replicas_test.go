package redis

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// A notebook is a log that a test reads.
type notebook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (n *notebook) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(b)
}

// count is how many lines say it.
func (n *notebook) count(what string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Count(n.text.String(), what)
}

func (n *notebook) log() *slog.Logger { return slog.New(slog.NewTextHandler(n, nil)) }

func replicaOf(t testing.TB, master *child) *child {
	t.Helper()
	r := peer(t, "--replicaof", "127.0.0.1 "+fmt.Sprint(master.port))
	rdb := goredis.NewClient(strict(&goredis.Options{Addr: master.addr()}))
	defer rdb.Close()
	eventually(t, "the replica has its copy", func() bool {
		info, _ := readInfo(t.Context(), rdb, "replication")
		return online(info) == 1
	})
	return r
}

// copied repeats an input until it is accepted, as a platform does: on a busy machine a replica may be
// late.
func copied(t *testing.T, s *Store, in bot.Input) {
	t.Helper()
	inTime(t, "it is accepted", func() bool {
		_, err := s.Accept(t.Context(), in)
		if err != nil && !errors.Is(err, bot.ErrUnavailable) {
			t.Fatal(err)
		}
		return err == nil
	})
}

func TestAcceptedMeansThatAReplicaHasIt(t *testing.T) {
	master := peer(t, "--repl-diskless-sync-delay", "0")
	replica := replicaOf(t, master)
	var book notebook
	s := openChild(t, master, func(o *Options) { o.Log = book.log() })
	copied(t, s, said("c", "a", "un"))
	there := goredis.NewClient(strict(&goredis.Options{Addr: replica.addr()}))
	defer there.Close()
	if n, err := there.LLen(t.Context(), s.keys.inbox("c")).Result(); n != 1 {
		t.Errorf("accepted, and the replica has %d, %v", n, err)
	}
	attempts := map[string]func() error{
		"accept":  func() error { _, err := s.Accept(t.Context(), said("c", "b", "deux")); return err },
		"resolve": func() error { _, err := s.Resolve(t.Context(), chat, "c"); return err },
		"token":   func() error { return s.SetRef(t.Context(), "token", "n", "", "c", 0) },
	}
	refused := func(when string) {
		t.Helper()
		for what, do := range attempts {
			if err := do(); !errors.Is(err, bot.ErrUnavailable) && !errors.Is(err, bot.ErrTaken) {
				t.Errorf("%s while %s: %v, want ErrUnavailable", what, when, err)
			}
		}
	}

	replica.signal(syscall.SIGSTOP)
	for range 2 {
		refused("the replica is stopped")
	}
	if n := s.unacknowledged(); n < 4 {
		t.Errorf("%d unacknowledged, want 4 or more", n)
	}
	replica.signal(syscall.SIGCONT)
	eventually(t, "the repetition is known", func() bool {
		a, err := s.Accept(t.Context(), said("c", "b", "deux"))
		return err == nil && a.Duplicate
	})
	if n, err := there.LLen(t.Context(), s.keys.inbox("c")).Result(); n != 2 {
		t.Errorf("the repetition is known, and the replica has %d, %v", n, err)
	}

	replica.kill()
	time.Sleep(2 * lookAtMasters) // it is known by now that there is none
	refused("the replica is gone: it may have been promoted elsewhere")
	replica.start()
	eventually(t, "a replica that is back counts", func() bool {
		_, err := s.Accept(t.Context(), said("c", "d", "trois"))
		return err == nil
	})
	if said, healed := book.count("nothing is accepted until one has"), book.count("again"); said < 2 || healed != said {
		t.Errorf("said %d times that nothing is accepted and %d times that it is again, want each change", said, healed)
	}
	if book.count("no replica is known") > 0 {
		t.Error("went on alone")
	}
}

func TestRedisWithoutReplicaGoesOnAloneUntilItHasOne(t *testing.T) {
	master := peer(t, "--repl-diskless-sync-delay", "0")
	var book notebook
	s := openChild(t, master, func(o *Options) { o.Log = book.log() })
	for _, id := range []string{"a", "b", "d"} {
		accept(t, s, said("c", id, id))
	}
	if n := book.count("no replica is known"); n != 1 {
		t.Errorf("said %d times that it is alone, want once", n)
	}
	replica := replicaOf(t, master)
	eventually(t, "the replica is seen", func() bool {
		m, err := s.look(t.Context(), s.rdb.(*goredis.Client))
		return err == nil && m.copied.Load()
	})
	if err := s.rdb.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	copied(t, s, said("c", "e", "with scripts that are unknown, as after a promotion"))
	replica.signal(syscall.SIGSTOP)
	if _, err := s.Accept(t.Context(), said("c", "f", "x")); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("no replica has it: %v", err)
	}

	master.kill()
	master.start() // empty, and another master
	eventually(t, "a master that was started anew goes on alone", func() bool {
		_, err := s.Accept(t.Context(), said("c", "g", "x"))
		return err == nil
	})
}

func TestWaitingForReplicasHoldsNoCommitUp(t *testing.T) {
	master := peer(t, "--repl-diskless-sync-delay", "0")
	replica := replicaOf(t, master)
	s := openChild(t, master, nil)
	copied(t, s, said("c", "a", "un"))
	replica.signal(syscall.SIGSTOP)
	s.within = answerWithin
	var waiting sync.WaitGroup
	for i := range 100 {
		waiting.Go(func() {
			if _, err := s.Accept(t.Context(), said("d", fmt.Sprint(i), "x")); !errors.Is(err, bot.ErrUnavailable) {
				t.Errorf("accept: %v", err)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	h, err := s.Head(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, h, nil)
	waiting.Wait()
}

func TestRedisThatTellsNothingIsUsedAndNamed(t *testing.T) {
	c := peer(t, "--user", "quiet", "on", "nopass", "~*", "&*", "+@all", "-info", "-config")
	var book notebook
	s := openChild(t, c, func(o *Options) { o.Log, o.URL = book.log(), "redis://quiet:x@"+c.addr() })
	accept(t, s, said("c", "a", "un"))
	for _, want := range []string{"does not tell its eviction policy", "fsync=unknown", "no replica is known"} {
		if book.count(want) != 1 {
			t.Errorf("does not say %q once:\n%s", want, book.text.String())
		}
	}
}

func TestStartSaysWhatAcceptedMeans(t *testing.T) {
	alone := peer(t, "--appendonly", "yes", "--appendfsync", "always")
	master := peer(t, "--repl-diskless-sync-delay", "0")
	replicaOf(t, master)
	guarded := peer(t, "--repl-diskless-sync-delay", "0", "--min-replicas-to-write", "1")
	replicaOf(t, guarded)
	for name, step := range map[string]struct {
		redis *child
		want  []string
		not   string
	}{
		"alone":   {alone, []string{"fsync=always", "kept by one Redis", "replicas=0"}, "min-replicas"},
		"replica": {master, []string{`fsync="none`, "a master and one of its replicas", "replicas=1", "min-replicas-to-write 1"}, "one Redis"},
		"guarded": {guarded, []string{"a master and one of its replicas"}, "min-replicas"},
	} {
		var book notebook
		openChild(t, step.redis, func(o *Options) { o.Log = book.log() })
		for _, want := range step.want {
			if book.count(want) != 1 {
				t.Errorf("%s: does not say %q once:\n%s", name, want, book.text.String())
			}
		}
		if book.count(step.not) != 0 {
			t.Errorf("%s: says %q:\n%s", name, step.not, book.text.String())
		}
	}
}
