package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// proper is the configuration of a trial with nothing set.
func proper() *serveCommand {
	return &serveCommand{Listen: "127.0.0.1:8080", MetricsListen: "127.0.0.1:9464", Retention: 720 * time.Hour,
		RetentionWords: 24 * time.Hour, RetentionCases: 4392 * time.Hour, RetentionVoice: 336 * time.Hour, Drain: 10 * time.Second, LogFormat: "text"}
}

// asIssued has a staff that signs in by an issuer.
func asIssued(c *serveCommand) {
	c.Staff, c.RedisURL, c.PublicURL = "staff.json", "redis://127.0.0.1:6379/0", "https://orientation.example"
	c.OIDC = oidcConfig{"https://connexion.region.example/realm", "frontdesk", "secret", "sub"}
}

func TestConfigurationThatIsFine(t *testing.T) {
	for name, change := range map[string]func(*serveCommand){
		"nothing set":   func(*serveCommand) {},
		"localhost":     func(c *serveCommand) { c.Listen = "localhost:0" },
		"IPv6 loopback": func(c *serveCommand) { c.Listen = "[::1]:8080" },
		"everywhere with staff": func(c *serveCommand) {
			c.Listen, c.Staff, c.RedisURL = ":8080", "staff.json", "redis://127.0.0.1:6379/0"
		},
		"no metrics": func(c *serveCommand) { c.MetricsListen = "off" },
		"all addresses": func(c *serveCommand) {
			c.PublicURL, c.RedisURL = "https://orientation.example", "rediss://user:secret@redis.example:6380/0"
			c.ChatOrigins, c.TrustedProxies = []string{"https://www.region.example", "http://localhost:3000"}, []string{"10.0.0.0/8"}
		},
		"a studio of its own": func(c *serveCommand) { c.StudioListen = "127.0.0.1:8081" },
		"an issuer":           asIssued,
		"an issuer and a studio of its own": func(c *serveCommand) {
			asIssued(c)
			c.StudioListen, c.StudioURL = ":8081", "https://studio.orientation.example"
		},
		"no drain": func(c *serveCommand) { c.Drain = 0 },
		"json":     func(c *serveCommand) { c.LogFormat = "json" },
	} {
		c := proper()
		change(c)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConfigurationFaultsAreNamed(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*serveCommand)
		names  string
	}{
		"no port":                            {func(c *serveCommand) { c.Listen = "127.0.0.1" }, "FRONTDESK_LISTEN"},
		"everywhere in a trial":              {func(c *serveCommand) { c.Listen = ":8080" }, "FRONTDESK_LISTEN"},
		"all addresses in a trial":           {func(c *serveCommand) { c.Listen = "0.0.0.0:8080" }, "FRONTDESK_STAFF"},
		"a name in a trial":                  {func(c *serveCommand) { c.Listen = "localhost.evil.example:80" }, "FRONTDESK_STAFF"},
		"another machine's metrics":          {func(c *serveCommand) { c.MetricsListen = "0.0.0.0:9464" }, "FRONTDESK_METRICS_LISTEN"},
		"metrics nowhere":                    {func(c *serveCommand) { c.MetricsListen = "" }, "FRONTDESK_METRICS_LISTEN"},
		"origin with a path":                 {func(c *serveCommand) { c.ChatOrigins = []string{"https://a.example/x"} }, "FRONTDESK_CHAT_ORIGINS"},
		"origin without a scheme":            {func(c *serveCommand) { c.ChatOrigins = []string{"a.example"} }, "FRONTDESK_CHAT_ORIGINS"},
		"any origin":                         {func(c *serveCommand) { c.ChatOrigins = []string{"*"} }, "FRONTDESK_CHAT_ORIGINS"},
		"proxy by name":                      {func(c *serveCommand) { c.TrustedProxies = []string{"proxy.example"} }, "FRONTDESK_TRUSTED_PROXIES"},
		"studio without a port":              {func(c *serveCommand) { c.StudioListen = "127.0.0.1" }, "FRONTDESK_STUDIO_LISTEN"},
		"studio everywhere in a trial":       {func(c *serveCommand) { c.StudioListen = ":8081" }, "FRONTDESK_STUDIO_LISTEN"},
		"studio where everything is":         {func(c *serveCommand) { c.StudioListen = c.Listen }, "FRONTDESK_STUDIO_LISTEN"},
		"studio's address without a door":    {func(c *serveCommand) { c.StudioURL = "https://studio.example" }, "FRONTDESK_STUDIO_LISTEN"},
		"an issuer in a trial":               {func(c *serveCommand) { asIssued(c); c.Staff, c.RedisURL = "", "" }, "FRONTDESK_STAFF"},
		"an issuer and no address of ours":   {func(c *serveCommand) { asIssued(c); c.PublicURL = "" }, "FRONTDESK_PUBLIC_URL"},
		"an issuer in clear":                 {func(c *serveCommand) { asIssued(c); c.OIDC.Issuer = "http://a.example" }, "FRONTDESK_OIDC_ISSUER"},
		"an issuer that knows nobody":        {func(c *serveCommand) { asIssued(c); c.OIDC.ClientID = "" }, "FRONTDESK_OIDC_CLIENT_ID"},
		"an issuer that trusts anybody":      {func(c *serveCommand) { asIssued(c); c.OIDC.ClientSecret = "" }, "FRONTDESK_OIDC_CLIENT_SECRET"},
		"a claim with a space":               {func(c *serveCommand) { asIssued(c); c.OIDC.Claim = "e mail" }, "FRONTDESK_OIDC_CLAIM"},
		"a studio the issuer cannot find":    {func(c *serveCommand) { asIssued(c); c.StudioListen = ":8081" }, "FRONTDESK_STUDIO_URL"},
		"a client of nobody":                 {func(c *serveCommand) { c.OIDC.ClientID = "frontdesk" }, "FRONTDESK_OIDC_ISSUER"},
		"public without a host":              {func(c *serveCommand) { c.PublicURL = "orientation.example" }, "FRONTDESK_PUBLIC_URL"},
		"public for files":                   {func(c *serveCommand) { c.PublicURL = "ftp://orientation.example" }, "FRONTDESK_PUBLIC_URL"},
		"redis without a scheme":             {func(c *serveCommand) { c.RedisURL = "localhost:6379" }, "FRONTDESK_REDIS_URL"},
		"redis with a slash in the password": {func(c *serveCommand) { c.RedisURL = "redis://:123/secret@redis.example:6379" }, "FRONTDESK_REDIS_URL"},
		"redis that is not":                  {func(c *serveCommand) { c.RedisURL = "http://localhost:6379" }, "FRONTDESK_REDIS_URL"},
		"retention too short":                {func(c *serveCommand) { c.Retention, c.RetentionWords = time.Minute, time.Hour }, "FRONTDESK_RETENTION: "},
		"retention too long":                 {func(c *serveCommand) { c.Retention, c.RetentionCases = 6*365*24*time.Hour, 5*365*24*time.Hour }, "FRONTDESK_RETENTION"},
		"words too short":                    {func(c *serveCommand) { c.RetentionWords = time.Minute }, "FRONTDESK_RETENTION_WORDS"},
		"words longer than their session":    {func(c *serveCommand) { c.RetentionWords = 721 * time.Hour }, "FRONTDESK_RETENTION_WORDS"},
		"cases shorter than talks":           {func(c *serveCommand) { c.RetentionCases = 719 * time.Hour }, "FRONTDESK_RETENTION_CASES"},
		"messages too long":                  {func(c *serveCommand) { c.RetentionVoice = 744 * time.Hour }, "FRONTDESK_RETENTION_MESSAGES"},
		"messages too short":                 {func(c *serveCommand) { c.RetentionVoice = 0 }, "FRONTDESK_RETENTION_MESSAGES"},
		"messages of half a day":             {func(c *serveCommand) { c.RetentionVoice = 36 * time.Hour }, "FRONTDESK_RETENTION_MESSAGES"},
		"messages longer than talks":         {func(c *serveCommand) { c.Retention, c.RetentionVoice = 168*time.Hour, 336*time.Hour }, "FRONTDESK_RETENTION_MESSAGES"},
		"cases too long":                     {func(c *serveCommand) { c.RetentionCases = 6 * 365 * 24 * time.Hour }, "FRONTDESK_RETENTION_CASES"},
		"drain backwards":                    {func(c *serveCommand) { c.Drain = -time.Second }, "FRONTDESK_DRAIN"},
		"drain for ever":                     {func(c *serveCommand) { c.Drain = time.Hour }, "FRONTDESK_DRAIN"},
		"log":                                {func(c *serveCommand) { c.LogFormat = "xml" }, "FRONTDESK_LOG"},
	} {
		c := proper()
		x.change(c)
		err := c.Validate()
		if err == nil || !strings.Contains(err.Error(), x.names) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: %v; want one fault that names %s", name, err, x.names)
		}
	}
}

// On the command line, as people meet it: everything at once, from flags and from the environment.
func TestServeRefusesAFaultyConfigurationAsAWhole(t *testing.T) {
	t.Setenv("FRONTDESK_LISTEN", "0.0.0.0:80")
	t.Setenv("FRONTDESK_REDIS_URL", "http://admin:hunter2-secret@redis.example")
	code, stdout, stderr := command(t, "", "serve", "--retention=1s", "--log-format=xml", "--metrics-listen=10.0.0.1:1", "--public-url=x")
	if code != 2 {
		t.Errorf("exit %d, want 2", code)
	}
	for _, name := range []string{"FRONTDESK_LISTEN", "FRONTDESK_STAFF", "FRONTDESK_REDIS_URL", "FRONTDESK_RETENTION", "FRONTDESK_LOG", "FRONTDESK_METRICS_LISTEN", "FRONTDESK_PUBLIC_URL"} {
		if !strings.Contains(stderr, name) {
			t.Errorf("%s is not named in\n%s", name, stderr)
		}
	}
	if strings.Contains(stdout+stderr, "hunter2") {
		t.Errorf("the password of Redis is printed:\n%s%s", stdout, stderr)
	}
}

func TestThePasswordOfRedisIsNeverPrinted(t *testing.T) {
	for _, url := range []string{
		"redis://admin:hunter2@127.0.0.1:1/0",            // nobody listens there
		"redis://admin:hunter2@127.0.0.1:1/hunter2",      // no number of a database
		"redis://admin:hunter2@127.0.0.1:1/0?x=1",        // an option that there is not
		"redis://admin:hun%ter2@127.0.0.1:1/0",           // an escape that there is not
		"redis://admin:hunter2@[::1/0",                   // an address that is none
		"http://admin:hunter2@127.0.0.1:1",               // another service
		"redis://:hunter2@127.0.0.1:1/0?cluster=true",    // a cluster that is not there
		"redis://:hunter2@127.0.0.1:1/0?master_name=mon", // a sentinel that is not there
	} {
		var out bytes.Buffer
		c := proper()
		c.RedisURL, c.KeyFile, c.LogLevel = url, t.TempDir()+"/keys", slog.LevelDebug
		makeKeys(t, c.KeyFile)
		err := c.Validate()
		if err == nil {
			var h *house
			h, err = c.open(t.Context(), &console{context.Background(), nil, &out, &out, shared})
			if err == nil {
				h.close()
			}
		}
		if err == nil {
			t.Errorf("%s is taken", url)
			continue
		}
		for _, part := range []string{"hunter2", "hun%ter2"} {
			if strings.Contains(err.Error()+out.String(), part) {
				t.Errorf("the password is printed: %v\n%s", err, out.String())
			}
		}
	}
}

func TestPeopleWhoComeOverHTTPSGetSecureCookies(t *testing.T) {
	for url, want := range map[string]bool{"": false, "http://o.example": false, "https://o.example": true, "HTTPS://o.example": true} {
		if got := (&serveCommand{PublicURL: url}).tls(); got != want {
			t.Errorf("%q: %v, want %v", url, got, want)
		}
	}
}

func TestTheKeyFileHasAPlace(t *testing.T) {
	if path, err := (&serveCommand{KeyFile: "/x/keys"}).keyPath(); path != "/x/keys" || err != nil {
		t.Errorf("%q, %v", path, err)
	}
	t.Setenv("XDG_CONFIG_HOME", "/config")
	t.Setenv("HOME", "/home/somebody")
	if path, err := (&serveCommand{}).keyPath(); !strings.HasSuffix(path, "frontdesk/keys") || err != nil {
		t.Errorf("%q, %v", path, err)
	}
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "")
	if _, err := (&serveCommand{}).keyPath(); err == nil || !strings.Contains(err.Error(), "FRONTDESK_KEY_FILE") {
		t.Errorf("without a place: %v", err)
	}
}

func TestTheLogHasTheFormThatWasAskedFor(t *testing.T) {
	for format, begins := range map[string]string{"text": "time=", "json": "{"} {
		var text bytes.Buffer
		c := &serveCommand{LogFormat: format, LogLevel: slog.LevelWarn}
		log := c.logger(&console{err: &text})
		log.Info("not this")
		log.Warn("this")
		if got := text.String(); !strings.HasPrefix(got, begins) || !strings.Contains(got, "this") || strings.Contains(got, "not this") {
			t.Errorf("%s: %q", format, got)
		}
	}
}
