package publish

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/bot"
	"frontdesk/bot/tally"
)

// Where circulars are kept until everybody has them.
const (
	circularKind  = "circular"
	circularsName = "all"
	circularLife  = time.Hour      // after which nobody is told any more: the service was down that long
	circularKept  = 24 * time.Hour // for which one that was told is known, should its form be sent again
)

// A Group is some of the people who wait for a person. An empty field asks nothing.
type Group struct {
	Queue     bot.StructureID `json:"queue,omitempty"`
	Need      string          `json:"need,omitempty"`   // coded
	Public    string          `json:"public,omitempty"` // coded
	Territory string          `json:"territory,omitempty"`
	Promised  bool            `json:"promised,omitempty"` // also who was promised an answer by a date
}

// Has says whether the person of a case is one of the group: they wait, nobody has taken them, and they are
// in no danger that anybody knows of.
func (g *Group) Has(c *bot.Card) bool {
	return (c.Waits() || g.Promised && c.Life == bot.Promised && c.Owner == "") && !c.Urgent && c.Procedure == "" && !c.LeadOnly &&
		(g.Queue == "" || g.Queue == c.Structure) && (g.Need == "" || g.Need == c.Need) &&
		(g.Public == "" || g.Public == c.Public) && (g.Territory == "" || g.Territory == c.Territory)
}

// A Circular is one answer to a group who waits.
type Circular struct {
	ID    string            `json:"id"`   // of the form that it was written in: sent again, it is the same
	Text  map[string]string `json:"text"` // by language, in the bundle's own at least
	Group Group             `json:"group"`
	At    time.Time         `json:"at"`   // who has begun to wait after that is not told
	What  string            `json:"what"` // for the journal
	Told  bool              `json:"told,omitempty"`
}

// Circulate has a group told, durably: some replica does it within a second, and once for each ID, which is
// given here where there is none. who is how many are told, as far as is known now, and group what the group is
// in words, both for the journal, which says about how many alone. With ErrUnwritten the group is told all the same.
func (p *Press) Circulate(ctx context.Context, c Circular, source, group string, who int, o Order) error {
	text := strings.TrimSpace(c.Text[source])
	if text == "" {
		return errors.New("écrivez la réponse")
	}
	for _, t := range c.Text {
		if utf8.RuneCountInString(t) > longestText {
			return fmt.Errorf("cette réponse est longue ; %d signes au plus", longestText)
		}
	}
	now, err := p.Now(ctx)
	if err != nil {
		return err
	}
	again := false
	c.At, c.ID, c.Told, c.What = now, cmp.Or(c.ID, rand.Text()), false, fmt.Sprintf("« %s », %s (%s)", text, group, about(who))
	err = changeList(ctx, p.Refs, circularKind, circularsName, func(all []Circular) ([]Circular, error) {
		if again = slices.ContainsFunc(all, func(sent Circular) bool { return sent.ID == c.ID }); again {
			return all, nil
		}
		all = slices.DeleteFunc(all, func(old Circular) bool { return old.Told && now.Sub(old.At) >= circularKept })
		return append(all, c), nil
	})
	if err != nil || again {
		return err
	}
	return p.write(ctx, bot.Record{Who: o.Who, Deed: bot.JournalCircular, What: c.What, Reason: o.Reason, Second: o.Second})
}

// about is how many people there are, as it may be shown: the group's words are kept for good, and could point at one.
func about(n int) string {
	if shown := tally.Show(n); shown != tally.Few {
		return fmt.Sprintf("environ %d personnes", shown)
	}
	return "moins de dix personnes"
}

// Deliver tells the groups that are not told yet. Any replica may do so at any time, and again where another
// has stopped half-way: a conversation takes each circular once, by its id.
func (p *Press) Deliver(ctx context.Context, cases func(context.Context) ([]bot.Card, error), take func(context.Context, bot.Input) error) error {
	all, _, err := readList[Circular](ctx, p.Refs, circularKind, circularsName)
	all = slices.DeleteFunc(all, func(c Circular) bool { return c.Told })
	if err != nil || len(all) == 0 {
		return err
	}
	now, err := p.Now(ctx)
	if err != nil {
		return err
	}
	cards, err := cases(ctx)
	if err != nil {
		return err
	}
	var fault error
	var told, late []Circular
	for _, c := range all {
		if now.Sub(c.At) >= circularLife {
			late = append(late, c)
		} else if err := tell(ctx, &c, cards, take); err != nil {
			fault = errors.Join(fault, err) // those who have it are not told again
		} else {
			told = append(told, c)
		}
	}
	if _, err := p.settleCirculars(ctx, told); err != nil {
		return errors.Join(fault, err)
	}
	late, err = p.settleCirculars(ctx, late)
	for _, c := range late {
		p.Log.Error("an answer to people who wait was not told in time", "circular", c.ID)
		fault = errors.Join(fault, p.write(ctx, bot.Record{Who: bot.ByService, Deed: bot.JournalUntold, What: c.What}))
	}
	return errors.Join(fault, err)
}

// settleCirculars notes that nobody is to be told any more, and says of which circulars nobody had noted it.
func (p *Press) settleCirculars(ctx context.Context, done []Circular) (mine []Circular, err error) {
	if len(done) == 0 {
		return nil, nil
	}
	err = changeList(ctx, p.Refs, circularKind, circularsName, func(all []Circular) ([]Circular, error) {
		mine = nil
		for i := range all {
			if c := &all[i]; !c.Told && slices.ContainsFunc(done, func(d Circular) bool { return d.ID == c.ID }) {
				c.Told = true
				mine = append(mine, *c)
			}
		}
		return all, nil
	})
	return mine, err
}

// tell tells everybody of a group. Whoever cannot be told now holds up nobody else.
func tell(ctx context.Context, c *Circular, cards []bot.Card, take func(context.Context, bot.Input) error) (fault error) {
	for i := range cards {
		card := &cards[i]
		if !c.Group.Has(card) || card.Since.After(c.At) {
			continue
		}
		in := bot.Input{ID: "circular:" + c.ID, Conversation: card.Conversation, Event: bot.Circulated{Text: c.Text}}
		if err := take(ctx, in); err != nil && !errors.Is(err, bot.ErrNotFound) {
			fault = errors.Join(fault, fmt.Errorf("tell who waits: %w", err))
		}
	}
	return fault
}
