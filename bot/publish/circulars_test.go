package publish_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/publish"
)

// A hall is who waits, and what each was told.
type hall struct {
	cards []bot.Card
	told  map[bot.ConversationID][]string // by input
	deaf  bot.ConversationID              // whose inbox is full
}

func (h *hall) cases(context.Context) ([]bot.Card, error) { return h.cards, nil }

func (h *hall) take(_ context.Context, in bot.Input) error {
	if in.Conversation == h.deaf {
		return bot.ErrTooMany
	}
	if !slices.Contains(h.told[in.Conversation], in.ID) { // as a conversation does
		h.told[in.Conversation] = append(h.told[in.Conversation], in.ID)
	}
	return nil
}

func newHall() *hall {
	waits := func(id string, change func(*bot.Card)) bot.Card {
		c := bot.Card{Conversation: bot.ConversationID(id), Life: bot.Waiting, Structure: "accueil", Need: "parcoursup", Since: time.Now().Add(-time.Minute)}
		change(&c)
		return c
	}
	return &hall{told: map[bot.ConversationID][]string{}, cards: []bot.Card{
		waits("a", func(*bot.Card) {}), waits("b", func(*bot.Card) {}),
		waits("elsewhere", func(c *bot.Card) { c.Structure = "cio" }),
		waits("other need", func(c *bot.Card) { c.Need = "vae" }),
		waits("taken", func(c *bot.Card) { c.Owner = "camille" }),
		waits("in danger", func(c *bot.Card) { c.Urgent = true }),
		waits("of a lead", func(c *bot.Card) { c.LeadOnly = true }),
		waits("promised", func(c *bot.Card) { c.Life = bot.Promised }),
		waits("later", func(c *bot.Card) { c.Since = time.Now().Add(time.Hour) }),
	}}
}

func TestAGroupWhoWaitsIsToldOnceAndNobodyElse(t *testing.T) {
	s, h := newSite(t), newHall()
	order := publish.Order{Who: "claire", Reason: "résultats"}
	fr := func(text string) publish.Circular {
		return publish.Circular{Text: map[string]string{"fr": text}, Group: publish.Group{Queue: "accueil", Need: "parcoursup"}}
	}
	for name, c := range map[string]publish.Circular{"no words": fr(" "), "a long text": fr(strings.Repeat("é", 301)), "only a translation": {Text: map[string]string{"en": "At 7."}}} {
		if err := s.Circulate(t.Context(), c, "fr", "à tous", 2, order); err == nil {
			t.Errorf("%s is told", name)
		}
	}
	if err := s.Circulate(t.Context(), fr("À 19 h."), "fr", "aux personnes qui attendent", 2, order); err != nil {
		t.Fatal(err)
	}
	h.deaf = "a"
	if err := s.Deliver(t.Context(), h.cases, h.take); !errors.Is(err, bot.ErrTooMany) {
		t.Errorf("somebody could not be told: %v", err)
	}
	if len(h.told["b"]) != 1 {
		t.Error("who cannot be told holds up the others")
	}
	h.deaf = ""
	for range 3 { // the same replica again, or others
		if err := s.Deliver(t.Context(), h.cases, h.take); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.told) != 2 || len(h.told["a"]) != 1 || len(h.told["b"]) != 1 {
		t.Errorf("told: %v", h.told)
	}
	if err := s.Circulate(t.Context(), publish.Circular{Text: map[string]string{"fr": "Demain."}, Group: publish.Group{Promised: true}}, "fr", "à tous", 5, order); err != nil {
		t.Fatal(err)
	}
	if err := s.Deliver(t.Context(), h.cases, h.take); err != nil {
		t.Fatal(err)
	}
	if len(h.told) != 5 || len(h.told["promised"]) != 1 || len(h.told["a"]) != 2 {
		t.Errorf("everybody who waits, and who has a promise: %v", h.told)
	}
	if lines := deeds(t, s); !slices.Equal(lines, []string{"claire circular « À 19 h. », aux personnes qui attendent (moins de dix personnes)", "claire circular « Demain. », à tous (moins de dix personnes)"}) {
		t.Errorf("journal %q", lines)
	}
}

// A form that is sent twice is one answer, told or not yet told.
func TestAnAnswerThatIsSentAgainIsTheSame(t *testing.T) {
	s, h := newSite(t), newHall()
	send := func(text string) {
		t.Helper()
		if err := s.Circulate(t.Context(), publish.Circular{ID: "a form", Text: map[string]string{"fr": text}}, "fr", "à tous", 4, publish.Order{Who: "claire"}); err != nil {
			t.Fatal(err)
		}
	}
	tasks := 0
	take := func(ctx context.Context, in bot.Input) error { tasks++; return h.take(ctx, in) }
	deliver := func() {
		t.Helper()
		if err := s.Deliver(t.Context(), h.cases, take); err != nil {
			t.Fatal(err)
		}
	}
	send("À 19 h.")
	send("À 19 h.")
	deliver()
	was := tasks
	send("À 19 h.")
	deliver()
	s.ahead = 20 * time.Hour
	send("À 19 h.")
	deliver()
	if lines := deeds(t, s); was != 4 || tasks != was || len(h.told["a"]) != 1 || len(lines) != 1 {
		t.Errorf("%d, then %d told, journal %q", was, tasks, lines)
	}
	s.ahead = 48 * time.Hour // nobody sends a form again so late
	if err := s.Circulate(t.Context(), publish.Circular{Text: map[string]string{"fr": "Demain."}}, "fr", "à tous", 4, publish.Order{Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	text, err := s.store.Ref(t.Context(), "circular", "all")
	if err != nil || strings.Contains(text, "a form") {
		t.Errorf("what was told long ago is kept: %s, %v", text, err)
	}
}

// What could not be told within an hour is told to nobody, and stands in the journal.
func TestAnAnswerThatIsTooOldIsToldToNobody(t *testing.T) {
	s, h := newSite(t), newHall()
	if err := s.Circulate(t.Context(), publish.Circular{Text: map[string]string{"fr": "À 19 h."}}, "fr", "à tous", 44, publish.Order{Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	s.ahead = 2 * time.Hour
	for range 2 {
		if err := s.Deliver(t.Context(), h.cases, h.take); err != nil {
			t.Fatal(err)
		}
	}
	if lines := deeds(t, s); len(h.told) != 0 || len(lines) != 2 || lines[1] != "service circular_failed « À 19 h. », à tous (environ 40 personnes)" {
		t.Errorf("told %v, journal %q", h.told, lines)
	}
}

// deeds are the lines of the journal: who, what, and what about.
func deeds(t *testing.T, s *site) []string {
	t.Helper()
	var all []string
	if err := s.Journal.Journal(t.Context(), func(l bot.JournalLine) error {
		all = append(all, l.Who+" "+l.Deed+" "+l.What)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}
