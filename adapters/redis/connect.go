package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"frontdesk/bot"
)

const dialWithin = 700 * time.Millisecond

// connect makes the client of a URL:
//
//	redis://[user:password@]host:port/db          one Redis; rediss:// with TLS
//	redis://sentinel:26379/db?master_name=main    Sentinel; more addresses as &addr=host:port
//	redis://node:6379?cluster=true                Cluster; more addresses as &addr=host:port
//
// Nothing is dialled yet. Errors do not quote the URL, which may hold a password.
func connect(address string) (goredis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Scheme, "redis") {
		return nil, errors.New("address of Redis is not a redis:// or rediss:// URL")
	}
	query := u.Query()
	clustered := query.Get("cluster") == "true"
	query.Del("cluster")
	u.RawQuery = query.Encode()
	switch {
	case query.Has("master_name"):
		o, err := goredis.ParseFailoverURL(u.String())
		if err != nil {
			return nil, fmt.Errorf("address of Redis: %w", err)
		}
		return goredis.NewFailoverClient(strictFailover(o)), nil
	case clustered:
		o, err := goredis.ParseClusterURL(u.String())
		if err != nil {
			return nil, fmt.Errorf("address of Redis: %w", err)
		}
		return goredis.NewClusterClient(strictCluster(o)), nil
	}
	o, err := goredis.ParseURL(u.String())
	if err != nil {
		return nil, fmt.Errorf("address of Redis: %w", err)
	}
	return goredis.NewClient(strict(o)), nil
}

// strict makes a client answer within the caller's time: by default it would dial five times, read
// for five seconds and ignore deadlines. One repetition is enough, and safe: scripts know it.
func strict(o *goredis.Options) *goredis.Options {
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialWithin, dialWithin, dialWithin, dialWithin
	o.MaxRetries, o.DialerRetries, o.PipelinePoolSize = 1, 1, -1
	o.MaintNotificationsConfig = quiet()
	return o
}

func strictFailover(o *goredis.FailoverOptions) *goredis.FailoverOptions {
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialWithin, dialWithin, dialWithin, dialWithin
	o.MaxRetries, o.DialerRetries, o.PipelinePoolSize = 1, 1, -1
	return o
}

// strictCluster leaves more repetitions, for moves of slots, and asks for the map each second: by
// default a dead master's slots would be missed for a minute.
func strictCluster(o *goredis.ClusterOptions) *goredis.ClusterOptions {
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialWithin, dialWithin, dialWithin, dialWithin
	o.MaxRetries, o.DialerRetries, o.PipelinePoolSize = 2, 1, -1
	o.ClusterStateReloadInterval = time.Second
	o.MaintNotificationsConfig = quiet()
	return o
}

func quiet() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// LogTo sends what the client library itself says, about connections, to log instead of standard
// error. It is for the whole process: call it once, before the first Open.
func LogTo(log *slog.Logger) { goredis.SetLogger(complaints{log}) }

type complaints struct{ log *slog.Logger }

func (c complaints) Printf(_ context.Context, format string, args ...any) {
	c.log.Debug("redis client", "says", fmt.Sprintf(format, args...))
}

// failed says what could not be done. Whatever is not an answer of Redis about the command itself
// means that Redis cannot be had now.
func failed(what string, err error) error {
	if refusal, ok := errors.AsType[goredis.Error](err); ok && !passing(refusal) {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %w", what, bot.ErrUnavailable, err)
}

// passing says whether a refusal is about the state of Redis, which may pass.
func passing(err error) bool {
	word, _, _ := strings.Cut(err.Error(), " ")
	switch word {
	case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "OOM", "MISCONF", "NOREPLICAS", "BUSY", "UNBLOCKED":
		return true
	}
	return false
}
