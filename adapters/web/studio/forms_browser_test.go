package studio_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"frontdesk/bot/flow"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A questioned tab keeps the questions that the browser asks, and answers no.
type questioned struct {
	editorTab
	mu    *sync.Mutex
	asked *[]page.DialogType
}

func (b editorTab) questioned() questioned {
	b.T.Helper()
	q := questioned{b, new(sync.Mutex), new([]page.DialogType)}
	if err := chromedp.Listen(b.Ctx, func(event any) {
		if e, is := event.(*page.EventJavascriptDialogOpening); is {
			q.mu.Lock()
			*q.asked = append(*q.asked, e.Type)
			q.mu.Unlock()
			go func() { _, _ = chromedp.Call(b.Ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}) }()
		}
	}); err != nil {
		b.T.Fatal(err)
	}
	return q
}

// questions are how often something was asked.
func (b questioned) questions() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(*b.asked)
}

// types writes with the keyboard: the browser asks only who has done something on the page.
func (b editorTab) types(name, text string) {
	b.T.Helper()
	b.Until("the field "+name, fmt.Sprintf(`(() => { const e = document.getElementsByName(%q)[0] ?? document.getElementById(%[1]q); e?.focus(); e?.select?.(); return document.activeElement === e })()`, name))
	b.Do("type", chromedp.KeyEvent(text))
}

// What is typed and not saved is lost by no button beside the form, unless the browser has asked.
func TestTextIsNotLostUnasked(t *testing.T) {
	b := openEditor(t, "sacha").questioned()
	b.step("besoin")
	b.types("=ask", editorNew)
	b.clicks(`#trial button[value="voie:sms"]`)
	b.shows("#trial .pane.of-sms", "SMS")
	b.fills("rename", "besoins")
	b.fills("trial-name", "Un test.")
	for i, leaves := range []string{`#step-menu form[action$=renommer] button`, `#trial-record button`, `#steps [data-find-text] a`, `.expert button`} {
		b.Eval(fmt.Sprintf(`setTimeout(() => document.querySelector(%q).click())`, leaves))
		for end := 0; b.questions() <= i && end < 400; end++ {
			b.Until("the page", `new Promise((then) => setTimeout(() => then(true), 25))`)
		}
		if b.questions() != i+1 {
			t.Fatalf("%s: %d questions were asked", leaves, b.questions())
		}
		b.Until("what was typed, after "+leaves, fmt.Sprintf(`document.getElementsByName("=ask")[0]?.value === %q`, editorNew))
	}
	b.saves()
	b.question(editorNew)
	b.step("age")
	if b.questions() != 4 {
		t.Error("what is saved is asked about")
	}
}

// Enter in the search opens the step that is found, and not without asking where something is typed.
func TestEnterInTheSearchOpensAStep(t *testing.T) {
	b := openEditor(t, "sacha").questioned()
	b.step("besoin")
	b.types("=ask", editorNew)
	b.types("find", "quel âge")
	b.key(kb.Enter)
	b.Until("what was typed", fmt.Sprintf(`document.getElementsByName("=ask")[0]?.value === %q`, editorNew))
	b.saves()
	b.types("find", "quel âge")
	b.key(kb.Enter)
	b.Until("the step", `new URLSearchParams(location.search).get("etape") === "age" && document.querySelector("#step-form")`)
	if b.questions() != 1 {
		t.Errorf("%d questions were asked", b.questions())
	}
}

// Ctrl+S saves the step from wherever the keyboard is, and Ctrl+Z undoes at once, as long as nothing is typed.
func TestCtrlSSavesAndCtrlZUndoes(t *testing.T) {
	b := openEditor(t, "sacha")
	b.step("besoin")
	b.types("=ask", editorNew)
	b.types("trial-words", "bonjour")
	b.key("s", kb.ModifierCtrl)
	b.shows("#flash", "enregistré")
	b.question(editorNew)
	b.types("=ask", "Autre ?")
	b.key("s", kb.ModifierCtrl)
	b.shows(`#step-form [name="=ask"]`, "Autre ?")
	b.Until("the keyboard in the field", `document.activeElement.name === "=ask"`)
	b.key("z", kb.ModifierCtrl)
	b.shows(`#step-form [name="=ask"]`, editorNew)
	b.question(editorNew)
	b.Until("the keyboard in the field", `document.activeElement.name === "=ask"`)
	b.key("Z", kb.ModifierCtrl, kb.ModifierShift)
	b.shows(`#step-form [name="=ask"]`, "Autre ?")
	b.question("Autre ?")
	b.types("=ask", "Rien.")
	for range len("Rien.") + 1 { // a browser that is slow undoes letter by letter
		b.key("z", kb.ModifierCtrl)
	}
	b.Until("the text before, which nobody has saved again", `document.getElementsByName("=ask")[0].value === "Autre ?"`)
	b.question("Autre ?")
}

// A line that is not complete stays in its inputs, to be completed.
func TestALineThatIsNotCompleteStays(t *testing.T) {
	b := openEditor(t, "sacha")
	b.step("besoin")
	b.fills("=ask", editorNew)
	b.fills("nouveau-variante", "Par SMS ?")
	b.fills("nouveau-texte", "Un stage")
	b.clicks("#step-form button.main")
	b.shows("#flash", "sauf la ligne à ajouter")
	b.shows("#step-form .option", "un_stage")
	b.question(editorNew)
	b.Until("what was written", `document.getElementsByName("nouveau-variante")[0].value === "Par SMS ?" && document.getElementsByName("nouveau-texte")[0].value === "" && !location.search.includes("reste")`)
	b.fills("nouveau-quand", "channel")
	b.Until("the box", `(() => { const e = [...document.getElementsByName("nouveau-quand=")].find(i => i.value === "sms"); if (!e) return false; e.checked = true; return true })()`)
	b.saves()
	b.shows("#step-form .option", "Par SMS ?")
	b.Until("an empty line", `document.getElementsByName("nouveau-variante")[0].value === ""`)
}

// Ctrl+S asks for no review and publishes nothing; Enter in a bulletin or an answer to many shows it again and sends nothing.
func TestNoKeySendsToEverybody(t *testing.T) {
	r := newNewsroom(t).open()
	files, err := flow.Files(flow.Pack(r.live.Load()))
	if err != nil {
		t.Fatal(err)
	}
	d, err := flow.OpenDraft(files)
	for n := 0; n < 9 && err == nil; n++ {
		d, err = d.Edit(flow.Insert(flow.In("regions/bretagne/structures.yaml", "structures", fmt.Sprintf("mission-%d", n)), d.Record("regions/bretagne/structures.yaml", "structures", "accueil-regional"), flow.Last()),
			flow.Remove(flow.In("regions/bretagne/structures.yaml", "structures", fmt.Sprintf("mission-%d", n), "lead")))
	}
	if err != nil {
		t.Fatal(err)
	}
	live, err := d.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	b := r.racer("sacha")

	r.edit(asking("Que puis-je pour vous ?"))
	b.Open("/studio/publier", "#publish-form")
	b.Eval(`document.getElementById("comment").focus()`)
	b.Do("type", chromedp.KeyEvent("Plus clair"))
	b.Do("Ctrl+S", chromedp.KeyEvent("s", chromedp.KeyModifiers(kb.ModifierCtrl)))

	r.live.Store(live)
	b.Open("/studio/bulletin", "#bulletin-form")
	b.Eval(`(() => { document.getElementById("text").value = "Parcoursup est en panne."; document.getElementById("why").value = "panne"; document.querySelector("[name=fin][value=soir]").checked = true })()`)
	b.Eval(`setTimeout(() => document.querySelector("#bulletin-form button.main").click())`)
	b.Until("how it is said", `document.querySelector("[value=dire]") && document.readyState === "complete"`)
	b.Eval(`(() => { window.stays = true; const e = document.getElementById("find-queue"); e.closest("details").open = true; e.focus() })()`)
	b.Do("search", chromedp.KeyEvent("mission"))
	b.Do("Enter", chromedp.KeyEvent(kb.Enter))
	b.Until("the same page", `window.stays`)
	b.Eval(`document.getElementById("why").focus()`)
	b.Do("Enter", chromedp.KeyEvent(kb.Enter))
	b.Until("how it is said, again", `!window.stays && document.querySelector("[value=dire]") && document.readyState === "complete"`)
	if all, err := r.press.Bulletins(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("Enter says %+v, %v", all, err)
	}

	b.Open("/studio/attente", "#circular-form")
	b.Eval(`(() => { document.getElementById("text").value = "Les résultats arrivent."; document.getElementById("why").value = "panne"; setTimeout(() => document.querySelector("#circular-form button.main").click()) })()`)
	b.Until("to whom", `document.querySelector("[value=repondre]") && document.readyState === "complete"`)
	if first := b.Text(`[...document.getElementById("circular-form").elements].find((e) => e.type === "submit").value`); first != "compter" {
		t.Errorf("Enter in an answer to many does %q", first)
	}
	for _, m := range moved(t, r) {
		if strings.Contains(m, "Plus clair") {
			t.Errorf("Ctrl+S publishes: %s", m)
		}
	}
	if page := r.settled("sacha", "/studio/publier"); !strings.Contains(page, `id="publish-form"`) {
		t.Error("Ctrl+S asks for a review")
	}
}

func moved(t *testing.T, r *replica) []string {
	t.Helper()
	all, err := r.press.Moves(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, m := range all {
		reasons = append(reasons, m.Reason)
	}
	return reasons
}
