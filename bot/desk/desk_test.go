package desk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func card(dossier string, change func(*bot.Card)) bot.Card {
	c := bot.Card{Conversation: bot.ConversationID("c-" + dossier), Dossier: dossier, Life: bot.Waiting, Structure: "lead", Queue: "lead/35", Since: noon.Add(-time.Hour)}
	if change != nil {
		change(&c)
	}
	return c
}

func TestOrder(t *testing.T) {
	cards := []bot.Card{
		card("none", nil),
		card("late", func(c *bot.Card) { c.Due = noon.Add(-time.Hour) }),
		card("soon", func(c *bot.Card) { c.Due = noon.Add(time.Minute) }),
		card("soon-older", func(c *bot.Card) { c.Due, c.Since = noon.Add(time.Minute), noon.Add(-2*time.Hour) }),
		card("urgent-later", func(c *bot.Card) { c.Urgent, c.Due = true, noon.Add(5*time.Hour) }),
		card("urgent", func(c *bot.Card) { c.Urgent, c.Due = true, noon.Add(4*time.Hour) }),
	}
	given := slices.Clone(cards)
	var got []string
	for _, c := range desk.Order(cards) {
		got = append(got, c.Dossier)
	}
	if want := "urgent urgent-later late soon-older soon none"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !slices.Equal(given, cards) {
		t.Error("Order changed what it was given")
	}
}

func TestNext(t *testing.T) {
	camille := bot.Counsellor{ID: "camille", Structures: []bot.StructureID{"lead"}, Roles: []bot.Role{bot.RoleCounsellor}}
	due := func(d time.Duration) func(*bot.Card) { return func(c *bot.Card) { c.Due = noon.Add(d) } }
	for _, c := range []struct {
		name  string
		cards []bot.Card
		want  string
	}{
		{"nothing", nil, ""},
		{"next deadline", []bot.Card{card("b", due(2*time.Minute)), card("a", due(time.Minute))}, "a"},
		{"not somebody else's", []bot.Card{card("a", func(c *bot.Card) { c.Owner, c.Life = "dominique", bot.Live })}, ""},
		{"not one's own again", []bot.Card{card("a", func(c *bot.Card) { c.Owner, c.Life = "camille", bot.Live })}, ""},
		{"not another structure's, urgent or not", []bot.Card{card("a", func(c *bot.Card) { c.Structure, c.Urgent = "vannes", true }), card("b", nil)}, "b"},
		{"the person who is here, when both are late", []bot.Card{
			card("promised", func(c *bot.Card) { c.Life, c.Due = bot.Promised, noon.Add(-24*time.Hour) }),
			card("waiting", due(-time.Minute)),
		}, "waiting"},
		{"the late answer, when the person has time", []bot.Card{
			card("promised", func(c *bot.Card) { c.Life, c.Due = bot.Promised, noon.Add(-24*time.Hour) }),
			card("waiting", due(time.Minute)),
		}, "promised"},
		{"urgent before late", []bot.Card{card("late", due(-time.Hour)), card("urgent", func(c *bot.Card) { c.Urgent = true })}, "urgent"},
	} {
		got, ok := desk.Next(c.cards, camille, noon)
		if got.Dossier != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", c.name, got.Dossier, ok, c.want)
		}
	}
}

func TestMay(t *testing.T) {
	counsellor := bot.Counsellor{ID: "camille", Structures: []bot.StructureID{"lead"}, Roles: []bot.Role{bot.RoleCounsellor}}
	sacha := bot.Counsellor{ID: "sacha", Structures: []bot.StructureID{"lead"}, Roles: []bot.Role{bot.RoleLead}}
	yann := bot.Counsellor{ID: "yann", Structures: []bot.StructureID{"vannes"}, Roles: []bot.Role{bot.RoleCounsellor, bot.RoleLead}}
	plume := bot.Counsellor{ID: "plume", Structures: []bot.StructureID{"lead"}, Roles: []bot.Role{bot.RoleSupervisor}}
	free := card("free", nil)
	owned := card("owned", func(c *bot.Card) { c.Owner, c.Life = "camille", bot.Live })
	others := card("others", func(c *bot.Card) { c.Owner, c.Life = "dominique", bot.Live })
	referred := card("referred", func(c *bot.Card) { c.Life = bot.Referred })
	erased := card("erased", func(c *bot.Card) { c.Life = bot.Erased })
	walled := card("walled", func(c *bot.Card) { c.Procedure, c.LeadOnly = "open", true })
	talking := card("talking", func(c *bot.Card) { c.Life = bot.Talking })
	nowhere := card("nowhere", func(c *bot.Card) { c.Structure = "" })
	all := []desk.Verb{desk.See, desk.Read, desk.Claim, desk.Reply, desk.TakeBack, desk.Note, desk.Release,
		desk.Transfer, desk.Accept, desk.Refuse, desk.Promise, desk.Finish, desk.Procedure}
	for _, c := range []struct {
		who  bot.Counsellor
		card bot.Card
		may  string // the verbs that are allowed
		wall bool   // whether the others are a wall
	}{
		{counsellor, free, "see claim", false},
		{counsellor, owned, "see read claim reply takeback note release transfer promise finish procedure", false},
		{counsellor, others, "see claim", false},
		{counsellor, referred, "see claim accept refuse", false},
		{counsellor, erased, "", true},
		{counsellor, talking, "", true},
		{counsellor, nowhere, "", true},
		{sacha, others, "see read claim note release procedure", false},
		{sacha, erased, "", true},
		{sacha, walled, "see read claim note release procedure", false},
		{counsellor, walled, "", true},
		{yann, free, "", true},
		{yann, owned, "", true},
		{yann, erased, "", true},
		{plume, free, "", true},
		{plume, others, "", true},
	} {
		var got []string
		for _, v := range all {
			err := desk.May(c.who, c.card, v)
			if err == nil {
				got = append(got, string(v))
			} else if errors.Is(err, desk.ErrWall) != c.wall {
				t.Errorf("%s %s %s: %v", c.who.ID, v, c.card.Dossier, err)
			}
		}
		if strings.Join(got, " ") != c.may {
			t.Errorf("%s on %s may %s, want %s", c.who.ID, c.card.Dossier, got, c.may)
		}
	}
	if desk.May(counsellor, owned, "explode") == nil {
		t.Error("an unknown verb is allowed")
	}
}

func TestPlain(t *testing.T) {
	paris := time.FixedZone("Paris", 3600)
	got := desk.Plain(bot.Brief{Dossier: "OR-7F3K-9Q2M-4", Channel: "web", Language: "fr", Territory: "Ille-et-Vilaine",
		Answers:  []bot.BriefLine{{Name: "besoin", Label: "Besoin", Value: "Trouver une formation"}, {Name: "prenom", Label: "Prénom", Value: "An\u202ena\tB\x07\nC"}, {Name: "vide", Label: "Vide", Value: " "}},
		Cards:    []string{"cep", "vae"},
		Promised: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Contact: "phone", Danger: "suicide",
		Handed: time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC), Advice: []string{"répondre par écrit, phrases courtes"}}, paris)
	want := `Dossier          : OR-7F3K-9Q2M-4
Danger           : entendu : suicide
À savoir         : répondre par écrit, phrases courtes
Besoin           : Trouver une formation
Prénom           : Anna B
                   C
Territoire       : Ille-et-Vilaine
Canal            : site web
Langue           : français
Déjà donné       : cep, vae
Réponse annoncée : mardi 1er décembre 2026 à 9 h
Répondre         : par téléphone
Transmis         : lundi 23 novembre 2026 à 15 h 05
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTimesInFrench(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{desk.When(noon.Add(3*time.Hour+30*time.Minute), noon, time.UTC), "15 h 30"},
		{desk.When(noon.Add(21*time.Hour), noon, time.UTC), "demain 9 h"},
		{desk.When(noon.Add(-13*time.Hour), noon, time.UTC), "hier 23 h"},
		{desk.When(noon.AddDate(0, 0, 8), noon, time.UTC), "mardi 1er décembre, 12 h"},
		{desk.Ago(noon.Add(-59*time.Second), noon), "moins d'1 min"},
		{desk.Ago(noon.Add(-59*time.Minute), noon), "59 min"},
		{desk.Ago(noon.Add(-119*time.Minute), noon), "1 heure"},
		{desk.Ago(noon.Add(-23*time.Hour), noon), "23 heures"},
		{desk.Ago(noon.Add(-47*time.Hour), noon), "1 jour"},
		{desk.Ago(noon.Add(-72*time.Hour), noon), "3 jours"},
		{desk.Hour(noon, nil), "12 h"},
	} {
		if got := strings.ReplaceAll(c.got, "\u00a0", " "); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestSentences(t *testing.T) {
	at := noon.Add(3*time.Hour + 32*time.Minute)
	for _, c := range []struct {
		tell bot.Tell
		want string
	}{
		{bot.Tell{Code: "won"}, "C'est à vous."},
		{bot.Tell{Code: "lost", Who: "Anna", At: at}, "Anna l'a pris à 15 h 32."},
		{bot.Tell{Code: "lost"}, "Une autre personne l'a pris."},
		{bot.Tell{Code: "from-a-later-version"}, "C'est enregistré."},
	} {
		if got := strings.ReplaceAll(desk.Sentence(c.tell, time.UTC), "\u00a0", " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.tell.Code, got, c.want)
		}
	}
	unknown := desk.Sentence(bot.Tell{}, time.UTC)
	for _, code := range strings.Fields("won lost refused_rights refused_load refused_consent too_many_hops not_owner sent taken_back too_late released transferred accepted refused promised closed noted procedure already unknown nudge given_back undelivered") {
		if desk.Sentence(bot.Tell{Code: code}, time.UTC) == unknown {
			t.Errorf("%s has no sentence of its own", code)
		}
	}
}
