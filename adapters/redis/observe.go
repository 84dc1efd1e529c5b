package redis

import (
	"context"
	"crypto/sha1"
	"embed"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// An Observer is told how Redis fares: names of scripts and commands, times, kinds of faults. It
// never sees a key or what is kept under it. Its methods are called by many at once and return soon.
type Observer interface {
	Ran(script string, took time.Duration)
	// Failed says what went wrong: timeout, unreachable, refused, or the word by which Redis names a
	// state of its own (loading, readonly, oom, …).
	Failed(kind string)
	// Short says that fewer replicas than were asked for had a write in time.
	Short()
	// Recovered counts conversations that a sweep took up because nobody had played their input.
	Recovered(conversations int)
}

type unobserved struct{}

func (unobserved) Ran(string, time.Duration) {}
func (unobserved) Failed(string)             {}
func (unobserved) Short()                    {}
func (unobserved) Recovered(int)             {}

// Observe has an observer told of every call from now on. Call it once, before the first sweep.
func (s *Store) Observe(o Observer) {
	s.observer = o
	hook := &observed{o, scriptNames()}
	if cluster, is := s.rdb.(*goredis.ClusterClient); is {
		cluster.OnNewNode(func(node *goredis.Client) { node.AddHook(hook) })
		_ = cluster.ForEachShard(context.Background(), func(_ context.Context, node *goredis.Client) error {
			node.AddHook(hook) // the start has met them already
			return nil
		})
		return
	}
	s.rdb.AddHook(hook)
}

//go:embed *.lua
var sources embed.FS

// scriptNames finds a script's name by its text, as EVAL sends it, and by its hash, as EVALSHA does.
func scriptNames() map[string]string {
	names := make(map[string]string)
	files, _ := sources.ReadDir(".") // of the binary
	for _, f := range files {
		text, _ := sources.ReadFile(f.Name())
		sum := sha1.Sum(text)
		name := strings.TrimSuffix(f.Name(), ".lua")
		names[string(text)], names[hex.EncodeToString(sum[:])] = name, name
	}
	return names
}

// observed is a hook of the client library.
type observed struct {
	Observer
	names map[string]string
}

func (o *observed) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := next(ctx, network, addr)
		o.fault(err)
		return c, err
	}
}

func (o *observed) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		began := time.Now()
		err := next(ctx, cmd)
		o.Ran(o.name(cmd), time.Since(began))
		o.fault(err)
		return err
	}
}

func (o *observed) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		began := time.Now()
		err := next(ctx, cmds)
		if len(cmds) > 0 {
			o.Ran(o.name(cmds[0]), time.Since(began)) // one round trip, whatever goes with the first
		}
		o.fault(err)
		for _, cmd := range cmds {
			if cmd.Name() == "wait" && cmd.Err() == nil {
				o.acks(cmd)
			}
		}
		return err
	}
}

// acks compares what a WAIT asked for and what it got.
func (o *observed) acks(cmd goredis.Cmder) {
	asked, is := cmd.Args()[1].(int)
	answer, has := cmd.(*goredis.Cmd)
	if !is || !has {
		return
	}
	if got, err := answer.Int(); err == nil && got < asked {
		o.Short()
	}
}

// name is a script's, or a command's: both are as many as this package has.
func (o *observed) name(cmd goredis.Cmder) string {
	args := cmd.Args()
	if name := cmd.Name(); len(args) < 2 || !strings.HasPrefix(name, "eval") {
		return name
	}
	text, _ := args[1].(string)
	if name, known := o.names[text]; known {
		return name
	}
	return "script"
}

func (o *observed) fault(err error) {
	if kind := faultKind(err); kind != "" {
		o.Failed(kind)
	}
}

// faultKind names what went wrong, "" for nothing: an absent key, a script that is to be loaded, a
// caller who left.
func faultKind(err error) string {
	refusal, refused := errors.AsType[goredis.Error](err)
	var slow net.Error
	switch {
	case err == nil, errors.Is(err, goredis.Nil), errors.Is(err, context.Canceled), refused && strings.HasPrefix(refusal.Error(), "NOSCRIPT"):
		return ""
	case refused && passing(refusal):
		word, _, _ := strings.Cut(refusal.Error(), " ")
		return strings.ToLower(word)
	case refused:
		return "refused"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return "timeout"
	}
	return "unreachable"
}
