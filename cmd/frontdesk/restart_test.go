package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/flows"
	"frontdesk/locales"
)

// needs skips a test whose peer is absent, unless the run says that all peers must be there.
func needs(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if os.Getenv("FRONTDESK_PEERS") == "required" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
	return ""
}

// startRedis runs a real Redis with an append-only file, for as long as the test.
func startRedis(t testing.TB) (url string) {
	t.Helper()
	url, _ = startRedisChild(t)
	return url
}

// startRedisChild runs one that the test may stop or kill.
func startRedisChild(t testing.TB) (url string, child *os.Process) {
	t.Helper()
	program := needs(t, "redis-server")
	port := freePort(t)
	server := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--appendonly", "yes", "--appendfsync", "always", "--save", "")
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return "redis://127.0.0.1:" + port + "/0", server.Process
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("redis-server does not answer")
	return "", nil
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// A running front desk, in this process: what `frontdesk serve` does.
type running struct {
	base string
	stop func()
}

func serveHere(t *testing.T, c *serveCommand) *running {
	t.Helper()
	c.Listen, c.MetricsListen, c.LogFormat, c.Retention, c.Drain = "127.0.0.1:0", "off", "text", time.Hour, time.Second
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	h, err := c.open(ctx, &console{ctx, nil, &log, &log, shared})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- h.serve(ctx, listener, c.Drain) }()
	stopped := false
	r := &running{base: "http://" + listener.Addr().String()}
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		h.close()
	}
	t.Cleanup(r.stop)
	return r
}

// A browser is a citizen's side of the web chat interface.
type browser struct {
	t      *testing.T
	base   string
	client *http.Client // http.DefaultClient when nil
	token  string
	sent   int
	seen   string // id of the last event
}

type event struct {
	From    string
	Text    string
	Options []struct{ ID, Label string }
}

func (b *browser) post(path string, body any) (*http.Response, map[string]string) {
	b.t.Helper()
	answer, fields, err := b.tryPost(path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer, fields
}

func (b *browser) tryPost(path string, body any) (*http.Response, map[string]string, error) {
	data, _ := json.Marshal(body)
	r, _ := http.NewRequest(http.MethodPost, b.base+path, bytes.NewReader(data))
	r.Header.Set("Content-Type", "application/json")
	if b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	answer, err := cmp.Or(b.client, http.DefaultClient).Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	var fields map[string]string
	_ = json.NewDecoder(answer.Body).Decode(&fields)
	return answer, fields, nil
}

func (b *browser) open() {
	b.t.Helper()
	answer, fields := b.post("/chat/conversations", map[string]any{})
	if answer.StatusCode != http.StatusCreated || fields["token"] == "" {
		b.t.Fatalf("open: %s %v", answer.Status, fields)
	}
	b.token = fields["token"]
}

func (b *browser) say(text string) {
	b.t.Helper()
	b.sent++
	if answer, fields := b.post("/chat/messages", map[string]string{"id": fmt.Sprint("m", b.sent), "text": text}); answer.StatusCode != http.StatusAccepted {
		b.t.Fatalf("say %q: %s %v", text, answer.Status, fields)
	}
}

// until reads events after the last one seen, until one of the bot's contains the text.
func (b *browser) until(text string) event {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), longEnough)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/chat/events", nil)
	r.Header.Set("Authorization", "Bearer "+b.token)
	if b.seen != "" {
		r.Header.Set("Last-Event-ID", b.seen)
	}
	answer, err := cmp.Or(b.client, http.DefaultClient).Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	var heard []string
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			b.seen = id
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var e event
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			b.t.Fatalf("event %s: %v", data, err)
		}
		heard = append(heard, e.From+": "+e.Text)
		if strings.Contains(e.Text, text) && e.From != "you" {
			return e
		}
	}
	b.t.Fatalf("nobody said %q; heard:\n%s", text, strings.Join(heard, "\n"))
	return event{}
}

// editedBundle is the reference bundle with one option more, and other words for another.
func editedBundle(t *testing.T, question string) string {
	t.Helper()
	dir := t.TempDir()
	err := fs.WalkDir(flows.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := flows.Files.ReadFile(path)
		if err != nil {
			return err
		}
		if path == "accueil.yaml" {
			edited := strings.Replace(string(data), `moi: {text: "Pour moi"`, "collegues: {"+question, 1)
			if edited == string(data) {
				t.Fatal("the reference bundle no longer has the option that this test edits")
			}
			data = []byte(edited)
		}
		if path == "lexicon.yaml" { // what people mean follows the option
			data = []byte(strings.ReplaceAll(string(data), "pour_qui: moi", "pour_qui: collegues"))
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), data, 0o644)
	})
	if err == nil {
		err = os.CopyFS(filepath.Join(dir, "locales"), locales.Files)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "locales", "edited.en.yaml"), []byte("accueil.pour_qui.collegues: {other: For my colleagues}\n"), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAConversationSurvivesARestartWithARealRedis(t *testing.T) {
	config := serveCommand{RedisURL: startRedis(t), KeyFile: filepath.Join(t.TempDir(), "keys")}
	makeKeys(t, config.KeyFile)
	first := config
	before := serveHere(t, &first)
	b := &browser{t: t, base: before.base}
	b.open()
	b.until("Que cherchez-vous")
	b.say("j'ai arrêté le lycée, j'ai 17 ans")
	b.until("?")
	b.say("humain")
	b.until("Je vous passe")
	asked := &browser{t: t, base: before.base}
	asked.open()
	asked.until("Que cherchez-vous")
	asked.say("7")
	old := asked.until("C'est pour qui")
	before.stop()

	second := config
	second.Flows = editedBundle(t, `text: "Pour mes collègues"}
      moi: {text: "Pour moi, tout simplement"`)
	after := serveHere(t, &second)
	b.base = after.base
	b.say("vous êtes là ?")
	b.until("ajouté") // the case is still in the queue: nothing was lost
	again := &browser{t: t, base: after.base, token: b.token}
	again.until("Que cherchez-vous") // and all that was said is still there

	asked.base = after.base
	asked.say("répéter")
	now := asked.until("C'est pour qui")
	if len(now.Options) != len(old.Options) || now.Options[0].Label != "Pour moi, tout simplement" {
		t.Errorf("a conversation keeps its options and gets new words; it has %v", now.Options)
	}
	fresh := &browser{t: t, base: after.base}
	fresh.open()
	fresh.until("Que cherchez-vous")
	fresh.say("7")
	if got := fresh.until("C'est pour qui").Options; len(got) != len(old.Options)+1 {
		t.Errorf("a new conversation has %d options, want %d", len(got), len(old.Options)+1)
	}
}

func makeKeys(t testing.TB, path string) {
	t.Helper()
	if _, err := redis.CreateKeys(path); err != nil {
		t.Fatal(err)
	}
}
