package telegram

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

// longestData is what a button may carry (Bot API, InlineKeyboardButton), in bytes.
const longestData = 64

// data is what a button carries: "ask.option", or "~" and a hash of it when that is too long.
func data(ask bot.AskID, option string) (data string, long bool) {
	data = string(ask) + "." + option
	if len(data) <= longestData && !strings.HasPrefix(data, "~") {
		return data, false
	}
	sum := sha256.Sum256([]byte(data))
	return "~" + hex.EncodeToString(sum[:16]), true
}

// keepData notes what long data stands for. The same option has the same hash in every chat.
func (c *Channel) keepData(ctx context.Context, ask bot.AskID, options []bot.Choice) error {
	for _, o := range options {
		hash, long := data(ask, o.ID)
		if !long {
			continue
		}
		if err := messaging.Note(ctx, c.Refs, dataRef, hash, "", string(ask)+"."+o.ID, pressable); err != nil {
			return fmt.Errorf("keep the data of a button: %w", err)
		}
	}
	return nil
}

// chose reads a button's data; the ask may itself have dots in it, an option's id has none. What leads
// nowhere is a button of no question, which the conversation answers as one that came too late.
func (c *Channel) chose(ctx context.Context, carried string) (bot.Chose, error) {
	if strings.HasPrefix(carried, "~") {
		full, err := messaging.Known(ctx, c.Refs, dataRef, carried)
		if err != nil {
			return bot.Chose{}, fmt.Errorf("look for the data of a button: %w", err)
		}
		carried = full
	}
	dot := strings.LastIndexByte(carried, '.')
	if dot < 0 || len(carried) > 400 || !utf8.ValidString(carried) {
		return bot.Chose{}, nil
	}
	return bot.Chose{Ask: bot.AskID(carried[:dot]), Option: carried[dot+1:]}, nil
}

// pressed takes a button. Telegram is answered once it is stored, not before: until then the button
// shows that something is under way.
func (c *Channel) pressed(ctx context.Context, id int64, q *query) error {
	if q.From == nil || q.From.Bot {
		return nil
	}
	a := arrival{room{c.id, q.From.ID}, id, q.From.Language}
	if m := q.Message; m != nil {
		if m.Chat.Type != "" && m.Chat.Type != private {
			return nil // the group is being left
		}
		a.room.chat = m.Chat.ID
	}
	defer c.rooms.Enter(a.room.chat)()
	fits, err := c.admit(ctx, a)
	switch {
	case err != nil:
		return err
	case !fits:
		c.errands.Afterwards(func(ctx context.Context) { c.answer(ctx, a, q, c.text(a.language, "many")) })
		return nil
	}
	event, err := c.chose(ctx, q.Data)
	if err != nil {
		return err
	}
	kept, err := c.keep(ctx, a, 0, event)
	if err != nil {
		return err
	}
	c.errands.Afterwards(func(ctx context.Context) {
		c.answer(ctx, a, q, "")
		if kept {
			c.freeze(ctx, a, q)
		}
	})
	return nil
}

// answer ends the waiting of a button. It does not matter when it fails: Telegram ends it, too.
func (c *Channel) answer(ctx context.Context, a arrival, q *query, text string) {
	params := &api.AnswerCallbackQueryParams{CallbackQueryID: q.ID, Text: text, ShowAlert: text != ""}
	if _, err := c.api.AnswerCallbackQuery(ctx, params); err != nil {
		c.Log.DebugContext(ctx, "telegram: a button was not answered", "error", c.verdict(a.room.chat, err))
	}
}

// freeze has a question show what was chosen, without its buttons; links stay. Of a message whose text
// Telegram does not tell any more, the buttons go.
func (c *Channel) freeze(ctx context.Context, a arrival, q *query) {
	m := q.Message
	if m == nil {
		return
	}
	label, links := chosen(m.Markup, q.Data)
	if m.Date != 0 && label == "" {
		return // it was frozen before
	}
	text := c.text(a.language, "chosen", "{text}", m.Text, "{choice}", label)
	var err error
	if m.Text == "" || label == "" || units(text) > longestText {
		_, err = c.api.EditMessageReplyMarkup(ctx, &api.EditMessageReplyMarkupParams{ChatID: a.room.chat, MessageID: m.ID, ReplyMarkup: links})
	} else {
		_, err = c.api.EditMessageText(ctx, &api.EditMessageTextParams{ChatID: a.room.chat, MessageID: m.ID, Text: text,
			LinkPreviewOptions: noPreview(), ReplyMarkup: links})
	}
	if err = c.verdict(a.room.chat, err); err != nil && !errors.Is(err, errSame) && !errors.Is(err, errGone) {
		c.Log.DebugContext(ctx, "telegram: a question still shows its buttons", "error", err)
	}
}

// chosen is the label of a message's button, "" where there is none, and what stays: the rows of links,
// or nil.
func chosen(m *markup, carried string) (label string, links models.ReplyMarkup) {
	if m == nil {
		return "", nil
	}
	var rows [][]models.InlineKeyboardButton
	for _, row := range m.Rows {
		var stay []models.InlineKeyboardButton
		for _, b := range row {
			switch {
			case b.URL != "":
				stay = append(stay, models.InlineKeyboardButton{Text: b.Text, URL: b.URL})
			case b.Data == carried && label == "":
				label = b.Text
			}
		}
		if stay != nil {
			rows = append(rows, stay)
		}
	}
	if rows == nil {
		return label, nil
	}
	return label, &models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

// A row of buttons has at most so many characters and buttons: on a small telephone more is cut off.
const widestRow, mostInRow = 24, 3

// keyboard is the buttons of a question, and below them the links that can be opened; nil for none.
// Numbers to dial stay text: Telegram makes them so that they can be dialled.
func keyboard(say bot.Say) models.ReplyMarkup {
	var rows [][]models.InlineKeyboardButton
	var row []models.InlineKeyboardButton
	width := 0
	end := func() {
		if row != nil {
			rows, row, width = append(rows, row), nil, 0
		}
	}
	for _, o := range say.Options {
		label := o.Label
		if strings.TrimSpace(label) == "" {
			label = o.ID
		}
		n := utf8.RuneCountInString(label)
		if width+n > widestRow || len(row) == mostInRow {
			end()
		}
		carried, _ := data(say.Ask, o.ID)
		row, width = append(row, models.InlineKeyboardButton{Text: label, CallbackData: carried}), width+n
	}
	end()
	for _, l := range say.Links {
		if strings.HasPrefix(l.URL, "https://") && l.Text != "" {
			rows = append(rows, []models.InlineKeyboardButton{{Text: l.Text, URL: l.URL}})
		}
	}
	if rows == nil {
		return nil
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

func noPreview() *models.LinkPreviewOptions {
	off := true
	return &models.LinkPreviewOptions{IsDisabled: &off}
}
