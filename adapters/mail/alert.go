package mail

import (
	"context"
	"crypto/rand"
	"fmt"
	netmail "net/mail"

	gomail "github.com/wneessen/go-mail"

	"frontdesk/bot"
)

// Alert writes to whoever looks after the service, in plain text: what is a sentence that names a fault
// and nobody. Its errors are those of Deliver.
func (c *Channel) Alert(ctx context.Context, to, what string) error {
	address, ok := mailbox(to)
	if !ok {
		return fmt.Errorf("an alert goes to no address: %w", bot.ErrUndeliverable)
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from := c.from
	m.FromMailAddress(&from)
	m.ToMailAddress(&netmail.Address{Address: address})
	m.Subject(c.Service + " : alerte")
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetDateWithValue(c.Now())
	m.SetMessageIDWithValue(c.messageID(rand.Text()))
	m.SetBodyString(gomail.TypeTextPlain, clean(what)+"\n")
	return c.judge(c.transmit(ctx, address, m))
}
