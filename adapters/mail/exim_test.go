package mail

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"frontdesk/bot"
)

// eximFile has Exim take mail for example.org into one file, refuse nobody@, and put off later@.
const eximFile = `
exim_user = %[1]s
keep_environment =
spool_directory = %[2]s/spool
log_file_path = %[2]s/spool/%%slog
primary_hostname = mail.test
deliver_drop_privilege = true
tls_advertise_hosts = *
tls_certificate = %[2]s/cert.pem
tls_privatekey = %[2]s/key.pem
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 20
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny    local_parts = nobody
          message = $local_part@$domain is not known
  defer   local_parts = later
  require encrypted = *
  accept  domains = example.org
  deny    message = relay not permitted
begin routers
all:
  driver = accept
  transport = one_file
begin transports
one_file:
  driver = appendfile
  file = %[2]s/spool/mbox
  create_file = anywhere
`

// exim starts a real mail server, or skips the test where there is none.
func exim(t *testing.T) (addr, mbox string, trusted *tls.Config) {
	t.Helper()
	path, err := exec.LookPath("exim4")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/exim4")
	}
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("exim4 is not installed (exim4-daemon-light)")
		}
		t.Skip("exim4 is not installed")
	}
	dir, trusted := eximHome(t)
	spool := filepath.Join(dir, "spool")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	var said bytes.Buffer
	cmd := exec.Command(path, "-C", filepath.Join(dir, "exim.conf"), "-bdf", "-oX", fmt.Sprintf("<; [127.0.0.1]:%d", port), "-oP", filepath.Join(spool, "pid"))
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			logged, _ := os.ReadFile(filepath.Join(spool, "mainlog"))
			panicked, _ := os.ReadFile(filepath.Join(spool, "paniclog"))
			t.Logf("exim says %s\n%s\n%s", &said, logged, panicked)
		}
	})
	addr = fmt.Sprintf("127.0.0.1:%d", port)
	waitFor(t, "exim answers", func() bool {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return addr, filepath.Join(spool, "mbox"), trusted
}

// eximHome is a folder with all that Exim needs, and who trusts its certificate.
func eximHome(t *testing.T) (dir string, trusted *tls.Config) {
	t.Helper()
	dir = t.TempDir()
	owner := eximUser(t)
	served, trusted := certificate()
	keyDER, err := x509.MarshalPKCS8PrivateKey(served.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"exim.conf": fmt.Appendf(nil, eximFile, owner.Username, dir),
		"cert.pem":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: served.Certificates[0].Certificate[0]}),
		"key.pem":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o755); err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	if err := errors.Join(os.Chown(spool, uid, gid), os.Chmod(filepath.Dir(dir), 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir, trusted
}

// eximUser is who Exim runs as: it delivers nothing as root.
func eximUser(t *testing.T) *user.User {
	t.Helper()
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Skip(err)
	}
	return u
}

func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 500 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("not in time: %s", what)
}

func TestWithARealMailServer(t *testing.T) {
	addr, mbox, trusted := exim(t)
	p := &postOffice{t: t, addr: addr, tls: trusted}
	w := p.writer("smtp://" + addr)
	appointment := bot.Write{Kind: Appointment, Text: "Bonjour, nous vous appelons à l'été.\n.\nfin", Dossier: "OR-7F3K-9Q2M-4", At: now}
	if _, err := w.send(letter(7, somebody, appointment)); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]verdict{"nobody@example.org": never, "later@example.org": again, "lea@elsewhere.example": never} {
		if _, err := w.send(letter(8, to, bot.Write{Kind: Answer, Text: "Bonjour"})); err == nil || judged(err) != want {
			t.Errorf("%s: %v", to, err)
		}
	}
	var body []byte
	waitFor(t, "the letter is delivered", func() bool {
		var err error
		if body, err = os.ReadFile(mbox); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return len(body) > 0
	})
	_, body, _ = bytes.Cut(body, []byte("\n")) // the line before it: From …
	l := read(t, bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n")))
	if e, _ := event(t, l); property(e, "SUMMARY") != "Appel d'Accueil orientation Bretagne" {
		t.Error("the date came otherwise than it was sent")
	}
	if got := l.part(t, "text/plain").body; !bytes.HasPrefix([]byte(got), []byte("Bonjour, nous vous appelons à l'été.\r\n.\r\nfin")) {
		t.Errorf("it came otherwise than it was written: %q", got)
	}
}
