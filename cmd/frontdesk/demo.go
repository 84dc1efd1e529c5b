package main

import (
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"time"

	"frontdesk/adapters/slack"
	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

//go:embed demo
var demoFiles embed.FS

// A demo is a made-up Slack and a made-up Telegram in this process, for trying the whole service in a
// browser without an account anywhere. Both are reached as the real ones are, over HTTP.
type demo struct {
	slack    *slackfake.Workspace
	telegram *telegramfake.Server
	server   *http.Server
}

// demoPeople use Telegram. They are made up.
var demoPeople = []struct {
	id       int64
	name     string
	language string
}{{101, "Sam (exemple)", "fr"}, {102, "Lina (exemple)", "en"}}

// startDemo opens both platforms and sets the configuration to them.
func startDemo(c *messagingConfig) (*demo, error) {
	options, err := installed()
	if err != nil {
		return nil, err
	}
	d := &demo{
		slack:    slackfake.New(options),
		telegram: telegramfake.New(telegramfake.Options{Token: "4711:" + rand.Text(), Name: "Orientation (démonstration)", Username: "orientation_demo_bot"}),
	}
	for _, p := range demoPeople {
		d.telegram.Person(p.id, p.name, p.language)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the made-up Telegram: %w", err)
	}
	d.server = &http.Server{Handler: d.telegram, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = d.server.Serve(listener) }()
	c.Telegram = telegramConfig{Token: d.telegram.Token(), APIURL: "http://" + listener.Addr().String()}
	c.Slack = slackConfig{BotToken: d.slack.BotToken, AppToken: d.slack.AppToken, Words: "dm", Supervision: "supervision-accueil",
		Outage: time.Minute, APIURL: d.slack.Start() + "/api/"}
	return d, nil
}

// installed is a workspace in which the app was installed from its own manifest: it may do what it asks
// for there, hears what it subscribes to, and nothing else.
func installed() (slackfake.Options, error) {
	text, err := slack.Manifest(true, "")
	if err != nil {
		return slackfake.Options{}, err
	}
	var m struct {
		Features struct {
			Commands  []struct{ Command string } `json:"slash_commands"`
			Shortcuts []struct {
				Name, Type string
				Callback   string `json:"callback_id"`
			}
		}
		OAuth struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
		Settings struct {
			Subscriptions struct {
				Events []string `json:"bot_events"`
			} `json:"event_subscriptions"`
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return slackfake.Options{}, fmt.Errorf("read the app's manifest: %w", err)
	}
	o := slackfake.Options{Team: "Orientation (démonstration)", BotToken: "xoxb-" + rand.Text(), AppToken: "xapp-" + rand.Text(), SigningSecret: rand.Text(),
		Scopes: m.OAuth.Scopes.Bot, Events: m.Settings.Subscriptions.Events}
	for _, c := range m.Features.Commands {
		o.Commands = append(o.Commands, c.Command)
	}
	for _, s := range m.Features.Shortcuts {
		o.Shortcuts = append(o.Shortcuts, slackfake.Shortcut{Name: s.Name, CallbackID: s.Callback, OnMessage: s.Type == "message"})
	}
	return o, nil
}

// hire gives the made-up counsellors their accounts.
func (d *demo) hire(all []bot.Counsellor) {
	for _, c := range all {
		d.slack.AddUser(c.Slack, c.Name)
	}
}

func (d *demo) close() {
	d.slack.Close()
	d.telegram.Close()
	d.server.Close()
}

// routes are the page with both sides, and each side.
func (d *demo) routes(mux *http.ServeMux) {
	files, err := fs.Sub(demoFiles, "demo")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	mux.Handle("/demo/", framed(http.StripPrefix("/demo/", http.FileServerFS(files))))
	mux.Handle("/demo/slack/", framed(http.StripPrefix("/demo/slack", d.slack.Page())))
	mux.Handle("/demo/telegram/", framed(http.StripPrefix("/demo/telegram", d.telegram.Page())))
}

// framed lets pages of the demonstration show each other, and nobody else show them.
func framed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "+
			"frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'")
		w.Header().Set("X-Frame-Options", "SAMEORIGIN")
		next.ServeHTTP(w, r)
	})
}
