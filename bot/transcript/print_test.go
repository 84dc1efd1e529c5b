package transcript

import (
	"testing"
	"time"

	"frontdesk/bot"
)

// A log that is printed can be played, and is the same log.
func TestPrintCanBePlayed(t *testing.T) {
	for name, text := range conversations {
		t.Run(name, func(t *testing.T) {
			_, stage := played(t, text)
			printed := Print(stage.log, stage.script.World.At.Location())
			script, err := Parse(printed)
			if err != nil {
				t.Fatalf("%v in\n%s", err, printed)
			}
			script.World.OnDuty = stage.script.World.OnDuty
			again := newReception(script)
			if _, err := Play(script, again); err != nil {
				t.Fatalf("%v in\n%s", err, printed)
			}
			if name != "chat" { // there the number on duty changes, which a print leaves out
				if twice := Print(again.log, script.World.At.Location()); twice != printed {
					t.Errorf("printed:\n%s\nplayed:\n%s", printed, twice)
				}
			}
		})
	}
}

func TestPrint(t *testing.T) {
	paris, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 22, 59, 30, 250e6, time.UTC)
	leg := bot.Leg{ID: "t", Channel: "telegram", Peer: "4711", For: bot.ToCitizen}
	lea := bot.Actor{ID: "c7", Name: "Léa", Structures: []bot.StructureID{"accueil"}, Capacity: 3, Lead: true}
	in := func(after time.Duration, leg bot.Leg, e bot.Event) bot.Entry {
		return bot.Entry{At: at.Add(after), Input: &bot.Input{At: at.Add(after), Leg: leg, Event: e, Facts: bot.Facts{Actor: lea}}}
	}
	out := func(after time.Duration, f bot.Effect) bot.Entry { return bot.Entry{At: at.Add(after), Effect: f} }
	entries := []bot.Entry{
		in(0, leg, bot.Arrived{Language: "fr"}),
		out(0, bot.Say{Text: "Bonjour", Ask: "1.1", Options: offers}),
		out(0, bot.Listen{Ask: "1.1"}),
		in(1500*time.Millisecond, leg, bot.Chose{Ask: "1.1", Option: "emploi"}),
		out(1500*time.Millisecond, bot.Say{Text: "Où ?", Ask: "2.1", Options: offers[:1]}),
		in(1600*time.Millisecond, leg, bot.Chose{Ask: "1.1", Option: "etudes"}),
		in(1600*time.Millisecond, leg, bot.Chose{Ask: "0.1", Option: "vae"}),
		in(time.Minute, bot.Leg{}, bot.Rang{}),
		out(time.Minute, bot.Say{Text: "Vous êtes là ?"}),
		in(time.Minute, bot.Leg{}, bot.Undelivered{Leg: "t", Reason: "blocked"}),
		in(time.Minute, desk("c7"), bot.Replied{By: "c7", Text: "(Bonjour)\nLéa"}),
		out(time.Minute, bot.Tell{To: "c7", Code: "sent"}),
	}
	const want = `at 2026-11-24 23:59:30
channel telegram
language fr
staff Léa accueil 3 lead

citizen: (arrives)
    bot: Bonjour
       1 Choisir un métier ou des études
       2 Trouver un emploi
time: 1s
citizen: [2]
    bot: Où ?
       1 Choisir un métier ou des études
citizen: [late 1.1 1]
citizen: [late 0.1 vae]
time: 1m
# 2026-11-25 00:00:31
    bot: Vous êtes là ?
system: (undelivered t) blocked
Léa: \(Bonjour)\nLéa
    tell Léa: sent
`
	if got := Print(entries, paris); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
