package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/publish"
)

func TestABulletinIsToldWithinSecondsAndEndsByItself(t *testing.T) {
	d := newDeployment(t)
	dir, _ := saying(t, "À bientôt.")
	a, b := d.open(dir), d.open("")
	bulletin := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := command(t, "", append(append([]string{"bulletin"}, args...), "--redis-url", d.url, "--key-file", d.key)...)
		if code != want {
			t.Fatalf("bulletin %q: exit %d, want %d\n%s%s", args, code, want, stdout, stderr)
		}
		return stdout + stderr
	}
	told := func(h *openedHouse) []string {
		t.Helper()
		f, err := h.world.Facts(t.Context(), bot.Session{}, bot.Input{At: time.Now(), Event: bot.Arrived{}})
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, b := range f.Bulletins {
			all = append(all, b.Text["fr"])
		}
		return all
	}
	until := time.Now().Add(24 * time.Hour).Format(time.RFC3339)
	if text := bulletin(2, "Sans fin."); !strings.Contains(text, "--until") {
		t.Errorf("without an end: %s", text)
	}
	if text := bulletin(1, "Pour personne.", "--until", until, "--queue", "nulle-part"); !strings.Contains(text, "nulle-part") {
		t.Errorf("for a queue that is not there: %s", text)
	}
	bulletin(0, "La plateforme est en panne.", "--until", until, "--by", "claire")
	bulletin(0, "Demain, tout ira mieux.", "--from", time.Now().Add(time.Hour).Format(time.RFC3339), "--until", until)
	for _, h := range []*openedHouse{a, b} {
		soon(t, "the bulletin", func() bool { return slices.Equal(told(h), []string{"La plateforme est en panne."}) })
	}
	person := &browser{t: t, base: a.base}
	person.open()
	person.until("La plateforme est en panne.")

	list := bulletin(0)
	if !strings.Contains(list, "en cours") || !strings.Contains(list, "à venir") {
		t.Errorf("list:\n%s", list)
	}
	id, _, _ := strings.Cut(list, " ")
	bulletin(0, "--end", id)
	bulletin(1, "--end", id)
	soon(t, "its end", func() bool { return len(told(a)) == 0 })

	short := bot.Bulletin{Text: map[string]string{"fr": "Deux secondes."}, Until: time.Now().Add(2 * time.Second)}
	if _, err := a.press.PutUp(t.Context(), short, "fr", publish.Order{Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	soon(t, "its end by itself", func() bool { return len(told(a)) == 0 })

	var deeds []string
	for _, deed := range deedsOf(t, a.store)[1:] {
		deeds = append(deeds, strings.TrimSpace(deed))
	}
	if want := []string{"claire bulletin", "opérateur bulletin", "opérateur bulletin_ended", "claire bulletin"}; !slices.Equal(deeds, want) {
		t.Errorf("journal %q, want %q", deeds, want)
	}
}

// One answer to all who wait reaches them by whatever replica, once, and leaves them their place.
func TestWhoWaitsIsGivenOneAnswer(t *testing.T) {
	d := newDeployment(t)
	dir, _ := saying(t, "À bientôt.")
	a, b := d.open(dir), d.open("")
	person := &browser{t: t, base: a.base}
	person.open()
	person.say("humain")
	person.until("Je vous passe")
	var before []bot.Card
	soon(t, "somebody waits", func() bool {
		before, _ = b.store.Cards(t.Context())
		return len(before) == 1 && before[0].Waits()
	})
	c := publish.Circular{Text: map[string]string{"fr": "Les résultats arrivent à 19 h."}, Group: publish.Group{Queue: before[0].Structure}}
	if err := b.press.Circulate(t.Context(), c, "fr", "à tous", 1, publish.Order{Who: "claire", Reason: "résultats"}); err != nil {
		t.Fatal(err)
	}
	person.until("Les résultats arrivent à 19 h.")
	person.say("merci")
	person.until("C'est noté.")
	entries, err := a.store.Log(t.Context(), before[0].Conversation, 0, 500)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, e := range entries {
		if say, is := e.Effect.(bot.Say); is && strings.Contains(say.Text, "Les résultats arrivent") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	after, err := a.store.Cards(t.Context())
	if err != nil || len(after) != 1 || !after[0].Waits() || !after[0].Since.Equal(before[0].Since) {
		t.Errorf("the case was %+v and is %+v, %v", before, after, err)
	}
}
