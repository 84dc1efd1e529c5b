package main

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// One message can be followed through the log by one mark, from the request to the page, and nothing
// that leads to the person is beside it.
func TestOneInputIsFollowedThroughTheLog(t *testing.T) {
	h := openHouse(t, &serveCommand{LogLevel: slog.LevelDebug})
	b := &browser{t: t, base: h.base}
	b.open()
	b.until("Que cherchez-vous")
	before := len(h.text.String())
	b.say("j'ai arrêté le lycée, je suis Anna Kerouac")
	b.until("?")
	b.sent-- // the same message again
	b.say("j'ai arrêté le lycée, je suis Anna Kerouac")

	stages := map[string][]string{} // by mark
	line := regexp.MustCompile(`msg="?([a-z: ]+)"? .*\binput=([0-9a-f]{10})\b`)
	mark := ""
	soon(t, "the words on the page", func() bool {
		clear(stages)
		for _, found := range line.FindAllStringSubmatch(h.text.String()[before:], -1) {
			stage := strings.TrimSpace(found[1])
			stages[found[2]] = append(stages[found[2]], stage)
			if stage == "chat: message" {
				mark = found[2]
			}
		}
		return slices.Contains(stages[mark], "chat: shown")
	})
	for _, stage := range []string{"input", "turn", "chat: message", "chat: shown"} {
		if !slices.Contains(stages[mark], stage) {
			t.Errorf("no line with its mark says %q: %q", stage, stages)
		}
	}
	for other, said := range stages {
		if other != mark && slices.ContainsFunc(said, func(stage string) bool { return stage != "chat: shown" }) { // what was shown before
			t.Errorf("one message has two marks: %q", stages)
		}
	}
	log := h.text.String()
	for _, want := range []string{"result=accepted", "result=duplicate", "class="} {
		if !strings.Contains(log[before:], want) {
			t.Errorf("the log does not say %s", want)
		}
	}
	for _, secret := range []string{"lycée", "Anna", "Kerouac", b.token} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// What an input causes on a push channel has its mark too.
func TestOneInputIsFollowedToItsDelivery(t *testing.T) {
	telegram := bottest.NewChannel("telegram")
	telegram.Trouble("telegram", bottest.Stumbles)
	h := openHouse(t, &serveCommand{LogLevel: slog.LevelDebug}, telegram)
	h.arrives(t, bot.Leg{ID: "telegram", Channel: "telegram", Peer: "somebody", For: bot.ToCitizen, Push: true})
	d := telegram.Tried("telegram")
	soon(t, "the delivery", func() bool { d = telegram.Shown("telegram"); return len(d) > 0 })
	mark := bot.MarkOf(d[0].Conversation, d[0].Entry.Cause).String()
	for _, want := range []string{`msg=input input=` + mark, `msg=turn input=` + mark, `msg=delivery input=` + mark + ` channel=telegram try=1 error="connection reset"`, `try=2 error=<nil>`} {
		if !strings.Contains(h.text.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, h.text)
		}
	}
}
