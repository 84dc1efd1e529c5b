package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

// A deadly engine ends the process at a word, as a fault that nothing can recover from does.
type deadly struct{ turn.Stepper }

func (d deadly) Step(s bot.Session, in bot.Input) (bot.Turn, error) {
	if said, is := in.Event.(bot.Said); is && strings.Contains(string(said.Text), "poison") {
		os.Exit(137)
	}
	return d.Stepper.Step(s, in)
}

// TestServesUntilPoisoned is a front desk of its own that TestPoison… starts again and again.
func TestServesUntilPoisoned(t *testing.T) {
	address := os.Getenv("FRONTDESK_TEST_POISONED")
	if address == "" {
		t.Skip("a part of TestAMessageThatKillsFiveProcessesIsReadByAHuman")
	}
	c := &serveCommand{RedisURL: os.Getenv("FRONTDESK_REDIS_URL"), KeyFile: os.Getenv("FRONTDESK_KEY_FILE"),
		Listen: address, MetricsListen: "off", LogFormat: "text", Retention: time.Hour, Drain: time.Second}
	h, err := c.open(context.Background(), &console{context.Background(), nil, os.Stdout, os.Stdout, fromFiles{}})
	if err != nil {
		t.Fatal(err)
	}
	h.player.Engine = deadly{h.engine}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("serving")
	t.Fatal(h.serve(context.Background(), listener, c.Drain))
}

func TestAMessageThatKillsFiveProcessesIsReadByAHuman(t *testing.T) {
	t.Parallel()
	keys := filepath.Join(t.TempDir(), "keys")
	makeKeys(t, keys)
	address := "127.0.0.1:" + freePort(t)
	environment := append(os.Environ(), "FRONTDESK_TEST_POISONED="+address, "FRONTDESK_REDIS_URL="+startRedis(t), "FRONTDESK_KEY_FILE="+keys)
	serving, died := make(chan struct{}), make(chan int)
	ctx, stop := context.WithCancel(t.Context())
	keeper := make(chan struct{})
	go func() { // what a service manager does
		defer close(keeper)
		for ctx.Err() == nil {
			child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestServesUntilPoisoned$")
			child.Env = environment
			child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
			out, err := child.StdoutPipe()
			if err == nil {
				err = child.Start()
			}
			if err != nil {
				t.Error(err)
				return
			}
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if lines.Text() == "serving" {
					select {
					case serving <- struct{}{}:
					case <-ctx.Done():
					}
				}
			}
			_ = child.Wait()
			select {
			case died <- child.ProcessState.ExitCode():
			case <-ctx.Done():
			}
		}
	}()
	defer func() { stop(); <-keeper }()

	<-serving
	b := &browser{t: t, base: "http://" + address}
	b.open()
	b.until("Que cherchez-vous")
	sent := make(chan struct{})
	go func() { // its answer dies with the process
		defer close(sent)
		_, _, _ = b.tryPost("/chat/messages", map[string]string{"id": "m1", "text": "poison"})
	}()
	for n := range 5 {
		select {
		case code := <-died:
			if code != 137 {
				t.Fatalf("death %d: exit %d", n+1, code)
			}
		case <-time.After(longEnough):
			t.Fatalf("death %d did not come", n+1)
		}
		<-serving
	}
	<-sent
	b.until("Une personne va le lire")
	b.sent = 1
	b.say("un travail")
	b.until("votre situation")
	select {
	case code := <-died:
		t.Errorf("a sixth process died: exit %d", code)
	default:
	}
}
