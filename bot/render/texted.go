package render

import (
	"strings"

	"frontdesk/bot"
)

// Texted is what the bot says by SMS: its words, numbered choices, and the numbers to dial that the words do
// not have.
func Texted(say bot.Say) string {
	lines := []string{Typed(Numbered(say))}
	for _, l := range say.Links {
		dial := strings.HasPrefix(l.URL, "tel:") || strings.HasPrefix(l.URL, "sms:")
		if dial && !strings.Contains(say.Text, l.Text) {
			lines = append(lines, l.Text)
		}
	}
	return strings.Join(lines, "\n")
}
