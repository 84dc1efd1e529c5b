package main

import (
	"context"
	"os"
	"slices"
	"time"

	"frontdesk/adapters/redis"
)

// watchKeys takes up a changed key file within seconds. One that cannot be taken up is named in the
// log, and the present keys go on.
func (h *house) watchKeys(ctx context.Context, path string) {
	seen, refused := "", ""
	for tick := time.NewTicker(2 * time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		now := stampOf(path)
		if now == seen {
			continue
		}
		had := h.store.KeyIDs()
		keys, err := redis.LoadKeys(path)
		if err == nil {
			err = h.store.TakeUp(ctx, keys)
		}
		switch {
		case err == nil:
			if seen != "" || !slices.Equal(had, keys.IDs()) { // the first look mostly finds what was read at the start
				h.log.Info("the key file is taken up", "keys", keys.IDs(), "seals", keys.Sealing())
			}
			seen, refused = now, ""
		case err.Error() != refused && ctx.Err() == nil:
			refused = err.Error() // said once, until it is mended
			h.log.Error("the changed key file is not taken up; the present keys go on", "error", err)
		}
	}
}

// stampOf tells one state of a file from the next without reading it.
func stampOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return info.ModTime().Format(time.RFC3339Nano)
}
