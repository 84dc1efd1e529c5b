package studio

import (
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/transcript"
)

// act does what a button of the trial's form asks for. What is added comes behind the lines that could be
// played; lines behind them, which make no sense any more, go.
func (s *Studio) act(t *trial, b *flow.Bundle, deed, words, given string, playable int, menu bool) {
	verb, what, _ := strings.Cut(deed, ":")
	add := func(lines ...string) {
		t.Lines, t.Dialled = append(t.Lines[:min(playable, len(t.Lines))], lines...), ""
	}
	switch verb {
	case "dire":
		if words = strings.TrimSpace(words); words != "" {
			add(transcript.Says(words))
		}
	case "choix":
		add("citizen: [" + what + "]")
	case "touche":
		if keys := t.dial(what, menu); keys != "" {
			add("citizen: [" + keys + "]")
		}
	case "silence":
		add("citizen: (silence)")
	case "attendre":
		add("time: 10m")
	case "partir":
		add("citizen: (hangs up)")
	case "repondre":
		add(counsellor+": (claims)", counsellor+": Bonjour, je suis "+counsellor+". Je lis vos réponses.", "time: 10s")
	case "annuler":
		t.Lines, t.Dialled = t.Lines[:max(0, min(playable, len(t.Lines))-1)], ""
	case "recommencer":
		t.Lines, t.Dialled = nil, ""
	case "debut":
		t.Lines, t.Dialled, t.From, t.Given = nil, "", "", nil
	case "donner":
		t.give(given)
	case "oublier":
		t.Given = t.Given.Without(what)
	case "ouvert", "ferme":
		t.At = s.openHour(b, verb == "ouvert")
	case "voie":
		if t.Dialled = ""; what == allChannels || slices.ContainsFunc(channels(), func(c choice) bool { return c.Value == what }) {
			t.Channel = what
		}
	}
}

// dial takes a key as the telephone does: one answers a menu, # ends a number; * says again, 0 alone is a
// person and 9 alone goes back.
func (t *trial) dial(key string, menu bool) string {
	digits := t.Dialled
	switch {
	case len(key) != 1 || !strings.Contains("0123456789*#", key):
		return ""
	case key == "#":
		t.Dialled = ""
		return digits
	case menu || key == "*" || t.Channel == allChannels:
		return key
	}
	if len(digits) < 16 {
		t.Dialled += key
	}
	return ""
}
