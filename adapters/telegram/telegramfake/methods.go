package telegramfake

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	longestText = 4096
	deletable   = 48 * time.Hour
	answerable  = time.Minute // a button's press
)

// call answers one method.
func (s *Server) call(ctx context.Context, method string, p map[string]string) answer {
	if method == "getUpdates" {
		return s.getUpdates(ctx, p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch method {
	case "getMe":
		return ok(s.self())
	case "sendMessage":
		return s.sendMessage(p)
	case "editMessageText", "editMessageReplyMarkup":
		return s.edit(method, p)
	case "deleteMessage":
		return s.delete(p, []int{int(number(p["message_id"]))}, false)
	case "deleteMessages":
		return s.deleteMany(p)
	case "answerCallbackQuery":
		return s.answerQuery(p)
	case "setWebhook":
		return s.setWebhook(p)
	case "deleteWebhook":
		s.webhook = webhook{}
		s.touch()
		return ok(true)
	case "getWebhookInfo":
		return ok(map[string]any{"url": s.webhook.url, "has_custom_certificate": false, "pending_update_count": len(s.queue), "allowed_updates": s.allowed})
	case "setMyCommands":
		return s.setCommands(p)
	case "getMyCommands":
		return ok(slices.Concat([]Command{}, s.menus[p["language_code"]]))
	case "leaveChat":
		return s.leave(p)
	case "sendChatAction", "setMyDescription", "setMyShortDescription", "setMyName":
		return ok(true)
	}
	return refuse(http.StatusNotFound, "Not Found")
}

// open finds the chat that a request writes to, or says why it cannot be written to.
func (s *Server) open(p map[string]string) (*chat, *answer) {
	c := s.chats[number(p["chat_id"])]
	var why answer
	switch {
	case c == nil:
		why = bad("chat not found")
	case c.moved != 0:
		why = bad("group chat was upgraded to a supergroup chat")
		why.Parameters = &parameters{MigrateTo: c.moved}
	case c.person != nil && c.person.gone:
		why = refuse(http.StatusForbidden, "Forbidden: user is deactivated")
	case c.blocked:
		why = refuse(http.StatusForbidden, "Forbidden: bot was blocked by the user")
	case c.person != nil && !c.begun:
		why = refuse(http.StatusForbidden, "Forbidden: bot can't initiate conversation with a user")
	case c.person == nil && !c.inside:
		why = refuse(http.StatusForbidden, "Forbidden: bot is not a member of the "+c.kind+" chat")
	default:
		return c, nil
	}
	return nil, &why
}

// checkText says what Telegram does not take of a text.
func checkText(text, mode string) *answer {
	var why answer
	switch {
	case !utf8.ValidString(text):
		why = bad("strings must be encoded in UTF-8")
	case strings.TrimSpace(text) == "":
		why = bad("message text is empty")
	case units(text) > longestText:
		why = bad("message is too long")
	case mode != "" && strings.ContainsAny(text, "_*[]<>&`"):
		why = bad("can't parse entities: Can't find end of the entity")
	default:
		return nil
	}
	return &why
}

func (s *Server) sendMessage(p map[string]string) answer {
	c, why := s.open(p)
	if why != nil {
		return *why
	}
	if why := checkText(p["text"], p["parse_mode"]); why != nil {
		return *why
	}
	rows, keyboard, remove, wrong := readMarkup(p["reply_markup"])
	if wrong != "" {
		return bad(wrong)
	}
	if wait := s.limit(c); wait > 0 {
		return tooMany(wait)
	}
	if keyboard != nil || remove {
		c.keyboard = keyboard
	}
	return ok(s.wire(c, s.add(c, &message{text: strings.TrimSpace(p["text"]), rows: rows})))
}

func (s *Server) edit(method string, p map[string]string) answer {
	c, why := s.open(p)
	if why != nil {
		return *why
	}
	m := c.find(int(number(p["message_id"])))
	switch {
	case m == nil:
		return bad("message to edit not found")
	case m.from != nil:
		return bad("message can't be edited")
	}
	text := m.text
	if method == "editMessageText" {
		if why := checkText(p["text"], p["parse_mode"]); why != nil {
			return *why
		}
		text = strings.TrimSpace(p["text"])
	}
	rows, keyboard, _, wrong := readMarkup(p["reply_markup"])
	switch {
	case wrong != "":
		return bad(wrong)
	case keyboard != nil:
		return bad("inline keyboard expected")
	case text == m.text && (len(rows) == 0 && len(m.rows) == 0 || reflect.DeepEqual(rows, m.rows)):
		return bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if text != m.text {
		m.edited = s.options.Now()
	}
	m.text, m.rows = text, rows
	s.touch()
	return ok(s.wire(c, m))
}

func (s *Server) deleteMany(p map[string]string) answer {
	var ids []int
	if json.Unmarshal([]byte(p["message_ids"]), &ids) != nil || len(ids) < 1 || len(ids) > 100 {
		return bad("message identifiers are not specified")
	}
	return s.delete(p, ids, true)
}

// delete takes messages away on both sides. Of several those that are not there are passed over.
func (s *Server) delete(p map[string]string, ids []int, many bool) answer {
	c := s.chats[number(p["chat_id"])]
	if c == nil {
		return bad("chat not found")
	}
	var found []*message
	for _, id := range ids {
		m := c.find(id)
		switch {
		case m == nil && !many:
			return bad("message to delete not found")
		case m == nil:
		case s.options.Now().Sub(m.at) > deletable:
			return bad("message can't be deleted for everyone")
		default:
			found = append(found, m)
		}
	}
	for _, m := range found {
		m.deleted, m.rows = true, nil
	}
	s.touch()
	return ok(true)
}

func (s *Server) answerQuery(p map[string]string) answer {
	q := s.queries[p["callback_query_id"]]
	switch {
	case q == nil || s.options.Now().Sub(q.at) > answerable:
		return bad("query is too old and response timeout expired or query ID is invalid")
	case units(p["text"]) > 200:
		return bad("MESSAGE_TOO_LONG")
	}
	q.done, q.answer, q.chat.notice = true, Answer{Text: p["text"], Alert: p["show_alert"] == "true"}, p["text"]
	s.touch()
	return ok(true)
}

// A Command stands in the menu of commands.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

func (s *Server) setCommands(p map[string]string) answer {
	var menu []Command
	if json.Unmarshal([]byte(p["commands"]), &menu) != nil || len(menu) > 100 {
		return bad("can't parse commands")
	}
	for _, c := range menu {
		if c.Command == "" || len(c.Command) > 32 || strings.Trim(c.Command, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return bad("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(c.Description); n < 1 || n > 256 {
			return bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	if code := p["language_code"]; code != "" && len(code) != 2 {
		return bad("LANGUAGE_CODE_INVALID")
	}
	s.menus[p["language_code"]] = menu
	s.touch()
	return ok(true)
}

// Menu is the menu of commands that people with a language see.
func (s *Server) Menu(language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.menu(language)
}

func (s *Server) menu(language string) []Command {
	if menu := s.menus[language]; menu != nil {
		return menu
	}
	return s.menus[""]
}

func (s *Server) leave(p map[string]string) answer {
	c, why := s.open(p)
	if why != nil {
		return *why
	}
	if c.person != nil {
		return bad("chat member status can't be changed in private chats")
	}
	c.inside = false
	s.touch()
	s.enqueue(c.id, "my_chat_member", s.member(c, nil, "member", "left"))
	return ok(true)
}
