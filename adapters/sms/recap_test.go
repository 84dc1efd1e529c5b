package sms_test

import (
	"testing"

	"frontdesk/bot"
)

// recap is a delivery of what a caller wants by text, to the mobile that they gave.
func (w *world) recap(seq int64, to bot.Address) bot.Delivery {
	d := w.entry(seq, bot.Say{Text: "Dossier OR-1."})
	d.Leg.ID, d.Leg.Peer, d.Leg.For, d.Entry.To = "text", to, bot.ToText, bot.ToText
	return d
}

func (w *world) recapped(d bot.Delivery) string {
	_, err := w.channel.Deliver(w.t.Context(), d)
	return kindOf(err)
}

func TestARecapGoesToItsMobileAloneAndOnce(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	d := w.recap(1, lea)
	for range 2 { // the process died after it was sent
		if got := w.recapped(d); got != "" {
			t.Fatalf("a recap is %s", got)
		}
	}
	w.sees("Dossier OR-1.")
	said := w.recap(2, lea) // what the caller hears is not for the mobile
	said.Entry.To = bot.ToCitizen
	if got := w.recapped(said); got != "" {
		t.Errorf("what was said in the call is %s", got)
	}
	person := w.entry(3, bot.Say{Text: "Dossier OR-2."}) // nor is a recap for a person's own talk
	person.Entry.To = bot.ToText
	if got := w.recapped(person); got != "" {
		t.Errorf("another's recap is %s", got)
	}
	w.sees("Dossier OR-1.")
}

func TestWhoWroteStopGetsNoRecap(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	w.write("STOP")
	w.carry()
	before := w.fake.Texts(lea)
	if got := w.recapped(w.recap(1, lea)); got != undeliverable {
		t.Errorf("after STOP a recap is %q", got)
	}
	w.sees(before...)
}

// A stranger's mobile, keyed in again and again, is sent three.
func TestOneMobileIsSentFewRecaps(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	for n := int64(1); n <= 5; n++ {
		d := w.recap(n, lea)
		d.Conversation = bot.ConversationID(rune('a' + n)) // each from another call
		if got := w.recapped(d); n <= 3 && got != "" || n > 3 && got != undeliverable {
			t.Errorf("recap %d is %q", n, got)
		}
	}
	other := bot.Address("+33639980002")
	for n, to := range []bot.Address{other, "+33639980003", "+33639980004", "+33639980005"} { // and one call asks for three
		if got := w.recapped(w.recap(int64(10+n), to)); n < 3 && got != "" || n == 3 && got != undeliverable {
			t.Errorf("recap %d of one call is %q", n+1, got)
		}
	}
	if got := w.fake.Texts(string(other)); len(got) != 1 {
		t.Errorf("another mobile shows %q", got)
	}
}

// The person has rung off: a recap that the network did not deliver is told to the conversation.
func TestALostRecapIsAnInput(t *testing.T) {
	w := newWorld(t, "kannel", nil)
	w.write("bonjour") // the conversation
	if got := w.recapped(w.recap(1, lea)); got != "" {
		t.Fatal(got)
	}
	for range 2 {
		if err := w.fake.Report(lea, "failed", ""); err != nil {
			t.Fatal(err)
		}
	}
	w.want(bot.Said{Text: "bonjour"}, bot.Undelivered{Leg: "text", Reason: "undelivered"})
}
