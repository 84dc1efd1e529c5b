package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// Sipp plays a scenario of testdata/phone against an address until it succeeds, or fails the test.
func Sipp(t testing.TB, name, target string, args ...string) {
	t.Helper()
	if out, err := RunSipp(t, name, target, args...); err != nil {
		t.Fatalf("scenario %s: %v\n%s", name, err, out)
	}
}

// RunSipp plays a scenario, and returns what sipp said of it. It binds three ports for sound, which somebody
// may take first: then it has said nothing to anybody yet, and starts again on others.
func RunSipp(t testing.TB, name, target string, args ...string) (string, error) {
	t.Helper()
	for try := 1; ; try++ {
		said, err := runSipp(t, name, target, args)
		if err == nil || try == 3 || !strings.Contains(said, "RTP socket") {
			return said, err
		}
	}
}

func runSipp(t testing.TB, name, target string, args []string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	ip := "127.0.0.1"
	if strings.HasPrefix(target, "[") {
		ip = "[::1]"
	}
	all := append([]string{target, "-sf", scenario(t, name), "-i", ip, "-nostdin", "-timeout", "30", "-timeout_error", "-m", "1",
		"-trace_err", "-error_file", "errors", "-mp", fmt.Sprint(FreePort(t, "udp"))}, args...)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, Program(t, "sipp", "sip-tester"), all...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	said, _ := os.ReadFile(filepath.Join(dir, "errors"))
	if err == nil {
		return string(out), nil
	}
	return string(said), err
}

// scenario expands one of testdata/phone's into a file sipp reads.
func scenario(t testing.TB, name string) string {
	t.Helper()
	parts := template.New("").Option("missingkey=zero").Funcs(template.FuncMap{"set": set})
	parts = template.Must(parts.ParseFiles(testdata(t, "parts.tmpl"), testdata(t, name+".xml")))
	var b bytes.Buffer
	if err := parts.ExecuteTemplate(&b, name+".xml", nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".xml")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// set makes the settings of a part: with "cseq" "2" "direction" "sendonly".
func set(pairs ...string) (map[string]string, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("settings come in pairs")
	}
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m, nil
}
