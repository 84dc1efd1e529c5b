package studio_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// programmed has a question published tomorrow at seven in the evening: Sacha asks, Dominique agrees.
func (r *replica) programmed(question string, agreeing ...string) publish.Plan {
	r.t.Helper()
	r.edit(asking(question))
	r.settled("sacha", "/studio/publier")
	tomorrow := time.Now().UTC().Add(24 * time.Hour)
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "commentaire", "résultats", "quand", "date", "heure", "19:00", "jour", tomorrow.Format("2006-01-02"))
	has(r.t, r.settled("dominique", "/studio/publier"), "J'ai relu : programmer")
	_, text := r.post("dominique", "/studio/publier", "/studio/publier/accord", agreeing...)
	has(r.t, text, "La publication est programmée.", "demain à 19 h 00", "Ne plus publier")
	plans, err := r.press.Plans(r.t.Context())
	if err != nil || len(plans) != 1 || !plans[0].At.Equal(time.Date(tomorrow.Year(), tomorrow.Month(), tomorrow.Day(), 19, 0, 0, 0, time.UTC)) || plans[0].Order.Second != "dominique" {
		r.t.Fatalf("%+v, %v", plans, err)
	}
	return plans[0]
}

func (r *replica) plans() int {
	r.t.Helper()
	plans, err := r.press.Plans(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return len(plans)
}

func TestAPublicationIsProgrammedAndCancelled(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(asking("Les résultats arrivent."))
	r.settled("sacha", "/studio/publier")
	if status, text := r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "commentaire", "c", "quand", "date", "heure", "19:00", "jour", "2020-01-01"); status != 422 || !strings.Contains(text, "Cette heure est passée.") {
		t.Errorf("for the past: %d", status)
	}
	plan := r.programmed("Les résultats sont là. Que cherchez-vous ?")
	_, text := r.post("dominique", "/studio/versions", "/studio/versions/deprogrammer", "plan", plan.ID)
	has(t, text, "n'est plus programmée")
	if r.plans() != 0 {
		t.Error("it is still programmed")
	}
}

// Whoever publishes what ends a programmed publication is told, and ends it in the same deed.
func TestWhoPublishesBeforeAProgrammedPublicationIsTold(t *testing.T) {
	r := newNewsroom(t).open()
	first := r.live.Load().Hash
	plan := r.programmed("Les résultats sont là.")
	urgent := []string{"do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r"}
	has(t, r.settled("dominique", "/studio/publier"), "Une publication est programmée demain à 19 h 00", "Celle-ci l'annule. Le brouillon contient peut-être déjà ses textes.")
	for _, ticked := range []string{"", "another"} {
		if status, text := r.post("dominique", "/studio/publier", "/studio/publier", append(urgent, "annule", ticked)...); status != 409 || !strings.Contains(text, "Cochez la case") || r.live.Load().Hash != first || r.plans() != 1 {
			t.Errorf("ticked %q: %d", ticked, status)
		}
	}
	if status, text := r.post("dominique", "/studio/publier", "/studio/publier", append(urgent, "annule", plan.ID)...); status != 200 || !strings.Contains(text, "C'est publié.") || r.plans() != 0 {
		t.Fatalf("%d, %d plans: %s", status, r.plans(), text)
	}
	second := r.live.Load().Hash
	has(t, r.get("lise", "/studio/journal"), "programmation annulée")

	plan = r.programmed("Les résultats de demain.")
	back := []string{"release", first, "raison", "Trop tôt"}
	if status, text := r.post("sacha", "/studio/versions", "/studio/versions/revenir", back...); status != 409 || !strings.Contains(text, "Une publication est programmée demain") || r.live.Load().Hash != second {
		t.Errorf("going back: %d", status)
	}
	has(t, r.get("sacha", "/studio/versions"), "Annuler la publication programmée demain à 19 h 00")
	if status, _ := r.post("sacha", "/studio/versions", "/studio/versions/revenir", append(back, "annule", plan.ID)...); status != 200 || r.live.Load().Hash != first || r.plans() != 0 {
		t.Errorf("going back: %d, %d plans", status, r.plans())
	}
}

// What becomes live by a file or at the command line ends a plan without anybody's tick: every page that shows the
// plan says so at once, and at its time why it was not made, as people say it.
func TestAPlanThatCannotBeMadeAnyMoreSaysSo(t *testing.T) {
	r := newNewsroom(t).open()
	first := r.live.Load()
	const lost = "Ne se fera pas : la version en ligne a changé. Programmez-la de nouveau."
	plan := r.programmed("Les résultats sont là.")
	pages := func(who string) string {
		return r.settled(who, "/studio/publier") + r.get(who, "/studio/versions")
	}
	hasNot(t, pages("lise"), lost)
	d, err := flow.OpenDraft(first.Sources)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = d.Edit(asking("La question du fichier ?")); err != nil {
		t.Fatal(err)
	}
	b, err := d.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.press.Publish(t.Context(), b, publish.Order{Expected: first.Hash, Who: "sacha"}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(pages("lise"), lost); n != 2 {
		t.Errorf("%d of two pages say so", n)
	}
	if r.post("sacha", "/studio/publier", "/studio/publier/abandonner"); strings.Count(r.get("lise", "/studio/publier"), lost) != 1 {
		t.Error("a page without changes does not say so")
	}
	if err := r.press.Rollback(t.Context(), first.Hash, publish.Order{Expected: b.Hash, Who: "sacha"}); err != nil {
		t.Fatal(err)
	}
	hasNot(t, pages("lise"), lost)
	if err := r.press.Rollback(t.Context(), b.Hash, publish.Order{Expected: first.Hash, Who: "sacha"}); err != nil {
		t.Fatal(err)
	}
	r.press.Now = func(context.Context) (time.Time, error) { return plan.At.Add(time.Minute), nil }
	if failed, err := r.press.CarryOut(t.Context()); failed != 1 || err != nil {
		t.Fatalf("%d failed, %v", failed, err)
	}
	moves, err := r.press.Moves(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := r.get("lise", "/studio/versions")
	has(t, text, "Non publié : ", "mise en service par Sacha, le "+moves[len(moves)-1].At.UTC().Format("02/01/2006 à 15 h 04"))
	hasNot(t, text, lost, "UTC")
}

// What somebody agrees to ends a plan as well, and so does a plan.
func TestWhoAgreesBeforeAProgrammedPublicationIsTold(t *testing.T) {
	r := newNewsroom(t).open()
	plan := r.programmed("Les résultats sont là.")
	r.edit(asking("Les résultats sont là. Que cherchez-vous ?"))
	r.settled("sacha", "/studio/publier")
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "c")
	has(t, r.settled("dominique", "/studio/publier"), "J'ai relu : publier")
	if status, text := r.post("dominique", "/studio/publier", "/studio/publier/accord"); status != 409 || !strings.Contains(text, "Cochez la case") || r.plans() != 1 {
		t.Errorf("agreeing: %d", status)
	}
	if err := r.press.Withdraw(t.Context(), asked(t, r), "sacha", "plus tard"); err != nil {
		t.Fatal(err)
	}
	next := r.programmed("Les résultats sont là. Que voulez-vous ?", "annule", plan.ID)
	if next.ID == plan.ID || len(next.Order.Cancels) != 0 {
		t.Errorf("%+v", next)
	}
	first := r.live.Load().Hash
	r.edit(asking("Que voulez-vous donc ?"))
	r.settled("sacha", "/studio/publier")
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "c")
	if status, _ := r.post("dominique", "/studio/publier", "/studio/publier/accord", "annule", next.ID); status != 200 || r.live.Load().Hash == first || r.plans() != 0 {
		t.Errorf("agreeing: %d, %d plans", status, r.plans())
	}
}

// Somebody refuses what they have read, while somebody else asks about another draft: that stays.
func TestARefusalIsOfWhatWasRead(t *testing.T) {
	r := newNewsroom(t).open()
	ask := func(question string) string {
		t.Helper()
		r.edit(asking(question))
		r.settled("sacha", "/studio/publier")
		r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "c")
		return asked(t, r)
	}
	first := ask("Que cherchez-vous aujourd'hui ?")
	second := ask("Que puis-je pour vous ?")
	if status, text := r.post("dominique", "/studio/publier", "/studio/publier/retirer", "release", first, "raison", "Non"); status != 409 || !strings.Contains(text, "n'existe plus") || asked(t, r) != second {
		t.Errorf("%d: %s", status, text)
	}
	if status, text := r.post("dominique", "/studio/publier", "/studio/publier/retirer", "raison", "Non"); status != 200 || !strings.Contains(text, "La demande de relecture est retirée.") {
		t.Errorf("%d: %s", status, text)
	}
}

// An urgent correction goes out at once: only where nobody else could agree may it have a date.
func TestAnUrgentCorrectionHasNoDate(t *testing.T) {
	n := newNewsroom(t)
	r := n.open()
	r.edit(asking("Les résultats sont là."))
	r.settled("sacha", "/studio/publier")
	form := []string{"do", "urgent", "commentaire", "c", "raison", "r", "quand", "date", "heure", "19:00", "jour", time.Now().UTC().Add(24 * time.Hour).Format("2006-01-02")}
	status, text := r.post("sacha", "/studio/publier", "/studio/publier", form...)
	if status != 422 || !strings.Contains(text, "Un correctif urgent part tout de suite. Pour une date, demandez une relecture.") || r.plans() != 0 {
		t.Errorf("%d, %d plans", status, r.plans())
	}
}
