package telegram_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/telegram"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

func TestChannel(t *testing.T) {
	w := quietWorld(t, nil)
	bottest.TestChannel(t, w.channel, w.log)
}

func TestChannelOnAPlatformThatIsAway(t *testing.T) {
	w := quietWorld(t, func(c *telegram.Config) {
		c.APIURL = "http://127.0.0.1:1"
		c.WebhookURL = ""
	})
	bottest.TestChannel(t, w.channel, w.log)
	d := w.entry(1, bot.Say{Text: "Bonjour"})
	_, err := w.channel.Deliver(t.Context(), d)
	kindOf(t, err, plainFailure)
}

func TestEveryEffectGoesToAPersonWhoIsThere(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	for i, e := range bottest.Effects() {
		for _, to := range []bot.Audience{bot.ToCitizen, bot.ToOwner, bot.ToDesk, bot.ToActor, bot.ToMail, bot.ToText} {
			d := w.entry(int64(i+1), e)
			d.Entry.To = to
			d.ID += string(to)
			d.Leg.For = to
			if _, err := w.channel.Deliver(t.Context(), d); err != nil {
				t.Errorf("%T to %s: %v", e, to, err)
			}
		}
	}
	for _, c := range w.fake.Calls("") {
		if c.Params["parse_mode"] != "" {
			t.Errorf("%s has a parse mode", c.Method)
		}
		if strings.HasPrefix(c.Method, "sendMessage") && !strings.Contains(c.Params["link_preview_options"], `"is_disabled":true`) {
			t.Errorf("%s shows previews: %v", c.Method, c.Params["link_preview_options"])
		}
	}
}

func TestWhatIsMissingIsSaidAtTheStart(t *testing.T) {
	w := quietWorld(t, nil)
	for want, change := range map[string]func(*telegram.Config){
		"FRONTDESK_TELEGRAM_TOKEN":   func(c *telegram.Config) { c.Token = "AAE-secret-of-the-bot" },
		"FRONTDESK_TELEGRAM_SECRET":  func(c *telegram.Config) { c.WebhookSecret = "" },
		"FRONTDESK_TELEGRAM_WEBHOOK": func(c *telegram.Config) { c.WebhookURL = "accueil" },
		"lease":                      func(c *telegram.Config) { c.WebhookURL, c.Lease = "", nil },
		"door":                       func(c *telegram.Config) { c.Door = nil },
	} {
		config := w.config()
		change(&config)
		_, err := telegram.New(config)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "AAE-secret") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestEveryLanguageHasEverySentence(t *testing.T) {
	all := telegram.Sentences()
	for language, sentences := range all {
		if got, want := slices.Sorted(maps.Keys(sentences)), slices.Sorted(maps.Keys(all["fr"])); !slices.Equal(got, want) {
			t.Errorf("%s has %q, French %q", language, got, want)
		}
		for id, s := range sentences {
			french := all["fr"][id]
			for _, hole := range []string{"{code}", "{until}", "{text}", "{choice}"} {
				if strings.Contains(s, hole) != strings.Contains(french, hole) {
					t.Errorf("%s %s: %s", language, id, hole)
				}
			}
		}
	}
}

func TestARegionSaysItInItsWords(t *testing.T) {
	w := newWorld(t, func(c *telegram.Config) {
		c.Texts = func(language, id string) string {
			if id == "code_wrong" {
				return "Ce code est perdu (" + language + ")."
			}
			return ""
		}
	})
	w.lea.Write("1987654321")
	w.soon("an answer", func() bool { return len(w.shown()) == 1 })
	w.sees("Ce code est perdu (fr).")
}

func TestPaceIsTelegrams(t *testing.T) {
	w := quietWorld(t, func(c *telegram.Config) { c.Speed = 1 })
	leg := w.entry(1, nil).Leg
	p := w.channel.Pace(leg, bot.Say{})
	if p.Rate+float64(p.Burst) > 30 || p.PlaceRate != 1 || p.PlaceBurst > 5 || p.Account != "bot4711" {
		t.Errorf("the pace is %+v", p)
	}
	if strings.Contains(p.Place, "529314877") {
		t.Error("the place says whose it is")
	}
	if quiet := w.channel.Pace(leg, bot.Listen{}); quiet.Rate != 0 || quiet.PlaceRate != 0 {
		t.Errorf("what sends nothing waits: %+v", quiet)
	}
	fast := quietWorld(t, func(c *telegram.Config) { c.Speed = 50 })
	if q := fast.channel.Pace(leg, bot.Say{}); q.Rate != 50*p.Rate || q.PlaceRate != 50 {
		t.Errorf("sped up, the pace is %+v", q)
	}
}

func TestMenusAreSetInEachLanguage(t *testing.T) {
	w := newWorld(t, func(c *telegram.Config) {
		c.Commands = func() map[string][]telegram.Command {
			return map[string][]telegram.Command{
				"":   {{Name: "humain", Description: "Parler à une personne"}, {Name: "Données", Description: "refused by Telegram"}},
				"en": {{Name: "human", Description: "Talk to a person"}},
			}
		}
	})
	w.soon("two menus", func() bool { return len(w.fake.Calls("setMyCommands")) == 2 })
	for language, want := range map[string]telegramfake.Command{
		"fr": {Command: "code", Description: "Recevoir un code pour continuer ailleurs"},
		"uk": {Command: "code", Description: "Recevoir un code pour continuer ailleurs"},
		"en": {Command: "code", Description: "Get a code to go on elsewhere"},
	} {
		if menu := w.fake.Menu(language); len(menu) != 2 || !strings.HasPrefix(menu[0].Command, "hum") || menu[1] != want {
			t.Errorf("%s sees %v", language, menu)
		}
	}
}

// The same through the store that the service has.
func TestWithTheRealStore(t *testing.T) {
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	w := newWorld(t, func(c *telegram.Config) { c.Refs, c.Lease, c.Limiter, c.Presence = store, store, store, store })
	w.lea.Start("")
	w.carry()
	press(w, "La VAE, ou créer mon entreprise")
	first := w.lea.Write("je cherhce")
	w.settled()
	if err := w.lea.Edit(first, "je cherche"); err != nil {
		t.Fatal(err)
	}
	w.carry()
	if here, err := store.Present(t.Context(), "conversation-1"); err != nil || !here {
		t.Errorf("Léa is not seen to be there: %v", err)
	}
	got := w.inputs()
	if edit, is := got[len(got)-1].(bot.Said); !is || edit.Amends == "" {
		t.Errorf("the edit became %q", plain(got))
	}
	w.deliver(900, bot.Speak{Message: "m1", Name: "Anna", From: "Accueil", Text: "Bonjour"})
	w.deliver(901, bot.Speak{Message: "m1", Name: "Anna", From: "Accueil", Text: "Bonsoir", Amends: true})
	if got := w.texts(); got[len(got)-1] != "Anna, Accueil : Bonsoir" {
		t.Errorf("Léa sees %q", got)
	}
	w.deliver(902, bot.Forget{Leg: "telegram"})
	if got := w.texts(); len(got) != 0 {
		t.Errorf("after the erasure Léa sees %q", got)
	}
}
