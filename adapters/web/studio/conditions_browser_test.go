package studio_test

import (
	"fmt"
	"testing"
)

// A supervisor adds a condition by picking, and the preview follows it: by tchat the choice is no longer offered.
func TestASupervisorPicksACondition(t *testing.T) {
	b := openEditor(t, "sacha")
	b.step("besoin")
	b.shows("#trial .offers", "La VAE")
	b.fills("+options/vae/only", "channel")
	b.Until("the values, at once", `document.getElementsByName("+options/vae/only=").length === 3`)
	b.Until("the box of the telephone", `(() => { const e = [...document.getElementsByName("+options/vae/only=")].find(i => i.value === "voice"); e.checked = true; e.dispatchEvent(new Event("input", { bubbles: true })); return e.checked })()`)
	b.saves()
	if got := b.draft("accueil.yaml", "steps", "besoin", "options", "vae", "only", "channel"); got != "voice" {
		t.Fatalf("the draft has %q", got)
	}
	b.shows("#step-form .cell summary", "Canal : téléphone")
	b.Until("a preview without the choice", `!document.querySelector("#trial .offers").textContent.includes("La VAE")`)
	b.axe("a condition that was picked")
	b.fills("~options/vae/only/channel", "sauf")
	b.saves()
	b.shows("#step-form .cell summary", "sauf téléphone")
	b.shows("#trial .offers", "La VAE")
	b.Until("no text to be written", fmt.Sprintf(`document.getElementsByName(%q)[0].value === "!voice"`, "=options/vae/only/channel"))
}
