package mail

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"frontdesk/bot"
)

// The kinds of letters.
const (
	Code        = "code"
	Answer      = "answer"
	Recap       = "recap"
	Appointment = "appointment"
)

func known(kind string) bool {
	switch kind {
	case Code, Answer, Recap, Appointment:
		return true
	}
	return false
}

//go:embed letter.html
var letterHTML string

// words are what stands around a letter. They and the subject say nothing of why somebody writes: other
// people see a list of mails, and a telephone shows the first line on its locked screen.
type words struct {
	lang                                        string
	from, dossier, phone, online, given, nobody string
	said                                        string // instead of given, where that is not sure yet
}

// of is "de" before a name, as it is said: "d'Accueil orientation".
func of(service string) string {
	if first, _ := utf8.DecodeRuneInString(service); strings.ContainsRune("AÀÂEÉÈÊIÎOÔUYŒ", unicode.ToUpper(first)) {
		return "d'" + service
	}
	return "de " + service
}

// wordsOf are in French, and in English for everybody else.
func wordsOf(language string) words {
	if base, _, _ := strings.Cut(language, "-"); base == "fr" {
		return words{lang: "fr", from: "Message", dossier: "Numéro de dossier : %s", phone: "Téléphone : %s", online: "Nous écrire :",
			given:  "Vous recevez ce message car vous avez donné cette adresse à %s.",
			nobody: "Ne répondez pas à ce message : personne ne lit les réponses.",
			said:   "Vous recevez ce message car cette adresse a été donnée à %s."}
	}
	return words{lang: "en", from: "Message from", dossier: "File number: %s", phone: "Telephone: %s", online: "Write to us:",
		given:  "You receive this message because you gave this address to %s.",
		nobody: "Please do not reply to this message: nobody reads the answers.",
		said:   "You receive this message because this address was given to %s."}
}

func (w words) title(service string) string {
	if w.lang == "fr" {
		service = of(service)
	}
	return w.from + " " + service
}

// compose makes the message: its words once as text and once as a page, and the date of a call as a
// calendar reads it.
func (c *Channel) compose(ctx context.Context, d bot.Delivery, to string, letter bot.Write) (*gomail.Msg, error) {
	language := c.language(ctx, d.Conversation)
	p := c.fill(letter, language)
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	from := c.from
	m.FromMailAddress(&from)
	m.ToMailAddress(&netmail.Address{Address: to})
	if c.reply != nil {
		m.ReplyToMailAddress(c.reply)
	}
	m.Subject(p.Title)
	m.SetDateWithValue(c.Now())
	m.SetMessageIDWithValue(c.messageID(d.ID))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Content-Language", language)
	m.SetBodyString(gomail.TypeTextPlain, p.text())
	var html strings.Builder
	if err := c.page.Execute(&html, p); err != nil {
		return nil, fmt.Errorf("fill a letter: %T", err) // it may quote what people said
	}
	m.AddAlternativeString(gomail.TypeTextHTML, html.String())
	if letter.Kind == Appointment && !letter.At.IsZero() {
		err := m.AttachReader("appel.ics", strings.NewReader(c.calendar(d, letter, language)),
			gomail.WithFileContentType("text/calendar; charset=utf-8; method=PUBLISH"))
		if err != nil {
			return nil, fmt.Errorf("attach the date: %w", err)
		}
	}
	return m, nil
}

var plainLanguage = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

func (c *Channel) language(ctx context.Context, id bot.ConversationID) string {
	if c.Language == nil {
		return "fr"
	}
	if language := c.Language(ctx, id); plainLanguage.MatchString(language) {
		return language
	}
	return "fr"
}

// A page is what a letter is made of: Title is its subject and heading.
type page struct {
	Lang, Dir, Title string
	Words            []paragraph
	Foot             []paragraph
	FootLang         string
}

type (
	paragraph []line
	line      []span
	// A span is a stretch of text; with URL it is a link, which shows where it leads.
	span struct {
		Text string
		URL  template.URL
	}
)

func (c *Channel) fill(letter bot.Write, language string) page {
	w := wordsOf(language)
	p := page{Lang: language, Dir: direction(language), FootLang: w.lang, Title: w.title(c.Service)}
	p.Words = paragraphs(clean(letter.Text))
	var foot []string
	if letter.Kind != Code && letter.Dossier != "" && !strings.Contains(letter.Text, letter.Dossier) {
		foot = append(foot, fmt.Sprintf(w.dossier, letter.Dossier))
	}
	var ways []string
	if c.PhoneLine != "" {
		ways = append(ways, fmt.Sprintf(w.phone, c.PhoneLine))
	}
	if c.PublicURL != "" {
		ways = append(ways, w.online+" "+c.PublicURL)
	}
	why := w.given
	if letter.Kind == Code {
		why = w.said
	}
	foot = append(foot, strings.Join(ways, "\n"), fmt.Sprintf(why, c.Service))
	if c.reply == nil {
		foot[len(foot)-1] += "\n" + w.nobody
	}
	p.Foot = paragraphs(clean(strings.Join(foot, "\n\n")))
	return p
}

// bound keeps together what French sets a space between, in the page: no line begins with a colon.
var bound = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", "« ", "«\u00a0", " »", "\u00a0»")

func direction(language string) string {
	switch language, _, _ = strings.Cut(language, "-"); language {
	case "ar", "fa", "he", "ps", "ur":
		return "rtl"
	}
	return "ltr"
}

// text is the letter for readers of plain text.
func (p page) text() string {
	var b strings.Builder
	for _, part := range append(p.Words, p.Foot...) {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		for i, l := range part {
			if i > 0 {
				b.WriteByte('\n')
			}
			for _, s := range l {
				b.WriteString(s.Text)
			}
		}
	}
	b.WriteByte('\n')
	return strings.ReplaceAll(b.String(), "\n", "\r\n")
}

// clean keeps what can be read: no control signs, and one kind of line end.
func clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

// paragraphs are what stands between empty lines.
func paragraphs(text string) []paragraph {
	var all []paragraph
	var part paragraph
	for l := range strings.SplitSeq(text+"\n", "\n") {
		if strings.TrimSpace(l) != "" {
			part = append(part, spans(strings.TrimRightFunc(l, unicode.IsSpace)))
		} else if len(part) > 0 {
			all, part = append(all, part), nil
		}
	}
	return all
}

var address = regexp.MustCompile(`https?://[^\s<>"«»]+`)

// spans finds the addresses of pages in a line. A sign that ends a sentence is not part of one.
func spans(text string) line {
	var l line
	done := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		link := strings.TrimRight(text[at[0]:at[1]], ".,;:!?)…'’")
		if u, err := url.Parse(link); err != nil || u.Host == "" || u.User != nil {
			continue
		}
		if at[0] > done {
			l = append(l, span{Text: text[done:at[0]]})
		}
		l = append(l, span{Text: link, URL: template.URL(link)})
		done = at[0] + len(link)
	}
	if done < len(text) {
		l = append(l, span{Text: text[done:]})
	}
	return l
}
