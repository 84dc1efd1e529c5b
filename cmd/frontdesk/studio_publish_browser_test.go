package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// signInAs enters the studio as one of the trial's people.
func (v *visit) signInAs(name, path string) {
	v.t.Helper()
	link, err := v.house.signIn.TrialLink(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	v.do("enter", chromedp.Navigate(v.base+link))
	v.page().click("button[name=qui]", name)
	v.page().is("somebody is signed in", `!doc.querySelector('button[name=qui]')`)
	v.to(path)
}

func (v *visit) to(path string) {
	v.t.Helper()
	v.do("go to "+path, chromedp.Navigate(v.base+path))
}

// drafted changes the draft that the studio of this house shares.
func (v *visit) drafted(change func(*flow.Draft) (*flow.Draft, error)) {
	v.t.Helper()
	w := &workshop.Workshop{Refs: v.house.store, Releases: v.house.store, Live: func() *flow.Bundle { return v.house.shelf.Live().Bundle }, Now: time.Now}
	_, err := w.Save(v.t.Context(), workshop.Author{ID: "sacha", Name: "Sacha"}, "essai", func(now *workshop.State) (*flow.Draft, error) { return change(now.Draft) })
	if err != nil {
		v.t.Fatal(err)
	}
}

// Somebody is in a conversation; its step is renamed and a later question reworded; two people publish; the
// conversation goes on where it stood, and hears the new words. Then it is taken back, corrected at once by
// one person, and a bulletin goes up.
func TestPublishingWhileSomebodyTalks(t *testing.T) {
	t.Parallel()
	v := visitDemo(t, "/chat/")
	p := v.page()
	p.says("Que cherchez-vous ?")
	p.write("message", "2")
	p.says("quelle est votre situation")
	first := v.house.shelf.Live().Bundle.Hash
	v.drafted(func(d *flow.Draft) (*flow.Draft, error) {
		d, err := d.Rename(flow.StepRecord, "accueil.situation", "accueil.situation_actuelle")
		if err != nil {
			return nil, err
		}
		return d.Edit(flow.SetText(flow.In("accueil.yaml", "steps", "age", "ask"), "Dites-moi votre âge ?"))
	})

	v.signInAs("Dominique", "/studio/publier")
	p.says("suite à « accueil.situation_actuelle », son nouveau nom")
	v.axe("before publishing")
	p.is("it may be sent", `doc.querySelector('#go button:not(:disabled)')`)
	v.shot("publish-reading")
	p.click("#comment", "")
	v.keys("Question plus directe")
	p.click("button", "Demander la relecture")
	p.says("Vous demandez une relecture")

	v.signInAs("Sacha", "/studio/publier")
	p.says("Dominique demande votre relecture")
	v.media("dark")
	v.axe("a review, in the dark")
	v.shot("publish-review")
	v.media("light")
	p.is("it may be published", `doc.querySelector('#go-read button:not(:disabled)')`)
	p.click("button", "J'ai relu : publier")
	p.says("Annuler cette publication")
	second := v.house.shelf.Live().Bundle.Hash
	if second == first {
		t.Fatal("another release is announced than served")
	}

	v.to("/chat/")
	p.says("quelle est votre situation")
	p.write("message", "au chômage")
	p.says("Dites-moi votre âge ?") // new words, on the steps that it began with

	v.to("/studio/versions")
	v.axe("versions")
	v.shot("publish-versions")
	p.click("summary", "Revenir à cette version")
	p.click("input[name=raison]", "")
	v.keys("Trop direct")
	p.click("button", "Remettre en ligne")
	p.says("L'ancienne version est de nouveau en ligne.")
	if v.house.shelf.Live().Bundle.Hash != first {
		t.Error("the first release is not served again")
	}

	v.drafted(func(d *flow.Draft) (*flow.Draft, error) {
		return d.Edit(flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "ask"), "Que cherchez-vous en ce moment ?"))
	})
	v.to("/studio/publier")
	p.click("#comment", "")
	v.keys("Coquille")
	p.click("summary", "Correctif urgent")
	p.click("#reason", "")
	v.keys("Elle trompe les gens")
	p.is("it may be published", `doc.querySelector('#go-alone button:not(:disabled)')`)
	p.click("button", "Publier sans relecture")
	p.says("C'est publié.")

	v.to("/studio/bulletin")
	v.axe("bulletins")
	p.click("#text", "")
	v.keys("Parcoursup est en panne.")
	p.click("#why", "")
	v.keys("Panne")
	p.click("button", "Voir comment il est dit")
	p.says("2 secondes")
	p.click("button", "Dire ce bulletin")
	p.says("Le bulletin est enregistré.")
	v.shot("publish-bulletin")

	v.programs()
	v.answersWhoWaits()

	v.to("/studio/journal")
	p.says("Journal intact")
	v.axe("journal")

	v.do("another visitor", chromedp.Evaluate[chromedp.Void]("sessionStorage.clear();localStorage.clear();0"))
	v.to("/chat/")
	p.says("Parcoursup est en panne.")
	p.says("Que cherchez-vous en ce moment ?")
	p.is("what is programmed for tomorrow is not said today", `!doc.body.textContent.includes("Les résultats sont là.")`)
}

// programs has a bulletin begin tomorrow at 19:00 and end that evening: results day. Nobody is told before.
func (v *visit) programs() {
	v.t.Helper()
	p := v.page()
	v.to("/studio/bulletin")
	p.click("#text", "")
	v.keys("Les résultats sont là.")
	p.click("#why", "")
	v.keys("Résultats")
	p.click("[name=debut][value=date]", "")
	p.click("[name=fin][value=soir]", "")
	tomorrow := v.house.now().Add(24 * time.Hour).In(v.house.shelf.Live().Bundle.Zone).Format(time.DateOnly)
	v.do("the day and the hour", chromedp.Evaluate[chromedp.Void](`document.getElementById("from-day").value = "`+tomorrow+`"; document.getElementById("from-hour").value = "19:00"; 0`))
	p.click("button", "Voir comment il est dit")
	p.says("Les résultats sont là.")
	p.click("button", "Dire ce bulletin")
	p.says("À venir")
	p.says("demain à 19\u00a0h\u00a000")
	p.says("demain à 23\u00a0h\u00a000")
	v.axe("a programmed bulletin")
}

// answersWhoWaits gives one answer to everybody who waits for a person, and one hears it.
func (v *visit) answersWhoWaits() {
	v.t.Helper()
	p := v.page()
	person := &browser{t: v.t, base: v.base}
	person.open()
	person.say("une personne")
	person.until("Je vous passe une personne")
	v.to("/studio/bulletin")
	p.click("a", "Répondre aux personnes qui attendent")
	p.says("1 personne attend")
	p.click("#text", "")
	v.keys("Les résultats arrivent à 19 h.")
	p.click("#why", "")
	v.keys("Résultats")
	p.click("button", "Voir à qui et comment")
	p.says("Message aux personnes qui attendent. Les résultats arrivent à 19 h.")
	v.axe("an answer to who waits")
	v.shot("publish-circular")
	p.click("button", "Répondre à 1 personne")
	p.says("La réponse part dans la seconde.")
	person.until("Les résultats arrivent à 19 h.")
}
