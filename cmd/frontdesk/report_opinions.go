package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
)

// opinions are kept nowhere but in the sealed log of the conversation: they expire with its words and
// are erased with it.
type opinions struct {
	store interface {
		Sessions(ctx context.Context, each func(*bot.Session) error) (unread int, err error)
		Log(ctx context.Context, id bot.ConversationID, seq int64, most int) ([]bot.Entry, error)
	}
	program *engine.Program
	days    span
}

// An opinion is what somebody wrote after « avis : ».
type opinion struct {
	at            time.Time
	channel       bot.ChannelName
	language, say string
}

// write lists them, oldest first, without a word about who wrote them.
func (o *opinions) write(ctx context.Context, out io.Writer) error {
	said := map[bot.ConversationID]string{}
	_, err := o.store.Sessions(ctx, func(s *bot.Session) error {
		if !s.Departed() && o.days.holds(s.Updated) {
			said[s.ID] = s.Language
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look through the conversations: %w", err)
	}
	var all []opinion
	for id, language := range said {
		if err := o.read(ctx, id, language, &all); err != nil {
			return err
		}
	}
	slices.SortFunc(all, func(a, b opinion) int {
		if !a.at.Equal(b.at) {
			return a.at.Compare(b.at)
		}
		return strings.Compare(a.say, b.say)
	})
	rows := [][]string{{"date", "channel", "language", "opinion"}}
	for _, x := range all {
		rows = append(rows, []string{x.at.In(o.days.zone).Format("2006-01-02 15h"), string(x.channel), x.language, x.say})
	}
	return csv.NewWriter(out).WriteAll(rows)
}

// logPage is how many entries are read at once.
const logPage = 200

// read takes the opinions out of one conversation.
func (o *opinions) read(ctx context.Context, id bot.ConversationID, language string, all *[]opinion) error {
	for seq := int64(0); ; {
		entries, err := o.store.Log(ctx, id, seq, logPage)
		if err != nil {
			return fmt.Errorf("read a conversation's words: %w", err)
		}
		for _, e := range entries {
			seq = e.Seq
			if e.Input == nil || !o.days.holds(e.At) {
				continue
			}
			words, is := e.Input.Event.(bot.Said)
			if !is {
				continue
			}
			if say, is := o.program.Opinion(language, string(words.Text)); is {
				*all = append(*all, opinion{e.At, e.Input.Leg.Channel, language, say})
			}
		}
		if len(entries) < logPage {
			return nil
		}
	}
}
