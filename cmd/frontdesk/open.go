package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/staff"
	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// openStore opens Redis, or the store in memory when none is named.
func (c *serveCommand) openStore(ctx context.Context, log *slog.Logger, region string) (*redis.Store, error) {
	if c.RedisURL == "" {
		return redis.OpenEmbedded(ctx)
	}
	path, err := c.keyPath()
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(path, c.KeyFile != "", log)
	if err != nil {
		return nil, err
	}
	return redis.Open(ctx, redis.Options{URL: c.RedisURL, Keys: keys, Prefix: "fd:" + region + ":", Retention: c.retention(), Log: log})
}

// openKeys reads the key file. The one in the default place is made at the first start; one that
// was named must be there, or a second replica would seal with keys the first cannot read.
func openKeys(path string, named bool, log *slog.Logger) (*redis.Keyring, error) {
	keys, err := redis.LoadKeys(path)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return keys, err
	case named:
		return nil, fmt.Errorf("FRONTDESK_KEY_FILE: %s does not exist; make it once, for all replicas, with: frontdesk keys make %s", path, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("no place for a key file; set FRONTDESK_KEY_FILE: %w", err)
	}
	log.Warn("made a key file: without it nothing that is kept can be read; back it up and give it to each replica", "file", path)
	return redis.CreateKeys(path)
}

// openStaff reads who works here, or invents counsellors for a trial. An account may name a structure that was
// renamed or deleted since: everybody else is served all the same.
func (c *serveCommand) openStaff(b *flow.Bundle, log *slog.Logger) (*staff.Staff, error) {
	if c.trial() {
		var partners []bot.StructureID
		for _, id := range slices.Sorted(maps.Keys(b.Structures)) {
			if !b.Structures[id].Lead {
				partners = append(partners, bot.StructureID(id))
			}
		}
		if c.Messaging.Demo {
			return staff.Demo(bot.StructureID(b.Lead().ID), partners...), nil
		}
		return staff.Trial(bot.StructureID(b.Lead().ID), partners...), nil
	}
	people, err := staff.Open(c.Staff)
	if err != nil {
		return nil, fmt.Errorf("FRONTDESK_STAFF: %w", err)
	}
	if err := people.Check(func(id bot.StructureID) bool { _, ok := b.Structures[string(id)]; return ok }); err != nil {
		log.Error("FRONTDESK_STAFF names structures that the dialog does not have: nobody answers there; "+
			"change these accounts and start again, or put the structures back in the studio", "error", err)
	}
	return people, nil
}

// random is 128 bits in letters and digits.
func random() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

// quiet keeps the HTTP server's own lines out of the log: they name addresses.
func quiet(l *slog.Logger) *log.Logger {
	return log.New(dropped{l}, "", 0)
}

type dropped struct{ log *slog.Logger }

func (d dropped) Write(line []byte) (int, error) {
	d.log.Debug("http server", "bytes", len(line))
	return len(line), nil
}
