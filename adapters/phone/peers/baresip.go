package peers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/phone/media"
)

// A Line is what a softphone is connected to. Zero fields are those of a telephone on this machine.
type Line struct {
	Transport        string // udp (the default), tcp or tls
	Secure           bool   // sound is encrypted or not at all
	Registrar        string // "127.0.0.1:5060" or "": nobody knows where it is
	Certificate, Key string // files, for TLS
	Hums             float64
	IPv6             bool // it is at ::1 …
	Mixed            bool // … but its sound is by IPv4
}

// A Softphone is a Baresip.
type Softphone struct {
	Said    *Lines
	t       testing.TB
	name    string
	line    Line
	port    int
	dir     string
	control net.Conn
	events  chan string
}

// modules of Baresip that a telephone of the tests has.
const modules = "module stdio.so\nmodule g711.so\nmodule srtp.so\nmodule aufile.so\nmodule sndfile.so\n" +
	"module_app account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n"

// Baresip plugs a softphone in until the test ends. Its microphone hears a tone; what it hears is kept.
func Baresip(t testing.TB, name string, line Line) *Softphone {
	t.Helper()
	path := Program(t, "baresip", "baresip-core")
	for range 3 { // another test may have taken a port meanwhile
		s := &Softphone{t: t, name: name, line: line, port: FreePair(t), dir: t.TempDir(), events: make(chan string, 64)}
		if s.start(path) {
			return s
		}
	}
	t.Fatal("baresip did not start")
	return nil
}

func (s *Softphone) start(path string) bool {
	control := FreePort(s.t, "tcp")
	s.write("config", fmt.Sprintf("sip_listen %s\nsip_certificate %s\nsip_cafile %s\nmodule_path /usr/lib/baresip/modules\n%s"+
		"audio_source aufile,%s\naudio_player aufile,%s\nsnd_path %s\nctrl_tcp_listen 127.0.0.1:%d\nrtp_timeout 60\nrtp_ports 10000-32000\n",
		net.JoinHostPort(s.host(), fmt.Sprint(s.port)), s.identity(), s.line.Certificate, modules, filepath.Join(s.dir, "hum.wav"), filepath.Join(s.dir, "played.wav"), s.dir, control))
	s.write("accounts", s.account())
	s.write("contacts", "")
	s.hum()
	args := []string{"-f", s.dir}
	if s.line.IPv6 && !s.line.Mixed {
		args = append(args, "-6")
	}
	s.Said = Start(s.t, path, args...)
	return s.connect(control)
}

func (s *Softphone) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Softphone) host() string {
	if s.line.IPv6 {
		return "::1"
	}
	return "127.0.0.1"
}

// identity is the certificate and the key in one file, as Baresip wants them.
func (s *Softphone) identity() string {
	var both []byte
	for _, file := range []string{s.line.Certificate, s.line.Key} {
		if file == "" {
			return ""
		}
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		both = append(both, text...)
	}
	s.write("identity.pem", string(both))
	return filepath.Join(s.dir, "identity.pem")
}

func (s *Softphone) account() string {
	host, register := s.host(), ";regint=0"
	if s.line.IPv6 {
		host = "[" + host + "]"
	}
	if s.line.Registrar != "" {
		host, register = s.line.Registrar, ";regint=60;auth_pass=s3cret"
	}
	if s.line.Transport != "" {
		host += ";transport=" + s.line.Transport
	}
	text := fmt.Sprintf("<sip:%s@%s>%s;answermode=manual", s.name, host, register)
	if s.line.Secure {
		text += ";mediaenc=srtp-mand"
	}
	return text + "\n"
}

// hum is four minutes of a tone: Baresip hangs up where its sound ends.
func (s *Softphone) hum() {
	file, err := os.Create(filepath.Join(s.dir, "hum.wav"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	if err := media.WriteWAV(file, media.Tone(s.line.Hums, 4*time.Minute).PCM()); err != nil {
		s.t.Fatal(err)
	}
}

// connect opens the telephone's own remote control, and hears what happens to it.
func (s *Softphone) connect(port int) bool {
	for range 500 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			s.control = conn
			s.t.Cleanup(func() { conn.Close() })
			go s.listen()
			return true
		}
		if strings.Contains(s.Said.String(), "already in use") {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// listen reads netstrings of JSON.
func (s *Softphone) listen() {
	in := bufio.NewReader(s.control)
	for {
		size, err := in.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(size, ":"))
		if err != nil {
			return
		}
		text := make([]byte, n+1)
		if _, err := io.ReadFull(in, text); err != nil {
			return
		}
		var heard struct{ Type string }
		if json.Unmarshal(text[:n], &heard) == nil && heard.Type != "" {
			select {
			case s.events <- heard.Type:
			default: // nobody waits for it
			}
		}
	}
}

// Do gives a command of Baresip's menu.
func (s *Softphone) Do(command, params string) {
	s.t.Helper()
	text, err := json.Marshal(map[string]string{"command": command, "params": params, "token": "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.control, "%d:%s,", len(text), text); err != nil {
		s.t.Fatal(err)
	}
}

// Press presses keys, one after the other.
func (s *Softphone) Press(keys string) {
	s.t.Helper()
	for i, key := range keys {
		if i > 0 {
			time.Sleep(400 * time.Millisecond)
		}
		s.Do("sndcode", string(key))
	}
}

// Until waits for an event such as CALL_ESTABLISHED.
func (s *Softphone) Until(event string) {
	s.t.Helper()
	for deadline := time.After(40 * time.Second); ; {
		select {
		case got := <-s.events:
			if got == event {
				return
			}
		case <-deadline:
			s.t.Fatalf("baresip %s: %s never comes\n%s", s.name, event, s.Said)
		}
	}
}

// Target is how others call it.
func (s *Softphone) Target() string {
	if s.line.Transport == "tls" {
		return fmt.Sprintf("sips:%s@127.0.0.1:%d", s.name, s.port+1)
	}
	return "sip:" + s.name + "@" + net.JoinHostPort(s.host(), fmt.Sprint(s.port))
}

// Heard is the sound of the last call so far.
func (s *Softphone) Heard() media.PCM {
	files, err := filepath.Glob(filepath.Join(s.dir, "dump-*-dec.wav"))
	if err != nil || len(files) == 0 {
		return nil
	}
	file, err := os.Open(files[len(files)-1])
	if err != nil {
		return nil
	}
	defer file.Close()
	sound, err := media.ReadWAV(file)
	if err != nil {
		return nil // its head is not written yet
	}
	return sound.PCM()
}
