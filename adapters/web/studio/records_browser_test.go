package studio_test

import (
	"testing"

	"frontdesk/adapters/web/browsertest"

	"github.com/chromedp/chromedp"
)

// recordsTab is one page in a browser.
type recordsTab struct {
	*recordsHouse
	browsertest.Tab
}

func (h *recordsHouse) browse(who string) recordsTab {
	h.t.Helper()
	return recordsTab{h, browse(h.t, h.server.URL, h.signin, who)}
}

// put writes in a field as somebody does who types.
func (b recordsTab) put(name, text string) {
	b.t.Helper()
	b.Until("the field "+name, `(() => { const e = document.getElementsByName(`+"`"+name+"`"+`)[0]; if (!e) return false
		e.value = `+"`"+text+"`"+`; e.dispatchEvent(new Event("input", { bubbles: true })); return true })()`)
}

// A supervisor changes an hour and opens on a Sunday: the calendar shows it while they write, and after.
func TestHoursInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	b.Open("/studio/fiches/queues/accueil", "#main")
	b.put("@lun-ven=", "08:15")
	b.Until("the hours while they are written", `document.getElementById("beside").innerText.includes("8h15–12h30")`)
	b.put("@lun-ven=", "12:45")
	b.Until("what is wrong with them", `document.getElementById("beside").innerText.includes("la fin est avant le début")`)
	b.put("@lun-ven=", "08:15")
	b.Do("save", chromedp.Click(chromedp.CSS("#record-form .main")))
	b.Until("that it is saved", `document.getElementById("flash").innerText.includes("enregistré")`)
	b.put("nouveau-open-from", "2026-12-06T10:00")
	b.put("nouveau-open-to", "2026-12-06T12:30")
	b.put("nouveau-open-say", "Salon du dimanche.")
	b.Do("add", chromedp.Click(chromedp.CSS(`button[value="ajouter:open"]`)))
	b.Until("the opening in the calendar", `document.querySelectorAll("#beside td.exception").length === 1 && document.getElementById("beside").innerText.includes("Salon du dimanche.")`)
	b.Until("the hours in the calendar", `document.getElementById("beside").innerText.includes("8h15–12h30")`)
	b.Shot("horaires")
	if got := b.draftAt("regions/bretagne/hours.yaml", "queues", "accueil", "lun-ven"); got != "08:15-12:30, 13:30-18:00" {
		t.Errorf("the draft has %q", got)
	}
}

// draftAt is a text of the draft.
func (h *recordsHouse) draftAt(file string, path ...string) string {
	h.t.Helper()
	s, err := h.workshop.Open(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	v, _ := s.Draft.At(file, path...)
	return v.Text()
}

// A card's measures follow what is written; one click renews it.
func TestACardInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	b.Open("/studio/fiches/cards/lyceen", "#main")
	b.put("=sms", "Tête : ça va où ?")
	b.Until("the signs that cost", `document.getElementById("beside").innerText.includes("ê ç")`)
	b.Do("renew", chromedp.Click(chromedp.CSS(`button[formaction$=verifiee]`)))
	b.Until("the new dates", `document.getElementsByName("=expires")[0].value === "2027-11-30"`)
	if got := b.draftAt("cards.yaml", "cards", "lyceen", "sms"); got != "Tête : ça va où ?" {
		t.Errorf("what was written is lost: %q", got)
	}
	if got := b.draftAt("cards.yaml", "cards", "lyceen", "checked"); got != "2026-11-30" {
		t.Errorf("the draft has %q", got)
	}
}

// Every page of records reads well to accessibility tools, by day and by night, and does not scroll sideways.
func TestPagesOfRecordsInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	for _, page := range [][2]string{{"cartes", "fiches/cards"}, {"carte", "fiches/cards/lyceen"}, {"revoir", "revoir"}, {"structures", "fiches/structures"},
		{"structure", "fiches/structures/accueil-regional"}, {"reseau", "fiches/networks/mission-locale"}, {"files", "fiches/queues"}, {"file", "fiches/queues/accueil"},
		{"dangers", "fiches/dangers"}, {"danger", "fiches/dangers/suicide"}, {"mots", "fiches/dangers/suicide/mots"}, {"familles", "securite/mots"},
		{"procedure", "securite"}, {"raisons", "fiches/reasons"}, {"raison", "fiches/reasons/vae"}, {"territoire", "fiches/territories/35"}, {"reponse", "fiches/answers/besoin"}, {"commande", "fiches/interrupts/humain"}} {
		for _, scheme := range []string{"light", "dark"} {
			b.Scheme(scheme)
			b.Open("/studio/"+page[1], "#main")
			b.Axe(page[0]+" "+scheme, "")
			b.Shot("fiches-" + page[0] + "-" + scheme)
		}
		for _, width := range []int64{1280, 1024, 640} {
			b.Size(width, 720)
			if b.Text(`document.documentElement.scrollWidth > innerWidth`) != "false" {
				t.Errorf("%s scrolls sideways at %d pixels", page[0], width)
			}
		}
		b.Size(1280, 720)
	}
}

// A coordinator reads every record of others and changes nothing there.
func TestACoordinatorInABrowser(t *testing.T) {
	b := openRecords(t).browse("coralie")
	b.Open("/studio/fiches/structures/mission-locale-22", "#main")
	b.Until("fields that cannot be changed", `document.querySelectorAll("#record :is(input, select, textarea):not([type=hidden]):enabled, #record button").length === 0`)
	b.Axe("read only", "")
	b.Open("/studio/fiches/structures/mission-locale-35", "#main")
	b.Until("their own texts alone", `document.querySelector("[name='=address']").matches(":enabled") && document.querySelector("[name='=network']").matches(":disabled") && !document.querySelector("#record-menu")`)
	b.Axe("a coordinator's own", "")
	b.Shot("coordination")
}
