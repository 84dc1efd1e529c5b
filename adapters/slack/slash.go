package slack

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// commandName is what counsellors type.
const commandName = "/accueil"

// help is what /accueil can do.
const help = `/accueil file : les dossiers qui attendent
/accueil suivante : prendre le dossier suivant
/accueil moi : mes dossiers
/accueil pause 10 : une pause de dix minutes (jusqu'à 15, vous gardez vos conversations)
/accueil pause : vous n'êtes plus disponible, vos conversations reviennent dans la file
/accueil reprise : vous êtes disponible
/accueil cherche OR-7F3K-2 : retrouver un dossier
/accueil qui BESOIN COMMUNE : qui répond à ce besoin, à cet endroit
/accueil aide : cette liste`

const (
	shownCases = 10               // of a list
	shortPause = 15 * time.Minute // in which somebody keeps their conversations
	mostNext   = 4                // cases tried while colleagues are faster
)

// commanded answers a command when Slack has its acknowledgement: each may take longer than that.
func (d *Desk) commanded(c *command) answer {
	to := aside{User: c.User, URL: c.Answer}
	verb, rest, _ := strings.Cut(strings.Join(strings.Fields(plain(c.Text)), " "), " ")
	return later(func(ctx context.Context) {
		switch strings.ToLower(verb) {
		case "file":
			d.list(ctx, to, c.Trigger, false)
		case "moi":
			d.list(ctx, to, c.Trigger, true)
		case "suivante", "suivant":
			d.next(ctx, to, c.Trigger)
		case "pause":
			d.pauseOf(ctx, to, rest, c.Trigger)
		case "reprise":
			d.resume(ctx, to)
		case "cherche":
			d.search(ctx, to, rest, c.Trigger)
		case "qui":
			d.answersWho(ctx, to, rest)
		default:
			d.whisper(ctx, to, help, prose(help))
		}
	})
}

// seen is who asks, and the open cases that they may see, in the order of the list.
func (d *Desk) seen(ctx context.Context, to aside) (bot.Counsellor, []bot.Card, bool) {
	by, err := d.counsellor(ctx, to.User)
	if err != nil {
		d.whisper(ctx, to, d.whyNobody(err))
		return by, nil, false
	}
	cards, err := d.Board.Waiting(ctx, by)
	if err != nil {
		d.whisper(ctx, to, d.why(err))
		return by, nil, false
	}
	return by, cards, true
}

// whyNobody is for who is not of the staff.
func (d *Desk) whyNobody(err error) string {
	if text := d.why(err); text != noCase {
		return text
	}
	return noStaff
}

// list shows the cases that wait, or those of who asks.
func (d *Desk) list(ctx context.Context, to aside, version string, mine bool) {
	by, cards, ok := d.seen(ctx, to)
	if !ok {
		return
	}
	if mine {
		own := owned(cards, by.ID)
		if len(own) == 0 {
			d.whisper(ctx, to, "Vous n'avez pas de dossier en cours.")
			return
		}
		d.whisper(ctx, to, "Vos dossiers", d.rows(ctx, by, own, version)...)
		return
	}
	free := freeOf(cards)
	if len(free) == 0 {
		d.whisper(ctx, to, "Aucun dossier n'attend.")
		return
	}
	blocks := []slack.Block{prose(d.queues(free))}
	d.whisper(ctx, to, "Les dossiers qui attendent", append(blocks, d.rows(ctx, by, free, version)...)...)
}

// queues says for each queue how many wait, since when, and what is late.
func (d *Desk) queues(free []bot.Card) string {
	var lines []string
	for _, name := range desk.Queues(free) {
		lines = append(lines, d.queueLine(name, free))
	}
	return clip(strings.Join(lines, "\n"), maxSection)
}

func (d *Desk) queueLine(name bot.QueueName, free []bot.Card) string {
	count, late := 0, 0
	var oldest time.Time
	for _, card := range free {
		if card.Queue != name {
			continue
		}
		count++
		if oldest.IsZero() || card.Since.Before(oldest) {
			oldest = card.Since
		}
		if desk.Late(card, d.Now()) {
			late++
		}
	}
	line := fmt.Sprintf("%s : %d en attente, la plus ancienne depuis %s", name, count, desk.Ago(oldest, d.Now()))
	if late > 0 {
		line += fmt.Sprintf(". En retard : %d", late)
	}
	return line
}

// rows are the first cases of a list, each with what can be done.
func (d *Desk) rows(ctx context.Context, by bot.Counsellor, list []bot.Card, version string) []slack.Block {
	var blocks []slack.Block
	for _, card := range list[:min(len(list), shownCases)] {
		row := prose(d.caseLine(card))
		if card.Owner == by.ID {
			row.Accessory = d.goOn(ctx, by, card, version)
		} else if desk.Free(card) {
			row.Accessory = slack.NewAccessory(takeButton(card, version, takes(card)))
		}
		blocks = append(blocks, row)
	}
	if more := len(list) - shownCases; more > 0 {
		blocks = append(blocks, prose(fmt.Sprintf("Et %d de plus.", more)))
	}
	return blocks
}

// takes is what the button says by which a case becomes somebody's.
func takes(card bot.Card) string {
	if card.Life == bot.Referred {
		return "Accepter"
	}
	return "Prendre"
}

// goOn leads the owner to where a conversation goes on; where nothing stands yet, it is brought here.
func (d *Desk) goOn(ctx context.Context, by bot.Counsellor, card bot.Card, version string) *slack.Accessory {
	if address := d.toTalk(ctx, by, card); address != "" {
		b := button(actOpen, "Ouvrir", "")
		b.URL = address
		return slack.NewAccessory(b)
	}
	return slack.NewAccessory(button(actHere, "Ouvrir ici", string(card.Conversation)+" "+version))
}

// caseLine is a case in one line: codes, never a name.
func (d *Desk) caseLine(card bot.Card) string {
	first := card.Dossier
	if card.Urgent {
		first = "🚨 " + first
	}
	due := ""
	if !card.Due.IsZero() {
		due = "pour " + desk.When(card.Due, d.Now(), d.Zone)
		if desk.Late(card, d.Now()) {
			due = "en retard : attendu " + desk.When(card.Due, d.Now(), d.Zone)
		}
	}
	return joined(" · ", first, d.label("need", card.Need), d.label("public", card.Public), d.label("territory", card.Territory),
		desk.LifeLabel(card.Life), "depuis "+desk.Ago(card.Since, d.Now()), due)
}

// search finds a case by its number, among those that who asks may see.
func (d *Desk) search(ctx context.Context, to aside, dossier, version string) {
	by, cards, ok := d.seen(ctx, to)
	if !ok {
		return
	}
	for _, card := range cards {
		if bare(dossier) != "" && bare(card.Dossier) == bare(dossier) {
			d.whisper(ctx, to, d.caseLine(card), d.rows(ctx, by, []bot.Card{card}, version)...)
			return
		}
	}
	d.whisper(ctx, to, noCase)
}

// bare is a dossier number without what people leave out or add.
func bare(dossier string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(dossier))
}

func (d *Desk) answersWho(ctx context.Context, to aside, text string) {
	if _, err := d.counsellor(ctx, to.User); err != nil {
		d.whisper(ctx, to, d.whyNobody(err))
		return
	}
	need, place, both := strings.Cut(text, " ")
	if !both {
		d.whisper(ctx, to, "Donnez un besoin et une commune. Exemple : /accueil qui formation 35000")
		return
	}
	found := d.Who(need, place)
	d.whisper(ctx, to, found, prose(clip(found, maxSection)))
}

// owned are the cases of one counsellor.
func owned(cards []bot.Card, by bot.CounsellorID) []bot.Card {
	var own []bot.Card
	for _, card := range cards {
		if card.Owner == by {
			own = append(own, card)
		}
	}
	return own
}

// freeOf are the cases that wait for somebody.
func freeOf(cards []bot.Card) []bot.Card {
	var free []bot.Card
	for _, card := range cards {
		if desk.Free(card) {
			free = append(free, card)
		}
	}
	return free
}

// minutes is how long a pause is to be; 0 where it has no end.
func minutes(text string) time.Duration {
	n, err := strconv.Atoi(strings.TrimRight(text, " minutes"))
	if err != nil || n <= 0 || n > 24*60 {
		return 0
	}
	return time.Duration(n) * time.Minute
}
