package telegramfake

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A chat is between the bot and one person, or a group's.
type chat struct {
	id       int64
	kind     string // private, group, supergroup, channel
	title    string
	person   *Person // of a private chat
	begun    bool    // the person wrote first: a bot cannot
	blocked  bool
	inside   bool // the bot is a member of the group
	moved    int64
	messages []*message
	keyboard *Keyboard
	notice   string // what the bot said last in answer to a button
	bucket   bucket
}

// A message as both sides have it.
type message struct {
	id      int
	at      time.Time
	from    *Person // nil: the bot
	text    string
	rows    [][]Button
	edited  time.Time
	deleted bool
	kind    string         // of what is not text: photo, voice, …
	content map[string]any // of the wire, beyond the text
}

// A Button stands below a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// A Keyboard stands in place of the person's own, until it is removed.
type Keyboard struct {
	Buttons []string `json:"buttons"`
	Contact bool     `json:"contact"` // one of them gives the person's number
}

// Shown is a message as a person sees it.
type Shown struct {
	ID      int        `json:"id"`
	Bot     bool       `json:"bot"`
	Name    string     `json:"name"` // who wrote it
	Text    string     `json:"text"`
	Kind    string     `json:"kind,omitempty"` // photo, voice, document, sticker, location, contact
	Rows    [][]Button `json:"rows,omitempty"`
	Edited  bool       `json:"edited,omitempty"`
	Deleted bool       `json:"deleted,omitempty"` // it is not seen any more
	At      time.Time  `json:"at"`
}

// Labels are the texts of a message's buttons, row by row: "Oui | Non", "Autre".
func (m Shown) Labels() []string {
	var rows []string
	for _, row := range m.Rows {
		var labels []string
		for _, b := range row {
			labels = append(labels, b.Text)
		}
		rows = append(rows, strings.Join(labels, " | "))
	}
	return rows
}

// Shown is a chat as a person sees it, oldest first. Deleted messages are there, marked, for tests.
func (s *Server) Shown(chat int64) []Shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown(chat)
}

func (s *Server) shown(id int64) []Shown {
	c := s.chats[id]
	if c == nil {
		return nil
	}
	all := make([]Shown, len(c.messages))
	for i, m := range c.messages {
		all[i] = Shown{ID: m.id, Bot: m.from == nil, Name: s.options.Name, Text: m.text, Kind: m.kind, Rows: m.rows, Edited: !m.edited.IsZero(), Deleted: m.deleted, At: m.at}
		if m.from != nil {
			all[i].Name = m.from.Name
		}
	}
	return all
}

// KeyboardOf is the keyboard that a chat shows, or nil.
func (s *Server) KeyboardOf(chat int64) *Keyboard {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.chats[chat]; c != nil {
		return c.keyboard
	}
	return nil
}

// Inside says whether the bot is in a group.
func (s *Server) Inside(chat int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chat]
	return c != nil && c.inside
}

// add is under s.mu.
func (s *Server) add(c *chat, m *message) *message {
	s.lastMessage++
	m.id, m.at = s.lastMessage, s.options.Now()
	c.messages = append(c.messages, m)
	s.touch()
	return m
}

func (c *chat) find(id int) *message {
	i := slices.IndexFunc(c.messages, func(m *message) bool { return m.id == id && !m.deleted })
	if i < 0 {
		return nil
	}
	return c.messages[i]
}

// wire is a message in the Bot API's format.
func (s *Server) wire(c *chat, m *message) map[string]any {
	w := map[string]any{"message_id": m.id, "date": m.at.Unix(), "chat": c.wire(), "from": s.self()}
	if m.from != nil {
		w["from"] = m.from.wire()
	}
	if c.kind == "channel" {
		delete(w, "from")
		w["sender_chat"] = c.wire()
	}
	if m.kind == "" {
		w["text"] = m.text
		if e := entities(m.text); len(e) > 0 {
			w["entities"] = e
		}
	} else if m.text != "" && m.kind != "contact" {
		w["caption"] = m.text
	}
	if !m.edited.IsZero() {
		w["edit_date"] = m.edited.Unix()
	}
	if len(m.rows) > 0 {
		w["reply_markup"] = map[string]any{"inline_keyboard": m.rows}
	}
	maps.Copy(w, m.content)
	return w
}

func (c *chat) wire() map[string]any {
	w := map[string]any{"id": c.id, "type": c.kind}
	if c.person != nil {
		w["first_name"] = c.person.Name
	} else {
		w["title"] = c.title
	}
	return w
}

func (s *Server) self() map[string]any {
	return map[string]any{"id": s.ID(), "is_bot": true, "first_name": s.options.Name, "username": s.options.Username}
}

// entities are the commands of a text, where they stand in UTF-16 units.
func entities(text string) []map[string]any {
	var all []map[string]any
	before := ' '
	for i, r := range text {
		if r == '/' && strings.ContainsRune(" \n\t", before) {
			if n := commandLength(text[i:]); n > 1 {
				all = append(all, map[string]any{"type": "bot_command", "offset": units(text[:i]), "length": n})
			}
		}
		before = r
	}
	return all
}

// commandLength is how much of a text is a command, such as /aide or /aide@some_bot.
func commandLength(text string) int {
	const word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	n := 1
	for n < len(text) && (strings.IndexByte(word, text[n]) >= 0 || text[n] == '@') {
		n++
	}
	if n > 1+32+1+32 {
		return 0
	}
	return n
}

// markup reads the buttons that a request wants below a message, and the keyboard. why says what
// Telegram does not take.
func readMarkup(text string) (rows [][]Button, keyboard *Keyboard, remove bool, why string) {
	if text == "" {
		return nil, nil, false, ""
	}
	var raw struct {
		Inline   [][]json.RawMessage `json:"inline_keyboard"`
		Keyboard [][]struct {
			Text    string `json:"text"`
			Contact bool   `json:"request_contact"`
		} `json:"keyboard"`
		Remove bool `json:"remove_keyboard"`
	}
	if json.Unmarshal([]byte(text), &raw) != nil {
		return nil, nil, false, "object expected as reply markup"
	}
	if raw.Keyboard != nil {
		keyboard = &Keyboard{}
		for _, row := range raw.Keyboard {
			for _, b := range row {
				keyboard.Buttons, keyboard.Contact = append(keyboard.Buttons, b.Text), keyboard.Contact || b.Contact
			}
		}
	}
	for _, row := range raw.Inline {
		var buttons []Button
		for _, b := range row {
			button, why := readButton(b)
			if why != "" {
				return nil, nil, false, why
			}
			buttons = append(buttons, button)
		}
		if buttons != nil {
			rows = append(rows, buttons)
		}
	}
	return rows, keyboard, raw.Remove, ""
}

// readButton tolerates the empty copy_text that the library puts into every button.
func readButton(raw json.RawMessage) (b Button, why string) {
	if json.Unmarshal(raw, &b) != nil {
		return b, "can't parse inline keyboard button"
	}
	var data struct {
		Data *string `json:"callback_data"`
	}
	_ = json.Unmarshal(raw, &data) // it could be read just now
	switch {
	case strings.TrimSpace(b.Text) == "":
		return b, "can't parse inline keyboard button: Field \"text\" must be of type String"
	case data.Data != nil && (len(*data.Data) < 1 || len(*data.Data) > 64):
		return b, "BUTTON_DATA_INVALID"
	case b.URL != "" && !strings.HasPrefix(b.URL, "https://") && !strings.HasPrefix(b.URL, "http://") && !strings.HasPrefix(b.URL, "tg://"):
		return b, "inline keyboard button URL '" + b.URL + "' is invalid: Unsupported URL protocol"
	case b.URL == "" && data.Data == nil:
		return b, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
	}
	return b, ""
}

// recently orders people by id.
func (s *Server) everybody() []*Person {
	return slices.SortedFunc(maps.Values(s.people), func(a, b *Person) int { return cmp.Compare(a.ID, b.ID) })
}

func (c *chat) name() string { return strconv.FormatInt(c.id, 10) }
