package bottest_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

func TestTheFakeChannelHoldsToTheSuite(t *testing.T) {
	c := bottest.NewChannel("telegram")
	c.Trouble("leg", bottest.Refuses, bottest.Loses, bottest.Stumbles, bottest.Waits(time.Minute), bottest.Slow(time.Minute))
	bottest.TestChannel(t, c, &bottest.Log{})
}

func TestTheFakePlatformHoldsToTheSuite(t *testing.T) {
	p := bottest.NewPlatform("telegram", time.Now)
	p.LoseAnswers(2)
	bottest.TestChannel(t, bottest.Searchable{Platform: p}, nil)
}

func TestTheSuiteDeliversEveryEffectThereIs(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../effect.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var closed []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "effect" {
			closed = append(closed, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	var have []string
	for _, e := range bottest.Effects() {
		if name := strings.TrimPrefix(fmt.Sprintf("%T", e), "bot."); !slices.Contains(have, name) {
			have = append(have, name)
		}
	}
	slices.Sort(closed)
	slices.Sort(have)
	if len(closed) == 0 || !slices.Equal(have, closed) {
		t.Errorf("the suite delivers\n%s\nbut the effects are\n%s", have, closed)
	}
}

// faulty is a channel with one fault.
type faulty struct {
	*bottest.Channel
	fault string
	log   *slog.Logger
	names int
}

func (f *faulty) Name() bot.ChannelName {
	f.names++
	if f.fault == "name" && f.names > 1 {
		return "other"
	}
	return f.Channel.Name()
}

func (f *faulty) Pace(bot.Leg, bot.Effect) bot.Pace {
	if f.fault == "pace" {
		return bot.Pace{Rate: 30}
	}
	return bot.Pace{}
}

func (f *faulty) Find(_ context.Context, d bot.Delivery) (bot.Receipt, bool, error) {
	for _, there := range f.Shown(d.Leg.ID) {
		if there.ID == d.ID {
			return bot.Receipt{}, f.fault != "find", nil
		}
	}
	return bot.Receipt{}, false, nil
}

func (f *faulty) Listen(ctx context.Context, door bot.Door) error {
	if f.fault == "listen" {
		select {}
	}
	return f.Channel.Listen(ctx, door)
}

func (f *faulty) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	say, _ := d.Entry.Effect.(bot.Say)
	switch _, forget := d.Entry.Effect.(bot.Forget); {
	case f.fault == "panic" && forget:
		panic("fault")
	case f.fault == "block" && forget:
		select {}
	case f.fault == "log":
		f.log.Info("delivering", "text", say.Text)
	case f.fault == "words":
		return bot.Receipt{}, fmt.Errorf("cannot send %q", say.Text)
	case f.fault == "address":
		return bot.Receipt{}, fmt.Errorf("cannot reach %s", string(d.Leg.Peer))
	case f.fault == "retry":
		return bot.Receipt{}, bot.RetryAfter{}
	case f.fault == "kinds":
		return bot.Receipt{}, fmt.Errorf("%w: %w", bot.ErrAmbiguous, bot.ErrUndeliverable)
	}
	return f.Channel.Deliver(ctx, d)
}

// The suite is run on a channel with a fault in a process of its own, which must fail.
func TestTheSuiteFindsFaults(t *testing.T) {
	const variable = "BOTTEST_FAULT"
	if fault := os.Getenv(variable); fault != "" {
		log := &bottest.Log{}
		c := &faulty{Channel: bottest.NewChannel("telegram"), fault: fault, log: slog.New(slog.NewTextHandler(log, nil))}
		bottest.TestChannel(t, c, log)
		return
	}
	for fault, says := range map[string]string{
		"name": "is now", "listen": "Listen goes on", "panic": "panics", "block": "after its deadline", "log": "the log repeats",
		"words": "the error repeats", "address": "the error repeats", "retry": "says nothing", "kinds": "kinds at once",
		"pace": "lets nothing through", "find": "Find says false",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			run := exec.Command(os.Args[0], "-test.run=^TestTheSuiteFindsFaults$")
			run.Env = append(os.Environ(), variable+"="+fault)
			out, err := run.CombinedOutput()
			if err == nil || !strings.Contains(string(out), says) {
				t.Errorf("want a failure that says %q; got %v\n%s", says, err, out)
			}
		})
	}
}
