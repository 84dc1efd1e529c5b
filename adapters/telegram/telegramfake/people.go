package telegramfake

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Person has Telegram, and a private chat with the bot whose id is their own.
type Person struct {
	ID       int64
	Name     string
	Language string // of their application
	Phone    string
	server   *Server
	gone     bool // the account was deleted
}

// Person adds somebody, or returns who has the id already.
func (s *Server) Person(id int64, name, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.people[id]; p != nil {
		return p
	}
	p := &Person{ID: id, Name: name, Language: language, Phone: fmt.Sprintf("336390%05d", id%100_000), server: s}
	s.people[id] = p
	s.chats[id] = &chat{id: id, kind: "private", person: p}
	s.touch()
	return p
}

func (p *Person) wire() map[string]any {
	w := map[string]any{"id": p.ID, "is_bot": false, "first_name": p.Name}
	if p.Language != "" {
		w["language_code"] = p.Language
	}
	return w
}

// Start is a tap on « Démarrer », or on a link t.me/<bot>?start=payload.
func (p *Person) Start(payload string) int { return p.Write(strings.TrimSpace("/start " + payload)) }

// Write sends a text and returns the message's id; 0 for somebody who has blocked the bot.
func (p *Person) Write(text string) int { return p.send(&message{text: text}) }

func (p *Person) send(m *message) int {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[p.ID]
	if c.blocked || p.gone {
		return 0
	}
	c.begun = true
	m.from = p
	s.add(c, m)
	s.enqueue(c.id, "message", s.wire(c, m))
	return m.id
}

// Edit changes a text of theirs, or a caption.
func (p *Person) Edit(id int, text string) error {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[p.ID]
	m := c.find(id)
	if m == nil || m.from != p {
		return errors.New("it is not their message")
	}
	m.text, m.edited = text, s.options.Now()
	s.touch()
	s.enqueue(c.id, "edited_message", s.wire(c, m))
	return nil
}

// Delete takes a message away on both sides. Bots are not told.
func (p *Person) Delete(id int) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.chats[p.ID].find(id); m != nil {
		m.deleted = true
		s.touch()
	}
}

// A query is a button that was pressed.
type query struct {
	chat   *chat
	at     time.Time
	done   bool
	answer Answer
}

// An Answer ends the waiting of a button.
type Answer struct {
	Text  string
	Alert bool
}

// Press presses the newest button with a label or data, and returns the id of the press.
func (p *Person) Press(button string) (string, error) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.chats[p.ID].messages) {
		for _, row := range m.rows {
			for _, b := range row {
				if !m.deleted && b.Data != "" && (b.Text == button || b.Data == button) {
					return p.press(m, b.Data), nil
				}
			}
		}
	}
	return "", fmt.Errorf("no button %q is shown", button)
}

// PressOn presses a button of a message as an application can that has not heard yet that the message
// was changed or deleted.
func (p *Person) PressOn(id int, data string) (string, error) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.chats[p.ID].messages, func(m *message) bool { return m.id == id })
	if i < 0 {
		return "", errors.New("there was no such message")
	}
	return p.press(s.chats[p.ID].messages[i], data), nil
}

func (p *Person) press(m *message, data string) string {
	s, c := p.server, p.server.chats[p.ID]
	id := strconv.Itoa(len(s.queries)+1) + "000" + c.name()
	s.queries[id] = &query{chat: c, at: s.options.Now()}
	shown := s.wire(c, m)
	if m.deleted {
		shown = map[string]any{"message_id": m.id, "date": 0, "chat": c.wire()}
	}
	s.enqueue(c.id, "callback_query", map[string]any{"id": id, "from": p.wire(), "message": shown, "chat_instance": "-1" + c.name(), "data": data})
	return id
}

// Answered says whether, and how, the bot has answered a press.
func (s *Server) Answered(press string) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[press]
	if q == nil || !q.done {
		return Answer{}, false
	}
	return q.answer, true
}

// SendContact is a tap on the button that gives one's number.
func (p *Person) SendContact() int {
	return p.send(&message{kind: "contact", text: p.Phone, content: map[string]any{
		"contact": map[string]any{"phone_number": p.Phone, "first_name": p.Name, "user_id": p.ID}}})
}

// SendContactOf sends the card of somebody else; user is 0 for who is not on Telegram.
func (p *Person) SendContactOf(name, phone string, user int64) int {
	card := map[string]any{"phone_number": phone, "first_name": name}
	if user != 0 {
		card["user_id"] = user
	}
	return p.send(&message{kind: "contact", text: phone, content: map[string]any{"contact": card}})
}

// SendPhoto sends a picture. Those with the same album, if it is not "", are one.
func (p *Person) SendPhoto(caption, album string) int {
	content := map[string]any{"photo": []any{file(map[string]any{"width": 90, "height": 67}), file(map[string]any{"width": 800, "height": 600})}}
	if album != "" {
		content["media_group_id"] = album
	}
	return p.enclose("photo", caption, content)
}

// SendVoice sends a voice note of so many seconds.
func (p *Person) SendVoice(seconds int) int {
	return p.enclose("voice", "", map[string]any{"voice": file(map[string]any{"duration": seconds, "mime_type": "audio/ogg"})})
}

// SendFile sends a document.
func (p *Person) SendFile(name, mime, caption string, size int) int {
	return p.enclose("document", caption, map[string]any{"document": file(map[string]any{"file_name": name, "mime_type": mime, "file_size": size})})
}

// SendSticker sends a sticker.
func (p *Person) SendSticker() int {
	return p.enclose("sticker", "", map[string]any{"sticker": file(map[string]any{"type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "👍"})})
}

// SendLocation sends a place.
func (p *Person) SendLocation(latitude, longitude float64) int {
	return p.enclose("location", "", map[string]any{"location": map[string]any{"latitude": latitude, "longitude": longitude}})
}

func (p *Person) enclose(kind, caption string, content map[string]any) int {
	if e := entities(caption); len(e) > 0 {
		content["caption_entities"] = e
	}
	return p.send(&message{kind: kind, text: caption, content: content})
}

func file(more map[string]any) map[string]any {
	w := map[string]any{"file_id": "AwACAgQAAxkBAAIB", "file_unique_id": "AgADbwADr8Zx", "file_size": 12_345}
	maps.Copy(w, more)
	return w
}

// Block blocks the bot, which is told and can write no more.
func (p *Person) Block() { p.block(true) }

// Unblock lets it write again.
func (p *Person) Unblock() { p.block(false) }

func (p *Person) block(blocked bool) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[p.ID]
	if c.blocked == blocked {
		return
	}
	c.blocked = blocked
	s.touch()
	if blocked {
		s.enqueue(c.id, "my_chat_member", s.member(c, p, "member", "kicked"))
		return
	}
	s.enqueue(c.id, "my_chat_member", s.member(c, p, "kicked", "member"))
}

// DeleteAccount ends the person's account.
func (p *Person) DeleteAccount() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.gone = true
}

// member says that what the bot is in a chat has changed. by nil: the bot itself.
func (s *Server) member(c *chat, by *Person, was, is string) map[string]any {
	status := func(status string) map[string]any {
		w := map[string]any{"user": s.self(), "status": status}
		if status == "kicked" {
			w["until_date"] = 0
		}
		return w
	}
	from := s.self()
	if by != nil {
		from = by.wire()
	}
	return map[string]any{"chat": c.wire(), "from": from, "date": s.options.Now().Unix(), "old_chat_member": status(was), "new_chat_member": status(is)}
}

// A Group is a chat of several people: a group, a supergroup or a channel.
type Group struct {
	ID     int64
	server *Server
}

// Group makes a chat of several people, with an id below zero, without the bot.
func (s *Server) Group(id int64, kind, title string) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chats[id] == nil {
		s.chats[id] = &chat{id: id, kind: kind, title: title}
	}
	return &Group{id, s}
}

// Add adds the bot.
func (g *Group) Add(by *Person) {
	s := g.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[g.ID]
	c.inside = true
	is := "member"
	if c.kind == "channel" {
		is = "administrator"
	}
	w := s.member(c, by, "left", "member")
	if is == "administrator" {
		w["new_chat_member"] = map[string]any{"user": s.self(), "status": is, "can_be_edited": false, "is_anonymous": false, "can_post_messages": true}
	}
	s.enqueue(c.id, "my_chat_member", w)
}

// Write writes in the group; in a channel, as the channel.
func (g *Group) Write(by *Person, text string) {
	s := g.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[g.ID]
	m := s.add(c, &message{from: by, text: text})
	if !c.inside {
		return
	}
	kind := "message"
	if c.kind == "channel" {
		kind = "channel_post"
	}
	s.enqueue(c.id, kind, s.wire(c, m))
}

// Migrate makes a supergroup of the group. The old chat says where it has gone.
func (g *Group) Migrate(by *Person, to int64) *Group {
	s := g.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[g.ID]
	s.chats[to] = &chat{id: to, kind: "supergroup", title: c.title, inside: c.inside}
	m := s.add(c, &message{from: by})
	w := s.wire(c, m)
	delete(w, "text")
	w["migrate_to_chat_id"] = to
	c.moved = to
	s.enqueue(c.id, "message", w)
	return &Group{to, s}
}
