package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// eventType names the metadata that every message of ours carries.
const eventType = "orientation_message"

// A mark is by which a message of ours is known again: the delivery it is of, and which of its parts.
type mark struct {
	Delivery string
	Part     int
}

// markOf is the mark of a delivery's first message. It leads back to neither the conversation nor the leg.
func markOf(v bot.Delivery) mark {
	sum := sha256.Sum256([]byte("slack " + v.ID))
	return mark{Delivery: hex.EncodeToString(sum[:8])}
}

func (m mark) part(n int) mark { return mark{m.Delivery, n} }

func (m mark) metadata() slack.SlackMetadata {
	payload := map[string]any{"delivery": m.Delivery}
	if m.Part > 0 {
		payload["part"] = strconv.Itoa(m.Part)
	}
	return slack.SlackMetadata{EventType: eventType, EventPayload: payload}
}

// markIn is the mark of a message, if it is one of ours.
func markIn(m slack.Message) (mark, bool) {
	if m.Metadata.EventType != eventType {
		return mark{}, false
	}
	delivery, is := m.Metadata.EventPayload["delivery"].(string)
	part, _ := m.Metadata.EventPayload["part"].(string)
	n, _ := strconv.Atoi(part)
	return mark{delivery, n}, is
}
