package chat_test

import (
	"testing"

	"frontdesk/adapters/web/chat"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// arabicDesk answers in Arabic, with numbers, a file number, lines in two languages and choices.
func arabicDesk(turn int, in bot.Input) []bot.Addressed {
	if _, ok := in.Event.(bot.Said); !ok {
		return bottest.Reception(turn, in)
	}
	return []bot.Addressed{
		{To: bot.ToCitizen, Effect: bot.Say{Text: "خطر: 17, 112. اتصل بالرقم 02 61 91 00 00. الملف OR-ED8Q-BAKY-K.\nPour le français : écrivez FRANÇAIS.", Safety: true,
			Links: []bot.Link{{Text: "116 006", URL: "tel:116006"}}}},
		{To: bot.ToCitizen, Effect: bot.Say{Ask: "2.2", Text: "هل تريد المتابعة بالعربية؟",
			Options: []bot.Choice{{ID: "oui", Label: "نعم، التحدث مع شخص"}, {ID: "non", Label: "Continuer en français"}}}},
	}
}

func TestBrowserShowsWhatIsWrittenFromTheRight(t *testing.T) {
	v := browse(t, func(*chat.Config) {})
	v.door.Play(arabicDesk)
	v.open("/chat/")
	v.write("أبحث عن تكوين، رقمي 06 39 98 12 34")
	v.says("هل تريد")
	v.until(`document.querySelector('button[data-option="2.2.non"]')`) // choices come after the text
	v.shot("8-arabic")
	v.axe("arabic")
	for what, script := range map[string]string{
		"the number keeps its order":                     `[...document.querySelectorAll('.safety .text bdi[dir=ltr]')].map(e => e.textContent).join('|') === '17|112|02 61 91 00 00|OR-ED8Q-BAKY-K'`,
		"the person's number too":                        `document.querySelector('.you .text bdi[dir=ltr]').textContent === '06 39 98 12 34'`,
		"the text runs from the right":                   `getComputedStyle(document.querySelector('.safety .text > span')).direction === 'rtl'`,
		"a number is whole on the screen":                `[...document.querySelectorAll('.safety .text bdi')].every(e => e.getClientRects().length === 1)`,
		"a choice in Arabic has its number on the right": `(() => { const b = document.querySelector('button[data-option="2.2.oui"]'); return b.querySelector('b').getBoundingClientRect().left > b.querySelector('span').getBoundingClientRect().left; })()`,
		"a choice in French has it on the left":          `(() => { const b = document.querySelector('button[data-option="2.2.non"]'); return b.querySelector('b').getBoundingClientRect().left < b.querySelector('span').getBoundingClientRect().left; })()`,
		"a link keeps its direction":                     `getComputedStyle(document.querySelector('.numbers a')).direction === 'ltr'`,
		"what is being written too":                      `document.getElementById('message').dir === 'auto'`,
	} {
		if !eval[bool](v, script) {
			t.Errorf("not so: %s", what)
		}
	}
}
