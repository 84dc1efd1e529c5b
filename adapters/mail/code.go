package mail

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// codes remembers the resume codes of letters that have not gone yet, by delivery.
type codes struct {
	mu     sync.Mutex
	issued map[string]issued
}

type issued struct {
	code  string
	until time.Time
}

// mostIssued bounds them. When there are more, all are forgotten: a letter may then have a second code.
const mostIssued = 1000

func (c *codes) find(delivery string) (issued, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, there := c.issued[delivery]
	return i, there
}

func (c *codes) keep(delivery string, i issued) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.issued == nil || len(c.issued) >= mostIssued {
		c.issued = make(map[string]issued)
	}
	c.issued[delivery] = i
}

func (c *codes) forget(delivery string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.issued, delivery)
}

// withCode puts a resume code where the letter has a place for one.
func (c *Channel) withCode(ctx context.Context, d bot.Delivery, letter bot.Write) (bot.Write, error) {
	if letter.Kind != Recap && letter.Kind != Answer || !strings.Contains(letter.Text, "{code}") {
		return letter, nil
	}
	i, there := c.codes.find(d.ID)
	if !there {
		var err error
		if i.code, i.until, err = c.Codes.Issue(ctx, d.Conversation); err != nil {
			return letter, fmt.Errorf("mail: a code for a letter: %w", err)
		}
		c.codes.keep(d.ID, i)
	}
	letter.Text = strings.NewReplacer("{code}", grouped(i.code), "{until}", c.day(ctx, d.Conversation, i.until)).Replace(letter.Text)
	return letter, nil
}

// grouped is a code as it is read out: 482 913 5570. Its spaces do not break.
func grouped(code string) string {
	if len(code) != 10 {
		return code
	}
	return code[:3] + "\u00a0" + code[3:6] + "\u00a0" + code[6:]
}

func (c *Channel) day(ctx context.Context, id bot.ConversationID, t time.Time) string {
	if wordsOf(c.language(ctx, id)).lang == "fr" {
		return desk.Date(t, c.Zone)
	}
	return t.In(c.Zone).Format("Monday 2 January 2006")
}
