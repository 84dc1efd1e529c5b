package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
)

// Everything the corpus has people write goes through the whole house, at the finest log level: over
// HTTP where the channel is the web, else as its adapter would bring it. Then nothing of it may stand
// in the log, in the metrics, in Redis (keys or values, of any type), in what operators' commands
// print for the public, or in what the service answers when something is wrong.
func TestNothingThatPeopleWriteLeaksAnywhere(t *testing.T) {
	t.Run("redis", func(t *testing.T) {
		url, child := startRedisChild(t)
		huntLeaks(t, url, func() { _ = child.Kill() })
	})
	t.Run("embedded", func(t *testing.T) { // the library of the embedded store, behind a port
		server := miniredis.RunT(t)
		huntLeaks(t, "redis://"+server.Addr(), server.Close)
	})
}

func huntLeaks(t *testing.T, redisURL string, kill func()) {
	config := &serveCommand{RedisURL: redisURL, KeyFile: filepath.Join(t.TempDir(), "keys"), LogLevel: slog.LevelDebug, TrustedProxies: []string{"127.0.0.0/8"}}
	makeKeys(t, config.KeyFile)
	h := &leakHunt{t: t, openedHouse: openHouse(t, config), places: map[string]string{}}
	redis.LogTo(h.log)
	t.Cleanup(func() { redis.LogTo(quietly()) })
	for _, talk := range corpus(t) {
		h.play(talk)
	}
	h.counsel()
	h.provoke()
	h.supervise()
	h.wasThere()

	_, h.places["metrics"] = scrape(t, h.metrics)
	for _, args := range [][]string{{"report"}, {"report", "--summary"}, {"audit"}} {
		code, stdout, stderr := command(t, "", append(args, "--redis-url", redisURL, "--key-file", config.KeyFile)...)
		if code != 0 || strings.Count(stdout, "\n") < 2 {
			t.Errorf("%q: exit %d, %q", args, code, stderr)
		}
		h.places[strings.Join(args, " ")] = stdout + stderr
	}
	options, err := goredis.ParseURL(redisURL)
	if err != nil {
		t.Fatal(err)
	}
	rdb := goredis.NewClient(options)
	defer rdb.Close()
	stored := dumpAll(t, rdb, "*")
	for _, leak := range h.found(stored, false) {
		t.Errorf("Redis: %s", leak)
	}
	h.plant(rdb)
	late := h.talker("web")
	kill() // and what is said when the store is gone
	late.tries("/chat/messages", `{"id":"late","text":"`+h.word()+`"}`)
	h.places["log"] = h.text.String()
	for place, text := range h.places {
		if text == "" {
			t.Errorf("nothing was looked at in the %s", place)
		}
		for _, leak := range h.marker.found(text, true) {
			t.Errorf("%s: %s", place, leak)
		}
	}
}

// plant shows that the hunt finds: in each type of value, in a key, in a log line.
func (h *leakHunt) plant(rdb *goredis.Client) {
	ctx := h.t.Context()
	id := h.ids[len(h.ids)-1]
	for name, set := range map[string]func(string) error{
		"key":    func(s string) error { return rdb.Set(ctx, "planted:"+s, "x", 0).Err() },
		"string": func(s string) error { return rdb.Set(ctx, "planted", "x"+s+"x", 0).Err() },
		"list":   func(s string) error { return rdb.RPush(ctx, "planted", "x", s).Err() },
		"hash":   func(s string) error { return rdb.HSet(ctx, "planted", s, "x").Err() },
		"zset":   func(s string) error { return rdb.ZAdd(ctx, "planted", goredis.Z{Member: s}).Err() },
		"set":    func(s string) error { return rdb.SAdd(ctx, "planted", s).Err() },
		"stream": func(s string) error {
			return rdb.XAdd(ctx, &goredis.XAddArgs{Stream: "planted", Values: []string{"x", s}}).Err()
		},
	} {
		for _, secret := range []string{strings.ToUpper(h.word()), "06 39 98 55 01", "+33639985501", h.secret[0]} {
			if err := set(secret); err != nil {
				h.t.Fatal(err)
			}
			if len(h.found(dumpAll(h.t, rdb, "planted*"), false)) == 0 {
				h.t.Errorf("%q in a %s is not found", secret, name)
			}
			if err := rdb.Del(ctx, "planted", "planted:"+secret).Err(); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	for _, line := range []string{"said=" + h.word(), "peer=+33639985500", "id=" + id, "token=" + h.secret[0], "from " + markNet + "7"} {
		if len(h.found("level=INFO "+line+"\n", true)) == 0 {
			h.t.Errorf("%q in the log is not found", line)
		}
	}
}

// A leakHunt is a house that the corpus is played in, and what it showed.
type leakHunt struct {
	t *testing.T
	*openedHouse
	marker
	places map[string]string // what was shown, by where
	seen   int               // talkers
}

// A talker is one person on one channel.
type talker struct {
	*leakHunt
	channel bot.ChannelName
	leg     bot.Leg
	token   string
	sent    int
	from    string // network address
}

func (h *leakHunt) talker(channel bot.ChannelName) *talker {
	h.seen++
	p := &talker{leakHunt: h, channel: channel, from: fmt.Sprint(markNet, h.seen%250)}
	if channel != "web" {
		peer := h.phone()
		if channel == "telegram" {
			peer = h.word()
		}
		p.leg = bot.Leg{ID: string(channel), Channel: channel, Peer: bot.Address(peer), For: bot.ToCitizen, Push: channel != "phone"}
		return p
	}
	var opened struct{ Token string }
	status, body := p.post("/chat/conversations", `{"language":"fr"}`)
	if err := json.Unmarshal(body, &opened); err != nil || status != http.StatusCreated {
		h.t.Fatalf("open: %d %s", status, body)
	}
	p.token = opened.Token
	h.secret = append(h.secret, p.token)
	return p
}

func (h *leakHunt) play(talk corpusTalk) {
	p := h.talker(talk.channel)
	for _, line := range talk.lines {
		if line.by == "citizen" {
			p.writes(line)
		}
	}
}

// writes sends one line as its channel does.
func (p *talker) writes(line saidLine) {
	p.t.Helper()
	p.sent++
	words := p.mark(line.words)
	if p.channel == "web" {
		text, _ := json.Marshal(map[string]string{"id": fmt.Sprint("m", p.sent), "text": words})
		if status, body := p.post("/chat/messages", string(text)); status != http.StatusAccepted {
			p.places["errors"] += string(body) // too fast, or after EFFACER
		}
		return
	}
	id, err := p.player.Open(p.t.Context(), p.leg)
	if err != nil {
		p.t.Fatal(err)
	}
	p.ids = append(p.ids, string(id))
	var event bot.Event = bot.Said{Text: bot.Words(words)}
	if line.keys {
		event = bot.Pressed{Keys: words}
	}
	if err := p.player.Take(p.t.Context(), bot.Input{ID: fmt.Sprint("m", p.sent), Conversation: id, Leg: p.leg, Event: event}); err != nil {
		p.places["errors"] += err.Error()
	}
}

func (p *talker) post(path, body string) (status int, answer []byte) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", p.from)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return p.did(r)
}

func (p *talker) did(r *http.Request) (status int, body []byte) {
	p.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ = io.ReadAll(answer.Body)
	return answer.StatusCode, body
}

// tries posts what must be refused.
func (p *talker) tries(path, body string) {
	p.t.Helper()
	status, answer := p.post(path, body)
	if status < 400 {
		p.t.Errorf("%s %.60s is answered %d", path, body, status)
	}
	p.places["errors"] += string(answer)
}

// provoke makes every kind of mistake that an answer or a log line could quote.
func (h *leakHunt) provoke() {
	p := h.talker("web")
	p.writes(saidLine{words: "je cherche une formation"})
	word := func() string { return h.word() + " 06 39 98 55 44 " + markWord + "@" + markWord + ".example" }
	for _, body := range []string{
		`{"id":"m1","text":"` + word() + `"}`,                          // an id for the second time
		`{"id":"` + word() + `","text":"x"}`,                           // no id
		`{"id":"a","text":"` + word() + `","option":"` + word() + `"}`, // both
		`{"id":"a","option":"` + h.word() + `"}`,                       // no option
		`{"id":"a","text":"` + word(),                                  // no JSON
		`{"` + word() + `":1}`, `"` + word() + `"`,
		`{"id":"a","text":"` + strings.Repeat(h.word()+" ", 800) + `"}`,  // too long
		`{"id":"a","text":"` + strings.Repeat(h.word()+" ", 9000) + `"}`, // far too long
	} {
		p.tries("/chat/messages", body)
	}
	p.tries("/chat/"+h.word(), "{}")
	p.tries("/desk/cases/"+h.word()+"/claim", "{}")
	stranger := *p
	stranger.token = strings.Repeat("A", 43)
	h.secret = append(h.secret, stranger.token)
	stranger.tries("/chat/messages", `{"id":"a","text":"`+word()+`"}`)
	_, body := p.post("/chat/tickets", "{}")
	var ticket struct{ Ticket string }
	if err := json.Unmarshal(body, &ticket); err != nil || ticket.Ticket == "" {
		h.t.Fatalf("ticket: %s", body)
	}
	h.secret = append(h.secret, ticket.Ticket)
	for range 2 { // the second time it is refused
		ctx, cancel := context.WithTimeout(h.t.Context(), 300*time.Millisecond)
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/chat/events?ticket="+ticket.Ticket, nil)
		if answer, err := http.DefaultClient.Do(r); err == nil {
			body, _ := io.ReadAll(answer.Body)
			if answer.StatusCode >= 400 {
				h.places["errors"] += string(body)
			}
			answer.Body.Close()
		}
		cancel()
	}
}

// counsel has a counsellor take every open case, over HTTP, and write.
func (h *leakHunt) counsel() {
	client := h.signInAs("sacha")
	cards, err := h.store.Cards(h.t.Context())
	if err != nil || len(cards) < 10 {
		h.t.Fatalf("%d open cases, %v", len(cards), err)
	}
	claimed := 0
	for i, c := range cards {
		for n, act := range []struct{ verb, form string }{
			{"claim", ""}, {"note", "text=" + url.QueryEscape(h.word())}, {"reply", "text=" + url.QueryEscape("Bonjour "+h.word())},
			{"procedure", "do=open&text=" + url.QueryEscape(h.word())}, {"transfer", "to=" + h.word() + "&text=" + h.word()}, {"finish", "outcome=" + h.word()},
		} {
			form, _ := url.ParseQuery(act.form)
			form.Set("idem", fmt.Sprintf("%08d", i*100+n))
			answer, err := send(h.t.Context(), client, h.base+"/desk/cases/"+c.Dossier+"/"+act.verb, form)
			if err != nil {
				h.t.Fatal(err)
			}
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode >= 400 {
				h.places["errors"] += string(body)
			} else if act.verb == "note" {
				claimed++
			}
		}
	}
	if claimed < 5 {
		h.t.Errorf("a counsellor wrote in %d cases only", claimed)
	}
}

func (h *leakHunt) signInAs(who string) *http.Client {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	link, err := h.signIn.TrialLink(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	entrance, token, _ := strings.Cut(link, "?jeton=")
	h.secret = append(h.secret, token)
	answer, err := send(h.t.Context(), client, h.base+entrance, url.Values{"jeton": {token}, "qui": {who}})
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("sign in: %v, %v", answer, err)
	}
	answer.Body.Close()
	return client
}

// wasThere wants that there was something to find: addresses among the answers, words in the logs.
func (h *leakHunt) wasThere() {
	mails, phones, words := 0, 0, 0
	_, err := h.store.Sessions(h.t.Context(), func(s *bot.Session) error {
		h.ids = append(h.ids, string(s.ID))
		for _, a := range s.Answers {
			if strings.Contains(a.Value, markWord+".example") {
				mails++
			}
			if strings.Contains(a.Value, markPhone) {
				phones++
			}
		}
		entries, err := h.store.Log(h.t.Context(), s.ID, 0, 1000)
		for _, e := range entries {
			if e.Input == nil {
				continue
			}
			if said, is := e.Input.Event.(bot.Said); is && strings.Contains(string(said.Text), markWord) {
				words++
			}
		}
		return err
	})
	if err != nil || mails < 1 || phones < 1 || words < 100 {
		h.t.Errorf("kept: %d e-mail addresses, %d telephone numbers, %d marked messages, %v", mails, phones, words, err)
	}
	h.t.Logf("kept: %d e-mail addresses, %d telephone numbers, %d marked messages in %d conversations", mails, phones, words, len(h.ids))
}

// dumpAll is every key that matches, and its value, as text.
func dumpAll(t *testing.T, rdb *goredis.Client, match string) string {
	t.Helper()
	ctx := t.Context()
	var b strings.Builder
	all := rdb.Scan(ctx, 0, match, 1000).Iterator()
	for all.Next(ctx) {
		key := all.Val()
		b.WriteString(key + "\n")
		var value any
		var err error
		switch kind := rdb.Type(ctx, key).Val(); kind {
		case "string":
			value, err = rdb.Get(ctx, key).Result()
		case "list":
			value, err = rdb.LRange(ctx, key, 0, -1).Result()
		case "hash":
			value, err = rdb.HGetAll(ctx, key).Result()
		case "set":
			value, err = rdb.SMembers(ctx, key).Result()
		case "zset":
			value, err = rdb.ZRange(ctx, key, 0, -1).Result()
		case "stream":
			value, err = rdb.XRange(ctx, key, "-", "+").Result()
		case "none": // expired meanwhile
		default:
			t.Fatalf("%s is a %s, which nobody looks into", key, kind)
		}
		if err != nil && err != goredis.Nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "  %v\n", value)
	}
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
