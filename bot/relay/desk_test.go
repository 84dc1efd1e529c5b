package relay_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

func card(words string) bot.Addressed {
	return bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Dossier: words}}}
}

func (w *world) linkDesk(id bot.ConversationID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.legs[id] = append(w.legs[id], bot.Leg{ID: "slack", Channel: "slack", For: bot.ToDesk, Push: true})
}

func cards(shown []bot.Delivery) []string {
	var all []string
	for _, d := range shown {
		all = append(all, d.Entry.Effect.(bot.Post).Card.Dossier)
	}
	return all
}

// After an outage a desk is shown each card as it is now, and nothing of how it was meanwhile.
func TestADeskIsShownTheLastOfEachCard(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("slack", w.clock)
	w.replica(p)
	w.linkDesk("c")
	p.Down(true)
	for _, words := range []string{"waiting", "taken", "given back", "taken again"} {
		w.say("c", card(words))
	}
	w.pass(time.Minute, 5*time.Second)
	p.Down(false)
	w.pass(6*time.Minute, 5*time.Second)
	if got := cards(p.Shown("c", "slack")); !slices.Equal(got, []string{"taken again"}) {
		t.Errorf("shown %q", got)
	}
}

// A card is never given up: its case is open, and whoever is wrong can be mended.
func TestACardIsNeverBuried(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("slack", w.clock)
	w.replica(p)
	w.linkDesk("c")
	p.Down(true)
	w.say("c", card("waiting"))
	w.pass(13*time.Hour, time.Minute)
	if n := w.counts.count("slack buried"); n != 0 {
		t.Fatalf("%d cards were buried", n)
	}
	p.Down(false)
	w.pass(time.Hour, time.Minute)
	if got := cards(p.Shown("c", "slack")); !slices.Equal(got, []string{"waiting"}) {
		t.Errorf("shown %q", got)
	}
}

// room is a platform on which all cards stand in one place, which takes one a second.
type room struct{ *bottest.Platform }

func (room) Pace(bot.Leg, bot.Effect) bot.Pace {
	return bot.Pace{Account: "app", Place: "room", PlaceRate: 1, PlaceBurst: 1}
}

// A crowd in one place drains at the place's rate, the oldest first, also when the platform was away
// when they came.
func TestACrowdInOnePlaceDrainsOldestFirst(t *testing.T) {
	for _, away := range []bool{false, true} {
		t.Run(fmt.Sprint("away ", away), func(t *testing.T) {
			w := newWorld(t)
			p := bottest.NewPlatform("slack", w.clock)
			w.replica(room{p})
			w.replica(room{p})
			p.Down(away)
			var want []string
			for i := range 40 {
				id := bot.ConversationID(fmt.Sprintf("c%02d", i))
				w.linkDesk(id)
				w.say(id, card(string(id)))
				want = append(want, string(id))
				w.pass(10*time.Millisecond, 10*time.Millisecond)
			}
			w.pass(30*time.Second, time.Second/2)
			p.Down(false)
			w.pass(6*time.Minute, time.Second/4)
			var got []bot.Delivery
			for i := range 40 {
				got = append(got, p.Shown(bot.ConversationID(want[i]), "slack")...)
			}
			if len(got) != 40 {
				t.Fatalf("%d of 40 cards are shown", len(got))
			}
			if order := p.Order(); !slices.Equal(order, want) {
				t.Errorf("shown in the order %s", strings.Join(order, " "))
			}
		})
	}
}

// A card that changed before anybody had it is as old as its case, not as its last change.
func TestACardThatChangedMeanwhileKeepsItsPlace(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("slack", w.clock)
	w.replica(room{p})
	p.Down(true)
	since := map[bot.ConversationID]time.Time{}
	shows := func(id bot.ConversationID) {
		w.say(id, bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Dossier: string(id), Since: since[id]}}})
		w.pass(time.Second, time.Second)
	}
	for _, id := range []bot.ConversationID{"a", "b", "c"} {
		w.linkDesk(id)
		since[id] = w.clock()
		shows(id)
	}
	shows("b")
	shows("a")
	p.Down(false)
	w.pass(3*time.Minute, time.Second/4)
	if order := p.Order(); !slices.Equal(order, []string{"a", "b", "c"}) {
		t.Errorf("shown in the order %v", order)
	}
}

// A platform that slows one card down, as ours and its own count of a second differ, does not have others pass by.
func TestACardThatIsSlowedDownKeepsItsPlace(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewChannel("slack")
	w.replica(slowed{p})
	w.replica(slowed{p})
	var order []string
	p.Trouble("slack", func(context.Context) (bool, error) { return true, nil })
	p.Trouble("slack", bottest.Waits(5*time.Second))
	for _, id := range []bot.ConversationID{"a", "b", "c", "d"} {
		w.linkDesk(id)
		w.say(id, bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Dossier: string(id), Since: w.clock()}}})
		w.pass(10*time.Millisecond, 10*time.Millisecond)
	}
	w.pass(time.Minute, time.Second/4)
	for _, d := range p.Shown("slack") {
		order = append(order, d.Entry.Effect.(bot.Post).Card.Dossier)
	}
	if !slices.Equal(order, []string{"a", "b", "c", "d"}) {
		t.Errorf("shown in the order %v", order)
	}
}

// slowed is a channel on which all cards stand in one place, which takes one a second.
type slowed struct{ *bottest.Channel }

func (slowed) Pace(l bot.Leg, e bot.Effect) bot.Pace { return room{}.Pace(l, e) }

// The card of whoever is in danger stands before all others when the desk is back, however short the desk
// was away; what the person is told meanwhile does not have the desk asked more often.
func TestTheCardOfWhoeverIsInDangerComesFirst(t *testing.T) {
	for _, away := range []time.Duration{20 * time.Second, 90 * time.Second, 4 * time.Minute, 11 * time.Minute} {
		t.Run(away.String(), func(t *testing.T) {
			w := newWorld(t)
			desk, chat := bottest.NewPlatform("slack", w.clock), bottest.NewPlatform("telegram", w.clock)
			w.replica(room{desk}, chat)
			w.replica(room{desk}, chat)
			desk.Down(true)
			for _, id := range []bot.ConversationID{"a", "b", "c", "d"} {
				w.linkDesk(id)
				w.link(id, "telegram")
				w.say(id, bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Dossier: string(id), Since: w.clock()}}})
				w.pass(time.Second, time.Second)
			}
			w.say("c", bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "15", Safety: true}},
				bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Dossier: "c", Since: w.clock(), Urgent: true}}})
			before := desk.Calls()
			w.pass(away, time.Second)
			want(t, "told at once", texts(chat.Shown("c", "telegram")), "15")
			if n, most := desk.Calls()-before, 4+int(away/(5*time.Second)); n > most {
				t.Errorf("the desk was asked %d times in %s, want at most %d", n, away, most)
			}
			desk.Down(false)
			w.pass(2*time.Minute, time.Second/4)
			if order := desk.Order(); !slices.Equal(order, []string{"c", "a", "b", "d"}) {
				t.Errorf("shown in the order %v", order)
			}
		})
	}
}

// Each counsellor's message that a platform has taken is said to the conversation, once.
func TestAReceiptForEachOfACounsellorsMessages(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	r := w.replica(p)
	var receipts []string
	r.Take = func(_ context.Context, in bot.Input) error {
		receipts = append(receipts, fmt.Sprintf("%s %+v", in.ID, in.Event))
		return nil
	}
	w.link("c", "telegram")
	w.say("c", text("the bot"), bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Message: "m1", Text: "hello"}},
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Message: "m1", Text: "good evening", Amends: true}})
	w.settle()
	if want := []string{"delivered:3:telegram {Leg:telegram Message:m1}"}; !slices.Equal(receipts, want) {
		t.Errorf("receipts %q, want %q", receipts, want)
	}
}
