package main

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
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

	var marks, stages []string
	line := regexp.MustCompile(`msg="?([a-z: ]+)"? .*\binput=([0-9a-f]{10})\b`)
	soon(t, 5*time.Second, "the words on the page", func() bool {
		marks, stages = nil, nil
		for _, found := range line.FindAllStringSubmatch(h.text.String()[before:], -1) {
			stages, marks = append(stages, strings.TrimSpace(found[1])), append(marks, found[2])
		}
		return slices.Contains(stages, "chat: shown")
	})
	if len(slices.Compact(slices.Clone(marks))) != 1 {
		t.Errorf("one message has the marks %q", marks)
	}
	for _, stage := range []string{"input", "turn", "chat: message", "chat: shown"} {
		if !slices.Contains(stages, stage) {
			t.Errorf("no line says %q: %q", stage, stages)
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
