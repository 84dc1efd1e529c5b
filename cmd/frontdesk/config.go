package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// serveCommand is the configuration of a front desk: one struct, from flags and the environment,
// checked as a whole. With nothing set it is a trial on this machine.
type serveCommand struct {
	Listen         string          `env:"FRONTDESK_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where citizens and counsellors reach the service (${default})."`
	MetricsListen  string          `env:"FRONTDESK_METRICS_LISTEN" default:"127.0.0.1:9464" placeholder:"HOST:PORT" help:"Where Prometheus reads metrics (${default}); \"off\" for nowhere."`
	PublicURL      string          `env:"FRONTDESK_PUBLIC_URL" placeholder:"URL" help:"Address people see, such as https://orientation.example; https makes cookies secure."`
	RedisURL       string          `env:"FRONTDESK_REDIS_URL" placeholder:"URL" help:"Where conversations are kept, such as redis://127.0.0.1:6379/0. Unset: in memory, nothing survives a restart."`
	KeyFile        string          `env:"FRONTDESK_KEY_FILE" placeholder:"FILE" help:"Keys that seal what is kept. Unset: a file made at the first start, named in the log."`
	Region         string          `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region served; the bundle's own by default."`
	Flows          string          `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle to serve; the reference bundle by default. Changes are taken up without a restart."`
	ReleasesDir    string          `env:"FRONTDESK_RELEASES_DIR" placeholder:"DIR" help:"Where each published release is also laid down as a ZIP; nowhere by default."`
	Staff          string          `env:"FRONTDESK_STAFF" placeholder:"FILE" help:"Who works here. Unset: a trial, with made-up counsellors, for this machine only."`
	ChatOrigins    []string        `env:"FRONTDESK_CHAT_ORIGINS" placeholder:"URL,…" help:"Sites that may embed the chat."`
	TrustedProxies []string        `env:"FRONTDESK_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Proxies whose X-Forwarded-For is believed."`
	Retention      time.Duration   `env:"FRONTDESK_RETENTION" default:"720h" placeholder:"720h" help:"How long a conversation can be taken up again after its last turn (${default}, 30 days): its answers, not its words."`
	RetentionWords time.Duration   `env:"FRONTDESK_RETENTION_WORDS" default:"24h" placeholder:"24h" help:"How long the words of a conversation that nobody was handed are kept after its last turn (${default})."`
	RetentionCases time.Duration   `env:"FRONTDESK_RETENTION_CASES" default:"4392h" placeholder:"4392h" help:"How long all of a case is kept after it was closed (${default}, six months)."`
	RetentionVoice time.Duration   `env:"FRONTDESK_RETENTION_MESSAGES" default:"336h" placeholder:"336h" help:"How long a message that a caller records is kept (${default}, 14 days), in whole days: callers are told."`
	StudioListen   string          `env:"FRONTDESK_STUDIO_LISTEN" placeholder:"HOST:PORT" help:"Where supervisors reach the studio, and nobody else. Unset: where citizens and counsellors reach the service."`
	StudioURL      string          `env:"FRONTDESK_STUDIO_URL" placeholder:"URL" help:"Address supervisors see where FRONTDESK_STUDIO_LISTEN is set, such as https://studio.orientation.example."`
	OIDC           oidcConfig      `embed:"" prefix:"oidc-" envprefix:"FRONTDESK_OIDC_"`
	Drain          time.Duration   `env:"FRONTDESK_DRAIN" default:"10s" placeholder:"10s" help:"How long open requests may take to end at shutdown (${default})."`
	Messaging      messagingConfig `embed:""`
	Speech         speechConfig    `embed:"" prefix:"speech-" envprefix:"FRONTDESK_SPEECH_"`
	SIP            sipConfig       `embed:"" prefix:"sip-" envprefix:"FRONTDESK_SIP_"`
	LogFormat      string          `env:"FRONTDESK_LOG" default:"text" placeholder:"text|json" help:"Form of the log (${default})."`
	LogLevel       slog.Level      `env:"FRONTDESK_LOG_LEVEL" default:"info" placeholder:"info" help:"debug, info, warn or error (${default})."`
}

// Validate says everything that is wrong at once, each with the name to set.
func (c *serveCommand) Validate() error {
	var faults []error
	fault := func(name, format string, args ...any) {
		faults = append(faults, fmt.Errorf(name+": "+format, args...))
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		fault("FRONTDESK_LISTEN", "%q is not HOST:PORT, such as 127.0.0.1:8080", c.Listen)
	}
	if c.trial() && err == nil && !onlyHere(host) {
		fault("FRONTDESK_LISTEN", "%s can be reached from elsewhere, and without FRONTDESK_STAFF anybody could read conversations; set FRONTDESK_STAFF, or listen on 127.0.0.1", c.Listen)
	}
	if !c.trial() && c.RedisURL == "" {
		fault("FRONTDESK_REDIS_URL", "must be set where FRONTDESK_STAFF is: in memory, a restart would lose everybody's conversations")
	}
	if c.MetricsListen != "off" {
		if host, _, err := net.SplitHostPort(c.MetricsListen); err != nil || !onlyHere(host) {
			fault("FRONTDESK_METRICS_LISTEN", "%q is not a loopback HOST:PORT; metrics stay on this machine", c.MetricsListen)
		}
	}
	for _, origin := range c.ChatOrigins {
		if u, err := url.Parse(origin); err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && u.Scheme != "http" {
			fault("FRONTDESK_CHAT_ORIGINS", "%q is not an origin, such as https://www.region.example", origin)
		}
	}
	if _, err := web.ParseProxies(c.TrustedProxies); err != nil {
		fault("FRONTDESK_TRUSTED_PROXIES", "%v", err)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		fault("FRONTDESK_PUBLIC_URL", "%q is not an address, such as https://orientation.example", c.PublicURL)
	}
	if c.RedisURL != "" && !redisURL(c.RedisURL) {
		fault("FRONTDESK_REDIS_URL", "is not an address, such as redis://127.0.0.1:6379/0; in a password write / ? # @ %% as %%2F %%3F %%23 %%40 %%25") // it may hold one: never shown
	}
	faults = append(faults, c.checkRetention()...)
	c.checkStudio(fault)
	c.OIDC.check(c, fault)
	faults = append(faults, c.Messaging.check(c)...)
	c.Speech.check(fault)
	c.SIP.check(c.trial(), fault)
	if c.Drain < 0 || c.Drain > 5*time.Minute {
		fault("FRONTDESK_DRAIN", "%s is not between 0 and five minutes", c.Drain)
	}
	if info, err := os.Stat(c.ReleasesDir); c.ReleasesDir != "" && (err != nil || !info.IsDir()) {
		fault("FRONTDESK_RELEASES_DIR", "%s is not a folder; make it, for the service alone", c.ReleasesDir)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		fault("FRONTDESK_LOG", "%q is neither text nor json", c.LogFormat)
	}
	return errors.Join(faults...)
}

// checkRetention: what is kept for a talk ends before what is kept for a case.
func (c *serveCommand) checkRetention() []error {
	const least, most = time.Hour, 5 * 365 * 24 * time.Hour
	var faults []error
	if c.Retention < least || c.Retention > most {
		faults = append(faults, fmt.Errorf("FRONTDESK_RETENTION: %s is not between an hour and five years", c.Retention))
	}
	if c.RetentionWords < least || c.RetentionWords > max(c.Retention, least) {
		faults = append(faults, fmt.Errorf("FRONTDESK_RETENTION_WORDS: %s is not between an hour and FRONTDESK_RETENTION (%s)", c.RetentionWords, c.Retention))
	}
	if d := c.RetentionVoice; d < 24*time.Hour || d > bot.MostMessageLife || d%(24*time.Hour) != 0 {
		faults = append(faults, fmt.Errorf("FRONTDESK_RETENTION_MESSAGES: %s is not a number of whole days (24h) between one and thirty", d))
	} else if c.Retention >= least && d > c.Retention {
		faults = append(faults, fmt.Errorf("FRONTDESK_RETENTION_MESSAGES: %s is longer than FRONTDESK_RETENTION (%s): a message would be left when its conversation has gone", d, c.Retention))
	}
	if c.RetentionCases < min(c.Retention, most) || c.RetentionCases > most {
		faults = append(faults, fmt.Errorf("FRONTDESK_RETENTION_CASES: %s is not between FRONTDESK_RETENTION (%s) and five years", c.RetentionCases, c.Retention))
	}
	return faults
}

// retention is what the store is told to keep.
func (c *serveCommand) retention() redis.Retention {
	return redis.Retention{Words: c.RetentionWords, Session: c.Retention, Cases: c.RetentionCases}
}

// trial: nobody is on the staff, so the service invents counsellors and stays on this machine.
func (c *serveCommand) trial() bool { return c.Staff == "" }

// tls: people come over HTTPS, here or at a proxy.
func (c *serveCommand) tls() bool {
	u, err := url.Parse(c.PublicURL)
	return err == nil && u.Scheme == "https"
}

// redisURL: what follows the host is the number of a database. Anything else may be the rest of a
// password with a slash in it, which the client's own error would quote.
func redisURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.HasPrefix(u.Scheme, "redis") && strings.Trim(u.Path, "/0123456789") == ""
}

func onlyHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c *serveCommand) logger(out *console) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out.err, options))
	}
	return slog.New(slog.NewTextHandler(out.err, options))
}

// keyPath is the key file that was named, or the one in the user's configuration folder.
func (c *serveCommand) keyPath() (string, error) {
	if c.KeyFile != "" {
		return c.KeyFile, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no place for a key file; set FRONTDESK_KEY_FILE: %w", err)
	}
	return filepath.Join(dir, "frontdesk", "keys"), nil
}
