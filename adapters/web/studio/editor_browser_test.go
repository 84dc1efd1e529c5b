package studio_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"frontdesk/adapters/web/browsertest"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// editorTab is the studio of a small bundle before somebody.
type editorTab struct {
	tableTab
	r *tableRoom
}

func openEditor(t *testing.T, who string, except ...string) editorTab {
	t.Helper()
	r := openSmall(t, nil)
	return editorTab{tableBrowser(t, r, who, except...), r}
}

// is asks the page.
func (b editorTab) is(script string) bool {
	b.T.Helper()
	return browsertest.Value(b.Tab, script, chromedp.Evaluate[bool]("Boolean("+script+")"))
}

// step opens a step of the flow.
func (b editorTab) step(id string) {
	b.T.Helper()
	b.Open("/studio/parcours/accueil?etape="+id, "#step-form")
}

// shows waits until a part of the page says something.
func (b editorTab) shows(part, text string) {
	b.T.Helper()
	b.Until(fmt.Sprintf("%q in %s", text, part), fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.textContent.includes(%q))`, part, text))
}

// fills writes in a field or picks in a list, by its name or id, as somebody who does it by hand.
func (b editorTab) fills(name, text string) {
	b.T.Helper()
	b.Until("the field "+name, fmt.Sprintf(`(() => { const e = document.getElementsByName(%q)[0] ?? document.getElementById(%[1]q); if (!e || e.disabled) return false
		e.value = %q; e.dispatchEvent(new Event("input", { bubbles: true })); e.dispatchEvent(new Event("change", { bubbles: true })); return e.value === %[2]q })()`, name, text))
}

func (b editorTab) clicks(css string) {
	b.T.Helper()
	b.Until("the button "+css, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e || e.disabled) return false; e.click(); return true })()`, css))
}

func (b editorTab) saves() {
	b.T.Helper()
	b.clicks("#step-form button.main")
	b.shows("#flash", "enregistré")
}

// draft is a text of the draft.
func (b editorTab) draft(file string, path ...string) string {
	b.T.Helper()
	state, err := b.r.shop.Open(b.T.Context())
	if err != nil {
		b.T.Fatal(err)
	}
	v, _ := state.Draft.At(file, path...)
	return v.Text()
}

// question is the first question of the draft.
func (b editorTab) question(want string) {
	b.T.Helper()
	if got := b.draft("accueil.yaml", "steps", "besoin", "ask"); got != want {
		b.T.Errorf("the draft asks %q, not %q", got, want)
	}
}

const (
	editorAsked = "Que cherchez-vous ?"
	editorNew   = "Que puis-je pour vous ?"
	editorNode  = `#map svg [data-step="accueil.besoin"]`
)

// sees waits until a question stands in the picture, in its twin and in the preview.
func (b editorTab) sees(text string) {
	b.T.Helper()
	first := strings.Join(strings.Fields(text)[:2], " ")
	b.shows(editorNode+" .words", first)
	b.shows(editorNode+" title", text)
	b.shows("#steps li", text)
	b.shows("#trial .bubbles", text)
}

// What is written while a save is on its way is there when the answer comes, and is not taken for saved.
func TestWhatIsWrittenDuringASaveStays(t *testing.T) {
	b := openEditor(t, "sacha", "409", "422")
	hold := func() {
		b.Eval(`(() => { const send = XMLHttpRequest.prototype.send, held = new Promise(go => { window.answers = go })
			XMLHttpRequest.prototype.send = function (body) { held.then(() => { XMLHttpRequest.prototype.send = send; send.call(this, body) }) } })()`)
	}
	b.step("besoin")
	b.fills("=ask", editorNew)
	hold()
	b.clicks("#step-form button.main")
	b.fills("=ask", editorNew+" Dites-le en un mot.")
	b.fills("=why", "Pour mieux vous répondre.")
	b.Eval(`document.getElementsByName("=ask")[0].focus()`)
	b.Eval(`window.answers()`)
	b.shows("#flash", "enregistré")
	b.question(editorNew)
	b.Until("what was written since, with the keyboard", `document.activeElement.name === "=ask" && document.activeElement.value.endsWith("en un mot.") && document.getElementsByName("=why")[0].value === "Pour mieux vous répondre."`)
	if !b.is(`!dispatchEvent(new Event("beforeunload", { cancelable: true }))`) {
		t.Error("the page may be left without a word")
	}
	b.saves()
	b.question(editorNew + " Dites-le en un mot.")
	b.Until("all is saved", `dispatchEvent(new Event("beforeunload", { cancelable: true }))`)
}

func TestASupervisorChangesAText(t *testing.T) {
	b := openEditor(t, "sacha")
	b.step("besoin")
	b.sees(editorAsked)
	b.fills("=ask", editorNew)
	b.saves()
	b.sees(editorNew)
	b.question(editorNew)

	b.Do("out of the field", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.key("z", kb.ModifierCtrl)
	b.sees(editorAsked)
	b.question(editorAsked)
	b.key("Z", kb.ModifierCtrl, kb.ModifierShift)
	b.sees(editorNew)
	b.question(editorNew)

	b.Open("/studio/parcours/accueil?vue=liste&etape=besoin", "#steps")
	b.shows("#steps [aria-current]", editorNew)
	b.Open("/studio/", "#main")
	b.shows("#main .card", "1 changement")
}

func TestASupervisorAddsAnOption(t *testing.T) {
	b := openEditor(t, "sacha")
	b.step("besoin")
	b.fills("nouveau-texte", "Un stage")
	b.fills("nouveau-suite", "lieu")
	b.clicks(`button[value="ajouter:options"]`)
	b.shows("#step-form .option", "un_stage")
	if text, to := b.draft("accueil.yaml", "steps", "besoin", "options", "un_stage", "text"), b.draft("accueil.yaml", "steps", "besoin", "options", "un_stage", "then"); text != "Un stage" || to != "lieu" {
		t.Errorf("the draft has %q, which leads to %q", text, to)
	}
	b.Until("the line of the option in the picture", `document.querySelector('#map .edge[data-from="accueil.besoin"][data-to="accueil.lieu"]')?.textContent.includes("Un stage")`)
	b.clicks(`#trial button[value="choix:un_stage"]`)
	b.shows("#trial .bubbles", "Quel est votre code postal ?")
}

// By the keyboard alone: the search, the link, the field, Ctrl+S.
func TestASupervisorWithoutAMouse(t *testing.T) {
	b := openEditor(t, "sacha")
	b.Open("/studio/", "#main")
	tab := func(what, at string) {
		t.Helper()
		for range 80 {
			if b.is(at) {
				return
			}
			b.key(kb.Tab)
		}
		t.Fatalf("the keyboard never comes to %s", what)
	}
	tab("the flow", `document.activeElement.getAttribute("href") === "/studio/parcours/accueil"`)
	b.key(kb.Enter)
	b.Until("the flow", `document.readyState === "complete" && document.querySelector("#map svg")`)
	tab("the step in the picture", `document.activeElement.dataset?.step === "accueil.besoin"`)
	b.key(kb.Enter)
	b.Until("the form", `document.readyState === "complete" && document.querySelector("#step-form")`)
	tab("the question", `document.activeElement.name === "=ask"`)
	b.key("a", kb.ModifierCtrl)
	b.Do("type", chromedp.KeyEvent(editorNew))
	b.key("s", kb.ModifierCtrl)
	b.shows("#flash", "enregistré")
	b.sees(editorNew)
	b.question(editorNew)
	b.Until("the keyboard where it was", `document.activeElement.name === "=ask"`)
}

func TestTwoSupervisorsInTheEditor(t *testing.T) {
	b := openEditor(t, "sacha")
	noa := b.r.as("noa")
	other := func(step, key, text string) {
		t.Helper()
		state, err := b.r.shop.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		noa.post("/studio/enregistrer", url.Values{"fichier": {"accueil.yaml"}, "place": {"steps/" + step}, "version": {state.ID},
			"etag": {state.Draft.ETag("accueil.yaml", "steps", step)}, "retour": {"/studio/"}, "=" + key: {text}})
		if got := b.draft("accueil.yaml", "steps", step, key); got != text {
			t.Fatalf("the other person's %q is %q", text, got)
		}
	}
	b.step("besoin")
	other("fin", "text", "Merci et au revoir.")
	b.fills("=ask", editorNew)
	b.saves()
	b.question(editorNew)
	if got := b.draft("accueil.yaml", "steps", "fin", "text"); got != "Merci et au revoir." {
		t.Errorf("another step is %q", got)
	}

	b.step("besoin")
	other("besoin", "ask", "Quel est votre besoin ?")
	b.fills("=ask", "Quelle est votre question ?")
	b.clicks("#step-form button.main")
	b.shows("h1", "Deux changements à la fois")
	b.shows(".lead", "Noa a changé la même chose pendant que vous écriviez. Rien n'est perdu.")
	b.shows(".three > div:nth-child(1) pre", editorNew)
	b.shows(".three > div:nth-child(2) pre", "Quel est votre besoin ?")
	b.Until("mine", `document.getElementById("mine").value.includes("Quelle est votre question ?")`)
	b.question("Quel est votre besoin ?")
	b.axe("the conflict")
	b.clicks(".three button.main")
	b.shows(`#step-form [name="=ask"]`, "Quelle est votre question ?")
	b.question("Quelle est votre question ?")
}

// While the store is away nothing is saved, the page says so, and what was written stays on it.
func TestASupervisorLosesNothingWhileTheStoreIsAway(t *testing.T) {
	b := openEditor(t, "sacha", "503")
	b.step("besoin")
	b.fills("=ask", editorNew)
	b.r.store.Sleep()
	b.clicks("#step-form button.main")
	b.shows("#flash", "Le service ne répond pas.")
	b.Until("what was written", fmt.Sprintf(`document.getElementsByName("=ask")[0].value === %q`, editorNew))
	b.r.store.Wake()
	b.clicks("#step-form button.main")
	b.shows("#flash", "C'est enregistré")
	b.question(editorNew)
}

// An editorMistake is one that supervisors make, and what the page says of it there.
type editorMistake struct {
	name  string
	make  func(b editorTab)
	where string // the part of the page
	says  string
	stays bool // nothing was saved: there is nothing to take back
}

func editorMistakes() []editorMistake {
	long := strings.Repeat("Cette phrase est courte et elle est claire. ", 12)
	change := func(step string, fields ...string) func(editorTab) {
		return func(b editorTab) {
			b.step(step)
			for i := 0; i < len(fields); i += 2 {
				b.fills(fields[i], fields[i+1])
			}
			b.saves()
		}
	}
	return []editorMistake{
		{name: "a question without its text", make: change("age", "=ask", ""), where: "#step .fault", says: "« La question » est vide : écrivez un texte."},
		{name: "a way to a step that is removed", make: func(b editorTab) {
			b.step("info")
			b.clicks(`#step-menu form[action$=supprimer] button`)
		}, where: "#main", says: "ne peut pas être supprimé : 1 endroit y mène", stays: true},
		{name: "a way to nowhere", make: func(b editorTab) {
			b.step("info")
			b.fills("yaml", "say: Voici.\nthen: nulle_part")
			b.clicks(`.expert button`)
			b.shows("#flash", "enregistré")
		}, where: "#step .fault", says: "L'étape « nulle_part » n'existe pas."},
		{name: "an option that exists twice", make: func(b editorTab) {
			b.step("besoin")
			b.fills("nouveau-texte", "La VAE")
			b.clicks(`button[value="ajouter:options"]`)
			b.shows("#flash", "enregistré")
		}, where: "#step .fault", says: "Deux choix ont le même texte, « La VAE » : changez l'un des deux."},
		{name: "a row that hides another", make: func(b editorTab) {
			b.Open("/studio/tables/aiguillage", "#rules [role=grid]")
			b.Do("the age of the first row", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-0-1").focus()`))
			b.key(kb.Enter)
			b.Until("its input", `document.activeElement?.name === "k1"`)
			b.fills("k1", "*")
			b.key(kb.Enter)
		}, where: "#ligne-2 .fault", says: "la ligne 1 prend déjà tous ses cas"},
		{name: "an unknown placeholder", make: change("fin", "=text", "Au revoir {prenom}."), where: "#step .fault", says: "{prenom} n'existe pas"},
		{name: "one question too many", make: func(b editorTab) {
			b.step("age")
			b.fills("new-id", "diplome")
			b.fills("new-kind", "ask")
			b.clicks(`#new-step button.main`)
			b.Until("the new step", `location.search.includes("diplome") && document.querySelector("#step-form")`)
			b.fills("=budget", "triage")
			b.saves()
		}, where: "#step .fault", says: "par SMS, deux questions de tri au plus se posent ; celle-ci est la 3e"},
		{name: "a loop that never waits", make: change("info", "=then", "tri"), where: "#map .fault", says: "cette boucle ne pose aucune question et ne finirait jamais : tri → info → tri"},
		{name: "a text too long for SMS", make: change("fin", "=text", long), where: "#step .fault", says: "SMS : 3 au plus"},
		{name: "a text too long for the telephone", make: change("fin", "=text", long), where: "#step .fault", says: "secondes au téléphone : 25 au plus"},
		{name: "a card that has expired", make: func(b editorTab) {
			b.Open("/studio/fiches/cards/general", "#record-form")
			b.fills("=checked", "2025-01-01")
			b.fills("=expires", "2025-06-01")
			b.clicks("#record-form .main")
			b.shows("#flash", "enregistré")
		}, where: "#main .fault", says: "Cette carte est périmée depuis le 01/06/2025 : elle n'est plus dite."},
		{name: "a name with spaces", make: func(b editorTab) {
			b.step("age")
			b.fills("new-id", "une autre étape")
			b.clicks("#new-step button.main")
			b.Until("that the browser keeps it, and why", `document.querySelector("#new-id:invalid")?.title === "Des lettres sans accent, des chiffres et _."`)
			b.Do("a browser that does not", chromedp.Evaluate[chromedp.Void](`document.getElementById("new-id").removeAttribute("pattern")`))
			b.clicks("#new-step button.main")
		}, where: "#main .stop", says: `Ce changement n'est pas possible : l'identifiant « une autre étape » n'est pas admis`, stays: true},
	}
}

func TestASupervisorIsToldOfMistakes(t *testing.T) {
	b := openEditor(t, "sacha", "422", "not focusable") // a refusal, and a name that the browser keeps
	for _, m := range editorMistakes() {
		t.Run(m.name, func(t *testing.T) {
			b := b
			b.T = t
			m.make(b)
			b.shows(m.where, m.says)
		})
		if !m.stays {
			b.Open("/studio/", "#main")
			b.clicks(`form[action="/studio/annuler"] button`)
			b.shows("#main .card", "sans changement")
		}
	}
}

// Every page reads well to accessibility tools, does not scroll sideways, and asks nothing of anybody else.
func TestPagesOfTheEditor(t *testing.T) {
	b := openEditor(t, "sacha")
	var mu sync.Mutex
	var asked []string
	if err := chromedp.Listen(b.Ctx, func(event any) {
		if e, is := event.(*network.EventRequestWillBeSent); is {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, e.Request.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for _, page := range [][2]string{{"/studio/", ".card"}, {"/studio/parcours/accueil", "#map svg"}, {"/studio/parcours/accueil?etape=besoin", "#step-form"},
		{"/studio/parcours/accueil?vue=liste&etape=choix", "#step-form"}, {"/studio/controles", "#findings"}, {"/studio/comptes", ".roles"}} {
		for _, size := range [][2]int64{{1280, 720}, {1024, 768}} {
			where := fmt.Sprintf("%s at %d", page[0], size[0])
			b.Do("size", chromedp.EmulateViewport(size[0], size[1]))
			b.Open(page[0], page[1])
			b.axe(where)
			if b.is(`document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("%s scrolls sideways", where)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(asked) < 12 {
		t.Errorf("%d requests only were seen", len(asked))
	}
	for _, address := range asked {
		if u, err := url.Parse(address); err != nil || u.Hostname() != "127.0.0.1" && u.Scheme != "data" {
			t.Errorf("a request leaves for %s", address)
		}
	}
}
