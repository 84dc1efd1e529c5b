package studio_test

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk/adapters/web/browsertest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tableTab is one page in a browser.
type tableTab struct{ browsertest.Tab }

func tableBrowser(t *testing.T, r *tableRoom, who string, except ...string) tableTab {
	t.Helper()
	return tableTab{browse(t, r.server.URL, r.signin, who, append(except, "409")...)} // of two changes at once
}

func (b tableTab) key(keys string, with ...kb.Modifier) {
	b.T.Helper()
	if len(with) == 0 {
		b.Do("key", chromedp.KeyEvent(keys))
		return
	}
	b.Do("key", chromedp.KeyEvent(keys, chromedp.KeyModifiers(with...)))
}

// axe reads the page as accessibility tools do, in dark and in light.
func (b tableTab) axe(where string) {
	b.T.Helper()
	for _, scheme := range []string{"dark", "light"} {
		b.Scheme(scheme)
		b.Axe(where+", "+scheme, "")
	}
}

const focused = `document.activeElement?.id === `

func TestASupervisorAtATable(t *testing.T) {
	r := openSmall(t, nil)
	b := tableBrowser(t, r, "sacha")
	b.Open("/studio/tables", "#tables")
	b.axe("the list")
	b.Open("/studio/tables/aiguillage", "#rules [role=grid]")
	b.axe("a table")
	if b.Text(`document.documentElement.scrollWidth <= innerWidth`) != "true" {
		t.Error("the page is wider than the window")
	}

	// the arrows go from cell to cell, and the last row is one
	b.Do("first cell", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-0-0").focus()`))
	b.key(kb.ArrowRight)
	b.Until("the second cell", focused+`"c-0-1"`)
	b.key(kb.ArrowDown)
	b.Until("the cell below", focused+`"c-1-1"`)

	// a row by the keyboard: Ctrl+Enter, choices, Enter
	b.key(kb.Enter, kb.ModifierCtrl)
	b.Until("the editor of a new row", `document.activeElement?.name === "k0"`)
	b.axe("a row being written")
	b.key("v") // « peu importe » was there; now the need that is spelled so
	b.Do("the need", chromedp.Evaluate[chromedp.Void](`document.activeElement.value = "=autre"`))
	b.key(kb.Enter)
	b.Until("the new row, with the keyboard on it", focused+`"c-2-0"`)
	if got := r.rows("aiguillage"); len(got) != 6 || got[2] != "autre * vae general vae" {
		t.Fatalf("added: %q", got)
	}
	b.key(kb.ArrowUp, kb.ModifierAlt)
	b.Until("the row moved up", focused+`"c-1-0"`)
	if got := r.rows("aiguillage"); got[1] != "autre * vae general vae" {
		t.Fatalf("moved: %q", got)
	}
	b.key(kb.ArrowDown, kb.ModifierAlt)
	b.Until("the row moved down", focused+`"c-2-0"`)

	// Enter edits the cell, Escape leaves it as it was
	b.key(kb.ArrowRight)
	b.key(kb.Enter)
	b.Until("the input of that cell", `document.activeElement?.name === "k1"`)
	b.key(kb.Escape)
	b.Until("the cell", focused+`"c-2-1"`)
	if got := r.rows("aiguillage"); len(got) != 6 {
		t.Fatalf("given up: %q", got)
	}

	// a case lights its row up
	b.Do("a case", chromedp.Evaluate[chromedp.Void](`{
		document.getElementById("cas.besoin").value = "metier"
		document.getElementById("cas.age").value = "a18_25"
		document.querySelector("[data-try] button").click() }`))
	b.Until("the row that decides", `document.querySelector(".rule.lit")?.id === "ligne-5"`)
	b.Until("why the rows before do not", `document.querySelectorAll(".decided li").length === 4`)
	b.axe("a case")
	b.Do("another case", chromedp.Evaluate[chromedp.Void](`{
		const need = document.getElementById("cas.besoin")
		need.value = "autre"
		need.dispatchEvent(new Event("change", {bubbles: true})) }`))
	b.Until("the row of the other case", `document.querySelector(".rule.lit")?.id === "ligne-3"`)

	// somebody else changes the table meanwhile
	if status, body := r.as("noa").post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "retirer:4")); status != http.StatusOK {
		t.Fatal(status, body)
	}
	b.Do("on a row", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-0-0").focus()`))
	b.key(kb.ArrowDown, kb.ModifierAlt)
	b.Until("both versions", `document.querySelector("h1")?.innerText === "Deux changements à la fois" && document.getElementById("mine").value.includes("autre")`)
	b.axe("a conflict")
}

// What is wrong with a row or with the writing of a table is told, and what was written is still there.
func TestAWrongRowIsMarkedAndAWrongWritingIsTold(t *testing.T) {
	r := openSmall(t, nil)
	b := tableBrowser(t, r, "sacha", "422")
	b.Open("/studio/tables/aiguillage", "#rules [role=grid]")
	told := func(what, sentence string) {
		t.Helper()
		b.Until(what, `document.getElementById("flash").innerText.includes("`+sentence+`")`)
	}
	b.Do("a new row", chromedp.Evaluate[chromedp.Void](`document.querySelector("a[href='?apres=1']").click()`))
	b.Until("its editor", `document.activeElement?.name === "k0"`)
	b.Do("an age that is none", chromedp.Evaluate[chromedp.Void](`{
		document.getElementsByName("k1")[0].value = "brut"
		document.getElementsByName("k1.brut")[0].value = "25..18"
		document.querySelector(".writing button.main").click() }`))
	told("the row is refused", "Rien n'est enregistré. Voyez le champ marqué.")
	b.Until("the keyboard in the marked cell", focused+`"k1.brut" && document.activeElement.value === "25..18"`)
	b.Until("what is wrong with it", `document.getElementById(document.activeElement.getAttribute("aria-describedby")).innerText.includes("n'est pas un intervalle")`)
	b.axe("a refused row")
	b.Do("a result that is none", chromedp.Evaluate[chromedp.Void](`{
		document.getElementsByName("k1.brut")[0].value = "18..25"
		document.getElementsByName("k4")[0].value = "brut"
		document.getElementsByName("k4.brut")[0].value = ""
		document.querySelector(".writing button.main").click() }`))
	b.Until("the keyboard in the empty result", focused+`"k4.brut"`)
	b.Until("what is missing", `document.getElementById(document.activeElement.getAttribute("aria-describedby")).innerText.includes("il manque une valeur")`)

	b.Do("the row is given up", chromedp.Evaluate[chromedp.Void](`document.querySelector(".writing [data-leave]").click()`))
	b.Until("the table without its editor", `!document.querySelector(".writing")`)
	b.Do("a bracket too few", chromedp.Evaluate[chromedp.Void](`{
		document.getElementById("table-menu").showPopover()
		const yaml = document.getElementById("yaml")
		yaml.closest("details").open = true
		yaml.value = "{columns: [besoin"
		yaml.form.requestSubmit() }`))
	told("the writing is refused", "Rien n'est enregistré. Votre texte est encore là.")
	if got := b.Text(`document.getElementById("flash").innerText.includes("ne répond pas") + document.getElementById("yaml").value`); got != "false{columns: [besoin" {
		t.Error(got)
	}
	if got := r.rows("aiguillage"); len(got) != 5 {
		t.Errorf("saved: %q", got)
	}
}

func TestAHoleIsMadeWithASpreadsheetAndShown(t *testing.T) {
	r := openSmall(t, nil)
	b := tableBrowser(t, r, "sacha")
	b.Open("/studio/tables/aiguillage", "#rules [role=grid]")
	sheet := strings.Join([]string{"besoin;age;reseau;carte;raison", "vae;*;vae;vae_principe;vae", "metier;<18;region;general;general", "metier;*;region;vae_principe;general"}, "\n")
	b.Do("paste", chromedp.Evaluate[chromedp.Void](`document.getElementById("table-csv").showPopover()`),
		chromedp.SetValue(chromedp.ID("csv-text"), sheet), chromedp.Click(chromedp.CSS("#table-csv form button")))
	b.Until("what would change", `document.querySelector(".lead")?.innerText.includes("Rien n'est encore enregistré")`)
	b.axe("what a spreadsheet changes")
	b.Do("confirm", chromedp.Click(chromedp.CSS(`button[value="confirmer"]`)))
	b.Until("the hole, in the grid", `document.querySelector("#trou")?.innerText.includes("Aucune ligne ne prend ce cas")`)
	b.axe("a hole")
	b.Do("mend", chromedp.Click(chromedp.CSS(`button[value="derniere"]`)))
	b.Until("the row for all other cases", `document.querySelector(".rule.last .all")?.innerText === "dans tous les autres cas" && !document.querySelector("#trou")`)

	b.Until("no fault", `document.querySelector("#draft .verdict") && !document.querySelector("#draft .bad, #draft .pending")`)

	// a row that is hidden is greyed while the keyboard is in the grid
	b.Do("first cell", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-1-1").focus()`))
	b.key(kb.ArrowDown, kb.ModifierAlt)
	b.Until("the sentence", `document.querySelector("#ligne-3.hidden-rule .fault")?.innerText.includes("la ligne 2 prend déjà tous ses cas")`)
	b.axe("a hidden row")
	if b.Text(focused+`"c-2-1"`) != "true" {
		t.Error("the keyboard is not where the row went")
	}
}
