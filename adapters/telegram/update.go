package telegram

import (
	"encoding/json"
)

// An update is what is read of Telegram's (Bot API, "Update"), and no more: nothing that Telegram adds
// to the rest of it can keep a person's words from being read, and names are not read at all.
type update struct {
	ID      int64         `json:"update_id"`
	Message *message      `json:"message"`
	Edited  *message      `json:"edited_message"`
	Post    *message      `json:"channel_post"`
	Query   *query        `json:"callback_query"`
	Member  *memberChange `json:"my_chat_member"`
}

// wanted are the kinds of updates that Telegram is asked for.
func wanted() []string {
	return []string{"message", "edited_message", "callback_query", "my_chat_member"}
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"` // private, group, supergroup, channel
}

type user struct {
	ID       int64  `json:"id"`
	Bot      bool   `json:"is_bot"`
	Language string `json:"language_code"`
}

type entity struct {
	Type           string `json:"type"`
	Offset, Length int    // in UTF-16 units
}

type contact struct {
	Phone string `json:"phone_number"`
	User  int64  `json:"user_id"` // 0: the card is of nobody on Telegram
}

type button struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"callback_data,omitempty"`
}

type markup struct {
	Rows [][]button `json:"inline_keyboard"`
}

// A thing is part of a message whose inside is not looked at.
type thing = json.RawMessage

type message struct {
	ID       int      `json:"message_id"`
	From     *user    `json:"from"`
	Chat     chat     `json:"chat"`
	Date     int64    `json:"date"` // 0: the message is inaccessible
	Album    string   `json:"media_group_id"`
	Text     string   `json:"text"`
	Entities []entity `json:"entities"`
	Caption  string   `json:"caption"`
	Markup   *markup  `json:"reply_markup"`
	Contact  *contact `json:"contact"`

	CaptionEntities []entity `json:"caption_entities"`
	MigratedTo      int64    `json:"migrate_to_chat_id"`

	Animation thing `json:"animation"`
	Audio     thing `json:"audio"`
	Document  thing `json:"document"`
	Photo     thing `json:"photo"`
	Sticker   thing `json:"sticker"`
	Story     thing `json:"story"`
	Video     thing `json:"video"`
	VideoNote thing `json:"video_note"`
	Voice     thing `json:"voice"`
	Paid      thing `json:"paid_media"`
	Checklist thing `json:"checklist"`
	Dice      thing `json:"dice"`
	Game      thing `json:"game"`
	Poll      thing `json:"poll"`
	Venue     thing `json:"venue"`
	Location  thing `json:"location"`
}

type query struct {
	ID      string   `json:"id"`
	From    *user    `json:"from"`
	Message *message `json:"message"` // of an inaccessible one only the chat and the id
	Data    string   `json:"data"`
}

type memberChange struct {
	Chat chat  `json:"chat"`
	From *user `json:"from"`
	New  struct {
		Status string `json:"status"` // creator, administrator, member, restricted, left, kicked
	} `json:"new_chat_member"`
}

const private = "private"

// kind names what a message encloses, or is "" for what nobody enclosed: a text, or something that
// Telegram says itself, such as that a message was pinned. An animation is a document, too, and a
// venue a place.
func (m *message) kind() string {
	for _, k := range []struct {
		name string
		any  []thing
	}{
		{"photo", []thing{m.Photo}},
		{"voice", []thing{m.Voice}},
		{"video", []thing{m.Video, m.VideoNote, m.Animation}},
		{"sticker", []thing{m.Sticker, m.Dice}},
		{"place", []thing{m.Venue, m.Location}},
		{"file", []thing{m.Document, m.Audio, m.Story, m.Paid, m.Checklist, m.Game, m.Poll}},
	} {
		for _, t := range k.any {
			if len(t) > 0 && string(t) != "null" {
				return k.name
			}
		}
	}
	return ""
}
