package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

// A caller is one person of a scripted day, on Telegram or on the web, and their conversation.
type caller struct {
	town *town
	name string
	id   bot.ConversationID
	tg   *telegramfake.Person
	web  *browser
}

// onTelegram opens a conversation there.
func (w *town) onTelegram(person int64, name string) *caller {
	w.t.Helper()
	c := &caller{town: w, name: name, tg: w.tg.Person(person, name, "fr")}
	c.tg.Start("")
	w.settled()
	return c.begun()
}

// onTheWeb opens a conversation in a browser.
func (w *town) onTheWeb(name string) *caller {
	w.t.Helper()
	c := &caller{town: w, name: name, web: &browser{t: w.t, base: w.base}}
	c.web.open()
	w.settled()
	return c.begun()
}

// begun finds the conversation that has just begun: the newest.
func (c *caller) begun() *caller {
	c.town.t.Helper()
	all := c.town.sessions()
	c.id = all[len(all)-1].ID
	return c
}

// says writes, one thing after the other.
func (c *caller) says(texts ...string) *caller {
	c.town.t.Helper()
	for _, text := range texts {
		if c.web != nil {
			c.web.say(text)
		} else {
			c.tg.Write(text)
		}
		c.town.settled()
		c.town.looksAgain()
	}
	return c
}

// sees wants that they were told something; on the web from where they last looked.
func (c *caller) sees(part string) {
	c.town.t.Helper()
	if c.web != nil {
		c.web.until(part)
		return
	}
	if c.times(part) == 0 {
		c.town.t.Fatalf("%s does not see %q\n%s", c.name, part, c.town.picture())
	}
}

// times is how often somebody on Telegram sees a text.
func (c *caller) times(part string) int {
	n := 0
	for _, m := range c.town.tg.Shown(c.tg.ID) {
		if m.Bot && !m.Deleted && strings.Contains(m.Text, part) {
			n++
		}
	}
	return n
}

func (c *caller) session() bot.Session {
	c.town.t.Helper()
	head, err := c.town.store.Head(c.town.t.Context(), c.id)
	if err != nil {
		c.town.t.Fatal(err)
	}
	return head.Session
}

func (c *caller) dossier() string { return c.session().Dossier }

// A seat is where somebody of the staff works in Slack.
type seat struct {
	town *town
	user string
}

func (w *town) seat(id bot.CounsellorID) seat { return seat{w, member(id)} }

// slash uses the command and answers what they alone are shown.
func (d seat) slash(text string) string {
	d.town.t.Helper()
	before := len(d.town.slack.Ephemerals(d.user))
	if err := d.town.slack.Slash(d.user, "/accueil", text, d.town.slack.DM(d.user)); err != nil {
		d.town.t.Fatal(err)
	}
	d.town.until("/accueil "+text+" is answered", func() bool { return len(d.town.slack.Ephemerals(d.user)) > before })
	d.town.settled()
	d.town.looksAgain()
	return d.town.slack.Ephemerals(d.user)[before].Text()
}

// thread is the head of their thread with somebody.
func (d seat) thread(c *caller) slackfake.Message {
	d.town.t.Helper()
	dm, number := d.town.slack.DM(d.user), c.dossier()
	var found slackfake.Message
	d.town.until("a thread with "+c.name, func() bool {
		for _, m := range slices.Backward(d.town.slack.Messages(dm)) {
			if m.Bot && strings.Contains(m.Text(), number) && strings.Contains(m.Text(), "[Terminer…]") {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// writes sends a message in the thread, and answers its ts.
func (d seat) writes(c *caller, text string) string {
	d.town.t.Helper()
	root := d.thread(c)
	ts, err := d.town.slack.Write(d.user, root.Channel, text, root.TS)
	if err != nil {
		d.town.t.Fatal(err)
	}
	d.town.settled()
	return ts
}

// does presses a button at the head of the thread and fills in the form that it opens.
func (d seat) does(c *caller, action string, pairs ...string) {
	d.town.t.Helper()
	root := d.thread(c)
	if err := d.town.slack.Click(d.user, root.Channel, root.TS, action); err != nil {
		d.town.t.Fatalf("%s: %v", action, err)
	}
	if err := d.town.fills(d.user, pairs...); err != nil {
		d.town.t.Fatalf("%s: %v", action, err)
	}
	d.town.settled()
}

// presses presses a button of the case's newest card that they see.
func (d seat) presses(c *caller, action string) error {
	var newest slackfake.Message
	for _, room := range d.town.slack.Channels(d.user) {
		for _, m := range d.town.slack.Messages(room.ID) {
			if room.With == "" && strings.Contains(m.Text(), c.dossier()) && m.TS > newest.TS {
				newest = m
			}
		}
	}
	if newest.TS == "" {
		return fmt.Errorf("there is no card of %s", c.name)
	}
	return d.town.slack.Click(d.user, newest.Channel, newest.TS, action)
}

// page is a case on the web desk, as somebody sees it who signs in there.
func (w *town) page(who bot.CounsellorID, dossier string) string {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	link, err := w.house.signIn.TrialLink(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	entrance, token, _ := strings.Cut(link, "?jeton=")
	answer, err := send(w.t.Context(), client, w.base+entrance, url.Values{"jeton": {token}, "qui": {string(who)}})
	if err != nil {
		w.t.Fatal(err)
	}
	answer.Body.Close()
	if answer, err = client.Get(w.base + "/desk/cases/" + dossier); err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		w.t.Fatalf("the page of %s: %s, %v", dossier, answer.Status, err)
	}
	return string(body)
}
