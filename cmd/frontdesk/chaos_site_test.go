//go:build chaos

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/rehearsal"
)

// A site is one Redis and replicas of frontdesk on it that know nothing of each other, all of them
// processes of their own, on loopback.
type site struct {
	t        *testing.T
	redis    *redisChild
	replicas []*replica
	client   *http.Client
	store    *redis.Store // the oracle's own way to Redis, past every proxy
	engine   *engine.Engine
	lead     []bot.CounsellorID
}

// newSite starts Redis and one replica for each binary. Via, where it is not nil, stands between
// the replica of its place and Redis.
func newSite(t *testing.T, binaries []string, via ...*proxy) *site {
	return newSiteOn(t, "everysec", binaries, via...)
}

// newSiteOn does the same on a Redis that writes its file as fsync says.
func newSiteOn(t *testing.T, fsync string, binaries []string, via ...*proxy) *site {
	t.Helper()
	s := &site{t: t, redis: startMortalRedis(t, fsync), engine: rehearsal.On(referenceProgram(t)), lead: []bot.CounsellorID{"camille", "sacha"}}
	s.client = &http.Client{Timeout: 1500 * time.Millisecond, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	b := s.bundle()
	keyFile := filepath.Join(t.TempDir(), "keys")
	makeKeys(t, keyFile)
	desk := []bot.StructureID{bot.StructureID(b.lead)}
	staff := staffFile(t, []bot.Actor{{ID: s.lead[0], Name: "Camille", Structures: desk}, {ID: s.lead[1], Name: "Sacha", Structures: desk, Lead: true}})
	for i, binary := range binaries {
		r := &replica{t: t, binary: binary, port: quietPort(t), metrics: quietPort(t), dir: t.TempDir()}
		address := s.redis.port
		if i < len(via) && via[i] != nil {
			via[i].to = "127.0.0.1:" + s.redis.port
			address = via[i].start(t)
		}
		r.env = []string{
			"FRONTDESK_LISTEN=127.0.0.1:" + r.port, "FRONTDESK_METRICS_LISTEN=127.0.0.1:" + r.metrics,
			"FRONTDESK_REDIS_URL=redis://127.0.0.1:" + address + "/0", "FRONTDESK_KEY_FILE=" + keyFile,
			"FRONTDESK_STAFF=" + staff, "FRONTDESK_TRUSTED_PROXIES=127.0.0.1/32", "FRONTDESK_DRAIN=" + drain.String(),
		}
		s.replicas = append(s.replicas, r)
		r.start()
		t.Cleanup(r.end)
	}
	for _, r := range s.replicas {
		r.untilReady()
	}
	ring, err := redis.LoadKeys(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	s.store, err = redis.Open(t.Context(), redis.Options{URL: "redis://127.0.0.1:" + s.redis.port + "/0", Keys: ring, Prefix: "fd:" + b.region + ":"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	return s
}

type playedBundle struct{ region, lead string }

func (s *site) bundle() playedBundle {
	s.t.Helper()
	b := referenceBundle(s.t)
	return playedBundle{b.Region, b.Lead().ID}
}

// onDuty has a counsellor's desk open or not, so that what turns ask the world is not always the same.
func (s *site) onDuty(ctx context.Context) {
	for n := 0; ; n++ {
		sign := s.store.Here
		if n%2 == 1 {
			sign = s.store.Gone
		}
		_ = sign(ctx, bot.OnDuty(s.lead[0]), "desk") // a hint; while Redis is away there is none
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(700+rand.IntN(600)) * time.Millisecond):
		}
	}
}

// drain is what replicas are given to end open requests.
const drain = 5 * time.Second

// A replica is one `frontdesk serve`.
type replica struct {
	t       *testing.T
	binary  string
	port    string
	metrics string
	env     []string
	dir     string // of the logs, one a start
	starts  int
	cmd     *exec.Cmd
}

func (r *replica) base() string { return "http://127.0.0.1:" + r.port }

func (r *replica) start() {
	r.t.Helper()
	r.starts++
	out, err := os.Create(filepath.Join(r.dir, fmt.Sprintf("%04d.log", r.starts)))
	if err != nil {
		r.t.Fatal(err)
	}
	defer out.Close()
	r.cmd = child(r.binary, "serve")
	r.cmd.Env = append(os.Environ(), r.env...)
	r.cmd.Stdout, r.cmd.Stderr = out, out
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
}

// child is a process that ends with this one.
func child(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// kill is kill -9.
func (r *replica) kill() {
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	r.cmd = nil
}

func (r *replica) signal(sig os.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		r.t.Fatal(err)
	}
}

// stop asks it to end and returns how long that took. Anything but exit code 0 is a fault.
func (r *replica) stop() time.Duration {
	r.t.Helper()
	began := time.Now()
	r.signal(syscall.SIGTERM)
	err := r.cmd.Wait()
	took := time.Since(began)
	r.cmd = nil
	if err != nil {
		r.t.Errorf("a replica that was asked to stop: %v", err)
	}
	return took
}

func (r *replica) ready() bool {
	client := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(r.base() + "/readyz")
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (r *replica) untilReady() {
	r.t.Helper()
	for began := time.Now(); !r.ready(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			r.t.Fatalf("a replica is not ready after 30 s; its log ends with\n%s", r.lastLines())
		}
	}
}

// end ends the process at the end of the test, and fails the test for what its log should not have.
func (r *replica) end() {
	r.kill()
	logs, _ := filepath.Glob(filepath.Join(r.dir, "*.log"))
	for _, name := range logs {
		text, err := os.ReadFile(name)
		if err != nil {
			r.t.Error(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "panic") || strings.Contains(line, "by the fallback") || strings.Contains(line, "fatal error") {
				r.t.Errorf("a replica logged: %.300s", line)
				break
			}
		}
	}
}

// log is what the replica has logged since its last start.
func (r *replica) log() string {
	text, _ := os.ReadFile(filepath.Join(r.dir, fmt.Sprintf("%04d.log", r.starts)))
	return string(text)
}

func (r *replica) lastLines() string {
	text := r.log()
	return text[max(0, len(text)-2000):]
}

// logged is what the replicas logged about a conversation, of which a log has the first letters only.
func (s *site) logged(id bot.ConversationID) string {
	var found []string
	for _, r := range s.replicas {
		for line := range strings.Lines(r.log()) {
			if strings.Contains(line, string(id[:6])) {
				found = append(found, line)
			}
		}
	}
	return strings.Join(found[max(0, len(found)-5):], "")
}

// gauge reads one number of the replica's metrics.
func (r *replica) gauge(name string) (float64, error) {
	client := http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://127.0.0.1:" + r.metrics + "/metrics")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if value, is := strings.CutPrefix(lines.Text(), name+" "); is {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("there is no %s", name)
}

// resident is the replica's memory, in MB.
func (r *replica) resident() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if value, is := strings.CutPrefix(line, "VmRSS:"); is {
			kb, _ := strconv.Atoi(strings.Fields(value)[0])
			return kb / 1024
		}
	}
	return 0
}

// A redisChild is a real redis-server with an append-only file.
type redisChild struct {
	t     *testing.T
	port  string
	dir   string
	fsync string
	cmd   *exec.Cmd
}

func startMortalRedis(t *testing.T, fsync string) *redisChild {
	t.Helper()
	needs(t, "redis-server")
	c := &redisChild{t: t, port: quietPort(t), dir: t.TempDir(), fsync: fsync}
	c.start()
	t.Cleanup(c.kill)
	return c
}

// start returns when Redis answers, its file read.
func (c *redisChild) start() {
	c.t.Helper()
	c.cmd = child("redis-server", "--port", c.port, "--bind", "127.0.0.1", "--dir", c.dir, "--appendonly", "yes", "--appendfsync", c.fsync, "--save", "")
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	for began := time.Now(); c.ask("PING") != "+PONG"; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			c.t.Fatal("redis-server does not answer")
		}
	}
}

func (c *redisChild) kill() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.cmd = nil
}

func (c *redisChild) signal(sig os.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(sig); err != nil {
		c.t.Fatal(err)
	}
}

// ask sends one line and returns the first line of the answer, "" for none.
func (c *redisChild) ask(line string) string {
	conn, err := net.DialTimeout("tcp", "127.0.0.1:"+c.port, time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := io.WriteString(conn, line+"\r\n"); err != nil {
		return ""
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	return strings.TrimSpace(answer)
}

var givenPorts sync.Map

// quietPort is a free port below those that outgoing connections get: what listens there can come
// back to it after it was killed. None is given twice: who got it may not listen yet.
func quietPort(t *testing.T) string {
	t.Helper()
	for range 1000 {
		port := strconv.Itoa(20000 + rand.IntN(12000))
		if _, given := givenPorts.LoadOrStore(port, true); given {
			continue
		}
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}
