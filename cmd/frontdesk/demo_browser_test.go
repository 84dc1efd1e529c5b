package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// A visitor plays both sides: a person asks for somebody, a counsellor takes the case, answers and closes it.
func TestDemoFromAQuestionToItsEnd(t *testing.T) {
	works(t)
	v := visitDemo(t, "/demo/")
	person, team := v.frame("telegram"), v.frame("slack")
	person.click("button", "Démarrer")
	person.says("Que cherchez-vous ?")
	person.write("text", "g 17 an jai arreter le lycee")
	person.click(".keys button", "Parler à une personne maintenant")
	person.says("Vous êtes la prochaine personne.")
	v.shot("1-waits")

	team.choose("#who", "Dominique")
	team.is("the room has news", `doc.querySelector('#who').selectedOptions[0].textContent === 'Dominique' && doc.querySelector('#rooms button')`)
	team.click("#rooms button", "🔒 accueil-regional")
	team.says("Quitter l'école, ou y revenir")
	if text, _ := eval[string](team, "doc.body.innerText"); strings.Contains(text, "17 an") || strings.Contains(text, "Sam") {
		t.Errorf("the room says who it is or what they wrote:\n%s", text)
	}
	v.shot("2-card")
	team.click("#log button", "Prendre")
	person.says("Dominique est avec vous.")
	team.says("👤 Pris par Dominique")
	openTalk(team)
	v.shot("3-thread")

	team.write("reply-text", "Bonjour, je peux vous aider à revenir en cours.")
	team.is("the message is on its way", sign("⏳"))
	team.is("the message has arrived", sign("✅"))
	person.says("Bonjour, je peux vous aider à revenir en cours.")
	person.write("text", "oui svp")
	team.is("the person's words are in the thread", `doc.querySelector('#thread').innerText.includes('oui svp')`)
	v.shot("4-answered")

	team.click("#log button", "Terminer…")
	team.is("the form is open", `doc.querySelector('#modal[open]')`)
	team.click("#modal-submit", "")
	team.says("Ce champ est obligatoire.")
	team.choose("#modal", "Réponse donnée")
	team.click("#modal-submit", "")
	team.is("the form has closed", `!doc.querySelector('#modal[open]')`)
	team.says("Ce que vous écrivez dans ce fil ne part plus.")
	team.click("#rooms button", "🔒 accueil-regional")
	team.says("✔️ Terminé : Réponse donnée")
	person.is("the person is asked how it went, or told that it ended", `doc.querySelector('#messages li:last-child:not(.mine)')?.innerText.includes('Orientation')`)
	v.shot("5-closed")
}

// What is deleted within ten seconds never reaches the person, and what was written before it does.
func TestDemoTakesAMessageBack(t *testing.T) {
	works(t)
	v := visitDemo(t, "/demo/")
	person, team := v.frame("telegram"), v.frame("slack")
	v.served(person, team)
	team.write("reply-text", "celui-ci part")
	team.is("the first is on its way", sign("⏳"))
	team.write("reply-text", "celui-là est repris")
	team.is("both are on their way", `doc.querySelector('#thread').innerText.split('⏳').length === 3`)
	team.click("#thread li:last-child summary", "")
	team.click("#thread li:last-child button", "Supprimer")
	team.click("#sure button", "Oui")
	team.says("Message repris : il ne partira pas.")
	person.says("celui-ci part")
	team.is("the first has arrived", sign("✅"))
	if text, _ := eval[string](person, "doc.body.innerText"); strings.Contains(text, "celui-là") {
		t.Errorf("the person reads what was taken back:\n%s", text)
	}
	v.shot("6-taken-back")
}

// The way from a question to an answer needs no mouse, and each place where the focus rests can be seen.
func TestDemoByKeyboardAlone(t *testing.T) {
	works(t)
	v := visitDemo(t, "/demo/")
	person, team := v.frame("telegram"), v.frame("slack")
	person.is("it can begin", found("#begin button", "Démarrer"))
	person.tabTo("#begin button", "")
	v.keys(kb.Enter)
	person.says("Que cherchez-vous ?")
	person.is("the focus is where one writes", `doc.activeElement.id === 'text'`)
	v.keys("une personne" + kb.Enter)
	person.says("Vous êtes la prochaine personne.")
	team.is("the room is there", found("#rooms button", "🔒 accueil-regional"))
	team.tabTo("#rooms button", "🔒 accueil-regional")
	v.keys(kb.Enter)
	team.tabTo("#log button", "Prendre")
	v.keys(" ")
	person.says("Camille est avec vous.")
	team.is("the focus stays at the card", `doc.querySelector('#log').contains(doc.activeElement)`)
	team.tabBackTo("#go-dm", "")
	v.keys(kb.Enter)
	team.is("the thread is there", found("button.replies", ""))
	team.tabTo("button.replies", "")
	v.keys(kb.Enter)
	team.tabTo("#reply-text", "")
	v.keys("Bonjour, au clavier." + kb.Enter)
	person.says("Bonjour, au clavier.")
	team.tabBackTo("#log button", "Terminer…")
	v.keys(kb.Enter)
	team.is("the form is open, with the focus in it", `doc.querySelector('#modal[open]')?.contains(doc.activeElement)`)
	v.keys(kb.Escape)
	team.is("the form has closed", `!doc.querySelector('#modal[open]')`)
}

// axe-core finds nothing on the page or in its frames, whatever stands there, in light, in the dark, narrow
// and enlarged; and nothing scrolls sideways.
func TestDemoIsAccessible(t *testing.T) {
	works(t)
	v := visitDemo(t, "/demo/")
	person, team := v.frame("telegram"), v.frame("slack")
	person.is("it can begin", found("#begin button", "Démarrer"))
	v.axe("first look")
	v.served(person, team)
	v.axe("thread")
	v.media("dark")
	v.axe("dark")
	v.shot("7-dark")
	team.click("#log button", "Transférer…")
	team.is("the form is open", `doc.querySelector('#modal[open]')`)
	v.axe("form in the dark")
	v.media("light")
	v.keys(kb.Escape)
	team.is("the form has closed", `!doc.querySelector('#modal[open]')`)
	team.click("#go-home", "")
	team.says("Mes dossiers")
	v.axe("home")
	team.click("#rooms button", "🔒 accueil-regional")
	team.click("#log button", "Aperçu")
	team.says("Visible uniquement par vous")
	v.axe("only for you")
	openTalk(team)
	person.click("summary", "Commandes")
	for _, size := range []struct {
		name          string
		width, height int64
		scale         float64
	}{{"8-phone", 390, 844, 2}, {"9-zoom200", 640, 400, 2}, {"10-zoom400", 320, 256, 4}} {
		v.size(size.width, size.height, size.scale)
		v.axe(size.name)
		for name, p := range map[string]pane{"the page": v.page(), "Telegram": person, "Slack": team} {
			if w, err := eval[[2]int](p, `[doc.documentElement.scrollWidth, doc.defaultView.innerWidth]`); err != nil || w[0] > w[1] {
				t.Errorf("%s: %s scrolls sideways: %v, %v", size.name, name, w, err)
			}
		}
		v.shot(size.name)
	}
}

func TestDemoAxeCanFail(t *testing.T) {
	v := visitDemo(t, "/demo/")
	team := v.frame("slack")
	team.is("it is there", `doc.querySelector('#who option')`)
	if _, err := eval[bool](team, `(doc.querySelector('main').append(doc.createElement('img')), true)`); err != nil {
		t.Fatal(err)
	}
	if found := strings.Join(v.violations(), "\n"); !strings.Contains(found, "image-alt") {
		t.Errorf("axe finds nothing wrong with an image without words in a frame: %s", found)
	}
}

// sign is JavaScript for a message of the thread that has a reaction.
func sign(emoji string) string {
	return `[...doc.querySelectorAll('#thread .reactions button')].some(b => b.textContent.includes('` + emoji + `'))`
}

// served brings a person and Camille together, without the pages, and opens the thread.
func (v *visit) served(person, team pane) {
	v.t.Helper()
	v.begin(101, "")
	person.says("Camille est avec vous.")
	openTalk(team)
}

// openTalk opens the thread of the newest conversation.
func openTalk(team pane) {
	team.t.Helper()
	team.click("#go-dm", "")
	team.click("button.replies", "")
	team.is("the thread is open", `doc.querySelector('#thread').innerText.includes('OR-')`)
}

// begin has somebody on Telegram ask for a person, and Camille take the case. first is what they say before.
func (v *visit) begin(id int64, first string) {
	v.t.Helper()
	p := v.tg.Person(id, "", "")
	p.Start("")
	v.sees(id, "Que cherchez-vous ?")
	if first != "" {
		p.Write(first)
		v.sees(id, "Et maintenant ?")
	}
	p.Write("une personne")
	v.sees(id, "Je vous passe une personne.")
	card := v.card("accueil-regional", "OR-")
	v.until("Camille was invited", func() bool { return v.slack.Click("U0CAMILLE", card.Channel, card.TS, "claim") == nil })
	v.sees(id, "Camille est avec vous")
}
