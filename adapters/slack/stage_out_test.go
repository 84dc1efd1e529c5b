package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/desk"
)

type roomLease struct{ *bottest.Refs }

func (l roomLease) Acquire(ctx context.Context, name, holder string, _ time.Duration) (bool, error) {
	return strings.HasPrefix(name, "slack-room/") && l.SetRef(ctx, "lease", name, "", holder, 0) == nil, nil
}

func (l roomLease) Yield(ctx context.Context, name, _ string) error {
	return l.DropRef(ctx, "lease", name)
}

// staffList is a list of people.
type staffList []bot.Counsellor

func (s staffList) All(context.Context) ([]bot.Counsellor, error) { return s, nil }
func (s staffList) ByLogin(context.Context, string) (bot.Counsellor, error) {
	return bot.Counsellor{}, bot.ErrNotFound
}
func (s staffList) Counsellor(_ context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	for _, c := range s {
		if c.ID == id {
			return c, nil
		}
	}
	return bot.Counsellor{}, bot.ErrNotFound
}

// boardOf answers what it was given.
type boardOf struct {
	brief bot.Brief
	card  bot.Card
	log   []bot.Entry
}

func (b boardOf) Waiting(context.Context, bot.Counsellor) ([]bot.Card, error) { return nil, nil }
func (b boardOf) Words(_ context.Context, _ bot.Counsellor, _ bot.ConversationID, seq int64) ([]bot.Entry, error) {
	return slices.DeleteFunc(slices.Clone(b.log), func(e bot.Entry) bool { return e.Seq <= seq }), nil
}
func (b boardOf) Brief(_ context.Context, _ bot.Counsellor, id bot.ConversationID) (bot.Brief, bot.Card, error) {
	if b.card.Conversation != id {
		return bot.Brief{}, bot.Card{}, bot.ErrNotFound
	}
	return b.brief, b.card, nil
}

// The people and the case of these tests.
const (
	anna  = "U0ANNA"
	bilal = "U0BILAL"
	chloe = "U0CHLOE"

	caseID = bot.ConversationID("c1")
	queue  = bot.QueueName("accueil-regional/35")
)

var monday = time.Date(2026, 11, 30, 9, 42, 0, 0, time.UTC) // 10 h 42 in Rennes

// A stage is a workspace, and a desk that works there.
type stage struct {
	*testing.T
	w     *slackfake.Workspace
	d     *Desk
	refs  *bottest.Refs
	log   *bottest.Log
	base  string
	board *boardOf
	seq   int64

	mu     sync.Mutex
	alerts []string
	now    time.Time
}

func newStage(t *testing.T, words Words) *stage {
	t.Helper()
	s := &stage{T: t, refs: &bottest.Refs{}, log: &bottest.Log{}, now: time.Now(), board: &boardOf{}}
	s.w = slackfake.New(slackfake.Options{NoLimits: true, Allowed: []string{"https://desk.example/"}})
	s.base = s.w.Start()
	t.Cleanup(s.w.Close)
	s.w.AddUser(anna, "Anna Le Goff")
	s.w.AddUser(bilal, "Bilal Haddad")
	s.w.AddUser(chloe, "Chloé Riou")
	s.d = s.desk(words)
	t.Cleanup(func() {
		for _, m := range s.w.Markups() {
			t.Errorf("live markup in Slack: %s", m.What)
		}
	})
	return s
}

// desk is one replica.
func (s *stage) desk(words Words) *Desk {
	s.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		s.Fatal(err)
	}
	d, err := New(Config{
		BotToken: s.w.BotToken, SigningSecret: s.w.SigningSecret, APIURL: s.base + "/api/", Words: words, DeskURL: "https://desk.example/cases/",
		Refs: s.refs, Board: s.board, Lease: roomLease{s.refs}, Zone: zone, HTTP: &http.Client{Timeout: 2 * time.Second},
		Staff: staffList{
			{ID: "anna", Name: "Anna", Structures: []bot.StructureID{"accueil-regional"}, Slack: anna},
			{ID: "bilal", Name: "Bilal", Structures: []bot.StructureID{"accueil-regional"}, Slack: bilal},
			{ID: "chloe", Name: "Chloé", Structures: []bot.StructureID{"ml-rennes"}, Slack: chloe},
			{ID: "dan", Name: "Dan", Structures: []bot.StructureID{"accueil-regional"}},
		},
		Procedure: func(bot.Card) []desk.Measure {
			return []desk.Measure{{ID: "secours", Text: "Vie en danger : appelez les secours.", Number: "112", Tel: "112"}, {ID: "suite", Text: "Fixez le prochain contact."}}
		},
		Structures: func() []Structure {
			return []Structure{{ID: "accueil-regional", Name: "Accueil régional", Lead: true}, {ID: "ml-rennes", Name: "Mission locale de Rennes"}}
		},
		Label: func(role, code string) string {
			return map[string]string{"need:formation": "Trouver une formation", "public:16-25": "Jeune de 16 à 25 ans", "territory:35": "Ille-et-Vilaine", "adaptation:ecrit": "échanger par écrit"}[role+":"+code]
		},
		Alert: func(_ context.Context, what string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.alerts = append(s.alerts, what)
		},
		Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Now: func() time.Time {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.now
		},
	})
	if err != nil {
		s.Fatal(err)
	}
	return d
}

func (s *stage) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *stage) alarmed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.alerts)
}

// waiting is a card that nobody has taken.
func waiting() bot.Card {
	return bot.Card{Conversation: caseID, Dossier: "OR-7F3K-9Q2M-4", Life: bot.Waiting, Mode: bot.Direct, Queue: queue, Structure: "accueil-regional",
		Territory: "35", Need: "formation", Public: "16-25", Language: "fr", Channel: "telegram", Since: monday, Due: monday.Add(5 * time.Minute)}
}

func taken() bot.Card {
	c := waiting()
	c.Life, c.Owner, c.OwnerName = bot.Live, "anna", "Anna"
	return c
}

func theBrief() bot.Brief {
	return bot.Brief{Dossier: "OR-7F3K-9Q2M-4", Channel: "telegram", Language: "fr", Territory: "Ille-et-Vilaine", Handed: monday, Identified: true,
		Answers: []bot.BriefLine{{Name: "besoin", As: "need", Label: "Besoin", Value: "Trouver une formation"}, {Name: "prenom", Label: "Prénom", Value: "Maël-le-Secret"},
			{Name: "telephone", Label: "Téléphone", Value: "06 11 22 33 44"}}}
}

// to is a delivery to a leg of the case, the next of its log.
func (s *stage) to(leg bot.Leg, e bot.Effect) bot.Delivery {
	s.seq++
	return bot.Delivery{ID: fmt.Sprintf("%s/%d/%s", caseID, s.seq, leg.ID), Conversation: caseID, Leg: leg, Attempt: 1,
		Entry: bot.Entry{Seq: s.seq, Cause: fmt.Sprintf("in%d", s.seq), At: monday, To: leg.For, Effect: e}}
}

func theDesk() bot.Leg { return bot.Leg{ID: "slack", Channel: Channel, For: bot.ToDesk, Push: true} }

func theOwner() bot.Leg { return leg(bot.Counsellor{ID: "anna", Slack: anna}) }

// give delivers at once and wants it to succeed.
func (s *stage) give(v bot.Delivery) {
	s.Helper()
	if _, err := s.d.Deliver(s.Context(), v); err != nil {
		s.Fatalf("%s: %v", bot.Name(v.Entry.Effect), err)
	}
}

// carry does what the relay does, until the delivery is there: it looks before it repeats what is
// ambiguous, and waits for nothing. It returns how often it tried.
func (s *stage) carry(v bot.Delivery) int {
	s.Helper()
	v.Entry.At = time.Now() // Slack stamps by its own clock
	for try := 1; try <= 6; try++ {
		v.Attempt = try
		if v.Ambiguous {
			if _, there, err := s.d.Find(s.Context(), v); err != nil {
				continue
			} else if there {
				return try
			}
		}
		_, err := s.d.Deliver(s.Context(), v)
		if err == nil {
			return try
		}
		if errors.Is(err, bot.ErrUndeliverable) {
			s.Fatalf("%s: %v", bot.Name(v.Entry.Effect), err)
		}
		v.Ambiguous = v.Ambiguous || errors.Is(err, bot.ErrAmbiguous)
	}
	s.Fatalf("%s: it never arrives", bot.Name(v.Entry.Effect))
	return 0
}

// room is what stands in the channel of a name.
func (s *stage) room(name string) []slackfake.Message {
	s.Helper()
	id := s.w.ChannelID(name)
	if id == "" {
		return nil
	}
	return s.w.Messages(id)
}

// only wants exactly one message in a channel and returns it.
func (s *stage) only(name string) slackfake.Message {
	s.Helper()
	all := s.room(name)
	if len(all) != 1 {
		s.Fatalf("%d messages in #%s, want one: %v", len(all), name, texts(all))
	}
	return all[0]
}

// thread is the thread of the owner's direct messages: the root and its replies.
func (s *stage) thread() []slackfake.Message {
	s.Helper()
	all := s.w.Messages(s.w.DM(anna))
	if len(all) != 1 {
		s.Fatalf("%d roots in the direct messages, want one: %v", len(all), texts(all))
	}
	return append(all[:1:1], s.replies(all[0])...)
}

func (s *stage) replies(m slackfake.Message) []slackfake.Message {
	all := s.w.Thread(m.Channel, m.TS)
	return slices.DeleteFunc(all, func(r slackfake.Message) bool { return r.TS == m.TS })
}

func texts(all []slackfake.Message) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.Text())
	}
	return out
}

// everything is all of ours that anybody can read in Slack.
func (s *stage) everything() []slackfake.Message {
	var all []slackfake.Message
	for _, user := range []string{anna, bilal, chloe} {
		for _, c := range s.w.Channels(user) {
			for _, m := range s.w.Messages(c.ID) {
				all = append(append(all, m), s.replies(m)...)
			}
		}
	}
	return all
}

func (s *stage) wants(got string, parts ...string) {
	s.Helper()
	for _, p := range parts {
		if !strings.Contains(strings.NewReplacer("\u00a0", " ").Replace(got), p) {
			s.Errorf("no %q in:\n%s", p, got)
		}
	}
}

func (s *stage) lacks(got string, parts ...string) {
	s.Helper()
	for _, p := range parts {
		if strings.Contains(strings.NewReplacer("\u00a0", " ").Replace(got), p) {
			s.Errorf("%q in:\n%s", p, got)
		}
	}
}
