package flow_test

import (
	"testing"
	"time"

	"frontdesk/bot/flow"
)

func TestSpansAreSaidAsPeopleSayThem(t *testing.T) {
	for text, want := range map[string]string{
		"6s": "6 secondes", "1s": "1 seconde", "90s": "90 secondes", "60s": "1 minute", "4m": "4 minutes", "1h30m": "90 minutes",
		"24h": "24 heures", "48h": "2 jours", "720h": "30 jours", "25h": "25 heures",
		"": "", "0s": "", "-4m": "", "4": "", "1500ms": "", "quatre": "",
	} {
		s, is := flow.ReadSpan(text)
		if is != (want != "") || is && s.String() != want {
			t.Errorf("%q is %q (%t), not %q", text, s, is, want)
		}
		if !is {
			continue
		}
		was, _ := time.ParseDuration(text)
		if now, err := time.ParseDuration(s.File()); err != nil || now != was {
			t.Errorf("%q is written %q", text, s.File())
		}
	}
}

func TestADayIsWrittenInHours(t *testing.T) {
	if got := (flow.Span{Count: 30, Unit: flow.Days}).File(); got != "720h" {
		t.Errorf("30 days are written %q", got)
	}
}
