package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

// staffOfOutages are who work while platforms fail.
func staffOfOutages() []hired {
	return []hired{hire("camille", "Camille", "accueil-regional"), hireAs(bot.RoleLead, hire("sacha", "Sacha", "accueil-regional"))}
}

// openOutage is a town at ten in the morning, with Camille on duty. Cards keep Slack's pace: those of one room
// come a second apart.
func openOutage(t *testing.T) *town {
	t.Helper()
	w := buildTown(t, instantOf(t, "2026-12-01 10:00"), staffOfOutages(), func(_ *town, c *serveCommand) { c.Messaging.Slack.Outage = 3 * time.Minute })
	w.house.slack.PostRate = 1
	w.serve()
	if said := w.seat("camille").slash("reprise"); !strings.Contains(said, "disponible") {
		t.Fatalf("she reads %q", said)
	}
	return w
}

// escalates has somebody come on Telegram and ask for a person.
func (w *town) escalates(person int64) *caller {
	w.t.Helper()
	c := w.onTelegram(person, fmt.Sprint("P", person)).says("une personne")
	c.sees("Je vous passe une personne")
	return c
}

// cardsOf are the messages in a room that have a case's number, oldest first.
func (w *town) cardsOf(room, number string) []slackfake.Message {
	return slices.DeleteFunc(w.slack.Messages(w.slack.ChannelID(room)), func(m slackfake.Message) bool { return !strings.Contains(m.Text(), number) })
}

const awayText = "Notre messagerie interne est en panne"

// Slack is away while people ask for a person: those whom no card has reached are told after the time that
// is configured, in opening hours. When Slack is back the card of whoever is in danger comes first, then the
// others in the order in which people came, as their cases are now, each once; a case that ended meanwhile has none; supervisors read one summary.
func TestSlackIsAwayWhilePeopleAskForAPerson(t *testing.T) {
	t.Parallel()
	w := openOutage(t)
	seen := w.escalates(1)
	w.slack.Down(true)
	w.forsaken = "slack"
	began := w.clock()
	var waiting []*caller
	for person := int64(2); person <= 6; person++ {
		waiting = append(waiting, w.escalates(person))
		w.passes(5 * time.Second)
	}
	waiting[1].says("stop")
	waiting[3].says("je veux mourir")
	posts := w.slack.Calls("chat.postMessage")
	w.until("the outage is noticed", func() bool { _, err := w.store.Ref(t.Context(), "slack-down", "since"); return err == nil })
	for told := began.Add(3*time.Minute + 30*time.Second); w.clock().Before(told); { // who waits in the line of a room asks again within fifteen seconds, or has left it
		w.steps(time.Second)
	}
	for i, c := range waiting {
		if i != 1 && i != 3 {
			w.until(c.name+" is told the truth", func() bool { return c.times(awayText) == 1 })
		}
	}
	if seen.times(awayText) > 0 || waiting[1].times(awayText) > 0 {
		t.Error("somebody is told whose card stands in Slack, or who does not wait")
	}
	if n := w.slack.Calls("chat.postMessage") - posts; n > 40 {
		t.Errorf("Slack is called %d times in three minutes and a half while it is away", n)
	}
	w.comesBack(t, waiting)
}

// steps lets a little time go by, and waits until what is due then is carried.
func (w *town) steps(d time.Duration) {
	w.t.Helper()
	w.move(w.clock().Add(d))
	w.sweeps()
}

// comesBack has Slack work again, and looks at what stands there then.
func (w *town) comesBack(t *testing.T, waiting []*caller) {
	t.Helper()
	w.slack.Down(false)
	w.forsaken = ""
	w.waits("the cards of all who wait stand in Slack", func() bool {
		for i, c := range waiting {
			if i != 1 && len(w.cardsOf("accueil-regional", c.dossier())) == 0 {
				return false
			}
		}
		return true
	}, func() { w.steps(time.Second / 2) })
	w.settled()
	var order, want []string
	for _, i := range []int{3, 0, 2, 4} {
		want = append(want, waiting[i].dossier())
	}
	for _, m := range w.slack.Messages(w.slack.ChannelID("accueil-regional")) {
		if n := dossierNumber.FindString(m.Text()); n != "" && m.Bot {
			order = append(order, n)
		}
		if m.Edited {
			t.Errorf("a card was posted as it was before, and changed: %s", m.Text())
		}
	}
	want = append([]string{order[0]}, want...) // the first stood there before
	if !slices.Equal(order, want) {
		t.Errorf("the cards come in the order %v, want %v", order, want)
	}
	if card := w.cardsOf("accueil-regional", waiting[3].dossier())[0]; !strings.Contains(card.Text(), "URGENT") {
		t.Errorf("the card does not say that it is urgent:\n%s", card.Text())
	}
	w.eventually("supervisors read a summary", func() bool { return len(w.summaries()) > 0 })
	if all := w.summaries(); len(all) != 1 {
		t.Errorf("%d summaries: %q", len(all), all)
	}
}

// summaries are what supervisors read of outages.
func (w *town) summaries() []string {
	var all []string
	for _, m := range w.slack.Messages(w.slack.ChannelID("supervision-accueil")) {
		if strings.Contains(m.Text(), "Slack ne répondait plus") {
			all = append(all, m.Text())
		}
	}
	return all
}

// A token that was revoked, and a room that was archived, keep what is for them until somebody has mended
// it. Whoever is on call hears of it, and nothing is tried in vain meanwhile.
func TestWorkIsParkedUntilSlackIsMended(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct {
		begin, end func(w *town)
		what       string
	}{
		"token": {func(w *town) { w.slack.Token("token_revoked") }, func(w *town) { w.slack.Token("") }, "jeton"},
		"room": {func(w *town) { _ = w.slack.Archive(w.slack.ChannelID("accueil-regional")) },
			func(w *town) { _ = w.slack.Unarchive(archived(w, "accueil-regional")) }, "salon"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openOutage(t)
			w.escalates(1)
			w.settled()
			fault.begin(w)
			w.forsaken = "slack"
			first := w.escalates(2)
			second := w.escalates(3)
			w.until("whoever is on call hears of it", func() bool {
				return strings.Contains(w.log.String(), "somebody must look") && strings.Contains(w.log.String(), fault.what)
			})
			before := w.slack.Calls("chat.postMessage")
			w.passes(4 * time.Minute)
			if n := w.slack.Calls("chat.postMessage") - before; n > 6 {
				t.Errorf("%d posts were tried in four minutes", n)
			}
			fault.end(w)
			w.forsaken = ""
			for _, c := range []*caller{first, second} {
				w.eventually("the card of "+c.name+" stands in Slack", func() bool { return len(w.cardsOf("accueil-regional", c.dossier())) > 0 })
			}
			w.settled()
			for _, c := range []*caller{first, second} {
				if n := len(w.cardsOf("accueil-regional", c.dossier())); n != 1 {
					t.Errorf("%d cards of %s", n, c.name)
				}
			}
			if letters, err := w.store.DeadLetters(t.Context()); err != nil || len(letters) > 0 {
				t.Errorf("%d dead letters, %v", len(letters), err)
			}
		})
	}
}

// archived finds a channel by its name, although it is archived.
func archived(w *town, name string) string {
	for _, c := range w.slack.Channels("") {
		if c.Name == name {
			return c.ID
		}
	}
	return ""
}
