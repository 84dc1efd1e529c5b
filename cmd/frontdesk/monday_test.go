package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// A monday is the day of service.md §6: "a counsellor with twelve conversations on Monday".
type monday struct {
	*town
	camille, noa seat
	all          []*caller
}

// Twelve people over the weekend and the morning, on Telegram and on the web: one mise en relation, one
// in danger, two who were promised an answer. One counsellor has them all, in Slack.
func TestACounsellorsMonday(t *testing.T) {
	works(t)
	people := []hired{hire("camille", "Camille", "accueil-regional"), hire("dominique", "Dominique", "accueil-regional"),
		hireAs(bot.RoleLead, hire("sacha", "Sacha", "accueil-regional")), hire("noa", "Noa", "cio-35")}
	w := buildTown(t, instantOf(t, "2026-11-28 10:00"), people, withPost)
	w.house.signIn.Trial = true // people sign in to the web desk by a link
	w.serve()
	m := &monday{town: w, camille: w.seat("camille"), noa: w.seat("noa")}
	m.weekend()
	m.morning()
	m.looksAtTheList()
	m.takesThemOneByOne()
	m.danger()
	m.cannedAnswer()
	m.takesBack()
	m.handsOn()
	m.refusal()
	m.letter()
	m.promises()
	m.closesWithADate()
	m.copies()
	m.silence()
	m.ends()
}

// The twelve, by when they came.
const (
	later1   = iota // was promised an answer here
	byMail          // was promised an answer by e-mail
	referred        // asked for a mise en relation with the CIO
	danger          // wants to die, on Sunday night
	canned
	hasty // is written to too fast
	handed
	dated
	closes
	copied
	silent
	plainly
)

func (m *monday) weekend() {
	m.t.Helper()
	ana := m.onTelegram(1, "Ana").says("vae", "une personne", "non", "ici")
	ana.sees("Nous vous répondons ici")
	ben := m.onTelegram(2, "Ben").says("vae", "une personne", "non", "par e-mail", "ben@exemple.fr")
	ben.sees("Un code à six chiffres part à votre adresse")
	codes := m.post.letters("ben@exemple.fr")
	if len(codes) != 1 {
		m.t.Fatalf("%d letters to Ben, want one with a code", len(codes))
	}
	ben.says(regexp.MustCompile(`\b\d{6}\b`).FindString(codes[0].body[strings.Index(codes[0].body, "Votre code"):]))
	ben.sees("Votre adresse est confirmée")
	chloe := m.onTelegram(3, "Chloé").says("choisir un métier", "pour mon enfant", "au lycée", "16 ans", "une mise en relation", "non", "35700", "d'accord", "ici")
	chloe.sees("Je vous mets en relation avec ce service")
	m.to("2026-11-29 23:30")
	dan := m.onTelegram(4, "Dan").says("je veux mourir")
	dan.sees("3114")
	dan.sees("Ici, personne ne lit avant")
	m.all = []*caller{ana, ben, chloe, dan}
}

// morning: the desk opens at nine; Camille says that she is there, and eight people come.
func (m *monday) morning() {
	m.t.Helper()
	m.to("2026-11-30 08:58")
	if said := m.camille.slash("reprise"); !strings.Contains(said, "Vous êtes disponible") {
		m.t.Errorf("she reads %q", said)
	}
	m.to("2026-11-30 09:01")
	for i, name := range []string{"Eva", "Fatou", "Gilles", "Hana", "Ivan", "Jade", "Karl", "Lou"} {
		var c *caller
		if i%3 == 2 {
			c = m.onTheWeb(name)
		} else {
			c = m.onTelegram(int64(5+i), name)
		}
		c.says("vae", "une personne")
		c.sees("Je vous passe une personne")
		m.all = append(m.all, c)
	}
}

// order is what the desk's rule says of what she may take, by dossier.
func (m *monday) order() []string {
	m.t.Helper()
	cards, err := m.store.Cards(m.t.Context())
	if err != nil {
		m.t.Fatal(err)
	}
	var numbers []string
	for _, c := range desk.Order(cards) {
		if c.Structure == "accueil-regional" && desk.Free(c) {
			numbers = append(numbers, c.Dossier)
		}
	}
	return numbers
}

func (m *monday) looksAtTheList() {
	m.t.Helper()
	want := m.order()
	if len(want) != 11 || want[0] != m.all[danger].dossier() {
		m.t.Fatalf("the list is %v; danger is %s", want, m.all[danger].dossier())
	}
	list := m.camille.slash("file")
	if got := dossierNumber.FindAllString(list, -1); !slices.Equal(got, want[:10]) || !strings.Contains(list, "Et 1 de plus") {
		m.t.Errorf("/accueil file shows %v, want %v\n%s", got, want, list)
	}
	m.slack.OpenHome(m.camille.user)
	m.until("her home is drawn", func() bool { _, is := m.slack.Home(m.camille.user); return is })
	home, _ := m.slack.Home(m.camille.user)
	for _, part := range []string{"Vous êtes disponible", "Aucun dossier en cours", "11 en attente", "[Prendre la suivante]"} {
		if !strings.Contains(home.Text(), part) {
			m.t.Errorf("her home does not say %q:\n%s", part, home.Text())
		}
	}
}

// takesThemOneByOne: « Prendre la suivante », until nothing waits; each is the first of the list.
func (m *monday) takesThemOneByOne() {
	m.t.Helper()
	for left := m.order(); len(left) > 0; left = m.order() {
		said := m.camille.slash("suivante")
		if !strings.Contains(said, left[0]) {
			m.t.Fatalf("she gets %q, want %s", said, left[0])
		}
	}
	if said := m.camille.slash("suivante"); !strings.Contains(said, "Aucun dossier n'attend") {
		m.t.Errorf("with nothing left she reads %q", said)
	}
	mine := dossierNumber.FindAllString(m.camille.slash("moi"), -1)
	if len(mine) != 10 || mine[0] != m.all[danger].dossier() {
		m.t.Errorf("/accueil moi shows %v", mine)
	}
	for i, c := range m.all {
		if i == referred {
			continue
		}
		root := m.camille.thread(c)
		if brief := m.slack.Thread(root.Channel, root.TS); !strings.Contains(brief[1].Text(), "Besoin") && i != danger {
			m.t.Errorf("the brief of %s is not below the head of its thread:\n%s", c.name, brief[1].Text())
		}
	}
}
