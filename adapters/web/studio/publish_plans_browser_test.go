package studio_test

import (
	"strings"
	"testing"
)

// Somebody reads what ends a programmed publication, learns it before and after they press, and ticks the box;
// then the live release is refused here, and they go back to the one that stands in for it.
func TestSomebodyEndsAProgrammedPublication(t *testing.T) {
	r := newNewsroom(t).open()
	first := r.live.Load().Hash
	b := r.racer("dominique")
	plan := r.programmed("Les résultats sont là.")
	r.edit(asking("Les résultats sont là. Que cherchez-vous ?"))
	r.settled("sacha", "/studio/publier")
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "Plus direct")
	b.Open("/studio/publier", "#resting")
	agrees := `document.querySelector("#go-read button:not(:disabled)")`
	b.Until("that it may be published", agrees)
	b.axe("a plan that ends")
	b.Shot("plans-review")
	b.Until("that the browser asks for the tick", `document.querySelector("form[action='/studio/publier/accord'] input[name=annule]:invalid")`)
	b.Eval(`setTimeout(() => document.querySelector("form[action='/studio/publier/accord']").submit())`) // which asks for nothing
	b.says("Cochez la case qui l'annule, puis recommencez. Rien n'est publié.")
	b.Until("that it may be published", agrees)
	b.axe("a plan that is not agreed to end")
	b.Shot("plans-unticked")
	b.Eval(`document.querySelector("form[action='/studio/publier/accord'] input[name=annule]").click()`)
	b.Eval(`setTimeout(() => ` + agrees + `.click())`)
	b.says("C'est publié.")
	if r.plans() != 0 {
		t.Errorf("%s is still programmed", plan.ID)
	}

	second := r.live.Load().Hash
	if err := r.store.KeepRelease(t.Context(), r.refuses, []byte("frontdesk release 99\n")); err != nil {
		t.Fatal(err)
	}
	if err := r.store.SetRef(t.Context(), "release", "live", second, r.refuses, 0); err != nil {
		t.Fatal(err)
	}
	b.Open("/studio/publier", "#instead")
	b.axe("a release that is refused")
	b.Shot("refused-publish")
	b.Open("/studio/versions", "#instead")
	b.axe("a release that is refused, among the versions")
	b.Eval(`document.querySelector(".back").open = true; document.querySelector(".back").scrollIntoView({block: "center"})`)
	b.Shot("refused-versions")
	b.Eval(`(() => { document.querySelector(".back input[name=raison]").value = "Elle ne se lit pas" })()`)
	b.Eval(`setTimeout(() => document.querySelector(".back button").click())`)
	b.says("L'ancienne version est de nouveau en ligne.")
	if live, err := r.press.Live(t.Context()); err != nil || live != second || live == first {
		t.Errorf("live is %s, %v", live, err)
	}

	b.Open("/studio/attente", "#circular-form")
	b.Eval(`(() => { document.getElementById("text").value = "Les résultats arrivent à 19 h."; document.getElementById("why").value = "Résultats" })()`)
	b.Eval(`setTimeout(() => document.querySelector("#circular-form button.main").click())`)
	b.says("Répondre à 3 personnes")
	b.Shot("circular-seen")
	r.press.Journal = mute{r.store}
	b.Eval(`setTimeout(() => document.querySelector("#circular-form button.main").click())`)
	b.says("Sa ligne sera ajoutée dès que possible. Ne recommencez pas.")
	b.axe("a journal that does not answer")
	b.Shot("unwritten")
	if text, err := r.store.Ref(t.Context(), "circular", "all"); err != nil || strings.Count(text, "19 h") < 1 {
		t.Errorf("%s, %v", text, err)
	}
}
