package redis

import (
	"context"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// An audit line is stored as "<hash of the conversation> <deed> <who>". What danger was heard is kept
// for statistics of safety, not of people: its line has "-" for the conversation.
const nobody = "-"

func (s *Store) auditLine(deed bot.Deed, who string, id bot.ConversationID) string {
	conversation := nobody
	if id != "" && !strings.HasPrefix(string(deed), string(bot.DeedDanger)) {
		conversation = s.AuditMark(id)
	}
	return conversation + " " + string(deed) + " " + who
}

// AuditMark is what stands for a conversation in the audit.
func (s *Store) AuditMark(id bot.ConversationID) string { return s.ring.hash("audit", string(id)) }

// who did what a turn's input says.
func who(e bot.Event) string {
	switch e.(type) {
	case bot.EraseAsked:
		return bot.ByOperator
	case bot.Rang, bot.Undelivered, bot.Unplayed:
		return bot.ByService
	}
	if by := bot.By(e); by != "" {
		return string(by)
	}
	return bot.ByPerson
}

// Audit keeps a deed that is no turn. Should the answer be lost the line may be there twice.
func (s *Store) Audit(ctx context.Context, deed bot.Deed, who string, id bot.ConversationID) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	err := s.rdb.XAdd(ctx, &goredis.XAddArgs{
		Stream: s.keys.audit(s.keys.shard(id)), Values: []string{"a", s.auditLine(deed, who, id)},
	}).Err()
	if err != nil {
		return failed("keep an audit line", err)
	}
	return nil
}

// Audited reads the lines of all shards, oldest first, until each returns an error.
func (s *Store) Audited(ctx context.Context, each func(bot.AuditLine) error) error {
	return s.merged(ctx, s.keys.audit, func(m *goredis.XMessage) error {
		line, _ := m.Values["a"].(string)
		conversation, rest, _ := strings.Cut(line, " ")
		deed, who, is := strings.Cut(rest, " ")
		if !is {
			return fmt.Errorf("audit line %s cannot be read", m.ID)
		}
		if conversation == nobody {
			conversation = ""
		}
		return each(bot.AuditLine{At: madeAt(m), Deed: bot.Deed(deed), Who: who, Conversation: conversation})
	})
}
