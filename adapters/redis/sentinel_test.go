package redis

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// A watch is a master with two replicas and three Sentinels, and the line that leads to the master.
type watch struct {
	line     *line
	master   *child
	replicas []*child
	url      string
}

func watched(t *testing.T, lag time.Duration) *watch {
	t.Helper()
	w := &watch{master: peer(t, "--repl-diskless-sync-delay", "0")}
	w.line = newLine(t, w.master.addr(), lag)
	_, port, _ := net.SplitHostPort(w.line.addr())
	for range 2 {
		w.replicas = append(w.replicas, peer(t, "--replicaof", "127.0.0.1 "+port, "--repl-diskless-sync-delay", "0"))
	}
	var all []*child
	for range 3 {
		all = append(all, sentinel(t, w.line.addr()))
	}
	w.url = all[0].url() + "?master_name=main&addr=" + all[1].addr() + "&addr=" + all[2].addr()
	for _, c := range all {
		rdb := goredis.NewSentinelClient(&goredis.Options{Addr: c.addr()})
		defer rdb.Close()
		inTime(t, "the Sentinels know each other and the replicas", func() bool {
			m, _ := rdb.Master(t.Context(), "main").Result()
			return m["num-slaves"] == "2" && m["num-other-sentinels"] == "2"
		})
	}
	rdb := goredis.NewClient(strict(&goredis.Options{Addr: w.master.addr()}))
	defer rdb.Close()
	inTime(t, "both replicas have their copy", func() bool {
		info, _ := readInfo(t.Context(), rdb, "replication")
		return online(info) == 2
	})
	return w
}

// TestFailoverLosesNothingThatWasAccepted kills a master whose replicas are 100 ms behind. Without
// WAIT what was accepted in that time is lost: so the test could see it.
func TestFailoverLosesNothingThatWasAccepted(t *testing.T) {
	t.Run("WAIT", func(t *testing.T) {
		if h := failedOver(t, true); h != (harm{}) {
			t.Errorf("%+v", h)
		}
	})
	for try := range 5 { // on a busy machine little is accepted in the moment of the failure
		lost := 0
		t.Run(fmt.Sprintf("no WAIT, %d", try), func(t *testing.T) { lost = failedOver(t, false).lost })
		if lost > 0 || t.Failed() {
			return
		}
	}
	t.Error("nothing is ever lost without WAIT: this test sees no loss")
}

// failedOver has a crowd write while the master dies, and counts the harm.
func failedOver(t *testing.T, waits bool) harm {
	const lag = 100 * time.Millisecond
	w := watched(t, lag)
	o := Options{URL: w.url, Keys: RandomKeys(), Prefix: "fd:test:"}
	var s *Store
	if waits {
		var err error
		s, err = Open(t.Context(), o)
		opened(t, s, err)
	} else { // a store that is not opened looks at no master
		rdb, err := connect(o.URL)
		s = opened(t, newStore(rdb, o), err)
		s.start()
	}
	s.within = answerWithin
	begun := time.Now()
	copied(t, s, said("c", "a", "un"))
	if took := time.Since(begun); waits && took < lag {
		t.Errorf("accepted after %s, and the replicas are %s behind", took, lag)
	}
	p := crowded(t, s, 24)
	p.served(time.Now())
	inTime(t, "much is accepted that no replica has yet, or would be", func() bool {
		before, _, _ := p.counts()
		time.Sleep(lag / 2)
		now, _, _ := p.counts()
		return now-before >= 10 || waits && now > before
	})
	w.master.kill()
	out := p.served(time.Now())
	t.Logf("everybody is served again after %s", out.Round(10*time.Millisecond))
	time.Sleep(500 * time.Millisecond)
	h := p.account()
	accepted, doors, refused := p.counts()
	t.Logf("%d accepted, %d conversations opened, %d refused for a while: %+v", accepted, doors, refused, h)
	return h
}

func TestMasterThatIsCutOffAcceptsNothing(t *testing.T) {
	w := watched(t, 0)
	keys := RandomKeys()
	open := func(url string) *Store {
		s, err := Open(t.Context(), Options{URL: url, Keys: keys, Prefix: "fd:test:"})
		opened(t, s, err)
		s.within = answerWithin
		return s
	}
	there, here := open(w.url), open("redis://"+w.line.addr()) // here will be on the old master's side
	said := func(s *Store, n int, who bot.ConversationID) error {
		_, err := s.Accept(t.Context(), said(who, fmt.Sprint(n), "x"))
		return err
	}
	inTime(t, "both are served", func() bool { return said(here, 0, "here") == nil && said(there, 0, "there") == nil })

	w.line.cut()
	var promoted string
	sentinels := goredis.NewSentinelClient(&goredis.Options{Addr: strings.TrimPrefix(w.url[:strings.Index(w.url, "?")], "redis://")})
	defer sentinels.Close()
	n := 0
	refused := func() {
		t.Helper()
		n++
		if err := said(here, n, "here"); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("accepted by a master that is cut off: %v", err)
		}
	}
	inTime(t, "a replica is promoted", func() bool {
		refused()
		addr, err := sentinels.GetMasterAddrByName(t.Context(), "main").Result()
		promoted = strings.Join(addr, ":")
		return err == nil && promoted != w.line.addr()
	})
	inTime(t, "the other side is served", func() bool { return said(there, 1, "there") == nil })
	refused()
	if role := w.role(t); role != "master" {
		t.Fatalf("the old master is a %s already: nothing was shown", role)
	}

	w.line.heal()
	inTime(t, "the old master follows the new one", func() bool { return w.role(t) == "slave" })
	refused()
	for n, who := range []bot.ConversationID{"here", "there"} {
		a, err := there.Accept(t.Context(), bot.Input{ID: fmt.Sprint(n), Conversation: who, Leg: chat, Event: bot.Said{Text: "x"}})
		if err != nil || !a.Duplicate {
			t.Errorf("%s: what was accepted is not there: %+v, %v", who, a, err)
		}
	}
	t.Logf("%d refused by the master that was cut off", n)
}

func (w *watch) role(t *testing.T) string {
	rdb := goredis.NewClient(strict(&goredis.Options{Addr: w.master.addr()}))
	defer rdb.Close()
	info, _ := readInfo(t.Context(), rdb, "replication")
	return info["role"]
}
