package engine_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/flows"
)

// withTerritories is the reference service with more territories: a set of communes within a département
// that is served whole, another in two that are not, and a département elsewhere.
func withTerritories(t *testing.T) *engine.Program {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(flows.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(flows.Files, name)
		if strings.HasSuffix(name, "/region.yaml") {
			data = append(data, `  "37": {name: Indre-et-Loire, in: en Indre-et-Loire}
  pays-de-redon: {name: Pays de Redon, in: dans le pays de Redon, communes: [Redon, Allaire, Saint-Nicolas-de-Redon], coordinator: accueil-regional}
`...)
		}
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := compiled(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// askedWhere is a talk that has come to the question where somebody lives.
func askedWhere(t *testing.T, p *engine.Program, channel string) *talk {
	t.Helper()
	k := newTalk(t, p)
	k.in.Leg = bot.Leg{ID: channel, Channel: bot.ChannelName(channel), Peer: "1", For: bot.ToCitizen}
	k.play(bot.Arrived{})
	for _, words := range []string{"vae", "3", "non"} {
		k.say(words)
	}
	if k.s.Step != "suite.lieu" {
		t.Fatalf("at %s, not where somebody lives", k.s.Step)
	}
	return k
}

func TestAnswersToWhereSomebodyLives(t *testing.T) {
	p := withTerritories(t)
	for _, c := range []struct {
		said    string
		value   string // that is kept; "" when it is asked about
		offered string // places to choose from
		queue   string // territory
	}{
		{"Rennes", "commune:35238", "", "35"},
		{"35000", "commune:35238", "", "35"},
		{"35500", "35500", "", "35"},
		{"Redon", "commune:35236", "", "pays-de-redon"},
		{"44460", "", "commune:44185 commune:44007 commune:44057 other", ""},
		{"37160", "", "commune:37115 commune:37001 commune:37045 commune:37168 commune:86042 other", ""},
		{"dans le morbihan", "", "", ""}, // a part of it is another territory
		{"29", "29", "", "29"},
		{"le 75", "75", "", "75"},
		{"75011", "commune:75111", "", "75"},
		{"Occitanie", "region:76", "", "region-76"},
		{"en bretagne", "", "", ""},
		{"Bruxelles", "abroad:Bruxelles", "", "abroad"},
		{"Bordaux", "", "commune:33063 other", ""}, // misspelt, and out of the area: not without asking
		{"Quinper", "commune:29232", "", "29"},
		{"je ne sais plus trop", "", "", ""},
	} {
		k := askedWhere(t, p, "web")
		k.say(c.said)
		value := k.s.Answers.Get("lieu")
		offered := ""
		if strings.HasPrefix(k.s.Step, "!place") {
			offered = strings.Join(k.s.Offered, " ")
		}
		if value != c.value || offered != c.offered {
			t.Errorf("%s: %q, offered %q; want %q, offered %q", c.said, value, offered, c.value, c.offered)
		}
		if got := p.Bundle.TerritoryOf(value); got != c.queue {
			t.Errorf("%s: territory %q, want %q", c.said, got, c.queue)
		}
	}
}

// A place that is chosen from a list decides, by its number, its name, its département or a button; none of
// them tells the statistics which commune it is.
func TestAPlaceIsChosenFromAList(t *testing.T) {
	p := withTerritories(t)
	for _, c := range []struct {
		ev   bot.Event
		want string
	}{
		{bot.Said{Text: "5"}, "commune:86042"},
		{bot.Said{Text: "Descartes"}, "commune:37115"},
		{bot.Said{Text: "86"}, "commune:86042"},
		{bot.Said{Text: "dans la Vienne"}, "commune:86042"},
		{bot.Said{Text: "en fait Rennes"}, "commune:35238"},
		{bot.Chose{Option: "commune:37115"}, "commune:37115"},
	} {
		k := askedWhere(t, p, "web")
		k.say("37160")
		if chose, ok := c.ev.(bot.Chose); ok {
			chose.Ask = k.s.Ask
			c.ev = chose
		}
		turn := k.play(c.ev)
		if got := k.s.Answers.Get("lieu"); got != c.want {
			t.Errorf("%v: %q, want %q", c.ev, got, c.want)
		}
		if trace := turn.Trace; strings.Contains(trace.Class+trace.Option+trace.Territory, c.want) || strings.Contains(trace.Option, "commune") {
			t.Errorf("the trace tells the commune: %+v", trace)
		}
	}
	k := askedWhere(t, p, "web")
	k.say("37160")
	k.say("une autre commune")
	if k.s.Step != "suite.lieu" || !k.s.Asking || k.s.Answers.Has("lieu") {
		t.Errorf("another: at %s with %v", k.s.Step, k.s.Answers)
	}
}

// On the telephone keys are enough: a postcode, or the digits of a département.
func TestKeysSayWhereSomebodyLives(t *testing.T) {
	for keys, want := range map[string]string{"35000#": "commune:35238", "29#": "29", "22": "22", "75#": "75"} {
		k := askedWhere(t, reference(t), "telegram")
		k.play(bot.Pressed{Keys: keys})
		if got := k.s.Answers.Get("lieu"); got != want {
			t.Errorf("%s: %q, want %q", keys, got, want)
		}
	}
}

// A place in the first message fills the answer; one that means several waits for its question; what names
// no place fills nothing.
func TestTheFirstMessageSaysWhere(t *testing.T) {
	p := reference(t)
	for said, want := range map[string]string{
		"bonjour, je cherche une vae sur Brest":  "commune:29019",
		"jsuis o chomage a lanion":               "commune:22113",
		"une vae, je suis de Saint-Aubin":        "?Saint-Aubin",
		"une vae dans le 56":                     "56",
		"je cherche une vae, merci avec plaisir": "",
		"une vae en Bretagne":                    "",
	} {
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		k.say(said)
		if got := k.s.Answers.Get("lieu"); got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

// It is asked under the words that were said, and another is asked for by name.
func TestAPlaceThatWasSaidFirstIsAskedAboutInItsTurn(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("une vae, je suis de Saint-Aubin")
	k.say("3")
	turn := k.say("non")
	if got := told(turn); !strings.Contains(got, "Vous avez parlé de ce lieu : Saint-Aubin.") {
		t.Errorf("asked: %s", got)
	}
	k.say("une autre commune")
	if k.s.Answers.Has("lieu") || k.s.Step != "suite.lieu" {
		t.Errorf("another: at %s with %v", k.s.Step, k.s.Answers)
	}
	if k.say("Fougères"); k.s.Answers.Get("lieu") != "commune:35115" {
		t.Errorf("then: %v", k.s.Answers)
	}
}

// What older releases kept, a postcode or a département, still decides where a case goes.
func TestAPostcodeThatWasKeptIsUnderstood(t *testing.T) {
	p := withTerritories(t)
	for value, want := range map[string]string{"35000": "accueil-regional/35", "35600": "accueil-regional/pays-de-redon", "29": "accueil-regional/29", "75001": "accueil-regional/75"} {
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		k.s.Answers = k.s.Answers.With("lieu", value)
		k.say("une personne")
		if got := string(k.s.Case.Queue); got != want {
			t.Errorf("%s: queue %s, want %s", value, got, want)
		}
	}
}

// A counsellor reads the commune; desks that share a card see the territory alone.
func TestTheCommuneIsOnTheBriefAlone(t *testing.T) {
	k := askedWhere(t, reference(t), "web")
	k.say("Quimperlé")
	turn := k.say("une personne")
	for _, e := range turn.Effects {
		if post, ok := e.Effect.(bot.Post); ok && post.Card.Territory != "29" {
			t.Errorf("the card says %q", post.Card.Territory)
		}
	}
	brief := k.e.Brief(k.s)
	if !slices.ContainsFunc(brief.Answers, func(l bot.BriefLine) bool { return l.Value == "Quimperlé (29)" }) || brief.Territory != "Finistère" {
		t.Errorf("the brief says %+v in %q", brief.Answers, brief.Territory)
	}
}
