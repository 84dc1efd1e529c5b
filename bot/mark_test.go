package bot_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"frontdesk/bot"
)

func TestAMarkNamesAnInputAndLeadsNowhere(t *testing.T) {
	in := bot.Input{ID: "web:conversation:m1", Conversation: "conversation"}
	mark := in.Mark()
	if got := mark.String(); !regexp.MustCompile(`^[0-9a-f]{10}$`).MatchString(got) {
		t.Errorf("mark %q", got)
	}
	if effect := bot.MarkOf("conversation", "web:conversation:m1"); effect != mark {
		t.Errorf("what it caused has the mark %s, it has %s", effect, mark)
	}
	for name, other := range map[string]bot.Mark{
		"another id": bot.MarkOf("conversation", "web:conversation:m2"), "another conversation": bot.MarkOf("conversations", "web:conversation:m1"),
	} {
		if other.String() == mark.String() {
			t.Errorf("%s has the same mark", name)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "input", mark)
	said := fmt.Sprintf("%v %+v %#v %s %s", mark, mark, mark, mark, log.String())
	if strings.Contains(said, "conversation") || strings.Count(said, mark.String()) != 5 {
		t.Errorf("it is written as %s", said)
	}
}
