package mail

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"frontdesk/bot"
)

// buckets are a Limiter whose tokens never come back.
type buckets struct {
	taken map[string]int
	away  bool
}

func (b *buckets) Allow(_ context.Context, kind, name string, _ float64, burst int) (bool, error) {
	if b.away {
		return false, bot.ErrUnavailable
	}
	b.taken[kind+" "+name]++
	return b.taken[kind+" "+name] <= burst, nil
}

// Somebody could have a stranger's mailbox filled by the service, in its name.
func TestAStrangersMailboxIsNotFilledWithCodes(t *testing.T) {
	p := open(t, office{ways: []string{"PLAIN"}})
	limits := &buckets{taken: map[string]int{}}
	w := p.plain(func(c *Config) { c.Limiter = limits })
	seq := int64(0)
	code := func(talk int, to string, attempt int) error {
		seq++
		d := letter(seq, to, bot.Write{Kind: Code, Text: "Votre code : 482913"})
		d.Conversation, d.Attempt = bot.ConversationID(fmt.Sprintf("c%d", talk)), attempt
		_, err := w.send(d)
		return err
	}
	refused := 0
	for n := range 20 { // from twenty conversations, however the address is written
		to := []string{somebody, "Lea.Test@example.org", "lea.test+1@example.org"}[n%3]
		if err := code(n, to, 1); errors.Is(err, bot.ErrUndeliverable) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got := len(p.letters()); got != boxBurst || refused != 20-boxBurst {
		t.Errorf("one mailbox got %d codes, %d were refused", got, refused)
	}
	if err := code(1, somebody, 2); err != nil {
		t.Errorf("a letter that was let through is counted again: %v", err)
	}
	for n := range 20 { // from one conversation, to twenty strangers
		_ = code(99, fmt.Sprintf("s%d@example.org", n), 1)
	}
	if got := len(p.letters()); got != boxBurst+1+talkBurst {
		t.Errorf("one conversation had %d codes sent", got-boxBurst-1)
	}
	if _, err := w.send(letter(1000, somebody, bot.Write{Kind: Recap, Text: "Votre demande."})); err != nil {
		t.Errorf("an address that was confirmed gets no recap: %v", err)
	}
	limits.away = true
	if err := code(200, "x@example.org", 1); err == nil || errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("while nobody can count: %v", err)
	}
}
