// Package peers starts telephones and proxies that nobody here wrote, for tests on this machine. It judges
// nothing; where a program is absent, the test is skipped and says which.
package peers

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// Program finds a peer, or skips the test and says which package it is in. With FRONTDESK_PEERS=required the
// test fails instead.
func Program(t testing.TB, name, packaged string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + name)
	}
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatalf("%s is not installed (%s)", name, packaged)
		}
		t.Skipf("%s is not installed (%s)", name, packaged)
	}
	return path
}

// Lines are what a program has written so far.
type Lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes more.
func (l *Lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all of it.
func (l *Lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Start runs a peer until the test ends; its output goes to the log of a failed test.
func Start(t testing.TB, path string, args ...string) *Lines {
	t.Helper()
	out := &Lines{}
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Dir = t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(path), out)
		}
	})
	return out
}

// FreePort is a port nobody uses now.
func FreePort(t testing.TB, network string) int {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().(*net.UDPAddr).Port
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// FreePair is an even port that nobody uses now, nor the next one, by UDP and TCP.
func FreePair(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := FreePort(t, "udp") &^ 1
		if free(port) && free(port+1) {
			return port
		}
	}
	t.Fatal("no two ports are free")
	return 0
}

func free(port int) bool {
	at := fmt.Sprintf("127.0.0.1:%d", port)
	u, err := net.ListenPacket("udp", at)
	if err != nil {
		return false
	}
	defer u.Close()
	l, err := net.Listen("tcp", at)
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// testdata is a file of testdata/phone, wherever in the project the test runs.
func testdata(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", "phone", name)
		}
	}
	t.Fatal("the project has no root")
	return ""
}
