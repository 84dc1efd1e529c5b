package slack

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/render"
)

const (
	// blockLimit is how much one block of text may hold: Slack's 3,000, less what numbers and names take.
	blockLimit = 2800
	lineLimit  = 2000 // of one line of a brief
)

// head is the root of the owner's thread: whose case it is, and what can be done.
func (d *Desk) head(t talk, b bot.Brief, seq int64) notice {
	title := joined(" · ", t.Dossier, t.Need)
	if b.Danger != "" {
		title = joined(" · ", "🚨 URGENT", title)
	}
	lines := []string{title}
	if b.Contact != "" && !b.Promised.IsZero() { // not the minutes of a live hand-off
		lines = append(lines, "Réponse annoncée : "+desk.Date(b.Promised, d.Zone)+" à "+desk.Hour(b.Promised, d.Zone))
	}
	if b.Message != nil {
		lines = append(lines, d.recorded(b))
	}
	lines = append(lines, "Répondez dans le fil de ce message : la personne reçoit ce que vous y écrivez. Pendant dix secondes, supprimer votre message l'arrête.")
	value := strconv.FormatInt(seq, 10)
	blocks := append(cardText(lines), slack.NewActionBlock("talk",
		button(actCanned, "Répondre avec un modèle…", value), button(actPromise, "Promettre une réponse…", value),
		button(actTransfer, "Transférer…", value), button(actInvite, "Inviter un partenaire…", value),
		button(actRelease, "Rendre à la file", value), button(actFinish, "Terminer…", value),
		button(actProcedure, "Procédure danger…", value).WithStyle(slack.StyleDanger)))
	if d.DeskURL != "" {
		blocks = append(blocks, d.door(t.Dossier, "Ouvrir sur le poste de travail"))
	}
	return notice{Text: strings.Join(lines, "\n"), Blocks: blocks}
}

// ended is the root when the case is not this owner's any more.
func ended(t talk, sentence string) notice {
	lines := []string{joined(" · ", t.Dossier, t.Need), sentence + " Ce que vous écrivez dans ce fil ne part plus."}
	if lines[0] == "" {
		lines = lines[1:]
	}
	return notice{Text: strings.Join(lines, "\n"), Blocks: cardText(lines)}
}

// pointer is the brief where no words may stand in Slack: codes, and where to read on.
func (d *Desk) pointer(t talk, b bot.Brief) notice {
	lines := []string{joined(" · ", t.Dossier, t.Need)}
	if b.Danger != "" {
		lines[0] = joined(" · ", "🚨 URGENT", lines[0])
	}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, labelled(label, value))
		}
	}
	add("Public", valueOf(b, "public"))
	add("Territoire", b.Territory)
	add("Langue", desk.LanguageLabel(b.Language))
	if b.Message != nil {
		lines = append(lines, d.recorded(b))
	}
	for _, advice := range b.Advice {
		add("À savoir", advice)
	}
	lines = append(lines, "La conversation se lit sur le poste de travail.")
	return notice{Text: strings.Join(lines, "\n"), Blocks: append(cardText(lines), d.door(t.Dossier, "Ouvrir le dossier"))}
}

// recorded names the message that the person left. Its sound never comes here.
func (d *Desk) recorded(b bot.Brief) string {
	return labelled("Message vocal", desk.RecordingLabel(*b.Message, d.Zone)+". Il s'écoute sur le poste de travail.")
}

// door is a button that opens a case on the web desk.
func (d *Desk) door(dossier, label string) slack.Block {
	open := button(actOpen, label, dossier)
	open.URL = d.page(dossier)
	return slack.NewActionBlock("open", open)
}

func (d *Desk) page(dossier string) string { return d.DeskURL + url.PathEscape(dossier) }

// valueOf is the answer that has a role in the flow; such answers are options, in words.
func valueOf(b bot.Brief, role string) string {
	for _, a := range b.Answers {
		if a.As == role {
			return a.Value
		}
	}
	return ""
}

// sheets are the brief as messages, in the order of every desk. Nothing in them is markup, and nothing is
// left out, however much there is.
func (d *Desk) sheets(b bot.Brief) []notice {
	var all []notice
	var parts []slack.RichTextSectionElement
	var text strings.Builder
	flush := func() {
		if len(parts) > 0 {
			all = append(all, notice{Text: text.String(), Blocks: []slack.Block{slack.NewRichTextBlock("", slack.NewRichTextSection(parts...))}})
		}
		parts, text = nil, strings.Builder{}
	}
	for _, line := range desk.Lines(b, d.Zone) {
		if line.Value == "" {
			continue
		}
		for _, value := range render.Split(line.Value, lineLimit) {
			label := clip(line.Label, 100) + " : "
			if units(text.String())+units(label)+units(value)+1 > blockLimit {
				flush()
			}
			if text.Len() > 0 {
				label = "\n" + label
			}
			parts = append(parts, slack.NewRichTextSectionTextElement(label, &slack.RichTextSectionTextStyle{Bold: true}), slack.NewRichTextSectionTextElement(value, nil))
			text.WriteString(label + value)
		}
	}
	flush()
	return all
}

// units are UTF-16 units, of which a text has no fewer than characters.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// quote is a part of what a person wrote: literally, whatever signs are in it, with whose it is below.
func quote(t talk, text string, amended bool) notice {
	below := joined(" · ", t.Dossier, t.Need)
	if amended {
		below = joined(" · ", "(modifié)", below)
	}
	m := notice{Text: text, Blocks: []slack.Block{slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(text, nil)))}}
	if amended {
		m.Text += " (modifié)"
	}
	if below != "" {
		m.Blocks = append(m.Blocks, slack.NewContextBlock("", slack.NewTextBlockObject(slack.PlainTextType, clip(below, 300), false, false)))
	}
	return m
}
