package slack

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// The ids of what can be pressed on a card and at the head of a thread. The value of a button is the
// number of the entry that it was shown for.
const (
	actClaim     = "claim"
	actRefuse    = "refuse"
	actPeek      = "peek"
	actMore      = "more"
	actTransfer  = "transfer"
	actMisroute  = "misroute"
	actCanned    = "canned"
	actPromise   = "promise"
	actInvite    = "invite"
	actRelease   = "release"
	actFinish    = "finish"
	actProcedure = "procedure"
	actOpen      = "open" // a link: nothing is to be done
)

// face is a card as it stands in a room: codes in words, never who or what was said.
func (d *Desk) face(card bot.Card, seq int64, day time.Time) notice {
	lines := d.lines(card, day)
	m := notice{Text: strings.Join(lines, ". "), Blocks: cardText(lines)}
	if buttons := d.buttons(card, strconv.FormatInt(seq, 10)); len(buttons) > 0 {
		m.Blocks = append(m.Blocks, slack.NewActionBlock("card", buttons...))
	}
	return m
}

// guestFace is the card of a case beside which a partner was invited.
func (d *Desk) guestFace(card bot.Card, seq int64, day time.Time) notice {
	lines := append(d.lines(card, day), "Votre structure est invitée à suivre ce dossier. Elle lit et elle note.")
	m := notice{Text: strings.Join(lines, ". "), Blocks: cardText(lines)}
	if card.Life.Open() {
		m.Blocks = append(m.Blocks, slack.NewActionBlock("card", button(actPeek, "Aperçu", strconv.FormatInt(seq, 10))))
	}
	return m
}

// saidOnly is a card that says one thing and can do nothing any more.
func saidOnly(dossier, sentence string) notice {
	lines := []string{sentence}
	if dossier != "" {
		lines = []string{dossier, sentence}
	}
	return notice{Text: strings.Join(lines, ". "), Blocks: cardText(lines)}
}

func (d *Desk) structureName(card bot.Card) string {
	if d.Structures != nil {
		for _, s := range d.Structures() {
			if s.ID == card.Structure && s.Name != "" {
				return s.Name
			}
		}
	}
	if card.Structure != "" {
		return string(card.Structure)
	}
	return string(card.Queue)
}

// cardText sets the first line in bold and the others below.
func cardText(lines []string) []slack.Block {
	bold := &slack.RichTextSectionTextStyle{Bold: true}
	parts := []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(clip(cmp.Or(lines[0], "Dossier"), 300), bold)}
	for _, line := range lines[1:] {
		parts = append(parts, slack.NewRichTextSectionTextElement("\n"+clip(line, 300), nil))
	}
	return []slack.Block{slack.NewRichTextBlock("", slack.NewRichTextSection(parts...))}
}

// cardLine is one sentence.
func cardLine(sentence string) []slack.Block {
	return []slack.Block{slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(clip(sentence, blockLimit), nil)))}
}

// lines are what a card says, the most important first. It is not brought up to date by the clock, so
// that no time in it may be one that depends on when it is read.
func (d *Desk) lines(card bot.Card, day time.Time) []string {
	first := joined(" · ", card.Dossier, d.label("need", card.Need))
	if card.Urgent {
		first = joined(" · ", "🚨 URGENT", first)
	}
	lines := []string{first}
	add := func(line string) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	add(joined(" · ", labelled("Public", d.label("public", card.Public)), labelled("Territoire", d.label("territory", card.Territory))))
	adaptation := ""
	if card.Adaptation != "non" && card.Adaptation != "aucune" {
		adaptation = d.label("adaptation", card.Adaptation)
	}
	add(joined(" · ", labelled("Langue", desk.LanguageLabel(card.Language)), labelled("Adaptation", adaptation)))
	since := ""
	if !card.Since.IsZero() {
		since = "depuis " + d.stamp(card.Since, day)
	}
	add(joined(" · ", channelWord(card.Channel), since, d.owed(card, day)))
	add(hops(card.Hops))
	if card.Procedure == "open" {
		add("⚠️ Procédure danger ouverte")
	}
	if card.LeadOnly {
		add("🔒 Réservé à la ou au responsable de la structure")
	}
	add(d.stands(card))
	return lines
}

// stands says whose the case is, or how it ended.
func (d *Desk) stands(card bot.Card) string {
	switch {
	case card.Life == bot.Closed && card.Outcome != "":
		label := desk.Label(desk.Outcomes(), card.Outcome)
		if label == card.Outcome { // not one that a counsellor chose
			return "✔️ Terminé"
		}
		return "✔️ Terminé : " + label
	case !card.Life.Open():
		return "✔️ " + capital(desk.LifeLabel(card.Life))
	case card.Owner != "" && card.OwnerName != "":
		return "👤 Pris par " + card.OwnerName
	case card.Owner != "":
		return "👤 Pris par une personne de l'équipe"
	}
	return ""
}

// owed is what was promised, by when.
func (d *Desk) owed(card bot.Card, day time.Time) string {
	if card.Due.IsZero() {
		return ""
	}
	by := d.stamp(card.Due, day)
	switch card.Life {
	case bot.Waiting:
		return "à prendre avant " + by
	case bot.Referred:
		return "mise en relation : réponse avant " + by
	case bot.Promised:
		return "réponse avant " + by
	case bot.Talking, bot.Live, bot.Closed, bot.Erased:
	}
	return ""
}

// stamp is an instant as it can stand on a card for days: the hour on the card's own day, else the
// whole date.
func (d *Desk) stamp(t, day time.Time) string {
	if desk.Date(t, d.Zone) == desk.Date(day, d.Zone) {
		return desk.Hour(t, d.Zone)
	}
	return desk.When(t, t.AddDate(0, 0, 14), d.Zone)
}

func hops(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "Déjà transmis une fois"
	}
	return fmt.Sprintf("Déjà transmis %d fois", n)
}

func channelWord(channel bot.ChannelName) string {
	icons := map[bot.ChannelName]string{"web": "💬", "telegram": "✈️", "phone": "📞", "sms": "📱", "mail": "✉️"}
	return joined(" ", icons[channel], desk.ChannelLabel(channel))
}

// label is the French word for a coded answer.
func (d *Desk) label(role, code string) string {
	if code == "" {
		return ""
	}
	if d.Label != nil {
		if label := d.Label(role, code); label != "" {
			return label
		}
	}
	return strings.ReplaceAll(code, "_", " ")
}

// buttons are what can be done from a card; who may is checked when it is done.
func (d *Desk) buttons(card bot.Card, seq string) []slack.BlockElement {
	switch {
	case !card.Life.Open():
		return nil
	case card.Owner != "":
		return []slack.BlockElement{button(actPeek, "Aperçu", seq), more()}
	case card.Life == bot.Referred:
		return []slack.BlockElement{button(actClaim, "Accepter", seq).WithStyle(slack.StylePrimary), button(actRefuse, "Refuser…", seq), button(actPeek, "Aperçu", seq), more()}
	}
	return []slack.BlockElement{button(actClaim, "Prendre", seq).WithStyle(slack.StylePrimary), button(actPeek, "Aperçu", seq), more()}
}

func button(id, label, value string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(id, value, slack.NewTextBlockObject(slack.PlainTextType, label, true, false))
}

func more() *slack.OverflowBlockElement {
	return slack.NewOverflowBlockElement(actMore, choice(actTransfer, "Transférer…"), choice(actMisroute, "Signaler un mauvais aiguillage"))
}

func choice(value, label string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, slack.NewTextBlockObject(slack.PlainTextType, label, true, false), nil)
}

// joined puts together what is there.
func joined(between string, parts ...string) string {
	there := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, between)
}

// labelled is a value behind its name, or nothing.
func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + " : " + value
}

// clip keeps a text within what Slack takes at its place, in characters.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
