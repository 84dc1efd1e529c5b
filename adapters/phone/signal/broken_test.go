package signal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A line is a connection on which a test speaks SIP itself.
type line struct {
	t    *testing.T
	conn net.Conn
	read *bufio.Reader
}

func newLine(t *testing.T, conn net.Conn, err error) *line {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &line{t, conn, bufio.NewReader(conn)}
}

// message is the next one, and its headers by name.
func (l *line) message() (first string, headers map[string]string) {
	l.t.Helper()
	headers = map[string]string{}
	for {
		text, err := l.read.ReadString('\n')
		if err != nil {
			l.t.Fatal(err)
		}
		text = strings.TrimSpace(text)
		name, value, _ := strings.Cut(text, ":")
		switch {
		case text != "" && first == "":
			first = text
		case text != "":
			headers[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		case first != "":
			n, _ := strconv.Atoi(headers["content-length"])
			if _, err := io.CopyN(io.Discard, l.read, int64(n)); err != nil {
				l.t.Fatal(err)
			}
			return first, headers
		}
	}
}

// until skips to a message that begins so.
func (l *line) until(begins string) map[string]string {
	l.t.Helper()
	for {
		if first, headers := l.message(); strings.HasPrefix(first, begins) {
			return headers
		}
	}
}

// ask sends a request from a peer whose Contact is at an address.
func (l *line) ask(method, to string, seq int, contact net.Addr, body string, lines ...string) {
	_, err := fmt.Fprintf(l.conn, "%[1]s sip:accueil@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP %[2]s;branch=z9hG4bK%[1]s%[3]d\r\nFrom: <sip:peer@127.0.0.1>;tag=theirs\r\n"+
		"To: %[4]s\r\nCall-ID: broken\r\nCSeq: %[3]d %[1]s\r\nContact: <sip:peer@%[2]s;transport=tcp>\r\nMax-Forwards: 70\r\n%[5]sContent-Length: %[6]d\r\n\r\n%[7]s",
		method, contact, seq, to, strings.Join(append(lines, ""), "\r\n"), len(body), body)
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *line) answer(status string, to map[string]string, lines ...string) {
	_, err := fmt.Fprintf(l.conn, "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n%sContent-Length: 0\r\n\r\n",
		status, to["via"], to["from"], to["to"], to["call-id"], to["cseq"], strings.Join(append(lines, ""), "\r\n"))
	if err != nil {
		l.t.Fatal(err)
	}
}

// TestClosedConnection hangs up on who called by TCP and has closed the connection: where its Contact is, or where
// it wrote from last.
func TestClosedConnection(t *testing.T) {
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprintf("a new connection %t", again), func(t *testing.T) {
			hangUp := make(chan struct{})
			d := open(t, Config{Listen: []string{"tcp://127.0.0.1:0"}}, answerThen(func(ctx context.Context, c *Call) {
				<-hangUp
				c.Hangup(ctx)
			}))
			home, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer home.Close()
			_ = home.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Second))
			conn, err := net.Dial("tcp", d.Addr("tcp").String())
			l := newLine(t, conn, err)
			l.ask("INVITE", "<sip:accueil@127.0.0.1>", 1, home.Addr(), canned+"a=sendrecv\r\n", "Content-Type: application/sdp")
			ours := l.until("SIP/2.0 200")["to"]
			l.ask("ACK", ours, 1, home.Addr(), "")
			d.eventually("the call stands", func() bool { _, answered := d.Calls(); return answered == 1 })
			from := conn.LocalAddr().String()
			conn.Close()
			d.eventually("the connection is closed", func() bool { return d.tp.Pool("tcp").Get(from) == nil })
			if again {
				home.Close()
				conn, err = net.Dial("tcp", d.Addr("tcp").String())
				l = newLine(t, conn, err)
				l.ask("INFO", ours, 2, home.Addr(), "")
				l.until("SIP/2.0 200")
			}
			close(hangUp)
			if !again {
				conn, err = home.Accept()
				l = newLine(t, conn, err)
			}
			l.answer("200 OK", l.until("BYE "))
			d.ended(WeHungUp, "answer sendrecv")
			if strings.Contains(d.log.String(), "did not answer") {
				t.Error("the BYE was not answered")
			}
		})
	}
}
