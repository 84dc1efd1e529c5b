package turn

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestTroubleIsSaidWhenItBeginsAndWhenItEnds(t *testing.T) {
	var text bytes.Buffer
	log := slog.New(slog.NewTextHandler(&text, nil))
	var x trouble
	x.worked(log, "works again")
	for range 1000 {
		x.failed(log, "fails", errors.New("away"))
		x.worked(log, "works again") // one of many, in between
	}
	if got := text.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "msg=fails") {
		t.Fatalf("said:\n%s", got)
	}
	x.last = x.last.Add(-overFor)
	x.worked(log, "works again")
	x.worked(log, "works again")
	if got := text.String(); strings.Count(got, "works again") != 1 || !strings.Contains(got, "unsaid=999") {
		t.Errorf("said:\n%s", got)
	}
	x.failed(log, "fails", errors.New("away"))
	x.said = x.said.Add(-sayAgain)
	x.failed(log, "fails", errors.New("away"))
	if got := strings.Count(text.String(), "msg=fails"); got != 3 {
		t.Errorf("said %d times, want at each beginning and once a minute", got)
	}
}
