package studio_test

import (
	"testing"

	"frontdesk/adapters/web/browsertest"

	"github.com/chromedp/chromedp"
)

// A trafficTab is a browser at the figures.
type trafficTab struct{ browsertest.Tab }

func (h *trafficHouse) browse() trafficTab {
	h.t.Helper()
	return trafficTab{browse(h.t, h.URL, h.signIn, "sacha")}
}

func (b trafficTab) open(path string) {
	b.T.Helper()
	b.Open(path, "#traffic")
	b.Until("the figures", `document.querySelector("table.sortable") !== null`)
}

// axe reads the page as accessibility tools do. What stands in a box of the picture is cut to its width, so that
// its name, which has all of it, cannot contain the same letters.
func (b trafficTab) axe(where string) {
	b.T.Helper()
	b.Axe(where, "", "label-content-name-mismatch")
}

func TestFiguresInABrowser(t *testing.T) {
	h := openTraffic(t, season(6000))
	b := h.browse()
	for _, scheme := range []string{"light", "dark"} {
		b.Scheme(scheme)
		b.open("/studio/frequentation")
		b.axe(scheme)
		b.Shot("frequentation-" + scheme)
		for i, at := range []string{".drawn", ".charts", "#etapes", "#choix", "#questions", "#promesses", "#resultats", "#jours"} {
			b.Do("look at "+at, chromedp.Evaluate[chromedp.Void](`document.querySelector("`+at+`").scrollIntoView();0`))
			if scheme == "light" || i < 3 {
				b.Shot("frequentation-" + scheme + "-" + at[1:])
			}
		}
	}
	b.Scheme("light")
	b.Do("sort", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("#etapes th button")[2].click();0`))
	b.Until("the table by answers", `(() => { const keys = [...document.querySelectorAll("#etapes tbody tr")].map((r) => Number(r.cells[2].dataset.key));
		return document.querySelectorAll("#etapes th")[2].getAttribute("aria-sort") === "descending" && keys.every((k, i) => !i || keys[i - 1] >= k) })()`)
	b.Do("more", chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-unfold=choix]").click();0`))
	b.Until("all choices", `[...document.querySelectorAll("#choix tbody tr")].every((r) => r.offsetHeight > 0)`)
	b.Do("one channel", chromedp.Evaluate[chromedp.Void](`document.getElementById("canal").value="sms"; document.querySelector(".filters .main").click();0`))
	b.Until("the channel alone", `location.search.includes("canal=sms") && document.querySelectorAll("#canaux tbody tr").length === 1`)
	for _, size := range [][2]int64{{1280, 720}, {1024, 768}, {768, 1024}} {
		b.Size(size[0], size[1])
		b.open("/studio/frequentation")
		b.Until("no sideways scrolling", `document.documentElement.scrollWidth <= innerWidth`)
	}
	b.Shot("frequentation-tablette")
	b.Size(1024, 1400)
	b.open("/studio/frequentation?vue=bilan&periode=90")
	b.axe("report")
	b.Shot("frequentation-bilan")
}
