package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// cellar has the sound of one message, and keeps who heard it.
type cellar struct {
	purged, deaf bool
	heard        []string
}

func (c *cellar) PutBlob(context.Context, bot.ConversationID, string, []byte, time.Duration) (time.Time, error) {
	return time.Time{}, bot.ErrUnavailable
}

func (c *cellar) Blob(_ context.Context, id bot.ConversationID, name string) ([]byte, error) {
	if c.purged || id != "c-a" || name != "m1" {
		return nil, bot.ErrNotFound
	}
	return []byte("RIFF"), nil
}

func (c *cellar) Audit(_ context.Context, deed bot.Deed, who string, id bot.ConversationID) error {
	if c.deaf {
		return bot.ErrUnavailable
	}
	c.heard = append(c.heard, fmt.Sprint(deed, " ", who, " ", id))
	return nil
}

func (c *cellar) Audited(context.Context, func(bot.AuditLine) error) error { return nil }

// A recorded message is heard by the owner of the case and by a lead of its structure, by nobody else, and
// not without a line in the audit.
func TestARecordedMessageIsHeardByTheOwnerAndTheirLead(t *testing.T) {
	store := &cases{card: card("a", func(c *bot.Card) { c.Owner, c.Life = "camille", bot.Live })}
	sounds := &cellar{}
	board := &desk.Board{Cases: store, Blobs: sounds, Audits: sounds, Recorded: func(bot.Session) (bot.Attachment, bool) {
		return bot.Attachment{ID: "m1", Kind: "audio/wav", Length: 42 * time.Second}, true
	}}
	who := func(id bot.CounsellorID, structure bot.StructureID, role bot.Role) bot.Counsellor {
		return bot.Counsellor{ID: id, Structures: []bot.StructureID{structure}, Roles: []bot.Role{role}}
	}
	owner := who("camille", "lead", bot.RoleCounsellor)
	for name, c := range map[string]struct {
		by    bot.Counsellor
		hears bool
	}{
		"owner":          {owner, true},
		"lead":           {who("dominique", "lead", bot.RoleLead), true},
		"colleague":      {who("sacha", "lead", bot.RoleCounsellor), false},
		"lead elsewhere": {who("yann", "vannes", bot.RoleLead), false},
		"supervisor":     {who("plume", "lead", bot.RoleSupervisor), false},
	} {
		sounds.heard = nil
		_, sound, err := board.Message(t.Context(), c.by, "c-a", false)
		if hears := err == nil && string(sound) == "RIFF"; hears != c.hears || !c.hears && !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s: %q, %v", name, sound, err)
		}
		if line := fmt.Sprint("message_heard ", c.by.ID, " c-a"); slices.Contains(sounds.heard, line) != c.hears {
			t.Errorf("%s: the audit has %q", name, sounds.heard)
		}
	}
	sounds.heard = nil
	if _, _, err := board.Message(t.Context(), owner, "c-a", true); err != nil || len(sounds.heard) > 0 {
		t.Errorf("the rest of what is being heard: %v, %q", err, sounds.heard)
	}
	sounds.deaf = true
	if _, sound, err := board.Message(t.Context(), owner, "c-a", false); !errors.Is(err, bot.ErrUnavailable) || sound != nil {
		t.Errorf("without an audit %q is heard, %v", sound, err)
	}
	sounds.purged = true
	if _, _, err := board.Message(t.Context(), owner, "c-a", false); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what was purged: %v", err)
	}
}

func TestAPartnerWhoWasInvitedReadsAndDoesNotHear(t *testing.T) {
	guest := bot.Counsellor{ID: "yann", Structures: []bot.StructureID{"vannes"}, Roles: []bot.Role{bot.RoleLead}}
	c := card("a", func(c *bot.Card) { c.Owner, c.Life, c.Beside = "camille", bot.Live, "vannes" })
	if err := desk.May(guest, c, desk.Read); err != nil {
		t.Fatalf("the guest does not even read: %v", err)
	}
	if desk.Hears(guest, c) {
		t.Error("a guest hears the person's voice")
	}
}

func TestTheBriefNamesARecordedMessage(t *testing.T) {
	zone := time.FixedZone("", 3600)
	brief := bot.Brief{Dossier: "a", Message: &bot.Recording{Seconds: 102, Until: time.Date(2026, 12, 8, 20, 0, 0, 0, time.UTC)}}
	want := desk.Line{Label: "Message vocal", Value: "1\u00a0min\u00a042\u00a0s, gardé jusqu'au mardi 8 décembre 2026"}
	if lines := desk.Lines(brief, zone); !slices.Contains(lines, want) {
		t.Errorf("%q lack %q", lines, want)
	}
}
