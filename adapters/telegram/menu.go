package telegram

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// tellCommands gives Telegram the menus of commands, one a language. Where that fails people still
// write the words.
func (c *Channel) tellCommands(ctx context.Context) {
	if c.Commands == nil {
		return
	}
	menus := c.Commands()
	for _, language := range slices.Sorted(maps.Keys(menus)) {
		menus[language] = c.withCode(language, menus[language])
		menu := valid(menus[language])
		if len(menu) < len(menus[language]) {
			c.Log.WarnContext(ctx, "telegram: commands that Telegram would refuse are left out", "language", language, "out", len(menus[language])-len(menu))
		}
		if len(menu) == 0 {
			continue
		}
		_, err := c.api.SetMyCommands(ctx, &api.SetMyCommandsParams{Commands: menu, LanguageCode: language})
		if err != nil && ctx.Err() == nil {
			c.Log.WarnContext(ctx, "telegram: a menu of commands was not set", "language", language, "error", c.verdict(0, err))
		}
	}
}

// withCode adds the adapter's own command, where resume codes are to be had.
func (c *Channel) withCode(language string, menu []Command) []Command {
	if c.Codes == nil || len(menu) == 0 || slices.ContainsFunc(menu, func(m Command) bool { return m.Name == "code" }) {
		return menu
	}
	return append(slices.Clip(menu), Command{"code", c.text(language, "menu_code")})
}

// valid are the commands that Telegram takes (Bot API, BotCommand; 100 at most).
func valid(menu []Command) []models.BotCommand {
	var all []models.BotCommand
	for _, m := range menu {
		name := m.Name != "" && len(m.Name) <= 32 && strings.Trim(m.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
		if name && m.Description != "" && utf8.RuneCountInString(m.Description) <= 256 && len(all) < 100 {
			all = append(all, models.BotCommand{Command: m.Name, Description: m.Description})
		}
	}
	return all
}
