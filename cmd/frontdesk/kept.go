package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// keptFlags say where a service keeps what is asked about: as for serve.
type keptFlags struct {
	RedisURL string `env:"FRONTDESK_REDIS_URL" required:"" placeholder:"URL" help:"Where conversations are kept, such as redis://127.0.0.1:6379/0."`
	KeyFile  string `env:"FRONTDESK_KEY_FILE" placeholder:"FILE" help:"Keys that seal what is kept; the file of the first start by default."`
	Flows    string `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle whose region and clock are meant; the reference bundle by default."`
	Region   string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region that is meant; the bundle's own by default."`
}

func (f *keptFlags) bundle(from bundles) (*flow.Bundle, error) {
	b, err := from.load(f.Flows, f.Region)
	if err != nil {
		return nil, fmt.Errorf("the bundle does not load, so region and clock are not known:\n%w", err)
	}
	return b, nil
}

// open opens the store of the bundle's region, to read. What it complains about goes to log.
func (f *keptFlags) open(ctx context.Context, b *flow.Bundle, log *slog.Logger) (*redis.Store, error) {
	return f.openFor(ctx, b, redis.Retention{}, log)
}

// openFor opens it for who plays turns, which are kept for so long.
func (f *keptFlags) openFor(ctx context.Context, b *flow.Bundle, retention redis.Retention, log *slog.Logger) (*redis.Store, error) {
	path, err := (&serveCommand{KeyFile: f.KeyFile}).keyPath()
	if err != nil {
		return nil, err
	}
	keys, err := redis.LoadKeys(path)
	if err != nil {
		return nil, err
	}
	return redis.Open(ctx, redis.Options{URL: f.RedisURL, Keys: keys, Prefix: "fd:" + b.Region + ":", Retention: retention, Existing: true, Log: log})
}

// warnings are what an operator's command says beside its answer.
func warnings(out *console) *slog.Logger {
	return slog.New(slog.NewTextHandler(out.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// readDossier takes a number as people write it, and refuses what was never given out.
func readDossier(text string) (string, error) {
	number := strings.ToUpper(strings.TrimSpace(text))
	if !engine.CheckDossier(number) {
		return "", fmt.Errorf("%q is not a dossier number: one reads OR-7F3K-9Q2M-V, and its last sign must fit the others; look for a sign that was misread, or two that were exchanged", text)
	}
	return number, nil
}

var errFound = errors.New("found")

// findCase looks through all sessions for a dossier number: there is no index that could leak, or
// that would have to be erased. The number of an earlier case, or of one that was erased, is found too.
func findCase(ctx context.Context, store *redis.Store, number string) (bot.Session, error) {
	var found bot.Session
	unread, err := store.Sessions(ctx, func(s *bot.Session) error {
		if !engine.HasDossier(s, number) {
			return nil
		}
		found = *s
		return errFound
	})
	switch {
	case errors.Is(err, errFound):
		return found, nil
	case err != nil:
		return found, err
	case unread > 0:
		return found, fmt.Errorf("%s is not found among what can be read; %d conversations cannot be, with these keys or this version", number, unread)
	}
	return found, fmt.Errorf("%s leads to no conversation: it was never given here, or what it led to has expired", number)
}
