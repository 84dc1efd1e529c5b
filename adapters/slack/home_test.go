package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func (h *house) homeSays(user, part string) {
	h.t.Helper()
	h.until("a home with "+part, func() bool { v, has := h.slack.Home(user); return has && strings.Contains(v.Text(), part) })
}

func TestAHomeShowsWhatSomebodyHasBeforeThem(t *testing.T) {
	h := opened(t, setup{})
	mine := h.waits("OR-MINE-1")
	h.talks(anna, mine)
	h.waits("OR-FREE-2", func(c *bot.Card) { c.Life, c.Due = bot.Promised, h.now.Add(time.Hour) })
	h.waits("OR-FAR-3", func(c *bot.Card) { c.Structure, c.Queue = local, "ml-rennes/35" })
	h.slack.OpenHome(anna)
	h.homeSays(anna, "OR-MINE-1")
	v, _ := h.slack.Home(anna)
	wants(t, "home", v.Text(), "Vous n'êtes pas disponible.", "Dossiers en cours : 1", "accueil-regional/35 : 1 en attente", "Promesses à risque", "OR-FREE-2", "[Prendre la suivante]")
	if strings.Contains(v.Text(), "OR-FAR-3") {
		t.Error("a home shows a case of another structure")
	}
}

func TestAHomeIsDrawnAgainWhenItsCasesChange(t *testing.T) {
	h := opened(t, setup{})
	h.slack.OpenHome(anna)
	h.homeSays(anna, "Aucun dossier n'attend.")
	h.waits("OR-7F3K-2")
	h.desk.changed(region)
	h.homeSays(anna, "1 en attente")
	v, _ := h.slack.Home(anna)
	h.must(h.slack.ClickView(anna, v.ID, actResume))
	h.homeSays(anna, "Vous êtes disponible.")
	v, _ = h.slack.Home(anna)
	h.must(h.slack.ClickView(anna, v.ID, actNext))
	h.homeSays(anna, "Dossiers en cours : 1")
	v, _ = h.slack.Home(anna)
	h.must(h.slack.ClickView(anna, v.ID, actPause))
	h.homeSays(anna, "Dossiers en cours : 0")
	if _, has := h.slack.Home(bilal); has {
		t.Error("a home was drawn that nobody looks at")
	}
}

func TestAHomeIsDrawnRarelyHoweverMuchHappens(t *testing.T) {
	h := opened(t, setup{beats: beats{watch: time.Hour, check: time.Hour, retry: time.Hour, home: time.Second}})
	h.slack.OpenHome(anna)
	h.homeSays(anna, "Aucun dossier n'attend.")
	before := h.slack.Calls("views.publish")
	for range 50 {
		h.desk.changed(region)
		h.desk.touched(anna)
		h.desk.drawHomes(t.Context())
	}
	if drawn := h.slack.Calls("views.publish") - before; drawn > 1 {
		t.Errorf("drawn %d times", drawn)
	}
	h.until("one more", func() bool { return h.slack.Calls("views.publish") == before+1 })
}

func TestAHomeHasNeverMoreBlocksThanSlackTakes(t *testing.T) {
	h := opened(t, setup{})
	for i := range 150 {
		h.waits(fmt.Sprintf("OR-%04d-1", i), func(c *bot.Card) {
			c.Life, c.Due, c.Queue = bot.Promised, h.now.Add(time.Hour), bot.QueueName(fmt.Sprintf("accueil-regional/%02d", i))
			if i%2 == 0 {
				c.Owner = "anna"
			}
		})
	}
	h.slack.OpenHome(anna)
	h.homeSays(anna, "Et 65 de plus.")
}

func TestAHomeOfAStrangerSaysSo(t *testing.T) {
	h := opened(t, setup{})
	h.slack.OpenHome(denis)
	h.homeSays(denis, noStaff)
}
